package rule

import (
	"math"
	"math/bits"
)

// sum is a whole number of 128 bits: no sum of amounts overflows it.
type sum struct {
	high int64
	low  uint64
}

func (s sum) add(v int64) sum { return s.plus(sum{v >> 63, uint64(v)}) }

func (s sum) plus(t sum) sum {
	low, carry := bits.Add64(s.low, t.low, 0)
	return sum{s.high + t.high + int64(carry), low}
}

// size returns the sum without its sign.
func (s sum) size() (high, low uint64) {
	if s.high >= 0 {
		return uint64(s.high), s.low
	}
	low, borrow := bits.Sub64(0, s.low, 0)
	return uint64(-s.high) - borrow, low
}

// near returns the sum, or the end of the range of 64 bits next to it. All bounds
// lie well inside of that range, so it compares to them as the sum does.
func (s sum) near() int64 {
	switch {
	case s.high == int64(s.low)>>63:
		return int64(s.low)
	case s.high < 0:
		return math.MinInt64 + 1
	}
	return math.MaxInt64
}

// halves returns twice the mean of n numbers that add up to s, or the odd number next
// to it where that is not whole: it compares to twice a whole number as the mean does.
// No mean of amounts leaves their range.
func (s sum) halves(n int64) int64 {
	high, low := s.size()
	whole, rest := bits.Div64(high, low, uint64(n))
	twice := 2 * int64(whole)
	if rest > 0 {
		twice++
	}
	if s.high < 0 {
		return -twice
	}
	return twice
}

// total is what there is to say of a number of events.
type total struct {
	Count       int64
	Sum         sum
	Min, Max    int64
	First, Last int64
}

func (t *total) add(e *event) {
	if t.Count == 0 {
		*t = total{Min: e.amount, Max: e.amount, First: e.at, Last: e.at}
	}
	t.Count++
	t.Sum = t.Sum.add(e.amount)
	t.Min, t.Max = min(t.Min, e.amount), max(t.Max, e.amount)
	t.First, t.Last = min(t.First, e.at), max(t.Last, e.at)
}

// possible tells whether there can be events of which this is to say.
func (t *total) possible() bool {
	if t.Count <= 0 {
		return *t == total{}
	}
	high, low := t.Sum.size()
	n := uint64(t.Count)
	return (high < n>>2 || high == n>>2 && low <= n<<62) && -maxMinor < t.Min && t.Min <= t.Max && t.Max < maxMinor &&
		reckoned(t.First) && t.First <= t.Last && reckoned(t.Last)
}
