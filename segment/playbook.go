package segment

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Limits of a playbook.
const (
	MaxPlays      = 1000 // rules of a playbook
	MaxConditions = 100  // of a rule
	MaxActions    = 100  // of a rule
	MaxNames      = 1000 // cells, or tiers, of a playbook or a condition
)

// Op compares a measure with a value.
type Op string

// The comparisons.
const (
	AtLeast  Op = ">="
	Above    Op = ">"
	AtMost   Op = "<="
	Below    Op = "<"
	Equal    Op = "="
	NotEqual Op = "!="
)

// Condition is one thing that a rule asks of a customer: exactly one of Cell, Tier,
// Segment and Measure is set. For anything richer let package segment/rule make a
// segment and ask for that.
type Condition struct {
	Cell    []string // the cell of the value matrix is one of these, such as "low/high"
	Tier    []string // the tier is one of these
	Segment string   // he belongs to this segment
	Measure string   // the name of a measure, which is compared with Value
	Op      Op
	Value   float64 // finite, at most [MaxValue] in size
	// Not asks for the opposite. What is not known fulfils neither a condition nor its
	// opposite.
	Not bool
}

// String returns the condition as a code: "potential>=100", "cell=low/high",
// "tier=VIP|major", "segment!=dormant", "not potential>=100".
func (c Condition) String() string {
	op := "="
	if c.Not {
		op = "!="
	}
	switch {
	case len(c.Cell) > 0:
		return "cell" + op + strings.Join(c.Cell, "|")
	case len(c.Tier) > 0:
		return "tier" + op + strings.Join(c.Tier, "|")
	case c.Segment != "":
		return "segment" + op + c.Segment
	}
	text := c.Measure + string(c.Op) + strconv.FormatFloat(c.Value, 'g', -1, 64)
	if c.Not {
		text = "not " + text
	}
	return text
}

// Action is something to do for a customer. All are codes of the host's.
type Action struct {
	Do      string `json:"do"`                // "develop", "keep", "let_go", …
	Channel string `json:"channel,omitempty"` // "visit", "phone", "mail", …
	Offer   string `json:"offer,omitempty"`
	Service string `json:"service,omitempty"` // the level of service, such as a tier of a [ServicePolicy]
	Reason  string `json:"reason,omitempty"`
}

// Play is a rule of a playbook: what to do for customers of whom all conditions hold.
type Play struct {
	Name    string
	When    []Condition // none: it holds for everybody
	Actions []Action    // in order, at least one
}

// PlaybookOptions are the options of [NewPlaybook]; nil or the zero value means that
// cells and tiers may be any, and that nothing is done if no rule holds.
type PlaybookOptions struct {
	// Cells and Tiers are all that there are; none given means that any may be. A
	// rule or a customer with another one is refused.
	Cells, Tiers []string
	Otherwise    []Action // if no rule holds
}

// Playbook says what to do for which customers: rules in order, of which the first that
// holds fires. It is an immutable value made by [NewPlaybook], safe to share between
// goroutines.
type Playbook struct {
	plays   []Play
	options PlaybookOptions
}

// PlaybookError reports a playbook that makes no sense.
type PlaybookError struct {
	Rule   int // which rule, from 0; -1: the playbook as a whole
	Name   string
	Field  string // "name", "when", "cell", "tier", "segment", "measure", "op", "value", "actions", "do", "otherwise", "cells", "tiers" or "rules"
	Value  string
	Reason string // for the reader of a log
}

// Error names the rule, the field and the reason.
func (e *PlaybookError) Error() string {
	if e.Rule < 0 {
		return fmt.Sprintf("segment: playbook: %s %q: %s", e.Field, e.Value, e.Reason)
	}
	return fmt.Sprintf("segment: playbook: rule %d %q: %s %q: %s", e.Rule, e.Name, e.Field, e.Value, e.Reason)
}

// NewPlaybook returns a playbook of rules, the first to be tried first. The error is a
// [*PlaybookError]; what is given is copied.
func NewPlaybook(plays []Play, options *PlaybookOptions) (*Playbook, error) {
	p := &Playbook{plays: clonePlays(plays)}
	if options != nil {
		p.options = PlaybookOptions{slices.Clone(options.Cells), slices.Clone(options.Tiers), slices.Clone(options.Otherwise)}
	}
	fault := func(field, value, reason string) (*Playbook, error) {
		return nil, &PlaybookError{Rule: -1, Field: field, Value: value, Reason: reason}
	}
	if len(plays) == 0 || len(plays) > MaxPlays {
		return fault("rules", fmt.Sprint(len(plays)), "want 1 to 1000")
	}
	if value, reason := namesFault(p.options.Cells, nil); reason != "" {
		return fault("cells", value, reason)
	}
	if value, reason := namesFault(p.options.Tiers, nil); reason != "" {
		return fault("tiers", value, reason)
	}
	if len(p.options.Otherwise) > 0 {
		if field, value, reason := actionsFault(p.options.Otherwise); reason != "" {
			return fault("otherwise", field+" "+value, reason)
		}
	}
	for i := range p.plays {
		play := &p.plays[i]
		field, value, reason := p.playFault(play)
		if reason == "" && slices.ContainsFunc(p.plays[:i], func(had Play) bool { return had.Name == play.Name }) {
			field, value, reason = "name", play.Name, "name twice"
		}
		if reason != "" {
			return nil, &PlaybookError{Rule: i, Name: play.Name, Field: field, Value: value, Reason: reason}
		}
	}
	return p, nil
}

func (p *Playbook) playFault(play *Play) (field, value, reason string) {
	if reason := nameReason(play.Name); reason != "" {
		return "name", play.Name, reason
	}
	if len(play.When) > MaxConditions {
		return "when", fmt.Sprint(len(play.When)), "too many"
	}
	for i := range play.When {
		if field, value, reason := p.conditionFault(&play.When[i]); reason != "" {
			return field, value, reason
		}
	}
	return actionsFault(play.Actions)
}

func (p *Playbook) conditionFault(c *Condition) (field, value, reason string) {
	kinds := 0
	for _, set := range []bool{len(c.Cell) > 0, len(c.Tier) > 0, c.Segment != "", c.Measure != ""} {
		if set {
			kinds++
		}
	}
	switch {
	case kinds != 1:
		return "when", c.String(), "not exactly one of cell, tier, segment and measure"
	case c.Measure == "" && (c.Op != "" || c.Value != 0):
		return "op", string(c.Op), "without a measure"
	case len(c.Cell) > 0:
		value, reason = namesFault(c.Cell, p.options.Cells)
		return "cell", value, reason
	case len(c.Tier) > 0:
		value, reason = namesFault(c.Tier, p.options.Tiers)
		return "tier", value, reason
	case c.Segment != "":
		return "segment", c.Segment, nameReason(c.Segment)
	case nameReason(c.Measure) != "":
		return "measure", c.Measure, nameReason(c.Measure)
	case !slices.Contains([]Op{AtLeast, Above, AtMost, Below, Equal, NotEqual}, c.Op):
		return "op", string(c.Op), "unknown"
	case !(math.Abs(c.Value) <= MaxValue): // so written to catch NaN
		return "value", fmt.Sprint(c.Value), "not a number of size up to MaxValue"
	}
	return "", "", ""
}

// namesFault checks names, which are among those known if any are.
func namesFault(names, known []string) (value, reason string) {
	if len(names) > MaxNames {
		return fmt.Sprint(len(names)), "too many"
	}
	for i, name := range names {
		reason := nameReason(name)
		switch {
		case reason != "":
		case slices.Contains(names[:i], name):
			reason = "name twice"
		case len(known) > 0 && !slices.Contains(known, name):
			reason = "not one that there is"
		}
		if reason != "" {
			return name, reason
		}
	}
	return "", ""
}

func actionsFault(actions []Action) (field, value, reason string) {
	if len(actions) == 0 || len(actions) > MaxActions {
		return "actions", fmt.Sprint(len(actions)), "want 1 to 100"
	}
	for _, a := range actions {
		if reason := nameReason(a.Do); reason != "" {
			return "do", a.Do, reason
		}
		for _, code := range []string{a.Channel, a.Offer, a.Service, a.Reason} {
			if reason := nameReason(code); code != "" && reason != "" {
				return "actions", code, reason
			}
		}
	}
	return "", "", ""
}

func clonePlays(plays []Play) []Play {
	plays = slices.Clone(plays)
	for i := range plays {
		play := &plays[i]
		play.Actions = slices.Clone(play.Actions)
		play.When = slices.Clone(play.When)
		for j := range play.When {
			c := &play.When[j]
			c.Cell, c.Tier = slices.Clone(c.Cell), slices.Clone(c.Tier)
		}
	}
	return plays
}

// Plays returns the rules, the first to be tried first.
func (p *Playbook) Plays() []Play { return clonePlays(p.plays) }

// Options returns the options.
func (p *Playbook) Options() PlaybookOptions {
	o := p.options
	return PlaybookOptions{slices.Clone(o.Cells), slices.Clone(o.Tiers), slices.Clone(o.Otherwise)}
}
