package btyd_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

func TestNewCustomerValue(t *testing.T) {
	m, spend := mustBGNBD(t, .243, 4.414, .793, 2.426), mustGammaGamma(t, 6.25, 3.74, 15.44)
	h := btyd.Horizon{Periods: 52, AnnualDiscount: .1}
	v, err := btyd.NewCustomerValue(m, spend, h)
	require.NoError(t, err)
	mean := 6.25 * 15.44 / 2.74
	within(t, "first purchase", v.First, mean, 1e-14)
	n, err := m.DiscountedNew(52, math.Log(1.1)*7/365.25)
	require.NoError(t, err)
	within(t, "repeat purchases", v.Repeat, mean*n, 1e-14)
	within(t, "total", v.Total, mean*(1+n), 1e-14)
	cohort, err := btyd.CohortValue(m, spend, 52, .1)
	require.NoError(t, err)
	total := 0.
	for k, value := range cohort {
		require.Positive(t, value)
		if k > 0 {
			require.Less(t, value, cohort[k-1], "customers leave")
		}
		total += value
	}
	within(t, "sum over the weeks", total, v.Repeat, 1e-12)
	var input *btyd.InputError
	_, err = btyd.NewCustomerValue(nil, spend, h)
	require.ErrorAs(t, err, &input)
	_, err = btyd.NewCustomerValue(m, nil, h)
	require.ErrorAs(t, err, &input)
	_, err = btyd.CohortValue(m, spend, 0, .1)
	require.ErrorAs(t, err, &input)
	_, err = btyd.NewCustomerValue(m, mustGammaGamma(t, 1, .9, 1), h)
	require.ErrorIs(t, err, btyd.ErrInfiniteMean)
}

// The simulated totals have the exact mean, and futures drawn from the models
// themselves fall into their interval about as often as it says.
func TestForecastValues(t *testing.T) {
	t.Parallel()
	m, spend := mustBGNBD(t, .8, 6, .9, 2.5), mustGammaGamma(t, 6, 6, 50)
	h := btyd.Horizon{Periods: 26, AnnualDiscount: .1}
	summaries := cdnowLike(true).customers(t, 1500, 85)
	one, err := btyd.ForecastValues(t.Context(), m, spend, summaries, h, 3, &btyd.ForecastOptions{Draws: 400, Workers: 1, Customers: true})
	require.NoError(t, err)
	two, err := btyd.ForecastValues(t.Context(), m, spend, summaries, h, 3, &btyd.ForecastOptions{Draws: 400, Workers: 3, Customers: true})
	require.NoError(t, err)
	require.Equal(t, one, two)
	values := make([]float64, summaries.Len())
	require.NoError(t, btyd.LifetimeValues(values, m, spend, summaries, h))
	total := 0.
	for i, v := range values {
		total += v
		require.LessOrEqual(t, one.Low[i], one.High[i])
		require.GreaterOrEqual(t, one.Low[i], 0.)
	}
	within(t, "total", one.Total.Value, total, 1e-12)
	require.InDelta(t, total, (one.Total.Low+one.Total.High)/2, .15*(one.Total.High-one.Total.Low), "%+v", one.Total)
	inside := 0
	const trials = 60
	for trial := range uint64(trials) {
		f, err := btyd.ForecastValues(t.Context(), m, spend, summaries, h, 100+trial, &btyd.ForecastOptions{Draws: 2})
		require.NoError(t, err)
		// Two draws: the wider ends of their interval are the draws themselves, nearly.
		if f.Total.Low >= one.Total.Low && f.Total.Low <= one.Total.High {
			inside++
		}
	}
	require.InDelta(t, .9*trials, inside, 4.5*math.Sqrt(trials*.09)+2)
	var input *btyd.InputError
	for _, o := range []btyd.ForecastOptions{{Draws: 1}, {Level: 1}, {Level: -1}} {
		_, err := btyd.ForecastValues(t.Context(), m, spend, summaries, h, 3, &o)
		require.ErrorAs(t, err, &input)
	}
	for _, bad := range []btyd.Horizon{{Periods: inf, AnnualDiscount: .1}, {Periods: 5, Step: 1}, {Periods: -1}} {
		_, err := btyd.ForecastValues(t.Context(), m, spend, summaries, bad, 3, nil)
		require.ErrorAs(t, err, &input)
	}
	_, err = btyd.ForecastValues(t.Context(), nil, spend, summaries, h, 3, nil)
	require.ErrorAs(t, err, &input)
	_, err = btyd.ForecastValues(t.Context(), m, nil, summaries, h, 3, nil)
	require.ErrorAs(t, err, &input)
	_, err = btyd.ForecastValues(t.Context(), m, spend, nil, h, 3, nil)
	require.ErrorIs(t, err, btyd.ErrUnitMismatch)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = btyd.ForecastValues(ctx, m, spend, summaries, h, 3, nil)
	require.ErrorIs(t, err, context.Canceled)
	monthly, err := scoring.NewSummaries(rapport.Month, []rapport.ID{"a"}, []scoring.Summary{{T: 2}})
	require.NoError(t, err)
	_, err = btyd.ForecastValues(t.Context(), m, spend, monthly, h, 3, nil)
	require.ErrorIs(t, err, btyd.ErrUnitMismatch)
}
