package kpi

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Adoption is the users who were active in the period, of those with a licence: 96 of 100
// are .96. The error is an [*InputError] for a negative count and for more active than
// licensed.
func Adoption(period rapport.Interval, active, licensed int) (Figure, error) {
	return rateOf(AdoptionRate, period, count{"active", active}, count{"licensed", licensed})
}

// Licence is one licensed user, once.
type Licence struct {
	Team   string
	Active bool // used the system in the period
}

// AdoptionByTeam returns the adoption of the whole and of each team, ascending by name,
// with the scope "team". The error is that of a team which is no valid id, or that of the
// rows.
func AdoptionByTeam(period rapport.Interval, licences iter.Seq2[Licence, error]) (all Figure, teams []Figure, err error) {
	type use struct{ active, licensed int }
	byTeam := make(map[string]use)
	var sum use
	for l, err := range licences {
		if err != nil {
			return Figure{}, nil, fmt.Errorf("kpi: %s: %w", AdoptionRate, err)
		}
		team := byTeam[l.Team]
		for _, u := range [...]*use{&team, &sum} {
			u.licensed++
			if l.Active {
				u.active++
			}
		}
		byTeam[l.Team] = team
	}
	for _, name := range slices.Sorted(maps.Keys(byTeam)) {
		f, err := Adoption(period, byTeam[name].active, byTeam[name].licensed)
		if err != nil {
			return Figure{}, nil, err
		}
		if f = f.Of("team", name); f.Scope.validate() != nil {
			return Figure{}, nil, f.Scope.validate()
		}
		teams = append(teams, f)
	}
	all, err = Adoption(period, sum.active, sum.licensed)
	return all, teams, err
}

// VisitsPerCustomer is the visits of a period over the customers: 10 800 over 2 000 are
// 5.4. Visits to every branch of a network count. The error is an [*InputError] for a
// negative count.
func VisitsPerCustomer(period rapport.Interval, visits, customers int) (Figure, error) {
	if err := checkCounts(VisitsPerCustomerRate, count{"visits", visits}, count{"customers", customers}); err != nil {
		return Figure{}, err
	}
	return quotient(VisitsPerCustomerRate, UnitPer, period, float64(visits), float64(customers), customers), nil
}

// OutcomeRule says from when on the outcomes of visits are flagged; the zero value takes
// the defaults.
type OutcomeRule struct {
	// Least is the part of visits that should have an outcome; 0 stands for 0.25.
	Least float64
	// Level is that of the interval of the rate; 0 stands for 0.95.
	Level float64
}

// Outcomes is what visits led to.
type Outcomes struct {
	Rate     Figure           // visits with an outcome of all visits
	Interval rapport.Estimate // of the rate
	// Flagged says that the whole interval is below the least rate: visits that were
	// ticked off, not made. A few visits without luck do not flag anybody.
	Flagged bool
}

// OutcomesOfVisits is the visits that had an outcome (an order, a need, a settled
// complaint), of all that were reported: 4 of 50 are .08, and flagged. It judges the
// quality of work, where a count of visits invites ticking boxes. Given the scope of a
// person, the figure needs a role ([Registry.Visible]).
//
// The error is an [*InputError] for a negative count, more outcomes than visits, or a
// rule that is not between 0 and 1.
func OutcomesOfVisits(period rapport.Interval, withOutcome, visits int, rule OutcomeRule) (Outcomes, error) {
	if rule.Least == 0 {
		rule.Least = 0.25
	}
	if !(rule.Least > 0 && rule.Least < 1) {
		return Outcomes{}, &InputError{Subject: VisitOutcomeRate, Name: "least", Value: rule.Least, Reason: "want above 0 and below 1"}
	}
	f, err := rateOf(VisitOutcomeRate, period, count{"with an outcome", withOutcome}, count{"visits", visits})
	if err != nil {
		return Outcomes{}, err
	}
	interval, ok, err := f.Interval(rule.Level)
	if err != nil {
		return Outcomes{}, err
	}
	return Outcomes{Rate: f, Interval: interval, Flagged: ok && interval.High < rule.Least}, nil
}
