package segment

import "encoding/json"

type cutForm struct {
	By  string   `json:"by"`
	At  *float64 `json:"at"`  // must be there: 0 is a threshold
	Tie string   `json:"tie"` // the side of a value on the threshold
}

func formOfCut(c Cut) cutForm { return cutForm{By: c.By.String(), At: &c.At, Tie: side(!c.Above)} }

func (f cutForm) cut(axis string) (Cut, error) {
	if f.Tie != side(true) && f.Tie != side(false) {
		return Cut{}, &MatrixError{Field: axis, Reason: "tie neither high nor low"}
	}
	if f.At == nil {
		return Cut{}, &MatrixError{Field: axis, Reason: "at missing"}
	}
	c := Cut{By: ByValue + 1, At: *f.At, Above: f.Tie == side(false)} // no way of cutting
	for by := range c.By {
		if by.String() == f.By {
			c.By = by
		}
	}
	return c, nil
}

type cellForm struct {
	Current   string `json:"current"`
	Potential string `json:"potential"`
	Name      string `json:"name"`
	Action    string `json:"action"`
}

type matrixForm struct {
	Format    int        `json:"format"`
	Current   cutForm    `json:"current"`
	Potential cutForm    `json:"potential"`
	Cells     []cellForm `json:"cells"`
}

// MarshalJSON writes the cuts and the cells. The zero Matrix is none ([*MatrixError]).
func (m *Matrix) MarshalJSON() ([]byte, error) {
	if !m.known {
		return nil, &MatrixError{Field: "matrix", Reason: "not made by NewMatrix"}
	}
	form := matrixForm{Format: jsonFormat, Current: formOfCut(m.current), Potential: formOfCut(m.potential)}
	for i, cell := range m.cells {
		q := Quadrant(i)
		form.Cells = append(form.Cells, cellForm{side(q.CurrentHigh()), side(q.PotentialHigh()), cell.Name, cell.Action})
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Matrix.MarshalJSON] wrote; it marshals to the same bytes. It
// is for a fresh value, not for a matrix in use. All four cells must be there, in
// their order. The error is a [*FormatError], a [*MatrixError] or one of the syntax;
// after it m is unchanged.
func (m *Matrix) UnmarshalJSON(text []byte) error {
	var form matrixForm
	if err := decode("matrix", text, &form); err != nil {
		return err
	}
	current, err := form.Current.cut("current")
	if err != nil {
		return err
	}
	potential, err := form.Potential.cut("potential")
	if err != nil {
		return err
	}
	if len(form.Cells) != quadrants {
		return &MatrixError{Field: "cells", Value: float64(len(form.Cells)), Reason: "want four"}
	}
	var cells [quadrants]Cell
	for i, cell := range form.Cells {
		q := Quadrant(i)
		cells[i] = Cell{cell.Name, cell.Action}
		switch {
		case cell.Current+"/"+cell.Potential != q.String():
			return &MatrixError{Field: q.String(), Reason: "not in its place"}
		case cells[i] == (Cell{}): // a default is written out
			return &MatrixError{Field: q.String(), Reason: "name empty"}
		}
	}
	read, err := NewMatrix(current, potential, &MatrixOptions{Cells{cells[HighHigh], cells[HighLow], cells[LowHigh], cells[LowLow]}})
	if err != nil {
		return err
	}
	*m = *read
	return nil
}
