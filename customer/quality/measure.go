package quality

import (
	"context"
	"iter"
	"slices"
	"time"
)

// Measure returns the report of a stream of rows as of an instant. It ends with the
// first error of the stream, a [*SpecError] for the specification or a row, or that of
// the context.
func Measure(ctx context.Context, spec Spec, at time.Time, rows iter.Seq2[Row, error]) (Report, error) {
	m, err := NewMeter(spec, at)
	if err != nil {
		return Report{}, err
	}
	const between = 1024 // looks at the context
	for row, err := range rows {
		if err == nil && m.total.records%between == 0 {
			err = ctx.Err()
		}
		if err == nil {
			err = m.Add(row)
		}
		if err != nil {
			return Report{}, err
		}
	}
	return m.Report(), nil
}

// Merge adds what another meter of the same fields, rules and instant has measured.
// After an error, a [*SpecError], m is unchanged.
func (m *Meter) Merge(other *Meter) error {
	if other == nil || !m.at.Equal(other.at) || m.spec.Twins != other.spec.Twins || m.spec.Weights != other.spec.Weights ||
		!slices.Equal(m.spec.Fields, other.spec.Fields) ||
		!slices.EqualFunc(m.spec.Rules, other.spec.Rules, func(a, b Rule) bool { return a.Code() == b.Code() && slices.Equal(a.Fields(), b.Fields()) }) {
		return &SpecError{Item: "meter", Name: "merge", Reason: NotSame}
	}
	for g := range m.groups {
		all := len(m.groups[g])
		for name := range other.groups[g] {
			all += count(m.groups[g][name] == nil)
		}
		if all > MaxGroups {
			return &SpecError{Item: "group", Name: groupCode(g), Reason: TooManyGroups, Value: float64(all)}
		}
	}
	m.total.join(other.total)
	for g := range m.groups {
		for name, theirs := range other.groups[g] {
			ours := m.groups[g][name]
			if ours == nil {
				ours = newTally(&m.spec)
				m.groups[g][name] = ours
			}
			ours.join(theirs)
		}
	}
	return nil
}

func (t *tally) join(other *tally) {
	t.records += other.records
	t.unique += other.unique
	for i, f := range other.fields {
		to := &t.fields[i]
		to.filled += f.filled
		to.parsed += f.parsed
		to.valid += f.valid
		to.dated += f.dated
		to.checked += f.checked
		to.right += f.right
		to.fresh += f.fresh
	}
	for i, r := range other.rules {
		t.rules[i].applied += r.applied
		t.rules[i].held += r.held
	}
}
