package pls

import (
	"math"
	"slices"
)

// Quality is all that can be said of an estimate without the answers themselves; what
// it predicts is in a [Prediction].
type Quality struct {
	Admissible   bool
	Inadmissible []Finding // what [Result.Admissibility] finds
	Warnings     []Finding // what [Result.Warnings] finds
	Reliability  []Reliability
	Loadings     []LoadingQuality
	Discriminant []Discriminant
	PathVIFs     []PathVIF
	ItemVIFs     []ItemVIF
	Equations    []Equation
	EffectSizes  []EffectSize
	Fit          FitMeasures
}

// LoadingQuality is an item's loading with its verdict, and how it correlates with
// other constructs.
type LoadingQuality struct {
	CrossLoading
	Loading Figure // that of [ItemResult]; Unjudged in mode B and for an only item
}

// Quality gathers all measures of quality. Figures that the literature has no rule for,
// or that do not exist, are [Unjudged].
func (r *Result) Quality() *Quality {
	q := &Quality{
		Inadmissible: r.Admissibility(), Warnings: r.Warnings(), Reliability: r.Reliability(),
		Discriminant: r.Discriminant(), PathVIFs: r.PathVIFs(), ItemVIFs: r.ItemVIFs(),
		Equations: r.Equations(), EffectSizes: r.EffectSizes(), Fit: r.FitMeasures(),
	}
	q.Admissible = len(q.Inadmissible) == 0
	for i, cross := range r.CrossLoadings() {
		l := LoadingQuality{CrossLoading: cross, Loading: figure(r.loadings[i])}
		if r.reflects(r.plan.place[cross.Construct]) {
			l.Loading = judged(MeasureLoading, r.loadings[i])
		}
		q.Loadings = append(q.Loadings, l)
	}
	return q
}

// reflects reports whether construct j has several items that should correlate.
func (r *Result) reflects(j int) bool {
	return r.plan.size(j) > 1 && r.plan.mode[j] != ModeB
}

// Warnings returns what is odd about an estimate: first about constructs, then items,
// then paths, each in the order of the model.
func (r *Result) Warnings() []Finding {
	return slices.Concat(r.warnConstructs(), r.warnItems(), r.warnPaths())
}

func (r *Result) warnConstructs() []Finding {
	var out []Finding
	warn := func(code Code, construct string, value float64) {
		out = append(out, Finding{Code: code, Construct: construct, Value: value})
	}
	for j, c := range r.Reliability() {
		if !r.reflects(j) {
			continue
		}
		switch c.RhoC.Verdict {
		case Poor:
			warn(Unreliable, c.Construct, c.RhoC.Value)
		case Redundant:
			warn(RedundantItems, c.Construct, c.RhoC.Value)
		}
		if c.AVE.Verdict == Poor {
			warn(LowAVE, c.Construct, c.AVE.Value)
		}
		if c.Second > 1 && r.plan.mode[j] == ModeA {
			warn(SecondFactor, c.Construct, c.Second)
		}
	}
	for _, d := range r.Discriminant() {
		if d.HTMT.Verdict == Poor && r.plan.mode[r.plan.place[d.A]] != ModeB && r.plan.mode[r.plan.place[d.B]] != ModeB {
			out = append(out, Finding{Code: SimilarConstructs, Construct: d.A, Other: d.B, Value: d.HTMT.Value})
		}
	}
	return out
}

func (r *Result) warnItems() []Finding {
	var out []Finding
	vifs := r.ItemVIFs()
	for i, cross := range r.CrossLoadings() {
		warn := func(code Code, other string, value float64) {
			out = append(out, Finding{Code: code, Construct: cross.Construct, Other: other, Item: cross.Item, Value: value})
		}
		j := r.plan.place[cross.Construct]
		if r.plan.mode[j] == ModeB && vifs[i].VIF.Verdict == Poor {
			warn(CollinearItem, "", vifs[i].VIF.Value)
		}
		if !r.reflects(j) {
			continue
		}
		switch l := r.loadings[i]; {
		case l < 0:
			warn(ReversedItem, "", l)
		case judged(MeasureLoading, l).Verdict == Poor:
			warn(WeakItem, "", l)
		}
		if cross.Highest != cross.Construct {
			warn(StrayItem, cross.Highest, cross.Loadings[r.plan.place[cross.Highest]])
		}
	}
	return out
}

func (r *Result) warnPaths() []Finding {
	var out []Finding
	count := r.plan.constructs()
	for k, vif := range r.PathVIFs() {
		ends := r.plan.paths[k]
		// A coefficient that only rounding keeps from 0 has no sign.
		if b := r.paths[k]; math.Abs(b) > 1e-9 && b*r.between[ends.from*count+ends.to] < 0 {
			out = append(out, Finding{Code: ReversedPath, Path: vif.Path, Value: b})
		}
		if vif.VIF.Verdict == Poor {
			out = append(out, Finding{Code: CollinearPath, Path: vif.Path, Value: vif.VIF.Value})
		}
	}
	return out
}
