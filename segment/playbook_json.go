package segment

import "encoding/json"

type conditionForm struct {
	Cell    []string `json:"cell,omitempty"`
	Tier    []string `json:"tier,omitempty"`
	Segment string   `json:"segment,omitempty"`
	Measure string   `json:"measure,omitempty"`
	Op      Op       `json:"op,omitempty"`
	Value   *float64 `json:"value,omitempty"` // absent unless there is a measure: 0 is a value
	Not     bool     `json:"not,omitempty"`
}

type playForm struct {
	Name    string          `json:"name"`
	When    []conditionForm `json:"when"`
	Actions []Action        `json:"actions"`
}

type playbookForm struct {
	Format    int        `json:"format"`
	Cells     []string   `json:"cells,omitempty"`
	Tiers     []string   `json:"tiers,omitempty"`
	Rules     []playForm `json:"rules"`
	Otherwise []Action   `json:"otherwise,omitempty"`
}

// MarshalJSON writes rules and options. The zero Playbook is none ([*PlaybookError]).
func (p *Playbook) MarshalJSON() ([]byte, error) {
	if len(p.plays) == 0 {
		return nil, &PlaybookError{Rule: -1, Field: "rules", Value: "0", Reason: "want 1 to 1000"}
	}
	form := playbookForm{Format: jsonFormat, Cells: p.options.Cells, Tiers: p.options.Tiers, Otherwise: p.options.Otherwise}
	for _, play := range p.plays {
		rule := playForm{Name: play.Name, When: []conditionForm{}, Actions: play.Actions}
		for _, c := range play.When {
			condition := conditionForm{Cell: c.Cell, Tier: c.Tier, Segment: c.Segment, Measure: c.Measure, Op: c.Op, Not: c.Not}
			if c.Measure != "" {
				condition.Value = &c.Value
			}
			rule.When = append(rule.When, condition)
		}
		form.Rules = append(form.Rules, rule)
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Playbook.MarshalJSON] wrote; it marshals to the same bytes.
// It is for a fresh value, not for a playbook in use. The error is a [*FormatError], a
// [*PlaybookError] or one of the syntax; after it p is unchanged.
func (p *Playbook) UnmarshalJSON(text []byte) error {
	var form playbookForm
	if err := decode("playbook", text, &form); err != nil {
		return err
	}
	plays := make([]Play, len(form.Rules))
	for i, rule := range form.Rules {
		plays[i] = Play{Name: rule.Name, Actions: rule.Actions}
		for _, c := range rule.When {
			condition := Condition{Cell: c.Cell, Tier: c.Tier, Segment: c.Segment, Measure: c.Measure, Op: c.Op, Not: c.Not}
			if (c.Value != nil) != (c.Measure != "") {
				return &PlaybookError{Rule: i, Name: rule.Name, Field: "value", Value: condition.String(), Reason: "a measure has one, nothing else does"}
			}
			if c.Value != nil {
				condition.Value = *c.Value
			}
			plays[i].When = append(plays[i].When, condition)
		}
	}
	got, err := NewPlaybook(plays, &PlaybookOptions{Cells: form.Cells, Tiers: form.Tiers, Otherwise: form.Otherwise})
	if err != nil {
		return err
	}
	*p = *got
	return nil
}
