package kano

import (
	"fmt"
	"math"
)

// Counts are answers by category: customers, or sums of their weights.
type Counts struct {
	M float64 // must-be
	O float64 // one-dimensional
	A float64 // attractive
	I float64 // indifferent
	R float64 // reverse
	Q float64 // questionable
}

// MaxCount is the largest number of customers of a category that [Counts.Profile]
// takes.
const MaxCount = 1e12

// CountError reports a number of customers that cannot be.
type CountError struct {
	Category Category
	Count    float64
	Reason   string // "not a whole number from 0 to 1e12"
}

// Error names the category, the number and the reason.
func (e *CountError) Error() string {
	return fmt.Sprintf("kano: counts: %v is %v, %s", e.Category, e.Count, e.Reason)
}

// Of returns the count of a category, 0 for [None].
func (c Counts) Of(category Category) float64 {
	if p := c.at(category); p != nil {
		return *p
	}
	return 0
}

func (c *Counts) at(category Category) *float64 {
	switch category {
	case MustBe:
		return &c.M
	case OneDimensional:
		return &c.O
	case Attractive:
		return &c.A
	case Indifferent:
		return &c.I
	case Reverse:
		return &c.R
	case Questionable:
		return &c.Q
	}
	return nil
}

// Sum returns the sum of all six.
func (c Counts) Sum() float64 { return c.four() + c.R + c.Q }

// four returns the sum without reverse and questionable answers.
func (c Counts) four() float64 { return c.M + c.O + c.A + c.I }

// scaled returns counts in the same proportions, of another sum.
func (c Counts) scaled(from, to float64) Counts {
	if from == to {
		return c
	}
	for _, category := range Categories() {
		p := c.at(category)
		*p = *p * to / from
	}
	return c
}

func (c Counts) check() error {
	for _, category := range Categories() {
		n := c.Of(category)
		if !(n >= 0 && n <= MaxCount) || n != math.Trunc(n) {
			return &CountError{Category: category, Count: n, Reason: "not a whole number from 0 to 1e12"}
		}
	}
	return nil
}
