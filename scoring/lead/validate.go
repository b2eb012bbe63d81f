package lead

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// A Model gives each row of columns a probability of the event: a [Logistic], a
// [Bayes], or one of the host that wraps them with its own preparation.
type Model interface {
	// Probabilities returns the chance of the event for each row; the columns are found
	// by name.
	Probabilities(columns []Column) ([]float64, error)
}

// A Learner makes a model from leads. All that it learns, cuts and calibrations too,
// must come from them alone. [CrossValidate] calls it from several goroutines.
type Learner func(train *History) (Model, error)

// from learns, and takes no model for an error.
func (learn Learner) from(train *History) (Model, error) {
	model, err := learn(train)
	if err == nil && model == nil {
		err = ErrNotFitted
	}
	return model, err
}

// Quality is how well probabilities told a sample's outcomes.
type Quality struct {
	Rows, Events int
	AUC, Gini    rapport.Estimate
	KS           KS
	LogLoss      rapport.Estimate // no value where the opposite of a certainty came
	Brier        rapport.Estimate
	Reliability  Reliability // in ten bins
	Lift         []LiftRow   // in ten parts, in as many as there are rows if they are fewer
}

// defaultParts is how many bins and parts tables have.
const defaultParts = 10

// Quality measures probabilities in all ways of this package at once. Rows of one
// outcome only are [ErrOneOutcome].
func (s Sample) Quality(level float64) (*Quality, error) {
	if err := checkConfidence(level); err != nil {
		return nil, err
	}
	if err := s.checkProbabilities(); err != nil {
		return nil, err
	}
	l := s.ladder() // sorted once for all
	if err := l.bothOutcomes(); err != nil {
		return nil, err
	}
	q := &Quality{Rows: l.rows(), Events: l.eventRows, KS: *l.ks(), Lift: l.lift(min(defaultParts, l.rows())),
		Reliability: *l.reliability(ReliabilityOptions{Bins: defaultParts, Level: level})}
	var err error
	if q.AUC, err = l.auc(level); err != nil {
		return nil, err
	}
	if q.Gini, err = l.gini(level); err != nil {
		return nil, err
	}
	if q.Brier, err = s.Brier(level); err != nil {
		return nil, err
	}
	q.LogLoss, err = s.LogLoss(level)
	if _, certain := errors.AsType[*RowError](err); certain { // and wrong: no value
		return q, nil
	}
	return q, err
}

// A SharedError reports leads that are both among those to learn from and among those
// to judge by, so that the judgement would flatter.
type SharedError struct {
	IDs []rapport.ID // ascending
}

// Error names the first of them.
func (e *SharedError) Error() string {
	return fmt.Sprintf("lead: %d leads are in both parts, the first is %q", len(e.IDs), e.IDs[0])
}

// Validation is how a model does on leads that it did not see.
type Validation struct {
	Model          Model
	Train, Holdout Quality
	// Optimism is the area under the curve on the training rows less that on the
	// others: how much a model's own rows flatter it. Its error takes the two parts for
	// independent.
	Optimism rapport.Estimate
	// Twins are the rows held out, from 0, whose values are all equal to those of a
	// training row: few where columns are many and continuous, unless leads were copied.
	Twins []int
}

// Validate learns a model from one part and judges it by another, such as the two of
// [History.SplitByTime], with intervals of a level such as 0.95. The same lead in both
// is a [*SharedError], told by IDs, a training column that is
// not held out a [*ColumnError]; a part with one outcome only [ErrOneOutcome].
func Validate(train, holdout *History, learn Learner, level float64) (*Validation, error) {
	if err := checkConfidence(level); err != nil {
		return nil, err
	}
	for _, part := range []*History{train, holdout} {
		if err := part.check(); err != nil {
			return nil, err
		}
	}
	if shared := SharedIDs(train, holdout); len(shared) > 0 {
		return nil, &SharedError{IDs: shared}
	}
	names := make([]string, len(train.Columns))
	for j, c := range train.Columns {
		names[j] = c.Name
	}
	columns, _, err := pick(holdout.Columns, names)
	if err != nil {
		return nil, err
	}
	ordered := &History{Outcomes: holdout.Outcomes}
	for j, c := range columns {
		if (c.Labels != nil) != (train.Columns[j].Labels != nil) {
			return nil, &ColumnError{Column: c.Name, Reason: "numbers in one part, labels in the other"}
		}
		ordered.Columns = append(ordered.Columns, *c)
	}
	model, err := learn.from(train)
	if err != nil {
		return nil, err
	}
	v := &Validation{Model: model, Twins: twins(train, ordered)}
	for _, part := range []struct {
		history *History
		quality *Quality
	}{{train, &v.Train}, {holdout, &v.Holdout}} {
		p, err := predict(model, part.history)
		if err != nil {
			return nil, err
		}
		quality, err := Sample{Scores: p, Outcomes: part.history.Outcomes, Weights: part.history.Weights}.Quality(level)
		if err != nil {
			return nil, err
		}
		*part.quality = *quality
	}
	a, b := v.Train.AUC, v.Holdout.AUC
	v.Optimism, err = between(a.Value-b.Value, math.Hypot(a.SE, b.SE), level, a.N+b.N, -1, 1)
	return v, err
}

// predict asks a model, which may be the host's.
func predict(model Model, h *History) ([]float64, error) {
	p, err := model.Probabilities(h.Columns)
	if err == nil && len(p) != len(h.Outcomes) {
		err = &LengthError{What: "probabilities", Got: len(p), Want: len(h.Outcomes)}
	}
	return p, err
}

// CrossOptions says how [CrossValidate] goes about; nil stands for the zero value.
type CrossOptions struct {
	Folds   int     // 0: 5
	Level   float64 // of the intervals; 0: 0.95
	Workers int     // goroutines; 0: GOMAXPROCS. The result does not depend on it
}

// CrossValidation is how models do on the fold that each did not see.
type CrossValidation struct {
	Probabilities []float64 // of each row, by the model that did not see it
	Pooled        Quality   // of all of them
	// Folds is the quality by fold. How far its areas lie apart shows how stable the
	// learning is; there is no unbiased standard error of their mean (Y. Bengio and
	// Y. Grandvalet, Journal of Machine Learning Research 5, 2004).
	Folds []Quality
}

// CrossValidate deals the leads into folds by [Folds] and judges each by a model that
// was learned from the others. Where conditions drift it flatters: [History.SplitByTime]
// is the stricter test.
func CrossValidate(ctx context.Context, h *History, seed uint64, learn Learner, o *CrossOptions) (*CrossValidation, error) {
	var opts CrossOptions
	if o != nil {
		opts = *o
	}
	if opts.Folds == 0 {
		opts.Folds = 5
	}
	if opts.Level == 0 {
		opts.Level = 0.95
	}
	if opts.Workers < 0 {
		return nil, &OptionError{Option: "Workers", Value: float64(opts.Workers), Want: "0 or more"}
	}
	if err := checkConfidence(opts.Level); err != nil {
		return nil, err
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	folds, err := Folds(h.Outcomes, opts.Folds, seed)
	if err != nil {
		return nil, err
	}
	in := make([]int, len(h.Outcomes))
	for k, fold := range folds {
		for _, row := range fold {
			in[row] = k
		}
	}
	c := &CrossValidation{Probabilities: make([]float64, len(h.Outcomes)), Folds: make([]Quality, len(folds))}
	failed := make([]error, len(folds))
	numeric.Parallel(opts.Workers, len(folds), func(k int) {
		if failed[k] = ctx.Err(); failed[k] == nil {
			failed[k] = c.fold(h, folds[k], in, k, learn, opts.Level)
		}
	})
	for k, err := range failed {
		if err != nil {
			return nil, fmt.Errorf("lead: fold %d of %d: %w", k+1, len(folds), err)
		}
	}
	pooled, err := Sample{Scores: c.Probabilities, Outcomes: h.Outcomes, Weights: h.Weights}.Quality(opts.Level)
	if err != nil {
		return nil, err
	}
	c.Pooled = *pooled
	return c, nil
}

// fold learns without the rows of fold k and judges by them.
func (c *CrossValidation) fold(h *History, rows, in []int, k int, learn Learner, level float64) error {
	var others []int
	for row := range in {
		if in[row] != k {
			others = append(others, row)
		}
	}
	train, err := h.Pick(others)
	if err != nil {
		return err
	}
	out, err := h.Pick(rows)
	if err != nil {
		return err
	}
	model, err := learn.from(train)
	if err != nil {
		return err
	}
	p, err := predict(model, out)
	if err != nil {
		return err
	}
	for i, row := range rows {
		c.Probabilities[row] = p[i]
	}
	quality, err := Sample{Scores: p, Outcomes: out.Outcomes, Weights: out.Weights}.Quality(level)
	if err == nil {
		c.Folds[k] = *quality
	}
	return err
}
