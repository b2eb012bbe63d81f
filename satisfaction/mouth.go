package satisfaction

import (
	"math"

	"github.com/rapport-crm/rapport"
)

// Tells is how many others one person tells, between Low and High on average.
type Tells struct{ Low, High float64 }

// MouthReach is how many people hear.
type MouthReach struct {
	ByLevel []Tells // those told by the customer, then by these, and so on
	Total   Tells
}

// Reach returns how many people hear of it when each customer tells levels[0]
// others, each of these levels[1] more, and so on, none of them twice:
// n₁ + n₁·n₂ + n₁·n₂·n₃ + … It is a branching process without chance, and a bound:
// people who hear it from two count twice.
//
// Often told, and without a source: a dissatisfied customer tells at least 10 who
// each tell at least 5, 10 + 50 = 60; a satisfied one 5 who each tell 1 or 2,
// 5 + 5 … 5 + 10 = 10 … 15.
//
// The error is an [*EconomicsError] for a number that is negative or not finite, a
// Low above its High, or a reach beyond float64.
func Reach(levels ...Tells) (MouthReach, error) {
	reach := MouthReach{ByLevel: make([]Tells, len(levels))}
	last := Tells{Low: 1, High: 1}
	for i, level := range levels {
		if err := wantNumber("Low", level.Low); err != nil {
			return MouthReach{}, err
		}
		if err := wantNumber("High", level.High); err != nil {
			return MouthReach{}, err
		}
		if level.Low > level.High {
			return MouthReach{}, &EconomicsError{Name: "Low", Value: level.Low, Reason: "want it not above High"}
		}
		last = Tells{Low: last.Low * level.Low, High: last.High * level.High}
		reach.ByLevel[i] = last
		reach.Total.Low += last.Low
		reach.Total.High += last.High
		if !(reach.Total.High <= math.MaxFloat64) { // so written to catch NaN
			return MouthReach{}, &EconomicsError{Name: "reach", Value: reach.Total.High, Reason: "want a finite number"}
		}
	}
	return reach, nil
}

// WordOfMouth is what a customer says of the firm, per customer and over the same
// time as the values.
type WordOfMouth struct {
	Own         rapport.Money // lifetime value of the customer itself
	NewCustomer rapport.Money // lifetime value of a customer won or lost by what is said
	Positive    float64       // persons told good of the firm, from 0
	Conversion  float64       // share of these that become customers, 0 to 1
	Negative    float64       // persons told bad, from 0
	Loss        float64       // share of these that do not, and otherwise would, 0 to 1
}

// MouthWorth is the total value of a customer. Each part is rounded once,
// half-even, numbers and shares read as their shortest decimals; Total is
// Own + Won − Lost exactly.
type MouthWorth struct {
	Own, Won, Lost, Total rapport.Money
	// NewCustomers is how many more customers there are for what this one says:
	// Positive·Conversion − Negative·Loss.
	NewCustomers float64
}

// Worth returns Own + Positive·Conversion·NewCustomer − Negative·Loss·NewCustomer.
// The error is an [*EconomicsError] for a number out of its range or not finite, or
// wraps a [*rapport.CurrencyMismatchError] or a [*rapport.AmountError].
func (w WordOfMouth) Worth() (MouthWorth, error) {
	for _, err := range [...]error{
		wantNumber("Positive", w.Positive), wantShare("Conversion", w.Conversion),
		wantNumber("Negative", w.Negative), wantShare("Loss", w.Loss),
	} {
		if err != nil {
			return MouthWorth{}, err
		}
	}
	won, lost := stated(w.Positive).Mul(stated(w.Conversion)), stated(w.Negative).Mul(stated(w.Loss))
	worth := MouthWorth{Own: w.Own, NewCustomers: won.Sub(lost).InexactFloat64()}
	var err error
	if worth.Won, err = product("Won", w.NewCustomer, 1, won); err != nil {
		return MouthWorth{}, err
	}
	if worth.Lost, err = product("Lost", w.NewCustomer, 1, lost); err != nil {
		return MouthWorth{}, err
	}
	if worth.Total, err = added("total value", worth.Own, worth.Won, worth.Lost.Neg()); err != nil {
		return MouthWorth{}, err
	}
	return worth, nil
}
