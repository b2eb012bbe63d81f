package scoring

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// Activity is something that is done for customers, with what it costs each time:
// a visit, a pallet delivered, a complaint settled.
type Activity struct {
	Name string
	// Rate is the cost of one; it may be finer than the minor unit.
	Rate rapport.Money
	// Low and High say between which costs the rate is believed to lie. Both are the
	// zero Money if nothing is said: then the rate counts as known.
	Low, High rapport.Money
}

// Account is what the books say of a customer over the time of the appraisal, in
// one currency.
type Account struct {
	Customer   rapport.ID
	Revenue    rapport.Money
	DirectCost rapport.Money // of what was sold
	// Activities counts what was done for the customer, in the order of the
	// activities: finite, not negative.
	Activities []float64
	// Capital is what was tied up in the customer on average: receivables, stock,
	// equipment.
	Capital rapport.Money
}

// AccountingOptions says how books are read.
type AccountingOptions struct {
	// CapitalCharge is the cost of capital over the time of the appraisal, 0.08 for
	// eight percent; from 0.
	CapitalCharge float64
	// Level is the confidence with which the ranges of the rates were stated; 0
	// stands for 0.9.
	Level float64
}

// Accounting values customers from their books, by activity-based cost: revenue −
// direct cost − Σ activities × rate − capital × charge. (R. S. Kaplan and
// V. G. Narayanan, Measuring and Managing Customer Profitability, Journal of Cost
// Management 15(5), 2001; the charge on capital makes it an economic profit.) It
// is immutable and safe to share.
type Accounting struct {
	activities []Activity
	options    AccountingOptions
	accounts   []Account
	rows       roster
	ranged     bool // some rate has a range
}

// NewAccounting takes the books; the slices are kept and must not be changed.
// Nil options are the defaults. The error is an [*InputError] for an option or a
// rate, or a [*RowError] for an account: an id that is invalid or, [ErrTwice],
// given twice; an [*InputError] for its activities.
func NewAccounting(activities []Activity, accounts []Account, options *AccountingOptions) (*Accounting, error) {
	a := &Accounting{activities: activities, accounts: accounts, rows: make(roster, len(accounts))}
	if options != nil {
		a.options = *options
	}
	if a.options.Level == 0 {
		a.options.Level = 0.9
	}
	if !(a.options.Level > 0 && a.options.Level < 1) {
		return nil, &InputError{Name: "Level", Value: a.options.Level, Reason: "want above 0 and below 1"}
	}
	if err := checkCount("CapitalCharge", a.options.CapitalCharge); err != nil {
		return nil, err
	}
	for _, activity := range activities {
		if err := activity.check(); err != nil {
			return nil, err
		}
		a.ranged = a.ranged || !activity.hasNoRange()
	}
	for i, account := range accounts {
		if err := a.rows.enter(i, account.Customer); err != nil {
			return nil, err
		}
		if err := account.check(activities); err != nil {
			return nil, &RowError{Row: i + 1, Customer: account.Customer, Err: err}
		}
	}
	return a, nil
}

// check returns the error of a rate that is negative or outside its range.
func (a Activity) check() error {
	wrong := func(reason string) error {
		return &InputError{Name: "rate of " + a.Name, Value: major(a.Rate), Reason: reason}
	}
	if a.Rate.Sign() < 0 || a.Low.Sign() < 0 {
		return wrong("want no negative rate")
	}
	low, err := a.least().Cmp(a.Rate)
	if err != nil {
		return named("rate of "+a.Name, err)
	}
	high, err := a.most().Cmp(a.Rate)
	if err != nil {
		return named("rate of "+a.Name, err)
	}
	if low > 0 || high < 0 {
		return wrong("want it between Low and High")
	}
	return nil
}

func (a Account) check(activities []Activity) error {
	if len(a.Activities) != len(activities) {
		return &InputError{Name: "number of Activities", Value: float64(len(a.Activities)), Reason: fmt.Sprintf("want %d", len(activities))}
	}
	for i, count := range a.Activities {
		if err := checkCount(activities[i].Name, count); err != nil {
			return err
		}
	}
	return nil
}

// Appraise returns what the customer brought after all it cost. Costs are computed
// exactly, with all digits, and the value is rounded once, half-even, to the minor
// unit; the counts of activities and the charge are read as shortest decimals. The
// interval has all rates at their Low and all at their High; it is absent if no
// rate has a range. N is 1, the account.
//
// The error is a [*rapport.CurrencyMismatchError] or a [*rapport.AmountError] that
// names the customer, or wraps [ErrUnknownCustomer].
func (a *Accounting) Appraise(customer rapport.ID) (Appraisal, error) {
	row, ok := a.rows[customer]
	if !ok {
		return Appraisal{}, fmt.Errorf("scoring: customer %q: %w", customer, ErrUnknownCustomer)
	}
	account := a.accounts[row]
	var value, best, worst rapport.Money
	for _, at := range [...]struct {
		rate func(Activity) rapport.Money
		to   *rapport.Money
	}{{Activity.usual, &value}, {Activity.least, &best}, {Activity.most, &worst}} {
		var err error
		if *at.to, err = a.profit(account, at.rate); err != nil {
			return Appraisal{}, fmt.Errorf("scoring: account of customer %q: %w", customer, err)
		}
	}
	result := Appraisal{Customer: customer, Method: MethodAccounting, Value: value,
		Estimate: rapport.Estimate{Value: major(value), N: 1}}
	if a.ranged {
		result.Estimate.Low, result.Estimate.High, result.Estimate.Level = major(worst), major(best), a.options.Level
	}
	return result, nil
}

func (a Activity) hasNoRange() bool { return a.Low.Currency() == 0 && a.High.Currency() == 0 }

func (a Activity) usual() rapport.Money { return a.Rate }

func (a Activity) least() rapport.Money {
	if a.hasNoRange() {
		return a.Rate
	}
	return a.Low
}

func (a Activity) most() rapport.Money {
	if a.hasNoRange() {
		return a.Rate
	}
	return a.High
}

// profit returns the economic profit of an account at the given rates.
func (a *Accounting) profit(account Account, rate func(Activity) rapport.Money) (rapport.Money, error) {
	profit, err := account.Revenue.Sub(account.DirectCost)
	if err != nil {
		return rapport.Money{}, err
	}
	charge := func(amount rapport.Money, factor float64) error {
		cost, err := amount.Mul(decimal.NewFromFloat(factor))
		if err == nil {
			profit, err = profit.Sub(cost)
		}
		return err
	}
	for i, activity := range a.activities {
		if err := charge(rate(activity), account.Activities[i]); err != nil {
			return rapport.Money{}, err
		}
	}
	if err := charge(account.Capital, a.options.CapitalCharge); err != nil {
		return rapport.Money{}, err
	}
	return profit.Round(rapport.RoundHalfEven), nil
}
