package customer

import (
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// pointsLot is what is left of the points of one entry.
type pointsLot struct {
	entry    int // that began it: its index in the ledger
	left     int64
	expires  time.Time
	undoneBy int // the reversal of that entry, -1: none
}

func (l *pointsLot) lapsed(t time.Time) bool { return !l.expires.IsZero() && !t.Before(l.expires) }

// pointsDraw is what an entry took from a lot.
type pointsDraw struct {
	lot    int
	points int64
}

// pointsPosting is what an entry did to the lots.
type pointsPosting struct {
	posted bool
	lot    int          // that it began; -1: none
	draws  []pointsDraw // what it took, in the order of taking
	debt   int64        // what it took beyond the lots and that is not paid yet
	undone bool
}

// pointsState is where entries, posted in order of event time, have led:
// balance = Σ left − Σ debt.
type pointsState struct {
	entries   []PointsEntry // of the ledger, in sequence; shared
	index     map[rapport.ID]int
	overdraft int64
	lots      []pointsLot
	postings  []pointsPosting // by index of entry
	total     int64           // of what is left in lots
	debt      int64
	debtors   []int // entries with a debt, oldest first
}

func (s *pointsState) fail(e *PointsEntry, err error, have, need int64) error {
	return &PointsError{Membership: e.Membership, Entry: e.ID, Of: e.Of, Have: have, Need: need, Err: err}
}

// post takes entry i into the lots; after an error nothing has changed.
func (s *pointsState) post(i int) error {
	e := &s.entries[i]
	for len(s.postings) < len(s.entries) {
		s.postings = append(s.postings, pointsPosting{lot: -1})
	}
	switch {
	case e.Kind == PointsReverse:
		if err := s.reverse(i); err != nil {
			return err
		}
	case e.beginsLot():
		if e.Points > math.MaxInt64-s.total {
			return s.fail(e, ErrPointsOverflow, s.total, e.Points)
		}
		s.postings[i].lot = len(s.lots)
		s.lots = append(s.lots, pointsLot{entry: i, left: e.Points, expires: e.Expires, undoneBy: -1})
		s.total += e.Points
	default:
		first := -1
		if e.Kind == PointsExpire && e.Of != "" {
			var err error
			if first, err = s.lotOf(e); err != nil {
				return err
			}
		}
		if err := s.take(i, -e.Points, first); err != nil {
			return err
		}
	}
	s.postings[i].posted = true
	s.payDebts(e.At)
	return nil
}

// lotOf returns the lot that the entry e.Of began.
func (s *pointsState) lotOf(e *PointsEntry) (int, error) {
	of, known := s.index[e.Of]
	if !known || !s.postings[of].posted || s.postings[of].lot < 0 {
		return -1, s.fail(e, ErrPointsUnknown, 0, 0)
	}
	return s.postings[of].lot, nil
}

// order returns the lots from which an entry takes, the oldest first. One that names
// its lot begins there; an expiry that names one ends there, another begins with lots
// that have lapsed. Lapsed points cannot be redeemed or transferred.
func (s *pointsState) order(e *PointsEntry, first int) []int {
	if first >= 0 && e.Kind == PointsExpire {
		return []int{first}
	}
	lapsedToo := e.Kind != PointsRedeem && e.Kind != PointsTransfer
	var order []int
	for k := range s.lots {
		if k != first && s.lots[k].left > 0 && (lapsedToo || !s.lots[k].lapsed(e.At)) {
			order = append(order, k)
		}
	}
	if e.Kind == PointsExpire {
		rank := func(k int) int {
			if s.lots[k].lapsed(e.At) {
				return 0
			}
			return 1
		}
		slices.SortStableFunc(order, func(a, b int) int { return rank(a) - rank(b) })
	}
	if first >= 0 {
		order = slices.Insert(order, 0, first)
	}
	return order
}

// take draws need points for entry i from the lots, and the rest, as far as that is
// allowed, as a debt.
func (s *pointsState) take(i int, need int64, first int) error {
	e, rest := &s.entries[i], need
	var draws []pointsDraw
	for _, k := range s.order(e, first) {
		if n := min(rest, s.lots[k].left); n > 0 {
			draws = append(draws, pointsDraw{k, n})
			rest -= n
		}
	}
	if rest > 0 && (e.Kind == PointsExpire || rest > s.overdraft-s.debt) {
		return s.fail(e, ErrPointsShort, need-rest, need)
	}
	for _, d := range draws {
		s.lots[d.lot].left -= d.points
	}
	s.total -= need - rest
	s.postings[i].draws = draws
	if rest > 0 {
		s.postings[i].debt = rest
		s.debt += rest
		s.debtors = append(s.debtors, i)
	}
	return nil
}

// reverse undoes an entry. What it took goes back to the lots that it came from, and
// what it still owes is forgiven; what it brought is taken again, from its own lot as
// far as that has it.
func (s *pointsState) reverse(i int) error {
	e := &s.entries[i]
	of, known := s.index[e.Of]
	if !known || !s.postings[of].posted {
		return s.fail(e, ErrPointsUnknown, 0, 0)
	}
	target, undone := &s.entries[of], &s.postings[of]
	switch {
	case target.Kind == PointsReverse:
		return s.fail(e, ErrPointsFinal, 0, 0)
	case undone.undone:
		return s.fail(e, ErrPointsReversed, 0, 0)
	case e.Points != -target.Points:
		return s.fail(e, ErrPointsAmount, e.Points, -target.Points)
	}
	if undone.lot >= 0 {
		if err := s.take(i, target.Points, undone.lot); err != nil {
			return err
		}
		undone.undone = true
		s.lots[undone.lot].undoneBy = i
		return nil
	}
	back := e.Points - undone.debt
	if back > math.MaxInt64-s.total {
		return s.fail(e, ErrPointsOverflow, s.total, back)
	}
	draws := undone.draws
	s.forgive(of, undone.debt)
	undone.draws, undone.undone = nil, true
	for _, d := range draws {
		s.total += d.points
		s.giveBack(d.lot, d.points)
	}
	return nil
}

// forgive lowers the debt of an entry.
func (s *pointsState) forgive(i int, points int64) {
	s.postings[i].debt -= points
	s.debt -= points
	if s.postings[i].debt == 0 {
		s.debtors = slices.DeleteFunc(s.debtors, func(d int) bool { return d == i })
	}
}

// giveBack puts points back into a lot. If the entry of the lot has been undone, its
// reversal had to take them elsewhere: it takes them here now and gives those back.
func (s *pointsState) giveBack(lot int, points int64) {
	s.lots[lot].left += points
	by := s.lots[lot].undoneBy
	if by < 0 {
		return
	}
	var others []pointsDraw
	posting := &s.postings[by]
	here := min(posting.debt, points) // also from a lot that has lapsed
	s.lots[lot].left -= here
	s.total -= here
	if here > 0 {
		s.forgive(by, here)
	}
	for k := len(posting.draws) - 1; k >= 0 && s.lots[lot].left > 0; k-- {
		d := &posting.draws[k]
		if d.lot == lot {
			continue
		}
		n := min(d.points, s.lots[lot].left)
		d.points -= n
		s.lots[lot].left -= n
		here += n
		others = append(others, pointsDraw{d.lot, n})
	}
	posting.draws = slices.DeleteFunc(posting.draws, func(d pointsDraw) bool { return d.points == 0 })
	if here > 0 {
		posting.draws = append(posting.draws, pointsDraw{lot, here})
	}
	for _, d := range others {
		s.giveBack(d.lot, d.points)
	}
}

// payDebts pays what entries owe, the oldest first, with what is left in lots that
// have not lapsed. Their draws grow by it, so a reversal gives it back.
func (s *pointsState) payDebts(at time.Time) {
	for k := 0; k < len(s.lots) && s.debt > 0; k++ {
		for len(s.debtors) > 0 && s.lots[k].left > 0 && !s.lots[k].lapsed(at) {
			i := s.debtors[0]
			n := min(s.postings[i].debt, s.lots[k].left)
			s.lots[k].left -= n
			s.total -= n
			s.postings[i].draws = append(s.postings[i].draws, pointsDraw{k, n})
			s.forgive(i, n)
		}
	}
}
