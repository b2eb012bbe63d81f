package credit

import (
	"strconv"

	"github.com/rapport-crm/rapport"
)

// DSO returns the days of sales outstanding, receivables / credit sales × days, with
// the sales of the period of so many days up to the date of the receivables: 600 000
// over 3 650 000 × 365 is 60 days. Num is receivables × days and N the days; without
// sales there is no value. A balance in favour of the customer makes it negative. The
// error is an [*InputError] for negative sales or days below 1, or a
// [*rapport.CurrencyMismatchError].
func DSO(receivables, creditSales rapport.Money, days int) (rapport.Ratio, error) {
	if err := sold(creditSales, days); err != nil {
		return rapport.Ratio{}, err
	}
	if _, err := receivables.Cmp(creditSales); err != nil {
		return rapport.Ratio{}, err
	}
	return rapport.Ratio{Num: receivables.Amount().InexactFloat64() * float64(days), Den: creditSales.Amount().InexactFloat64(), N: days}, nil
}

// BestPossibleDSO is [DSO] of the receivables that are not overdue: what it would be if
// everybody paid when due. [Ageing.Current] gives them.
func BestPossibleDSO(current, creditSales rapport.Money, days int) (rapport.Ratio, error) {
	return DSO(current, creditSales, days)
}

// AverageDaysDelinquent returns DSO − best possible DSO, the days by which payments are
// late on average over all sales. The errors are those of [DSO], and an [*InputError]
// if more is current than there is.
func AverageDaysDelinquent(receivables, current, creditSales rapport.Money, days int) (rapport.Ratio, error) {
	late, err := receivables.Sub(current)
	if err != nil {
		return rapport.Ratio{}, err
	}
	if late.Sign() < 0 {
		return rapport.Ratio{}, &InputError{Name: "current receivables", Value: current.String(), Want: "at most all of them, " + receivables.String()}
	}
	return DSO(late, creditSales, days)
}

// CollectionEffectiveness returns the collection effectiveness index of a period, the
// share of what could have been collected that was:
//
//	(opening + credit sales − closing) / (opening + credit sales − closing current)
//
// opening and closing are the receivables, closing current those not overdue at the
// end. N is 0, as amounts carry no count. Without anything to collect there is no
// value. The error is an [*InputError] for negative sales or if more is current than
// there is, or a [*rapport.CurrencyMismatchError].
func CollectionEffectiveness(opening, creditSales, closing, closingCurrent rapport.Money) (rapport.Ratio, error) {
	if err := sold(creditSales, 1); err != nil {
		return rapport.Ratio{}, err
	}
	all, err := opening.Add(creditSales)
	if err != nil {
		return rapport.Ratio{}, err
	}
	collected, err := all.Sub(closing)
	if err != nil {
		return rapport.Ratio{}, err
	}
	collectable, err := all.Sub(closingCurrent)
	if err != nil {
		return rapport.Ratio{}, err
	}
	more, err := closingCurrent.Cmp(closing)
	if err != nil {
		return rapport.Ratio{}, err
	}
	if more > 0 {
		return rapport.Ratio{}, &InputError{Name: "current receivables", Value: closingCurrent.String(), Want: "at most all of them, " + closing.String()}
	}
	if collectable.Sign() < 0 {
		return rapport.Ratio{}, &InputError{Name: "current receivables", Value: closingCurrent.String(), Want: "at most what was to be collected, " + all.String()}
	}
	return rapport.Ratio{Num: collected.Amount().InexactFloat64(), Den: collectable.Amount().InexactFloat64()}, nil
}

// PeriodSales are the credit sales of one period, a month as a rule.
type PeriodSales struct {
	Sales rapport.Money
	Days  int // its length, from 1
}

// CountBack is an answer of [CountBackDSO].
type CountBack struct {
	Days rapport.Ratio // Num is the days over Den 1, N the periods used; no value without periods
	// Left is what the sales given do not account for: if it is above zero, Days is only
	// a lower bound, and more periods are needed.
	Left rapport.Money
}

// CountBackDSO takes the receivables to be the latest sales: it takes off the sales of
// the last period, then of the one before, and counts their days; of the first period
// that is larger than what is left, the part that is needed. Unlike [DSO] it does not
// mistake growing sales for early payment. The periods are in order of time, the last
// ending on the date of the receivables.
//
// The error is an [*InputError] for negative receivables or sales or days below 1, or
// a [*rapport.CurrencyMismatchError].
func CountBackDSO(receivables rapport.Money, periods []PeriodSales) (CountBack, error) {
	if receivables.Sign() < 0 {
		return CountBack{}, &InputError{Name: "receivables", Value: receivables.String(), Want: "an amount that is not negative"}
	}
	for _, p := range periods {
		if err := sold(p.Sales, p.Days); err != nil {
			return CountBack{}, err
		}
		if _, err := receivables.Cmp(p.Sales); err != nil {
			return CountBack{}, err
		}
	}
	answer := CountBack{Left: receivables}
	if len(periods) == 0 {
		return answer, nil
	}
	answer.Days.Den = 1
	for i := len(periods) - 1; i >= 0 && answer.Left.Sign() > 0; i-- {
		p := periods[i]
		left, err := answer.Left.Sub(p.Sales)
		if err != nil {
			return CountBack{}, err
		}
		answer.Days.N++
		if left.Sign() < 0 {
			answer.Days.Num += float64(p.Days) * answer.Left.Amount().InexactFloat64() / p.Sales.Amount().InexactFloat64()
			answer.Left, err = rapport.MoneyFromMinor(0, receivables.Currency())
			return answer, err
		}
		answer.Days.Num += float64(p.Days)
		answer.Left = left
	}
	return answer, nil
}

// sold refuses sales and lengths of a period that cannot be.
func sold(sales rapport.Money, days int) error {
	if sales.Sign() < 0 {
		return &InputError{Name: "credit sales", Value: sales.String(), Want: "an amount that is not negative"}
	}
	if days < 1 {
		return &InputError{Name: "days of the period", Value: strconv.Itoa(days), Want: "at least 1"}
	}
	return nil
}
