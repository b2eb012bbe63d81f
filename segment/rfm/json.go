package rfm

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// version is the version of the files that this release writes.
const version = 1

// header opens every file. Field order is part of the formats: what was written once
// is written again byte for byte.
type header struct {
	Kind    string `json:"kind"`
	Version int    `json:"version"`
}

func headerOf(kind string) header { return header{Kind: "rapport/rfm-" + kind, Version: version} }

// read decodes a file of a kind. The header is looked at first, so that a later
// version is named as such and not by a field that this one does not know.
func read(text []byte, kind string, file any) error {
	var found header
	if err := json.Unmarshal(text, &found); err != nil {
		return fmt.Errorf("rfm: %s: %w: %w", kind, ErrFormat, err)
	}
	if want := headerOf(kind); found != want {
		return fmt.Errorf("rfm: %s: kind %.40q version %d, want %q version %d: %w", kind, found.Kind, found.Version, want.Kind, want.Version, ErrFormat)
	}
	if err := exactjson.Decode(text, file); err != nil {
		return fmt.Errorf("rfm: %s: %w: %w", kind, ErrFormat, err)
	}
	return nil
}

type cutFile struct {
	Method     string    `json:"method"`
	Quantile   int       `json:"quantile,omitempty"`
	Thresholds []float64 `json:"thresholds,omitempty"`
}

type weightsFile struct {
	Recency   float64 `json:"recency"`
	Frequency float64 `json:"frequency"`
	Monetary  float64 `json:"monetary"`
}

type schemeFile struct {
	header
	Bins      int         `json:"bins"`
	Recency   cutFile     `json:"recency"`
	Frequency cutFile     `json:"frequency"`
	Monetary  cutFile     `json:"monetary"`
	Nested    bool        `json:"nested"`
	Weights   weightsFile `json:"weights"`
}

func (f *schemeFile) cuts() [measures]*cutFile {
	return [measures]*cutFile{&f.Recency, &f.Frequency, &f.Monetary}
}

// MarshalJSON writes the scheme with a kind and a version, its defaults written out.
// It refuses what [Scheme.Validate] refuses.
func (s Scheme) MarshalJSON() ([]byte, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	s = s.normal()
	file := schemeFile{header: headerOf("scheme"), Bins: s.Bins, Nested: s.Nested, Weights: weightsFile(s.Weights)}
	for m, f := range file.cuts() {
		c := s.cut(Measure(m))
		*f = cutFile{Method: c.Method.String(), Quantile: c.Quantile, Thresholds: c.Thresholds}
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [Scheme.MarshalJSON] wrote; it marshals to the same bytes.
// Bins, weights, the quantile type and nested may be left out and are then the
// defaults; every measure names its method. The error wraps [ErrFormat], or is a
// [*SchemeError]; after it s is unchanged.
func (s *Scheme) UnmarshalJSON(text []byte) error {
	var file schemeFile
	if err := read(text, "scheme", &file); err != nil {
		return err
	}
	got := Scheme{Bins: file.Bins, Nested: file.Nested, Weights: Weights(file.Weights)}
	for m, f := range file.cuts() {
		method := slices.Index(methodNames(), f.Method)
		if method < 0 {
			return fmt.Errorf("rfm: scheme: %v by unknown method %.40q: %w", Measure(m), f.Method, ErrFormat)
		}
		*got.cut(Measure(m)) = Cut{Method: Method(method), Quantile: f.Quantile, Thresholds: f.Thresholds}
	}
	if err := got.Validate(); err != nil {
		return err
	}
	*s = got.normal()
	return nil
}

type segmentFile struct {
	Name      string `json:"name"`
	Recency   []int  `json:"recency"` // two numbers: a fixed array would take one or three as well
	Frequency []int  `json:"frequency"`
	Monetary  []int  `json:"monetary"`
}

func (f *segmentFile) sides() [measures]*[]int {
	return [measures]*[]int{&f.Recency, &f.Frequency, &f.Monetary}
}

type tableFile struct {
	header
	Bins     int           `json:"bins"`
	Segments []segmentFile `json:"segments"`
	Other    string        `json:"other"`
}

// MarshalJSON writes the table with a kind and a version. The zero value is no table
// ([*TableError]).
func (t Table) MarshalJSON() ([]byte, error) {
	if len(t.of) == 0 {
		return nil, &TableError{Segment: -1, Field: "segments", Reason: "no table"}
	}
	file := tableFile{header: headerOf("table"), Bins: t.bins, Other: t.other, Segments: make([]segmentFile, len(t.segments))}
	for i := range t.segments {
		f := &file.Segments[i]
		f.Name = t.segments[i].Name
		for m, side := range t.segments[i].sides() {
			*f.sides()[m] = []int{side.Low, side.High}
		}
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [Table.MarshalJSON] wrote; it marshals to the same bytes.
// It is for a fresh value, not for a table in use. The error wraps [ErrFormat], or is
// that of [NewTable]; after it t is unchanged.
func (t *Table) UnmarshalJSON(text []byte) error {
	var file tableFile
	if err := read(text, "table", &file); err != nil {
		return err
	}
	segments := make([]Segment, len(file.Segments))
	for i := range file.Segments {
		segments[i].Name = file.Segments[i].Name
		for m, side := range file.Segments[i].sides() {
			if len(*side) != 2 || (*side)[0] == 0 { // 0 to 0 would stand for all
				return fmt.Errorf("rfm: table: segment %d: %v %v, want two scores: %w", i, Measure(m), *side, ErrFormat)
			}
			*segments[i].sides()[m] = Range{(*side)[0], (*side)[1]}
		}
	}
	got, err := NewTable(file.Bins, segments, file.Other)
	if err != nil {
		return err
	}
	*t = *got
	return nil
}
