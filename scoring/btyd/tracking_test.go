package btyd_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// Every number of a tracking from the methods for one customer.
func TestTrackingAgainstSingleCustomers(t *testing.T) {
	m := mustBGNBD(t, .8, 9, .8, 2.5)
	summaries, repeats := heldOut(t, m, 300, 26, 13, 6)
	track, err := m.Track(t.Context(), summaries, repeats)
	require.NoError(t, err)
	require.Equal(t, "bgnbd", track.Model)
	require.Len(t, track.Calibration, 26)
	require.Len(t, track.Holdout, 13)
	purchases := 0
	for _, s := range summaries.All() {
		purchases += s.X
	}
	require.Equal(t, purchases, track.Calibration[25].CumulativeActual)
	for k, p := range append(track.Calibration, track.Holdout...) {
		require.Equal(t, []float64{float64(k), float64(k + 1)}, []float64{p.From, p.To})
		want, before := 0.0, 0.0
		for _, s := range summaries.All() {
			want += m.ExpectedNew(max(0, s.T-26+p.To))
			before += m.ExpectedNew(max(0, s.T-26+p.From))
		}
		within(t, "cumulative", p.CumulativeExpected, want, 1e-12)
		within(t, "of the period", p.Expected, want-before, 1e-10)
	}
	for k, p := range track.Forecast {
		want := 0.0
		for _, s := range summaries.All() {
			want += m.Expected(s, float64(k+1))
		}
		within(t, "forecast", p.CumulativeExpected, float64(purchases)+want, 1e-12)
		require.Equal(t, summaries.Holdout().ByPeriod[k], p.Actual)
		require.Equal(t, track.Holdout[k].CumulativeActual, p.CumulativeActual)
	}
	require.InEpsilon(t, track.Holdout[12].CumulativeExpected, track.Holdout[12].CumulativeActual, .2)
	require.InEpsilon(t, track.Forecast[12].CumulativeExpected, track.Forecast[12].CumulativeActual, .1)
}

// Calibration and hold-out that are no whole weeks end with shorter periods.
func TestTrackingOfReferenceLogs(t *testing.T) {
	m := mustBGNBD(t, .243, 4.414, .793, 2.426)
	summaries, repeats := readHoldout(t, "data/cdnow_sample.csv", "1997-09-30", 38.5)
	track, err := m.Track(t.Context(), summaries, repeats)
	require.NoError(t, err)
	require.Len(t, track.Calibration, 39)
	last := track.Calibration[38]
	require.Equal(t, repeats.Periods, last.To)
	require.Equal(t, 2457, last.CumulativeActual)
	require.Len(t, track.Forecast, 39)
	require.Equal(t, last.To+38.5, track.Forecast[38].To)
	require.Equal(t, summaries.Holdout().Total(), track.Forecast[38].CumulativeActual-2457)
	total, err := m.ExpectedTotal(t.Context(), summaries, 38.5, .9)
	require.NoError(t, err)
	within(t, "forecast", track.Forecast[38].CumulativeExpected-2457, total.Value, 1e-10)
	cohort, err := m.ExpectedCohort(t.Context(), summaries, 38)
	require.NoError(t, err)
	within(t, "cohort", track.Calibration[37].CumulativeExpected, cohort[37], 1e-12)
}

func TestTrackingErrors(t *testing.T) {
	m := mustBGNBD(t, .8, 9, .8, 2.5)
	summaries, repeats := heldOut(t, m, 30, 26, 13, 6)
	var input *btyd.InputError
	_, other := heldOut(t, m, 31, 26, 13, 6)
	for _, wrong := range []*scoring.Repeats{nil, {}, other, {Periods: 26, ByPeriod: make([]int, 25)}} {
		_, err := m.Track(t.Context(), summaries, wrong)
		require.ErrorAs(t, err, &input, "%+v", wrong)
	}
	_, err := (*btyd.Model)(nil).Track(t.Context(), summaries, repeats)
	require.ErrorAs(t, err, &input)
	daily, err := btyd.NewBGNBD(rapport.Day, 1, 1, 1, 1)
	require.NoError(t, err)
	_, err = daily.Track(t.Context(), summaries, repeats)
	require.ErrorIs(t, err, btyd.ErrUnitMismatch)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = m.Track(cancelled, summaries, repeats)
	require.ErrorIs(t, err, context.Canceled)
}
