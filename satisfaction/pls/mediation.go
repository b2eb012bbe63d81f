package pls

import (
	"iter"
	"strings"

	"github.com/rapport-crm/rapport"
)

// Way is a way of paths from one construct to another.
type Way struct {
	Constructs []string // from the first to the last; two for a path
	Effect     float64  // the product of the coefficients on the way
}

// String joins the constructs by arrows: "Image->Expectation->Satisfaction".
func (w Way) String() string { return strings.Join(w.Constructs, "->") }

// Ways returns every way from one construct to another, a path between the two among
// them, in the order of the model. Their effects add up to the total effect; those
// over other constructs are the specific indirect effects, and add up to the indirect
// one. A model of many paths has very many ways: the loop may break.
func (r *Result) Ways(from, to string) iter.Seq[Way] {
	return func(yield func(Way) bool) {
		start, known := r.plan.place[from]
		end, also := r.plan.place[to]
		if known && also {
			r.walk([]int{start}, 1, end, yield)
		}
	}
}

// walk goes on from the last construct of a way towards the end.
func (r *Result) walk(way []int, effect float64, end int, yield func(Way) bool) bool {
	count := r.plan.constructs()
	for _, k := range r.plan.out[way[len(way)-1]] {
		next := r.plan.paths[k].to
		longer, product := append(way, next), effect*r.paths[k]
		switch {
		case next == end:
			names := make([]string, len(longer))
			for i, j := range longer {
				names[i] = r.plan.name(j)
			}
			if !yield(Way{Constructs: names, Effect: product}) {
				return false
			}
		case r.plan.leads[next*count+end]:
			if !r.walk(longer, product, end, yield) {
				return false
			}
		}
	}
	return true
}

// AccountedFor is the share of the total effect that is indirect (VAF, variance
// accounted for), 0 to 1. There is none where the two parts have opposite signs, or
// there is no effect at all: parts that cancel are no shares.
func (e Effect) AccountedFor() (share float64, exists bool) {
	if e.Total == 0 || e.Direct*e.Indirect < 0 {
		return 0, false
	}
	return e.Indirect / e.Total, true
}

// Mediation says how one construct acts on another: by itself, through others, or
// both.
type Mediation string

// The kinds of mediation. (X. Zhao, J. G. Lynch, Q. Chen, Reconsidering Baron and
// Kenny, Journal of Consumer Research 37, 2010.)
const (
	Complementary Mediation = "complementary" // both effects, in the same direction
	Competitive   Mediation = "competitive"   // both, in opposite directions
	IndirectOnly  Mediation = "indirect_only" // all of it through others
	DirectOnly    Mediation = "direct_only"   // no mediation
	NoEffect      Mediation = "no_effect"     // neither
)

// ClassifyMediation judges by intervals, usually of a bootstrap: an effect is there if
// its interval does not contain 0. Indirect is the effect over one way or over all. It
// reports false if one of the two has no interval.
func ClassifyMediation(direct, indirect rapport.Estimate) (Mediation, bool) {
	if !direct.HasInterval() || !indirect.HasInterval() {
		return "", false
	}
	there := func(e rapport.Estimate) bool { return e.Low > 0 || e.High < 0 }
	switch {
	case there(direct) && there(indirect):
		if (direct.Low > 0) == (indirect.Low > 0) {
			return Complementary, true
		}
		return Competitive, true
	case there(indirect):
		return IndirectOnly, true
	case there(direct):
		return DirectOnly, true
	}
	return NoEffect, true
}

