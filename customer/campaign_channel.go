package customer

import (
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
)

// ChannelCost is a cost of a channel that no single interaction carries: staff, rent,
// lines.
type ChannelCost struct {
	Channel Channel
	Amount  rapport.Money
}

// ChannelFigures are contacts, results and cost of a channel in a period. The
// figures per unit are in units of the currency.
type ChannelFigures struct {
	Channel           Channel
	Contacts          int
	Unpriced          int // contacts whose own cost is not known: above 0, the costs below may be too low
	Sales             int // sales above zero over the channel
	Resolved          int // cases that came over the channel and were last resolved in the period
	Cost              rapport.Money
	CostPerContact    rapport.Ratio
	CostPerConversion rapport.Ratio // per sale
	CostPerResolved   rapport.Ratio
}

// FiguresOfChannels adds up channels over a period by event time, in the order of
// their codes: the cost of the interactions and the further costs, which the caller
// states for the period. The error is that of an amount, such as of two currencies
// in one channel.
func FiguresOfChannels(interactions []Interaction, further []ChannelCost, sales []Transaction, cases []Case, period rapport.Interval) ([]ChannelFigures, error) {
	byChannel := make(map[Channel]*ChannelFigures)
	of := func(channel Channel) *ChannelFigures {
		f := byChannel[channel]
		if f == nil {
			f = &ChannelFigures{Channel: channel}
			byChannel[channel] = f
		}
		return f
	}
	add := func(f *ChannelFigures, amount rapport.Money) (err error) {
		f.Cost, err = f.Cost.Add(amount)
		return err
	}
	for i := range interactions {
		d := &interactions[i].draft
		if !period.Contains(d.At) {
			continue
		}
		f := of(d.Channel)
		f.Contacts++
		if d.Cost.Currency() == 0 {
			f.Unpriced++
		} else if err := add(f, d.Cost); err != nil {
			return nil, err
		}
	}
	for _, cost := range further {
		if err := add(of(cost.Channel), cost.Amount); err != nil {
			return nil, err
		}
	}
	for i := range sales {
		if d := &sales[i].draft; d.Kind == Sale && d.Amount.Sign() > 0 && d.Channel != "" && period.Contains(d.At) {
			of(d.Channel).Sales++
		}
	}
	for i := range cases {
		if n := len(cases[i].Rounds); n > 0 && cases[i].Channel != "" {
			if at := cases[i].Rounds[n-1].Resolved; !at.IsZero() && period.Contains(at) {
				of(cases[i].Channel).Resolved++
			}
		}
	}
	all := make([]ChannelFigures, 0, len(byChannel))
	for _, f := range byChannel {
		cost := f.Cost.Amount().InexactFloat64()
		f.CostPerContact = rapport.Ratio{Num: cost, Den: float64(f.Contacts), N: f.Contacts}
		f.CostPerConversion = rapport.Ratio{Num: cost, Den: float64(f.Sales), N: f.Sales}
		f.CostPerResolved = rapport.Ratio{Num: cost, Den: float64(f.Resolved), N: f.Resolved}
		all = append(all, *f)
	}
	slices.SortFunc(all, func(a, b ChannelFigures) int { return strings.Compare(string(a.Channel), string(b.Channel)) })
	return all, nil
}
