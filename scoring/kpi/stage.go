package kpi

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Standing is a record that is in a stage, and since when.
type Standing struct {
	Stage string // a code
	Since time.Time
}

// StageAges is how long the records of one stage have been in it.
type StageAges struct {
	Stage string
	// Mean is the mean age in days, its Ratio the sum of days over the number.
	Mean Figure
	// Median is the middle age in days, which a few forgotten records do not move.
	Median float64
	// Over is the part of the records that are older than the stage's limit; it has no
	// value without one.
	Over rapport.Ratio
}

// AgesByStage returns the ages at the end of the period, by stage in ascending order.
// Limits are the ages that a stage should not pass; those of stages that nobody is in
// play no part. Ages of open records say how long they wait, not how long a stage takes:
// for that those that have left it belong in as well, with the open ones censored.
//
// The error is an [*InputError] for a period without an end, a record that entered
// after it and a limit that is not above 0, a [*CodeError] for a stage that is no code,
// or that of the rows.
func AgesByStage(period rapport.Interval, limits map[string]time.Duration, records iter.Seq2[Standing, error]) ([]StageAges, error) {
	asOf := period.End()
	if asOf.IsZero() {
		return nil, &InputError{Subject: StageAge, Name: "open ends", Value: 1, Reason: "want a period with an end"}
	}
	for _, stage := range slices.Sorted(maps.Keys(limits)) {
		if limits[stage] <= 0 {
			return nil, &InputError{Subject: StageAge, Name: "limit of " + clip(stage), Value: daysOf(limits[stage]), Reason: "want above 0"}
		}
	}
	ages := make(map[string][]float64)
	over := make(map[string]int)
	for r, err := range records {
		if err != nil {
			return nil, fmt.Errorf("kpi: %s: %w", StageAge, err)
		}
		age := asOf.Sub(r.Since)
		if age < 0 || age == math.MaxInt64 {
			return nil, &InputError{Subject: StageAge, Name: "days", Value: daysOf(age), Reason: "want 0 or more up to the end of the period, and no missing date"}
		}
		if _, known := ages[r.Stage]; !known {
			if err := checkCode("stage", r.Stage); err != nil {
				return nil, err
			}
		}
		ages[r.Stage] = append(ages[r.Stage], daysOf(age))
		if limit, ok := limits[r.Stage]; ok && age > limit {
			over[r.Stage]++
		}
	}
	result := make([]StageAges, 0, len(ages))
	for _, stage := range slices.Sorted(maps.Keys(ages)) {
		days := ages[stage]
		slices.Sort(days) // also the order of the sum
		sum, n := 0.0, len(days)
		for _, d := range days {
			sum += d
		}
		a := StageAges{
			Stage:  stage,
			Mean:   quotient(StageAge, UnitDays, period, sum, float64(n), n).Of("stage", stage),
			Median: numeric.Quantile(days, 0.5),
		}
		if _, ok := limits[stage]; ok {
			a.Over = rapport.Ratio{Num: float64(over[stage]), Den: float64(n), N: n}
		}
		result = append(result, a)
	}
	return result, nil
}
