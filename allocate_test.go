package rapport_test

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
)

func texts(parts []rapport.Money) string {
	var list []string
	for _, p := range parts {
		list = append(list, p.String())
	}
	return strings.Join(list, ", ")
}

func TestAllocate(t *testing.T) {
	for _, test := range []struct {
		money   string
		weights []int64
		want    string
	}{
		{"100.00 CNY", []int64{1, 1, 1}, "33.34 CNY, 33.33 CNY, 33.33 CNY"},
		{"-100.00 CNY", []int64{1, 1, 1}, "-33.34 CNY, -33.33 CNY, -33.33 CNY"},
		{"100 JPY", []int64{1, 1, 1}, "34 JPY, 33 JPY, 33 JPY"},
		{"100 KWD", []int64{1, 1, 1}, "33.334 KWD, 33.333 KWD, 33.333 KWD"},
		{"0.05 CNY", []int64{3, 7}, "0.02 CNY, 0.03 CNY"},                                        // 1.5 and 3.5: a tie, to the first
		{"1.00 CNY", []int64{1, 2, 4}, "0.14 CNY, 0.29 CNY, 0.57 CNY"},                           // 14.29, 28.57, 57.14: the second was cut most
		{"0.01 CNY", []int64{1, 2, 1}, "0.00 CNY, 0.01 CNY, 0.00 CNY"},                           //
		{"0.02 CNY", []int64{0, 1, 0, 1, 1}, "0.00 CNY, 0.01 CNY, 0.00 CNY, 0.01 CNY, 0.00 CNY"}, // zero weights get nothing
		{"0 CNY", []int64{1, 2}, "0.00 CNY, 0.00 CNY"},
		{"5.00 CNY", []int64{9}, "5.00 CNY"},
		{"92233720368547758.07 CNY", []int64{math.MaxInt64}, "92233720368547758.07 CNY"},
		{"-92233720368547758.08 CNY", []int64{math.MaxInt64}, "-92233720368547758.08 CNY"},
		{"-92233720368547758.08 CNY", []int64{1, 1}, "-46116860184273879.04 CNY, -46116860184273879.04 CNY"},
	} {
		parts, err := rapport.MustMoney(test.money).Allocate(test.weights...)
		require.NoError(t, err, "%s over %v", test.money, test.weights)
		require.Equal(t, test.want, texts(parts), "%s over %v", test.money, test.weights)
	}
	parts, err := rapport.Money{}.Allocate(1, 2)
	require.NoError(t, err)
	require.Equal(t, []rapport.Money{{}, {}}, parts)
}

// TestAllocateGivesTiesToTheFirst has more shares than a sort keeps in order by
// chance. Of 350 units over 333 weights each of 1, 2 and 3 every share is cut to
// nothing, those of 3 most: all of them get a unit, and the first 17 of those of 2.
func TestAllocateGivesTiesToTheFirst(t *testing.T) {
	weights := slices.Repeat([]int64{1, 2, 3}, 333)
	parts, err := rapport.MustMoney("3.50 CNY").Allocate(weights...)
	require.NoError(t, err)
	for i, part := range parts {
		minor, err := part.Minor()
		require.NoError(t, err)
		want := int64(0)
		if weights[i] == 3 || weights[i] == 2 && i/3 < 17 {
			want = 1
		}
		require.Equal(t, want, minor, "share %d of weight %d", i, weights[i])
	}
}

func TestAllocateRefuses(t *testing.T) {
	m := rapport.MustMoney("1.00 CNY")
	for _, test := range []struct {
		weights []int64
		index   int
		want    error
	}{
		{nil, -1, rapport.ErrNoWeight},
		{[]int64{0, 0}, -1, rapport.ErrNoWeight},
		{[]int64{1, -1}, 1, rapport.ErrNegativeWeight},
		{[]int64{math.MinInt64}, 0, rapport.ErrNegativeWeight},
		{[]int64{1, math.MaxInt64}, 1, rapport.ErrWeightRange},
	} {
		_, err := m.Allocate(test.weights...)
		require.ErrorIs(t, err, test.want, "weights %v", test.weights)
		var refused *rapport.AllocationError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, test.index, refused.Index, "weights %v", test.weights)
	}
	_, err := rapport.MustMoney("0.005 CNY").Allocate(1, 1)
	require.ErrorIs(t, err, rapport.ErrAmountFraction)
	_, err = rapport.MustMoney("92233720368547758.08 CNY").Allocate(1, 1)
	require.ErrorIs(t, err, rapport.ErrAmountRange)
}

func TestAllocateLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64().Draw(t, "minor")
		weights := rapid.SliceOfN(rapid.OneOf(
			rapid.Int64Range(0, 10), rapid.Int64Range(0, math.MaxInt64/50),
		), 1, 50).Draw(t, "weights")
		total := new(big.Int)
		for _, w := range weights {
			total.Add(total, big.NewInt(w))
		}
		if total.Sign() == 0 {
			t.Skip("nothing to weigh with")
		}
		m, err := rapport.MoneyFromMinor(minor, rapport.CNY)
		require.NoError(t, err)
		parts, err := m.Allocate(weights...)
		require.NoError(t, err)

		sum, err := rapport.Sum(parts...)
		require.NoError(t, err)
		require.True(t, m.Equal(sum), "%v over %v adds up to %v", m, weights, sum)
		for i, p := range parts {
			share, err := p.Minor()
			require.NoError(t, err)
			// |share·W − minor·w| < W: each share is within one unit of its exact part.
			off := new(big.Int).Mul(big.NewInt(share), total)
			off.Sub(off, new(big.Int).Mul(big.NewInt(minor), big.NewInt(weights[i])))
			require.Negative(t, off.Abs(off).Cmp(total), "%v over %v: share %d is %v", m, weights, i, p)
			for j := range i {
				if weights[j] == weights[i] {
					require.GreaterOrEqual(t, parts[j].Abs().Amount().Cmp(p.Abs().Amount()), 0, "equal weights: the first is not less")
				}
			}
		}
		mirrored, err := m.Neg().Allocate(weights...)
		if err == nil { // -(-2^63) does not fit
			for i := range parts {
				require.True(t, parts[i].Neg().Equal(mirrored[i]))
			}
		}
	})
}

func TestSplit(t *testing.T) {
	parts, err := rapport.MustMoney("-0.05 CNY").Split(3)
	require.NoError(t, err)
	require.Equal(t, "-0.02 CNY, -0.02 CNY, -0.01 CNY", texts(parts))
	for _, n := range []int{0, -1, rapport.MaxShares + 1, math.MaxInt, math.MinInt} {
		_, err := rapport.MustMoney("1.00 CNY").Split(n)
		require.ErrorIs(t, err, rapport.ErrShareCount, "%d shares", n)
	}
	_, err = rapport.MustMoney("0.001 CNY").Split(2)
	require.ErrorIs(t, err, rapport.ErrAmountFraction)
}

// Split is Allocate with equal weights.
func TestSplitIsAllocate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, err := rapport.MoneyFromMinor(rapid.Int64().Draw(t, "minor"), rapport.KWD)
		require.NoError(t, err)
		weights := make([]int64, rapid.IntRange(1, 40).Draw(t, "n"))
		for i := range weights {
			weights[i] = 1
		}
		split, err := m.Split(len(weights))
		require.NoError(t, err)
		allocated, err := m.Allocate(weights...)
		require.NoError(t, err)
		require.Equal(t, texts(allocated), texts(split))
	})
}
