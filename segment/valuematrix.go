package segment

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Buyer is a customer with orders, as [ValueMatrix] sees one.
type Buyer struct {
	ID     rapport.ID
	Orders int     // at least 1
	Spend  float64 // on all of them, at most [MaxValue] in size; all buyers in the same unit
}

// BuyerType is a cell of the customer value matrix.
type BuyerType uint8

// The cells.
const (
	BuyerBest      BuyerType = iota // more orders than the mean, and greater ones
	BuyerFrequent                   // more orders only
	BuyerSpender                    // greater orders only
	BuyerUncertain                  // neither
)

const buyerTypes = 4

// String returns "best", "frequent", "spender" or "uncertain".
func (b BuyerType) String() string {
	switch b {
	case BuyerBest:
		return "best"
	case BuyerFrequent:
		return "frequent"
	case BuyerSpender:
		return "spender"
	case BuyerUncertain:
		return "uncertain"
	}
	return fmt.Sprintf("BuyerType(%d)", uint8(b))
}

// BuyerGroup is what one cell came to: its part of the buyers, of their orders and of
// their spend, each over that of the base.
type BuyerGroup struct {
	Type                  BuyerType
	Buyers, Orders, Spend rapport.Ratio
}

// BuyerAssignment is the answer of [ValueMatrix]: an immutable value, safe to share
// between goroutines.
type BuyerAssignment struct {
	of     []BuyerType
	groups [buyerTypes]BuyerGroup
	// means
	orders, order rapport.Ratio
}

// ValueMatrix sorts buyers by how often they order and how much an average order of
// theirs is: strictly above the mean number of orders of a buyer, and strictly above
// the mean order of all buyers, or not. It is the customer value matrix of C. Marcus,
// A practical yet meaningful approach to customer segmentation, Journal of Consumer
// Marketing 15 (1998), 494–504, which needs no more than a list of orders.
//
// The rows are only read, and the answer does not depend on their order. No buyers is
// no error; buyers who are all alike are all uncertain. Errors: an [*OrdersError] for a
// buyer without orders, a [*ValueError], an [*IDError].
func ValueMatrix(buyers []Buyer) (*BuyerAssignment, error) {
	_, err := checkRows(len(buyers), func(i int) (rapport.ID, error) {
		b := &buyers[i]
		if b.Orders < 1 {
			return b.ID, &OrdersError{Index: i, ID: b.ID, Orders: b.Orders}
		}
		return b.ID, checkValue(i, b.ID, "spend", b.Spend)
	})
	if err != nil {
		return nil, err
	}
	a := &BuyerAssignment{of: make([]BuyerType, len(buyers))}
	var orders, spend numeric.ExactSum
	low, high := math.Inf(1), math.Inf(-1) // of the average orders
	for _, b := range buyers {
		orders.Add(float64(b.Orders))
		spend.Add(b.Spend)
		average := b.Spend / float64(b.Orders)
		low, high = min(low, average), max(high, average)
	}
	a.orders = rapport.Ratio{Num: orders.Total(), Den: float64(len(buyers)), N: len(buyers)}
	a.order = rapport.Ratio{Num: spend.Total(), Den: orders.Total(), N: len(buyers)}
	often, _ := a.orders.Value()
	order, _ := a.order.Value()
	order = min(max(order, low), high) // equal averages must not lie above their rounded mean
	var sums [buyerTypes][2]numeric.ExactSum
	for i, b := range buyers {
		of := BuyerBest
		if !(float64(b.Orders) > often) {
			of += BuyerSpender
		}
		if !(b.Spend/float64(b.Orders) > order) {
			of++
		}
		a.of[i] = of
		a.groups[of].Buyers.N++
		sums[of][0].Add(float64(b.Orders))
		sums[of][1].Add(b.Spend)
	}
	for i := range a.groups {
		n := a.groups[i].Buyers.N
		a.groups[i] = BuyerGroup{
			Type:   BuyerType(i),
			Buyers: rapport.Ratio{Num: float64(n), Den: float64(len(buyers)), N: n},
			Orders: rapport.Ratio{Num: sums[i][0].Total(), Den: orders.Total(), N: n},
			Spend:  rapport.Ratio{Num: sums[i][1].Total(), Den: spend.Total(), N: n},
		}
	}
	return a, nil
}

// OrdersError reports a buyer without orders.
type OrdersError struct {
	Index  int // the row it was found in, from 0
	ID     rapport.ID
	Orders int
}

// Error gives the number of orders, the id and its row.
func (e *OrdersError) Error() string {
	return fmt.Sprintf("segment: %q (row %d) has %d orders: a buyer has at least 1", e.ID, e.Index, e.Orders)
}

// Len returns how many buyers there are.
func (a *BuyerAssignment) Len() int { return len(a.of) }

// Type returns the cell of the buyer in row i of the input. Like a slice it panics if i
// is not in 0 … Len()-1.
func (a *BuyerAssignment) Type(i int) BuyerType { return a.of[i] }

// Groups returns what the cells came to, in the order of the constants of
// [BuyerType].
func (a *BuyerAssignment) Groups() []BuyerGroup { return slices.Clone(a.groups[:]) }

// Means returns the two thresholds: orders of a buyer, and spend of an order.
func (a *BuyerAssignment) Means() (orders, order rapport.Ratio) { return a.orders, a.order }
