package kpi

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/internal/stats"
)

// zoneHistory is what the rules that count zones remember of the points before: the last
// sides beyond 2 and 1 sigma (0: not beyond), and how many points in a row were on a side
// (below 0: on the lower one) and within 1 sigma. What no rule asks for stays 0.
type zoneHistory struct {
	beyondTwo   [2]int8
	beyondOne   [4]int8
	run, inside int8
}

// zoneRules says which of these rules a chart looks for.
type zoneRules struct {
	twoOfThree, fourOfFive, inside bool
	sameSide                       int8 // points in a row; 0: not
}

// zoneRulesOf sorts rules; others is how many of them look at more than zones.
func zoneRulesOf(rules []Rule) (z zoneRules, others int) {
	for _, rule := range rules {
		switch rule {
		case BeyondLimit:
		case TwoOfThree:
			z.twoOfThree = true
		case FourOfFive:
			z.fourOfFive = true
		case EightSameSide:
			z.sameSide = 8
		case NineSameSide:
			if z.sameSide == 0 {
				z.sameSide = 9
			}
		case FifteenInside:
			z.inside = true
		default:
			others++
		}
	}
	return z, others
}

// next is the history after a point that is so many sigmas from the centre, or false if
// it completes a pattern.
func (r zoneRules) next(h zoneHistory, z float64) (zoneHistory, bool) {
	side := int8(1)
	if z < 0 {
		side = -1
	}
	at := func(sigmas float64) int8 {
		if math.Abs(z) > sigmas {
			return side
		}
		return 0
	}
	same := func(list []int8) int {
		return counted(list, func(s int8) bool { return s == side })
	}
	if r.twoOfThree {
		if at(2) != 0 && same(h.beyondTwo[:]) >= 1 {
			return h, false
		}
		h.beyondTwo = [2]int8{h.beyondTwo[1], at(2)}
	}
	if r.fourOfFive {
		if at(1) != 0 && same(h.beyondOne[:]) >= 3 {
			return h, false
		}
		h.beyondOne = [4]int8{h.beyondOne[1], h.beyondOne[2], h.beyondOne[3], at(1)}
	}
	if r.sameSide > 0 {
		if h.run*side <= 0 {
			h.run = 0
		}
		if h.run += side; h.run*side == r.sameSide {
			return h, false
		}
	}
	if r.inside {
		if h.inside++; at(1) != 0 {
			h.inside = 0
		}
		if h.inside == 15 {
			return h, false
		}
	}
	return h, true
}

// rulesRunLength is the mean run length of limits and rules together: the absorption time
// of the Markov chain of histories (C. W. Champ and W. H. Woodall, Exact Results for
// Shewhart Control Charts With Supplementary Runs Rules, Technometrics 29, 1987). It is
// false if the chain has no answer.
func rulesRunLength(rules zoneRules, width, shift float64) (float64, bool) {
	edges := []float64{-width, 0, width}
	for _, edge := range []float64{-2, -1, 1, 2} {
		if math.Abs(edge) < width {
			edges = append(edges, edge)
		}
	}
	slices.Sort(edges)
	index := map[zoneHistory]int{{}: 0}
	states := []zoneHistory{{}}
	type step struct {
		from, to int
		chance   float64
	}
	var steps []step
	for from := 0; from < len(states); from++ {
		for i := range edges[1:] {
			next, calm := rules.next(states[from], (edges[i]+edges[i+1])/2)
			if !calm {
				continue
			}
			to, known := index[next]
			if !known {
				to = len(states)
				index[next] = to
				states = append(states, next)
			}
			steps = append(steps, step{from, to, stats.NormalTail(edges[i]-shift) - stats.NormalTail(edges[i+1]-shift)})
		}
	}
	n := len(states)
	m, length := make([]float64, n*n), make([]float64, n)
	for i := range n {
		m[i*n+i], length[i] = 1, 1
	}
	for _, s := range steps {
		m[s.from*n+s.to] -= s.chance
	}
	if !numeric.Solve(m, n, length) {
		return 0, false
	}
	return length[0], true
}
