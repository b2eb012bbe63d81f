package scoring

import (
	"math"

	"github.com/rapport-crm/rapport"
)

// Sales is a period's revenue with what it came from.
type Sales struct {
	Customers int64         // who bought
	Orders    int64         // that they gave
	Revenue   rapport.Money // whole minor units; negative if returns exceed sales
}

// DecomposeSales says what changed the revenue between two periods: the number of
// customers, orders per customer, or value per order, in this order and named
// "customers", "orders_per_customer" and "value_per_order". See [Decompose] for
// the method and the errors. Numbers that cannot be, such as orders without
// customers or revenue without orders, are an [*InputError].
func DecomposeSales(before, after Sales) ([]Effect, error) {
	var p purse
	var was, is [3]float64
	for i, period := range [...]struct {
		sales   Sales
		factors *[3]float64
	}{{before, &was}, {after, &is}} {
		revenue, err := p.take(period.sales.Revenue)
		if err != nil {
			return nil, named([...]string{"revenue before", "revenue after"}[i], err)
		}
		if *period.factors, err = period.sales.factors(revenue); err != nil {
			return nil, err
		}
	}
	return Decompose(before.Revenue, after.Revenue, []Factor{
		{Name: "customers", Before: was[0], After: is[0]},
		{Name: "orders_per_customer", Before: was[1], After: is[1]},
		{Name: "value_per_order", Before: was[2], After: is[2]},
	})
}

// factors returns the three, 0 for one that is not defined: without customers
// there are no orders per customer, and the first 0 stands for the whole.
func (s Sales) factors(revenue int64) (f [3]float64, err error) {
	switch {
	case s.Customers < 0 || s.Customers == 0 && (s.Orders != 0 || revenue != 0):
		return f, &InputError{Name: "Customers", Value: float64(s.Customers), Reason: "want some where there are orders or revenue, else 0"}
	case s.Orders < 0 || s.Orders == 0 && revenue != 0:
		return f, &InputError{Name: "Orders", Value: float64(s.Orders), Reason: "want some where there is revenue, else 0"}
	}
	f[0] = float64(s.Customers)
	if s.Customers > 0 {
		f[1] = float64(s.Orders) / f[0]
	}
	if s.Orders > 0 {
		f[2] = float64(revenue) / float64(s.Orders)
	}
	return f, nil
}

// Factor is one of the numbers whose product a total is, before and after.
type Factor struct {
	Name          string
	Before, After float64
}

// Effect is the part of a change that is due to one factor.
type Effect struct {
	Factor string
	// Amount is in whole minor units; the amounts of all effects add up to the
	// change of the total exactly. What rounding left over, of the amounts or of
	// factors that were given with few digits, is in the greatest.
	Amount rapport.Money
	// Exact is the effect before rounding, in major units.
	Exact float64
}

// Decompose divides the change of a total, which is the product of the factors
// (up to a constant, such as a unit), between them:
//
//	effectₖ = L(before, after) · ln(afterₖ/beforeₖ),  L(a, b) = (b − a) / ln(b/a),  L(a, a) = a
//
// The logarithmic mean L makes the effects add up to the change without a
// residue, and the answer does not depend on the order of the factors or the
// direction of time. (B. W. Ang, The LMDI approach to decomposition analysis,
// Energy Policy 33(7), 2005.)
//
// Where a total is zero, before or after, the formula is taken at its limit: the
// whole change belongs to the factor that is zero there, and if several are, to
// the first. If both totals are zero all effects are. Negative totals are allowed,
// but a change of sign has no logarithm.
//
// The error is an [*InputError] for a factor that is not finite, changes its sign,
// is zero where the total is not (or the reverse), for no factors of a total that
// changed, or if the factors do not multiply to the totals: their product must have changed as the totals did, to
// one part in a million. Or it is that of an amount.
func Decompose(before, after rapport.Money, factors []Factor) ([]Effect, error) {
	var p purse
	was, err := p.take(before)
	if err != nil {
		return nil, named("total before", err)
	}
	is, err := p.take(after)
	if err != nil {
		return nil, named("total after", err)
	}
	change, err := difference(&p, "change", after, before)
	if err != nil {
		return nil, err
	}
	effects := make([]Effect, len(factors))
	if len(factors) == 0 {
		if change != 0 {
			return nil, &InputError{Name: "number of factors", Value: 0, Reason: "want some where the total changed"}
		}
		return effects, nil
	}
	parts, err := logMeanEffects(float64(was), float64(is), float64(change), factors)
	if err != nil {
		return nil, err
	}
	minor, err := settle("effect", change, parts)
	if err != nil {
		return nil, err
	}
	for i, factor := range factors {
		effects[i] = Effect{Factor: factor.Name, Amount: p.money(minor[i]), Exact: parts[i] / math.Pow10(p.currency.Digits())}
	}
	return effects, nil
}

// logMeanEffects returns the effects in minor units.
func logMeanEffects(was, is, change float64, factors []Factor) ([]float64, error) {
	logs := make([]float64, len(factors))
	gone := [2]int{-1, -1} // the first factor that is zero before, after
	var sum float64
	for i, f := range factors {
		for j, v := range [2]float64{f.Before, f.After} {
			switch {
			case math.IsNaN(v) || math.IsInf(v, 0):
				return nil, &InputError{Name: f.Name, Value: v, Reason: "want a finite factor"}
			case v == 0 && gone[j] < 0:
				gone[j] = i
			}
		}
		if f.Before != 0 && f.After != 0 {
			if (f.Before < 0) != (f.After < 0) {
				return nil, &InputError{Name: f.Name, Value: f.After, Reason: "want no change of sign"}
			}
			logs[i] = logRatio(f.Before, f.After)
			sum += logs[i]
		}
	}
	for j, v := range [2]float64{was, is} {
		if (v == 0) != (gone[j] >= 0) {
			return nil, &InputError{Name: [2]string{"total before", "total after"}[j], Value: v, Reason: "want zero if and only if a factor is zero"}
		}
	}
	parts := make([]float64, len(factors))
	switch {
	case gone[0] >= 0 && gone[1] >= 0:
		return parts, nil
	case gone[0] >= 0 || gone[1] >= 0:
		parts[max(gone[0], gone[1])] = change
		return parts, nil
	case (was < 0) != (is < 0):
		return nil, &InputError{Name: "total after", Value: is, Reason: "want no change of sign"}
	}
	const slack = 1e-6 // factors may have been rounded to some digits
	whole := logRatio(was, is)
	if !(math.Abs(sum-whole) <= slack) {
		return nil, &InputError{Name: "product of the factors", Value: math.Exp(sum), Reason: "want the ratio of the totals"}
	}
	mean := was
	switch near := change / was; {
	case change == 0:
	case math.Abs(near) < 0.5:
		mean = change / math.Log1p(near)
	default: // after most of it is gone the ratio has digits that 1 + near has not
		mean = change / whole
	}
	for i, log := range logs {
		if log != 0 { // a negative mean would make −0 of it
			parts[i] = mean * log
		}
	}
	return parts, nil
}

// logRatio returns ln(b/a) of two numbers of one sign, also where b/a is no float64.
func logRatio(a, b float64) float64 {
	if r := b / a; r > 0 && r <= math.MaxFloat64 {
		return math.Log(r)
	}
	return math.Log(math.Abs(b)) - math.Log(math.Abs(a))
}
