package process

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// ConditionError is the refusal of a guard of this package: the field that it looked at,
// what it found there and what it wants.
type ConditionError struct {
	Field string
	Have  string // as stored, "" for nothing
	Want  string
}

func (e *ConditionError) Error() string {
	return fmt.Sprintf("process: %s is %q, want %s", e.Field, e.Have, e.Want)
}

// Is passes if a field holds the text that is wanted.
func Is(field, want string) pipeline.Guard {
	return func(c pipeline.Check) error {
		if have := c.Value(field).String(); have != want {
			return &ConditionError{field, have, fmt.Sprintf("%q", want)}
		}
		return nil
	}
}

// AtLeast passes if a number field holds least or more.
func AtLeast(field string, least decimal.Decimal) pipeline.Guard {
	return compared(field, least, "at least", func(sign int) bool { return sign >= 0 })
}

// Above passes if a number field holds more than a bound.
func Above(field string, bound decimal.Decimal) pipeline.Guard {
	return compared(field, bound, "more than", func(sign int) bool { return sign > 0 })
}

func compared(field string, bound decimal.Decimal, words string, pass func(sign int) bool) pipeline.Guard {
	return func(c pipeline.Check) error {
		v := c.Value(field)
		if n, ok := v.Number(); !ok || !pass(n.Cmp(bound)) {
			return &ConditionError{field, v.String(), fmt.Sprintf("%s %s", words, bound)}
		}
		return nil
	}
}

// MarginAtLeast passes if (price − cost) / price is at least a floor, computed without
// rounding. Price and cost are money fields in one currency; a price of nothing has no
// margin and does not pass.
func MarginAtLeast(price, cost string, floor decimal.Decimal) pipeline.Guard {
	return func(c pipeline.Check) error {
		p, ok := c.Value(price).Money()
		if !ok || p.Sign() <= 0 {
			return &ConditionError{price, c.Value(price).String(), "an amount above 0"}
		}
		spent, ok := c.Value(cost).Money()
		if !ok || spent.Currency() != p.Currency() {
			return &ConditionError{cost, c.Value(cost).String(), fmt.Sprintf("an amount in %s", p.Currency())}
		}
		if p.Amount().Sub(spent.Amount()).LessThan(p.Amount().Mul(floor)) {
			return &ConditionError{cost, spent.String(), fmt.Sprintf("a margin of at least %s of %s", floor, p)}
		}
		return nil
	}
}

// WithinOfEntry passes until a span after the record entered its stage.
func WithinOfEntry(s pipeline.Span) pipeline.Guard {
	return func(c pipeline.Check) error {
		// Without a calendar: the span is one of clock time or calendar days.
		end, err := s.From(c.Since, nil)
		if err != nil {
			return err
		}
		if !c.At.Before(end) {
			return &pipeline.DeadlineError{Field: string(c.Stage), Deadline: end, At: c.At}
		}
		return nil
	}
}

// Covers passes if one number field holds at least what another asks for.
func Covers(have, need string) pipeline.Guard {
	return func(c pipeline.Check) error {
		n, ok := c.Value(need).Number()
		if !ok {
			return &ConditionError{need, c.Value(need).String(), "a number"}
		}
		return AtLeast(have, n)(c)
	}
}

// Balances passes if a number field is the sum of others, each of which is filled in.
func Balances(total string, parts ...string) pipeline.Guard {
	return func(c pipeline.Check) error {
		sum := decimal.Zero
		for _, part := range parts {
			n, ok := c.Value(part).Number()
			if !ok {
				return &ConditionError{part, c.Value(part).String(), "a number"}
			}
			sum = sum.Add(n)
		}
		if n, ok := c.Value(total).Number(); !ok || !n.Equal(sum) {
			return &ConditionError{total, c.Value(total).String(), sum.String()}
		}
		return nil
	}
}

// ByField chooses the stage whose ID is a prefix and what a text field holds.
func ByField(field, prefix string) pipeline.Choice {
	return func(c pipeline.Check) (pipeline.StageID, error) {
		v := c.Value(field)
		if v.Empty() {
			return "", &pipeline.MissingDataError{Fields: []string{field}}
		}
		return pipeline.StageID(prefix + v.String()), nil
	}
}

// moneyOf returns what a money field holds in a currency.
func moneyOf(c *pipeline.Check, field string, currency rapport.Currency) (rapport.Money, error) {
	m, ok := c.Value(field).Money()
	if !ok || m.Currency() != currency {
		return rapport.Money{}, &ConditionError{field, c.Value(field).String(), fmt.Sprintf("an amount in %s", currency)}
	}
	return m, nil
}
