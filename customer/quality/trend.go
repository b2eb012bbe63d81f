package quality

import (
	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// Change is how one figure moved between two reports.
type Change struct {
	Group     Group     // of which records
	Name      string    // of the source, owner or branch
	Field     string    // "": over all fields
	Dimension Dimension // which figure
	Before    rapport.Ratio
	After     rapport.Ratio
	// Difference is After − Before; N 0 if either has no value. Of Accuracy it has the
	// 95 % interval of two independent samples (Newcombe 1998); the other figures count
	// all records, so there is nothing to be uncertain of. Its N is that of After.
	Difference rapport.Estimate
}

// Group says how records are grouped.
type Group string

// The groupings.
const (
	OfAll    Group = "all"
	OfSource Group = "source"
	OfOwner  Group = "owner"
	OfBranch Group = "branch"
)

// Compare returns what changed from one report to a later one: for all records, then
// for each source, owner and branch by name, the overall score, every dimension and
// every field. What only one report has is left without a difference. The error is a
// [*SpecError] if the second report is not of a later instant.
func Compare(before, after Report) ([]Change, error) {
	if !after.At.After(before.At) {
		return nil, &SpecError{Item: "report", Name: "at", Reason: NotInRange}
	}
	changes := compareScores(nil, OfAll, before.Total, after.Total)
	for _, g := range []struct {
		group         Group
		before, after []Score
	}{
		{OfSource, before.Sources, after.Sources}, {OfOwner, before.Owners, after.Owners}, {OfBranch, before.Branches, after.Branches},
	} {
		// Both lists are in order of names.
		for b, a := 0, 0; b < len(g.before) || a < len(g.after); {
			var was, is Score
			switch {
			case a == len(g.after) || b < len(g.before) && g.before[b].Name < g.after[a].Name:
				was = g.before[b]
				is.Name = was.Name
				b++
			case b == len(g.before) || g.after[a].Name < g.before[b].Name:
				is = g.after[a]
				a++
			default:
				was, is = g.before[b], g.after[a]
				b, a = b+1, a+1
			}
			changes = compareScores(changes, g.group, was, is)
		}
	}
	return changes, nil
}

func compareScores(changes []Change, group Group, before, after Score) []Change {
	for _, d := range append([]Dimension{Overall}, Dimensions()...) {
		changes = append(changes, change(group, after.Name, "", d, before.Of(d), after.Of(d)))
	}
	fields := after.Fields
	for _, f := range before.Fields {
		if _, known := after.Field(f.Name); !known {
			fields = append(fields[:len(fields):len(fields)], FieldScore{Name: f.Name})
		}
	}
	for _, is := range fields {
		was, _ := before.Field(is.Name)
		for _, d := range []Dimension{Completeness, Validity, Timeliness, Accuracy} {
			changes = append(changes, change(group, after.Name, is.Name, d, was.Of(d), is.Of(d)))
		}
	}
	return changes
}

func change(group Group, name, field string, d Dimension, before, after rapport.Ratio) Change {
	c := Change{Group: group, Name: name, Field: field, Dimension: d, Before: before, After: after}
	was, known := before.Value()
	is, also := after.Value()
	if !known || !also {
		return c
	}
	c.Difference = rapport.Estimate{Value: is - was, N: after.N}
	if d == Accuracy {
		const level = 0.95
		_, low, high := stats.RateDifference(after.Num, after.Den, before.Num, before.Den, stats.NormalMargin(level))
		c.Difference.Low, c.Difference.High, c.Difference.Level = low, high, level
	}
	return c
}
