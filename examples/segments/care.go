package main

import (
	"errors"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

type seasonsPart struct {
	Months []monthPart `json:"months"`
	Off    []string    `json:"off"` // the months with an index below 0.8
}

type monthPart struct {
	Month string  `json:"month"`
	Index float64 `json:"index"`
	N     int     `json:"n"`
}

// quiet is the index below which a month is off season.
const quiet = .8

// seasons counts the orders of whole months, from the second on.
func seasons(b *base, r *report, f *findings) error {
	first := earliest(b)
	start := time.Date(first.Year(), first.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	months := (b.asOf.Year()-start.Year())*12 + int(b.asOf.Month()) - int(start.Month())
	counts := make([]float64, max(months, 0))
	for _, c := range b.clients {
		for _, o := range c.orders {
			month := (o.at.Year()-start.Year())*12 + int(o.at.Month()) - int(start.Month())
			if month >= 0 && month < months {
				counts[month]++
			}
		}
	}
	index, err := segment.FitSeasons(counts, &segment.SeasonOptions{First: int(start.Month())})
	if refused, ok := errors.AsType[*segment.SeasonError](err); ok {
		return leftOut(refused.Error())
	} else if err != nil {
		return err
	}
	f.seasons = index
	r.Seasons = &seasonsPart{Off: []string{}}
	for i, s := range index.All() {
		r.Seasons.Months = append(r.Seasons.Months, monthPart{time.Month(i + 1).String(), s.Index, s.N})
	}
	for _, month := range index.Off(quiet) {
		r.Seasons.Off = append(r.Seasons.Off, time.Month(month).String())
	}
	return nil
}

type servicePart struct {
	Tier        string  `json:"tier"`
	Customers   int     `json:"customers"`
	Hours       float64 `json:"sla_hours"`
	Discount    float64 `json:"discount"` // the most that may be taken off
	ContactDays int     `json:"contact_days"`
}

// service is the policy of the year before and of the year of the analysis.
func service(b *base, r *report, f *findings) error {
	turn := time.Date(b.asOf.Year(), time.January, 1, 0, 0, 0, 0, time.UTC)
	before, err := rapport.NewInterval(time.Time{}, turn)
	if err != nil {
		return err
	}
	now, err := rapport.NewInterval(turn, time.Time{})
	if err != nil {
		return err
	}
	tiers := func(vip time.Duration) []segment.Service {
		return []segment.Service{
			{Tier: "VIP", SLA: vip, Discount: 1500, ContactDays: 7},
			{Tier: "major", SLA: 8 * time.Hour, Discount: 1000, ContactDays: 30},
			{Tier: "ordinary", SLA: 24 * time.Hour, Discount: 500, ContactDays: 90},
			{Tier: "small", SLA: 48 * time.Hour},
		}
	}
	f.policy, err = segment.NewServicePolicy(
		segment.ServiceVersion{Valid: before, Services: tiers(4 * time.Hour)},
		segment.ServiceVersion{Valid: now, Services: tiers(2 * time.Hour)},
	)
	if err != nil {
		return err
	}
	for _, g := range r.Tiers.Groups {
		s, err := f.policy.At(g.Tier, b.asOf)
		if err != nil {
			return err
		}
		r.Service = append(r.Service, servicePart{g.Tier, g.Customers, s.SLA.Hours(), float64(s.Discount) / segment.MaxDiscount, s.ContactDays})
	}
	return nil
}

type contactsPart struct {
	Due       map[string]int `json:"due"` // by tier
	List      []duePart      `json:"list"`
	OffSeason []duePart      `json:"off_season"`
}

type duePart struct {
	ID      rapport.ID `json:"id"`
	Tier    string     `json:"tier"`
	On      string     `json:"on"`
	Overdue int        `json:"overdue_days"`
	Reason  string     `json:"reason"`
}

// contacts lists who is to be contacted, and who could be visited while it is quiet.
func contacts(b *base, r *report, f *findings) error {
	cadence, err := f.policy.Cadence(b.asOf)
	if err != nil {
		return err
	}
	rows := make([]segment.Contact, len(b.clients))
	for i, c := range b.clients {
		rows[i] = segment.Contact{ID: c.id, Tier: f.tiers[i], Since: c.first, Last: c.contact, Need: c.need, Value: c.revenue}
	}
	due, err := cadence.Due(rows, b.asOf, &segment.DueOptions{Lead: 14})
	if err != nil {
		return err
	}
	part := &contactsPart{Due: map[string]int{}, OffSeason: []duePart{}}
	f.overdue = map[string]segment.Due{}
	for _, d := range due {
		part.Due[d.Tier]++
		f.overdue[string(d.ID)] = d
	}
	part.List = listed(due)
	if f.seasons != nil {
		visits, err := cadence.OffSeason(f.seasons, rows, b.asOf, &segment.OffSeasonOptions{Below: quiet, Most: shown})
		if err != nil {
			return err
		}
		part.OffSeason = listed(visits)
	}
	r.Contacts = part
	return nil
}

func listed(due []segment.Due) []duePart {
	list := []duePart{}
	for _, d := range due[:min(2*shown, len(due))] {
		list = append(list, duePart{d.ID, d.Tier, d.On.Format(time.DateOnly), d.Overdue, string(d.Reason)})
	}
	return list
}
