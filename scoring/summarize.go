package scoring

import (
	"context"
	"iter"

	"github.com/rapport-crm/rapport"
)

// Summarize makes the summaries of a log whose rows come in any order; the
// result does not depend on the order, to the last bit.
//
// It never keeps the rows. While reading it holds 48 bytes and a share of a hash
// table (11 to 21 bytes) per customer, one copy of each id, 8 bytes per further
// purchase date of a customer (again 8 if rows of an earlier date come back) and
// 24 bytes per return to be netted; at the end, beside the result, 36 bytes per
// customer and 4 per purchase date for a moment. For a log that is already
// sorted by customer and date, [SummarizeSorted] is several times faster and
// needs no memory but the result.
//
// Rows are read 64 at a time, so the stream must not reuse the bytes of an id
// that it has yielded.
//
// Errors: a [*WindowError]; a [*RowError] with the position in the stream for a
// row that cannot be used, for a return under [RefuseReturns], and for an error
// of the stream itself; an [*UntilError] if the calibration ends before the
// first row; [ErrNoPurchases] if no customer can be scored; an [*OverflowError]
// if a sum does not fit in 64 bits; the context's error if it ends.
func Summarize(ctx context.Context, purchases iter.Seq2[Purchase, error], w Window) (*Summaries, error) {
	return summarize(ctx, purchases, w, nil)
}

// summarize counts into repeats too, unless it is nil.
func summarize(ctx context.Context, purchases iter.Seq2[Purchase, error], w Window, repeats *dayCounts) (*Summaries, error) {
	in, err := newIntake(ctx, w)
	if err != nil {
		return nil, err
	}
	in.repeats = repeats
	log := &unsortedLog{intake: in, directory: newDirectory()}
	if err := log.read(purchases); err != nil {
		return nil, err
	}
	if err := log.open(); err != nil {
		return nil, err
	}
	if err := log.closeAll(); err != nil {
		return nil, err
	}
	return log.result()
}

// read reads all rows of a stream; nil has none.
func (l *unsortedLog) read(purchases iter.Seq2[Purchase, error]) error {
	if purchases != nil {
		for p, err := range purchases {
			if err == nil {
				err = l.queue(&p)
			} else if earlier := l.readQueue(); earlier != nil {
				err = earlier
			} else {
				err = &RowError{Row: l.rows.Read + 1, Err: err}
			}
			if err != nil {
				return err
			}
		}
	}
	return l.readQueue()
}

// unsortedLog is the state of one pass over rows in any order.
type unsortedLog struct {
	intake
	directory directory
	dates     pool[accountDate]
	returns   pool[accountReturn]
	before    earlier

	queued [queueLength]queuedRow
	length int // of queued
}

// accountDate is one purchase date of a customer: 8 bytes, which is all that a
// further purchase costs.
type accountDate struct {
	account uint32
	date    date
}

// accountReturn is one return in the chain of a customer. Which purchase date it
// belongs to is known only when all rows are read.
type accountReturn struct {
	date         date
	next         link
	amount, cost int64
}

// queueLength is how many rows are looked up together.
const queueLength = 64

// queuedRow is a row on its way to its account.
type queuedRow struct {
	purchase Purchase
	hash     uint32
	number   uint32     // of the account that it probably has, plus 1; 0 if none
	id       rapport.ID // of that account
}

// queue takes a row, and reads the waiting rows when there are enough.
func (l *unsortedLog) queue(p *Purchase) error {
	q := &l.queued[l.length]
	q.purchase, q.hash = *p, l.directory.hash(p.Customer)
	l.length++
	if l.length < queueLength {
		return nil
	}
	return l.readQueue()
}

// readQueue reads the rows that wait. Each row misses the cache in the table, in
// the account and in its id, one after the other. Taking the same short step for
// many rows in turn lets the processor wait for many misses at once: that makes
// the whole summary more than twice as fast.
func (l *unsortedLog) readQueue() error {
	rows := l.queued[:l.length]
	l.length = 0
	for i := range rows {
		rows[i].number = l.directory.home(rows[i].hash)
	}
	for i := range rows {
		rows[i].number = l.directory.candidate(rows[i].hash)
	}
	for i := range rows {
		if rows[i].number != 0 {
			rows[i].id = l.directory.accounts.at(rows[i].number - 1).id
		}
	}
	for i := range rows {
		if rows[i].id != rows[i].purchase.Customer {
			rows[i].number = 0
		}
	}
	for i := range rows {
		if err := l.row(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *unsortedLog) row(q *queuedRow) error {
	p := &q.purchase
	d, err := l.next(p)
	if err != nil {
		return err
	}
	number := q.number - 1
	if q.number == 0 {
		if number, err = l.directory.find(p.Customer, q.hash); err != nil {
			return l.refuse(p, err)
		}
	}
	a := l.directory.accounts.at(number)
	if p.Amount <= 0 {
		if d <= l.until && a.first == noDate {
			a.first = seenDate
		}
		kind, err := l.judge(p, d)
		if err != nil || kind == leftOut {
			return err
		}
		if kind == returnRow {
			return l.addReturn(a, p, d)
		}
	}
	if d > l.until {
		l.rows.AfterWindow++
		// Without a place in the hold-out the date matters only as a sign that
		// the customer has bought at all.
		if d > l.holdEnd && a.date != noDate {
			return nil
		}
	} else {
		l.purchases++
		l.cost.add(p.Cost)
		sum, ok := addChecked(a.amount, p.Amount)
		if !ok {
			return l.refuse(p, &OverflowError{Customer: p.Customer, Sum: "amount"})
		}
		a.amount = sum
		switch {
		case d == a.first:
			a.firstAmount += p.Amount
		case d < a.first || a.first <= seenDate:
			a.first, a.firstAmount = d, p.Amount
		}
	}
	if a.date == d {
		return nil
	}
	if a.date != noDate {
		if _, err := l.dates.push(accountDate{account: number, date: a.date}); err != nil {
			return l.refuse(p, err)
		}
		a.earlier++
	}
	a.date = d
	return nil
}

func (l *unsortedLog) addReturn(a *account, p *Purchase, d date) error {
	number, err := l.returns.push(accountReturn{date: d, next: a.returns, amount: p.Amount, cost: p.Cost})
	if err != nil {
		return l.refuse(p, err)
	}
	a.returns = link(number + 1)
	return nil
}
