package btyd

import "github.com/rapport-crm/rapport/scoring"

// NewValue is what a customer is worth at its first purchase.
type NewValue struct {
	First  float64 // the first purchase, which is not discounted
	Repeat float64 // the discounted repeat purchases of the horizon
	Total  float64 // both: what may be paid at most to win the customer, before costs
}

// NewCustomerValue returns the expected value of a customer who makes its first purchase
// now. Its amount is the mean of the repeat purchases, which the spend model knows; where first
// purchases differ, use Repeat. The error is an [*InputError], [ErrInfiniteMean] or
// [ErrDiverges].
func NewCustomerValue(model TransactionModel, spend SpendModel, h Horizon) (NewValue, error) {
	purchases, err := DiscountedExpected(model, scoring.Summary{}, h)
	if err != nil {
		return NewValue{}, err
	}
	if spend == nil {
		return NewValue{}, errNoSpend()
	}
	amount, err := spend.ExpectedSpend(scoring.Summary{})
	if err != nil {
		return NewValue{}, err
	}
	v := NewValue{First: amount, Repeat: amount * purchases}
	v.Total, err = finite(v.First + v.Repeat)
	return v, err
}

// CohortValue returns the expected value, period by period, of customers that are won
// together: element k is what one of them spends, discounted, in the unit of time
// k+1 after its first purchase; the first purchase itself is in none. The elements add
// up to the Repeat of [NewCustomerValue] over that many periods, discounted
// continuously. The error is as there, or an [*InputError] for periods outside 1 to
// 100000.
func CohortValue(model TransactionModel, spend SpendModel, periods int, annualDiscount float64) ([]float64, error) {
	if periods < 1 || periods > 100_000 {
		return nil, &InputError{Name: "periods", Value: float64(periods), Reason: "want 1 to 100000"}
	}
	values := make([]float64, periods)
	before := 0.0
	for k := range values {
		v, err := NewCustomerValue(model, spend, Horizon{Periods: float64(k + 1), AnnualDiscount: annualDiscount})
		if err != nil {
			return nil, err
		}
		values[k], before = max(0, v.Repeat-before), v.Repeat
	}
	return values, nil
}
