package kpi

import (
	"encoding/json"

	"github.com/rapport-crm/rapport"
)

type excludedFile struct {
	Code string `json:"code"`
	N    int    `json:"n"`
}

type figureFile struct {
	Format   int               `json:"format"`
	Code     string            `json:"code"`
	Unit     Unit              `json:"unit"`
	Period   *rapport.Interval `json:"period"`
	Scope    *Scope            `json:"scope,omitempty"`
	Ratio    *rapport.Ratio    `json:"ratio,omitempty"`
	Estimate *rapport.Estimate `json:"estimate,omitempty"`
	Amount   *rapport.Money    `json:"amount,omitempty"`
	N        *int              `json:"n"`
	Excluded []excludedFile    `json:"excluded,omitempty"`
}

// MarshalJSON writes {"format":1,"code":…,"unit":…,"period":…,…,"n":…}; scope, ratio,
// estimate, amount and excluded are left out where they are zero. It refuses what
// [Figure.Validate] refuses.
func (f Figure) MarshalJSON() ([]byte, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	file := figureFile{Format: format, Code: f.Code, Unit: f.Unit, Period: &f.Period, N: &f.N}
	if f.Scope != (Scope{}) {
		file.Scope = &f.Scope
	}
	if f.Ratio != (rapport.Ratio{}) {
		file.Ratio = &f.Ratio
	}
	if f.Estimate != (rapport.Estimate{}) {
		file.Estimate = &f.Estimate
	}
	if f.Amount.Currency() != 0 {
		file.Amount = &f.Amount
	}
	for _, x := range f.Excluded {
		file.Excluded = append(file.Excluded, excludedFile(x))
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [Figure.MarshalJSON] wrote; it marshals to the same bytes.
// The error is a [*FormatError], that of the JSON, a [*CodeError] for a missing field or
// that of [Figure.Validate]; after it f is unchanged.
func (f *Figure) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var file figureFile
	if err := decode("figure", text, &file); err != nil {
		return err
	}
	if err := checkFields("figure", field{"period", file.Period != nil}, field{"n", file.N != nil}); err != nil {
		return err
	}
	read := Figure{Code: file.Code, Unit: file.Unit, Period: *file.Period, N: *file.N}
	if file.Scope != nil {
		read.Scope = *file.Scope
	}
	if file.Ratio != nil {
		read.Ratio = *file.Ratio
	}
	if file.Estimate != nil {
		read.Estimate = *file.Estimate
	}
	if file.Amount != nil {
		read.Amount = *file.Amount
	}
	for _, x := range file.Excluded {
		read.Excluded = append(read.Excluded, Excluded(x))
	}
	if err := read.Validate(); err != nil {
		return err
	}
	*f = read
	return nil
}
