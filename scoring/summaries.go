package scoring

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// Summaries holds the summary of every scored customer, in byte order of the
// id. It is immutable and safe to share. The ids are copies that share blocks of
// memory of up to 16 KB; a host that keeps a few of them for long after the
// Summaries is gone should clone them.
type Summaries struct {
	unit             rapport.Unit
	ids              []rapport.ID // ascending
	values           []Summary
	until            time.Time
	currency         rapport.Currency
	digits           int
	revenue, cost    int64
	rows             RowCounts
	customersAfter   int
	customersWithout int
	holdout          *Holdout
	ledger           *ledger // nil for summaries made by [NewSummaries]
}

// NewSummaries is for hosts that bring their own statistics: summaries[i]
// belongs to ids[i]. The slices are copied and put in byte order of the id. It is
// an error if they are not equally long; others are a [*SummaryError] for a summary that no log can have or an id given
// twice, a [*rapport.IDError], a [*WindowError] for the unit, or
// [ErrNoPurchases] for empty slices. More repeat purchases than days up to the last
// are no error, for statistics in continuous time may have them.
func NewSummaries(unit rapport.Unit, ids []rapport.ID, summaries []Summary) (*Summaries, error) {
	if !unit.IsValid() {
		return nil, unitError(unit)
	}
	if len(ids) != len(summaries) {
		return nil, fmt.Errorf("scoring: %d ids for %d summaries", len(ids), len(summaries))
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("scoring: 0 summaries: %w", ErrNoPurchases)
	}
	order := make([]int, len(ids))
	for i, id := range ids {
		if err := id.Validate(); err != nil {
			return nil, fmt.Errorf("scoring: summary %d: %w", i+1, err)
		}
		if reason := summaries[i].validate(); reason != "" {
			return nil, &SummaryError{Customer: id, Reason: reason}
		}
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return compareIDs(ids[i], ids[j]) })
	s := &Summaries{unit: unit, ids: make([]rapport.ID, len(ids)), values: make([]Summary, len(ids))}
	for to, from := range order {
		s.ids[to], s.values[to] = ids[from], summaries[from]
		if to > 0 && s.ids[to] == s.ids[to-1] {
			return nil, &SummaryError{Customer: ids[from], Reason: "given twice"}
		}
	}
	return s, nil
}

// Len returns the number of scored customers, at least 1.
func (s *Summaries) Len() int { return len(s.ids) }

// At returns the customer at position i of the byte order of ids. Like a slice it
// panics if i is not in 0 … Len()-1.
func (s *Summaries) At(i int) (rapport.ID, Summary) { return s.ids[i], s.values[i] }

// History returns X, TX and T of the customer at position i, 0 ≤ i < Len: all that
// models of purchases read. In loops over many customers it saves the copy of a
// whole [Summary], which takes longer than P(alive) does.
func (s *Summaries) History(i int) (x int, tx, t float64) {
	v := &s.values[i]
	return v.X, v.TX, v.T
}

// IDs returns the scored customers in byte order: what a batch of values, one per
// position, is ranked with. It is a copy.
func (s *Summaries) IDs() []rapport.ID { return slices.Clone(s.ids) }

// All yields the customers in byte order of the id.
func (s *Summaries) All() iter.Seq2[rapport.ID, Summary] {
	return func(yield func(rapport.ID, Summary) bool) {
		for i, id := range s.ids {
			if !yield(id, s.values[i]) {
				return
			}
		}
	}
}

// Lookup returns the summary of a customer, false if it is not scored.
func (s *Summaries) Lookup(id rapport.ID) (Summary, bool) {
	i, ok := slices.BinarySearchFunc(s.ids, id, compareIDs)
	if !ok {
		return Summary{}, false
	}
	return s.values[i], true
}

// Unit returns the unit of time of the summaries.
func (s *Summaries) Unit() rapport.Unit { return s.unit }

// Until returns the calibration end: the first instant of that date in the
// window's location, which is midnight unless clocks skip it. It is the zero time
// for summaries made by [NewSummaries].
func (s *Summaries) Until() time.Time { return s.until }

// Revenue returns the total amount of the scored customers' purchases in the
// calibration period, less the returns netted, in the units of
// [Purchase.Amount].
func (s *Summaries) Revenue() int64 { return s.revenue }

// Cost returns the total cost of the same rows as [Summaries.Revenue], in the
// same units.
func (s *Summaries) Cost() int64 { return s.cost }

// RevenueMoney returns [Summaries.Revenue] as exact money. It is an error that
// wraps a [*rapport.CurrencyError] if the window named no currency.
func (s *Summaries) RevenueMoney() (rapport.Money, error) { return s.money(s.revenue) }

// CostMoney returns [Summaries.Cost] as exact money. It is an error that wraps a
// [*rapport.CurrencyError] if the window named no currency.
func (s *Summaries) CostMoney() (rapport.Money, error) { return s.money(s.cost) }

func (s *Summaries) money(amount int64) (rapport.Money, error) {
	if s.currency == 0 {
		return rapport.Money{}, fmt.Errorf("scoring: total as money: Window.Currency was not set: %w", &rapport.CurrencyError{})
	}
	m, err := rapport.NewMoney(decimal.New(amount, -int32(s.digits)), s.currency)
	if err != nil {
		return rapport.Money{}, fmt.Errorf("scoring: total as money: %w", err)
	}
	return m, nil
}

// Margin returns (revenue − cost) / revenue, the share of the turnover that is
// left after costs; false if there is no positive revenue to divide by.
func (s *Summaries) Margin() (float64, bool) {
	if s.revenue <= 0 {
		return 0, false
	}
	return (float64(s.revenue) - float64(s.cost)) / float64(s.revenue), true
}

// Rows says what became of the rows of the log. It is zero for summaries made
// by [NewSummaries].
func (s *Summaries) Rows() RowCounts { return s.rows }

// CustomersAfter returns how many customers made their first purchase after
// the calibration end: they are counted, not scored.
func (s *Summaries) CustomersAfter() int { return s.customersAfter }

// CustomersWithoutPurchase returns how many customers have rows but no
// purchase, because all were returns or skipped zeros: they are counted, not
// scored.
func (s *Summaries) CustomersWithoutPurchase() int { return s.customersWithout }

// Holdout returns what the scored customers did after the calibration end. It
// is nil if the window asked for none or the log has nothing after that date.
// The caller must not change it.
func (s *Summaries) Holdout() *Holdout { return s.holdout }

func compareIDs(a, b rapport.ID) int { return strings.Compare(string(a), string(b)) }
