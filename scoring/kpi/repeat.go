package kpi

import (
	"iter"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// RepeatPurchase is the buyers with two orders or more, of all buyers in the window: 300
// of 750 are .40. The error is an [*InputError] for a negative count and for more than
// all buyers. [ReadBuyers] counts them from an order log.
func RepeatPurchase(period rapport.Interval, repeaters, buyers int) (Figure, error) {
	return rateOf(RepeatPurchaseRate, period, count{"repeaters", repeaters}, count{"buyers", buyers})
}

// Buyers is what an order log says of who buys again: an immutable value, made by
// [ReadBuyers].
type Buyers struct {
	period            rapport.Interval
	buyers, repeaters int
	internal          int // with an order in the window
	internalNew       int // of whom the first order lies in it
	// second has a time for every customer whose first order lies in the period: the days
	// to the second one, or, where none came, the last of which it is known.
	second []stats.Lifetime
	seen   []float64 // the days from that first order to the end of the period
}

// ReadBuyers reads an order log of rows by customer in ascending order ([Purchase]). The
// window is the period: orders at or after its end do not exist yet. Rows before its
// start are not counted as orders of the window, but say who is a new buyer in it; so the
// log should reach back to the beginning for the time to the second purchase.
//
// It takes memory for one customer at a time and 24 bytes for each new buyer. The error
// is a [*PurchaseError], an [*InputError] for a period with an open side or of more than
// 292 years, or that of the rows.
func ReadBuyers(period rapport.Interval, log iter.Seq2[Purchase, error]) (*Buyers, error) {
	start, end := period.Start(), period.End()
	if _, ok := period.Duration(); !ok {
		return nil, &InputError{Subject: RepeatPurchaseRate, Name: "open ends", Value: 1, Reason: "want a period with a start and an end, up to 292 years long"}
	}
	b := &Buyers{period: period}
	err := eachCustomer(log, func(rows []Purchase) error {
		var first, second time.Time
		inWindow, internal := 0, false
		for i := range rows {
			p := &rows[i]
			internal = internal || p.Internal
			if p.Amount < 0 || !p.At.Before(end) {
				continue
			}
			switch {
			case first.IsZero():
				first = p.At
			case p.At.Before(first):
				first, second = p.At, first
			case second.IsZero() || p.At.Before(second):
				second = p.At
			}
			if !p.At.Before(start) {
				inWindow++
			}
		}
		isNew := !first.IsZero() && !first.Before(start)
		if internal {
			b.internal += min(1, inWindow)
			if isNew {
				b.internalNew++
			}
			return nil
		}
		if inWindow > 0 {
			b.buyers++
		}
		if inWindow > 1 {
			b.repeaters++
		}
		if !isNew {
			return nil
		}
		seen := daysOf(end.Sub(first))
		b.seen = append(b.seen, seen)
		// An order at the end itself is not in the log: what is known ends just before.
		wait := stats.Lifetime{Time: math.Nextafter(seen, 0)}
		if !second.IsZero() {
			wait = stats.Lifetime{Time: daysOf(second.Sub(first)), Ended: true}
		}
		b.second = append(b.second, wait)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

// RepeatRate is [RepeatPurchase] of the log. Internal parties who bought in the window are
// among the excluded.
func (b *Buyers) RepeatRate() Figure {
	return quotient(RepeatPurchaseRate, UnitRate, b.period, float64(b.repeaters), float64(b.buyers), b.buyers).
		Without(InternalParties, b.internal)
}

// NewBuyers returns how many customers had their first order in the period.
func (b *Buyers) NewBuyers() int { return len(b.second) }

// TimeToSecond is the time after which half of the new buyers have bought again, in days,
// from the curve of Kaplan and Meier: who has not bought again yet may still do so, and
// leaving them out would make everybody look quick. The interval is that of Brookmeyer
// and Crowley (1982) in the log-log form at the level (0: 0.95), where the curve reaches
// its ends. There is no value if fewer than half came back while they were seen.
//
// The error is an [*InputError] for a level that is not between 0 and 1.
func (b *Buyers) TimeToSecond(level float64) (Figure, error) {
	level, err := checkLevel(TimeToSecondPurchase, level)
	if err != nil {
		return Figure{}, err
	}
	f := Figure{Code: TimeToSecondPurchase, Unit: UnitDays, Period: b.period, N: len(b.second)}
	curve := stats.NewSurvival(b.second)
	if median, ok := curve.Quantile(0.5); ok {
		f.Estimate = rapport.Estimate{Value: median, N: len(b.second)}
		if low, high, ok := curve.QuantileInterval(0.5, stats.NormalMargin(level)); ok {
			f.Estimate.Low, f.Estimate.High, f.Estimate.Level = low, high, level
		}
	}
	return f.Without(InternalParties, b.internalNew), nil
}

// RepeatWithin is the cohort variant of the rate: of the new buyers of the period, those
// who bought again within so many days, of those who have been seen for longer: the end of
// the period is not in it, so that an order of that very instant is not known. The others are among the excluded as "seen_too_short", whatever they did: to count those
// who already came back and not those who still may would flatter. The error is an
// [*InputError] for days that are not above 0.
func (b *Buyers) RepeatWithin(days float64) (Figure, error) {
	if !(days > 0 && finite(days)) {
		return Figure{}, &InputError{Subject: RepeatWithinRate, Name: "days", Value: days, Reason: "want above 0"}
	}
	in, of := 0, 0
	for i, wait := range b.second {
		if b.seen[i] <= days {
			continue
		}
		of++
		if wait.Ended && wait.Time <= days {
			in++
		}
	}
	return quotient(RepeatWithinRate, UnitRate, b.period, float64(in), float64(of), of).
		Without("seen_too_short", len(b.second)-of).Without(InternalParties, b.internalNew), nil
}
