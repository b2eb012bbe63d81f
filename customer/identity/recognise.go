package identity

import (
	"iter"

	"github.com/rapport-crm/rapport"
)

// Recognition is a stable code for why a column was taken for what it is.
type Recognition string

// The reasons to compare a column as its kind.
const (
	ByHeader  Recognition = "header"  // its name says so, and its values do not speak against it
	ByContent Recognition = "content" // its values say so
)

// The reasons to leave a column out.
const (
	SkipEmpty    Recognition = "empty"    // no row has a value
	SkipConstant Recognition = "constant" // all values are the same
	SkipKey      Recognition = "key"      // a number of the row, which says nothing of who it is
	SkipTruth    Recognition = "truth"    // its name says that it tells which rows belong together
	SkipSource   Recognition = "source"   // where the row is from
	SkipRecorded Recognition = "recorded" // when the row was written or changed
	SkipProse    Recognition = "prose"    // remarks, or texts too long to be the name of anything
)

// Recognised is what a column was taken for.
type Recognised struct {
	Column   string        // as given
	Kind     Kind          // how to compare it; 0 if it is skipped
	Skip     bool          // it is not to be compared
	Reason   Recognition   // why
	Filled   rapport.Ratio // rows with a value
	Distinct int           // values that differ, among the first [RecogniseRows] rows
	DayFirst bool          // of dates: more of them are possible with the day before the month than the other way
}

// RecogniseRows is how many rows [Recognise] reads.
const RecogniseRows = 50_000

// Recognise tells of what kind each column is, by its name, English or Chinese, in any
// usual spelling (date_of_birth, DateOfBirth, "Date of birth", DOB, 出生日期), and by its
// values, of which it reads those of the first [RecogniseRows] rows. A name is believed
// unless the values speak against it; where it says nothing, the values decide. Names of
// cities and states are names; house numbers, postcodes and document numbers are codes.
//
// It is a guess to be shown to a person. Rows with fewer fields have no value in
// the last columns.
func Recognise(columns []string, rows iter.Seq[[]string]) []Recognised {
	content := make([]columnContent, len(columns))
	for i := range content {
		content[i].distinct = make(map[string]struct{})
	}
	n := 0
	for row := range rows {
		if n == RecogniseRows {
			break
		}
		n++
		for i := range content {
			if i < len(row) {
				content[i].add(row[i])
			}
		}
	}
	found := make([]Recognised, len(columns))
	for i, column := range columns {
		found[i] = recogniseColumn(column, &content[i])
		found[i].Filled = rapport.Ratio{Num: float64(content[i].filled), Den: float64(n), N: n}
	}
	return found
}

// recogniseColumn weighs the name against the values.
func recogniseColumn(column string, c *columnContent) Recognised {
	r := Recognised{Column: column, Distinct: len(c.distinct)}
	header := readHeader(column)
	switch {
	case c.filled == 0:
		r.Reason = SkipEmpty
	case header.skip != "":
		r.Reason = header.skip
	case len(c.distinct) == 1 && c.filled > 1:
		r.Reason = SkipConstant
	case header.isKey && (header.kind == 0 || c.isUnique()) || (header.kind == 0 || header.kind == Code) && c.isRowNumber():
		r.Reason = SkipKey
	default:
		r.Kind, r.Reason = c.kind(header)
	}
	r.Skip = r.Kind == 0
	r.DayFirst = r.Kind == Date && c.dayFirst > c.monthFirst
	return r
}
