package segment

import "encoding/json"

type accountForm struct {
	Format      int     `json:"format"`
	Days        int     `json:"days"`
	LargeFrom   float64 `json:"large_from"`
	MaxActivity int     `json:"max_activity"`
	QuietBelow  float64 `json:"quiet_below"`
	SmallBelow  float64 `json:"small_below"`
	RichFrom    float64 `json:"rich_from"`
}

// MarshalJSON writes the policy, its defaults written out. It refuses what
// [AccountPolicy.Detect] refuses.
func (p AccountPolicy) MarshalJSON() ([]byte, error) {
	p, err := p.normal()
	if err != nil {
		return nil, err
	}
	return json.Marshal(accountForm{jsonFormat, p.Days, p.LargeFrom, p.MaxActivity, p.QuietBelow + 0, p.SmallBelow, p.RichFrom})
}

// UnmarshalJSON reads what [AccountPolicy.MarshalJSON] wrote; it marshals to the same
// bytes. What is left out is the default. The error is a [*FormatError], a
// [*PolicyError] or one of the syntax; after it p is unchanged.
func (p *AccountPolicy) UnmarshalJSON(text []byte) error {
	var form accountForm
	if err := decode("accounts", text, &form); err != nil {
		return err
	}
	read, err := AccountPolicy{form.Days, form.LargeFrom, form.MaxActivity, form.QuietBelow, form.SmallBelow, form.RichFrom}.normal()
	if err != nil {
		return err
	}
	*p = read
	return nil
}
