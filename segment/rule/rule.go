package rule

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// Rule says who belongs to a segment.
type Rule struct {
	Name string // of the segment
	When Condition
	// Dwell is the least time that a member stays once it has entered: an [Engine]
	// lets it leave no earlier, unless it is pinned out. Nobody is held against a lack
	// of consent: if one is missing that the rule asks for, by [MayUse] or for a
	// sensitive attribute, itself or by segments it refers to, a member stays only as
	// long as the rule holds. 0 to 200 years; 0: none.
	Dwell time.Duration
}

// Rules are the rules of a set, in the order in which answers come.
type Rules []Rule

// jsonFormat is the version of the JSON forms of this package.
const jsonFormat = 1

type ruleForm struct {
	Name  string          `json:"name"`
	Dwell time.Duration   `json:"dwell_ns,omitzero"`
	When  json.RawMessage `json:"when"`
}

type rulesForm struct {
	Format int        `json:"format"`
	Rules  []ruleForm `json:"rules"`
}

// MarshalJSON writes the rules in a versioned form, see the package comment. The
// error is an [*Error] for a rule that no schema can make sense of.
func (r Rules) MarshalJSON() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	f := rulesForm{Format: jsonFormat, Rules: make([]ruleForm, len(r))}
	for i, rule := range r {
		when, err := rule.When.MarshalJSON()
		if err != nil {
			return nil, err
		}
		f.Rules[i] = ruleForm{rule.Name, rule.Dwell, when}
	}
	return json.Marshal(f)
}

// UnmarshalJSON reads what [Rules.MarshalJSON] wrote, and marshals to the same bytes.
// The error is an [*Error], of which [ErrFormat] says that the form is another; after
// it r is unchanged.
func (r *Rules) UnmarshalJSON(text []byte) error {
	var f rulesForm
	if err := decode(text, &f); err != nil {
		return err
	}
	if f.Rules == nil {
		return &Error{Err: fmt.Errorf(`%w: no list "rules"`, ErrFormat)}
	}
	got := make(Rules, len(f.Rules))
	for i, rule := range f.Rules {
		when, err := decodeCondition(rule.When)
		if err != nil {
			err.Rule = rule.Name
			return err
		}
		got[i] = Rule{rule.Name, when, rule.Dwell}
	}
	if err := got.check(); err != nil {
		return err
	}
	*r = got
	return nil
}

// decode reads a file of this package. The format comes first: a newer one explains
// unknown fields.
func decode(text []byte, into any) error {
	var head struct {
		Format int `json:"format"`
	}
	err := json.Unmarshal(text, &head)
	if err == nil && head.Format != jsonFormat {
		err = fmt.Errorf("format %d, this version reads %d", head.Format, jsonFormat)
	}
	if err == nil {
		err = exactjson.Decode(text, into)
	}
	if err != nil {
		return &Error{Err: fmt.Errorf("%w: %w", ErrFormat, err)}
	}
	return nil
}

// check checks what needs no schema.
func (r Rules) check() error {
	if len(r) > MaxRules {
		return &Error{Err: ErrLimit}
	}
	seen := make(map[string]bool, len(r))
	for _, rule := range r {
		switch {
		case !validName(rule.Name) || seen[rule.Name]:
			return &Error{Rule: rule.Name, Name: rule.Name, Err: ErrName}
		case rule.Dwell < 0 || rule.Dwell > maxLength:
			return &Error{Rule: rule.Name, Name: rule.Dwell.String(), Err: ErrWindow}
		}
		seen[rule.Name] = true
		if err := (&checker{rule: rule.Name}).check(rule.When, "", 1); err != nil {
			return err
		}
	}
	return nil
}
