package btyd

import (
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// Covariates are what is known of customers beside their purchases: a row of numbers
// for each, such as 1 for a customer of the web shop and 0 for others. They are
// immutable and safe to share.
type Covariates struct {
	names  []string
	ids    []rapport.ID
	values []float64 // row by row, as many as names
	at     map[rapport.ID]int
}

// CovariateError reports covariates that do not fit the customers.
type CovariateError struct {
	Customer rapport.ID // empty if it concerns all
	Name     string     // of the covariate; empty if it concerns all
	Reason   string
}

func (e *CovariateError) Error() string {
	text := "btyd: covariates"
	if e.Name != "" {
		text = fmt.Sprintf("btyd: covariate %q", e.Name)
	}
	if e.Customer != "" {
		text += fmt.Sprintf(" of customer %q", e.Customer)
	}
	return text + ": " + e.Reason
}

// NewCovariates keeps the covariates of these names: rows[i] belongs to ids[i]. Values
// are finite and at most 1e50 in size; categories are coded by the caller as columns of 0 and
// 1, one fewer than there are. The error is a [*CovariateError].
func NewCovariates(names []string, ids []rapport.ID, rows [][]float64) (*Covariates, error) {
	if name, ok := wrongName(names); ok {
		return nil, &CovariateError{Name: name, Reason: wantNames}
	}
	switch {
	case len(names) == 0:
		return nil, &CovariateError{Reason: "want at least one name"}
	case len(ids) != len(rows):
		return nil, &CovariateError{Reason: fmt.Sprintf("%d ids for %d rows", len(ids), len(rows))}
	}
	c := &Covariates{
		names: slices.Clone(names), ids: slices.Clone(ids),
		values: make([]float64, 0, len(rows)*len(names)), at: make(map[rapport.ID]int, len(ids)),
	}
	for i, id := range ids {
		if err := id.Validate(); err != nil {
			return nil, fmt.Errorf("btyd: covariates, row %d: %w", i, err)
		}
		if _, twice := c.at[id]; twice {
			return nil, &CovariateError{Customer: id, Reason: "given twice"}
		}
		if len(rows[i]) != len(names) {
			return nil, &CovariateError{Customer: id, Reason: fmt.Sprintf("%d values, want %d", len(rows[i]), len(names))}
		}
		for k, v := range rows[i] {
			if !(math.Abs(v) <= 1e50) {
				return nil, &CovariateError{Customer: id, Name: names[k], Reason: fmt.Sprintf("%v is no finite number up to 1e50", v)}
			}
		}
		c.at[id] = i
		c.values = append(c.values, rows[i]...)
	}
	return c, nil
}

const wantNames = "want names in UTF-8, none twice or empty"

// wrongName returns the first name that no covariate can have.
func wrongName(names []string) (string, bool) {
	for i, name := range names {
		// Files are JSON, which has no other text.
		if name == "" || !utf8.ValidString(name) || slices.Contains(names[:i], name) {
			return name, true
		}
	}
	return "", false
}

// Names returns the names in the order of the columns.
func (c *Covariates) Names() []string {
	if c == nil {
		return nil
	}
	return slices.Clone(c.names)
}

// Len returns the number of customers.
func (c *Covariates) Len() int {
	if c == nil {
		return 0
	}
	return len(c.ids)
}

// Lookup returns the customer's row, false if there is none.
func (c *Covariates) Lookup(id rapport.ID) ([]float64, bool) {
	if c == nil {
		return nil, false
	}
	i, ok := c.at[id]
	if !ok {
		return nil, false
	}
	return slices.Clone(c.row(i)), true
}

func (c *Covariates) row(i int) []float64 { return c.values[i*len(c.names) : (i+1)*len(c.names)] }

// grouping says which customers of summaries have equal covariates.
type grouping struct {
	rows  [][]float64 // the distinct rows, in order of first appearance
	group []int32     // by customer: its row
}

// group finds the rows of the customers. The error is a [*CovariateError] for one that
// has none.
func (c *Covariates) group(summaries *scoring.Summaries) (grouping, error) {
	g := grouping{group: make([]int32, summaries.Len())}
	distinct := newIndex(16)
	for i, id := range summaries.IDs() {
		at, ok := c.at[id]
		if !ok {
			return g, &CovariateError{Customer: id, Reason: "missing"}
		}
		row := c.row(at)
		found := distinct.find(hashRow(row), func(at int32) bool { return slices.Equal(g.rows[at], row) })
		if int(found) == len(g.rows) {
			g.rows = append(g.rows, row)
		}
		g.group[i] = found
	}
	return g, nil
}

// checkRank returns a [*CovariateError] for a covariate that is constant over the
// customers, or a linear function of the ones before it: its effect could not be told.
func (g grouping) checkRank(names []string) error {
	weight := make([]float64, len(g.rows))
	for _, at := range g.group {
		weight[at]++
	}
	return checkRank(names, g.rows, weight, "is the same for all customers")
}

// checkRank looks at distinct rows with positive weights; constant is what to say of a covariate
// that is.
func checkRank(names []string, rows [][]float64, weight []float64, constant string) error {
	size, n := len(names), sum(weight)
	var kept [][]float64 // centred, orthogonal columns by group
	for k := range size {
		column := make([]float64, len(rows))
		mean, largest := 0.0, 0.0
		for i, row := range rows {
			mean += weight[i] * row[k] / n
			largest = max(largest, math.Abs(row[k]))
		}
		whole := 0.0
		for i, row := range rows {
			column[i] = row[k] - mean
			whole += weight[i] * column[i] * column[i]
		}
		if !(whole > 1e-20*largest*largest*n) {
			return &CovariateError{Name: names[k], Reason: constant}
		}
		for range 2 { // once more against rounding
			for _, other := range kept {
				dot, norm := 0.0, 0.0
				for i, w := range weight {
					dot += w * column[i] * other[i]
					norm += w * other[i] * other[i]
				}
				for i := range column {
					column[i] -= dot / norm * other[i]
				}
			}
		}
		rest := 0.0
		for i, w := range weight {
			rest += w * column[i] * column[i]
		}
		if !(rest > 1e-14*whole) {
			return &CovariateError{Name: names[k], Reason: "is a linear function of the covariates before it"}
		}
		kept = append(kept, column)
	}
	return nil
}
