package pipeline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

// broken is the sound definition with one change, and all that is found then: code, a
// question mark for a warning, and place.
type broken struct {
	name   string
	change func(d *pipeline.Definition)
	want   []string
}

func changed(name string, change func(d *pipeline.Definition), want ...string) broken {
	return broken{name, change, want}
}

type stageIDs = []pipeline.StageID

func brokenNames() []broken {
	type def = pipeline.Definition
	return []broken{
		changed("id of definition", func(d *def) { d.ID = "Sales" }, "bad_id id"),
		changed("no id", func(d *def) { d.ID = "" }, "bad_id id"),
		changed("id of field too long", func(d *def) { d.Fields[2].ID = strings.Repeat("a", 65) }, "bad_id fields[2].id"),
		changed("effect", func(d *def) { d.Stages[2].OnExit[0] = "file it" }, "bad_id stages[2].on_exit[0]"),
		changed("version", func(d *def) { d.Version = 0 }, "bad_version version"),
		changed("long label", func(d *def) { d.Label = strings.Repeat("x", 1001) }, "bad_text label"),
		changed("label not UTF-8", func(d *def) { d.Stages[0].Label = "\xff" }, "bad_text stages[0].label"),
		changed("choice never held", func(d *def) { d.Fields[2].OneOf[1] = " fair" }, "bad_text fields[2].one_of[1]"),
		changed("kind", func(d *def) { d.Stages[7].Kind = 9 }, "bad_word stages[7].kind"),
		changed("category", func(d *def) { d.Stages[5].Category = 99 }, "bad_word stages[5].category"),
		changed("severity", func(d *def) { d.Stages[3].Leave.Blocking = 9 }, "bad_word stages[3].leave.blocking"),
		changed("kind of field", func(d *def) { d.Fields[2].Kind = 77 }, "bad_word fields[2].kind"),
		changed("stage twice", func(d *def) { d.Stages[7].ID = "won" }, "duplicate stages[7].id", "unknown_stage transitions[9].from[2]"),
		changed("field twice", func(d *def) { d.Fields[2].ID = "due" }, "duplicate fields[2].id"),
		changed("field of a deal", func(d *def) { d.Fields[2].ID = "amount" }, "duplicate fields[2].id"),
		changed("reason twice", func(d *def) { d.Reasons[0].Reasons[1].ID = "price" }, "duplicate reasons[0].reasons[1].id"),
		changed("item twice", func(d *def) { d.Checklists[0].Items[1].ID = "drawing" }, "duplicate checklists[0].items[1].id"),
		changed("role twice", func(d *def) { d.Roles = []string{"manager", "manager"} }, "duplicate roles[1]"),
		changed("limit twice", func(d *def) { d.Stages[2].Limits[0].ID = "year" }, "duplicate stages[2].limits[0].id"),
		changed("entrance twice", func(d *def) { d.Entrances[0] = "contact" }, "duplicate entrances[0]"),
		changed("approval twice", func(d *def) { g := &d.Transitions[4].Gate; g.Approvals = append(g.Approvals, g.Approvals[0]) },
			"duplicate transitions[4].gate.approvals[1].name"),
		changed("from twice", func(d *def) { d.Transitions[2].From = stageIDs{"design", "design"} }, "repeated? transitions[2].from[1]"),
		changed("same label", func(d *def) { d.Stages[6].Label = "Won" }, "duplicate_label? stages[6].label"),
		changed("unused role", func(d *def) { d.Roles = append(d.Roles, "clerk") }, "unused? roles[1]"),
		changed("unused reasons", func(d *def) { d.Transitions[3].Reasons = "loss" }, "unused? reasons[1]"),
		changed("unused checklist", func(d *def) { d.Stages[2].Leave.Checklists = nil }, "unused? checklists[0]"),
		changed("unused part", func(d *def) { d.Transitions[4].Gate.Parts = nil }, "unused? parts[0]"),
		changed("initial unknown", func(d *def) { d.Initial = "begin" }, "unknown_stage initial"),
		changed("target unknown", func(d *def) { d.Transitions[2].To = "ofer" }, "unknown_stage transitions[2].to"),
		changed("source unknown", func(d *def) { d.Transitions[2].From[0] = "desing" }, "unknown_stage transitions[2].from[0]"),
		changed("field set nowhere", func(d *def) { d.Fields[0].SetIn[0] = "x" }, "unknown_stage fields[0].set_in[0]"),
		changed("trigger unknown", func(d *def) { d.Limits[0].Trigger = "expire" }, "unknown_trigger limits[0].trigger"),
		changed("field unknown", func(d *def) { d.Stages[2].Leave.Fields[0] = "costs" }, "unknown_field stages[2].leave.fields[0]"),
		changed("role unknown", func(d *def) { d.Transitions[4].Roles[0] = "boss" }, "unknown_role transitions[4].roles[0]"),
		changed("role of approval unknown", func(d *def) { d.Transitions[4].Gate.Approvals[0].Roles[0] = "boss" },
			"unknown_role transitions[4].gate.approvals[0].roles[0]"),
		changed("reasons unknown", func(d *def) { d.Transitions[3].Reasons = "bak" }, "unknown_reasons transitions[3].reasons", "unused? reasons[1]"),
		changed("checklist unknown", func(d *def) { d.Stages[2].Leave.Checklists[0] = "paper" }, "unknown_checklist stages[2].leave.checklists[0]", "unused? checklists[0]"),
		changed("part unknown", func(d *def) { d.Transitions[4].Gate.Parts[0] = "x" }, "unknown_part transitions[4].gate.parts[0]", "unused? parts[0]"),
		changed("guard unknown", func(d *def) { d.Transitions[0].When[0] = "big" }, "unknown_guard transitions[0].when[0]"),
		changed("choice unknown", func(d *def) { d.Transitions[3].Choose = "how" }, "unknown_choice transitions[3].choose"),
	}
}

func brokenStages() []broken {
	type def = pipeline.Definition
	return []broken{
		changed("no initial", func(d *def) { d.Initial = "" }, "no_initial initial"),
		changed("initial won", func(d *def) { d.Entrances[0] = "won" }, "initial_kind entrances[0]"),
		changed("within itself", func(d *def) { d.Stages[1].Within = "design" }, "super_cycle stages[1].within", "super_stage fields[0].set_in[0]"),
		changed("super-stage with limit", func(d *def) { d.Stages[1].Limits = []pipeline.Limit{{ID: "x", Within: pipeline.MustSpan("1d")}} },
			"super_stage stages[1].limits"),
		changed("super-stage on hold", func(d *def) { d.Stages[1].Kind = pipeline.OnHold }, "super_stage stages[1].kind"),
		changed("set in super-stage", func(d *def) { d.Fields[0].SetIn = append(d.Fields[0].SetIn, "work") }, "super_stage fields[0].set_in[1]"),
		changed("super-stage without initial", func(d *def) { d.Stages[1].Initial = "" }, "super_initial stages[1].initial"),
		changed("initial outside", func(d *def) { d.Stages[1].Initial = "contact" }, "super_initial stages[1].initial"),
		changed("initial of a plain stage", func(d *def) { d.Stages[0].Initial = "design" }, "super_initial stages[0].initial"),
		changed("into archived", func(d *def) { d.Transitions[9].To = "old" }, "archived_target transitions[9].to"),
		changed("nothing won", func(d *def) { d.Stages[5].Kind = pipeline.Open },
			"no_won stages", "category_kind stages[5].category"),
		changed("nothing lost", func(d *def) { d.Stages[6].Kind = pipeline.Open },
			"no_lost stages", "category_missing? stages[6].category"),
		changed("probability", func(d *def) { d.Stages[3].Probability = 101 }, "probability_range stages[3].probability"),
		changed("won at 90", func(d *def) { d.Stages[5].Probability = 90 }, "probability_outcome stages[5].probability"),
		changed("lost at 10", func(d *def) { d.Stages[6].Probability = 10 }, "probability_outcome stages[6].probability"),
		changed("probability falls", func(d *def) { d.Stages[3].Probability = 20 }, "probability_falls? stages[3].probability"),
		changed("closed category", func(d *def) { d.Stages[3].Category = pipeline.CategoryClosed }, "category_kind stages[3].category"),
		changed("no category", func(d *def) { d.Stages[2].Category = 0 }, "category_missing? stages[2].category"),
		changed("category falls", func(d *def) { d.Stages[3].Category = pipeline.CategoryOmitted }, "category_falls? stages[3].category"),
		changed("limit without length", func(d *def) { d.Limits[0].Within = pipeline.Span{} }, "limit_span limits[0].within"),
		changed("limit of zero", func(d *def) { d.Stages[2].Limits[0].Within = pipeline.MustSpan("0h") }, "limit_span stages[2].limits[0].within"),
		changed("negative limit", func(d *def) { d.Limits[0].Within = pipeline.MustSpan("-365d") }, "limit_span limits[0].within"),
		changed("warning at 100", func(d *def) { d.Stages[2].Limits[0].Warn = 100 }, "limit_warn stages[2].limits[0].warn"),
		changed("longer than the process", func(d *def) { d.Stages[2].Limits[0].Within = pipeline.MustSpan("8761h") }, "limit_beyond stages[2].limits[0].within"),
		changed("stage lacks trigger", func(d *def) { d.Stages[2].Limits[0].Trigger = "win" }, "limit_trigger stages[2].limits[0].trigger"),
		changed("limit by money", func(d *def) { d.Stages[3].Limits[0].Field = "cost" }, "not_a_date stages[3].limits[0].field"),
		changed("deadline by text", func(d *def) { d.Transitions[2].Gate.Deadlines[0].Field = "source" }, "not_a_date transitions[2].gate.deadlines[0].field"),
		changed("choices of money", func(d *def) { d.Fields[0].OneOf = []string{"1.00 EUR"} }, "one_of_kind fields[0].one_of"),
		changed("no votes", func(d *def) { d.Transitions[4].Gate.Approvals[0].Quorum = 0 }, "approval_quorum transitions[4].gate.approvals[0].quorum"),
		changed("no items", func(d *def) { d.Checklists[0].Items = nil }, "no_items checklists[0].items"),
		changed("no reason to give", func(d *def) { d.Reasons[1].Reasons[0].Archived = true }, "no_reasons reasons[1].reasons"),
		changed("field set too late", func(d *def) { d.Fields[0].SetIn = stageIDs{"won"}; d.Transitions[9].From = stageIDs{"lost", "old"} },
			"unsettable_field stages[2].leave"),
	}
}

func brokenWays() []broken {
	type def = pipeline.Definition
	add := func(d *def, list ...pipeline.Transition) { d.Transitions = append(d.Transitions, list...) }
	return []broken{
		changed("no form", func(d *def) { d.Transitions[6].Internal = false }, "transition_form transitions[6]"),
		changed("two forms", func(d *def) { d.Transitions[8].To = "contact" }, "transition_form transitions[8]"),
		changed("internal and back", func(d *def) { d.Transitions[6].Back = true; d.Transitions[6].Reasons = "back" }, "transition_form transitions[6].back"),
		changed("choice among nothing", func(d *def) { d.Transitions[2].Choose = "where" }, "transition_form transitions[2].choose"),
		changed("back to won", func(d *def) { d.Transitions[3].Among[0] = "won" }, "transition_form transitions[3].back"),
		changed("back without reasons", func(d *def) { d.Transitions[3].Reasons = "" }, "back_without_reason transitions[3].reasons", "unused? reasons[1]"),
		changed("lost without reasons", func(d *def) { d.Transitions[5].Reasons = "" }, "lost_without_reason transitions[5].reasons", "unused? reasons[0]"),
		changed("resume from open", func(d *def) { d.Transitions[8].From[0] = "design" },
			"no_way_to_win? stages[4]", "resume_off_hold transitions[8].from[0]"),
		changed("resume without hold", func(d *def) { d.Stages[4].Kind = pipeline.Open; d.Stages[4].Category = pipeline.CategoryOmitted },
			"no_way_to_win? stages[4]", "resume_off_hold transitions[8].from[0]"),
		changed("won to lost", func(d *def) {
			add(d, pipeline.Transition{Trigger: "cancel", From: stageIDs{"won"}, To: "lost", Reasons: "loss"})
		},
			"closed_exit? transitions[10]"),
		changed("won to waiting", func(d *def) { add(d, pipeline.Transition{Trigger: "cancel", From: stageIDs{"won"}, To: "waiting"}) },
			"closed_exit transitions[10]"),
		changed("two without guards", func(d *def) { d.Transitions[0].When = nil }, "ambiguous transitions[1]"),
		changed("same guard twice", func(d *def) { d.Transitions[1].When = []string{"large"} }, "ambiguous transitions[1]"),
		changed("overridden everywhere", func(d *def) {
			add(d, pipeline.Transition{Trigger: "win", From: stageIDs{"work"}, To: "won"}, pipeline.Transition{Trigger: "win", From: stageIDs{"design"}, To: "contact"})
		}, "never_chosen? transitions[10]"),
		changed("no default", func(d *def) {
			d.Transitions[1].When = []string{"small"}
		}, "unknown_guard transitions[1].when[0]", "no_default? transitions[1].when"),
		changed("unreachable", func(d *def) {
			d.Stages = append(d.Stages, pipeline.Stage{ID: "extra", Category: pipeline.CategoryCommit})
		}, "unreachable stages[8]"),
		changed("dead end", func(d *def) {
			d.Transitions[8].From = stageIDs{"waiting"}
			d.Transitions[8].Resume = false
			d.Transitions[8].Internal = true
			d.Transitions[5].From = stageIDs{"contact", "work"}
		},
			"dead_end stages[4]"),
		changed("livelock", func(d *def) {
			d.Stages = append(d.Stages, pipeline.Stage{ID: "a", Category: pipeline.CategoryCommit}, pipeline.Stage{ID: "b", Category: pipeline.CategoryCommit})
			d.Transitions[5].From = stageIDs{"contact", "work", "waiting"}
			add(d, pipeline.Transition{Trigger: "a", From: stageIDs{"contact", "b"}, To: "a"}, pipeline.Transition{Trigger: "b", From: stageIDs{"a"}, To: "b"})
		}, "livelock stages[8]"),
		changed("no way to win", func(d *def) {
			d.Stages = append(d.Stages, pipeline.Stage{ID: "winding", Category: pipeline.CategoryCommit})
			add(d, pipeline.Transition{Trigger: "wind", From: stageIDs{"design"}, To: "winding"})
		}, "no_way_to_win? stages[8]"),
		changed("limits lead round", func(d *def) {
			d.Stages[0].Limits = []pipeline.Limit{{ID: "up", Field: "due", Within: pipeline.MustSpan("-1d"), Trigger: "on"}}
			d.Stages[3].Limits[0].Trigger = "off"
			d.Stages[3].Leave = pipeline.Gate{}
			add(d, pipeline.Transition{Trigger: "on", From: stageIDs{"contact"}, To: "offer"}, pipeline.Transition{Trigger: "off", From: stageIDs{"offer"}, To: "contact"})
		}, "timer_cycle stages[0].limits"),
		changed("limits of the process lead round", func(d *def) {
			d.Limits[0].Trigger = "turn"
			d.Stages[3].Leave = pipeline.Gate{}
			add(d, pipeline.Transition{Trigger: "turn", From: stageIDs{"contact"}, To: "offer"}, pipeline.Transition{Trigger: "turn", From: stageIDs{"offer"}, To: "contact"})
		}, "timer_cycle stages[0].limits"),
	}
}

func brokenSizes() []broken {
	type def = pipeline.Definition
	return []broken{
		changed("stages", func(d *def) { d.Stages = make([]pipeline.Stage, 501) }, "too_large stages"),
		changed("transitions", func(d *def) { d.Transitions = make([]pipeline.Transition, 1e6) }, "too_large transitions"),
		changed("names", func(d *def) { d.Roles = make([]string, 1e6) }, "too_large id"),
		changed("depth", func(d *def) {
			for i := range 18 {
				s := pipeline.Stage{ID: pipeline.StageID(fmt.Sprintf("s%d", i)), Within: pipeline.StageID(fmt.Sprintf("s%d", i+1))}
				if i == 17 {
					s.Within = ""
				}
				d.Stages = append(d.Stages, s)
			}
		}, "too_large stages[8].within"),
		changed("ways", func(d *def) {
			for i := range 400 {
				d.Stages = append(d.Stages, pipeline.Stage{ID: pipeline.StageID(fmt.Sprintf("s%d", i)), Category: pipeline.CategoryCommit})
			}
			for i := range 600 {
				d.Transitions = append(d.Transitions, pipeline.Transition{Trigger: pipeline.TriggerID(fmt.Sprintf("t%d", i)), Among: stageIDs{"contact", "design"}})
			}
		}, "too_large transitions"),
		changed("alternatives", func(d *def) {
			for range 50 {
				d.Transitions = append(d.Transitions, pipeline.Transition{Trigger: "note", Internal: true, When: []string{"large"}})
			}
		}, "too_large stages[0]"),
	}
}

func corpus() []broken {
	return slices.Concat(brokenNames(), brokenStages(), brokenWays(), brokenSizes())
}

func TestInspectCorpus(t *testing.T) {
	codes := map[string]bool{}
	for _, b := range corpus() {
		t.Run(strings.ReplaceAll(b.name, " ", "_"), func(t *testing.T) {
			d := sound()
			b.change(&d)
			var got []string
			wrong := false
			for _, f := range pipeline.Inspect(d, soundOptions()) {
				mark := ""
				if f.Warning {
					mark = "?"
				}
				wrong = wrong || !f.Warning
				codes[f.Code] = true
				got = append(got, f.Code+mark+" "+f.Path)
				require.NotEmpty(t, f.Text)
			}
			require.Equal(t, b.want, got)
			_, err := pipeline.Compile(d, soundOptions())
			if !wrong {
				require.NoError(t, err)
				return
			}
			var failed *pipeline.DefinitionError
			require.ErrorAs(t, err, &failed)
			require.Equal(t, pipeline.Inspect(d, soundOptions()), failed.Findings)
		})
	}
	require.Len(t, codes, 55, "every code has a case")
}
