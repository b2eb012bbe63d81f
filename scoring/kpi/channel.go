package kpi

import (
	"fmt"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Channel is a way of contact, with what it cost and brought about in a period.
type Channel struct {
	Code        string        // "field", "phone", "web", …
	Cost        rapport.Money // without a currency: not known; nothing is 0 of a currency
	Contacts    int
	Conversions int // contacts that led to a sale
	Resolved    int // contacts that resolved a case
}

// ChannelFigures is what a channel came to; those without data have no value.
type ChannelFigures struct {
	Channel       Channel
	PerContact    Figure // cost of a contact
	PerConversion Figure // cost of a contact that led to a sale
	PerResolved   Figure // cost of a resolved case
	Conversion    Figure // part of the contacts that led to a sale
	CostShare     rapport.Ratio
	ContactShare  rapport.Ratio
}

// Economics is the cost and effect of every channel of a period: an immutable value,
// made by [ChannelEconomics].
type Economics struct {
	period   rapport.Interval
	channels []ChannelFigures // in the order given
	total    ChannelFigures
}

// ChannelEconomics computes the figures of the channels and of all together: a field
// force that costs 150 000 for 1 000 contacts comes to 150 for each. The costs are the
// whole costs of a channel, so that those for each contact are averages; what another
// contact would cost is a different question, see [Economics.Shift]. Where the cost of a
// channel is not known, neither is that of its contacts, nor the cost of all together if it
// had any. Numbers of contacts
// and costs by channel come from records by way of customer.FiguresOfChannels.
//
// The error is a [*CodeError] for a channel that is no code or comes twice, an
// [*InputError] for a negative number and for more conversions or resolved cases than
// contacts, or a [*rapport.CurrencyMismatchError].
func ChannelEconomics(period rapport.Interval, channels ...Channel) (*Economics, error) {
	e := &Economics{period: period}
	all := Channel{Code: "all"}
	unknown := false // a cost
	for i, c := range channels {
		if err := checkCode("channel", c.Code); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(channels[:i], func(other Channel) bool { return other.Code == c.Code }) {
			return nil, &CodeError{Subject: "channel", Code: c.Code, Reason: "twice"}
		}
		figures, err := figuresOf(period, c)
		if err != nil {
			return nil, err
		}
		for _, f := range [...]*Figure{&figures.PerContact, &figures.PerConversion, &figures.PerResolved, &figures.Conversion} {
			*f = f.Of("channel", c.Code)
		}
		e.channels = append(e.channels, figures)
		if all.Cost, err = all.Cost.Add(c.Cost); err != nil {
			return nil, fmt.Errorf("kpi: channel %s: %w", c.Code, err)
		}
		unknown = unknown || c.Contacts > 0 && c.Cost.Currency() == 0
		all.Contacts += c.Contacts
		all.Conversions += c.Conversions
		all.Resolved += c.Resolved
	}
	if unknown {
		all.Cost = rapport.Money{}
	}
	var err error
	if e.total, err = figuresOf(period, all); err != nil {
		return nil, err
	}
	share := func(f *ChannelFigures) {
		f.CostShare = rapport.Ratio{Num: major(f.Channel.Cost), Den: major(all.Cost), N: f.Channel.Contacts}
		f.ContactShare = rapport.Ratio{Num: float64(f.Channel.Contacts), Den: float64(all.Contacts), N: f.Channel.Contacts}
	}
	share(&e.total)
	for i := range e.channels {
		share(&e.channels[i])
	}
	return e, nil
}

func figuresOf(period rapport.Interval, c Channel) (f ChannelFigures, err error) {
	f.Channel = c
	if f.Conversion, err = rateOf(ConversionRate, period, count{"conversions of " + c.Code, c.Conversions}, count{"contacts", c.Contacts}); err != nil {
		return f, err
	}
	if c.Resolved > c.Contacts {
		return f, &InputError{Subject: ResolvedCaseCost, Name: "resolved by " + c.Code, Value: float64(c.Resolved), Reason: fmt.Sprintf("want up to contacts, %d", c.Contacts)}
	}
	for _, cost := range [...]struct {
		into *Figure
		code string
		of   count
	}{
		{&f.PerContact, ContactCost, count{"contacts of " + c.Code, c.Contacts}},
		{&f.PerConversion, ConversionCost, count{"conversions of " + c.Code, c.Conversions}},
		{&f.PerResolved, ResolvedCaseCost, count{"resolved by " + c.Code, c.Resolved}},
	} {
		if *cost.into, err = unitCost(cost.code, period, c.Cost, cost.of); err != nil {
			return f, err
		}
	}
	return f, nil
}

// All yields the channels in the order given.
func (e *Economics) All() iter.Seq[ChannelFigures] { return slices.Values(e.channels) }

// Total returns the figures of all channels together, with the code "all".
func (e *Economics) Total() ChannelFigures { return e.total }

// Channel returns the figures of one channel, or a [*CodeError] for one that is not known.
func (e *Economics) Channel(code string) (ChannelFigures, error) {
	for _, f := range e.channels {
		if f.Channel.Code == code {
			return f, nil
		}
	}
	return ChannelFigures{}, &CodeError{Subject: "channel", Code: code, Reason: "unknown"}
}
