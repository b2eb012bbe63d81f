package btyd

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// FitBGBB estimates the model from cells by maximum likelihood: damped Newton steps
// with the exact Hessian in log parameters, from α = β = 1, γ = ½ and δ = 2, and from
// others if that ends badly. The model without dropout (γ = 0, beta-binomial) is
// fitted as well. Of the boundaries in the report, those of dropout are (γ, δ) in
// place of (a, b), and a customer leaves before an opportunity, not after a
// purchase. With fewer than three opportunities the four parameters cannot all be
// told apart; the report then warns.
//
// The error is [ErrNoRepeat] without any transaction, an [*InputError] for a cell or
// an option, or a [*FitError] as in [Fit].
func FitBGBB(ctx context.Context, cells []Cell, options *FitOptions) (*BGBB, error) {
	data, err := newHistories(cells)
	if err != nil {
		return nil, err
	}
	if len(cells) > 0 && data.customers == 0 {
		return nil, fmt.Errorf("btyd: bgbb: %d cells with 0 Customers each: %w", len(cells), ErrNoRepeat)
	}
	if !(data.buyers > 0) {
		return nil, fmt.Errorf("btyd: bgbb: %v customers: %w", data.customers, ErrNoRepeat)
	}
	fit, err := fitDiscrete(ctx, "bgbb", bgbbRecipe{data: data, dropout: true}, options, data.customers, data.buyers)
	if fit == nil {
		return nil, err
	}
	p := fit.params
	return &BGBB{
		params: BGBBParams{p[0], p[1], p[2], p[3]}, covariance: fit.covariance,
		identified: [4]bool(fit.identified), report: fit.report,
	}, err
}

// ProfileBGBB returns the profile-likelihood interval of a parameter of a model that was
// fitted to these cells, as [Profile] does.
func ProfileBGBB(ctx context.Context, model *BGBB, cells []Cell, parameter string, level float64, options *FitOptions) (ProfileInterval, error) {
	if !model.known() {
		return ProfileInterval{}, errUnknown("FitBGBB")
	}
	if err := fitted(model.Name(), model.report); err != nil {
		return ProfileInterval{}, err
	}
	data, err := newHistories(cells)
	if err != nil {
		return ProfileInterval{}, err
	}
	return profileDiscrete(ctx, model.Name(), bgbbRecipe{data: data, dropout: true}, model.params.list(), parameter, level, options)
}

func profileDiscrete(ctx context.Context, name string, r recipe, params []float64, parameter string, level float64, options *FitOptions) (ProfileInterval, error) {
	at, err := profiled(name, r.names(), params, parameter, level)
	if err != nil {
		return ProfileInterval{}, err
	}
	e, err := newDiscreteEstimation(ctx, r, options)
	if err != nil {
		return ProfileInterval{}, err
	}
	return e.profile(at, params, level)
}

// newDiscreteEstimation begins a fit of a recipe that holds its own data.
func newDiscreteEstimation(ctx context.Context, r recipe, options *FitOptions) (*estimation, error) {
	names := r.names()
	o, err := options.orDefault(len(names), len(names))
	if err != nil {
		return nil, err
	}
	penalty, err := newPenalty(o.Priors, names)
	if err != nil {
		return nil, err
	}
	return &estimation{ctx: ctx, recipe: r, rows: &Rows{}, options: o, positive: len(names), penalty: penalty}, nil
}

// discreteFit is the result of a fit to data that are no [Rows].
type discreteFit struct {
	params, covariance []float64
	identified         []bool
	report             FitReport
}

// fitDiscrete runs the search of all families for a recipe that holds its own data;
// customers and repeaters are for the report. With an error the result is nil or the
// best point found.
func fitDiscrete(ctx context.Context, name string, r recipe, options *FitOptions, customers, repeaters float64) (*discreteFit, error) {
	e, err := newDiscreteEstimation(ctx, r, options)
	if err != nil {
		return nil, err
	}
	best, err := e.search()
	best.Converged = best.Converged && err == nil
	report := e.report(best)
	report.Customers, report.Repeaters = headcount(customers), headcount(repeaters)
	if err == nil && !best.Converged {
		err = ErrNotConverged
	}
	if math.IsInf(best.Value, -1) {
		return nil, &FitError{Model: name, Report: report, Err: err}
	}
	fit := &discreteFit{params: best.params, report: report}
	fit.covariance, fit.identified = curvature(slopes(best.params, e.positive), best.Hessian, best.flat)
	fit.report.Warnings = warnings(report.Repeaters, best.params, e.positive, fit.covariance, fit.identified, report.Boundaries)
	if err != nil {
		return fit, &FitError{Model: name, Report: fit.report.clone(), Err: err}
	}
	return fit, nil
}

// parameters lists values under the names of a recipe, with standard errors.
func parameters(r recipe, values, covariance []float64, identified []bool) []Parameter {
	list := make([]Parameter, len(values))
	for i, name := range r.names() {
		list[i] = Parameter{Name: name, Value: values[i]}
	}
	return withErrors(list, covariance, identified)
}

// ownData is the part of a recipe that models without [Rows] have no use for.
type ownData struct{}

func (ownData) law([]float64) law                  { return nil }
func (ownData) shifts() (purchase, life []float64) { return nil, nil }
func (ownData) limits(*Rows) []limit               { return nil }

// bgbbRecipe fits the BG/BB or, without dropout, the beta-binomial.
type bgbbRecipe struct {
	ownData
	data    *histories
	dropout bool
}

func (r bgbbRecipe) names() []string {
	names := []string{"alpha", "beta", "gamma", "delta"}
	if !r.dropout {
		return names[:2]
	}
	return names
}

func (r bgbbRecipe) zeros() []bool { return []bool{false, false, true, false}[:len(r.names())] }

func (r bgbbRecipe) starts(*Rows) [][]float64 {
	if !r.dropout {
		return [][]float64{logs(1, 1), logs(0.2, 0.2), logs(20, 20)}
	}
	// The last two are near polar dropout, where some leave before the first opportunity
	// and others never.
	return [][]float64{
		logs(1, 1, 0.5, 2), logs(0.3, 0.5, 0.3, 5), logs(5, 5, 0.3, 3), logs(1, 1, 20, 100), logs(0.2, 2, 1, 1),
		logs(1, 1, 0.02, 0.1), logs(30, 60, 0.02, 0.1),
	}
}

func (r bgbbRecipe) limits(*Rows) []limit {
	if !r.dropout {
		return nil
	}
	return []limit{{
		boundary: BoundaryNoDropout, recipe: bgbbRecipe{data: r.data}, free: []int{0, 1},
		embed: func(p []float64) []float64 { return []float64{p[0], p[1], 0, 1} },
	}}
}

// The further boundaries of models of discrete time.
const (
	// BoundaryHomogeneousPurchase: all customers buy with the same probability
	// (α, β → ∞ with α/(α+β) fixed).
	BoundaryHomogeneousPurchase Boundary = "homogeneous_purchase"
	// BoundaryPolarPurchase: a customer buys at every opportunity or at none
	// (α, β → 0 with α/(α+β) fixed).
	BoundaryPolarPurchase Boundary = "polar_purchase"
	// BoundaryCertainPurchase: every customer buys at every opportunity while alive
	// (β → 0 or α → ∞).
	BoundaryCertainPurchase Boundary = "certain_purchase"
)

func (r bgbbRecipe) ridges() []ridge {
	list := []ridge{
		{BoundaryHomogeneousPurchase, []float64{1, 1, 0, 0}, func(p []float64) bool { return p[0] > 100 && p[1] > 100 }},
		{BoundaryPolarPurchase, []float64{-1, -1, 0, 0}, func(p []float64) bool { return p[0] < 0.01 && p[1] < 0.01 }},
		{BoundaryCertainPurchase, []float64{0, -1, 0, 0}, func(p []float64) bool { return p[1] < 0.01*min(1, p[0]) }},
		{BoundaryCertainPurchase, []float64{1, 0, 0, 0}, func(p []float64) bool { return p[0] > 100*max(1, p[1]) }},
		{BoundaryHomogeneousDropout, []float64{0, 0, 1, 1}, func(p []float64) bool { return p[2] > 100 && p[3] > 100 }},
		{BoundaryPolarDropout, []float64{0, 0, -1, -1}, func(p []float64) bool { return p[2] < 0.01 && p[3] < 0.01 }},
		{BoundaryNoDropout, []float64{0, 0, -1, 0}, func(p []float64) bool { return p[2] < 0.01*min(1, p[3]) }},
		{BoundaryNoDropout, []float64{0, 0, 0, 1}, func(p []float64) bool { return p[3] > 100*max(1, p[2]) }},
	}
	if r.dropout {
		return list
	}
	for i := range 4 {
		list[i].direction = list[i].direction[:2]
	}
	return list[:4]
}

func (r bgbbRecipe) objective(ctx context.Context, _ *Rows, workers int) numeric.Objective {
	return newHistoryLikelihood(ctx, r.data, workers, r.dropout).evaluate
}

// histories are cells with the same history merged, in the order N, TX, X.
type histories struct {
	cells             []Cell
	longest           int // the largest N
	customers, buyers float64
}

func newHistories(cells []Cell) (*histories, error) {
	h := &histories{cells: make([]Cell, 0, len(cells))}
	for i, c := range cells {
		if err := c.Validate(); err != nil {
			return nil, fmt.Errorf("cells[%d]: %w", i, err)
		}
		if c.Customers == 0 {
			continue
		}
		h.cells = append(h.cells, c)
	}
	slices.SortStableFunc(h.cells, func(a, b Cell) int { return cmp.Compare(a.order(), b.order()) })
	kept := h.cells[:0]
	for _, c := range h.cells {
		h.longest = max(h.longest, c.N)
		h.customers += c.Customers
		if c.X > 0 {
			h.buyers += c.Customers
		}
		if last := len(kept) - 1; last >= 0 && kept[last].order() == c.order() {
			kept[last].Customers += c.Customers
		} else {
			kept = append(kept, c)
		}
	}
	h.cells = kept
	if math.IsInf(h.customers, 0) {
		return nil, &InputError{Name: "Customers", Value: h.customers, Reason: "want a finite sum of weights"}
	}
	return h, nil
}
