package btyd_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// The posterior means of the BG/NBD by summing over a grid of both parameters.
func TestRatesAgainstTheirIntegral(t *testing.T) {
	t.Parallel()
	const r, alpha, a, b = .8, 6, .9, 2.5
	m := mustBGNBD(t, r, alpha, a, b)
	for _, s := range []scoring.Summary{{T: 20}, {X: 1, TX: 3, T: 20}, {X: 6, TX: 12, T: 20}, {X: 6, TX: 20, T: 20}} {
		var mass, rate, leave float64
		x := float64(s.X)
		for i := range 800 {
			lambda := math.Exp(-36 + 42*(float64(i)+.5)/800)
			for j := range 800 {
				y := -40 + 60*(float64(j)+.5)/800
				p := 1 / (1 + math.Exp(-y))
				q := 1 / (1 + math.Exp(y))
				likelihood := math.Pow(lambda, x) * math.Pow(q, x) * math.Exp(-lambda*s.T)
				if s.X > 0 {
					likelihood += math.Pow(lambda, x) * p * math.Pow(q, x-1) * math.Exp(-lambda*s.TX)
				}
				// the priors, and the Jacobians of ln λ and the log-odds of p
				w := likelihood * math.Pow(lambda, r) * math.Exp(-alpha*lambda) * math.Pow(p, a) * math.Pow(q, b)
				mass, rate, leave = mass+w, rate+w*lambda, leave+w*p
			}
		}
		got, err := m.Rates(s)
		require.NoError(t, err)
		within(t, fmt.Sprintf("rate of %+v", s), got.Purchase, rate/mass, 1e-6)
		within(t, fmt.Sprintf("dropout of %+v", s), got.Dropout, leave/mass, 1e-6)
	}
	_, err := m.Rates(scoring.Summary{X: -1})
	var input *btyd.InputError
	require.ErrorAs(t, err, &input)
}

func TestBatteryRates(t *testing.T) {
	forEachModel(t, func(t *rapid.T, family lifetimeModel) {
		one, two := family.draw(t, 7)
		m, scaled := one.(*btyd.Model), two.(*btyd.Model)
		s := drawSummary(t)
		got, err := m.Rates(s)
		require.NoError(t, err)
		require.True(t, got.Purchase > 0 && got.Dropout >= 0 && !math.IsInf(got.Purchase, 0) && !math.IsInf(got.Dropout, 0))
		// A living customer buys at its rate: at once for a short while. One that is
		// due may buy with the next of its events, which come k times as often.
		h := 1e-7 * min(1, s.T)
		require.LessOrEqual(t, m.Expected(s, h), float64(m.Family().Regularity())*got.Purchase*h*(1+1e-6))
		s.T, s.TX = 7*s.T, min(7*s.T, 7*s.TX)
		c, err := scaled.Rates(s)
		require.NoError(t, err)
		require.InEpsilon(t, got.Purchase, 7*c.Purchase, 1e-9)
	})
}

func TestBatteryNextPurchase(t *testing.T) {
	forEachModel(t, func(t *rapid.T, family lifetimeModel) {
		one, _ := family.draw(t, 7)
		m := one.(*btyd.Model)
		s := drawSummary(t)
		q := rapid.Float64Range(.001, .999).Draw(t, "q")
		at, err := m.NextPurchase(s, q)
		if err != nil {
			require.ErrorIs(t, err, btyd.ErrNever)
			require.Less(t, 1-m.Probability(s, 0, 1e90), q+1e-9)
			return
		}
		require.InDelta(t, q, 1-m.Probability(s, 0, at), 1e-9)
	})
	m := mustBGNBD(t, 1, 2, 3, 4)
	var input *btyd.InputError
	for _, q := range []float64{0, 1, -1, math.NaN()} {
		_, err := m.NextPurchase(scoring.Summary{}, q)
		require.ErrorAs(t, err, &input)
	}
	_, err := m.NextPurchase(scoring.Summary{X: 1, T: 1}, .5)
	require.ErrorAs(t, err, &input)
	_, err = m.NextPurchase(scoring.Summary{X: 30, TX: 1, T: 100}, .5)
	require.ErrorIs(t, err, btyd.ErrNever)
}

func TestBatteryBand(t *testing.T) {
	forEachModel(t, func(t *rapid.T, family lifetimeModel) {
		one, _ := family.draw(t, 7)
		m := one.(*btyd.Model)
		s, h := drawSummary(t), drawLog(t, "t", .1, 20)
		level := rapid.Float64Range(.1, .99).Draw(t, "level")
		b, err := m.Band(s, h, level)
		require.NoError(t, err)
		tail := (1 - level) / 2
		upTo := func(n int) float64 {
			sum := 0.0
			for k := range n + 1 {
				sum += m.Probability(s, k, h)
			}
			return sum
		}
		require.LessOrEqual(t, b.Low, b.High)
		require.GreaterOrEqual(t, upTo(b.Low), tail-1e-10)
		require.Less(t, upTo(b.Low-1), tail+1e-10)
		require.GreaterOrEqual(t, upTo(b.High), 1-tail-1e-10)
		require.Less(t, upTo(b.High-1), 1-tail+1e-10)
	})
}

func TestBandsOfAll(t *testing.T) {
	m := mustBGNBD(t, .243, 4.414, .793, 2.426)
	summaries := cdnowLike(true).customers(t, 9000, 80)
	dst := make([]btyd.Band, summaries.Len())
	require.NoError(t, m.BandsInto(t.Context(), dst, summaries, 39, .9, 0))
	for i := range 200 {
		_, s := summaries.At(i)
		want, err := m.Band(s, 39, .9)
		require.NoError(t, err)
		require.Equal(t, want, dst[i])
	}
	var input *btyd.InputError
	require.ErrorAs(t, m.BandsInto(t.Context(), dst[:1], summaries, 39, .9, 0), &input)
	require.ErrorAs(t, m.BandsInto(t.Context(), dst, summaries, -1, .9, 0), &input)
	require.ErrorAs(t, m.BandsInto(t.Context(), dst, summaries, 1, 1, 0), &input)
	daily, err := btyd.NewBGNBD(rapport.Day, 1, 1, 1, 1)
	require.NoError(t, err)
	require.ErrorIs(t, daily.BandsInto(t.Context(), dst, summaries, 1, .9, 0), btyd.ErrUnitMismatch)
	_, err = mustBGNBD(t, 1e6, 1e-6, 0, 1).Band(scoring.Summary{}, 5, .9)
	require.ErrorAs(t, err, &input)
}

func TestBatteryDiscountedSteps(t *testing.T) {
	t.Parallel()
	forEachModel(t, func(t *rapid.T, family lifetimeModel) {
		one, _ := family.draw(t, 7)
		m := one.(*btyd.Model)
		s := drawSummary(t)
		step, delta := drawLog(t, "step", .01, 10), drawLog(t, "delta", 1e-4, 1)
		steps := rapid.Float64Range(.1, 2000).Draw(t, "steps")
		end := steps * step
		want, before := 0.0, 0.0
		for k := 1.0; ; k++ {
			at := min(k*step, end)
			now := m.Expected(s, at)
			want += math.Exp(-delta*at) * (now - before)
			if before = now; at >= end {
				break
			}
		}
		got, err := m.DiscountedSteps(s, end, delta, step)
		require.NoError(t, err)
		require.InDelta(t, want, got, 1e-10*want+1e-13*m.Expected(s, end))
		continuous, err := m.Discounted(s, end, delta)
		require.NoError(t, err)
		require.True(t, got <= continuous*(1+1e-10) && got >= continuous*math.Exp(-delta*step)*(1-1e-10))
		forever, err := m.DiscountedSteps(s, inf, delta, step)
		require.NoError(t, err)
		whole, err := m.DiscountedSteps(s, math.Floor(steps)*step, delta, step)
		require.NoError(t, err)
		require.GreaterOrEqual(t, forever, whole*(1-1e-10)) // a last step cut short is settled early
		far, err := m.DiscountedSteps(s, math.Ceil(60/delta/step)*step, delta, step)
		require.NoError(t, err)
		require.InEpsilon(t, far, forever, 1e-10)
	})
}
