package btyd_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// gammaTimes are customers whose intervals are gamma distributed with shape k and rates
// of their own, some of whom leave early.
func gammaTimes(tb testing.TB, k float64, customers int, seed uint64) *scoring.Summaries {
	random := rand.New(rand.NewPCG(seed, 1))
	rows := make([]scoring.Summary, customers)
	for i := range rows {
		s := scoring.Summary{T: 20 + 80*random.Float64()}
		rate, leave := k*drawGamma(random, 1.2)/15, 0.2*random.Float64()
		for {
			gap := drawGamma(random, k) / rate
			if s.TX+gap > s.T {
				break
			}
			s.X++
			s.TX += gap
			s.SumLogInterval += math.Log(gap)
			if random.Float64() < leave {
				break
			}
		}
		rows[i] = s
	}
	return summariesOf(tb, rows)
}

// The k that was simulated is found within its standard error, by both methods,
// whatever the rates and whenever customers leave.
func TestRegularityIsEstimated(t *testing.T) {
	for _, c := range []struct {
		k      float64
		timing btyd.Timing
		erlang int
	}{
		{.5, btyd.TimingClumpy, 1}, {1, btyd.TimingRandom, 1}, {2, btyd.TimingRegular, 2}, {3, btyd.TimingRegular, 3}, {20, btyd.TimingRegular, 0},
	} {
		t.Run(fmt.Sprint(c.k), func(t *testing.T) {
			r, err := btyd.EstimateRegularity(gammaTimes(t, c.k, 3000, 11))
			require.NoError(t, err)
			t.Logf("%+v", *r)
			require.InDelta(t, c.k, r.K, 3*r.SE)
			require.InDelta(t, c.k, r.WheatMorrisonK, 3*r.WheatMorrisonSE)
			require.Less(t, r.SE, .04*c.k)
			require.Less(t, r.SE, r.WheatMorrisonSE, "all intervals tell more than two")
			require.Equal(t, c.timing, r.Timing)
			if c.erlang > 0 {
				require.Equal(t, c.erlang, r.Erlang)
			}
		})
	}
}

// The truths are from the days of the logs, by mpmath with 30 digits: the root of the
// derivative of the conditional likelihood, and the method of Wheat and Morrison.
func TestRegularityOfReferenceLogs(t *testing.T) {
	for _, c := range []struct {
		log, until string
		want       btyd.Regularity
	}{
		{"data/cdnow_sample.csv", "1997-09-30", btyd.Regularity{
			K: 1.0419889162562422, SE: 0.032764419603412656, Customers: 507, Intervals: 2018,
			WheatMorrisonK: 0.95680006766423, WheatMorrisonSE: 0.092235664523236231, Pairs: 214,
		}},
		{"data/apparel.csv", "2006-12-31", btyd.Regularity{
			K: 0.99967717704590827, SE: 0.041069918051052963, Customers: 271, Intervals: 1150,
			WheatMorrisonK: 0.94045611291983314, WheatMorrisonSE: 0.13168696112451812, Pairs: 82,
		}},
	} {
		got, err := btyd.EstimateRegularity(readLog(t, c.log, c.until))
		require.NoError(t, err)
		within(t, "k", got.K, c.want.K, 1e-12)
		within(t, "its standard error", got.SE, c.want.SE, 1e-11)
		within(t, "k by two intervals", got.WheatMorrisonK, c.want.WheatMorrisonK, 1e-12)
		within(t, "its standard error", got.WheatMorrisonSE, c.want.WheatMorrisonSE, 1e-12)
		require.Equal(t, []int{c.want.Customers, c.want.Intervals, c.want.Pairs}, []int{got.Customers, got.Intervals, got.Pairs})
		require.Equal(t, btyd.TimingRandom, got.Timing)
		require.Equal(t, 1, got.Erlang)
	}
}

// The estimate is unbiased and its standard error is that of repeated samples.
func TestRegularityStandardErrors(t *testing.T) {
	const samples = 200
	mean, square, wide, rejected := 0.0, 0.0, 0.0, 0
	for seed := range uint64(samples) {
		r, err := btyd.EstimateRegularity(gammaTimes(t, 1, 150, 100+seed))
		require.NoError(t, err)
		mean, square, wide = mean+r.K/samples, square+r.K*r.K/samples, wide+r.SE/samples
		if r.Timing != btyd.TimingRandom {
			rejected++
		}
	}
	spread := math.Sqrt(square - mean*mean)
	require.InDelta(t, 1, mean, .015)
	require.InEpsilon(t, spread, wide, .15)
	require.InDelta(t, .05*samples, rejected, 10, "chance is called something else in 5 % of samples")
}

func TestRegularityAtItsEnds(t *testing.T) {
	even := scoring.Summary{X: 2, TX: 10, T: 20, SumLogInterval: 2 * math.Log(5)}
	r, err := btyd.EstimateRegularity(summariesOf(t, []scoring.Summary{even, even, even, {T: 4}}))
	require.NoError(t, err)
	require.Equal(t, &btyd.Regularity{
		K: 1e4, Timing: btyd.TimingRegular, PValue: r.PValue, Erlang: 10000, Customers: 3, Intervals: 6, WheatMorrisonK: 1e4, Pairs: 3,
	}, r)
	burst := scoring.Summary{X: 2, TX: 10, T: 20, SumLogInterval: math.Log(1e-300) + math.Log(10)}
	r, err = btyd.EstimateRegularity(summariesOf(t, []scoring.Summary{burst, burst, burst}))
	require.NoError(t, err)
	require.Less(t, r.K, .01)
	require.Equal(t, 1, r.Erlang)
	require.Equal(t, 1e-3, r.WheatMorrisonK)

	_, err = btyd.EstimateRegularity(summariesOf(t, []scoring.Summary{{X: 1, TX: 1, T: 2}}))
	require.ErrorIs(t, err, btyd.ErrTooFewIntervals)
	_, err = btyd.EstimateRegularity(nil)
	require.ErrorIs(t, err, btyd.ErrTooFewIntervals)
	var input *btyd.InputError
	_, err = btyd.EstimateRegularity(summariesOf(t, []scoring.Summary{{X: 3, TX: 1, T: 2}}))
	require.ErrorAs(t, err, &input, "three intervals whose logarithms were not summed")
}

// The unit of time does not matter, and every number is one.
func TestRegularityOfAnyHistories(tb *testing.T) {
	rapid.Check(tb, func(t *rapid.T) {
		var weeks, days []scoring.Summary
		for range rapid.IntRange(1, 20).Draw(t, "customers") {
			s := scoring.Summary{}
			for range rapid.IntRange(0, 6).Draw(t, "x") {
				gap := drawLog(t, "gap", .1, 100)
				s.X++
				s.TX += gap
				s.SumLogInterval += math.Log(gap)
			}
			s.T = s.TX + 1
			weeks = append(weeks, s)
			s.T, s.TX, s.SumLogInterval = 7*s.T, 7*s.TX, s.SumLogInterval+float64(s.X)*math.Log(7)
			days = append(days, s)
		}
		one, err := btyd.EstimateRegularity(summariesOf(tb, weeks))
		if err != nil {
			require.ErrorIs(t, err, btyd.ErrTooFewIntervals)
			return
		}
		two, err := btyd.EstimateRegularity(summariesOf(tb, days))
		require.NoError(t, err)
		require.InEpsilon(t, one.K, two.K, 1e-6)
		for _, v := range []float64{one.K, one.SE, one.PValue, one.WheatMorrisonK, one.WheatMorrisonSE} {
			require.True(t, v >= 0 && v <= math.MaxFloat64, "%+v", *one)
		}
	})
}
