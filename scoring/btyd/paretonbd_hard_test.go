package btyd_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// Random shops whose customers follow another model, some of them on a ridge: each
// fit converges, with bounded work.
func TestParetoNBDFitsRandomShops(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(77, 1))
	draw := func(low, high float64) float64 { return low * math.Pow(high/low, random.Float64()) }
	ridges := 0
	for i := range 8 {
		shop := simulation{r: draw(.05, 5), alpha: draw(1, 50), a: draw(.1, 5), b: draw(.3, 20), youngest: 5, oldest: 104, daily: true, p: 6, q: 4, v: 15}
		m, err := btyd.FitParetoNBD(t.Context(), shop.customers(t, 800, uint64(i+100)), nil)
		require.NoError(t, err, "%+v", shop)
		r := m.Report()
		require.True(t, r.Converged)
		require.Less(t, r.Evaluations, 250)
		require.Less(t, r.MaxGradient, 1e-4)
		if len(r.Boundaries) > 0 {
			ridges++
		}
	}
	require.Less(t, ridges, 4)
}

// worn are customers whose propensity to leave grows with age, which the Pareto/NBD
// cannot say: all leave at one rate as s, β → ∞, along a ridge.
func worn(tb testing.TB, customers int) *scoring.Summaries {
	tb.Helper()
	m, err := btyd.New(btyd.GGompertzNBD, rapport.Week, truths()["ggomnbd"]...)
	require.NoError(tb, err)
	return drawn(tb, m, customers, 5)
}

// The work does not grow with the length of the ridge.
func TestParetoNBDFitsOneRateOfLeaving(t *testing.T) {
	m, err := btyd.FitParetoNBD(t.Context(), worn(t, 6000), nil)
	require.NoError(t, err)
	r := m.Report()
	require.Equal(t, []btyd.Boundary{btyd.BoundaryHomogeneousDropout}, r.Boundaries)
	require.LessOrEqual(t, r.Evaluations, 45)
	require.Equal(t, 3, r.Parameters)
	require.InDelta(t, -79583.33753416955, r.LogLikelihood, 1e-6, "where steps of a factor of e end")
	s, beta := m.Parameters()[2], m.Parameters()[3]
	require.InEpsilon(t, .0303681, s.Value/beta.Value, 1e-5)
	require.False(t, s.Identified || beta.Identified)
	require.True(t, m.Parameters()[0].Identified && m.Parameters()[1].Identified)

	// A start far along the ridge finds back, as in a bootstrap.
	back, err := btyd.FitParetoNBD(t.Context(), cdnow(t), &btyd.FitOptions{Start: []float64{1, 10, 1e10, 1e11}})
	require.NoError(t, err)
	require.InDelta(t, -9594.9762, back.Report().LogLikelihood, 1e-3)
	require.LessOrEqual(t, back.Report().Evaluations, 45)
	prior := &btyd.FitOptions{Priors: []btyd.Prior{btyd.LogNormalPrior("s", 1, 1)}}
	m, err = btyd.FitParetoNBD(t.Context(), worn(t, 2000), prior)
	require.NoError(t, err)
	require.Empty(t, m.Report().Boundaries, "a prior ends the ridge")
	require.Less(t, m.Parameters()[2].Value, 100.)
}

// changed fits the CDNOW customers after a change; customers for which it returns false
// are left out.
func changed(t *testing.T, change func(s *scoring.Summary) bool) *btyd.Model {
	t.Helper()
	var rows []btyd.Row
	for _, s := range cdnow(t).All() {
		if change(&s) {
			rows = append(rows, btyd.Row{Summary: s, Customers: 1})
		}
	}
	compressed, err := btyd.NewRows(rapport.Week, rows)
	require.NoError(t, err)
	m, err := btyd.Fit(t.Context(), btyd.ParetoNBD, compressed, nil)
	require.NoError(t, err)
	require.True(t, m.Report().Converged)
	return m
}

// Where a part of the customers leaves at once and the rest never does, the likelihood
// rises for ever, more and more slowly: a point far out is returned, and the boundary is
// named.
func TestParetoNBDNamesDepartureAtOnce(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 1))
	rows := make([]btyd.Row, 500)
	for i := range rows {
		s := scoring.Summary{T: math.Floor(random.Float64()*700+35) / 7}
		if random.Float64() < .6 {
			rate := drawGamma(random, 2) / 10
			for at := random.ExpFloat64() / rate; at < s.T; at += random.ExpFloat64() / rate {
				s.X, s.TX = s.X+1, at
			}
		}
		rows[i] = btyd.Row{Summary: s, Customers: 1}
	}
	compressed, err := btyd.NewRows(rapport.Week, rows)
	require.NoError(t, err)
	m, err := btyd.Fit(t.Context(), btyd.ParetoNBD, compressed, nil)
	require.NoError(t, err)
	require.Contains(t, m.Report().Boundaries, btyd.BoundaryPolarDropout, "%+v %+v", m.Parameters(), m.Report())
	require.InDelta(t, .6, m.PAlive(scoring.Summary{T: .01}), .1)
}
