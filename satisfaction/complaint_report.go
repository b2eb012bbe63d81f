package satisfaction

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// FeedbackGroup is what the cases of one category, phase or channel came to.
type FeedbackGroup struct {
	Name       string
	Cases      int
	Open       int // of them
	BySeverity []SeverityCount
	// Within is the cases closed within the service time over those closed or open for
	// at least so long. Undecided ones are open and younger: they are in neither.
	Within    rapport.Ratio
	Undecided int
	// Quartile1, Median and Quartile3 are the times to resolve, in days of 24 hours,
	// by the product-limit curve: an open case counts as resolved later than now, at
	// an unknown time. They are absent where too many cases are open to say. The
	// interval is that of Brookmeyer and Crowley (log-log); absent where the curve
	// does not reach its ends. There is no standard error.
	Quartile1, Median, Quartile3 rapport.Estimate
	// Recurred is the cases after which the same customer came again, at a later
	// instant and within the window, with the same category, over those of known
	// customers whose window has passed. Younger cases are in neither, also those that
	// came again: of them only these would be known, and the share would be too high.
	Recurred  rapport.Ratio
	Satisfied rapport.Ratio // closed cases whose outcome satisfied over those with a known outcome
}

// SeverityCount is how many cases have a severity.
type SeverityCount struct {
	Severity, Cases int
}

// FeedbackReport is the answer of [AnalyzeFeedback].
type FeedbackReport struct {
	Total      FeedbackGroup
	Categories []FeedbackGroup // most cases first, then by name
	Phases     []FeedbackGroup
	Channels   []FeedbackGroup
	Later      int // cases opened after the as-of instant, which are left out
}

// AnalyzeFeedback sorts cases by category, phase and channel. They may come in any
// order. The error is a [*FeedbackError] for a case, or an [*ArgumentError] for the
// terms.
func AnalyzeFeedback(cases []Feedback, terms FeedbackTerms) (FeedbackReport, error) {
	if err := terms.check(); err != nil {
		return FeedbackReport{}, err
	}
	var report FeedbackReport
	var known []int
	for row := range cases {
		if err := cases[row].check(row); err != nil {
			return FeedbackReport{}, err
		}
		if cases[row].Opened.After(terms.AsOf) {
			report.Later++
			continue
		}
		known = append(known, row)
	}
	a := &feedbackAnalysis{cases: cases, terms: terms, next: comebacks(cases, known)}
	report.Total = a.group("", known)
	report.Categories = a.split(known, func(f *Feedback) string { return f.Category })
	report.Phases = a.split(known, func(f *Feedback) string { return f.Phase.String() })
	report.Channels = a.split(known, func(f *Feedback) string { return f.Channel })
	return report, nil
}

// feedbackAnalysis is what all groups of a report share.
type feedbackAnalysis struct {
	cases []Feedback
	terms FeedbackTerms
	next  map[int]time.Time // by row, when the customer came again with the same category
}

// comebacks finds for each case of a known customer the next one of the same category
// that was opened later; cases of one instant are no comebacks of each other.
func comebacks(cases []Feedback, rows []int) map[int]time.Time {
	sorted := slices.Clone(rows)
	slices.SortFunc(sorted, func(i, j int) int {
		a, b := &cases[i], &cases[j]
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Category, b.Category), a.Opened.Compare(b.Opened))
	})
	next := make(map[int]time.Time)
	for k := len(sorted) - 2; k >= 0; k-- {
		a, b := &cases[sorted[k]], &cases[sorted[k+1]]
		if a.Customer == "" || a.Customer != b.Customer || a.Category != b.Category {
			continue
		}
		if a.Opened.Before(b.Opened) {
			next[sorted[k]] = b.Opened
		} else if later, ok := next[sorted[k+1]]; ok {
			next[sorted[k]] = later
		}
	}
	return next
}

// split groups rows by a label.
func (a *feedbackAnalysis) split(rows []int, label func(*Feedback) string) []FeedbackGroup {
	byName := make(map[string][]int)
	for _, row := range rows {
		name := label(&a.cases[row])
		byName[name] = append(byName[name], row)
	}
	groups := make([]FeedbackGroup, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		groups = append(groups, a.group(name, byName[name]))
	}
	slices.SortStableFunc(groups, func(x, y FeedbackGroup) int { return cmp.Compare(y.Cases, x.Cases) })
	return groups
}

// group analyses rows.
func (a *feedbackAnalysis) group(name string, rows []int) FeedbackGroup {
	g := FeedbackGroup{Name: name, Cases: len(rows)}
	asOf := a.terms.AsOf
	times := make([]stats.Lifetime, 0, len(rows))
	severities := make(map[int]int)
	for _, row := range rows {
		f := &a.cases[row]
		severities[f.Severity]++
		open := f.openAt(asOf)
		times = append(times, stats.Lifetime{Time: f.daysUntil(asOf), Ended: !open})
		limit := f.Opened.Add(a.terms.ServiceTime)
		switch {
		case !open:
			count(&g.Within, !f.Closed.After(limit))
		case asOf.Before(limit):
			g.Undecided++
		default:
			count(&g.Within, false)
		}
		if open {
			g.Open++
		} else if f.Outcome != OutcomeUnknown {
			count(&g.Satisfied, f.Outcome == OutcomeSatisfied)
		}
		if f.Customer != "" {
			horizon := f.Opened.Add(a.terms.Recurrence)
			if again, came := a.next[row]; !horizon.After(asOf) {
				count(&g.Recurred, came && !again.After(horizon))
			}
		}
	}
	for _, severity := range slices.Sorted(maps.Keys(severities)) {
		g.BySeverity = append(g.BySeverity, SeverityCount{Severity: severity, Cases: severities[severity]})
	}
	curve := stats.NewSurvival(times)
	g.Quartile1 = a.quantile(curve, 0.25, len(rows))
	g.Median = a.quantile(curve, 0.5, len(rows))
	g.Quartile3 = a.quantile(curve, 0.75, len(rows))
	return g
}

// count adds one case to a ratio.
func count(r *rapport.Ratio, yes bool) {
	r.Den++
	r.N++
	if yes {
		r.Num++
	}
}

// quantile is that of the curve, absent where it is not reached.
func (a *feedbackAnalysis) quantile(curve stats.Survival, p float64, n int) rapport.Estimate {
	value, ok := curve.Quantile(p)
	if !ok {
		return rapport.Estimate{}
	}
	e := rapport.Estimate{Value: value, N: n}
	if low, high, ok := curve.QuantileInterval(p, stats.NormalMargin(a.terms.Level)); ok {
		e.Low, e.High, e.Level = low, high, a.terms.Level
	}
	return e
}
