package cluster

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// em climbs the penalised likelihood of a mixture. The penalty −½ Σ tr(Λ·covariance⁻¹) is
// a weak prior on the covariances that keeps them away from singular ones; with it every
// step still climbs, because the step's maximum is exact: covariance = (scatter + Λ) /
// weight of the group. References: A. P. Dempster, N. M. Laird and D. B. Rubin, Journal
// of the Royal Statistical Society B 39 (1977), 1–38; C. Fraley and A. E. Raftery,
// Journal of Classification 24 (2007), 155–181, for such priors.
type em struct {
	data       *Prepared
	form       Covariance
	workers    int
	prior      []float64 // the diagonal of Λ
	components []component
	blocks     []emBlock
	likelihood float64 // ln of that of the components as they are, without the penalty
}

// emBlock is a range of rows and its sums, by component.
type emBlock struct {
	from, to   int
	likelihood float64
	weights    []float64
	off        []float64 // Σ p·(x − mean)
	scatter    []float64 // Σ p·(x − mean)(x − mean)ᵀ, as the covariance is kept
}

func newEM(data *Prepared, k int, o *MixtureOptions, workers int) *em {
	d := data.width
	e := &em{data: data, form: o.Covariance, workers: workers, prior: make([]float64, d)}
	strength := o.Regularization * float64(data.Len()) / float64(k)
	column := make([]float64, data.Len())
	for f := range e.prior {
		for i := range column {
			column[i] = data.rows[i*d+f]
		}
		_, sd := spread(column)
		e.prior[f] = strength * sd * sd
	}
	entries := o.Covariance.entries(d)
	for _, r := range blockRanges(data.Len(), k*(1+d+entries)) {
		e.blocks = append(e.blocks, emBlock{
			from: r[0], to: r[1], weights: make([]float64, k), off: make([]float64, k*d), scatter: make([]float64, k*entries),
		})
	}
	e.components = make([]component, k)
	for c := range e.components {
		e.components[c] = component{form: o.Covariance, weight: 1, mean: make([]float64, d), covariance: make([]float64, entries)}
	}
	return e
}

// objective is what never falls.
func (e *em) objective() float64 {
	value := e.likelihood
	for c := range e.components {
		value -= e.components[c].penalty(e.prior)
	}
	return value
}

// fromLabels sets the components to the groups of a partition, none of them empty. The
// means come first, so that the scatter is taken about them.
func (e *em) fromLabels(labels []int32) error {
	sizes := make([]float64, len(e.components))
	for i, label := range labels {
		sizes[label]++
		shift(e.components[label].mean, e.data.row(i), 1/sizes[label])
	}
	off := make([]float64, e.data.width)
	for b := range e.blocks {
		block := &e.blocks[b]
		block.clear()
		for i := block.from; i < block.to; i++ {
			mean := e.components[labels[i]].mean
			for f, v := range e.data.row(i) {
				off[f] = v - mean[f]
			}
			block.add(e, int(labels[i]), 1, off)
		}
	}
	return e.maximise()
}

// run climbs until a step gains no more than the tolerance for each customer.
func (e *em) run(ctx context.Context, most int, tolerance float64) (steps int, converged bool, err error) {
	before := math.Inf(-1)
	for {
		if err := ctx.Err(); err != nil {
			return steps, false, err
		}
		e.expect()
		now := e.objective()
		if math.IsNaN(now) || math.IsInf(now, 0) { // a variance is so small that densities have no number
			return steps, false, ErrSingular
		}
		if now-before <= tolerance*float64(e.data.Len()) {
			return steps, true, nil
		}
		if steps == most {
			return steps, false, nil
		}
		before = now
		steps++
		if err := e.maximise(); err != nil {
			return steps, false, err
		}
	}
}

// expect computes the probabilities of belonging and their sums.
func (e *em) expect() {
	numeric.Parallel(e.workers, len(e.blocks), func(b int) { e.expectBlock(&e.blocks[b]) })
	var total numeric.ExactSum
	for b := range e.blocks {
		total.Add(e.blocks[b].likelihood)
	}
	e.likelihood = total.Total()
}

func (e *em) expectBlock(b *emBlock) {
	d, k := e.data.width, len(e.components)
	off, whitened, logs := make([]float64, k*d), make([]float64, d), make([]float64, k)
	b.clear()
	for i := b.from; i < b.to; i++ {
		x := e.data.rows[i*d : (i+1)*d]
		for c := range e.components {
			logs[c] = e.components[c].at(x, off[c*d:(c+1)*d], whitened)
		}
		b.likelihood += probabilities(logs)
		for c, p := range logs {
			if p > 0 {
				b.add(e, c, p, off[c*d:(c+1)*d])
			}
		}
	}
}

// at returns ln(weight · density) of a point and leaves how far it is off the mean.
func (c *component) at(x, off, whitened []float64) float64 {
	if c.weight == 0 {
		return math.Inf(-1)
	}
	for f, v := range x {
		off[f] = v - c.mean[f]
	}
	return c.logDensity(off, whitened)
}

func (b *emBlock) clear() {
	b.likelihood = 0
	clear(b.weights)
	clear(b.off)
	clear(b.scatter)
}

// add adds a point, given by its differences from the mean, to a component.
func (b *emBlock) add(e *em, c int, p float64, off []float64) {
	d := len(off)
	b.weights[c] += p
	sums := b.off[c*d : (c+1)*d]
	entries := len(b.scatter) / len(b.weights)
	scatter := b.scatter[c*entries : (c+1)*entries]
	for f, v := range off {
		w := p * v
		sums[f] += w
		switch e.form {
		case Full:
			for g, u := range off[:f+1] {
				scatter[f*d+g] += w * u
			}
		case Diagonal:
			scatter[f] += w * v
		default:
			scatter[0] += w * v
		}
	}
}

// died is the weight, in customers, below which a component is given up: its covariance
// would be all prior.
const died = 1e-6

// maximise sets the components to the greatest penalised likelihood under the
// probabilities of belonging.
func (e *em) maximise() error {
	d, k := e.data.width, len(e.components)
	all := emBlock{weights: make([]float64, k), off: make([]float64, k*d), scatter: make([]float64, len(e.blocks[0].scatter))}
	for b := range e.blocks {
		for _, pair := range [][2][]float64{{all.weights, e.blocks[b].weights}, {all.off, e.blocks[b].off}, {all.scatter, e.blocks[b].scatter}} {
			for i, v := range pair[1] {
				pair[0][i] += v
			}
		}
	}
	entries := e.form.entries(d)
	for c := range e.components {
		comp, weight := &e.components[c], all.weights[c]
		comp.weight = weight / float64(e.data.Len())
		if weight < died {
			comp.weight = 0
			continue
		}
		off := all.off[c*d : (c+1)*d]
		for f := range off {
			off[f] /= weight
			comp.mean[f] += off[f]
		}
		comp.spread(all.scatter[c*entries:(c+1)*entries], weight, off, e.prior)
		if !comp.prepare() {
			return ErrSingular
		}
	}
	return nil
}

// spread sets the covariance from the scatter about the mean before, which moved by off.
func (c *component) spread(scatter []float64, weight float64, off, prior []float64) {
	d := len(off)
	switch c.form {
	case Full:
		for f := range d {
			for g := range f + 1 {
				v := scatter[f*d+g]/weight - off[f]*off[g]
				if f == g {
					v = max(v, 0) + prior[f]/weight
				}
				c.covariance[f*d+g], c.covariance[g*d+f] = v, v
			}
		}
	case Diagonal:
		for f := range d {
			c.covariance[f] = max(0, scatter[f]/weight-off[f]*off[f]) + prior[f]/weight
		}
	default:
		v, extra := scatter[0]/weight, 0.0
		for f := range d {
			v -= off[f] * off[f]
			extra += prior[f] / weight
		}
		c.covariance[0] = (max(0, v) + extra) / float64(d)
	}
}
