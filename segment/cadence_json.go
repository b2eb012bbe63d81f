package segment

import "encoding/json"

type cadenceForm struct {
	Format int               `json:"format"`
	Tiers  []tierCadenceForm `json:"tiers"`
}

type tierCadenceForm struct {
	Tier string `json:"tier"`
	Days *int   `json:"days"` // must be there: 0 is on demand
}

// MarshalJSON writes the tiers. The zero Cadence is none ([*CadenceError]).
func (c *Cadence) MarshalJSON() ([]byte, error) {
	if len(c.tiers) == 0 {
		return nil, &CadenceError{Index: -1, Field: "tiers", Value: "0", Reason: "want 1 to 255"}
	}
	form := cadenceForm{Format: jsonFormat}
	for _, tier := range c.tiers {
		form.Tiers = append(form.Tiers, tierCadenceForm{tier.Tier, &tier.Days})
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Cadence.MarshalJSON] wrote; it marshals to the same bytes.
// It is for a fresh value, not for a cadence in use. The error is a [*FormatError], a
// [*CadenceError] or one of the syntax; after it c is unchanged.
func (c *Cadence) UnmarshalJSON(text []byte) error {
	var form cadenceForm
	if err := decode("cadence", text, &form); err != nil {
		return err
	}
	tiers := make([]TierCadence, len(form.Tiers))
	for i, tier := range form.Tiers {
		if tier.Days == nil {
			return &CadenceError{Index: i, Field: "days", Reason: "missing"}
		}
		tiers[i] = TierCadence{tier.Tier, *tier.Days}
	}
	got, err := NewCadence(tiers...)
	if err != nil {
		return err
	}
	*c = *got
	return nil
}
