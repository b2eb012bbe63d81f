package lead

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

type plattForm struct {
	Format    int      `json:"format"`
	Intercept *float64 `json:"intercept"`
	Slope     *float64 `json:"slope"`
}

// MarshalJSON writes the curve with a format number; a curve that was not fitted is
// [ErrNotFitted].
func (p Platt) MarshalJSON() ([]byte, error) {
	if !p.valid() {
		return nil, ErrNotFitted
	}
	return json.Marshal(plattForm{jsonFormat, &p.intercept, &p.slope})
}

// UnmarshalJSON reads what [Platt.MarshalJSON] wrote and marshals to the same bytes.
// The error is a [*FormatError] for another format; after an error p is unchanged.
func (p *Platt) UnmarshalJSON(text []byte) error {
	var form plattForm
	if err := decode("Platt's curve", text, &form); err != nil {
		return err
	}
	if form.Intercept == nil || form.Slope == nil {
		return errors.New("lead: Platt's curve: no intercept or no slope")
	}
	got := Platt{*form.Intercept, *form.Slope, true}
	if !got.valid() {
		return fmt.Errorf("lead: Platt's curve: intercept %v, slope %v", got.intercept, got.slope)
	}
	*p = got
	return nil
}

type knotForm struct {
	Score       float64 `json:"score"`
	Probability float64 `json:"probability"`
}

type isotonicForm struct {
	Format int        `json:"format"`
	Knots  []knotForm `json:"knots"`
}

// MarshalJSON writes the knots with a format number; a curve that was not fitted is
// [ErrNotFitted].
func (c Isotonic) MarshalJSON() ([]byte, error) {
	if len(c.knots) == 0 {
		return nil, ErrNotFitted
	}
	form := isotonicForm{Format: jsonFormat}
	for _, k := range c.knots {
		form.Knots = append(form.Knots, knotForm(k))
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Isotonic.MarshalJSON] wrote and marshals to the same
// bytes. The error is a [*FormatError] for another format; after an error c is
// unchanged.
func (c *Isotonic) UnmarshalJSON(text []byte) error {
	var form isotonicForm
	if err := decode("isotonic curve", text, &form); err != nil {
		return err
	}
	var got Isotonic
	for i, k := range form.Knots {
		if math.Abs(k.Score) > maxSize || k.Probability < 0 || k.Probability > 1 ||
			i > 0 && (k.Score <= form.Knots[i-1].Score || k.Probability < form.Knots[i-1].Probability) {
			return fmt.Errorf("lead: isotonic curve: knot %d, %v at %v, does not rise", i, k.Probability, k.Score)
		}
		got.knots = append(got.knots, Knot(k))
	}
	if len(got.knots) == 0 {
		return errors.New("lead: isotonic curve: no knots")
	}
	*c = got
	return nil
}
