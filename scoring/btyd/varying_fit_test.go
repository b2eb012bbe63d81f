package btyd_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// weeks returns periods of a week, with a season of 13 in 52 and a price that wanders.
func weeks(n int) [][]float64 {
	periods := make([][]float64, n)
	for k := range periods {
		season := 0.0
		if k%52 >= 39 {
			season = 1
		}
		periods[k] = []float64{7, season, math.Sin(float64(k) / 5)}
	}
	return periods
}

// promoted sends each third customer a price of its own for some weeks.
func promoted(tb testing.TB, calendar *btyd.Calendar, n int) *btyd.Calendar {
	tb.Helper()
	own := map[rapport.ID][]btyd.Period{}
	for i := 0; i < n; i += 3 {
		from := newYear().AddDate(0, 0, 30+i%200)
		own[customerID(i)] = []btyd.Period{{From: from, To: from.AddDate(0, 0, 10), Values: []float64{0, -2}}, {From: from.AddDate(0, 0, 40), To: from.AddDate(0, 0, 61), Values: []float64{1, -1}}}
	}
	c, err := calendar.With(own)
	require.NoError(tb, err)
	return c
}

func customerID(i int) rapport.ID { return rapport.ID(fmt.Sprintf("c%07d", i)) }

// varyingLog simulates customers of the model who begin in the first 100 days of the
// calendar, until the day: its purchases come in days, as those of a log.
func varyingLog(tb testing.TB, m *btyd.VaryingModel, calendar *btyd.Calendar, n, until int, seed uint64) (*scoring.Summaries, *btyd.Visits) {
	tb.Helper()
	visits, err := btyd.NewVisits(calendar)
	require.NoError(tb, err)
	summaries, err := scoring.Summarize(tb.Context(), func(yield func(scoring.Purchase, error) bool) {
		for i := range n {
			random := numeric.Stream(seed, uint64(i))
			first := newYear().AddDate(0, 0, random.IntN(100))
			c, err := m.Customer(calendar, customerID(i), first, scoring.Summary{})
			require.NoError(tb, err)
			days := float64(until) - first.Sub(newYear()).Hours()/24
			times, err := c.Simulate(random, days/m.Unit().Days())
			require.NoError(tb, err)
			for _, at := range append([]float64{0}, times...) {
				if !yield(scoring.Purchase{Customer: customerID(i), At: first.AddDate(0, 0, int(at*m.Unit().Days())), Amount: 100}, nil) {
					return
				}
			}
		}
	}, scoring.Window{Unit: m.Unit(), Until: newYear().AddDate(0, 0, until), Visit: visits.Add})
	require.NoError(tb, err)
	return summaries, visits
}

func TestVaryingDerivatives(t *testing.T) {
	t.Parallel()
	names := []string{"season", "price"}
	m := mustVarying(t, rapport.Week, []float64{1, 10, .8, 12}, names, []float64{.7, -.4}, []float64{-.3, .2})
	summaries, visits := varyingLog(t, m, promoted(t, calendarOf(t, names, weeks(80)), 60), 60, 500, 1)
	for name, c := range map[string]struct {
		options btyd.CovariateOptions
		dropout bool
		x       []float64
	}{
		"all":      {btyd.CovariateOptions{}, true, []float64{.1, 2, -.3, 2.2, .3, -.4, .5, .6}},
		"small":    {btyd.CovariateOptions{}, true, []float64{3, -2, 2, -4, .3, -.4, .5, .6}},
		"equal":    {btyd.CovariateOptions{Equal: []string{"price"}, Life: []string{"price"}}, true, []float64{.1, 2, -.3, 2.2, .7, -.3}},
		"purchase": {btyd.CovariateOptions{Life: []string{}}, true, []float64{.1, 2, -.3, 2.2, .7, -.3}},
		"life":     {btyd.CovariateOptions{Purchase: []string{}}, true, []float64{.1, 2, -.3, 2.2, .7, -.3}},
		"nbd":      {btyd.CovariateOptions{}, false, []float64{.1, 2, .7, -.3}},
	} {
		t.Run(name, func(t *testing.T) {
			evaluate := func(x []float64, workers int) (float64, []float64, []float64) {
				v, g, h, err := btyd.EvaluateVarying(summaries, visits, c.options, c.dropout, x, workers)
				require.NoError(t, err)
				return v, g, h
			}
			one, g, h := evaluate(c.x, 1)
			two, g2, h2 := evaluate(c.x, 3)
			require.Equal(t, []any{one, g, h}, []any{two, g2, h2})
			const step = 1e-5
			size := len(c.x)
			for i := range c.x {
				up, down := append([]float64(nil), c.x...), append([]float64(nil), c.x...)
				up[i] += step
				down[i] -= step
				vu, gu, _ := evaluate(up, 1)
				vd, gd, _ := evaluate(down, 1)
				require.InDelta(t, (vu-vd)/(2*step), g[i], 1e-6*(1+math.Abs(g[i])), "gradient %d", i)
				for j := range c.x {
					require.InDelta(t, (gu[j]-gd[j])/(2*step), h[i*size+j], 1e-6*(1+math.Abs(h[i*size+j])), "Hessian %d %d", i, j)
					require.InDelta(t, h[j*size+i], h[i*size+j], 1e-9*(1+math.Abs(h[i*size+j])))
				}
			}
		})
	}
}

// Where nobody leaves the fit names the boundary, and predicts.
func TestVaryingWithoutDropout(t *testing.T) {
	names := []string{"season"}
	calendar := calendarOf(t, names, weeksOf(150, 1))
	m := mustVarying(t, rapport.Week, []float64{2, 4, 0, 1}, names, []float64{.5}, []float64{0})
	summaries, visits := varyingLog(t, m, calendar, 300, 700, 9)
	fitted, err := btyd.FitVarying(t.Context(), summaries, visits, &btyd.CovariateOptions{Life: []string{}})
	require.NoError(t, err)
	t.Logf("%+v %+v", fitted.Parameters(), fitted.Report())
	require.Contains(t, fitted.Report().Boundaries, btyd.BoundaryNoDropout)
	for _, p := range fitted.Parameters() {
		if p.Name == "trans.season" {
			require.InDelta(t, .5, p.Value, 4*p.SE)
		}
	}
	values := make([]float64, summaries.Len())
	require.NoError(t, fitted.ExpectedInto(values, summaries, calendar, 10))
	for _, v := range values {
		require.Positive(t, v)
	}
	plain := mustFit(t, btyd.ParetoNBD, summaries)
	require.GreaterOrEqual(t, fitted.Report().LogLikelihood, plain.Report().LogLikelihood)
}

// weeksOf is weeks with only so many of the values.
func weeksOf(n, values int) [][]float64 {
	periods := weeks(n)
	for i := range periods {
		periods[i] = periods[i][:1+values]
	}
	return periods
}

func TestVaryingFitIsCancelled(t *testing.T) {
	season := readSeason(t)
	summaries, visits := readVisits(t, "data/apparel.csv", "2006-12-31", season)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := btyd.FitVarying(ctx, summaries, visits, nil)
	require.ErrorIs(t, err, context.Canceled)
}

// Simulated futures have the moments that the model states.
func TestVaryingSimulationHasTheExpectedMoments(t *testing.T) {
	t.Parallel()
	names := []string{"season", "price"}
	m := mustVarying(t, rapport.Week, []float64{1.2, 8, 2.5, 40}, names, []float64{1, -.5}, []float64{-1, .5})
	c, err := m.Customer(calendarOf(t, names, weeks(140)), "ada", newYear().AddDate(0, 0, 11), scoring.Summary{X: 4, TX: 30, T: 42})
	require.NoError(t, err)
	const draws, ahead = 200_000, 60
	random := rand.New(rand.NewPCG(3, 4))
	n, square, none := 0.0, 0.0, 0.0
	for range draws {
		times, err := c.Simulate(random, ahead)
		require.NoError(t, err)
		y := float64(len(times))
		n += y
		square += y * (y - 1)
		if y == 0 {
			none++
		}
	}
	expected, err := c.Expected(ahead)
	require.NoError(t, err)
	pairs, err := c.Pairs(ahead)
	require.NoError(t, err)
	idle, err := c.None(ahead)
	require.NoError(t, err)
	deviation := math.Sqrt((c.PAlive()*pairs + expected - expected*expected) / draws)
	require.InDelta(t, expected, n/draws, 4*deviation)
	require.InDelta(t, c.PAlive()*pairs, square/draws, .03*c.PAlive()*pairs)
	require.InDelta(t, idle, none/draws, 4*math.Sqrt(idle*(1-idle)/draws))
}
