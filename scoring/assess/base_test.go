package assess_test

import (
	"context"
	"iter"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/assess"
)

// TestCustomerEquity: lifetime values of 100, 250 and −20 are 330.
func TestCustomerEquity(t *testing.T) {
	for name, c := range map[string]struct {
		options assess.Options
		total   string
		split   map[string]string
	}{
		"by segment": {assess.Options{}, "330.00 CNY", map[string]string{"north": "100.00 CNY", "south": "250.00 CNY", "": "-20.00 CNY"}},
		"by cell":    {assess.Options{Split: assess.SplitByCell}, "330.00 CNY", map[string]string{"low/high": "100.00 CNY", "high/high": "250.00 CNY", "low/low": "-20.00 CNY"}},
		"total by tier": {assess.Options{Split: assess.SplitByTier, Equity: assess.EquityOfTotal}, "800.00 CNY",
			map[string]string{"major": "400.00 CNY", "VIP": "400.00 CNY", "small": "0.00 CNY"}},
	} {
		b, err := assessor(t, world(t), &c.options).Base(t.Context(), end())
		require.NoError(t, err, name)
		equity, known := b.Equity.Get()
		require.True(t, known)
		require.Equal(t, c.total, equity.Value.String(), name)
		split := map[string]string{}
		for _, s := range equity.Segments {
			split[s.Segment] = s.Value.String()
		}
		require.Equal(t, c.split, split, name)
		require.Equal(t, rapport.Ratio{Num: 3, Den: 3, N: 3}, equity.Covered, name)
		require.Equal(t, 3, b.Customers)
		active, known := b.Active.Get()
		require.True(t, known)
		require.InDelta(t, 1.412, active.Value, 1e-12)
		require.InDelta(t, math.Sqrt(0.912*0.088+0.25), active.SE, 1e-12)
		require.Equal(t, rapport.Ratio{Num: 1, Den: 2, N: 2}, b.Held)
		require.Equal(t, assess.Coverage{Part: assess.PartSegments, Share: rapport.Ratio{Num: 2, Den: 3, N: 3},
			Origins: []assess.OriginCount{{"rules 7", "segment_rules", assess.Exact, end(), end(), 2}}}, b.Coverage[4])
	}
}

// TestEquityChange: 350 less 40 lost, 30 and 10 more of those who stayed, and 20 that
// the new one costs are 330; one moved from the south to the north.
func TestEquityChange(t *testing.T) {
	b, err := assessor(t, world(t), nil).Base(t.Context(), end())
	require.NoError(t, err)
	change, known := b.Change.Get()
	require.True(t, known)
	text := func(f assess.EquityFlow) (list []string) {
		for _, m := range []rapport.Money{f.Before, f.Stayed, f.New, f.Lost, f.MovedIn, f.MovedOut, f.After} {
			list = append(list, strings.TrimSuffix(m.String(), ".00 CNY"))
		}
		return list
	}
	require.Equal(t, []string{"350", "40", "-20", "-40", "0", "0", "330"}, text(change.Total))
	require.Equal(t, []string{"310", "30", "0", "0", "0", "-90", "250"}, text(change.Segments[2]))
	require.Equal(t, end().AddDate(-1, 0, 0), b.Change.Origin.AsOf)

	s := world(t)
	s.Value = nil
	b, err = assessor(t, s, nil).Base(t.Context(), end())
	require.NoError(t, err)
	require.Equal(t, assess.NothingKnown, b.Change.Absent)
	require.Equal(t, assess.NoSource, b.Equity.Absent)
	s = world(t)
	s.Before = func(context.Context, time.Time) (assess.Finding[[]scoring.CustomerValue], error) {
		return assess.Found([]scoring.CustomerValue{{Value: cny("1.00")}}, origin("a", "b", assess.Exact)), nil
	}
	_, err = assessor(t, s, nil).Base(t.Context(), end())
	require.ErrorAs(t, err, new(*assess.SourceError))
}

// TestEmptyBase: no customers have no figures.
func TestEmptyBase(t *testing.T) {
	s := world(t)
	s.Customers = func(context.Context, time.Time) iter.Seq2[rapport.ID, error] { return all[rapport.ID]() }
	b, err := assessor(t, s, nil).Base(t.Context(), end())
	require.NoError(t, err)
	require.Zero(t, b.Customers)
	require.Equal(t, assess.NothingKnown, b.Equity.Absent)
	_, known := b.Active.Get()
	require.False(t, known)
	for _, c := range b.Coverage {
		_, ok := c.Share.Value()
		require.False(t, ok, c.Part)
	}
	require.Contains(t, b.Markdown(nil), "| Customer equity | no data (nothing known) |")
	require.NotContains(t, b.Markdown(nil), "NaN")
}

// TestBaseIsTheSumOfItsCustomers: equity, counts and coverage of a base are those of
// its customers one by one.
func TestBaseIsTheSumOfItsCustomers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(rt, "customers")
		var ids []rapport.ID
		values, tiers, alive := map[rapport.ID]assess.Value{}, map[rapport.ID]string{}, map[rapport.ID]rapport.Estimate{}
		var sum int64
		expected := 0.0
		for i := range n {
			id := rapport.ID(rune('a' + i))
			ids = append(ids, id)
			if rapid.Bool().Draw(rt, "valued") {
				minor := rapid.Int64Range(-1e9, 1e9).Draw(rt, "value")
				m, err := rapport.MoneyFromMinor(minor, rapport.CNY)
				require.NoError(rt, err)
				v := value("0.00", "0.00", "0.00")
				v.Potential.Money = m
				values[id], sum = v, sum+minor
			}
			if rapid.Bool().Draw(rt, "tiered") {
				tiers[id] = rapid.SampledFrom([]string{"VIP", "major", "small"}).Draw(rt, "tier")
			}
			if rapid.Bool().Draw(rt, "scored") {
				p := rapid.Float64Range(0, 1).Draw(rt, "p")
				alive[id], expected = rapport.Estimate{Value: p, N: 1}, expected+p
			}
		}
		s := assess.Sources{
			Customers: func(context.Context, time.Time) iter.Seq2[rapport.ID, error] { return all(ids...) },
			Value:     rows(origin("a", "b", assess.Exact), values),
			Tier:      rows(origin("a", "b", assess.Exact), tiers),
			Alive:     rows(origin("a", "b", assess.Estimated), alive),
		}
		b, err := assessor(t, s, &assess.Options{Split: assess.SplitByTier}).Base(t.Context(), end())
		require.NoError(rt, err)
		equity, known := b.Equity.Get()
		require.Equal(rt, len(values) > 0, known)
		if known {
			minor, err := equity.Value.Minor()
			require.NoError(rt, err)
			require.Equal(rt, sum, minor)
			split := rapport.Money{}
			for _, part := range equity.Segments {
				split, err = split.Add(part.Value)
				require.NoError(rt, err)
			}
			require.True(rt, split.Equal(equity.Value))
		}
		counted := 0.0
		for _, c := range b.Tiers {
			counted += c.Share.Num
		}
		require.InDelta(rt, len(tiers), counted, 0)
		active, known := b.Active.Get()
		require.Equal(rt, len(alive) > 0, known)
		require.InDelta(rt, expected, active.Value, 1e-9)
		text, err := b.MarshalJSON()
		require.NoError(rt, err)
		var back assess.BaseReport
		require.NoError(rt, back.UnmarshalJSON(text))
		again, err := back.MarshalJSON()
		require.NoError(rt, err)
		require.Equal(rt, string(text), string(again))
		require.Equal(rt, b.Markdown(nil), back.Markdown(nil))
	})
}
