package btyd

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// TransactionModel is what valuation needs of a model of purchases; [*Model] is
// one, and so is [*Posterior].
type TransactionModel interface {
	// Name is the model's name in files and reports, such as "bgnbd".
	Name() string
	// Unit is the unit of time of all arguments.
	Unit() rapport.Unit
	// PAlive is the probability that the customer has not left.
	PAlive(s scoring.Summary) float64
	// Expected is the expected number of purchases in the next t units.
	Expected(s scoring.Summary, t float64) float64
	// ExpectedNew is that number for a customer at its first purchase.
	ExpectedNew(t float64) float64
	// Probability is that of n purchases in the next t units.
	Probability(s scoring.Summary, n int, t float64) float64
	// PMF is that probability for a customer at its first purchase.
	PMF(n int, t float64) float64
	// LogLikelihood is that of the customer's history.
	LogLikelihood(s scoring.Summary) float64
	// Discounted is ∫₀ᴴ e^(−δs) dE[Y(s)] over H = periods units, which may be +Inf
	// where the integral converges, at δ per unit.
	Discounted(s scoring.Summary, periods, delta float64) (float64, error)
	// PAliveInto sets dst[i] to PAlive of the i-th customer.
	PAliveInto(dst []float64, summaries *scoring.Summaries) error
	// ExpectedInto sets dst[i] to Expected of the i-th customer.
	ExpectedInto(dst []float64, summaries *scoring.Summaries, t float64) error
	// DiscountedInto sets dst[i] to Discounted of the i-th customer.
	DiscountedInto(dst []float64, summaries *scoring.Summaries, periods, delta float64) error
	// Parameters are the estimates with their standard errors.
	Parameters() []Parameter
	// Report says how the fit went.
	Report() FitReport
}

// Horizon is how far ahead a value looks and how it counts later money.
type Horizon struct {
	// Periods is its length in units of the model. +Inf is allowed where the value
	// is finite: with a positive discount, or for models whose customers make a
	// finite number of purchases.
	Periods float64
	// AnnualDiscount is the yearly rate, 0.10 for ten percent, above −1. Purchases
	// are discounted continuously at δ = ln(1+AnnualDiscount)·days/365.25 per unit.
	AnnualDiscount float64
	// Step discounts in steps instead, all purchases of Step units together at the end of
	// the step; 0 means continuously. See [Model.DiscountedSteps].
	Step float64
}

// Delta returns the continuous discount rate per unit. The error is an
// [*InputError].
func (h Horizon) Delta(unit rapport.Unit) (float64, error) {
	if !unit.IsValid() {
		return 0, &InputError{Name: "unit", Value: float64(unit), Reason: "want day, week or month"}
	}
	if !(h.AnnualDiscount > -1 && h.AnnualDiscount <= math.MaxFloat64) {
		return 0, &InputError{Name: "AnnualDiscount", Value: h.AnnualDiscount, Reason: "want a finite rate above -1"}
	}
	delta := math.Log1p(h.AnnualDiscount) * unit.Days() / 365.25
	return delta, checkDiscount(h.Periods, delta)
}

// checkDiscount returns an [*InputError] for a horizon that is negative or NaN, or
// a rate that is not finite.
func checkDiscount(periods, delta float64) error {
	if !validTime(periods) && !math.IsInf(periods, 1) {
		return &InputError{Name: "Periods", Value: periods, Reason: "want 0 to 1e100, or +Inf"}
	}
	if size := math.Abs(delta); !(size == 0 || (size >= smallest && size <= largest)) {
		return &InputError{Name: "delta", Value: delta, Reason: "want 0 or a rate per unit of 1e-100 to 1e100 in size"}
	}
	return nil
}

// StepDiscounter is a [TransactionModel] that can discount in steps, as [*Model] does.
type StepDiscounter interface {
	TransactionModel
	// DiscountedSteps is Discounted with what falls into a step counted at its end.
	DiscountedSteps(s scoring.Summary, periods, delta, step float64) (float64, error)
	// DiscountedStepsInto sets dst[i] to DiscountedSteps of the i-th customer.
	DiscountedStepsInto(dst []float64, summaries *scoring.Summaries, periods, delta, step float64) error
}

// inSteps returns the model as one that discounts in steps.
func inSteps(model TransactionModel, h Horizon) (StepDiscounter, error) {
	if steps, ok := model.(StepDiscounter); ok {
		return steps, nil
	}
	return nil, &InputError{Name: "Step", Value: h.Step, Reason: "want 0: " + model.Name() + " discounts continuously only"}
}

// DiscountedExpected returns the discounted expected purchases of the customer
// over the horizon, ∫₀ᴴ e^(−δs) dE[Y(s)], or in steps. The error is an [*InputError] or
// [ErrDiverges].
func DiscountedExpected(model TransactionModel, s scoring.Summary, h Horizon) (float64, error) {
	if model == nil {
		return 0, errNoModel()
	}
	delta, err := h.Delta(model.Unit())
	if err != nil {
		return 0, err
	}
	if h.Step != 0 {
		steps, err := inSteps(model, h)
		if err != nil {
			return 0, err
		}
		return steps.DiscountedSteps(s, h.Periods, delta, h.Step)
	}
	return model.Discounted(s, h.Periods, delta)
}

// LifetimeValue returns the expected discounted spend of the customer over the
// horizon, expected spend per purchase × discounted expected purchases, in the
// currency of the summaries and not reduced by costs. Spend and frequency are
// taken as independent, as both models assume. The error is an [*InputError],
// [ErrInfiniteMean] or [ErrDiverges].
func LifetimeValue(model TransactionModel, spend SpendModel, s scoring.Summary, h Horizon) (float64, error) {
	purchases, err := DiscountedExpected(model, s, h)
	if err != nil {
		return 0, err
	}
	if spend == nil {
		return 0, errNoSpend()
	}
	amount, err := spend.ExpectedSpend(s)
	if err != nil {
		return 0, err
	}
	return finite(amount * purchases)
}

// LifetimeValues sets dst[i] to [LifetimeValue] of the i-th customer of the
// summaries; len(dst) must be their number. Per customer it costs little more
// than an expected count: the discounting is tabulated. The error is an
// [*InputError], [ErrUnitMismatch], [ErrDiverges] or [ErrInfiniteMean]; dst is not
// to be used then.
func LifetimeValues(dst []float64, model TransactionModel, spend SpendModel, summaries *scoring.Summaries, h Horizon) error {
	if model == nil {
		return errNoModel()
	}
	if spend == nil {
		return errNoSpend()
	}
	delta, err := h.Delta(model.Unit())
	if err != nil {
		return err
	}
	if err := discountedInto(dst, model, summaries, h, delta); err != nil {
		return err
	}
	return timesSpend(dst, spend, summaries)
}

// timesSpend multiplies dst[i] by the expected spend of the i-th customer.
func timesSpend(dst []float64, spend SpendModel, summaries *scoring.Summaries) error {
	for i := range dst {
		id, s := summaries.At(i)
		amount, err := spend.ExpectedSpendOf(id, s)
		if err == nil {
			dst[i], err = finite(amount * dst[i])
		}
		if err != nil {
			return fmt.Errorf("%w (customer %q)", err, id)
		}
	}
	return nil
}

// discountedInto sets dst[i] to the discounted expected purchases of the i-th customer.
func discountedInto(dst []float64, model TransactionModel, summaries *scoring.Summaries, h Horizon, delta float64) error {
	if h.Step == 0 {
		return model.DiscountedInto(dst, summaries, h.Periods, delta)
	}
	steps, err := inSteps(model, h)
	if err != nil {
		return err
	}
	return steps.DiscountedStepsInto(dst, summaries, h.Periods, delta, h.Step)
}

// finite guards products of finite numbers.
func finite(v float64) (float64, error) {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, &InputError{Name: "value", Value: v, Reason: "exceeds the range of float64"}
	}
	return v, nil
}

// Prediction is what a model says of one customer.
type Prediction struct {
	PAlive   float64
	Expected float64 // purchases over the horizon
	// Discounted is the discounted number of them, equal to Expected at rate 0.
	Discounted float64
}

// Predict is the checked form of the predictions: it names what is wrong with the
// summary or the horizon in an [*InputError], where the methods of the models
// return 0. Periods must be finite.
func Predict(model TransactionModel, s scoring.Summary, h Horizon) (Prediction, error) {
	if !validTime(h.Periods) {
		return Prediction{}, &InputError{Name: "Periods", Value: h.Periods, Reason: "want a finite horizon of 0 to 1e100"}
	}
	discounted, err := DiscountedExpected(model, s, h)
	if err != nil {
		return Prediction{}, err
	}
	return Prediction{PAlive: model.PAlive(s), Expected: model.Expected(s, h.Periods), Discounted: discounted}, nil
}
