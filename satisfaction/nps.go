package satisfaction

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// IntervalMethod names how an interval was made.
type IntervalMethod string

// The methods of intervals.
const (
	// AdjustedWald is that of B. Rocks, Interval Estimation for the "Net Promoter
	// Score", The American Statistician 70, 2016: ¾ of a promoter, 1½ passives and ¾ of
	// a detractor are added, and the normal interval is that of the counts so made. It
	// lies round their score, not round the one observed, and may pass ±100:
	// [NPS.Clamped] cuts it.
	AdjustedWald IntervalMethod = "adjusted_wald"
	// Wald is score ± z·se, with the plug-in variance (p + d − (p−d)²)/n. There is
	// none where all answers are of one class.
	Wald IntervalMethod = "wald"
	// TrinomialT takes the classes as 1, 0 and −1: mean ± t·sd/√n with n−1 degrees of
	// freedom. There is none where all answers are of one class.
	TrinomialT IntervalMethod = "trinomial_t"
	// Wilson is the score interval of E. B. Wilson, 1927, for a share.
	Wilson IntervalMethod = "wilson"
	// Newcombe is that of R. G. Newcombe, 1998, method 10, for the difference of two
	// shares.
	Newcombe IntervalMethod = "newcombe"
	// StudentT is mean ± t·se.
	StudentT IntervalMethod = "student_t"
	// Welch is that of a difference of two means with unequal variances.
	Welch IntervalMethod = "welch"
)

// NPSOptions says how [NetPromoter] makes its interval; nil or zero: all defaults.
type NPSOptions struct {
	Level  float64        // confidence, above 0 and below 1; 0: 0.95
	Method IntervalMethod // AdjustedWald, Wald or TrinomialT; empty: AdjustedWald
}

func (o *NPSOptions) resolved() (NPSOptions, error) {
	var got NPSOptions
	if o != nil {
		got = *o
	}
	var err error
	if got.Level, err = levelOf(got.Level); err != nil {
		return NPSOptions{}, err
	}
	switch got.Method {
	case "":
		got.Method = AdjustedWald
	case AdjustedWald, Wald, TrinomialT:
	default:
		return NPSOptions{}, &MethodError{Method: got.Method, Wanted: []IntervalMethod{AdjustedWald, Wald, TrinomialT}}
	}
	return got, nil
}

// MethodError reports a method that does not make the interval asked for.
type MethodError struct {
	Method IntervalMethod
	Wanted []IntervalMethod
}

func (e *MethodError) Error() string {
	return fmt.Sprintf("satisfaction: interval method %.40q: want one of %v", e.Method, e.Wanted)
}

// ScaleError reports an item whose scale is not the one that a score is made for.
type ScaleError struct {
	Item      string
	Low, High float64 // as it is
	Wanted    string  // such as "0 to 10"
}

func (e *ScaleError) Error() string {
	return fmt.Sprintf("satisfaction: item %q runs from %v to %v: want %s", e.Item, e.Low, e.High, e.Wanted)
}

// NPS is a net promoter score: the share of promoters, who would recommend at 9 or 10
// of 0 to 10, less the share of detractors, at 0 to 6 (F. F. Reichheld, The One Number
// You Need to Grow, Harvard Business Review, December 2003).
//
// Net Promoter, Net Promoter Score and NPS are registered marks of others; they name the
// published method here.
type NPS struct {
	// Score is in points, −100 to 100. SE is the plain one, with weights the
	// linearised √(Σw²(x−m)²)/Σw, of which it is the case of equal weights; under
	// TrinomialT it is √(n/(n−1)) times that. The interval is by Method; Level 0 where
	// there is none.
	Score                           rapport.Estimate
	Promoters, Passives, Detractors rapport.Ratio // with weights, sums of weights
	Method                          IntervalMethod
	// Effective is (Σw)²/Σw², the number of equally weighted answers that would be as
	// good: n without weights. AdjustedWald and TrinomialT reckon with it.
	Effective float64
}

// Clamped returns the score with the interval cut to −100 to 100.
func (n NPS) Clamped() rapport.Estimate {
	e := n.Score
	if e.HasInterval() {
		e.Low, e.High = max(-100, e.Low), min(100, e.High)
	}
	return e
}

// NetPromoter scores the answers to an item of 0 to 10, which must be whole numbers.
// Without answers the score and the shares are absent. The error is a [*ScaleError], an
// [*AnswerError], an [*ArgumentError] or a [*MethodError].
func NetPromoter(c Column, opts *NPSOptions) (NPS, error) {
	o, err := opts.resolved()
	if err != nil {
		return NPS{}, err
	}
	if c.item.Low != 0 || c.item.High != 10 || c.item.Kind != ScaleItem {
		return NPS{}, &ScaleError{Item: c.item.Key, Low: c.item.Low, High: c.item.High, Wanted: "a scale item from 0 to 10"}
	}
	classes := make([]float64, len(c.values))
	for i, value := range c.values {
		switch {
		case value != math.Trunc(value):
			return NPS{}, &AnswerError{Row: c.row(i), Item: c.item.Key, Value: c.item.upright(value), Low: 0, High: 10, Reason: "not whole"}
		case value >= 9:
			classes[i] = 1
		case value <= 6:
			classes[i] = -1
		}
	}
	n := len(c.values)
	got := NPS{Method: o.Method}
	if n == 0 {
		return got, nil
	}
	_, promoters, all := c.marked(9, 10)
	_, passives, _ := c.marked(7, 8)
	_, detractors, _ := c.marked(0, 6)
	_, variance, effective := stats.Mean(classes, c.weights)
	return got.scored(promoters, passives, detractors, all, n, variance, effective, o)
}

// MaxCount is the greatest count that [NPSFromCounts] takes for one mark.
const MaxCount = 1_000_000_000_000

// NPSFromCounts scores the number of answers with each mark, 0 to 10. The error is an
// [*ArgumentError] for a count that is negative or above [MaxCount], or for the level,
// or a [*MethodError].
func NPSFromCounts(counts [11]int, opts *NPSOptions) (NPS, error) {
	o, err := opts.resolved()
	if err != nil {
		return NPS{}, err
	}
	var promoters, passives, detractors int
	for mark, count := range counts {
		if count < 0 || count > MaxCount {
			return NPS{}, &ArgumentError{Name: fmt.Sprintf("count of mark %d", mark), Value: float64(count), Reason: fmt.Sprintf("must be from 0 to %d", MaxCount)}
		}
		switch {
		case mark >= 9:
			promoters += count
		case mark <= 6:
			detractors += count
		default:
			passives += count
		}
	}
	got := NPS{Method: o.Method}
	n := promoters + passives + detractors
	if n == 0 {
		return got, nil
	}
	all := float64(n)
	p, d := float64(promoters)/all, float64(detractors)/all
	return got.scored(float64(promoters), float64(passives), float64(detractors), all, n, trinomialVariance(p, d)/all, all, o)
}

// trinomialVariance is that of a value that is 1 with probability p and −1 with d.
func trinomialVariance(p, d float64) float64 { return max(0, p+d-(p-d)*(p-d)) }

// scored fills in a score from sums of weights and the linearised variance.
func (n NPS) scored(promoters, passives, detractors, all float64, answers int, variance, effective float64, o NPSOptions) (NPS, error) {
	n.Promoters = rapport.Ratio{Num: promoters, Den: all, N: answers}
	n.Passives = rapport.Ratio{Num: passives, Den: all, N: answers}
	n.Detractors = rapport.Ratio{Num: detractors, Den: all, N: answers}
	n.Effective = effective
	score, se := 100*((promoters-detractors)/all), 100*math.Sqrt(variance)
	switch o.Method {
	case Wald:
		var err error
		n.Score, err = rapport.NormalEstimate(score, se, o.Level, answers)
		return n, err
	case TrinomialT:
		n.Score = studentEstimate(score, se, o.Level, effective, answers)
	default:
		centre, spread := n.adjusted()
		margin := stats.NormalMargin(o.Level) * spread
		n.Score = rapport.Estimate{Value: score, SE: se, Low: centre - margin, High: centre + margin, Level: o.Level, N: answers}
	}
	return n, nil
}

// adjusted returns the score and the standard error of the counts with three answers
// added, in points.
func (n NPS) adjusted() (score, se float64) {
	all := n.Effective + 3
	promoters, _ := n.Promoters.Value()
	detractors, _ := n.Detractors.Value()
	p, d := (promoters*n.Effective+0.75)/all, (detractors*n.Effective+0.75)/all
	return 100 * (p - d), 100 * math.Sqrt(trinomialVariance(p, d)/all)
}

// plainSE returns the standard error without the factor of TrinomialT.
func (n NPS) plainSE() float64 {
	if n.Method == TrinomialT && n.Effective > 1 {
		return n.Score.SE * math.Sqrt((n.Effective-1)/n.Effective)
	}
	return n.Score.SE
}

// studentEstimate widens a plug-in standard error by √(n/(n−1)) and gives it the t
// interval on n−1 degrees of freedom, n effective observations. With fewer than two,
// or without variation, there is neither.
func studentEstimate(value, se, level, effective float64, n int) rapport.Estimate {
	e := rapport.Estimate{Value: value, N: n}
	if se > 0 && !single(effective) {
		e.SE = se * math.Sqrt(effective/(effective-1))
		margin := stats.StudentMargin(level, max(1, effective-1)) * e.SE
		e.Low, e.High, e.Level = value-margin, value+margin, level
	}
	return e
}
