package btyd_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// At an end of the interval the best likelihood with the parameter held there is
// χ²/2 below the maximum: tried by fits from many other values of the rest.
func TestProfileEndsLieOnTheFloor(t *testing.T) {
	rows := btyd.Compress(cdnow(t))
	m, err := btyd.Fit(t.Context(), btyd.BGNBD, rows, nil)
	require.NoError(t, err)
	for i, p := range m.Parameters() {
		got, err := btyd.Profile(t.Context(), m, rows, p.Name, .95, nil)
		require.NoError(t, err)
		t.Logf("%+v, Wald %.4f to %.4f", got, p.Value-1.96*p.SE, p.Value+1.96*p.SE)
		require.False(t, got.LowOpen || got.HighOpen)
		require.Less(t, got.Low, p.Value)
		require.Greater(t, got.High, p.Value)
		// r is well identified: the interval is nearly that of its standard error.
		if p.Name == "r" {
			within(t, "low", got.Low, p.Value-1.96*p.SE, .01)
			within(t, "high", got.High, p.Value+1.96*p.SE, .01)
		}
		for _, end := range []float64{got.Low, got.High} {
			// A prior as narrow as that holds the parameter.
			start := []float64{param(t, m, "r"), param(t, m, "alpha"), param(t, m, "a"), param(t, m, "b")}
			start[i] = end
			held, err := btyd.Fit(t.Context(), btyd.BGNBD, rows, &btyd.FitOptions{Start: start, Priors: []btyd.Prior{btyd.LogNormalPrior(p.Name, end, 1e-5)}})
			require.NoError(t, err)
			within(t, "held "+p.Name, held.Parameters()[i].Value, end, 1e-7)
			require.InDelta(t, 3.841458820694124/2, m.Report().LogLikelihood-held.Report().LogLikelihood, 1e-4, p.Name)
		}
	}
}

// Twelve customers say little of a and b: their intervals are open.
func TestProfileOfWhatTheDataDoNotTell(t *testing.T) {
	var rows []scoring.Summary
	for i := range 12 {
		rows = append(rows, scoring.Summary{X: 1 + i%3, TX: 10 + float64(i), T: 30})
	}
	c := btyd.Compress(summariesOf(t, rows))
	m, err := btyd.Fit(t.Context(), btyd.BGNBD, c, &btyd.FitOptions{})
	require.NoError(t, err)
	if slices.Contains(m.Report().Boundaries, btyd.BoundaryNoDropout) {
		t.Fatalf("%+v", m.Report())
	}
	got, err := btyd.Profile(t.Context(), m, c, "b", .95, nil)
	require.NoError(t, err)
	t.Logf("%+v %+v", m.Report(), got)
	require.True(t, got.HighOpen)
	require.Equal(t, inf, got.High)
}

func TestProfileArguments(t *testing.T) {
	rows := btyd.Compress(cdnowLike(true).customers(t, 500, 60))
	m, err := btyd.Fit(t.Context(), btyd.BGNBD, rows, nil)
	require.NoError(t, err)
	var input *btyd.InputError
	for _, level := range []float64{0, 1, math.NaN()} {
		_, err = btyd.Profile(t.Context(), m, rows, "r", level, nil)
		require.ErrorAs(t, err, &input)
	}
	_, err = btyd.Profile(t.Context(), m, rows, "beta", .9, nil)
	require.ErrorAs(t, err, &input)
	_, err = btyd.Profile(t.Context(), nil, rows, "r", .9, nil)
	require.ErrorAs(t, err, &input)
	_, err = btyd.Profile(t.Context(), m, nil, "r", .9, nil)
	require.ErrorIs(t, err, btyd.ErrNoRepeat)
	_, err = btyd.Profile(t.Context(), mustBGNBD(t, 1, 1, 0, 1), rows, "r", .9, nil)
	require.ErrorAs(t, err, &input)
	_, err = btyd.Profile(t.Context(), mustBGNBD(t, 1, 1, 1, 1), rows, "r", .9, nil)
	require.ErrorAs(t, err, &input)
	daily, err := btyd.NewBGNBD(rapport.Day, 1, 1, 1, 1)
	require.NoError(t, err)
	_, err = btyd.Profile(t.Context(), daily, rows, "r", .9, nil)
	require.ErrorIs(t, err, btyd.ErrUnitMismatch)
}
