package scoring

import (
	"context"
	"iter"
	"slices"
)

// Summarize makes the summaries of a log whose rows come in any order; the
// result does not depend on the order, to the last bit.
//
// It keeps 48 bytes and a share of a hash table (11 to 21 bytes) per customer,
// 8 bytes per further purchase date of a customer, 24 bytes per return
// to be netted, and one copy of each id; never the rows. (A customer whose
// dates come back after others have come between costs 8 bytes each time.) For
// a log that is already sorted by customer and date, [SummarizeSorted] is
// several times faster and needs no memory but the result.
//
// Errors: a [*WindowError]; a [*RowError] with the position in the stream for a
// row that cannot be used, for a return under [RefuseReturns], and for an error
// of the stream itself; an [*UntilError] if the calibration ends before the
// first row; [ErrNoPurchases] if no customer can be scored; an [*OverflowError]
// if a sum does not fit in 64 bits; the context's error if it ends.
func Summarize(ctx context.Context, purchases iter.Seq2[Purchase, error], w Window) (*Summaries, error) {
	in, err := newIntake(ctx, w)
	if err != nil {
		return nil, err
	}
	log := &unsortedLog{intake: in, directory: newDirectory()}
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
	if err := log.open(); err != nil {
		return nil, err
	}
	if err := log.closeAll(); err != nil {
		return nil, err
	}
	return log.result()
}

// unsortedLog is the state of one pass over rows in any order.
type unsortedLog struct {
	intake
	directory directory
	dates     pool[datedLink]
	returns   pool[datedReturn]
}

// datedReturn is one return in the chain of a customer. Which purchase date it
// belongs to is known only when all rows are read.
type datedReturn struct {
	date         date
	next         link
	amount, cost int64
}

func (l *unsortedLog) row(p *Purchase) error {
	d, err := l.next(p)
	if err != nil {
		return err
	}
	a, err := l.directory.find(p.Customer)
	if err != nil {
		return l.refuse(p, err)
	}
	if p.Amount <= 0 {
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
		if d <= l.holdEnd || a.date == noDate {
			return l.addDate(a, p, d)
		}
		return nil
	}
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
	case d < a.first || a.first == noDate:
		a.first, a.firstAmount = d, p.Amount
	}
	return l.addDate(a, p, d)
}

// addDate puts a purchase date before the chain, unless it came last as well.
func (l *unsortedLog) addDate(a *account, p *Purchase, d date) error {
	if a.date == d {
		return nil
	}
	if a.date != noDate {
		if err := l.dates.push(datedLink{date: a.date, next: a.earlier}); err != nil {
			return l.refuse(p, err)
		}
		a.earlier = link(l.dates.length)
	}
	a.date = d
	return nil
}

func (l *unsortedLog) addReturn(a *account, p *Purchase, d date) error {
	if err := l.returns.push(datedReturn{date: d, next: a.returns, amount: p.Amount, cost: p.Cost}); err != nil {
		return l.refuse(p, err)
	}
	a.returns = link(l.returns.length)
	return nil
}

// closeAll closes the customers in byte order of the id.
func (l *unsortedLog) closeAll() error {
	accounts := &l.directory.accounts
	l.directory.slots = nil // no more rows: the table makes room for the result
	order := byteOrder(accounts)
	l.sheet.reserve(len(order))
	var dates []date
	for i, r := range order {
		if i%rowsPerCheck == 0 {
			if err := l.interrupted(); err != nil {
				return err
			}
		}
		a := accounts.at(int(r.number))
		dates = l.gather(dates[:0], a)
		if err := l.closeAccount(a, dates); err != nil {
			return err
		}
	}
	return nil
}

// gather returns the purchase dates of an account in ascending order; a date
// may be there more than once.
func (l *unsortedLog) gather(dates []date, a *account) []date {
	if a.date == noDate {
		return dates
	}
	dates = append(dates, a.date)
	for at := a.earlier; at != 0; {
		node := l.dates.at(int(at - 1))
		dates = append(dates, node.date)
		at = node.next
	}
	slices.Reverse(dates) // most logs are in order of time, and so the chain is not
	slices.Sort(dates)
	return dates
}

func (l *unsortedLog) closeAccount(a *account, dates []date) error {
	v := visits{latest: noDate}
	for _, d := range dates {
		switch {
		case d == v.latest:
		case d <= l.until:
			v.addCalibration(d, &l.gauge)
		case d <= l.holdEnd && v.dates > 0:
			l.sheet.addHeld(&v, d, &l.gauge)
		}
	}
	returned := l.deductReturns(a, &v)
	switch {
	case v.dates > 0:
		return l.close(a.id, &v, a.amount, a.firstAmount, returned)
	case a.date != noDate:
		l.sheet.after++
	default:
		l.sheet.without++
	}
	return nil
}

// deductReturns finds for each return the purchase date it belongs to, and
// returns what is deducted from the dates after the first.
func (l *unsortedLog) deductReturns(a *account, v *visits) wideSum {
	var returned wideSum
	for at := a.returns; at != 0; {
		r := l.returns.at(int(at - 1))
		at = r.next
		if v.dates == 0 || r.date < v.first {
			l.rows.ReturnsUnmatched++
			continue
		}
		var amount, cost wideSum
		amount.add(r.amount)
		cost.add(r.cost)
		l.deduct(1, amount, cost)
		if v.dates > 1 && r.date >= v.second {
			returned.addSum(amount)
		}
	}
	return returned
}
