package pipeline_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

var updateDiagrams = flag.Bool("update-diagrams", false, "write the golden diagrams")

// repair is a definition with everything that a diagram has to show.
func repair() pipeline.Definition {
	stages := func(ids ...pipeline.StageID) []pipeline.StageID { return ids }
	return pipeline.Definition{
		ID: "repair", Version: 3, Label: "Repair \"at home\" <24h>", Initial: "reported", Entrances: stages("work"),
		Stages: []pipeline.Stage{
			{ID: "reported", Label: "Reported & 登记"},
			{ID: "work", Label: "In work; all of it", Initial: "diagnosis"},
			{ID: "diagnosis", Within: "work", Label: "1: see\nwhat it is"},
			{ID: "bench", Within: "work", Initial: "bench.open"},
			{ID: "bench.open", Within: "bench", Label: `back\slash {open}`},
			{ID: "test-run", Within: "bench", Label: "direction TB --> #35; 100%% %"},
			{ID: "waiting", Kind: pipeline.OnHold},
			{ID: "old", Archived: true},
			{ID: "end", Kind: pipeline.Won, Label: "Repaired"},
			{ID: "class", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "accept", From: stages("reported"), To: "work", When: []string{"warranty", "in_area"}},
			{Trigger: "accept", From: stages("reported"), To: "class", Label: "Turn down: \"no\""},
			{Trigger: "take", From: stages("diagnosis"), Among: stages("bench", "end"), Choose: "size"},
			{Trigger: "swap", From: stages("bench"), To: "test-run"},
			{Trigger: "again", From: stages("bench.open", "test-run"), To: "diagnosis", Back: true, Reasons: "why"},
			{Trigger: "retest", From: stages("test-run"), To: "test-run"},
			{Trigger: "note", From: stages("work"), Internal: true},
			{Trigger: "hold", From: stages("work"), To: "waiting"},
			{Trigger: "go_on", From: stages("waiting"), Resume: true},
			{Trigger: "finish", From: stages("test-run"), To: "end"},
			{Trigger: "cancel", To: "class"},
			{Trigger: "reopen", From: stages("class", "end"), To: "work"},
		},
	}
}

func repairFlow() pipeline.Flow {
	return pipeline.Flow{
		{To: "reported"}:  90,
		{To: "diagnosis"}: 10,
		{From: "reported", To: "diagnosis", Trigger: "accept"}:   60,
		{From: "reported", To: "class", Trigger: "accept"}:       20,
		{From: "reported", To: "class", Trigger: "cancel"}:       5,
		{From: "diagnosis", To: "bench.open", Trigger: "take"}:   40,
		{From: "diagnosis", To: "end", Trigger: "take"}:          20,
		{From: "diagnosis", To: "waiting", Trigger: "hold"}:      12,
		{From: "bench.open", To: "waiting", Trigger: "hold"}:     3,
		{From: "waiting", To: "diagnosis", Trigger: "go_on"}:     10,
		{From: "waiting", To: "bench.open", Trigger: "go_on"}:    3,
		{From: "waiting", To: "class", Trigger: "cancel"}:        2,
		{From: "bench.open", To: "test-run", Trigger: "swap"}:    30,
		{From: "bench.open", Trigger: "note"}:                    7,
		{From: "diagnosis", To: "reported", Trigger: "mistaken"}: 4, // of an earlier version
		{From: "class", To: "diagnosis", Trigger: "reopen"}:      1,
	}
}

func TestDiagramGolden(t *testing.T) {
	d := repair()
	m, err := pipeline.Compile(bidding(), &pipeline.Options{Guards: map[string]pipeline.Guard{"yes": func(pipeline.Check) error { return nil }}})
	require.NoError(t, err)
	counted := &pipeline.DiagramOptions{Flow: repairFlow(), Population: map[pipeline.StageID]int{"reported": 5, "diagnosis": 2, "test-run": 4, "end": 20}}
	for name, got := range map[string]string{
		"repair.dot":         d.DOT(nil),
		"repair.mmd":         d.Mermaid(nil),
		"repair_counted.dot": d.DOT(counted),
		"repair_counted.mmd": d.Mermaid(counted),
		"bidding.dot":        m.DOT(nil),
		"bidding.mmd":        m.Mermaid(&pipeline.DiagramOptions{}),
	} {
		path := filepath.Join("testdata", "diagram", name)
		if *updateDiagrams {
			require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s differs (-want +got); go test -run DiagramGolden -update-diagrams writes it:\n%s", name, diff)
		}
		if strings.HasSuffix(name, ".dot") {
			graphviz(t, got)
		}
	}
}
