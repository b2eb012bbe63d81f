package lead

import (
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"
)

// span is a duration that is written as Go writes it, "720h0m0s".
type span time.Duration

// MarshalText writes the duration exactly.
func (s span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

// UnmarshalText reads what [time.ParseDuration] reads.
func (s *span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err == nil {
		*s = span(d)
	}
	return err
}

type fitRuleForm struct {
	Name      string   `json:"rule"`
	Attribute string   `json:"attribute"`
	Labels    []string `json:"labels,omitempty"`
	From      *float64 `json:"from,omitempty"`
	Below     *float64 `json:"below,omitempty"`
	Missing   bool     `json:"missing,omitempty"`
	Points    float64  `json:"points"`
}

type fitGroupForm struct {
	Group  string        `json:"group"`
	Limits *Limits       `json:"limits,omitempty"`
	Rules  []fitRuleForm `json:"rules"`
}

type eventKindForm struct {
	Kind      string  `json:"kind"`
	Points    float64 `json:"points"`
	HalfLife  span    `json:"half_life,omitempty"`
	Cap       float64 `json:"cap,omitempty"`
	Window    span    `json:"window,omitempty"`
	WindowCap float64 `json:"window_cap,omitempty"`
}

type classForm struct {
	Class  string   `json:"class"`
	Grades []string `json:"grades"`
	Task   string   `json:"task,omitempty"`
	Within span     `json:"within,omitempty"`
}

type scoreThresholdForm struct {
	Threshold string  `json:"threshold"`
	Enter     float64 `json:"enter"`
	Leave     float64 `json:"leave"`
	Task      string  `json:"task,omitempty"`
	Within    span    `json:"within,omitempty"`
}

type policyForm struct {
	Format           int                  `json:"format"`
	Fit              []fitGroupForm       `json:"fit"`
	FitLimits        *Limits              `json:"fit_limits,omitempty"`
	HalfLife         span                 `json:"half_life,omitempty"`
	Engagement       []eventKindForm      `json:"engagement"`
	EngagementLimits *Limits              `json:"engagement_limits,omitempty"`
	Limits           *Limits              `json:"limits,omitempty"`
	FitGrades        []float64            `json:"fit_grades,omitempty"`
	EngagementGrades []float64            `json:"engagement_grades,omitempty"`
	Classes          []classForm          `json:"classes,omitempty"`
	Thresholds       []scoreThresholdForm `json:"thresholds,omitempty"`
}

// MarshalJSON writes the policy with a format number. It refuses what [NewScorer]
// refuses.
func (p Policy) MarshalJSON() ([]byte, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	f := policyForm{Format: jsonFormat, Fit: []fitGroupForm{}, FitLimits: p.Fit.Limits, HalfLife: span(p.Engagement.HalfLife),
		Engagement: []eventKindForm{}, EngagementLimits: p.Engagement.Limits, Limits: p.Limits,
		FitGrades: p.FitGrades, EngagementGrades: p.EngagementGrades}
	for _, g := range p.Fit.Groups {
		group := fitGroupForm{Group: g.Name, Limits: g.Limits, Rules: []fitRuleForm{}}
		for _, r := range g.Rules {
			group.Rules = append(group.Rules, fitRuleForm(r))
		}
		f.Fit = append(f.Fit, group)
	}
	for _, k := range p.Engagement.Kinds {
		f.Engagement = append(f.Engagement, eventKindForm{k.Kind, k.Points, span(k.HalfLife), k.Cap, span(k.Window), k.WindowCap})
	}
	for _, c := range p.Classes {
		class := classForm{Class: c.Name, Grades: c.Grades, Task: c.Task, Within: span(c.Within)}
		if class.Grades == nil {
			class.Grades = []string{}
		}
		f.Classes = append(f.Classes, class)
	}
	for _, t := range p.Thresholds {
		f.Thresholds = append(f.Thresholds, scoreThresholdForm{t.Name, t.Enter, t.Leave, t.Task, span(t.Within)})
	}
	return json.Marshal(f)
}

// UnmarshalJSON reads what [Policy.MarshalJSON] wrote and marshals to the same bytes.
// The error is a [*FormatError] for another format, a [*PolicyError] for a policy that
// cannot be meant, or that of the JSON; after an error p is unchanged.
func (p *Policy) UnmarshalJSON(text []byte) error {
	var f policyForm
	if err := decode("policy", text, &f); err != nil {
		return err
	}
	got := Policy{Fit: FitPolicy{Limits: f.FitLimits}, Limits: f.Limits, FitGrades: f.FitGrades, EngagementGrades: f.EngagementGrades,
		Engagement: EngagementPolicy{HalfLife: time.Duration(f.HalfLife), Limits: f.EngagementLimits}}
	for _, g := range f.Fit {
		group := FitGroup{Name: g.Group, Limits: g.Limits}
		for _, r := range g.Rules {
			group.Rules = append(group.Rules, FitRule(r))
		}
		got.Fit.Groups = append(got.Fit.Groups, group)
	}
	for _, k := range f.Engagement {
		got.Engagement.Kinds = append(got.Engagement.Kinds, EventKind{k.Kind, k.Points, time.Duration(k.HalfLife), k.Cap, time.Duration(k.Window), k.WindowCap})
	}
	for _, c := range f.Classes {
		got.Classes = append(got.Classes, Class{c.Class, c.Grades, c.Task, time.Duration(c.Within)})
	}
	for _, t := range f.Thresholds {
		got.Thresholds = append(got.Thresholds, ScoreThreshold{t.Threshold, t.Enter, t.Leave, t.Task, time.Duration(t.Within)})
	}
	if err := got.validate(); err != nil {
		return err
	}
	*p = got
	return nil
}

// validateTexts wants UTF-8, of which alone JSON brings back what was written: a kind
// that came back as another one would have no events.
func (p *Policy) validateTexts() error {
	texts := []string{}
	for _, g := range p.Fit.Groups {
		texts = append(texts, g.Name)
		for _, r := range g.Rules {
			texts = append(append(texts, r.Name, r.Attribute), r.Labels...)
		}
	}
	for _, k := range p.Engagement.Kinds {
		texts = append(texts, k.Kind)
	}
	for _, c := range p.Classes {
		texts = append(texts, c.Name, c.Task)
	}
	for _, t := range p.Thresholds {
		texts = append(texts, t.Name, t.Task)
	}
	for _, text := range texts {
		if !utf8.ValidString(text) {
			return &PolicyError{"texts", fmt.Sprintf("%.60q is no UTF-8", text)}
		}
	}
	return nil
}

type windowForm struct {
	Index  int64   `json:"index"`
	Events int64   `json:"events"`
	Sum    float64 `json:"sum"`
}

type tallyForm struct {
	Kind     string       `json:"kind"`
	HalfLife span         `json:"half_life"`
	Window   span         `json:"window,omitempty"`
	Anchor   int64        `json:"anchor"`
	Sum      float64      `json:"sum"`
	Windows  []windowForm `json:"windows,omitempty"`
}

type stateForm struct {
	Format    int         `json:"format"`
	Tallies   []tallyForm `json:"tallies"`
	Latest    *time.Time  `json:"latest,omitempty"`
	Closed    *time.Time  `json:"closed,omitempty"`
	Threshold string      `json:"threshold,omitempty"` // the highest that is reached
	Watched   *time.Time  `json:"watched,omitempty"`
}

// MarshalJSON writes the state with a format number, for [Scorer.ReadState].
func (s State) MarshalJSON() ([]byte, error) {
	if s.scorer == nil {
		return nil, ErrOtherPolicy
	}
	at := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	f := stateForm{Format: jsonFormat, Tallies: []tallyForm{}, Latest: at(s.latest), Closed: at(s.closed), Watched: at(s.watched)}
	if s.level > 0 {
		f.Threshold = s.scorer.policy.Thresholds[s.level-1].Name
	}
	for i := range s.tallies {
		t, k := &s.tallies[i], &s.scorer.policy.Engagement.Kinds[i]
		if t.empty() {
			continue
		}
		form := tallyForm{Kind: k.Kind, HalfLife: span(s.scorer.policy.Engagement.halfLife(k)), Window: span(k.Window), Anchor: t.anchor, Sum: t.sum}
		for _, w := range t.windows {
			form.Windows = append(form.Windows, windowForm{w.index, w.n, w.sum})
		}
		f.Tallies = append(f.Tallies, form)
	}
	return json.Marshal(f)
}

// ReadState reads what [State.MarshalJSON] wrote; the state goes on as that one did. The
// scorer may be that of a later policy: points, caps and limits may have changed and
// kinds may be new, but a kind or a threshold that is gone and a half-life or a window
// that changed are a [*PolicyError], since sums cannot tell what the events would come
// to now. The error is a [*FormatError] for another format.
func (s *Scorer) ReadState(text []byte) (*State, error) {
	var f stateForm
	if err := decode("state", text, &f); err != nil {
		return nil, err
	}
	state := s.NewState()
	for _, t := range []struct {
		from *time.Time
		to   *time.Time
	}{{f.Latest, &state.latest}, {f.Closed, &state.closed}, {f.Watched, &state.watched}} {
		if t.from == nil {
			continue
		}
		if !validTime(*t.from) {
			return nil, &TimeError{At: *t.from, Reason: "want the years 1700 to 2200"}
		}
		*t.to = t.from.UTC()
	}
	for _, form := range f.Tallies {
		if err := state.read(form); err != nil {
			return nil, err
		}
	}
	for i, t := range s.policy.Thresholds {
		if t.Name == f.Threshold {
			state.level = i + 1
		}
	}
	if f.Threshold != "" && state.level == 0 {
		return nil, &PolicyError{"Thresholds", fmt.Sprintf("%.60q, which a state has reached, is gone", f.Threshold)}
	}
	return state, nil
}

// read takes one tally over.
func (s *State) read(form tallyForm) error {
	for i := range s.tallies {
		k := &s.scorer.policy.Engagement.Kinds[i]
		if k.Kind != form.Kind {
			continue
		}
		if halfLife := s.scorer.policy.Engagement.halfLife(k); halfLife != time.Duration(form.HalfLife) || k.Window != time.Duration(form.Window) {
			return &PolicyError{"Engagement.Kinds", fmt.Sprintf("%.60q has half-life %v and window %v in a state, now %v and %v",
				k.Kind, time.Duration(form.HalfLife), time.Duration(form.Window), halfLife, k.Window)}
		}
		t := tally{anchor: form.Anchor, sum: form.Sum}
		first, _ := split(firstTime().UnixNano(), int64(form.HalfLife))
		last, _ := split(s.latest.UnixNano(), int64(form.HalfLife))
		sound := form.Anchor >= first && form.Anchor <= last && form.Sum >= 0 && form.Sum <= mostEvents && s.tallies[i].empty() && validTime(s.latest) && (k.Window > 0 || len(form.Windows) == 0)
		for j, w := range form.Windows {
			sound = sound && w.Events > 0 && w.Sum >= 0 && w.Sum <= mostEvents && (j == 0 || form.Windows[j-1].Index < w.Index)
			t.windows = append(t.windows, windowTally{w.Index, w.Events, w.Sum})
		}
		// The anchor is that of the latest event of the kind. One behind the state's latest
		// event would make the sum grow, beyond all bounds, where it is to fade.
		latest, _ := split(s.latest.UnixNano(), int64(form.HalfLife))
		if !sound || t.empty() || form.Anchor < -1<<62 || form.Anchor > latest {
			return fmt.Errorf("lead: state: the tally of %.60q is none that a state writes", form.Kind)
		}
		s.tallies[i] = t
		return nil
	}
	return &PolicyError{"Engagement.Kinds", fmt.Sprintf("%.60q, of which a state has events, is gone", form.Kind)}
}

// mostEvents is far more events than a lead can have, and keeps its points finite.
const mostEvents = 1e18
