package lead

import (
	"encoding/json"
	"fmt"
	"slices"
)

type countForm struct {
	N      int `json:"n"`
	Events int `json:"events"`
}

// binningForm holds what was counted; the evidence follows from it.
type binningForm struct {
	Format    int         `json:"format"`
	Column    string      `json:"column"`
	Breaks    []float64   `json:"breaks,omitzero"` // numbers have breaks, maybe none of them
	Groups    [][]string  `json:"groups,omitzero"`
	Counts    []countForm `json:"counts"`
	Missing   *countForm  `json:"missing"`
	ZeroCount float64     `json:"zero_count"`
	Unseen    string      `json:"unseen"`
}

// MarshalJSON writes cuts, counts and options. The zero Binning is none ([ErrNotFitted]).
func (b *Binning) MarshalJSON() ([]byte, error) {
	form, err := b.form()
	if err != nil {
		return nil, err
	}
	return json.Marshal(form)
}

func (b *Binning) form() (binningForm, error) {
	if len(b.bins) == 0 {
		return binningForm{}, ErrNotFitted
	}
	form := binningForm{
		Format: jsonFormat, Column: b.column, Counts: []countForm{}, Breaks: b.cuts.Breaks, Groups: b.cuts.Groups,
		ZeroCount: b.options.ZeroCount, Unseen: b.options.Unseen.String(),
	}
	if b.numbers && form.Breaks == nil {
		form.Breaks = []float64{}
	}
	for i := range b.bins {
		count := countForm{b.bins[i].N, b.bins[i].Events}
		if b.bins[i].Missing {
			form.Missing = &count
		} else {
			form.Counts = append(form.Counts, count)
		}
	}
	return form, nil
}

// UnmarshalJSON reads what [Binning.MarshalJSON] wrote; it marshals to the same bytes. It
// is for a fresh value, not for a binning in use. The error is a [*FormatError], that
// of [NewBinning] or one of the syntax; after it b is unchanged.
func (b *Binning) UnmarshalJSON(text []byte) error {
	var form binningForm
	if err := decode("binning", text, &form); err != nil {
		return err
	}
	read, err := form.binning()
	if err != nil {
		return err
	}
	*b = *read
	return nil
}

// binning makes the bins of a form that was read.
func (form *binningForm) binning() (*Binning, error) {
	bad := func(format string, values ...any) error {
		return &ColumnError{Column: form.Column, Reason: "JSON: " + fmt.Sprintf(format, values...)}
	}
	numbers := form.Breaks != nil
	if numbers == (form.Groups != nil) || form.Column == "" {
		return nil, bad("want a column, and either breaks or groups")
	}
	unseen := Unseen(slices.Index(unseenNames(), form.Unseen))
	if unseen < 0 || form.ZeroCount == 0 {
		return nil, bad("unseen %q, zero_count %v: want both", form.Unseen, form.ZeroCount)
	}
	options, err := (&BinningOptions{ZeroCount: form.ZeroCount, Unseen: unseen}).normal()
	if err != nil {
		return nil, err
	}
	b, err := emptyBinning(form.Column, numbers, Cuts{Breaks: form.Breaks, Groups: form.Groups}, options)
	if err != nil {
		return nil, err
	}
	if len(form.Counts) != len(b.bins) {
		return nil, bad("%d counts of %d bins", len(form.Counts), len(b.bins))
	}
	counts := form.Counts
	if form.Missing != nil {
		counts = append(counts, *form.Missing)
		if form.Missing.N == 0 {
			return nil, bad("none of the values is missing")
		}
	} else {
		counts = append(counts, countForm{})
	}
	counted := make([]outcomeCount, len(counts))
	var all outcomeCount
	for i, c := range counts {
		if c.Events < 0 || c.N < c.Events || all.N > mostRows-c.N {
			return nil, bad("bin %d: %d events in %d rows", i, c.Events, c.N)
		}
		counted[i] = outcomeCount(c)
		all.N, all.Events = all.N+c.N, all.Events+c.Events
	}
	if all.Events == 0 || all.Events == all.N {
		return nil, ErrOneOutcome
	}
	b.fill(counted)
	return b, nil
}

// mostRows bounds counts that are read, so that sums are exact in a float64.
const mostRows = 1 << 50
