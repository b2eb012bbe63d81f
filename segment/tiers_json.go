package segment

import (
	"encoding/json"
	"fmt"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// jsonFormat is the version of the JSON forms of this package, in their field
// "format". It is raised when a field is added or its meaning changes.
const jsonFormat = 1

// FormatError reports JSON of a format that this version of the package does not
// know, which is how what a newer version wrote shows itself to an older one.
type FormatError struct {
	Subject string // what the JSON is of: "tiers", "matrix", …
	Format  int    // 0: none was given
}

// Error names both formats.
func (e *FormatError) Error() string {
	if e.Format == 0 {
		return fmt.Sprintf("segment: %s: JSON has no format, this version reads %d", e.Subject, jsonFormat)
	}
	return fmt.Sprintf("segment: %s: JSON has format %d, this version reads %d", e.Subject, e.Format, jsonFormat)
}

// decode reads a form of this package strictly. The format is looked at first, since
// a newer one explains unknown fields.
func decode(subject string, text []byte, form any) error {
	switch found, err := exactjson.DecodeFormat(text, jsonFormat, form); {
	case err != nil:
		return fmt.Errorf("segment: %s: %w", subject, err)
	case found != jsonFormat:
		return &FormatError{Subject: subject, Format: found}
	}
	return nil
}

type tierForm struct {
	Name  string `json:"name"`
	Parts int64  `json:"parts"`
}

type tiersForm struct {
	Format int        `json:"format"`
	Whole  int64      `json:"whole"`
	Tiers  []tierForm `json:"tiers"`
	Ties   string     `json:"ties"`
}

// MarshalJSON writes the scheme. The zero Tiers is none ([*SchemeError]).
func (t *Tiers) MarshalJSON() ([]byte, error) {
	if len(t.tiers) == 0 {
		return nil, &SchemeError{Tier: -1, Reason: "no tiers"}
	}
	form := tiersForm{Format: jsonFormat, Whole: t.whole, Ties: t.ties.String()}
	for _, tier := range t.tiers {
		form.Tiers = append(form.Tiers, tierForm(tier))
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Tiers.MarshalJSON] wrote; it marshals to the same bytes. It
// is for a fresh value, not for a scheme in use. The error is a [*FormatError], that
// of [NewTiers] or one of the syntax; after it t is unchanged.
func (t *Tiers) UnmarshalJSON(text []byte) error {
	var form tiersForm
	if err := decode("tiers", text, &form); err != nil {
		return err
	}
	tiers := make([]Tier, len(form.Tiers))
	for i, tier := range form.Tiers {
		tiers[i] = Tier(tier)
	}
	options := TierOptions{Ties: TiesUp + 1} // no rule
	for ties := range options.Ties {
		if ties.String() == form.Ties {
			options.Ties = ties
		}
	}
	read, err := NewTiers(form.Whole, tiers, &options)
	if err != nil {
		return err
	}
	*t = *read
	return nil
}
