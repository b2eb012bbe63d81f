package lead_test

import (
	"encoding/json"
	"math"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/scoring/lead"
)

const day = 24 * time.Hour

func noon(days float64) time.Time {
	return time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(days * float64(day)))
}

// policy has something of everything.
func policy() lead.Policy {
	return lead.Policy{
		Fit: lead.FitPolicy{
			Groups: []lead.FitGroup{
				{Name: "who", Limits: &lead.Limits{Low: -10, High: 40}, Rules: []lead.FitRule{
					{Name: "our trades", Attribute: "industry", Labels: []string{"retail", "logistics"}, Points: 30},
					{Name: "big", Attribute: "employees", From: new(200.0), Points: 20},
					{Name: "tiny", Attribute: "employees", Below: new(5.0), Points: -15},
				}},
				{Name: "reach", Rules: []lead.FitRule{
					{Name: "no phone", Attribute: "phone", Missing: true, Points: -5},
				}},
			},
			Limits: &lead.Limits{Low: 0, High: 100},
		},
		Engagement: lead.EngagementPolicy{
			HalfLife: 30 * day,
			Kinds: []lead.EventKind{
				{Kind: "trade fair", Points: 30},
				{Kind: "click", Points: 2, Window: day, WindowCap: 6, Cap: 15},
				{Kind: "unsubscribe", Points: -20, HalfLife: 60 * day},
			},
			Limits: &lead.Limits{Low: 0, High: 100},
		},
		FitGrades: []float64{60, 35, 15}, EngagementGrades: []float64{50, 20, 5},
		Classes: []lead.Class{
			{Name: "call", Grades: []string{"A1", "A2", "B1", "B2"}, Task: "call", Within: day},
			{Name: "nurture", Grades: []string{"A3", "A4", "B3", "B4", "C1", "C2"}, Task: "invite", Within: 14 * day},
			{Name: "leave", Grades: []string{"C3", "C4", "D1", "D2", "D3", "D4"}},
		},
		Thresholds: []lead.ScoreThreshold{{Name: "hot", Enter: 70, Leave: 60, Task: "assign", Within: 2 * time.Hour}},
	}
}

func scorer(t require.TestingT) *lead.Scorer {
	s, err := lead.NewScorer(policy())
	require.NoError(t, err)
	return s
}

func retailer() lead.Profile {
	return lead.Profile{Numbers: map[string]float64{"employees": 900}, Labels: map[string]string{"industry": "retail", "phone": "yes"}}
}

// The case of the specification: 40 for fit, a fair of 30 points 45 days ago with a
// half-life of 30: 40 + 30·2^(−1.5) = 50.607.
func TestScoreOfTheSpecification(t *testing.T) {
	s := scorer(t)
	state := s.NewState()
	require.NoError(t, state.Record(lead.Event{Kind: "trade fair", At: noon(0)}))
	score, err := s.Score(retailer(), state, noon(45))
	require.NoError(t, err)
	require.InEpsilon(t, 40+30*math.Pow(2, -1.5), score.Total, 1e-15)
	require.Equal(t, 40.0, score.Fit)
	require.Equal(t, "B3", score.Grade)
	require.Equal(t, "nurture", score.Class)
	require.Equal(t, &lead.Task{Code: "invite", Due: noon(59)}, score.Task)
	require.Empty(t, cmp.Diff([]lead.Entry{
		{Part: lead.FitPart, Group: "who", Name: "our trades", Points: 30},
		{Part: lead.FitPart, Group: "who", Name: "big", Points: 20},
		{Part: lead.FitPart, Group: "who", Points: -10, Limit: true},
		{Part: lead.EngagementPart, Name: "trade fair", Points: score.Engagement},
	}, score.Account))

	nobody, err := s.Score(lead.Profile{}, nil, noon(0))
	require.NoError(t, err)
	require.Equal(t, "D4", nobody.Grade)
	require.Nil(t, nobody.Task)
	require.Equal(t, []lead.Entry{{Part: lead.FitPart, Group: "reach", Name: "no phone", Points: -5},
		{Part: lead.FitPart, Points: 5, Limit: true}}, nobody.Account)
}

// Requirement F9: a score that crosses 70 makes a task once, not twice.
func TestTaskOnce(t *testing.T) {
	s := scorer(t)
	state := s.NewState()
	watch := func(days float64, fairs int) []lead.Crossing {
		for range fairs {
			require.NoError(t, state.Record(lead.Event{Kind: "trade fair", At: noon(days)}))
		}
		score, err := s.Score(retailer(), state, noon(days))
		require.NoError(t, err)
		text, err := json.Marshal(state) // the state survives a restart in between
		require.NoError(t, err)
		state, err = s.ReadState(text)
		require.NoError(t, err)
		crossings, err := state.Watch(score)
		require.NoError(t, err)
		return crossings
	}
	up := watch(0, 1) // 40 + 30
	require.Len(t, up, 1)
	require.True(t, up[0].Up)
	require.Equal(t, &lead.Task{Code: "assign", Due: noon(0).Add(2 * time.Hour)}, up[0].Task)
	require.Empty(t, watch(0, 0), "not twice")
	require.Empty(t, watch(10, 0), "63.8 is not left")
	require.Empty(t, watch(10, 1), "up again in between")
	down := watch(60, 0) // 40 + 7.5 + 9.4
	require.Len(t, down, 1)
	require.False(t, down[0].Up)
	require.Nil(t, down[0].Task)
	require.Len(t, watch(61, 1), 1, "after a true fall it is news again")

	older, err := s.Score(retailer(), nil, noon(1))
	require.NoError(t, err)
	_, err = state.Watch(older)
	var backwards *lead.TimeError
	require.ErrorAs(t, err, &backwards)
}

// The state against all events at once: any order, split over two states that merge,
// moved through JSON, and closed on the way.
func TestStateIsThatOfAllEvents(t *testing.T) {
	s := scorer(t)
	kinds := s.Policy().Engagement.Kinds
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "n")
		states := [2]*lead.State{s.NewState(), s.NewState()}
		sums := make([]float64, len(kinds))
		perWindow := make(map[int64]struct{ n, sum float64 })
		asOf := noon(400)
		for range n {
			k := rapid.IntRange(0, len(kinds)-1).Draw(t, "kind")
			at := noon(float64(rapid.IntRange(0, 40_000).Draw(t, "hundredths of a day")) / 100)
			if rapid.Bool().Draw(t, "same days") {
				at = noon(float64(rapid.IntRange(0, 200).Draw(t, "hundredths")) / 100)
			}
			which := rapid.IntRange(0, 1).Draw(t, "state")
			require.NoError(t, states[which].Record(lead.Event{Kind: kinds[k].Kind, At: at}))
			if rapid.IntRange(0, 9).Draw(t, "restart") == 0 {
				text, err := json.Marshal(states[which])
				require.NoError(t, err)
				states[which], err = s.ReadState(text)
				require.NoError(t, err)
				again, err := json.Marshal(states[which])
				require.NoError(t, err)
				require.Equal(t, string(text), string(again))
			}
			halfLife := 30 * day
			if kinds[k].HalfLife > 0 {
				halfLife = kinds[k].HalfLife
			}
			part := math.Exp2(-float64(asOf.Sub(at)) / float64(halfLife))
			if kinds[k].Window > 0 {
				w := perWindow[at.Unix()/86400]
				w.n, w.sum = w.n+1, w.sum+part
				perWindow[at.Unix()/86400] = w
				continue
			}
			sums[k] += part
		}
		for _, w := range perWindow {
			sums[1] += w.sum * min(1, 6/(2*w.n))
		}
		want := min(max(30*sums[0]+min(15, 2*sums[1])-20*sums[2], 0), 100)

		require.NoError(t, states[0].Merge(states[1]))
		for range 2 {
			score, err := s.Score(lead.Profile{}, states[0], asOf)
			require.NoError(t, err)
			require.InDelta(t, want, score.Engagement, 1e-10)
			total := 0.0
			for _, entry := range score.Account {
				total += entry.Points
			}
			require.InDelta(t, score.Total, total, 1e-10)
			require.NoError(t, states[0].Close(noon(float64(rapid.IntRange(0, 500).Draw(t, "close")))))
		}
	})
}

// Thresholds are crossed in their order, and two leads that are one keep the higher.
func TestThresholdsInOrder(t *testing.T) {
	p := policy()
	p.Thresholds = []lead.ScoreThreshold{{Name: "warm", Enter: 50, Leave: 45}, {Name: "hot", Enter: 65, Leave: 60, Task: "call"}}
	s, err := lead.NewScorer(p)
	require.NoError(t, err)
	state, other := s.NewState(), s.NewState()
	names := func(days float64, state *lead.State) (names []string) {
		score, err := s.Score(retailer(), state, noon(days))
		require.NoError(t, err)
		crossings, err := state.Watch(score)
		require.NoError(t, err)
		for _, c := range crossings {
			names = append(names, c.Threshold)
		}
		return names
	}
	require.NoError(t, state.Record(lead.Event{Kind: "trade fair", At: noon(0)}))
	require.Equal(t, []string{"warm", "hot"}, names(0, state))
	require.NoError(t, other.Record(lead.Event{Kind: "click", At: noon(0)}))
	require.NoError(t, other.Close(noon(3)))
	require.NoError(t, state.Close(noon(3)))
	require.NoError(t, other.Merge(state))
	require.Empty(t, names(0, other), "hot already")
	require.Equal(t, []string{"hot", "warm"}, names(90, other))
	require.Equal(t, noon(0), other.Latest())
}

// A sum that was anchored behind the latest event would grow to it, not fade.
func TestStateOfTheFutureRefused(t *testing.T) {
	s := scorer(t)
	state := s.NewState()
	require.NoError(t, state.Record(lead.Event{Kind: "trade fair", At: noon(3)}))
	text, err := json.Marshal(state)
	require.NoError(t, err)
	_, err = s.ReadState(text)
	require.NoError(t, err)
	later := regexp.MustCompile(`"anchor":\d+`).ReplaceAll(text, []byte(`"anchor":4000000000000000000`))
	require.NotEqual(t, text, later)
	_, err = s.ReadState(later)
	require.ErrorContains(t, err, "none that a state writes")
}

func TestStateRefuses(t *testing.T) {
	s := scorer(t)
	state := s.NewState()
	var event *lead.EventError
	require.ErrorAs(t, state.Record(lead.Event{Kind: "telegram", At: noon(0)}), &event)
	require.ErrorAs(t, state.Record(lead.Event{Kind: "click"}), &event)
	require.NoError(t, state.Record(lead.Event{Kind: "click", At: noon(3)}))
	require.NoError(t, state.Close(noon(2)))
	require.ErrorAs(t, state.Record(lead.Event{Kind: "click", At: noon(1)}), &event)
	require.NoError(t, state.Record(lead.Event{Kind: "trade fair", At: noon(1)}), "no window")
	require.Equal(t, noon(3), state.Latest())
	var backwards *lead.TimeError
	_, err := s.Score(lead.Profile{}, state, noon(2))
	require.ErrorAs(t, err, &backwards)
	require.ErrorAs(t, state.Merge(s.NewState()), &backwards, "closed at different times")
	_, err = s.Score(lead.Profile{}, nil, time.Time{})
	require.ErrorAs(t, err, &backwards)
	require.ErrorAs(t, state.Close(time.Time{}), &backwards)
	require.ErrorIs(t, state.Merge(scorer(t).NewState()), lead.ErrOtherPolicy)
	require.ErrorIs(t, state.Merge(nil), lead.ErrOtherPolicy)
	require.ErrorIs(t, new(lead.State).Record(lead.Event{}), lead.ErrOtherPolicy)
	_, err = scorer(t).Score(lead.Profile{}, state, noon(5))
	require.ErrorIs(t, err, lead.ErrOtherPolicy)

	var profile *lead.ProfileError
	for _, p := range []lead.Profile{
		{Labels: map[string]string{"employees": "many"}},
		{Numbers: map[string]float64{"industry": 7}},
		{Numbers: map[string]float64{"employees": math.NaN()}},
		{Numbers: map[string]float64{"phone": 7}, Labels: map[string]string{"phone": "yes"}},
	} {
		_, err := s.Score(p, nil, noon(0))
		require.ErrorAs(t, err, &profile)
	}
}

func BenchmarkScore(b *testing.B) {
	s := scorer(b)
	state := s.NewState()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := state.Record(lead.Event{Kind: "trade fair", At: noon(float64(i%1000) / 1000)}); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Score(retailer(), state, noon(2)); err != nil {
			b.Fatal(err)
		}
	}
}

// An event that has just happened is worth its points and reaches borders of as many,
// at any time of day.
func TestFreshEventsReachTheirBorders(t *testing.T) {
	s, err := lead.NewScorer(lead.Policy{
		Engagement: lead.EngagementPolicy{HalfLife: 30 * day, Kinds: []lead.EventKind{{Kind: "demo", Points: 40}}},
		FitGrades:  []float64{3, 2, 1}, EngagementGrades: []float64{40, 20, 10},
		Thresholds: []lead.ScoreThreshold{{Name: "hot", Enter: 40, Leave: 20}},
	})
	require.NoError(t, err)
	for hour := range 1000 {
		at := noon(float64(hour) / 24)
		state := s.NewState()
		require.NoError(t, state.Record(lead.Event{Kind: "demo", At: at}))
		score, err := s.Score(lead.Profile{}, state, at)
		require.NoError(t, err)
		require.Equal(t, "D1", score.Grade, at)
		crossings, err := state.Watch(score)
		require.NoError(t, err)
		require.Len(t, crossings, 1, at)
	}
}

func TestWatchWithoutAScore(t *testing.T) {
	_, err := scorer(t).NewState().Watch(nil)
	require.EqualError(t, err, "lead: there is no score to watch")
}
