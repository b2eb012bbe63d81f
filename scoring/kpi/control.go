package kpi

import "fmt"

// Side says on which side of the centre line a signal lies.
type Side int8

// The sides of a centre line.
const (
	Below   Side = -1
	Neither Side = 0 // the signal is of a pattern on both sides
	Above   Side = 1
)

func sideNames() []string { return []string{"below", "neither", "above"} }

// String returns "below", "neither" or "above".
func (s Side) String() string {
	if s < Below {
		return fmt.Sprintf("Side(%d)", int8(s))
	}
	return nameOf("Side", sideNames(), int(s-Below))
}

// MarshalText writes the name of a side; the error is a [*CodeError].
func (s Side) MarshalText() ([]byte, error) {
	if s < Below {
		return nil, &CodeError{Subject: "side", Code: s.String(), Reason: "unknown"}
	}
	return nameText("side", sideNames(), int(s-Below))
}

// UnmarshalText reads what [Side.MarshalText] writes; the error is a [*CodeError].
func (s *Side) UnmarshalText(text []byte) error {
	i, err := nameIndex("side", sideNames(), text)
	if err == nil {
		*s = Below + Side(i)
	}
	return err
}

// Rule is a stable code for a pattern that is unlikely while a process is in control.
type Rule string

// The rules. Zones are counted in sigmas from the centre line; a point on the centre
// line or on the border of a zone is not beyond it.
const (
	BeyondLimit         Rule = "beyond_limit"         // a point beyond a control limit; always looked for
	TwoOfThree          Rule = "two_of_three"         // two of three points beyond 2 sigma on one side, the last among them
	FourOfFive          Rule = "four_of_five"         // four of five points beyond 1 sigma on one side, the last among them
	EightSameSide       Rule = "eight_same_side"      // eight points in a row on one side of the centre line
	NineSameSide        Rule = "nine_same_side"       // nine points in a row on one side of the centre line
	SixTrend            Rule = "six_trend"            // six points in a row that rise, or fall
	FourteenAlternating Rule = "fourteen_alternating" // fourteen points in a row that rise and fall by turns
	FifteenInside       Rule = "fifteen_inside"       // fifteen points in a row within 1 sigma
	EightOutside        Rule = "eight_outside"        // eight points in a row beyond 1 sigma, on both sides
)

// WesternElectric returns the four rules of Western Electric, Statistical Quality
// Control Handbook, 1956.
func WesternElectric() []Rule {
	return []Rule{BeyondLimit, TwoOfThree, FourOfFive, EightSameSide}
}

// Nelson returns the eight tests of L. S. Nelson, The Shewhart Control Chart: Tests for
// Special Causes, Journal of Quality Technology 16 (1984), in its order.
func Nelson() []Rule {
	return []Rule{BeyondLimit, NineSameSide, SixTrend, FourteenAlternating, TwoOfThree, FourOfFive, FifteenInside, EightOutside}
}

// RuleError reports a text that is no [Rule].
type RuleError struct {
	Rule Rule
}

func (e *RuleError) Error() string { return fmt.Sprintf("kpi: unknown rule %.40q", string(e.Rule)) }

// Signal is a pattern that a point completes.
type Signal struct {
	Rule Rule
	Side Side
}

// Point is a plotted point of a chart with its limits.
type Point struct {
	Value                float64 // what is plotted, in the unit of the figure
	Center, Lower, Upper float64
	Signals              []Signal // none: in control
}

// limitsFinite is the demand that the limits of a chart are numbers.
func limitsFinite(center, width, sigma float64) demand {
	reach := max(width, 3) * sigma
	return demand{"sigma", sigma, finite(center-reach) && finite(center+reach), "a sigma and a width whose limits are finite"}
}

// limited returns a point with its limits as far from the centre on both sides, not yet
// judged.
func limited(value, center, reach float64) Point {
	return Point{Value: value, Center: center, Lower: center - reach, Upper: center + reach}
}

// judge adds the signal of a point beyond its limits.
func (p *Point) judge() {
	switch {
	case p.Value > p.Upper:
		p.Signals = append(p.Signals, Signal{BeyondLimit, Above})
	case p.Value < p.Lower:
		p.Signals = append(p.Signals, Signal{BeyondLimit, Below})
	}
}
