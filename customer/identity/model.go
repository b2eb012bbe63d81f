package identity

import (
	"context"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Model says how probable it is that two records are of one customer. It is immutable
// and safe to share. As JSON it reads back to the same bytes.
type Model struct {
	schema       Schema
	options      Options
	standardiser *Standardiser // of the records that are passed one by one
	exchanges    []exchange
	parameters   *parameters
	tokens       []*Tokens     // by field, of kinds that are compared by words
	frequencies  []frequencies // by field
	rules        []blockingRule
	refiners     []atom
	all          bool    // all pairs are compared
	shift, slope float64 // what labels make of a weight; see [Model.Calibrate]
	histogram    histogram
	report       Report
}

// Report says how a fit went.
type Report struct {
	Records    int          `json:"records"`
	Pairs      float64      `json:"pairs"`      // all that there are
	Candidates float64      `json:"candidates"` // compared, by blocking
	Matches    float64      `json:"matches"`    // expected among all pairs
	Missed     float64      `json:"missed"`     // expected among the pairs that are no candidates
	Related    float64      `json:"related"`    // pairs of others with something in common, such as a household, expected
	Iterations int          `json:"iterations"`
	Converged  bool         `json:"converged"`
	Rules      []RuleReport `json:"rules"` // none where all pairs were compared
}

// Completeness returns the share of the expected matches that are candidates: pairs
// completeness, estimated without labels. See [Model.Completeness] for the exact one.
func (r Report) Completeness() rapport.Ratio {
	return rapport.Ratio{Num: max(r.Matches-r.Missed, 0), Den: r.Matches, N: r.Records}
}

// Reduction returns the share of all pairs that need not be compared.
func (r Report) Reduction() rapport.Ratio {
	return rapport.Ratio{Num: r.Pairs - r.Candidates, Den: r.Pairs, N: r.Records}
}

// Report returns how the fit went.
func (m *Model) Report() Report {
	r := m.report
	r.Rules = slices.Clone(r.Rules)
	return r
}

// Schema returns the fields that the model compares.
func (m *Model) Schema() Schema { return m.schema.clone() }

// WithStandardiser returns the model with the standardiser of the records that are
// passed to it one by one. It should be that of the tables; a model that was read from
// JSON has the default one.
func (m *Model) WithStandardiser(s *Standardiser) *Model {
	c := *m
	c.standardiser = s
	return &c
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

// Fit learns without labels what agreement is worth, from one table (right is nil) in
// which duplicates are looked for, or from two that are to be linked.
//
// The levels of agreement of candidate pairs and of a sample of the others are counted,
// and the shares of each level among matches, related pairs and others fitted by
// expectation and maximisation over the counts: the time does not depend on how many
// pairs there are. Tables without a pair give a model all the same, which knows what
// is thought beforehand. The errors are a [*SchemaError] where the tables differ, an
// [*OptionError], and that of a ctx that is done.
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
	m := &Model{schema: left.Schema(), options: options, standardiser: left.standardiser, slope: 1, histogram: newHistogram()}
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
	m.learn(j, training, rate, random, b.report)
	return m, ctx.Err()
}

// countWords weighs the words of the fields that are compared by them.
func (m *Model) countWords(j *joint) {
	m.tokens = make([]*Tokens, len(j.cols))
	numeric.Parallel(m.options.Workers, len(j.cols), func(f int) {
		c := &j.cols[f]
		if byWords(c.kind) {
			m.tokens[f] = NewTokens(slices.Values(c.texts[1:])).frequent()
		}
	})
}

// fewRecords is below how many records it costs more to share the work than to do it.
const fewRecords = 1 << 12

// bind prepares the values of tables for comparison by the model.
func (m *Model) bind(j *joint) {
	for _, e := range m.exchanges {
		j.unify(e.Field, e.With)
	}
	workers := m.options.Workers
	if j.n < fewRecords {
		workers = 1
	}
	numeric.Parallel(workers, len(j.cols), func(f int) {
		if m.tokens[f] != nil {
			j.cols[f].words = newWordList(j.cols[f].texts, m.tokens[f])
		}
		j.cols[f].spelt = newSpellings(m.standardiser, j.fields[f].Kind, j.cols[f].texts)
	})
	j.align()
}
