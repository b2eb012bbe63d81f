package segment

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Entitlement is a benefit that a customer can redeem, and what it rests on.
type Entitlement struct {
	Benefit string // code
	// Credit is the credit that it comes from; else Level is the level that gives it:
	// the customer's, or one above that he had and lost if Grandfathered.
	Credit        rapport.ID
	Level         string
	Grandfathered bool
	Limited       bool      // there is a quota
	Remaining     int       // redemptions left of it; 0 without a quota
	Until         time.Time // it cannot be redeemed from this instant on; zero: no end is known
	Renews        time.Time // the quota begins anew; zero: never
	Terms
}

// RedemptionError reports a redemption to which the customer has no right.
type RedemptionError struct {
	Redemption rapport.ID
	Benefit    string
	Level      string // of the customer; "" before the first
	Branch     rapport.ID
	Reason     string // "not entitled", "quota used up" or "not at this branch"
}

// Error names the benefit, the level, the branch and the reason.
func (e *RedemptionError) Error() string {
	return fmt.Sprintf("segment: redemption %q: %s on level %q at branch %q: %s", e.Redemption, e.Benefit, e.Level, e.Branch, e.Reason)
}

// Entitled returns what a customer can redeem at an instant, with what is left of each
// quota then: by code, of one code the credits first, those that end soonest before
// the others, then what his level gives. A benefit whose quota is used up is there
// with nothing remaining. Redemptions and credits after the instant are left out. The
// history is of levels of the catalogue ([*CatalogueError]).
func (b *Benefits) Entitled(levels TierHistory, w Wallet, at time.Time) ([]Entitlement, error) {
	w = w.asOf(at)
	list := w.credits(at)
	for _, code := range slices.Sorted(maps.Keys(b.of)) {
		e, ok, err := b.byLevel(code, levels, at)
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, e.entitlement(w, b.location, at))
		}
	}
	slices.SortStableFunc(list, func(x, y Entitlement) int { return cmp.Compare(x.Benefit, y.Benefit) })
	return list, nil
}

// asOf returns the wallet without what was redeemed after an instant.
func (w Wallet) asOf(at time.Time) Wallet {
	w.Redemptions = slices.DeleteFunc(slices.Clone(w.Redemptions), func(r Redemption) bool { return r.At.After(at) })
	return w
}

// credits returns the credits that are there at an instant, those that end soonest
// first.
func (w Wallet) credits(at time.Time) []Entitlement {
	var list []Entitlement
	for _, c := range w.Credits {
		if c.At.After(at) || !c.Until.IsZero() && !at.Before(c.Until) {
			continue
		}
		used := w.count(func(r *Redemption) bool { return r.Credit == c.ID })
		list = append(list, Entitlement{
			Benefit: c.Benefit, Credit: c.ID, Limited: true, Remaining: max(c.Quantity-used, 0), Until: c.Until, Terms: c.Terms,
		})
	}
	slices.SortStableFunc(list, func(x, y Entitlement) int {
		if x.Until.IsZero() != y.Until.IsZero() {
			return cmp.Or(-x.Until.Compare(y.Until), cmp.Compare(x.Credit, y.Credit)) // no end comes last
		}
		return cmp.Or(x.Until.Compare(y.Until), cmp.Compare(x.Credit, y.Credit))
	})
	return list
}

func (w Wallet) count(which func(*Redemption) bool) int {
	n := 0
	for i := range w.Redemptions {
		if which(&w.Redemptions[i]) {
			n++
		}
	}
	return n
}

// levelGrant is a grant that a customer has by a level.
type levelGrant struct {
	*Grant
	level         string // which he has or had
	grandfathered bool
	until         time.Time
}

// byLevel returns the grant of a benefit that a customer has at an instant: that of
// his level, or that of a higher one which he lost and whose benefits have not ended.
func (b *Benefits) byLevel(code string, levels TierHistory, at time.Time) (levelGrant, bool, error) {
	now := levels.index(at)
	best, bestPlace := levelGrant{}, -1
	for i := now; i >= 0; i-- {
		name := levels.spans[i].Tier
		place := slices.Index(b.levels, name)
		if place < 0 {
			return best, false, &CatalogueError{Grant: -1, Field: "levels", Value: name, Reason: "no such level"}
		}
		if place <= bestPlace {
			continue
		}
		g := b.grant(code, place, at)
		if g == nil || g == best.Grant { // the grant of a level below them both
			continue
		}
		found := levelGrant{Grant: g, level: name, grandfathered: i < now, until: g.Valid.End()}
		if i < now {
			end, left := b.endOf(g, levels.spans[i+1].From)
			if !left || !at.Before(end) {
				continue
			}
			if found.until.IsZero() || end.Before(found.until) {
				found.until = plain(end)
			}
		}
		best, bestPlace = found, place
	}
	return best, bestPlace >= 0, nil
}

// grant returns the grant of a benefit that a level has at an instant: its own, or
// that of the next level below that has one.
func (b *Benefits) grant(code string, place int, at time.Time) *Grant {
	for ; place >= 0; place-- {
		for _, g := range b.of[code] {
			if g.Level == b.levels[place] && g.Valid.Contains(at) {
				return g
			}
		}
	}
	return nil
}

// endOf returns when a benefit ends whose level was lost at an instant.
func (b *Benefits) endOf(g *Grant, lost time.Time) (time.Time, bool) {
	switch b.options.After {
	case EndOfPeriod:
		_, end := g.period(lost.Add(-1), b.location) // in which the level was last held: who loses it on the stroke gets no new quota
		return end, !end.IsZero()
	case ForDays:
		return dayStart(dayNumber(lost, b.location)+b.options.Days, b.location), true
	}
	return time.Time{}, false
}

// period returns the period of the quota that holds an instant, zero times without one.
func (g *Grant) period(at time.Time, location *time.Location) (start, end time.Time) {
	if g.PeriodMonths == 0 {
		return start, end
	}
	at = at.In(location)
	month := (int(at.Month())-1)/g.PeriodMonths*g.PeriodMonths + 1
	return midnight(at.Year(), time.Month(month), 1, location), midnight(at.Year(), time.Month(month+g.PeriodMonths), 1, location)
}

// entitlement counts what the wallet leaves of the quota of the period that holds an
// instant.
func (g levelGrant) entitlement(w Wallet, location *time.Location, at time.Time) Entitlement {
	e := Entitlement{Benefit: g.Benefit, Level: g.level, Grandfathered: g.grandfathered, Until: g.until, Terms: g.Terms}
	e.Branches = slices.Clone(e.Branches) // the catalogue's stay its own
	if g.Quota == 0 {
		return e
	}
	start, end := g.period(at, location)
	used := w.count(func(r *Redemption) bool {
		return r.Credit == "" && r.Benefit == g.Benefit &&
			(end.IsZero() || !r.At.Before(start) && r.At.Before(end))
	})
	e.Limited, e.Remaining = true, max(g.Quota-used, 0)
	if !end.IsZero() && (e.Until.IsZero() || end.Before(e.Until)) {
		e.Renews = plain(end)
	}
	return e
}

// Redeem uses a benefit once and returns the wallet with the redemption, and the
// entitlement by which it was given with what then remains. Of several it takes the
// first in the order of [Benefits.Entitled] that the branch takes and that is not
// used up. A discount needs a price and takes its share off, rounded towards zero, up
// to the ceiling.
//
// Redemptions may come in any order of time: the quota of their period counts them
// all. The error is a [*RedemptionError] if there is no right to it, a
// [*WalletError] for a redemption that makes no sense, or a [*CatalogueError]; the
// wallet returned is then the one given.
func (b *Benefits) Redeem(levels TierHistory, w Wallet, r Redemption) (Wallet, Entitlement, error) {
	r.At = plain(r.At)
	if err := r.fault(w); err != nil {
		return w, Entitlement{}, err
	}
	rights := slices.DeleteFunc(w.credits(r.At), func(e Entitlement) bool { return e.Benefit != r.Benefit })
	g, ok, err := b.byLevel(r.Benefit, levels, r.At)
	if err != nil {
		return w, Entitlement{}, err
	}
	if ok {
		rights = append(rights, g.entitlement(w, b.location, r.At))
	}
	reason := "not entitled"
	for _, e := range rights {
		switch {
		case len(e.Branches) > 0 && !slices.Contains(e.Branches, r.Branch):
			reason = "not at this branch"
			continue
		case e.Limited && e.Remaining == 0:
			reason = "quota used up"
			continue
		}
		if e.Discount > 0 && r.Price.Sign() <= 0 {
			return w, Entitlement{}, &WalletError{ID: r.ID, Field: "price", Value: r.Price.String(), Reason: "a discount needs a price above zero"}
		}
		if r.Off, err = e.off(r.Price); err != nil {
			return w, Entitlement{}, &WalletError{ID: r.ID, Field: "price", Value: r.Price.String(), Reason: err.Error(), Err: err}
		}
		if e.Limited {
			e.Remaining--
		}
		r.Level, r.Credit = e.Level, e.Credit
		w.Redemptions = append(slices.Clip(w.Redemptions), r)
		return w, e, nil
	}
	level, _ := levels.At(r.At)
	return w, Entitlement{}, &RedemptionError{Redemption: r.ID, Benefit: r.Benefit, Level: level, Branch: r.Branch, Reason: reason}
}

// fault checks a redemption against the wallet that is to take it.
func (r *Redemption) fault(w Wallet) error {
	if err := entryFault(r.ID, r.Benefit, r.Branch, r.At); err != nil {
		return err
	}
	if slices.ContainsFunc(w.Redemptions, func(had Redemption) bool { return had.ID == r.ID }) {
		return &WalletError{ID: r.ID, Field: "id", Value: string(r.ID), Reason: "a redemption of this id is there already"}
	}
	return nil
}
