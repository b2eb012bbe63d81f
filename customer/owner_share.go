package customer

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// shareSlack is how far a sum of shares may be above 1: shares such as 1/3 have no
// exact form, and a thousand of them add up to within this.
const shareSlack = 1e-9

// stake is a share held over a stretch of time.
type stake struct {
	share float64
	valid rapport.Interval
}

// peak returns the highest sum of shares held at one instant, and the first instant of
// it; the zero time is "since ever".
func peak(stakes []stake) (at time.Time, sum float64) {
	type turn struct {
		at    time.Time
		delta float64
	}
	turns := make([]turn, 0, 2*len(stakes))
	for _, s := range stakes {
		turns = append(turns, turn{s.valid.Start(), s.share})
		if end := s.valid.End(); !end.IsZero() {
			turns = append(turns, turn{end, -s.share})
		}
	}
	// At one instant what ends comes before what begins: intervals are half-open.
	slices.SortStableFunc(turns, func(a, b turn) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return cmp.Compare(a.delta, b.delta)
	})
	held := 0.0
	for _, t := range turns {
		if held += t.delta; held > sum {
			at, sum = t.at, held
		}
	}
	return at, sum
}
