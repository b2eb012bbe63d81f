package customer

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/internal/stats"
)

// CaseTimes says how long something took. Without cases (N 0) there are no times.
type CaseTimes struct {
	Median  time.Duration `json:"median_ns"`
	P90     time.Duration `json:"p90_ns"` // nine of ten took at most this long
	N       int           `json:"n"`      // cases in which it came about
	Waiting int           `json:"waiting"`
}

// CaseFigures are figures of cases as they stood at an instant, by event time.
type CaseFigures struct {
	Cases   int           // opened by then
	Backlog int           // open then
	Oldest  time.Duration // how long the oldest open case has been open, 0 if none is
	// FirstContact is the share of the resolved cases with counted contacts that took
	// one contact, were not reopened and did not come back as another case.
	FirstContact rapport.Ratio
	Recurrence   rapport.Ratio // cases that follow an earlier one, of all
	Reopened     rapport.Ratio // cases opened again, of those once settled
	Unsolved     rapport.Ratio // settled without a solution, of those settled
	Response     CaseTimes     // from the first opening to the first response
	Resolution   CaseTimes     // from the first opening to the solution that holds; open cases are waiting
	// Satisfaction is the mean of the ratings on a scale from 0 to 100, with the
	// interval of Student's distribution at 95 %.
	Satisfaction rapport.Estimate
	Compensation []rapport.Money // by currency, in the order of their codes
}

// FiguresOfCases computes the figures of cases as of an instant. Cases opened later
// do not count. The error is a [*ValidationError] of a case, with the reason
// Duplicate for an id that comes twice, or that of an amount.
func FiguresOfCases(cases []Case, asOf time.Time) (CaseFigures, error) {
	var f CaseFigures
	var response, resolution []time.Duration
	var ratings []float64
	var paid []rapport.Money
	seen := make(map[rapport.ID]bool, len(cases))
	cameBack := make(map[rapport.ID]bool)
	for _, c := range cases {
		if err := c.Validate(); err != nil {
			return CaseFigures{}, err
		}
		if seen[c.ID] {
			return CaseFigures{}, &ValidationError{Subject: "case", Name: string(c.ID), Problems: []Problem{{"id", Duplicate}}}
		}
		seen[c.ID] = true
		if c.Follows != "" && !c.Opened().After(asOf) {
			cameBack[c.Follows] = true
		}
	}
	for _, whole := range cases {
		c, ok := whole.AsOf(asOf)
		if !ok {
			continue
		}
		f.Cases++
		count(&f.Recurrence, c.Follows != "")
		if !c.FirstResponse.IsZero() {
			response = append(response, c.FirstResponse.Sub(c.Opened()))
		}
		at, settled := c.Settled()
		if settled || len(c.Rounds) > 1 {
			count(&f.Reopened, len(c.Rounds) > 1)
		}
		if !settled {
			f.Backlog++
			f.Oldest = max(f.Oldest, asOf.Sub(c.Opened()))
			if c.FirstResponse.IsZero() {
				f.Response.Waiting++
			}
			continue
		}
		solved := !c.Rounds[len(c.Rounds)-1].Resolved.IsZero()
		count(&f.Unsolved, !solved)
		if solved {
			resolution = append(resolution, at.Sub(c.Opened()))
			if c.Contacts > 0 {
				count(&f.FirstContact, c.Contacts == 1 && len(c.Rounds) == 1 && !cameBack[c.ID])
			}
		}
		if index, ok := c.Satisfaction.Index(); ok {
			ratings = append(ratings, index)
		}
		if !c.Compensation.IsZero() {
			paid = append(paid, c.Compensation)
		}
	}
	f.Resolution.Waiting = f.Backlog
	f.Response.take(response)
	f.Resolution.take(resolution)
	f.Satisfaction = meanEstimate(ratings, 0.95)
	var err error
	f.Compensation, err = sumByCurrency(paid)
	return f, err
}

// count adds an observation to a share.
func count(r *rapport.Ratio, hit bool) {
	if hit {
		r.Num++
	}
	r.Den++
	r.N++
}

// take fills in the quantiles (type 7 of Hyndman and Fan, The American Statistician
// 50, 1996).
func (t *CaseTimes) take(durations []time.Duration) {
	if t.N = len(durations); t.N == 0 {
		return
	}
	slices.Sort(durations)
	sorted := make([]float64, len(durations))
	for i, d := range durations {
		sorted[i] = d.Seconds()
	}
	at := func(p float64) time.Duration {
		return time.Duration(math.Round(numeric.Quantile(sorted, p) * float64(time.Second)))
	}
	t.Median, t.P90 = at(0.5), at(0.9)
}

// meanEstimate returns the mean of values with its interval, as far as there are
// enough of them.
func meanEstimate(values []float64, level float64) rapport.Estimate {
	n := len(values)
	if n == 0 {
		return rapport.Estimate{}
	}
	mean, variance, _ := stats.Mean(values, nil)
	e := rapport.Estimate{Value: mean, N: n}
	if n < 2 || variance == 0 {
		return e
	}
	e.SE = math.Sqrt(variance * float64(n) / float64(n-1))
	margin := e.SE * stats.StudentMargin(level, float64(n-1))
	e.Low, e.High, e.Level = mean-margin, mean+margin, level
	return e
}

// sumByCurrency adds up amounts, one sum for each currency in the order of their
// codes.
func sumByCurrency(amounts []rapport.Money) ([]rapport.Money, error) {
	byCurrency := slices.Clone(amounts)
	slices.SortStableFunc(byCurrency, func(a, b rapport.Money) int {
		return strings.Compare(a.Currency().String(), b.Currency().String())
	})
	var sums []rapport.Money
	for i := 0; i < len(byCurrency); {
		end := i + 1
		for end < len(byCurrency) && byCurrency[end].Currency() == byCurrency[i].Currency() {
			end++
		}
		sum, err := rapport.Sum(byCurrency[i:end]...)
		if err != nil {
			return nil, err
		}
		sums = append(sums, sum)
		i = end
	}
	return sums, nil
}
