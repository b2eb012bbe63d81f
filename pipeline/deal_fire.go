package pipeline

import (
	"context"
	"time"
)

// Fire moves the deal by a trigger and returns the moved deal with the entry for its
// history; the receiver stays as it is. Input.Record is set to the deal, and Input.Data is
// set on it with the move: its own fields and those of the definition.
//
// Entering a won or lost stage sets the close date to the day of at in the zone of the
// machine's calendar (UTC without one), unless Input.Data gives one, and locks the rate of
// that day if there are Input.Books. Coming back from a closed stage clears both; gates see
// a closed deal without its close date, so that whoever opens it again names a new one.
//
// If it returns an error nothing has happened, and the deal that it returns is the one it
// was given. The errors are those of [Machine.Fire], an [*InputError] for texts that are
// not UTF-8, a [*CurrencyError], a [*BookingError], and a [*ClosedError] for an amount or
// close date that would change while the deal is booked.
func (d *Deal) Fire(m *Machine, trigger TriggerID, in Input, at time.Time) (next Deal, e Entry, err error) {
	next = *d
	err = d.fire(&next, &e, m, trigger, &in, at) // results by name are built where the caller finds them
	return
}

func (d *Deal) fire(next *Deal, e *Entry, m *Machine, trigger TriggerID, in *Input, at time.Time) error {
	if err := d.check(in, at); err != nil {
		return err
	}
	in.Record = d
	move, err := m.fire(&next.Position, trigger, in, at)
	if err != nil {
		return err
	}
	if move.route.alters(in) {
		if err := next.follow(move.route, d, m, in, at); err != nil {
			*next = *d
			return err
		}
		e.Changes = compareDeals(d, next)
	}
	if in.Request != "" {
		if err := e.digestRequest(string(trigger), in); err != nil {
			*next, *e = *d, Entry{}
			return err
		}
	}
	next.enter(e, move.route, in)
	return nil
}

// check refuses what no entry could hold.
func (d *Deal) check(in *Input, at time.Time) error {
	if err := in.checkTexts(); err != nil {
		return err
	}
	if at.Unix() >= endOfYears || at.Unix() < startOfYears {
		return &TimeError{at, d.ChangedAt.Time()}
	}
	return nil
}

// The years 1 to 9999 of UTC, those that RFC 3339 can write, in seconds: from the first,
// that of the zero time, to before 10000-01-01.
const (
	startOfYears = -62_135_596_800
	endOfYears   = 253_402_300_800
)

// withoutClose is how gates see a closed deal.
func (d *Deal) withoutClose() *Deal {
	seen := *d
	seen.CloseDate, seen.Booked = Date{}, Booking{}
	return &seen
}

// alters reports whether more of a deal than its position changes on a route.
func (r *route) alters(in *Input) bool {
	return len(in.Data) > 0 || r.kind == Reopened || r.to.Kind.Closed() && r.kind == Moved
}

// follow changes a deal that was d as far as its move goes beyond its position.
func (next *Deal) follow(r *route, d *Deal, m *Machine, in *Input, at time.Time) error {
	if err := next.assign(in.Data); err != nil {
		return err
	}
	switch {
	case r.kind == Reopened:
		next.reopen(in)
	case r.to.Kind.Closed() && r.kind != Stayed:
		if err := next.close(m, in, at); err != nil {
			return err
		}
	case !d.Booked.IsZero() && (!next.Amount.Equal(d.Amount) || next.CloseDate != d.CloseDate):
		return &ClosedError{Stage: d.Stage, Outcome: r.to.Kind, Trigger: r.trigger}
	}
	return next.checkCurrency()
}

// enter writes what an entry says of the deal as it is now.
func (d *Deal) enter(e *Entry, r *route, in *Input) {
	e.fill(d.ID, &d.Position, r, in)
	e.Amount, e.Rate, e.CloseDate, e.Owner = d.Amount, d.Booked.Rate, d.CloseDate, d.Owner
	e.Probability, e.Category, e.Judged = r.to.outlook(&d.Override)
}

// Permitted returns every trigger that the deal's stage has with its answer, as
// [Machine.Permitted] does: what [Deal.Fire] would return, also where a deal is refused
// that its position is not, as without a rate to book it at. An [*InputError] for texts
// that are not UTF-8 is returned alone, too.
func (d *Deal) Permitted(m *Machine, in Input, at time.Time) ([]Option, error) {
	if err := d.check(&in, at); err != nil {
		return nil, err
	}
	in.Record = d
	options, err := m.Permitted(d.Position, in, at)
	for i := range options {
		if o := &options[i]; o.Err == nil {
			_, _, o.Err = d.Fire(m, o.Trigger, in, at)
		}
	}
	return options, err
}

// Pause stops the clocks of the deal where it stands, as [Machine.Pause] does.
func (d *Deal) Pause(m *Machine, in Input, at time.Time) (Deal, Entry, error) {
	return d.tick(m.Pause, in, at)
}

// Resume lets the clocks run again, as [Machine.Resume] does.
func (d *Deal) Resume(m *Machine, in Input, at time.Time) (Deal, Entry, error) {
	return d.tick(m.Resume, in, at)
}

// tick changes nothing but the position.
func (d *Deal) tick(act func(Position, Input, time.Time) (Position, Move, error), in Input, at time.Time) (Deal, Entry, error) {
	next, e := *d, Entry{}
	if err := d.check(&in, at); err != nil {
		return next, e, err
	}
	if len(in.Data) > 0 {
		return next, e, &InputError{Name: "data", Value: sortedKeys(in.Data)[0], Want: "none with a pause or a migration"}
	}
	p, move, err := act(d.Position, in, at)
	if err != nil {
		return next, e, err
	}
	if err := e.digestRequest(move.Kind().asked(), &in); err != nil {
		return next, Entry{}, err
	}
	next.Position = p
	next.enter(&e, move.route, &in)
	return next, e, nil
}

// Result is what became of one deal of several.
type Result struct {
	Deal  Deal // as it was if there is an error
	Entry Entry
	Err   error
}

// FireAll fires a trigger on many deals and returns one result for each, in their order:
// one that is refused does not keep the others from moving. The input of each deal is what
// input returns, nobody with nothing if it is nil. Once the context is done the deals that
// are left get its error.
func FireAll(ctx context.Context, m *Machine, deals []Deal, trigger TriggerID, input func(*Deal) Input, at time.Time) []Result {
	results := make([]Result, len(deals))
	for i := range deals {
		r := &results[i]
		if err := context.Cause(ctx); err != nil {
			r.Deal, r.Err = deals[i], err
			continue
		}
		var in Input
		if input != nil {
			in = input(&deals[i])
		}
		r.Deal, r.Entry, r.Err = deals[i].Fire(m, trigger, in, at)
	}
	return results
}

// OpenDeal opens a deal at the beginning of the process and returns it with the first
// entry of its history. The deal brings its id and what is known of it; position, booking,
// override, progress and the time of the last touch must be empty. The errors are those of
// [Machine.Open] and [Deal.Fire], an [*InputError] and a [*LineError].
func (m *Machine) OpenDeal(d Deal, in Input, at time.Time) (Deal, Entry, error) {
	next, e := d.own(), Entry{}
	if err := d.check(&in, at); err != nil {
		return d, e, err
	}
	if err := next.checkNew(); err != nil {
		return d, e, err
	}
	if err := next.assign(in.Data); err != nil {
		return d, e, err
	}
	in.Record = &next
	p, move, err := m.Open(in, at)
	if err != nil {
		return d, e, err
	}
	if err := m.checkData(p.Stage, next.Fields); err != nil {
		return d, e, err
	}
	next.Position = p
	if move.route.to.Kind.Closed() {
		err = next.close(m, &in, at)
	}
	if err == nil {
		err = next.checkCurrency()
	}
	if err == nil {
		err = e.digestRequest(Began.asked(), &in, d)
	}
	if err != nil {
		return d, Entry{}, err
	}
	e.Changes = compareDeals(&Deal{ID: d.ID}, &next)
	next.enter(&e, move.route, &in)
	return next, e, nil
}

// checkNew refuses a deal that cannot begin.
func (d *Deal) checkNew() error {
	if err := d.ID.Validate(); err != nil {
		return &InputError{Name: "deal id", Value: string(d.ID), Want: "an id"}
	}
	fresh := Deal{
		ID: d.ID, Name: d.Name, Customer: d.Customer, Owner: d.Owner, Partner: d.Partner, Amount: d.Amount, Lines: d.Lines,
		CloseDate: d.CloseDate, Products: d.Products, Competitors: d.Competitors, NextStep: d.NextStep, Fields: d.Fields,
	}
	if d.Position != (Position{}) {
		return &InputError{Name: "position", Value: string(d.Stage), Want: "none, it is set when the deal is opened"}
	}
	if extra := compareDeals(&fresh, d); len(extra) > 0 {
		return &InputError{Name: extra[0].Field, Value: extra[0].After.String(), Want: "nothing yet"}
	}
	if err := checkOwn(d.Fields); err != nil {
		return err
	}
	values := Values{FieldName: {text: d.Name}, FieldOwner: {text: d.Owner}, FieldCustomer: {text: string(d.Customer)}}
	if err := new(Deal).assign(values); err != nil {
		return err
	}
	if d.CloseDate != (Date{}) && !d.CloseDate.IsValid() {
		return &InputError{Name: FieldCloseDate, Value: d.CloseDate.String(), Want: "a date"}
	}
	if _, err := Total(d.Lines); err != nil {
		return err
	}
	for _, list := range [][]string{d.Products, d.Competitors} {
		if err := checkNames(list); err != nil {
			return err
		}
	}
	if d.Partner != "" && d.Partner.Validate() != nil || checkText("partner", string(d.Partner)) != nil {
		return &InputError{Name: "partner", Value: string(d.Partner), Want: "an id"}
	}
	return d.NextStep.check()
}
