package kpi_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/scoring/kpi"
)

func target(green, amber float64) *kpi.Target {
	d := kpi.HigherIsBetter
	if green < amber {
		d = kpi.LowerIsBetter
	}
	return &kpi.Target{Direction: d, Green: green, Amber: amber}
}

// leaves makes a goal with one leaf for each status; a leaf's KPI is a rate of 100.
func leaves(rollup kpi.Rollup, statuses ...kpi.Status) ([]kpi.Goal, []kpi.Figure) {
	goals := []kpi.Goal{{Code: "top", Rollup: rollup}}
	var figures []kpi.Figure
	for i, s := range statuses {
		scope := kpi.Scope{Kind: "team", ID: fmt.Sprint(i)}
		goals = append(goals, kpi.Goal{Code: fmt.Sprintf("leaf_%d", i), Parent: "top", KPI: kpi.SLAKeptRate, Scope: scope, Target: target(0.9, 0.7)})
		kept := map[kpi.Status]int{kpi.StatusGreen: 95, kpi.StatusAmber: 80, kpi.StatusRed: 10}
		if s != kpi.StatusNoData {
			f, err := kpi.SLAKept(year(2025), kept[s], 100)
			if err != nil {
				panic(err)
			}
			figures = append(figures, f.Of(scope.Kind, scope.ID))
		}
	}
	return goals, figures
}

// H11: what a red leaf does to the goal above, by rule.
func TestRollup(t *testing.T) {
	const green, amber, red, none = kpi.StatusGreen, kpi.StatusAmber, kpi.StatusRed, kpi.StatusNoData
	quorum := kpi.Rollup{}
	weighted := kpi.Rollup{Rule: kpi.RollupWeighted}
	worst := kpi.Rollup{Rule: kpi.RollupWorst}
	for _, tc := range []struct {
		rule kpi.Rollup
		of   []kpi.Status
		want kpi.Status
	}{
		{quorum, []kpi.Status{green, green, red}, amber},
		{weighted, []kpi.Status{green, green, red}, amber},
		{worst, []kpi.Status{green, green, red}, red},
		{quorum, []kpi.Status{green, green, green}, green},
		{quorum, []kpi.Status{green, red, red}, red},
		{quorum, []kpi.Status{amber, red}, amber},
		{kpi.Rollup{Green: 0.6}, []kpi.Status{green, green, red}, green},
		{kpi.Rollup{Rule: kpi.RollupQuorum, Amber: 0.9}, []kpi.Status{green, green, red}, red},
		{weighted, []kpi.Status{green, amber, amber}, amber},
		{weighted, []kpi.Status{green, green, green, green, red}, green},
		{weighted, []kpi.Status{red, red, amber}, red},
		{worst, []kpi.Status{green, amber, none}, amber},
		{worst, []kpi.Status{none, none}, none},
		{quorum, []kpi.Status{green, none}, green},
		{quorum, []kpi.Status{green, none, none}, none},
		{kpi.Rollup{LeastData: 0.3}, []kpi.Status{green, none, none}, green},
		{kpi.Rollup{LeastData: 1}, []kpi.Status{green, green, none}, none},
	} {
		goals, figures := leaves(tc.rule, tc.of...)
		tree, err := kpi.NewGoalTree(goals...)
		require.NoError(t, err)
		require.NoError(t, tree.Check(kpi.Standard()))
		statuses, err := tree.Status(figures...)
		require.NoError(t, err)
		require.Equal(t, tc.want, statuses[0].Status, "%v of %v", tc.rule, tc.of)
		require.Len(t, statuses, len(tc.of)+1)
		for i, s := range tc.of {
			require.Equal(t, s, statuses[i+1].Status)
			require.Equal(t, 1, statuses[i+1].Depth)
		}
	}
}

// No data is a status of its own, with its reason.
func TestGoalsWithoutData(t *testing.T) {
	tree, err := kpi.NewGoalTree(
		kpi.Goal{Code: "top"},
		kpi.Goal{Code: "no_figure", Parent: "top", KPI: kpi.RetentionRate, Target: target(0.9, 0.8)},
		kpi.Goal{Code: "no_value", Parent: "top", KPI: kpi.LostCallRate, Target: target(0.01, 0.02)},
		kpi.Goal{Code: "no_target", Parent: "top", KPI: kpi.SLAKeptRate},
		kpi.Goal{Code: "fine", Parent: "top", KPI: kpi.AdoptionRate, Target: target(0.9, 0.5), Weight: 2},
	)
	require.NoError(t, err)
	lost, err := kpi.LostCalls(year(2025), 0, 0)
	require.NoError(t, err)
	kept, err := kpi.SLAKept(year(2025), 1, 1)
	require.NoError(t, err)
	adoption, err := kpi.Adoption(year(2025), 96, 100)
	require.NoError(t, err)
	statuses, err := tree.Status(lost, kept, adoption)
	require.NoError(t, err)
	for _, s := range statuses[1:4] {
		require.Equal(t, kpi.StatusNoData, s.Status)
		require.Equal(t, s.Goal.Code, s.Reason)
	}
	require.Equal(t, kpi.StatusGreen, statuses[4].Status)
	require.Equal(t, kpi.StatusNoData, statuses[0].Status, "2 of 5 are less than half")
	require.Equal(t, "too_little_data", statuses[0].Reason)
	require.Equal(t, 2.0, statuses[0].Data.Num)
	require.Equal(t, 5.0, statuses[0].Data.Den)
	require.Equal(t, []string{"no_figure", "no_value", "no_target"}, statuses[0].Missing)

	_, err = tree.Status(adoption, adoption)
	var code *kpi.CodeError
	require.ErrorAs(t, err, &code)
	_, err = tree.Status(kpi.Figure{})
	require.Error(t, err)
}

func TestTreesThatAreNone(t *testing.T) {
	leaf := func(code, parent string) kpi.Goal { return kpi.Goal{Code: code, Parent: parent, KPI: kpi.SLAKeptRate} }
	_, err := kpi.NewGoalTree(leaf("a", "nobody"))
	var orphan *kpi.OrphanError
	require.ErrorAs(t, err, &orphan)
	require.Equal(t, "nobody", orphan.Parent)
	require.EqualError(t, err, `kpi: goal "a": its parent "nobody" is no goal`)

	_, err = kpi.NewGoalTree(leaf("x", "a"), kpi.Goal{Code: "a", Parent: "b"}, kpi.Goal{Code: "b", Parent: "c"}, kpi.Goal{Code: "c", Parent: "a"}, leaf("top", ""))
	var cycle *kpi.CycleError
	require.ErrorAs(t, err, &cycle)
	require.Equal(t, []string{"a", "b", "c", "a"}, cycle.Codes)
	require.EqualError(t, err, "kpi: goals above themselves: a, b, c, a")
	_, err = kpi.NewGoalTree(kpi.Goal{Code: "a", Parent: "a"})
	require.ErrorAs(t, err, &cycle)
	require.Equal(t, []string{"a", "a"}, cycle.Codes)

	_, err = kpi.NewGoalTree(leaf("a", ""), leaf("a", ""))
	var code *kpi.CodeError
	require.ErrorAs(t, err, &code)
	_, err = kpi.NewGoalTree(leaf("A", ""))
	require.ErrorAs(t, err, &code)

	for field, goals := range map[string][]kpi.Goal{
		"kpi":    {{Code: "a"}},
		"weight": {{Code: "a", KPI: kpi.SLAKeptRate, Weight: -1}},
		"tier":   {{Code: "a", KPI: kpi.SLAKeptRate, Tier: "Top"}},
		"scope":  {{Code: "a", KPI: kpi.SLAKeptRate, Scope: kpi.Scope{Kind: "team"}}},
		"rollup": {{Code: "a", KPI: kpi.SLAKeptRate, Rollup: kpi.Rollup{Rule: kpi.RollupWorst}}},
		"target": {{Code: "a", KPI: kpi.SLAKeptRate, Target: &kpi.Target{}}},
	} {
		_, err := kpi.NewGoalTree(goals...)
		var wrong *kpi.GoalError
		require.ErrorAs(t, err, &wrong, field)
		require.Equal(t, field, wrong.Field)
		require.NotEmpty(t, err.Error())
	}
	_, err = kpi.NewGoalTree(leaf("a", ""), leaf("b", "a"))
	var wrong *kpi.GoalError
	require.ErrorAs(t, err, &wrong, "a KPI above others")
	for _, rollup := range []kpi.Rollup{{Rule: "best"}, {Green: 2}, {LeastData: math.NaN()}, {Rule: kpi.RollupWorst, Green: 1}, {Green: 0.2, Amber: 0.4}} {
		_, err = kpi.NewGoalTree(kpi.Goal{Code: "a", Rollup: rollup}, leaf("b", "a"))
		require.ErrorAs(t, err, &wrong)
	}
	for _, bad := range []kpi.Target{
		{Direction: kpi.HigherIsBetter, Green: 1, Amber: 2}, {Direction: kpi.LowerIsBetter, Green: 2, Amber: 1},
		{Direction: kpi.HigherIsBetter, Green: math.Inf(1)}, {Green: 1, Amber: 1},
	} {
		require.Error(t, bad.Validate(), "%v", bad)
	}

	tree, err := kpi.NewGoalTree(kpi.Goal{Code: "a", KPI: "nothing"})
	require.NoError(t, err)
	require.ErrorAs(t, tree.Check(kpi.Standard()), &wrong)
	tree, err = kpi.NewGoalTree(kpi.Goal{Code: "more_vips", KPI: kpi.CompositionShare, Scope: kpi.Scope{Kind: "tier", ID: "vip"}, Target: target(0.05, 0.03)})
	require.NoError(t, err)
	require.NoError(t, tree.Check(kpi.Standard()), "a house may want more of a group")
	tree, err = kpi.NewGoalTree(kpi.Goal{Code: "a", KPI: kpi.LostCallRate, Target: target(0.9, 0.8)})
	require.NoError(t, err)
	require.ErrorAs(t, tree.Check(kpi.Standard()), &wrong)
	require.Equal(t, "target", wrong.Field)
}

func TestGoalsInAChain(t *testing.T) {
	chain := func(n int) []kpi.Goal {
		goals := []kpi.Goal{{Code: "goal_0"}}
		for i := 1; i <= n; i++ {
			goals = append(goals, kpi.Goal{Code: fmt.Sprintf("goal_%d", i), Parent: fmt.Sprintf("goal_%d", i-1)})
		}
		goals[n].KPI = kpi.SLAKeptRate
		return goals
	}
	tree, err := kpi.NewGoalTree(chain(64)...)
	require.NoError(t, err)
	statuses, err := tree.Status()
	require.NoError(t, err)
	require.Equal(t, 64, statuses[64].Depth)
	require.Equal(t, []string{"goal_64"}, statuses[0].Missing)
	_, err = kpi.NewGoalTree(chain(65)...)
	var deep *kpi.GoalError
	require.ErrorAs(t, err, &deep)
	require.Equal(t, "goal_65", deep.Code)
	require.Equal(t, "parent", deep.Field)
}

// The standard goals stand on three levels, and their JSON reads back to the same bytes.
func TestStandardGoals(t *testing.T) {
	goals := kpi.StandardGoals()
	goals[1].Target, goals[1].Weight = target(0.9, 0.8), 2
	goals[2].Scope = kpi.Scope{Kind: "region", ID: "north"}
	goals[3].Rollup = kpi.Rollup{Rule: kpi.RollupWeighted, Green: 0.9}
	tree, err := kpi.NewGoalTree(goals...)
	require.NoError(t, err)
	require.NoError(t, tree.Check(kpi.Standard()))
	tiers := map[string]int{}
	for g := range tree.All() {
		tiers[g.Tier]++
		if g.Target != nil {
			g.Target.Green = 99
		}
	}
	require.Equal(t, map[string]int{"top": 3, "middle": 6, "base": 4}, tiers)
	statuses, err := tree.Status()
	require.NoError(t, err)
	require.Equal(t, kpi.StatusNoData, statuses[0].Status)
	require.Equal(t, 0.9, statuses[1].Goal.Target.Green, "a tree does not change")

	text, err := json.Marshal(tree)
	require.NoError(t, err)
	var read kpi.GoalTree
	require.NoError(t, json.Unmarshal(text, &read))
	again, err := json.Marshal(&read)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	for _, bad := range []string{
		`{"format":1}`, // no tree is not an empty one
		`{"format":1,"goals":[{"code":"a","kpi":"b","target":{"direction":"higher","amber":0}}]}`,
		`{"format":1,"goals":[{"code":"a","kpi":"b","target":{"direction":"lower","green":0}}]}`,
		`{"format":2}`, `{"format":1,"goals":[{"code":"a"}]}`, `{"format":1,"goals":[],"x":1}`,
		`{"format":1,"goals":[{"code":"a","kpi":"b","target":{"direction":"up","green":1,"amber":1}}]}`, `{`,
	} {
		require.Error(t, read.UnmarshalJSON([]byte(bad)), bad)
	}
	require.NoError(t, read.UnmarshalJSON([]byte("null")))
	again, err = json.Marshal(&read)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
}

// A goal is never better than its best child nor worse than its worst.
func TestRollupStaysBetweenItsParts(t *testing.T) {
	rank := map[kpi.Status]int{kpi.StatusRed: 0, kpi.StatusAmber: 1, kpi.StatusGreen: 2}
	rapid.Check(t, func(r *rapid.T) {
		statuses := rapid.SliceOfN(rapid.SampledFrom([]kpi.Status{kpi.StatusRed, kpi.StatusAmber, kpi.StatusGreen, kpi.StatusNoData}), 1, 6).Draw(r, "statuses")
		rule := rapid.SampledFrom([]kpi.RollupRule{"", kpi.RollupQuorum, kpi.RollupWeighted, kpi.RollupWorst}).Draw(r, "rule")
		goals, figures := leaves(kpi.Rollup{Rule: rule}, statuses...)
		for i := range goals[1:] {
			goals[i+1].Weight = float64(rapid.IntRange(0, 3).Draw(r, "weight"))
		}
		tree, err := kpi.NewGoalTree(goals...)
		require.NoError(r, err)
		result, err := tree.Status(figures...)
		require.NoError(r, err)
		best, worst := 0, 2
		for _, s := range statuses {
			if s != kpi.StatusNoData {
				best, worst = max(best, rank[s]), min(worst, rank[s])
			}
		}
		if got := result[0].Status; got != kpi.StatusNoData {
			require.True(r, worst <= rank[got] && rank[got] <= best, "%v from %v", got, statuses)
		}
	})
}
