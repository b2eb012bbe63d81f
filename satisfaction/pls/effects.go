package pls

// totalEffects fills effects (J×J, row from, column to) with (I − B)⁻¹ − I: what a
// standard deviation of one construct does to another over all ways.
func (s *solver) totalEffects(effects []float64) {
	count := s.constructs()
	clear(effects)
	for _, j := range s.order {
		for _, k := range s.in[j] {
			by, b := s.plan.paths[k].from, s.paths[k]
			effects[by*count+j] += b
			for from := range count {
				effects[from*count+j] += effects[from*count+by] * b
			}
		}
	}
}

// Effect is what one construct does to another, in standard deviations of the second
// for one of the first.
type Effect struct {
	Path
	Direct   float64 // the coefficient of the path; 0 if the model has none
	Indirect float64 // over all other ways
	Total    float64 // Direct + Indirect
}

// Effects returns the effects of all pairs of constructs that a way of paths joins,
// by the order of the model: first by the construct that acts.
func (r *Result) Effects() []Effect {
	var out []Effect
	for _, from := range r.plan.model.Constructs {
		for _, to := range r.plan.model.Constructs {
			if e, joined := r.Effect(from.Name, to.Name); joined {
				out = append(out, e)
			}
		}
	}
	return out
}

// Effect returns the effect of one construct on another, and whether a way of paths
// leads from the first to the second.
func (r *Result) Effect(from, to string) (Effect, bool) {
	j, known := r.plan.place[from]
	k, also := r.plan.place[to]
	if !known || !also || !r.plan.leads[j*r.plan.constructs()+k] {
		return Effect{}, false
	}
	total := r.effects[j*r.plan.constructs()+k]
	direct, _ := r.Path(from, to)
	return Effect{Path: Path{From: from, To: to}, Direct: direct, Indirect: total - direct, Total: total}, true
}
