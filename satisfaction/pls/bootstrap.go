package pls

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// IntervalKind says how the interval of a bootstrapped figure is made.
type IntervalKind uint8

// The kinds of intervals.
const (
	// Percentile runs between two quantiles of the resamples, such as those at .025
	// and .975: of type 7, interpolated between neighbours.
	Percentile IntervalKind = iota
	// BCa corrects the two quantiles for bias and for a spread that changes with the
	// figure (B. Efron, Better bootstrap confidence intervals, Journal of the American
	// Statistical Association 82, 1987). The acceleration is that of the jackknife, so
	// it costs a fit per respondent more. A figure to one side of all its resamples has
	// no such interval.
	BCa
)

// SignRule says what becomes of a resample in which a construct points the other way
// than in the sample.
type SignRule uint8

// The sign rules.
const (
	// SignConstruct reverses a construct whose score in the resample covaries
	// negatively with the score that the sample's weights make of the same answers:
	// weights, loadings, and all paths and correlations of the construct.
	SignConstruct SignRule = iota
	// SignNone takes every resample as the orientation rule of the fit leaves it.
	SignNone
)

// BootstrapOptions adjust [Bootstrap]. The zero value means 1000 resamples and
// percentile intervals at .95.
type BootstrapOptions struct {
	Resamples int // 0: 1000; 2 to 1,000,000
	Seed      uint64
	// Workers bounds the goroutines; 0 stands for GOMAXPROCS. The answer does not
	// depend on it.
	Workers    int
	Level      float64 // of intervals; 0: 0.95
	Interval   IntervalKind
	Signs      SignRule
	Statistics []Statistic
	// Minimum is the number of resamples that must succeed; 0 stands for half of
	// Resamples, and 2 at least.
	Minimum int
	// KeepInadmissible keeps resamples whose consistent estimate has a loading or a
	// correlation beyond ±1.
	KeepInadmissible bool
}

// settled returns the options with defaults filled in, or an [*OptionError].
func (o BootstrapOptions) settled() (BootstrapOptions, error) {
	if o.Resamples == 0 {
		o.Resamples = 1000
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.Minimum == 0 {
		o.Minimum = max(2, o.Resamples/2)
	}
	wrong := func(option string, value any, reason string) (BootstrapOptions, error) {
		return o, &OptionError{Option: option, Value: fmt.Sprint(value), Reason: reason}
	}
	switch {
	case o.Resamples < 2 || o.Resamples > 1_000_000:
		return wrong("resamples", o.Resamples, "want 2 to 1000000, or 0")
	case o.Workers < 0:
		return wrong("workers", o.Workers, "want 0 or more")
	case !(o.Level > 0 && o.Level < 1):
		return wrong("level", o.Level, "want above 0 and below 1, or 0")
	case o.Interval > BCa:
		return wrong("interval", o.Interval, "is unknown")
	case o.Signs > SignNone:
		return wrong("signs", o.Signs, "is unknown")
	case o.Minimum < 2 || o.Minimum > o.Resamples:
		return wrong("minimum", o.Minimum, fmt.Sprintf("want 2 to the %d resamples, or 0", o.Resamples))
	}
	return o, nil
}

// Bootstrap estimates a model and, from resamples of the respondents, how all its
// numbers would vary from survey to survey. Resample b draws as many respondents as
// there are, with replacement, from stream b of the seed: the answer is the same on
// any number of workers.
//
// Respondents are drawn with equal probability and keep their survey weights: answers
// and weight together are what a further respondent would bring, and to draw by weight
// would count weights twice. (J. N. K. Rao, C. F. J. Wu, Resampling inference with
// complex survey data, Journal of the American Statistical Association 83, 1988, for
// one stratum without clusters.) Missing answers are treated anew in each resample:
// means and pairs are those of its rows. With [Casewise] only complete rows are drawn.
//
// A resample without an estimate is left out and counted ([Bootstrapped.Failed]). Memory
// is one float64 per resample and stored number.
//
// The error is one of [Fit], an [*OptionError], a [*ResampleError] if fewer than the
// minimum of resamples succeed, or wraps the context's.
func Bootstrap(ctx context.Context, model Model, data *Data, options *Options, b BootstrapOptions) (*Bootstrapped, error) {
	b, err := b.settled()
	if err != nil {
		return nil, err
	}
	result, u, l, err := begin(model, data, options, b.Statistics)
	if err != nil {
		return nil, err
	}
	return u.bootstrap(ctx, l, result, result.Sample(), b)
}

// begin estimates from all respondents and prepares to resample them.
func begin(model Model, data *Data, options *Options, statistics []Statistic) (*Result, *urn, *layout, error) {
	result, err := Fit(model, data, options)
	if err != nil {
		return nil, nil, nil, err
	}
	u, err := newUrn(result.plan, result.options, data)
	if err != nil {
		return nil, nil, nil, err
	}
	l, err := newLayout(result.plan, statistics)
	return result, u, l, err
}

// bootstrap resamples beside the sample of result as it is pointed.
func (u *urn) bootstrap(ctx context.Context, l *layout, result *Result, pointed *Sample, o BootstrapOptions) (*Bootstrapped, error) {
	job := resampling{urn: u, layout: l, workers: o.Workers, keep: o.KeepInadmissible}
	if o.Signs == SignConstruct {
		job.reference = pointed.answerWeights()
	}
	out := &Bootstrapped{result: result, options: o, layout: l, original: make([]float64, l.stored)}
	l.read(pointed, out.original)
	var err error
	out.resamples, err = job.run(ctx, o.Resamples, func(w *worker, b int, row []float64) error {
		s, err := w.estimate(draw(numeric.Stream(o.Seed, uint64(b)), w.counts))
		return w.read(s, err, row)
	})
	if err != nil {
		return nil, err
	}
	if done := out.resamples.count; done < o.Minimum {
		return nil, &ResampleError{Resamples: o.Resamples, Succeeded: done, Minimum: o.Minimum, Failed: out.resamples.failed}
	}
	if o.Interval == BCa {
		if out.deleted, err = job.leaveOut(ctx); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// draw draws as many rows as there are with replacement, counts each, and returns the
// counts.
func draw(random *rand.Rand, counts []int32) []int32 {
	clear(counts)
	n := uint32(len(counts))
	for range counts {
		counts[random.Uint32N(n)]++
	}
	return counts
}
