package btyd

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/scoring"
)

// SpendRows are customers with the same number of repeat purchases and the same mean
// spend merged into one row with a weight: all that the fit of a spend model reads.
// Make them once with [CompressSpend] when fitting several times. They are immutable
// and safe to share.
type SpendRows struct {
	customers float64 // with a repeat purchase and positive spend
	excluded  float64 // with a repeat purchase and none
	sumX      float64

	// One element a distinct row. kind indexes count, the distinct x, and copies, the
	// customers that have it.
	kind              []int32
	mean, total       []float64 // m and x·m
	weight, purchases []float64 // customers, and their purchases
	count, copies     []float64
}

// SpendRow is a group of customers with the same history of spend.
type SpendRow struct {
	X         int     // repeat purchases, 0 or more
	Mean      float64 // mean amount of one
	Customers float64 // how many; need not be whole. > 0
}

// CompressSpend merges equal rows. Customers without a repeat purchase or without
// positive spend tell nothing of spend: the latter are counted as excluded.
func CompressSpend(summaries *scoring.Summaries) *SpendRows {
	summaries = given(summaries)
	c := newSpendCompression(summaries.Len())
	for i := range summaries.Len() {
		_, s := summaries.At(i)
		c.add(s, 1)
	}
	return c.end()
}

// NewSpendRows merges rows that carry weights, such as a table of frequencies. The
// error is an [*InputError] that names the row.
func NewSpendRows(rows []SpendRow) (*SpendRows, error) {
	c := newSpendCompression(len(rows))
	for i, row := range rows {
		var err error
		switch {
		case row.X < 0:
			err = &InputError{Name: "X", Value: float64(row.X), Reason: "want a count of 0 or more"}
		case math.IsNaN(row.Mean) || math.IsInf(row.Mean, 0):
			err = &InputError{Name: "Mean", Value: row.Mean, Reason: "want a finite amount"}
		case !(row.Customers > 0 && row.Customers <= maxCustomers):
			err = &InputError{Name: "Customers", Value: row.Customers, Reason: "want more than 0, up to 1e15"}
		}
		if err != nil {
			return nil, fmt.Errorf("btyd: row %d: %w", i, err)
		}
		c.add(scoring.Summary{X: row.X, Spend: row.Mean}, row.Customers)
	}
	return c.end(), nil
}

// MergeSpendRows joins rows of different customers: what is fitted to the result is
// fitted to all of them.
func MergeSpendRows(all ...*SpendRows) *SpendRows {
	n := 0
	for _, r := range all {
		n += r.Len()
	}
	c := newSpendCompression(n)
	for _, r := range all {
		for i := range r.Len() {
			c.add(scoring.Summary{X: int(r.count[r.kind[i]]), Spend: r.mean[i]}, r.weight[i])
		}
		if r != nil {
			c.rows.excluded += r.excluded
		}
	}
	return c.end()
}

// Len returns the number of distinct rows.
func (r *SpendRows) Len() int {
	if r == nil {
		return 0
	}
	return len(r.mean)
}

// Customers returns the number of customers behind the rows, the sum of their weights
// rounded.
func (r *SpendRows) Customers() int {
	if r == nil {
		return 0
	}
	return int(math.Round(r.customers))
}

// x returns the number of purchases of row i.
func (r *SpendRows) x(i int) float64 { return r.count[r.kind[i]] }

// meanSpend is the mean of the customers' means.
func (r *SpendRows) meanSpend() float64 {
	sum := 0.0
	for i, m := range r.mean {
		sum += r.weight[i] * m
	}
	return sum / r.customers
}

// sample returns every stride-th row, weighted up to the total of all: a cheap
// stand-in from which to start.
func (r *SpendRows) sample(stride int) *SpendRows {
	c := newSpendCompression(len(r.mean) / stride)
	kept := 0.0
	for i := 0; i < len(r.mean); i += stride {
		kept += r.weight[i]
	}
	for i := 0; i < len(r.mean); i += stride {
		c.add(scoring.Summary{X: int(r.x(i)), Spend: r.mean[i]}, r.weight[i]*(r.customers/kept))
	}
	return c.end()
}

// spendCompression is spend rows in the making. Customers wait in blocks, as in
// [compression].
type spendCompression struct {
	rows    *SpendRows
	index   *index
	kinds   *index
	block   [64]spendRow
	hashes  [64]uint64
	waiting int
}

// spendRow is what the fit reads of a customer who spends.
type spendRow struct {
	kind         int32
	mean, weight float64
}

// newSpendCompression expects up to n customers.
func newSpendCompression(n int) *spendCompression {
	return &spendCompression{rows: &SpendRows{}, index: newIndex(n / 2), kinds: newIndex(64)}
}

// add counts customers.
func (c *spendCompression) add(s scoring.Summary, customers float64) {
	r := c.rows
	if !spends(s) {
		if s.X > 0 {
			r.excluded += customers
		}
		return
	}
	x := float64(s.X)
	kind := c.kinds.find(hash(x, 0), func(at int32) bool { return r.count[at] == x })
	if int(kind) == len(r.count) {
		r.count, r.copies = append(r.count, x), append(r.copies, 0)
	}
	r.customers += customers
	r.copies[kind] += customers
	r.sumX += customers * x
	c.block[c.waiting], c.hashes[c.waiting] = spendRow{kind, s.Spend, customers}, hash(s.Spend, x)
	if c.waiting++; c.waiting == len(c.block) {
		c.flush()
	}
}

// flush counts the customers that wait.
func (c *spendCompression) flush() {
	for _, h := range c.hashes[:c.waiting] {
		c.index.load(h)
	}
	r := c.rows
	for i, row := range c.block[:c.waiting] {
		at := c.index.find(c.hashes[i], func(at int32) bool { return r.mean[at] == row.mean && r.kind[at] == row.kind })
		x := r.count[row.kind]
		if int(at) == len(r.mean) {
			r.kind = append(r.kind, row.kind)
			r.mean, r.total = append(r.mean, row.mean), append(r.total, x*row.mean)
			r.weight, r.purchases = append(r.weight, 0), append(r.purchases, 0)
		}
		r.weight[at] += row.weight
		r.purchases[at] += row.weight * x
	}
	c.waiting = 0
}

// end returns the rows.
func (c *spendCompression) end() *SpendRows {
	c.flush()
	return c.rows
}
