package pipeline_test

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

func sameDefinition(t testing.TB, want, got pipeline.Definition) {
	t.Helper()
	require.Empty(t, cmp.Diff(want, got, cmp.Comparer(func(a, b pipeline.Span) bool { return a == b })))
}

func TestDefinitionText(t *testing.T) {
	text, err := sound().Text()
	require.NoError(t, err)
	golden, err := os.ReadFile("testdata/sales.json")
	require.NoError(t, err)
	require.Equal(t, string(golden), string(text))
	d, err := pipeline.ParseDefinition(golden)
	require.NoError(t, err)
	sameDefinition(t, sound(), d)

	// The methods of encoding/json agree.
	inside, err := json.Marshal(map[string]pipeline.Definition{"d": d})
	require.NoError(t, err)
	var back map[string]pipeline.Definition
	require.NoError(t, json.Unmarshal(inside, &back))
	sameDefinition(t, d, back["d"])
	d = sound()
	require.NoError(t, json.Unmarshal([]byte("null"), &d))
	sameDefinition(t, sound(), d)
}

func TestDefinitionTextOfNothing(t *testing.T) {
	text, err := pipeline.Definition{Stages: []pipeline.Stage{{Enter: pipeline.Gate{Fields: []string{}}}}}.Text()
	require.NoError(t, err)
	d, err := pipeline.ParseDefinition(text)
	require.NoError(t, err)
	again, err := d.Text()
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	require.NotContains(t, string(text), "null")
}

func TestParseDefinitionRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                               "unexpected end of JSON input",
		`[]`:                             "line 1: the definition is a JSON array, want an object",
		`{}`:                             `has no "format", want 1`,
		`{"format":2,"new":1}`:           "has format 2, this version reads 1",
		`{"format":1,"colour":"red"}`:    `definition: unknown field "colour"`,
		`{"format":1,"Id":"a"}`:          `unknown field "Id"`,
		`{"format":1,"id":"a","id":"b"}`: `field "id" comes twice`,
		`{"format":1}{}`:                 "after top-level value",
		"{\"format\":1,\"id\":\"\xff\"}": "not UTF-8",
		`{"format":1,"stages":[{"kind":"Open"}]}`:                         `kind "Open": want one of`,
		`{"format":1,"stages":[{"category":"sure"}]}`:                     `category "sure": want one of`,
		`{"format":1,"limits":[{"within":"2m"}]}`:                         "no such unit",
		`{"format":1,"version":1.5}`:                                      "line 1: version is a JSON number 1.5, want a whole number",
		"{\"format\":1,\n\"transitions\":[\n{\"from\":\"a\"}]}":           "line 3: transitions.from is a JSON string, want an array",
		`{"format":1,"transitions":[{"back":1}]}`:                         "transitions.back is a JSON number, want true or false",
		`{"format":1,"label":7}`:                                          "label is a JSON number, want a string",
		"{\"format\":1,\n\"id\":\"a\"\n\"version\":1}":                    "line 3: invalid character",
		strings.Repeat("[", 17):                                           "more than 16 brackets",
		`{"format":1,"stages":[` + strings.Repeat("{},", 50_001) + `{}]}`: "more than 50000 entries",
		`"` + strings.Repeat(" ", 4<<20) + `"`:                            "4194306 bytes, at most 4194304 are read",
	} {
		_, err := pipeline.ParseDefinition([]byte(text))
		var bad *pipeline.TextError
		require.ErrorAs(t, err, &bad, "%.40s", text)
		require.ErrorContains(t, err, want, "%.40s", text)
	}
	_, err := pipeline.ParseDefinition([]byte(`{"format":1,"stages":[{"kind":"Open"}]}`))
	_, ok := errors.AsType[*pipeline.InputError](err)
	require.True(t, ok)
}

func TestDefinitionTextRefuses(t *testing.T) {
	for name, d := range map[string]pipeline.Definition{
		"definition": {Label: "\xff"},
		"kind":       {Stages: []pipeline.Stage{{Kind: 9}}},
		"severity":   {Transitions: []pipeline.Transition{{Gate: pipeline.Gate{Blocking: 99}}}},
	} {
		_, err := d.Text()
		bad, ok := errors.AsType[*pipeline.InputError](err)
		require.True(t, ok, name)
		require.Equal(t, name, bad.Name)
		_, err = json.Marshal(d)
		require.Error(t, err)
	}
}

// Any text is either refused or a definition that has one text.
func FuzzParseDefinition(f *testing.F) {
	text, err := os.ReadFile("testdata/sales.json")
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"format":1,"id":"a","version":1,"initial":"s","stages":[{"id":"s","kind":"open","category":"none","within":"s"}],"transitions":[]}`))
	for _, b := range slices.Concat(brokenNames(), brokenStages(), brokenWays()) {
		d := sound()
		b.change(&d)
		if text, err := d.Text(); err == nil {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := pipeline.ParseDefinition(text)
		if err != nil {
			return
		}
		canonical, err := d.Text()
		require.NoError(t, err)
		read, err := pipeline.ParseDefinition(canonical)
		require.NoError(t, err)
		again, err := read.Text()
		require.NoError(t, err)
		require.Equal(t, string(canonical), string(again))

		findings := pipeline.Inspect(d, soundOptions())
		require.Equal(t, findings, pipeline.Inspect(read, soundOptions()))
		if m, err := pipeline.Compile(d, soundOptions()); err == nil {
			fireSome(m)
		}
	})
}
