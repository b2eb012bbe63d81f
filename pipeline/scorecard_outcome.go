package pipeline

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// OutcomeCard says what came of somebody's work in a period. Ratios of nothing have no value.
type OutcomeCard struct {
	Owner  string
	Period rapport.Interval
	// Won and Lost are the deals that were closed in the period and were still so at its
	// end; Open are those that were open then.
	Won, Lost, Open int
	// WonOfDecided is Won over Won + Lost, WonOfAll is Won over Won + Lost + Open. The first
	// favours what is decided early, the second what is decided late.
	WonOfDecided, WonOfAll rapport.Ratio
	// Revenue is what the deals won bring, by the code of the currency. Deals without an
	// amount are left out.
	Revenue []Revenue
	// Cycle is how long the deals won took from their opening, pauses left out.
	Cycle Durations
	// ForecastAccuracy is 1 − |F − A| / A for the forecast F and what was won A: 1 is exact,
	// 0 and below is off by A or more. It has no value without a forecast or wins.
	ForecastAccuracy rapport.Ratio
}

// Revenue is what deals of one currency bring.
type Revenue struct {
	Total   rapport.Money
	Average rapport.Money // of a deal, rounded to the minor unit, half away from zero
	N       int           // deals
}

// OutcomeCard returns the outcome card. Amounts are those at the end of the period. The
// errors are a [*rapport.CurrencyMismatchError] if there is a forecast and a deal was won in
// another currency, and a [*rapport.AmountError] for a sum beyond the bounds of money.
func (p *Performance) OutcomeCard() (OutcomeCard, error) {
	card := OutcomeCard{Owner: p.Owner, Period: p.Period}
	var cycle durations
	for _, all := range p.Histories {
		entries := p.until(all)
		spells := Spells(entries)
		if len(spells) == 0 {
			continue
		}
		now, last := &entries[len(entries)-1], &spells[len(spells)-1]
		switch {
		case !last.Kind.Closed():
			if now.Owner == p.Owner {
				card.Open++
			}
		case !p.Period.Contains(last.From) || !p.owned(entries, last.From):
		case last.Kind == Lost:
			card.Lost++
		default:
			card.Won++
			cycle.add(now.Position().InCycle(last.From))
			if err := card.add(now.Amount); err != nil {
				return OutcomeCard{}, err
			}
		}
	}
	card.WonOfDecided = share{card.Won, card.Won + card.Lost}.ratio()
	card.WonOfAll = share{card.Won, card.Won + card.Lost + card.Open}.ratio()
	card.Cycle = cycle.sum()
	if err := card.average(); err != nil {
		return OutcomeCard{}, err
	}
	var err error
	card.ForecastAccuracy, err = card.accuracy(p.Forecast)
	if err != nil {
		return OutcomeCard{}, err
	}
	return card, nil
}

// add adds what a deal brings.
func (c *OutcomeCard) add(amount rapport.Money) error {
	if amount.Currency() == 0 {
		return nil
	}
	i, found := slices.BinarySearchFunc(c.Revenue, amount.Currency(), func(r Revenue, currency rapport.Currency) int {
		return cmp.Compare(r.Total.Currency().String(), currency.String())
	})
	if !found {
		c.Revenue = slices.Insert(c.Revenue, i, Revenue{})
	}
	total, err := c.Revenue[i].Total.Add(amount)
	if err != nil {
		return err
	}
	c.Revenue[i].Total = total
	c.Revenue[i].N++
	return nil
}

func (c *OutcomeCard) average() error {
	for i := range c.Revenue {
		r := &c.Revenue[i]
		currency := r.Total.Currency()
		amount := r.Total.Amount().DivRound(decimal.NewFromInt(int64(r.N)), int32(currency.Digits()))
		average, err := rapport.NewMoney(amount, currency)
		if err != nil {
			return err
		}
		r.Average = average
	}
	return nil
}

func (c *OutcomeCard) accuracy(forecast rapport.Money) (rapport.Ratio, error) {
	if forecast.Currency() == 0 {
		return rapport.Ratio{}, nil
	}
	var actual rapport.Money
	n := 0
	for _, r := range c.Revenue {
		var err error
		if _, err = forecast.Cmp(r.Total); err != nil {
			return rapport.Ratio{}, err
		}
		actual, n = r.Total, r.N
	}
	off, err := forecast.Sub(actual)
	if err != nil {
		return rapport.Ratio{}, err
	}
	hit, err := actual.Sub(off.Abs())
	if err != nil {
		return rapport.Ratio{}, err
	}
	return rapport.Ratio{Num: hit.Amount().InexactFloat64(), Den: actual.Amount().InexactFloat64(), N: n}, nil
}
