package segment

import "encoding/json"

type shareForm struct {
	Parts int64 `json:"parts"`
	Whole int64 `json:"whole"`
}

type worthForm struct {
	Format        int       `json:"format"`
	Right         shareForm `json:"right"`
	Wrong         shareForm `json:"wrong"`
	MinTenureDays int       `json:"min_tenure_days"`
	MaxRaise      float64   `json:"max_raise"`
	MaxSaving     float64   `json:"max_saving"`
}

// MarshalJSON writes the policy, its defaults written out. It refuses what
// [WorthPolicy.Judge] refuses.
func (p WorthPolicy) MarshalJSON() ([]byte, error) {
	p, err := p.normal()
	if err != nil {
		return nil, err
	}
	return json.Marshal(worthForm{
		Format: jsonFormat, Right: shareForm(p.Right), Wrong: shareForm(p.Wrong),
		MinTenureDays: p.MinTenureDays, MaxRaise: p.MaxRaise, MaxSaving: p.MaxSaving,
	})
}

// UnmarshalJSON reads what [WorthPolicy.MarshalJSON] wrote; it marshals to the same bytes.
// What is left out is the default. The error is a [*FormatError], a [*PolicyError], a
// [*ShareError] or one of the syntax; after it p is unchanged.
func (p *WorthPolicy) UnmarshalJSON(text []byte) error {
	var form worthForm
	if err := decode("worth", text, &form); err != nil {
		return err
	}
	read, err := WorthPolicy{
		Right: Share(form.Right), Wrong: Share(form.Wrong),
		MinTenureDays: form.MinTenureDays, MaxRaise: form.MaxRaise, MaxSaving: form.MaxSaving,
	}.normal()
	if err != nil {
		return err
	}
	*p = read
	return nil
}
