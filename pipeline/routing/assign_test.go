package routing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline/routing"
)

func morning() time.Time { return time.Date(2025, 3, 3, 9, 0, 0, 0, time.UTC) }

func mustDesk(t require.TestingT, agents []routing.Agent, policy *routing.Policy) *routing.Desk {
	desk, err := routing.NewDesk(agents, policy)
	require.NoError(t, err)
	return desk
}

func chosen(t require.TestingT, desk *routing.Desk, item routing.Item) (rapport.ID, routing.Criterion) {
	decision, err := desk.Assign(item, morning())
	require.NoError(t, err)
	return decision.Agent, decision.By
}

func TestCriteria(t *testing.T) {
	at := morning()
	skill := func(level int) []routing.Skill { return []routing.Skill{{Name: "tax", Level: level}} }
	all := []routing.Preference{routing.PreferOwner, routing.PreferLastAgent}
	for _, tc := range []struct {
		name   string
		prefer []routing.Preference
		agents []routing.Agent
		item   routing.Item
		want   rapport.ID
		by     routing.Criterion
	}{
		{"only", all, []routing.Agent{{ID: "a", Capacity: 1}}, routing.Item{ID: "i"}, "a", routing.OnlyCandidate},
		{"owner before last agent", all, []routing.Agent{{ID: "a", Capacity: 2, Load: 1}, {ID: "b", Capacity: 2}},
			routing.Item{ID: "i", Owner: "a", LastAgent: "b"}, "a", "owner"},
		{"last agent before load", all, []routing.Agent{{ID: "a", Capacity: 2, Load: 1}, {ID: "b", Capacity: 2}},
			routing.Item{ID: "i", Owner: "gone", LastAgent: "a"}, "a", "last_agent"},
		{"relative load", all, []routing.Agent{{ID: "a", Capacity: 10, Load: 3}, {ID: "b", Capacity: 3, Load: 1}},
			routing.Item{ID: "i"}, "a", routing.LeastLoad},
		{"equal quotients, longest idle", all, []routing.Agent{{ID: "a", Capacity: 2, Load: 1, IdleSince: at}, {ID: "b", Capacity: 4, Load: 2, IdleSince: at.Add(-time.Hour)}},
			routing.Item{ID: "i"}, "b", routing.LongestIdle},
		{"id", all, []routing.Agent{{ID: "b", Capacity: 1}, {ID: "a", Capacity: 1}}, routing.Item{ID: "i"}, "a", routing.SmallestID},
		{"skilled", []routing.Preference{routing.PreferSkilled}, []routing.Agent{{ID: "a", Capacity: 1, Skills: skill(3)}, {ID: "b", Capacity: 1, Skills: skill(7)}},
			routing.Item{ID: "i", Skills: skill(2)}, "b", "skilled"},
		{"spare", []routing.Preference{routing.PreferSpare}, []routing.Agent{{ID: "a", Capacity: 1, Skills: skill(7)}, {ID: "b", Capacity: 1, Skills: skill(3)}},
			routing.Item{ID: "i", Skills: skill(2)}, "b", "spare"},
		{"near", []routing.Preference{routing.PreferNear}, []routing.Agent{{ID: "a", Capacity: 1, Territories: []routing.Territory{"N", "S"}}, {ID: "b", Capacity: 1, Territories: []routing.Territory{"S/1"}}},
			routing.Item{ID: "i", Territory: "S/1/x"}, "b", "near"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			agent, by := chosen(t, mustDesk(t, tc.agents, &routing.Policy{Prefer: tc.prefer}), tc.item)
			require.Equal(t, tc.want, agent)
			require.Equal(t, tc.by, by)
		})
	}
}

func TestEveryReasonIsNamed(t *testing.T) {
	at := morning()
	shift, err := rapport.NewInterval(at.Add(time.Hour), at.Add(9*time.Hour))
	require.NoError(t, err)
	policy := &routing.Policy{Hold: []routing.Hold{{Preference: routing.PreferOwner, For: time.Minute}}}
	desk := mustDesk(t, []routing.Agent{
		{ID: "all", Working: shift, Paused: true, Skills: []routing.Skill{{Name: "b", Level: 1}}, Territories: []routing.Territory{"EU/FR", "EU/DEU"}, Tiers: []string{"silver"}},
		{ID: "own", Capacity: 1, Skills: []routing.Skill{{Name: "a", Level: 2}, {Name: "b", Level: 2}, {Name: "c", Level: 9}}, Languages: []string{"de"}},
	}, policy)
	item := routing.Item{ID: "i", Skills: []routing.Skill{{Name: "a", Level: 2}, {Name: "b", Level: 2}, {Name: "c", Level: 1}},
		Language: "de", Territory: "EU/DE/BY", Tier: "gold", Owner: "own", Exclude: []rapport.ID{"all"}, WaitingSince: at}
	decision, err := desk.Assign(item, at)
	require.NoError(t, err)
	want := routing.Decision{
		Item: "i", Agent: "own", At: at, By: routing.OnlyCandidate,
		Candidates: []routing.Candidate{{Agent: "own", Score: routing.Score{Owner: true, Skill: 8, Capacity: 1}}},
		Refusals: []routing.Refusal{{Agent: "all", Reasons: []routing.Reason{
			{Code: routing.NotWorking}, {Code: routing.Paused}, {Code: routing.AtCapacity},
			{Code: routing.SkillMissing, Name: "a", Want: 2}, {Code: routing.SkillTooLow, Name: "b", Have: 1, Want: 2}, {Code: routing.SkillMissing, Name: "c", Want: 1},
			{Code: routing.LanguageMissing, Name: "de"}, {Code: routing.OutsideTerritory, Name: "EU/DE/BY"}, {Code: routing.TierNotServed, Name: "gold"},
			{Code: routing.Excluded}, {Code: routing.Held, Name: "own"},
		}}},
		Counts: []routing.Count{{routing.NotWorking, 1}, {routing.Paused, 1}, {routing.AtCapacity, 1}, {routing.SkillMissing, 1}, {routing.SkillTooLow, 1},
			{routing.LanguageMissing, 1}, {routing.OutsideTerritory, 1}, {routing.TierNotServed, 1}, {routing.Excluded, 1}, {routing.Held, 1}},
		Next: at.Add(time.Minute),
	}
	if diff := gocmp.Diff(want, decision); diff != "" {
		t.Errorf("decision (-want +got):\n%s", diff)
	}
}

func TestNobody(t *testing.T) {
	for _, tc := range []struct {
		agents   []routing.Agent
		hopeless bool
	}{
		{nil, true},
		{[]routing.Agent{{ID: "a"}}, false}, // no capacity: it may get some
		{[]routing.Agent{{ID: "a", Capacity: 1}}, true},
		{[]routing.Agent{{ID: "a", Capacity: 1, Load: 1, Languages: []string{"en"}}, {ID: "b", Capacity: 1}}, false},
	} {
		decision, err := mustDesk(t, tc.agents, nil).Assign(routing.Item{ID: "i", Language: "en"}, morning())
		require.NoError(t, err)
		require.False(t, decision.Assigned())
		if len(tc.agents) == 1 && tc.agents[0].Capacity == 0 {
			require.True(t, decision.Hopeless, "full, and speaks no English either")
			continue
		}
		require.Equal(t, tc.hopeless, decision.Hopeless)
	}
}

func TestHoldOnlyForWhoCouldTakeIt(t *testing.T) {
	at := morning()
	policy := &routing.Policy{Hold: []routing.Hold{{Preference: routing.PreferOwner, For: time.Minute}, {Preference: routing.PreferLastAgent, For: time.Hour}}}
	item := routing.Item{ID: "i", Owner: "own", LastAgent: "last", Language: "de", WaitingSince: at}
	other := routing.Agent{ID: "other", Capacity: 1, Languages: []string{"de"}}
	for _, tc := range []struct {
		name string
		own  routing.Agent
		want rapport.ID
		next time.Duration
	}{
		{"busy", routing.Agent{ID: "own", Capacity: 1, Load: 1, Languages: []string{"de"}}, "", time.Minute},
		{"free", routing.Agent{ID: "own", Capacity: 1, Languages: []string{"de"}}, "own", time.Minute},
		{"paused", routing.Agent{ID: "own", Capacity: 1, Paused: true, Languages: []string{"de"}}, "other", 0},
		{"without the language", routing.Agent{ID: "own", Capacity: 1}, "other", 0},
		{"not there", routing.Agent{ID: "x"}, "other", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			decision, err := mustDesk(t, []routing.Agent{tc.own, other}, policy).Assign(item, at)
			require.NoError(t, err)
			require.Equal(t, tc.want, decision.Agent)
			if tc.next == 0 {
				require.Zero(t, decision.Next)
				return
			}
			require.Equal(t, at.Add(tc.next), decision.Next)
		})
	}
}

// Loads of equal agents who get equal items differ by at most one; those of unequal ones
// by at most one item of either, in proportion to the capacity.
func TestFairness(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agents := make([]routing.Agent, rapid.IntRange(1, 12).Draw(t, "agents"))
		equal := rapid.Bool().Draw(t, "equal")
		for i := range agents {
			agents[i] = routing.Agent{ID: rapport.ID(fmt.Sprintf("a%02d", i)), Capacity: 50}
			if !equal {
				agents[i].Capacity = rapid.IntRange(1, 60).Draw(t, "capacity")
			}
		}
		items := make([]routing.Item, rapid.IntRange(0, 400).Draw(t, "items"))
		for i := range items {
			items[i].ID = rapport.ID(fmt.Sprintf("i%03d", i))
		}
		batch, err := mustDesk(t, agents, &routing.Policy{Brief: true}).AssignAll(t.Context(), items, morning())
		require.NoError(t, err)
		after := batch.Desk.Agents()
		given, room := 0, 0
		for _, a := range after {
			given += a.Load
			room += a.Capacity
			for _, b := range after {
				if equal {
					require.LessOrEqual(t, a.Load-b.Load, 1)
				}
				if b.Load < b.Capacity { // (load − 1) / capacity of a was not above load / capacity of b
					require.LessOrEqual(t, (a.Load-1)*b.Capacity, b.Load*a.Capacity, "%v %v", a, b)
				}
			}
		}
		require.Equal(t, min(len(items), room), given)
	})
}

// drawDesk draws agents, items and a policy with few names, so that they often meet.
func drawDesk(t *rapid.T) ([]routing.Agent, []routing.Item, routing.Policy) {
	at := morning()
	names := rapid.SampledFrom([]string{"a", "b", "c"})
	territory := rapid.SampledFrom([]routing.Territory{"x", "x/y", "x/y/z", "x/yy", "w", ""})
	skills := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) routing.Skill {
		return routing.Skill{Name: names.Draw(t, "skill"), Level: rapid.IntRange(1, 4).Draw(t, "level")}
	}), 0, 3, func(s routing.Skill) string { return s.Name })
	instant := rapid.Map(rapid.IntRange(-3, 1), func(n int) time.Time { return at.Add(time.Duration(n) * time.Minute) })
	agentID := rapid.Map(rapid.IntRange(0, 7), func(n int) rapport.ID { return rapport.ID(fmt.Sprintf("p%d", n)) })
	agents := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) routing.Agent {
		return routing.Agent{ID: agentID.Draw(t, "id"), Skills: skills.Draw(t, "skills"),
			Languages: rapid.SliceOfN(names, 0, 2).Draw(t, "languages"), Tiers: rapid.SliceOfN(names, 0, 2).Draw(t, "tiers"),
			Territories: rapid.SliceOfN(territory, 0, 2).Draw(t, "territories"),
			Capacity:    rapid.IntRange(0, 3).Draw(t, "capacity"), Load: rapid.IntRange(0, 2).Draw(t, "load"),
			Paused: rapid.IntRange(0, 5).Draw(t, "paused") == 0, IdleSince: instant.Draw(t, "idle")}
	}), 0, 8, func(a routing.Agent) rapport.ID { return a.ID }).Draw(t, "agents")
	n := rapid.IntRange(0, 8).Draw(t, "items")
	items := make([]routing.Item, n)
	for i := range items {
		items[i] = routing.Item{ID: rapport.ID(fmt.Sprintf("i%d", i)), Skills: skills.Draw(t, "skills"),
			Territory: territory.Draw(t, "territory"), Priority: rapid.IntRange(0, 2).Draw(t, "priority"),
			Owner: agentID.Draw(t, "owner"), LastAgent: agentID.Draw(t, "last"), WaitingSince: instant.Draw(t, "waiting")}
		if rapid.IntRange(0, 3).Draw(t, "language") == 0 {
			items[i].Language = names.Draw(t, "language")
		}
		if rapid.IntRange(0, 3).Draw(t, "tier") == 0 {
			items[i].Tier = names.Draw(t, "tier")
		}
		if rapid.IntRange(0, 5).Draw(t, "excluded") == 0 {
			items[i].Exclude = []rapport.ID{agentID.Draw(t, "excluded")}
		}
	}
	policy := routing.DefaultPolicy()
	if rapid.Bool().Draw(t, "hold") {
		policy.Hold = []routing.Hold{{Preference: routing.PreferOwner, For: 90 * time.Second}}
	}
	steps := rapid.SampledFrom([]routing.Widening{{Step: routing.LowerLevel, By: 1}, {Step: routing.DropSkill, Skill: "a"}, {Step: routing.DropLanguage},
		{Step: routing.DropTier}, {Step: routing.WidenTerritory, By: 1}, {Step: routing.DropPreference, Preference: routing.PreferOwner}})
	for range rapid.IntRange(0, 4).Draw(t, "widenings") {
		w := steps.Draw(t, "widening")
		w.After = time.Duration(rapid.IntRange(0, 4).Draw(t, "after")) * time.Minute
		policy.Widen = append(policy.Widen, w)
	}
	return agents, items, policy
}

func TestDecisionsHoldTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := morning()
		agents, items, policy := drawDesk(t)
		desk := mustDesk(t, agents, &policy)
		batch, err := desk.AssignAll(t.Context(), items, at)
		require.NoError(t, err)

		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		shuffledAgents, shuffledItems := slices.Clone(agents), slices.Clone(items)
		random.Shuffle(len(agents), func(i, j int) { shuffledAgents[i], shuffledAgents[j] = shuffledAgents[j], shuffledAgents[i] })
		random.Shuffle(len(items), func(i, j int) { shuffledItems[i], shuffledItems[j] = shuffledItems[j], shuffledItems[i] })
		again, err := mustDesk(t, shuffledAgents, &policy).AssignAll(t.Context(), shuffledItems, at)
		require.NoError(t, err)
		require.Empty(t, gocmp.Diff(batch.Decisions, again.Decisions), "the order of input has no influence")

		brief := policy
		brief.Brief = true
		short, err := mustDesk(t, agents, &brief).AssignAll(t.Context(), items, at)
		require.NoError(t, err)
		step := desk
		for i, decision := range batch.Decisions {
			item := items[slices.IndexFunc(items, func(item routing.Item) bool { return item.ID == decision.Item })]
			single, err := step.Assign(item, at)
			require.NoError(t, err)
			require.Empty(t, gocmp.Diff(single, decision), "a batch is one item after the other")
			require.Equal(t, len(agents), len(decision.Candidates)+len(decision.Refusals))
			for _, candidate := range decision.Candidates {
				agent := agents[slices.IndexFunc(agents, func(a routing.Agent) bool { return a.ID == candidate.Agent })]
				require.True(t, len(decision.Widened) > 0 || fits(agent, item), "%v %v", agent, item)
				require.Less(t, candidate.Score.Load, agent.Capacity)
			}
			require.Equal(t, decision.Assigned(), len(decision.Candidates) > 0)
			if decision.Assigned() {
				require.Equal(t, decision.Agent, decision.Candidates[0].Agent)
				step, err = step.WithLoad(decision.Agent, decision.Candidates[0].Score.Load+1, at)
				require.NoError(t, err)
			}
			decision.Candidates, decision.Refusals = nil, nil
			require.Empty(t, gocmp.Diff(decision, short.Decisions[i]), "brief decisions are the same")
		}
	})
}

// fits is the rule of the package comment, written down plainly.
func fits(a routing.Agent, item routing.Item) bool {
	for _, want := range item.Skills {
		if !slices.ContainsFunc(a.Skills, func(s routing.Skill) bool { return s.Name == want.Name && s.Level >= want.Level }) {
			return false
		}
	}
	around := func(t routing.Territory) bool { return t.Contains(item.Territory) }
	return !a.Paused && !slices.Contains(item.Exclude, a.ID) &&
		(item.Language == "" || slices.Contains(a.Languages, item.Language)) &&
		(item.Tier == "" || len(a.Tiers) == 0 || slices.Contains(a.Tiers, item.Tier)) &&
		(item.Territory == "" || len(a.Territories) == 0 || slices.ContainsFunc(a.Territories, around))
}

// Asking for less never takes away a candidate, and nothing changes before Next.
func TestWideningOnlyAdds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agents, items, policy := drawDesk(t)
		desk := mustDesk(t, agents, &policy)
		for _, item := range items {
			var before routing.Decision
			for minute := range 6 {
				at := morning().Add(time.Duration(minute) * time.Minute)
				decision, err := desk.Assign(item, at)
				require.NoError(t, err)
				for _, candidate := range before.Candidates {
					require.True(t, slices.ContainsFunc(decision.Candidates, func(c routing.Candidate) bool { return c.Agent == candidate.Agent }))
				}
				if !decision.Next.IsZero() {
					require.True(t, decision.Next.After(at))
					just, err := desk.Assign(item, decision.Next.Add(-1))
					require.NoError(t, err)
					just.At = decision.At
					if !item.WaitingSince.After(at) {
						require.Empty(t, gocmp.Diff(decision, just))
					}
				}
				before = decision
			}
		}
	})
}

func TestAssignAllStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := mustDesk(t, nil, nil).AssignAll(ctx, []routing.Item{{ID: "i"}}, morning())
	require.ErrorIs(t, err, context.Canceled)
}

// Agents who are done before the next item comes take turns.
func TestTurns(t *testing.T) {
	desk := mustDesk(t, []routing.Agent{{ID: "a", Capacity: 1}, {ID: "b", Capacity: 3}, {ID: "c", Capacity: 1}}, nil)
	var turns strings.Builder
	for minute := range 9 {
		at := morning().Add(time.Duration(minute) * time.Minute)
		decision, err := desk.Assign(routing.Item{ID: "i"}, at)
		require.NoError(t, err)
		turns.WriteString(string(decision.Agent))
		desk, err = desk.WithLoad(decision.Agent, 0, at.Add(time.Second))
		require.NoError(t, err)
	}
	require.Equal(t, "abcabcabc", turns.String())
}
