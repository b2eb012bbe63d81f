package segment

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Profile is what is known of a customer who is to be decided about.
type Profile struct {
	Cell     string             // of the value matrix; "" is not known
	Tier     string             // "" is not known
	Segments []string           // those he belongs to
	Unsure   []string           // those of which it is not known; he belongs to no others
	Measures map[string]float64 // by name; one that is not there is not known
}

// ProfileError reports a profile about which no decision can be made.
type ProfileError struct {
	Field  string // "cell", "tier", "segment" or "measure"
	Value  string
	Reason string // "not one that there is", "both known and not", "not a number of size up to MaxValue"
}

// Error names the field, what it was and the reason.
func (e *ProfileError) Error() string {
	return fmt.Sprintf("segment: profile: %s %q: %s", e.Field, e.Value, e.Reason)
}

// Truth is the answer to a condition: true, false or unknown.
type Truth string

// The answers.
const (
	True    Truth = "true"
	False   Truth = "false"
	Unknown Truth = "unknown"
)

// Tested is a condition with its answer and what it was answered from.
type Tested struct {
	Condition Condition
	Truth     Truth
	Found     string // the cell, the tier, or the measure in digits; "" if it is not known, and for a segment
}

// Decision is what a playbook says of a customer.
type Decision struct {
	Rule    string   // the rule that fired; "" if none did
	Actions []Action // what to do, in order; those of [PlaybookOptions.Otherwise] if no rule fired
	Because []Tested // the conditions of the rule, all of which hold
}

// Verdict is how one rule fared.
type Verdict struct {
	Rule   string
	Fired  bool     // it is the first that holds
	Holds  Truth    // of all its conditions: false if one is false, else unknown if one is unknown
	Tested []Tested // all its conditions
}

// Decide returns what the first rule says all of whose conditions hold. The error is a
// [*ProfileError].
func (p *Playbook) Decide(profile Profile) (Decision, error) {
	if err := p.fault(&profile); err != nil {
		return Decision{}, err
	}
	for i := range p.plays {
		play := &p.plays[i]
		if play.holds(&profile) {
			return Decision{Rule: play.Name, Actions: slices.Clone(play.Actions), Because: play.test(&profile)}, nil
		}
	}
	return Decision{Actions: slices.Clone(p.options.Otherwise)}, nil
}

// Explain returns how each rule fared, in their order: why one fired and why the others
// did not. The error is a [*ProfileError].
func (p *Playbook) Explain(profile Profile) ([]Verdict, error) {
	if err := p.fault(&profile); err != nil {
		return nil, err
	}
	fired := false
	verdicts := make([]Verdict, len(p.plays))
	for i := range p.plays {
		v := Verdict{Rule: p.plays[i].Name, Holds: True, Tested: p.plays[i].test(&profile)}
		for _, t := range v.Tested {
			if t.Truth == False || t.Truth == Unknown && v.Holds == True {
				v.Holds = t.Truth
			}
		}
		v.Fired = v.Holds == True && !fired
		fired = fired || v.Fired
		verdicts[i] = v
	}
	return verdicts, nil
}

func (p *Playbook) fault(profile *Profile) error {
	for _, one := range []struct {
		field, value string
		known        []string
	}{{"cell", profile.Cell, p.options.Cells}, {"tier", profile.Tier, p.options.Tiers}} {
		if one.value != "" && len(one.known) > 0 && !slices.Contains(one.known, one.value) {
			return &ProfileError{Field: one.field, Value: one.value, Reason: "not one that there is"}
		}
	}
	for _, name := range profile.Segments {
		if slices.Contains(profile.Unsure, name) {
			return &ProfileError{Field: "segment", Value: name, Reason: "both known and not"}
		}
	}
	wrong := "" // the first by name, whatever the order of the map
	for name, value := range profile.Measures {
		if !(math.Abs(value) <= MaxValue) && (wrong == "" || name < wrong) { // so written to catch NaN
			wrong = name
		}
	}
	if wrong != "" {
		return &ProfileError{Field: "measure", Value: fmt.Sprintf("%s=%v", wrong, profile.Measures[wrong]), Reason: "not a number of size up to MaxValue"}
	}
	return nil
}

func (play *Play) holds(profile *Profile) bool {
	for i := range play.When {
		if play.When[i].truth(profile) != True {
			return false
		}
	}
	return true
}

func (play *Play) test(profile *Profile) []Tested {
	tested := make([]Tested, len(play.When))
	for i, c := range play.When {
		c.Cell, c.Tier = slices.Clone(c.Cell), slices.Clone(c.Tier)
		tested[i] = Tested{Condition: c, Truth: c.truth(profile), Found: c.found(profile)}
	}
	return tested
}

// found returns what a condition is answered from.
func (c *Condition) found(profile *Profile) string {
	switch {
	case len(c.Cell) > 0:
		return profile.Cell
	case len(c.Tier) > 0:
		return profile.Tier
	}
	if value, known := profile.Measures[c.Measure]; known {
		return strconv.FormatFloat(value, 'g', -1, 64)
	}
	return ""
}

func (c *Condition) truth(profile *Profile) Truth {
	holds, known := false, true
	switch {
	case len(c.Cell) > 0:
		holds, known = slices.Contains(c.Cell, profile.Cell), profile.Cell != ""
	case len(c.Tier) > 0:
		holds, known = slices.Contains(c.Tier, profile.Tier), profile.Tier != ""
	case c.Segment != "":
		holds, known = slices.Contains(profile.Segments, c.Segment), !slices.Contains(profile.Unsure, c.Segment)
	default:
		var value float64
		value, known = profile.Measures[c.Measure]
		holds = c.Op.holds(value, c.Value)
	}
	switch {
	case !known:
		return Unknown
	case holds != c.Not:
		return True
	}
	return False
}

func (op Op) holds(value, limit float64) bool {
	switch op {
	case AtLeast:
		return value >= limit
	case Above:
		return value > limit
	case AtMost:
		return value <= limit
	case Below:
		return value < limit
	case Equal:
		return value == limit
	}
	return value != limit
}
