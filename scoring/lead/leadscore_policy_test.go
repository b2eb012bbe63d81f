package lead_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/lead"
)

func TestErrorsSayWhat(t *testing.T) {
	for want, err := range map[string]error{
		`lead: event "click" at 2025-03-01T12:00:00Z: late`:                                   &lead.EventError{Kind: "click", At: noon(0), Reason: "late"},
		`lead: attribute "a": none`:                                                           &lead.ProfileError{Attribute: "a", Reason: "none"},
		`lead: time 2025-03-01T12:00:00Z: early`:                                              &lead.TimeError{At: noon(0), Reason: "early"},
		`lead: time 2025-03-01T12:00:00Z: before the latest event, 2025-03-02T12:00:00Z`:      &lead.TimeError{At: noon(0), Before: noon(1), Reason: "before the latest event"},
		`lead: 3 scores for 4 rows`:                                                           &lead.LengthError{What: "scores", Got: 3, Want: 4},
		`lead: 2 leads are in both parts, the first is "a"`:                                   &lead.SharedError{IDs: []rapport.ID{"a", "b"}},
		`lead: column "a" depends linearly on others`:                                         &lead.CollinearError{Column: "a"},
		`lead: leakage: column "a": suspect-order 0.995; column "b": constant-within-outcome`: &lead.LeakageError{Leaks: []lead.Leak{{Column: "a", Kind: lead.SuspectOrder, Value: 0.995}, {Column: "b", Kind: lead.ConstantWithinOutcome}}},
	} {
		require.EqualError(t, err, want)
	}
}

func TestPolicyFiled(t *testing.T) {
	text, err := json.Marshal(policy())
	require.NoError(t, err)
	var read lead.Policy
	require.NoError(t, json.Unmarshal(text, &read))
	require.Empty(t, cmp.Diff(policy(), read))
	again, err := json.Marshal(read)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))

	for _, bad := range []string{`{}`, `{"format":2}`, `{"format":1,"fits":[]}`, `{"format":1,"half_life":"soon"}`, `{"format":1,"engagement":[{"kind":"a","points":1}]}`} {
		require.Error(t, json.Unmarshal([]byte(bad), &read), bad)
	}
	require.EqualError(t, json.Unmarshal([]byte(`{}`), &read), "lead: policy: JSON has no format, this version reads 1")
	require.Empty(t, cmp.Diff(policy(), read))

	// A state goes on under new points, but not under another half-life.
	s := scorer(t)
	state := s.NewState()
	require.NoError(t, state.Record(lead.Event{Kind: "trade fair", At: noon(0)}))
	text, err = json.Marshal(state)
	require.NoError(t, err)
	changed := policy()
	changed.Engagement.Kinds[0].Points = 10
	later, err := lead.NewScorer(changed)
	require.NoError(t, err)
	moved, err := later.ReadState(text)
	require.NoError(t, err)
	score, err := later.Score(lead.Profile{}, moved, noon(30))
	require.NoError(t, err)
	require.InEpsilon(t, 5, score.Engagement, 1e-15)
	var flaw *lead.PolicyError
	changed.Engagement.HalfLife = day
	later, err = lead.NewScorer(changed)
	require.NoError(t, err)
	_, err = later.ReadState(text)
	require.ErrorAs(t, err, &flaw)
	for _, bad := range []string{`{}`, `{"format":1,"tallies":[{"kind":"x","half_life":"720h0m0s","anchor":1,"sum":1}]}`,
		`{"format":1,"tallies":[{"kind":"trade fair","half_life":"720h0m0s","anchor":1,"sum":-1}],"latest":"2025-01-01T00:00:00Z"}`,
		`{"format":1,"tallies":[{"kind":"trade fair","half_life":"720h0m0s","anchor":1000000,"sum":1}],"latest":"2025-01-01T00:00:00Z"}`,
		`{"format":1,"tallies":[],"threshold":"cold"}`, `{"format":1,"tallies":[],"latest":"0001-01-01T00:00:00Z"}`} {
		_, err = s.ReadState([]byte(bad))
		require.Error(t, err, bad)
	}
}

func TestPolicyRefuses(t *testing.T) {
	for want, change := range map[string]func(*lead.Policy){
		`lead: policy: Fit.Groups[0]: rule "big": 2 conditions, want labels, numbers or missing`:               func(p *lead.Policy) { p.Fit.Groups[0].Rules[1].Missing = true },
		`lead: policy: Fit.Groups[0]: rule "big": no attribute`:                                                func(p *lead.Policy) { p.Fit.Groups[0].Rules[1].Attribute = "" },
		`lead: policy: Fit.Groups[0]: rule "big": From and Below are no numbers, or hold none between them`:    func(p *lead.Policy) { p.Fit.Groups[0].Rules[1].Below = new(200.0) },
		`lead: policy: Fit.Groups[0]: rule "big": NaN points, want at most 1e+09 in size`:                      func(p *lead.Policy) { p.Fit.Groups[0].Rules[1].Points = math.NaN() },
		`lead: policy: Fit.Groups[0]: the name "big" of rule 2 is empty or comes twice`:                        func(p *lead.Policy) { p.Fit.Groups[0].Rules[2].Name = "big" },
		`lead: policy: Fit.Groups[1]: the name "who" is empty or comes twice`:                                  func(p *lead.Policy) { p.Fit.Groups[1].Name = "who" },
		`lead: policy: Fit: limits 1 to 0, want rising ones within ±1e+09`:                                     func(p *lead.Policy) { p.Fit.Limits = &lead.Limits{Low: 1} },
		`lead: policy: Engagement.HalfLife: 0s, want a second or more`:                                         func(p *lead.Policy) { p.Engagement.HalfLife = 0 },
		`lead: policy: Engagement.Kinds[1]: the kind "trade fair" is empty or comes twice`:                     func(p *lead.Policy) { p.Engagement.Kinds[1].Kind = "trade fair" },
		`lead: policy: Engagement.Kinds[1]: cap -1, want 0 (none) to 1e+09`:                                    func(p *lead.Policy) { p.Engagement.Kinds[1].Cap = -1 },
		`lead: policy: Engagement.Kinds[1]: window 24h0m0s with cap 0: want both above 0, or none`:             func(p *lead.Policy) { p.Engagement.Kinds[1].WindowCap = 0 },
		`lead: policy: FitGrades: [60 35], want three falling numbers`:                                         func(p *lead.Policy) { p.FitGrades, p.EngagementGrades = p.FitGrades[:2], p.EngagementGrades[:2] },
		`lead: policy: FitGrades: 0, with 3 EngagementGrades: want three each, or none`:                        func(p *lead.Policy) { p.FitGrades = nil },
		`lead: policy: Classes[1]: grade A1 is in class "call" already`:                                        func(p *lead.Policy) { p.Classes[1].Grades[0] = "A1" },
		`lead: policy: Classes[0]: "E1" is no grade from A1 to D4`:                                             func(p *lead.Policy) { p.Classes[0].Grades[0] = "E1" },
		`lead: policy: Classes: grades [A1 A2 B1 B2] are in no class`:                                          func(p *lead.Policy) { p.Classes = p.Classes[1:] },
		`lead: policy: Thresholds[0]: enter 70, leave 80: want a leave of at most the enter, within ±1e+09`:    func(p *lead.Policy) { p.Thresholds[0].Leave = 80 },
		`lead: policy: texts: "visit\xff" is no UTF-8`:                                                         func(p *lead.Policy) { p.Engagement.Kinds[1].Kind = "visit\xff" },
		`lead: policy: Thresholds[1]: the name "hot" is empty or comes twice`:                                  func(p *lead.Policy) { p.Thresholds = append(p.Thresholds, p.Thresholds[0]) },
		`lead: policy: Thresholds[0]: within 2h0m0s of task ""`:                                                func(p *lead.Policy) { p.Thresholds[0].Task = "" },
		`lead: policy: Classes[2]: within 1s of task ""`:                                                       func(p *lead.Policy) { p.Classes[2].Within = time.Second },
		`lead: policy: Classes: no grades to gather: set FitGrades and EngagementGrades`:                       func(p *lead.Policy) { p.FitGrades, p.EngagementGrades = nil, nil },
		`lead: policy: Engagement.Kinds[2]: half-life 1ns, want a second or more, or 0 for that of the policy`: func(p *lead.Policy) { p.Engagement.Kinds[2].HalfLife = 1 },
		`lead: policy: Engagement.Kinds[0]: +Inf points, want at most 1e+09 in size`:                           func(p *lead.Policy) { p.Engagement.Kinds[0].Points = math.Inf(1) },
		`lead: policy: Limits: limits NaN to 0, want rising ones within ±1e+09`:                                func(p *lead.Policy) { p.Limits = &lead.Limits{Low: math.NaN()} },
		`lead: policy: Thresholds[1]: "warm" is below the threshold before it: want them rising`: func(p *lead.Policy) {
			p.Thresholds = append(p.Thresholds, lead.ScoreThreshold{Name: "warm", Enter: 40})
		},
	} {
		p := policy()
		change(&p)
		_, err := lead.NewScorer(p)
		require.EqualError(t, err, want)
		_, err = json.Marshal(p)
		require.Error(t, err)
	}
}
