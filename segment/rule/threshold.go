package rule

import "slices"

// thresholds is a test of a place in an order, whatever is ordered: it holds below
// all cuts or not, and each cut turns it round. So x = 5 holds between the cuts 5 and
// 6, and a place that moves changes the test only where it crosses a cut.
type thresholds struct {
	below bool
	cuts  []int64 // ascending
}

// newThresholds returns the test of whole places against bounds.
func newThresholds(test string, bounds []int64) thresholds {
	x := bounds[0]
	switch test {
	case testGreater:
		return thresholds{cuts: []int64{x + 1}}
	case testAtLeast:
		return thresholds{cuts: []int64{x}}
	case testLess:
		return thresholds{below: true, cuts: []int64{x}}
	case testAtMost:
		return thresholds{below: true, cuts: []int64{x + 1}}
	case testBetween:
		return thresholds{cuts: []int64{x, bounds[1] + 1}}
	}
	t := thresholds{below: test == testNotEqual || test == testNotIn}
	sorted := slices.Compact(slices.Sorted(slices.Values(bounds)))
	for _, x := range sorted {
		if n := len(t.cuts); n > 0 && t.cuts[n-1] == x {
			t.cuts[n-1] = x + 1 // it goes on
			continue
		}
		t.cuts = append(t.cuts, x, x+1)
	}
	return t
}

// passed counts the cuts up to a place.
func (t *thresholds) passed(v int64) int {
	if len(t.cuts) > 8 {
		n, found := slices.BinarySearch(t.cuts, v)
		if found {
			n++
		}
		return n
	}
	n := 0
	for n < len(t.cuts) && t.cuts[n] <= v {
		n++
	}
	return n
}

func (t *thresholds) holds(v int64) bool { return t.below != (t.passed(v)%2 == 1) }

func (t *thresholds) truth(v int64) Truth { return truthOf(t.holds(v)) }

// over is the truth for a place that is only known to lie in a range.
func (t *thresholds) over(low, high int64) Truth {
	if low != high && t.passed(low) != t.passed(high) {
		return Unknown
	}
	return t.truth(low)
}

// above returns the first cut above a place.
func (t *thresholds) above(v int64) (int64, bool) {
	if n := t.passed(v); n < len(t.cuts) {
		return t.cuts[n], true
	}
	return 0, false
}

// upTo returns the last cut up to a place.
func (t *thresholds) upTo(v int64) (int64, bool) {
	if n := t.passed(v); n > 0 {
		return t.cuts[n-1], true
	}
	return 0, false
}
