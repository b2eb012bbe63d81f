package btyd

import (
	"errors"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/scoring"
)

// ErrNever says that a customer buys again with a lower probability than asked for,
// however long one waits.
var ErrNever = errors.New("the customer never buys again with that probability")

// NextPurchase returns the time from the end of calibration within which the customer
// buys again with probability q, 0 < q < 1: the quantile q of the time to its next
// purchase, its median for 0.5. That it does not buy within t at all has the
// probability Probability(s, 0, t). The relative error of the time is below 1e-9 for q
// above 1e-6. The error is [ErrNever] or an [*InputError].
func (m *Model) NextPurchase(s scoring.Summary, q float64) (float64, error) {
	if !m.known() {
		return 0, errNoModel()
	}
	if err := Check(s); err != nil {
		return 0, err
	}
	if !(q > 0 && q < 1) {
		return 0, &InputError{Name: "q", Value: q, Reason: "want a probability above 0 and below 1"}
	}
	alive, f := m.PAlive(s), m.law.alive(s)
	bought := func(t float64) float64 { return alive * (1 - f.probability(0, t)) }
	high := f.bend()
	for bought(high) < q {
		high *= 4
		if high > largest {
			return 0, fmt.Errorf("btyd: %s: probability %v, while %.3g is that of ever buying again: %w", m.Name(), q, bought(largest), ErrNever)
		}
	}
	low := high
	for bought(low) >= q {
		low /= 4
		if low < smallest {
			return 0, &InputError{Name: "q", Value: q, Reason: "want a larger probability: the time is below 1e-100 units"}
		}
	}
	for high-low > 1e-12*high {
		middle := math.Sqrt(low) * math.Sqrt(high)
		if middle <= low || middle >= high {
			break
		}
		if bought(middle) < q {
			low = middle
		} else {
			high = middle
		}
	}
	return high, nil
}
