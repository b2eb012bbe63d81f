package btyd

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/scoring"
)

// GroupCalibration compares a group of customers that a forecast ranks next to each
// other. Groups are equally large to a fraction: customers of whom the same is
// predicted count in their groups by equal shares, so that no order is made up.
type GroupCalibration struct {
	Customers float64 `json:"customers"` // of all, divided by the number of groups
	Expected  float64 `json:"expected"`  // mean of what is predicted
	Actual    float64 `json:"actual"`    // mean of what happened
	Lift      float64 `json:"lift"`      // Actual over the mean of all customers
	Captured  float64 `json:"captured"`  // share of all that happened in this group and those before
}

// groups cuts the customers into k groups by what is predicted, the highest first.
func groups(k int, predicted, actual []float64) []GroupCalibration {
	order := ascending(predicted)
	slices.Reverse(order)
	all := sum(actual)
	size := float64(len(order)) / float64(k)
	list := make([]GroupCalibration, k)
	at, captured := 0, 0.0
	for from := 0; from < len(order); {
		to, happened := from, 0.0
		for ; to < len(order) && predicted[order[to]] == predicted[order[from]]; to++ {
			happened += actual[order[to]]
		}
		// This many equal ones are dealt out from where the last ended.
		for low, high := float64(from), float64(to); low < high; {
			end := min(high, float64(at+1)*size)
			if at == k-1 {
				end = high
			}
			share := (end - low) / (high - float64(from))
			list[at].Expected += (end - low) * predicted[order[from]]
			list[at].Actual += share * happened
			if low = end; low < high || end == float64(at+1)*size {
				at = min(at+1, k-1)
			}
		}
		from = to
	}
	for i := range list {
		g := &list[i]
		captured += g.Actual
		g.Customers, g.Captured = size, ratio(captured, all)
		g.Expected, g.Actual = g.Expected/size, g.Actual/size
		g.Lift = ratio(g.Actual, all/float64(len(order)))
	}
	return list
}

// classes compares the customers by x.
func classes(from []int, summaries *scoring.Summaries, expected, actual []float64) []ClassCalibration {
	list := make([]ClassCalibration, len(from))
	for i, x := range from {
		list[i] = ClassCalibration{Class: fmt.Sprint(x), From: x}
		switch {
		case i == len(from)-1:
			list[i].Class += "+"
		case from[i+1] > x+1:
			list[i].Class += fmt.Sprintf("-%d", from[i+1]-1)
		}
	}
	for i, v := range expected {
		x, _, _ := summaries.History(i)
		at, exact := slices.BinarySearch(from, x)
		if !exact {
			at--
		}
		c := &list[at]
		c.Customers++
		c.Expected += v
		c.Actual += actual[i]
	}
	for i := range list {
		c := &list[i]
		c.Expected, c.Actual = ratio(c.Expected, float64(c.Customers)), ratio(c.Actual, float64(c.Customers))
	}
	return list
}

// ascending returns the positions in order of their values, equal ones as they are.
func ascending(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(values[i], values[j]) })
	return order
}

// ranks returns the middle rank of each value, less that of all: equal ones share theirs,
// and a weight is that many values; nil weights are 1 each.
func ranks(values, weights []float64) []float64 {
	weight := func(int) float64 { return 1 }
	all := float64(len(values))
	if weights != nil {
		weight = func(i int) float64 { return weights[i] }
		all = sum(weights)
	}
	order, list := ascending(values), make([]float64, len(values))
	before := 0.0
	for from := 0; from < len(order); {
		to, tied := from, 0.0
		for ; to < len(order) && values[order[to]] == values[order[from]]; to++ {
			tied += weight(order[to])
		}
		for _, i := range order[from:to] {
			list[i] = before + tied/2 - all/2
		}
		before += tied
		from = to
	}
	return list
}

// gini is the Gini coefficient of what happened, of customers with these ranks: twice
// the area between the line of equality and the concentration curve.
func gini(ranks, actual []float64) float64 {
	weighted := 0.0
	for i, rank := range ranks {
		weighted += 2 * rank * actual[i]
	}
	return ratio(weighted, float64(len(actual))*sum(actual))
}

// correlation is Pearson's; 0 if either does not vary.
func correlation(a, b []float64) float64 {
	n := float64(len(a))
	meanA, meanB := sum(a)/n, sum(b)/n
	var both, ofA, ofB float64
	for i := range a {
		both += (a[i] - meanA) * (b[i] - meanB)
		ofA += (a[i] - meanA) * (a[i] - meanA)
		ofB += (b[i] - meanB) * (b[i] - meanB)
	}
	return max(-1, min(1, ratio(both, math.Sqrt(ofA)*math.Sqrt(ofB))))
}

// ratio is a/b, 0 where that is not a number.
func ratio(a, b float64) float64 {
	if r := a / b; b != 0 && !math.IsInf(r, 0) {
		return r
	}
	return 0
}
