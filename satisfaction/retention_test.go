package satisfaction_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction"
)

func TestRetentionGain(t *testing.T) {
	for _, c := range []struct {
		from, to      float64
		timing        satisfaction.MarginTiming
		before, after string
		change        float64
	}{
		{0.80, 0.85, "", "266.67 CNY", "340.00 CNY", 0.275},
		{0.90, 0.95, satisfaction.MarginAtEnd, "450.00 CNY", "633.33 CNY", 0.4074074074},
		// m(1+i)/(1+i−r): 110/0.3 and 110/0.25.
		{0.80, 0.85, satisfaction.MarginNow, "366.67 CNY", "440.00 CNY", 0.2},
		{0.80, 0.80, "", "266.67 CNY", "266.67 CNY", 0},
	} {
		g, err := satisfaction.CustomerMargin{Margin: inCNY("100"), Discount: 0.1, Timing: c.timing}.Gain(c.from, c.to)
		require.NoError(t, err)
		requireMoney(t, c.before, g.Before)
		requireMoney(t, c.after, g.After)
		change, ok := g.Change.Value()
		require.True(t, ok)
		require.InDelta(t, c.change, change, 1e-9)
	}
}

// Over two periods at no discount: r + r² margins, and one more with one now.
func TestRetentionGainOverAHorizon(t *testing.T) {
	c := satisfaction.CustomerMargin{Margin: inCNY("100"), Periods: 2, Timing: satisfaction.MarginNow}
	g, err := c.Gain(0.5, 1)
	require.NoError(t, err)
	requireMoney(t, "175.00 CNY", g.Before)
	requireMoney(t, "300.00 CNY", g.After)
	requireMoney(t, "41.67 CNY", g.PerPeriod) // three payments
}

func TestRetentionFromNothing(t *testing.T) {
	g, err := satisfaction.CustomerMargin{Margin: inCNY("100"), Discount: 0.1}.Gain(0, 0.5)
	require.NoError(t, err)
	requireMoney(t, "0.00 CNY", g.Before)
	_, ok := g.Change.Value()
	require.False(t, ok)
}

func TestRetentionErrors(t *testing.T) {
	margin := inCNY("100")
	for _, c := range []struct{ retention, discount float64 }{{1, 0}, {0.9, -0.1}, {1, -0.5}} {
		_, err := satisfaction.CustomerMargin{Margin: margin, Discount: c.discount}.Worth(c.retention)
		require.ErrorIs(t, err, satisfaction.ErrInfiniteWorth, "%v", c)
	}
	for _, bad := range []float64{-0.1, 1.1, math.NaN()} {
		_, err := satisfaction.CustomerMargin{Margin: margin, Discount: 0.1}.Gain(0.5, bad)
		requireBad(t, "retention", err)
	}
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := satisfaction.CustomerMargin{Margin: margin, Discount: bad}.Worth(0.5)
		requireBad(t, "Discount", err)
	}
	for _, bad := range []int{-1, 10_001} {
		_, err := satisfaction.CustomerMargin{Margin: margin, Periods: bad}.Worth(0.5)
		requireBad(t, "Periods", err)
	}
	_, err := satisfaction.CustomerMargin{Timing: "soon"}.Worth(0.5)
	require.Equal(t, &satisfaction.TimingError{Timing: "soon"}, err)
	require.EqualError(t, err, `satisfaction: timing "soon": want "period_end" or "first_now"`)
}

func TestRetentionGainRisesWithRetention(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := satisfaction.CustomerMargin{Margin: drawCNY(t, "margin").Abs(), Discount: rapid.Float64Range(1e-3, 2).Draw(t, "discount")}
		from, to := rapid.Float64Range(0, 1).Draw(t, "from"), rapid.Float64Range(0, 1).Draw(t, "to")
		better := rapid.Float64Range(to, 1).Draw(t, "better")
		g, err := c.Gain(from, to)
		require.NoError(t, err)
		more, err := c.Gain(from, better)
		require.NoError(t, err)
		order, err := more.Gain.Cmp(g.Gain)
		require.NoError(t, err)
		require.GreaterOrEqual(t, order, 0)

		sum, err := g.Before.Add(g.Gain)
		require.NoError(t, err)
		require.True(t, sum.Equal(g.After), "the parts add up")
		back, err := c.Gain(to, from)
		require.NoError(t, err)
		require.True(t, back.Gain.Equal(g.Gain.Neg()), "there and back is nothing")

		c.Timing = satisfaction.MarginNow
		now, err := c.Gain(from, to)
		require.NoError(t, err)
		earlier, err := now.Before.Sub(g.Before)
		require.NoError(t, err)
		require.InDelta(t, c.Margin.Amount().InexactFloat64(), earlier.Amount().InexactFloat64(),
			0.011+1e-15*now.Before.Amount().InexactFloat64(), "the timing is worth one margin")
	})
}

func TestRetentionHorizonApproachesNoEnd(t *testing.T) {
	c := satisfaction.CustomerMargin{Margin: inCNY("100"), Discount: 0.1}
	endless, err := c.Worth(0.9)
	require.NoError(t, err)
	c.Periods = 10_000
	long, err := c.Worth(0.9)
	require.NoError(t, err)
	require.True(t, endless.Equal(long))
	last := rapport.Money{}
	for c.Periods = 1; c.Periods < 40; c.Periods++ {
		worth, err := c.Worth(0.9)
		require.NoError(t, err)
		order, err := worth.Cmp(last)
		require.NoError(t, err)
		require.Positive(t, order)
		last = worth
	}
}
