package pipeline

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Edit is a change of a deal that is no move. There are [Values] for fields,
// [ReplaceLines], [SumLines], [Judge], [PlanStep], [Touch], [DoItem], [UndoItem],
// [OpenProblem], [SolveProblem], [CastVote], [ReportPart] and [NamePartner].
type Edit interface {
	// edit changes the deal.
	edit(*editing) error
	// late reports whether a closed deal may still be changed so.
	late() bool
}

// editing is an edit on its way.
type editing struct {
	*Deal
	m     *Machine
	stage *stage
	in    *Input
	at    time.Time
}

// UnknownNameError says that a definition does not have what an edit names.
type UnknownNameError struct {
	Definition Ref
	What       string // "checklist item", "approval", "part"; of a deal "problem"
	Name       string
}

func (e *UnknownNameError) Error() string {
	return fmt.Sprintf("pipeline: %s has no %s %q", name(e.Definition), e.What, e.Name)
}

// Set sets fields of the deal, its own and those that the definition declares; an empty
// value clears a field. It is [Deal.Edit] with those values.
func (d *Deal) Set(m *Machine, values Values, in Input, at time.Time) (Deal, Entry, error) {
	return d.Edit(m, in, at, values)
}

// Edit changes the deal without a move and returns it with one entry for its history: all
// edits, in their order, or none. Input.Data, if there is any, is set first. No edit at all
// writes down Input.Note.
//
// A closed deal can be touched, noted and given a next step; its problems can be solved
// and its parts go on. All other edits are for open deals: a [*ClosedError].
//
// If it returns an error nothing has happened. The errors are, before those of the edits,
// those of [Machine.Fire] up to a [*TimeError]. Of the edits: an [*InputError], an
// [*UnknownFieldError], an [*UnknownNameError], a [*LineError] and a [*CurrencyError].
func (d *Deal) Edit(m *Machine, in Input, at time.Time, edits ...Edit) (Deal, Entry, error) {
	next, e := *d, Entry{}
	err := d.edit(&next, &e, m, &in, at, edits)
	if err != nil {
		return *d, Entry{}, err
	}
	return next, e, nil
}

func (d *Deal) edit(next *Deal, e *Entry, m *Machine, in *Input, at time.Time, edits []Edit) error {
	if err := d.check(in, at); err != nil {
		return err
	}
	i, now, err := m.ready(&d.Position, in.Version, at)
	if err != nil {
		return err
	}
	all := edits
	if len(in.Data) > 0 {
		all = append([]Edit{in.Data}, edits...)
	}
	stage := &m.stages[i]
	work := editing{next, m, stage, in, now.Time()}
	for n, edit := range all {
		if edit == nil {
			return &InputError{Name: fmt.Sprintf("edit %d", n), Want: "an edit, not nil"}
		}
		if stage.Kind.Closed() && !edit.late() {
			return &ClosedError{Stage: d.Stage, Outcome: stage.Kind}
		}
		if err := edit.edit(&work); err != nil {
			return err
		}
	}
	if err := next.checkCurrency(); err != nil {
		return err
	}
	if err := e.digestEdits(in, edits); err != nil {
		return err
	}
	m.carry(&next.Position, &stage.edited, now)
	e.Changes = compareDeals(d, next)
	next.enter(e, &stage.edited, in)
	return nil
}

func (v Values) late() bool { return false }

func (v Values) edit(e *editing) error {
	if err := e.m.checkData(e.Stage, v); err != nil {
		return err
	}
	return e.assign(v)
}

// ReplaceLines gives the deal other lines. The amount stays; see [SumLines].
type ReplaceLines struct {
	Lines []Line `json:"lines"`
}

func (r ReplaceLines) late() bool { return false }

func (r ReplaceLines) edit(e *editing) error {
	if _, err := Total(r.Lines); err != nil {
		return err
	}
	e.Lines = slices.Clone(r.Lines)
	if len(e.Lines) == 0 {
		e.Lines = nil
	}
	return nil
}

// SumLines makes the total of the lines the amount of the deal, see [Total].
type SumLines struct {
	Rounding rapport.Rounding `json:"rounding"`
}

func (s SumLines) late() bool { return false }

func (s SumLines) edit(e *editing) error {
	if len(e.Lines) == 0 {
		return &InputError{Name: "lines", Value: "none", Want: "at least one to sum up"}
	}
	total, err := Total(e.Lines)
	if err != nil {
		return err
	}
	e.Amount = total.Round(s.Rounding)
	return nil
}

// NamePartner says which partner has registered the deal; none: it is one's own.
type NamePartner struct {
	Partner rapport.ID `json:"partner"`
}

func (n NamePartner) late() bool { return false }

func (n NamePartner) edit(e *editing) error {
	if n.Partner != "" && n.Partner.Validate() != nil || checkText("partner", string(n.Partner)) != nil {
		return &InputError{Name: "partner", Value: string(n.Partner), Want: "an id"}
	}
	e.Partner = n.Partner
	return nil
}

// Judge puts a person's judgement in place of the stage's probability and category, or
// with neither takes it back. It keeps who judged, and when.
type Judge struct {
	Probability *int     `json:"probability,omitempty"` // percent, 0 to 100; nil: as the stage says
	Category    Category `json:"category,omitempty"`    // CategoryNone: as the stage says; not CategoryClosed
	Reason      string   `json:"reason"`                // needed for a judgement
}

func (j Judge) late() bool { return false }

func (j Judge) edit(e *editing) error {
	if j.Probability == nil && j.Category == CategoryNone {
		e.Override = Override{}
		return nil
	}
	judged := Override{Probability: j.Probability, Category: j.Category, Reason: j.Reason, By: e.in.By, At: e.at}
	if err := judged.check(); err != nil {
		return err
	}
	if j.Probability != nil {
		percent := *j.Probability
		judged.Probability = &percent
	}
	if j.Reason == "" {
		return &ReasonError{}
	}
	if err := checkText("reason", j.Reason); err != nil {
		return err
	}
	if err := checkText("by", e.in.By); err != nil {
		return err
	}
	e.Override = judged
	return nil
}

// check refuses figures that no open deal can have.
func (o *Override) check() error {
	if o.Probability != nil && (*o.Probability < 0 || *o.Probability > 100) {
		return &InputError{Name: "probability", Value: fmt.Sprint(*o.Probability), Want: "percent, 0 to 100"}
	}
	if o.Category >= CategoryClosed {
		return &InputError{Name: "category", Value: o.Category.String(), Want: "one of the constants below closed, which is for won deals"}
	}
	return nil
}

// PlanStep says what is to be done next; an empty one says that nothing is.
type PlanStep struct {
	NextStep
}

func (p PlanStep) late() bool { return true }

func (p PlanStep) edit(e *editing) error {
	if err := p.check(); err != nil {
		return err
	}
	e.NextStep = p.NextStep
	return nil
}

func (n NextStep) check() error {
	if n.Due != (Date{}) && !n.Due.IsValid() {
		return &InputError{Name: "due date", Value: n.Due.String(), Want: "a date"}
	}
	return checkText("next step", n.Text)
}

// Touch says that somebody worked on the deal with the customer.
type Touch struct{}

func (Touch) late() bool { return true }

func (Touch) edit(e *editing) error {
	e.TouchedAt = e.at
	return nil
}
