package satisfaction

import (
	"context"
	"errors"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// SegmentWeights says which weights the indices of segments use.
type SegmentWeights uint8

// The weights of segments.
const (
	// CommonWeights are those of the whole sample: segments differ by their answers
	// alone, and small ones are no problem.
	CommonWeights SegmentWeights = iota
	// OwnWeights are estimated from each segment by itself.
	OwnWeights
)

// Options adjust how an index model is estimated. Nil and the zero value mean: path
// weighting, standardised items, means for missing answers, normalised weights, no
// bootstrap, a level of 0.95.
type Options struct {
	Scheme      pls.Scheme
	Metric      pls.Metric
	Missing     pls.Missing
	Orientation pls.Orientation
	// Consistent corrects paths and loadings for attenuation; weights, and so indices,
	// stay as they are.
	Consistent    bool
	Tolerance     float64 // see [pls.Options]
	MaxIterations int     // see [pls.Options]

	Rule IndexRule

	// Bootstrap is the number of resamples behind standard errors and intervals; each
	// estimates the weights anew. 0: there is no interval, and the standard error is
	// that of the mean with the weights fixed.
	Bootstrap int
	Seed      uint64  // of the resamples; the same gives the same result on any number of workers
	Workers   int     // at a time; 0 stands for GOMAXPROCS
	Level     float64 // of the intervals; 0 stands for 0.95
	Interval  pls.IntervalKind
	// KeepInadmissible is that of [pls.BootstrapOptions], for paths and loadings. Indices
	// do not depend on what makes a consistent estimate inadmissible: they come from all
	// resamples.
	KeepInadmissible bool

	Segments SegmentWeights // of [Model.EstimateBy]
}

// path returns the options of the path model.
func (o *Options) path() *pls.Options {
	return &pls.Options{Scheme: o.Scheme, Metric: o.Metric, Missing: o.Missing, Orientation: o.Orientation,
		Consistent: o.Consistent, Tolerance: o.Tolerance, MaxIterations: o.MaxIterations}
}

// settled returns the options with the defaults of this package filled in, or an
// [*ArgumentError].
func (o *Options) settled() (Options, error) {
	var s Options
	if o != nil {
		s = *o
	}
	switch {
	case int(s.Rule) >= len(s.Rule.names()):
		return s, s.Rule.unknown()
	case s.Segments > OwnWeights:
		return s, &ArgumentError{Name: "weights of segments", Value: float64(s.Segments), Reason: "must be common or own"}
	case s.Bootstrap < 0:
		return s, &ArgumentError{Name: "bootstrap", Value: float64(s.Bootstrap), Reason: "must be 0 or more"}
	case s.Workers < 0:
		return s, &ArgumentError{Name: "workers", Value: float64(s.Workers), Reason: "must be 0 or more"}
	}
	var err error
	s.Level, err = levelOf(s.Level)
	return s, err
}

// Estimate fits the model to responses and computes the index of each construct. The
// survey must have the items of the model with their scales; [Model.Bind] gives a preset
// those of the survey. Nil options are the defaults.
//
// The error is a [*ModelError], an [*UnknownItemError], an [*ArgumentError], one of
// those of [pls.Fit] and [pls.Bootstrap], or the context's; and the result nil. A
// [*pls.NotConvergedError] comes with the result of the last point, without a bootstrap;
// with consistent estimation a [*pls.ResampleError] may come with a result that has the
// intervals of the indices and no others.
func (m Model) Estimate(ctx context.Context, responses *Responses, options *Options) (*Result, error) {
	return m.estimate(ctx, options, func(m *Model) (*indexSample, error) { return sampleOf(m, responses) })
}

// EstimateData is [Model.Estimate] for a plain table of answers as they were given,
// which are checked here: one that its scale does not hold is an [*AnswerError]. Columns
// that the model does not name are ignored; one that is not there is a [*pls.ItemError].
func (m Model) EstimateData(ctx context.Context, data *pls.Data, options *Options) (*Result, error) {
	return m.estimate(ctx, options, func(m *Model) (*indexSample, error) { return sampleOfData(m, data) })
}

func (m Model) estimate(ctx context.Context, options *Options, read func(*Model) (*indexSample, error)) (*Result, error) {
	settled, err := options.settled()
	if err != nil {
		return nil, err
	}
	if err := m.Validate(); err != nil {
		return nil, err
	}
	m = m.clone()
	sample, err := read(&m)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	data, err := sample.data(m.keys())
	if err != nil {
		return nil, err
	}
	r := &Result{Rule: settled.Rule, model: m, options: settled, sample: sample}
	var slow *pls.NotConvergedError
	if r.fit, err = pls.Fit(m.paths(), data, settled.path()); err != nil && !errors.As(err, &slow) {
		return nil, err
	}
	if settled.Bootstrap > 0 && err == nil {
		if err = r.resample(ctx, data); err != nil && r.indices == nil {
			return nil, err
		}
	}
	sample.take(settled.Missing)
	r.weigh()
	r.report(func(value float64, b block) rapport.Estimate {
		if r.indices == nil {
			return rapport.Estimate{Value: value, SE: sample.standardError(b), N: sample.rows()}
		}
		index := r.indices.Statistic(indexStatistic(b.name))
		index.Value, index.N = value, sample.rows()
		return index
	})
	r.warnPaths()
	return r, err
}

// Apply returns the indices of other respondents with the weights of r, such as those of
// a later wave or of one branch: what differs is what they answered. Intervals are
// normal, at the level of r's options. Where r is bootstrapped, standard errors count
// what is uncertain about its weights; else they are taken as known. Items without any
// answer leave their constructs without an index. The error is an [*ArgumentError],
// an [*UnknownItemError] or a [*ModelError] for a survey of other scales.
func (r *Result) Apply(responses *Responses) (*Result, error) {
	sample, err := sampleOf(&r.model, responses)
	if err != nil {
		return nil, err
	}
	return r.apply(sample), nil
}

// ApplyData is [Result.Apply] for a plain table of answers as they were given, with the
// errors that [Model.EstimateData] has for one.
func (r *Result) ApplyData(data *pls.Data) (*Result, error) {
	sample, err := sampleOfData(&r.model, data)
	if err != nil {
		return nil, err
	}
	return r.apply(sample), nil
}

func (r *Result) apply(sample *indexSample) *Result {
	sample.take(r.options.Missing)
	base := r.weightsFrom()
	out := &Result{Rule: r.Rule, Applied: true, model: r.model, options: r.options, fit: r.fit, base: base, sample: sample}
	out.weigh()
	out.report(func(value float64, b block) rapport.Estimate {
		se := sample.standardError(b)
		if se > 0 { // answers without any variation say nothing about their error
			se = math.Hypot(se, base.weightError(b, sample.means))
		}
		return normal(value, se, r.options.Level, sample.rows())
	})
	return out
}
