package scoring

import (
	"slices"

	"github.com/rapport-crm/rapport"
)

// closeAll closes the customers in byte order of the id.
func (l *unsortedLog) closeAll() error {
	accounts := &l.directory.accounts
	l.directory.slots = nil // no more rows: the table makes room for the result
	order := byteOrder(accounts)
	dates := l.datesInOrder(order)
	l.sheet.reserve(len(order))
	for group := range slices.Chunk(order, closedTogether) {
		if err := l.interrupted(); err != nil {
			return err
		}
		// Copied first and used then, as the copies do not wait for each other.
		var copies [closedTogether]account
		for i, r := range group {
			copies[i] = *accounts.at(r.number)
		}
		for i := range group {
			a := &copies[i]
			if err := l.closeAccount(a, dates[:a.earlier]); err != nil {
				return err
			}
			dates = dates[a.earlier:]
		}
	}
	return l.carryRest()
}

// closedTogether is how many accounts are fetched before they are closed.
const closedTogether = 64

// datesInOrder returns the purchase dates that wait in the pool, customer after
// customer in the given order; those of one customer as they came.
func (l *unsortedLog) datesInOrder(order []ranked) []date {
	// One counting sort over the pool, and not one chain per customer: its
	// memory accesses do not wait for each other.
	place := make([]uint32, len(order)) // by account: where its next date goes
	for i := range l.dates.length {
		place[l.dates.at(i).account]++
	}
	var length uint32
	for _, r := range order {
		n := place[r.number]
		place[r.number] = length
		length += n
	}
	dates := make([]date, length)
	for i := range l.dates.length {
		d := l.dates.at(i)
		dates[place[d.account]] = d.date
		place[d.account]++
	}
	l.dates = pool[accountDate]{}
	return dates
}

// closeAccount closes a customer whose purchase dates are a.date and the earlier
// ones, which come in any order and may repeat.
func (l *unsortedLog) closeAccount(a *account, earlier []date) error {
	v, repeat, seen, err := l.continued(a.id)
	if err != nil {
		return err
	}
	slices.Sort(earlier)
	// a.date came last, and is the last of them unless the log ran backwards.
	at, _ := slices.BinarySearch(earlier, a.date)
	for _, d := range earlier[:at] {
		l.addDate(a.id, &v, d)
	}
	if a.date != noDate {
		l.addDate(a.id, &v, a.date)
	}
	for _, d := range earlier[at:] {
		l.addDate(a.id, &v, d)
	}
	later := l.deductReturns(a, &v)
	if v.dates == 0 {
		l.sheet.leaveOut(a.id, a.date != noDate, seen || a.first != noDate)
		return nil
	}
	later.add(repeat)
	first := a.firstAmount
	if v.first <= l.settled {
		first = 0 // the first date is one of those summarized before
	}
	return l.close(a.id, &v, a.amount, first, later)
}

func (l *unsortedLog) addDate(id rapport.ID, v *visits, d date) {
	switch {
	case d == v.latest:
	case d <= l.until:
		l.visit(id, v, d)
	case d <= l.holdEnd && v.dates > 0:
		l.sheet.addHeld(v, d, &l.gauge)
	}
}

// deductReturns finds for each return the purchase date it belongs to, and
// returns what is deducted from the dates after the first.
func (l *unsortedLog) deductReturns(a *account, v *visits) wideSum {
	var returned wideSum
	for at := a.returns; at != 0; {
		r := l.returns.at(uint32(at) - 1)
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
