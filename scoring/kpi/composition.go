package kpi

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport"
)

// Member is a customer as a part of the base.
type Member struct {
	Group    string // its tier, segment, region or band of tenure; "" if it is not known
	Internal bool   // belongs to the house itself: left out
}

// Unknown is the group of the members whose group is not known.
const Unknown = "unknown"

// Composition counts the members by group, the largest group first, equal ones by name.
// Each figure is the share of one group, its scope the dimension and the group; all have
// the same denominator, and the numerators add up to it, so that the shares sum to 1.
// Without members there are no figures. Members without a group are in the group
// [Unknown]: leaving them out would enlarge the others.
//
// The error is a [*CodeError] for a dimension that is no code, that of a group which is
// no valid id, or that of the rows.
func Composition(period rapport.Interval, dimension string, members iter.Seq2[Member, error]) ([]Figure, error) {
	if err := checkCode("dimension", dimension); err != nil {
		return nil, err
	}
	sizes := make(map[string]int)
	all, internal := 0, 0
	for m, err := range members {
		if err != nil {
			return nil, fmt.Errorf("kpi: %s: %w", CompositionShare, err)
		}
		if m.Internal {
			internal++
			continue
		}
		sizes[cmp.Or(m.Group, Unknown)]++
		all++
	}
	groups := slices.Collect(maps.Keys(sizes))
	slices.SortFunc(groups, func(a, b string) int {
		return cmp.Or(cmp.Compare(sizes[b], sizes[a]), cmp.Compare(a, b))
	})
	figures := make([]Figure, len(groups))
	for i, group := range groups {
		f := quotient(CompositionShare, UnitRate, period, float64(sizes[group]), float64(all), all).Of(dimension, group)
		if err := f.Scope.validate(); err != nil {
			return nil, err
		}
		if internal > 0 {
			f = f.Without(InternalParties, internal)
		}
		figures[i] = f
	}
	return figures, nil
}

// TenureBand returns the band of a customer who has been one since a date, by whole
// calendar years up to asOf in the location of asOf: with the bounds 1 and 3 it is
// "under_1", "1_to_3" or "3_and_over" years. Bounds rise, from 1 to 1000. The error is an
// [*InputError] for bounds that do not, for a date after asOf and for none: nobody knows
// since when, which is the [Unknown] group.
func TenureBand(since, asOf time.Time, bounds ...int) (string, error) {
	const subject = "tenure"
	if len(bounds) == 0 {
		return "", &InputError{Subject: subject, Name: "bounds", Value: 0, Reason: "want at least one"}
	}
	if since.IsZero() || asOf.IsZero() {
		return "", &InputError{Subject: subject, Name: "dates missing", Value: 1, Reason: "want a start and a date asked for"}
	}
	if since.After(asOf) {
		return "", &InputError{Subject: subject, Name: "days", Value: asOf.Sub(since).Hours() / 24, Reason: "want a start before the date asked for"}
	}
	below := len(bounds) // the first bound that is not reached
	for i, years := range bounds {
		if years <= 0 || years > 1000 || i > 0 && years <= bounds[i-1] {
			return "", &InputError{Subject: subject, Name: "bound", Value: float64(years), Reason: "want bounds from 1 to 1000 that rise"}
		}
		if below == len(bounds) && asOf.Before(since.In(asOf.Location()).AddDate(years, 0, 0)) {
			below = i
		}
	}
	switch below {
	case 0:
		return "under_" + strconv.Itoa(bounds[0]), nil
	case len(bounds):
		return strconv.Itoa(bounds[below-1]) + "_and_over", nil
	}
	return strconv.Itoa(bounds[below-1]) + "_to_" + strconv.Itoa(bounds[below]), nil
}
