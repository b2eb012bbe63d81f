package main

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/pipeline/process"
)

// tenderProcess compiles the process of the story: that of project sales, in a week of
// five days from nine to six with one holiday.
func tenderProcess() (*pipeline.Machine, error) {
	return compile(process.ProjectSales())
}

func compile(d pipeline.Definition) (*pipeline.Machine, error) {
	week := pipeline.WorkWeek(pipeline.MustHours("09:00-18:00"))
	calendar, err := pipeline.NewCalendar(time.UTC, week, &pipeline.CalendarOptions{Holidays: []pipeline.Date{pipeline.MustDate("2026-05-01")}})
	if err != nil {
		return nil, err
	}
	options := process.Options(nil)
	options.Calendar = calendar
	return pipeline.Compile(d, options)
}

// step is something that somebody tried, and what came of it.
type step struct {
	At      time.Time        `json:"at"`
	Deal    rapport.ID       `json:"deal"`
	By      string           `json:"by"`
	Did     string           `json:"did"`
	From    pipeline.StageID `json:"from,omitempty"`
	To      pipeline.StageID `json:"to,omitempty"`
	Refused []string         `json:"refused,omitempty"` // the reasons
}

// tale is the deals of the story with their histories, and all that was tried.
type tale struct {
	machine   *pipeline.Machine
	deals     map[rapport.ID]*pipeline.Deal
	order     []rapport.ID
	histories map[rapport.ID]*pipeline.History
	steps     []step
	err       error // the first that should not have been
}

// who may do what in this story.
func roles(by string) []string {
	return map[string][]string{
		"li.wei": nil, "amara": {"presales"}, "jonas": {"bid_manager"}, "ines": {"sales_manager"}, "petra": {"finance"},
	}[by]
}

// open begins a deal.
func (t *tale) open(day int, by string, d pipeline.Deal) {
	at := date(day)
	d.Owner = by
	h, err := pipeline.NewHistory()
	if err != nil {
		t.fail(err)
		return
	}
	fresh, e, err := h.Open(t.machine, d, t.input(by), at, at)
	t.note(at, d.ID, by, "open", e, err)
	if err != nil {
		t.fail(err)
		return
	}
	t.deals[d.ID], t.histories[d.ID] = &fresh, h
	t.order = append(t.order, d.ID)
}

func (t *tale) input(by string) pipeline.Input {
	return pipeline.Input{By: by, Roles: roles(by), Books: books()}
}

// books are in euros; the one other currency of the story has one rate.
func books() *pipeline.Books {
	rates, err := rapport.NewRates(rapport.Rate{From: rapport.CHF, To: rapport.EUR, At: date(0), Value: decimalOf("1.06")})
	if err != nil {
		panic(err) // the rate is a literal
	}
	return &pipeline.Books{Currency: rapport.EUR, Rates: rates}
}

// fire tries a trigger. It may be refused: that is part of the story.
func (t *tale) fire(day int, by string, id rapport.ID, trigger pipeline.TriggerID, change ...func(*pipeline.Input)) {
	at, in := date(day), t.input(by)
	for _, c := range change {
		c(&in)
	}
	next, e, err := t.histories[id].Fire(t.machine, t.deals[id], trigger, in, at, at)
	t.note(at, id, by, string(trigger), e, err)
	if err == nil {
		*t.deals[id] = next
	}
}

// edit changes a deal without a move.
func (t *tale) edit(day int, by string, id rapport.ID, did string, edits ...pipeline.Edit) {
	at := date(day)
	next, e, err := t.histories[id].Edit(t.machine, t.deals[id], t.input(by), at, at, edits...)
	t.note(at, id, by, did, e, err)
	if err != nil {
		t.fail(err)
		return
	}
	*t.deals[id] = next
}

func (t *tale) note(at time.Time, id rapport.ID, by, did string, e pipeline.Entry, err error) {
	s := step{At: at, Deal: id, By: by, Did: did, From: e.From, To: e.To, Refused: reasons(err)}
	t.steps = append(t.steps, s)
}

func (t *tale) fail(err error) {
	if t.err == nil {
		t.err = fmt.Errorf("the story went wrong: %w", err)
	}
}

// date is nine o'clock of a day of the story, counted from Monday, 2 March 2026.
func date(day int) time.Time { return time.Date(2026, 3, 2+day, 9, 0, 0, 0, time.UTC) }

func set(values pipeline.Values) func(*pipeline.Input) {
	return func(in *pipeline.Input) { in.Data = values }
}

func because(reason string) func(*pipeline.Input) {
	return func(in *pipeline.Input) { in.Reason = reason }
}
