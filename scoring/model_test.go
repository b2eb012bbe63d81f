package scoring_test

import (
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// outcome is everything that a Summaries says, as plain values.
type outcome struct {
	IDs             []rapport.ID
	Summaries       []scoring.Summary
	Unit            rapport.Unit
	Until           string
	Revenue, Cost   int64
	Rows            scoring.RowCounts
	After, Without  int
	HoldoutPeriods  float64
	HoldoutX        []int
	HoldoutByPeriod []int
}

func outcomeOf(s *scoring.Summaries) outcome {
	o := outcome{
		Unit: s.Unit(), Until: s.Until().Format(time.DateTime), Revenue: s.Revenue(), Cost: s.Cost(),
		Rows: s.Rows(), After: s.CustomersAfter(), Without: s.CustomersWithoutPurchase(),
	}
	for id, summary := range s.All() {
		o.IDs = append(o.IDs, id)
		o.Summaries = append(o.Summaries, summary)
	}
	if h := s.Holdout(); h != nil {
		o.HoldoutPeriods, o.HoldoutX, o.HoldoutByPeriod = h.Periods, h.X, h.ByPeriod
	}
	return o
}

// plainSummary is the definition of the summaries in plain steps, with maps of
// dates as text: the log may hold returns only if the window does not refuse
// them, and at least one customer must have a purchase. It is as slow as it is
// simple.
func plainSummary(rows []scoring.Purchase, w scoring.Window) outcome {
	location := time.UTC
	if w.Location != nil {
		location = w.Location
	}
	dateOf := func(t time.Time) string { return t.In(location).Format(time.DateOnly) }
	days := func(from, to string) float64 { return math.Round(day(to).Sub(day(from)).Hours() / 24) }
	unit := w.Unit.Days()

	lastRow := ""
	for _, p := range rows {
		lastRow = max(lastRow, dateOf(p.At))
	}
	until := lastRow
	if !w.Until.IsZero() {
		until = dateOf(w.Until)
	}
	o := outcome{Unit: w.Unit, Until: until + " 00:00:00"}

	byCustomer := make(map[rapport.ID][]scoring.Purchase)
	for _, p := range rows {
		byCustomer[p.Customer] = append(byCustomer[p.Customer], p)
	}
	ids := []rapport.ID{}
	for id := range byCustomer {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if w.Holdout > 0 && lastRow > until {
		o.HoldoutPeriods = math.Min(w.Holdout, days(until, lastRow)/unit)
		o.HoldoutByPeriod = make([]int, int(math.Ceil(o.HoldoutPeriods)))
	}
	for _, id := range ids {
		amounts := make(map[string]int64) // by purchase date
		held := make(map[string]bool)
		later := false
		var returns []scoring.Purchase
		for _, p := range byCustomer[id] {
			o.Rows.Read++
			date := dateOf(p.At)
			zero, back, after := p.Amount == 0, p.Amount < 0, date > until
			skip := zero && w.Zeros == scoring.SkipZeros
			if after {
				o.Rows.AfterWindow++
				if !back && !skip {
					later = true
					if days(until, date) <= w.Holdout*unit+1e-9 {
						held[date] = true
					}
				}
				continue
			}
			switch {
			case skip:
				o.Rows.ZerosSkipped++
			case back && w.Returns == scoring.IgnoreReturns:
				o.Rows.ReturnsIgnored++
			case back:
				returns = append(returns, p)
			default:
				if zero {
					o.Rows.Zeros++
				}
				if _, ok := amounts[date]; ok {
					o.Rows.Merged++
				}
				amounts[date] += p.Amount
				o.Revenue += p.Amount
				o.Cost += p.Cost
			}
		}
		dates := []string{}
		for date := range amounts {
			dates = append(dates, date)
		}
		slices.Sort(dates)
		for _, r := range returns {
			at := -1
			for i, date := range dates {
				if date <= dateOf(r.At) {
					at = i
				}
			}
			if at < 0 {
				o.Rows.ReturnsUnmatched++
				continue
			}
			o.Rows.ReturnsNetted++
			amounts[dates[at]] += r.Amount
			o.Revenue += r.Amount
			o.Cost += r.Cost
		}
		o.Rows.PurchaseDates += len(dates)
		if len(dates) == 0 {
			if later {
				o.After++
			} else {
				o.Without++
			}
			continue
		}
		first, last := dates[0], dates[len(dates)-1]
		s := scoring.Summary{X: len(dates) - 1, TX: days(first, last) / unit, T: days(first, until) / unit}
		var repeat int64
		for i, date := range dates[1:] {
			repeat += amounts[date]
			s.SumLogInterval += math.Log(days(dates[i], date) / unit)
		}
		if s.X > 0 {
			s.Spend = float64(repeat) / float64(s.X) / math.Pow10(w.Currency.Digits()+w.ExtraDigits)
		}
		o.IDs = append(o.IDs, id)
		o.Summaries = append(o.Summaries, s)
		if o.HoldoutByPeriod != nil {
			o.HoldoutX = append(o.HoldoutX, len(held))
			for date := range held {
				o.HoldoutByPeriod[int(math.Ceil(days(until, date)/unit))-1]++
			}
		}
	}
	return o
}
