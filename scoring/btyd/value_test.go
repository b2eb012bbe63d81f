package btyd_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

func TestLifetimeValueIsSpendTimesDiscountedPurchases(t *testing.T) {
	m, spend := mustBGNBD(t, .243, 4.414, .793, 2.426), mustGammaGamma(t, 6.25, 3.74, 15.44)
	s := scoring.Summary{X: 2, TX: 30.43, T: 38.86, Spend: 35}
	h := btyd.Horizon{Periods: 52, AnnualDiscount: .1}
	delta := math.Log(1.1) * 7 / 365.25
	// ∫ e^(−δs) dE[Y(s)] by small steps of the expectation, Richardson's from two.
	steps := func(n int) float64 {
		sum, before := 0.0, 0.0
		for k := range n {
			now := m.Expected(s, 52*float64(k+1)/float64(n))
			sum += math.Exp(-delta*52*(float64(k)+.5)/float64(n)) * (now - before)
			before = now
		}
		return sum
	}
	want := (4*steps(4000) - steps(2000)) / 3
	got, err := btyd.DiscountedExpected(m, s, h)
	require.NoError(t, err)
	within(t, "discounted purchases", got, want, 1e-10)
	value, err := btyd.LifetimeValue(m, spend, s, h)
	require.NoError(t, err)
	within(t, "value", value, want*6.25*(15.44+70)/(12.5+2.74), 1e-10)
	// A month is 30.4375 days.
	monthly, err := btyd.NewBGNBD(rapport.Month, .243, 4.414*7/30.4375, .793, 2.426)
	require.NoError(t, err)
	c := 7 / 30.4375
	inMonths, err := btyd.DiscountedExpected(monthly, scoring.Summary{X: 2, TX: 30.43 * c, T: 38.86 * c}, btyd.Horizon{Periods: 52 * c, AnnualDiscount: .1})
	require.NoError(t, err)
	within(t, "in months", inMonths, got, 1e-12)
}

func TestInfiniteHorizon(t *testing.T) {
	s := scoring.Summary{X: 2, TX: 30.43, T: 38.86}
	m := mustBGNBD(t, .243, 4.414, .793, 2.426)
	forever := btyd.Horizon{Periods: inf}
	_, err := btyd.DiscountedExpected(m, s, forever)
	require.ErrorIs(t, err, btyd.ErrDiverges, "a < 1 without discount")
	forever.AnnualDiscount = -.05
	_, err = btyd.DiscountedExpected(m, s, forever)
	require.ErrorIs(t, err, btyd.ErrDiverges)
	forever.AnnualDiscount = .1
	v, err := btyd.DiscountedExpected(m, s, forever)
	require.NoError(t, err)
	far, err := btyd.DiscountedExpected(m, s, btyd.Horizon{Periods: 1e5, AnnualDiscount: .1})
	require.NoError(t, err)
	within(t, "forever", v, far, 1e-12)
	// For a > 1 a living customer makes (a+b+x−1)/(a−1) more purchases in all.
	m = mustBGNBD(t, .243, 4.414, 3, 2.5)
	v, err = btyd.DiscountedExpected(m, s, btyd.Horizon{Periods: inf})
	require.NoError(t, err)
	within(t, "all purchases to come", v, m.PAlive(s)*(3+2.5+2-1)/2, 1e-14)
	within(t, "limit", m.Expected(s, 1e12), v, 1e-8)
}

func TestHorizonsOutsideTheDomain(t *testing.T) {
	m, spend := mustBGNBD(t, .243, 4.414, .793, 2.426), mustGammaGamma(t, 6.25, 3.74, 15.44)
	s := scoring.Summary{X: 2, TX: 30.43, T: 38.86, Spend: 35}
	var input *btyd.InputError
	for _, h := range []btyd.Horizon{
		{Periods: -1}, {Periods: math.NaN()}, {Periods: 5, AnnualDiscount: -1}, {Periods: 5, AnnualDiscount: -2},
		{Periods: 5, AnnualDiscount: math.NaN()}, {Periods: 5, AnnualDiscount: inf},
	} {
		_, err := btyd.LifetimeValue(m, spend, s, h)
		require.ErrorAs(t, err, &input, "%+v", h)
		require.ErrorAs(t, btyd.LifetimeValues(make([]float64, 1), m, spend, summariesOf(t, []scoring.Summary{s}), h), &input, "%+v", h)
	}
	_, err := btyd.LifetimeValue(m, mustGammaGamma(t, 1, .5, 1), scoring.Summary{}, btyd.Horizon{Periods: 5})
	require.ErrorIs(t, err, btyd.ErrInfiniteMean)
	_, err = btyd.LifetimeValue(m, spend, scoring.Summary{X: 1, T: 3}, btyd.Horizon{Periods: 5})
	require.ErrorAs(t, err, &input)
	for _, p := range [][4]float64{{0, 1, 1, 1}, {1, inf, 1, 1}, {1, 1, -1, 1}, {1, 1, 1, math.NaN()}, {1, 1, 0, 0}} {
		_, err := btyd.NewBGNBD(rapport.Week, p[0], p[1], p[2], p[3])
		require.ErrorAs(t, err, &input, "%v", p)
	}
	_, err = btyd.NewBGNBD(0, 1, 1, 1, 1)
	require.ErrorAs(t, err, &input)
}

func TestPredict(t *testing.T) {
	m := mustBGNBD(t, .243, 4.414, .793, 2.426)
	s := scoring.Summary{X: 2, TX: 30.43, T: 38.86}
	p, err := btyd.Predict(m, s, btyd.Horizon{Periods: 39})
	require.NoError(t, err)
	require.Equal(t, btyd.Prediction{PAlive: m.PAlive(s), Expected: m.Expected(s, 39), Discounted: m.Expected(s, 39)}, p)
}

func TestPDeadKeepsItsDigits(t *testing.T) {
	m := mustBGNBD(t, .7226, 9.4245, 1e-12, .98)
	s := scoring.Summary{X: 5, TX: 30, T: 38}
	require.InEpsilon(t, 5.780061147e-13, m.PDead(s), 1e-6) // stress case 412 scaled: 1 − .9999999942199389 at a = 1e-8
}

// Discounted monthly at 12 % a year for a year: what is bought in the k-th month counts
// (1.12)^(−k/12).
func TestHorizonInSteps(t *testing.T) {
	m, err := btyd.NewBGNBD(rapport.Month, .243, 1.015, .793, 2.426)
	require.NoError(t, err)
	spend := mustGammaGamma(t, 6.25, 3.74, 15.44)
	s := scoring.Summary{X: 2, TX: 7, T: 9, Spend: 35}
	h := btyd.Horizon{Periods: 12, AnnualDiscount: .12, Step: 1}
	want := 0.0
	for k := 1.0; k <= 12; k++ {
		want += math.Pow(1.12, -k*30.4375/365.25) * (m.Expected(s, k) - m.Expected(s, k-1))
	}
	got, err := btyd.DiscountedExpected(m, s, h)
	require.NoError(t, err)
	within(t, "discounted purchases", got, want, 1e-12)
	value, err := btyd.LifetimeValue(m, spend, s, h)
	require.NoError(t, err)
	all := make([]float64, 1)
	summaries, err := scoring.NewSummaries(rapport.Month, []rapport.ID{"a"}, []scoring.Summary{s})
	require.NoError(t, err)
	require.NoError(t, btyd.LifetimeValues(all, m, spend, summaries, h))
	within(t, "batch", all[0], value, 1e-12)
	h.Step = -1
	var input *btyd.InputError
	_, err = btyd.LifetimeValue(m, spend, s, h)
	require.ErrorAs(t, err, &input)
	require.ErrorAs(t, btyd.LifetimeValues(all, m, spend, summaries, h), &input)
}
