package rfm

import (
	"slices"
	"sort"

	"github.com/rapport-crm/rapport"
)

// ties says on which side of a cut point a value lies that is equal to it.
type ties uint8

const (
	tiesBelow       ties = iota
	tiesAbove            // as with half-open intervals, lower ≤ x < upper
	smallerIDsBelow      // by rank, where low values are good: recency
	smallerIDsAbove      // by rank, where high values are good
)

func tiesOf(m Measure, method Method) ties {
	switch {
	case method == ByQuantile:
		return tiesBelow
	case method == ByRank && m == Recency:
		return smallerIDsBelow
	case method == ByRank:
		return smallerIDsAbove
	}
	return tiesAbove
}

// edges are the cut points of a measure, ascending, within one group of customers.
type edges struct {
	at   []float64
	ids  []rapport.ID // by rank: the customer at each cut point, else nil
	ties ties
}

// bin returns the bin of a value, 1 for the lowest.
func (e *edges) bin(v float64, id rapport.ID) int {
	bin := 1
	for i, at := range e.at {
		if v < at || v == at && !e.tieAbove(i, id) {
			break
		}
		bin++
	}
	return bin
}

func (e *edges) tieAbove(i int, id rapport.ID) bool {
	switch e.ties {
	case tiesAbove:
		return true
	case smallerIDsBelow:
		return id > e.ids[i]
	case smallerIDsAbove:
		return id <= e.ids[i]
	}
	return false
}

// place puts the cut points of a measure. values are those of the group in
// ascending order, at least one; member lists the ids of the customers with a value,
// and is asked only by rank.
func (c *Cut) place(m Measure, bins int, values []float64, member func(value float64) []rapport.ID) edges {
	e := edges{ties: tiesOf(m, c.Method), at: make([]float64, bins-1)}
	switch c.Method {
	case ByQuantile:
		for k := range e.at {
			e.at[k] = quantile(values, c.Quantile, k+1, bins)
		}
	case ByQuantileOfR:
		for k := range e.at {
			e.at[k] = quantileOfR(values, k+1, bins) + 1
		}
	case ByThreshold:
		copy(e.at, c.Thresholds)
	case ByRank:
		e.rank(values, member)
	}
	return e
}

// rank puts cut points at the worst customer of the bins on the better side: of
// low values the last of the best k bins, which hold ⌈kn/bins⌉; of high values the
// first after the worst k bins, which hold the ⌊kn/bins⌋ others.
func (e *edges) rank(values []float64, member func(value float64) []rapport.ID) {
	n, bins := len(values), len(e.at)+1
	e.ids = make([]rapport.ID, len(e.at))
	var ids []rapport.ID // of the customers with the value of the cut point before
	for k := range e.at {
		place := (k + 1) * n / bins
		if e.ties == smallerIDsBelow {
			place = ((k+1)*n+bins-1)/bins - 1
		}
		v := values[place]
		e.at[k] = v
		if k == 0 || e.at[k-1] != v {
			ids = member(v)
			slices.Sort(ids)
		}
		rank := place - sort.SearchFloat64s(values, v) // among the equal values
		if e.ties == smallerIDsAbove {
			rank = len(ids) - 1 - rank
		}
		e.ids[k] = ids[rank]
	}
}

// used counts the bins that hold one of the values, which are in ascending order.
func (e *edges) used(values []float64) int {
	if e.ids != nil {
		return min(len(values), len(e.at)+1)
	}
	used, before := 0, 0
	for i := range e.at {
		below := sort.Search(len(values), func(j int) bool {
			return values[j] > e.at[i] || values[j] == e.at[i] && e.ties == tiesAbove
		})
		if below > before {
			used++
		}
		before = below
	}
	if len(values) > before {
		used++
	}
	return used
}

// distinct counts the different values of an ascending list.
func distinct(sorted []float64) int {
	count := 0
	for i, v := range sorted {
		if i == 0 || v != sorted[i-1] {
			count++
		}
	}
	return count
}
