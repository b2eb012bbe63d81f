package segment

import (
	"fmt"
	"math/bits"
)

// Share is a part of a crowd as a fraction of whole numbers, such as 20/100: in exact
// arithmetic a fifth of 10 customers is 2 of them, which 0.2 × 10 need not be.
type Share struct {
	Parts int64 // from 0 to Whole
	Whole int64 // at least 1
}

// Percent returns n/100.
func Percent(n int64) Share { return Share{Parts: n, Whole: 100} }

// String returns the fraction, such as "20/100".
func (s Share) String() string { return fmt.Sprintf("%d/%d", s.Parts, s.Whole) }

// Of returns how many of n that are, rounded up; a negative n counts as 0. The error is
// a [*ShareError].
func (s Share) Of(n int) (int, error) {
	if s.Whole < 1 || s.Parts < 0 || s.Parts > s.Whole {
		return 0, &ShareError{Share: s}
	}
	return s.of(n), nil
}

// of is [Share.Of] for a share that is one, by way of 128 bits: parts ≤ whole, so the
// result is at most n and the division does not overflow.
func (s Share) of(n int) int {
	if n <= 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(n), uint64(s.Parts))
	quotient, rest := bits.Div64(high, low, uint64(s.Whole))
	if rest > 0 {
		quotient++
	}
	return int(quotient)
}

// ShareError reports a fraction that is no share.
type ShareError struct {
	Share Share
}

// Error gives the fraction.
func (e *ShareError) Error() string {
	return fmt.Sprintf("segment: %v is no share: want parts from 0 to a whole of at least 1", e.Share)
}
