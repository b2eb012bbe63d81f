package lead

import (
	"fmt"
	"math"
	"slices"
)

// A Profile is what is known of a lead: attributes by name, each a number or a label.
// What is not known is not there. It may have attributes that a policy does not read;
// [Scorer.Check] tells such from a misspelled one.
type Profile struct {
	Numbers map[string]float64
	Labels  map[string]string
}

// A ProfileError reports an attribute that a rule cannot judge: a label where numbers
// are wanted or the other way round, both at once, or a number that is none.
type ProfileError struct {
	Attribute string
	Reason    string
}

// Error names the attribute.
func (e *ProfileError) Error() string {
	return fmt.Sprintf("lead: attribute %q: %s", e.Attribute, e.Reason)
}

// Limits keep a sum of points between two bounds, both included.
type Limits struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// FitPolicy says how well a lead suits us, whatever it does: who it is.
type FitPolicy struct {
	Groups []FitGroup
	Limits *Limits // of the sum over the groups; nil: none
}

// A FitGroup is rules about one subject, so that no subject outweighs all others. All
// rules that match give their points.
type FitGroup struct {
	Name   string
	Rules  []FitRule
	Limits *Limits // of the sum over the rules; nil: none
}

// A FitRule gives points, which may be negative, to leads whose attribute is one of
// Labels, is a number in [From, Below), or is not known: exactly one of the three.
type FitRule struct {
	Name      string // names the rule in a score's account; no two alike in a group
	Attribute string
	Labels    []string
	From      *float64 // nil: no lower end
	Below     *float64 // nil: no upper end
	Missing   bool
	Points    float64
}

// matches tells whether a rule gives its points.
func (r *FitRule) matches(p Profile) (bool, error) {
	number, isNumber := p.Numbers[r.Attribute]
	label, isLabel := p.Labels[r.Attribute]
	switch {
	case isNumber && isLabel:
		return false, &ProfileError{r.Attribute, "both a number and a label"}
	case r.Missing:
		return !isNumber && !isLabel, nil
	case len(r.Labels) > 0 && isNumber:
		return false, &ProfileError{r.Attribute, fmt.Sprintf("the number %v where rule %q wants a label", number, r.Name)}
	case len(r.Labels) > 0:
		return isLabel && slices.Contains(r.Labels, label), nil
	case isLabel:
		return false, &ProfileError{r.Attribute, fmt.Sprintf("the label %.40q where rule %q wants a number", label, r.Name)}
	case !isNumber:
		return false, nil
	case math.IsNaN(number) || math.IsInf(number, 0):
		return false, &ProfileError{r.Attribute, fmt.Sprintf("%v is no number", number)}
	}
	return (r.From == nil || number >= *r.From) && (r.Below == nil || number < *r.Below), nil
}

// score adds the fit of a profile to an account.
func (f *FitPolicy) score(p Profile, a *account) error {
	total := 0.0
	for g := range f.Groups {
		group := &f.Groups[g]
		sum := 0.0
		for r := range group.Rules {
			rule := &group.Rules[r]
			matches, err := rule.matches(p)
			if err != nil {
				return err
			}
			if matches {
				sum += rule.Points
				a.add(FitPart, group.Name, rule.Name, rule.Points)
			}
		}
		total += a.limit(FitPart, group.Name, sum, group.Limits)
	}
	a.fit = a.limit(FitPart, "", total, f.Limits)
	return nil
}

// validate refuses what cannot be meant.
func (f *FitPolicy) validate() error {
	names := make(map[string]bool)
	for g := range f.Groups {
		group := &f.Groups[g]
		field := fmt.Sprintf("Fit.Groups[%d]", g)
		if group.Name == "" || names[group.Name] {
			return &PolicyError{field, fmt.Sprintf("the name %q is empty or comes twice", group.Name)}
		}
		names[group.Name] = true
		if err := group.Limits.validate(field); err != nil {
			return err
		}
		rules := make(map[string]bool)
		for r := range group.Rules {
			rule := &group.Rules[r]
			if rule.Name == "" || rules[rule.Name] {
				return &PolicyError{field, fmt.Sprintf("the name %q of rule %d is empty or comes twice", rule.Name, r)}
			}
			rules[rule.Name] = true
			if reason := rule.flaw(); reason != "" {
				return &PolicyError{field, fmt.Sprintf("rule %q: %s", rule.Name, reason)}
			}
		}
	}
	return f.Limits.validate("Fit")
}

func (r *FitRule) flaw() string {
	conditions := 0
	for _, has := range []bool{len(r.Labels) > 0, r.From != nil || r.Below != nil, r.Missing} {
		if has {
			conditions++
		}
	}
	number := func(x *float64) bool { return x == nil || math.Abs(*x) <= maxSize }
	switch {
	case r.Attribute == "":
		return "no attribute"
	case conditions != 1:
		return fmt.Sprintf("%d conditions, want labels, numbers or missing", conditions)
	case !number(r.From) || !number(r.Below) || r.From != nil && r.Below != nil && *r.From >= *r.Below:
		return "From and Below are no numbers, or hold none between them"
	case slices.Contains(r.Labels, ""):
		return "an empty label"
	case !(math.Abs(r.Points) <= mostPoints):
		return fmt.Sprintf("%v points, want at most %g in size", r.Points, mostPoints)
	}
	return ""
}

// mostPoints is the greatest size of a number of points.
const mostPoints = 1e9

func (l *Limits) validate(field string) error {
	if l != nil && !(l.Low <= l.High && l.Low >= -mostPoints && l.High <= mostPoints) {
		return &PolicyError{field, fmt.Sprintf("limits %v to %v, want rising ones within ±%g", l.Low, l.High, mostPoints)}
	}
	return nil
}
