package customer

import (
	"time"

	"github.com/rapport-crm/rapport"
)

// PointsLot is what is left of the points that one entry brought.
type PointsLot struct {
	Entry   rapport.ID // that brought them
	At      time.Time  // when
	Points  int64      // how many
	Left    int64      // how many are left, above 0
	Expires time.Time  // first instant without them; zero: never
	Lapsed  bool       // that instant has come, and no expire entry has yet
}

// PointsBalance is what a ledger holds at an instant. Points = Spendable + Lapsed −
// Owed, and the sum of what is left in Lots is Spendable + Lapsed.
type PointsBalance struct {
	Points    int64       // the balance: the sum of the entries
	Spendable int64       // in lots that have not lapsed
	Lapsed    int64       // in lots that have, waiting for an expire entry
	Owed      int64       // overdrawn, see [PointsOptions]
	Lots      []PointsLot // with something left, the oldest first
}

// AsOf returns the balance of what had happened by event, by what was recorded up to
// known: both instants are included.
func (l *PointsLedger) AsOf(event, known time.Time) PointsBalance {
	state := l.state
	if n := len(l.entries); n > 0 && (l.lastAt.After(event) || l.entries[n-1].RecordedAt.After(known)) {
		state = l.replayAccepted(func(e *PointsEntry) bool { return !e.At.After(event) && !e.RecordedAt.After(known) })
	}
	b := PointsBalance{Points: state.total - state.debt, Owed: state.debt}
	for i := range state.lots {
		lot := &state.lots[i]
		if lot.left == 0 {
			continue
		}
		e, lapsed := &l.entries[lot.entry], lot.lapsed(event)
		b.Lots = append(b.Lots, PointsLot{Entry: e.ID, At: e.At, Points: e.Points, Left: lot.left, Expires: lot.expires, Lapsed: lapsed})
		if lapsed {
			b.Lapsed += lot.left
		} else {
			b.Spendable += lot.left
		}
	}
	return b
}

// DueToExpire returns drafts of the expire entries for what has lapsed by asOf, dated
// asOf, the oldest lot first. The caller gives them ids and a record time and appends
// them.
func (l *PointsLedger) DueToExpire(asOf time.Time) []PointsEntry {
	var drafts []PointsEntry
	state := l.state
	for i := range state.lots {
		lot := &state.lots[i]
		if e := &l.entries[lot.entry]; lot.left > 0 && lot.lapsed(asOf) {
			drafts = append(drafts, PointsEntry{
				Customer: e.Customer, Membership: l.membership, Kind: PointsExpire, Points: -lot.left, Of: e.ID, At: asOf,
			})
		}
	}
	return drafts
}

// PointsTransferOptions says how [TransferPoints] writes its entries.
type PointsTransferOptions struct {
	IDs            rapport.IDSource // makes the ids of the entries; required
	FromCustomer   rapport.ID       // whose the emptied membership is
	ToCustomer     rapport.ID       // whose the other is
	At, RecordedAt time.Time
	Cause, Actor   string
}

// TransferPoints moves all points that have not lapsed, and what is owed, from one
// ledger to another, as when two records of one customer are merged: a pair of entries
// for each lot, so that nothing is added up silently and every lot keeps its expiry.
// Lapsed points stay where they are. It returns the entries in the order written;
// after an error, which is [ErrNoIDs] or that of [PointsLedger.Append], both ledgers
// are as before. To undo it, reverse the entries of both sides, the last first.
func TransferPoints(from, to *PointsLedger, o PointsTransferOptions) ([]PointsEntry, error) {
	if o.IDs == nil {
		return nil, ErrNoIDs
	}
	source, target := from.copied(), to.copied()
	var written []PointsEntry
	pair := func(points int64, expires time.Time) error {
		out := PointsEntry{Customer: o.FromCustomer, Points: -points, Other: to.membership}
		in := PointsEntry{Customer: o.ToCustomer, Points: points, Other: from.membership, Expires: expires}
		for _, side := range []struct {
			ledger *PointsLedger
			entry  PointsEntry
		}{{source, out}, {target, in}} {
			e := side.entry
			var err error
			if e.ID, err = o.IDs.NewID(o.RecordedAt); err != nil {
				return err
			}
			e.Kind, e.Cause, e.Actor, e.At, e.RecordedAt = PointsTransfer, o.Cause, o.Actor, o.At, o.RecordedAt
			if e, err = side.ledger.Append(e); err != nil {
				return err
			}
			written = append(written, e)
		}
		return nil
	}
	for _, lot := range from.state.lots {
		if lot.left == 0 || lot.lapsed(o.At) {
			continue
		}
		if err := pair(lot.left, lot.expires); err != nil {
			return nil, err
		}
	}
	if owed := from.state.debt; owed > 0 {
		if err := pair(-owed, time.Time{}); err != nil {
			return nil, err
		}
	}
	*from, *to = *source, *target
	return written, nil
}
