package kano

import (
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// cells count the responses to a feature by functional answer, dysfunctional answer and
// importance. Every figure is computed from them in a fixed order, and sums of weights
// are rounded once, so that the order of responses does not matter.
type cells struct {
	count  [answers * answers * (MaxImportance + 1)]int
	weight []numeric.ExactSum // of the same cells; nil without weights
	square []numeric.ExactSum // of squares of weights
}

func newCells(weighted bool) *cells {
	c := &cells{}
	if weighted {
		c.weight = make([]numeric.ExactSum, len(c.count))
		c.square = make([]numeric.ExactSum, len(c.count))
	}
	return c
}

func (c *cells) add(r *Response) {
	cell := (int(r.Functional-Like)*answers+int(r.Dysfunctional-Like))*(MaxImportance+1) + r.Importance
	c.count[cell]++
	if c.weight != nil {
		c.weight[cell].Add(r.Weight)
		c.square[cell].Add(r.Weight * r.Weight)
	}
}

// cell is one of the cells, with what it holds.
type cell struct {
	functional, dysfunctional Answer
	importance                int
	count                     int
	weight, square            float64
}

// each calls visit with every cell that holds something.
func (c *cells) each(visit func(cell)) {
	for i, count := range c.count {
		if count == 0 {
			continue
		}
		pair := i / (MaxImportance + 1)
		at := cell{
			functional: Like + Answer(pair/answers), dysfunctional: Like + Answer(pair%answers),
			importance: i % (MaxImportance + 1), count: count, weight: float64(count), square: float64(count),
		}
		if c.weight != nil {
			at.weight, at.square = c.weight[i].Total(), c.square[i].Total()
		}
		visit(at)
	}
}

// sample returns the answers by category.
func (c *cells) sample(t Table) sample {
	var s sample
	var all, four moments
	c.each(func(at cell) {
		category := t.category(at.functional, at.dysfunctional)
		*s.rows.at(category) += float64(at.count)
		*s.weights.at(category) += at.weight
		all.add(at, 0)
		if category <= Indifferent {
			four.add(at, 0)
		}
	})
	s.size, s.fourSize = all.size(), four.size()
	return s
}

// importance returns the mean importance of those who stated one.
func (c *cells) importance(level float64) rapport.Estimate {
	var m moments
	c.each(func(at cell) {
		if at.importance > 0 {
			m.add(at, float64(at.importance))
		}
	})
	mean, _ := m.estimate(level)
	return mean
}

func (c *cells) continuous(coding Coding, level float64) Continuous {
	var functional, dysfunctional moments
	var result Continuous
	important := [...]*rapport.Ratio{&result.ImportantFunctional, &result.ImportantDysfunctional}
	c.each(func(at cell) {
		numbers := [...]float64{coding.Functional(at.functional), coding.Dysfunctional(at.dysfunctional)}
		functional.add(at, numbers[0])
		dysfunctional.add(at, numbers[1])
		if at.importance == 0 {
			return
		}
		for i, ratio := range important {
			ratio.Num += at.weight * float64(at.importance) * numbers[i]
			ratio.Den += at.weight * float64(at.importance)
			ratio.N += at.count
		}
	})
	result.Coding = coding
	result.Functional, result.FunctionalSD = functional.estimate(level)
	result.Dysfunctional, result.DysfunctionalSD = dysfunctional.estimate(level)
	if functional.n > 0 {
		result.Quadrant = coding.quadrant(result.Functional.Value, result.Dysfunctional.Value)
	}
	return result
}

// moments collects weighted numbers.
type moments struct {
	n               int
	weights, square float64
	numbers         []float64
	of              []float64 // the weight of each number
}

func (m *moments) add(at cell, number float64) {
	m.n += at.count
	m.weights += at.weight
	m.square += at.square
	m.numbers = append(m.numbers, number)
	m.of = append(m.of, at.weight)
}

// size is how many unweighted numbers these are worth, at least 1 and at most as many as
// they are.
func (m *moments) size() float64 {
	if m.n == 0 {
		return 0
	}
	return min(max(1, m.weights*m.weights/m.square), float64(m.n))
}

// estimate returns the mean and the standard deviation: that of the numbers as they are
// weighted, times size/(size−1) in the variance, which without weights makes the divisor
// n − 1.
func (m *moments) estimate(level float64) (mean, deviation rapport.Estimate) {
	if m.n == 0 {
		return mean, deviation
	}
	base := m.numbers[0] // so that numbers without any variation have none by rounding
	sum, spread := 0.0, 0.0
	for i, number := range m.numbers {
		sum += m.of[i] * (number - base)
	}
	mean = rapport.Estimate{Value: base + sum/m.weights, N: m.n}
	size := m.size()
	if m.n < 2 || size <= 1 {
		return mean, deviation
	}
	for i, number := range m.numbers {
		spread += m.of[i] * (number - mean.Value) * (number - mean.Value)
	}
	deviation = rapport.Estimate{Value: math.Sqrt(spread / m.weights * (size / (size - 1))), N: m.n}
	mean.SE = deviation.Value / math.Sqrt(size)
	if mean.SE > 0 {
		margin := math.Sqrt2 * math.Erfinv(level) * mean.SE
		mean.Low, mean.High, mean.Level = mean.Value-margin, mean.Value+margin, level
	}
	return mean, deviation
}
