package pls

import (
	"errors"
	"slices"
)

// StagedResult is an estimated [Staged] model. It is immutable and safe to share.
type StagedResult struct {
	lower, main, whole *Result
	interactions       []InteractionResult
}

// LowerOrder returns the stage that makes the scores of the constructs which measure
// those of the second order, and whether there is one. Its paths run to and from the
// parts and mean nothing by themselves.
func (r *StagedResult) LowerOrder() (*Result, bool) { return r.lower, r.lower != nil }

// Measurement returns the stage in which constructs of the second order have their
// parts as items: weights, loadings and all that concerns items are here. It knows no
// moderations.
func (r *StagedResult) Measurement() *Result { return r.main }

// Structural returns the last stage: paths, R² and effects are here. With moderations
// every construct is a single item in it, the score of the stage before, and each
// interaction is a construct; without, it is the stage of [StagedResult.Measurement].
func (r *StagedResult) Structural() *Result {
	if r.whole != nil {
		return r.whole
	}
	return r.main
}

// Interactions returns the moderations in the order of the model.
func (r *StagedResult) Interactions() []InteractionResult { return slices.Clone(r.interactions) }

// FitStages estimates a model with constructs of the second order or with moderations.
//
// The first stage, for constructs of the second order, is the disjoint one of M.
// Sarstedt and others, How to specify, estimate, and validate higher-order constructs
// in PLS-SEM, Australasian Marketing Journal 27, 2019: their parts stand in the model
// in their place; the scores of the parts are then their items in the second stage,
// and all other constructs keep their items. A stage for moderations follows (J.
// Henseler, G. Fassott, Testing moderating effects in PLS path models, in Handbook of
// Partial Least Squares, 2010; J. Henseler, W. W. Chin, Structural Equation Modeling
// 17, 2010): scores stay as they are, and the product of the scores of predictor and
// moderator, both with variance 1, is a further construct.
//
// A respondent without a score in one stage lacks that answer in the next: under
// [Pairwise] and [PairwiseCorrelation] each stage uses the rows that it can.
//
// Errors are those of [Fit], with an [*OptionError] for consistent estimation, which
// does not carry over to scores. With a [*NotConvergedError] of a stage the result is
// what follows from its last point.
func FitStages(model Staged, data *Data, options *Options) (*StagedResult, error) {
	s, settled, err := prepareStages(model, options)
	if err != nil {
		return nil, err
	}
	if data == nil {
		return nil, &DataError{Row: -1, Reason: "there are no data"}
	}
	return s.fit(settled, data, nil)
}

func prepareStages(model Staged, options *Options) (*stages, Options, error) {
	settled, err := options.settled()
	if err != nil {
		return nil, settled, err
	}
	if settled.Consistent {
		return nil, settled, &OptionError{Option: "consistent", Value: "true", Reason: "does not carry over to the scores of a stage before"}
	}
	s, err := newStages(model)
	return s, settled, err
}

// fit estimates stage after stage. Point, if it is there, may reverse constructs of a
// stage, from 0, before its scores are taken.
func (s *stages) fit(options Options, data *Data, point func(stage int, r *Result)) (*StagedResult, error) {
	var (
		out  StagedResult
		slow *NotConvergedError
	)
	stage := func(at int, pl *plan, data *Data) (*Result, error) {
		r, err := pl.fit(options, data)
		if err != nil {
			var last *NotConvergedError
			if !errors.As(err, &last) {
				return nil, err
			}
			if slow == nil {
				slow = last
			}
		}
		if point != nil {
			point(at, r)
		}
		return r, nil
	}
	var err error
	if s.lower != nil {
		if out.lower, err = stage(0, s.lower, data); err != nil {
			return nil, err
		}
		if data, err = out.lower.withScores(s.main.items, s.answers, data); err != nil {
			return nil, err
		}
	}
	if out.main, err = stage(1, s.main, data); err != nil {
		return nil, err
	}
	if s.whole != nil {
		if err = s.fitWhole(&out, data, stage); err != nil {
			return nil, err
		}
	}
	if slow != nil {
		return &out, slow
	}
	return &out, nil
}

// fitWhole is the stage of moderations.
func (s *stages) fitWhole(out *StagedResult, data *Data, stage func(int, *plan, *Data) (*Result, error)) error {
	scores, err := out.main.Scores(data)
	if err != nil {
		return err
	}
	count := s.main.constructs()
	values := make([]float64, 0, data.rows*s.whole.constructs())
	for row := range data.rows {
		values = append(values, s.products(slices.Clone(scores[row*count:(row+1)*count]))...)
	}
	table, err := NewData(s.whole.items, values, data.weights)
	if err != nil {
		return err
	}
	if out.whole, err = stage(2, s.whole, table); err != nil {
		return err
	}
	for _, m := range s.moderations {
		interaction, err := m.result(out.whole)
		if err != nil {
			return err
		}
		out.interactions = append(out.interactions, interaction)
	}
	return nil
}

// withScores makes the table of the next stage: the first of its items are answers,
// the others constructs of this stage.
func (r *Result) withScores(items []string, answers int, data *Data) (*Data, error) {
	scores, err := r.Scores(data)
	if err != nil {
		return nil, err
	}
	count := r.plan.constructs()
	values := make([]float64, 0, data.rows*len(items))
	for row := range data.rows {
		for _, item := range items[:answers] {
			values = append(values, data.row(row)[data.columns[item]])
		}
		for _, part := range items[answers:] {
			values = append(values, scores[row*count+r.plan.place[part]])
		}
	}
	return NewData(items, values, data.weights)
}
