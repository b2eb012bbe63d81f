package pipeline

import "slices"

// mainPath looks at the figures along the main path: from the initial stage the first
// transition of each stage that leads on to an open stage not passed yet, or to a won one.
func (in *inspector) mainPath(at int) {
	passed := map[int]bool{}
	probability, category := 0, CategoryNone
	for at >= 0 {
		passed[at] = true
		s := &in.d.Stages[at]
		if s.Probability > 0 && s.Probability <= 100 {
			if s.Probability < probability {
				in.warn(placeAt("stages", at).of("probability"), CodeProbabilityFalls, "the probability falls from %d to %d along the way to winning", probability, s.Probability)
			}
			probability = s.Probability
		}
		if s.Category != CategoryNone {
			if s.Category < category {
				in.warn(placeAt("stages", at).of("category"), CodeCategoryFalls, "the category falls from %v to %v along the way to winning", category, s.Category)
			}
			category = s.Category
		}
		at = in.onward(at, passed)
	}
	in.missingCategories()
}

// onward returns the next stage of the main path, −1 at its end.
func (in *inspector) onward(at int, passed map[int]bool) int {
	first, to := way{}, -1
	for _, o := range in.offers[at].list {
		for _, w := range o.ways {
			if w.hidden || in.d.Transitions[w.transition].Back {
				continue
			}
			k := slices.IndexFunc(w.to, func(i int) bool {
				kind := in.d.Stages[i].Kind
				return kind == Won && in.d.Stages[at].Kind == Open || kind == Open && !passed[i]
			})
			sooner := w.level < first.level || w.level == first.level && w.transition < first.transition
			if k >= 0 && (to < 0 || sooner) {
				first, to = w, w.to[k]
			}
		}
	}
	if to >= 0 && in.d.Stages[to].Kind == Won {
		return -1
	}
	return to
}

// missingCategories finds open stages without a category, if others have one.
func (in *inspector) missingCategories() {
	open := func(i int) bool {
		return in.stands(i) && in.d.Stages[i].Kind == Open && !in.d.Stages[i].Archived
	}
	some := false
	for i, s := range in.d.Stages {
		some = some || open(i) && s.Category != CategoryNone
	}
	for i, s := range in.d.Stages {
		if some && open(i) && s.Category == CategoryNone {
			in.warn(placeAt("stages", i).of("category"), CodeCategoryMissing, "open stage %q has no category, though others have", s.ID)
		}
	}
}

// gates checks that the fields that gates need can be set before, on some way through
// each gate.
func (in *inspector) gates(reached []bool, begins []int) {
	in.entering(reached, begins)
	sources := make([][]int, len(in.d.Transitions))
	for i := range in.d.Stages {
		for _, o := range in.offers[i].list {
			for _, w := range o.ways {
				if reached[i] && !w.hidden {
					sources[w.transition] = append(sources[w.transition], i)
				}
			}
		}
	}
	for i := range in.d.Transitions {
		in.settable(placeAt("transitions", i).of("gate"), &in.d.Transitions[i].Gate, sources[i], nil)
	}
}

// entering looks at the gates of stages.
func (in *inspector) entering(reached []bool, begins []int) {
	before := reversed(in.next)
	for i := range in.d.Stages {
		s := &in.d.Stages[i]
		var left, from, first []int
		inner := make([]bool, len(in.d.Stages))
		for _, leaf := range in.leaves[i] {
			inner[leaf] = true
		}
		for _, leaf := range in.leaves[i] {
			if reached[leaf] {
				left = append(left, leaf)
			}
			for _, b := range before[leaf] {
				if reached[b] && (b == i || !inner[b]) {
					from = append(from, b)
				}
			}
			if slices.Contains(begins, leaf) {
				first = append(first, leaf)
			}
		}
		at := placeAt("stages", i)
		in.settable(at.of("enter"), &s.Enter, from, first)
		in.settable(at.of("leave"), &s.Leave, left, nil)
	}
}
