package satisfaction_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/satisfaction"
)

// twoPlaces is customers at two indices, those who stayed and those who left.
func twoPlaces(low, stayedLow, leftLow, high, stayedHigh, leftHigh float64) []satisfaction.RetentionObservation {
	return []satisfaction.RetentionObservation{
		{Index: low, Retained: true, Weight: stayedLow}, {Index: low, Weight: leftLow},
		{Index: high, Retained: true, Weight: stayedHigh}, {Index: high, Weight: leftHigh},
	}
}

// With two indices both links go through the two rates: closed forms.
func TestRetentionLinkOfTwoPlaces(t *testing.T) {
	observations := twoPlaces(60, 50, 50, 80, 75, 25)
	link, err := satisfaction.FitRetentionLink(observations, nil)
	require.NoError(t, err)
	require.Equal(t, satisfaction.LogisticLink, link.Form)
	require.InDelta(t, math.Log(3)/20, link.Slope.Value, 1e-14)
	require.InDelta(t, math.Sqrt(4.0/100+1.0/75+1.0/25)/20, link.Slope.SE, 1e-14)
	require.InDelta(t, -3*math.Log(3), link.Intercept.Value, 1e-12)
	require.InDelta(t, 100*math.Log(0.5)+75*math.Log(0.75)+25*math.Log(0.25), link.LogLikelihood, 1e-11)
	require.InDelta(t, 125*math.Log(0.625)+75*math.Log(0.375), link.NullLogLikelihood, 1e-11)
	require.Equal(t, "deviance", link.Test.Kind)
	require.InDelta(t, 2*(link.LogLikelihood-link.NullLogLikelihood), link.Test.ChiSquare, 1e-12)
	require.InDelta(t, 0.00024, link.Test.P, 1e-5) // χ² 13.52
	require.Equal(t, satisfaction.LinkSupported, link.Verdict)
	require.Equal(t, [2]float64{60, 80}, [2]float64{link.Least, link.Most})

	r, err := link.Retention(80)
	require.NoError(t, err)
	require.InDelta(t, 0.75, r.Value, 1e-13)
	require.InDelta(t, math.Sqrt(0.75*0.25/100), r.SE, 1e-13) // that of the rate
	require.Less(t, r.High, 1.0)
	s, err := link.SlopeAt(60)
	require.NoError(t, err)
	require.InDelta(t, math.Log(3)/80, s.Value, 1e-14)

	linear, err := satisfaction.FitRetentionLink(observations, &satisfaction.LinkOptions{Form: satisfaction.LinearLink, Level: 0.9})
	require.NoError(t, err)
	require.InDelta(t, 0.0125, linear.Slope.Value, 1e-15)
	require.InDelta(t, math.Sqrt(0.25/100+0.1875/100)/20, linear.Slope.SE, 1e-15)
	require.Equal(t, "wald", linear.Test.Kind)
	r, err = linear.Retention(80)
	require.NoError(t, err)
	require.InDelta(t, 0.75, r.Value, 1e-14)
	require.InDelta(t, math.Sqrt(0.1875/100), r.SE, 1e-14)
	require.Equal(t, 0.9, r.Level)
	_, err = linear.Retention(100.0)
	require.NoError(t, err, "0.75 + 20·0.0125 is 1")
	steep, err := satisfaction.FitRetentionLink(twoPlaces(60, 20, 80, 80, 75, 25), &satisfaction.LinkOptions{Form: satisfaction.LinearLink})
	require.NoError(t, err)
	_, err = steep.Retention(95)
	requireBad(t, "retention of the linear link", err)
	_, err = link.Retention(101)
	requireBad(t, "Index", err)
	_, err = link.SlopeAt(math.NaN())
	requireBad(t, "Index", err)
	require.True(t, link.Extrapolates(59.9))
	require.False(t, link.Extrapolates(80))
}

func TestRetentionLinkVerdicts(t *testing.T) {
	for _, form := range []satisfaction.LinkForm{satisfaction.LogisticLink, satisfaction.LinearLink} {
		for want, observations := range map[satisfaction.LinkVerdict][]satisfaction.RetentionObservation{
			satisfaction.LinkSupported:  twoPlaces(40, 50, 50, 90, 80, 20),
			satisfaction.LinkWrongSign:  twoPlaces(40, 80, 20, 90, 50, 50),
			satisfaction.LinkIndistinct: twoPlaces(40, 50, 50, 90, 49, 51),
		} {
			link, err := satisfaction.FitRetentionLink(observations, &satisfaction.LinkOptions{Form: form})
			require.NoError(t, err)
			require.Equal(t, want, link.Verdict)
		}
	}
}

// Weights of a survey mean nothing but their proportions; counts are customers.
func TestRetentionLinkWeights(t *testing.T) {
	fit := func(times float64, survey bool) *satisfaction.RetentionLink {
		observations := []satisfaction.RetentionObservation{
			{Index: 30, Retained: false, Weight: 1}, {Index: 40, Retained: true, Weight: 2}, {Index: 50, Retained: false, Weight: 3},
			{Index: 60, Retained: true, Weight: 2}, {Index: 70, Retained: false, Weight: 1}, {Index: 90, Retained: true, Weight: 4},
		}
		for i := range observations {
			observations[i].Weight *= times
		}
		link, err := satisfaction.FitRetentionLink(observations, &satisfaction.LinkOptions{SurveyWeights: survey})
		require.NoError(t, err)
		return link
	}
	require.InDelta(t, fit(1, false).Slope.SE, 10*fit(100, false).Slope.SE, 1e-12)
	require.InDelta(t, fit(1, true).Slope.SE, fit(100, true).Slope.SE, 1e-12)
	require.InDelta(t, fit(1, true).Slope.Value, fit(100, false).Slope.Value, 1e-12)
	require.Equal(t, "wald", fit(1, true).Test.Kind)
	require.Zero(t, fit(1, true).LogLikelihood)
}

func TestRetentionLinkErrors(t *testing.T) {
	for _, c := range []struct {
		want         error
		observations []satisfaction.RetentionObservation
		forms        []satisfaction.LinkForm
	}{
		{satisfaction.ErrNoObservations, nil, []satisfaction.LinkForm{satisfaction.LogisticLink, satisfaction.LinearLink}},
		{satisfaction.ErrOneOutcome, []satisfaction.RetentionObservation{{Index: 1, Retained: true, Weight: 1}, {Index: 2, Retained: true, Weight: 1}},
			[]satisfaction.LinkForm{satisfaction.LogisticLink, satisfaction.LinearLink}},
		{satisfaction.ErrOneIndex, []satisfaction.RetentionObservation{{Index: 1, Retained: true, Weight: 1}, {Index: 1, Weight: 1}},
			[]satisfaction.LinkForm{satisfaction.LogisticLink, satisfaction.LinearLink}},
		{satisfaction.ErrSeparation, []satisfaction.RetentionObservation{{Index: 10, Weight: 3}, {Index: 90.1, Retained: true, Weight: 0.7}},
			[]satisfaction.LinkForm{satisfaction.LogisticLink, satisfaction.LinearLink}},
		{satisfaction.ErrSeparation, []satisfaction.RetentionObservation{{Index: 10, Weight: 1}, {Index: 50, Weight: 1},
			{Index: 50, Retained: true, Weight: 1}, {Index: 90, Retained: true, Weight: 1}}, []satisfaction.LinkForm{satisfaction.LogisticLink}},
	} {
		for _, form := range c.forms {
			_, err := satisfaction.FitRetentionLink(c.observations, &satisfaction.LinkOptions{Form: form})
			require.ErrorIs(t, err, c.want, "%v", form)
			bad, ok := errors.AsType[*satisfaction.ObservationsError](err)
			require.True(t, ok)
			require.Equal(t, len(c.observations), bad.Rows)
		}
	}
	good := twoPlaces(60, 50, 50, 80, 75, 25)
	for _, bad := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		good[2].Weight = bad
		_, err := satisfaction.FitRetentionLink(good, nil)
		requireBad(t, "Weight of observation 3", err)
	}
	for _, bad := range []float64{-1, 100.1, math.NaN()} {
		good[1].Index = bad
		_, err := satisfaction.FitRetentionLink(good, nil)
		requireBad(t, "Index of observation 2", err)
	}
	for _, bad := range []float64{-1, 1, math.NaN()} {
		_, err := satisfaction.FitRetentionLink(good, &satisfaction.LinkOptions{Level: bad})
		requireBad(t, "Level", err)
	}
	_, err := satisfaction.FitRetentionLink(good, &satisfaction.LinkOptions{Form: "cubic"})
	require.Equal(t, &satisfaction.FormError{Form: "cubic"}, err)
	require.EqualError(t, err, `satisfaction: link "cubic": want "logistic" or "linear"`)
}

// Whatever the observations are: a link with finite figures, or a typed error.
func TestRetentionLinkOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "n")
		observations := make([]satisfaction.RetentionObservation, n)
		for i := range observations {
			observations[i] = satisfaction.RetentionObservation{
				Index:    rapid.OneOf(rapid.Float64Range(0, 100), rapid.SampledFrom([]float64{0, 5e-324, 50, math.Nextafter(50, 51), 100})).Draw(t, "index"),
				Retained: rapid.Bool().Draw(t, "retained"),
				Weight:   rapid.OneOf(rapid.Float64Range(1e-100, 1e100), rapid.Just(1.0)).Draw(t, "weight"),
			}
		}
		link, err := satisfaction.FitRetentionLink(observations, &satisfaction.LinkOptions{
			Form:          rapid.SampledFrom([]satisfaction.LinkForm{satisfaction.LogisticLink, satisfaction.LinearLink}).Draw(t, "form"),
			SurveyWeights: rapid.Bool().Draw(t, "survey"),
		})
		if err != nil {
			_, ok := errors.AsType[*satisfaction.ObservationsError](err)
			require.True(t, ok, "%v", err)
			require.Nil(t, link)
			return
		}
		require.NoError(t, link.Slope.Validate())
		require.NoError(t, link.Intercept.Validate())
		require.GreaterOrEqual(t, link.Test.P, 0.0)
		require.LessOrEqual(t, link.Test.P, 1.0)
		require.False(t, math.IsInf(link.Test.ChiSquare, 0))
		r, err := link.Retention(rapid.Float64Range(0, 100).Draw(t, "at"))
		if err == nil {
			require.NoError(t, r.Validate())
		}
	})
}

// With one index separation is easy to see: no one who stayed stands below one who
// left, or none above.
func TestRetentionLinkSeparation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "n")
		observations := make([]satisfaction.RetentionObservation, n)
		least, most := [2]float64{101, 101}, [2]float64{-1, -1}
		for i := range observations {
			outcome := rapid.IntRange(0, 1).Draw(t, "retained")
			index := float64(rapid.OneOf(rapid.IntRange(0, 10), rapid.IntRange(0, 10_000)).Draw(t, "index")) / 100
			observations[i] = satisfaction.RetentionObservation{Index: index, Retained: outcome == 1, Weight: 1}
			least[outcome], most[outcome] = min(least[outcome], index), max(most[outcome], index)
		}
		_, err := satisfaction.FitRetentionLink(observations, nil)
		switch {
		case most[0] < 0 || most[1] < 0:
			require.ErrorIs(t, err, satisfaction.ErrOneOutcome)
		case min(least[0], least[1]) == max(most[0], most[1]):
			require.ErrorIs(t, err, satisfaction.ErrOneIndex)
		case least[1] >= most[0] || least[0] >= most[1]:
			require.ErrorIs(t, err, satisfaction.ErrSeparation)
		default:
			require.NoError(t, err)
		}
	})
}
