package customer

import (
	"fmt"
	"math"
	"time"
)

// LifecycleRules says when behaviour makes a customer loyal, at risk, dormant or
// lost. The zero value of each field is its default, which comes with its source;
// most have none and are judgement, so a host that has data should set its own.
//
// Where a pair of fields has Enter and Leave, the customer enters at the first and
// stays until it is past the second, so that a figure that trembles around one
// threshold moves nobody to and fro.
//
// Gaps are counted in calendar days between days with a purchase. Times of a gap
// are multiples of the mean of the customer's own gaps.
type LifecycleRules struct {
	// RiskEnter and RiskLeave are the times of the open gap for at-risk: from 3,
	// until below 2. (No source: judgement; a gap of 4.5 times is at risk.)
	RiskEnter, RiskLeave float64
	// DormantEnter and DormantLeave are those for dormant: from 6, until below 4.
	// (No source: judgement.)
	DormantEnter, DormantLeave float64
	// LostQuantile is the quantile of the own gaps that a lost customer's open gap
	// exceeds: 0.99. (Our specification, section Lifecycle; no outside source.)
	LostQuantile float64
	// LostQuantileGaps is how many gaps are enough for that quantile: 20. (No
	// source: judgement; with fewer it is hardly more than the longest gap.)
	LostQuantileGaps int
	// LostMedian is the multiple of the median gap that takes its place: 3. (Our
	// specification; no outside source.)
	LostMedian float64
	// MinGaps is how many gaps are enough to know a rhythm: 3. (No source:
	// judgement, the same as in package scoring.)
	MinGaps int
	// TypicalGap is the gap, in days, that a customer with fewer gaps is taken to
	// have, such as the mean over all customers; 0: such a customer is judged by
	// P(alive) only.
	TypicalGap float64

	// RiskAlive, DormantAlive and LostAlive are the P(alive) below which a customer
	// is at risk, dormant and lost: 0.5, 0.35 and 0.2. (LostAlive: our specification;
	// the others: judgement.)
	RiskAlive, DormantAlive, LostAlive float64
	// AliveMargin is by how much P(alive) must reach above RiskAlive and
	// DormantAlive to leave: 0.1. (No source: judgement.)
	AliveMargin float64

	// LoyalEnter and LoyalLeave are the days with a purchase within LoyalDays that
	// make a loyal customer: from 5, until below 3. LoyalDays is 365. (No source:
	// judgement.)
	LoyalEnter, LoyalLeave, LoyalDays int

	// Dwell is how many days a customer stays at risk, dormant or loyal at the
	// least before an inference moves it on or back: 60; below 0: none. Facts, a
	// purchase or the end of a contract, do not wait. (No source: judgement.)
	Dwell int
	// CoolDays is how long a lead stays one after its last contact: 180. (No
	// source: judgement.)
	CoolDays int
	// NoticeDays is how long before its end a contract is at risk: 30; below 0:
	// never. (No source: judgement.)
	NoticeDays int
	// Location says whose calendar days count; nil is UTC.
	Location *time.Location
}

// RulesError reports a rule, a step of a cadence or a count that cannot be used.
type RulesError struct {
	Field string // as in [LifecycleRules], or "cadence", "visits", "customers"
	Value float64
	Want  string
}

// Error names the rule and what is wanted.
func (e *RulesError) Error() string {
	return fmt.Sprintf("customer: %s is %v: want %s", e.Field, e.Value, e.Want)
}

// maxRuleDays and maxRuleTimes keep limits finite.
const (
	maxRuleDays  = 100_000
	maxRuleTimes = 1e6
)

// withDefaults returns the rules that are meant, or a [*RulesError].
func (r LifecycleRules) withDefaults() (LifecycleRules, error) {
	for _, f := range []struct {
		name  string
		value *float64
		zero  float64
		most  float64
	}{
		{"RiskEnter", &r.RiskEnter, 3, maxRuleTimes}, {"RiskLeave", &r.RiskLeave, 2, maxRuleTimes},
		{"DormantEnter", &r.DormantEnter, 6, maxRuleTimes}, {"DormantLeave", &r.DormantLeave, 4, maxRuleTimes},
		{"LostQuantile", &r.LostQuantile, 0.99, 1}, {"LostMedian", &r.LostMedian, 3, maxRuleTimes},
		{"TypicalGap", &r.TypicalGap, 0, maxRuleDays},
		{"RiskAlive", &r.RiskAlive, 0.5, 1}, {"DormantAlive", &r.DormantAlive, 0.35, 1}, {"LostAlive", &r.LostAlive, 0.2, 1},
		{"AliveMargin", &r.AliveMargin, 0.1, 1},
	} {
		if *f.value == 0 {
			*f.value = f.zero
		}
		if !(*f.value >= 0 && *f.value <= f.most) {
			return r, &RulesError{f.name, *f.value, fmt.Sprintf("from 0 to %v", f.most)}
		}
	}
	for _, f := range []struct {
		name  string
		value *int
		zero  int
		least int
	}{
		{"LostQuantileGaps", &r.LostQuantileGaps, 20, 1}, {"MinGaps", &r.MinGaps, 3, 1},
		{"LoyalEnter", &r.LoyalEnter, 5, 1}, {"LoyalLeave", &r.LoyalLeave, 3, 1}, {"LoyalDays", &r.LoyalDays, 365, 1},
		{"Dwell", &r.Dwell, 60, math.MinInt}, {"CoolDays", &r.CoolDays, 180, 1}, {"NoticeDays", &r.NoticeDays, 30, math.MinInt},
	} {
		if *f.value == 0 {
			*f.value = f.zero
		}
		if *f.value < f.least || *f.value > maxRuleDays {
			return r, &RulesError{f.name, float64(*f.value), fmt.Sprintf("from %d to %d", f.least, maxRuleDays)}
		}
	}
	r.Dwell = max(r.Dwell, 0)
	return r, r.ordered()
}

// ordered checks that leaving is no harder than entering, and that a worse stage is
// no easier to enter.
func (r *LifecycleRules) ordered() error {
	for _, f := range []struct {
		name       string
		value, top float64
		of         string
	}{
		{"RiskLeave", r.RiskLeave, r.RiskEnter, "RiskEnter"},
		{"DormantLeave", r.DormantLeave, r.DormantEnter, "DormantEnter"},
		{"RiskEnter", r.RiskEnter, r.DormantEnter, "DormantEnter"},
		{"RiskLeave", r.RiskLeave, r.DormantLeave, "DormantLeave"},
		{"DormantAlive", r.DormantAlive, r.RiskAlive, "RiskAlive"},
		{"LostAlive", r.LostAlive, r.DormantAlive, "DormantAlive"},
		{"LoyalLeave", float64(r.LoyalLeave), float64(r.LoyalEnter), "LoyalEnter"},
	} {
		if f.value > f.top {
			return &RulesError{f.name, f.value, fmt.Sprintf("at most %s, %v", f.of, f.top)}
		}
	}
	return nil
}
