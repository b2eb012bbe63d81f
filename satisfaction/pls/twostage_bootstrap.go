package pls

import (
	"context"
	"fmt"
	"sync"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// StagedBootstrap is an estimated [Staged] model with the uncertainty of its numbers.
// It is immutable and safe to share.
type StagedBootstrap struct {
	result             *StagedResult
	lower, main, whole *Bootstrapped
	moderations        []moderation
}

// InteractionEstimate is a moderation with the uncertainty of its numbers; see
// [InteractionResult].
type InteractionEstimate struct {
	Moderation
	Slope, Change, Coefficient rapport.Estimate
	SlopeLow                   rapport.Estimate // where the moderator is a standard deviation below its mean
	SlopeHigh                  rapport.Estimate // where it is one above
}

// Result returns the estimate from all respondents.
func (b *StagedBootstrap) Result() *StagedResult { return b.result }

// LowerOrder returns the numbers of that stage, and whether there is one.
func (b *StagedBootstrap) LowerOrder() (*Bootstrapped, bool) { return b.lower, b.lower != nil }

// Measurement returns the numbers of [StagedResult.Measurement].
func (b *StagedBootstrap) Measurement() *Bootstrapped { return b.main }

// Structural returns the numbers of [StagedResult.Structural]. The statistics of the
// options are here.
func (b *StagedBootstrap) Structural() *Bootstrapped {
	if b.whole != nil {
		return b.whole
	}
	return b.main
}

// Interactions returns the moderations in the order of the model.
func (b *StagedBootstrap) Interactions() []InteractionEstimate {
	out := make([]InteractionEstimate, len(b.moderations))
	for i, m := range b.moderations {
		e := InteractionEstimate{
			Moderation: m.Moderation,
			Change:     b.whole.Statistic(m.statistic("change")),
			SlopeLow:   b.whole.Statistic(m.statistic("slope at -1")),
			SlopeHigh:  b.whole.Statistic(m.statistic("slope at 1")),
		}
		e.Slope, _ = b.whole.Path(m.Predictor, m.Target)
		e.Coefficient, _ = b.whole.Path(m.Interaction(), m.Target)
		out[i] = e
	}
	return out
}

// statistic is the name of a number of the moderation.
func (m moderation) statistic(number string) string {
	return fmt.Sprintf("%s of %s->%s", number, m.Interaction(), m.Target)
}

// statistics are the numbers of the moderation beside its paths.
func (m moderation) statistics() []Statistic {
	slope := func(at float64) func(*Sample) float64 {
		return func(s *Sample) float64 { return s.Path(m.slope) + at*m.changeIn(s) }
	}
	return []Statistic{
		{Name: m.statistic("change"), Value: m.changeIn},
		{Name: m.statistic("slope at -1"), Value: slope(-1)},
		{Name: m.statistic("slope at 1"), Value: slope(1)},
	}
}

// BootstrapStages is [Bootstrap] for a model that is estimated in stages: every
// resample goes through all of them, so that the intervals hold what the scores of the
// stages before leave uncertain. Resamples, seed, workers and errors are those of
// [Bootstrap]; a resample fails as a whole. A construct that a resample reverses is
// turned before its scores are taken. Statistics see the last stage.
func BootstrapStages(ctx context.Context, model Staged, data *Data, options *Options, o BootstrapOptions) (*StagedBootstrap, error) {
	o, err := o.settled()
	if err != nil {
		return nil, err
	}
	s, settled, err := prepareStages(model, options)
	if err != nil {
		return nil, err
	}
	result, err := FitStages(model, data, options)
	if err != nil {
		return nil, err
	}
	u, err := newUrn(s.base(), settled, data)
	if err != nil {
		return nil, err
	}
	job := stagedResampling{stages: s, urn: u, workers: o.Workers}
	b := &StagedBootstrap{result: result, moderations: s.moderations}
	if err := b.lay(&job, o); err != nil {
		return nil, err
	}
	drawn, err := job.run(ctx, o.Resamples, func(b int, counts []int32) {
		draw(numeric.Stream(o.Seed, uint64(b)), counts)
	})
	if err != nil {
		return nil, err
	}
	if done := drawn[1].count; done < o.Minimum {
		return nil, &ResampleError{Resamples: o.Resamples, Succeeded: done, Minimum: o.Minimum, Failed: drawn[1].failed}
	}
	var deleted [3]*resamples
	if o.Interval == BCa {
		deleted, err = job.run(ctx, u.data.rows, func(b int, counts []int32) {
			for row := range counts {
				counts[row] = 1
			}
			counts[b] = 0
		})
		if err != nil {
			return nil, err
		}
	}
	for at, part := range b.parts() {
		if part != nil {
			part.resamples, part.deleted = drawn[at], deleted[at]
		}
	}
	return b, nil
}

// parts are the stages by their number.
func (b *StagedBootstrap) parts() [3]*Bootstrapped {
	return [3]*Bootstrapped{b.lower, b.main, b.whole}
}

// lay makes the layouts of the stages and takes the numbers of the sample.
func (b *StagedBootstrap) lay(job *stagedResampling, o BootstrapOptions) error {
	made := [3]*Result{b.result.lower, b.result.main, b.result.whole}
	for at, into := range []**Bootstrapped{&b.lower, &b.main, &b.whole} {
		r := made[at]
		if r == nil {
			continue
		}
		own := o
		own.Statistics = nil
		if r == b.result.Structural() {
			own.Statistics = append(own.Statistics, o.Statistics...)
			for _, m := range b.moderations {
				own.Statistics = append(own.Statistics, m.statistics()...)
			}
		}
		l, err := newLayout(r.plan, own.Statistics)
		if err != nil {
			return err
		}
		*into = &Bootstrapped{result: r, options: own, layout: l, original: make([]float64, l.stored)}
		sample := r.Sample()
		l.read(sample, (*into).original)
		job.layouts[at] = l
		if o.Signs == SignConstruct {
			job.references[at] = sample.answerWeights()
		}
	}
	return nil
}

// stagedResampling is [resampling] over all stages.
type stagedResampling struct {
	stages     *stages
	urn        *urn
	layouts    [3]*layout   // nil for a stage that is not there
	references [3][]float64 // nil: constructs stay as they come
	workers    int
}

// run estimates n resamples in all stages.
func (r *stagedResampling) run(ctx context.Context, n int, fill func(b int, counts []int32)) ([3]*resamples, error) {
	var out [3]*resamples
	for at, l := range r.layouts {
		if l != nil {
			out[at] = &resamples{wide: l.stored, values: make([]float64, n*l.stored), reversed: make([]int, l.plan.constructs())}
		}
	}
	done := make([]bool, n)
	var mutex sync.Mutex
	err := spread(ctx, r.workers, n, func(next func() (int, bool)) {
		var failed FailedResamples
		counts := make([]int32, r.urn.data.rows)
		for b, more := next(); more; b, more = next() {
			fill(b, counts)
			result, turned, err := r.estimate(counts)
			if err != nil {
				failed.count(err)
				continue
			}
			for at, stage := range [...]*Result{result.lower, result.main, result.whole} {
				if stage != nil {
					r.layouts[at].read(stage.Sample(), out[at].values[b*out[at].wide:(b+1)*out[at].wide])
				}
			}
			done[b] = true
			mutex.Lock()
			for at, stage := range turned {
				for c, was := range stage {
					if was {
						out[at].reversed[c]++
					}
				}
			}
			mutex.Unlock()
		}
		mutex.Lock()
		defer mutex.Unlock()
		for _, part := range out {
			if part != nil {
				part.failed.add(failed)
			}
		}
	})
	if err != nil {
		return out, err
	}
	for _, part := range out {
		if part != nil {
			part.keep(done)
		}
	}
	return out, nil
}

// estimate goes through the stages with the rows of the urn, each as often as counts
// says.
func (r *stagedResampling) estimate(counts []int32) (*StagedResult, [3][]bool, error) {
	var (
		rows   []int
		turned [3][]bool
	)
	for row, count := range counts {
		for range count {
			rows = append(rows, row)
		}
	}
	data, err := r.urn.data.Subset(rows)
	if err != nil {
		return nil, turned, err
	}
	result, err := r.stages.fit(r.urn.options, data, func(at int, stage *Result) {
		if r.references[at] != nil {
			turned[at] = make([]bool, stage.plan.constructs())
			stage.Sample().align(r.references[at], turned[at])
		}
	})
	return result, turned, err
}
