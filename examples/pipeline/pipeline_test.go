package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/pipeline/process"
)

var update = flag.Bool("update", false, "write the golden files anew")

// run returns what the program prints, and its exit code.
func run(args ...string) (out, problems string, code int) {
	var o, p bytes.Buffer
	code = command(args, &o, &p)
	return o.String(), p.String(), code
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(want), got), "%s: run with -update if that is right", path)
}

func TestStory(t *testing.T) {
	for format, file := range map[string]string{"table": "story.txt", "mermaid": "story.mmd", "dot": "story.dot"} {
		out, problems, code := run("-format", format)
		require.Empty(t, problems)
		require.Zero(t, code)
		golden(t, file, out)
	}
}

// What the JSON holds reads back, and each history gives its deal.
func TestStoryAsJSON(t *testing.T) {
	out, problems, code := run("-format", "json")
	require.Empty(t, problems)
	require.Zero(t, code)
	var story struct {
		Steps     []map[string]any
		Deals     []pipeline.Deal
		Histories [][]pipeline.Entry
	}
	require.NoError(t, json.Unmarshal([]byte(out), &story))
	require.Len(t, story.Deals, 5)
	for i, entries := range story.Histories {
		history, err := pipeline.NewHistory(entries...)
		require.NoError(t, err)
		replayed, err := history.Deal()
		require.NoError(t, err)
		want, err := json.Marshal(story.Deals[i])
		require.NoError(t, err)
		got, err := json.Marshal(replayed)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	}
}

func file(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "process.json")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

func TestDefinition(t *testing.T) {
	text, err := process.CarSale().Text()
	require.NoError(t, err)
	path := file(t, string(text))

	out, problems, code := run("-definition", path, "-format", "json")
	require.Zero(t, code, problems)
	require.Equal(t, string(text), out, "the file comes back byte for byte")
	for format, want := range map[string]string{"table": "nothing wrong", "dot": "digraph", "mermaid": "stateDiagram-v2"} {
		out, problems, code = run("-definition", path, "-format", format)
		require.Zero(t, code, problems)
		require.Contains(t, out, want)
	}
}

func TestDefinitionThatIsWrong(t *testing.T) {
	text, err := process.ProjectSales().Text()
	require.NoError(t, err)
	out, problems, code := run("-definition", file(t, string(text)))
	require.Zero(t, code, problems)
	require.Regexp(t, `(?m)^  active +super `, out)
	require.Regexp(t, `(?m)^  contact +open +qualify, hold, no_bid, cancel$`, out, "with those of all stages and of the one around")
	broken := strings.Replace(string(text), `"to": "evaluation"`, `"to": "evaluating"`, 1)
	out, problems, code = run("-definition", file(t, broken))
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Contains(t, problems, "unknown_stage")
	require.Contains(t, problems, "evaluating")

	for _, args := range [][]string{
		{"-definition", file(t, `{"format":2}`)}, {"-definition", file(t, `not JSON`)}, {"-definition", filepath.Join(t.TempDir(), "none.json")},
	} {
		out, problems, code := run(args...)
		require.Equal(t, 1, code)
		require.Empty(t, out)
		require.Regexp(t, "^pipeline: ", problems)
	}
}

func TestFlags(t *testing.T) {
	for _, args := range [][]string{{"-format", "xml"}, {"more"}, {"-nothing"}} {
		out, problems, code := run(args...)
		require.Equal(t, 2, code, args)
		require.Empty(t, out)
		require.NotEmpty(t, problems)
	}
	_, problems, code := run("-h")
	require.Zero(t, code)
	require.Contains(t, problems, "-definition")
}

// The table shows all that can happen in a stage, also what holds for every open one and
// what a super-stage hands down.
func TestTableOfTriggers(t *testing.T) {
	d := pipeline.Definition{
		Stages: []pipeline.Stage{
			{ID: "a"}, {ID: "s", Initial: "b"}, {ID: "b", Within: "s"}, {ID: "won", Kind: pipeline.Won}, {ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "go", From: []pipeline.StageID{"a"}, To: "s"}, {Trigger: "win", From: []pipeline.StageID{"s"}, To: "won"},
			{Trigger: "lose", To: "lost"}, {Trigger: "go", From: []pipeline.StageID{"a"}, To: "won"},
		},
	}
	for i, want := range []string{"go, lose", "win", "win, lose", "", ""} {
		require.Equal(t, want, triggers(d, d.Stages[i]), d.Stages[i].ID)
	}
}
