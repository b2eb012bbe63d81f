package scoring

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// GapMeasure says to what a customer's open gap is compared.
type GapMeasure uint8

const (
	// MeanGap compares with Multiple × the mean of the customer's own gaps.
	MeanGap GapMeasure = iota
	// MedianGap compares with Multiple × their median, which one long pause does not
	// move.
	MedianGap
	// PercentileGap compares with a percentile of them where there are enough to
	// have one, else with Multiple × their median.
	PercentileGap
)

// GapReason says what a [GapRisk] rests on.
type GapReason string

// The reasons. They are stable codes; each comes with AtRisk true and false but
// GapTooFew, which is never at risk.
const (
	GapMean       GapReason = "gap_mean"       // the open gap against a multiple of the mean
	GapMedian     GapReason = "gap_median"     // against a multiple of the median
	GapPercentile GapReason = "gap_percentile" // against a percentile
	GapTooFew     GapReason = "gap_too_few"    // too few gaps to know the customer's rhythm
)

// GapPolicy says when a pause is long for the customer that makes it: customers
// are compared with themselves, so a yearly buyer is not at risk after two months
// and a weekly one is. The zero value compares with 3 × the mean of at least 3
// gaps.
type GapPolicy struct {
	Measure GapMeasure
	// Multiple is how many times the usual gap is too long; 0 stands for 3.
	Multiple float64
	// Percentile is that of PercentileGap, above 0 and below 1; 0 stands for 0.99.
	Percentile float64
	// MinGaps is how few gaps are enough to judge; 0 stands for 3.
	MinGaps int
	// MinPercentileGaps is how few are enough for a percentile; 0 stands for 20.
	MinPercentileGaps int
	// Location says whose calendar days count; nil is UTC.
	Location *time.Location
}

// GapRisk is the judgement of one customer. Times are in days.
type GapRisk struct {
	Customer rapport.ID
	AtRisk   bool // Last is above Limit
	Reason   GapReason
	Last     int     // the open gap: from the last purchase to the as-of date
	Usual    float64 // mean, median or percentile of the customer's gaps
	Limit    float64 // Usual, or Multiple × Usual
	// Times is Last over Usual: 4.5 for a customer that is gone 4.5 times as long as
	// usual. N is the number of gaps. It has no value without gaps.
	Times rapport.Ratio
}

// Judge compares the time since the customer's last purchase with the gaps between
// its purchases, in any order. All purchases of one calendar day are one; those
// after the day of asOf were not known then and are left out. Percentiles and
// medians are interpolated between neighbours (type 7 of R. J. Hyndman and Y. Fan,
// Sample Quantiles in Statistical Packages, The American Statistician 50(4), 1996).
//
// The error is an [*InputError] for a policy that cannot be used, a [*RowError]
// with [ErrDate] for a purchase, or wraps ErrDate for asOf, [ErrNoPurchases] if
// there is none up to asOf, or the [*rapport.IDError] of the customer.
func (g GapPolicy) Judge(customer rapport.ID, purchases []time.Time, asOf time.Time) (GapRisk, error) {
	g, err := g.withDefaults()
	if err != nil {
		return GapRisk{}, err
	}
	if err := customer.Validate(); err != nil {
		return GapRisk{}, fmt.Errorf("scoring: %w", err)
	}
	dates, now, err := g.dates(customer, purchases, asOf)
	if err != nil {
		return GapRisk{}, err
	}
	risk := GapRisk{Customer: customer, Last: int(now - dates[len(dates)-1])}
	gaps := make([]float64, len(dates)-1)
	for i := range gaps {
		gaps[i] = float64(dates[i+1] - dates[i])
	}
	slices.Sort(gaps)
	switch {
	case len(gaps) == 0:
	case g.Measure == MeanGap:
		risk.Reason, risk.Usual = GapMean, float64(dates[len(gaps)]-dates[0])/float64(len(gaps))
	case g.Measure == PercentileGap && len(gaps) >= g.MinPercentileGaps:
		risk.Reason, risk.Usual = GapPercentile, numeric.Quantile(gaps, g.Percentile)
		g.Multiple = 1
	default:
		risk.Reason, risk.Usual = GapMedian, numeric.Quantile(gaps, 0.5)
	}
	return g.judge(risk, len(gaps)), nil
}

// JudgeSummary is Judge for hosts that kept a [Summary] and not the log. A summary
// knows the mean gap, TX/X, and the open one, T − TX, but no other; so Measure must
// be [MeanGap]. The unit is that of the summary; days are whole days again. The
// error is an [*InputError], a [*WindowError] for the unit, a [*SummaryError], or
// wraps the [*rapport.IDError] of the customer.
func (g GapPolicy) JudgeSummary(customer rapport.ID, s Summary, unit rapport.Unit) (GapRisk, error) {
	g, err := g.withDefaults()
	if err != nil {
		return GapRisk{}, err
	}
	switch reason := s.validate(); {
	case g.Measure != MeanGap:
		return GapRisk{}, &InputError{Name: "Measure", Value: float64(g.Measure), Reason: "want MeanGap: a summary knows no other"}
	case !unit.IsValid():
		return GapRisk{}, unitError(unit)
	case reason != "":
		return GapRisk{}, &SummaryError{Customer: customer, Reason: reason}
	case s.T > daysOfCalendar:
		return GapRisk{}, &SummaryError{Customer: customer, Reason: fmt.Sprintf("T is %v: longer than the calendar", s.T)}
	}
	if err := customer.Validate(); err != nil {
		return GapRisk{}, fmt.Errorf("scoring: %w", err)
	}
	risk := GapRisk{Customer: customer, Last: int(math.Round((s.T - s.TX) * unit.Days()))}
	if s.X > 0 {
		risk.Reason, risk.Usual = GapMean, math.Round(s.TX*unit.Days())/float64(s.X)
	}
	return g.judge(risk, s.X), nil
}

// judge completes a risk that knows its open and its usual gap, from n gaps.
func (g GapPolicy) judge(risk GapRisk, n int) GapRisk {
	if n > 0 {
		risk.Limit = g.Multiple * risk.Usual
		risk.Times = rapport.Ratio{Num: float64(risk.Last), Den: risk.Usual, N: n}
	}
	if n == 0 || n < g.MinGaps {
		risk.Reason = GapTooFew
		return risk
	}
	risk.AtRisk = float64(risk.Last) > risk.Limit
	return risk
}

func (g GapPolicy) withDefaults() (GapPolicy, error) {
	if g.Multiple == 0 {
		g.Multiple = 3
	}
	if g.Percentile == 0 {
		g.Percentile = 0.99
	}
	if g.MinGaps == 0 {
		g.MinGaps = 3
	}
	if g.MinPercentileGaps == 0 {
		g.MinPercentileGaps = 20
	}
	switch {
	case g.Measure > PercentileGap:
		return g, &InputError{Name: "Measure", Value: float64(g.Measure), Reason: "want one of the constants"}
	case !(g.Multiple > 0 && g.Multiple <= maxMultiple):
		return g, &InputError{Name: "Multiple", Value: g.Multiple, Reason: fmt.Sprintf("want above 0 and at most %g", float64(maxMultiple))}
	case !(g.Percentile > 0 && g.Percentile < 1):
		return g, &InputError{Name: "Percentile", Value: g.Percentile, Reason: "want above 0 and below 1"}
	case g.MinGaps < 0:
		return g, &InputError{Name: "MinGaps", Value: float64(g.MinGaps), Reason: "want 0 or more"}
	case g.MinPercentileGaps < 0:
		return g, &InputError{Name: "MinPercentileGaps", Value: float64(g.MinPercentileGaps), Reason: "want 0 or more"}
	}
	return g, nil
}

// maxMultiple keeps limits finite; nobody waits that long.
const maxMultiple = 1e9

// dates returns the different purchase dates up to asOf in order, at least one,
// and that of asOf.
func (g GapPolicy) dates(customer rapport.ID, purchases []time.Time, asOf time.Time) ([]date, date, error) {
	days := newCalendar(g.Location)
	now, ok := days.date(asOf)
	if !ok {
		return nil, 0, fmt.Errorf("scoring: asOf: %w", ErrDate)
	}
	dates := make([]date, 0, len(purchases))
	for i, at := range purchases {
		d, ok := days.date(at)
		if !ok {
			return nil, 0, &RowError{Row: i + 1, Customer: customer, Err: ErrDate}
		}
		if d <= now {
			dates = append(dates, d)
		}
	}
	if len(dates) == 0 {
		return nil, 0, fmt.Errorf("scoring: customer %q up to %s: %w", customer, civil(now).Format(time.DateOnly), ErrNoPurchases)
	}
	slices.Sort(dates)
	return slices.Compact(dates), now, nil
}
