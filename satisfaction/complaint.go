package satisfaction

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

// SalePhase says whether feedback came before or after the sale.
type SalePhase uint8

// The phases.
const (
	AfterSale SalePhase = iota
	BeforeSale
)

// String returns "after_sale", "before_sale", and "SalePhase(9)" for a number that is
// no phase.
func (p SalePhase) String() string {
	switch p {
	case AfterSale:
		return "after_sale"
	case BeforeSale:
		return "before_sale"
	}
	return fmt.Sprintf("SalePhase(%d)", uint8(p))
}

// FeedbackOutcome says whether the customer was content with how the case ended.
type FeedbackOutcome uint8

// The outcomes.
const (
	OutcomeUnknown FeedbackOutcome = iota // nobody asked
	OutcomeSatisfied
	OutcomeDissatisfied
)

// Feedback is one complaint or other feedback of a customer, in the host's words: the
// categories and channels are its own.
type Feedback struct {
	Customer rapport.ID // empty: not known
	Category string     // such as "delivery"; may be empty
	Channel  string     // such as "phone"; may be empty
	Phase    SalePhase
	Opened   time.Time
	Closed   time.Time // when it was resolved, not before Opened; the zero time: still open
	Severity int       // by the host's scale, 0 or more
	Outcome  FeedbackOutcome
}

// FeedbackError reports a case that cannot be used.
type FeedbackError struct {
	Row    int // from 0
	Field  string
	Value  string // as it was given
	Reason string
	Err    error // the error about the value itself, such as a [*rapport.IDError], or nil
}

func (e *FeedbackError) Error() string {
	return fmt.Sprintf("satisfaction: feedback in row %d: %s %.80q: %s", e.Row, e.Field, e.Value, e.Reason)
}

// Unwrap returns Err.
func (e *FeedbackError) Unwrap() error { return e.Err }

func (f *Feedback) check(row int) error {
	wrong := func(field, value, reason string, err error) error {
		return &FeedbackError{Row: row, Field: field, Value: value, Reason: reason, Err: err}
	}
	for _, label := range [...]struct{ field, text string }{
		{"customer", string(f.Customer)}, {"category", f.Category}, {"channel", f.Channel},
	} {
		if err := checkLabel(label.text); err != nil {
			return wrong(label.field, label.text, "must be empty or at most 128 bytes of UTF-8 without control characters", err)
		}
	}
	switch {
	case f.Opened.IsZero():
		return wrong("opened", "", "must be set", nil)
	case !f.Closed.IsZero() && f.Closed.Before(f.Opened):
		return wrong("closed", f.Closed.Format(time.RFC3339), "must not be before "+f.Opened.Format(time.RFC3339), nil)
	case f.Phase > BeforeSale:
		return wrong("phase", f.Phase.String(), "must be before or after the sale", nil)
	case f.Outcome > OutcomeDissatisfied:
		return wrong("outcome", fmt.Sprint(uint8(f.Outcome)), "must be unknown, satisfied or dissatisfied", nil)
	case f.Severity < 0:
		return wrong("severity", fmt.Sprint(f.Severity), "must be 0 or more", nil)
	}
	return nil
}

// openAt reports whether the case is open at the instant.
func (f *Feedback) openAt(asOf time.Time) bool { return f.Closed.IsZero() || f.Closed.After(asOf) }

// daysUntil returns how long the case had been open by the instant, or was until it was
// closed, in days of 24 hours.
func (f *Feedback) daysUntil(asOf time.Time) float64 {
	end := asOf
	if !f.openAt(asOf) {
		end = f.Closed
	}
	return end.Sub(f.Opened).Hours() / 24
}

// FeedbackTerms are what [AnalyzeFeedback] measures by.
type FeedbackTerms struct {
	AsOf        time.Time     // what came or was closed later is not known yet; must be set
	ServiceTime time.Duration // within which a case should be closed, above 0
	Recurrence  time.Duration // within which the same complaint of the same customer counts as come back, above 0
	Level       float64       // confidence of the intervals; 0: 0.95
}

func (t *FeedbackTerms) check() error {
	if t.AsOf.IsZero() {
		return &ArgumentError{Name: "as-of year", Value: float64(t.AsOf.Year()), Reason: "the instant must be set"}
	}
	for _, d := range [...]struct {
		name  string
		value time.Duration
	}{{"service time", t.ServiceTime}, {"recurrence window", t.Recurrence}} {
		if d.value <= 0 {
			return &ArgumentError{Name: d.name, Value: float64(d.value), Reason: "must be above 0 (in nanoseconds)"}
		}
	}
	var err error
	t.Level, err = levelOf(t.Level)
	return err
}
