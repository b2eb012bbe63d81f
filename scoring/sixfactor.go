package scoring

import (
	"math"

	"github.com/rapport-crm/rapport"
)

// SixFactor is a customer's lifetime value from six factors that a salesperson
// can name without a model: (1) the margin of the initial purchase, (2) how often
// the customer buys again and at which margin, (3) for how long, (4) which other
// products it takes to, (5) whom it brings, (6) the discount rate. With
// A = [AnnuityFactor](Periods, Retention, Discount):
//
//	value = InitialRevenue − InitialCost
//	      + A · Frequency · (Revenue − Cost)
//	      + A · Σ Chance · Revenue · Margin    over the products of CrossSell
//	      + A · Referrals · ReferralValue
//
// The initial purchase is made now, all else at the ends of periods. A period is
// what Frequency, Retention and Discount are stated for, mostly a year. Amounts
// are whole minor units of one currency and may be negative.
type SixFactor struct {
	InitialRevenue, InitialCost rapport.Money
	Frequency                   float64       // repeat purchases in a period
	Revenue, Cost               rapport.Money // of one repeat purchase
	Periods                     int           // or [Perpetual]
	Retention                   float64       // probability of staying from period to period, 1: nobody leaves
	CrossSell                   []CrossSell
	Referrals                   float64       // expected new customers brought in a period
	ReferralValue               rapport.Money // of one of them
	Discount                    float64       // per period
}

// CrossSell is another product that a customer may take to.
type CrossSell struct {
	Product string
	Chance  float64       // of buying it in a period; above 1: several a period
	Revenue rapport.Money // of one purchase
	Margin  float64       // share of the revenue that is left after direct cost; at most 1, negative for a loss
}

// SixFactorValue is a value by where it comes from. The parts add up to Total
// exactly: Initial is as given, what is expected beside it is rounded once,
// half-even, and so is each part of that; the cent that may then be missing goes
// to the greatest of those parts.
type SixFactorValue struct {
	Initial   rapport.Money   // factor 1
	Repeat    rapport.Money   // factor 2
	CrossSell []rapport.Money // factor 4, by product in the order given
	Referral  rapport.Money   // factor 5
	Total     rapport.Money
	// Annuity is the factor by which length (3) and discount (6) turn a margin of
	// each period into a value now.
	Annuity float64
}

// Value computes the value and its parts. The error is an [*InputError] for a
// number out of range, an [*OverflowError], that of an amount
// ([*rapport.CurrencyMismatchError], [*rapport.AmountError]), or wraps
// [ErrDiverges].
func (f SixFactor) Value() (SixFactorValue, error) {
	annuity, err := AnnuityFactor(f.Periods, f.Retention, f.Discount)
	if err != nil {
		return SixFactorValue{}, err
	}
	var p purse
	initial, err := difference(&p, "initial purchase", f.InitialRevenue, f.InitialCost)
	if err != nil {
		return SixFactorValue{}, err
	}
	parts, err := f.perPeriod(&p)
	if err != nil {
		return SixFactorValue{}, err
	}
	var expected float64
	for i := range parts {
		parts[i] *= annuity
		expected += parts[i]
	}
	rest, err := round("value", expected)
	if err != nil {
		return SixFactorValue{}, err
	}
	settled, err := settle("value", rest, parts)
	if err != nil {
		return SixFactorValue{}, err
	}
	whole, ok := addChecked(initial, rest)
	if !ok {
		return SixFactorValue{}, &OverflowError{Sum: "value"}
	}
	v := SixFactorValue{Initial: p.money(initial), Repeat: p.money(settled[0]), Referral: p.money(settled[1]), Total: p.money(whole), Annuity: annuity}
	for _, product := range settled[2:] {
		v.CrossSell = append(v.CrossSell, p.money(product))
	}
	return v, nil
}

// perPeriod returns what a period brings by repeat purchases, by referrals and by
// each product, in minor units.
func (f SixFactor) perPeriod(p *purse) ([]float64, error) {
	margin, err := difference(p, "repeat purchase", f.Revenue, f.Cost)
	if err != nil {
		return nil, err
	}
	referred, err := p.take(f.ReferralValue)
	if err != nil {
		return nil, named("ReferralValue", err)
	}
	if err := checkCount("Frequency", f.Frequency); err != nil {
		return nil, err
	}
	if err := checkCount("Referrals", f.Referrals); err != nil {
		return nil, err
	}
	parts := []float64{f.Frequency * float64(margin), f.Referrals * float64(referred)}
	for _, product := range f.CrossSell {
		revenue, err := p.take(product.Revenue)
		if err != nil {
			return nil, named("CrossSell of "+product.Product, err)
		}
		if err := checkCount("Chance of "+product.Product, product.Chance); err != nil {
			return nil, err
		}
		if !(product.Margin >= -math.MaxFloat64 && product.Margin <= 1) {
			return nil, &InputError{Name: "Margin of " + product.Product, Value: product.Margin, Reason: "want a finite share of the revenue, at most 1"}
		}
		parts = append(parts, product.Chance*float64(revenue)*product.Margin)
	}
	return parts, nil
}

// difference returns a − b in minor units.
func difference(p *purse, name string, a, b rapport.Money) (int64, error) {
	gain, err := p.take(a)
	if err != nil {
		return 0, named(name, err)
	}
	loss, err := p.take(b)
	if err != nil {
		return 0, named(name, err)
	}
	var sum wideSum
	sum.add(gain)
	sum.sub(loss)
	minor, ok := sum.int64()
	if !ok {
		return 0, &OverflowError{Sum: name}
	}
	return minor, nil
}
