package kpi

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// DealerProfit is the margin that a dealer makes on our goods, (sales − cost) / sales:
// goods bought for 400 and sold for 500 are .20. It is the dealer's profit, not ours
// ([OurProfit]), and may be negative. A cost without a currency is not known, and the
// figure has no value then. The error is an [*InputError] for a negative amount, or a
// [*rapport.CurrencyMismatchError].
func DealerProfit(period rapport.Interval, sales, cost rapport.Money, dealers int) (Figure, error) {
	return margin(DealerProfitShare, period, amount{"sales", sales}, count{"dealers", dealers}, amount{"cost", cost})
}

// OurProfit is what customers leave us after the goods and the cost to serve them,
// (revenue − goods − serve) / revenue; it may be negative. A cost without a currency is
// not known, and the figure has no value then. The error is an [*InputError] for a negative
// amount, or a [*rapport.CurrencyMismatchError].
func OurProfit(period rapport.Interval, revenue, goods, serve rapport.Money, customers int) (Figure, error) {
	return margin(OurProfitShare, period, amount{"revenue", revenue}, count{"customers", customers},
		amount{"cost of goods", goods}, amount{"cost to serve", serve})
}

func margin(code string, period rapport.Interval, revenue amount, n count, costs ...amount) (Figure, error) {
	if err := checkCounts(code, n); err != nil {
		return Figure{}, err
	}
	if err := checkAmounts(code, append([]amount{revenue}, costs...)...); err != nil {
		return Figure{}, err
	}
	left := revenue.m
	for _, c := range costs {
		if c.m.Currency() == 0 {
			return Figure{Code: code, Unit: UnitShare, Period: period}, nil
		}
		var err error
		if left, err = left.Sub(c.m); err != nil {
			return Figure{}, fmt.Errorf("kpi: %s: %w", code, err)
		}
	}
	return quotient(code, UnitShare, period, major(left), major(revenue.m), n.n), nil
}

// InventoryTurnover is what a dealer sold of our goods, at cost, over its average stock
// of them: 1.2 M over 0.3 M are 4.0 turns in the period. The error is an [*InputError]
// for a negative amount, or a [*rapport.CurrencyMismatchError].
func InventoryTurnover(period rapport.Interval, soldAtCost, averageStock rapport.Money, dealers int) (Figure, error) {
	f, err := shareOf(InventoryTurns, period, amount{"sold at cost", soldAtCost}, amount{"average stock", averageStock}, false, count{"dealers", dealers})
	f.Unit = UnitPer
	if err != nil {
		return Figure{}, err
	}
	return f, nil
}

// InventoryCover is for how many days the average stock lasts, the days of the period
// over its turns: 4.0 turns in a year of 365 days are 91.25 days. It has no value where
// nothing was sold. The errors are those of [InventoryTurnover], and an [*InputError] for
// a period with an open end.
func InventoryCover(period rapport.Interval, soldAtCost, averageStock rapport.Money, dealers int) (Figure, error) {
	turns, err := InventoryTurnover(period, soldAtCost, averageStock, dealers)
	if err != nil {
		return Figure{}, err
	}
	length, ok := period.Duration()
	if !ok {
		return Figure{}, &InputError{Subject: InventoryCoverDays, Name: "open ends", Value: 1, Reason: "want a period with a start and an end"}
	}
	return quotient(InventoryCoverDays, UnitDays, period, daysOf(length)*turns.Ratio.Den, turns.Ratio.Num, dealers), nil
}

// daysOf returns a time in days of 24 hours.
func daysOf(d time.Duration) float64 { return d.Hours() / 24 }

// StockReading is a stock, at cost, as it was at an instant.
type StockReading struct {
	At    time.Time
	Stock rapport.Money
}

// AverageStock returns the average over time of a stock that runs straight from reading
// to reading, rounded half up to the minor unit: a stock that was counted often in a
// busy month does not weigh more for it. Readings may come in any order. The error is an
// [*InputError] for fewer than two readings, two of one instant, more than 292 years
// between two or a negative stock, or a [*rapport.CurrencyMismatchError].
func AverageStock(readings ...StockReading) (rapport.Money, error) {
	const subject = "average_stock"
	if len(readings) < 2 {
		return rapport.Money{}, &InputError{Subject: subject, Name: "readings", Value: float64(len(readings)), Reason: "want at least 2"}
	}
	sorted := slices.Clone(readings)
	slices.SortStableFunc(sorted, func(a, b StockReading) int { return a.At.Compare(b.At) })
	var sum rapport.Money // of stock × nanoseconds, twice
	span := decimal.Zero  // in nanoseconds
	for i, r := range sorted {
		if r.Stock.Sign() < 0 {
			return rapport.Money{}, &InputError{Subject: subject, Name: "stock", Value: major(r.Stock), Reason: "want no negative amount"}
		}
		if i == 0 {
			continue
		}
		step := r.At.Sub(sorted[i-1].At)
		if step <= 0 || step == math.MaxInt64 { // where Sub saturates
			return rapport.Money{}, &InputError{Subject: subject, Name: "days", Value: daysOf(step), Reason: "want above 0 and up to 292 years between readings"}
		}
		span = span.Add(decimal.NewFromInt(int64(step)))
		area, err := r.Stock.Add(sorted[i-1].Stock)
		if err == nil {
			area, err = area.Mul(decimal.NewFromInt(int64(step)))
		}
		if err == nil {
			sum, err = sum.Add(area)
		}
		if err != nil {
			return rapport.Money{}, fmt.Errorf("kpi: %s: %w", subject, err)
		}
	}
	return dividedBy(sum, span.Add(span), 0)
}

// unitDigits is how many digits below the minor unit a cost for one of many keeps.
const unitDigits = 4

// dividedBy returns an amount over a number above 0, rounded half away from zero to so many
// digits below the minor unit.
func dividedBy(m rapport.Money, by decimal.Decimal, digits int) (rapport.Money, error) {
	if m.Currency() == 0 {
		return rapport.Money{}, nil
	}
	return rapport.NewMoney(m.Amount().DivRound(by, int32(m.Currency().Digits()+digits)), m.Currency())
}
