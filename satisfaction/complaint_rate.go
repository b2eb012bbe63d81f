package satisfaction

import (
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// ComplaintRate returns the share of customers who came with at least one case opened
// in the period, of so many customers altogether, with Wilson's interval; 0 customers
// have none. The cases are to be complaints: other feedback is left out by the caller.
// Cases without a customer are not counted. Two periods are held against
// each other by [CompareShares]. The error is a [*FeedbackError], or an
// [*ArgumentError] for the level and for a number of customers that is below that of
// those who complained.
func ComplaintRate(cases []Feedback, period rapport.Interval, customers int, level float64) (ShareScore, error) {
	level, err := levelOf(level)
	if err != nil {
		return ShareScore{}, err
	}
	complained := make(map[rapport.ID]bool)
	for row := range cases {
		f := &cases[row]
		if err := f.check(row); err != nil {
			return ShareScore{}, err
		}
		if f.Customer != "" && period.Contains(f.Opened) {
			complained[f.Customer] = true
		}
	}
	if customers < len(complained) {
		return ShareScore{}, &ArgumentError{Name: "customers", Value: float64(customers), Reason: "must not be fewer than those who complained"}
	}
	got := ShareScore{From: 1, To: 1, High: 1, Method: Wilson}
	if customers == 0 {
		return got, nil
	}
	n, x := float64(customers), float64(len(complained))
	got.fill(x, n, customers, math.Sqrt(x/n*(1-x/n)/n), n, level)
	return got, nil
}

// ComplaintWarning names what is odd about a [ComplaintLink].
type ComplaintWarning string

// The warnings of [CheckComplaints].
const (
	// ComplaintsWrongSign: more satisfied customers complain more often. Answers or
	// cases may be coded the wrong way round, or complaints may be what brings
	// customers to the survey.
	ComplaintsWrongSign ComplaintWarning = "wrong_sign"
	// ComplaintsNoLink: the interval of the slope holds 0.
	ComplaintsNoLink ComplaintWarning = "no_link"
	// ComplaintsConstant: all are equally satisfied, or all or none complained; there is
	// no slope.
	ComplaintsConstant ComplaintWarning = "constant"
)

// ComplaintLink is how complaints go with satisfaction.
type ComplaintLink struct {
	// Slope is the change in the probability of a complaint, 0 to 1, with one more
	// point of satisfaction: the least-squares slope, with a standard error that does
	// not suppose equal variances, and Student's interval. It should be negative.
	Slope                    rapport.Estimate
	Complained, Uncomplained MeanScore // satisfaction of those who did and who did not
	Warnings                 []ComplaintWarning
}

// CheckComplaints holds the cases of customers against what they answered to an item of
// satisfaction: in all indices of satisfaction complaints are to fall as it rises.
// The cases are to be complaints; responses without a customer or without an answer are
// left out, and cases of a customer who did not answer count for nothing. level is the
// confidence, 0: 0.95. The error is an [*UnknownItemError], a [*FeedbackError] or an
// [*ArgumentError].
func CheckComplaints(r *Responses, item string, cases []Feedback, level float64) (ComplaintLink, error) {
	level, err := levelOf(level)
	if err != nil {
		return ComplaintLink{}, err
	}
	if err := wantResponses(r); err != nil {
		return ComplaintLink{}, err
	}
	complained := make(map[rapport.ID]bool)
	for row := range cases {
		if err := cases[row].check(row); err != nil {
			return ComplaintLink{}, err
		}
		complained[cases[row].Customer] = true
	}
	known := r.Filter(func(response Response) bool { return response.Customer != "" })
	with := known.Filter(func(response Response) bool { return complained[response.Customer] })
	without := known.Filter(func(response Response) bool { return !complained[response.Customer] })
	yes, err := with.Column(item)
	if err != nil {
		return ComplaintLink{}, err
	}
	no, err := without.Column(item)
	if err != nil {
		return ComplaintLink{}, err
	}
	var link ComplaintLink
	if link.Complained, err = MeanOf(yes, level); err != nil {
		return ComplaintLink{}, err
	}
	if link.Uncomplained, err = MeanOf(no, level); err != nil {
		return ComplaintLink{}, err
	}
	link.Slope = slopeOf(yes, no, level)
	switch {
	case !link.Slope.HasValue():
		link.Warnings = append(link.Warnings, ComplaintsConstant)
	case link.Slope.Value > 0:
		link.Warnings = append(link.Warnings, ComplaintsWrongSign)
	}
	if link.Slope.HasInterval() && link.Slope.Low <= 0 && link.Slope.High >= 0 {
		link.Warnings = append(link.Warnings, ComplaintsNoLink)
	}
	return link, nil
}

// slopeOf regresses a complaint, 1 or 0, on satisfaction.
func slopeOf(yes, no Column, level float64) rapport.Estimate {
	if yes.Len() == 0 || no.Len() == 0 || yes.Len()+no.Len() < 3 {
		return rapport.Estimate{}
	}
	var x, y, weights []float64
	// Round a middling answer, so that the intercept takes no digits from the slope.
	centre := yes.item.Low/2 + yes.item.High/2
	for complaint, c := range []Column{no, yes} {
		for i, value := range c.values {
			x, y = append(x, 1, value-centre), append(y, float64(complaint))
			w := 1.0
			if c.weights != nil {
				w = c.weights[i]
			}
			weights = append(weights, w)
		}
	}
	fit, err := stats.LeastSquares(x, 2, y, weights)
	if err != nil || !finite(fit.Coefficients[1]) || !finite(fit.SE(1)) {
		return rapport.Estimate{} // all answers are the same
	}
	e := rapport.Estimate{Value: fit.Coefficients[1], SE: fit.SE(1), N: len(y)}
	if e.SE > 0 {
		margin := stats.StudentMargin(level, float64(fit.DF)) * e.SE
		e.Low, e.High, e.Level = e.Value-margin, e.Value+margin, level
	}
	return e
}
