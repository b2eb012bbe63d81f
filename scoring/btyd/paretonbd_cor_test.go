package btyd_test

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

func mustCorrelated(tb testing.TB, r, alpha, s, beta, m float64) *btyd.Model {
	tb.Helper()
	model, err := btyd.NewParetoNBDCorrelated(rapport.Week, r, alpha, s, beta, m)
	require.NoError(tb, err)
	return model
}

// The R package CLVTools is the one peer: on CDNOW .5432, 10.100, .5088, 9.179, a
// correlation of .0861 and −9591.7659, which is the end of m's range; on the apparel
// log it stopped at −5850.82, below the model without correlation.
func TestParetoNBDCorrelatedPublished(t *testing.T) {
	summaries := cdnow(t)
	shares := [4]float64{.54318313650545, 10.100142348798, .50884825018766, 9.179119990736}
	a := math.Pow(shares[1]/(shares[1]+1), shares[0])
	b := math.Pow(shares[3]/(shares[3]+1), shares[2])
	peer := mustCorrelated(t, shares[0], shares[1], shares[2], shares[3], 1/(a*(1-b)))
	correlation, ok := peer.Correlation()
	require.True(t, ok)
	require.InDelta(t, .086119856045564, correlation, 1e-5)
	sum := 0.0
	for _, s := range summaries.All() {
		sum += peer.LogLikelihood(s)
	}
	require.InDelta(t, -9591.7659072382, sum, 1e-3)

	got, err := btyd.FitParetoNBDCorrelated(t.Context(), summaries, nil)
	require.NoError(t, err)
	correlation, _ = got.Correlation()
	t.Logf("%+v %+v correlation %v", got.Parameters(), got.Report(), correlation)
	require.Greater(t, got.Report().LogLikelihood, -9591.7659072382)
	require.Greater(t, got.Report().LogLikelihood, -9591.66577, "the corner of the upper end")
	require.Equal(t, []btyd.Boundary{btyd.BoundaryCorrelation}, got.Report().Boundaries)
	require.LessOrEqual(t, got.Report().Evaluations, 30)
	for _, name := range []string{"r", "m"} {
		_, err = btyd.Profile(t.Context(), got, btyd.Compress(summaries), name, .95, nil)
		require.ErrorIs(t, err, btyd.ErrNotConverged)
	}

	apparel, err := btyd.FitParetoNBDCorrelated(t.Context(), readLog(t, "data/apparel.csv", "2006-12-31"), nil)
	require.NoError(t, err)
	correlation, _ = apparel.Correlation()
	t.Logf("%+v %+v correlation %v", apparel.Parameters(), apparel.Report(), correlation)
	require.Greater(t, apparel.Report().LogLikelihood, -5848.02643)
	require.LessOrEqual(t, apparel.Report().Evaluations, 30)
	plain, err := btyd.FitParetoNBD(t.Context(), readLog(t, "data/apparel.csv", "2006-12-31"), nil)
	require.NoError(t, err)
	test, err := btyd.CompareNested(plain, apparel)
	require.NoError(t, err)
	require.Equal(t, 1, test.DF)
	require.Greater(t, test.PValue, .5)
}

// The correlation of Park and Fader, Marketing Science 23 (2004) 280–303, grows with m,
// which is bounded by the other parameters.
func ExampleNewParetoNBDCorrelated() {
	for _, m := range []float64{-0.5, 0, 5, 20} {
		model, err := btyd.NewParetoNBDCorrelated(rapport.Week, .5432, 10.1, .5088, 9.179, m)
		if err != nil {
			log.Fatal(err)
		}
		correlation, _ := model.Correlation()
		customer := scoring.Summary{X: 2, TX: 30.43, T: 38.86}
		fmt.Printf("m %4.1f: correlation %6.3f, alive %.3f, %.3f purchases in 39 weeks\n",
			m, correlation, model.PAlive(customer), model.Expected(customer, 39))
	}
	// Output:
	// m -0.5: correlation -0.002, alive 0.883, 1.521 purchases in 39 weeks
	// m  0.0: correlation  0.000, alive 0.883, 1.520 purchases in 39 weeks
	// m  5.0: correlation  0.021, alive 0.883, 1.514 purchases in 39 weeks
	// m 20.0: correlation  0.084, alive 0.883, 1.495 purchases in 39 weeks
}

// The values come from the trapezoid rule over both rates' joint density, in their
// logarithms with step 0.1.
func TestParetoNBDCorrelatedAgainstTheJointDensity(t *testing.T) {
	for _, c := range []struct {
		p                [5]float64
		s                scoring.Summary
		t                float64
		ll, alive, count float64
	}{
		{[5]float64{.5432, 10.1, .5088, 9.179, 20}, scoring.Summary{X: 2, TX: 30.43, T: 38.86}, 39, -9.53341358348451, .882800283414265, 1.49528667768227},
		{[5]float64{1.5, 1, 2, 3, 1.2}, scoring.Summary{X: 3, TX: 2.5, T: 4}, 6, -5.39486318415833, .387989947304008, 1.1092234213172},
		{[5]float64{2, 3, 1, 4, -.9}, scoring.Summary{T: 5}, 10, -1.10918989133842, .185611835272822, .31346558851722},
	} {
		m := mustCorrelated(t, c.p[0], c.p[1], c.p[2], c.p[3], c.p[4])
		within(t, "log-likelihood", m.LogLikelihood(c.s), c.ll, 1e-12)
		within(t, "P(alive)", m.PAlive(c.s), c.alive, 1e-12)
		within(t, "expected", m.Expected(c.s, c.t), c.count, 1e-12)
	}
}

func TestParetoNBDCorrelatedDerivatives(t *testing.T) {
	rows := btyd.Compress(cdnowLike(true).customers(t, 300, 8))
	for _, at := range [][]float64{
		{-.6, 2.36, -.5, 2.46, 10}, {0, 4, 0, 4, -.9}, {1, .5, .7, 0, .5}, {2, 6, -1, 3, 0}, {-.5, 2, 3, 6, 2},
	} {
		agreesWithDifferences(t, btyd.ParetoNBDCorrelated, rows, at)
	}
}

// The likelihood of pairs is the sum of the customers' own; m = 0 is the plain model.
func TestParetoNBDCorrelatedLikelihoodIsSumOverCustomers(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 500, 7)
	rows := btyd.Compress(summaries)
	for _, p := range [][]float64{{.5, 10, .6, 12, 15}, {2, 3, 1, 4, -.5}, {.5, 10, .6, 12, 0}} {
		m := mustCorrelated(t, p[0], p[1], p[2], p[3], p[4])
		plain := mustParetoNBD(t, p[0], p[1], p[2], p[3])
		want := 0.0
		for _, s := range summaries.All() {
			want += m.LogLikelihood(s)
			if p[4] == 0 {
				within(t, "P(alive)", m.PAlive(s), plain.PAlive(s), 1e-13)
				within(t, "expected", m.Expected(s, 39), plain.Expected(s, 39), 1e-13)
			}
		}
		at := []float64{math.Log(p[0]), math.Log(p[1]), math.Log(p[2]), math.Log(p[3]), p[4]}
		got, _, _ := btyd.EvaluateFamily(btyd.ParetoNBDCorrelated, rows, at, 1)
		within(t, fmt.Sprintf("log-likelihood at %v", p), got, want, 1e-12)
	}
}

func TestParetoNBDCorrelatedRange(t *testing.T) {
	var input *btyd.InputError
	for _, m := range []float64{-1.2, 25, math.NaN(), inf} {
		_, err := btyd.NewParetoNBDCorrelated(rapport.Week, .5, 10, .5, 9, m)
		require.ErrorAs(t, err, &input, "%v", m)
		require.Equal(t, "m", input.Name)
	}
	ids := []rapport.ID{"a", "b"}
	covariates, err := btyd.NewCovariates([]string{"z"}, ids, [][]float64{{0}, {1}})
	require.NoError(t, err)
	summaries, err := scoring.NewSummaries(rapport.Week, ids, []scoring.Summary{{X: 1, TX: 2, T: 3}, {T: 4}})
	require.NoError(t, err)
	_, err = btyd.FitCovariates(t.Context(), btyd.ParetoNBDCorrelated, summaries, covariates, nil)
	require.ErrorAs(t, err, &input)
	_, ok := mustParetoNBD(t, .5, 10, .5, 9).Correlation()
	require.False(t, ok)
}

// Simulated customers have the expected count and the correlation that m implies, which
// shows in how the rates move together.
func TestParetoNBDCorrelatedSimulation(t *testing.T) {
	m := mustCorrelated(t, 1.5, 1, 2, 3, 1.2)
	ages := slices.Repeat([]float64{4}, 40000)
	ids := make([]rapport.ID, len(ages))
	for i := range ids {
		ids[i] = rapport.ID(fmt.Sprintf("c%05d", i))
	}
	summaries, err := m.Simulate(ids, ages, 5)
	require.NoError(t, err)
	total, none := 0.0, 0.0
	for _, s := range summaries.All() {
		total += float64(s.X)
		if s.X == 0 {
			none++
		}
	}
	n := float64(len(ages))
	require.InEpsilon(t, m.ExpectedNew(4), total/n, .012)
	require.InEpsilon(t, m.PMF(0, 4), none/n, .03)
	require.Greater(t, math.Abs(m.ExpectedNew(4)-mustParetoNBD(t, 1.5, 1, 2, 3).ExpectedNew(4)), .018*m.ExpectedNew(4))
}

// The search has five kinds of ends: within the range of m, at either end, at the corner
// of two pieces, which CDNOW has, and without correlation. Its work is bounded, and it
// never ends below the model without correlation.
func TestParetoNBDCorrelatedFits(t *testing.T) {
	t.Parallel()
	correlation, none := []btyd.Boundary{btyd.BoundaryCorrelation}, []btyd.Boundary{}
	fit := func(summaries *scoring.Summaries) (*btyd.Model, float64) {
		rows := btyd.Compress(summaries)
		m, err := btyd.Fit(t.Context(), btyd.ParetoNBDCorrelated, rows, nil)
		require.NoError(t, err)
		plain, err := btyd.Fit(t.Context(), btyd.ParetoNBD, rows, nil)
		require.NoError(t, err)
		gain := m.Report().LogLikelihood - plain.Report().LogLikelihood
		require.GreaterOrEqual(t, gain, 0.)
		p := m.Parameters()
		_, err = btyd.NewParetoNBDCorrelated(rapport.Week, p[0].Value, p[1].Value, p[2].Value, p[3].Value, p[4].Value)
		require.NoError(t, err, "m is within its range")
		return m, gain
	}
	for _, c := range []struct {
		truth      *btyd.Model
		customers  int
		boundaries []btyd.Boundary
		m, gain    float64
	}{
		{mustCorrelated(t, .6, 2, .8, 3, 1.1), 6000, none, 1.8115, 2.1167},
		{mustCorrelated(t, .6, 2, .8, 3, -.7), 6000, none, .4211, .1244},
		{mustParetoNBD(t, 1.2, 9, .9, 25), 2500, correlation, -1.175, .1080},
		{mustBGNBD(t, .8, 9, .8, 2.5), 2500, correlation, 14.189, 1.0544},
	} {
		m, gain := fit(drawn(t, c.truth, c.customers, 5))
		r := m.Report()
		require.Equal(t, c.boundaries, r.Boundaries)
		require.InEpsilon(t, c.m, m.Parameters()[4].Value, 1e-3)
		require.InDelta(t, c.gain, gain, 1e-3)
		require.LessOrEqual(t, r.Evaluations, 40)
		require.Less(t, r.MaxGradient, 1e-3)
	}
	m, gain := fit(worn(t, 2000))
	require.Equal(t, []btyd.Boundary{btyd.BoundaryNoCorrelation, btyd.BoundaryHomogeneousDropout}, m.Report().Boundaries)
	require.Zero(t, gain)
	require.LessOrEqual(t, m.Report().Evaluations, 70)

	random := rand.New(rand.NewPCG(78, 1))
	draw := func(low, high float64) float64 { return low * math.Pow(high/low, random.Float64()) }
	for i := range 12 {
		shop := simulation{r: draw(.05, 5), alpha: draw(.5, 50), a: draw(.1, 5), b: draw(.3, 20), youngest: 5, oldest: 104, daily: true, p: 6, q: 4, v: 15}
		m, _ := fit(shop.customers(t, 800, uint64(i+100)))
		t.Logf("%+v %+v", m.Parameters(), m.Report())
		require.LessOrEqual(t, m.Report().Evaluations, 150)
	}
}
