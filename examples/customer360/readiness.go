package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/quality"
	"github.com/rapport-crm/rapport/store"
)

// readiness is how good the records of all customers are, and whether an analysis may use
// them.
type readiness struct {
	Score   quality.Score
	Reasons []quality.Shortfall // why not; none: it may
}

// gate is that of an analysis which counts customers: it needs names and ways to reach
// them, and nobody twice.
func gate() quality.Gate {
	return quality.Gate{Analysis: "lifetime-value", Records: 30, Floors: []quality.Floor{
		{Dimension: quality.Completeness, Least: 0.75}, {Dimension: quality.Validity, Least: 0.95}, {Dimension: quality.Uniqueness, Least: 0.95},
	}}
}

// measure measures rows by what every customer should have.
func measure(at time.Time, rows []quality.Row, twins bool) (quality.Report, error) {
	spec := quality.CustomerSpec()
	spec.Twins = twins
	meter, err := quality.NewMeter(spec, at)
	if err != nil {
		return quality.Report{}, err
	}
	for _, row := range rows {
		if err := meter.Add(row); err != nil {
			return quality.Report{}, err
		}
	}
	return meter.Report(), nil
}

// readiness measures the customers that are stored. How likely one is another comes from
// the pairs of the matcher: those that a merge united, or a person held apart, do not
// count any more.
func (b *book) readiness(ctx context.Context, m *matching, at time.Time) (readiness, error) {
	var rows []quality.Row
	place := make(map[rapport.ID]int)
	var pairs []quality.ScoredPair
	err := b.tenant.View(ctx, func(tx store.Tx) error {
		for c, err := range tx.Customers().All(ctx, store.CustomerQuery{}) {
			if err != nil {
				return err
			}
			place[c.ID()] = len(rows)
			rows = append(rows, quality.CustomerRow(c, at))
		}
		registry, err := readRegistry(ctx, tx)
		if err != nil {
			return err
		}
		pairs = m.open(registry, place)
		return nil
	})
	if err != nil {
		return readiness{}, err
	}
	twins, err := quality.TwinProbabilities(len(rows), slices.Values(pairs))
	if err != nil {
		return readiness{}, err
	}
	for i := range rows {
		rows[i].Twin = twins[i]
	}
	report, err := measure(at, rows, true)
	if err != nil {
		return readiness{}, err
	}
	r := readiness{Score: report.Total}
	err = gate().Check(report)
	if notReady, ok := errors.AsType[*quality.NotReadyError](err); ok {
		r.Reasons, err = notReady.Reasons, nil
	}
	return r, err
}

// open returns the pairs of the matcher that are still two customers, by their places;
// of several between the same two the likeliest.
func (m *matching) open(registry *identity.Registry, place map[rapport.ID]int) []quality.ScoredPair {
	best := make(map[[2]int]float64)
	for _, p := range m.All {
		left, right := m.Records[p.Left].ID, m.Records[p.Right].ID
		if _, apart := registry.Forbidden(left, right); apart {
			continue
		}
		a, b := place[registry.Resolve(left)], place[registry.Resolve(right)]
		if a != b {
			key := [2]int{min(a, b), max(a, b)}
			best[key] = max(best[key], p.Probability)
		}
	}
	pairs := make([]quality.ScoredPair, 0, len(best))
	for key, p := range best {
		pairs = append(pairs, quality.ScoredPair{Left: key[0], Right: key[1], Probability: p})
	}
	slices.SortFunc(pairs, func(a, b quality.ScoredPair) int {
		return slices.Compare([]int{a.Left, a.Right}, []int{b.Left, b.Right})
	})
	return pairs
}
