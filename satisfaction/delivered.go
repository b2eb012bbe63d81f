package satisfaction

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
)

// DeliveredPart is a part of what a customer gets or gives. (P. Kotler, Marketing
// Management, 9th ed., 1997: total customer value less total customer cost.)
type DeliveredPart string

// The parts of the value, and those of the cost.
const (
	ProductValue DeliveredPart = "product"
	ServiceValue DeliveredPart = "service"
	StaffValue   DeliveredPart = "staff"
	ImageValue   DeliveredPart = "image"
	MoneyCost    DeliveredPart = "money"
	TimeCost     DeliveredPart = "time"
	EffortCost   DeliveredPart = "effort"
)

// valueParts is how many of the parts are values; they come first.
const valueParts = 4

// DeliveredParts returns all seven parts, those of the value first.
func DeliveredParts() []DeliveredPart {
	return []DeliveredPart{ProductValue, ServiceValue, StaffValue, ImageValue, MoneyCost, TimeCost, EffortCost}
}

// DeliveredAmounts holds what each part is worth to a customer, costs as positive
// amounts. A part that is not a key is missing; one without value is an amount of 0.
type DeliveredAmounts map[DeliveredPart]rapport.Money

// MissingPartsError reports parts that have no amount or, where figures are priced,
// no rate.
type MissingPartsError struct{ Parts []DeliveredPart }

// Error names the parts.
func (e *MissingPartsError) Error() string {
	names := make([]string, len(e.Parts))
	for i, part := range e.Parts {
		names[i] = string(part)
	}
	return "satisfaction: delivered value: missing: " + strings.Join(names, ", ")
}

// UnknownPartError reports a part that does not exist.
type UnknownPartError struct{ Part DeliveredPart }

// Error names the part.
func (e *UnknownPartError) Error() string {
	return fmt.Sprintf("satisfaction: delivered value: unknown part %q", string(e.Part))
}

// checkParts returns an [*UnknownPartError] for the least key that is no part.
func checkParts[V any](parts map[DeliveredPart]V) error {
	known := 0
	for _, part := range DeliveredParts() {
		if _, ok := parts[part]; ok {
			known++
		}
	}
	if known == len(parts) {
		return nil
	}
	var stranger *UnknownPartError
	for part := range parts {
		if !part.known() && (stranger == nil || part < stranger.Part) {
			stranger = &UnknownPartError{Part: part}
		}
	}
	return stranger
}

func (p DeliveredPart) known() bool {
	return slices.Contains(DeliveredParts(), p)
}

// PriceDelivered turns what a survey measured into amounts: each figure times the
// rate of its part, such as hours of waiting times what an hour is worth, or points
// of a scale times what a point is worth; a part that is stated in money has a rate
// of one unit of the currency. Each amount is rounded once, half-even, the figure
// read as its shortest decimal. Parts without a figure stay missing.
//
// The error is an [*UnknownPartError], a [*MissingPartsError] for figures without a
// rate, an [*EconomicsError] for a figure that is not finite or is negative, or
// wraps a [*rapport.AmountError].
func PriceDelivered(figures map[DeliveredPart]float64, rates map[DeliveredPart]rapport.Money) (DeliveredAmounts, error) {
	if err := checkParts(figures); err != nil {
		return nil, err
	}
	if err := checkParts(rates); err != nil {
		return nil, err
	}
	var unpriced []DeliveredPart
	amounts := make(DeliveredAmounts, len(figures))
	for _, part := range DeliveredParts() {
		figure, ok := figures[part]
		if !ok {
			continue
		}
		rate, ok := rates[part]
		if !ok {
			unpriced = append(unpriced, part)
			continue
		}
		if err := wantNumber("figure of "+string(part), figure); err != nil {
			return nil, err
		}
		var err error
		if amounts[part], err = scaled(string(part), rate, 1, figure); err != nil {
			return nil, err
		}
	}
	if unpriced != nil {
		return nil, &MissingPartsError{Parts: unpriced}
	}
	return amounts, nil
}

// DeliveredValue is what is left to a customer.
type DeliveredValue struct {
	Value, Cost rapport.Money
	Delivered   rapport.Money // Value − Cost
	Missing     []DeliveredPart
}

// Deliver adds up the parts exactly. With allowMissing, parts that are missing count
// nothing and are named in the result; at least one must be there. Otherwise they
// are a [*MissingPartsError]. The error may also be an [*UnknownPartError], an
// [*EconomicsError] for a cost below 0, or wrap a [*rapport.CurrencyMismatchError]
// or a [*rapport.AmountError].
func (a DeliveredAmounts) Deliver(allowMissing bool) (DeliveredValue, error) {
	if err := checkParts(a); err != nil {
		return DeliveredValue{}, err
	}
	var d DeliveredValue
	for i, part := range DeliveredParts() {
		amount, ok := a[part]
		if !ok {
			d.Missing = append(d.Missing, part)
			continue
		}
		to := &d.Value
		if i >= valueParts {
			to = &d.Cost
			if err := wantNoDebt("cost in "+string(part), amount); err != nil {
				return DeliveredValue{}, err
			}
		}
		var err error
		if *to, err = added(string(part), *to, amount); err != nil {
			return DeliveredValue{}, err
		}
	}
	if d.Missing != nil && (!allowMissing || len(a) == 0) {
		return DeliveredValue{}, &MissingPartsError{Parts: d.Missing}
	}
	var err error
	d.Delivered, err = added("delivered value", d.Value, d.Cost.Neg())
	if err != nil {
		return DeliveredValue{}, err
	}
	return d, nil
}

// DeliveredAdvantage compares two offers to one customer.
type DeliveredAdvantage struct {
	Own, Competitor DeliveredValue
	Advantage       rapport.Money // Own.Delivered − Competitor.Delivered
	// ByPart is what each part adds to the advantage, costs with their sign turned:
	// together they are the advantage exactly.
	ByPart DeliveredAmounts
}

// AdvantageOver compares an offer with a competitor's, part by part. All parts of
// both must be there: what one lacks is no difference. The errors are those of
// [DeliveredAmounts.Deliver].
func (a DeliveredAmounts) AdvantageOver(competitor DeliveredAmounts) (DeliveredAdvantage, error) {
	var d DeliveredAdvantage
	var err error
	if d.Own, err = a.Deliver(false); err != nil {
		return DeliveredAdvantage{}, fmt.Errorf("satisfaction: own offer: %w", err)
	}
	if d.Competitor, err = competitor.Deliver(false); err != nil {
		return DeliveredAdvantage{}, fmt.Errorf("satisfaction: offer of the competitor: %w", err)
	}
	if d.Advantage, err = added("advantage", d.Own.Delivered, d.Competitor.Delivered.Neg()); err != nil {
		return DeliveredAdvantage{}, err
	}
	d.ByPart = make(DeliveredAmounts, len(a))
	for i, part := range DeliveredParts() {
		more, less := a[part], competitor[part]
		if i >= valueParts {
			more, less = less, more
		}
		if d.ByPart[part], err = added(string(part), more, less.Neg()); err != nil {
			return DeliveredAdvantage{}, err
		}
	}
	return d, nil
}
