package satisfaction

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// MaxBenchmark is the greatest number of entries of a benchmark: the tests grow with its
// square.
const MaxBenchmark = 2000

// BenchmarkEntry is the index of one company, or of one branch or segment, with its
// standard error. Entries are taken for independent samples.
type BenchmarkEntry struct {
	Name  string
	Index rapport.Estimate
}

// BenchmarkError reports an entry that cannot be ranked.
type BenchmarkError struct {
	Name   string // of the entry; empty if all are meant
	Reason string
	Err    error // the error behind it, or nil
}

// Error names the entry.
func (e *BenchmarkError) Error() string {
	if e.Name == "" {
		return "satisfaction: benchmark: " + e.Reason
	}
	return fmt.Sprintf("satisfaction: benchmark: entry %.80q: %s", e.Name, e.Reason)
}

// Unwrap returns Err.
func (e *BenchmarkError) Unwrap() error { return e.Err }

// BenchmarkRow is one entry in a benchmark.
type BenchmarkRow struct {
	Name string
	// Index is as given; where it has no interval, the normal one is put in.
	Index rapport.Estimate
	Rank  int // from 1, the highest index; equal indices share one
	// RankLow and RankHigh are the ranks that the entry may have in truth: as many as
	// are above it for certain are before it, as many as are below it behind.
	RankLow, RankHigh int
	// Groups are the numbers, from 1, of the runs of the ranking that the entry is in.
	// No two entries of a run can be told apart; entries without a run in common need
	// not be different for certain, see RankLow and RankHigh.
	Groups []int
	// Difference to the mean of all entries, each counted once, with its interval.
	Difference rapport.Estimate
	// Tested says that there is a test of the difference: the statistic Z, the
	// probability P of one at least so far from 0 if there is none, and P adjusted for
	// the number of entries (Holm).
	Tested         bool
	Z, P, Adjusted float64
}

// BenchmarkTable ranks companies by an index.
type BenchmarkTable struct {
	Rows  []BenchmarkRow   // by index, the highest first; equal ones by name
	Mean  rapport.Estimate // of all entries, each counted once
	Level float64          // of intervals; two entries are told apart where Holm's P is at most 1 − Level
}

// Benchmark ranks entries by their index and says which can be told apart: all pairs are
// tested by the difference of two independent normal figures, with Holm's correction for
// the number of pairs. level 0 stands for 0.95. The error is an [*ArgumentError] for it,
// or a [*BenchmarkError] for an entry without a name, with that of another, or without a
// value or a standard error, and for none or more than [MaxBenchmark].
func Benchmark(entries []BenchmarkEntry, level float64) (BenchmarkTable, error) {
	level, err := levelOf(level)
	if err != nil {
		return BenchmarkTable{}, err
	}
	if err := checkEntries(entries); err != nil {
		return BenchmarkTable{}, err
	}
	table := BenchmarkTable{Level: level, Rows: make([]BenchmarkRow, len(entries))}
	for i, entry := range entries {
		row := BenchmarkRow{Name: entry.Name, Index: entry.Index}
		if !row.Index.HasInterval() {
			row.Index = normal(row.Index.Value, row.Index.SE, level, row.Index.N)
		}
		table.Rows[i] = row
	}
	slices.SortFunc(table.Rows, func(a, b BenchmarkRow) int {
		return cmp.Or(cmp.Compare(b.Index.Value, a.Index.Value), strings.Compare(a.Name, b.Name))
	})
	table.compareToMean()
	table.compareRows()
	return table, nil
}

func checkEntries(entries []BenchmarkEntry) error {
	if len(entries) == 0 || len(entries) > MaxBenchmark {
		return &BenchmarkError{Reason: fmt.Sprintf("%d entries: want 1 to %d", len(entries), MaxBenchmark)}
	}
	seen := make(map[string]bool, len(entries))
	for i, entry := range entries {
		wrong := func(reason string, err error) error {
			return &BenchmarkError{Name: entry.Name, Reason: reason, Err: err}
		}
		err := entry.Index.Validate()
		switch {
		case entry.Name == "":
			return &BenchmarkError{Reason: fmt.Sprintf("entry %d has no name", i)}
		case seen[entry.Name]:
			return wrong("is there twice", nil)
		case err != nil:
			return wrong(err.Error(), err)
		case !entry.Index.HasValue():
			return wrong("has no index", nil)
		case !(entry.Index.SE > 1e-100 && entry.Index.SE <= MaxAnswer) || math.Abs(entry.Index.Value) > MaxAnswer:
			return wrong(fmt.Sprintf("index %v with standard error %v: want a standard error above 0 and both at most %g in size", entry.Index.Value, entry.Index.SE, MaxAnswer), nil)
		}
		seen[entry.Name] = true
	}
	return nil
}

// compareToMean fills in the mean and the differences to it.
func (t *BenchmarkTable) compareToMean() {
	k := float64(len(t.Rows))
	total, error2, n := 0.0, 0.0, 0
	for _, row := range t.Rows {
		total += row.Index.Value / k
		error2 = math.Hypot(error2, row.Index.SE/k)
		n += row.Index.N
	}
	t.Mean = normal(total, error2, t.Level, n)
	p := make([]float64, len(t.Rows))
	for i := range t.Rows {
		row := &t.Rows[i]
		row.Difference = rapport.Estimate{Value: row.Index.Value - total, N: row.Index.N}
		if len(t.Rows) == 1 {
			row.Difference.Value = 0
			continue
		}
		// The mean holds a share 1/k of the entry itself.
		se := row.Index.SE * (1 - 1/k)
		for j, other := range t.Rows {
			if j != i {
				se = math.Hypot(se, other.Index.SE/k)
			}
		}
		row.Difference = normal(row.Difference.Value, se, t.Level, row.Index.N)
		row.Tested, row.Z = true, row.Difference.Value/se
		row.P = 2 * stats.NormalTail(math.Abs(row.Z))
		p[i] = row.P
	}
	for i, adjusted := range stats.Holm(p) {
		if t.Rows[i].Tested {
			t.Rows[i].Adjusted = adjusted
		}
	}
}

// compareRows tests all pairs and fills in ranks and runs.
func (t *BenchmarkTable) compareRows() {
	k := len(t.Rows)
	var p []float64
	for i := range k {
		for j := i + 1; j < k; j++ {
			a, b := t.Rows[i].Index, t.Rows[j].Index
			p = append(p, 2*stats.NormalTail((a.Value-b.Value)/math.Hypot(a.SE, b.SE)))
		}
	}
	adjusted := stats.Holm(p)
	first := make([]int, k) // the first below a row that is different from it
	for i := range t.Rows {
		row := &t.Rows[i]
		row.Rank, row.RankLow = i+1, row.RankLow+1
		if i > 0 && row.Index.Value == t.Rows[i-1].Index.Value {
			row.Rank = t.Rows[i-1].Rank
		}
		row.RankHigh, first[i] = k, k
		for j := i + 1; j < k; j++ {
			if adjusted[0] <= 1-t.Level {
				row.RankHigh--
				t.Rows[j].RankLow++
				first[i] = min(first[i], j)
			}
			adjusted = adjusted[1:]
		}
	}
	// A run that starts at i ends before the first that is different from i or from one
	// in the run.
	for i := k - 2; i >= 0; i-- {
		first[i] = min(first[i], first[i+1])
	}
	group := 0
	for i := range k {
		if i > 0 && first[i] == first[i-1] {
			continue // part of the run before
		}
		group++
		for j := i; j < first[i]; j++ {
			t.Rows[j].Groups = append(t.Rows[j].Groups, group)
		}
	}
}

// Entries returns the segments that have an index of the construct as entries of a
// benchmark, which refuses one without a name and one without a standard error, such as
// that of a single respondent. An empty construct stands for the target; of one that the
// model does not have there are no entries.
func (s *SegmentedResult) Entries(construct string) []BenchmarkEntry {
	if construct == "" {
		construct = s.Whole.model.Target
	}
	var out []BenchmarkEntry
	for _, segment := range s.Segments {
		if c, known := segment.Result.Construct(construct); known && c.Index.HasValue() {
			out = append(out, BenchmarkEntry{Name: segment.Name, Index: c.Index})
		}
	}
	return out
}
