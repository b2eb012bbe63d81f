package pipeline_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/pipeline"
)

// wild draws a definition of nonsense: names that may or may not be declared, of any form.
func wild(t *rapid.T) pipeline.Definition {
	name := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "name", "close_date", "", "A", "\xff"})
	names := rapid.SliceOfN(name, 0, 3)
	stage := rapid.Map(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "won", "lost", "", "X y"}), func(s string) pipeline.StageID { return pipeline.StageID(s) })
	stages := rapid.SliceOfN(stage, 0, 3)
	span := rapid.Map(rapid.SampledFrom([]string{"", "0h", "1d", "-3wd", "8h working", "36525d"}), func(s string) pipeline.Span {
		var span pipeline.Span
		_ = span.UnmarshalText([]byte(s))
		return span
	})
	small := rapid.IntRange(-1, 6)
	word := func(label string) uint8 { return uint8(small.Draw(t, label)) }
	yes := rapid.Bool()
	gate := rapid.Custom(func(t *rapid.T) pipeline.Gate {
		return pipeline.Gate{
			Fields: names.Draw(t, "fields"), Checklists: names.Draw(t, "checklists"), Parts: names.Draw(t, "parts"),
			Approvals: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) pipeline.Approval {
				return pipeline.Approval{Name: name.Draw(t, "approval"), Roles: names.Draw(t, "roles"), Quorum: small.Draw(t, "quorum")}
			}), 0, 1).Draw(t, "approvals"),
			Deadlines: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) pipeline.Deadline {
				return pipeline.Deadline{Field: name.Draw(t, "field"), Offset: span.Draw(t, "offset")}
			}), 0, 1).Draw(t, "deadlines"),
			Blocking: pipeline.Severity(word("blocking")), Guards: names.Draw(t, "guards"),
		}
	})
	limits := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) pipeline.Limit {
		return pipeline.Limit{
			ID: name.Draw(t, "limit"), Field: name.Draw(t, "field"), Within: span.Draw(t, "within"), Warn: small.Draw(t, "warn"),
			Total: yes.Draw(t, "total"), Trigger: pipeline.TriggerID(name.Draw(t, "trigger")),
		}
	}), 0, 1)
	return pipeline.Definition{
		ID: name.Draw(t, "id"), Version: small.Draw(t, "version"), Initial: stage.Draw(t, "initial"), Entrances: stages.Draw(t, "entrances"),
		Stages: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) pipeline.Stage {
			s := pipeline.Stage{
				ID: stage.Draw(t, "stage"), Kind: pipeline.Kind(word("kind")), Category: pipeline.Category(word("category")),
				Probability: rapid.SampledFrom([]int{0, 100, -5, 40}).Draw(t, "probability"), Limits: limits.Draw(t, "limits"),
				Enter: gate.Draw(t, "enter"), Leave: gate.Draw(t, "leave"), Pauses: yes.Draw(t, "pauses"), OnEnter: names.Draw(t, "effects"),
			}
			if yes.Draw(t, "tree") {
				s.Within, s.Initial = stage.Draw(t, "within"), stage.Draw(t, "initial")
			}
			return s
		}), 0, 8).Draw(t, "stages"),
		Transitions: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) pipeline.Transition {
			return pipeline.Transition{
				Trigger: pipeline.TriggerID(name.Draw(t, "trigger")), From: stages.Draw(t, "from"), To: stage.Draw(t, "to"),
				Internal: yes.Draw(t, "internal"), Resume: yes.Draw(t, "resume"), Among: stages.Draw(t, "among"), Choose: name.Draw(t, "choose"),
				When: names.Draw(t, "when"), Gate: gate.Draw(t, "gate"), Reasons: name.Draw(t, "reasons"), Roles: names.Draw(t, "roles"), Back: yes.Draw(t, "back"),
			}
		}), 0, 8).Draw(t, "transitions"),
		Fields: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) pipeline.Field {
			return pipeline.Field{ID: name.Draw(t, "field"), Kind: pipeline.FieldKind(word("kind")), OneOf: names.Draw(t, "one of"), SetIn: stages.Draw(t, "set in")}
		}), 0, 2).Draw(t, "fields"),
		Reasons: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) pipeline.ReasonList {
			return pipeline.ReasonList{Name: name.Draw(t, "list"), Reasons: []pipeline.Reason{{ID: name.Draw(t, "reason")}}}
		}), 0, 2).Draw(t, "reasons"),
		Roles: names.Draw(t, "roles"), Limits: limits.Draw(t, "limits"),
	}
}

// Inspect and Compile never panic, whatever the definition.
func TestInspectWild(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := wild(t)
		m, err := pipeline.Compile(d, soundOptions())
		if err == nil {
			fireSome(m)
		}
		findings := pipeline.Inspect(d, nil)
		if again := pipeline.Inspect(d, nil); !slices.Equal(findings, again) {
			t.Fatalf("%v\nand then\n%v", findings, again)
		}
	})
}

// fireSome opens a record and fires each trigger once.
func fireSome(m *pipeline.Machine) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	p, _, err := m.Open(pipeline.Input{}, at)
	if err != nil {
		return
	}
	for _, transition := range m.Definition().Transitions {
		p, _, _ = m.Fire(p, transition.Trigger, pipeline.Input{}, at)
		_, _ = m.Permitted(p, pipeline.Input{}, at)
	}
}

// The largest definitions that are accepted are compiled in moments, the next refused.
func TestInspectLarge(t *testing.T) {
	for _, colliding := range []bool{false, true} {
		d := pipeline.Definition{ID: "large", Version: 1, Initial: "s0"}
		pad := func(prefix string, i int) string {
			digits := string([]byte{'a' + byte(i/676), 'a' + byte(i/26%26), 'a' + byte(i%26)})
			if colliding { // the same length, ends and middle
				return prefix + digits + "aaaa-bbb"
			}
			return prefix + digits
		}
		for i := range pipeline.MaxStages {
			d.Stages = append(d.Stages, pipeline.Stage{ID: pipeline.StageID(pad("s", i))})
		}
		d.Initial = d.Stages[0].ID
		last := len(d.Stages) - 1
		d.Stages[last].Kind, d.Stages[last].Probability = pipeline.Won, 100
		d.Stages[last-1].Kind = pipeline.Lost
		d.Reasons = []pipeline.ReasonList{{Name: "loss", Reasons: []pipeline.Reason{{ID: "price"}}}}
		for i := range pipeline.MaxTransitions {
			to := d.Stages[i%len(d.Stages)].ID
			from := []pipeline.StageID{d.Stages[(i*7)%(last-1)].ID, d.Stages[i%(last-1)].ID}
			if i < 50 {
				from = nil
			}
			tr := pipeline.Transition{Trigger: pipeline.TriggerID(pad("t", i)), From: from, To: to, Reasons: "loss"}
			d.Transitions = append(d.Transitions, tr)
		}
		m, err := pipeline.Compile(d, nil)
		if err != nil {
			t.Fatalf("%.500v", err)
		}
		if _, _, err := m.Open(pipeline.Input{}, time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
	}
}
