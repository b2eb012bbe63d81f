package customer

import (
	"encoding/json"
	"time"

	"github.com/rapport-crm/rapport"
)

// FileWinBack is the kind of record of a [WinBack].
const FileWinBack FileKind = "win-back"

// WinBackOutcome says how a win-back case ended.
type WinBackOutcome string

// The outcomes.
const (
	WinBackOpen     WinBackOutcome = "open"      // not known yet
	WinBackWon      WinBackOutcome = "won"       // it bought again
	WinBackRefused  WinBackOutcome = "refused"   // it said no
	WinBackNoAnswer WinBackOutcome = "no-answer" // the time for it has run out
)

// WinBack is the case of one lost customer in one campaign, in either arm: what was
// known when it was opened, and what became of it. Customers of the control group
// have a case as well, or there would be nothing to compare with.
type WinBack struct {
	ID           rapport.ID     `json:"id"`
	Customer     rapport.ID     `json:"customer"`
	Campaign     rapport.ID     `json:"campaign"`
	Arm          CampaignArm    `json:"arm"`
	Cause        string         `json:"cause,omitzero"`         // the host's code of why it left
	Satisfaction *float64       `json:"satisfaction,omitempty"` // the last stated, 0 to 100; nil: none
	Chance       float64        `json:"chance"`                 // as estimated then, 0 to 1
	SecondValue  rapport.Money  `json:"second_value"`           // CLV₂ as estimated then
	Cost         rapport.Money  `json:"cost"`                   // of the measure, not negative; 0 of the currency in the control group
	Outcome      WinBackOutcome `json:"outcome"`
	OutcomeAt    time.Time      `json:"outcome_at,omitzero"` // required unless open
	Value        *rapport.Money `json:"value,omitempty"`     // what the customer brought since, if won; nil: not known
	At           time.Time      `json:"at"`                  // event time: when the case was opened
	RecordedAt   time.Time      `json:"recorded_at"`         // record time
}

// OpenWinBack returns an open case for a candidate, with the arm of [AssignWinBack].
// In the control group the cost is 0. The error is a [*WinBackError] or a
// [*ValidationError].
func OpenWinBack(id, campaign rapport.ID, c *WinBackCandidate, seed uint64, control float64, at, recordedAt time.Time) (WinBack, error) {
	arm, err := AssignWinBack(seed, campaign, c.Customer, control)
	if err != nil {
		return WinBack{}, err
	}
	w := WinBack{
		ID: id, Customer: c.Customer, Campaign: campaign, Arm: arm, Cause: c.Cause, Satisfaction: c.Satisfaction,
		Chance: c.Chance, SecondValue: c.SecondValue, Cost: c.Cost, Outcome: WinBackOpen, At: at, RecordedAt: recordedAt,
	}
	if arm == ArmControl {
		if w.Cost, err = c.Cost.Sub(c.Cost); err != nil {
			return WinBack{}, &WinBackError{Customer: c.Customer, Field: "Cost", Err: err}
		}
	}
	w.settle()
	if err := w.Validate(); err != nil {
		return WinBack{}, err
	}
	return w, nil
}

// Close returns the case with its outcome, written down at recordedAt; value is what
// a customer that was won brought since, nil if that is not known. The error is a
// [*ValidationError]: NotAllowed for a case that is closed already.
func (w WinBack) Close(outcome WinBackOutcome, at, recordedAt time.Time, value *rapport.Money) (WinBack, error) {
	if w.Outcome != WinBackOpen || outcome == WinBackOpen {
		var c checker
		c.report(path{field: "outcome"}, NotAllowed)
		return WinBack{}, c.err("win-back", string(w.ID))
	}
	w.Outcome, w.OutcomeAt, w.RecordedAt, w.Value = outcome, at, recordedAt, value
	w.settle()
	if err := w.Validate(); err != nil {
		return WinBack{}, err
	}
	return w, nil
}

// Filing files the case under its customer, with its campaign.
func (w WinBack) Filing() Filing {
	w.settle()
	return Filing{Kind: FileWinBack, ID: w.ID, Customer: w.Customer, With: w.Campaign, At: w.At, RecordedAt: w.RecordedAt}
}

// Validate returns nil or a [*ValidationError]. An outcome before the case was opened
// is OutOfRange; a value without a won customer, and one of another currency than the
// cost, are NotAllowed.
func (w WinBack) Validate() error {
	var c checker
	c.id(path{field: "id"}, w.ID)
	c.id(path{field: "customer"}, w.Customer)
	c.id(path{field: "campaign"}, w.Campaign)
	if w.Arm != ArmTreatment && w.Arm != ArmControl {
		c.report(path{field: "arm"}, enumReason(w.Arm == ""))
	}
	c.optional(path{field: "cause"}, w.Cause, MaxCodeLength)
	if !isSatisfaction(w.Satisfaction) {
		c.report(path{field: "satisfaction"}, OutOfRange)
	}
	if !isShare(w.Chance) {
		c.report(path{field: "chance"}, OutOfRange)
	}
	c.money("second_value", w.SecondValue)
	if c.money("cost", w.Cost) {
		if w.Cost.Sign() < 0 {
			c.report(path{field: "cost"}, WrongSign)
		}
		if w.Cost.Currency() != w.SecondValue.Currency() {
			c.report(path{field: "cost"}, NotAllowed)
		}
	}
	closed := w.Outcome == WinBackWon || w.Outcome == WinBackRefused || w.Outcome == WinBackNoAnswer
	if !closed && w.Outcome != WinBackOpen {
		c.report(path{field: "outcome"}, enumReason(w.Outcome == ""))
	}
	c.instant(path{field: "outcome_at"}, w.OutcomeAt, closed)
	if !closed && !w.OutcomeAt.IsZero() {
		c.report(path{field: "outcome_at"}, NotAllowed)
	} else if !w.OutcomeAt.IsZero() && w.OutcomeAt.Before(w.At) {
		c.report(path{field: "outcome_at"}, OutOfRange)
	}
	if w.Value != nil && c.money("value", *w.Value) && (w.Outcome != WinBackWon || w.Value.Currency() != w.Cost.Currency()) {
		c.report(path{field: "value"}, NotAllowed)
	}
	c.instant(path{field: "at"}, w.At, true)
	c.instant(path{field: "recorded_at"}, w.RecordedAt, true)
	return c.err("win-back", string(w.ID))
}

func (w *WinBack) settle() { settleTimes(&w.OutcomeAt, &w.At, &w.RecordedAt) }

type plainWinBack WinBack

type winBackForm struct {
	Format int `json:"format"`
	*plainWinBack
}

// MarshalJSON writes every field in a versioned form, times in UTC. It refuses
// what [WinBack.Validate] does.
func (w WinBack) MarshalJSON() ([]byte, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	w.settle()
	return json.Marshal(winBackForm{jsonFormat, (*plainWinBack)(&w)})
}

// UnmarshalJSON reads what [WinBack.MarshalJSON] writes and validates it. Null leaves
// w as it is; so does an error.
func (w *WinBack) UnmarshalJSON(text []byte) error {
	var read WinBack
	return readFiled("win-back", text, w, &read, &winBackForm{plainWinBack: (*plainWinBack)(&read)})
}
