package pls

import (
	"iter"
	"slices"
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

// Along returns the effect along one way of paths as a statistic for [Bootstrap], named
// as [Way.String] writes it: of three constructs or more, a specific indirect effect.
// The error is a [*ModelError] if the model is wrong or does not have a path of the way.
func (m Model) Along(constructs ...string) (Statistic, error) {
	if err := m.Validate(); err != nil {
		return Statistic{}, err
	}
	if len(constructs) < 2 {
		return Statistic{}, &ModelError{Fault: NoConstructs}
	}
	var along []int
	for i, to := range constructs[1:] {
		path := Path{From: constructs[i], To: to}
		k := slices.Index(m.Paths, path)
		if k < 0 {
			return Statistic{}, &ModelError{Fault: AbsentPath, Path: path}
		}
		along = append(along, k)
	}
	return Statistic{Name: Way{Constructs: constructs}.String(), Value: func(s *Sample) float64 {
		effect := 1.0
		for _, k := range along {
			effect *= s.Path(k)
		}
		return effect
	}}, nil
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

// Mediation judges how one construct acts on another by the intervals of the direct
// and the whole indirect effect. Without a path between the two there is no direct
// effect, whatever the answers. It reports false if there is no way through a third
// construct, or an interval is missing.
func (b *Bootstrapped) Mediation(from, to string) (Mediation, bool) {
	indirect, mediated := b.Indirect(from, to)
	if !mediated {
		return "", false
	}
	direct, there := b.Path(from, to)
	if !there {
		direct = rapport.Estimate{Level: indirect.Level, N: indirect.N} // 0, for certain
	}
	return ClassifyMediation(direct, indirect)
}
