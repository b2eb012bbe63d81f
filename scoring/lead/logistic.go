package lead

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/rapport-crm/rapport/internal/stats"
)

// What a regression can find out while it fits.
var (
	// ErrSeparated says that some columns tell the outcomes apart without a miss, so
	// that their coefficients have no bound: see [SeparatedError].
	ErrSeparated = errors.New("the outcomes are separated")
	// ErrNotConverged says that the search ran out of steps; the best point is returned
	// with it.
	ErrNotConverged = errors.New("lead: the regression has not converged")
	// ErrNoColumns says that there is nothing to learn from.
	ErrNoColumns = errors.New("lead: no columns")
)

// SeparatedError names the columns by which the outcomes are told apart: each of them
// alone, or together if none does alone. Such a column is often known only after the
// outcome ([CheckLeakage]); where it is not, a penalty ([LogisticOptions].L2) keeps
// the coefficients bounded. It wraps [ErrSeparated].
type SeparatedError struct {
	Columns []string
}

// Error names the columns.
func (e *SeparatedError) Error() string {
	return fmt.Sprintf("lead: %v by %s", ErrSeparated, strings.Join(e.Columns, ", "))
}

// Unwrap returns [ErrSeparated].
func (e *SeparatedError) Unwrap() error { return ErrSeparated }

// CollinearError names a column that is a linear combination of others.
type CollinearError struct {
	Column string
	On     []string // the columns of the combination; empty where rounding hides them
}

// Error names the columns.
func (e *CollinearError) Error() string {
	if len(e.On) == 0 {
		return fmt.Sprintf("lead: column %q depends linearly on others", e.Column)
	}
	return fmt.Sprintf("lead: column %q depends linearly on %s", e.Column, strings.Join(e.On, ", "))
}

// LogisticOptions says how [FitLogistic] fits; nil stands for the zero value.
type LogisticOptions struct {
	// Weights say how often a row counts, above 0; nil: once each.
	Weights []float64
	// L2 is λ of the penalty λ/2·Σ (bⱼsⱼ)² with s the standard deviation of a column:
	// slopes for one standard deviation are pulled to 0, whatever the units. The
	// intercept is free. 0: none.
	L2 float64
	// Robust takes standard errors from the sandwich of H. White, Econometrica 50,
	// 1982, for weights of a survey or outcomes that are no independent draws.
	Robust bool
	Level  float64 // of the intervals; 0: 0.95
}

// Logistic is a fitted logistic regression, P(event) = 1/(1+exp(−a−Σ bⱼxⱼ)). It is
// immutable and safe to share. Its coefficients are in the units of the columns.
type Logistic struct {
	names        []string
	means        []float64
	coefficients []float64 // the intercept, then the slopes
	covariance   []float64 // row major
	level        float64
	summary      LogisticSummary
}

// LogisticSummary says how a regression fits the rows it was learned from.
type LogisticSummary struct {
	Rows, Events int
	L2           float64
	// LogLikelihood is without the penalty, NullLogLikelihood that of the intercept
	// alone; both are sums over rows times weights.
	LogLikelihood, NullLogLikelihood float64
	Iterations                       int
}

// FitLogistic learns how the chance of the event depends on the columns, which hold
// numbers and no missing values. It maximises the likelihood, less the penalty, by
// Newton steps, those of iteratively reweighted least squares, on columns brought to
// mean 0 and standard deviation 1 within (D. R. Cox, Journal of the Royal Statistical
// Society B 20, 1958); what it returns is in the units that came in. Rows are added
// in the order given, so the result has the same bits wherever it runs.
//
// Errors: [ErrNoRows], [ErrNoColumns], a [*LengthError], [*ColumnError], [*RowError]
// (a missing value or one beyond 1e100) or [*OptionError] for what cannot be read;
// [ErrOneOutcome], a [*SeparatedError] or a [*CollinearError] for what cannot be
// learned; and [ErrNotConverged] along with the best point.
func FitLogistic(columns []Column, outcomes []bool, o *LogisticOptions) (*Logistic, error) {
	var opts LogisticOptions
	if o != nil {
		opts = *o
	}
	if opts.Level == 0 {
		opts.Level = 0.95
	}
	if err := checkConfidence(opts.Level); err != nil {
		return nil, err
	}
	if !(opts.L2 >= 0 && opts.L2 <= maxSize) {
		return nil, &OptionError{Option: "L2", Value: opts.L2, Want: "0 to 1e100"}
	}
	if err := checkOutcomes(outcomes, opts.Weights); err != nil {
		return nil, err
	}
	if err := checkColumns(columns, len(outcomes)); err != nil {
		return nil, err
	}
	data := stats.Logistic{Outcomes: make([]float64, len(outcomes)), Weights: opts.Weights, L2: opts.L2, Robust: opts.Robust}
	m := &Logistic{level: opts.Level, summary: LogisticSummary{Rows: len(outcomes), L2: opts.L2}}
	for row, came := range outcomes {
		if came {
			data.Outcomes[row] = 1
			m.summary.Events++
		}
	}
	for i := range columns {
		c := &columns[i]
		if err := checkNumbers(c); err != nil {
			return nil, err
		}
		mean, _, _ := stats.Mean(c.Numbers, opts.Weights)
		mean = min(max(mean, -maxSize), maxSize) // but for rounding it is
		m.names, m.means, data.Columns = append(m.names, c.Name), append(m.means, mean), append(data.Columns, c.Numbers)
	}
	fit, err := stats.FitLogistic(data)
	if fit == nil {
		return nil, m.named(err, data)
	}
	for j := range columns { // units so small that what is learned overflows
		if v := fit.Covariance[(j+1)*len(fit.Coefficients)+j+1]; !(v <= maxSize*maxSize) || !(math.Abs(fit.Coefficients[j+1]) <= maxSize) {
			return nil, &ColumnError{Column: m.names[j], Reason: "the numbers are too close together: take a smaller unit"}
		}
	}
	m.coefficients, m.covariance = fit.Coefficients, fit.Covariance
	m.summary.LogLikelihood, m.summary.NullLogLikelihood = fit.LogLikelihood, fit.NullLogLikelihood
	m.summary.Iterations = fit.Iterations
	if err != nil {
		return m, ErrNotConverged
	}
	return m, nil
}

// checkColumns wants at least one column, each with a name of its own.
func checkColumns(columns []Column, rows int) error {
	if len(columns) == 0 {
		return ErrNoColumns
	}
	names := make(map[string]bool, len(columns))
	for i := range columns {
		if err := columns[i].check(rows); err != nil {
			return err
		}
		if names[columns[i].Name] {
			return &ColumnError{Column: columns[i].Name, Reason: "the name comes twice"}
		}
		names[columns[i].Name] = true
	}
	return nil
}

// checkNumbers wants numbers in every row.
func checkNumbers(c *Column) error {
	if c.Numbers == nil {
		return &ColumnError{Column: c.Name, Reason: "holds labels, want numbers"}
	}
	for row, x := range c.Numbers {
		if !(math.Abs(x) <= maxSize) {
			return &RowError{What: c.Name, Row: row, Value: x, Reason: "want a number of size up to 1e100 (bin or fill in what is missing)"}
		}
	}
	return nil
}

// named gives the columns of an error their names.
func (m *Logistic) named(err error, data stats.Logistic) error {
	if separated, ok := errors.AsType[*stats.SeparatedError](err); ok {
		named := &SeparatedError{}
		for _, j := range separated.Columns {
			named.Columns = append(named.Columns, m.names[j])
		}
		return named
	}
	column, ok := errors.AsType[*stats.ColumnError](err)
	switch {
	case errors.Is(err, stats.ErrOneOutcome):
		return fmt.Errorf("%w: %d of %d rows are events", ErrOneOutcome, m.summary.Events, m.summary.Rows)
	case !ok:
		return fmt.Errorf("lead: logistic regression: %w", err)
	case column.Constant:
		return &ColumnError{Column: m.names[column.Column], Reason: "the same value in all rows"}
	case column.Column < 0:
		return &CollinearError{Column: m.names[len(m.names)-1]}
	}
	collinear := &CollinearError{Column: m.names[column.Column]}
	for _, j := range combination(data.Columns[:column.Column+1]) {
		collinear.On = append(collinear.On, m.names[j])
	}
	return collinear
}

// combination returns which columns before the last make it up: those whose slope for
// one standard deviation is more than rounding.
func combination(columns [][]float64) []int {
	before, rows := len(columns)-1, len(columns[0])
	if rows <= before {
		return nil
	}
	standard := make([][]float64, len(columns))
	for j, column := range columns {
		mean, variance, _ := stats.Mean(column, nil)
		standard[j] = make([]float64, rows)
		for row, x := range column {
			standard[j][row] = (x - mean) / math.Sqrt(variance)
		}
	}
	x := make([]float64, 0, rows*before)
	for row := range rows {
		for _, column := range standard[:before] {
			x = append(x, column[row])
		}
	}
	fit, err := stats.LeastSquares(x, before, standard[before], nil)
	if err != nil {
		return nil
	}
	var on []int
	for j, slope := range fit.Coefficients {
		if math.Abs(slope) > 1e-6 {
			on = append(on, j)
		}
	}
	return on
}
