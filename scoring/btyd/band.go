package btyd

import (
	"context"
	"fmt"

	"github.com/rapport-crm/rapport/scoring"
)

// Band is the range in which a customer's number of purchases lies with at least the
// probability Level, leaving out at most (1−Level)/2 on either side.
type Band struct {
	Low, High int
	Level     float64
}

// mostCounts bounds the counts that a band looks through.
const mostCounts = 1_000_000

// Band returns the predictive band of the customer's purchases in the t units after
// the end of calibration: with level 0.9 from the 5 % to the 95 % quantile. It takes
// the parameters for granted; the differences between customers and the chance of
// each one's behaviour are in it. It takes time in proportion to its upper end. The
// error is an [*InputError], also for a horizon in which the customer might buy more
// than a million times.
func (m *Model) Band(s scoring.Summary, t, level float64) (Band, error) {
	if !m.known() {
		return Band{}, errNoModel()
	}
	if err := Check(s); err != nil {
		return Band{}, err
	}
	if err := checkBand(t, level); err != nil {
		return Band{}, err
	}
	return band(distribution(m.law, s, t), level)
}

// BandsInto sets dst[i] to the Band of the i-th customer; len(dst) must be their
// number. workers bounds the goroutines, 0 means GOMAXPROCS; the result does not
// depend on it. The error is an [*InputError], [ErrUnitMismatch] or the context's; dst is
// not to be used then.
func (m *Model) BandsInto(ctx context.Context, dst []Band, summaries *scoring.Summaries, t, level float64, workers int) error {
	if !m.known() {
		return errNoModel()
	}
	summaries = given(summaries)
	if len(dst) != summaries.Len() {
		return &InputError{Name: "len(dst)", Value: float64(len(dst)), Reason: fmt.Sprintf("want %d, one a customer", summaries.Len())}
	}
	if err := m.sameUnit(summaries); err != nil {
		return err
	}
	if err := checkBand(t, level); err != nil {
		return err
	}
	failures := make([]error, chunks(len(dst)))
	each(workers, len(failures), func(chunk int) {
		for i := chunk * chunkRows; i < min((chunk+1)*chunkRows, len(dst)); i++ {
			if failures[chunk] = ctx.Err(); failures[chunk] != nil {
				return
			}
			id, s := summaries.At(i)
			var err error
			if dst[i], err = band(distribution(m.law, s, t), level); err != nil {
				failures[chunk] = fmt.Errorf("%w (customer %q)", err, id)
				return
			}
		}
	})
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkBand(t, level float64) error {
	if !validTime(t) {
		return &InputError{Name: "t", Value: t, Reason: "want a finite horizon of 0 or more"}
	}
	if !(level > 0 && level < 1) {
		return &InputError{Name: "level", Value: level, Reason: "want a level above 0 and below 1"}
	}
	return nil
}

// band looks for the two quantiles of a count with probabilities p.
func band(p func(n int) float64, level float64) (Band, error) {
	b := Band{Low: -1, Level: level}
	tail := (1 - level) / 2
	sum := 0.0
	for n := range mostCounts {
		sum += p(n)
		if b.Low < 0 && sum >= tail {
			b.Low = n
		}
		// A tail beyond rounding: sums of many terms end a little below 1.
		if sum >= 1-tail-1e-12 {
			b.High = n
			return b, nil
		}
	}
	return Band{}, &InputError{Name: "purchases", Value: mostCounts, Reason: "want a horizon in which the customer surely buys less often"}
}
