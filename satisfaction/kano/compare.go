package kano

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// Segment is the analysis of one group of customers.
type Segment struct {
	Name     string
	Analysis *Analysis
}

// SegmentError reports segments that cannot be compared.
type SegmentError struct {
	Segment string // which one
	Field   string // "segments", "name", "analysis", or the "table", "rule", "coding" or "level" that differs from that of the first
	Reason  string // "want two or more", "twice", "none", "differs from the first"
}

// Error names the segment, the field and the reason.
func (e *SegmentError) Error() string {
	if e.Segment == "" {
		return fmt.Sprintf("kano: compare: %s: %s", e.Field, e.Reason)
	}
	return fmt.Sprintf("kano: compare: segment %.80q: %s: %s", e.Segment, e.Field, e.Reason)
}

// Difference is what changes about a feature from one group of customers, or from one
// period, to another. The two must be different customers: what the same people say
// twice differs less than the intervals and the test allow for.
type Difference struct {
	From, To Category // by the rule of the analyses
	// Better and Worse are differences, To less From, with the interval of R. G. Newcombe
	// (1998, method 10). They are absent if one side has no value. A worse that falls
	// from −0.3 to −0.5 has the difference −0.2: the feature is missed more.
	Better rapport.Estimate
	Worse  rapport.Estimate
	// Test asks whether the shares of all six categories are the same.
	Test ChiSquare
}

// Comparison is what segments say of one feature.
type Comparison struct {
	Feature    string
	Categories []Category // of each segment, in their order; None where nobody answered
	// Test asks whether the shares of the categories are the same in all segments.
	Test  ChiSquare
	Pairs []Pair // every two segments, in their order
}

// Pair compares two segments.
type Pair struct {
	First, Second string // their names; the difference is that of Second less First
	Difference
}

// Compare holds segments of different customers against each other, one comparison for
// each feature that one of them was asked about, in ascending order of names. Nothing
// is corrected for the number of comparisons. The error is a [*SegmentError].
func Compare(segments ...Segment) ([]Comparison, error) {
	if err := checkSegments(segments); err != nil {
		return nil, err
	}
	names := make(map[string]bool)
	for _, s := range segments {
		for i := range s.Analysis.Features {
			names[s.Analysis.Features[i].Name] = true
		}
	}
	comparisons := []Comparison{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		c := Comparison{Feature: name}
		features := make([]*Feature, len(segments))
		samples := make([]sample, len(segments))
		for i, s := range segments {
			features[i] = s.Analysis.Feature(name)
			if features[i] == nil {
				features[i] = &Feature{}
			}
			samples[i] = features[i].sample
			c.Categories = append(c.Categories, features[i].Category)
		}
		c.Test = homogeneity(samples)
		for i := range segments {
			for j := i + 1; j < len(segments); j++ {
				c.Pairs = append(c.Pairs, Pair{segments[i].Name, segments[j].Name, differenceOf(features[i], features[j], segments[0].Analysis.Level)})
			}
		}
		comparisons = append(comparisons, c)
	}
	return comparisons, nil
}

func checkSegments(segments []Segment) error {
	if len(segments) < 2 {
		return &SegmentError{Field: "segments", Reason: "want two or more"}
	}
	seen := make(map[string]bool)
	for _, s := range segments {
		wrong := func(field, reason string) error {
			return &SegmentError{Segment: s.Name, Field: field, Reason: reason}
		}
		const differs = "differs from the first"
		first := segments[0].Analysis
		switch {
		case s.Analysis == nil || len(s.Analysis.Features) == 0:
			return wrong("analysis", "none")
		case seen[s.Name]:
			return wrong("name", "twice")
		case s.Analysis.Table != first.Table:
			return wrong("table", differs)
		case s.Analysis.Rule != first.Rule:
			return wrong("rule", differs)
		case s.Analysis.Coding != first.Coding:
			return wrong("coding", differs)
		case s.Analysis.Level != first.Level:
			return wrong("level", differs)
		}
		seen[s.Name] = true
	}
	return nil
}

// differenceOf compares a feature in two groups.
func differenceOf(from, to *Feature, level float64) Difference {
	d := Difference{From: from.Category, To: to.Category, Test: homogeneity([]sample{from.sample, to.sample})}
	n := [...]int{int(from.sample.rows.four()), int(to.sample.rows.four())}
	if n[0] == 0 || n[1] == 0 {
		return d
	}
	a, b := from.sample.fourEffective(), to.sample.fourEffective()
	d.Better = rateDifference(b.A+b.O, b.four(), a.A+a.O, a.four(), level)
	d.Worse = rateDifference(a.O+a.M, a.four(), b.O+b.M, b.four(), level) // their signs are turned
	d.Better.N, d.Worse.N = n[0]+n[1], n[0]+n[1]
	return d
}

// fourEffective returns the counts that the answers without reverse and questionable
// ones would have if they were unweighted.
func (s sample) fourEffective() Counts {
	four := Counts{M: s.weights.M, O: s.weights.O, A: s.weights.A, I: s.weights.I}
	return four.scaled(four.Sum(), s.fourSize)
}

func rateDifference(hits1, n1, hits2, n2, level float64) rapport.Estimate {
	difference, low, high := stats.RateDifference(min(hits1, n1), n1, min(hits2, n2), n2, math.Sqrt2*math.Erfinv(level))
	return rapport.Estimate{Value: difference, Low: low, High: high, Level: level}
}
