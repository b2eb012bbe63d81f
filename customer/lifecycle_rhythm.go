package customer

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Behaviour is what stages are derived from: what a customer did, and its contract
// if it has one. What lies after the as-of date counts as not known yet.
type Behaviour struct {
	// Purchases are the instants of its purchases, none before the one before it.
	Purchases []time.Time
	// LastContact is when it last spoke with us; zero: never.
	LastContact time.Time
	// PAlive is the probability that it is still a customer, such as a model of
	// package scoring/btyd gives, if HasPAlive is set.
	PAlive    float64
	HasPAlive bool
	// Contract is from the start to the end of its contract, if HasContract is set.
	// While it runs, gaps and PAlive say nothing; its start, which is required, counts
	// as a purchase where there is no other.
	Contract    rapport.Interval
	HasContract bool
}

// BehaviourError reports behaviour that cannot be used.
type BehaviourError struct {
	Field string  // as in [Behaviour]; "asOf" for the as-of date
	Row   int     // of Purchases, from 1; 0: none
	Value float64 // of PAlive
	Err   string  // for the reader of a log
}

// Error says what is wrong.
func (e *BehaviourError) Error() string {
	switch {
	case e.Row > 0:
		return fmt.Sprintf("customer: behaviour: %s[%d]: %s", e.Field, e.Row-1, e.Err)
	case e.Field == "PAlive":
		return fmt.Sprintf("customer: behaviour: PAlive is %v: %s", e.Value, e.Err)
	}
	return fmt.Sprintf("customer: behaviour: %s: %s", e.Field, e.Err)
}

// rhythm is what purchases up to a date say.
type rhythm struct {
	days        int       // with a purchase
	first, last time.Time // zero: none
	second      time.Time // first instant of the second day
	open        int       // days from the last purchase to the as-of date
	recent      int       // days with a purchase within LoyalDays
	mean        float64   // of the gaps; 0: not known
	gaps        int
	lostLimit   float64 // days; 0: not known
}

// inRange reports whether t is an instant that the package accepts.
func inRange(t time.Time) bool {
	second := t.Unix()
	return !t.IsZero() && second >= earliestSecond && second <= latestSecond
}

// dayNumber counts calendar days since 1970.
func dayNumber(t time.Time, location *time.Location) int {
	second := t.Unix()
	if location != nil {
		_, offset := t.In(location).Zone()
		second += int64(offset)
	}
	day := second / 86400
	if second%86400 < 0 {
		day--
	}
	return int(day)
}

// read fills r from the purchases; gaps is room for the gaps, which it returns.
func (r *rhythm) read(b *Behaviour, asOf time.Time, rules *LifecycleRules, gaps []float64) ([]float64, error) {
	gaps = gaps[:0]
	today := dayNumber(asOf, rules.Location)
	firstDay, lastDay := 0, 0
	for i, at := range b.Purchases {
		switch {
		case !inRange(at):
			return gaps, &BehaviourError{Field: "Purchases", Row: i + 1, Err: "outside the years 1678 to 2261"}
		case i > 0 && at.Before(b.Purchases[i-1]):
			return gaps, &BehaviourError{Field: "Purchases", Row: i + 1, Err: "before the one before it"}
		case at.After(asOf):
			continue
		}
		day := dayNumber(at, rules.Location)
		if r.days > 0 && day == lastDay {
			r.last = at
			continue
		}
		switch r.days {
		case 0:
			r.first, firstDay = at, day
		case 1:
			r.second = at
		}
		if r.days > 0 {
			gaps = append(gaps, float64(day-lastDay))
		}
		r.days++
		r.last, lastDay = at, day
		if day > today-rules.LoyalDays {
			r.recent++
		}
	}
	r.gaps = len(gaps)
	if r.days == 0 {
		return gaps, nil
	}
	r.open = today - lastDay
	switch {
	case r.gaps < rules.MinGaps:
		r.mean, r.lostLimit = rules.TypicalGap, rules.LostMedian*rules.TypicalGap
	default:
		r.mean = float64(lastDay-firstDay) / float64(r.gaps)
		slices.Sort(gaps)
		if r.gaps >= rules.LostQuantileGaps {
			r.lostLimit = numeric.Quantile(gaps, rules.LostQuantile)
		} else {
			r.lostLimit = rules.LostMedian * numeric.Quantile(gaps, 0.5)
		}
	}
	return gaps, nil
}
