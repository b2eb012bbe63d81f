package satisfaction

import (
	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// SourceIllustrative is the source of ratios that illustrate and nobody measured.
const SourceIllustrative = "illustrative, unsourced"

// ClassMultipliers say what a customer of a class brings, as multiples of a base:
// what a generally satisfied customer brings. The dissatisfied cost
// Fully × Damage times the base. All are finite and from 0.
type ClassMultipliers struct {
	General float64
	Fully   float64
	Damage  float64 // harm by a dissatisfied customer, as a multiple of what a fully satisfied one brings
	Source  string  // where the three were found; empty: not stated
}

// IllustrativeMultipliers returns 1, 2.6 and 1.8, so that a dissatisfied customer
// counts −4.68 times the base. These ratios are often repeated and rest on no
// published study: measure your own, of revenue or of margin, but of the same for
// all three.
func IllustrativeMultipliers() ClassMultipliers {
	return ClassMultipliers{General: 1, Fully: 2.6, Damage: 1.8, Source: SourceIllustrative}
}

// ClassCounts is how many customers are in each class of satisfaction.
type ClassCounts struct{ Fully, General, Not int }

// ClassImpact is what the classes bring. Each amount of a class is rounded once,
// half-even, and Total is their sum exactly.
type ClassImpact struct {
	PerFully, PerGeneral, PerNot rapport.Money // one customer
	Fully, General, Not          rapport.Money // all of the class
	Total                        rapport.Money
	Multipliers                  ClassMultipliers // that were used
	// Sourced tells ratios that have a source from [IllustrativeMultipliers] and
	// from those without.
	Sourced bool
}

// Impact returns what customers bring by class of satisfaction, where one that is
// generally satisfied brings the base: a revenue or a margin, the same for all
// classes. Nil multipliers are [IllustrativeMultipliers], and the result says that
// they have no source. Ratios are read as their shortest decimals, so 2.6 is 2.6.
//
// The error is an [*EconomicsError] for a negative count or a ratio that is
// negative or not finite, or wraps a [*rapport.AmountError].
func Impact(counts ClassCounts, base rapport.Money, multipliers *ClassMultipliers) (ClassImpact, error) {
	m := IllustrativeMultipliers()
	if multipliers != nil {
		m = *multipliers
	}
	if err := m.check(); err != nil {
		return ClassImpact{}, err
	}
	impact := ClassImpact{Multipliers: m, Sourced: m.Source != "" && m.Source != SourceIllustrative}
	for _, class := range [...]struct {
		name     string
		count    int
		ratio    decimal.Decimal
		one, all *rapport.Money
	}{
		{"Fully", counts.Fully, stated(m.Fully), &impact.PerFully, &impact.Fully},
		{"General", counts.General, stated(m.General), &impact.PerGeneral, &impact.General},
		{"Not", counts.Not, stated(m.Fully).Mul(stated(m.Damage)).Neg(), &impact.PerNot, &impact.Not},
	} {
		err := wantCount("count "+class.name, class.count)
		if err == nil {
			*class.one, err = product("impact "+class.name, base, 1, class.ratio)
		}
		if err == nil {
			*class.all, err = product("impact "+class.name, base, class.count, class.ratio)
		}
		if err != nil {
			return ClassImpact{}, err
		}
	}
	var err error
	if impact.Total, err = added("impact", impact.Fully, impact.General, impact.Not); err != nil {
		return ClassImpact{}, err
	}
	return impact, nil
}

func (m ClassMultipliers) check() error {
	if err := wantNumber("General", m.General); err != nil {
		return err
	}
	if err := wantNumber("Fully", m.Fully); err != nil {
		return err
	}
	return wantNumber("Damage", m.Damage)
}
