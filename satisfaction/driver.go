package satisfaction

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// DriverClass is what an attribute is to overall satisfaction.
type DriverClass string

// The classes of attributes, by their names in the theory of N. Kano and others,
// Attractive Quality and Must-Be Quality, Hinshitsu 14, 1984. They come from a
// regression here, not from Kano's questionnaire.
const (
	MustBeDriver      DriverClass = "must_be"     // a poor mark costs satisfaction, a good one adds little
	PerformanceDriver DriverClass = "performance" // both, in like measure
	AttractiveDriver  DriverClass = "attractive"  // a good mark adds satisfaction, a poor one costs little
	IndifferentDriver DriverClass = "indifferent" // neither
	UnknownDriver     DriverClass = "unknown"     // nobody gave a poor mark, or nobody a good one
)

// Threshold says which marks of an attribute are poor and which are good: those up to
// Poor and those from Good on. Of a reversed item it means the answers as turned.
type Threshold struct {
	Poor, Good float64
}

// DriverOptions says how [Drivers] works; nil or zero: all defaults.
type DriverOptions struct {
	Level float64 // confidence of the intervals, above 0 and below 1; 0: 0.95
	// Thresholds by key of the attribute, Poor < Good, within the scale; where there is
	// none, the lowest and the highest quarter of the scale: to 2 and from 4 of 1 to 5,
	// to 3 and from 8 of 1 to 10 (whole marks).
	Thresholds map[string]Threshold
	// Factor is how many times the smaller effect the larger one must be for an
	// attribute to be must-be or attractive, above 1; 0: 2.
	Factor float64
}

// Driver is what an attribute does to overall satisfaction, in its unit, with all
// other attributes held as they are.
type Driver struct {
	Item      string
	Threshold Threshold
	// PoorMarks and GoodMarks count the respondents with such a mark.
	PoorMarks, GoodMarks int
	// Penalty is what a poor mark changes against a middling one, below 0 as a rule,
	// Reward what a good mark changes. Absent where nobody gave such a mark.
	Penalty, Reward rapport.Estimate
	Range           float64 // impact range: the reward less the penalty, 0 if one is absent
	Class           DriverClass
}

// DriverReport is the answer of [Drivers].
type DriverReport struct {
	Overall  string
	Base     rapport.Estimate // overall satisfaction of those with middling marks for all attributes
	Drivers  []Driver         // in the order asked for
	R2       float64          // share of the variance of overall satisfaction that the marks explain
	N        int              // respondents with all answers
	Left     int              // respondents left out because an answer was missing
	Weighted bool             // by survey weights
}

// DriverError reports data that a driver analysis cannot work on.
type DriverError struct {
	Item   string // the attribute at which it showed; empty if it is none
	Side   string // "poor" or "good" where one side of it is meant
	Reason string
	Err    error // the error of the regression, or nil
}

func (e *DriverError) Error() string {
	switch {
	case e.Item == "":
		return "satisfaction: drivers: " + e.Reason
	case e.Side == "":
		return fmt.Sprintf("satisfaction: drivers: %q: %s", e.Item, e.Reason)
	}
	return fmt.Sprintf("satisfaction: drivers: %s marks of %q: %s", e.Side, e.Item, e.Reason)
}

// Unwrap returns Err.
func (e *DriverError) Unwrap() error { return e.Err }

// Drivers regresses overall satisfaction on two dummies for each attribute, a poor mark
// and a good one, by least squares: penalty-reward contrast analysis (R. D. Brandt, A
// Procedure for Identifying Value-Enhancing Service Components Using Customer
// Satisfaction Survey Data, in C. Surprenant (ed.), Add Value to Your Service, 1987).
// Respondents with a missing answer are left out. With survey weights the least squares
// are weighted and the standard errors linearised; the intervals are Student's.
//
// An attribute is classed by [ClassifyDriver] where at least one effect is certain in
// its expected direction (the interval of the penalty below 0, or that of the reward
// above 0), and is indifferent where none is.
//
// The error is an [*UnknownItemError], an [*ArgumentError], or a [*DriverError] where
// there are too few respondents, where all are equally satisfied, or where marks go together so closely that their
// effects cannot be told apart; that one names the attribute.
func Drivers(r *Responses, overall string, attributes []string, opts *DriverOptions) (DriverReport, error) {
	var o DriverOptions
	if opts != nil {
		o = *opts
	}
	design, err := designOf(r, overall, attributes, &o)
	if err != nil {
		return DriverReport{}, err
	}
	n, cols := len(design.y), len(design.columns)
	if n <= cols {
		return DriverReport{}, &DriverError{Reason: fmt.Sprintf("%d respondents with all answers: want more than %d, the number of effects", n, cols)}
	}
	if slices.Min(design.y) == slices.Max(design.y) {
		return DriverReport{}, &DriverError{Item: overall, Reason: fmt.Sprintf("is %v for everybody: nothing drives it", design.y[0])}
	}
	fit, err := stats.LeastSquares(design.x, cols, design.y, design.weights)
	if dependent, ok := errors.AsType[*stats.CollinearError](err); ok {
		c := design.columns[dependent.Column]
		return DriverReport{}, &DriverError{Item: attributes[c.attribute], Side: c.side(),
			Reason: "are given by those of the attributes before it, so that their effects cannot be told apart", Err: err}
	}
	if err != nil {
		return DriverReport{}, err
	}
	report := DriverReport{Overall: overall, R2: fit.R2, N: n, Left: r.Len() - n, Weighted: r.Weighted(), Drivers: design.drivers}
	margin := stats.StudentMargin(o.Level, float64(fit.DF))
	for i, c := range design.columns {
		e := rapport.Estimate{Value: fit.Coefficients[i], SE: fit.SE(i), N: n}
		if e.SE > 0 {
			e.Low, e.High, e.Level = e.Value-margin*e.SE, e.Value+margin*e.SE, o.Level
		}
		switch {
		case c.attribute < 0:
			report.Base = e
		case c.good:
			report.Drivers[c.attribute].Reward = e
		default:
			report.Drivers[c.attribute].Penalty = e
		}
	}
	for i := range report.Drivers {
		report.Drivers[i].classify(o.Factor)
	}
	return report, nil
}

// classify puts in the class and the impact range.
func (d *Driver) classify(factor float64) {
	if !d.Penalty.HasValue() || !d.Reward.HasValue() {
		d.Class = UnknownDriver
		return
	}
	d.Range = d.Reward.Value - d.Penalty.Value
	// Without an interval an effect has no error at all: it is certain if it is not 0.
	costs := d.Penalty.Value < 0 && (!d.Penalty.HasInterval() || d.Penalty.High < 0)
	adds := d.Reward.Value > 0 && (!d.Reward.HasInterval() || d.Reward.Low > 0)
	if !costs && !adds {
		d.Class = IndifferentDriver
		return
	}
	d.Class = ClassifyDriver(d.Penalty.Value, d.Reward.Value, factor)
}

// ClassifyDriver classes an attribute by the size of its two effects alone: must-be
// where the loss by a poor mark is more than factor times the gain by a good one,
// attractive where it is the other way round, performance between. A penalty above 0
// and a reward below 0 count as 0; with both 0 the attribute is indifferent. factor
// is above 1; 2 stands for anything else. A penalty of −0.8 with a reward of 0.1 is
// must-be.
func ClassifyDriver(penalty, reward, factor float64) DriverClass {
	if !(factor > 1) {
		factor = 2
	}
	loss, gain := max(0, -penalty), max(0, reward)
	switch {
	case !(loss > 0) && !(gain > 0):
		return IndifferentDriver
	case loss > factor*gain:
		return MustBeDriver
	case gain > factor*loss:
		return AttractiveDriver
	}
	return PerformanceDriver
}
