package segment

import (
	"math/big"
	"slices"
	"sort"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Member is a customer in a list, by its row in the input.
type Member struct {
	ID     rapport.ID
	Row    int // from 0
	Profit float64
}

// Concentration says how the profits of a base are spread over its customers: an
// immutable value made by [Pareto], safe to share between goroutines.
type Concentration struct {
	ids    []rapport.ID // in the order of the input
	places []place      // the most profitable first
	// sums[k] is the profit of the first k, rounded once; gains and losses are the
	// gross sums, and winners and losers the customers above and below zero.
	sums            []float64
	gains, losses   float64
	winners, losers int
}

// Pareto ranks the customers by profit, the greatest first and equal ones by id, and
// measures who brings the gains and who the losses. It assumes no 80/20: the shares
// are what they are. Profit means what is left after the cost to serve; ranked by
// revenue, the customers who lose money are not seen.
//
// The two slices run in parallel and are only read; what comes out does not depend on
// their order. No customers is no error. Errors: a [*LengthError], a [*ValueError], an
// [*IDError]. It keeps 40 bytes a customer.
func Pareto(ids []rapport.ID, profits []float64) (*Concentration, error) {
	ascending, err := checkColumn(ids, "profit", profits)
	if err != nil {
		return nil, err
	}
	c := &Concentration{ids: slices.Clone(ids), places: rank(ids, profits, ascending)}
	c.sums = make([]float64, 1, len(ids)+1)
	var all, gains, losses numeric.ExactSum
	for _, p := range c.places {
		all.Add(p.value)
		c.sums = append(c.sums, all.Total())
		switch {
		case p.value > 0:
			c.winners++
			gains.Add(p.value)
		case p.value < 0:
			c.losers++
			losses.Add(-p.value)
		}
	}
	c.gains, c.losses = gains.Total(), losses.Total()
	return c, nil
}

// Len returns how many customers there are.
func (c *Concentration) Len() int { return len(c.places) }

// Winners returns how many customers have a profit above zero, and what they bring.
func (c *Concentration) Winners() (customers int, gains float64) { return c.winners, c.gains }

// Losers returns how many customers have a profit below zero, and what they lose, as a
// positive number.
func (c *Concentration) Losers() (customers int, losses float64) { return c.losers, c.losses }

// Net returns the profit of all together.
func (c *Concentration) Net() float64 { return c.upTo(len(c.places)) }

// upTo returns the sum over the best k customers; the zero Concentration has no sums.
func (c *Concentration) upTo(k int) float64 {
	if k == 0 {
		return 0
	}
	return c.sums[k]
}

// Top returns what the best customers bring: their gains over the gains of all, losses
// left out of both. N is how many they are: the share of the base, rounded up. Without
// gains there is no value. The error is a [*ShareError].
func (c *Concentration) Top(share Share) (rapport.Ratio, error) {
	n, err := share.Of(len(c.places))
	if err != nil {
		return rapport.Ratio{}, err
	}
	return rapport.Ratio{Num: c.upTo(min(n, c.winners)), Den: c.gains, N: n}, nil
}

// Bottom returns what the worst customers lose: their losses over the losses of all,
// both positive numbers, gains left out of both. N is how many they are: the share of
// the base, rounded up. Without losses there is no value. The error is a
// [*ShareError].
func (c *Concentration) Bottom(share Share) (rapport.Ratio, error) {
	n, err := share.Of(len(c.places))
	if err != nil {
		return rapport.Ratio{}, err
	}
	var sum numeric.ExactSum
	for _, p := range c.places[len(c.places)-min(n, c.losers):] {
		sum.Add(-p.value)
	}
	return rapport.Ratio{Num: sum.Total(), Den: c.losses, N: n}, nil
}

// FewestFor returns how few customers bring that share of the gains: the answer to
// "how many bring 80 %". N of the ratio is the base; without gains it has no value. The
// error is a [*ShareError].
func (c *Concentration) FewestFor(share Share) (rapport.Ratio, error) {
	if _, err := share.Of(0); err != nil {
		return rapport.Ratio{}, err
	}
	fewest := rapport.Ratio{N: len(c.places)}
	if c.winners == 0 {
		return fewest, nil
	}
	fewest.Den = float64(len(c.places))
	want := times(c.gains, share.Parts)
	fewest.Num = float64(sort.Search(c.winners, func(k int) bool { // at the latest all winners bring it
		return times(c.sums[k], share.Whole).Cmp(want) >= 0
	}))
	return fewest, nil
}

// times returns a product without rounding: whoever brings exactly the share, such as 7 of
// 100, must not miss it by the last digit of 0.07.
func times(v float64, n int64) *big.Float {
	return new(big.Float).SetPrec(53+63).Mul(big.NewFloat(v), new(big.Float).SetInt64(n))
}

// Right returns the right customers: those of the best share of the base whose profit
// is above zero, the best first. The error is a [*ShareError].
func (c *Concentration) Right(share Share) ([]Member, error) {
	n, err := share.Of(len(c.places))
	if err != nil {
		return nil, err
	}
	return c.members(c.places[:min(n, c.winners)]), nil
}

// Wrong returns the wrong customers: those of the worst share of the base whose profit
// is below zero, the worst first. What to do about them, and who is not to be judged
// yet, says [WorthPolicy]. The error is a [*ShareError].
func (c *Concentration) Wrong(share Share) ([]Member, error) {
	n, err := share.Of(len(c.places))
	if err != nil {
		return nil, err
	}
	list := c.members(c.places[len(c.places)-min(n, c.losers):])
	slices.Reverse(list)
	return list, nil
}

func (c *Concentration) members(places []place) []Member {
	list := make([]Member, len(places))
	for i, p := range places {
		list[i] = Member{ID: c.ids[p.row], Row: p.row, Profit: p.value}
	}
	return list
}
