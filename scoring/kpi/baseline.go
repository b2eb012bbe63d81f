package kpi

import (
	"encoding/json"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/internal/stats"
)

// Baseline is what a figure with a season usually is: the level of the last season times
// the index of each period (ratio to period), or, additive, plus it. Level, indexes and
// spread are medians, so that a few odd values do not move them. It knows no trend within
// a season; a series with one has its place in [FitForecast]. It is immutable and kept in
// JSON.
type Baseline struct {
	additive bool
	level    float64
	index    []float64 // index[0] is that of the first period after the series; mean 1, or 0 if additive
	spread   float64   // standard deviation round level and index: relative, or in the unit of the figure if additive
	n        int
}

// Level returns the median of the last season's values without their season, in the unit
// of the figure.
func (b *Baseline) Level() float64 { return b.level }

// Index returns the seasonal indexes from the first period after the series on: factors
// with the mean 1, or terms with the mean 0.
func (b *Baseline) Index() []float64 { return slices.Clone(b.index) }

// Spread returns the standard deviation of single values round the baseline, relative to
// it, or in the unit of the figure for additive indexes.
func (b *Baseline) Spread() float64 { return b.spread }

// FitBaseline makes a baseline of the last full seasons of a series at equal distances in
// time, at least three; season is the number of periods in one. Indexes are medians over
// the seasons of the value over the season's level. The spread is 1.4826 times the median
// distance of values from the index that the other seasons give, which for normal values
// is their standard deviation and a little more, as it holds the uncertainty of the index.
//
// The error is an [*InputError] for a season below 2, a [*SeriesError] for values that
// are not finite or, unless additive, below 0 or of a season whose level is 0, or a
// [*ShortSeriesError].
func FitBaseline(values []float64, season int, additive bool) (*Baseline, error) {
	if err := demands("baseline", demand{"season", float64(season), season >= 2, "2 or more periods"}); err != nil {
		return nil, err
	}
	if err := finiteSeries(values); err != nil {
		return nil, err
	}
	seasons := len(values) / season
	if seasons < 3 {
		return nil, &ShortSeriesError{For: "baseline", Have: len(values), Need: 3 * season}
	}
	skipped := len(values) - seasons*season
	values = values[skipped:]
	for i, v := range values {
		if v < 0 && !additive {
			return nil, &SeriesError{Index: skipped + i, Value: v, Reason: "below 0: want additive indexes"}
		}
	}
	b := &Baseline{additive: additive, n: len(values), index: make([]float64, season)}
	neutral := 1.0
	if additive {
		neutral = 0
	}
	for i := range b.index {
		b.index[i] = neutral
	}
	// Levels need indexes and indexes levels; a few rounds settle both.
	levels, ratios := make([]float64, seasons), make([]float64, len(values))
	for range 20 {
		for s := range levels {
			levels[s] = b.levelOf(values[s*season : (s+1)*season])
			if levels[s] <= 0 && !additive || !finite(levels[s]) {
				return nil, &SeriesError{Index: skipped + s*season, Value: values[s*season], Reason: "begins a season whose level is 0: want additive indexes"}
			}
		}
		for i, v := range values {
			ratios[i] = b.without(v, levels[i/season])
		}
		total := 0.0
		for p := range b.index {
			b.index[p] = medianOf(cellsOf(ratios, season, p, -1))
			total += b.index[p] / float64(season)
		}
		if !additive && !(total > 0) {
			return nil, &SeriesError{Index: skipped, Value: values[0], Reason: "begins a series that is mostly 0: want additive indexes"}
		}
		for p := range b.index {
			if additive {
				b.index[p] -= total
			} else {
				b.index[p] /= total
			}
		}
	}
	b.level = b.levelOf(values[len(values)-season:])
	var distances []float64
	for i := range ratios {
		others := medianOf(cellsOf(ratios, season, i%season, i/season))
		switch {
		case additive:
			distances = append(distances, math.Abs(ratios[i]-others))
		case others > 0:
			distances = append(distances, math.Abs(ratios[i]/others-1))
		}
	}
	if len(distances) > 0 {
		b.spread = medianOf(distances) * 1.4826
	}
	if !finite(b.level) || !finite(b.spread) {
		return nil, &SeriesError{Index: skipped, Value: values[0], Reason: "of a series too large for a baseline"}
	}
	return b, nil
}

// without takes a level or an index off a value.
func (b *Baseline) without(value, by float64) float64 {
	if b.additive {
		return value - by
	}
	return value / by
}

// levelOf is the median of a season's values without their indexes.
func (b *Baseline) levelOf(season []float64) float64 {
	var plain []float64
	for p, v := range season {
		if b.additive || b.index[p] > 0 {
			plain = append(plain, b.without(v, b.index[p]))
		}
	}
	return medianOf(plain)
}

// cellsOf returns the values of a period, but for one season (−1: of all).
func cellsOf(ratios []float64, season, period, but int) []float64 {
	var cells []float64
	for s := range len(ratios) / season {
		if s != but {
			cells = append(cells, ratios[s*season+period])
		}
	}
	return cells
}

func medianOf(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return numeric.Quantile(values, 0.5)
}

// Expect returns what is usual in a period after the series, the first one being 1, with
// the interval in which a value of that level of confidence, 0 for 0.95, lies; without
// one if the spread is 0. The error is an [*InputError], also for the zero baseline.
func (b *Baseline) Expect(ahead int, level float64) (rapport.Estimate, error) {
	level, err := checkLevel("baseline", level)
	if err != nil {
		return rapport.Estimate{}, err
	}
	if err := demands("baseline", demand{"ahead", float64(ahead), ahead >= 1, "1 or more"},
		demand{"n", float64(b.n), b.n > 0, "a baseline that is fitted"}); err != nil {
		return rapport.Estimate{}, err
	}
	index := b.index[(ahead-1)%len(b.index)]
	e := rapport.Estimate{Value: b.level + index, SE: b.spread, N: b.n}
	if !b.additive {
		e.Value = b.level * index
		e.SE = b.spread * e.Value
	}
	if e.SE > 0 {
		margin := e.SE * stats.NormalMargin(level)
		e.Low, e.High, e.Level = e.Value-margin, e.Value+margin, level
		if !b.additive {
			e.Low = max(0, e.Low)
		}
	}
	return e, e.Validate()
}

type baselineForm struct {
	Format   int       `json:"format"`
	Additive bool      `json:"additive"`
	Level    float64   `json:"level"`
	Index    []float64 `json:"index"`
	Spread   float64   `json:"spread"`
	N        int       `json:"n"`
}

// MarshalJSON writes the baseline with a version. The zero baseline is an [*InputError].
func (b *Baseline) MarshalJSON() ([]byte, error) {
	if b.n == 0 {
		return nil, &InputError{Subject: "baseline", Name: "n", Value: 0, Reason: "want a baseline that is fitted"}
	}
	return json.Marshal(baselineForm{format, b.additive, b.level, b.index, b.spread, b.n})
}

// UnmarshalJSON reads what [Baseline.MarshalJSON] wrote. The error is that of the JSON, a
// [*FormatError], a [*CodeError] for a field that is missing, or a [*StateError]; b is then
// unchanged.
func (b *Baseline) UnmarshalJSON(text []byte) error {
	var f baselineForm
	if err := decodeWhole("baseline", text, &f); err != nil {
		return err
	}
	switch {
	case len(f.Index) < 2 || f.N < 3*len(f.Index) || f.N%len(f.Index) != 0:
		return &StateError{Subject: "baseline", Reason: "fewer than three seasons"}
	case f.Spread < 0 || !f.Additive && (f.Level <= 0 || slices.Min(f.Index) < 0):
		return &StateError{Subject: "baseline", Reason: "level, index or spread below 0"}
	}
	sum, size := 0.0, math.Abs(f.Level)
	for _, x := range f.Index {
		sum += x
		size += math.Abs(x)
	}
	if neutral := float64(len(f.Index)); f.Additive && math.Abs(sum) > 1e-9*size+1e-300 || !f.Additive && math.Abs(sum-neutral) > 1e-9*neutral {
		return &StateError{Subject: "baseline", Reason: "the mean of the index is not 1, or 0 if additive"}
	}
	*b = Baseline{additive: f.Additive, level: f.Level, index: f.Index, spread: f.Spread, n: f.N}
	return nil
}
