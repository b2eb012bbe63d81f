package rfm

import (
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Group is what one segment came to.
type Group struct {
	Name  string
	Count int // customers in the segment
	// Revenue is the sum of their monetary values over the sum of all, N the
	// customers in the segment. It has no value if all sum to zero; with negative
	// values it may lie outside 0 to 1.
	Revenue rapport.Ratio
}

// Assignment is the answer of [Scorer.Assign]: an immutable value, safe to share
// between goroutines.
type Assignment struct {
	scores []Score // in the order of the input
	of     []uint8 // the segment of each customer, likewise
	groups []Group
	counts [measures][MaxBins]int
	bins   int
}

// Assign scores the customers and sorts them into the segments of a table. The rows
// are only read; what each customer gets and what the groups come to does not depend
// on their order, to the last bit. No customers is no error.
//
// Errors: [ErrNotFitted]; a [*TableError] if the table has another number of bins
// than the scorer; a [*RowError] for a row that cannot be used and for a customer
// that comes twice. It takes 4 bytes a row, 8 more if the ids do not ascend.
func (s *Scorer) Assign(rows []Row, table *Table) (*Assignment, error) {
	if err := s.fits(table); err != nil {
		return nil, err
	}
	if err := checkAll(rows); err != nil {
		return nil, err
	}
	return s.assign(rows, table), nil
}

// assign is [Scorer.Assign] of rows that have been checked.
func (s *Scorer) assign(rows []Row, table *Table) *Assignment {
	a := &Assignment{
		scores: make([]Score, len(rows)),
		of:     make([]uint8, len(rows)),
		groups: make([]Group, len(table.segments), len(table.segments)+1),
		bins:   table.bins,
	}
	if table.other != "" {
		a.groups = append(a.groups, Group{})
	}
	var all numeric.ExactSum
	own := make([]numeric.ExactSum, len(a.groups))
	for i := range rows {
		score := s.score(&rows[i])
		segment := table.of[table.cell(score)]
		a.scores[i], a.of[i] = score, segment
		a.groups[segment].Count++
		for m := range measures {
			a.counts[m][score.on(Measure(m))-1]++
		}
		own[segment].Add(rows[i].Monetary)
		all.Add(rows[i].Monetary)
	}
	for i := range a.groups {
		g := &a.groups[i]
		g.Name = table.name(i)
		g.Revenue = rapport.Ratio{Num: own[i].Total(), Den: all.Total(), N: g.Count}
	}
	return a
}

// fits checks that a scorer and a table go together.
func (s *Scorer) fits(table *Table) error {
	if !s.known() {
		return ErrNotFitted
	}
	return s.scheme.fits(table)
}

// fits checks that a scheme in normal form and a table have the same bins.
func (s *Scheme) fits(table *Table) error {
	switch {
	case table == nil || len(table.of) == 0:
		return &TableError{Segment: -1, Field: "segments", Reason: "no table"}
	case table.bins != s.Bins:
		return &TableError{Segment: -1, Field: "bins", Low: table.bins, High: table.bins, Reason: "other bins than the scorer"}
	}
	return nil
}

// Len returns how many customers there are.
func (a *Assignment) Len() int { return len(a.of) }

// Score returns the score of the customer in row i of the input. Like a slice it
// panics if i is not in 0 … Len()-1.
func (a *Assignment) Score(i int) Score { return a.scores[i] }

// Segment returns the segment of the customer in row i of the input, by its place in
// [Assignment.Groups]; i as in [Assignment.Score].
func (a *Assignment) Segment(i int) int { return int(a.of[i]) }

// Name returns the name of the segment of the customer in row i of the input; i as in
// [Assignment.Score].
func (a *Assignment) Name(i int) string { return a.groups[a.of[i]].Name }

// Groups returns what each segment came to, in the order of the table, the others
// last if the table names them.
func (a *Assignment) Groups() []Group { return slices.Clone(a.groups) }

// Counts returns how many customers have each score on a measure, that of score 1
// first. It is nil for a number that is no measure.
func (a *Assignment) Counts(m Measure) []int {
	if m > Monetary {
		return nil
	}
	return slices.Clone(a.counts[m][:a.bins])
}
