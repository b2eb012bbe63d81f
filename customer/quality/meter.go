package quality

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Row is one record to be measured. A value of any length and content is counted: one
// that is no UTF-8 is not valid, whatever its format. Source, owner and branch are
// codes of up to 128 bytes.
type Row struct {
	Source    string      // the system it came from; "": not known
	Owner     string      // who keeps it
	Branch    string      // which part of the firm
	Values    []string    // Values[i] belongs to Fields[i]; blank is missing
	Confirmed []time.Time // when each value was last known to be right; zero: not known; nil: none is
	Checks    []Check     // what a check against the truth found; nil: not in the sample
	Twin      float64     // how likely the record duplicates another one that counts, from 0 to 1, see [TwinProbabilities]
}

// Check is what a check of one value against the truth found. A sample that says
// something about all records is drawn at random.
type Check uint8

// The findings.
const (
	NotChecked Check = iota
	Right
	Wrong
)

// MaxGroups is how many sources, owners and branches a [Meter] tells apart, each.
const MaxGroups = 100_000

// Meter measures records one by one, in memory that depends on the number of fields
// and groups and not on that of records. It is a builder: not for use by several
// goroutines at once; each may have its own, and [Meter.Merge] joins them. The sums
// are integers, so neither the order of rows nor the split changes a result; they
// hold two thousand million records.
type Meter struct {
	spec   Spec
	at     time.Time
	places [][]int // by rule: where its fields are
	total  *tally
	groups [3]map[string]*tally // by source, owner, branch
	values []string             // of the row at hand, without blanks round them
	found  []finding
	said   []Outcome
	args   []string
}

// tally counts what was found in some records.
type tally struct {
	records int
	unique  int64 // in fractionUnits
	fields  []fieldTally
	rules   []ruleTally
}

type fieldTally struct {
	filled, parsed, valid, dated, checked, right int
	fresh                                        int64 // in fractionUnits
}

type ruleTally struct{ applied, held int }

// fractionUnits is one, in sums of numbers from 0 to 1: each is rounded to 2^−32, and
// 2^31 of them fit.
const fractionUnits = 1 << 32

func units(x float64) int64 { return int64(x*fractionUnits + 0.5) }

// finding is what is to be counted of one value.
type finding struct {
	filled, parsed, valid, dated bool
	check                        Check
	fresh                        int64
}

// NewMeter returns a meter that measures records as of an instant. The error is a
// [*SpecError].
func NewMeter(spec Spec, at time.Time) (*Meter, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	if at.IsZero() || at.Year() < 1 || at.Year() > 9999 {
		return nil, &SpecError{Item: "time", Name: "at", Reason: NotGiven}
	}
	spec.Fields, spec.Rules = slices.Clone(spec.Fields), slices.Clone(spec.Rules)
	m := &Meter{
		spec: spec, at: at.Round(0).UTC(), total: newTally(&spec),
		values: make([]string, len(spec.Fields)), found: make([]finding, len(spec.Fields)), said: make([]Outcome, len(spec.Rules)),
	}
	for g := range m.groups {
		m.groups[g] = make(map[string]*tally)
	}
	for _, r := range spec.Rules {
		var places []int
		for _, name := range r.Fields() {
			places = append(places, spec.field(name))
		}
		m.places = append(m.places, places)
	}
	return m, nil
}

func newTally(spec *Spec) *tally {
	return &tally{fields: make([]fieldTally, len(spec.Fields)), rules: make([]ruleTally, len(spec.Rules))}
}

// Add measures a record. After an error, a [*SpecError], nothing of it is counted.
// The row may be used again by the caller.
func (m *Meter) Add(row Row) error {
	if err := m.check(&row); err != nil {
		return err
	}
	for i := range m.spec.Fields {
		m.found[i] = m.find(i, &row)
	}
	for i, r := range m.spec.Rules {
		m.args = m.args[:0]
		for _, place := range m.places[i] {
			m.args = append(m.args, m.values[place])
		}
		m.said[i] = r.Check(m.args, m.at)
	}
	unique := units(1 - row.Twin)
	m.total.add(m.found, m.said, unique)
	for g, name := range groupNames(&row) {
		t := m.groups[g][name]
		if t == nil {
			t = newTally(&m.spec)
			m.groups[g][strings.Clone(name)] = t
		}
		t.add(m.found, m.said, unique)
	}
	return nil
}

func groupNames(row *Row) [3]string { return [3]string{row.Source, row.Owner, row.Branch} }

func (m *Meter) check(row *Row) error {
	fields := len(m.spec.Fields)
	for _, part := range []struct {
		name string
		have int
		void bool
	}{{"values", len(row.Values), false}, {"confirmed", len(row.Confirmed), true}, {"checks", len(row.Checks), true}} {
		if part.have != fields && !(part.void && part.have == 0) {
			return &SpecError{Item: "row", Name: part.name, Reason: NotThatMany, Value: float64(part.have)}
		}
	}
	for _, c := range row.Checks {
		if c > Wrong {
			return &SpecError{Item: "row", Name: "checks", Reason: NotKnown, Value: float64(c)}
		}
	}
	switch {
	case !share(row.Twin):
		return &SpecError{Item: "row", Name: "twin", Reason: NotInRange, Value: row.Twin}
	case row.Twin != 0 && !m.spec.Twins:
		return &SpecError{Item: "row", Name: "twin", Reason: NotMeant, Value: row.Twin}
	}
	for g, name := range groupNames(row) {
		if name != "" && !isCode(name) {
			return &SpecError{Item: "row", Name: groupCode(g), Reason: NotInRange, Value: float64(len(name))}
		}
		if len(m.groups[g]) >= MaxGroups && m.groups[g][name] == nil {
			return &SpecError{Item: "group", Name: groupCode(g), Reason: TooManyGroups, Value: MaxGroups}
		}
	}
	return nil
}

func groupCode(g int) string { return [...]string{"source", "owner", "branch"}[g] }

// find looks at one value. A check counts whether or not the value is filled: that
// nothing is known can be right or wrong too.
func (m *Meter) find(i int, row *Row) finding {
	f := &m.spec.Fields[i]
	value := strings.TrimSpace(row.Values[i])
	m.values[i] = value
	found := finding{filled: value != ""}
	if len(row.Checks) > 0 {
		found.check = row.Checks[i]
	}
	if !found.filled {
		return found
	}
	if text := utf8.ValidString(value); f.Format != "" || !text {
		found.parsed = true
		found.valid = text && f.parse(value) == nil
	}
	if f.ages() && len(row.Confirmed) > 0 && !row.Confirmed[i].IsZero() {
		found.dated = true
		found.fresh = units(f.freshness(m.at.Sub(row.Confirmed[i])))
	}
	return found
}

func (t *tally) add(found []finding, said []Outcome, unique int64) {
	t.records++
	t.unique += unique
	for i := range found {
		f, to := &found[i], &t.fields[i]
		to.filled += count(f.filled)
		to.parsed += count(f.parsed)
		to.valid += count(f.valid)
		to.dated += count(f.dated)
		to.checked += count(f.check != NotChecked)
		to.right += count(f.check == Right)
		to.fresh += f.fresh
	}
	for i, outcome := range said {
		t.rules[i].applied += count(outcome != NotApplicable)
		t.rules[i].held += count(outcome == Holds)
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
