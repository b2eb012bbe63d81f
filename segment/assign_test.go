package segment_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

func halves(t require.TestingT, ties segment.Ties) *segment.Tiers {
	scheme, err := segment.NewTiers(2, []segment.Tier{{"top", 1}, {"rest", 1}}, &segment.TierOptions{Ties: ties})
	require.NoError(t, err)
	return scheme
}

func names(a *segment.Assignment) []string {
	var list []string
	for i := range a.Len() {
		list = append(list, a.Name(i))
	}
	return list
}

func TestTies(t *testing.T) {
	ids := []rapport.ID{"d", "c", "b", "a"}
	for _, tc := range []struct {
		values []float64
		ties   segment.Ties
		want   []string
	}{
		{[]float64{9, 5, 5, 1}, segment.TiesByID, []string{"top", "rest", "top", "rest"}},
		{[]float64{9, 5, 5, 1}, segment.TiesUp, []string{"top", "top", "top", "rest"}},
		{[]float64{9, 5, 1, 5}, segment.TiesByID, []string{"top", "rest", "rest", "top"}},
		{[]float64{0, 0, 0, 0}, segment.TiesByID, []string{"rest", "rest", "top", "top"}},
		{[]float64{0, math.Copysign(0, -1), 0, 0}, segment.TiesByID, []string{"rest", "rest", "top", "top"}},
		{[]float64{0, math.Copysign(0, -1), 0, 0}, segment.TiesUp, []string{"top", "top", "top", "top"}},
		{[]float64{-4, -3, -2, -1}, segment.TiesUp, []string{"rest", "rest", "top", "top"}},
	} {
		a, err := halves(t, tc.ties).Assign(ids, tc.values)
		require.NoError(t, err)
		if diff := gocmp.Diff(tc.want, names(a)); diff != "" {
			t.Errorf("tiers of %v with ties %d (-want +got):\n%s", tc.values, tc.ties, diff)
		}
	}
}

// A tie that runs over several borders fills the highest tier it reaches, and the
// tiers it swallows stay empty.
func TestLowestIsNeverMinusZero(t *testing.T) {
	minus := math.Copysign(0, -1)
	a, err := segment.DefaultTiers().Assign([]rapport.ID{"1", "2"}, []float64{0, minus})
	require.NoError(t, err)
	for _, group := range a.Groups() {
		require.False(t, math.Signbit(group.Lowest))
	}
}

func TestTiesUpOverSeveralBorders(t *testing.T) {
	ids := make([]rapport.ID, 1000)
	for i := range ids {
		ids[i] = rapport.ID(fmt.Sprintf("%04d", i))
	}
	values := make([]float64, 1000)
	for i := range values[:990] {
		values[i] = 1
	}
	tiers := segment.DefaultTiers()
	scheme, err := segment.NewTiers(tiers.Whole(), tiers.Tiers(), &segment.TierOptions{Ties: segment.TiesUp})
	require.NoError(t, err)
	a, err := scheme.Assign(ids, values)
	require.NoError(t, err)
	want := []segment.Group{
		{Name: "VIP", Count: 990, Value: rapport.Ratio{Num: 990, Den: 990, N: 990}, Lowest: 1},
		{Name: "major", Value: rapport.Ratio{Den: 990}},
		{Name: "ordinary", Value: rapport.Ratio{Den: 990}},
		{Name: "small", Count: 10, Value: rapport.Ratio{Den: 990, N: 10}},
	}
	if diff := gocmp.Diff(want, a.Groups()); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
}

func TestGroupsSumUp(t *testing.T) {
	// 1 + 1e-17 is 1 in float64: without compensation the small values are lost.
	ids, values := []rapport.ID{"a"}, []float64{1}
	for i := range 100 {
		ids = append(ids, rapport.ID(fmt.Sprintf("b%03d", i)))
		values = append(values, 1e-17)
	}
	all, err := segment.NewTiers(1, []segment.Tier{{"all", 1}}, nil)
	require.NoError(t, err)
	a, err := all.Assign(ids, values)
	require.NoError(t, err)
	require.Equal(t, 1+1e-15, a.Groups()[0].Value.Num)

	a, err = halves(t, segment.TiesByID).Assign([]rapport.ID{"a", "b"}, []float64{segment.MaxValue, -segment.MaxValue})
	require.NoError(t, err)
	share, ok := a.Groups()[0].Value.Value()
	require.False(t, ok, "the values sum to zero: there is no share, got %v", share)

	a, err = segment.DefaultTiers().Assign(nil, nil)
	require.NoError(t, err)
	require.Zero(t, a.Len())
	require.Len(t, a.Groups(), 4)
	_, ok = a.Groups()[0].Value.Value()
	require.False(t, ok)
	a.Groups()[0].Name = "changed"
	require.Equal(t, "VIP", a.Groups()[0].Name)
}

// The answer against a plain model: sort, cut at the stated sizes, move ties up.
func TestAssignAgainstModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ties := rapid.SampledFrom([]segment.Ties{segment.TiesByID, segment.TiesUp}).Draw(r, "ties")
		base := segment.DefaultTiers()
		scheme, err := segment.NewTiers(base.Whole(), base.Tiers(), &segment.TierOptions{Ties: ties})
		require.NoError(r, err)
		value := rapid.OneOf(
			rapid.Map(rapid.IntRange(-2, 3), func(v int) float64 { return float64(v) }),
			rapid.Float64Range(-segment.MaxValue, segment.MaxValue))
		rows := rapid.MapOfN(rapid.StringMatching("[a-c]{1,6}"), value, 0, 150).Draw(r, "rows")
		ids := make([]rapport.ID, 0, len(rows))
		for id := range rows {
			ids = append(ids, rapport.ID(id))
		}
		slices.Sort(ids)
		if rapid.Bool().Draw(r, "shuffled") {
			rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0)).Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		}
		values := make([]float64, len(ids))
		for i, id := range ids {
			values[i] = rows[string(id)]
		}
		a, err := scheme.Assign(ids, values)
		require.NoError(r, err)

		order := slices.SortedFunc(slices.Values(ids), func(x, y rapport.ID) int {
			return cmp.Or(cmp.Compare(rows[string(y)], rows[string(x)]), cmp.Compare(x, y))
		})
		want := map[rapport.ID]int{}
		rank := 0
		for tier, size := range scheme.Sizes(len(ids)) {
			for range size {
				want[order[rank]] = tier
				if ties == segment.TiesUp && rank > 0 && rows[string(order[rank])] == rows[string(order[rank-1])] {
					want[order[rank]] = want[order[rank-1]]
				}
				rank++
			}
		}
		counts := make([]int, 4)
		for i, id := range ids {
			require.Equalf(r, want[id], a.Tier(i), "tier of %s among %v", id, rows)
			counts[a.Tier(i)]++
		}
		for tier, group := range a.Groups() {
			require.Equal(r, counts[tier], group.Count)
			require.Equal(r, group.Count, group.Value.N)
			require.NoError(r, group.Value.Validate())
		}
	})
}

func TestAssignRefusals(t *testing.T) {
	tiers := segment.DefaultTiers()
	_, err := tiers.Assign([]rapport.ID{"a"}, nil)
	length, ok := errors.AsType[*segment.LengthError](err)
	require.True(t, ok)
	require.Equal(t, segment.LengthError{IDs: 1, Values: 0}, *length)
	require.EqualError(t, err, "segment: 1 ids with 0 values: want one value for each id")

	for _, wrong := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 2e290, -math.MaxFloat64} {
		a, err := tiers.Assign([]rapport.ID{"a", "b"}, []float64{1, wrong})
		refused, ok := errors.AsType[*segment.ValueError](err)
		require.Truef(t, ok, "%v: %v", wrong, err)
		require.Equal(t, 1, refused.Index)
		require.Equal(t, rapport.ID("b"), refused.ID)
		require.ErrorContains(t, err, fmt.Sprint(wrong))
		require.Nil(t, a)
	}
	for _, ids := range [][]rapport.ID{{"a", "b", "a"}, {"a", "x", "x"}} {
		_, err := tiers.Assign(ids, []float64{1, 2, 3})
		twice, ok := errors.AsType[*segment.IDError](err)
		require.Truef(t, ok, "%v: %v", ids, err)
		require.Equal(t, segment.IDError{Index: 2, ID: ids[2], First: slices.Index(ids, ids[2])}, *twice)
	}
	_, err = tiers.Assign([]rapport.ID{"a", ""}, []float64{1, 2})
	_, ok = errors.AsType[*rapport.IDError](err)
	require.True(t, ok)
	require.ErrorContains(t, err, "segment: row 1: ")
}

func BenchmarkAssign(b *testing.B) {
	const n = 1_000_000
	random := rand.New(rand.NewPCG(1, 2))
	ids := make([]rapport.ID, n)
	values := make([]float64, n)
	for i := range ids {
		ids[i] = rapport.ID(fmt.Sprintf("customer-%07d", i))
		values[i] = math.Exp(2 * random.NormFloat64())
	}
	shuffled := slices.Clone(ids)
	random.Shuffle(n, func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for _, order := range []struct {
		name string
		ids  []rapport.ID
	}{{"ascending", ids}, {"shuffled", shuffled}} {
		b.Run(fmt.Sprintf("%s/n=%d", order.name, n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := segment.DefaultTiers().Assign(order.ids, values); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestAssignWithoutScheme(t *testing.T) {
	var none segment.Tiers
	got, err := none.Assign([]rapport.ID{"a"}, []float64{1})
	require.Nil(t, got)
	require.EqualError(t, err, "segment: tiers: no tiers")
	scheme, ok := errors.AsType[*segment.SchemeError](err)
	require.True(t, ok, "got %T", err)
	require.Equal(t, -1, scheme.Tier)
}
