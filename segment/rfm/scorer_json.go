package rfm

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport"
)

type edgesFile struct {
	At  []float64    `json:"at"`
	IDs []rapport.ID `json:"ids,omitempty"`
}

type scorerFile struct {
	header
	Scheme    *Scheme     `json:"scheme"`
	Recency   []edgesFile `json:"recency"`
	Frequency []edgesFile `json:"frequency"`
	Monetary  []edgesFile `json:"monetary"`
	Report    Report      `json:"report"`
}

func (f *scorerFile) cuts() [measures]*[]edgesFile {
	return [measures]*[]edgesFile{&f.Recency, &f.Frequency, &f.Monetary}
}

// MarshalJSON writes the scheme, the cut points and the report, with a kind and a
// version. By rank, the ids of the customers at the cut points are in it. The error
// is [ErrNotFitted].
func (s Scorer) MarshalJSON() ([]byte, error) {
	if !s.known() {
		return nil, ErrNotFitted
	}
	file := scorerFile{header: headerOf("scorer"), Scheme: &s.scheme, Report: s.report}
	for m, groups := range file.cuts() {
		for _, e := range s.cuts[m] {
			*groups = append(*groups, edgesFile{At: e.at, IDs: e.ids})
		}
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [Scorer.MarshalJSON] wrote; it scores as that one did and
// marshals to the same bytes. It is for a fresh value, not for a scorer in use. The
// error wraps [ErrFormat], or is a [*SchemeError]; after it s is unchanged.
func (s *Scorer) UnmarshalJSON(text []byte) error {
	var file scorerFile
	if err := read(text, "scorer", &file); err != nil {
		return err
	}
	if file.Scheme == nil || file.Report.Customers < 1 {
		return fmt.Errorf("rfm: scorer: no scheme or no customers: %w", ErrFormat)
	}
	got := Scorer{scheme: *file.Scheme, report: file.Report}
	if got.report.Shortfalls == nil {
		got.report.Shortfalls = []Shortfall{}
	}
	groups := 1
	for m, list := range file.cuts() {
		if got.scheme.Nested && m > int(Recency) {
			groups *= got.scheme.Bins
		}
		if len(*list) != groups {
			return fmt.Errorf("rfm: scorer: %v: %d groups of cut points, want %d: %w", Measure(m), len(*list), groups, ErrFormat)
		}
		cut := got.scheme.cut(Measure(m))
		for g := range *list {
			f := &(*list)[g]
			if !f.fits(cut, got.scheme.Bins) {
				return fmt.Errorf("rfm: scorer: %v: cut points of group %d do not fit the scheme: %w", Measure(m), g, ErrFormat)
			}
			got.cuts[m] = append(got.cuts[m], edges{at: f.At, ids: f.IDs, ties: tiesOf(Measure(m), cut.Method)})
		}
	}
	*s = got
	return nil
}

// fits tells whether cut points are possible ones of a scheme.
func (f *edgesFile) fits(cut *Cut, bins int) bool {
	want := 0
	if cut.Method == ByRank {
		want = bins - 1
	}
	return len(f.At) == bins-1 && slices.IsSorted(f.At) && len(f.IDs) == want &&
		(cut.Method != ByThreshold || slices.Equal(f.At, cut.Thresholds)) &&
		!slices.ContainsFunc(f.IDs, func(id rapport.ID) bool { return id.Validate() != nil })
}
