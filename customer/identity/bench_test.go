//go:build !race

package identity

import (
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// persons is persons with five fields, 10 % of them twice: as many records as
// RAPPORT_RECORDS says, about, or the given number of persons.
func persons(entities int) world {
	if n, err := strconv.Atoi(os.Getenv("RAPPORT_RECORDS")); err == nil {
		entities = n * 10 / 11
	}
	return simulation{entities: entities, duplicated: .1, errors: .1, missing: .05, family: .2,
		fields: []string{"given", "family", "birth", "city", "phone"}}.make(7)
}

// benchmarked is a table of persons.
func benchmarked(t testing.TB, entities int) (*Table, world) {
	w := persons(entities)
	table, err := NewTable(w.schema, w.left, nil)
	require.NoError(t, err)
	return table, w
}

// BenchmarkPattern is one comparison over five fields, of candidate pairs in the order
// of their blocks: at least a million a second.
func BenchmarkPattern(b *testing.B) {
	table, _ := benchmarked(b, 20000)
	m, err := Fit(b.Context(), table, nil, nil)
	require.NoError(b, err)
	blocks, err := m.blocks(table, nil)
	require.NoError(b, err)
	var pairs [][2]int
	for _, c := range blocks.chunks() {
		blocks.each(c, func(x, y int) { pairs = append(pairs, [2]int{x, y}) })
	}
	compare, s := newComparer(blocks.j, m.exchanges), m.scorer(blocks.j)
	b.ReportAllocs()
	i, sum := 0, 0.0
	for b.Loop() {
		p := pairs[i%len(pairs)]
		sum += s.weight(p[0], compare.pattern(p[0], p[1]))
		i++
	}
	require.False(b, math.IsNaN(sum))
}

// BenchmarkFebrl4 is the whole way: standard forms, fit, pairs.
func BenchmarkFebrl4(b *testing.B) {
	left, right, _ := febrl4(b)
	b.ReportAllocs()
	for b.Loop() {
		m, err := Fit(b.Context(), left, right, nil)
		require.NoError(b, err)
		_, err = m.Pairs(b.Context(), left, right)
		require.NoError(b, err)
	}
}

// BenchmarkIndex is one record at a time against an index of 20,000 persons, or as many
// as RAPPORT_RECORDS says: records that are not in it, a tenth of whose persons are.
// Its figures are the mean and, of match, the time that one in a hundred exceeds.
func BenchmarkIndex(b *testing.B) {
	w := persons(18_000)
	var known, other []Record
	for i, r := range w.left {
		if i%8 == 7 {
			other = append(other, r)
		} else {
			known = append(known, r)
		}
	}
	table, err := NewTable(w.schema, known, nil)
	require.NoError(b, err)
	m, err := Fit(b.Context(), table, nil, nil)
	require.NoError(b, err)
	x, err := NewIndex(b.Context(), m, table)
	require.NoError(b, err)
	b.Run("match", func(b *testing.B) {
		b.ReportAllocs()
		var took []time.Duration
		for b.Loop() {
			r := other[len(took)*7919%len(other)]
			start := time.Now()
			_, err := x.Match(b.Context(), r, 5)
			took = append(took, time.Since(start))
			require.NoError(b, err)
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)*99/100])/1e6, "p99-ms")
	})
	b.Run("add and remove", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			r := other[i*7919%len(other)]
			require.NoError(b, x.Add(r))
			require.NoError(b, x.Remove(r.ID))
			i++
		}
	})
}

// BenchmarkDeduplicate is the whole way within one table: 20,000 records, or as many as
// RAPPORT_RECORDS says.
func BenchmarkDeduplicate(b *testing.B) {
	w := persons(18_000)
	truth := EntityTruth(w.leftTruth, nil)
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		table, err := NewTable(w.schema, w.left, nil)
		require.NoError(b, err)
		made := time.Since(start)
		m, err := Fit(b.Context(), table, nil, nil)
		require.NoError(b, err)
		fitted := time.Since(start)
		pairs, err := m.Pairs(b.Context(), table, nil)
		require.NoError(b, err)
		found := time.Since(start)
		_, err = Clusters(len(w.left), pairs, nil)
		require.NoError(b, err)
		f1, _ := truth.OfPairs(pairs).F1()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		b.Logf("%d records: table %.1f s, fit %.1f s, pairs %.1f s, all %.1f s, F1 %.4f, candidates %.0f, %d MB of the system",
			len(w.left), made.Seconds(), fitted.Seconds(), found.Seconds(), time.Since(start).Seconds(), f1, m.Report().Candidates, memory.Sys>>20)
	}
}
