package pipeline_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

// everything is a definition that has something everywhere, and two of what there can be
// several. It need not compile.
func everything() pipeline.Definition {
	gate := func(kind string) pipeline.Gate {
		return pipeline.Gate{
			Fields: []string{kind + "f1", kind + "f2"}, Checklists: []string{"c1", "c2"}, Parts: []string{"p1", "p2"},
			Approvals: []pipeline.Approval{{Name: "a1", Roles: []string{"r1", "r2"}, Quorum: 1}, {Name: "a2", Quorum: 2, FourEyes: true}},
			Deadlines: []pipeline.Deadline{{Field: "f1", Offset: pipeline.MustSpan("-3d")}, {Field: "f2", Offset: pipeline.MustSpan("2h")}},
			Blocking:  pipeline.SeverityMedium, Guards: []string{"g1", "g2"},
		}
	}
	limits := []pipeline.Limit{
		{ID: "l1", Field: "f1", Within: pipeline.MustSpan("3d"), Warn: 50, Trigger: "t1"}, {ID: "l2", Within: pipeline.MustSpan("4d"), Total: true, Trigger: "t2"},
	}
	stage := func(id pipeline.StageID) pipeline.Stage {
		return pipeline.Stage{
			ID: id, Label: "L", Kind: pipeline.OnHold, Within: "s", Initial: "i", Probability: 10, Category: pipeline.CategoryPipeline,
			Enter: gate("e"), Leave: gate("l"), OnEnter: []string{"e1", "e2"}, OnExit: []string{"x1", "x2"}, Limits: limits,
		}
	}
	transition := func(trigger pipeline.TriggerID) pipeline.Transition {
		return pipeline.Transition{
			Trigger: trigger, Label: "L", From: []pipeline.StageID{"s1", "s2"}, To: "s1", Among: []pipeline.StageID{"s1", "s2"}, Choose: "c",
			When: []string{"w1", "w2"}, Gate: gate("t"), Reasons: "why", Roles: []string{"r1", "r2"}, Effects: []string{"e1", "e2"},
		}
	}
	reasons := []pipeline.Reason{{ID: "a", Label: "A"}, {ID: "b", NeedsNote: true, Archived: true}}
	items := []pipeline.Item{{ID: "a", Label: "A"}, {ID: "b", Label: "B", Optional: true}, {ID: "c", Label: "C", Optional: true}}
	return pipeline.Definition{
		ID: "d", Version: 1, Label: "L", Initial: "s1", Entrances: []pipeline.StageID{"s1", "s2"},
		Stages:      []pipeline.Stage{stage("s1"), stage("s2")},
		Transitions: []pipeline.Transition{transition("t1"), transition("t2")},
		Fields: []pipeline.Field{
			{ID: "f1", Label: "F", Kind: pipeline.DateField, OneOf: []string{"a", "b"}, SetIn: []pipeline.StageID{"s1", "s2"}}, {ID: "f2", Personal: true},
		},
		Reasons:    []pipeline.ReasonList{{Name: "why", Reasons: reasons}, {Name: "how", Reasons: reasons}},
		Roles:      []string{"r1", "r2"},
		Checklists: []pipeline.Checklist{{ID: "c1", Label: "C", Items: items}, {ID: "c2", Items: items}},
		Parts:      []pipeline.Part{{Name: "p1", Process: "x"}, {Name: "p2", Process: "y"}},
		Limits:     limits,
	}
}

// eachMutation changes one thing after another in a value, and puts it back after each.
func eachMutation(path string, v reflect.Value, changed func(path string)) {
	was := reflect.New(v.Type()).Elem()
	was.Set(v)
	try := func(how string, to reflect.Value) {
		v.Set(to)
		changed(path + how)
		v.Set(was)
	}
	if v.Type() == reflect.TypeFor[pipeline.Span]() {
		try("", reflect.ValueOf(pipeline.MustSpan("7wd")))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			eachMutation(path+"."+v.Type().Field(i).Name, v.Field(i), changed)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachMutation(fmt.Sprintf("%s[%d]", path, i), v.Index(i), changed)
			rest := reflect.MakeSlice(v.Type(), 0, v.Len())
			rest = reflect.AppendSlice(reflect.AppendSlice(rest, v.Slice(0, i)), v.Slice(i+1, v.Len()))
			try(fmt.Sprintf("[%d] taken out", i), rest)
		}
		if v.Len() > 1 {
			turned := reflect.MakeSlice(v.Type(), 0, v.Len())
			for i := v.Len() - 1; i >= 0; i-- {
				turned = reflect.Append(turned, v.Index(i))
			}
			try(" turned round", turned)
			try(" none", reflect.Zero(v.Type()))
		}
	case reflect.String:
		try("", reflect.ValueOf(v.String()+"x").Convert(v.Type()))
	case reflect.Bool:
		try("", reflect.ValueOf(!v.Bool()))
	default:
		next := reflect.New(v.Type()).Elem()
		if v.CanUint() {
			next.SetUint(v.Uint() + 1)
		} else {
			next.SetInt(v.Int() + 1)
		}
		try("", next)
	}
}

// Diff misses nothing: whatever is another in a definition, it says so, but for what its
// documentation leaves out.
func TestDiffMissesNothing(t *testing.T) {
	silent := map[string]bool{".Version": true, ".Entrances turned round": true, ".Roles turned round": true}
	for i := range 2 {
		for _, list := range []string{"Stages[%d].Enter", "Stages[%d].Leave", "Transitions[%d].Gate"} {
			for _, names := range []string{"Fields", "Checklists", "Parts", "Approvals", "Deadlines", "Guards"} {
				silent[fmt.Sprintf("."+list+"."+names+" turned round", i)] = true
			}
		}
		for _, names := range []string{"From", "Among", "When", "Roles"} {
			silent[fmt.Sprintf(".Transitions[%d].%s turned round", i, names)] = true
		}
		for _, names := range []string{"OneOf", "SetIn"} {
			silent[fmt.Sprintf(".Fields[%d].%s turned round", i, names)] = true
		}
	}
	d := everything()
	require.Empty(t, pipeline.Diff(everything(), d))
	n := 0
	eachMutation("", reflect.ValueOf(&d).Elem(), func(path string) {
		n++
		require.Equal(t, silent[path], len(pipeline.Diff(everything(), d)) == 0, "older to newer: %s", path)
		require.Equal(t, silent[path], len(pipeline.Diff(d, everything())) == 0, "newer to older: %s", path)
	})
	require.Empty(t, pipeline.Diff(everything(), d))
	require.Greater(t, n, 300)
}
