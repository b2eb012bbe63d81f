package scoring

import (
	"context"
	"iter"

	"github.com/rapport-crm/rapport"
)

// SummarizeSorted makes the same summaries as [Summarize] from a log whose rows
// are in ascending byte order of the customer and, for each customer, in
// ascending order of date: what a database gives for ORDER BY customer, day. It
// needs no memory but the result. A row out of order is a [*RowError] that
// wraps [ErrOrder]; the other errors are those of [Summarize].
//
// Rows in order of time are in order of date, but for the few places whose clocks
// have gone back over midnight (St John's until 2011); use [Summarize] there.
func SummarizeSorted(ctx context.Context, purchases iter.Seq2[Purchase, error], w Window) (*Summaries, error) {
	return summarizeSorted(ctx, purchases, w, nil)
}

// summarizeSorted counts into repeats too, unless it is nil.
func summarizeSorted(ctx context.Context, purchases iter.Seq2[Purchase, error], w Window, repeats *dayCounts) (*Summaries, error) {
	in, err := newIntake(ctx, w)
	if err != nil {
		return nil, err
	}
	in.repeats = repeats
	log := &sortedLog{intake: in, visits: visits{latest: noDate}}
	if purchases != nil {
		for p, err := range purchases {
			if err != nil {
				return nil, &RowError{Row: log.rows.Read + 1, Err: err}
			}
			if err := log.row(&p); err != nil {
				return nil, err
			}
		}
	}
	if err := log.closeCustomer(); err != nil {
		return nil, err
	}
	if err := log.open(); err != nil {
		return nil, err
	}
	return log.result()
}

// sortedLog is the state of one pass over sorted rows: the customer it is in.
type sortedLog struct {
	intake
	interner interner
	id       rapport.ID // "" before the first row
	date     date       // of the row before
	visits   visits
	after    bool // has a purchase after the calibration end
	seen     bool // has a row up to it

	amount      int64   // of all purchases in the calibration period
	firstAmount int64   // of those on the first date
	returned    wideSum // deducted from the dates after the first
	pending     pendingReturns
}

// pendingReturns are the returns of the date that is being read. A purchase of
// the same date may still follow them.
type pendingReturns struct {
	rows         int
	amount, cost wideSum
}

func (l *sortedLog) row(p *Purchase) error {
	d, err := l.next(p)
	if err != nil {
		return err
	}
	switch {
	case p.Customer != l.id || l.id == "":
		if err := l.turnTo(p); err != nil {
			return err
		}
	case d < l.date:
		return l.refuse(p, ErrOrder)
	case d != l.date && l.pending.rows > 0:
		l.settlePending()
	}
	l.date = d
	l.seen = l.seen || d <= l.until
	if p.Amount <= 0 {
		kind, err := l.judge(p, d)
		if err != nil || kind == leftOut {
			return err
		}
		if kind == returnRow {
			l.pending.rows++
			l.pending.amount.add(p.Amount)
			l.pending.cost.add(p.Cost)
			return nil
		}
	}
	if d > l.until {
		l.rows.AfterWindow++
		l.after = true
		if d <= l.holdEnd && d != l.visits.latest && l.visits.dates > 0 {
			l.sheet.addHeld(&l.visits, d, &l.gauge)
		}
		return nil
	}
	l.purchases++
	l.cost.add(p.Cost)
	if d != l.visits.latest {
		l.visit(l.id, &l.visits, d)
	}
	sum, ok := addChecked(l.amount, p.Amount)
	if !ok {
		return l.refuse(p, &OverflowError{Customer: p.Customer, Sum: "amount"})
	}
	l.amount = sum
	if l.visits.dates == 1 {
		l.firstAmount = sum
	}
	return nil
}

// turnTo closes the customer before and begins the one of p.
func (l *sortedLog) turnTo(p *Purchase) error {
	if err := p.Customer.Validate(); err != nil {
		return l.refuse(p, err)
	}
	if p.Customer < l.id {
		return l.refuse(p, ErrOrder)
	}
	if err := l.closeCustomer(); err != nil {
		return err
	}
	l.id = l.interner.keep(p.Customer)
	l.visits = visits{latest: noDate}
	l.after, l.seen = false, false
	l.amount, l.firstAmount, l.returned = 0, 0, wideSum{}
	return nil
}

// closeCustomer closes the customer that is being read, if there is one.
func (l *sortedLog) closeCustomer() error {
	l.settlePending()
	switch {
	case l.id == "":
		return nil
	case l.visits.dates > 0:
		return l.close(l.id, &l.visits, l.amount, l.firstAmount, l.returned)
	default:
		l.sheet.leaveOut(l.id, l.after, l.seen)
	}
	return nil
}

// settlePending deducts the returns of a date whose rows are all read.
func (l *sortedLog) settlePending() {
	returns := l.pending
	l.pending = pendingReturns{}
	if l.visits.dates == 0 {
		l.rows.ReturnsUnmatched += returns.rows
		return
	}
	l.deduct(returns.rows, returns.amount, returns.cost)
	if l.visits.dates > 1 {
		l.returned.addSum(returns.amount)
	}
}
