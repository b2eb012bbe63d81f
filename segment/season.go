package segment

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// Limits of a seasonal index.
const (
	MinCycle = 2
	MaxCycle = 1000
)

// SeasonMethod is how a seasonal index is computed.
type SeasonMethod uint8

// The methods.
const (
	// RatioToMovingAverage divides each value by the average of the whole cycle around
	// it, whose ends count half if the cycle is even, and takes the mean of these
	// ratios by season: the classical multiplicative decomposition. A trend does not
	// disturb it. It needs two whole cycles. It is the default.
	//
	// Reference: F. R. Macaulay, The Smoothing of Time Series, NBER (1931); it is what
	// decompose(type = "multiplicative") of R computes.
	RatioToMovingAverage SeasonMethod = iota
	// PeriodMeans divides the mean of each season by the mean of these means. It needs
	// one whole cycle, and takes a trend for season.
	PeriodMeans
)

// SeasonOptions are the options of [FitSeasons]; nil or the zero value means months,
// of which the first value is January, by the ratio to the moving average.
type SeasonOptions struct {
	Cycle  int // seasons of a cycle, [MinCycle] to [MaxCycle]; 0 means 12
	First  int // the season of the first value, 1 to Cycle; 0 means 1
	Method SeasonMethod
}

// Season is one season of an index.
type Season struct {
	Index float64 // its level over that of the whole cycle: 1.2 is 20 % above
	N     int     // values, or ratios, that it is the mean of
}

// Seasons is a multiplicative seasonal index: one number for each season of a cycle,
// 1 on average. It is an immutable value made by [FitSeasons], safe to share between
// goroutines.
type Seasons struct {
	seasons []Season
	method  SeasonMethod
}

// SeasonError reports a series, or an index, that makes no sense.
type SeasonError struct {
	Index  int     // of the value, from 0; -1: the series as a whole, or an option
	Field  string  // "value", "values", "cycle", "first", "method" or "average"
	Value  float64 // what it was
	Reason string  // "not a number of size up to MaxValue", "negative", "zero over a whole cycle", "less than one cycle", "less than two cycles", "out of range", "unknown", "not 1 on average"
}

// Error names the field, the number and the reason.
func (e *SeasonError) Error() string {
	if e.Index >= 0 {
		return fmt.Sprintf("segment: seasons: value %d is %v: %s", e.Index, e.Value, e.Reason)
	}
	return fmt.Sprintf("segment: seasons: %s %v: %s", e.Field, e.Value, e.Reason)
}

// FitSeasons computes the seasonal index of a series without gaps: visits, orders or
// revenue a month, in the order of time. A cycle that has begun counts as far as it
// goes, which is what [Season.N] shows. The error is a [*SeasonError]: a value that is
// negative or no number of size up to [MaxValue], too few values, or nothing but zeros
// over a whole cycle.
func FitSeasons(values []float64, options *SeasonOptions) (*Seasons, error) {
	var o SeasonOptions
	if options != nil {
		o = *options
	}
	if o.Cycle == 0 {
		o.Cycle = yearMonths
	}
	if o.First == 0 {
		o.First = 1
	}
	fault := func(field string, value int, reason string) (*Seasons, error) {
		return nil, &SeasonError{Index: -1, Field: field, Value: float64(value), Reason: reason}
	}
	switch {
	case o.Cycle < MinCycle || o.Cycle > MaxCycle:
		return fault("cycle", o.Cycle, "out of range")
	case o.First < 1 || o.First > o.Cycle:
		return fault("first", o.First, "out of range")
	case o.Method > PeriodMeans:
		return fault("method", int(o.Method), "unknown")
	case o.Method == PeriodMeans && len(values) < o.Cycle:
		return fault("values", len(values), "less than one cycle")
	case o.Method == RatioToMovingAverage && len(values) < 2*o.Cycle:
		return fault("values", len(values), "less than two cycles")
	}
	for i, v := range values {
		switch {
		case !(math.Abs(v) <= MaxValue): // so written to catch NaN
			return nil, &SeasonError{Index: i, Field: "value", Value: v, Reason: "not a number of size up to MaxValue"}
		case v < 0:
			return nil, &SeasonError{Index: i, Field: "value", Value: v, Reason: "negative"}
		}
	}
	_, size := math.Frexp(slices.Max(values))
	ratios, from := make([]float64, len(values)), 0
	for i, v := range values {
		ratios[i] = math.Ldexp(v, -size) // the unit does not matter, but means of the smallest numbers would be rounded away
	}
	if o.Method == RatioToMovingAverage {
		from = o.Cycle / 2
		var err error
		if ratios, err = ratiosToAverage(ratios, o.Cycle); err != nil {
			return nil, err
		}
	}
	s := &Seasons{seasons: make([]Season, o.Cycle), method: o.Method}
	sums := make([]sum, o.Cycle)
	for i, ratio := range ratios {
		season := (o.First - 1 + from + i) % o.Cycle
		sums[season].add(ratio)
		s.seasons[season].N++
	}
	var total sum
	for i := range s.seasons {
		s.seasons[i].Index = sums[i].total() / float64(s.seasons[i].N)
		total.add(s.seasons[i].Index)
	}
	mean := total.total() / float64(o.Cycle)
	if mean == 0 {
		return nil, &SeasonError{Index: -1, Field: "average", Reason: "zero over a whole cycle"}
	}
	for i := range s.seasons {
		s.seasons[i].Index /= mean
	}
	return s, nil
}

// ratiosToAverage returns each value over the average of the cycle around it, from the
// first value that has one on.
func ratiosToAverage(values []float64, cycle int) ([]float64, error) {
	half := cycle / 2
	ratios := make([]float64, 0, len(values)-2*half)
	for i := half; i+half < len(values); i++ {
		var around sum // afresh each time: a running sum would keep the rounding of large values
		for _, v := range values[i-half : i+half+1] {
			around.add(v)
		}
		total := around.total()
		if cycle%2 == 0 {
			total -= (values[i-half] + values[i+half]) / 2
		}
		if total <= 0 {
			return nil, &SeasonError{Index: i, Field: "value", Value: values[i], Reason: "zero over a whole cycle"}
		}
		ratios = append(ratios, values[i]*float64(cycle)/total)
	}
	return ratios, nil
}

// Cycle returns how many seasons the index has: 12 for months.
func (s *Seasons) Cycle() int { return len(s.seasons) }

// Method returns how the index was computed.
func (s *Seasons) Method() SeasonMethod { return s.method }

// All returns the seasons in their order: All()[0] is January where the seasons are
// months.
func (s *Seasons) All() []Season { return slices.Clone(s.seasons) }

// At returns a season by its number, counted from 1: At(int(time.March)). Beyond the
// cycle it begins anew, also backwards. The zero Seasons has none and gives the zero
// Season.
func (s *Seasons) At(season int) Season {
	cycle := len(s.seasons)
	if cycle == 0 {
		return Season{}
	}
	return s.seasons[((season-1)%cycle+cycle)%cycle]
}

// Off returns the numbers, from 1, of the seasons whose index is below a limit: those
// in which there is time for what the high season leaves undone.
func (s *Seasons) Off(below float64) []int {
	var off []int
	for i, season := range s.seasons {
		if season.Index < below {
			off = append(off, i+1)
		}
	}
	return off
}

type seasonForm struct {
	Index float64 `json:"index"`
	N     int     `json:"n"`
}

type seasonsForm struct {
	Format  int          `json:"format"`
	Method  string       `json:"method"`
	Seasons []seasonForm `json:"seasons"`
}

// seasonMethodNames is in the order of the constants.
func seasonMethodNames() []string { return []string{"ratio_to_moving_average", "period_means"} }

// String returns the name of the method in JSON: "ratio_to_moving_average" or
// "period_means".
func (m SeasonMethod) String() string { return nameOf(seasonMethodNames(), int(m), "SeasonMethod") }

// MarshalJSON writes the index. The zero Seasons is none ([*SeasonError]).
func (s *Seasons) MarshalJSON() ([]byte, error) {
	if len(s.seasons) == 0 {
		return nil, &SeasonError{Index: -1, Field: "cycle", Reason: "out of range"}
	}
	form := seasonsForm{Format: jsonFormat, Method: s.method.String()}
	for _, season := range s.seasons {
		form.Seasons = append(form.Seasons, seasonForm(season))
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Seasons.MarshalJSON] wrote; it marshals to the same bytes.
// It is for a fresh value, not for an index in use. The error is a [*FormatError], a
// [*SeasonError] or one of the syntax; after it s is unchanged.
func (s *Seasons) UnmarshalJSON(text []byte) error {
	var form seasonsForm
	if err := decode("seasons", text, &form); err != nil {
		return err
	}
	method, cycle := slices.Index(seasonMethodNames(), form.Method), len(form.Seasons)
	if method < 0 || cycle < MinCycle || cycle > MaxCycle {
		return &SeasonError{Index: -1, Field: "cycle", Value: float64(cycle), Reason: "out of range, or by an unknown method"}
	}
	got := &Seasons{method: SeasonMethod(method)}
	var total sum
	for i, season := range form.Seasons {
		if season.Index < 0 || season.N < 1 {
			return &SeasonError{Index: i, Field: "value", Value: season.Index, Reason: "negative, or the mean of nothing"}
		}
		total.add(season.Index)
		got.seasons = append(got.seasons, Season(season))
	}
	// The mean was rounded once for each season and once for itself.
	if mean := total.total() / float64(cycle); !(math.Abs(mean-1) <= 1e-12) {
		return &SeasonError{Index: -1, Field: "average", Value: mean, Reason: "not 1 on average"}
	}
	*s = *got
	return nil
}
