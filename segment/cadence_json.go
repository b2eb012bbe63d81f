package segment

import "encoding/json"

type cadenceForm struct {
	Format int           `json:"format"`
	Tiers  []TierCadence `json:"tiers"`
}

// MarshalJSON writes the tiers. The zero Cadence is none ([*CadenceError]).
func (c *Cadence) MarshalJSON() ([]byte, error) {
	if len(c.tiers) == 0 {
		return nil, &CadenceError{Index: -1, Field: "tiers", Value: "0", Reason: "want 1 to 255"}
	}
	return json.Marshal(cadenceForm{Format: jsonFormat, Tiers: c.tiers})
}

// UnmarshalJSON reads what [Cadence.MarshalJSON] wrote; it marshals to the same bytes.
// It is for a fresh value, not for a cadence in use. The error is a [*FormatError], a
// [*CadenceError] or one of the syntax; after it c is unchanged.
func (c *Cadence) UnmarshalJSON(text []byte) error {
	var form cadenceForm
	if err := decode("cadence", text, &form); err != nil {
		return err
	}
	got, err := NewCadence(form.Tiers...)
	if err != nil {
		return err
	}
	*c = *got
	return nil
}
