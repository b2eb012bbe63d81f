package kpi

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// CostBasis says which cost of a contact a saving rests on.
type CostBasis string

// The bases.
const (
	// AverageCost is the whole cost over the contacts. It saves so much only where the
	// cost of a channel goes with its contacts: staff who stay, and a site that has to
	// run anyway, do not.
	AverageCost CostBasis = "average"
	// MarginalCost is what one contact more or fewer costs, as the caller states it.
	MarginalCost CostBasis = "marginal"
)

// Shift is a what-if: contacts that are to go over another channel.
type Shift struct {
	From, To string // codes of channels
	Contacts int    // above 0, up to those that From had
	// FromMarginal and ToMarginal are what one contact fewer and one more cost; nil takes
	// the average cost of the channel.
	FromMarginal, ToMarginal *rapport.Money
	// Level is that of the interval of the conversions; 0 stands for 0.95.
	Level float64
}

// ShiftCost is the cost of a contact that a shift reckons with.
type ShiftCost struct {
	PerContact rapport.Money // to four digits below the minor unit
	Basis      CostBasis
}

// ShiftEffect is what a shift would come to.
type ShiftEffect struct {
	// Saving is contacts × (cost on the one − cost on the other channel), rounded once,
	// half away from zero to the minor unit; negative if the other channel is dearer.
	Saving rapport.Money
	From   ShiftCost
	To     ShiftCost
	// Conversions is how many more contacts would lead to a sale if those that move
	// converted as the other channel's do, mostly a negative number, with the interval of
	// the two rates' difference (Newcombe 1998). Who moves is seldom like who was there,
	// so take it for the size of the risk. Absent where a channel has had no contact.
	Conversions rapport.Estimate
}

// ShiftError reports a shift of more contacts than there are.
type ShiftError struct {
	From             string
	Contacts, Within int
}

// Error gives both numbers.
func (e *ShiftError) Error() string {
	return fmt.Sprintf("kpi: shift: %d contacts of %s, which had %d", e.Contacts, clip(e.From), e.Within)
}

// Shift reckons what moving contacts from one channel to another saves: 1 000 contacts of
// 5 each to a channel of 0.20 save 4 800. The error is a [*ShiftError] for more contacts
// than there are, a [*CodeError] for a channel that is not known or moves to itself, an
// [*InputError] for no contacts, a cost that is negative or not known, a level that is not
// between 0 and 1 or a channel without contacts, which has no average cost, or a
// [*rapport.CurrencyMismatchError].
func (e *Economics) Shift(s Shift) (ShiftEffect, error) {
	const subject = "shift"
	level, err := checkLevel(subject, s.Level)
	if err != nil {
		return ShiftEffect{}, err
	}
	from, err := e.Channel(s.From)
	if err != nil {
		return ShiftEffect{}, err
	}
	to, err := e.Channel(s.To)
	if err != nil {
		return ShiftEffect{}, err
	}
	switch {
	case s.From == s.To:
		return ShiftEffect{}, &CodeError{Subject: subject, Code: s.To, Reason: "want another channel"}
	case s.Contacts <= 0:
		return ShiftEffect{}, &InputError{Subject: subject, Name: "contacts", Value: float64(s.Contacts), Reason: "want above 0"}
	case s.Contacts > from.Channel.Contacts:
		return ShiftEffect{}, &ShiftError{From: s.From, Contacts: s.Contacts, Within: from.Channel.Contacts}
	}
	source, err := sideOf(from.Channel, s.FromMarginal)
	if err != nil {
		return ShiftEffect{}, err
	}
	target, err := sideOf(to.Channel, s.ToMarginal)
	if err != nil {
		return ShiftEffect{}, err
	}
	effect := ShiftEffect{}
	if effect.Saving, err = saving(s.Contacts, source, target); err != nil {
		return ShiftEffect{}, fmt.Errorf("kpi: %s: %w", subject, err)
	}
	if effect.From, err = source.shown(); err != nil {
		return ShiftEffect{}, err
	}
	if effect.To, err = target.shown(); err != nil {
		return ShiftEffect{}, err
	}
	if to.Channel.Contacts > 0 {
		var gained combined
		gained.add(float64(s.Contacts), rateDifference(to.Conversion.Ratio, from.Conversion.Ratio, level))
		effect.Conversions = gained.estimate(1, level)
	}
	return effect, nil
}

// shiftSide is the cost of one channel's contacts, not yet divided.
type shiftSide struct {
	cost  rapport.Money
	of    int // contacts that cost so much
	basis CostBasis
}

func sideOf(c Channel, marginal *rapport.Money) (shiftSide, error) {
	side := shiftSide{cost: c.Cost, of: c.Contacts, basis: AverageCost}
	if marginal != nil {
		side = shiftSide{cost: *marginal, of: 1, basis: MarginalCost}
	}
	if side.of == 0 {
		return side, &InputError{Subject: "shift", Name: "contacts of " + c.Code, Value: 0, Reason: "want some, or a marginal cost"}
	}
	if side.cost.Currency() == 0 {
		return side, &InputError{Subject: "shift", Name: "cost on " + c.Code, Value: 0, Reason: "not known: want an amount with a currency"}
	}
	return side, checkAmounts("shift", amount{"cost on " + c.Code, side.cost})
}

func (s shiftSide) shown() (ShiftCost, error) {
	unit, err := dividedBy(s.cost, decimal.NewFromInt(int64(s.of)), unitDigits)
	return ShiftCost{PerContact: unit, Basis: s.basis}, err
}

// saving is n × (from.cost/from.of − to.cost/to.of) over one denominator.
func saving(n int, from, to shiftSide) (rapport.Money, error) {
	whole := func(i int) decimal.Decimal { return decimal.NewFromInt(int64(i)) }
	spared, err := from.cost.Mul(whole(n).Mul(whole(to.of)))
	if err != nil {
		return rapport.Money{}, err
	}
	spent, err := to.cost.Mul(whole(n).Mul(whole(from.of)))
	if err != nil {
		return rapport.Money{}, err
	}
	difference, err := spared.Sub(spent)
	if err != nil {
		return rapport.Money{}, err
	}
	return dividedBy(difference, whole(from.of).Mul(whole(to.of)), 0)
}
