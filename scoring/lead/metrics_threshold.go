package lead

import (
	"math"

	"github.com/rapport-crm/rapport"
)

// A Confusion counts what becomes of rows if those with a score from a threshold on
// are taken for events: by weight where rows have one.
type Confusion struct {
	Hits        float64 // events taken for events
	FalseAlarms float64 // others taken for events
	Misses      float64 // events taken for others
	Rejections  float64 // others taken for others
	N           int     // rows
}

// Precision returns the events among the rows that are taken for events.
func (c Confusion) Precision() rapport.Ratio { return c.ratio(c.Hits, c.Hits+c.FalseAlarms) }

// Sensitivity returns the events that are found, also called recall.
func (c Confusion) Sensitivity() rapport.Ratio { return c.ratio(c.Hits, c.Hits+c.Misses) }

// Specificity returns the other rows that are left alone.
func (c Confusion) Specificity() rapport.Ratio {
	return c.ratio(c.Rejections, c.Rejections+c.FalseAlarms)
}

// Accuracy returns the rows that are taken for what they are.
func (c Confusion) Accuracy() rapport.Ratio {
	return c.ratio(c.Hits+c.Rejections, c.Hits+c.FalseAlarms+c.Misses+c.Rejections)
}

// F1 returns the harmonic mean of precision and sensitivity.
func (c Confusion) F1() rapport.Ratio { return c.ratio(2*c.Hits, 2*c.Hits+c.FalseAlarms+c.Misses) }

func (c Confusion) ratio(num, den float64) rapport.Ratio {
	return rapport.Ratio{Num: num, Den: den, N: c.N}
}

// Confusion returns the counts at a threshold. One outcome only is no error: shares of
// the other have no value.
func (s Sample) Confusion(threshold float64) (Confusion, error) {
	if err := s.check(); err != nil {
		return Confusion{}, err
	}
	if math.IsNaN(threshold) {
		return Confusion{}, &OptionError{Option: "threshold", Value: threshold, Want: "a number"}
	}
	c := Confusion{N: len(s.Scores)}
	for row, score := range s.Scores {
		w := s.weight(row)
		switch taken := score >= threshold; {
		case taken && s.Outcomes[row]:
			c.Hits += w
		case taken:
			c.FalseAlarms += w
		case s.Outcomes[row]:
			c.Misses += w
		default:
			c.Rejections += w
		}
	}
	return c, nil
}

// Costs says what mistakes cost, in any unit. What is done right costs nothing.
type Costs struct {
	Miss       float64 // an event that is not acted on: a lost sale, a loan gone bad
	FalseAlarm float64 // a row acted on in vain: a call, a good customer refused
}

func (c Costs) validate() error {
	for _, cost := range []struct {
		name  string
		value float64
	}{{"Costs.Miss", c.Miss}, {"Costs.FalseAlarm", c.FalseAlarm}} {
		if !(cost.value >= 0 && cost.value <= maxSize) {
			return &OptionError{Option: cost.name, Value: cost.value, Want: "0 to 1e100"}
		}
	}
	if c.Miss+c.FalseAlarm == 0 {
		return &OptionError{Option: "Costs", Value: 0, Want: "a mistake that costs something"}
	}
	return nil
}

// Probability returns from which probability of the event acting costs less than not
// acting, FalseAlarm / (FalseAlarm + Miss): the threshold for probabilities that are
// true, whatever the sample. (C. Elkan, The foundations of cost-sensitive learning,
// IJCAI 2001.) A cost that is negative or no number, or two that are 0, are an
// [*OptionError].
func (c Costs) Probability() (float64, error) {
	if err := c.validate(); err != nil {
		return 0, err
	}
	return c.FalseAlarm / (c.FalseAlarm + c.Miss), nil
}

// A Threshold is where mistakes cost least.
type Threshold struct {
	// At is the lowest score to act on. Nothing is to be acted on if Never is true.
	At    float64
	Never bool
	Cost  float64 // mean cost of a row
	Confusion
}

// CheapestThreshold returns the threshold with the least cost on the sample, the
// highest of equal ones. It is chosen on the rows given: its cost on others will be
// somewhat higher.
func (s Sample) CheapestThreshold(costs Costs) (*Threshold, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if err := costs.validate(); err != nil {
		return nil, err
	}
	l := s.ladder()
	total := l.events + l.others
	best := &Threshold{Never: true, Cost: costs.Miss * (l.events / total),
		Confusion: Confusion{Misses: l.events, Rejections: l.others, N: len(s.Scores)}}
	for i := len(l.steps) - 1; i >= 0; i-- {
		at := l.steps[i]
		alarms := l.others - at.othersBefore
		cost := costs.Miss*(at.eventsBefore/total) + costs.FalseAlarm*(alarms/total)
		if cost < best.Cost {
			best = &Threshold{At: at.score, Cost: cost, Confusion: Confusion{Hits: l.events - at.eventsBefore,
				FalseAlarms: alarms, Misses: at.eventsBefore, Rejections: at.othersBefore, N: len(s.Scores)}}
		}
	}
	return best, nil
}
