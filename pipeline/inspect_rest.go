package pipeline

import "slices"

// rest looks at fields, lists and the limits of the process.
func (in *inspector) rest() {
	d := in.d
	for i := range d.Fields {
		in.fieldEntry(placeAt("fields", i), &d.Fields[i])
	}
	for i, l := range d.Reasons {
		at := placeAt("reasons", i)
		known, some := map[string]bool{}, false
		for j, r := range l.Reasons {
			in.declare(at.of("reasons").at(j).of("id"), known, "reason", r.ID)
			in.text(at.of("reasons").at(j).of("label"), r.Label)
			some = some || !r.Archived
		}
		if !some {
			in.fail(at.of("reasons"), CodeNoReasons, "list %s has no reason that could be given", short(l.Name))
		}
	}
	for i, l := range d.Checklists {
		at := placeAt("checklists", i)
		in.text(at.of("label"), l.Label)
		known := map[string]bool{}
		for j, item := range l.Items {
			in.declare(at.of("items").at(j).of("id"), known, "item", item.ID)
			in.text(at.of("items").at(j).of("label"), item.Label)
		}
		if len(l.Items) == 0 {
			in.fail(at.of("items"), CodeNoItems, "checklist %s has no items", short(l.ID))
		}
	}
	in.limits(placeOf("limits"), d.Limits, false)
}

func (in *inspector) fieldEntry(at place, f *Field) {
	in.text(at.of("label"), f.Label)
	if int(f.Kind) >= len(fieldWords()) {
		in.fail(at.of("kind"), CodeBadWord, "%v is none of the kinds of field", f.Kind)
	} else if f.Kind != TextField && len(f.OneOf) > 0 {
		in.fail(at.of("one_of"), CodeOneOfKind, "field %s is of kind %v and has choices, want text", short(f.ID), f.Kind)
	}
	in.once(at.of("one_of"), f.OneOf)
	for i, text := range f.OneOf {
		at := at.of("one_of").at(i)
		in.text(at, text)
		if Text(text) != (Value{text: text}) || text == "" {
			in.fail(at, CodeBadText, "choice %s is empty or has white space at its ends, so no field holds it", short(text))
		}
	}
	in.stageNames(at.of("set_in"), f.SetIn)
	for i, id := range f.SetIn {
		if s, known := in.stages[id]; known && !in.stands(s) {
			in.fail(at.of("set_in").at(i), CodeSuperStage, "no record stands in super-stage %q", id)
		}
	}
}

// limits looks at the limits of a stage or of the whole process.
func (in *inspector) limits(at place, limits []Limit, stage bool) {
	known := map[string]bool{}
	if stage {
		for _, l := range in.d.Limits {
			known[l.ID] = true
		}
	}
	for i := range limits {
		l, at := &limits[i], at.at(i)
		if !stage {
			at = placeAt("limits", i)
		}
		in.declare(at.of("id"), known, "limit", l.ID)
		if l.Field != "" {
			in.date(at.of("field"), l.Field)
		}
		switch {
		case !l.Within.IsValid():
			in.fail(at.of("within"), CodeLimitSpan, "limit %s has no length", short(l.ID))
		case l.Within.Sign() <= 0 && l.Field == "":
			in.fail(at.of("within"), CodeLimitSpan, "limit %s is %v, want more than none", short(l.ID), l.Within)
		case stage && in.beyond(l):
			in.fail(at.of("within"), CodeLimitBeyond, "limit %s is %v, longer than those of the process, which pass first", short(l.ID), l.Within)
		}
		if l.Warn < 0 || l.Warn > 99 {
			in.fail(at.of("warn"), CodeLimitWarn, "limit %s warns at %d percent, want 0 to 99", short(l.ID), l.Warn)
		}
		if l.Trigger != "" && !in.triggers[l.Trigger] {
			in.fail(at.of("trigger"), CodeUnknownTrigger, "no transition has trigger %s", short(l.Trigger))
		}
	}
}

// beyond reports whether limits of the process, by the same clock, all pass before one of
// a stage could.
func (in *inspector) beyond(l *Limit) bool {
	some := false
	for i := range in.d.Limits {
		whole := &in.d.Limits[i]
		if whole.Within.Sign() <= 0 || whole.Field != "" || l.Field != "" || l.Total && !whole.Total {
			continue
		}
		order, same := l.Within.compare(whole.Within)
		if !same {
			continue
		}
		if order <= 0 {
			return false
		}
		some = true
	}
	return some
}

// limitTriggers checks that stages have the triggers of their limits.
func (in *inspector) limitTriggers() {
	for i := range in.d.Stages {
		s := &in.d.Stages[i]
		for j, l := range s.Limits {
			known := l.Trigger != "" && in.triggers[l.Trigger] && in.stands(i)
			if known && len(in.ways(i, l.Trigger)) == 0 {
				in.fail(placeAt("stages", i).of("limits").at(j).of("trigger"), CodeLimitTrigger,
					"stage %q does not have trigger %q of limit %s", s.ID, l.Trigger, short(l.ID))
			}
		}
	}
}

// settable checks that each needed field could be set before its gate, in a stage from
// which records come to it.
func (in *inspector) settable(at place, g *Gate, from []int, begins []int) {
	needs := slices.Clone(g.Fields)
	for _, d := range g.Deadlines {
		needs = append(needs, d.Field)
	}
	for _, name := range needs {
		f := in.fields[name]
		if f == nil || len(f.SetIn) == 0 || len(from)+len(begins) == 0 {
			continue
		}
		set := in.indices(f.SetIn)
		good := slices.ContainsFunc(from, func(i int) bool {
			return slices.ContainsFunc(set, func(s int) bool { return in.from(s)[i] })
		}) ||
			slices.ContainsFunc(begins, func(i int) bool { return slices.Contains(f.SetIn, in.d.Stages[i].ID) })
		if !good {
			in.fail(at, CodeUnsettableField, "field %q is needed here and can only be set in %q, where no record comes before", name, f.SetIn)
		}
	}
}
