package satisfaction

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
)

// QualityReturn is the return on a spend on quality: ROQ = (NPV of the gain −
// cost)/cost. (R. T. Rust, A. J. Zahorik and T. L. Keiningham, Return on Quality
// (ROQ): Making Service Quality Financially Accountable, Journal of Marketing 59(2),
// 1995.)
type QualityReturn struct {
	// Present are the gains by period at their present value, each rounded once,
	// half-even; nil where the gain comes from a link.
	Present []rapport.Money
	Gain    rapport.Money // their sum exactly, or that of the link
	Cost    rapport.Money // present value of what is spent
	Net     rapport.Money // Gain − Cost exactly
	// ROQ is Net over Cost in major units; without a value if nothing is spent. N is 0
	// unless the gain comes from a link.
	ROQ rapport.Ratio
	// Estimate is ROQ with the interval that the link gives to the gain. It is absent
	// without a link or without a cost.
	Estimate rapport.Estimate
}

// ReturnOnQuality discounts the gains, of which the first comes at the end of the
// first period, and sets them against a cost of today. The error is an
// [*EconomicsError] for a negative cost or a discount that is not above −1, or wraps
// a [*rapport.CurrencyMismatchError] or a [*rapport.AmountError].
func ReturnOnQuality(gains []rapport.Money, cost rapport.Money, discount float64) (QualityReturn, error) {
	if err := wantDiscount(discount); err != nil {
		return QualityReturn{}, err
	}
	q := QualityReturn{Present: make([]rapport.Money, len(gains)), Cost: cost}
	for i, gain := range gains {
		var err error
		name := fmt.Sprintf("gain of period %d", i+1)
		if q.Present[i], err = scaled(name, gain, 1, math.Pow(1+discount, -float64(i+1))); err != nil {
			return QualityReturn{}, err
		}
	}
	var err error
	if q.Gain, err = added("gain", q.Present...); err != nil {
		return QualityReturn{}, err
	}
	return q.settle()
}

// settle fills Net and ROQ from Gain and Cost.
func (q QualityReturn) settle() (QualityReturn, error) {
	if err := wantNoDebt("Cost", q.Cost); err != nil {
		return QualityReturn{}, err
	}
	var err error
	if q.Net, err = added("gain less cost", q.Gain, q.Cost.Neg()); err != nil {
		return QualityReturn{}, err
	}
	q.ROQ = rapport.Ratio{Num: inMajor(q.Net), Den: inMajor(q.Cost)}
	return q, nil
}

// ReturnOnMove is [ReturnOnQuality] for a spend that moves the index by so many
// points, which then stays there: the gain is Total of [RetentionLink.WhatIf], over
// the horizon of the case. The errors are those of both.
func (l *RetentionLink) ReturnOnMove(c IndexCase, move float64, cost rapport.Money) (QualityReturn, error) {
	table, err := l.WhatIf(c, move)
	if err != nil {
		return QualityReturn{}, err
	}
	q, err := QualityReturn{Gain: table[0].Total, Cost: cost}.settle()
	if err != nil {
		return QualityReturn{}, err
	}
	q.ROQ.N = l.Retained.N
	if spent := q.ROQ.Den; spent > 0 {
		e := table[0].Estimate
		e.Value = (e.Value - spent) / spent
		e.SE /= spent
		if e.HasInterval() {
			e.Low, e.High = (e.Low-spent)/spent, (e.High-spent)/spent
		}
		if err := e.Validate(); err != nil {
			return QualityReturn{}, fmt.Errorf("satisfaction: return on quality: %w", err)
		}
		q.Estimate = e
	}
	return q, nil
}

// BreakEvenError reports a cost that no move of the index brings back.
type BreakEvenError struct {
	Cost  rapport.Money
	Index float64       // the best that there is, 100 unless a linear link ends before
	Gain  rapport.Money // there
}

// Error says what the best move would bring.
func (e *BreakEvenError) Error() string {
	return fmt.Sprintf("satisfaction: %v does not break even: at index %v the gain is %v", e.Cost, e.Index, e.Gain)
}

// BreakEvenMove returns how many points the index must rise, and stay, for the gain
// to equal a cost of today; the verdict of the link holds for it too. It is 0 for no
// cost.
//
// The errors are those of [RetentionLink.WhatIf], and a [*BreakEvenError] where even
// the best index brings less, as it does if the slope or the margin is not positive.
func (l *RetentionLink) BreakEvenMove(c IndexCase, cost rapport.Money) (float64, error) {
	if err := wantNoDebt("Cost", cost); err != nil {
		return 0, err
	}
	from, _, err := l.stand(c)
	if err != nil {
		return 0, err
	}
	if _, err := cost.Cmp(c.Customer.Margin); err != nil {
		return 0, fmt.Errorf("satisfaction: cost and margin: %w", err)
	}
	if cost.IsZero() {
		return 0, nil
	}
	want := inMajor(cost)
	all := inMajor(c.Customer.Margin) * float64(c.Customers)
	gain := func(index float64) float64 { // +Inf or −Inf where the link or the worth ends
		to, err := l.at(index)
		if err != nil {
			return math.Inf(1)
		}
		if _, err := c.Customer.factor(to.retention); err != nil {
			return math.Inf(1)
		}
		return all * c.Customer.raise(from.retention, to.retention)
	}
	best := 100.0
	if l.Slope.Value <= 0 || all <= 0 {
		best = c.Index
	} else if l.Form == LinearLink {
		if end := (1 - l.Intercept.Value) / l.Slope.Value; end < best {
			best = max(c.Index, math.Nextafter(end, 0))
		}
	}
	to, err := l.at(best)
	for ; err != nil && best > c.Index; to, err = l.at(best) { // rounding has passed the end
		best = max(c.Index, math.Nextafter(best, 0))
	}
	if err != nil {
		return 0, err
	}
	if !(gain(best) >= want) {
		most, err := scaled("gain of a move", c.Customer.Margin, c.Customers, c.Customer.raise(from.retention, to.retention))
		if err != nil {
			return 0, err
		}
		return 0, &BreakEvenError{Cost: cost, Index: best, Gain: most}
	}
	low, high := c.Index, best
	for { // until the two are neighbours
		middle := low + (high-low)/2
		if middle <= low || middle >= high {
			return high - c.Index, nil
		}
		if gain(middle) >= want {
			high = middle
		} else {
			low = middle
		}
	}
}
