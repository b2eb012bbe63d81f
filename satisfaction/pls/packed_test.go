package pls

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Sums of packed rows are those of the rows themselves, to the last bit, whatever the
// range, and also where a word has to be emptied many times.
func TestPackedSumsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, rows := rapid.IntRange(1, 9).Draw(t, "p"), rapid.IntRange(1, 12).Draw(t, "rows")
		top := rapid.SampledFrom([]int{0, 1, 9, 31, 32, 100, 1000, 8191}).Draw(t, "top")
		values := make([]float64, p*rows)
		for i := range values {
			values[i] = float64(rapid.IntRange(0, top).Draw(t, "value"))
		}
		counts := make([]int32, rows)
		for i := range counts {
			counts[i] = int32(rapid.SampledFrom([]int{0, 1, 2, 63, 64, 65, 1000, 70000}).Draw(t, "count"))
		}
		k, fits := newPacked(values, p, float64(top))
		if !fits {
			t.Fatalf("not packed: %d", top)
		}
		c := &crossed{p: p, values: values}
		got, want := make([]float64, c.numbers()), make([]float64, c.numbers())
		k.sum(counts, make([]uint64, k.words), got)
		c.sum(counts, want)
		require.Equal(t, want, got)
	})
}

// Answers of a wide range, fractions, and weighted answers are not packed.
func TestPackedTakesWholeNumbersOfASmallRange(t *testing.T) {
	_, fits := newPacked([]float64{0, 1e6}, 1, 1e6)
	require.False(t, fits)
	for _, c := range []struct {
		values  []float64
		weights []float64
		packed  bool
	}{
		{[]float64{1, 10, 3}, nil, true},
		{[]float64{-3, 3, 0}, nil, true},
		{[]float64{1e9, 1e9 + 5, 1e9}, nil, true},
		{[]float64{1, 2.5, 3}, nil, false},
		{[]float64{1, 10, 3}, []float64{1, 2, 1}, false},
		{[]float64{1, 1e300, 3}, nil, false},
	} {
		data, err := NewData([]string{"a"}, c.values, c.weights)
		require.NoError(t, err)
		require.Equal(t, c.packed, newCrossed(data).packed != nil, "%v", c.values)
	}
}

// The same answers summed as they are give the same estimates.
func BenchmarkResample(b *testing.B) {
	const rows, p = 250, 24
	values := make([]float64, rows*p)
	for i := range values {
		values[i] = float64(i * i % 97 % 10)
	}
	counts := make([]int32, rows)
	for i := range counts {
		counts[i] = int32(i * 7 % 4 / 2)
	}
	k, _ := newPacked(values, p, 9)
	c := &crossed{p: p, values: values}
	out := make([]float64, c.numbers())
	b.Run("packed", func(b *testing.B) {
		b.ReportAllocs()
		words := make([]uint64, k.words)
		for b.Loop() {
			k.sum(counts, words, out)
		}
	})
	b.Run("floats", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.sum(counts, out)
		}
	})
}
