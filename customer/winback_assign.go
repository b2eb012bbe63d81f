package customer

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"

	"github.com/rapport-crm/rapport"
)

// What a [*WinBackError] can wrap; the last also stands alone.
var (
	// ErrWinBackRange: a number outside its range, or an amount without a currency.
	ErrWinBackRange = errors.New("is not in its range")
	// ErrWinBackTwice: a customer comes twice.
	ErrWinBackTwice = errors.New("comes twice")
	// ErrNoPermission: there is no function that says who may be contacted.
	ErrNoPermission = errors.New("customer: no function says who may be contacted")
)

// WinBackArm is the part that chance gave a customer in a win-back campaign.
type WinBackArm string

// The arms.
const (
	WinBackTreatment WinBackArm = "treatment" // gets the measure
	WinBackControl   WinBackArm = "control"   // is left alone, to compare with
)

// AssignWinBack gives a customer its arm: control with the probability control, 0 to
// 1. The arm depends on the seed, the campaign and the customer alone, so customers
// may come in any order, at any time and twice. The error is a [*WinBackError] with
// [ErrWinBackRange] or the [*rapport.IDError] of one of the ids.
func AssignWinBack(seed uint64, campaign, customer rapport.ID, control float64) (WinBackArm, error) {
	if !isShare(control) {
		return "", &WinBackError{Customer: customer, Field: "control", Err: ErrWinBackRange}
	}
	if err := campaign.Validate(); err != nil {
		return "", &WinBackError{Customer: customer, Field: "campaign", Err: err}
	}
	if err := customer.Validate(); err != nil {
		return "", &WinBackError{Customer: customer, Field: "customer", Err: err}
	}
	// The length of the first id keeps "a", "bc" and "ab", "c" apart.
	var room [16 + 2*rapport.MaxIDLength]byte
	text := binary.BigEndian.AppendUint64(room[:0], seed)
	text = binary.BigEndian.AppendUint64(text, uint64(len(campaign)))
	text = append(text, campaign...)
	text = append(text, customer...)
	sum := sha256.Sum256(text)
	// 53 bits make every multiple of 2⁻⁵³ in [0, 1) equally likely.
	if math.Ldexp(float64(binary.BigEndian.Uint64(sum[:8])>>11), -53) < control {
		return WinBackControl, nil
	}
	return WinBackTreatment, nil
}
