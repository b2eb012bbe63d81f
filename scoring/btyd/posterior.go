package btyd

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Posterior is what is known of the parameters of a model after the data: draws from
// their posterior distribution, made by [SampleParetoNBD] or read from JSON. It
// predicts as a [Model] does and is a [TransactionModel]; what it returns is the mean
// of the models' answers over 256 draws spread evenly over the chains (all if there
// are fewer), so that the uncertainty of the parameters is in it.
//
// The value is immutable and safe to share. The zero value knows nothing: it predicts
// 0 or returns an [*InputError].
type Posterior struct {
	family       Family
	unit         rapport.Unit
	seed         uint64
	warmup, thin int
	workers      int
	customers    int
	repeaters    int
	priors       penalty
	draws        [][][]float64 // by chain, parameter and draw
	summary      []ParameterPosterior
	models       []*Model // those that predict
}

// mostModels is the number of draws that predictions average over. The parameters
// add a small part to the uncertainty of a customer, of which that leaves a
// sixteenth.
const mostModels = 256

// ParameterPosterior is what the draws say of a parameter.
type ParameterPosterior struct {
	Name     string
	Mean, SD float64
	// Quantiles are those of 2.5, 25, 50, 75 and 97.5 %.
	Quantiles [5]float64
	Mixing
}

// newPosterior computes what follows from draws that were checked.
func newPosterior(family Family, s *sampler, draws [][][]float64) *Posterior {
	p := &Posterior{
		family: family, unit: s.rows.unit, seed: s.seed, warmup: s.options.Warmup, thin: s.options.Thin, workers: s.options.Workers,
		customers: s.rows.Customers(), repeaters: int(math.Round(s.rows.repeaters)), priors: s.priors, draws: draws,
	}
	p.digest()
	return p
}

func (p *Posterior) digest() {
	for i, name := range p.family.Parameters() {
		chains := make([][]float64, len(p.draws))
		for k, c := range p.draws {
			chains[k] = c[i]
		}
		sorted := slices.Sorted(slices.Values(slices.Concat(chains...)))
		s := ParameterPosterior{Name: name, Mixing: mixing(chains)}
		s.Mean, s.SD = meanAndSD(sorted)
		for k, level := range []float64{0.025, 0.25, 0.5, 0.75, 0.975} {
			s.Quantiles[k] = numeric.Quantile(sorted, level)
		}
		p.summary = append(p.summary, s)
	}
	each, chains := p.Draws(), p.Chains()
	n := min(mostModels, each*chains)
	for k := range n {
		at := k * each * chains / n
		p.models = append(p.models, newModel(p.family, p.unit, p.Draw(at/each, at%each)))
	}
}

func (p *Posterior) known() bool { return p != nil && len(p.models) > 0 }

// errNoPosterior is the error of the zero value.
func errNoPosterior() error { return errUnknown("SampleParetoNBD") }

// Family returns the family of the models; 0 for the zero Posterior.
func (p *Posterior) Family() Family {
	if !p.known() {
		return 0
	}
	return p.family
}

// Name returns the name of the family, such as "paretonbd".
func (p *Posterior) Name() string { return p.Family().String() }

// Unit returns the unit of time of the models; 0 for the zero Posterior.
func (p *Posterior) Unit() rapport.Unit {
	if !p.known() {
		return 0
	}
	return p.unit
}

// Chains returns the number of chains.
func (p *Posterior) Chains() int {
	if p == nil {
		return 0
	}
	return len(p.draws)
}

// Draws returns the number of draws of each chain.
func (p *Posterior) Draws() int {
	if p.Chains() == 0 {
		return 0
	}
	return len(p.draws[0][0])
}

// Draw returns the parameters of a draw, in the order of [Family.Parameters]; nil
// unless 0 ≤ chain < Chains and 0 ≤ i < Draws. [New] makes their model.
func (p *Posterior) Draw(chain, i int) []float64 {
	if chain < 0 || chain >= p.Chains() || i < 0 || i >= p.Draws() {
		return nil
	}
	params := make([]float64, len(p.draws[chain]))
	for k, column := range p.draws[chain] {
		params[k] = column[i]
	}
	return params
}

// Summary says of each parameter what the draws know and how well they mixed.
func (p *Posterior) Summary() []ParameterPosterior {
	if !p.known() {
		return nil
	}
	return slices.Clone(p.summary)
}

// Parameters returns the posterior means, with the posterior standard deviations in
// place of standard errors.
func (p *Posterior) Parameters() []Parameter {
	var list []Parameter
	for _, s := range p.Summary() {
		list = append(list, Parameter{Name: s.Name, Value: s.Mean, SE: s.SD, Identified: s.SD > 0})
	}
	return list
}

// Priors returns the priors, in the order of [Family.Parameters], in the model's unit
// of time.
func (p *Posterior) Priors() []Prior {
	if !p.known() {
		return nil
	}
	list := make([]Prior, len(p.priors))
	for i, prior := range p.priors {
		list[i] = *prior
	}
	return list
}

// Warnings returns [WarningNotMixed] and [WarningFewEffective] where a parameter's
// R-hat exceeds 1.01 or one of its effective sizes is below 400: sample longer, with
// more Warmup or more Draws.
func (p *Posterior) Warnings() []Warning {
	list := []Warning{}
	for _, s := range p.Summary() {
		if s.RHat > mixedRHat && !slices.Contains(list, WarningNotMixed) {
			list = append(list, WarningNotMixed)
		}
		if min(s.BulkESS, s.TailESS) < mixedESS && !slices.Contains(list, WarningFewEffective) {
			list = append(list, WarningFewEffective)
		}
	}
	slices.Sort(list)
	return list
}

// Report says how the sampling went: Converged without warnings, Iterations is the
// steps of all chains and Starts their number. There is no maximum, so that its
// fields are 0.
func (p *Posterior) Report() FitReport {
	if !p.known() {
		return FitReport{}
	}
	w := p.Warnings()
	return FitReport{
		Converged: len(w) == 0, Iterations: p.Chains() * (p.warmup + p.thin*p.Draws()), Starts: p.Chains(),
		Parameters: len(p.summary), Customers: p.customers, Repeaters: p.repeaters, Boundaries: []Boundary{}, Warnings: w,
	}
}
