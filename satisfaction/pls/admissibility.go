package pls

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// Code names a finding.
type Code string

// What makes an estimate inadmissible: it then describes no population, and none of
// its figures should be used. They are the five checks of cSEM's verify. All but the
// first need a consistent estimation, or missing answers treated by pairs.
const (
	NotConverged           Code = "not_converged"            // Value: the last change of a weight
	LoadingBeyondOne       Code = "loading_beyond_one"       // Value: the loading; a Heywood case
	ConstructsIndefinite   Code = "constructs_indefinite"    // Value: the smallest eigenvalue of the constructs' correlations
	ReliabilityAboveOne    Code = "reliability_above_one"    // Value: ρA that the correction used
	ImpliedItemsIndefinite Code = "implied_items_indefinite" // Value: the smallest eigenvalue of the items' correlations that the model implies
)

// Warnings about parts of an estimate, which may be admissible all the same.
const (
	ReversedPath      Code = "reversed_path"      // a coefficient with another sign than the correlation: suppression or collinearity; Value: the coefficient
	ReversedItem      Code = "reversed_item"      // a negative loading: the answers may run the other way; Value: the loading
	WeakItem          Code = "weak_item"          // a loading from 0 to below .40; Value: the loading
	StrayItem         Code = "stray_item"         // an item that correlates more with the score of Other; Value: that correlation
	CollinearPath     Code = "collinear_path"     // a variance inflation factor above 5; Value: the factor
	CollinearItem     Code = "collinear_item"     // the same of an item in mode B
	SimilarConstructs Code = "similar_constructs" // an HTMT above .90 with Other; Value: the ratio
	LowAVE            Code = "low_ave"            // items share less than half of their variance with the construct; Value: the AVE
	Unreliable        Code = "unreliable"         // a ρC below .60; Value: ρC
	RedundantItems    Code = "redundant_items"    // a ρC of .95 or more; Value: ρC
	SecondFactor      Code = "second_factor"      // items in mode A that have a second eigenvalue above 1; Value: that eigenvalue
)

// Finding is something that is wrong or odd about an estimate.
type Finding struct {
	Code      Code
	Construct string // that it concerns, if it is one
	Other     string // the second construct, if it concerns two
	Item      string // that it concerns, if it is one
	Path      Path   // that it concerns, if it is one
	Value     float64
}

// indefinite returns the smallest eigenvalue of a symmetric n×n matrix, and whether it
// is below 0 by more than rounding can make of 0.
func indefinite(m []float64, n int) (least float64, is bool) {
	if numeric.Cholesky(slices.Clone(m), n) {
		return 0, false // quicker, and the rule
	}
	least, _ = numeric.SmallestEigen(m, n)
	return least, least < -1e-8
}

// Admissibility returns what makes the estimate inadmissible; nothing if it is
// admissible.
func (r *Result) Admissibility() []Finding {
	var out []Finding
	if !r.converged {
		out = append(out, Finding{Code: NotConverged, Value: r.change})
	}
	count, p := r.plan.constructs(), len(r.plan.items)
	for j := range count {
		for i := r.plan.first[j]; i < r.plan.first[j+1]; i++ {
			if math.Abs(r.loadings[i]) > 1+1e-12 {
				out = append(out, Finding{Code: LoadingBeyondOne, Construct: r.plan.name(j), Item: r.plan.items[i], Value: r.loadings[i]})
			}
		}
	}
	if least, is := indefinite(r.between, count); is {
		out = append(out, Finding{Code: ConstructsIndefinite, Value: least})
	}
	for j, rho := range r.rhoA {
		if rho > 1+1e-12 {
			out = append(out, Finding{Code: ReliabilityAboveOne, Construct: r.plan.name(j), Value: rho})
		}
	}
	if least, is := indefinite(r.impliedItems(r.impliedConstructs()), p); is {
		out = append(out, Finding{Code: ImpliedItemsIndefinite, Value: least})
	}
	return out
}
