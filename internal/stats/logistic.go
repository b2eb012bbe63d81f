package stats

import (
	"errors"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// What [FitLogistic] can find out while it fits.
var (
	// ErrOneOutcome says that all outcomes are the same, 0 or 1.
	ErrOneOutcome = errors.New("all outcomes are the same")
	// ErrSeparated says that a linear combination of the columns tells the outcomes
	// apart, with at most ties between them, so that the likelihood has no maximum.
	// An overlap below a millionth of the range counts as a tie.
	ErrSeparated = errors.New("the outcomes are separated")
	// ErrNotConverged says that the search ran out of steps.
	ErrNotConverged = errors.New("not converged")
)

// SeparatedError is [ErrSeparated] with the columns that do it: each of them alone, or
// together if none does alone.
type SeparatedError struct {
	Columns []int // from 0, ascending
}

func (e *SeparatedError) Error() string {
	return fmt.Sprintf("%v by columns %v", ErrSeparated, e.Columns)
}

// Unwrap returns [ErrSeparated].
func (e *SeparatedError) Unwrap() error { return ErrSeparated }

// ColumnError reports a column that is constant or depends linearly on the others.
type ColumnError struct {
	Column   int // from 0; -1 if it is not known which of the columns depend on each other
	Constant bool
}

func (e *ColumnError) Error() string {
	switch {
	case e.Constant:
		return fmt.Sprintf("column %d is constant", e.Column)
	case e.Column >= 0:
		return fmt.Sprintf("column %d depends linearly on those before it", e.Column)
	}
	return "columns depend linearly on each other"
}

// Logistic says what is fitted: P(outcome) = 1/(1+exp(−a−Σ bⱼxⱼ)).
//
// The numbers are checked by the caller: as many rows in each slice, at least one;
// columns finite, of a size below 1e150; outcomes from 0 to 1, as counts of
// successes by trials are; weights above 0 and finite, with a finite sum.
type Logistic struct {
	Columns  [][]float64 // without the intercept, which is always added; may be none
	Outcomes []float64
	Weights  []float64 // how often a row counts; nil: once each
	// L2 is λ of the penalty λ/2·Σ (bⱼsⱼ)², s the standard deviation of the column:
	// the slopes for one standard deviation are pulled to 0, whatever the unit. The
	// intercept is not. 0: no penalty, and separated outcomes are an error.
	L2 float64
	// Robust asks for the covariance A⁻¹BA⁻¹ with B = Σ (w(y−p))²xxᵀ, which holds for
	// weights of a survey and for outcomes that are no independent draws. (H. White,
	// Maximum likelihood estimation of misspecified models, Econometrica 50, 1982.)
	// Otherwise it is A⁻¹, the inverse of the curvature.
	Robust bool
}

// LogisticFit is a fitted [Logistic].
type LogisticFit struct {
	Coefficients []float64 // the intercept, then the slopes
	Covariance   []float64 // of the coefficients, row major
	// LogLikelihood is without the penalty, NullLogLikelihood that of the intercept
	// alone. Both are sums over rows times weights.
	LogLikelihood, NullLogLikelihood float64
	Iterations                       int
}

// mostSteps is far more than a fit takes that has a maximum.
const mostSteps = 150

// FitLogistic maximises the likelihood, less the penalty, by Newton steps on
// columns of mean 0 and standard deviation 1, which take memory for a block of rows
// only. (D. R. Cox, The regression analysis of binary sequences, Journal of the
// Royal Statistical Society B 20, 1958; the steps are those of iteratively
// reweighted least squares.)
//
// Rows are added in the order given. The error is [ErrOneOutcome], a
// [*SeparatedError] or a [*ColumnError]; with [ErrNotConverged] comes the best point.
func FitLogistic(data Logistic) (*LogisticFit, error) {
	s, err := newLogisticSearch(data)
	if err != nil {
		return nil, err
	}
	start := make([]float64, s.size)
	start[0] = math.Log(s.share) - math.Log1p(-s.share)
	// A separated fit walks about one log odd a step, for ever. Its direction shows
	// after some steps, and later the curvature along it is lost in rounding: so the
	// search stops now and then to look.
	search := numeric.Newton{MaxIterations: 15, Tolerance: 1e-16, StepCap: 1e6}
	maximum, steps := numeric.Maximum{X: start}, 0
	for !maximum.Converged && steps < mostSteps {
		before := maximum.X
		if maximum, err = search.Maximize(s.objective, before); err != nil {
			return nil, err
		}
		if data.L2 == 0 {
			if direction := s.separated(maximum, before); direction != nil {
				return nil, &SeparatedError{Columns: s.separators(direction)}
			}
		}
		steps += max(1, maximum.Iterations)
		search.MaxIterations = 3
	}
	fit, err := s.fit(maximum)
	if err != nil {
		return nil, err
	}
	fit.Iterations = steps
	if !maximum.Converged {
		return fit, ErrNotConverged
	}
	return fit, nil
}

// fit turns the maximum on standardised columns into one on those given.
func (s *logisticSearch) fit(maximum numeric.Maximum) (*LogisticFit, error) {
	curvature := make([]float64, len(maximum.Hessian))
	for i, h := range maximum.Hessian {
		curvature[i] = -h
	}
	covariance, ok := numeric.InversePositive(curvature, s.size)
	if !ok {
		return nil, &ColumnError{Column: -1}
	}
	if s.Robust {
		covariance = congruent(covariance, s.meat(maximum.X), s.size)
	} else {
		for i := range covariance {
			covariance[i] /= s.unit
		}
	}
	fit := &LogisticFit{
		LogLikelihood:     s.unit * (maximum.Value + s.penalty(maximum.X)),
		NullLogLikelihood: s.unit * float64(len(s.Outcomes)) * (s.share*math.Log(s.share) + (1-s.share)*math.Log1p(-s.share)),
	}
	// coefficients = T·x with T the identity but for 1/s on the diagonal of slopes
	// and −m/s in the row of the intercept.
	transform := make([]float64, s.size*s.size)
	transform[0] = 1
	for j := range s.Columns {
		transform[(j+1)*s.size+j+1] = 1 / s.spread[j]
		transform[j+1] = -s.mean[j] / s.spread[j]
	}
	fit.Coefficients = make([]float64, s.size)
	for i := range s.size {
		for j := range s.size {
			fit.Coefficients[i] += transform[i*s.size+j] * maximum.X[j]
		}
	}
	fit.Covariance = congruent(transform, covariance, s.size)
	return fit, nil
}

// congruent returns m·v·mᵀ, exactly symmetric for a symmetric v.
func congruent(m, v []float64, n int) []float64 {
	half, whole := make([]float64, n*n), make([]float64, n*n)
	for i := range n {
		for j := range n {
			for k := range n {
				half[i*n+j] += m[i*n+k] * v[k*n+j]
			}
		}
	}
	for i := range n {
		for j := range i + 1 {
			sum := 0.0
			for k := range n {
				sum += half[i*n+k] * m[j*n+k]
			}
			whole[i*n+j], whole[j*n+i] = sum, sum
		}
	}
	return whole
}
