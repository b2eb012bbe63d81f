package btyd_test

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

// usableBGBB fails if a model says anything that is not a number.
func usableBGBB(t testingT, m *btyd.BGBB) {
	t.Helper()
	for _, c := range []btyd.Cell{{}, {N: 30}, {X: 1, TX: 1, N: 30}, {X: 5, TX: 5, N: 5}, {X: 3, TX: 900, N: 1000}, {X: 600, TX: 601, N: 1000}} {
		rates, err := m.Rates(c)
		require.NoError(t, err)
		for _, p := range []float64{m.PAlive(c, 0), m.PAlive(c, 1), m.Probability(c, 0, 5), m.NextAt(c, 2), rates.Purchase, rates.Dropout} {
			require.True(t, p >= 0 && p <= 1, "%+v %+v: %v", m.Params(), c, p)
		}
		e := m.Expected(c, 10)
		require.True(t, e >= 0 && e <= 10, "%+v %+v: %v", m.Params(), c, e)
		d, err := m.Discounted(c, inf, .1)
		require.NoError(t, err)
		require.True(t, d >= 0 && d <= 10+1e-9, "%+v %+v: %v", m.Params(), c, d)
		l := m.LogLikelihood(c)
		require.False(t, math.IsNaN(l) || math.IsInf(l, 0) || l > 0, "%+v %+v: %v", m.Params(), c, l)
	}
	for _, p := range m.Parameters() {
		require.False(t, math.IsNaN(p.Value+p.SE) || math.IsInf(p.Value+p.SE, 0), "%+v", p)
	}
}

func TestBGBBBoundaries(t *testing.T) {
	all := func(x, tx, n int, customers float64) btyd.Cell {
		return btyd.Cell{X: x, TX: tx, N: n, Customers: customers}
	}
	for name, c := range map[string]struct {
		cells []btyd.Cell
		want  btyd.Boundary
	}{
		"always":         {[]btyd.Cell{all(6, 6, 6, 40)}, btyd.BoundaryCertainPurchase},
		"always or none": {[]btyd.Cell{all(6, 6, 6, 40), all(0, 0, 6, 60)}, btyd.BoundaryPolarPurchase},
		"nobody leaves":  {[]btyd.Cell{all(1, 6, 6, 20), all(2, 6, 6, 30), all(4, 6, 6, 30), all(1, 5, 6, 9), all(5, 6, 6, 20)}, btyd.BoundaryNoDropout},
		"all alike": {[]btyd.Cell{ // binomial at one half, by counts of histories
			all(0, 0, 3, 1), all(1, 1, 3, 1), all(1, 2, 3, 1), all(1, 3, 3, 1), all(2, 2, 3, 1), all(2, 3, 3, 2), all(3, 3, 3, 1),
		}, btyd.BoundaryHomogeneousPurchase},
		"one customer": {[]btyd.Cell{all(2, 3, 9, 1)}, btyd.BoundaryHomogeneousPurchase},
	} {
		m, err := btyd.FitBGBB(t.Context(), c.cells, nil)
		require.NoError(t, err, name)
		t.Logf("%-16s %+v %v", name, m.Params(), m.Report().Boundaries)
		require.Contains(t, m.Report().Boundaries, c.want, name)
		usableBGBB(t, m)
	}
}

// Merging cells, their order, weights and workers do not change a fit.
func TestFitBGBBDoesNotDependOnTheForm(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	truth := mustBGBB(t, .8, 1.5, .5, 3)
	var cells []btyd.Cell
	for i := range 3000 {
		cells = append(cells, truth.Simulate(random, 4+i%40))
	}
	one, err := btyd.FitBGBB(t.Context(), cells, &btyd.FitOptions{Workers: 1})
	require.NoError(t, err)
	four, err := btyd.FitBGBB(t.Context(), cells, &btyd.FitOptions{Workers: 4})
	require.NoError(t, err)
	require.Equal(t, one, four)
	shuffled := slices.Clone(cells)
	random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for i := range shuffled {
		shuffled[i].Customers *= 2
	}
	double, err := btyd.FitBGBB(t.Context(), append(shuffled, btyd.Cell{X: 1, TX: 1, N: 2}), nil)
	require.NoError(t, err)
	for i, p := range one.Parameters() {
		within(t, p.Name, double.Parameters()[i].Value, p.Value, 1e-7)
		within(t, p.Name+" SE", double.Parameters()[i].SE*math.Sqrt2, p.SE, 1e-6)
	}
}

func TestBGBBInputs(t *testing.T) {
	m := mustBGBB(t, 1.2, .75, .66, 2.78)
	var input *btyd.InputError
	for _, c := range []btyd.Cell{
		{X: -1, N: 3}, {X: 3, TX: 2, N: 5}, {X: 1, TX: 6, N: 5}, {TX: 2, N: 5}, {X: 1, N: 5}, {N: -1}, {N: 2_000_000},
	} {
		require.ErrorAs(t, c.Validate(), &input, "%+v", c)
		_, err := btyd.FitBGBB(t.Context(), []btyd.Cell{{X: 1, TX: 1, N: 3, Customers: 1}, c}, nil)
		require.ErrorAs(t, err, &input)
		require.Zero(t, m.PAlive(c, 0)+m.Expected(c, 3)+m.LogLikelihood(c)+m.Probability(c, 0, 1)+m.NextAt(c, 1))
		_, err = m.Band(c, 3, .9)
		require.ErrorAs(t, err, &input)
		_, err = m.Discounted(c, 3, .1)
		require.ErrorAs(t, err, &input)
	}
	good := btyd.Cell{X: 1, TX: 1, N: 3, Customers: 1}
	for _, call := range []func() error{
		func() error { return btyd.Cell{Customers: math.NaN()}.Validate() },
		func() error { return btyd.Cell{Customers: -1}.Validate() },
		func() error { _, err := btyd.NewBGBB(1, 1, -1, 1); return err },
		func() error { _, err := btyd.NewBGBB(math.NaN(), 1, 1, 1); return err },
		func() error { _, err := m.Discounted(good, -1, .1); return err },
		func() error { _, err := m.Discounted(good, 2.5, .1); return err },
		func() error { _, err := m.Discounted(good, 2, math.NaN()); return err },
		func() error { _, err := m.Band(good, 20_000, .9); return err },
		func() error { _, err := m.Band(good, -1, .9); return err },
		func() error { _, err := m.Band(good, 2, 1); return err },
		func() error { _, err := m.NextPurchase(good, 1); return err },
		func() error { _, err := m.NextPurchase(btyd.Cell{X: 1}, .5); return err },
		func() error { _, err := m.ExpectedTotal(t.Context(), []btyd.Cell{good}, -1, .9); return err },
		func() error { _, err := new(btyd.BGBB).ExpectedTotal(t.Context(), nil, 1, .9); return err },
		func() error {
			_, err := btyd.FitBGBB(t.Context(), []btyd.Cell{good}, &btyd.FitOptions{Start: []float64{1}})
			return err
		},
	} {
		require.ErrorAs(t, call(), &input)
	}
	for _, cells := range [][]btyd.Cell{nil, {{N: 5, Customers: 3}}, {{X: 1, TX: 1, N: 3}}} {
		_, err := btyd.FitBGBB(t.Context(), cells, nil)
		require.ErrorIs(t, err, btyd.ErrNoRepeat)
	}
	_, err := m.Discounted(good, inf, 0)
	require.ErrorIs(t, err, btyd.ErrDiverges) // γ < 1
	_, err = m.NextPurchase(btyd.Cell{X: 2, TX: 2, N: 20}, .5)
	require.ErrorIs(t, err, btyd.ErrNever)
	_, err = m.Discounted(good, inf, -.1)
	require.ErrorIs(t, err, btyd.ErrDiverges)
	certain, err := mustBGBB(t, 1.2, .75, 1.5, 2.78).DiscountedNew(inf, 0)
	require.NoError(t, err)
	require.InDelta(t, 1.2/1.95*2.78/.5, certain, 1e-12)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = btyd.FitBGBB(cancelled, []btyd.Cell{good}, nil)
	require.ErrorIs(t, err, context.Canceled)
	var none *btyd.BGBB
	require.Zero(t, none.Expected(good, 3))
	require.Nil(t, none.Parameters())
	require.Zero(t, none.Params())
}

// Priors end the ridges that few data leave.
func TestBGBBWithPriors(t *testing.T) {
	cells := []btyd.Cell{{X: 2, TX: 3, N: 9, Customers: 1}}
	m, err := btyd.FitBGBB(t.Context(), cells, &btyd.FitOptions{Priors: []btyd.Prior{
		btyd.LogNormalPrior("alpha", 1, 1), btyd.LogNormalPrior("beta", 1, 1), btyd.LogNormalPrior("gamma", 1, 1), btyd.LogNormalPrior("delta", 3, 1),
	}})
	require.NoError(t, err)
	require.Empty(t, m.Report().Boundaries)
	for _, p := range m.Parameters() {
		require.True(t, p.Identified, p.Name)
	}
}

// The interval of c holds the values that a likelihood-ratio test does not refuse: those
// of the sBG in particular.
func TestProfilesOfDiscreteModels(t *testing.T) {
	truth, err := btyd.NewBetaDiscreteWeibull(.8, 2.5, 1.2)
	require.NoError(t, err)
	for seed := range uint64(6) {
		cohorts := []btyd.Cohort{truth.SimulateCohort(rand.New(rand.NewPCG(seed, 3)), 1500, 7)}
		simple, err := btyd.FitShiftedBetaGeometric(t.Context(), cohorts, nil)
		require.NoError(t, err)
		full, err := btyd.FitBetaDiscreteWeibull(t.Context(), cohorts, nil)
		require.NoError(t, err)
		test, err := btyd.CompareContracts(simple, full)
		require.NoError(t, err)
		c, err := btyd.ProfileContract(t.Context(), full, cohorts, "c", 1-test.PValue, nil)
		require.NoError(t, err)
		near := c.Low
		if c.Value < 1 {
			near = c.High
		}
		require.InDelta(t, 1, near, 1e-4, "%+v %+v", c, test)
		_, err = btyd.CompareContracts(full, simple)
		require.ErrorIs(t, err, btyd.ErrNotNested)
	}
	_, cells := readDonations(t)
	m, err := btyd.FitBGBB(t.Context(), cells, nil)
	require.NoError(t, err)
	p := m.Parameters()[2]
	gamma, err := btyd.ProfileBGBB(t.Context(), m, cells, "gamma", .95, nil)
	require.NoError(t, err)
	require.InDelta(t, math.Log(p.Value)-1.96*p.SE/p.Value, math.Log(gamma.Low), .02)
	require.InDelta(t, math.Log(p.Value)+1.96*p.SE/p.Value, math.Log(gamma.High), .02)
	var input *btyd.InputError
	_, err = btyd.ProfileBGBB(t.Context(), m, cells, "c", .95, nil)
	require.ErrorAs(t, err, &input)
	_, err = btyd.ProfileContract(t.Context(), nil, nil, "c", .95, nil)
	require.ErrorAs(t, err, &input)
}

// The files were written by the first release with these models.
func TestDiscreteModelFilesOfVersion1(t *testing.T) {
	for name, model := range map[string]json.Unmarshaler{
		"testdata/bgbb_v1.json": new(btyd.BGBB), "testdata/bgbb_boundary_v1.json": new(btyd.BGBB),
		"testdata/sbg_v1.json": new(btyd.Contract), "testdata/bdw_v1.json": new(btyd.Contract),
	} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, model), name)
		again, err := json.Marshal(model)
		require.NoError(t, err)
		require.Equal(t, strings.TrimSpace(string(text)), string(again), name)
		for what, bad := range map[string]string{
			"version":   strings.Replace(string(text), `"version":1`, `"version":2`, 1),
			"unit":      strings.Replace(string(text), `"version":1`, `"version":1,"unit":"week"`, 1),
			"parameter": strings.Replace(string(text), `"beta":`, `"beta":-`, 1),
			"name":      strings.Replace(string(text), `"beta":`, `"b":`, 1),
			"kind":      strings.Replace(string(text), `"rapport/`, `"rapport/x`, 1),
		} {
			require.ErrorIs(t, json.Unmarshal([]byte(bad), model), btyd.ErrModelFormat, what)
		}
	}
}

// Whatever the data, a fit ends with a usable model or a typed error, and no nested model
// is better.
func TestDiscreteFitsOfAnyData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) btyd.Cell {
			c := drawCell(t)
			c.Customers = drawLog(t, "customers", .01, 1000)
			return c
		}), 1, 12).Draw(t, "cells")
		m, err := btyd.FitBGBB(t.Context(), cells, nil)
		if m != nil {
			requireFitError(t, err)
			usableBGBB(t, m)
			report := m.Report()
			sum, alone := 0.0, 0.0
			beta, err := btyd.NewBGBB(m.Params().Alpha, m.Params().Beta, 0, 1)
			require.NoError(t, err)
			for _, c := range cells {
				sum += c.Customers * m.LogLikelihood(c)
				alone += c.Customers * beta.LogLikelihood(c)
			}
			require.InDelta(t, report.LogLikelihood, sum, 1e-9*(1+math.Abs(sum)))
			require.GreaterOrEqual(t, sum, alone-1e-6)
		} else {
			require.ErrorIs(t, err, btyd.ErrNoRepeat)
		}
		active := []float64{drawLog(t, "began", 1, 1e5)}
		for range rapid.IntRange(3, 12).Draw(t, "renewals") {
			active = append(active, active[len(active)-1]*rapid.Float64Range(0, 1).Draw(t, "kept"))
		}
		cohorts := []btyd.Cohort{{Active: active}}
		simple, err := btyd.FitShiftedBetaGeometric(t.Context(), cohorts, nil)
		requireFitError(t, err)
		usableContract(t, simple)
		full, err := btyd.FitBetaDiscreteWeibull(t.Context(), cohorts, nil)
		requireFitError(t, err)
		usableContract(t, full)
		within2(t, simple.Report().LogLikelihood, simple.LogLikelihood(cohorts[0]))
		// Up to rounding: the two take their sums by different ways.
		best := simple.Report().LogLikelihood
		require.GreaterOrEqual(t, full.Report().LogLikelihood, best-1e-12*(1+math.Abs(best)))
	})
}

func requireFitError(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		require.ErrorIs(t, err, btyd.ErrNotConverged)
		t.Log(err)
	}
}

// No parameters within the domain make a number that is none.
func TestDiscreteModelsAtTheEndsOfTheDomain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := rapid.SampledFrom([]float64{1e3, 1e10, 1e100}).Draw(t, "span")
		draw := func(name string) float64 { return drawLog(t, name, 1/span, span) }
		m, err := btyd.NewBGBB(draw("alpha"), draw("beta"), draw("gamma"), draw("delta"))
		require.NoError(t, err)
		usableBGBB(t, m)
		k, err := btyd.NewBetaDiscreteWeibull(draw("a"), draw("b"), drawLog(t, "c", .01, 100))
		require.NoError(t, err)
		usableContract(t, k)
		k, err = btyd.NewShiftedBetaGeometric(draw("a"), draw("b"))
		require.NoError(t, err)
		usableContract(t, k)
	})
}
