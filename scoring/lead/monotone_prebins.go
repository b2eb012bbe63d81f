package lead

import (
	"cmp"
	"math"
	"slices"
)

// preBins are the classes of which bins are made, in their order.
type preBins struct {
	counts  []outcomeCount
	lowest  []float64  // value of each, of numbers
	labels  [][]string // of each, of labels
	missing outcomeCount
	all     outcomeCount // with those missing
}

// classing closes a class when it holds its part of the rows that are left.
type classing struct {
	left, classes int // rows not in a closed class, classes still to make
	open          int // rows in the open one
}

// add takes in the rows of a value and tells whether the class ends with it.
func (c *classing) add(rows int) bool {
	c.open += rows
	if c.classes > 1 && c.open < (c.left+c.classes-1)/c.classes {
		return false
	}
	if c.classes > 1 {
		c.classes--
		c.left -= c.open
		c.open = 0
		return true
	}
	return false // the last class takes what is left
}

// preBinNumbers sorts the values of events and of other outcomes apart and merges them.
func preBinNumbers(values []float64, outcomes []bool, most int) preBins {
	var p preBins
	events := 0
	for _, event := range outcomes {
		if event {
			events++
		}
	}
	sorted := make([]float64, len(values))
	// Events fill from the front, other outcomes from the back.
	front, back := 0, len(sorted)
	for i, x := range values {
		switch {
		case math.IsNaN(x):
			p.missing.add(outcomes[i])
		case outcomes[i]:
			sorted[front] = x + 0 // -0 is 0
			front++
		default:
			back--
			sorted[back] = x + 0
		}
	}
	p.all = outcomeCount{len(values), events}
	with, without := sorted[:front], sorted[back:]
	slices.Sort(with)
	slices.Sort(without)

	distinct := 0
	merged(with, without, func(float64, outcomeCount) { distinct++ })
	single := distinct <= most
	c := classing{left: len(with) + len(without), classes: most}
	open := false
	merged(with, without, func(x float64, count outcomeCount) {
		if !open {
			p.counts, p.lowest = append(p.counts, outcomeCount{}), append(p.lowest, x)
		}
		last := &p.counts[len(p.counts)-1]
		last.N, last.Events = last.N+count.N, last.Events+count.Events
		open = !single && !c.add(count.N)
	})
	return p
}

// merged visits the different values of two sorted lists in their order, with how often
// each is in both, and in the first.
func merged(with, without []float64, visit func(x float64, count outcomeCount)) {
	i, j := 0, 0
	for i < len(with) || j < len(without) {
		var x float64
		if j == len(without) || i < len(with) && with[i] < without[j] {
			x = with[i]
		} else {
			x = without[j]
		}
		fromI, fromJ := i, j
		for i < len(with) && with[i] == x {
			i++
		}
		for j < len(without) && without[j] == x {
			j++
		}
		visit(x, outcomeCount{i - fromI + j - fromJ, i - fromI})
	}
}

// preBinLabels sorts the labels by their share of events, equal ones by name.
func preBinLabels(labels []string, outcomes []bool, most int) preBins {
	type counted struct {
		label string
		outcomeCount
	}
	var p preBins
	var list []counted
	at := map[string]int{}
	for i, label := range labels {
		p.all.add(outcomes[i])
		if label == "" {
			p.missing.add(outcomes[i])
			continue
		}
		k, known := at[label]
		if !known {
			k = len(list)
			at[label] = k
			list = append(list, counted{label: label})
		}
		list[k].add(outcomes[i])
	}
	slices.SortFunc(list, func(a, b counted) int {
		return cmp.Or(cmp.Compare(float64(a.Events)/float64(a.N), float64(b.Events)/float64(b.N)), cmp.Compare(a.label, b.label))
	})
	single := len(list) <= most
	c := classing{left: p.all.N - p.missing.N, classes: most}
	open := false
	for _, l := range list {
		if !open {
			p.counts, p.labels = append(p.counts, outcomeCount{}), append(p.labels, nil)
		}
		last := len(p.counts) - 1
		p.counts[last].N, p.counts[last].Events = p.counts[last].N+l.N, p.counts[last].Events+l.Events
		p.labels[last] = append(p.labels[last], l.label)
		open = !single && !c.add(l.N)
	}
	return p
}
