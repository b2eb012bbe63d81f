package btyd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/scoring"
)

// ErrNoCandidate says that no family could be fitted.
var ErrNoCandidate = errors.New("no family of models could be fitted")

// Criterion is what [Choose] goes by: a stable code.
type Criterion string

// The criteria.
const (
	// ByBIC takes the lowest Bayesian information criterion, k ln n − 2 ln L: the most
	// probable family when all were as probable before. It needs no hold-out.
	ByBIC Criterion = "bic"
	// ByAIC takes the lowest Akaike criterion, 2k − 2 ln L, which allows more parameters.
	ByAIC Criterion = "aic"
	// ByHoldoutMAE takes the lowest mean absolute error a customer in the hold-out,
	// ByHoldoutRMSE the lowest root mean square error.
	ByHoldoutMAE  Criterion = "holdout_mae"
	ByHoldoutRMSE Criterion = "holdout_rmse"
)

// Reason is a stable code for why a family was chosen.
type Reason string

// The reasons.
const (
	// ReasonOnlyCandidate: no other family could be fitted, or none was asked for.
	ReasonOnlyCandidate Reason = "only_candidate"
	// ReasonLowestBIC and so on: the criterion is lower than that of all others.
	ReasonLowestBIC         Reason = "lowest_bic"
	ReasonLowestAIC         Reason = "lowest_aic"
	ReasonLowestHoldoutMAE  Reason = "lowest_holdout_mae"
	ReasonLowestHoldoutRMSE Reason = "lowest_holdout_rmse"
	// ReasonTieSimpler: another family is better by less than is worth speaking of, as
	// where it became this one at its boundary, and this one has fewer parameters.
	ReasonTieSimpler Reason = "tie_simpler"
)

// ChooseOptions tune a choice; nil is the same as the zero value, which means the
// defaults.
type ChooseOptions struct {
	// Families are the candidates, each once. Empty means NBD, BGNBD, MBGNBD, ParetoNBD,
	// GGompertzNBD, and of the regular families, BGCNBD(k) and MBGCNBD(k), those from
	// k = 2 on up to the first that is no better than the one before.
	Families []Family
	// Criterion is what counts; empty means ByBIC.
	Criterion Criterion
	// Fit tunes the fits. It may have no Start, which would be that of one family, and
	// no Priors, under which likelihoods do not compare.
	Fit FitOptions
}

// Candidate is a family that was tried.
type Candidate struct {
	Family Family `json:"-"`
	Name   string `json:"name"`
	// Model is the fit, nil if there is none. Its other numbers are 0 then.
	Model         *Model  `json:"-"`
	LogLikelihood float64 `json:"log_likelihood"`
	// Parameters are those that the likelihood was maximised over: where a family
	// ended at its boundary, those of what it became.
	Parameters int     `json:"parameters"`
	AIC        float64 `json:"aic"`
	BIC        float64 `json:"bic"`
	// AICWeight is exp(−ΔAIC/2), BICWeight exp(−ΔBIC/2) over the sum of all candidates
	// (Burnham and Anderson, "Model Selection and Multimodel Inference", 2nd ed., 2002,
	// section 2.9); 0 for one that cannot be chosen.
	AICWeight float64 `json:"aic_weight"`
	BICWeight float64 `json:"bic_weight"`
	// MAE and RMSE are the errors in the hold-out, 0 without one.
	MAE  float64 `json:"mae,omitzero"`
	RMSE float64 `json:"rmse,omitzero"`
	// Err says why the family cannot be chosen, Failure is its text.
	Err     error  `json:"-"`
	Failure string `json:"failure,omitzero"`
}

// Choice is the family chosen, and from what.
type Choice struct {
	Model      *Model      `json:"-"`
	Name       string      `json:"name"`
	Criterion  Criterion   `json:"criterion"`
	Reason     Reason      `json:"reason"`
	Candidates []Candidate `json:"candidates"` // in the order of ChooseOptions.Families
}

// Choose fits several families to the same customers and takes the best by the
// criterion. Families that differ by less than 0.1 in BIC or AIC, or by a thousandth of
// the error in the hold-out, are as good as each other: then the one with the fewest
// parameters is taken, then the better one, then the one named first. The result
// depends on the summaries and options alone.
//
// The error is [ErrNoHoldout] if the criterion needs one, an [*InputError], the
// context's, or, if every family failed, one that wraps [ErrNoCandidate] and the
// first family's error; then the choice, which tells them all, has no Model.
func Choose(ctx context.Context, summaries *scoring.Summaries, options *ChooseOptions) (*Choice, error) {
	o, err := options.orDefault()
	if err != nil {
		return nil, err
	}
	summaries = given(summaries)
	held := summaries.Holdout()
	if o.Criterion == ByHoldoutMAE || o.Criterion == ByHoldoutRMSE {
		if _, err := holdout(summaries); err != nil {
			return nil, err
		}
	}
	choice := &Choice{Criterion: o.Criterion}
	rows := Compress(summaries)
	try := func(family Family) (Candidate, error) {
		c := Candidate{Family: family, Name: family.String()}
		c.fit(ctx, rows, &o.Fit)
		if c.Err == nil && held != nil {
			c.Err = c.test(summaries, held)
		}
		if err := ctx.Err(); err != nil {
			return c, fmt.Errorf("btyd: choice stopped at %s: %w", c.Name, err)
		}
		if c.Err != nil {
			c.Failure = c.Err.Error()
		}
		choice.Candidates = append(choice.Candidates, c)
		return c, nil
	}
	families, all := o.Families, len(o.Families) == 0
	if all {
		families = []Family{NBD, BGNBD, MBGNBD, ParetoNBD, GGompertzNBD}
	}
	tried := map[Family]Candidate{}
	for _, family := range families {
		if tried[family], err = try(family); err != nil {
			return nil, err
		}
	}
	if all {
		for _, regular := range []func(k int) Family{BGCNBD, MBGCNBD} {
			before := tried[regular(1)]
			for k := 2; k <= largestRegularity; k++ {
				c, err := try(regular(k))
				if err != nil {
					return nil, err
				}
				if c.Err != nil || c.LogLikelihood <= before.LogLikelihood {
					break
				}
				before = c
			}
		}
	}
	weigh(choice.Candidates)
	if err := choice.decide(); err != nil {
		return choice, err
	}
	return choice, nil
}

// fit fills in the fit.
func (c *Candidate) fit(ctx context.Context, rows *Rows, options *FitOptions) {
	c.Model, c.Err = Fit(ctx, c.Family, rows, options)
	if c.Model == nil {
		return
	}
	report := c.Model.Report()
	c.LogLikelihood, c.Parameters = report.LogLikelihood, report.Parameters
	c.AIC, c.BIC = report.AIC(), report.BIC()
}

// test fills in the errors in the hold-out.
func (c *Candidate) test(summaries *scoring.Summaries, h *scoring.Holdout) error {
	expected := make([]float64, len(h.X))
	if err := c.Model.ExpectedInto(expected, summaries, h.Periods); err != nil {
		return err
	}
	c.MAE, c.RMSE = meanErrors(expected, h.X)
	return nil
}

// score is what the criterion goes by, the lower the better, and how much of it is
// nothing.
func (c *Candidate) score(by Criterion) (value, tie float64) {
	const (
		// Along a ridge the likelihood of a family stays up to 0.01 above that of the
		// simpler one it is on the way to.
		tieOfCriteria = 0.1
		tieOfErrors   = 1e-3
	)
	switch by {
	case ByAIC:
		return c.AIC, tieOfCriteria
	case ByHoldoutMAE:
		return c.MAE, tieOfErrors * c.MAE
	case ByHoldoutRMSE:
		return c.RMSE, tieOfErrors * c.RMSE
	}
	return c.BIC, tieOfCriteria
}

// decide fills in the winner.
func (choice *Choice) decide() error {
	score := func(c Candidate) float64 { value, _ := c.score(choice.Criterion); return value }
	by := func(a, b Candidate) int { return cmp.Compare(score(a), score(b)) }
	fitted := slices.DeleteFunc(slices.Clone(choice.Candidates), func(c Candidate) bool { return c.Err != nil })
	if len(fitted) == 0 {
		failed := choice.Candidates[0]
		return fmt.Errorf("btyd: %w, of %d; the first says: %w", ErrNoCandidate, len(choice.Candidates), failed.Err)
	}
	best := slices.MinFunc(fitted, by)
	lowest, tie := best.score(choice.Criterion)
	ties := slices.DeleteFunc(slices.Clone(fitted), func(c Candidate) bool { return score(c) > lowest+tie })
	chosen := slices.MinFunc(ties, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(len(a.Family.Parameters()), len(b.Family.Parameters())), by(a, b))
	})
	choice.Model, choice.Name = chosen.Model, chosen.Name
	switch {
	case len(fitted) == 1:
		choice.Reason = ReasonOnlyCandidate
	case chosen.Family != best.Family:
		choice.Reason = ReasonTieSimpler
	default:
		choice.Reason = Reason("lowest_" + choice.Criterion)
	}
	return nil
}

// weigh fills in the weights.
func weigh(list []Candidate) {
	aic, bic := math.Inf(1), math.Inf(1)
	for _, c := range list {
		if c.Err == nil {
			aic, bic = min(aic, c.AIC), min(bic, c.BIC)
		}
	}
	ofAIC, ofBIC := 0.0, 0.0
	for i := range list {
		if c := &list[i]; c.Err == nil {
			c.AICWeight, c.BICWeight = math.Exp((aic-c.AIC)/2), math.Exp((bic-c.BIC)/2)
			ofAIC, ofBIC = ofAIC+c.AICWeight, ofBIC+c.BICWeight
		}
	}
	for i := range list {
		c := &list[i]
		c.AICWeight, c.BICWeight = ratio(c.AICWeight, ofAIC), ratio(c.BICWeight, ofBIC)
	}
}

// orDefault checks the options and fills in the defaults.
func (o *ChooseOptions) orDefault() (ChooseOptions, error) {
	var c ChooseOptions
	if o != nil {
		c = *o
	}
	for i, f := range c.Families {
		name := fmt.Sprintf("Families[%d]", i)
		if !f.IsValid() {
			return c, &InputError{Name: name, Value: float64(f), Reason: wantFamily}
		}
		if slices.Contains(c.Families[:i], f) {
			return c, &InputError{Name: name, Value: float64(f), Reason: "want each family once, also " + f.String()}
		}
	}
	switch c.Criterion {
	case "":
		c.Criterion = ByBIC
	case ByBIC, ByAIC, ByHoldoutMAE, ByHoldoutRMSE:
	default:
		return c, &InputError{Name: "Criterion", Reason: fmt.Sprintf("%q: want bic, aic, holdout_mae or holdout_rmse", string(c.Criterion))}
	}
	switch {
	case len(c.Fit.Start) > 0:
		return c, &InputError{Name: "len(Fit.Start)", Value: float64(len(c.Fit.Start)), Reason: "want none: families begin where each is best"}
	case len(c.Fit.Priors) > 0:
		return c, &InputError{Name: "len(Fit.Priors)", Value: float64(len(c.Fit.Priors)), Reason: "want none: likelihoods would not compare"}
	}
	return c, nil
}
