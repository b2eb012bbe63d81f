package lead_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// spoiled returns the JSON with one member or entry dropped, or null in its place, by
// what was done: every one there is, at any depth.
func spoiled(t *testing.T, text []byte) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	var whole any
	require.NoError(t, json.Unmarshal(text, &whole))
	keep := func(name string) {
		changed, err := json.Marshal(whole)
		require.NoError(t, err)
		all[name] = changed
	}
	var walk func(at any, path string)
	walk = func(at any, path string) {
		switch at := at.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(at)) {
				value := at[name]
				delete(at, name)
				keep(path + "." + name + " absent")
				if value != nil {
					at[name] = nil
					keep(path + "." + name + " null")
				}
				at[name] = value
				walk(value, path+"."+name)
			}
		case []any:
			for i, value := range at {
				at[i] = nil
				keep(fmt.Sprintf("%s[%d] null", path, i))
				at[i] = value
				walk(value, fmt.Sprintf("%s[%d]", path, i))
			}
		}
	}
	walk(whole, "")
	return all
}

// What is written has no part that could be left out and read as 0.
func TestJSONIsRefusedInPart(t *testing.T) {
	xs := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	labels := []string{"a", "b", "a", "b", "", "c", "a", "c"}
	outcomes := []bool{false, false, true, false, true, false, true, true}
	columns := []lead.Column{{Name: "x", Numbers: xs}, {Name: "job", Labels: labels}}
	numbers, err := lead.NewBinning(columns[0], outcomes, lead.Cuts{Breaks: []float64{3, 6}}, nil)
	require.NoError(t, err)
	groups, err := lead.NewBinning(columns[1], outcomes, lead.Cuts{}, nil)
	require.NoError(t, err)
	card, err := lead.NewScorecard([]*lead.Binning{numbers, groups}, rapport.Estimate{Value: 1, N: 8},
		[]rapport.Estimate{{Value: 1, N: 8}, {Value: .5, N: 8}}, nil)
	require.NoError(t, err)
	logistic, err := lead.FitLogistic(columns[:1], outcomes, nil)
	require.NoError(t, err)
	bayes, err := lead.FitBayes(columns, outcomes, nil)
	require.NoError(t, err)
	sample := lead.Sample{Scores: xs, Outcomes: outcomes}
	platt, err := lead.FitPlatt(sample)
	require.NoError(t, err)
	isotonic, err := lead.FitIsotonic(sample)
	require.NoError(t, err)
	policy := lead.Policy{
		Fit:        lead.FitPolicy{Groups: []lead.FitGroup{{Name: "size", Rules: []lead.FitRule{{Name: "small", Attribute: "staff", Below: new(9.), Points: 5}}}}},
		Engagement: lead.EngagementPolicy{HalfLife: time.Hour, Kinds: []lead.EventKind{{Kind: "visit", Points: 3, Window: time.Hour, WindowCap: 4}}},
		Thresholds: []lead.ScoreThreshold{{Name: "warm", Enter: 5, Leave: 4}},
	}
	scorer, err := lead.NewScorer(policy)
	require.NoError(t, err)
	state := scorer.NewState()
	require.NoError(t, state.Record(lead.Event{Kind: "visit", At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}))

	for name, c := range map[string]struct {
		written any
		read    func(text []byte) (any, error)
	}{
		"numbers":   {numbers, readInto[lead.Binning]},
		"groups":    {groups, readInto[lead.Binning]},
		"scorecard": {card, readInto[lead.Scorecard]},
		"logistic":  {logistic, readInto[lead.Logistic]},
		"bayes":     {bayes, readInto[lead.Bayes]},
		"platt":     {platt, readInto[lead.Platt]},
		"isotonic":  {isotonic, readInto[lead.Isotonic]},
		"policy":    {policy, readInto[lead.Policy]},
		"state":     {state, func(text []byte) (any, error) { return scorer.ReadState(text) }},
	} {
		text, err := json.Marshal(c.written)
		require.NoError(t, err)
		_, err = c.read(text)
		require.NoError(t, err, name)
		for change, part := range spoiled(t, text) {
			if optional(name, change) {
				continue
			}
			_, err := c.read(part)
			require.Error(t, err, "%s: %s: %s", name, change, part)
		}
	}
}

func readInto[T any](text []byte) (any, error) {
	value := new(T)
	return value, json.Unmarshal(text, value)
}

// optional tells of a change that leaves something that can be meant.
func optional(name, change string) bool {
	return slices.Contains(map[string][]string{
		"groups":    {".missing null"},
		"scorecard": {".variables[1].binning.missing null"},
		"policy":    {".engagement null", ".fit null", ".fit[0].rules null", ".thresholds absent", ".thresholds null"},
		"state":     {".tallies null"},
	}[name], change)
}
