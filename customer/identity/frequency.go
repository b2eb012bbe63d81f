package identity

import (
	"cmp"
	"math"
	"slices"
)

// frequencies is how much more or less than on average it tells that two values of a
// field are equal: log2 of the average chance of a coincidence over that of the value.
type frequencies struct {
	bits map[string]float64 // of values that are not rare
	rest float64            // of all others
}

// mostFrequent is how many values of a field a model knows one by one.
const mostFrequent = 1 << 14

// rarest is what is added to the coincidences of a value: a value that was seen
// without any may still have some.
const unseenCoincidences = 0.5

// newFrequencies measures the values of a column: how often two records that are no
// match have one in common. matches is how many matches are expected to, by value.
func newFrequencies(j *joint, f int, matches []float64) frequencies {
	c := &j.cols[f]
	left := make([]uint32, len(c.texts))
	for _, code := range c.codes[:j.split] {
		left[code]++
	}
	// coincidences is the chance that another record, no match, has the value of one.
	coincidences := func(v int) float64 {
		n, all := float64(c.counts[v]), float64(j.n)
		if !j.linking() {
			return (max(n-1-2*matches[v]/n, 0) + unseenCoincidences) / all
		}
		l, r := float64(left[v]), n-float64(left[v])
		nl, nr := float64(j.split), all-float64(j.split)
		if l == 0 || r == 0 {
			return (n/2 + unseenCoincidences) / all
		}
		return max(l*r-matches[v], 0)/math.Sqrt(l*r*nl*nr) + 2*unseenCoincidences/all
	}
	type entry struct {
		value int
		share float64
	}
	var list []entry
	sum, records := 0.0, 0.0
	for v := 1; v < len(c.texts); v++ {
		if n := float64(c.counts[v]); n > 0 {
			share := coincidences(v)
			sum += n * share
			records += n
			list = append(list, entry{v, share})
		}
	}
	out := frequencies{bits: make(map[string]float64)}
	if records == 0 {
		return out
	}
	average := sum / records
	slices.SortStableFunc(list, func(a, b entry) int { return cmp.Compare(b.share, a.share) })
	least := list[len(list)-1].share
	restSum, restRecords := 0.0, 0.0
	for i, e := range list {
		if i < mostFrequent && e.share > 1.5*least {
			out.bits[c.texts[e.value]] = math.Log2(average / e.share)
			continue
		}
		n := float64(c.counts[e.value])
		restSum += n * e.share
		restRecords += n
	}
	if restRecords > 0 {
		out.rest = math.Log2(average * restRecords / restSum)
	}
	return out
}

// of returns the bits of a value.
func (f *frequencies) of(text string) float64 {
	if b, ok := f.bits[text]; ok {
		return b
	}
	return f.rest
}
