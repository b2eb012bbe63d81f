package lead

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// A Coefficient is what one unit more of a column adds to the log odds of the event.
type Coefficient struct {
	Name     string // of the column; "" for the intercept
	Estimate rapport.Estimate
	// Z is the estimate in standard errors and P the two-sided probability of one so
	// far from 0 if the column had no effect. They mean nothing without a standard
	// error, and little with a penalty.
	Z, P float64
}

// Intercept returns the log odds where all columns are 0.
func (m *Logistic) Intercept() Coefficient { return m.coefficient(0) }

// Coefficients returns the slopes in the order of the columns, without the intercept.
func (m *Logistic) Coefficients() []Coefficient {
	all := make([]Coefficient, len(m.names))
	for j := range all {
		all[j] = m.coefficient(j + 1)
	}
	return all
}

func (m *Logistic) coefficient(j int) Coefficient {
	if len(m.coefficients) == 0 { // the zero value has none
		return Coefficient{}
	}
	size := len(m.coefficients)
	c := Coefficient{Estimate: rapport.Estimate{Value: m.coefficients[j], N: m.summary.Rows}}
	if j > 0 {
		c.Name = m.names[j-1]
	}
	se := math.Sqrt(m.covariance[j*size+j])
	if e, err := rapport.NormalEstimate(m.coefficients[j], se, m.level, m.summary.Rows); err == nil && e.HasSE() {
		c.Estimate, c.Z = e, e.Value/se
		c.P = 2 * stats.NormalTail(math.Abs(c.Z))
	}
	return c
}

// Covariance returns the covariance matrix of the intercept and the slopes.
func (m *Logistic) Covariance() [][]float64 {
	var rows [][]float64
	if len(m.coefficients) == 0 { // the zero value has none
		return nil
	}
	for row := range slices.Chunk(m.covariance, len(m.coefficients)) {
		rows = append(rows, slices.Clone(row))
	}
	return rows
}

// Summary returns how the regression fits its rows.
func (m *Logistic) Summary() LogisticSummary { return m.summary }

// Deviance returns −2 times the log likelihood.
func (s LogisticSummary) Deviance() float64 { return -2 * s.LogLikelihood }

// NullDeviance returns −2 times the log likelihood of the intercept alone.
func (s LogisticSummary) NullDeviance() float64 { return -2 * s.NullLogLikelihood }

// AIC returns Akaike's criterion, the deviance plus two for each coefficient: less is
// better among regressions on the same rows, without a penalty.
func (m *Logistic) AIC() float64 { return m.summary.Deviance() + 2*float64(len(m.coefficients)) }

// LogOdds returns ln P/(1−P) for one row, its values in the order of the columns. A
// number of values that is not that of the columns is a [*LengthError], a missing
// value or one beyond 1e100 a [*RowError].
func (m *Logistic) LogOdds(row []float64) (float64, error) {
	if len(row) != len(m.names) || len(m.names) == 0 {
		return 0, &LengthError{What: fmt.Sprintf("values for %d columns", len(m.names)), Got: len(row), Want: 1}
	}
	odds := m.coefficients[0]
	for j, x := range row {
		if !(math.Abs(x) <= maxSize) {
			return 0, &RowError{What: m.names[j], Value: x, Reason: "want a number of size up to 1e100"}
		}
		odds += m.coefficients[j+1] * x
	}
	return odds, nil
}

// Probability returns the chance of the event for one row; errors as [Logistic.LogOdds].
func (m *Logistic) Probability(row []float64) (float64, error) {
	odds, err := m.LogOdds(row)
	if err != nil {
		return 0, err
	}
	return probability(odds), nil
}

// Probabilities returns the chance of the event for each row of columns, which are
// found by name; columns that the regression does not know are left alone. One that is
// not there, and a name that comes twice, is a [*ColumnError].
func (m *Logistic) Probabilities(columns []Column) ([]float64, error) {
	if len(m.names) == 0 {
		return nil, ErrNoColumns
	}
	found, rows, err := pick(columns, m.names)
	if err != nil {
		return nil, err
	}
	odds := make([]float64, rows)
	for i := range odds {
		odds[i] = m.coefficients[0]
	}
	for j, c := range found {
		if err := checkNumbers(c); err != nil {
			return nil, err
		}
		for i, x := range c.Numbers {
			odds[i] += m.coefficients[j+1] * x
		}
	}
	for i, o := range odds {
		odds[i] = probability(o)
	}
	return odds, nil
}

// pick returns the columns with those names, all of one length. No two columns have
// one name, since there is no telling which is meant.
func pick(columns []Column, names []string) (found []*Column, rows int, err error) {
	if err := checkNames(columns); err != nil {
		return nil, 0, err
	}
	for _, name := range names {
		at := slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
		if at < 0 {
			return nil, 0, &ColumnError{Column: name, Reason: "not among the columns"}
		}
		c := &columns[at]
		if len(found) == 0 {
			rows = c.Len()
		}
		if err := c.check(rows); err != nil {
			return nil, 0, err
		}
		found = append(found, c)
	}
	return found, rows, nil
}

// Contributions returns for one row how far each column moves the log odds away from
// those at the means x̄ of the rows learned from, βⱼ(xⱼ − x̄ⱼ), in the order of the
// columns. They add up to the difference of the two log odds; those at the means are
// the baseline.
func (m *Logistic) Contributions(row []float64) (contributions []Contribution, baseline float64, err error) {
	if _, err := m.LogOdds(row); err != nil {
		return nil, 0, err
	}
	baseline = m.coefficients[0]
	contributions = make([]Contribution, len(row))
	for j, x := range row {
		baseline += m.coefficients[j+1] * m.means[j]
		contributions[j] = Contribution{Column: m.names[j], LogOdds: m.coefficients[j+1] * (x - m.means[j])}
	}
	return contributions, baseline, nil
}
