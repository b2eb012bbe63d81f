package lead_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/scoring/lead"
)

// Ten rows with scores 10 … 1; events at 10, 9, 8, 6 and 3.
func ten() lead.Sample {
	var s lead.Sample
	for score := 10; score >= 1; score-- {
		s.Scores = append(s.Scores, float64(score))
		s.Outcomes = append(s.Outcomes, score >= 8 || score == 6 || score == 3)
	}
	return s
}

func TestKSByHand(t *testing.T) {
	ks, err := ten().KS()
	require.NoError(t, err)
	// From 8 on: 3 of 5 events and none of the others; from 6 on 4/5 and 1/5, as much.
	require.InDelta(t, .6, ks.Value, 1e-15)
	require.Equal(t, 8.0, ks.At)
	require.Equal(t, 3.0, ks.Events.Num)
	require.Equal(t, 0.0, ks.Others.Num)
	_, err = lead.Sample{Scores: []float64{1}, Outcomes: []bool{true}}.KS()
	require.ErrorIs(t, err, lead.ErrOneOutcome)
	flat, err := lead.Sample{Scores: []float64{1, 1}, Outcomes: []bool{true, false}}.KS()
	require.NoError(t, err)
	require.Zero(t, flat.Value)
}

func TestLiftByHand(t *testing.T) {
	rows, err := ten().Lift(5)
	require.NoError(t, err)
	require.Len(t, rows, 5)
	for i, want := range []struct{ low, high, events, gain, lift, cumulative float64 }{
		{9, 10, 2, .4, 2, 2}, {7, 8, 1, .6, 1, 1.5}, {5, 6, 1, .8, 1, 4.0 / 3}, {3, 4, 1, 1, 1, 1.25}, {1, 2, 0, 1, 0, 1},
	} {
		got := rows[i]
		gain, _ := got.Gain.Value()
		lift, _ := got.Lift.Value()
		cumulative, _ := got.CumulativeLift.Value()
		require.Equal(t, i+1, got.Part)
		require.InDeltaSlice(t, []float64{want.low, want.high, want.events, want.gain, want.lift, want.cumulative},
			[]float64{got.Low, got.High, got.Rate.Num, gain, lift, cumulative}, 1e-12, "part %d", i+1)
	}
	// All scores equal: no part is better than another.
	flat := ten()
	clear(flat.Scores)
	rows, err = flat.Lift(3)
	require.NoError(t, err)
	for _, row := range rows {
		lift, ok := row.Lift.Value()
		require.True(t, ok)
		require.InDelta(t, 1, lift, 1e-12)
	}
	var option *lead.OptionError
	for _, parts := range []int{0, -1, 11} {
		_, err = ten().Lift(parts)
		require.ErrorAs(t, err, &option)
	}
	// No events: a rate of 0, no lift and no gain.
	rows, err = lead.Sample{Scores: []float64{1, 2}, Outcomes: []bool{false, false}}.Lift(2)
	require.NoError(t, err)
	_, ok := rows[0].Lift.Value()
	require.False(t, ok)
}

func TestLiftAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sample, _ := drawSample(t)
		if rapid.Bool().Draw(t, "extreme weights") {
			sample.Weights = nil
			for range sample.Scores {
				sample.Weights = append(sample.Weights, math.Pow(10, float64(rapid.IntRange(-99, 99).Draw(t, "exponent"))))
			}
		}
		events, total := 0.0, 0.0
		for i, y := range sample.Outcomes {
			w := 1.0
			if sample.Weights != nil {
				w = sample.Weights[i]
			}
			total += w
			if y {
				events += w
			}
		}
		parts := rapid.IntRange(1, len(sample.Scores)).Draw(t, "parts")
		rows, err := sample.Lift(parts)
		require.NoError(t, err)
		sum := 0.0
		for i, row := range rows {
			sum += row.Rate.Num
			require.InEpsilon(t, total/float64(parts), row.Rate.Den, 1e-9)
			require.NoError(t, row.Rate.Validate())
			require.NoError(t, row.Lift.Validate())
			require.NoError(t, row.Gain.Validate())
			require.True(t, row.Low <= row.High && (i == 0 || row.High <= rows[i-1].Low))
		}
		require.InDelta(t, events/total, sum/total, 1e-9)
	})
}
