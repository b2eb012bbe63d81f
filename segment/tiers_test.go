package segment_test

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/segment"
)

func TestDefaultSizes(t *testing.T) {
	for _, tc := range []struct {
		n    int
		want []int
	}{
		{1000, []int{10, 40, 150, 800}},
		{250, []int{3, 10, 37, 200}},
		{37, []int{1, 1, 6, 29}},
		{7, []int{1, 0, 1, 5}},
		{0, []int{0, 0, 0, 0}},
		{-1, []int{0, 0, 0, 0}},
		{1, []int{1, 0, 0, 0}},
		{2, []int{1, 0, 0, 1}},
		{100, []int{1, 4, 15, 80}},
		{101, []int{2, 4, 15, 80}},
		{math.MaxInt64, []int{92233720368547759, 368934881474191032, 1383505805528216371, 7378697629483820645}},
	} {
		if diff := cmp.Diff(tc.want, segment.DefaultTiers().Sizes(tc.n)); diff != "" {
			t.Errorf("sizes of %d (-want +got):\n%s", tc.n, diff)
		}
	}
}

func TestSizesAreCeilingsOfExactShares(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var whole int64
		tiers := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) segment.Tier {
			return segment.Tier{Parts: rapid.Int64Range(1, math.MaxInt64/8).Draw(r, "parts")}
		}), 1, 8).Draw(r, "tiers")
		for i := range tiers {
			tiers[i].Name = string(rune('a' + i))
			whole += tiers[i].Parts
		}
		n := rapid.IntRange(0, math.MaxInt).Draw(r, "n")
		scheme, err := segment.NewTiers(whole, tiers, nil)
		require.NoError(r, err)
		parts, taken := new(big.Int), new(big.Int)
		for i, size := range scheme.Sizes(n) {
			parts.Add(parts, big.NewInt(tiers[i].Parts))
			taken.Add(taken, big.NewInt(int64(size)))
			// ⌈n·parts/whole⌉ = −⌊−n·parts/whole⌋, and big.Int.Div rounds down here.
			want := new(big.Int).Mul(big.NewInt(-int64(n)), parts)
			want.Neg(want.Div(want, big.NewInt(whole)))
			require.Zerof(r, want.Cmp(taken), "first %d of %v: want %v, got %v", i+1, tiers, want, taken)
		}
	})
}

func TestSchemes(t *testing.T) {
	thirds, err := segment.NewTiers(3, []segment.Tier{{"A", 1}, {"B", 1}, {"C", 1}}, nil)
	require.NoError(t, err)
	require.Equal(t, []int{4, 3, 3}, thirds.Sizes(10))
	require.EqualValues(t, 3, thirds.Whole())
	require.Equal(t, segment.TiesByID, thirds.Ties())

	given := []segment.Tier{{"大客户", 1}, {"其他", 999}}
	mille, err := segment.NewTiers(1000, given, &segment.TierOptions{Ties: segment.TiesUp})
	require.NoError(t, err)
	given[0].Name = "changed"
	mille.Tiers()[1].Name = "changed"
	require.Equal(t, []segment.Tier{{"大客户", 1}, {"其他", 999}}, mille.Tiers())
	require.Equal(t, segment.TiesUp, mille.Ties())
}

func TestSchemesThatMakeNoSense(t *testing.T) {
	for _, tc := range []struct {
		name    string
		whole   int64
		tiers   []segment.Tier
		options *segment.TierOptions
		want    segment.SchemeError
	}{
		{"none", 1, nil, nil, segment.SchemeError{Tier: -1, Reason: "no tiers"}},
		{"many", 256, make([]segment.Tier, 256), nil, segment.SchemeError{Tier: -1, Reason: "too many tiers"}},
		{"ties", 1, []segment.Tier{{"a", 1}}, &segment.TierOptions{Ties: 2}, segment.SchemeError{Tier: -1, Reason: "unknown rule for ties"}},
		{"short", 100, []segment.Tier{{"a", 1}, {"b", 98}}, nil, segment.SchemeError{Tier: -1, Reason: "parts do not sum to the whole", Sum: 99, Whole: 100}},
		{"beyond", 100, []segment.Tier{{"a", 1}, {"b", 100}}, nil, segment.SchemeError{Tier: 1, Reason: "parts do not sum to the whole", Sum: 101, Whole: 100}},
		{"far beyond", math.MaxInt64, []segment.Tier{{"a", math.MaxInt64}, {"b", math.MaxInt64}}, nil, segment.SchemeError{Tier: 1, Reason: "parts do not sum to the whole", Sum: math.MaxUint64 - 1, Whole: math.MaxInt64}},
		{"overflow", -2, []segment.Tier{{"a", math.MaxInt64}, {"b", math.MaxInt64}}, nil, segment.SchemeError{Tier: 0, Reason: "parts do not sum to the whole", Sum: math.MaxInt64, Whole: -2}},
		{"zero", 1, []segment.Tier{{"a", 1}, {"b", 0}}, nil, segment.SchemeError{Tier: 1, Reason: "parts not positive"}},
		{"negative", 1, []segment.Tier{{"a", -1}, {"b", 2}}, nil, segment.SchemeError{Tier: 0, Reason: "parts not positive"}},
		{"twice", 2, []segment.Tier{{"a", 1}, {"a", 1}}, nil, segment.SchemeError{Tier: 1, Reason: "name twice"}},
		{"empty", 1, []segment.Tier{{"", 1}}, nil, segment.SchemeError{Tier: 0, Reason: "name empty"}},
		{"long", 1, []segment.Tier{{strings.Repeat("x", 129), 1}}, nil, segment.SchemeError{Tier: 0, Reason: "name too long"}},
		{"bytes", 1, []segment.Tier{{"\xff", 1}}, nil, segment.SchemeError{Tier: 0, Reason: "name not UTF-8"}},
		{"control", 1, []segment.Tier{{"a\n", 1}}, nil, segment.SchemeError{Tier: 0, Reason: "name with control character"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			scheme, err := segment.NewTiers(tc.whole, tc.tiers, tc.options)
			refused, ok := errors.AsType[*segment.SchemeError](err)
			require.Truef(t, ok, "%v", err)
			require.Equal(t, tc.want, *refused)
			require.ErrorContains(t, err, tc.want.Reason)
			require.Nil(t, scheme)
		})
	}
	_, err := segment.NewTiers(100, []segment.Tier{{"a", 1}, {"b", 89}}, nil)
	require.EqualError(t, err, "segment: tiers: parts do not sum to the whole: 90 of 100")
	_, err = segment.NewTiers(100, []segment.Tier{{"a", 1}, {"b", 100}}, nil)
	require.EqualError(t, err, "segment: tier 1: parts do not sum to the whole: 101 of 100")
}
