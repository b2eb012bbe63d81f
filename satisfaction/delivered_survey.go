package satisfaction

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// What a [*DeliveredAnswerError] can wrap, beside what [DeliveredAmounts.Deliver]
// returns.
var (
	// ErrAnsweredTwice says that a customer answered twice on one firm.
	ErrAnsweredTwice = errors.New("answered twice")
	// ErrNoCompleteAnswer says that no answer has all parts.
	ErrNoCompleteAnswer = errors.New("no answer with all parts")
)

// DeliveredAnswer is what a customer gets from one firm, as entered or priced from a
// survey by [PriceDelivered].
type DeliveredAnswer struct {
	Customer rapport.ID
	Amounts  DeliveredAmounts
}

// DeliveredAnswerError reports an answer that cannot be used.
type DeliveredAnswerError struct {
	Row      int // from 1
	Customer rapport.ID
	Err      error
}

// Error names the row and the customer.
func (e *DeliveredAnswerError) Error() string {
	reason := strings.TrimPrefix(strings.TrimPrefix(e.Err.Error(), "satisfaction: "), "delivered value: ") // said already
	return fmt.Sprintf("satisfaction: delivered value: answer %d of customer %q: %s", e.Row, e.Customer, reason)
}

// Unwrap returns the reason.
func (e *DeliveredAnswerError) Unwrap() error { return e.Err }

// DeliveredOptions says how answers are read; nil is all defaults.
type DeliveredOptions struct {
	// AllowMissing leaves out answers with missing parts and counts them; otherwise they
	// are an error.
	AllowMissing bool
	Level        float64 // confidence of the intervals; 0 stands for 0.95
}

func (o *DeliveredOptions) read() (DeliveredOptions, error) {
	var read DeliveredOptions
	if o != nil {
		read = *o
	}
	if read.Level == 0 {
		read.Level = 0.95
	}
	if !(read.Level > 0 && read.Level < 1) {
		return read, &EconomicsError{Name: "Level", Value: read.Level, Reason: "want above 0 and below 1"}
	}
	return read, nil
}

// DeliveredMean is the delivered value of one firm over its respondents.
type DeliveredMean struct {
	// Totals adds up each part over the N respondents, exactly; Total is the sum of their
	// delivered values: that of the parts of value less that of the parts of cost.
	Totals DeliveredAmounts
	Total  rapport.Money
	N      int
	// Delivered is the mean per respondent in major units, Parts those of its parts,
	// costs as positive amounts. Intervals are Student's, mean ± t·s/√n with n − 1 degrees
	// of freedom; one respondent has none, and neither have amounts that are all the same.
	Delivered rapport.Estimate
	Parts     map[DeliveredPart]rapport.Estimate
	// LeftOut counts answers with missing parts, and Missing how often each part was
	// missing, if the options allow it.
	LeftOut int
	Missing map[DeliveredPart]int
}

// SurveyDelivered returns the mean delivered value over respondents, each with the
// same weight. The error is an [*EconomicsError] for the level, or a
// [*DeliveredAnswerError]: an invalid id ([*rapport.IDError]), [ErrAnsweredTwice],
// what [DeliveredAmounts.Deliver] returns, or amounts of two currencies; it wraps
// [ErrNoCompleteAnswer] if no answer is left.
func SurveyDelivered(answers []DeliveredAnswer, options *DeliveredOptions) (DeliveredMean, error) {
	o, err := options.read()
	if err != nil {
		return DeliveredMean{}, err
	}
	s, err := readDelivered(answers, o)
	if err != nil {
		return DeliveredMean{}, err
	}
	return s.mean, nil
}

// deliveredSample is answers that were read: those with all parts.
type deliveredSample struct {
	mean      DeliveredMean
	customers []rapport.ID       // in order of rows; the next three know them by this place
	amounts   []rapport.Money    // delivered
	delivered []float64          // the same in major units
	place     map[rapport.ID]int // −1 for those that were left out
}

func readDelivered(answers []DeliveredAnswer, o DeliveredOptions) (deliveredSample, error) {
	s := deliveredSample{place: make(map[rapport.ID]int, len(answers))}
	s.mean = DeliveredMean{Totals: DeliveredAmounts{}, Parts: map[DeliveredPart]rapport.Estimate{}, Missing: map[DeliveredPart]int{}}
	parts := make(map[DeliveredPart][]float64)
	for i, answer := range answers {
		if err := s.take(answer, parts, o.AllowMissing); err != nil {
			return s, &DeliveredAnswerError{Row: i + 1, Customer: answer.Customer, Err: err}
		}
	}
	if s.mean.N = len(s.customers); s.mean.N == 0 {
		return s, fmt.Errorf("satisfaction: delivered value of %d answers: %w", len(answers), ErrNoCompleteAnswer)
	}
	var err error
	if s.mean.Delivered, err = meanEstimate(s.delivered, o.Level); err != nil {
		return s, err
	}
	for _, part := range DeliveredParts() {
		if s.mean.Parts[part], err = meanEstimate(parts[part], o.Level); err != nil {
			return s, err
		}
	}
	return s, nil
}

// take adds one answer.
func (s *deliveredSample) take(answer DeliveredAnswer, parts map[DeliveredPart][]float64, allowMissing bool) error {
	if err := answer.Customer.Validate(); err != nil {
		return err
	}
	if _, seen := s.place[answer.Customer]; seen {
		return ErrAnsweredTwice
	}
	d, err := answer.Amounts.Deliver(false)
	var missing *MissingPartsError
	if errors.As(err, &missing) && allowMissing {
		s.place[answer.Customer] = -1
		s.mean.LeftOut++
		for _, part := range missing.Parts {
			s.mean.Missing[part]++
		}
		return nil
	}
	if err != nil {
		return err
	}
	if s.mean.Total, err = added("total", s.mean.Total, d.Delivered); err != nil {
		return err
	}
	for _, part := range DeliveredParts() {
		if s.mean.Totals[part], err = added(string(part), s.mean.Totals[part], answer.Amounts[part]); err != nil {
			return err
		}
		parts[part] = append(parts[part], inMajor(answer.Amounts[part]))
	}
	s.place[answer.Customer] = len(s.customers)
	s.customers = append(s.customers, answer.Customer)
	s.amounts = append(s.amounts, d.Delivered)
	s.delivered = append(s.delivered, inMajor(d.Delivered))
	return nil
}

// meanEstimate returns the mean of values, at least one, with its Student interval.
func meanEstimate(values []float64, level float64) (rapport.Estimate, error) {
	mean, variance, n := stats.Mean(values, nil)
	return finiteDelivered(studentEstimate(mean, math.Sqrt(variance), level, n, len(values)))
}

// finiteDelivered refuses a figure that amounts beyond float64 have spoiled.
func finiteDelivered(e rapport.Estimate) (rapport.Estimate, error) {
	if err := e.Validate(); err != nil {
		return rapport.Estimate{}, fmt.Errorf("satisfaction: delivered value: %w", err)
	}
	return e, nil
}
