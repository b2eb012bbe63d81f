package routing

import (
	"encoding/json"
	"time"
)

type wideningFile struct {
	After      span       `json:"after"`
	Step       Step       `json:"step"`
	Skill      string     `json:"skill,omitempty"`
	By         int        `json:"by,omitempty"`
	Preference Preference `json:"preference,omitempty"`
}

type holdFile struct {
	Preference Preference `json:"preference"`
	For        span       `json:"for"`
}

type policyFile struct {
	header
	Prefer []Preference   `json:"prefer,omitempty"`
	Widen  []wideningFile `json:"widen,omitempty"`
	Hold   []holdFile     `json:"hold,omitempty"`
	Brief  bool           `json:"brief,omitempty"`
}

// MarshalJSON writes the policy with a kind and a version, times as "1m30s". It refuses
// what [NewDesk] refuses.
func (p Policy) MarshalJSON() ([]byte, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	file := policyFile{header: headerOf("policy"), Prefer: p.Prefer, Brief: p.Brief}
	for _, w := range p.Widen {
		file.Widen = append(file.Widen, wideningFile{After: span(w.After), Step: w.Step, Skill: w.Skill, By: w.By, Preference: w.Preference})
	}
	for _, h := range p.Hold {
		file.Hold = append(file.Hold, holdFile{Preference: h.Preference, For: span(h.For)})
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [Policy.MarshalJSON] wrote, which marshals to the same bytes.
// The error wraps [ErrFormat] or is an [*InputError]; p is then unchanged.
func (p *Policy) UnmarshalJSON(text []byte) error {
	var file policyFile
	if err := read(text, "policy", &file); err != nil {
		return err
	}
	got := Policy{Prefer: file.Prefer, Brief: file.Brief}
	for _, w := range file.Widen {
		got.Widen = append(got.Widen, Widening{After: time.Duration(w.After), Step: w.Step, Skill: w.Skill, By: w.By, Preference: w.Preference})
	}
	for _, h := range file.Hold {
		got.Hold = append(got.Hold, Hold{Preference: h.Preference, For: time.Duration(h.For)})
	}
	if err := got.check(); err != nil {
		return err
	}
	*p = got
	return nil
}
