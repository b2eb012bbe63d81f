package satisfaction

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/stats"
)

// Column holds the answers to one item, turned so that high is good, without those
// that are missing. It is immutable; make one with [Responses.Column] or [NewColumn].
type Column struct {
	item    Item
	values  []float64
	weights []float64 // parallel; nil: all equal
	rows    []int     // parallel, where each stood; nil: none is missing before any other
	missing int
}

// LengthError reports values and weights that are not equally many.
type LengthError struct {
	Values, Weights int
}

func (e *LengthError) Error() string {
	return fmt.Sprintf("satisfaction: %d values with %d weights: want one weight for each value, or none at all", e.Values, e.Weights)
}

// NewColumn returns answers to an item that are in no [Responses]. They are as they
// were given; NaN is a missing answer. The weights run parallel, from [MinWeight] to
// [MaxWeight]; nil: all equal. The error is a [*SurveyError] for the item, a
// [*LengthError], an [*AnswerError], or an [*ArgumentError] for a weight.
func NewColumn(item Item, values, weights []float64) (Column, error) {
	item = item.withScale()
	if err := (&Survey{}).check(item); err != nil {
		return Column{}, err
	}
	if weights != nil && len(weights) != len(values) {
		return Column{}, &LengthError{Values: len(values), Weights: len(weights)}
	}
	upright := make([]float64, len(values))
	for i, value := range values {
		if reason := item.takes(value); reason != "" && !math.IsNaN(value) {
			return Column{}, &AnswerError{Row: i, Item: item.Key, Value: value, Low: item.Low, High: item.High, Reason: reason}
		}
		upright[i] = item.upright(value)
	}
	for i, w := range weights {
		if !(w >= MinWeight && w <= MaxWeight) {
			return Column{}, &ArgumentError{Name: fmt.Sprintf("weight of row %d", i), Value: w, Reason: fmt.Sprintf("must be from %g to %g", MinWeight, MaxWeight)}
		}
	}
	return columnOf(item, upright, weights), nil
}

// columnOf drops the missing values.
func columnOf(item Item, values, weights []float64) Column {
	c := Column{item: item}
	for i, value := range values {
		if math.IsNaN(value) {
			c.missing++
			continue
		}
		if c.missing > 0 && c.rows == nil {
			c.rows = make([]int, len(c.values), len(values)-c.missing)
			for k := range c.rows {
				c.rows[k] = k
			}
		}
		if c.rows != nil {
			c.rows = append(c.rows, i)
		}
		c.values = append(c.values, value)
		if weights != nil {
			c.weights = append(c.weights, weights[i])
		}
	}
	return c
}

// Item returns the item, with its scale.
func (c Column) Item() Item { return c.item }

// Len returns the number of answers.
func (c Column) Len() int { return len(c.values) }

// Missing returns the number of responses without an answer to the item.
func (c Column) Missing() int { return c.missing }

// row returns where value i stood before missing ones were dropped.
func (c Column) row(i int) int {
	if c.rows == nil {
		return i
	}
	return c.rows[i]
}

// marked returns 1 for each answer from low to high and 0 for the others, and the sum
// of the weights of the former and of all.
func (c Column) marked(low, high float64) (marks []float64, inside, all float64) {
	marks = make([]float64, len(c.values))
	for i, value := range c.values {
		w := 1.0
		if c.weights != nil {
			w = c.weights[i]
		}
		all += w
		if value >= low && value <= high {
			marks[i] = 1
			inside += w
		}
	}
	return marks, inside, all
}

// mean is [stats.Mean] of the answers; there must be one.
func (c Column) mean() (mean, variance, effective float64) { return stats.Mean(c.values, c.weights) }
