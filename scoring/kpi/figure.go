package kpi

import (
	"fmt"
	"math"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// Person is the kind of [Scope] whose figures judge one person: see [Registry.Visible].
const Person = "person"

// Scope says of which part of the house a figure is: the team west, the channel phone.
// The zero value is the whole. Kind and ID are codes of the host.
type Scope struct {
	Kind string // "team", "person", "channel", "segment", …: a code as in [Definition]
	ID   string // 1 to 128 bytes of UTF-8 without control characters, as a [rapport.ID]
}

// String returns "team:west", and "" for the whole.
func (s Scope) String() string {
	if s == (Scope{}) {
		return ""
	}
	return s.Kind + ":" + s.ID
}

// MarshalText returns what [Scope.String] does, or an error for a scope that is not valid.
func (s Scope) MarshalText() ([]byte, error) { return []byte(s.String()), s.validate() }

// UnmarshalText reads what [Scope.MarshalText] writes; after an error s is unchanged.
func (s *Scope) UnmarshalText(text []byte) error {
	kind, id, _ := strings.Cut(string(text), ":")
	read := Scope{Kind: kind, ID: id}
	if err := read.validate(); err != nil {
		return err
	}
	*s = read
	return nil
}

func (s Scope) validate() error {
	if s == (Scope{}) {
		return nil
	}
	if err := checkCode("scope", s.Kind); err != nil {
		return err
	}
	if err := rapport.ID(s.ID).Validate(); err != nil {
		return fmt.Errorf("kpi: scope %s: %w", s.Kind, err)
	}
	return nil
}

// Excluded counts what a figure leaves out, and why.
type Excluded struct {
	Code string // as in [Definition].Excludes, such as [InternalParties]
	N    int
}

// Figure is what a KPI came to in a period. Its value is in one of three forms:
//
//   - Ratio, with numerator and denominator, for all that is one over another; a
//     cost for each case has its exact money in Amount as well;
//   - Estimate, for a count, a median or a mean with its uncertainty;
//   - Amount, for money, rounded to four digits below the minor unit.
//
// A figure without data has no value ([Figure.Value]): it is never 0 or NaN. Comparing
// with == is of no use, since Amount does not compare so.
type Figure struct {
	Code     string
	Unit     Unit
	Period   rapport.Interval
	Scope    Scope
	Ratio    rapport.Ratio
	Estimate rapport.Estimate
	Amount   rapport.Money
	N        int // observations behind the figure
	Excluded []Excluded
}

// Value returns the figure as a number in its unit, money in major units; false, with
// 0, if there are no data.
func (f Figure) Value() (float64, bool) {
	switch {
	case f.Estimate.HasValue():
		return f.Estimate.Value, true
	case f.Ratio != rapport.Ratio{}:
		return f.Ratio.Value()
	case f.N > 0 && f.Amount.Currency() != 0:
		return major(f.Amount), true
	}
	return 0, false
}

// Interval returns the figure with its interval: that of E. B. Wilson (1927) for a rate
// at the given level, 0 for 0.95; the stated one of an estimate at whatever level it has.
// It is false for a figure without data, for one in a unit that has no interval, such as a
// share of revenue, whose parts are no independent draws, and for a rate of which the
// denominator is not its N observations, such as one of minutes or weights. The error is an
// [*InputError] for a level that is not between 0 and 1.
func (f Figure) Interval(level float64) (e rapport.Estimate, ok bool, err error) {
	if level, err = checkLevel(f.Code, level); err != nil {
		return rapport.Estimate{}, false, err
	}
	switch {
	case f.Estimate.HasValue():
		return f.Estimate, f.Estimate.HasInterval(), nil
	case !f.counted() || f.Validate() != nil:
		return rapport.Estimate{}, false, nil
	}
	return wilson(f.Ratio, level), true, nil
}

// counted reports a rate of as many observations as its denominator says, at least one.
func (f Figure) counted() bool {
	return f.Unit == UnitRate && f.Ratio.N > 0 && f.Ratio.Den == float64(f.Ratio.N)
}

// wilson returns a rate of counts with its interval.
func wilson(r rapport.Ratio, level float64) rapport.Estimate {
	e := rapport.Estimate{Level: level, N: r.N}
	e.Value, e.Low, e.High = stats.Wilson(r.Num, r.Den, stats.NormalMargin(level))
	return e
}

// Of returns the figure as that of a scope.
func (f Figure) Of(kind, id string) Figure {
	f.Scope = Scope{Kind: kind, ID: id}
	return f
}

// Without returns the figure with a note that n things of a kind were left out of it.
func (f Figure) Without(code string, n int) Figure {
	f.Excluded = append(f.Excluded[:len(f.Excluded):len(f.Excluded)], Excluded{Code: code, N: n})
	return f
}

// Validate returns nil for a figure that does not contradict itself. The error is a
// [*CodeError], a [*rapport.EstimateError], a [*rapport.IDError] of the scope, or an
// [*InputError] for a rate that is not from 0 to 1, a negative count, an estimate beside a
// ratio or an amount, an amount in another unit than [UnitMoney], and one that is not what
// the ratio says.
func (f Figure) Validate() error {
	if err := checkCode("figure", f.Code); err != nil {
		return err
	}
	if !f.Unit.IsValid() {
		return &CodeError{Subject: "unit of " + f.Code, Code: string(f.Unit), Reason: "unknown"}
	}
	if err := f.Scope.validate(); err != nil {
		return err
	}
	if err := f.Ratio.Validate(); err != nil {
		return fmt.Errorf("kpi: %s: %w", f.Code, err)
	}
	if err := f.Estimate.Validate(); err != nil {
		return fmt.Errorf("kpi: %s: %w", f.Code, err)
	}
	if f.N < 0 {
		return &InputError{Subject: f.Code, Name: "n", Value: float64(f.N), Reason: "want 0 or more"}
	}
	if f.Unit == UnitRate && !(f.Ratio.Num >= 0 && f.Ratio.Num <= f.Ratio.Den) {
		return &InputError{Subject: f.Code, Name: "numerator", Value: f.Ratio.Num, Reason: fmt.Sprintf("want 0 to the denominator, %v", f.Ratio.Den)}
	}
	if f.Unit == UnitRate && !(f.Estimate.Value >= 0 && f.Estimate.Value <= 1) {
		return &InputError{Subject: f.Code, Name: "estimate", Value: f.Estimate.Value, Reason: "want 0 to 1"}
	}
	if err := f.validateForms(); err != nil {
		return err
	}
	for _, x := range f.Excluded {
		if err := checkCode("exclusion", x.Code); err != nil {
			return err
		}
		if x.N < 0 {
			return &InputError{Subject: f.Code, Name: x.Code, Value: float64(x.N), Reason: "want 0 or more"}
		}
	}
	return nil
}

// validateForms returns nil if the figure says its value once, or with the exact money of
// a ratio.
func (f Figure) validateForms() error {
	ratio, priced := f.Ratio != rapport.Ratio{}, f.Amount.Currency() != 0
	switch {
	case f.Estimate.HasValue() && (ratio || priced):
		return &InputError{Subject: f.Code, Name: "estimate", Value: f.Estimate.Value, Reason: "want no ratio and no amount beside it"}
	case priced && f.Unit != UnitMoney:
		return &InputError{Subject: f.Code, Name: "amount", Value: major(f.Amount), Reason: fmt.Sprintf("want none in the unit %s", f.Unit)}
	case priced && ratio:
		// The amount is rounded, and both go over float64.
		value, ok := f.Ratio.Value()
		unit := math.Pow10(-f.Amount.Currency().Digits() - unitDigits)
		if !ok || math.Abs(major(f.Amount)-value) > 0.51*unit+1e-9*math.Abs(value) {
			return &InputError{Subject: f.Code, Name: "amount", Value: major(f.Amount), Reason: fmt.Sprintf("want the ratio, %v / %v", f.Ratio.Num, f.Ratio.Den)}
		}
	}
	return nil
}

// major returns an amount in major units as a float64, for a ratio.
func major(m rapport.Money) float64 { return m.Amount().InexactFloat64() }

// count is a number that must not be negative, with its name.
type count struct {
	name string
	n    int
}

// maxCount is the greatest count that is taken: float64 holds all of them exactly, and
// no sum of a few of them overflows.
const maxCount = 1 << 53

func checkCounts(subject string, counts ...count) error {
	for _, c := range counts {
		if c.n < 0 || c.n > maxCount {
			return &InputError{Subject: subject, Name: c.name, Value: float64(c.n), Reason: "want 0 to 2^53"}
		}
	}
	return nil
}

// rateOf makes the figure of a part of a counted whole. The error is an [*InputError].
func rateOf(code string, period rapport.Interval, part, whole count) (Figure, error) {
	if err := checkCounts(code, part, whole); err != nil {
		return Figure{}, err
	}
	if part.n > whole.n {
		return Figure{}, &InputError{Subject: code, Name: part.name, Value: float64(part.n), Reason: fmt.Sprintf("want up to %s, %d", whole.name, whole.n)}
	}
	return quotient(code, UnitRate, period, float64(part.n), float64(whole.n), whole.n), nil
}

// quotient makes the figure of one number over another.
func quotient(code string, unit Unit, period rapport.Interval, num, den float64, n int) Figure {
	return Figure{Code: code, Unit: unit, Period: period, Ratio: rapport.Ratio{Num: num, Den: den, N: n}, N: n}
}
