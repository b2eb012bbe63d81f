package customer

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// What a [*PointsError] can wrap.
var (
	// ErrPointsShort: more points are taken than there are.
	ErrPointsShort = errors.New("there are not enough points")
	// ErrPointsOverflow: more points than 64 bits hold.
	ErrPointsOverflow = errors.New("the points are more than 2^63 - 1")
	// ErrPointsTwice: the ledger has an entry with this id.
	ErrPointsTwice = errors.New("the ledger has the entry already")
	// ErrPointsUnknown: the ledger has no such entry up to that date, or it began no lot.
	ErrPointsUnknown = errors.New("the ledger has no such entry up to that date")
	// ErrPointsReversed: the entry has been reversed.
	ErrPointsReversed = errors.New("the entry has been reversed already")
	// ErrPointsFinal: a reversal cannot be reversed; write the first entry again.
	ErrPointsFinal = errors.New("a reversal cannot be reversed")
	// ErrPointsAmount: a reversal that is not the opposite of its entry.
	ErrPointsAmount = errors.New("the points are not the opposite of the entry's")
	// ErrPointsLedger: the entry is one of another membership, or out of sequence.
	ErrPointsLedger = errors.New("the entry does not continue this ledger")
)

// PointsError reports an entry that does not fit its ledger.
type PointsError struct {
	Membership rapport.ID
	Entry, Of  rapport.ID // the entry that does not fit, which may be a later one than that given; and what it refers to
	Have, Need int64      // short: points there are and are taken; overflow: there are and come; amount: given and wanted
	Err        error
}

// Error names the entry and the numbers.
func (e *PointsError) Error() string {
	text := fmt.Sprintf("customer: points of membership %q: entry %q: %v", e.Membership, e.Entry, e.Err)
	if e.Of != "" {
		text += fmt.Sprintf(": of %q", e.Of)
	}
	if e.Have != 0 || e.Need != 0 {
		text += fmt.Sprintf(": have %d, need %d", e.Have, e.Need)
	}
	return text
}

// Unwrap returns what is wrong.
func (e *PointsError) Unwrap() error { return e.Err }

// PointsOptions says what a ledger allows. Nil or zero: the balance is never negative.
type PointsOptions struct {
	// Overdraft is how many points the lots may be short of, 0 or more; what is short
	// is paid by the next points that come.
	Overdraft int64
}

// PointsLedger holds the points of one membership: entries in the order in which they
// were recorded, and the lots that they make in the order in which they happened. The
// balance is always the sum of the entries and what is left in the lots less what is
// owed.
//
// An entry may come late, with an event time before that of others; then all is
// posted anew in the order of event time, and it is refused if an entry would no
// longer fit. Record times never go backwards.
//
// # Lots
//
// Every entry that brings points begins a lot. What is redeemed or transferred comes
// from the oldest lot that has not lapsed; lapsed points stay in the balance until an
// expire entry takes them ([PointsLedger.DueToExpire] drafts these). The reversal of a
// redemption, or of any other taking, gives its points back to the very lots that they
// came from, with the expiry that these have. The reversal of an earning empties its
// lot; what has been spent of that meanwhile comes from the oldest other lots. If such
// a spending is reversed later, those lots get theirs back.
//
// A ledger is not safe for concurrent use.
type PointsLedger struct {
	membership rapport.ID
	overdraft  int64
	entries    []PointsEntry
	index      map[rapport.ID]int
	state      *pointsState
	lastAt     time.Time // greatest event time
}

// NewPointsLedger returns the ledger of a membership from its entries, in any order;
// none for a new one. The error is that of [PointsLedger.Append], for the first entry
// in sequence that does not fit, or the [*rapport.IDError] of the membership, or a
// [*RulesError] for an overdraft below 0.
func NewPointsLedger(membership rapport.ID, entries []PointsEntry, o *PointsOptions) (*PointsLedger, error) {
	if err := membership.Validate(); err != nil {
		return nil, fmt.Errorf("customer: %w", err)
	}
	if o == nil {
		o = new(PointsOptions)
	}
	if o.Overdraft < 0 {
		return nil, &RulesError{Field: "Overdraft", Value: float64(o.Overdraft), Want: "0 or more"}
	}
	l := &PointsLedger{membership: membership, overdraft: o.Overdraft, index: make(map[rapport.ID]int, len(entries))}
	l.state = &pointsState{index: l.index, overdraft: l.overdraft}
	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, func(a, b PointsEntry) int { return cmp.Compare(a.Sequence, b.Sequence) })
	for i, e := range sorted {
		if e.Sequence != i+1 {
			return nil, &PointsError{Membership: membership, Entry: e.ID, Have: int64(e.Sequence), Need: int64(i + 1), Err: ErrPointsLedger}
		}
		if _, err := l.Append(e); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// Membership returns whose points these are.
func (l *PointsLedger) Membership() rapport.ID { return l.membership }

// Entries returns the entries in sequence; the slice is the caller's.
func (l *PointsLedger) Entries() []PointsEntry { return slices.Clone(l.entries) }

// Append adds an entry and returns it as it is kept: with its Sequence filled in,
// where it is 0, and its Membership, where that is empty. After an error the ledger is
// as before. The error is a [*PointsError]; a [*BackwardsError] for a record time
// before that of the last entry, or a reversal before the entry that it undoes; or a
// [*ValidationError].
func (l *PointsLedger) Append(e PointsEntry) (PointsEntry, error) {
	n := len(l.entries)
	if e.Sequence == 0 {
		e.Sequence = n + 1
	}
	if e.Membership == "" {
		e.Membership = l.membership
	}
	e.settle()
	if err := e.Validate(); err != nil {
		return PointsEntry{}, err
	}
	if err := l.fits(&e); err != nil {
		return PointsEntry{}, err
	}
	l.entries = append(l.entries, e)
	l.index[e.ID] = n
	err := l.post(n)
	if err != nil {
		l.entries = l.entries[:n]
		l.state.entries = l.entries
		delete(l.index, e.ID)
		return PointsEntry{}, err
	}
	if n == 0 || e.At.After(l.lastAt) {
		l.lastAt = e.At
	}
	return e, nil
}

// fits checks an entry against the others, but for the points.
func (l *PointsLedger) fits(e *PointsEntry) error {
	n := len(l.entries)
	wrong := PointsError{Membership: l.membership, Entry: e.ID, Of: e.Of}
	if e.Membership != l.membership || e.Sequence != n+1 {
		wrong.Have, wrong.Need, wrong.Err = int64(e.Sequence), int64(n+1), ErrPointsLedger
		return &wrong
	}
	if _, twice := l.index[e.ID]; twice {
		wrong.Err = ErrPointsTwice
		return &wrong
	}
	if n > 0 {
		if err := forwards("points entry", e.ID, "recorded_at", e.RecordedAt, l.entries[n-1].RecordedAt); err != nil {
			return err
		}
	}
	if of, known := l.index[e.Of]; known && e.Of != "" {
		return forwards("points entry", e.ID, "at", e.At, l.entries[of].At)
	}
	return nil
}

// post brings the state up to the last entry, by that alone unless it came late.
func (l *PointsLedger) post(n int) error {
	l.state.entries = l.entries
	if n == 0 || !l.entries[n].At.Before(l.lastAt) {
		return l.state.post(n)
	}
	state, err := l.replay(func(*PointsEntry) bool { return true })
	if err != nil {
		return err
	}
	l.state = state
	return nil
}

// replay posts the entries that are kept, in the order of event time, then sequence.
func (l *PointsLedger) replay(keep func(*PointsEntry) bool) (*pointsState, error) {
	var order []int
	for i := range l.entries {
		if keep(&l.entries[i]) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return l.entries[a].At.Compare(l.entries[b].At) })
	s := &pointsState{entries: l.entries, index: l.index, overdraft: l.overdraft}
	for _, i := range order {
		if err := s.post(i); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// replayAccepted posts entries that were accepted together when the last of them was
// appended, or the first of those.
func (l *PointsLedger) replayAccepted(keep func(*PointsEntry) bool) *pointsState {
	s, err := l.replay(keep)
	if err != nil {
		panic("bug: a beginning of the points ledger does not fit: " + err.Error())
	}
	return s
}

// copied returns a ledger that shares nothing with l.
func (l *PointsLedger) copied() *PointsLedger {
	c := *l
	c.entries, c.index = slices.Clone(l.entries), maps.Clone(l.index)
	c.state = c.replayAccepted(func(*PointsEntry) bool { return true })
	return &c
}
