package lead

import (
	"encoding/json"

	"github.com/rapport-crm/rapport"
)

type variableForm struct {
	Coefficient rapport.Estimate `json:"coefficient"`
	Binning     *Binning         `json:"binning"`
}

// scorecardForm holds what the points follow from.
type scorecardForm struct {
	Format    int              `json:"format"`
	Scale     Scale            `json:"scale"`
	Intercept rapport.Estimate `json:"intercept"`
	Variables []variableForm   `json:"variables"`
}

// MarshalJSON writes the scale, the coefficients and the bins, from which the points
// follow. The zero Scorecard is none ([ErrNotFitted]).
func (s *Scorecard) MarshalJSON() ([]byte, error) {
	if len(s.variables) == 0 {
		return nil, ErrNotFitted
	}
	form := scorecardForm{Format: jsonFormat, Scale: s.scale, Intercept: s.intercept}
	for i, b := range s.binnings {
		form.Variables = append(form.Variables, variableForm{Coefficient: s.variables[i].Coefficient, Binning: b})
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Scorecard.MarshalJSON] wrote; it scores as that one did and
// marshals to the same bytes. It is for a fresh value, not for a scorecard in use. The
// error is a [*FormatError], that of [NewScorecard] or of [Binning.UnmarshalJSON], or
// one of the syntax; after it s is unchanged.
func (s *Scorecard) UnmarshalJSON(text []byte) error {
	var form scorecardForm
	if err := decode("scorecard", text, &form); err != nil {
		return err
	}
	binnings, coefficients := make([]*Binning, len(form.Variables)), make([]rapport.Estimate, len(form.Variables))
	for i, v := range form.Variables {
		binnings[i], coefficients[i] = v.Binning, v.Coefficient
	}
	read, err := NewScorecard(binnings, form.Intercept, coefficients, &form.Scale)
	if err != nil {
		return err
	}
	*s = *read
	return nil
}
