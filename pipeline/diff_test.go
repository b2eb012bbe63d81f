package pipeline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

// One change at a time, and what is said of it.
func TestDiff(t *testing.T) {
	base := func() pipeline.Definition {
		d := sales(1, pipeline.Stage{ID: "design", Label: "Design"}, pipeline.Stage{ID: "offer"})
		d.Roles = []string{"seller", "boss"}
		d.Checklists = []pipeline.Checklist{{ID: "papers", Items: []pipeline.Item{{ID: "plan"}}}}
		d.Fields = append(d.Fields, pipeline.Field{ID: "source", OneOf: []string{"call", "visit"}})
		return d
	}
	for name, c := range map[string]struct {
		change func(d *pipeline.Definition)
		want   []string
	}{
		"nothing":     {func(*pipeline.Definition) {}, nil},
		"label":       {func(d *pipeline.Definition) { d.Stages[1].Label = "Drawing" }, []string{`stage "design" label: "Drawing", was "Design" (harmless)`}},
		"probability": {func(d *pipeline.Definition) { d.Stages[1].Probability = 40 }, []string{`stage "design" probability: 40, was 0 (harmless)`}},
		"category":    {func(d *pipeline.Definition) { d.Stages[1].Category = pipeline.CategoryCommit }, []string{`stage "design" category: commit, was none (harmless)`}},
		"limit": {func(d *pipeline.Definition) {
			d.Stages[1].Limits = []pipeline.Limit{{ID: "answer", Within: pipeline.MustSpan("3d")}}
		}, []string{`stage "design" limits: ["answer within 3d"], was [] (harmless)`}},
		"stage added":    {func(d *pipeline.Definition) { d.Stages = append(d.Stages, pipeline.Stage{ID: "extra"}) }, []string{`stage "extra" added (harmless)`}},
		"stage removed":  {func(d *pipeline.Definition) { d.Stages = append(d.Stages[:2:2], d.Stages[3:]...) }, []string{`stage "offer" removed (breaking)`}},
		"stage archived": {func(d *pipeline.Definition) { d.Stages[1].Archived = true }, []string{`stage "design" archived (tightened)`}},
		"outcome":        {func(d *pipeline.Definition) { d.Stages[3].Kind = pipeline.Lost }, []string{`stage "won" kind: lost, was won (breaking)`}},
		"order": {func(d *pipeline.Definition) { d.Stages[1], d.Stages[2] = d.Stages[2], d.Stages[1] },
			[]string{`stages order: ["new" "offer" "design" "won" "lost"], was ["new" "design" "offer" "won" "lost"] (harmless)`}},
		"gate tightened": {func(d *pipeline.Definition) {
			d.Stages[2].Enter = pipeline.Gate{Fields: []string{"budget"}, Blocking: pipeline.SeverityHigh}
		}, []string{`stage "offer" enter: with ["field budget" "no problem from high"] (tightened)`}},
		"roles":              {func(d *pipeline.Definition) { d.Transitions[0].Roles = []string{"boss"} }, []string{`transition "to_design" from "new" roles: only ["boss"], was any (tightened)`}},
		"transition removed": {func(d *pipeline.Definition) { d.Transitions = d.Transitions[1:] }, []string{`transition "to_design" from "new" removed (tightened)`}},
		"target":             {func(d *pipeline.Definition) { d.Transitions[2].To = "new" }, []string{`transition "win" from "offer" target: "new", was "won" (tightened)`}},
		"second way": {func(d *pipeline.Definition) {
			d.Transitions = append(d.Transitions, pipeline.Transition{Trigger: "to_offer", From: []pipeline.StageID{"design"}, To: "won"})
		}, []string{`transition "to_offer" from "design", number 2 added (loosened)`}},
		"reasons": {func(d *pipeline.Definition) { d.Transitions[3].Reasons = "" }, []string{`transition "lose" from everywhere reasons: "", was "loss" (loosened)`}},
		"reason": {func(d *pipeline.Definition) {
			d.Reasons[0].Reasons = append(d.Reasons[0].Reasons, pipeline.Reason{ID: "spec"})
		}, []string{`reason of loss "spec" added (harmless)`}},
		"field kind": {func(d *pipeline.Definition) { d.Fields[0].Kind = pipeline.NumberField }, []string{`field "budget" kind: number, was money (breaking)`}},
		"choices":    {func(d *pipeline.Definition) { d.Fields[1].OneOf = []string{"call", "web"} }, []string{`field "source" values: without ["visit"], with ["web"] (tightened)`}},
		"set in":     {func(d *pipeline.Definition) { d.Fields[1].SetIn = []pipeline.StageID{"new"} }, []string{`field "source" set_in: only ["new"], was any (tightened)`}},
		"item":       {func(d *pipeline.Definition) { d.Checklists[0].Items[0].Optional = true }, []string{`checklist "papers" items: without ["plan"] (loosened)`}},
		"checklist":  {func(d *pipeline.Definition) { d.Checklists = nil }, []string{`checklist "papers" removed (harmless)`}},
		"initial":    {func(d *pipeline.Definition) { d.Initial = "design" }, []string{`definition initial: "design", was "new" (harmless)`}},
		"role gone":  {func(d *pipeline.Definition) { d.Roles = d.Roles[:1] }, []string{`definition roles: without ["boss"] (harmless)`}},
		"part":       {func(d *pipeline.Definition) { d.Parts = []pipeline.Part{{Name: "survey", Process: "survey"}} }, []string{`part "survey" added (harmless)`}},
	} {
		newer := base()
		c.change(&newer)
		var got []string
		for _, d := range pipeline.Diff(base(), newer) {
			got = append(got, d.String())
		}
		require.Empty(t, cmp.Diff(c.want, got), name)
	}
}
