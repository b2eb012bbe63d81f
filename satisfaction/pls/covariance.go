package pls

import (
	"math"
	"slices"
)

// Covariance is all that an estimation needs of the answers: means, covariances and
// how many rows stand behind them. It is immutable and safe to share.
type Covariance struct {
	items   []string
	columns map[string]int
	rows    int
	means   []float64 // NaN where they are not known
	matrix  []float64
	ofMeans []float64 // covariances of the means themselves
	report  MissingReport
	faults  map[string]ItemFault // items that are of no use
}

// MissingReport says what was missing and what became of it.
type MissingReport struct {
	Treatment Missing
	Rows      int            // in the data
	Used      int            // in the estimation
	Complete  int            // without a missing answer
	Empty     int            // without any answer, left out whatever the treatment
	Cells     int            // missing answers
	ByItem    map[string]int // missing answers of each item that has any
	Effective float64        // (Σw)²/Σw² of the rows used: what unequal weights leave of them
	MinPairs  int            // rows behind the weakest correlation, where treatment is by pairs
}

// NewCovariance makes a covariance (or correlation) matrix, row after row, of answers
// by that many respondents known from elsewhere. Means are not known then: there is
// no index, and no score of other answers in the raw metric. The error is a
// [*DataError] if the matrix is not square, symmetric and finite, or rows is below 2.
func NewCovariance(items []string, matrix []float64, rows int) (*Covariance, error) {
	columns, err := columnsOf(items)
	if err != nil {
		return nil, err
	}
	p := len(items)
	if len(matrix) != p*p {
		return nil, &DataError{Row: -1, Value: float64(len(matrix)), Reason: "is not the number of cells of a square matrix of the items"}
	}
	if rows < 2 {
		return nil, &DataError{Row: -1, Value: float64(rows), Reason: "is too small a number of rows"}
	}
	for j := range p {
		for k := range p {
			v, w := matrix[j*p+k], matrix[k*p+j]
			switch {
			case math.IsNaN(v) || math.IsInf(v, 0):
				return nil, &DataError{Row: j, Item: items[k], Value: v, Reason: "is not finite"}
			case math.Abs(v-w) > 1e-9*math.Sqrt(math.Abs(matrix[j*p+j]))*math.Sqrt(math.Abs(matrix[k*p+k])):
				return nil, &DataError{Row: j, Item: items[k], Value: v, Reason: "the matrix is not symmetric"}
			}
		}
	}
	c := &Covariance{
		items: slices.Clone(items), columns: columns, rows: rows, matrix: slices.Clone(matrix),
		means: make([]float64, p), ofMeans: make([]float64, p*p), faults: make(map[string]ItemFault),
		report: MissingReport{Rows: rows, Used: rows, Complete: rows, Effective: float64(rows)},
	}
	for k := range c.means {
		c.means[k] = math.NaN()
	}
	for i, v := range c.matrix {
		c.ofMeans[i] = v / float64(rows)
	}
	c.check()
	return c, nil
}

// Covariance returns the covariances of the rows so far, with divisor n−1. Weights
// count by their share: doubling all of them changes nothing. The error is an
// [*OptionError] for [Pairwise], which needs the answers themselves, or a
// [*TooFewRowsError] for fewer than two rows, or under [Casewise] an [*ItemError] for
// an item without any answer, which leaves no row. Otherwise an item of no use is an
// error only for a model that uses it.
func (m *Moments) Covariance(missing Missing) (*Covariance, error) {
	switch missing {
	case MeanReplacement, Casewise, PairwiseCorrelation:
	case Pairwise:
		return nil, &OptionError{Option: "missing", Value: missing.String(), Reason: "needs the answers themselves, not their moments"}
	default:
		return nil, &OptionError{Option: "missing", Value: missing.String(), Reason: "is unknown"}
	}
	c := &Covariance{
		items: m.items, columns: m.columns, rows: m.rows - m.empty, faults: make(map[string]ItemFault),
		report: MissingReport{Treatment: missing, Rows: m.rows, Complete: m.plain.rows, Empty: m.empty, ByItem: make(map[string]int)},
	}
	for k, count := range m.missing {
		if count == m.rows && count > 0 && missing == Casewise {
			return nil, &ItemError{Item: m.items[k], Fault: EmptyItem}
		}
		if count > 0 {
			c.report.Cells += count
			c.report.ByItem[m.items[k]] = count
		}
	}
	total := m.all
	if missing == Casewise {
		c.rows, total = m.plain.rows, m.plain.weight
	}
	c.report.Used = c.rows
	if c.rows < 2 {
		return nil, &TooFewRowsError{Rows: c.rows, Needed: 2}
	}
	m.fill(c, total)
	c.check()
	return c, nil
}

// fill computes means and matrices.
func (m *Moments) fill(c *Covariance, total float64) {
	p, n := len(m.items), float64(c.rows)
	all := c.report.Treatment != Casewise
	shift := make([]float64, p) // of the means from the origins
	ofMean := make([]float64, p)
	c.means = make([]float64, p)
	for k := range p {
		own := m.plain.pair(k, k, all)
		if own.n == 0 {
			c.faults[m.items[k]] = EmptyItem
			continue
		}
		shift[k] = own.x / own.weight
		c.means[k] = m.origin[k] + shift[k]
		if own.n > 1 {
			ofMean[k] = math.Sqrt(float64(own.n)/float64(own.n-1)) / own.weight
		}
	}
	squared := &m.plain
	if m.squared != nil {
		squared = m.squared
	}
	c.matrix, c.ofMeans = make([]float64, p*p), make([]float64, p*p)
	scale := n / (n - 1) / total
	for j := range p {
		for k := range j + 1 {
			at := m.plain.pair(j, k, all)
			value := at.cross(shift[j], shift[k]) * scale
			if c.report.Treatment == PairwiseCorrelation {
				value = m.pairwise(c, j, k, at)
			}
			c.matrix[j*p+k], c.matrix[k*p+j] = value, value
			// n/(n−1)·Σw²(x−x̄)(y−ȳ)/(Σw)² estimates the covariance of two weighted
			// means, each over the rows that answer. (W. G. Cochran, Sampling
			// Techniques, 1977, 6.)
			value = squared.pair(j, k, all).cross(shift[j], shift[k]) * ofMean[j] * ofMean[k]
			c.ofMeans[j*p+k], c.ofMeans[k*p+j] = value, value
		}
	}
	c.report.Effective = m.effective(c.report.Treatment)
}

// pairwise is the correlation of items j and k over the rows with both, times the
// standard deviations over all rows with one.
func (m *Moments) pairwise(c *Covariance, j, k int, both pair) float64 {
	if c.report.MinPairs == 0 || both.n < c.report.MinPairs {
		c.report.MinPairs = both.n
	}
	spread := func(i int) float64 {
		own := m.plain.pair(i, i, true)
		return own.cross(own.x/own.weight, own.x/own.weight) / own.weight * float64(own.n) / float64(own.n-1)
	}
	switch {
	case j == k && both.n == 1:
		return 0
	case both.n < 2:
		return math.NaN() // no matter for a model that does not use both
	case j == k:
		return spread(j)
	}
	r, exists := both.correlation()
	if !exists {
		return math.NaN()
	}
	return r * math.Sqrt(spread(j)) * math.Sqrt(spread(k))
}

// effective is (Σw)²/Σw² of the rows used.
func (m *Moments) effective(missing Missing) float64 {
	if m.squared == nil {
		if missing == Casewise {
			return float64(m.plain.rows)
		}
		return float64(m.rows - m.empty)
	}
	if missing == Casewise {
		return m.plain.weight / m.squared.weight * m.plain.weight
	}
	return m.all / m.allSquared * m.all
}

// check notes items without spread.
func (c *Covariance) check() {
	p := len(c.items)
	for k, item := range c.items {
		if _, known := c.faults[item]; known {
			continue
		}
		v, m := c.matrix[k*p+k], c.means[k]
		if math.IsNaN(m) {
			m = 0
		}
		switch {
		case !(v > 1e-26*m*m):
			c.faults[item] = ConstantItem
		case v < 1e-280 || v > 1e280:
			c.faults[item] = UnscaledNumber
		}
	}
}

// of returns the places of the items of a plan in c, or why they are of no use
// together.
func (c *Covariance) of(pl *plan) ([]int, error) {
	columns, err := pl.columns(c.columns)
	if err != nil {
		return nil, err
	}
	if needed := max(2, len(pl.items)); c.rows < needed {
		return nil, &TooFewRowsError{Rows: c.rows, Needed: needed}
	}
	for _, item := range pl.items {
		if fault, bad := c.faults[item]; bad {
			return nil, &ItemError{Item: item, Fault: fault}
		}
	}
	for k, at := range columns {
		if row := c.matrix[at*len(c.items):]; slices.ContainsFunc(columns[:k], func(other int) bool { return math.IsNaN(row[other]) }) {
			return nil, &ItemError{Item: pl.items[k], Fault: NoCommonRows}
		}
	}
	return columns, nil
}
