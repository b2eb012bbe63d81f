package pipeline_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// graphviz draws a diagram with the program, if there is one, which must say nothing.
func graphviz(t *testing.T, dot string) {
	t.Helper()
	path, err := exec.LookPath("dot")
	if err != nil {
		t.Log("Graphviz is not installed")
		return
	}
	cmd := exec.CommandContext(t.Context(), path, "-Tsvg", "-o", os.DevNull)
	cmd.Stdin = strings.NewReader(dot)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%s", out, dot)
	require.Empty(t, string(out), dot)
}

// drawn is an edge as a diagram shows it.
type drawn struct{ from, to, label string }

func (d drawn) String() string { return fmt.Sprintf("%q -> %q: %q", d.from, d.to, d.label) }

var (
	dotEdge  = regexp.MustCompile(`^\t+"((?:[^"\\]|\\.)*)" -> "((?:[^"\\]|\\.)*)"(?: \[(.*)\])?$`)
	dotLabel = regexp.MustCompile(`label="((?:[^"\\]|\\.)*)"`)
)

func dotEdges(text string) (edges []drawn) {
	unquote := strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n", "&amp;", "&")
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if m := dotEdge.FindStringSubmatch(line); m != nil && !strings.Contains(line, "color=grey") {
			label := ""
			if l := dotLabel.FindStringSubmatch(m[3]); l != nil {
				label = unquote.Replace(l[1])
			}
			edges = append(edges, drawn{unquote.Replace(m[1]), unquote.Replace(m[2]), label})
		}
	}
	return edges
}

var (
	mermaidLines = []*regexp.Regexp{
		regexp.MustCompile(`^stateDiagram-v2$`),
		regexp.MustCompile(`^ +direction LR$`),
		regexp.MustCompile(`^ +state "([^"\n]+)" as ([A-Za-z]\w*)( \{)?$`),
		regexp.MustCompile(`^ +\}$`),
		regexp.MustCompile(`^ +(?:\[\*\]|[A-Za-z]\w*) --> (?:\[\*\]|[A-Za-z]\w*)(?: : [^:;"{}\n]+)?$`),
		regexp.MustCompile(`^ +classDef \w+ [^\n]+$`),
		regexp.MustCompile(`^ +class \w+(,\w+)* \w+$`),
	}
	mermaidEdge = regexp.MustCompile(`^    (\S+) --> (\S+)(?: : (.*))?$`)
	entity      = regexp.MustCompile(`#(\d+);`)
	// What the lexer of Mermaid 11 takes for something else than a name.
	mermaidWord = regexp.MustCompile(`(?i)^ *(default\b|(scale|state|note|class|classDef|style|click)\s+(-->|as)|.*direction\s+(TB|BT|RL|LR)).*`)
)

// mermaidEdges reads a diagram by the rules of Mermaid's lexer: entities are taken out
// first, then each line must be one of the forms.
func mermaidEdges(tb rapid.TB, text string) (edges []drawn) {
	names := map[string]string{"[*]": "[*]"}
	depth := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		coded := entity.ReplaceAllString(line, "ﬂ°°${1}¶ß")
		form := slices.IndexFunc(mermaidLines, func(r *regexp.Regexp) bool { return r.MatchString(coded) })
		if form < 0 || form > 1 && form < 6 && mermaidWord.MatchString(coded) || strings.Contains(coded, "%%") || strings.Contains(coded, "#") && form != 5 {
			tb.Fatalf("line %q is none of Mermaid", line)
		}
		switch {
		case form == 2:
			m := mermaidLines[2].FindStringSubmatch(coded)
			if _, twice := names[m[2]]; twice {
				tb.Fatalf("%q is declared twice", m[2])
			}
			names[m[2]] = m[1]
			if m[3] != "" {
				depth++
			}
		case form == 3:
			depth--
		case form == 4 && depth == 0:
			m := mermaidEdge.FindStringSubmatch(line)
			for _, end := range m[1:3] {
				if _, ok := names[end]; !ok {
					tb.Fatalf("%q is not declared", end)
				}
			}
			if m[2] != "[*]" {
				edges = append(edges, drawn{m[1], m[2], uncode(m[3])})
			}
		}
	}
	if depth != 0 {
		tb.Fatalf("%d states are not closed", depth)
	}
	return edges
}

func uncode(label string) string {
	label = strings.ReplaceAll(label, "<br/>", "\n")
	return entity.ReplaceAllStringFunc(label, func(code string) string {
		var r rune
		_, _ = fmt.Sscanf(code, "#%d;", &r)
		return string(r)
	})
}

// wanted is what a diagram must show: by its own reading of the definition.
func wanted(d *pipeline.Definition) (edges []drawn) {
	edges = append(edges, drawn{from: "*start", to: string(d.Initial)})
	for _, e := range d.Entrances {
		edges = append(edges, drawn{from: "*start", to: string(e)})
	}
	for _, t := range d.Transitions {
		label := string(t.Trigger)
		if t.Label != "" {
			label = t.Label
		}
		if len(t.When) > 0 {
			label += " [" + strings.Join(t.When, ", ") + "]"
		}
		if t.Internal {
			label += " «internal»"
		}
		if len(t.Among) > 0 {
			label += " «among»"
		}
		if t.Back {
			label += " «back»"
		}
		from := t.From
		if len(from) == 0 {
			from = []pipeline.StageID{"*any"}
		}
		for _, f := range from {
			switch {
			case t.Internal:
				edges = append(edges, drawn{string(f), string(f), label})
			case t.Resume:
				edges = append(edges, drawn{string(f), "*held", label})
			case len(t.Among) > 0:
				for _, to := range t.Among {
					edges = append(edges, drawn{string(f), string(to), label})
				}
			default:
				edges = append(edges, drawn{string(f), string(t.To), label})
			}
		}
	}
	return edges
}

func inOrder(edges []drawn) []string {
	var texts []string
	for _, e := range edges {
		texts = append(texts, e.String())
	}
	slices.Sort(texts)
	return texts
}

// asMermaid gives the ends of an edge the names that they have there.
func asMermaid(d *pipeline.Definition, edges []drawn) []drawn {
	plain := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	words := strings.Fields("accdescr acctitle as class classdef click constructor default direction end hide href note scale state statediagram style")
	name := func(id string) string {
		switch id {
		case "*start":
			return "[*]"
		case "*any":
			return "ANY"
		case "*held":
			return "HELD"
		}
		if plain.MatchString(id) && !slices.Contains(words, id) {
			return id
		}
		i := slices.IndexFunc(d.Stages, func(s pipeline.Stage) bool { return string(s.ID) == id })
		return fmt.Sprintf("S%d", i+1)
	}
	var named []drawn
	for _, e := range edges {
		named = append(named, drawn{name(e.from), name(e.to), e.label})
	}
	return named
}

// anyDefinition draws a definition with stages within stages, transitions of all forms,
// and labels of any text that has something to show.
func anyDefinition(t *rapid.T) pipeline.Definition {
	id := rapid.StringMatching(`[a-z_.0-9-]{1,6}|end|default|class|state|note|direction|style`)
	label := rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[!-~一-龥][ -~一-龥\n]{0,12}[!-~一-龥]`),
		rapid.SampledFrom([]string{"end", "Direction LR", "a --> b : c;", "%%{init}%%", "<b>&lt;", `\"`, "#quot;", "[*]", "<<fork>>", "note", "\"\n\\n"}))
	ids := rapid.SliceOfNDistinct(id, 1, 8, rapid.ID[string]).Draw(t, "ids")
	var stages []pipeline.StageID
	d := pipeline.Definition{ID: "any", Version: 1}
	for i, id := range ids {
		s := pipeline.Stage{ID: pipeline.StageID(id), Label: label.Draw(t, "label"), Kind: pipeline.Kind(rapid.IntRange(0, 3).Draw(t, "kind"))}
		if i > 0 && rapid.Bool().Draw(t, "within") {
			super := &d.Stages[rapid.IntRange(0, i-1).Draw(t, "super")]
			s.Within = super.ID
			super.Initial = s.ID
			super.Kind = pipeline.Open
		}
		stages = append(stages, s.ID)
		d.Stages = append(d.Stages, s)
	}
	stage := rapid.SampledFrom(stages)
	some := rapid.SliceOfNDistinct(stage, 1, 3, rapid.ID[pipeline.StageID])
	d.Initial = stage.Draw(t, "initial")
	for range rapid.IntRange(0, 8).Draw(t, "transitions") {
		tr := pipeline.Transition{
			Trigger: pipeline.TriggerID(id.Draw(t, "trigger")), Label: label.Draw(t, "label"),
			Back: rapid.Bool().Draw(t, "back"), When: rapid.SliceOfN(id, 0, 2).Draw(t, "when"),
		}
		if rapid.Bool().Draw(t, "from") {
			tr.From = some.Draw(t, "from")
		}
		switch rapid.IntRange(0, 3).Draw(t, "form") {
		case 0:
			tr.To = stage.Draw(t, "to")
		case 1:
			tr.Among = some.Draw(t, "among")
		case 2:
			tr.Resume = true
		case 3:
			tr.Internal = true
		}
		d.Transitions = append(d.Transitions, tr)
	}
	return d
}

func TestDiagramsShowEachEdgeOnce(t *testing.T) {
	programs := 0
	rapid.Check(t, func(rt *rapid.T) {
		d := anyDefinition(rt)
		want := wanted(&d)
		if diff := cmp.Diff(inOrder(want), inOrder(dotEdges(d.DOT(nil)))); diff != "" {
			rt.Fatalf("DOT (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(inOrder(asMermaid(&d, want)), inOrder(mermaidEdges(rt, d.Mermaid(nil)))); diff != "" {
			rt.Fatalf("Mermaid (-want +got):\n%s\n%s", diff, d.Mermaid(nil))
		}
		if programs++; programs <= 10 {
			graphviz(t, d.DOT(&pipeline.DiagramOptions{Flow: pipeline.Flow{}, Population: map[pipeline.StageID]int{}}))
		}
	})
}

// A definition that does not compile is drawn, whatever it holds.
func TestDiagramOfAnyText(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "a", "b", "*any", "\xff\"", `\`}))
	id := rapid.Map(text, func(s string) pipeline.StageID { return pipeline.StageID(s) })
	programs := 0
	rapid.Check(t, func(rt *rapid.T) {
		d := pipeline.Definition{ID: text.Draw(rt, "id"), Initial: id.Draw(rt, "initial")}
		for range rapid.IntRange(0, 5).Draw(rt, "stages") {
			d.Stages = append(d.Stages, pipeline.Stage{ID: id.Draw(rt, "stage"), Label: text.Draw(rt, "label"), Within: id.Draw(rt, "within"), Initial: id.Draw(rt, "initial")})
		}
		for range rapid.IntRange(0, 3).Draw(rt, "transitions") {
			d.Transitions = append(d.Transitions, pipeline.Transition{From: []pipeline.StageID{id.Draw(rt, "from")}, To: id.Draw(rt, "to"), Trigger: pipeline.TriggerID(text.Draw(rt, "trigger"))})
		}
		o := &pipeline.DiagramOptions{Flow: pipeline.Flow{{From: id.Draw(rt, "from"), To: id.Draw(rt, "to")}: 1}, Population: map[pipeline.StageID]int{"a": 1}}
		dot := d.DOT(o)
		require.Equal(rt, dot, d.DOT(o))
		require.Equal(rt, d.Mermaid(o), d.Mermaid(o))
		if programs++; programs <= 20 {
			graphviz(t, dot)
		}
	})
}

func TestCountFlow(t *testing.T) {
	history := []pipeline.Entry{
		{Kind: pipeline.Began, To: "a"},
		{Kind: pipeline.Moved, From: "a", To: "b", Trigger: "go"},
		{Kind: pipeline.Stayed, From: "b", To: "b", Trigger: "touch"},
		{Kind: pipeline.Moved, From: "b", To: "b", Trigger: "again"},
		{Kind: pipeline.Edited, From: "b", To: "b"},
		{Kind: pipeline.Paused, From: "b", To: "b"},
		{Kind: pipeline.Migrated, From: "b", To: "c"},
		{Kind: pipeline.Moved, From: "c", To: "won", Trigger: "win"},
		{Kind: pipeline.Reopened, From: "won", To: "b", Trigger: "reopen"},
		{Kind: pipeline.Moved, From: "b", To: "won", Trigger: "win"},
	}
	flow := pipeline.CountFlow(slices.Values(history))
	require.Equal(t, pipeline.Flow{
		{To: "a"}: 1, {From: "a", To: "b", Trigger: "go"}: 1, {From: "b", Trigger: "touch"}: 1,
		{From: "b", To: "b", Trigger: "again"}: 1, {From: "c", To: "won", Trigger: "win"}: 1,
		{From: "won", To: "b", Trigger: "reopen"}: 1, {From: "b", To: "won", Trigger: "win"}: 1,
	}, flow)
	require.Equal(t, 2, flow.Exits("b"))
	require.Equal(t, rapport.Ratio{Num: 1, Den: 2, N: 2}, flow.Rate(pipeline.Step{From: "b", To: "won", Trigger: "win"}))
	require.Equal(t, rapport.Ratio{}, flow.Rate(pipeline.Step{From: "b", Trigger: "touch"}))
	require.Equal(t, rapport.Ratio{}, flow.Rate(pipeline.Step{From: "x", To: "b"}))
}
