package kpi_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

func TestFigureJSON(t *testing.T) {
	cost, err := kpi.UnitServiceCost(year(2025), yuan("50000"), 2500)
	require.NoError(t, err)
	cost = cost.Of("team", "west:1").Without(kpi.InternalParties, 3)
	text, err := json.Marshal(cost)
	require.NoError(t, err)
	require.Equal(t, `{"format":1,"code":"service_unit_cost","unit":"money",`+
		`"period":"2025-01-01T00:00:00Z/2026-01-01T00:00:00Z","scope":"team:west:1",`+
		`"ratio":{"num":50000,"den":2500,"n":2500,"value":20},"amount":{"amount":"20.00","currency":"CNY"},`+
		`"n":2500,"excluded":[{"code":"internal_parties","n":3}]}`, string(text))
	for _, make := range []func() (kpi.Figure, error){
		func() (kpi.Figure, error) { return cost, nil },
		func() (kpi.Figure, error) { return kpi.NetAdds(year(2025), kpi.Balance{Start: 1, New: 1, End: 2}) },
		func() (kpi.Figure, error) { return kpi.RepeatPurchase(rapport.Interval{}, 0, 0) },
	} {
		f, err := make()
		require.NoError(t, err)
		text, err := json.Marshal(f)
		require.NoError(t, err)
		var read kpi.Figure
		require.NoError(t, json.Unmarshal(text, &read))
		again, err := json.Marshal(read)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	}
	read := cost
	for _, bad := range []string{
		`{"format":1,"code":"a","unit":"rate","period":"../..","ratio":{"num":2,"den":1,"n":1,"value":2},"n":1}`,
		`{"format":1,"code":"a","unit":"rate","period":"../..","scope":"team","n":1}`,
		`{"format":1,"code":"a","unit":"inch","period":"../..","n":1}`,
		`{"format":1,"code":"A","unit":"rate","period":"../..","n":1}`,
		`{"format":1,"code":"a","unit":"rate","period":"../..","n":-1}`,
		`{"format":1,"code":"a","unit":"rate","n":1}`, // since ever is no default
		`{"format":1,"code":"a","unit":"rate","period":null,"n":1}`,
		`{"format":1,"code":"a","unit":"rate","period":"../.."}`,
		`{"format":1,"code":"a","unit":"rate","period":"../..","estimate":{"value":1.5,"se":null,"low":null,"high":null,"level":null,"n":1},"n":1}`,
		`{"format":1,"code":"a","unit":"per","period":"../..","ratio":{"num":2,"den":1,"n":1,"value":2},"estimate":{"value":1,"se":null,"low":null,"high":null,"level":null,"n":1},"n":1}`,
		`{"format":1,"code":"a","unit":"per","period":"../..","amount":{"amount":"20.00","currency":"CNY"},"n":1}`,
		`{"format":1,"code":"a","unit":"money","period":"../..","ratio":{"num":2,"den":1,"n":1,"value":2},"amount":{"amount":"20.00","currency":"CNY"},"n":1}`,
		`{"format":1,"code":"a","unit":"rate","period":"../..","n":1,"excluded":[{"code":"x","n":-1}]}`,
		`{"format":1,"code":"a","unit":"rate","period":"../..","n":1,"excluded":[{"code":"X","n":1}]}`,
		`{"format":0}`,
	} {
		require.Error(t, read.UnmarshalJSON([]byte(bad)), bad)
		require.Equal(t, cost, read)
	}
	require.NoError(t, read.UnmarshalJSON([]byte("null")))
	_, err = json.Marshal(kpi.Figure{})
	require.Error(t, err)
	for _, bad := range []kpi.Figure{
		{Code: "a", Unit: kpi.UnitPer, Ratio: rapport.Ratio{N: -1}},
		{Code: "a", Unit: kpi.UnitPer, Estimate: rapport.Estimate{Value: 1}},
		{Code: "a", Unit: kpi.UnitPer, Scope: kpi.Scope{ID: "west"}},
	} {
		require.Error(t, bad.Validate())
	}
}

// 4 of 50 are .08, from .0315 to .1884 by Wilson's formula (computed in Python); adding
// what was left out makes a copy and not a change.
func TestFigureInterval(t *testing.T) {
	f, err := kpi.LostCalls(year(2025), 4, 50)
	require.NoError(t, err)
	e, ok, err := f.Interval(0)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, 0.95, e.Level)
	require.InEpsilon(t, 0.03154951408859297, e.Low, 1e-12)
	require.InEpsilon(t, 0.18838246918342832, e.High, 1e-12)
	_, _, err = f.Interval(1)
	require.Error(t, err)
	one := f.Without("a", 1)
	two := one.Without("b", 2)
	three := one.Without("c", 3)
	require.Equal(t, "b", two.Excluded[1].Code)
	require.Equal(t, "c", three.Excluded[1].Code)

	share, err := kpi.ShareOfWallet(year(2025), yuan("1"), yuan("2"), 5)
	require.NoError(t, err)
	_, ok, err = share.Interval(0)
	require.NoError(t, err)
	require.False(t, ok, "a share of money has no interval of counts")
	amount := kpi.Figure{Code: "profit", Unit: kpi.UnitMoney, Amount: yuan("12.50"), N: 3}
	value, ok := amount.Value()
	require.True(t, ok)
	require.Equal(t, 12.5, value)
}

// The verdict on a rate follows the interval of the difference: Newcombe's, 170 of 200
// after 150 of 200 (computed in Python from his formula).
func TestTrend(t *testing.T) {
	registry := kpi.Standard()
	rate := func(y, kept int) kpi.Figure {
		f, err := kpi.Retention(year(y), kpi.Flow{Kept: kept, Lost: 200 - kept})
		require.NoError(t, err)
		return f
	}
	trend, err := registry.Trend(rate(2024, 150), rate(2025, 170), 0)
	require.NoError(t, err)
	require.InEpsilon(t, 0.02152533035913992, trend.Change.Low, 1e-12)
	require.InEpsilon(t, 0.177311642873971, trend.Change.High, 1e-12)
	require.Equal(t, kpi.TrendBetter, trend.Verdict)
	require.Equal(t, 400, trend.Change.N)
	growth, ok := trend.Growth.Value()
	require.True(t, ok)
	require.InEpsilon(t, 20.0/150, growth, 1e-12)

	for _, tc := range []struct {
		before, after int
		want          kpi.Verdict
	}{{170, 150, kpi.TrendWorse}, {160, 160, kpi.TrendSame}, {160, 162, kpi.TrendUnclear}} {
		trend, err := registry.Trend(rate(2024, tc.before), rate(2025, tc.after), 0)
		require.NoError(t, err)
		require.Equal(t, tc.want, trend.Verdict)
	}

	// H5: the unit cost of service, with its trend: less is better, and there is no interval.
	cost := func(y int, amount string, cases int) kpi.Figure {
		f, err := kpi.UnitServiceCost(year(y), yuan(amount), cases)
		require.NoError(t, err)
		return f
	}
	trend, err = registry.Trend(cost(2024, "60000", 2400), cost(2025, "50000", 2500), 0)
	require.NoError(t, err)
	require.Equal(t, -5.0, trend.Change.Value)
	require.False(t, trend.Change.HasInterval())
	require.Equal(t, kpi.TrendBetter, trend.Verdict)
	trend, err = registry.Trend(cost(2024, "60000", 2400), cost(2025, "50000", 0), 0)
	require.NoError(t, err)
	require.Equal(t, kpi.TrendNoData, trend.Verdict)
	require.False(t, trend.Change.HasValue())

	part := func(y, n int) kpi.Figure {
		f, err := kpi.Composition(year(y), "tier", without(kpi.Member{Group: "vip"}, kpi.Member{Group: "small"}))
		require.NoError(t, err)
		f[1].Ratio = rapport.Ratio{Num: float64(n), Den: 1000, N: 1000}
		return f[1]
	}
	trend, err = registry.Trend(part(2024, 100), part(2025, 900), 0)
	require.NoError(t, err)
	require.Equal(t, kpi.TrendChanged, trend.Verdict, "no composition is better than another")

	index := func(y int, value, se float64) kpi.Figure {
		e, err := rapport.NormalEstimate(value, se, 0.95, 250)
		require.NoError(t, err)
		return kpi.Figure{Code: kpi.SatisfactionIndex, Unit: kpi.UnitIndex, Period: year(y), Estimate: e, N: 250}
	}
	trend, err = registry.Trend(index(2024, 70, 0.3), index(2025, 71, 0.4), 0)
	require.NoError(t, err)
	require.InEpsilon(t, 0.5, trend.Change.SE, 1e-12)
	require.Equal(t, kpi.TrendBetter, trend.Verdict)
}

// A host may know a rate by an estimate alone, such as one from weighted answers, or a
// figure without its n.
func TestTrendOfFiguresFromElsewhere(t *testing.T) {
	rate := func(y int, value float64) kpi.Figure {
		e, err := rapport.NormalEstimate(value, 0.01, 0.95, 80)
		require.NoError(t, err)
		return kpi.Figure{Code: kpi.PromiseKeptRate, Unit: kpi.UnitRate, Period: year(y), Estimate: e}
	}
	trend, err := kpi.Standard().Trend(rate(2024, 0.8), rate(2025, 0.7), 0)
	require.NoError(t, err)
	require.InEpsilon(t, 0.01*math.Sqrt2, trend.Change.SE, 1e-12)
	require.Equal(t, kpi.TrendWorse, trend.Verdict)
	counted, err := kpi.PromisesKept(year(2024), 8, 10)
	require.NoError(t, err)
	trend, err = kpi.Standard().Trend(counted, rate(2025, 0.7), 0)
	require.NoError(t, err)
	require.False(t, trend.Change.HasInterval())
	require.NoError(t, trend.Change.Validate())

	growth := func(y int, after string) kpi.Figure {
		f, err := kpi.ContributionGrowth(year(y), yuan("100"), yuan(after), 0)
		require.NoError(t, err)
		return f
	}
	trend, err = kpi.Standard().Trend(growth(2024, "110"), growth(2025, "130"), 0)
	require.NoError(t, err)
	require.InEpsilon(t, 0.2, trend.Change.Value, 1e-12)
}

func TestFigureJSONRoundTrip(t *testing.T) {
	text := rapid.StringMatching(`[a-z_0-9]{1,12}`)
	rapid.Check(t, func(r *rapid.T) {
		f := kpi.Figure{
			Code: text.Draw(r, "code"), Unit: rapid.SampledFrom([]kpi.Unit{kpi.UnitShare, kpi.UnitDays, kpi.UnitPer}).Draw(r, "unit"),
			Ratio: rapport.Ratio{Num: rapid.Float64().Draw(r, "num"), Den: rapid.Float64().Draw(r, "den"), N: rapid.IntRange(0, 9).Draw(r, "n")},
			N:     rapid.Int().Draw(r, "figure n"),
		}
		if rapid.Bool().Draw(r, "scope") {
			f = f.Of(text.Draw(r, "kind"), rapid.StringN(1, 8, 32).Draw(r, "id"))
		}
		if rapid.Bool().Draw(r, "excluded") {
			f = f.Without(text.Draw(r, "what"), rapid.Int().Draw(r, "of"))
		}
		text, err := json.Marshal(f)
		if f.Validate() != nil {
			require.Error(r, err)
			return
		}
		require.NoError(r, err)
		var read kpi.Figure
		require.NoError(r, json.Unmarshal(text, &read))
		again, err := json.Marshal(read)
		require.NoError(r, err)
		require.Equal(r, string(text), string(again))
	})
}

func TestTrendsOfWhatDoesNotBelongTogether(t *testing.T) {
	registry := kpi.Standard()
	f, err := kpi.LostCalls(year(2024), 1, 10)
	require.NoError(t, err)
	later := f
	later.Period = year(2025)
	other, err := kpi.SLAKept(year(2025), 1, 10)
	require.NoError(t, err)
	var pair *kpi.PairError
	for _, wrong := range [][2]kpi.Figure{{f, f}, {later, f}, {f, other}, {f, later.Of("team", "west")}} {
		_, err := registry.Trend(wrong[0], wrong[1], 0)
		require.ErrorAs(t, err, &pair)
		require.NotEmpty(t, err.Error())
	}
	money := kpi.Figure{Code: kpi.ContactCost, Unit: kpi.UnitMoney, Period: year(2024), Amount: yuan("1"), N: 1}
	dear := money
	dear.Period, dear.Amount = year(2025), rapport.MustMoney("1 USD")
	_, err = registry.Trend(money, dear, 0)
	require.ErrorAs(t, err, &pair)
	_, err = registry.Trend(f, later, 2)
	require.Error(t, err)
	_, err = registry.Trend(kpi.Figure{Code: "nothing"}, later, 0)
	require.Error(t, err)

	series, err := kpi.NewSeries(later, f)
	require.NoError(t, err)
	require.Equal(t, 2, series.Len())
	trends, err := registry.Trends(series, 0)
	require.NoError(t, err)
	require.Len(t, trends, 1)
	require.Equal(t, kpi.TrendSame, trends[0].Verdict)
	_, err = registry.Trends(series, -1)
	require.Error(t, err)
	_, err = kpi.NewSeries(f, later, f)
	require.ErrorAs(t, err, &pair)
	_, err = kpi.NewSeries(kpi.Figure{})
	require.Error(t, err)
}

// A period without data between two does not make one series of two currencies.
func TestSeriesOfOneCurrency(t *testing.T) {
	cost := func(y int, money rapport.Money, cases int) kpi.Figure {
		f, err := kpi.UnitServiceCost(year(y), money, cases)
		require.NoError(t, err)
		return f
	}
	dollars := rapport.MustMoney("7 USD")
	_, err := kpi.NewSeries(cost(2023, yuan("50"), 10), cost(2024, yuan("50"), 0), cost(2025, dollars, 1))
	var pair *kpi.PairError
	require.ErrorAs(t, err, &pair)
	_, err = kpi.NewSeries(cost(2023, dollars, 0), cost(2024, dollars, 1), cost(2025, dollars, 0), cost(2026, dollars, 2))
	require.NoError(t, err)
}

func TestSeriesValuesSkipWhatHasNone(t *testing.T) {
	var figures []kpi.Figure
	for y, calls := range map[int]int{2023: 10, 2024: 0, 2025: 20} {
		f, err := kpi.LostCalls(year(y), calls/10, calls)
		require.NoError(t, err)
		figures = append(figures, f)
	}
	series, err := kpi.NewSeries(figures...)
	require.NoError(t, err)
	var periods []rapport.Interval
	for p, v := range series.Values() {
		require.Equal(t, 0.1, v)
		periods = append(periods, p)
	}
	require.Equal(t, []rapport.Interval{year(2023), year(2025)}, periods)
	n := 0
	for range series.All() {
		n++
	}
	require.Equal(t, 3, n)
}

// A rate of minutes has no interval of counts: its denominator is no number of draws. Nor
// does it have a change with one, or with an n of 0.
func TestRatesThatAreNoCounts(t *testing.T) {
	registry := kpi.Standard()
	rate := func(y int, up float64, n int) kpi.Figure {
		f, err := registry.OfRatio(kpi.ServiceLevelRate, year(y), rapport.Ratio{Num: up, Den: 525600, N: n})
		require.NoError(t, err)
		return f
	}
	for _, n := range []int{0, 12} {
		_, ok, err := rate(2024, 500000, n).Interval(0)
		require.NoError(t, err)
		require.False(t, ok)
		trend, err := registry.Trend(rate(2024, 500000, n), rate(2025, 510000, n), 0)
		require.NoError(t, err)
		require.False(t, trend.Change.HasInterval())
		require.True(t, trend.Change.HasValue())
		require.NoError(t, trend.Change.Validate())
		require.Equal(t, kpi.TrendBetter, trend.Verdict)
	}
}

// The amount of a cost for each of many is what its ratio says, whatever the numbers.
func TestUnitCostsAreSound(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		currency := rapid.SampledFrom([]rapport.Currency{rapport.CNY, rapport.MustMoney("1 JPY").Currency(), rapport.MustMoney("1 KWD").Currency()}).Draw(r, "currency")
		cost, err := rapport.MoneyFromMinor(rapid.Int64Range(0, math.MaxInt64).Draw(r, "cost"), currency)
		require.NoError(r, err)
		f, err := kpi.UnitServiceCost(year(2025), cost, rapid.IntRange(0, 1<<53).Draw(r, "cases"))
		require.NoError(r, err)
		require.NoError(r, f.Validate())
	})
}

// A rate lies in its interval, and the same counts in another order of magnitude give a
// narrower one.
func TestIntervalHoldsItsRate(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		whole := rapid.IntRange(1, 100000).Draw(r, "whole")
		part := rapid.IntRange(0, whole).Draw(r, "part")
		f, err := kpi.SLAKept(year(2025), part, whole)
		require.NoError(r, err)
		e, ok, err := f.Interval(rapid.Float64Range(0.5, 0.999).Draw(r, "level"))
		require.NoError(r, err)
		require.True(r, ok)
		require.True(r, 0 <= e.Low && e.Low <= e.Value && e.Value <= e.High && e.High <= 1, "%v", e)
		require.NoError(r, e.Validate())
	})
}
