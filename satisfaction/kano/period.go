package kano

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Direction says where a feature went between two periods.
type Direction uint8

// The directions. What delights today is asked for tomorrow and taken for granted the
// day after: indifferent, attractive, one-dimensional, must-be is the life of a feature
// (N. Kano, Life cycle and creation of attractive quality, 2001).
const (
	Unknown   Direction = iota // there is no category at one end
	Steady                     // the same category
	Maturing                   // further along indifferent, attractive, one-dimensional, must-be
	Receding                   // back along it
	Elsewhere                  // to or from reverse or questionable
)

// String returns "unknown", "steady", "maturing", "receding" or "elsewhere".
func (d Direction) String() string {
	word, _ := wordOf(d, []string{"unknown", "steady", "maturing", "receding", "elsewhere"})
	return word
}

// age is the place of a category in the life of a feature, 0 if it has none.
func (c Category) age() int {
	switch c {
	case Indifferent:
		return 1
	case Attractive:
		return 2
	case OneDimensional:
		return 3
	case MustBe:
		return 4
	}
	return 0
}

// Direction says where a feature went.
func (d Difference) Direction() Direction {
	from, to := d.From.age(), d.To.age()
	switch {
	case d.From == None || d.To == None:
		return Unknown
	case d.From == d.To:
		return Steady
	case from == 0 || to == 0:
		return Elsewhere
	case to > from:
		return Maturing
	}
	return Receding
}

// Trend is the answer of [AnalyzePeriods].
type Trend struct {
	Periods []Period // in the order of time
	Outside int      // responses of no period, which were left out
	Tracks  []Track  // one a feature, in ascending order of names
}

// Period is the analysis of what was said in a stretch of time; a period in which nobody
// said anything has no features.
type Period struct {
	Interval rapport.Interval
	Analysis *Analysis
}

// Track is the way of one feature through the periods.
type Track struct {
	Feature    string
	Categories []Category   // of each period; None where nobody answered
	Changes    []Difference // from each period to the next, one fewer than the periods
	Overall    Difference   // from the first to the last period
}

// AnalyzePeriods analyses what was said in each period and tests what changed. The
// periods are in the order of time and do not overlap; there are two or more. A customer
// may answer about a feature once in each, but changes are tested as those between
// different customers; see [Difference].
//
// Errors: those of [Analyze], [ErrNoResponses] if no response is in any period; a
// [*RowError] for a response without a date; an [*OptionError] that names the Periods.
func AnalyzePeriods(ctx context.Context, responses iter.Seq2[Response, error], periods []rapport.Interval, options *Options) (*Trend, error) {
	o, err := options.settle()
	if err != nil {
		return nil, err
	}
	if len(periods) < 2 {
		return nil, &OptionError{Field: "Periods", Value: float64(len(periods)), Want: "two or more"}
	}
	surveys := make([]*survey, len(periods))
	for i, p := range periods {
		surveys[i] = newSurvey(o)
		if i > 0 && (p.Compare(periods[i-1]) <= 0 || p.Overlaps(periods[i-1])) {
			return nil, &OptionError{Field: "Periods", Value: float64(i), Want: "periods in the order of time that do not overlap"}
		}
	}
	trend := &Trend{}
	err = each(ctx, responses, func(row int, r *Response) error {
		if r.At.IsZero() {
			return &RowError{Row: row, Respondent: r.Respondent, Feature: r.Feature, Field: "at", First: -1, Reason: "no date"}
		}
		for i, p := range periods {
			if p.Contains(r.At) {
				return surveys[i].add(row, r)
			}
		}
		trend.Outside++
		return o.check(row, r)
	})
	if err != nil {
		return nil, err
	}
	for i, s := range surveys {
		trend.Periods = append(trend.Periods, Period{periods[i], s.analysis()})
	}
	trend.follow(o.Level)
	if len(trend.Tracks) == 0 {
		return nil, ErrNoResponses
	}
	return trend, nil
}

// follow makes the tracks.
func (t *Trend) follow(level float64) {
	names := make(map[string]bool)
	for _, p := range t.Periods {
		for i := range p.Analysis.Features {
			names[p.Analysis.Features[i].Name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		track := Track{Feature: name}
		var features []*Feature
		for i, p := range t.Periods {
			f := p.Analysis.Feature(name)
			if f == nil {
				f = &Feature{}
			}
			features = append(features, f)
			track.Categories = append(track.Categories, f.Category)
			if i > 0 {
				track.Changes = append(track.Changes, differenceOf(features[i-1], f, level))
			}
		}
		track.Overall = differenceOf(features[0], features[len(features)-1], level)
		t.Tracks = append(t.Tracks, track)
	}
}
