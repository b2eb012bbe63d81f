package kpi_test

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

func ids(from, to int) []rapport.ID {
	var list []rapport.ID
	for i := from; i < to; i++ {
		list = append(list, rapport.ID(strconv.Itoa(i)))
	}
	return list
}

// D3: 200 at the start, 170 of them stay; 40 others come.
func TestCompareBases(t *testing.T) {
	flow, err := kpi.CompareBases(ids(0, 200), ids(30, 240))
	require.NoError(t, err)
	require.Equal(t, kpi.Flow{Kept: 170, Lost: 30, Added: 40}, flow)

	var code *kpi.CodeError
	_, err = kpi.CompareBases(append(ids(0, 3), "1"), nil)
	require.ErrorAs(t, err, &code)
	_, err = kpi.CompareBases(nil, append(ids(0, 3), "1"))
	require.ErrorAs(t, err, &code)
	var id *rapport.IDError
	_, err = kpi.CompareBases([]rapport.ID{""}, nil)
	require.ErrorAs(t, err, &id)
}

func TestBasesBalance(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		draw := rapid.SliceOfDistinct(rapid.Map(rapid.IntRange(0, 30), func(i int) rapport.ID { return rapport.ID(strconv.Itoa(i)) }), rapid.ID)
		start, end := draw.Draw(r, "start"), draw.Draw(r, "end")
		flow, err := kpi.CompareBases(start, end)
		require.NoError(r, err)
		kept := 0
		for _, id := range start {
			if slices.Contains(end, id) {
				kept++
			}
		}
		require.Equal(r, kpi.Flow{Kept: kept, Lost: len(start) - kept, Added: len(end) - kept}, flow)
		net, err := kpi.NetAdds(year(2025), kpi.Balance{Start: len(start), New: flow.Added, Lost: flow.Lost, End: len(end)})
		require.NoError(r, err)
		require.Equal(r, float64(len(end)-len(start)), net.Estimate.Value)
	})
}

func TestReadRecurring(t *testing.T) {
	r, err := kpi.ReadRecurring(rapport.CNY, without(
		kpi.RevenueChange{Start: 5000, End: 4500},
		kpi.RevenueChange{Start: 800},
		kpi.RevenueChange{Start: 4200, End: 5700},
		kpi.RevenueChange{End: 9000},                              // new
		kpi.RevenueChange{Start: 7000, End: 7000, Internal: true}, // ours
		kpi.RevenueChange{},                                       // nobody yet
	))
	require.NoError(t, err)
	gross, err := kpi.GrossRetention(year(2025), r)
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 87, Den: 100, N: 3}, gross.Ratio)
	require.Equal(t, []kpi.Excluded{{Code: "new_customers", N: 1}, {Code: kpi.InternalParties, N: 1}}, gross.Excluded)
	net, err := kpi.NetRetention(year(2025), r)
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 102, Den: 100, N: 3}, net.Ratio)

	var input *kpi.InputError
	_, err = kpi.ReadRecurring(rapport.CNY, without(kpi.RevenueChange{Start: 1, End: -1}))
	require.ErrorAs(t, err, &input)
	_, err = kpi.ReadRecurring(rapport.CNY, without(kpi.RevenueChange{Start: math.MaxInt64}, kpi.RevenueChange{Start: 1}))
	require.ErrorAs(t, err, &input)
	broken := errors.New("broken")
	_, err = kpi.ReadRecurring(rapport.CNY, failing[kpi.RevenueChange](broken))
	require.ErrorIs(t, err, broken)
	var currency *rapport.CurrencyError
	_, err = kpi.ReadRecurring(0, without[kpi.RevenueChange]())
	require.ErrorAs(t, err, &currency)
}

// Gross retention is from 0 to 1, and the net one is never less.
func TestGrossRetentionIsAShare(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		amount := rapid.Int64Range(0, 1e12)
		rows := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) kpi.RevenueChange {
			return kpi.RevenueChange{Start: amount.Draw(r, "start"), End: amount.Draw(r, "end")}
		}), 0, 8).Draw(r, "rows")
		recurring, err := kpi.ReadRecurring(rapport.CNY, without(rows...))
		require.NoError(r, err)
		gross, err := kpi.GrossRetention(year(2025), recurring)
		require.NoError(r, err)
		net, err := kpi.NetRetention(year(2025), recurring)
		require.NoError(r, err)
		g, ok := gross.Value()
		n, also := net.Value()
		require.Equal(r, ok, also)
		require.True(r, 0 <= g && g <= 1 && g <= n || !ok, "gross %v, net %v", g, n)
	})
}

func TestComposition(t *testing.T) {
	member := func(group string) kpi.Member { return kpi.Member{Group: group} }
	figures, err := kpi.Composition(year(2025), "tier", without(
		member("small"), member("vip"), member("small"), member(""), member("small"), member("major"),
		kpi.Member{Group: "vip", Internal: true},
	))
	require.NoError(t, err)
	var groups []string
	sum := 0.0
	for _, f := range figures {
		groups = append(groups, f.Scope.ID)
		require.Equal(t, 6.0, f.Ratio.Den)
		require.Equal(t, "tier", f.Scope.Kind)
		require.Equal(t, []kpi.Excluded{{Code: kpi.InternalParties, N: 1}}, f.Excluded)
		sum += f.Ratio.Num
	}
	require.Equal(t, []string{"small", "major", kpi.Unknown, "vip"}, groups)
	require.Equal(t, 6.0, sum, "the shares sum to 1")

	figures, err = kpi.Composition(year(2025), "tier", without[kpi.Member]())
	require.NoError(t, err)
	require.Empty(t, figures)
	_, err = kpi.Composition(year(2025), "Tier", without[kpi.Member]())
	require.Error(t, err)
	_, err = kpi.Composition(year(2025), "tier", without(member("a\x00b")))
	require.Error(t, err)
	broken := errors.New("broken")
	_, err = kpi.Composition(year(2025), "tier", failing(broken, member("vip")))
	require.ErrorIs(t, err, broken)
}

func TestTenureBand(t *testing.T) {
	asOf := time.Date(2025, 6, 15, 0, 0, 0, 0, time.UTC)
	for days, want := range map[int]string{0: "under_1", 364: "under_1", 365: "1_to_3", 1095: "1_to_3", 1096: "3_and_over", 9000: "3_and_over"} {
		band, err := kpi.TenureBand(asOf.AddDate(0, 0, -days), asOf, 1, 3)
		require.NoError(t, err)
		require.Equal(t, want, band, "%d days", days)
	}
	for _, bounds := range [][]int{nil, {0}, {3, 1}, {2, 2}, {1, math.MaxInt}} {
		_, err := kpi.TenureBand(asOf.AddDate(-9, 0, 0), asOf, bounds...)
		require.Error(t, err, "%v", bounds)
	}
	_, err := kpi.TenureBand(asOf.AddDate(0, 0, 1), asOf, 1)
	require.Error(t, err)
	_, err = kpi.TenureBand(time.Time{}, asOf, 1)
	require.Error(t, err, "no date is not the oldest one")
}
