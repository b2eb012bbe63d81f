package btyd

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// VaryingModel is the Pareto/NBD with covariates that change in time: with x(t) of the
// customer's [Calendar] it buys at the rate λ·exp(γ'x(t)) while alive and leaves at the
// rate μ·exp(δ'x(t)); λ ~ Gamma(r, α) and μ ~ Gamma(s, β) are independent (Bachmann,
// Meierer and Näf, "The Role of Time-Varying Contextual Factors in Latent Attrition
// Models for Customer Base Analysis", Marketing Science 40 (2021) 783–809).
//
// Time is continuous; a day begins at its midnight, and a history ends at the beginning
// of the last day of calibration, T after its first. The value is immutable and
// safe to share. The zero value is no model.
type VaryingModel struct {
	estimates CovariateModel // of the Pareto/NBD, whose shifts the effects are at each time
}

// NewVarying returns the model with known parameters: those of a Pareto/NBD, which are
// those at x = 0, the names of the covariates, and their effects on purchases and on
// leaving, one a name, of at most 1e50 in size; nil for none. The error is an [*InputError] or a
// [*CovariateError].
func NewVarying(base *Model, covariates []string, purchase, life []float64) (*VaryingModel, error) {
	if base.Family() != ParetoNBD {
		return nil, &InputError{Name: "base", Value: float64(base.Family()), Reason: "want a Pareto/NBD"}
	}
	m := CovariateModel{covariates: slices.Clone(covariates), params: slices.Clone(base.params)}
	for i, name := range covariates {
		if name == "" || slices.Contains(covariates[:i], name) {
			return nil, &CovariateError{Name: name, Reason: "want names, none twice or empty"}
		}
		for _, of := range []struct {
			prefix  string
			effects []float64
			buying  bool
		}{{"life.", life, false}, {"trans.", purchase, true}} {
			switch {
			case of.effects == nil:
				continue
			case len(of.effects) != len(covariates):
				return nil, &InputError{Name: "effects", Value: float64(len(of.effects)), Reason: fmt.Sprintf("want %d, one a covariate", len(covariates))}
			case !(math.Abs(of.effects[i]) <= 1e50):
				return nil, &InputError{Name: of.prefix + name, Value: of.effects[i], Reason: "want a finite number up to 1e50"}
			}
			m.effects = append(m.effects, effect{of.prefix + name, i, of.buying, !of.buying})
			m.params = append(m.params, of.effects[i])
		}
	}
	if len(m.effects) == 0 {
		return nil, &CovariateError{Reason: "no effect of a covariate"}
	}
	m.base = newModel(ParetoNBD, base.unit, m.params[:4:4])
	m.identified = make([]bool, len(m.params))
	return &VaryingModel{m}, nil
}

// FitVarying estimates the model by maximum likelihood, with exact gradient and Hessian,
// from the Pareto/NBD without covariates; so its likelihood is never below that
// one's. The visits were made while the log was summarized:
//
//	visits, err := btyd.NewVisits(calendar)
//	summaries, err := scoring.Summarize(ctx, log, scoring.Window{Unit: rapport.Week, Visit: visits.Add})
//	model, err := btyd.FitVarying(ctx, summaries, visits, nil)
//
// Effects are named as those of [FitCovariates], and the options are the same.
//
// The error is a [*CalendarError] for days without values between a customer's first
// purchase and the end of calibration, or for a customer without visits; a
// [*CovariateError] for a covariate that never changes in that time, is a linear
// function of others, or lies too far from 0; or one of [Fit].
func FitVarying(ctx context.Context, summaries *scoring.Summaries, visits *Visits, options *CovariateOptions) (*VaryingModel, error) {
	var o CovariateOptions
	if options != nil {
		o = *options
	}
	summaries = given(summaries)
	switch {
	case visits == nil || visits.calendar.empty():
		return nil, errNoCalendar()
	case visits.err != nil:
		return nil, visits.err
	}
	names := visits.calendar.names
	effects, err := newCovariateRecipe(ParetoNBD.recipe(), names, o)
	if err != nil {
		return nil, err
	}
	data, err := newVaryingData(summaries, visits)
	if err != nil {
		return nil, err
	}
	if err := data.checkRank(names); err != nil {
		return nil, err
	}
	effects.spreads = data.spreads(effects.effects)
	fitted, err := effects.fit(ctx, &varyingRecipe{effects, data, true}, ParetoNBD, "paretonbd with varying covariates", Compress(summaries), names, o)
	if fitted == nil {
		return nil, err
	}
	return &VaryingModel{*fitted}, err
}

// known is false for the zero value and nil.
func (m *VaryingModel) known() bool { return m != nil && m.estimates.known() }

func errNoVaryingModel() error { return errUnknown("FitVarying, NewVarying") }

// inner is the model's estimates; nil for no model.
func (m *VaryingModel) inner() *CovariateModel {
	if m == nil {
		return nil
	}
	return &m.estimates
}

// Unit returns the unit of time; 0 for no model.
func (m *VaryingModel) Unit() rapport.Unit { return m.inner().Unit() }

// Covariates returns the names of the covariates, those of a calendar that fits.
func (m *VaryingModel) Covariates() []string { return m.inner().Covariates() }

// Parameters returns r, alpha, s and beta, which hold where all covariates are 0, and
// then the effects.
func (m *VaryingModel) Parameters() []Parameter { return m.inner().Parameters() }

// Covariance returns the covariance matrix of the estimates in the order of
// Parameters; see [Model.Covariance].
func (m *VaryingModel) Covariance() ([][]float64, bool) { return m.inner().Covariance() }

// Report returns how the fit went.
func (m *VaryingModel) Report() FitReport { return m.inner().Report() }

// Compare tests whether the covariates matter; see [CovariateModel.Compare].
func (m *VaryingModel) Compare(plain *Model) (LikelihoodRatio, error) {
	return m.inner().Compare(plain)
}

// MarshalJSON writes the model, with the names of the covariates but not the calendar,
// as [Model.MarshalJSON] does.
func (m VaryingModel) MarshalJSON() ([]byte, error) {
	if !m.known() {
		return nil, errNoVaryingModel()
	}
	return m.estimates.marshal(varyingSuffix)
}

// UnmarshalJSON reads what [VaryingModel.MarshalJSON] wrote, as [Model.UnmarshalJSON]
// does.
func (m *VaryingModel) UnmarshalJSON(text []byte) error {
	var back CovariateModel
	if err := back.unmarshal(text, varyingSuffix); err != nil {
		return err
	}
	if back.Family() != ParetoNBD {
		return fmt.Errorf("btyd: %s with varying covariates: %w", back.Family(), ErrModelFormat)
	}
	m.estimates = back
	return nil
}

// law returns the mathematics at these parameters over the rows of a calendar. The error
// is an [*InputError] for a rate beyond the range of models, or a [*CovariateError] for
// another calendar.
func (m *VaryingModel) law(params []float64, calendar *Calendar) (*varyingLaw, error) {
	if calendar.empty() {
		return nil, errNoCalendar()
	}
	if !slices.Equal(calendar.names, m.estimates.covariates) {
		return nil, &CovariateError{Reason: fmt.Sprintf("the calendar has %v, the model %v", calendar.names, m.estimates.covariates)}
	}
	l := &varyingLaw{r: params[0], alpha: params[1], s: params[2], beta: params[3]}
	for _, row := range calendar.rows {
		buy, leave := 0.0, 0.0
		for k, e := range m.estimates.effects {
			v := params[4+k] * row[e.column]
			if e.purchase {
				buy += v
			}
			if e.life {
				leave += v
			}
		}
		for _, v := range [...]float64{buy, leave} {
			if !(math.Abs(v) <= 230) {
				return nil, &InputError{Name: "effect", Value: v, Reason: fmt.Sprintf("want covariates that change rates by a factor of 1e-100 to 1e100, not %v", row)}
			}
		}
		l.buy, l.leave = append(l.buy, math.Exp(buy)), append(l.leave, math.Exp(leave))
	}
	return l, nil
}

// Customer returns what is known of a customer whose first purchase was on that date,
// with its history until T later: that of a log, or for one who buys today for the first
// time the zero Summary. The calendar must have the model's names, cover the history, and
// as many days after it as are asked of the result. For all customers of a log the methods
// that end in Into are faster, as they look at the calendar once.
//
// The error is a [*CalendarError], a [*CovariateError] or an [*InputError].
func (m *VaryingModel) Customer(calendar *Calendar, id rapport.ID, first time.Time, s scoring.Summary) (*VaryingCustomer, error) {
	if !m.known() {
		return nil, errNoVaryingModel()
	}
	if err := Check(s); err != nil {
		return nil, err
	}
	if y := first.Year(); y < 1 || y > 9999 || first.IsZero() {
		return nil, &CalendarError{Customer: id, Reason: "want a first purchase in the years 1 to 9999"}
	}
	l, err := m.law(m.estimates.params, calendar)
	if err != nil {
		return nil, err
	}
	b := binding{law: l, calendar: calendar, unit: m.Unit().Days()}
	c := &VaryingCustomer{binding: b, id: id}
	c.past, _, c.now, err = b.history(nil, id, float64(dayOf(first)), s)
	if err != nil {
		return nil, err
	}
	return c, nil
}
