package process_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/pipeline/process"
)

// history is one of moves from stage to stage; "won" and three others are closed.
func history(stages ...pipeline.StageID) []pipeline.Entry {
	kinds := map[pipeline.StageID]pipeline.Kind{"won": pipeline.Won, "lost": pipeline.Lost, "no_bid": pipeline.Lost, "cancelled": pipeline.Lost}
	var entries []pipeline.Entry
	for i, stage := range stages {
		e := pipeline.Entry{Seq: int64(i + 1), Kind: pipeline.Moved, To: stage, Outcome: kinds[stage]}
		if i == 0 {
			e.Kind = pipeline.Began
		} else if before := entries[i-1]; before.Outcome.Closed() && !e.Outcome.Closed() {
			e.Kind = pipeline.Reopened
		}
		entries = append(entries, e)
	}
	return entries
}

func kpi(t *testing.T, template, id string) *process.KPI {
	t.Helper()
	found, ok := process.Lookup(template)
	require.True(t, ok)
	i := slices.IndexFunc(found.KPIs, func(k process.KPI) bool { return k.ID == id })
	require.GreaterOrEqual(t, i, 0, id)
	return &found.KPIs[i]
}

// Ten opportunities: three won, two bids lost, two not bid for, one cancelled before a bid,
// two open, of which one has a bid out.
func TestWinRatesNameTheirDenominators(t *testing.T) {
	var histories [][]pipeline.Entry
	add := func(n int, stages ...pipeline.StageID) {
		for range n {
			histories = append(histories, history(stages...))
		}
	}
	add(3, "contact", "qualified", "design", "justification", "bidding", "evaluation", "won")
	add(2, "contact", "qualified", "design", "bidding", "evaluation", "lost")
	add(2, "contact", "qualified", "no_bid")
	add(1, "contact", "cancelled")
	add(1, "contact", "qualified")
	add(1, "contact", "qualified", "design", "justification", "bidding", "evaluation")
	for id, want := range map[string]rapport.Ratio{
		"win_rate_all": {Num: 3, Den: 8, N: 8},
		"win_rate_bid": {Num: 3, Den: 5, N: 5},
		"bid_rate":     {Num: 5, Den: 8, N: 8},
		"rework_rate":  {Num: 0, Den: 4, N: 4},
	} {
		have, ok := kpi(t, "project_sales", id).Share(histories)
		require.True(t, ok)
		require.Equal(t, want, have, id)
	}
	_, ok := kpi(t, "project_sales", "bid_cost").Share(histories)
	require.False(t, ok, "histories do not say what a bid costs")
	none, ok := kpi(t, "project_sales", "win_rate_all").Share(nil)
	require.True(t, ok)
	_, has := none.Value()
	require.False(t, has)
}

func TestWhichCounts(t *testing.T) {
	reopened := history("contact", "lost", "contact", "won")
	migrated := append(history("contact"), pipeline.Entry{Seq: 2, Kind: pipeline.Migrated, From: "contact", To: "visit"})
	fired := []pipeline.Entry{{Seq: 1, Kind: pipeline.Began, To: "contact"}, {Seq: 2, Kind: pipeline.Stayed, Trigger: "chase", From: "contact", To: "contact"}}
	for name, c := range map[string]struct {
		which   process.Which
		history []pipeline.Entry
		want    bool
	}{
		"all":                      {process.Which{}, history("contact"), true},
		"nothing":                  {process.Which{}, nil, false},
		"reached":                  {process.Which{Reached: []pipeline.StageID{"lost"}}, reopened, true},
		"not reached":              {process.Which{Reached: []pipeline.StageID{"visit"}}, reopened, false},
		"avoided":                  {process.Which{Avoided: []pipeline.StageID{"visit"}}, reopened, true},
		"not avoided":              {process.Which{Avoided: []pipeline.StageID{"lost"}}, reopened, false},
		"now":                      {process.Which{Now: []pipeline.StageID{"won"}}, reopened, true},
		"not now":                  {process.Which{Now: []pipeline.StageID{"lost"}}, reopened, false},
		"closed":                   {process.Which{Closed: true}, history("contact", "lost", "contact"), true},
		"not closed":               {process.Which{Closed: true}, history("contact"), false},
		"reopened":                 {process.Which{Reopened: true}, reopened, true},
		"not reopened":             {process.Which{Reopened: true}, history("contact", "lost"), false},
		"fired":                    {process.Which{Fired: []pipeline.TriggerID{"chase"}}, fired, true},
		"not unfired":              {process.Which{Unfired: []pipeline.TriggerID{"chase"}}, fired, false},
		"opened by no trigger":     {process.Which{Fired: []pipeline.TriggerID{"chase"}}, history("contact"), false},
		"a migration is no way in": {process.Which{Reached: []pipeline.StageID{"visit"}}, migrated, false},
		"but where it stands":      {process.Which{Now: []pipeline.StageID{"visit"}}, migrated, true},
		"all must hold":            {process.Which{Reopened: true, Avoided: []pipeline.StageID{"won"}}, reopened, false},
	} {
		require.Equal(t, c.want, c.which.Counts(c.history), name)
	}
}

// Figures are complete, name stages and triggers that there are, and those of histories
// have a value after enough random walks: nothing is counted that cannot come about.
func TestKPIs(t *testing.T) {
	for _, template := range process.All() {
		d := template.Definition
		histories, err := process.Simulate(compiled(t, d), 2, 800)
		require.NoError(t, err)
		stages, triggers := make(map[pipeline.StageID]bool), make(map[pipeline.TriggerID]bool)
		for _, s := range d.Stages {
			stages[s.ID] = s.Initial == ""
		}
		for _, transition := range d.Transitions {
			triggers[transition.Trigger] = true
		}
		seen := make(map[string]bool)
		require.GreaterOrEqual(t, len(template.KPIs), 2, d.ID)
		for _, k := range template.KPIs {
			at := d.ID + "/" + k.ID
			require.False(t, seen[k.ID], at)
			seen[k.ID] = true
			for _, text := range []string{k.ID, k.Name, k.Numerator, k.Denominator, k.Unit, k.Formula, k.Source} {
				require.NotEmpty(t, text, at)
			}
			require.Contains(t, []process.Better{process.Higher, process.Lower, process.Neither}, k.Better, at)
			require.Equal(t, k.Of == nil, k.Among == nil, at)
			if k.Of == nil {
				continue
			}
			for _, which := range []*process.Which{k.Of, k.Among} {
				for _, id := range slices.Concat(which.Reached, which.Avoided, which.Now) {
					require.True(t, stages[id], "%s: %s", at, id)
				}
				for _, id := range slices.Concat(which.Fired, which.Unfired) {
					require.True(t, triggers[id], "%s: %s", at, id)
				}
			}
			share, ok := k.Share(histories)
			require.True(t, ok, at)
			value, ok := share.Value()
			require.True(t, ok, at)
			require.Greater(t, value, 0.0, at)
			require.Less(t, value, 1.0, at)
		}
	}
}
