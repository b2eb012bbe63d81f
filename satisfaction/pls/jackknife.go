package pls

import (
	"context"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// JackknifeOptions adjust [Jackknife]. The zero value means intervals at .95.
type JackknifeOptions struct {
	Workers          int     // bounds the goroutines; 0: GOMAXPROCS. The answer does not depend on it.
	Level            float64 // of intervals; 0: 0.95
	Signs            SignRule
	Statistics       []Statistic
	KeepInadmissible bool // as in [BootstrapOptions]
}

// Jackknifed is an estimated model with the uncertainty of its numbers by leaving out
// each respondent in turn. It is immutable and safe to share.
type Jackknifed struct {
	result   *Result
	level    float64
	layout   *layout
	original []float64
	deleted  *resamples
}

// Jackknife estimates a model and, from the n estimates that each leave out one
// respondent, the standard errors and biases of all its numbers:
//
//	SE = √((n−1)/n · Σ(θᵢ−m)²), bias = (n−1)(m−θ), m = Σθᵢ/n
//
// (B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapters 10 and
// 11). It needs no random numbers and suits small surveys; for quantities that jump,
// such as a rank, it does not hold. With [Pairwise] and missing answers each of the n
// estimates reads all rows.
//
// The error is one of [Fit], an [*OptionError], a [*ResampleError] if fewer than half
// of the estimates, or fewer than two, succeed, or wraps the context's.
func Jackknife(ctx context.Context, model Model, data *Data, options *Options, j JackknifeOptions) (*Jackknifed, error) {
	o, err := BootstrapOptions{Workers: j.Workers, Level: j.Level, Signs: j.Signs}.settled()
	if err != nil {
		return nil, err
	}
	result, u, l, err := begin(model, data, options, j.Statistics)
	if err != nil {
		return nil, err
	}
	out := &Jackknifed{result: result, level: o.Level, layout: l, original: make([]float64, l.stored)}
	l.read(result.Sample(), out.original)
	job := resampling{urn: u, layout: l, workers: o.Workers, keep: j.KeepInadmissible}
	if o.Signs == SignConstruct {
		job.reference = result.Sample().answerWeights()
	}
	if out.deleted, err = job.leaveOut(ctx); err != nil {
		return nil, err
	}
	return out, nil
}

// leaveOut estimates without each row in turn.
func (r *resampling) leaveOut(ctx context.Context) (*resamples, error) {
	var all *totals
	if c := r.urn.crossed; c != nil {
		all = c.totals()
	}
	out, err := r.run(ctx, r.urn.data.rows, func(w *worker, b int, row []float64) error {
		s, err := w.without(b, all)
		return w.read(s, err, row)
	})
	if err != nil {
		return nil, err
	}
	if minimum := max(2, (r.urn.data.rows+1)/2); out.count < minimum {
		return nil, &ResampleError{Resamples: r.urn.data.rows, Succeeded: out.count, Minimum: minimum, Failed: out.failed}
	}
	return out, nil
}

// Result returns the estimate from all respondents.
func (j *Jackknifed) Result() *Result { return j.result }

// Deletions returns the number of estimates without one respondent that succeeded.
func (j *Jackknifed) Deletions() int { return j.deleted.count }

// Failed counts the estimates without one respondent that did not succeed. They are
// left out, and the rest counts as all.
func (j *Jackknifed) Failed() FailedResamples { return j.deleted.failed }

// Parameters returns all numbers, as [Bootstrapped.Parameters].
func (j *Jackknifed) Parameters() []Parameter { return slices.Clone(j.layout.parameters) }

// Estimate returns a parameter with its standard error and the normal interval of
// that, and whether there is such a parameter.
func (j *Jackknifed) Estimate(p Parameter) (rapport.Estimate, bool) {
	at, known := j.layout.place[p]
	if !known {
		return rapport.Estimate{}, false
	}
	value := j.layout.value(j.original, at)
	if !finite(value) {
		return rapport.Estimate{}, true
	}
	e := rapport.Estimate{Value: value, N: j.result.rows}
	if values := j.deleted.column(j.layout, at); len(values) > 1 {
		_, deviation := meanAndDeviation(values)
		n := float64(len(values))
		if e.SE = deviation * (n - 1) / math.Sqrt(n); !finite(e.SE) {
			e.SE = 0
		}
	}
	if margin := stats.NormalMargin(j.level) * e.SE; margin > 0 && finite(value-margin) && finite(value+margin) {
		e.Low, e.High, e.Level = value-margin, value+margin, j.level
	}
	return e, true
}

// Bias returns by how much the estimate of a parameter lies above the truth on
// average, as far as the jackknife can tell, and whether it can.
func (j *Jackknifed) Bias(p Parameter) (float64, bool) {
	at, known := j.layout.place[p]
	if !known {
		return 0, false
	}
	value, values := j.layout.value(j.original, at), j.deleted.column(j.layout, at)
	if !finite(value) || len(values) < 2 {
		return 0, false
	}
	mean, _ := meanAndDeviation(values)
	return float64(len(values)-1) * (mean - value), true
}
