package lead

import (
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// ReliabilityOptions says how [Sample.Reliability] groups; nil stands for the zero
// value, the defaults.
type ReliabilityOptions struct {
	Bins int // 0: 10
	// EqualWidth cuts 0 … 1 into bins of one width. Otherwise the bins hold about
	// equal shares of the rows, with rows of one probability together.
	EqualWidth bool
	Level      float64 // of the intervals; 0: 0.95
}

// A ReliabilityBin compares what was said of its rows with what came.
type ReliabilityBin struct {
	Low, High float64 // the probabilities in it
	Rows      int
	Weight    float64 // sum of weights
	Predicted float64 // mean probability
	// Observed is the share of events with Wilson's interval; with weights at the
	// effective size (Σw)²/Σw² of Kish. Probabilities that are right lie in it nearly
	// always.
	Observed rapport.Estimate
}

// Reliability compares probabilities with outcomes. The Brier score is taken apart by
// A. H. Murphy, A new vector partition of the probability score, Journal of Applied
// Meteorology 12, 1973, with the part within bins that D. B. Stephenson, C. A. Coelho
// and I. T. Jolliffe, Weather and Forecasting 23, 2008, add for bins of different
// probabilities:
//
//	Brier = Miscalibration − Resolution + Uncertainty + Within
type Reliability struct {
	Bins []ReliabilityBin // those that have rows, by probability
	// ECE is the mean gap between Predicted and Observed over rows, MaxGap the largest
	// of a bin. Both grow with the number of bins even for true probabilities.
	ECE, MaxGap float64

	Brier          float64
	Miscalibration float64 // mean squared gap of the bins: 0 is best
	Resolution     float64 // how far the bins differ from the overall rate: more is better
	Uncertainty    float64 // rate·(1−rate): what saying the overall rate would score
	Within         float64
	// Skill is 1 − Brier/Uncertainty as a ratio; no value for outcomes all the same.
	Skill rapport.Ratio
}

// Reliability groups the rows by their probability and compares.
func (s Sample) Reliability(o *ReliabilityOptions) (*Reliability, error) {
	var opts ReliabilityOptions
	if o != nil {
		opts = *o
	}
	if opts.Bins == 0 {
		opts.Bins = defaultParts
	}
	if opts.Level == 0 {
		opts.Level = 0.95
	}
	if opts.Bins < 1 || opts.Bins > 10_000 {
		return nil, &OptionError{Option: "Bins", Value: float64(opts.Bins), Want: "from 1 to 10000"}
	}
	if err := checkConfidence(opts.Level); err != nil {
		return nil, err
	}
	if err := s.checkProbabilities(); err != nil {
		return nil, err
	}
	l := s.ladder()
	return l.reliability(opts), nil
}

// reliability compares by options whose defaults are set.
func (l *ladder) reliability(opts ReliabilityOptions) *Reliability {
	total := l.events + l.others
	r := &Reliability{}
	rate := l.events / total
	r.Uncertainty = rate * (l.others / total)
	for from := 0; from < len(l.steps); {
		to := from + 1
		for bin := opts.bin(l, from); to < len(l.steps) && opts.bin(l, to) == bin; to++ {
		}
		r.add(l.steps[from:to], total, rate, stats.NormalMargin(opts.Level), opts.Level)
		from = to
	}
	r.Skill = rapport.Ratio{Num: r.Uncertainty - r.Brier, Den: r.Uncertainty, N: l.rows()}
	return r
}

// bin returns the number of the bin of a step.
func (o *ReliabilityOptions) bin(l *ladder, i int) int {
	at := l.steps[i]
	share := at.score
	if !o.EqualWidth {
		share = (at.eventsBefore + at.othersBefore + (at.events+at.others)/2) / (l.events + l.others)
	}
	return min(int(share*float64(o.Bins)), o.Bins-1)
}

func (r *Reliability) add(steps []step, total, overall, z, level float64) {
	var events, weight, squares, said float64
	b := ReliabilityBin{Low: steps[0].score, High: steps[len(steps)-1].score}
	for _, at := range steps {
		w := at.events + at.others
		b.Rows += at.rows
		events, weight = events+at.events, weight+w
		squares += at.eventSquares + at.otherSquares
		said += w * at.score
	}
	b.Weight, b.Predicted = weight, min(max(said/weight, b.Low), b.High)
	effective := weight / squares * weight
	rate, low, high := stats.Wilson(events/weight*effective, effective, z)
	rate = min(1, rate)
	b.Observed = rapport.Estimate{Value: rate, SE: math.Sqrt(rate * (1 - rate) / effective), Low: low, High: high, Level: level, N: b.Rows}
	gap := b.Predicted - rate
	r.Bins = append(r.Bins, b)
	r.ECE += weight / total * math.Abs(gap)
	r.MaxGap = max(r.MaxGap, math.Abs(gap))
	r.Miscalibration += weight / total * gap * gap
	r.Resolution += weight / total * (rate - overall) * (rate - overall)
	for _, at := range steps {
		p, d := at.score, at.score-b.Predicted
		r.Brier += at.events/total*(1-p)*(1-p) + at.others/total*p*p
		r.Within += (at.events+at.others)/total*d*d - 2*d*(at.events/total*(1-rate)-at.others/total*rate)
	}
}
