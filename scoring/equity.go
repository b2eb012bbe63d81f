package scoring

import (
	"maps"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Equity is the sum of the values of all customers, by segment.
type Equity struct {
	Customers int
	Value     rapport.Money
	Segments  []SegmentEquity // in byte order of the name
}

// SegmentEquity is the sum of the values of the customers of one segment.
type SegmentEquity struct {
	Segment   string
	Customers int
	Value     rapport.Money
	// Share is Value over that of all customers, in minor units; N is Customers. With
	// negative values it may lie outside 0 to 1, and it has no value if all sum to 0.
	Share rapport.Ratio
}

// CustomerEquity adds up the values, which may be negative, exactly. (R. T. Rust,
// K. N. Lemon and V. A. Zeithaml, Return on Marketing, Journal of Marketing 68(1),
// 2004, define customer equity as this sum.) Values of a model come in by
// [RoundMoney]. No customers are no error.
//
// The error is a [*RowError] (an id that is invalid or, [ErrTwice], given twice;
// the error of an amount) or an [*OverflowError]. Time and memory are linear in
// the customers.
func CustomerEquity(values []CustomerValue) (Equity, error) {
	var p purse
	minor, err := takeValues(&p, values)
	if err != nil {
		return Equity{}, err
	}
	segments := make(map[string]*equitySum)
	var all equitySum
	for i, v := range values {
		own := segments[v.Segment]
		if own == nil {
			own = &equitySum{}
			segments[v.Segment] = own
		}
		own.add(minor[i])
		all.add(minor[i])
	}
	e := Equity{Customers: len(values)}
	if e.Value, err = p.summed("customer equity", all.value); err != nil {
		return Equity{}, err
	}
	whole, _ := all.value.int64()
	for _, name := range slices.Sorted(maps.Keys(segments)) {
		own := segments[name]
		value, ok := own.value.int64()
		if !ok {
			return Equity{}, &OverflowError{Sum: "equity of segment " + name}
		}
		e.Segments = append(e.Segments, SegmentEquity{Segment: name, Customers: own.customers, Value: p.money(value),
			Share: rapport.Ratio{Num: float64(value), Den: float64(whole), N: own.customers}})
	}
	return e, nil
}

type equitySum struct {
	customers int
	value     wideSum
}

func (s *equitySum) add(minor int64) {
	s.customers++
	s.value.add(minor)
}

// sub counts a customer that takes its value away.
func (s *equitySum) sub(minor int64) {
	s.customers++
	s.value.sub(minor)
}

// change counts a customer by how its value changed.
func (s *equitySum) change(from, to int64) {
	s.add(to)
	s.value.sub(from)
}
