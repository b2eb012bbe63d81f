package kpi_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// Three segments. The reference numbers are Newcombe's and Zou and Donner's formulas and
// the N − 1 test in Python; float64 in another order, so 1e-10. Holm by hand: the smallest
// of three is times 3, the next times 2.
func TestUpliftBySegment(t *testing.T) {
	u, err := kpi.UpliftBySegment(0,
		kpi.Trial{Segment: "vip", Treatment: kpi.Arm{1000, 130}, Control: kpi.Arm{1000, 100}},
		kpi.Trial{Segment: "major", Treatment: kpi.Arm{300, 45}, Control: kpi.Arm{300, 40}},
		kpi.Trial{Segment: "small", Treatment: kpi.Arm{400, 80}, Control: kpi.Arm{400, 48}})
	require.NoError(t, err)
	for i, want := range []struct {
		effect, low, high, p, adjusted float64
		changed                        bool
	}{
		{0.03, 0.002002348715, 0.058070485022, 0.035534459137, 2 * 0.035534459137, false},
		{0.016666666667, -0.039499046543, 0.072841272157, 0.558625176895, 0.558625176895, false},
		{0.08, 0.029243308912, 0.130611526534, 0.00204143150213, 3 * 0.00204143150213, true},
	} {
		s := u.Segments[i]
		require.InDelta(t, want.effect, s.Effect.Value, 1e-10)
		require.InDelta(t, want.low, s.Effect.Low, 1e-10)
		require.InDelta(t, want.high, s.Effect.High, 1e-10)
		require.InEpsilon(t, want.p, s.P, 1e-10)
		require.InEpsilon(t, want.adjusted, s.Adjusted, 1e-10)
		require.Equal(t, want.changed, s.Changed)
	}
	require.InDelta(t, 0.039411764706, u.Overall.Value, 1e-10)
	require.InDelta(t, 0.016782053944, u.Overall.Low, 1e-10)
	require.InDelta(t, 0.062055379077, u.Overall.High, 1e-10)
	require.InEpsilon(t, 67, u.Incremental.Value, 1e-10) // .03·1000 + 5/300·300 + .08·400
	require.NoError(t, u.Overall.Validate())
	require.Equal(t, 3400, u.Overall.N)

	one := kpi.Trial{Segment: "all", Treatment: kpi.Arm{1, 1}, Control: kpi.Arm{1, 1}}
	u, err = kpi.UpliftBySegment(0.9, one)
	require.NoError(t, err)
	require.Equal(t, 1.0, u.Segments[0].P)
	require.False(t, u.Segments[0].Changed)

	for name, trials := range map[string][]kpi.Trial{
		"none":       nil,
		"twice":      {one, one},
		"no control": {{Treatment: kpi.Arm{5, 1}}},
		"too many":   {{Treatment: kpi.Arm{5, 6}, Control: kpi.Arm{5, 1}}},
		"negative":   {{Treatment: kpi.Arm{5, -1}, Control: kpi.Arm{5, 1}}},
	} {
		_, err := kpi.UpliftBySegment(0, trials...)
		require.Error(t, err, name)
	}
	_, err = kpi.UpliftBySegment(2, one)
	require.Error(t, err)
}

// The treated rise from 100 to 150 of 500, the control from 110 to 120: .10 less .02.
// Interval and p from the formulas in Python.
func TestCompareRates(t *testing.T) {
	d, err := kpi.CompareRates(0.95, kpi.Arm{500, 100}, kpi.Arm{500, 150}, kpi.Arm{500, 110}, kpi.Arm{500, 120})
	require.NoError(t, err)
	require.InEpsilon(t, 0.08, d.Effect.Value, 1e-12)
	require.InEpsilon(t, 0.005277431198, d.Effect.Low, 1e-9)
	require.InEpsilon(t, 0.154301809174, d.Effect.High, 1e-9)
	require.InEpsilon(t, 0.03584693338740809, d.P, 1e-9)
	require.Equal(t, 2000, d.Effect.N)
	d, err = kpi.CompareRates(0, kpi.Arm{5, 0}, kpi.Arm{5, 0}, kpi.Arm{5, 0}, kpi.Arm{5, 0})
	require.NoError(t, err)
	require.Equal(t, 1.0, d.P)
	d, err = kpi.CompareRates(0, kpi.Arm{1, 1}, kpi.Arm{1, 0}, kpi.Arm{1, 0}, kpi.Arm{1, 1})
	require.NoError(t, err)
	require.InEpsilon(t, 0.10247043485974938, d.P, 1e-9, "four customers prove nothing")
	d, err = kpi.CompareRates(0, kpi.Arm{5, 0}, kpi.Arm{5, 5}, kpi.Arm{5, 0}, kpi.Arm{5, 0})
	require.NoError(t, err)
	require.InEpsilon(t, 0.00022184668066321269, d.P, 1e-9)
	_, err = kpi.CompareRates(0, kpi.Arm{}, kpi.Arm{5, 0}, kpi.Arm{5, 0}, kpi.Arm{5, 0})
	require.Error(t, err)
	_, err = kpi.CompareRates(-1, kpi.Arm{5, 0}, kpi.Arm{5, 0}, kpi.Arm{5, 0}, kpi.Arm{5, 0})
	require.Error(t, err)
}

// Changes 3 5 4 6 2 of the treated, 1 2 0 1 of the control: 4 less 1, with Welch's
// standard error .8164966 on 6.193548 degrees of freedom; t quantile and p from mpmath.
func TestCompareChanges(t *testing.T) {
	var rows []kpi.Change
	for i, c := range []float64{3, 5, 4, 6, 2, 1, 2, 0, 1} {
		rows = append(rows, kpi.Change{Treated: i < 5, Before: float64(10 * i), After: float64(10*i) + c})
	}
	d, err := kpi.CompareChanges(0.95, without(rows...))
	require.NoError(t, err)
	require.InEpsilon(t, 3.0, d.Effect.Value, 1e-12)
	require.InEpsilon(t, 0.816496580927726, d.Effect.SE, 1e-12)
	require.InEpsilon(t, 3-2.428495277066363*0.816496580927726, d.Effect.Low, 1e-9)
	require.InEpsilon(t, 0.00983208348336166, d.P, 1e-8)
	require.Equal(t, 5, d.Treated.N)

	same, err := kpi.CompareChanges(0, without(kpi.Change{true, 0, 1}, kpi.Change{true, 5, 6}, kpi.Change{false, 1, 1}, kpi.Change{false, 2, 2}))
	require.NoError(t, err)
	require.False(t, same.Effect.HasInterval())
	require.Zero(t, same.P)
	alike, err := kpi.CompareChanges(0, without(kpi.Change{true, 1, 1.1}, kpi.Change{true, 1, 1.1}, kpi.Change{false, 0, 0.1}, kpi.Change{false, 0, 0.1}))
	require.NoError(t, err)
	require.Equal(t, 1.0, alike.P, "both rose by 0.1, but for rounding")
	for name, rows := range map[string][]kpi.Change{
		"few":     {{true, 0, 1}, {true, 0, 1}, {false, 0, 1}},
		"none":    nil,
		"nan":     {{true, math.NaN(), 1}},
		"endless": {{true, 0, math.Inf(1)}},
	} {
		_, err := kpi.CompareChanges(0, without(rows...))
		var input *kpi.InputError
		require.ErrorAs(t, err, &input, name)
	}
	_, err = kpi.CompareChanges(7, without(rows...))
	require.Error(t, err)
	broken := errors.New("broken")
	_, err = kpi.CompareChanges(0, failing(broken, rows...))
	require.ErrorIs(t, err, broken)
	require.NotEqual(t, rapport.Estimate{}, d.Control)
}
