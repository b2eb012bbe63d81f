package cluster

import (
	"errors"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// Feature is how a column is scaled: (transformed value − Center) / Scale.
type Feature struct {
	Name      string
	Transform Transform
	Center    float64 // mean of the transformed values; 0 if not standardised
	Scale     float64 // their sample standard deviation, above 0; 1 if not standardised
}

// Scaler scales customers as those were whom it was fitted to: an immutable value, safe
// to share between goroutines.
type Scaler struct {
	features []Feature
}

// Features returns how each column is scaled.
func (s *Scaler) Features() []Feature { return slices.Clone(s.features) }

func (s *Scaler) width() int { return len(s.features) }

// ErrOtherScale reports customers who were scaled by another scaler than those of the fit.
var ErrOtherScale = errors.New("cluster: the customers were scaled otherwise than those of the fit")

// fits checks that customers were scaled by this scaler or one that is equal.
func (s *Scaler) fits(data *Prepared) error {
	switch {
	case s == nil || len(s.features) == 0:
		return ErrNotFitted
	case data == nil || data.Len() == 0:
		return ErrNoRows
	case data.scaler != s && !slices.Equal(data.scaler.features, s.features):
		return ErrOtherScale
	}
	return nil
}

// Scale returns the scaled figures of one customer, given in the order of
// [Scaler.Features] and in the units of the columns. Errors: [ErrNotFitted], a
// [*WidthError], a [*ColumnError] with row 0.
func (s *Scaler) Scale(figures []float64) ([]float64, error) {
	scaled := make([]float64, len(s.features))
	if err := s.scale(scaled, figures, 0); err != nil {
		return nil, err
	}
	return scaled, nil
}

func (s *Scaler) scale(into, figures []float64, row int) error {
	if len(s.features) == 0 {
		return ErrNotFitted
	}
	if len(figures) != len(s.features) {
		return &WidthError{Got: len(figures), Want: len(s.features)}
	}
	for i := range s.features {
		f := &s.features[i]
		v, reason := f.Transform.of(figures[i])
		if reason == "" {
			v = (v - f.Center) / f.Scale
			if !(math.Abs(v) <= MaxSize) {
				reason = "too large"
			}
		}
		if reason != "" {
			return &ColumnError{Column: f.Name, Row: row, Value: figures[i], Reason: reason}
		}
		into[i] = v
	}
	return nil
}

// Apply scales other customers. The columns are found by their names, may be in any
// order and may have others among them; their transforms are those of the scaler.
// Errors: [ErrNotFitted], [ErrNoRows], a [*ColumnError].
func (s *Scaler) Apply(columns []Column) (*Prepared, error) {
	if len(s.features) == 0 {
		return nil, ErrNotFitted
	}
	if err := checkNames(columns); err != nil {
		return nil, err
	}
	p := &Prepared{scaler: s, width: len(s.features)}
	var used [][]float64
	for _, f := range s.features {
		at := slices.IndexFunc(columns, func(c Column) bool { return c.Name == f.Name })
		if at < 0 {
			return nil, &ColumnError{Column: f.Name, Row: -1, Reason: "missing"}
		}
		used = append(used, columns[at].Values)
	}
	p.rows = make([]float64, len(used[0])*p.width)
	figures := make([]float64, p.width)
	for i := range used[0] {
		for f := range used {
			figures[f] = used[f][i]
		}
		if err := s.scale(p.row(i), figures, i); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// PrepareOptions are the options of [Prepare]; nil or the zero value means the
// defaults.
type PrepareOptions struct {
	// KeepUnits leaves the transformed values as they are, so that the column with
	// the widest spread decides; a standard deviation below 1/[MaxSize] is refused. By
	// default each has mean 0 and standard deviation 1.
	KeepUnits bool
}

// Prepared are scaled customers, ready for a fit: an immutable value made by [Prepare] or
// [Scaler.Apply], safe to share between goroutines.
type Prepared struct {
	scaler *Scaler
	width  int
	rows   []float64 // row after row
}

// Prepare fits a scaler to columns and scales them: each value is transformed as its
// column says, then standardised by mean and sample standard deviation. The columns are
// only read. Errors: [ErrNoRows], a [*WidthError], a [*ColumnError]; a column whose values
// are all equal tells nobody apart and is one.
func Prepare(columns []Column, options *PrepareOptions) (*Prepared, error) {
	if options == nil {
		options = &PrepareOptions{}
	}
	if err := checkNames(columns); err != nil {
		return nil, err
	}
	s := &Scaler{}
	for _, c := range columns {
		f := Feature{Name: c.Name, Transform: c.Transform, Scale: 1}
		values := make([]float64, len(c.Values))
		for i, x := range c.Values {
			v, reason := c.Transform.of(x)
			if reason != "" {
				return nil, &ColumnError{Column: c.Name, Row: i, Value: x, Reason: reason}
			}
			values[i] = v
		}
		center, scale := spread(values)
		if !(scale > 0) {
			return nil, &ColumnError{Column: c.Name, Row: -1, Reason: "all values equal"}
		}
		if options.KeepUnits && scale < 1/MaxSize { // squares would be lost
			return nil, &ColumnError{Column: c.Name, Row: -1, Reason: "spread too small"}
		}
		if !options.KeepUnits {
			f.Center, f.Scale = center, scale
		}
		s.features = append(s.features, f)
	}
	return s.Apply(columns)
}

// spread returns the mean and the sample standard deviation of values, at least one; the
// latter is 0 if all are equal.
func spread(values []float64) (mean, sd float64) {
	low, high := slices.Min(values), slices.Max(values)
	if low == high {
		return low, 0
	}
	var sum, squares numeric.ExactSum
	for _, v := range values {
		sum.Add(v)
	}
	mean = sum.Total() / float64(len(values))
	unit := max(high-mean, mean-low) // so that no square is too small or too great
	for _, v := range values {
		d := (v - mean) / unit
		squares.Add(d * d)
	}
	return mean, unit * math.Sqrt(squares.Total()/float64(len(values)-1))
}

// Len returns how many customers there are.
func (p *Prepared) Len() int { return len(p.rows) / max(1, p.width) }

// Scaler returns how they were scaled.
func (p *Prepared) Scaler() *Scaler { return p.scaler }

// Row returns the scaled figures of the customer in row i of the input. Like a slice it
// panics if i is not in 0 … Len()-1.
func (p *Prepared) Row(i int) []float64 { return slices.Clone(p.row(i)) }

func (p *Prepared) row(i int) []float64 { return p.rows[i*p.width : (i+1)*p.width : (i+1)*p.width] }

// pick returns the customers in those rows.
func (p *Prepared) pick(rows []int) *Prepared {
	q := &Prepared{scaler: p.scaler, width: p.width, rows: make([]float64, 0, len(rows)*p.width)}
	for _, i := range rows {
		q.rows = append(q.rows, p.row(i)...)
	}
	return q
}
