package main

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

type ladderPart struct {
	Levels  []levelGroup      `json:"levels"`
	Changes map[string]int    `json:"changes"` // by kind
	Nearest []nearest         `json:"nearest"` // to the next level
	Story   []storyStep       `json:"story"`   // of the customer with the most changes
	StoryOf rapport.ID        `json:"story_of"`
	Rights  []entitlementPart `json:"benefits"` // of the same customer
}

type levelGroup struct {
	Level   string  `json:"level"`
	Up      float64 `json:"up"`
	Down    float64 `json:"down"`
	Members int     `json:"members"`
	Warned  int     `json:"warned"` // below the limit at the last review
}

type nearest struct {
	ID     rapport.ID `json:"id"`
	Level  string     `json:"level"`
	Next   string     `json:"next"`
	ToNext float64    `json:"to_next"`
	By     string     `json:"by"`
}

type storyStep struct {
	On    string  `json:"on"`
	Kind  string  `json:"kind"`
	From  string  `json:"from"`
	To    string  `json:"to"`
	Value float64 `json:"value"`
	Limit float64 `json:"limit"`
}

type entitlementPart struct {
	Benefit   string  `json:"benefit"`
	Level     string  `json:"level"`
	Discount  float64 `json:"discount"`
	Remaining *int    `json:"remaining"`  // null: no limit
	KeptUntil *string `json:"kept_until"` // of a level that was lost
}

// programme returns a ladder of three levels, the upper two at 1.5 and 4 times what a
// customer spends in a year on average; a level is kept down to four fifths of it, and
// two half-yearly reviews must find less before it is lost.
func programme(b *base) (*segment.Ladder, error) {
	years := b.asOf.Sub(earliest(b)).Hours() / 24 / 365.25
	total := 0.0
	for _, c := range b.clients {
		total += c.revenue
	}
	mean := total / float64(len(b.clients)) / max(years, 1)
	if !(mean > 0) {
		return nil, leftOut("customers spend nothing on average")
	}
	digit := math.Pow(10, math.Floor(math.Log10(mean))-1)
	round := func(v float64) float64 { return math.Round(v/digit) * digit }
	gold, platinum := round(1.5*mean), round(4*mean)
	return segment.NewLadder([]segment.Level{
		{Name: "silver"},
		{Name: "gold", Up: gold, Down: round(.8 * gold)},
		{Name: "platinum", Up: platinum, Down: round(.8 * platinum)},
	}, &segment.LadderOptions{Reviews: 2, ReviewMonths: 6})
}

func earliest(b *base) time.Time {
	return slices.MinFunc(b.clients, func(x, y *client) int { return x.first.Compare(y.first) }).first
}

// climb takes every customer up and down the ladder: each order may raise him, and each
// half-year he is reviewed.
func climb(b *base, r *report, f *findings) error {
	ladder, err := programme(b)
	if err != nil {
		return err
	}
	part := &ladderPart{Changes: map[string]int{}, Nearest: []nearest{}, Story: []storyStep{}, Rights: []entitlementPart{}}
	for _, level := range ladder.Levels() {
		part.Levels = append(part.Levels, levelGroup{Level: level.Name, Up: level.Up, Down: level.Down})
	}
	var story []segment.Change
	for _, c := range b.clients {
		m, changes, err := walk(ladder, c, b.asOf)
		if err != nil {
			return err
		}
		f.members = append(f.members, m)
		for _, change := range changes {
			part.Changes[string(change.Kind)]++
		}
		place := slices.IndexFunc(part.Levels, func(g levelGroup) bool { return g.Level == m.Level })
		part.Levels[place].Members++
		if m.Below > 0 {
			part.Levels[place].Warned++
		}
		if len(changes) > len(story) {
			story, part.StoryOf = changes, c.id
		}
		running, err := ladder.Running(b.asOf)
		if err != nil {
			return err
		}
		progress, err := ladder.Progress(m, c.during(running), b.asOf)
		if err != nil {
			return err
		}
		if progress.ToNext > 0 {
			part.Nearest = append(part.Nearest, nearest{c.id, m.Level, progress.Next, cents(progress.ToNext), progress.Review.Format(time.DateOnly)})
		}
	}
	slices.SortFunc(part.Nearest, func(x, y nearest) int {
		return cmp.Or(cmp.Compare(x.ToNext, y.ToNext), cmp.Compare(x.ID, y.ID))
	})
	part.Nearest = part.Nearest[:min(shown, len(part.Nearest))]
	for _, c := range story {
		part.Story = append(part.Story, storyStep{c.At.Format(time.DateOnly), string(c.Kind), c.From, c.To, cents(c.Value), c.Limit})
	}
	if part.Rights, err = rights(b, f, part.StoryOf); err != nil {
		return err
	}
	r.Ladder = part
	return nil
}

// walk is the way of one customer: his orders and his reviews in the order of time.
func walk(ladder *segment.Ladder, c *client, asOf time.Time) (segment.Membership, []segment.Change, error) {
	m, err := ladder.Join("", c.first)
	if err != nil {
		return m, nil, err
	}
	var all []segment.Change
	step := func(at time.Time, window func(time.Time) (rapport.Interval, error), move func(segment.Membership, float64, time.Time) (segment.Membership, []segment.Change, error)) error {
		during, err := window(at)
		if err != nil {
			return err
		}
		var changes []segment.Change
		m, changes, err = move(m, c.during(during), at)
		all = append(all, changes...)
		return err
	}
	orders := c.orders
	for {
		review, err := ladder.NextReview(m)
		if err != nil {
			return m, nil, err
		}
		for len(orders) > 0 && orders[0].at.Before(review) {
			seen := orders[0].at.Add(time.Second) // the order itself counts
			if seen.Before(review) {
				if err := step(seen, ladder.Running, ladder.Observe); err != nil {
					return m, nil, err
				}
			}
			orders = orders[1:]
		}
		if review.After(asOf) {
			return m, all, nil
		}
		if err := step(review, ladder.Reviewed, ladder.Review); err != nil {
			return m, nil, err
		}
	}
}

// rights returns what a customer can redeem by his level.
func rights(b *base, f *findings, id rapport.ID) ([]entitlementPart, error) {
	list := []entitlementPart{}
	benefits, err := segment.NewBenefits([]string{"silver", "gold", "platinum"}, []segment.Grant{
		{Level: "silver", Benefit: segment.Discount, Terms: segment.Terms{Discount: 300}},
		{Level: "gold", Benefit: segment.Discount, Terms: segment.Terms{Discount: 800}},
		{Level: "gold", Benefit: segment.Ticket, Quota: 2, PeriodMonths: 12},
		{Level: "platinum", Benefit: segment.Upgrade, Quota: 4, PeriodMonths: 12},
	}, &segment.BenefitOptions{After: segment.EndOfPeriod})
	if err != nil {
		return nil, err
	}
	for i, c := range b.clients {
		if c.id != id {
			continue
		}
		entitled, err := benefits.Entitled(f.members[i].Levels(), segment.Wallet{}, b.asOf)
		if err != nil {
			return nil, err
		}
		for _, e := range entitled {
			row := entitlementPart{Benefit: e.Benefit, Level: e.Level, Discount: float64(e.Discount) / segment.MaxDiscount}
			if e.Limited {
				row.Remaining = &e.Remaining
			}
			if e.Grandfathered {
				until := e.Until.Format(time.DateOnly)
				row.KeptUntil = &until
			}
			list = append(list, row)
		}
	}
	return list, nil
}
