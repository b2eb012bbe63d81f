package satisfaction

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// ChangeOptions adjust [CompareIndex]. Nil and the zero value mean independent samples
// and a level of 0.95.
type ChangeOptions struct {
	Level float64 // of the interval; 0 stands for 0.95
	// Paired takes into account that customers who answered in both samples answered
	// alike: responses of the same customer are matched. Those of one sample only, or
	// without a customer, count as independent.
	Paired bool
}

// IndexChange is the difference of two indices of one construct, with a test of whether
// there is one.
type IndexChange struct {
	ScoreChange
	Construct     string
	First, Second rapport.Estimate
	// Pairs is the number of customers in both samples, Correlation that of their own
	// indices as far as the sampling error of the two figures goes, −1 to 1. Both are 0
	// unless samples are paired.
	Pairs       int
	Correlation float64
}

// RepeatedCustomerError reports a customer who answered twice in a sample that is to be
// paired with another.
type RepeatedCustomerError struct {
	Customer rapport.ID
	Rows     [2]int // of the responses, from 0
}

// Error names the customer and the rows.
func (e *RepeatedCustomerError) Error() string {
	return fmt.Sprintf("satisfaction: customer %q answered in rows %d and %d: samples can be paired only where everybody answered once", e.Customer, e.Rows[0], e.Rows[1])
}

// CompareIndex tests the index of a construct in one result against that in another of
// the same model, the first less the second: this period less the last one. An empty
// construct stands for the target. Delta is in points, its sign kept; its variance is
// the sum of those of the two indices less, where samples are paired, twice their
// covariance, and statistic and interval are normal (Wald). Standard errors are those
// of the results: bootstrapped, or with the weights fixed, which leaves out that they
// were estimated. There is no test where one index has no standard error.
//
// Results whose weights were estimated apart differ by these too; with the weights of
// one for both ([Result.Apply]) only answers make a difference, and what is uncertain
// about the weights counts for the difference of the answers alone.
//
// The error is an [*ArgumentError], a [*ModelError] for different models or an unknown
// construct, or a [*RepeatedCustomerError].
func CompareIndex(first, second *Result, construct string, options *ChangeOptions) (IndexChange, error) {
	var o ChangeOptions
	if options != nil {
		o = *options
	}
	level, err := levelOf(o.Level)
	if err != nil {
		return IndexChange{}, err
	}
	if first == nil || second == nil {
		return IndexChange{}, &ArgumentError{Name: "result", Reason: "must not be nil"}
	}
	if construct == "" {
		construct = first.model.Target
	}
	at, err := first.comparable(second, construct)
	if err != nil {
		return IndexChange{}, err
	}
	change := IndexChange{Construct: construct, First: first.Constructs[at].Index, Second: second.Constructs[at].Index}
	change.Method = Wald
	if !change.First.HasValue() || !change.Second.HasValue() {
		return change, nil
	}
	variance, err := change.variance(first, second, at, o.Paired)
	if err != nil {
		return IndexChange{}, err
	}
	delta := change.First.Value - change.Second.Value
	n := change.First.N + change.Second.N
	// Of pairs who all changed alike nothing but rounding is left.
	exact := change.First.HasSE() && change.Second.HasSE() && variance > 1e-12*change.First.SE*change.Second.SE
	if !exact {
		change.Delta = rapport.Estimate{Value: delta, N: n}
		return change, nil
	}
	change.Delta = normal(delta, math.Sqrt(variance), level, n)
	change.normalTest(delta / change.Delta.SE)
	return change, nil
}

// comparable checks that two results are of one model, as far as a construct goes, and
// returns its number.
func (r *Result) comparable(other *Result, construct string) (int, error) {
	wrong := func(reason string) error {
		return &ModelError{Model: r.model.Name, Fault: DifferentModel, Construct: construct, Reason: reason}
	}
	at := r.model.place(construct)
	if at < 0 {
		return 0, &ModelError{Model: r.model.Name, Fault: UnknownConstruct, Construct: construct, Reason: "want one of " + r.model.named()}
	}
	if other.model.place(construct) != at {
		return 0, wrong("the other model does not have it, or elsewhere")
	}
	if r.Rule != other.Rule {
		return 0, wrong(fmt.Sprintf("the rules are %v and %v", r.Rule, other.Rule))
	}
	if !slices.Equal(r.model.Constructs[at].Items, other.model.Constructs[at].Items) {
		return 0, wrong("the items or their scales are not the same")
	}
	return at, nil
}

// variance is that of the difference.
func (c *IndexChange) variance(first, second *Result, at int, paired bool) (float64, error) {
	covariance := 0.0
	if paired {
		var err error
		if covariance, err = c.pair(first, second, at); err != nil {
			return 0, err
		}
	}
	se1, se2, weights := c.First.SE, c.Second.SE, 0.0
	if source := first.weightsFrom(); source == second.weightsFrom() {
		// Both have the same weights: these move the difference by that of the answers.
		se1, se2 = first.sample.standardError(first.blocks[at]), second.sample.standardError(second.blocks[at])
		apart := make([]float64, len(first.sample.means))
		for k := range apart {
			apart[k] = first.sample.means[k] - second.sample.means[k]
		}
		weights = source.weightError(first.blocks[at], apart)
	}
	return se1*se1 + se2*se2 - 2*covariance + weights*weights, nil
}

// weightsFrom is the result whose respondents the weights were estimated from.
func (r *Result) weightsFrom() *Result {
	if r.base != nil {
		return r.base
	}
	return r
}

// pair returns the covariance of the two indices from the customers in both samples:
// the sum of the products of their influences.
func (c *IndexChange) pair(first, second *Result, at int) (float64, error) {
	before, err := second.sample.byCustomer()
	if err != nil {
		return 0, err
	}
	if _, err := first.sample.byCustomer(); err != nil {
		return 0, err
	}
	sum := 0.0
	h1, h2 := first.sample.influences(first.blocks[at]), second.sample.influences(second.blocks[at])
	for row, customer := range first.sample.customers {
		if match, both := before[customer]; both {
			c.Pairs++
			sum += h1(row) * h2(match)
		}
	}
	covariance := sum * math.Sqrt(first.sample.correction()*second.sample.correction())
	se1, se2 := first.sample.standardError(first.blocks[at]), second.sample.standardError(second.blocks[at])
	if !(se1*se2 > 0) {
		return 0, nil
	}
	c.Correlation = max(-1, min(1, covariance/(se1*se2)))
	// A bootstrapped error that chance made smaller makes the covariance smaller too.
	return c.Correlation * min(se1, c.First.SE) * min(se2, c.Second.SE), nil
}

// byCustomer returns the row of each customer who is known.
func (s *indexSample) byCustomer() (map[rapport.ID]int, error) {
	if s.customers == nil {
		return nil, &ArgumentError{Name: "paired", Value: 1, Reason: "needs responses: a table does not say who answered"}
	}
	rows := make(map[rapport.ID]int, len(s.customers))
	for row, customer := range s.customers {
		if customer == "" {
			continue
		}
		if had, twice := rows[customer]; twice {
			return nil, &RepeatedCustomerError{Customer: customer, Rows: [2]int{s.origins[had], s.origins[row]}}
		}
		rows[customer] = row
	}
	return rows, nil
}
