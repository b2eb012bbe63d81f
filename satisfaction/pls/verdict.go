package pls

import "math"

// Measure names what a [Rule] judges.
type Measure string

// The measures with a rule.
const (
	MeasureReliability Measure = "reliability" // alpha, ρA, ρC, Dillon and Goldstein's ρ
	MeasureAVE         Measure = "ave"
	MeasureLoading     Measure = "loading"
	MeasureHTMT        Measure = "htmt"
	MeasureVIF         Measure = "vif"
	MeasureR2          Measure = "r2"
	MeasureF2          Measure = "f2"
	MeasureSRMR        Measure = "srmr"
	MeasureGoF         Measure = "gof"
	MeasureQ2          Measure = "q2_predict"
)

// Verdict is what a rule says of a figure.
type Verdict string

// The verdicts. The last four are sizes of an effect, which are neither good nor bad.
const (
	Unjudged   Verdict = ""          // there is no rule, or nothing to judge
	Good       Verdict = "good"      // what the literature asks for
	Fair       Verdict = "fair"      // tolerated by some, such as in exploratory work
	Poor       Verdict = "poor"      // below what the literature accepts
	Redundant  Verdict = "redundant" // so high that items repeat each other
	Large      Verdict = "large"
	Medium     Verdict = "medium"
	Small      Verdict = "small"
	Negligible Verdict = "negligible"
)

// Rule is a rule of thumb of the literature: the first step that a value reaches gives
// its verdict.
type Rule struct {
	Measure   Measure
	Rising    bool // higher values are better: a step is reached from above
	Steps     []Step
	Otherwise Verdict // if no step is reached
	Source    string  // author and year
}

// Step is a verdict and the bound that earns it, which is part of it.
type Step struct {
	Bound   float64
	Verdict Verdict
}

// Judge returns the verdict on a value.
func (r Rule) Judge(value float64) Verdict {
	for _, step := range r.Steps {
		if r.Rising && value >= step.Bound || !r.Rising && value <= step.Bound {
			return step.Verdict
		}
	}
	return r.Otherwise
}

// Rules returns all rules that this package judges by. They are conventions, and not
// tests: each says who proposed it.
func Rules() []Rule {
	return []Rule{
		{
			Measure: MeasureReliability, Rising: true, Otherwise: Poor,
			Steps:  []Step{{0.95, Redundant}, {0.70, Good}, {0.60, Fair}},
			Source: "Nunnally and Bernstein 1994 (.70); Hair, Risher, Sarstedt and Ringle 2019 (.60 in exploratory work, .95)",
		},
		{
			Measure: MeasureAVE, Rising: true, Otherwise: Poor,
			Steps:  []Step{{0.50, Good}},
			Source: "Fornell and Larcker 1981",
		},
		{
			Measure: MeasureLoading, Rising: true, Otherwise: Poor,
			Steps:  []Step{{0.708, Good}, {0.40, Fair}},
			Source: "Hair, Hult, Ringle and Sarstedt 2017 (half of the variance; below .40 to be removed)",
		},
		{
			Measure: MeasureHTMT, Otherwise: Poor,
			Steps:  []Step{{0.85, Good}, {0.90, Fair}},
			Source: "Henseler, Ringle and Sarstedt 2015 (.85, or .90 for constructs that are close in concept)",
		},
		{
			Measure: MeasureVIF, Otherwise: Poor,
			Steps:  []Step{{3, Good}, {5, Fair}},
			Source: "Hair, Risher, Sarstedt and Ringle 2019",
		},
		{
			Measure: MeasureR2, Rising: true, Otherwise: Negligible,
			Steps:  []Step{{0.75, Large}, {0.50, Medium}, {0.25, Small}},
			Source: "Hair, Ringle and Sarstedt 2011",
		},
		{
			Measure: MeasureF2, Rising: true, Otherwise: Negligible,
			Steps:  []Step{{0.35, Large}, {0.15, Medium}, {0.02, Small}},
			Source: "Cohen 1988",
		},
		{
			Measure: MeasureSRMR, Otherwise: Poor,
			Steps:  []Step{{0.08, Good}, {0.10, Fair}},
			Source: "Hu and Bentler 1999 (.08); Kline 2005 (.10)",
		},
		{
			Measure: MeasureGoF, Rising: true, Otherwise: Negligible,
			Steps:  []Step{{0.36, Large}, {0.25, Medium}, {0.10, Small}},
			Source: "Wetzels, Odekerken-Schröder and van Oppen 2009; Henseler and Sarstedt 2013 warn that it does not tell valid models from others",
		},
		{
			Measure: MeasureQ2, Rising: true, Otherwise: Poor,
			Steps:  []Step{{math.SmallestNonzeroFloat64, Good}}, // above 0
			Source: "Shmueli, Sarstedt, Hair, Cheah, Ting, Vaithilingam and Ringle 2019",
		},
	}
}

// RuleOf returns the rule for a measure, and whether there is one.
func RuleOf(measure Measure) (Rule, bool) {
	for _, rule := range Rules() {
		if rule.Measure == measure {
			return rule, true
		}
	}
	return Rule{}, false
}

// Figure is a number that may not exist, with what its rule says of it.
type Figure struct {
	Value   float64 // 0 if it does not exist
	Exists  bool
	Verdict Verdict // Unjudged if it does not exist
}

// judged makes a figure of a value; a value that is not finite does not exist.
func judged(measure Measure, value float64) Figure {
	f := figure(value)
	if !f.Exists {
		return f
	}
	if rule, known := RuleOf(measure); known {
		f.Verdict = rule.Judge(value)
	}
	return f
}

// figure makes a figure without a verdict.
func figure(value float64) Figure {
	if value-value != 0 {
		return Figure{}
	}
	return Figure{Value: value, Exists: true}
}
