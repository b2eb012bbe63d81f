package btyd

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/scoring"
)

// MeanSpend expects of a customer a weighted mean of its own mean spend and the
// population's, (k·μ + x·m)/(k + x): a baseline to hold [GammaGamma] against. With k = 0
// a customer goes on spending what it spent, with k = ∞ all spend alike; between them k
// says how many purchases the population's mean is worth (Bühlmann, ASTIN Bulletin 4,
// 1967).
//
// The value is immutable and safe to share. The zero value is no model: its
// ExpectedSpend returns an [*InputError].
type MeanSpend struct {
	mean, weight float64
	covariance   []float64
	identified   []bool
	report       FitReport
}

// Shrinkage says how far a [MeanSpend] moves a customer's own mean to the population's.
type Shrinkage uint8

// The shrinkages.
const (
	// OwnMean: not at all. A customer without repeat purchase has the population's.
	OwnMean Shrinkage = iota
	// PopulationMean: all the way.
	PopulationMean
	// ShrunkMean: as far as the variances within and between customers say.
	ShrunkMean
)

// NewMeanSpend returns the model with known parameters: the population's mean, from
// 1e-100 to 1e100, and its weight in purchases, 0 to 1e100 or +Inf. The error is an
// [*InputError].
func NewMeanSpend(mean, weight float64) (*MeanSpend, error) {
	if !(mean >= smallest && mean <= largest) {
		return nil, &InputError{Name: "mean", Value: mean, Reason: "want a number from 1e-100 to 1e100"}
	}
	if !(weight >= 0 && (weight <= largest || math.IsInf(weight, 1))) {
		return nil, &InputError{Name: "weight", Value: weight, Reason: "want 0 to 1e100, or +Inf"}
	}
	m := &MeanSpend{mean: mean, weight: weight}
	m.identified = make([]bool, len(m.names()))
	return m, nil
}

// FitMeanSpend estimates the model from the rows. The population's mean is that of the
// purchases; with ShrunkMean that of the customers weighted by x/(x + k), where
// k = σ²/τ² and the two variances are the least-squares fit of
//
//	E (m − μ)² = τ² + σ²/x
//
// over the customers. Where it gives σ² ≤ 0 the result is that of OwnMean, and τ² ≤ 0 that
// of PopulationMean. The error is [ErrNoSpender], [ErrOneFrequency] for ShrunkMean when
// all customers have the same x, or an [*InputError].
func FitMeanSpend(rows *SpendRows, shrinkage Shrinkage) (*MeanSpend, error) {
	if rows.Customers() == 0 {
		return nil, fmt.Errorf("btyd: mean spend: %w", ErrNoSpender)
	}
	weight := 0.0
	switch shrinkage {
	case OwnMean:
	case PopulationMean:
		weight = math.Inf(1)
	case ShrunkMean:
		if len(rows.count) == 1 {
			return nil, fmt.Errorf("btyd: mean spend: %d customers with %v purchases: %w", rows.Customers(), rows.count[0], ErrOneFrequency)
		}
		weight = rows.credibility()
	default:
		return nil, &InputError{Name: "shrinkage", Value: float64(shrinkage), Reason: "want OwnMean, PopulationMean or ShrunkMean"}
	}
	mean, se := rows.weightedMean(weight)
	m, err := NewMeanSpend(mean, weight)
	if err != nil {
		return nil, err
	}
	size := len(m.names())
	m.covariance = make([]float64, size*size)
	m.covariance[0], m.identified[0] = se*se, se > 0
	m.report = FitReport{
		Converged: true, Parameters: size, Customers: rows.Customers(), Repeaters: rows.Customers(), Excluded: int(math.Round(rows.excluded)),
		Boundaries: []Boundary{}, Warnings: []Warning{}, SpendFrequencyCorrelation: rows.pearson(),
	}
	return m, nil
}

// credibility is k, the variance within customers over that between them.
func (r *SpendRows) credibility() float64 {
	mean, _ := r.weightedMean(0)
	// In units of the mean, so that squares stay in range.
	var inverse, square float64
	for i, m := range r.mean {
		d := m/mean - 1
		inverse += r.weight[i] / r.customers / r.x(i)
		square += r.weight[i] / r.customers * d * d
	}
	var cross, spread float64
	for i, m := range r.mean {
		d, z := m/mean-1, 1/r.x(i)-inverse
		cross += r.weight[i] * z * (d*d - square)
		spread += r.weight[i] * z * z
	}
	within := cross / spread
	between := square - within*inverse
	switch {
	case within <= 0:
		return 0
	case between <= 0:
		return math.Inf(1)
	}
	return min(within/between, largest)
}

// weightedMean returns the mean of the customers' means, weighted by x/(1 + x/k) — by x
// for k = 0 and k = ∞ — and its standard error from their scatter.
func (r *SpendRows) weightedMean(k float64) (mean, se float64) {
	share := func(i int) float64 {
		if k == 0 {
			return r.purchases[i]
		}
		return r.purchases[i] / (1 + r.x(i)/k)
	}
	total, scale := 0.0, r.mean[0]
	for i, m := range r.mean {
		total += share(i)
		mean += share(i) * (m / scale)
	}
	mean /= total
	for i, m := range r.mean {
		d := share(i) / total * (m/scale - mean)
		se += d * d / r.weight[i]
	}
	return mean * scale, math.Sqrt(se) * scale
}

// known is false for the zero value.
func (m *MeanSpend) known() bool { return m != nil && m.mean > 0 }

func (m *MeanSpend) names() []string {
	if m.weight == 0 || math.IsInf(m.weight, 1) {
		return []string{"mean"}
	}
	return []string{"mean", "weight"}
}

// Name returns "meanspend-own", "meanspend-population" or "meanspend-shrunk".
func (m *MeanSpend) Name() string {
	switch {
	case !m.known() || m.weight == 0:
		return "meanspend-own"
	case math.IsInf(m.weight, 1):
		return "meanspend-population"
	}
	return "meanspend-shrunk"
}

// Parameters returns the population's mean with its standard error and, for a shrunk
// mean, its weight in purchases, which has none.
func (m *MeanSpend) Parameters() []Parameter {
	if !m.known() {
		return nil
	}
	list := []Parameter{{Name: "mean", Value: m.mean}, {Name: "weight", Value: m.weight}}[:len(m.names())]
	return withErrors(list, m.covariance, m.identified)
}

// Report returns what the fit read; there is no likelihood. It is zero for a model made
// by [NewMeanSpend].
func (m *MeanSpend) Report() FitReport {
	if m == nil {
		return FitReport{}
	}
	return m.report.clone()
}

// ExpectedSpend returns (k·μ + x·m)/(k + x), the population's mean for a customer
// without repeat purchase. A negative mean counts as 0. The error is an [*InputError].
func (m *MeanSpend) ExpectedSpend(s scoring.Summary) (float64, error) {
	if !m.known() {
		return 0, errUnknown("FitMeanSpend, NewMeanSpend")
	}
	if err := checkSpend(s); err != nil {
		return 0, err
	}
	if s.X == 0 || math.IsInf(m.weight, 1) {
		return m.mean, nil
	}
	share := m.weight / (m.weight + float64(s.X))
	return share*m.mean + (1-share)*max(0, s.Spend), nil
}

// MarshalJSON writes the model as [Model.MarshalJSON] does.
func (m MeanSpend) MarshalJSON() ([]byte, error) {
	if !m.known() {
		return nil, errUnknown("FitMeanSpend, NewMeanSpend")
	}
	params := []float64{m.mean, m.weight}[:len(m.names())]
	file := modelFile{Kind: kindPrefix + m.Name(), Identified: m.identified, Report: m.report}
	return file.write(m.names(), params, m.covariance)
}

// UnmarshalJSON reads what [MeanSpend.MarshalJSON] wrote, as [Model.UnmarshalJSON] does.
func (m *MeanSpend) UnmarshalJSON(text []byte) error {
	head, err := readHead(text)
	if err != nil {
		return err
	}
	like := &MeanSpend{mean: 1}
	switch head.Kind {
	case kindPrefix + "meanspend-population":
		like.weight = math.Inf(1)
	case kindPrefix + "meanspend-shrunk":
		like.weight = 1
	}
	file, params, covariance, err := readModel(text, like.Name(), like.names())
	if err != nil {
		return err
	}
	if len(params) == 2 {
		like.weight = params[1]
	}
	back, err := NewMeanSpend(params[0], like.weight)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrModelFormat, err)
	case file.Unit != 0 || file.Covariates != nil || file.Effects != nil || len(back.names()) != len(params):
		return fmt.Errorf("btyd: mean spend with a unit of time or a weight of 0: %w", ErrModelFormat)
	}
	back.covariance, back.identified, back.report = covariance, file.Identified, file.Report
	*m = *back
	return nil
}
