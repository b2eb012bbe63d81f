package kpi

import (
	"math"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// Instrument is a gauge with where it stands.
type Instrument struct {
	Gauge Gauge
	State GaugeState
}

// Board is what a dashboard shows at a time: one dial for each instrument, in the order
// given.
type Board struct {
	At    time.Time
	Dials []Dial
	Worst Level // of all dials
}

// Dial is one instrument of a [Board].
type Dial struct {
	Key     string
	Level   Level
	Since   time.Time // of the level
	Value   *float64  // the last one; nil: none yet
	At      time.Time // of the value
	Missing int       // readings without a value since then
	Silent  bool      // none for longer than the gauge expects
	Target  *float64
	Reached bool // the value is at the target or better
	// Slope is that of a straight line through the recent readings, in units a day, with
	// its 95 % interval; no value for fewer than three.
	Slope rapport.Estimate
	// Trend is the word for it: [TrendBetter] or [TrendWorse], [TrendSame] for none,
	// [TrendUnclear] where the interval has 0 in it, [TrendNoData] without a slope.
	Trend Verdict
	Spark []float64 // recent values, at most 30, oldest first
}

// NewBoard takes a picture of instruments at a time. The error is a [*GaugeError], also
// for a key that comes twice, or an [*OrderError] for an instrument that has been read
// after the time.
func NewBoard(at time.Time, instruments []Instrument) (*Board, error) {
	b := &Board{At: at}
	seen := map[string]bool{}
	for _, in := range instruments {
		if err := in.Gauge.Validate(); err != nil {
			return nil, err
		}
		if seen[in.Gauge.Key] {
			return nil, &GaugeError{Key: in.Gauge.Key, Reason: "comes twice"}
		}
		seen[in.Gauge.Key] = true
		if in.State.last.After(at) {
			return nil, &OrderError{Key: in.Gauge.Key, At: at, Last: in.State.last}
		}
		d := in.dial(at)
		b.Worst = max(b.Worst, d.Level)
		b.Dials = append(b.Dials, d)
	}
	return b, nil
}

func (in Instrument) dial(at time.Time) Dial {
	s := in.State
	d := Dial{
		Key: in.Gauge.Key, Level: s.level, Since: s.since, At: s.valued, Missing: s.missing,
		Silent: s.Silent(in.Gauge, at), Target: in.Gauge.Target, Trend: TrendNoData,
	}
	for _, r := range s.recent {
		d.Spark = append(d.Spark, r.Value)
	}
	if len(s.recent) == 0 {
		return d
	}
	last := s.recent[len(s.recent)-1].Value
	d.Value, d.Reached = &last, in.Gauge.Reached(last)
	d.Slope = slope(s.recent)
	switch {
	case !d.Slope.HasValue():
	case d.Slope.Value == 0:
		d.Trend = TrendSame
	case d.Slope.HasInterval() && d.Slope.Low <= 0 && d.Slope.High >= 0:
		d.Trend = TrendUnclear
	case in.Gauge.up(d.Slope.Value) < 0:
		d.Trend = TrendBetter
	default:
		d.Trend = TrendWorse
	}
	return d
}

// slope fits a line through readings, in units a day.
func slope(readings []Reading) rapport.Estimate {
	n := len(readings)
	if n < 3 {
		return rapport.Estimate{}
	}
	rows, values := make([]float64, 0, 2*n), make([]float64, n)
	for i, r := range readings {
		rows = append(rows, 1, r.At.Sub(readings[0].At).Hours()/24)
		values[i] = r.Value - readings[0].Value // equal values have the slope 0, not that of rounding
	}
	fit, err := stats.LeastSquares(rows, 2, values, nil)
	if err != nil {
		return rapport.Estimate{}
	}
	e := rapport.Estimate{Value: fit.Coefficients[1], N: n}
	if se := fit.SE(1); se > 1e-12*math.Abs(e.Value) {
		margin := se * stats.StudentMargin(0.95, float64(fit.DF))
		e.SE, e.Low, e.High, e.Level = se, e.Value-margin, e.Value+margin, 0.95
	}
	if e.Validate() != nil {
		return rapport.Estimate{}
	}
	return e
}
