package numeric_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
)

func TestFloatKeyOrdersAsFloats(t *testing.T) {
	require.Equal(t, numeric.FloatKey(0), numeric.FloatKey(math.Copysign(0, -1)))
	rapid.Check(t, func(r *rapid.T) {
		a, b := rapid.Float64().Draw(r, "a"), rapid.Float64().Draw(r, "b")
		require.Equal(r, cmp.Compare(a, b), cmp.Compare(numeric.FloatKey(a), numeric.FloatKey(b)))
	})
}

func TestRadixSortIsStable(t *testing.T) {
	type item struct {
		value float64
		row   int
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, draw := range []func() float64{
		random.NormFloat64,
		func() float64 { return float64(random.IntN(5)) - 2 },
		func() float64 { return math.Float64frombits(random.Uint64N(0x7ff0 << 48)) },
		func() float64 { return 3 },
	} {
		for _, n := range []int{0, 1, 2, 100, 2047, 2048, 10_000} {
			items := make([]item, n)
			for i := range items {
				items[i] = item{draw(), i}
			}
			want := slices.Clone(items)
			slices.SortStableFunc(want, func(a, b item) int { return cmp.Compare(a.value, b.value) })
			numeric.RadixSort(items, func(i *item) uint64 { return numeric.FloatKey(i.value) })
			require.Equal(t, want, items, "%d items", n)
		}
	}
}

func BenchmarkRadixSort(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{10_000, 1_000_000} {
		values := make([]float64, n)
		for i := range values {
			values[i] = math.Exp(random.NormFloat64())
		}
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			work := make([]float64, n)
			for b.Loop() {
				copy(work, values)
				numeric.RadixSort(work, func(v *float64) uint64 { return numeric.FloatKey(*v) })
			}
		})
	}
}
