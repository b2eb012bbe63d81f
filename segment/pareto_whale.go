package segment

import "github.com/rapport-crm/rapport"

// WhalePoint is a point of a whale curve.
type WhalePoint struct {
	Customers int // the best ones so far
	// Profit is what they bring together over the net profit of the base, N their
	// number. Unless the net profit is above zero it is no yardstick, and the ratio
	// has no value; Num is the profit all the same.
	Profit rapport.Ratio
}

// Whale returns the whale curve: the profit of the best k customers together, at about
// that many steps from none to all. Its back rises above 100 % of the net profit where
// later customers lose what earlier ones brought. There are never more steps than
// customers; fewer than 1 counts as 1. An empty base has the one point of nobody.
func (c *Concentration) Whale(steps int) []WhalePoint {
	var points []WhalePoint
	for k := range evenly(len(c.places), steps) {
		points = append(points, c.whale(k))
	}
	return points
}

// Peak returns the top of the whale curve: all customers with a profit above zero, and
// nobody else.
func (c *Concentration) Peak() WhalePoint { return c.whale(c.winners) }

func (c *Concentration) whale(k int) WhalePoint {
	return WhalePoint{Customers: k, Profit: rapport.Ratio{Num: c.upTo(k), Den: max(0, c.Net()), N: k}}
}

// evenly yields 0 and n and about evenly spaced numbers between them.
func evenly(n, steps int) func(yield func(int) bool) {
	steps = min(max(steps, 1), n)
	return func(yield func(int) bool) {
		if !yield(0) {
			return
		}
		for i := 1; i <= steps; i++ {
			if !yield(Share{int64(i), int64(steps)}.of(n)) {
				return
			}
		}
	}
}
