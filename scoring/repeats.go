package scoring

import (
	"context"
	"iter"
	"math"
)

// Repeats are the repeat purchase dates of all scored customers together, by
// periods of one unit each since the first of them bought first: what happened, to
// be laid beside what a model expects. What came after the calibration end is in
// [Holdout.ByPeriod]. [CountRepeats] makes one.
type Repeats struct {
	// Periods is how long the calibration is for the customer who came first, in
	// units: the greatest T.
	Periods float64
	// ByPeriod counts the purchase dates later than k and at most k+1 units after the
	// first of all, by k; the last period may be shorter. Its total is that of X.
	ByPeriod []int
}

// Total returns the sum of X over all customers.
func (r *Repeats) Total() int {
	total := 0
	for _, n := range r.ByPeriod {
		total += n
	}
	return total
}

// CountRepeats is [Summarize] that counts the repeat purchases by period as well, in
// the same pass; the summaries are the same. It holds 16 bytes more for each day of
// the log.
func CountRepeats(ctx context.Context, purchases iter.Seq2[Purchase, error], w Window) (*Summaries, *Repeats, error) {
	return countRepeats(ctx, purchases, w, summarize)
}

// CountRepeatsSorted is [SummarizeSorted] that counts like [CountRepeats].
func CountRepeatsSorted(ctx context.Context, purchases iter.Seq2[Purchase, error], w Window) (*Summaries, *Repeats, error) {
	return countRepeats(ctx, purchases, w, summarizeSorted)
}

func countRepeats(ctx context.Context, purchases iter.Seq2[Purchase, error], w Window,
	read func(context.Context, iter.Seq2[Purchase, error], Window, *dayCounts) (*Summaries, error)) (*Summaries, *Repeats, error) {
	counts := &dayCounts{first: lastDate, dates: map[date]int{}}
	s, err := read(ctx, purchases, w, counts)
	if err != nil {
		return nil, nil, err
	}
	return s, &counts.repeats, nil
}

// dayCounts counts repeat purchases by date: where the periods begin is known only
// when all customers are.
type dayCounts struct {
	first   date
	dates   map[date]int
	repeats Repeats
}

// add counts the date that was just added to the visits.
func (c *dayCounts) add(v *visits, d date) {
	if v.dates == 1 {
		c.first = min(c.first, d)
		return
	}
	c.dates[d]++
}

// settle counts by period when the calibration end is known.
func (c *dayCounts) settle(g *gauge) {
	r := &c.repeats
	r.Periods = g.units(g.until - c.first)
	r.ByPeriod = make([]int, int(math.Ceil(r.Periods)))
	for d, n := range c.dates {
		r.ByPeriod[g.period(c.first, d)] += n
	}
}
