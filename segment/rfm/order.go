package rfm

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

// Order is one order of a customer.
type Order struct {
	Customer rapport.ID
	At       time.Time // counted by its calendar day; not the zero time, and in the years 1 to 9999
	// Amount counts minor units of [Window.Currency]. A negative amount is a return:
	// it is taken off the customer's sum, but is no order unless
	// [Window.ReturnsAreOrders] says so.
	Amount int64
}

// Window says how orders are counted.
type Window struct {
	// AsOf is the day that recency is counted to: the calendar day of this instant
	// in Location, inclusive. Orders of later days are left out and counted.
	AsOf time.Time
	// Location says whose calendar days count; nil is UTC.
	Location *time.Location
	// Currency says what amounts count: its minor units. The zero value stands for
	// plain numbers without digits after the point.
	Currency rapport.Currency
	// ReturnsAreOrders counts a return as an order of its day too, as the R package
	// rfm does with every row of a log: see [CompatR].
	ReturnsAreOrders bool
}

// WindowError reports a window that cannot be used.
type WindowError struct {
	Field  string // "AsOf" or "Currency"
	Reason string // "no date" or "not an ISO 4217 currency"
}

// Error names the field and the reason.
func (e *WindowError) Error() string { return "rfm: window: " + e.Field + ": " + e.Reason }

// Aggregation is the answer of [Aggregate].
type Aggregation struct {
	Rows    []Row // one per customer, in ascending order of ids
	Orders  int   // that were counted; with [Window.ReturnsAreOrders] the returns too
	Returns int   // that were taken off
	Later   int   // orders and returns after the as-of day, which were left out
	// NoOrder is how many customers have returns but no order up to the as-of day.
	// They have no recency, hence no row.
	NoOrder int
}

// Aggregate counts the orders of each customer up to the as-of day: days since the
// last order, number of orders (each row of the stream is one, two on a day are
// two), and the sum of the amounts less returns. Sums are exact in minor units; at
// the end each becomes [Row.Monetary] in units of the currency, the float64 next to
// the exact sum as long as that is below 2⁵³ minor units. The answer does not
// depend on the order of the stream.
//
// It holds some 200 bytes a customer while reading, and no orders. Errors: a
// [*WindowError]; a [*RowError] with the position in the stream for an order that
// cannot be used, and for an error of the stream itself; the context's error,
// looked at every thousand orders or so.
func Aggregate(ctx context.Context, orders iter.Seq2[Order, error], w Window) (*Aggregation, error) {
	if w.Location == nil {
		w.Location = time.UTC
	}
	asOf, ok := dayOf(w.AsOf, w.Location)
	if !ok {
		return nil, &WindowError{Field: "AsOf", Reason: "no date"}
	}
	unit := 1.0
	if w.Currency != 0 {
		if !w.Currency.IsValid() {
			return nil, &WindowError{Field: "Currency", Reason: "not an ISO 4217 currency"}
		}
		unit = math.Pow10(w.Currency.Digits())
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l := ledger{location: w.Location, asOf: asOf, returnsAreOrders: w.ReturnsAreOrders, numbers: make(map[rapport.ID]int)}
	if orders != nil {
		at := 0
		for order, err := range orders {
			if at%1024 == 1023 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil {
				return nil, &RowError{Row: at, ID: order.Customer, Field: "stream", First: -1, Reason: "read failed", Err: err}
			}
			if err := l.add(at, &order); err != nil {
				return nil, err
			}
			at++
		}
	}
	return l.close(unit), nil
}

// ledger is the state of one pass over the orders.
type ledger struct {
	location         *time.Location
	asOf             int64
	returnsAreOrders bool
	numbers          map[rapport.ID]int
	accounts         []account
	answer           Aggregation
}

// account is what is known of a customer. Orders and returns are summed apart:
// each sum only grows, so whether one is too large does not depend on the order of
// the stream, and their difference always fits.
type account struct {
	id               rapport.ID
	last             int64 // day of the last order
	orders           int
	bought, returned int64 // returned is negative
}

func (l *ledger) add(at int, o *Order) error {
	number, known := l.numbers[o.Customer]
	if !known {
		if err := o.Customer.Validate(); err != nil {
			return &RowError{Row: at, ID: o.Customer, Field: "customer", First: -1, Reason: "not valid", Err: err}
		}
	}
	day, ok := dayOf(o.At, l.location)
	if !ok {
		return &RowError{Row: at, ID: o.Customer, Field: "at", First: -1, Reason: "no date"}
	}
	if day > l.asOf {
		l.answer.Later++
		return nil
	}
	if !known {
		number = len(l.accounts)
		id := rapport.ID(strings.Clone(string(o.Customer))) // it may be a part of a long line
		l.numbers[id] = number
		l.accounts = append(l.accounts, account{id: id})
	}
	a := &l.accounts[number]
	fits := true
	if o.Amount < 0 {
		l.answer.Returns++
		a.returned += o.Amount
		fits = a.returned < 0
	} else {
		a.bought += o.Amount
		fits = a.bought >= 0
	}
	if o.Amount >= 0 || l.returnsAreOrders {
		l.answer.Orders++
		if a.orders == 0 || day > a.last {
			a.last = day
		}
		a.orders++
	}
	if !fits {
		return &RowError{Row: at, ID: o.Customer, Field: "amount", Value: float64(o.Amount), First: -1, Reason: "sum too large"}
	}
	return nil
}

func (l *ledger) close(unit float64) *Aggregation {
	answer := l.answer
	answer.Rows = make([]Row, 0, len(l.accounts))
	for i := range l.accounts {
		a := &l.accounts[i]
		if a.orders == 0 {
			answer.NoOrder++
			continue
		}
		answer.Rows = append(answer.Rows, Row{
			ID:        a.id,
			Recency:   float64(l.asOf - a.last),
			Frequency: a.orders,
			Monetary:  float64(a.bought+a.returned) / unit,
		})
	}
	slices.SortFunc(answer.Rows, func(a, b Row) int { return cmp.Compare(a.ID, b.ID) })
	return &answer
}

// dayOf numbers the calendar day that an instant has in a location; false for the
// zero time and for days outside the years 1 to 9999.
func dayOf(t time.Time, location *time.Location) (int64, bool) {
	if t.IsZero() {
		return 0, false
	}
	year, month, day := t.In(location).Date()
	if year < 1 || year > 9999 {
		return 0, false
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60), true
}
