package satisfaction

import (
	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// IndexCase is a base of customers at an index.
type IndexCase struct {
	Customer  CustomerMargin
	Customers int     // how many there are
	Index     float64 // where they stand, 0 to 100
}

// PointWorth is what one more point of the index is worth.
type PointWorth struct {
	Index        float64
	Extrapolated bool // the index lies outside the observations
	Retention    rapport.Estimate
	Slope        rapport.Estimate // retention per point, dr/dS
	// PerCustomer and Total are for one customer and for all, each rounded once,
	// half-even, from what the model gives: Total is not a multiple of PerCustomer.
	PerCustomer, Total rapport.Money
	// Estimate is Total in major units with its interval by the delta method, which
	// treats the margins as known.
	Estimate rapport.Estimate
	Base     rapport.Money // worth of all customers at the index
	// Share is Total over Base, free of rounding; without a value if customers are worth
	// nothing. N is that of the link.
	Share   rapport.Ratio
	Verdict LinkVerdict // of the link: see there whether the figure is evidence
}

// WorthOfPoint returns dV/dr · dr/dS · customers, with V the worth of a customer
// ([CustomerMargin.Worth]) and r the link: the slope at the index, not the
// difference to the next whole point ([RetentionLink.WhatIf] has that).
//
// The error is an [*EconomicsError], or wraps [ErrInfiniteWorth],
// [*rapport.AmountError] or [*rapport.EstimateError].
func (l *RetentionLink) WorthOfPoint(c IndexCase) (PointWorth, error) {
	p, factor, err := l.stand(c)
	if err != nil {
		return PointWorth{}, err
	}
	w := PointWorth{Index: c.Index, Extrapolated: l.Extrapolates(c.Index), Verdict: l.Verdict}
	if w.Retention, err = l.Retention(c.Index); err != nil {
		return PointWorth{}, err
	}
	if w.Slope, err = l.SlopeAt(c.Index); err != nil {
		return PointWorth{}, err
	}
	first, second := numeric.AnnuitySlope(c.Customer.periods(), p.retention, c.Customer.Discount)
	point := first * p.slope
	perOdds := second*p.perOdds*p.slope + first*p.slopePerOdds
	margin := c.Customer.Margin
	if w.PerCustomer, err = scaled("worth of a point", margin, 1, point); err != nil {
		return PointWorth{}, err
	}
	if w.Total, err = scaled("worth of a point", margin, c.Customers, point); err != nil {
		return PointWorth{}, err
	}
	if w.Base, err = scaled("worth of all customers", margin, c.Customers, factor); err != nil {
		return PointWorth{}, err
	}
	w.Estimate, err = l.amount(c, point, l.spread(perOdds, perOdds*c.Index+first*p.perOdds))
	w.Share = rapport.Ratio{Num: point, Den: factor, N: l.Retained.N}
	return w, err
}

// stand checks a case and returns the link at its index and what a margin of 1 is
// worth there.
func (l *RetentionLink) stand(c IndexCase) (linkPoint, float64, error) {
	if err := wantCount("Customers", c.Customers); err != nil {
		return linkPoint{}, 0, err
	}
	p, err := l.at(c.Index)
	if err != nil {
		return linkPoint{}, 0, err
	}
	factor, err := c.Customer.factor(p.retention)
	return p, factor, err
}

// amount returns a figure per unit of margin as an estimate for all customers, in
// major units.
func (l *RetentionLink) amount(c IndexCase, value, se float64) (rapport.Estimate, error) {
	all := inMajor(c.Customer.Margin) * float64(c.Customers)
	if all < 0 {
		return l.estimate(value*all, -se*all)
	}
	return l.estimate(value*all, se*all)
}

// MoveWorth is what a move of the index does.
type MoveWorth struct {
	Move, Index  float64 // points, and where they lead
	Extrapolated bool    // the index there, or where it starts, lies outside the observations
	Retention    rapport.Estimate
	// Gain is for one customer. Its Gain is what may be spent on one to break even.
	Gain RetentionGain
	// Total is the gain for all customers, rounded once: what may be spent on the move
	// to break even.
	Total rapport.Money
	// Estimate is Total in major units with its interval by the delta method.
	Estimate rapport.Estimate
	Verdict  LinkVerdict
}

// WhatIf returns what each move of the index, in points up or down, does to
// retention and to the worth of customers, in the order of the moves. It compares
// two lasting levels: the index stays where it moves to. The errors are those of
// [RetentionLink.WorthOfPoint], also for an index that a move leads out of 0 to 100.
func (l *RetentionLink) WhatIf(c IndexCase, moves ...float64) ([]MoveWorth, error) {
	from, _, err := l.stand(c)
	if err != nil {
		return nil, err
	}
	table := make([]MoveWorth, len(moves))
	for i, move := range moves {
		if table[i], err = l.move(c, from, move); err != nil {
			return nil, err
		}
	}
	return table, nil
}

func (l *RetentionLink) move(c IndexCase, from linkPoint, move float64) (MoveWorth, error) {
	w := MoveWorth{Move: move, Index: c.Index + move, Verdict: l.Verdict}
	w.Extrapolated = l.Extrapolates(c.Index) || l.Extrapolates(w.Index)
	to, err := l.at(w.Index)
	if err != nil {
		return MoveWorth{}, err
	}
	if w.Retention, err = l.Retention(w.Index); err != nil {
		return MoveWorth{}, err
	}
	if w.Gain, err = c.Customer.Gain(from.retention, to.retention); err != nil {
		return MoveWorth{}, err
	}
	raise := c.Customer.raise(from.retention, to.retention)
	if w.Total, err = scaled("gain of a move", c.Customer.Margin, c.Customers, raise); err != nil {
		return MoveWorth{}, err
	}
	here, _ := numeric.AnnuitySlope(c.Customer.periods(), from.retention, c.Customer.Discount)
	there, _ := numeric.AnnuitySlope(c.Customer.periods(), to.retention, c.Customer.Discount)
	da := there*to.perOdds - here*from.perOdds
	db := there*to.perOdds*to.index - here*from.perOdds*from.index
	w.Estimate, err = l.amount(c, raise, l.spread(da, db))
	return w, err
}
