package rfm

import (
	"slices"
	"strconv"
)

// Score is a customer's place on the three measures, each from 1 to the number of
// bins; higher is better. The zero value is no score.
type Score struct {
	Recency   uint8 `json:"recency"`
	Frequency uint8 `json:"frequency"`
	Monetary  uint8 `json:"monetary"`
}

// Code returns the score as one number, 100·R + 10·F + M.
func (s Score) Code() int {
	return 100*int(s.Recency) + 10*int(s.Frequency) + int(s.Monetary)
}

// String returns the digits of [Score.Code].
func (s Score) String() string { return strconv.Itoa(s.Code()) }

// on returns the score on a measure.
func (s Score) on(m Measure) int {
	return int([measures]uint8{s.Recency, s.Frequency, s.Monetary}[m])
}

// within tells whether all three scores are from 1 to bins.
func (s Score) within(bins int) bool {
	for _, score := range []uint8{s.Recency, s.Frequency, s.Monetary} {
		if score < 1 || int(score) > bins {
			return false
		}
	}
	return true
}

// Score returns the score of a customer. It need not be one of the base: what lies
// beyond the base's values has the lowest or the highest score. It allocates
// nothing. The error is a [*RowError], or [ErrNotFitted].
func (s *Scorer) Score(row Row) (Score, error) {
	if !s.known() {
		return Score{}, ErrNotFitted
	}
	if err := row.check(-1); err != nil {
		return Score{}, err
	}
	return s.score(&row), nil
}

// Combined returns the weighted mean of the three scores, by the scheme's weights:
// from 1 to the number of bins. It is 0 for a score that this scorer does not give.
func (s *Scorer) Combined(score Score) float64 {
	if !s.known() || !score.within(s.scheme.Bins) {
		return 0
	}
	w := s.scheme.Weights // at most MaxSize each: no sum is infinite
	sum := w.Recency*float64(score.Recency) + w.Frequency*float64(score.Frequency) + w.Monetary*float64(score.Monetary)
	return sum / (w.Recency + w.Frequency + w.Monetary)
}

// Scheme returns the scheme, its defaults written out.
func (s *Scorer) Scheme() Scheme {
	if !s.known() {
		return Scheme{}
	}
	return s.scheme.normal()
}

// Report returns what the fit saw.
func (s *Scorer) Report() Report {
	if !s.known() {
		return Report{}
	}
	return Report{Customers: s.report.Customers, Shortfalls: slices.Clone(s.report.Shortfalls)}
}

// Cuts returns the cut points of a measure in ascending order, one fewer than the
// bins. If the scheme is nested they are those within the recency score of the
// given score, and for monetary value within its frequency score too; else the
// score does not matter. It is nil for scores that the scorer does not give.
func (s *Scorer) Cuts(m Measure, within Score) []float64 {
	if !s.known() || m > Monetary {
		return nil
	}
	if s.scheme.Nested && m > Recency {
		bins := uint8(s.scheme.Bins)
		if within.Recency-1 >= bins || m == Monetary && within.Frequency-1 >= bins { // 0 wraps round
			return nil
		}
	}
	return slices.Clone(s.cuts[m][s.group(m, within)].at)
}

func (s *Scorer) known() bool { return s != nil && s.cuts[Recency] != nil }

// group returns the group of a measure's cut points that a score is in.
func (s *Scorer) group(m Measure, score Score) int {
	switch {
	case !s.scheme.Nested || m == Recency:
		return 0
	case m == Frequency:
		return int(score.Recency) - 1
	}
	return (int(score.Recency)-1)*s.scheme.Bins + int(score.Frequency) - 1
}

func (s *Scorer) score(row *Row) Score {
	score := s.upTo(Monetary, row)
	score.Monetary = s.bin(Monetary, score, row)
	return score
}

// upTo returns the scores on the measures before m.
func (s *Scorer) upTo(m Measure, row *Row) Score {
	var score Score
	if m > Recency {
		score.Recency = uint8(s.scheme.Bins+1) - s.bin(Recency, score, row)
	}
	if m > Frequency {
		score.Frequency = s.bin(Frequency, score, row)
	}
	return score
}

func (s *Scorer) bin(m Measure, score Score, row *Row) uint8 {
	return uint8(s.cuts[m][s.group(m, score)].bin(row.value(m), row.ID))
}
