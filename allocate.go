package rapport

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// What an [*AllocationError] can wrap.
var (
	// ErrNoWeight: no weights, or all of them zero.
	ErrNoWeight = errors.New("the weights add up to nothing")
	// ErrNegativeWeight: a weight below zero.
	ErrNegativeWeight = errors.New("negative weight")
	// ErrWeightRange: the weights add up to more than 64 bits hold.
	ErrWeightRange = errors.New("the weights add up to more than 2^63 - 1")
	// ErrShareCount: a number of shares that is not from 1 to [MaxShares].
	ErrShareCount = errors.New("the number of shares is not from 1 to 1000000")
)

// MaxShares is the greatest number of shares that [Money.Split] makes.
const MaxShares = 1_000_000

// AllocationError reports weights or a number of shares by which no amount can
// be divided. It wraps [ErrNoWeight], [ErrNegativeWeight], [ErrWeightRange] or
// [ErrShareCount].
type AllocationError struct {
	Index int   // of the weight at which it showed, from 0; -1 if it is none of them
	Value int64 // that weight, or the number of shares
	Err   error
}

// Error says what is wrong, and with which weight.
func (e *AllocationError) Error() string {
	if errors.Is(e.Err, ErrNoWeight) {
		return fmt.Sprintf("rapport: allocation: %v", e.Err)
	}
	if e.Index < 0 {
		return fmt.Sprintf("rapport: allocation: %v, got %d", e.Err, e.Value)
	}
	return fmt.Sprintf("rapport: allocation: %v: weights[%d] is %d", e.Err, e.Index, e.Value)
}

// Unwrap returns the reason.
func (e *AllocationError) Unwrap() error { return e.Err }

// Allocate divides m in proportion to the weights without losing a minor unit:
// the shares add up to m exactly. Each share is first cut towards zero to whole
// minor units; the units that are left go one each to the shares that were cut
// most (the largest remainder method), and among equal cuts to those that come
// first. A weight of zero gets nothing; a negative amount is divided as its
// absolute value is.
//
// The error is an [*AllocationError] for a negative weight, no weights, weights
// that are all zero or weights that add up to more than 2^63 - 1; or an
// [*AmountError] if m has a fraction of a minor unit (round first) or does not
// fit in 64 bits of them.
func (m Money) Allocate(weights ...int64) ([]Money, error) {
	total, err := sumWeights(weights)
	if err != nil {
		return nil, err
	}
	minor, err := m.Minor()
	if err != nil {
		return nil, err
	}
	negative, size := magnitude(minor)

	shares := make([]uint64, len(weights))
	remainders := make([]uint64, len(weights))
	left := size
	for i, w := range weights {
		high, low := bits.Mul64(size, uint64(w))
		shares[i], remainders[i] = bits.Div64(high, low, total) // w ≤ total, so the quotient fits
		left -= shares[i]
	}
	if left > 0 { // fewer than there are remainders above zero
		order := make([]int, len(weights))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
		for _, i := range order[:left] {
			shares[i]++
		}
	}

	parts := make([]Money, len(weights))
	for i, share := range shares {
		parts[i] = moneyFromMinor(signed(negative, share), m.currency)
	}
	return parts, nil
}

// Split divides m into n shares that differ by at most one minor unit and add up
// to m exactly; the larger ones come first. The errors are those of
// [Money.Allocate], and [ErrShareCount] if n is not from 1 to [MaxShares].
func (m Money) Split(n int) ([]Money, error) {
	if n < 1 || n > MaxShares {
		return nil, &AllocationError{Index: -1, Value: int64(n), Err: ErrShareCount}
	}
	minor, err := m.Minor()
	if err != nil {
		return nil, err
	}
	negative, size := magnitude(minor)
	share, left := size/uint64(n), int(size%uint64(n))
	parts := make([]Money, n)
	for i := range parts {
		part := share
		if i < left {
			part++
		}
		parts[i] = moneyFromMinor(signed(negative, part), m.currency)
	}
	return parts, nil
}

// sumWeights returns the sum, which is above zero.
func sumWeights(weights []int64) (uint64, error) {
	var total int64
	for i, w := range weights {
		if w < 0 {
			return 0, &AllocationError{Index: i, Value: w, Err: ErrNegativeWeight}
		}
		if total+w < total {
			return 0, &AllocationError{Index: i, Value: w, Err: ErrWeightRange}
		}
		total += w
	}
	if total == 0 {
		return 0, &AllocationError{Index: -1, Err: ErrNoWeight}
	}
	return uint64(total), nil
}

// magnitude takes the sign off, also of -2^63, which has no positive int64.
func magnitude(minor int64) (negative bool, size uint64) {
	if minor < 0 {
		return true, -uint64(minor)
	}
	return false, uint64(minor)
}

// signed undoes magnitude.
func signed(negative bool, size uint64) int64 {
	if negative {
		return int64(-size)
	}
	return int64(size)
}
