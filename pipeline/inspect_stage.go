package pipeline

import "slices"

// stageList looks at each stage and at how they lie within each other.
func (in *inspector) stageList() {
	d := in.d
	in.arrange()
	labels := map[string]StageID{}
	won, lost := false, false
	for i := range d.Stages {
		s, at := &d.Stages[i], placeAt("stages", i)
		in.text(at.of("label"), s.Label)
		if other, twice := labels[s.Label]; twice && s.Label != "" && !s.Archived {
			in.warn(at.of("label"), CodeDuplicateLabel, "stages %q and %q have the same label", other, s.ID)
		} else if !s.Archived {
			labels[s.Label] = s.ID
		}
		in.figures(at, s)
		in.gate(at.of("enter"), &s.Enter)
		in.gate(at.of("leave"), &s.Leave)
		in.effects(at.of("on_enter"), s.OnEnter)
		in.effects(at.of("on_exit"), s.OnExit)
		in.limits(at.of("limits"), s.Limits, true)
		if in.tree && !in.stands(i) {
			in.superStage(at, s)
		} else if in.stands(i) && s.Initial != "" {
			in.fail(at.of("initial"), CodeSuperInitial, "no stage is within %q, so it has no initial one", s.ID)
			in.tree = false
		}
		won = won || s.Kind == Won && !s.Archived
		lost = lost || s.Kind == Lost && !s.Archived
	}
	if !won {
		in.fail(placeOf("stages"), CodeNoWon, "no stage is of kind won")
	}
	if !lost {
		in.fail(placeOf("stages"), CodeNoLost, "no stage is of kind lost")
	}
	if in.tree {
		in.initials()
	}
	in.beginnings()
}

// arrange finds which stages lie within which, and no stage within itself.
func (in *inspector) arrange() {
	d := in.d
	in.super = make([]int, len(d.Stages))
	in.inside = make([][]int, len(d.Stages))
	for i := range d.Stages {
		in.super[i] = -1
		if within := d.Stages[i].Within; within != "" {
			if in.super[i] = in.stage(placeAt("stages", i).of("within"), within); in.super[i] < 0 {
				in.tree = false
				continue
			}
			in.inside[in.super[i]] = append(in.inside[in.super[i]], i)
		}
	}
	told := make([]bool, len(d.Stages))
	for i := range d.Stages {
		at, chain := placeAt("stages", i).of("within"), in.around(i)
		if slices.Contains(chain, i) {
			in.tree = false
			if !told[i] {
				in.fail(at, CodeSuperCycle, "stage %q lies within itself", d.Stages[i].ID)
			}
			for _, s := range chain {
				told[s] = true
			}
		} else if len(chain) > MaxDepth {
			in.tree = false
			in.fail(at, CodeTooLarge, "%d stages lie around stage %q, at most %d are accepted", len(chain), d.Stages[i].ID, MaxDepth)
		}
	}
	in.leaves = make([][]int, len(d.Stages))
	if !in.tree {
		return
	}
	for i := range d.Stages {
		if len(in.inside[i]) > 0 {
			continue
		}
		for s := i; s >= 0; s = in.super[s] {
			in.leaves[s] = append(in.leaves[s], i)
		}
	}
}

// around returns the stages around one, from the inside out. If it lies within itself it
// is the last of them.
func (in *inspector) around(i int) []int {
	var chain []int
	for s := in.super[i]; s >= 0 && len(chain) < len(in.super); s = in.super[s] {
		chain = append(chain, s)
		if s == i {
			break
		}
	}
	return chain
}

// stands reports whether records can stand in a stage.
func (in *inspector) stands(i int) bool { return len(in.inside[i]) == 0 }

// figures checks kind, probability and category.
func (in *inspector) figures(at place, s *Stage) {
	if int(s.Kind) >= len(kindWords()) {
		in.fail(at.of("kind"), CodeBadWord, "%v is none of the kinds", s.Kind)
	}
	if int(s.Category) >= len(categoryWords()) {
		in.fail(at.of("category"), CodeBadWord, "%v is none of the categories", s.Category)
	}
	switch {
	case s.Probability < 0 || s.Probability > 100:
		in.fail(at.of("probability"), CodeProbabilityRange, "probability %d, want 0 to 100", s.Probability)
	case s.Kind == Won && s.Probability != 0 && s.Probability != 100:
		in.fail(at.of("probability"), CodeProbabilityOutcome, "won stage %q has probability %d, want 100", s.ID, s.Probability)
	case s.Kind == Lost && s.Probability != 0:
		in.fail(at.of("probability"), CodeProbabilityOutcome, "lost stage %q has probability %d, want 0", s.ID, s.Probability)
	}
	if s.Category == CategoryClosed && s.Kind != Won {
		in.fail(at.of("category"), CodeCategoryKind, "stage %q is %v and cannot count as closed", s.ID, s.Kind)
	}
}

// superStage finds what a super-stage cannot have, as nothing stands in it.
func (in *inspector) superStage(at place, s *Stage) {
	refuse := func(field string, has bool) {
		if has {
			in.fail(at.of(field), CodeSuperStage, "no record stands in super-stage %q: it has no %s of its own", s.ID, field)
		}
	}
	refuse("kind", s.Kind != Open)
	refuse("probability", s.Probability != 0)
	refuse("category", s.Category != CategoryNone)
	refuse("pauses", s.Pauses)
	refuse("limits", len(s.Limits) > 0)
	if s.Initial == "" {
		in.fail(at.of("initial"), CodeSuperInitial, "super-stage %q does not say which of its stages is entered", s.ID)
		in.tree = false
	}
}

// initials checks that each super-stage leads to a stage inside it.
func (in *inspector) initials() {
	for i := range in.d.Stages {
		s := &in.d.Stages[i]
		if in.stands(i) {
			continue
		}
		at := placeAt("stages", i).of("initial")
		initial := in.stage(at, s.Initial)
		if initial < 0 {
			in.tree = false
			continue
		}
		if !slices.Contains(in.around(initial), i) {
			in.fail(at, CodeSuperInitial, "initial stage %q does not lie within %q", s.Initial, s.ID)
			in.tree = false
		}
	}
}

// settle returns the stage in which a record comes to rest that enters a stage.
func (in *inspector) settle(i int) int {
	for !in.stands(i) {
		i = in.stages[in.d.Stages[i].Initial]
	}
	return i
}

// beginnings checks where records begin.
func (in *inspector) beginnings() {
	d := in.d
	seen := map[StageID]bool{}
	look := func(at place, id StageID) {
		i := in.stage(at, id)
		if i < 0 || !in.tree {
			return
		}
		if seen[id] {
			in.fail(at, CodeDuplicate, "stage %q is given twice as a beginning", id)
		}
		seen[id] = true
		s := &d.Stages[in.settle(i)]
		if s.Kind != Open {
			in.fail(at, CodeInitialKind, "records would begin in stage %q, which is %v and not open", s.ID, s.Kind)
		}
		in.notArchived(at, i)
	}
	if d.Initial == "" {
		in.fail(placeOf("initial"), CodeNoInitial, "no stage is given in which records begin")
		in.linked = false
	} else {
		look(placeOf("initial"), d.Initial)
	}
	for i, id := range d.Entrances {
		look(placeAt("entrances", i), id)
	}
}

// notArchived checks that a stage to which something leads is in use.
func (in *inspector) notArchived(at place, i int) {
	named, s := &in.d.Stages[i], &in.d.Stages[in.settle(i)]
	if named.Archived || s.Archived {
		in.fail(at, CodeArchivedTarget, "this leads into archived stage %q", s.ID)
	}
}
