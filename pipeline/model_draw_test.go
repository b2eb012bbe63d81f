package pipeline_test

import (
	"errors"
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/pipeline"
)

// drawDefinition draws a definition that compiles: a tree of stages, ways on, out and
// back for each of them, and on top transitions of any form, of which those are taken
// out that Inspect does not accept.
func drawDefinition(t *rapid.T) (pipeline.Definition, *naive) {
	d := pipeline.Definition{
		ID: "drawn", Version: 2,
		Fields: []pipeline.Field{
			{ID: "due", Kind: pipeline.DateField}, {ID: "size", Kind: pipeline.NumberField}, {ID: "colour", OneOf: []string{"red", "blue"}},
		},
		Reasons:    []pipeline.ReasonList{{Name: "why", Reasons: []pipeline.Reason{{ID: "price"}, {ID: "other", NeedsNote: true}, {ID: "gone", Archived: true}}}},
		Roles:      []string{"seller", "boss"},
		Checklists: []pipeline.Checklist{{ID: "papers", Items: []pipeline.Item{{ID: "form"}, {ID: "photo", Optional: true}, {ID: "stamp"}}}},
		Parts:      []pipeline.Part{{Name: "survey", Process: "survey"}},
	}
	drawStages(t, &d)
	var all, live []pipeline.StageID
	for _, s := range d.Stages {
		all = append(all, s.ID)
		if at := (&naive{d: d}); !at.stage(at.settle(s.ID)).Kind.Closed() {
			live = append(live, s.ID)
		}
	}
	d.Transitions = []pipeline.Transition{
		{Trigger: "go", Among: live}, {Trigger: "win", To: "won"}, {Trigger: "lose", To: "lost", Reasons: "why"},
		{Trigger: "reopen", From: []pipeline.StageID{"won", "lost"}, To: d.Initial},
	}
	for range rapid.IntRange(0, 10).Draw(t, "transitions") {
		d.Transitions = append(d.Transitions, drawTransition(t, all))
	}
	if rapid.Bool().Draw(t, "field set in one stage") {
		d.Fields[1].SetIn = []pipeline.StageID{d.Initial}
	}
	m := &naive{guards: map[string]string{}, choices: map[string]pipeline.StageID{}}
	for _, name := range []string{"g1", "g2", "g3"} {
		m.guards[name] = rapid.SampledFrom([]string{"yes", "yes", "not now", "panic"}).Draw(t, name)
	}
	for _, name := range []string{"c1", "c2"} {
		m.choices[name] = rapid.SampledFrom(append([]pipeline.StageID{"panic", "no"}, all...)).Draw(t, name)
	}
	mend(t, &d, m.options())
	m.d = d
	return d, m
}

func drawStages(t *rapid.T, d *pipeline.Definition) {
	var open []pipeline.StageID
	supers := []pipeline.StageID{""}
	add := func(id string, kind pipeline.Kind, super bool) {
		s := pipeline.Stage{ID: pipeline.StageID(id), Kind: kind, Within: rapid.SampledFrom(supers).Draw(t, id+" within")}
		if kind == pipeline.Won {
			s.Probability = 100
		}
		s.OnEnter, s.OnExit = drawSome(t, id+" on enter", "e1", "e2"), drawSome(t, id+" on exit", "x1", "x2")
		if rapid.IntRange(0, 3).Draw(t, id+" gates") == 0 {
			s.Enter, s.Leave = drawGate(t, id+" enter"), drawGate(t, id+" leave")
		}
		s.Pauses = !super && rapid.IntRange(0, 4).Draw(t, id+" pauses") == 0
		d.Stages = append(d.Stages, s)
		if kind == pipeline.Open && !super {
			open = append(open, s.ID)
		}
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "super-stages") {
		id := fmt.Sprintf("super%d", i)
		add(id, pipeline.Open, true)
		supers = append(supers, pipeline.StageID(id))
	}
	for i := range rapid.IntRange(1, 4).Draw(t, "open stages") {
		add(fmt.Sprintf("open%d", i), pipeline.Open, false)
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "stages on hold") {
		add(fmt.Sprintf("hold%d", i), pipeline.OnHold, false)
	}
	add("won", pipeline.Won, false)
	add("lost", pipeline.Lost, false)
	m := &naive{d: *d}
	for i := range d.Stages {
		s := &d.Stages[i]
		var inside []pipeline.StageID
		for _, other := range d.Stages {
			if other.ID != s.ID && slices.Contains(m.chain(other.ID), s.ID) {
				inside = append(inside, other.ID)
			}
		}
		if len(inside) > 0 {
			s.Initial = rapid.SampledFrom(inside).Draw(t, string(s.ID)+" initial")
		}
	}
	d.Initial = rapid.SampledFrom(open).Draw(t, "initial")
}

// drawSome draws which of some names there are.
func drawSome(t *rapid.T, label string, names ...string) (some []string) {
	for _, name := range names {
		if rapid.IntRange(0, 2).Draw(t, label+" "+name) == 0 {
			some = append(some, name)
		}
	}
	return some
}

func drawGate(t *rapid.T, label string) (g pipeline.Gate) {
	g.Fields = drawSome(t, label, "size", "colour")
	g.Guards = drawSome(t, label, "g1", "g3")
	switch rapid.IntRange(0, 7).Draw(t, label) {
	case 0:
		g.Checklists = []string{"papers"}
	case 1:
		g.Parts = []string{"survey"}
	case 2:
		g.Approvals = []pipeline.Approval{{
			Name: "price", Roles: drawSome(t, label+" roles", "boss"), Quorum: rapid.IntRange(1, 2).Draw(t, label+" quorum"), FourEyes: rapid.Bool().Draw(t, label+" four eyes"),
		}}
	case 3:
		offset := rapid.SampledFrom([]pipeline.Span{{}, pipeline.MustSpan("-1d"), pipeline.MustSpan("2d")}).Draw(t, label+" offset")
		g.Deadlines = []pipeline.Deadline{{Field: "due", Offset: offset}}
	case 4:
		g.Blocking = pipeline.Severity(rapid.IntRange(1, 3).Draw(t, label+" blocking"))
	}
	return g
}

func drawTransition(t *rapid.T, all []pipeline.StageID) pipeline.Transition {
	to := rapid.SampledFrom(all)
	tr := pipeline.Transition{
		Trigger: rapid.SampledFrom([]pipeline.TriggerID{"t1", "t2", "t3", "go", "win"}).Draw(t, "trigger"),
		From:    rapid.SliceOfNDistinct(to, 0, 3, rapid.ID).Draw(t, "from"),
		When:    drawSome(t, "when", "g1", "g2", "g3"),
		Roles:   drawSome(t, "roles", "seller", "boss"),
		Effects: drawSome(t, "effects", "f1", "f2"),
		Reasons: rapid.SampledFrom([]string{"", "why"}).Draw(t, "reasons"),
		Back:    rapid.IntRange(0, 5).Draw(t, "back") == 0,
	}
	if rapid.Bool().Draw(t, "gate") {
		tr.Gate = drawGate(t, "gate")
	}
	switch rapid.IntRange(0, 5).Draw(t, "form") {
	case 0:
		tr.Internal = true
	case 1:
		tr.Resume = true
	case 2:
		tr.Among = rapid.SliceOfNDistinct(to, 1, 3, rapid.ID).Draw(t, "among")
		tr.Choose = rapid.SampledFrom([]string{"", "c1", "c2"}).Draw(t, "choose")
	default:
		tr.To = to.Draw(t, "to")
	}
	return tr
}

// mend takes out what Inspect does not accept: the transition that is named, or the last
// if it hides the way to a stage.
func mend(t *rapid.T, d *pipeline.Definition, options *pipeline.Options) {
	const given = 4 // transitions that make every definition sound
	for {
		findings := pipeline.Inspect(*d, options)
		i := slices.IndexFunc(findings, func(f pipeline.Finding) bool { return !f.Warning })
		if i < 0 {
			return
		}
		bad := len(d.Transitions) - 1
		switch _, err := fmt.Sscanf(findings[i].Path, "transitions[%d]", &bad); {
		case err != nil && findings[i].Code == pipeline.CodeUnsettableField:
			d.Fields[1].SetIn = nil
		case bad < given:
			t.Fatalf("finding that was not to be expected: %v", findings[i])
		default:
			d.Transitions = slices.Delete(d.Transitions, bad, bad+1)
		}
	}
}

// options make guards and choices that answer as the model says.
func (m *naive) options() *pipeline.Options {
	o := &pipeline.Options{Guards: map[string]pipeline.Guard{}, Choices: map[string]pipeline.Choice{}}
	for name, answer := range m.guards {
		o.Guards[name] = func(pipeline.Check) error {
			switch answer {
			case "yes":
				return nil
			case "panic":
				panic(name)
			}
			return errors.New(answer)
		}
	}
	for name, answer := range m.choices {
		o.Choices[name] = func(pipeline.Check) (pipeline.StageID, error) {
			switch answer {
			case "panic":
				panic(name)
			case "no":
				return "", errors.New("no")
			}
			return answer, nil
		}
	}
	return o
}
