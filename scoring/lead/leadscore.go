package lead

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/internal/stats"
)

// Policy is the rules by which a host scores its leads: points for who they are
// (fit) and for what they do (engagement), which fade. It is plain data with a
// versioned JSON form; [NewScorer] proves it sound.
type Policy struct {
	Fit        FitPolicy
	Engagement EngagementPolicy
	Limits     *Limits // of the whole score; nil: none
	// FitGrades are the least points of the grades A, B and C, falling; below is D.
	// EngagementGrades are those of 1, 2 and 3; below is 4. Both or none is set. Points
	// count to the billionth here and for Thresholds, so that 40 by the rules reaches 40.
	FitGrades, EngagementGrades []float64
	// Classes gather the sixteen cells A1 … D4 of fit and engagement, each in one
	// class. They need both kinds of grades; none: no classes.
	Classes    []Class
	Thresholds []ScoreThreshold // rising; none: nothing is watched
}

// A Class is what leads of some grades are to be treated as.
type Class struct {
	Name   string
	Grades []string      // "A1" … "D4"
	Task   string        // code of the follow-up; "": none
	Within time.Duration // until when it is due, from the time of the score; needs a Task
}

// A ScoreThreshold is reported when a score reaches Enter, and not again before it
// has fallen below Leave in between: a score that wavers round 70 makes one task.
type ScoreThreshold struct {
	Name         string
	Enter, Leave float64 // Leave is at most Enter
	Task         string  // code of what to do when it is reached; "": nothing
	Within       time.Duration
}

// A PolicyError reports a policy that cannot be meant.
type PolicyError struct {
	Field  string
	Reason string
}

// Error names the field.
func (e *PolicyError) Error() string { return fmt.Sprintf("lead: policy: %s: %s", e.Field, e.Reason) }

// Scorer scores leads by a policy. It is immutable and safe to share.
type Scorer struct {
	policy     Policy
	classes    map[string]int // by grade
	thresholds []stats.Threshold
	attributes []string // that the fit rules read, sorted
}

// NewScorer checks a policy, of which it keeps no part, and returns its scorer. The
// error is a [*PolicyError].
func NewScorer(p Policy) (*Scorer, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	s := &Scorer{policy: p.clone(), classes: make(map[string]int), attributes: p.Fit.attributes()}
	for i, c := range p.Classes {
		for _, grade := range c.Grades {
			s.classes[grade] = i
		}
	}
	for _, t := range p.Thresholds {
		s.thresholds = append(s.thresholds, stats.Threshold{Enter: t.Enter, Leave: t.Leave})
	}
	return s, nil
}

// Policy returns a copy of the policy.
func (s *Scorer) Policy() Policy { return s.policy.clone() }

// Part says what an [Entry] is part of.
type Part string

// The parts of a score.
const (
	FitPart        Part = "fit"
	EngagementPart Part = "engagement"
	TotalPart      Part = "total" // only where limits of the whole score cut it
)

// An Entry is one line of a score's account.
type Entry struct {
	Part  Part
	Group string // of fit rules; "" otherwise
	Name  string // the rule or the kind of event; "" for a limit
	// Points are what the line adds; those of a limit are what it takes off or fills up.
	Points float64
	Limit  bool
}

// A Task is a follow-up that is due.
type Task struct {
	Code string
	Due  time.Time
}

// Score is the score of a lead at a time.
type Score struct {
	At                     time.Time
	Fit, Engagement, Total float64
	Grade                  string // "A1" … "D4"; "" without grades
	Class                  string // "" without classes
	Task                   *Task  // the follow-up of the class; nil: none
	// Account lists where the points come from, in the order of the policy; they add
	// up to Total, to within rounding.
	Account []Entry
}

// account gathers the entries of a score.
type account struct {
	entries         []Entry
	fit, engagement float64
}

func (a *account) add(part Part, group, name string, points float64) {
	a.entries = append(a.entries, Entry{Part: part, Group: group, Name: name, Points: points})
}

// limit returns a sum within limits and enters what they cut.
func (a *account) limit(part Part, group string, sum float64, l *Limits) float64 {
	if l == nil {
		return sum
	}
	cut := min(max(sum, l.Low), l.High)
	if cut != sum {
		a.entries = append(a.entries, Entry{Part: part, Group: group, Points: cut - sum, Limit: true})
	}
	return cut
}

// billionth rounds points before they are held against a border. A fresh event of 40
// points comes to 39.99999999999999 at one time of day in four, and would miss its 40.
func billionth(points float64) float64 { return math.Round(points*1e9) / 1e9 }

// Score returns the score of a lead with that profile and those deeds; a nil state is
// that of a lead that did nothing. An attribute that no rule reads is passed over
// ([Scorer.Check] finds it). The time must not be before what the state has
// recorded ([*TimeError]): what came later cannot be taken out of it.
func (s *Scorer) Score(p Profile, state *State, at time.Time) (*Score, error) {
	if !validTime(at) {
		return nil, &TimeError{At: at, Reason: "want the years 1700 to 2200"}
	}
	var a account
	if err := s.policy.Fit.score(p, &a); err != nil {
		return nil, err
	}
	if state != nil {
		switch {
		case state.scorer != s:
			return nil, ErrOtherPolicy
		case at.Before(state.latest):
			return nil, &TimeError{At: at, Before: state.latest, Reason: "before the latest event"}
		}
		s.policy.Engagement.score(state, at, &a)
	}
	score := &Score{At: at, Fit: a.fit, Engagement: a.engagement}
	score.Total = a.limit(TotalPart, "", a.fit+a.engagement, s.policy.Limits)
	score.Account = a.entries
	if len(s.policy.FitGrades) > 0 {
		score.Grade = string("ABCD"[rank(s.policy.FitGrades, a.fit)]) + string("1234"[rank(s.policy.EngagementGrades, a.engagement)])
	}
	if i, ok := s.classes[score.Grade]; ok {
		class := &s.policy.Classes[i]
		score.Class = class.Name
		if class.Task != "" {
			score.Task = &Task{Code: class.Task, Due: at.Add(class.Within)}
		}
	}
	return score, nil
}

// rank returns the first border that points reach, 3 if none.
func rank(borders []float64, points float64) int {
	if i := slices.IndexFunc(borders, func(least float64) bool { return billionth(points) >= least }); i >= 0 {
		return i
	}
	return len(borders)
}

// clone returns a copy that shares nothing.
func (p Policy) clone() Policy {
	limits := func(l *Limits) *Limits {
		if l == nil {
			return nil
		}
		return new(*l)
	}
	number := func(x *float64) *float64 {
		if x == nil {
			return nil
		}
		return new(*x)
	}
	p.Limits, p.Fit.Limits, p.Engagement.Limits = limits(p.Limits), limits(p.Fit.Limits), limits(p.Engagement.Limits)
	p.Fit.Groups = slices.Clone(p.Fit.Groups)
	for g := range p.Fit.Groups {
		group := &p.Fit.Groups[g]
		group.Limits, group.Rules = limits(group.Limits), slices.Clone(group.Rules)
		for r := range group.Rules {
			rule := &group.Rules[r]
			rule.Labels, rule.From, rule.Below = slices.Clone(rule.Labels), number(rule.From), number(rule.Below)
		}
	}
	p.Engagement.Kinds = slices.Clone(p.Engagement.Kinds)
	p.FitGrades, p.EngagementGrades = slices.Clone(p.FitGrades), slices.Clone(p.EngagementGrades)
	p.Classes = slices.Clone(p.Classes)
	for i := range p.Classes {
		p.Classes[i].Grades = slices.Clone(p.Classes[i].Grades)
	}
	p.Thresholds = slices.Clone(p.Thresholds)
	return p
}

func (p *Policy) validate() error {
	if err := p.Fit.validate(); err != nil {
		return err
	}
	if err := p.Engagement.validate(); err != nil {
		return err
	}
	if err := p.Limits.validate("Limits"); err != nil {
		return err
	}
	if len(p.FitGrades) != len(p.EngagementGrades) {
		return &PolicyError{"FitGrades", fmt.Sprintf("%d, with %d EngagementGrades: want three each, or none", len(p.FitGrades), len(p.EngagementGrades))}
	}
	for _, g := range []struct {
		field   string
		borders []float64
	}{{"FitGrades", p.FitGrades}, {"EngagementGrades", p.EngagementGrades}} {
		if len(g.borders) != 0 && (len(g.borders) != 3 || !(g.borders[0] > g.borders[1] && g.borders[1] > g.borders[2]) ||
			math.Abs(g.borders[0]) > mostPoints || math.Abs(g.borders[2]) > mostPoints) {
			return &PolicyError{g.field, fmt.Sprintf("%v, want three falling numbers", g.borders)}
		}
	}
	if err := p.validateClasses(); err != nil {
		return err
	}
	if err := p.validateThresholds(); err != nil {
		return err
	}
	return p.validateTexts()
}

// validateClasses wants each grade in exactly one class.
func (p *Policy) validateClasses() error {
	if len(p.Classes) == 0 {
		return nil
	}
	if len(p.FitGrades) == 0 {
		return &PolicyError{"Classes", "no grades to gather: set FitGrades and EngagementGrades"}
	}
	in, names := make(map[string]string), make(map[string]bool)
	for i, c := range p.Classes {
		field := fmt.Sprintf("Classes[%d]", i)
		if c.Name == "" || names[c.Name] {
			return &PolicyError{field, fmt.Sprintf("the name %q is empty or comes twice", c.Name)}
		}
		names[c.Name] = true
		if c.Within < 0 || c.Within > 0 && c.Task == "" {
			return &PolicyError{field, fmt.Sprintf("within %v of task %q", c.Within, c.Task)}
		}
		for _, grade := range c.Grades {
			if len(grade) != 2 || grade[0] < 'A' || grade[0] > 'D' || grade[1] < '1' || grade[1] > '4' {
				return &PolicyError{field, fmt.Sprintf("%.20q is no grade from A1 to D4", grade)}
			}
			if other, taken := in[grade]; taken {
				return &PolicyError{field, fmt.Sprintf("grade %s is in class %q already", grade, other)}
			}
			in[grade] = c.Name
		}
	}
	var gaps []string
	for _, fit := range "ABCD" {
		for _, engagement := range "1234" {
			if grade := string(fit) + string(engagement); in[grade] == "" {
				gaps = append(gaps, grade)
			}
		}
	}
	if len(gaps) > 0 {
		return &PolicyError{"Classes", fmt.Sprintf("grades %v are in no class", gaps)}
	}
	return nil
}
