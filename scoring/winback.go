package scoring

import (
	"cmp"
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// WinBackReason says why a lost customer is a candidate, or why not.
type WinBackReason string

// The reasons. They are stable codes.
const (
	WinBackWorthwhile   WinBackReason = "worthwhile"    // chance × value exceeds the cost: a candidate
	WinBackNotPositive  WinBackReason = "not_positive"  // it does not, to the minor unit
	WinBackNotPermitted WinBackReason = "not_permitted" // the customer may not be contacted
)

// LostCustomer is a customer that left, with what is known of winning it back.
type LostCustomer struct {
	Customer rapport.ID
	// Cause is the host's code of why it left, carried through to the answer.
	Cause string
	// Chance is the probability of winning it back by the measure, 0 to 1.
	Chance float64
	// SecondValue is its lifetime value from its return on (CLV₂), as seen today;
	// may be negative.
	SecondValue rapport.Money
	// Cost is that of the measure, spent whether it succeeds or not; not negative.
	Cost rapport.Money
	// Permitted says that it may be contacted for this. The zero value is no.
	Permitted bool
}

// WinBackCandidate is a lost customer with its judgement.
type WinBackCandidate struct {
	LostCustomer
	// Net is the second-lifetime value of the attempt, Chance·SecondValue − Cost;
	// the product, with the chance as its shortest decimal, is rounded once, half-even,
	// to the minor unit.
	Net    rapport.Money
	Reason WinBackReason
}

// WinBackList divides lost customers into those to win back and those to leave.
// Both are ranked: Net descending, then the customer's id ascending.
type WinBackList struct {
	Candidates []WinBackCandidate
	Excluded   []WinBackCandidate
}

// RankWinBack ranks lost customers by second-lifetime value. (B. Stauss and
// C. Friege, Regaining Service Customers, Journal of Service Research 1(4), 1999.)
// Excluded are those whose net value is not positive and those that may not be
// contacted; the latter is said first where both hold.
//
// The error is a [*RowError]: an id that is invalid or, [ErrTwice], given twice; an
// [*InputError] for a chance that is not from 0 to 1 or a negative cost; an
// [*OverflowError]; the error of an amount.
func RankWinBack(lost []LostCustomer) (WinBackList, error) {
	var p purse
	ascending, err := checkDistinct(len(lost), func(i int) rapport.ID { return lost[i].Customer })
	if err != nil {
		return WinBackList{}, err
	}
	order := make([]attempt, len(lost))
	candidates := 0
	for i := range lost {
		net, err := lost[i].net(&p)
		if err != nil {
			return WinBackList{}, &RowError{Row: i + 1, Customer: lost[i].Customer, Err: err}
		}
		order[i] = attempt{row: i, net: net}
		if lost[i].judge(net) == WinBackWorthwhile {
			candidates++
		}
	}
	slices.SortFunc(order, func(a, b attempt) int {
		switch c := cmp.Compare(b.net, a.net); {
		case c != 0:
			return c
		case ascending: // the row stands for the id
			return cmp.Compare(a.row, b.row)
		}
		return compareIDs(lost[a.row].Customer, lost[b.row].Customer)
	})
	list := WinBackList{Candidates: make([]WinBackCandidate, 0, candidates), Excluded: make([]WinBackCandidate, 0, len(lost)-candidates)}
	for _, a := range order {
		c := WinBackCandidate{LostCustomer: lost[a.row], Net: p.money(a.net), Reason: lost[a.row].judge(a.net)}
		if c.Reason == WinBackWorthwhile {
			list.Candidates = append(list.Candidates, c)
		} else {
			list.Excluded = append(list.Excluded, c)
		}
	}
	return list, nil
}

// attempt is a row on its way to its rank.
type attempt struct {
	row int
	net int64
}

// net returns Chance·SecondValue − Cost in minor units.
func (c *LostCustomer) net(p *purse) (int64, error) {
	if err := checkShare("Chance", c.Chance); err != nil {
		return 0, err
	}
	value, err := p.take(c.SecondValue)
	if err != nil {
		return 0, named("SecondValue", err)
	}
	cost, err := p.takeCost("Cost", c.Cost)
	if err != nil {
		return 0, named("Cost", err)
	}
	expected, err := c.expected(p, value)
	if err != nil {
		return 0, named("SecondValue", err)
	}
	net, ok := addChecked(expected, -cost)
	if !ok {
		return 0, &OverflowError{Sum: "second-lifetime value"}
	}
	return net, nil
}

// expected returns Chance·SecondValue in minor units, of which SecondValue has that
// many. In float64 the product is right unless it is near a tie or has more digits
// than that holds; then it is taken exactly.
func (c *LostCustomer) expected(p *purse, minor int64) (int64, error) {
	product := c.Chance * float64(minor)
	if whole, part := math.Modf(math.Abs(product)); whole < 1<<40 && math.Abs(part-0.5) > 1e-3 {
		return round("second-lifetime value", product)
	}
	exact, err := c.SecondValue.Mul(decimal.NewFromFloat(c.Chance))
	if err != nil {
		return 0, err
	}
	return p.take(exact.Round(rapport.RoundHalfEven))
}

func (c *LostCustomer) judge(net int64) WinBackReason {
	switch {
	case !c.Permitted:
		return WinBackNotPermitted
	case net <= 0:
		return WinBackNotPositive
	}
	return WinBackWorthwhile
}
