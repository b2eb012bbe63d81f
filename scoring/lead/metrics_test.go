package lead_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// Four rows by hand: probabilities .9 (came), .6 (did not), .5 (came), .2 (did not).
// Log-loss −(ln .9 + ln .4 + ln .5 + ln .8)/4, Brier (.01 + .36 + .25 + .04)/4.
func four() lead.Sample {
	return lead.Sample{Scores: []float64{.9, .6, .5, .2}, Outcomes: []bool{true, false, true, false}}
}

func TestProbabilitiesByHand(t *testing.T) {
	loss, err := four().LogLoss(0.95)
	require.NoError(t, err)
	require.InEpsilon(t, -(math.Log(.9)+math.Log(.4)+math.Log(.5)+math.Log(.8))/4, loss.Value, exactly)
	brier, err := four().Brier(0.95)
	require.NoError(t, err)
	require.InEpsilon(t, .165, brier.Value, exactly)
	// squares .01 .36 .25 .04: variance .0849/3 of them, over 4 rows
	require.InEpsilon(t, math.Sqrt(.0849/3/4), brier.SE, 1e-13)

	certain := lead.Sample{Scores: []float64{1, 0}, Outcomes: []bool{true, true}}
	_, err = certain.LogLoss(0.95)
	var row *lead.RowError
	require.ErrorAs(t, err, &row)
	require.Equal(t, 1, row.Row)
	quality, err := lead.Sample{Scores: []float64{1, 0, 0.5}, Outcomes: []bool{true, true, false}}.Quality(0.95)
	require.NoError(t, err)
	require.False(t, quality.LogLoss.HasValue(), "infinite")
	require.True(t, quality.Brier.HasValue())
	_, err = certain.Quality(0.95)
	require.ErrorIs(t, err, lead.ErrOneOutcome)
	_, err = lead.Sample{Scores: []float64{1.1}, Outcomes: []bool{true}}.Brier(0.95)
	require.ErrorAs(t, err, &row)
	_, err = lead.Sample{Scores: []float64{-.1}, Outcomes: []bool{true}}.Reliability(nil)
	require.ErrorAs(t, err, &row)
}

func TestThresholdsByHand(t *testing.T) {
	c, err := four().Confusion(.6)
	require.NoError(t, err)
	require.Equal(t, lead.Confusion{Hits: 1, FalseAlarms: 1, Misses: 1, Rejections: 1, N: 4}, c)
	for _, share := range []interface{ Value() (float64, bool) }{c.Precision(), c.Sensitivity(), c.Specificity(), c.Accuracy(), c.F1()} {
		v, ok := share.Value()
		require.True(t, ok)
		require.Equal(t, .5, v)
	}
	c, err = four().Confusion(2)
	require.NoError(t, err)
	_, ok := c.Precision().Value()
	require.False(t, ok, "nothing is taken for an event")
	_, err = four().Confusion(math.NaN())
	require.Error(t, err)

	// A miss costs 3, a false alarm 1: from .5 on, one alarm in four rows.
	best, err := four().CheapestThreshold(lead.Costs{Miss: 3, FalseAlarm: 1})
	require.NoError(t, err)
	require.Equal(t, .5, best.At)
	require.Equal(t, .25, best.Cost)
	require.Equal(t, 2.0, best.Hits)
	// Alarms that cost ten times a miss: only the first row is worth it.
	best, err = four().CheapestThreshold(lead.Costs{Miss: 1, FalseAlarm: 10})
	require.NoError(t, err)
	require.Equal(t, .9, best.At)
	best, err = lead.Sample{Scores: []float64{1, 2}, Outcomes: []bool{false, false}}.CheapestThreshold(lead.Costs{Miss: 1, FalseAlarm: 1})
	require.NoError(t, err)
	require.True(t, best.Never)
	p, err := lead.Costs{Miss: 3, FalseAlarm: 1}.Probability()
	require.NoError(t, err)
	require.Equal(t, .25, p)
	var option *lead.OptionError
	for _, bad := range []lead.Costs{{}, {Miss: -1, FalseAlarm: 1}, {Miss: 1, FalseAlarm: math.NaN()}, {Miss: math.Inf(1)}} {
		_, err = four().CheapestThreshold(bad)
		require.ErrorAs(t, err, &option)
		_, err = bad.Probability()
		require.ErrorAs(t, err, &option)
	}
}

func TestCheapestThresholdIsTheCheapest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sample, _ := drawSample(t)
		costs := lead.Costs{Miss: float64(rapid.IntRange(1, 9).Draw(t, "miss")), FalseAlarm: float64(rapid.IntRange(0, 9).Draw(t, "alarm"))}
		cost := func(threshold float64) float64 {
			c, err := sample.Confusion(threshold)
			require.NoError(t, err)
			return (costs.Miss*c.Misses + costs.FalseAlarm*c.FalseAlarms) / (c.Hits + c.Misses + c.FalseAlarms + c.Rejections)
		}
		best, err := sample.CheapestThreshold(costs)
		require.NoError(t, err)
		least := cost(math.Inf(1))
		if best.Never {
			require.InDelta(t, least, best.Cost, 1e-12)
		} else {
			require.InDelta(t, cost(best.At), best.Cost, 1e-12)
		}
		for _, score := range sample.Scores {
			least = min(least, cost(score))
		}
		require.InDelta(t, least, best.Cost, 1e-12)
	})
}

func TestReliabilityByHand(t *testing.T) {
	r, err := four().Reliability(&lead.ReliabilityOptions{Bins: 2})
	require.NoError(t, err)
	require.Len(t, r.Bins, 2)
	low, high := r.Bins[0], r.Bins[1]
	require.InDelta(t, .35, low.Predicted, 1e-15)
	require.InDelta(t, .75, high.Predicted, 1e-15)
	require.Equal(t, .5, low.Observed.Value)
	// Wilson for 1 of 2 at 95 %: .5 ∓ z√(1/8 + z²/16)/(1 + z²/2)
	require.InDelta(t, .0945312, low.Observed.Low, 1e-7)
	require.InDelta(t, .9054688, high.Observed.High, 1e-7)
	require.InDelta(t, .2, r.ECE, 1e-15) // gaps .15 and .25
	require.InDelta(t, .25, r.MaxGap, 1e-15)
	require.InDelta(t, (.15*.15+.25*.25)/2, r.Miscalibration, 1e-15)
	require.Zero(t, r.Resolution)
	require.Equal(t, .25, r.Uncertainty)
	require.InDelta(t, .165, r.Brier, 1e-15)
	skill, ok := r.Skill.Value()
	require.True(t, ok)
	require.InDelta(t, 1-.165/.25, skill, 1e-14)

	var option *lead.OptionError
	_, err = four().Reliability(&lead.ReliabilityOptions{Bins: -1})
	require.ErrorAs(t, err, &option)
	_, err = four().Reliability(&lead.ReliabilityOptions{Level: 2})
	require.ErrorAs(t, err, &option)
	_, err = lead.Sample{}.Reliability(nil)
	require.ErrorIs(t, err, lead.ErrNoRows)
}

func TestReliabilityAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sample, copies := drawSample(t)
		o := &lead.ReliabilityOptions{Bins: rapid.IntRange(1, 12).Draw(t, "bins"), EqualWidth: rapid.Bool().Draw(t, "equal width")}
		r, err := sample.Reliability(o)
		require.NoError(t, err)
		require.InDelta(t, r.Brier, r.Miscalibration-r.Resolution+r.Uncertainty+r.Within, 1e-13)
		brier, err := sample.Brier(0.95)
		require.NoError(t, err)
		require.InDelta(t, brier.Value, r.Brier, 1e-13)
		rows := 0
		for i, b := range r.Bins {
			rows += b.Rows
			require.NoError(t, b.Observed.Validate())
			require.LessOrEqual(t, b.Low, b.Predicted)
			require.LessOrEqual(t, b.Predicted, b.High)
			require.True(t, i == 0 || r.Bins[i-1].High < b.Low, "bins are apart")
		}
		require.Equal(t, len(sample.Scores), rows)
		same, err := copies.Reliability(o)
		require.NoError(t, err)
		require.InDelta(t, same.ECE, r.ECE, 1e-13)
	})
}

func BenchmarkMetrics(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		random := numeric.Stream(1, uint64(n))
		var s lead.Sample
		for range n {
			p := random.Float64()
			s.Scores, s.Outcomes = append(s.Scores, p), append(s.Outcomes, random.Float64() < p)
		}
		name := map[int]string{1_000: "rows=1k", 100_000: "rows=100k"}[n]
		b.Run("AUC/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.AUC(0.95); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("Lift/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Lift(10); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
