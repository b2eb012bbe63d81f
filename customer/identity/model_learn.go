package identity

import (
	"context"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// train compares candidate pairs, a share of them if there are too many.
func (m *Model) train(ctx context.Context, b *blocks) (list []scored, rate float64, err error) {
	rate = min(1, mostTraining/max(b.pairs(), 1))
	limit := uint64(math.MaxUint64)
	if rate < 1 {
		limit = uint64(rate * math.MaxUint64)
	}
	pieces := make([][]scored, len(b.chunks()))
	err = b.run(ctx, m.options.Workers, func(piece int, c chunk) {
		compare := newComparer(b.j, m.exchanges)
		var out []scored
		b.each(c, func(x, y int) {
			if rate == 1 || mix(uint64(x)<<32|uint64(y)^m.options.Seed) < limit {
				out = append(out, scored{uint32(x), uint32(y), compare.pattern(x, y)})
			}
		})
		pieces[piece] = out
	})
	return slices.Concat(pieces...), rate, err
}

// random compares pairs that are no candidates, drawn evenly.
func (m *Model) random(b *blocks) []pattern {
	j := b.j
	if b.all || j.pairCount() == 0 {
		return nil
	}
	const pieces = 16
	drawn := make([][]pattern, pieces)
	numeric.Parallel(m.options.Workers, pieces, func(piece int) {
		random := numeric.Stream(m.options.Seed, uint64(16+piece))
		compare := newComparer(j, m.exchanges)
		for range int(min(randomPairs, j.pairCount())) / pieces {
			x, y := random.IntN(j.split), 0
			if j.linking() {
				y = j.split + random.IntN(j.n-j.split)
			} else if y = random.IntN(j.n - 1); y >= x {
				y++
			}
			if !b.share(x, y, b.rules) {
				drawn[piece] = append(drawn[piece], compare.pattern(x, y))
			}
		}
	})
	return slices.Concat(drawn...)
}

// learn estimates the parameters.
func (m *Model) learn(j *joint, training []scored, rate float64, random []pattern, rules []RuleReport) {
	e := &evidence{total: max(j.pairCount(), 1), fields: len(j.fields)}
	for _, f := range j.fields {
		e.kinds = append(e.kinds, len(levelNames(f.Kind)))
		e.priors = append(e.priors, opinion(f.Kind))
		e.apart = append(e.apart, apart(f.Kind))
		e.unequal = append(e.unequal, unequal(f.Kind))
	}
	for range m.exchanges {
		e.kinds = append(e.kinds, 4)
		e.priors = append(e.priors, []float64{0, 0.96, 0.03, 0.01})
	}
	var near, far counter
	for _, s := range training {
		near.add(s.p, 1)
	}
	for _, p := range random {
		far.add(p, 1)
	}
	candidates := float64(len(training)) / rate
	scale := 0.0
	if len(random) > 0 {
		scale = max(e.total-candidates, 0) / float64(len(random))
	}
	e.rows = make([][]level, len(e.kinds))
	e.take(&near, 1/rate)
	e.take(&far, scale)
	fewer := j.n
	if j.linking() {
		fewer = min(j.split, j.n-j.split)
	}
	m.parameters = e.start(min(float64(fewer)/4, e.total/4))
	p := m.parameters
	e.settle(p)
	m.report.Iterations, m.report.Converged = e.fit(p, 200)
	probabilities := make([]float64, len(training))
	for i := range training {
		weight, kin := m.base(training[i].p)
		probabilities[i] = probability(weight+p.kinship(kin)) / rate
	}
	m.frequencies = make([]frequencies, len(j.cols))
	numeric.Parallel(m.options.Workers, len(j.cols), func(f int) {
		equal := make([]float64, len(j.cols[f].texts))
		for i, s := range training {
			if s.p.at(f) == exact {
				equal[j.cols[f].codes[s.x]] += probabilities[i]
			}
		}
		m.frequencies[f] = newFrequencies(j, f, equal)
	})
	missed := 0.0
	for i, used := range far.used {
		if used {
			weight, kin := m.base(far.patterns[i])
			missed += far.counts[i] * scale * probability(weight+p.kinship(kin))
		}
	}
	s := m.scorer(j)
	matches := missed
	for _, t := range training {
		w := s.weight(int(t.x), t.p)
		m.histogram.add(w, 1/rate)
		matches += probability(w) / rate
	}
	m.report.Records, m.report.Pairs, m.report.Candidates = j.n, j.pairCount(), candidates
	m.report.Matches, m.report.Missed, m.report.Related = matches, missed, p.related*e.total
	m.report.Rules = rules
}

// take adds counted patterns.
func (e *evidence) take(c *counter, scale float64) {
	for i, used := range c.used {
		if !used || scale == 0 {
			continue
		}
		for k := range e.rows {
			e.rows[k] = append(e.rows[k], c.patterns[i].at(k))
		}
		e.weight = append(e.weight, c.counts[i]*scale)
		e.square = append(e.square, c.counts[i]*scale*scale)
	}
}

// opinion is what is thought of the levels of matches before data: three of four are
// exact, and each further level is less likely.
func opinion(kind Kind) []float64 {
	k := len(levelNames(kind))
	v := make([]float64, k)
	v[exact] = 0.75
	rest := 0.25
	for l := 2; l < k; l++ {
		v[l] = rest / 2
		if l < k-1 {
			rest /= 2
		}
	}
	return v
}
