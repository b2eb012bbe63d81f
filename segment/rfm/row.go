package rfm

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
)

// MaxSize is the greatest size of a recency or a monetary value: sums of any
// number of them stay finite.
const MaxSize = 1e290

// Row is what is known of a customer: how long ago, how often, how much.
type Row struct {
	ID        rapport.ID
	Recency   float64 // days since the last order, from 0 to [MaxSize]; need not be whole
	Frequency int     // orders, at least 0
	Monetary  float64 // their sum, finite and at most [MaxSize] in size; all rows of a call in the same unit
}

// Measure is one of the three measures.
type Measure uint8

// The measures.
const (
	Recency Measure = iota
	Frequency
	Monetary
)

const measures = 3

// String returns "recency", "frequency" or "monetary".
func (m Measure) String() string {
	switch m {
	case Recency:
		return "recency"
	case Frequency:
		return "frequency"
	case Monetary:
		return "monetary"
	}
	return fmt.Sprintf("Measure(%d)", uint8(m))
}

// MarshalText writes what [Measure.String] returns; the error is a [*MeasureError].
func (m Measure) MarshalText() ([]byte, error) {
	if m >= measures {
		return nil, &MeasureError{Text: m.String()}
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads what [Measure.MarshalText] writes; the error is a
// [*MeasureError], and m is then unchanged.
func (m *Measure) UnmarshalText(text []byte) error {
	for known := range Measure(measures) {
		if known.String() == string(text) {
			*m = known
			return nil
		}
	}
	return &MeasureError{Text: string(text)}
}

// MeasureError reports a text or a number that is no measure.
type MeasureError struct {
	Text string // as it was given
}

// Error says what was refused and what would do.
func (e *MeasureError) Error() string {
	return fmt.Sprintf("rfm: %.80q is not a measure: want recency, frequency or monetary", e.Text)
}

// value returns the row's value on a measure. Frequencies beyond 2⁵³ lose their
// last digits, never their order. Minus zero becomes zero: they are equal, and which
// of the two a cut point is must not depend on the order of rows.
func (r *Row) value(m Measure) float64 {
	switch m {
	case Recency:
		return r.Recency + 0
	case Frequency:
		return float64(r.Frequency)
	}
	return r.Monetary + 0
}

// RowError reports a row, or an order, that cannot be used.
type RowError struct {
	Row    int        // its position in the input, from 0; -1 for a row given alone
	ID     rapport.ID // of the customer
	Field  string     // "id", "recency", "frequency", "monetary"; of orders "customer", "at", "amount", "stream"
	Value  float64    // of the field, if it is a number
	First  int        // the earlier row if Reason is "twice", else -1
	Reason string     // "not valid", "twice", "not finite", "negative", "too large", "no date", "sum too large", "read failed"
	Err    error      // what lies behind "not valid" and "read failed", else nil
}

// Error says which row and customer, what is wrong, and the number.
func (e *RowError) Error() string {
	where := "rfm: "
	if e.Row >= 0 {
		where = fmt.Sprintf("rfm: row %d: ", e.Row)
	}
	switch {
	case e.Err != nil:
		return where + e.Err.Error()
	case e.Reason == "twice":
		return fmt.Sprintf("%s%q is in row %d already", where, e.ID, e.First)
	case e.Reason == "no date":
		return fmt.Sprintf("%s%s of %q is the zero time or outside the years 1 to 9999", where, e.Field, e.ID)
	}
	return fmt.Sprintf("%s%s %v of %q: %s", where, e.Field, e.Value, e.ID, e.Reason)
}

// Unwrap returns what lies behind the error, nil if nothing does.
func (e *RowError) Unwrap() error { return e.Err }

// check returns a [*RowError] for a row that cannot be scored.
func (r *Row) check(at int) error {
	if err := r.ID.Validate(); err != nil {
		return &RowError{Row: at, ID: r.ID, Field: "id", First: -1, Reason: "not valid", Err: err}
	}
	if r.Recency >= 0 && r.Recency <= MaxSize && r.Frequency >= 0 && math.Abs(r.Monetary) <= MaxSize { // false for NaN
		return nil
	}
	refused := &RowError{Row: at, ID: r.ID, First: -1}
	for _, m := range []Measure{Recency, Frequency, Monetary} {
		v := r.value(m)
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			refused.Reason = "not finite"
		case m != Monetary && v < 0:
			refused.Reason = "negative"
		case m != Frequency && math.Abs(v) > MaxSize:
			refused.Reason = "too large"
		default:
			continue
		}
		refused.Field, refused.Value = m.String(), v
		break
	}
	return refused
}
