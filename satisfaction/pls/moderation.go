package pls

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// Moderation says that a construct changes how strongly another acts on a third. Both
// the predictor and the moderator need a path to the target.
type Moderation struct {
	Predictor, Moderator, Target string
}

// Interaction is the name of the construct that carries the moderation in the last
// stage: "Predictor*Moderator".
func (m Moderation) Interaction() string { return m.Predictor + "*" + m.Moderator }

// moderation is a [Moderation] by the places of its constructs in the plan whole.
type moderation struct {
	Moderation
	predictor, moderator, target, interaction int
	slope, change                             int // paths from the predictor and from the interaction
}

// moderate makes the plan of scores and products.
func (s *stages) moderate(moderations []Moderation) error {
	var whole Model
	for _, c := range s.main.model.Constructs {
		whole.Constructs = append(whole.Constructs, Construct{Name: c.Name, Items: []string{c.Name}})
	}
	whole.Paths = append(whole.Paths, s.main.model.Paths...)
	path := func(from, to string) (int, error) {
		for k, p := range s.main.model.Paths {
			if p.From == from && p.To == to {
				return k, nil
			}
		}
		return 0, &ModelError{Fault: AbsentPath, Path: Path{From: from, To: to}}
	}
	places := make(map[string]int)
	for _, m := range moderations {
		slope, err := path(m.Predictor, m.Target)
		if err != nil {
			return err
		}
		if _, err := path(m.Moderator, m.Target); err != nil {
			return err
		}
		name := m.Interaction()
		at, there := places[name]
		if !there {
			at = len(whole.Constructs)
			places[name] = at
			whole.Constructs = append(whole.Constructs, Construct{Name: name, Items: []string{name}})
		}
		s.moderations = append(s.moderations, moderation{
			Moderation: m, predictor: s.main.place[m.Predictor], moderator: s.main.place[m.Moderator],
			target: s.main.place[m.Target], interaction: at, slope: slope, change: len(whole.Paths),
		})
		whole.Paths = append(whole.Paths, Path{From: name, To: m.Target})
	}
	var err error
	s.whole, err = newPlan(whole)
	return err
}

// products appends to the scores of a row, in the order of the plan whole, those of
// its interactions.
func (s *stages) products(scores []float64) []float64 {
	constructs := len(scores)
	for range s.whole.constructs() - constructs {
		scores = append(scores, 0)
	}
	for _, m := range s.moderations {
		scores[m.interaction] = scores[m.predictor] * scores[m.moderator]
	}
	return scores
}

// InteractionResult is an estimated moderation. The interaction is the product of the
// two scores, each with variance 1; the product itself is not standardised, so that
// Change is a difference of slopes.
type InteractionResult struct {
	Moderation
	// Slope of the predictor where the moderator is at its mean: standard deviations
	// of the target for one of the predictor.
	Slope float64
	// Change of that slope for each standard deviation of the moderator.
	Change float64
	// Coefficient is the path of the interaction: standard deviations of the target
	// for one of the product.
	Coefficient float64
	R2          float64 // of the target
	WithoutR2   float64 // of the target without the interaction, from the same scores
}

// SlopeAt returns the slope of the predictor where the moderator is that many standard
// deviations above its mean: −1 and 1 give the simple slopes that are usually drawn.
func (i InteractionResult) SlopeAt(deviations float64) float64 {
	return i.Slope + deviations*i.Change
}

// F2 returns the effect size (R² − R² without the interaction)/(1 − R²), and whether it
// exists: not where nothing is left to explain. (J. Cohen, Statistical Power Analysis
// for the Behavioral Sciences, 1988. H. Aguinis and others, Journal of Applied
// Psychology 90, 2005, find a median of .002 for moderations; D. A. Kenny takes .005,
// .01 and .025 for small, medium and large.)
func (i InteractionResult) F2() (size float64, exists bool) {
	if !(1-i.R2 > 1e-12) {
		return 0, false
	}
	return (i.R2 - i.WithoutR2) / (1 - i.R2), true
}

// interaction reads a moderation from the last stage.
func (m moderation) result(r *Result) (InteractionResult, error) {
	without, err := r.withoutPath(m.change)
	return InteractionResult{
		Moderation: m.Moderation, Slope: r.paths[m.slope], Change: m.changeIn(r.Sample()),
		Coefficient: r.paths[m.change], R2: r.r2[m.target], WithoutR2: without,
	}, err
}

// changeIn is the change of the slope for a standard deviation of the moderator.
func (m moderation) changeIn(s *Sample) float64 { return s.Path(m.change) / s.SD(m.interaction, 0) }

// withoutPath returns the R² of the construct that path k ends at if the path is left
// out and the scores stay as they are.
func (r *Result) withoutPath(k int) (float64, error) {
	count, target := r.plan.constructs(), r.plan.paths[k].to
	var others []int
	for _, l := range r.plan.in[target] {
		if l != k {
			others = append(others, r.plan.paths[l].from)
		}
	}
	n := len(others)
	a, b := make([]float64, n*n), make([]float64, n)
	for i, c := range others {
		b[i] = r.between[c*count+target]
		for h, d := range others {
			a[i*n+h] = r.between[c*count+d]
		}
	}
	if !numeric.Solve(a, n, b) {
		return 0, &SingularError{Construct: r.plan.name(target), Part: SingularPredecessors}
	}
	r2 := 0.0
	for i, c := range others {
		r2 += b[i] * r.between[c*count+target]
	}
	return math.Min(r2, r.r2[target]), nil
}
