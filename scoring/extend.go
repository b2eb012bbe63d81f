package scoring

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
)

// Extend continues summaries with the rows that came after them, so that the old
// log need not be kept: old as of old.Until and the purchases dated later give, to
// the last bit, what [Summarize] gives for the whole log up to w.Until. That holds
// for the statistics of every customer, new ones included, for revenue and cost,
// for all counts of rows and customers, and for the hold-out, which is counted from
// the new rows alone. Rows come in any order; old is not changed.
//
// The new log is to hold every row dated after old.Until, those that old counted as
// after its window or in its hold-out too. A row dated on or before old.Until is a
// [*RowError] that wraps [ErrLate]: where it belongs between the purchases that
// were summarized is not known any more, so late arrivals need a summary of the
// whole log, or an old.Until early enough for all rows to have arrived.
//
// The window must be that of old but for Until, which may not be earlier, and
// Holdout; what differs is a [*WindowError]. The zero Until stands for the last date
// of the new log, or old.Until if it has no rows. With a later Until and no rows at
// all customers just grow older.
//
// Further errors are [ErrNoDates] and those of [Summarize]; a customer's amounts
// overflow where the part that a Summary still needs does. It takes what Summarize
// takes for the new rows, and the time to copy old.
func Extend(ctx context.Context, old *Summaries, purchases iter.Seq2[Purchase, error], w Window) (*Summaries, error) {
	if old == nil || old.ledger == nil {
		return nil, fmt.Errorf("scoring: %w", ErrNoDates)
	}
	in, err := newIntake(ctx, w)
	if err != nil {
		return nil, err
	}
	if err := old.continues(&in.gauge); err != nil {
		return nil, err
	}
	in.settled = old.ledger.until
	log := &unsortedLog{intake: in, directory: newDirectory(), before: earlier{summaries: old}}
	if err := log.read(purchases); err != nil {
		return nil, err
	}
	if err := log.interrupted(); err != nil {
		return nil, err
	}
	if w.Until.IsZero() {
		log.until = max(log.last, log.settled)
		log.holdEnd = log.until
	}
	log.addTotals(old)
	if err := log.closeAll(); err != nil {
		return nil, err
	}
	return log.result()
}

// continues returns a [*WindowError] if a window measures otherwise than that of the
// summaries did.
func (s *Summaries) continues(g *gauge) error {
	was, is := s.ledger.window, g.window
	zone := zoneName(is.Location)
	for _, c := range []struct {
		field       string
		differs     bool
		is, instead any
	}{
		{"Unit", is.Unit != was.Unit, is.Unit, was.Unit},
		{"Currency", is.Currency != was.Currency, is.Currency, was.Currency},
		{"ExtraDigits", is.ExtraDigits != was.ExtraDigits, is.ExtraDigits, was.ExtraDigits},
		{"Returns", is.Returns != was.Returns, is.Returns, was.Returns},
		{"Zeros", is.Zeros != was.Zeros, is.Zeros, was.Zeros},
		{"Location", zone != s.ledger.zone, zone, s.ledger.zone},
		{"Location", !g.calendar.midnight(s.ledger.until).Equal(s.until), zone + " of other offset", s.ledger.zone},
		{"Until", g.until < s.ledger.until, is.Until.Format(time.DateOnly), "on or after " + s.until.Format(time.DateOnly)},
	} {
		if c.differs {
			return &WindowError{Field: c.field, Reason: fmt.Sprintf("is %q, but the summaries to extend want %q", fmt.Sprint(c.is), fmt.Sprint(c.instead))}
		}
	}
	return nil
}

// zoneName names a location; nil is UTC.
func zoneName(location *time.Location) string {
	if location == nil {
		return time.UTC.String()
	}
	return location.String()
}

// earlier walks through the summaries that a log continues, nil if it does not.
type earlier struct {
	summaries    *Summaries
	next, silent int // what has not been carried over yet
}

// addTotals counts what the summaries to extend have counted, but for the rows
// after their window: they come again.
func (l *unsortedLog) addTotals(old *Summaries) {
	l.revenue.add(old.revenue)
	l.cost.add(old.cost)
	r := old.rows
	l.purchases += r.PurchaseDates + r.Merged
	l.rows.Read += r.Read - r.AfterWindow
	l.rows.ReturnsNetted += r.ReturnsNetted
	l.rows.ReturnsUnmatched += r.ReturnsUnmatched
	l.rows.ReturnsIgnored += r.ReturnsIgnored
	l.rows.ZerosSkipped += r.ZerosSkipped
	l.rows.Zeros += r.Zeros
}

// continued carries the customers over that come before id and have no new row. It
// returns what the summaries to extend know of id: its visits, the amount of its
// repeat dates, and whether it is one of those seen without a purchase.
func (l *unsortedLog) continued(id rapport.ID) (v visits, repeat int64, seen bool, err error) {
	v = visits{latest: noDate}
	b := &l.before
	old := b.summaries
	if old == nil {
		return v, 0, false, nil
	}
	if err := l.carryBefore(id); err != nil {
		return v, 0, false, err
	}
	if b.next < len(old.ids) && old.ids[b.next] == id {
		h := &old.ledger.histories[b.next]
		v, repeat = h.visits(old.values[b.next]), h.repeat
		b.next++
	}
	if b.silent < len(old.ledger.silent) && old.ledger.silent[b.silent] == id {
		seen = true
		b.silent++
	}
	return v, repeat, seen, nil
}

// carryBefore carries the customers before id over; all that are left for an empty
// id.
func (l *unsortedLog) carryBefore(id rapport.ID) error {
	b := &l.before
	old := b.summaries
	for ; b.next < len(old.ids) && (id == "" || old.ids[b.next] < id); b.next++ {
		if b.next%rowsPerCheck == 0 {
			if err := l.interrupted(); err != nil {
				return err
			}
		}
		h := &old.ledger.histories[b.next]
		v := h.visits(old.values[b.next])
		l.sheet.add(old.ids[b.next], &v, h.repeat, &l.gauge)
	}
	for ; b.silent < len(old.ledger.silent) && (id == "" || old.ledger.silent[b.silent] < id); b.silent++ {
		l.sheet.leaveOut(old.ledger.silent[b.silent], false, true)
	}
	return nil
}

// carryRest carries over who is left when all new rows are closed.
func (l *unsortedLog) carryRest() error {
	if l.before.summaries == nil {
		return nil
	}
	return l.carryBefore("")
}
