package rfm

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport"
)

// MaxSegments is the greatest number of segments of a table.
const MaxSegments = 254

// Range is a range of scores, both ends included. The zero value stands for all.
type Range struct {
	Low  int `json:"low"`
	High int `json:"high"`
}

// Segment is a rule of a [Table]: the scores that it takes on each measure.
type Segment struct {
	Name      string `json:"name"` // a code, valid as a [rapport.ID] is: 1 to 128 bytes without control characters
	Recency   Range  `json:"recency"`
	Frequency Range  `json:"frequency"`
	Monetary  Range  `json:"monetary"`
}

func (s *Segment) sides() [measures]*Range {
	return [measures]*Range{&s.Recency, &s.Frequency, &s.Monetary}
}

// takes tells whether the rule matches a score.
func (s *Segment) takes(score Score) bool {
	for m, side := range s.sides() {
		if v := score.on(Measure(m)); v < side.Low || v > side.High {
			return false
		}
	}
	return true
}

// Table says which scores make which segment: the first rule that matches wins, and
// a score that none matches is in the segment of the others. So each score is in
// exactly one. It is an immutable value made by [NewTable], [DefaultTable] or
// [CompatRTable] or read from JSON, safe to share between goroutines.
type Table struct {
	bins     int
	segments []Segment // the ranges written out
	other    string    // "" if the rules leave nothing open
	of       []uint8   // the segment of each cell; len(segments) is the others
}

// TableError reports a table that makes no sense, or one that does not fit.
type TableError struct {
	Segment int    // which rule, from 0; -1: the table as a whole
	Name    string // of the segment, if one is to blame
	Field   string // "bins", "segments", "name", "other", or the measure whose range is to blame
	Low     int    // of the range; with High, the number of bins if Field is "bins"
	High    int
	Reason  string // "out of range", "none", "too many", "not valid", "twice", "ends crossed", "other bins than the scorer", "no table"
	Err     error  // the [*rapport.IDError] of a name that is not valid, else nil
}

// Error names the rule, the field and the reason.
func (e *TableError) Error() string {
	text := "rfm: table: " + e.Field
	if e.Segment >= 0 {
		text = fmt.Sprintf("rfm: table: segment %d %q: %s", e.Segment, e.Name, e.Field)
	}
	switch {
	case e.Field == "bins":
		text += fmt.Sprintf(" %d", e.Low)
	case e.Low != 0 || e.High != 0:
		text += fmt.Sprintf(" %d to %d", e.Low, e.High)
	}
	if e.Err != nil {
		return text + ": " + e.Err.Error()
	}
	return text + ": " + e.Reason
}

// Unwrap returns what is wrong with a name, nil if a name is not to blame.
func (e *TableError) Unwrap() error { return e.Err }

// GapError reports rules that leave scores open in a table that names no segment
// for them.
type GapError struct {
	Gaps  []Score // in ascending order of their codes
	Cells int     // of the table, bins³
}

// Error says how many scores are open, and which is the first.
func (e *GapError) Error() string {
	return fmt.Sprintf("rfm: table: %d of %d scores are in no segment, the first is %v: name one for them", len(e.Gaps), e.Cells, e.Gaps[0])
}

// NewTable returns the table of the given rules, in their order, for scores from 1
// to bins. other names the segment of the scores that no rule matches; it may be ""
// if there are none. The error is a [*TableError], or a [*GapError] that lists what
// is left open.
func NewTable(bins int, segments []Segment, other string) (*Table, error) {
	switch {
	case bins < MinBins || bins > MaxBins:
		return nil, &TableError{Segment: -1, Field: "bins", Low: bins, High: bins, Reason: "out of range"}
	case len(segments) == 0:
		return nil, &TableError{Segment: -1, Field: "segments", Reason: "none"}
	case len(segments) > MaxSegments:
		return nil, &TableError{Segment: -1, Field: "segments", Reason: "too many"}
	}
	t := &Table{bins: bins, segments: slices.Clone(segments), other: other}
	for i := range t.segments {
		if err := t.settle(i); err != nil {
			return nil, err
		}
	}
	if other != "" {
		if err := rapport.ID(other).Validate(); err != nil {
			return nil, &TableError{Segment: -1, Name: other, Field: "other", Reason: "not valid", Err: err}
		}
		if slices.ContainsFunc(segments, func(s Segment) bool { return s.Name == other }) {
			return nil, &TableError{Segment: -1, Name: other, Field: "other", Reason: "twice"}
		}
	}
	t.of = make([]uint8, bins*bins*bins)
	for cell := range t.of {
		score := t.scoreOf(cell)
		t.of[cell] = uint8(len(segments))
		if i := slices.IndexFunc(t.segments, func(s Segment) bool { return s.takes(score) }); i >= 0 {
			t.of[cell] = uint8(i)
		}
	}
	if gaps := t.Gaps(); len(gaps) > 0 && other == "" {
		return nil, &GapError{Gaps: gaps, Cells: len(t.of)}
	}
	return t, nil
}

// settle checks a rule and writes its ranges out.
func (t *Table) settle(i int) error {
	s := &t.segments[i]
	if err := rapport.ID(s.Name).Validate(); err != nil {
		return &TableError{Segment: i, Name: s.Name, Field: "name", Reason: "not valid", Err: err}
	}
	if slices.ContainsFunc(t.segments[:i], func(other Segment) bool { return other.Name == s.Name }) {
		return &TableError{Segment: i, Name: s.Name, Field: "name", Reason: "twice"}
	}
	for m, side := range s.sides() {
		if *side == (Range{}) {
			*side = Range{1, t.bins}
		}
		reason := ""
		switch {
		case side.Low < 1 || side.High > t.bins:
			reason = "out of range"
		case side.Low > side.High:
			reason = "ends crossed"
		default:
			continue
		}
		return &TableError{Segment: i, Name: s.Name, Field: Measure(m).String(), Low: side.Low, High: side.High, Reason: reason}
	}
	return nil
}

// scoreOf returns the score of a cell; cells are numbered in the order of codes.
func (t *Table) scoreOf(cell int) Score {
	b := t.bins
	return Score{uint8(cell/(b*b) + 1), uint8(cell/b%b + 1), uint8(cell%b + 1)}
}

func (t *Table) cell(s Score) int {
	return ((int(s.Recency)-1)*t.bins+int(s.Frequency)-1)*t.bins + int(s.Monetary) - 1
}

// Bins returns how many scores a measure has.
func (t *Table) Bins() int { return t.bins }

// Segments returns the rules in their order, the ranges written out.
func (t *Table) Segments() []Segment { return slices.Clone(t.segments) }

// Other returns the name of the segment of scores that no rule matches, "" if there
// is none.
func (t *Table) Other() string { return t.other }

// Gaps lists the scores that no rule matches, in ascending order of their codes.
func (t *Table) Gaps() []Score {
	var gaps []Score
	for cell, i := range t.of {
		if int(i) == len(t.segments) {
			gaps = append(gaps, t.scoreOf(cell))
		}
	}
	return gaps
}

// Shadowed lists the rules that never match, because earlier ones take all their
// scores, by their place from 0.
func (t *Table) Shadowed() []int {
	var shadowed []int
	for i := range t.segments {
		if !slices.Contains(t.of, uint8(i)) {
			shadowed = append(shadowed, i)
		}
	}
	return shadowed
}

// Segment returns the name of a score's segment, "" for a score that the table does
// not have.
func (t *Table) Segment(score Score) string {
	if i, ok := t.rule(score); ok {
		return t.name(i)
	}
	return ""
}

// rule returns the rule that takes a score, len(segments) for the others; false for
// a score that the table does not have.
func (t *Table) rule(score Score) (int, bool) {
	if !score.within(t.bins) || len(t.of) == 0 {
		return 0, false
	}
	return int(t.of[t.cell(score)]), true
}

func (t *Table) name(i int) string {
	if i == len(t.segments) {
		return t.other
	}
	return t.segments[i].Name
}
