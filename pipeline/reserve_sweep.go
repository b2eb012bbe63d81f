package pipeline

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// sweepStep is an instant at which capacity, reservations or needs of one resource change.
type sweepStep struct {
	at   time.Time // zero: since ever
	free decimal.Decimal
	need decimal.Decimal
	open int // needs that begin less those that end
}

// sweep collects the steps of one resource.
type sweep []sweepStep

// add changes what is free by sign × the quantity of a need within its window.
func (s *sweep) add(n *Need, sign int64) {
	q := n.Quantity.Mul(decimal.NewFromInt(sign))
	*s = append(*s, sweepStep{at: n.Window.Start(), free: q})
	if end := n.Window.End(); !end.IsZero() {
		*s = append(*s, sweepStep{at: end, free: q.Neg()})
	}
}

func (s *sweep) need(n *Need) {
	*s = append(*s, sweepStep{at: n.Window.Start(), need: n.Quantity, open: 1})
	if end := n.Window.End(); !end.IsZero() {
		*s = append(*s, sweepStep{at: end, need: n.Quantity.Neg(), open: -1})
	}
}

// shortage walks through time and returns the stretch in which most is missing, nil if
// there is enough for all needs. Intervals are half-open: what ends at an instant is free
// for what begins there.
func (s sweep) shortage() *ShortageError {
	slices.SortStableFunc(s, func(a, b sweepStep) int { return a.at.Compare(b.at) })
	var now sweepStep
	var worst *ShortageError
	for i := 0; i < len(s); {
		at := s[i].at
		for ; i < len(s) && s[i].at.Equal(at); i++ {
			now.free, now.need, now.open = now.free.Add(s[i].free), now.need.Add(s[i].need), now.open+s[i].open
		}
		short := now.need.Sub(now.free)
		if now.open == 0 || short.Sign() <= 0 || worst != nil && short.Cmp(worst.Short) <= 0 {
			continue
		}
		var end time.Time
		if i < len(s) {
			end = s[i].at
		}
		when, err := rapport.NewInterval(at, end)
		if err != nil {
			continue // both come from intervals, in this order
		}
		worst = &ShortageError{Need: now.need, Free: now.free, Short: short, When: when}
	}
	return worst
}
