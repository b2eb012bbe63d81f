package btyd_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// A weight stands for that many customers, in rows made by hand, merged or compressed.
func TestSpendWeightsAreCustomers(t *testing.T) {
	random := rand.New(rand.NewPCG(61, 0))
	var rows, left, right []btyd.SpendRow
	var each []scoring.Summary
	for range 60 {
		row := btyd.SpendRow{X: 1 + random.IntN(4), Mean: math.Round(10 + 30*random.ExpFloat64()), Customers: float64(1 + random.IntN(5))}
		rows = append(rows, row)
		for range int(row.Customers) {
			each = append(each, scoring.Summary{X: row.X, TX: 1, T: 2, Spend: row.Mean})
		}
		half := row
		half.Customers /= 2
		left, right = append(left, half), append(right, half)
	}
	each = append(each, scoring.Summary{T: 5}, scoring.Summary{X: 1, TX: 1, T: 2})
	rows = append(rows, btyd.SpendRow{Customers: 9}, btyd.SpendRow{X: 1, Customers: 1})
	byHand, err := btyd.NewSpendRows(rows)
	require.NoError(t, err)
	compressed := btyd.CompressSpend(summariesOf(t, each))
	require.Equal(t, byHand.Len(), compressed.Len())
	require.Equal(t, len(each)-2, compressed.Customers())
	a, err := btyd.NewSpendRows(left)
	require.NoError(t, err)
	b, err := btyd.NewSpendRows(right)
	require.NoError(t, err)
	want, err := btyd.FitGammaGammaRows(t.Context(), byHand, nil)
	require.NoError(t, err)
	require.Equal(t, 1, want.Report().Excluded)
	for name, rows := range map[string]*btyd.SpendRows{"compressed": compressed, "merged": btyd.MergeSpendRows(a, nil, b)} {
		got, err := btyd.FitGammaGammaRows(t.Context(), rows, nil)
		require.NoError(t, err)
		within(t, name, got.Report().LogLikelihood, want.Report().LogLikelihood, 1e-13)
		for i, p := range got.Parameters() {
			within(t, name+" "+p.Name, p.Value, want.Parameters()[i].Value, 1e-7)
			within(t, name+" se "+p.Name, p.SE, want.Parameters()[i].SE, 1e-6)
		}
		within(t, name, got.Report().SpendFrequencyCorrelation, want.Report().SpendFrequencyCorrelation, 1e-12)
	}
}

func TestSpendRowsThatNobodyHas(t *testing.T) {
	for _, bad := range []btyd.SpendRow{{X: -1, Mean: 1, Customers: 1}, {X: 1, Mean: math.NaN(), Customers: 1}, {X: 1, Mean: inf, Customers: 1}, {X: 1, Mean: 1}, {X: 1, Mean: 1, Customers: inf}} {
		_, err := btyd.NewSpendRows([]btyd.SpendRow{{X: 1, Mean: 1, Customers: 1}, bad})
		var input *btyd.InputError
		require.ErrorAs(t, err, &input, "%+v", bad)
		require.ErrorContains(t, err, "row 1")
	}
	var none *btyd.SpendRows
	require.Zero(t, none.Len()+none.Customers()+btyd.MergeSpendRows(none).Len())
	_, err := btyd.FitGammaGammaRows(t.Context(), none, nil)
	require.ErrorIs(t, err, btyd.ErrTooFewSpenders)
}

// narrowRows are customers whose mean spends differ by about that part of 20: mode 0 by
// chance only, 1 between customers only, 2 by both.
func narrowRows(t testing.TB, n, mode int, spread float64) ([]btyd.SpendRow, *btyd.SpendRows) {
	random := rand.New(rand.NewPCG(62, uint64(n+mode)))
	list := make([]btyd.SpendRow, n)
	for i := range list {
		x := 1 + random.IntN(6)
		within, between := random.NormFloat64()/math.Sqrt(float64(x)), random.NormFloat64()
		z := []float64{within, between, within + between}[mode]
		list[i] = btyd.SpendRow{X: x, Mean: 20 * (1 + spread*z), Customers: 1}
	}
	rows, err := btyd.NewSpendRows(list)
	require.NoError(t, err)
	return list, rows
}

// Mean spends that hardly differ are fitted like others, down to the last digit: what
// share of their variance lies between customers does not depend on how small it is.
func TestSpendThatHardlyDiffers(t *testing.T) {
	for _, n := range []int{2, 3, 10, 300, 3000} {
		for mode := range 3 {
			for _, spread := range []float64{1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12, 1e-14} {
				list, rows := narrowRows(t, n, mode, spread)
				g, err := btyd.FitGammaGammaRows(t.Context(), rows, nil)
				require.NoErrorf(t, err, "n %d mode %d spread %v", n, mode, spread)
				report := g.Report()
				require.True(t, report.Converged)
				require.LessOrEqual(t, len(report.Boundaries), 1)
				for _, s := range []scoring.Summary{{}, {X: 2, Spend: list[0].Mean}} {
					spend, err := g.ExpectedSpend(s)
					require.NoError(t, err)
					require.InDelta(t, 20, spend, 20*4*spread)
				}
				if spread >= 1e-8 {
					sum := 0.0
					for _, row := range list {
						sum += g.LogLikelihood(scoring.Summary{X: row.X, Spend: row.Mean})
					}
					within(t, "log-likelihood", report.LogLikelihood, sum, 1e-8)
				}
				p := g.Params()
				if n < 3000 || spread < 1e-12 { // below, the means themselves are rounded
					continue
				}
				switch mode {
				case 0:
					require.Equal(t, []btyd.Boundary{btyd.BoundaryHomogeneousSpend}, report.Boundaries, "%v", spread)
					within(t, "p", p.P, 1/(spread*spread), .1)
				case 1:
					require.Equal(t, []btyd.Boundary{btyd.BoundaryConstantSpend}, report.Boundaries, "%v", spread)
					within(t, "q", p.Q, 1/(spread*spread), .1)
				case 2:
					require.Empty(t, report.Boundaries)
					within(t, "p", p.P, 1/(spread*spread), .5)
					within(t, "q", p.Q, 1/(spread*spread), .5)
					for _, q := range g.Parameters() {
						require.True(t, q.Identified, "%+v", q)
					}
				}
			}
		}
	}
}

// The two coordinate systems meet: near the threshold they say the same.
func TestNarrowLikelihoodIsTheLikelihood(t *testing.T) {
	_, rows := narrowRows(t, 50, 2, 0.02)
	rapid.Check(t, func(t *rapid.T) {
		draw := rapid.Float64Range(-1, 1)
		at := []float64{math.Log(2500) + draw.Draw(t, "p"), math.Log(2500) + draw.Draw(t, "q"), 3 * draw.Draw(t, "kappa")}
		value, gradient, hessian, logs := btyd.EvaluateNarrow(rows, at)
		wide, _, _ := btyd.EvaluateSpend(rows, logs)
		require.InDelta(t, wide, value, 1e-9*math.Abs(wide)+1e-8)
		derivatives(t, at, value, gradient, hessian, func(at []float64) (float64, []float64) {
			value, gradient, _, _ := btyd.EvaluateNarrow(rows, at)
			return value, gradient
		})
	})
}

// derivatives checks a gradient and a Hessian against differences.
func derivatives(t require.TestingT, at []float64, value float64, gradient, hessian []float64, f func(at []float64) (float64, []float64)) {
	const h = 1e-5
	for i := range at {
		up, down := slices.Clone(at), slices.Clone(at)
		up[i] += h
		down[i] -= h
		above, slopesAbove := f(up)
		below, slopesBelow := f(down)
		scale := math.Abs(value)*1e-9 + 1e-4
		require.InDelta(t, (above-below)/(2*h), gradient[i], scale+1e-6*math.Abs(gradient[i]), "gradient %d at %v", i, at)
		for j := range at {
			want := (slopesAbove[j] - slopesBelow[j]) / (2 * h)
			require.InDelta(t, want, hessian[i*len(at)+j], 1e-3+1e-6*math.Abs(want), "second derivative %d %d at %v", i, j, at)
		}
	}
}
