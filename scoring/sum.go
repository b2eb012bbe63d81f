package scoring

import "math/bits"

// wideSum is an exact sum of 64-bit numbers in 128 bits. A total over a whole
// log is checked once, at its end, so whether it fits does not depend on the
// order in which positive and negative rows came.
type wideSum struct {
	high int64
	low  uint64
}

func (s *wideSum) add(v int64) {
	low, carry := bits.Add64(s.low, uint64(v), 0)
	s.low = low
	s.high += v>>63 + int64(carry) // v>>63 is the sign, spread over the upper half
}

func (s *wideSum) sub(v int64) {
	low, borrow := bits.Sub64(s.low, uint64(v), 0)
	s.low = low
	s.high -= v>>63 + int64(borrow)
}

func (s *wideSum) addSum(other wideSum) {
	low, carry := bits.Add64(s.low, other.low, 0)
	s.low = low
	s.high += other.high + int64(carry)
}

// int64 returns the sum, false if it does not fit in 64 bits.
func (s wideSum) int64() (int64, bool) {
	v := int64(s.low)
	return v, s.high == v>>63
}

// float64 returns the sum rounded: exact below 2⁵³ in size.
func (s wideSum) float64() float64 {
	if v, ok := s.int64(); ok {
		return float64(v)
	}
	return float64(s.high)*(1<<64) + float64(s.low)
}

// addChecked returns a + b, false if it does not fit in 64 bits.
func addChecked(a, b int64) (int64, bool) {
	sum := a + b
	return sum, (sum > a) == (b > 0)
}
