package identity

import (
	"context"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// Model says how probable it is that two records are of one customer. It is immutable
// and safe to share.
type Model struct {
	schema       Schema
	options      Options
	exchanges    []exchange
	parameters   *parameters
	standardiser *Standardiser // of the records that are passed one by one
	tokens       []*Tokens     // by field, of kinds that are compared by words
	frequencies  []frequencies // by field
	rules        []BlockingRule
	refiners     []atom
	all          bool // all pairs were compared
	report       Report
}

// Report says how a fit went.
type Report struct {
	Records    int          `json:"records"`
	Pairs      float64      `json:"pairs"`      // all that there are
	Candidates float64      `json:"candidates"` // compared
	Matches    float64      `json:"matches"`    // expected
	Iterations int          `json:"iterations"`
	Converged  bool         `json:"converged"`
	Rules      []RuleReport `json:"rules"`
}

// scored is a candidate pair of the training sample.
type scored struct {
	x, y uint32
	p    pattern
}

const (
	mostTraining = 3_000_000
	randomPairs  = 1 << 17
)

// Fit learns from one table (right is nil) or two what agreement is worth, without
// labels.
func Fit(ctx context.Context, left, right *Table, o *Options) (*Model, error) {
	options, err := o.orDefault()
	if err != nil {
		return nil, err
	}
	if right != nil {
		if err := left.schema.same(right.schema); err != nil {
			return nil, err
		}
	}
	m := &Model{schema: left.Schema(), options: options, standardiser: left.standardiser}
	j := newJoint(left, right, options.Workers)
	m.exchanges = j.findExchanges()
	m.countWords(j)
	m.bind(j)
	m.all = j.pairCount() <= float64(options.Exhaustive)
	if !m.all {
		m.rules, m.refiners = j.chooseRules(options.Seed, options.PairsARecord, options.MaxBlock, options.Workers)
	}
	b := newBlocks(j, m.rules, m.refiners, options.MaxBlock, options.Workers)
	b.all = m.all
	training, rate, err := m.train(ctx, b)
	if err != nil {
		return nil, err
	}
	random := m.random(b)
	m.learn(j, training, rate, random)
	m.report.Rules = b.report
	return m, ctx.Err()
}

// countWords weighs the words of the fields that are compared by them.
func (m *Model) countWords(j *joint) {
	m.tokens = make([]*Tokens, len(j.cols))
	parallel(m.options.Workers, len(j.cols), func(f int) {
		c := &j.cols[f]
		if c.kind == Text || c.kind == Address || c.kind == Organisation {
			m.tokens[f] = NewTokens(slices.Values(c.texts[1:]))
		}
	})
}

// bind prepares the values of tables for comparison by the model.
func (m *Model) bind(j *joint) {
	for _, e := range m.exchanges {
		j.unify(e.Field, e.With)
	}
	parallel(m.options.Workers, len(j.cols), func(f int) {
		if m.tokens[f] != nil {
			j.cols[f].words = newWordList(j.cols[f].texts, m.tokens[f])
		}
	})
}

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
	if b.all || j.n < 2 {
		return nil
	}
	const pieces = 16
	drawn := make([][]pattern, pieces)
	parallel(m.options.Workers, pieces, func(piece int) {
		random := numeric.Stream(m.options.Seed, uint64(16+piece))
		compare := newComparer(j, m.exchanges)
		for range randomPairs / pieces {
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
func (m *Model) learn(j *joint, training []scored, rate float64, random []pattern) {
	e := &evidence{total: j.pairCount(), fields: len(j.fields)}
	for _, f := range j.fields {
		e.kinds = append(e.kinds, len(levelNames(f.Kind)))
		e.priors = append(e.priors, opinion(f.Kind))
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
	m.parameters = e.start(float64(min(j.split, max(j.n-j.split, j.split))) / 4)
	p := m.parameters
	e.settle(p)
	m.report.Iterations, m.report.Converged = e.fit(p, 200)
	matches := p.prior * e.total
	probabilities := make([]float64, len(training))
	for i := range training {
		weight, kin := m.base(training[i].p)
		probabilities[i] = probability(weight+p.kinship(kin)) / rate
	}
	m.frequencies = make([]frequencies, len(j.cols))
	parallel(m.options.Workers, len(j.cols), func(f int) {
		equal := make([]float64, len(j.cols[f].texts))
		for i, s := range training {
			if s.p.at(f) == exact {
				equal[j.cols[f].codes[s.x]] += probabilities[i]
			}
		}
		m.frequencies[f] = newFrequencies(j, f, equal)
	})
	m.report.Records, m.report.Pairs, m.report.Candidates, m.report.Matches = j.n, e.total, candidates, matches
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

// scorer weighs pairs of tables.
type scorer struct {
	m     *Model
	j     *joint
	bits  [][]float32 // of the values, by field
	prior float64
}

func (m *Model) scorer(j *joint) *scorer {
	s := &scorer{m: m, j: j, bits: make([][]float32, len(j.cols))}
	for f := range j.cols {
		s.bits[f] = make([]float32, len(j.cols[f].texts))
		for v, text := range j.cols[f].texts {
			if v > 0 {
				s.bits[f][v] = float32(m.frequencies[f].of(text))
			}
		}
	}
	return s
}

func logit2(p float64) float64 { return math.Log2(p / (1 - p)) }

// base is the weight of a pattern without the frequencies and without regard to
// related pairs, and the bits by which it speaks for those.
func (m *Model) base(p pattern) (weight, kin float64) {
	q := m.parameters
	weight = logit2(q.prior)
	for c := range q.bits {
		row := level(0)
		if q.parent[c] >= 0 {
			row = p.at(q.parent[c])
		}
		l := p.at(c)
		weight += q.bits[c][row][l]
		kin += q.kin[c][row][l]
	}
	return weight, kin
}

// kinship is the bits that the chance of a related pair takes from the weight: the
// denominator of the odds is the sum over related pairs and others.
func (p *parameters) kinship(kin float64) float64 {
	if p.related == 0 {
		return 0
	}
	others := (1 - p.prior - p.related) / (1 - p.prior)
	return -math.Log2(others + p.related/(1-p.prior)*math.Exp2(min(kin, 1000)))
}

// weight is the weight of a pair.
func (s *scorer) weight(x int, p pattern) float64 {
	w, kin := s.m.base(p)
	q := s.m.parameters
	for f := range s.bits {
		if p.at(f) != exact {
			continue
		}
		row := level(0)
		if q.parent[f] >= 0 {
			row = p.at(q.parent[f])
		}
		bits := q.tempers[f][row] * float64(s.bits[f][s.j.cols[f].codes[x]])
		w += bits
		kin += q.kinShare[f] * bits
	}
	return w + q.kinship(kin)
}

func probability(weight float64) float64 { return 1 / (1 + math.Exp2(-weight)) }

// Pairs returns the pairs that match at least as probably as the options say.
func (m *Model) Pairs(ctx context.Context, left, right *Table) ([]Pair, error) {
	if err := m.schema.same(left.schema); err != nil {
		return nil, err
	}
	j := newJoint(left, right, m.options.Workers)
	m.bind(j)
	b := newBlocks(j, m.rules, m.refiners, m.options.MaxBlock, m.options.Workers)
	b.all = m.all
	s := m.scorer(j)
	least := logit2(m.options.MinProbability)
	pieces := make([][]Pair, len(b.chunks()))
	err := b.run(ctx, m.options.Workers, func(piece int, c chunk) {
		compare := newComparer(j, m.exchanges)
		var out []Pair
		b.each(c, func(x, y int) {
			p := compare.pattern(x, y)
			if w := s.weight(x, p); w >= least {
				pair := Pair{Left: x, Right: y, Weight: w, Probability: probability(w)}
				if j.linking() {
					pair.Right -= j.split
				}
				out = append(out, pair)
			}
		})
		pieces[piece] = out
	})
	if err != nil {
		return nil, err
	}
	return slices.Concat(pieces...), nil
}
