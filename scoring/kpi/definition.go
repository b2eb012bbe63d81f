package kpi

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Unit says what kind of number a figure is, and so how it may be compared.
type Unit string

// The units.
const (
	// UnitRate is a part of things that are counted, from 0 to 1: it has the interval
	// of a proportion.
	UnitRate Unit = "rate"
	// UnitShare is a part of an amount, such as of revenue; it may be below 0 or above 1.
	UnitShare Unit = "share"
	// UnitGrowth is a change as a part of what was before: 0.15 for 15 % more.
	UnitGrowth Unit = "growth"
	// UnitPer is so much of one thing for each of another: visits per customer, turns a year.
	UnitPer Unit = "per"
	// UnitCount is a number of things; a net change may be negative.
	UnitCount Unit = "count"
	// UnitDays is a time in days of 24 hours.
	UnitDays Unit = "days"
	// UnitIndex is points on a scale that the definition's source states.
	UnitIndex Unit = "index"
	// UnitMoney is an amount of money.
	UnitMoney Unit = "money"
)

// IsValid reports whether u is one of the units.
func (u Unit) IsValid() bool {
	switch u {
	case UnitRate, UnitShare, UnitGrowth, UnitPer, UnitCount, UnitDays, UnitIndex, UnitMoney:
		return true
	}
	return false
}

// Codes of what a definition leaves out.
const (
	InternalParties = "internal_parties" // customers that belong to the house itself
)

// Definition says what a KPI is. Its texts are codes, which a host translates; the
// names in a formula are codes as well.
type Definition struct {
	Code  string // 1 to 64 of a-z, 0-9 and _
	Owner string // code of the role that answers for the figure
	Unit  Unit
	// Direction says which way the figure is better; 0 where no way is, as with the
	// composition of a base.
	Direction Direction
	// Numerator and Denominator are codes of what is over what; both empty for a
	// figure that is no quotient.
	Numerator, Denominator string
	// Formula is how the figure is computed, up to 256 bytes on one line; it may be
	// empty where there is a numerator and a denominator.
	Formula string
	Source  string // code of where the numbers come from
	Period  string // code of the usual period: "month", "quarter", "year"
	// Excludes are the codes of what does not count, such as [InternalParties].
	Excludes []string
	// IndividualRole is the code of the role that may see the figure of one person;
	// empty: nobody may. See [Registry.Visible].
	IndividualRole string
}

// DefinitionError reports a definition that is incomplete or contradicts itself. Where
// a code is at fault it wraps the [*CodeError].
type DefinitionError struct {
	Code   string // of the definition
	Field  string // "owner", "unit", …
	Reason string
	Err    error // the [*CodeError], or nil
}

// Error names the definition, its field and what is wrong with it.
func (e *DefinitionError) Error() string {
	return fmt.Sprintf("kpi: definition %q: %s: %s", clip(e.Code), e.Field, e.Reason)
}

// Unwrap returns the error about a code, nil for another one.
func (e *DefinitionError) Unwrap() error { return e.Err }

// maxFormula is the greatest length of a formula in bytes, maxExcludes how many
// exclusions a definition may have.
const (
	maxFormula  = 256
	maxExcludes = 32
)

// Validate returns nil, or a [*DefinitionError] for the first field that is wrong.
func (d Definition) Validate() error {
	fail := func(field, reason string) error {
		return &DefinitionError{Code: d.Code, Field: field, Reason: reason}
	}
	for _, field := range [...]struct {
		name, code string
		optional   bool
	}{
		{"code", d.Code, false}, {"owner", d.Owner, false}, {"source", d.Source, false}, {"period", d.Period, false},
		{"numerator", d.Numerator, true}, {"denominator", d.Denominator, true}, {"individual role", d.IndividualRole, true},
	} {
		if err := checkCode("definition", field.code); err != nil && !(field.optional && field.code == "") {
			return &DefinitionError{Code: d.Code, Field: field.name, Reason: wantCode, Err: err}
		}
	}
	switch {
	case !d.Unit.IsValid():
		return fail("unit", fmt.Sprintf("%q is no unit", clip(string(d.Unit))))
	case d.Direction > LowerIsBetter:
		return fail("direction", d.Direction.String()+" is no direction")
	case (d.Numerator == "") != (d.Denominator == ""):
		return fail("denominator", "want a numerator with a denominator, or neither")
	case d.Formula == "" && d.Numerator == "":
		return fail("formula", "want a formula, or a numerator and a denominator")
	case len(d.Formula) > maxFormula || !utf8.ValidString(d.Formula) || strings.ContainsFunc(d.Formula, breaksLine):
		return fail("formula", "want up to 256 bytes of UTF-8 without control characters and line separators")
	case d.Formula != "" && strings.TrimSpace(d.Formula) == "":
		return fail("formula", "is blank")
	case len(d.Excludes) > maxExcludes:
		return fail("excludes", fmt.Sprintf("%d codes, want up to %d", len(d.Excludes), maxExcludes))
	}
	for i, code := range d.Excludes {
		if err := checkCode("exclusion", code); err != nil {
			return &DefinitionError{Code: d.Code, Field: "excludes", Reason: wantCode, Err: err}
		}
		if slices.Contains(d.Excludes[:i], code) {
			return fail("excludes", code+" stands twice")
		}
	}
	return nil
}

// breaksLine reports a character that a formula on one line does not have.
func breaksLine(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
}

// Equation returns the formula: the one that is stated, else numerator / denominator.
func (d Definition) Equation() string {
	if d.Formula != "" {
		return d.Formula
	}
	return d.Numerator + " / " + d.Denominator
}

// String returns the definition on one line, such as
//
//	retention_rate = customers_kept / customers_at_start (rate, higher is better, year)
func (d Definition) String() string {
	better := ""
	if d.Direction != 0 {
		better = d.Direction.String() + " is better, "
	}
	return fmt.Sprintf("%s = %s (%s, %s%s)", d.Code, d.Equation(), d.Unit, better, d.Period)
}
