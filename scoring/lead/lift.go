package lead

import (
	"math"

	"github.com/rapport-crm/rapport"
)

// KS is the largest gap between the shares of events and of other rows that a
// threshold lets pass, the statistic of Kolmogorov and Smirnov: 0 if the score tells
// nothing, 1 if it tells all. It is picked as the best of all thresholds, so on few
// rows it is too high: for a score that tells nothing, of m events and n others, its
// 95 % point is about 1.36·√(1/m+1/n) (N. Smirnov, Annals of Mathematical Statistics
// 19, 1948).
type KS struct {
	Value  float64
	At     float64       // the threshold: scores from here on pass
	Events rapport.Ratio // events that pass, of all events
	Others rapport.Ratio // other rows that pass, of all others
}

// KS returns the gap with the threshold where it is largest, the highest such
// threshold. The size of the gap counts, so that a score that runs the wrong way has
// one too. Rows of one outcome only are [ErrOneOutcome].
func (s Sample) KS() (*KS, error) {
	l, err := s.twoSided()
	if err != nil {
		return nil, err
	}
	return l.ks(), nil
}

func (l *ladder) ks() *KS {
	var best KS
	for i := len(l.steps) - 1; i >= 0; i-- {
		at := l.steps[i]
		events, others := l.events-at.eventsBefore, l.others-at.othersBefore
		gap := min(1, math.Abs(events/l.events-others/l.others))
		if l.exact() { // one rounding, so that equal gaps are equal
			gap = math.Abs(events*l.others-others*l.events) / (l.events * l.others)
		}
		if gap > best.Value || i == len(l.steps)-1 {
			best = KS{Value: gap, At: at.score,
				Events: rapport.Ratio{Num: events, Den: l.events, N: l.eventRows},
				Others: rapport.Ratio{Num: others, Den: l.others, N: l.otherRows}}
		}
	}
	return &best
}

// A LiftRow is one of the equal parts into which a sample is cut by its score.
type LiftRow struct {
	Part      int           // from 1, the highest scores first
	Low, High float64       // scores in the part
	Rate      rapport.Ratio // events of rows in the part, by weight; N the rows, those of a score that is cut counted whole
	Lift      rapport.Ratio // Rate over the rate of the sample; no value without events
	Gain      rapport.Ratio // events in this and the parts above, of all events
	// CumulativeLift is the rate of this and the parts above over that of the sample.
	CumulativeLift rapport.Ratio
}

// Lift cuts the rows, the highest scores first, into parts of equal weight: ten for
// the table of deciles. Rows of one score count as spread evenly, so that a part may
// take a fraction of them and the table does not depend on the order of ties; the
// sums over the parts are those of the sample. parts is from 1 to the number of rows.
func (s Sample) Lift(parts int) ([]LiftRow, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if parts < 1 || parts > len(s.Scores) {
		return nil, &OptionError{Option: "parts", Value: float64(parts), Want: "from 1 to the number of rows"}
	}
	l := s.ladder()
	return l.lift(parts), nil
}

func (l *ladder) lift(parts int) []LiftRow {
	total := l.events + l.others
	base := l.events / total
	rows := make([]LiftRow, parts)
	at := len(l.steps) - 1
	left := l.steps[at].events + l.steps[at].others // of the step, not given to a part yet
	gained, passed := 0.0, 0.0
	for p := range rows {
		row := &rows[p]
		row.Part, row.High = p+1, l.steps[at].score
		end := total * float64(p+1) / float64(parts)
		events, weight := 0.0, 0.0
		for {
			take := left
			if p < parts-1 {
				take = max(0, min(take, end-passed))
			}
			whole := l.steps[at].events + l.steps[at].others
			if take > 0 {
				events += l.steps[at].events * (take / whole)
				row.Rate.N += l.steps[at].rows
				row.Low = l.steps[at].score
			}
			weight, passed, left = weight+take, passed+take, left-take
			// What rounding leaves of a step or of a part is no row.
			if left > 1e-12*whole || at == 0 {
				break
			}
			at--
			left = l.steps[at].events + l.steps[at].others
			if p < parts-1 && end-passed <= 1e-12*left {
				break
			}
		}
		gained += events
		if p == parts-1 {
			gained = l.events
		}
		row.Rate.Num, row.Rate.Den = events, weight
		row.Lift = rapport.Ratio{Num: events / weight, Den: base, N: l.rows()}
		row.Gain = rapport.Ratio{Num: gained, Den: l.events, N: l.eventRows}
		row.CumulativeLift = rapport.Ratio{Num: gained / passed, Den: base, N: l.rows()}
	}
	return rows
}
