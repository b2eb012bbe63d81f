package kano

import "github.com/rapport-crm/rapport"

// Feature is what the answers to a feature come to. Figures without data are absent: an
// N or a Den of 0, and the category [None].
type Feature struct {
	Name    string
	Rows    int // responses to the feature
	Skipped int // of these, without one or both of the answers; they count nowhere
	N       int // of these, with both: Rows − Skipped
	Counts  Counts
	// Weighted has sums of weights; without weights it is as Counts.
	Weighted Counts
	// EffectiveN is how many unweighted answers the N are worth, (Σw)²/Σw² (L. Kish,
	// Survey Sampling, 1965); without weights it is N. The intervals and tests use it, or
	// that of the answers they rest on.
	EffectiveN float64
	Category   Category // by the rule of the analysis
	Profile
	// Importance is the mean of the importance where it was stated, with an interval of
	// the normal distribution.
	Importance rapport.Estimate
	Continuous Continuous

	sample sample
}

// Continuous is the analysis of answers as numbers (DuMouchel in Berger and others
// 1993), in the unit of its [Coding]. All answered pairs count, contradicting ones too.
type Continuous struct {
	Coding Coding
	// Functional and Dysfunctional are means, with intervals of the normal distribution.
	Functional    rapport.Estimate
	Dysfunctional rapport.Estimate
	// FunctionalSD and DysfunctionalSD are standard deviations with divisor n−1; there is
	// none where fewer than two answered.
	FunctionalSD    rapport.Estimate
	DysfunctionalSD rapport.Estimate
	// ImportantFunctional and ImportantDysfunctional are means weighted with the
	// importance, of those who stated one: Σ importance·number / Σ importance.
	ImportantFunctional    rapport.Ratio
	ImportantDysfunctional rapport.Ratio
	// Quadrant is what the two means say: one-dimensional where both are 2 or more (½ in
	// [Narrow]), attractive where the functional one alone is, must-be where the
	// dysfunctional one alone is, else indifferent.
	Quadrant Category
}

// Share returns the share of a category in all answered pairs, weighted if there are
// weights.
func (f *Feature) Share(c Category) rapport.Ratio {
	return rapport.Ratio{Num: f.Weighted.Of(c), Den: f.Weighted.Sum(), N: f.N}
}

// Analysis is the answer of [Analyze].
type Analysis struct {
	Table    Table
	Rule     Rule
	Coding   Coding
	Level    float64 // confidence of the intervals
	Weighted bool
	Features []Feature // in ascending order of names
}

// Feature returns a feature by its name, nil if nobody was asked about it.
func (a *Analysis) Feature(name string) *Feature {
	for i := range a.Features {
		if a.Features[i].Name == name {
			return &a.Features[i]
		}
	}
	return nil
}

// Attributes lists the category of each feature, for reports on something else.
func (a *Analysis) Attributes() []Attribute {
	list := make([]Attribute, 0, len(a.Features))
	for i := range a.Features {
		f := &a.Features[i]
		list = append(list, Attribute{Feature: f.Name, Category: f.Category, Table: a.Table, Rule: a.Rule, N: f.N})
	}
	return list
}
