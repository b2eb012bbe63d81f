package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/pipeline/process"
	"github.com/rapport-crm/rapport/store"
)

// This file is where a case of package customer meets a machine of package pipeline.
// Neither package knows the other. The machine decides whether a move may be made, and its
// record, a store.Case, holds what its gates ask for. The customer.Case, under the same
// id, holds what the customer's history needs: its stage, when somebody first answered,
// when it was solved. Both are written in one transaction.

// complaintProcess compiles the process of complaints with office hours.
func complaintProcess() (*pipeline.Machine, error) {
	calendar, err := pipeline.NewCalendar(time.UTC, pipeline.WorkWeek(pipeline.MustHours("09:00-17:00")), nil)
	if err != nil {
		return nil, err
	}
	options := process.Options(nil)
	options.Calendar = calendar
	return pipeline.Compile(process.Complaint(), options)
}

// complaint makes the case of a complaint and the fields that its process asks for.
func complaint(id rapport.ID, a *activity, channel customer.Channel, branch, category, words string) (customer.Case, pipeline.Values) {
	return customer.Case{
		ID: id, Customer: a.customer, Type: customer.CaseComplaint, Category: category, Severity: customer.SeverityHigh, Channel: channel, Branch: branch,
		Rounds: []customer.CaseRound{{Opened: a.at}}, Contacts: 1, RecordedAt: recordedAt(a.at),
	}, pipeline.Values{"verbatim": pipeline.Text(words), "origin": pipeline.Text("customer")}
}

// openCase opens the process of a case and stores both.
func openCase(ctx context.Context, tx store.Tx, c customer.Case, fields pipeline.Values) error {
	machine, err := complaintProcess()
	if err != nil {
		return err
	}
	record := store.Case{ID: c.ID, Customer: c.Customer, Owner: c.Owner, Fields: fields}
	in := pipeline.Input{By: c.Branch, Record: &record}
	position, move, err := machine.Open(in, c.Opened())
	if err != nil {
		return err
	}
	return keepMove(ctx, tx, machine, &record, c, 0, position, move, in, c.Opened())
}

// caseMove is a move that somebody wants to make.
type caseMove struct {
	trigger pipeline.TriggerID
	by      string
	roles   []string
	after   time.Duration // from the opening of the case
	data    pipeline.Values
	vote    *pipeline.Vote // an approval that is given just before
}

// moveCase fires a trigger: the machine decides, and what it decided is stored in both
// records. A refusal is an error of the machine, and then nothing is stored.
func (b *book) moveCase(ctx context.Context, machine *pipeline.Machine, id rapport.ID, m caseMove) (moved customer.Case, err error) {
	err = b.tenant.Update(ctx, func(tx store.Tx) error {
		pipelines, err := store.Pipelines(tx)
		if err != nil {
			return err
		}
		record, err := pipelines.Cases().Get(ctx, id)
		if err != nil {
			return err
		}
		cases, err := store.FileOf[customer.Case](tx)
		if err != nil {
			return err
		}
		had, err := cases.Get(ctx, id)
		if err != nil {
			return err
		}
		at := had.Record.Opened().Add(m.after)
		if m.vote != nil {
			vote := *m.vote
			vote.At = at
			record.Progress.Approvals = append(record.Progress.Approvals[:len(record.Progress.Approvals):len(record.Progress.Approvals)], vote)
		}
		in := pipeline.Input{By: m.by, Roles: m.roles, Data: m.data, Record: &record}
		position, move, err := machine.Fire(record.Position, m.trigger, in, at)
		if err != nil {
			return err
		}
		if err := keepMove(ctx, tx, machine, &record, had.Record, had.Version, position, move, in, at); err != nil {
			return err
		}
		now, err := cases.Get(ctx, id)
		moved = now.Record
		return err
	})
	return moved, err
}

// keepMove stores a move of the machine in both records: its own with the entry of the
// history and the next timer, and the customer's with what the stage means for it.
func keepMove(ctx context.Context, tx store.Tx, machine *pipeline.Machine, record *store.Case, c customer.Case, version int64,
	position pipeline.Position, move pipeline.Move, in pipeline.Input, at time.Time) error {
	entry, err := pipeline.NewEntry(record.ID, position, move, in)
	if err != nil {
		return err
	}
	entry.RecordedAt = recordedAt(at)
	fields := make(pipeline.Values, len(record.Fields)+len(in.Data)) // of its own: copies share the old one
	maps.Copy(fields, record.Fields)
	maps.Copy(fields, in.Data)
	record.Position, record.Fields = position, fields
	due, err := machine.NextDue(position, record, at)
	if err != nil {
		return err
	}
	for _, moment := range moments(entry, c) {
		if c, err = c.Enter(string(entry.To), moment, at, entry.RecordedAt); err != nil {
			return err
		}
	}
	c.Owner = cmp.Or(c.Owner, in.By)
	pipelines, err := store.Pipelines(tx)
	if err != nil {
		return err
	}
	cases, err := store.FileOf[customer.Case](tx)
	if err != nil {
		return err
	}
	if _, err := pipelines.Cases().Commit(ctx, *record, due, entry); err != nil {
		return err
	}
	_, err = cases.Put(ctx, c, version)
	return err
}

// moments says what a move of the process means for the case. A won end is a solution, a
// lost one a closing without; a way back from an end is a reopening; and whoever leaves
// the first stage has answered.
func moments(e pipeline.Entry, c customer.Case) []customer.CaseMoment {
	_, settled := c.Settled()
	switch {
	case e.Outcome == pipeline.Won:
		return []customer.CaseMoment{customer.CaseResolved, customer.CaseClosed}
	case e.Outcome.Closed():
		return []customer.CaseMoment{customer.CaseClosed}
	case settled:
		return []customer.CaseMoment{customer.CaseReopened}
	case e.From != "":
		return []customer.CaseMoment{customer.CaseResponded}
	}
	return []customer.CaseMoment{""}
}

// caseStep is what came of a move.
type caseStep struct {
	Trigger string
	By      string
	At      time.Time
	Stage   string
	Refused []string       // why not
	Case    *customer.Case // after it; nil if it was refused
}

// handle works on a complaint as the story has it: one move is refused first.
func (b *book) handle(ctx context.Context, c customer.Case) ([]caseStep, error) {
	machine, err := complaintProcess()
	if err != nil {
		return nil, err
	}
	day := 24 * time.Hour
	remedy := pipeline.Values{"finding": pipeline.Text("packed without padding"), "category": pipeline.Text(c.Category)}
	moves := []caseMove{
		{trigger: "acknowledge", by: "bram.oakes", after: 4 * day},
		{trigger: "propose", by: "bram.oakes", after: 5 * day, data: remedy},
		{trigger: "propose", by: "bram.oakes", after: 6 * day, data: remedy, vote: &pipeline.Vote{Name: "remedy", By: "maud.finch", Role: "service_manager"}},
		{trigger: "settle", by: "bram.oakes", after: 9 * day, data: pipeline.Values{"remedy": pipeline.Text("a new teapot")}},
	}
	var steps []caseStep
	for _, m := range moves {
		step := caseStep{Trigger: string(m.trigger), By: m.by, At: c.Opened().Add(m.after)}
		moved, err := b.moveCase(ctx, machine, c.ID, m)
		refused, ok := errors.AsType[*pipeline.RefusedError](err)
		switch {
		case ok:
			for _, reason := range refused.Reasons {
				step.Refused = append(step.Refused, strings.TrimPrefix(reason.Error(), "pipeline: "))
			}
		case err != nil:
			return nil, err
		default:
			step.Stage, step.Case = moved.Stage, &moved
		}
		steps = append(steps, step)
	}
	return steps, nil
}
