package btyd_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// TestGGompertzDerivatives compares the value with the sum over customers, and
// gradient and Hessian with central differences, also where the Pareto/NBD is near.
func TestGGompertzDerivatives(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 9))
	var rows []btyd.Row
	for range 60 {
		s := scoring.Summary{T: 5 + 60*random.Float64(), X: random.IntN(3) * random.IntN(9)}
		if s.X > 0 {
			s.TX = s.T * math.Sqrt(random.Float64())
		}
		if random.IntN(8) == 0 && s.X > 0 {
			s.TX = s.T
		}
		rows = append(rows, btyd.Row{Summary: s, Customers: 1 + random.Float64()})
	}
	compressed, err := btyd.NewRows(rapport.Week, rows)
	require.NoError(t, err)
	for _, params := range [][]float64{
		{.8, 9, .05, .7, 3}, {.8, 9, .05, .7, .3}, {2, 30, .2, 3, 40}, {2, 30, 1e-3, .6, .02},
		{.3, 2, 1e-6, .6, 1e-5}, {5, 3, 2, .1, 1}, {300, 3000, .01, 200, 300},
	} {
		at := make([]float64, 5)
		for i, p := range params {
			at[i] = math.Log(p)
		}
		m, err := btyd.New(btyd.GGompertzNBD, rapport.Week, params...)
		require.NoError(t, err)
		sum := 0.0
		for _, row := range rows {
			sum += row.Customers * m.LogLikelihood(row.Summary)
		}
		value, gradient, hessian := btyd.EvaluateFamily(btyd.GGompertzNBD, compressed, at, 1)
		within(t, "value", value, sum, 1e-13)
		size := math.Abs(slices.MaxFunc(hessian, func(a, b float64) int { return int(math.Copysign(1, math.Abs(a)-math.Abs(b))) }))
		const step = 1e-4
		for i := range at {
			up, down := slices.Clone(at), slices.Clone(at)
			up[i], down[i] = up[i]+step, down[i]-step
			high, gHigh, _ := btyd.EvaluateFamily(btyd.GGompertzNBD, compressed, up, 1)
			low, gLow, _ := btyd.EvaluateFamily(btyd.GGompertzNBD, compressed, down, 1)
			require.InDelta(t, (high-low)/(2*step), gradient[i], 1e-7*size, "gradient %d at %v", i, params)
			for j := range at {
				require.InDelta(t, (gHigh[j]-gLow[j])/(2*step), hessian[i*5+j], 1e-7*size, "Hessian %d %d at %v", i, j, params)
				require.Equal(t, hessian[i*5+j], hessian[j*5+i])
			}
		}
		again, _, _ := btyd.EvaluateFamily(btyd.GGompertzNBD, compressed, at, 4)
		require.Equal(t, value, again)
	}
}

func apparel(tb testing.TB) *scoring.Summaries {
	return readLog(tb, "data/apparel.csv", "2006-12-31")
}

// The supremum of both sets is the Pareto/NBD. Its predictions are compared with those
// that reference/clv holds of the Pareto/NBD.
func TestGGompertzWithoutAgeing(t *testing.T) {
	for name, set := range map[string]struct {
		summaries *scoring.Summaries
		logLik    float64
	}{
		"cdnow_sample": {cdnow(t), -9594.97617893957},
		"apparel":      {apparel(t), -5848.09782690225},
	} {
		var reference struct {
			Delta  float64 `json:"delta_per_week"`
			Models struct {
				Pareto modelReference `json:"pnbd"`
			} `json:"models"`
		}
		referenceJSON(t, "reference/clv/"+name+".json", &reference)
		pareto := reference.Models.Pareto
		if name == "apparel" {
			pareto.MLE.SE = exactApparelErrors()
		}

		m, err := btyd.FitGGompertzNBD(t.Context(), set.summaries, nil)
		require.NoError(t, err)
		report := m.Report()
		require.Equal(t, []btyd.Boundary{btyd.BoundaryNoAgeing}, report.Boundaries)
		require.Equal(t, 4, report.Parameters)
		require.True(t, report.Converged)
		require.LessOrEqual(t, report.Evaluations, 40)
		require.InDelta(t, set.logLik, report.LogLikelihood, 1e-8)
		b, _ := m.Param("b")
		for _, p := range m.Parameters() {
			want, se, value, error := pareto.MLE.Params[p.Name], pareto.MLE.SE[p.Name], p.Value, p.SE
			switch p.Name {
			case "b":
				require.False(t, p.Identified)
				continue
			case "beta":
				value, error = value/b, error/b
			}
			within(t, name+" "+p.Name, value, want, 1e-7)
			within(t, name+" standard error of "+p.Name, error, se, 2e-5)
		}

		used := pareto.ParamsUsed
		m, err = btyd.NewGGompertzNBD(rapport.Week, used["r"], used["alpha"], b, used["s"], used["beta"]*b)
		require.NoError(t, err)
		require.NotEmpty(t, pareto.Customers)
		for _, c := range pareto.Customers {
			s := scoring.Summary{X: c.X, TX: c.TX, T: c.T}
			within(t, name+" likelihood", m.LogLikelihood(s), c.Truth.LogLik, 1e-8)
			within(t, name+" P(alive)", m.PAlive(s), c.Truth.PAlive, 1e-8)
			for horizon, want := range c.Truth.CET {
				at, err := strconv.ParseFloat(horizon, 64)
				require.NoError(t, err)
				within(t, name+" expected", m.Expected(s, at), want, 1e-8)
			}
			dert, err := m.Discounted(s, inf, reference.Delta)
			require.NoError(t, err)
			within(t, name+" discounted", dert, c.Truth.DERT, 1e-8)
		}
	}
}

// ageing draws n customers between 20 and 104 weeks old.
func ageing(t *testing.T, m *btyd.Model, n int, seed uint64) *btyd.Rows {
	ids, ages := make([]rapport.ID, n), make([]float64, n)
	for i := range ids {
		ids[i], ages[i] = rapport.ID(fmt.Sprintf("c%06d", i)), math.Floor(140+588*float64(i)/float64(n))/7
	}
	s, err := m.Simulate(ids, ages, seed)
	require.NoError(t, err)
	return btyd.Compress(s)
}

// Ridges are named, and the work on them is bounded.
func TestGGompertzRidges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		params []float64
		want   btyd.Boundary
	}{
		{"nobody leaves", []float64{.8, 8, 1, 0, 1}, btyd.BoundaryNoDropout},
		{"one rate of buying", []float64{3000, 15000, .08, 1.2, 12}, btyd.BoundaryHomogeneousRate},
		{"one hazard", []float64{.8, 8, .05, 3e4, 6e5}, btyd.BoundaryHomogeneousDropout},
	} {
		m, err := btyd.New(btyd.GGompertzNBD, rapport.Week, c.params...)
		require.NoError(t, err)
		named := 0
		const sets = 3
		for seed := range uint64(sets) {
			fit, err := btyd.Fit(t.Context(), btyd.GGompertzNBD, ageing(t, m, 800, seed), nil)
			require.NoError(t, err, c.name)
			require.LessOrEqual(t, fit.Report().Evaluations, 150)
			if slices.Contains(fit.Report().Boundaries, c.want) {
				named++
			}
		}
		require.NotZero(t, named, c.name) // half of the samples vary a little by chance
	}
}

// A prior on b or β keeps a fit off the boundary; a cancelled fit says so.
func TestGGompertzWithPriorsAndCancelled(t *testing.T) {
	rows := btyd.Compress(cdnowLike(true).customers(t, 500, 3))
	fit, err := btyd.Fit(t.Context(), btyd.GGompertzNBD, rows, &btyd.FitOptions{Priors: []btyd.Prior{
		btyd.LogNormalPrior("b", .02, .5), btyd.LogNormalPrior("s", 1, 1), btyd.LogNormalPrior("beta", 1, 1),
	}})
	require.NoError(t, err)
	b, _ := fit.Param("b")
	require.Greater(t, b, 1e-3)
	require.Empty(t, fit.Report().Boundaries)

	for calls := range 12 {
		fit, err = btyd.Fit(&countdown{t.Context(), 2 * calls}, btyd.GGompertzNBD, rows, &btyd.FitOptions{Workers: 1})
		if err == nil {
			break
		}
		var failed *btyd.FitError
		require.ErrorAs(t, err, &failed)
		require.ErrorIs(t, err, context.Canceled)
		if fit != nil {
			require.False(t, fit.Report().Converged)
			require.Len(t, fit.Parameters(), 5)
		}
	}
}

func BenchmarkFitGGompertzNBD(b *testing.B) {
	for name, rows := range map[string]*btyd.Rows{
		"cdnow-compressed":      btyd.Compress(cdnow(b)),
		"100k-daily-compressed": btyd.Compress(cdnowLike(true).customers(b, 100_000, benchSeed)),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportMetric(float64(rows.Len()), "rows")
			b.ReportAllocs()
			for b.Loop() {
				_, err := btyd.Fit(b.Context(), btyd.GGompertzNBD, rows, &btyd.FitOptions{Workers: 1})
				require.NoError(b, err)
			}
		})
	}
}
