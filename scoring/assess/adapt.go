package assess

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
	"github.com/rapport-crm/rapport/scoring/credit"
	"github.com/rapport-crm/rapport/segment"
)

// FromBook is how customers stand with a credit book, without a new order. source
// names the book, at is when its exposures were taken.
func FromBook(book *credit.Book, source string, at time.Time) Source[Credit] {
	return SourceFunc[Credit](func(_ context.Context, customer rapport.ID, asOf time.Time) (Finding[Credit], error) {
		if book == nil {
			return Finding[Credit]{}, missing("credit book")
		}
		d, err := book.Decide(customer, rapport.Money{}, asOf)
		if errors.Is(err, credit.ErrUnknownCustomer) {
			return Finding[Credit]{}, nil
		}
		if err != nil {
			return Finding[Credit]{}, err
		}
		c := Credit{Limit: d.Limit, Exposure: d.Exposure, Available: d.Available, Held: d.Held(), AgedAt: d.AgedAt, RatesAt: d.RatesAt}
		for _, r := range d.Reasons {
			c.Reasons = append(c.Reasons, CreditHold{string(r.Code), r.Holder, r.Amount, r.Days, r.Text, r.Released})
		}
		for _, g := range d.Unchecked {
			c.Unchecked = append(c.Unchecked, CreditGap{string(g.Code), g.Holder})
		}
		return Found(c, Origin{source, "credit_book", at, Exact}), nil
	})
}

// FromFlags are the active risk flags of customers; a customer without any has no
// risks. source names the register, of which flags is all there is at the date of the
// report. A flag without evidence or end is an error of the source.
func FromFlags(flags []credit.Flag, source string) Source[[]Risk] {
	of := make(map[rapport.ID][]credit.Flag)
	for _, f := range flags {
		of[f.Customer] = append(of[f.Customer], f)
	}
	return SourceFunc[[]Risk](func(_ context.Context, customer rapport.ID, asOf time.Time) (Finding[[]Risk], error) {
		risks := []Risk{}
		for _, f := range of[customer] {
			if err := f.Validate(); err != nil {
				return Finding[[]Risk]{}, fmt.Errorf("flag %q: %w", f.ID, err)
			}
			if f.Active(asOf) {
				risks = append(risks, Risk{Code: string(f.Kind), Evidence: f.Evidence, Since: f.At, Expires: f.Expires})
			}
		}
		return Found(risks, Origin{source, "risk_flags", asOf, Stated}), nil
	})
}

// FromModel is the probability of being alive by a fitted model, as of the end of the
// summaries; N is the customer's purchase dates. source names the log of purchases.
func FromModel(model btyd.TransactionModel, summaries *scoring.Summaries, source string) Source[rapport.Estimate] {
	return SourceFunc[rapport.Estimate](func(_ context.Context, customer rapport.ID, _ time.Time) (Finding[rapport.Estimate], error) {
		if model == nil || summaries == nil {
			return Finding[rapport.Estimate]{}, missing("model or summaries")
		}
		s, ok := summaries.Lookup(customer)
		if !ok {
			return Finding[rapport.Estimate]{}, nil
		}
		alive := rapport.Estimate{Value: model.PAlive(s), N: s.X + 1}
		return Found(alive, Origin{source, model.Name(), summaries.Until(), Estimated}), nil
	})
}

// Forecast says how [FromForecast] values what customers will still buy.
type Forecast struct {
	Model     btyd.TransactionModel
	Spend     btyd.SpendModel
	Summaries *scoring.Summaries
	Horizon   btyd.Horizon
	Margin    float64 // share of revenue that is earned, above 0, up to 1
	Currency  rapport.Currency
	Source    string // names the log of purchases
	Method    string // names the models, such as "bgnbd+gammagamma"
}

// Find returns the margin on the expected discounted spend, rounded to the minor unit.
func (f Forecast) Find(_ context.Context, customer rapport.ID, _ time.Time) (Finding[Amount], error) {
	if f.Model == nil || f.Spend == nil || f.Summaries == nil {
		return Finding[Amount]{}, missing("model, spend or summaries of the forecast")
	}
	s, ok := f.Summaries.Lookup(customer)
	if !ok {
		return Finding[Amount]{}, nil
	}
	if !(f.Margin > 0 && f.Margin <= 1) { // 0 would make everybody worth nothing, and is the zero value
		return Finding[Amount]{}, &InputError{Name: "margin", Value: fmt.Sprint(f.Margin), Want: "above 0, up to 1"}
	}
	value, err := btyd.LifetimeValue(f.Model, f.Spend, s, f.Horizon)
	if err != nil {
		return Finding[Amount]{}, err
	}
	money, err := scoring.RoundMoney(value*f.Margin, f.Currency)
	if err != nil {
		return Finding[Amount]{}, err
	}
	return Found(Amount{Money: money}, Origin{f.Source, f.Method, f.Summaries.Until(), Estimated}), nil
}

// TierRows are the tiers of customers, as [segment.Tiers.Assign] gave them for the
// same ids. The error is an [*InputError] for another number of ids, or [ErrTwice].
func TierRows(ids []rapport.ID, tiers *segment.Assignment, origin Origin) (Rows[string], error) {
	if tiers == nil {
		return Rows[string]{}, missing("tiers")
	}
	if len(ids) != tiers.Len() {
		return Rows[string]{}, &InputError{Name: "ids", Value: fmt.Sprint(len(ids)), Want: fmt.Sprintf("the %d of the tiers", tiers.Len())}
	}
	rows := Rows[string]{Origin: origin, Of: make(map[rapport.ID]string, len(ids))}
	for i, id := range ids {
		if _, twice := rows.Of[id]; twice {
			return Rows[string]{}, fmt.Errorf("assess: tier of customer %q: %w", id, ErrTwice)
		}
		rows.Of[id] = tiers.Name(i)
	}
	return rows, nil
}
