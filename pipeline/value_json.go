package pipeline

import (
	"bytes"
	"encoding/json"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// valueForm is the written form of a value that is no text.
type valueForm struct {
	Number *string `json:"number,omitempty"`
	Money  *string `json:"money,omitempty"`
	Date   *string `json:"date,omitempty"`
	Time   *string `json:"time,omitempty"`
	Flag   *string `json:"flag,omitempty"`
}

func (f *valueForm) of(kind FieldKind) **string {
	return [...]**string{TextField: nil, NumberField: &f.Number, MoneyField: &f.Money, DateField: &f.Date, TimeField: &f.Time, FlagField: &f.Flag}[kind]
}

// MarshalJSON writes a text as a string and any other value as an object with its kind,
// such as {"money":"12.30 CNY"}. The error is an [*InputError] for a text that is not
// UTF-8.
func (v Value) MarshalJSON() ([]byte, error) {
	if _, err := ParseValue(v.kind, v.text); err != nil {
		return nil, err
	}
	if v.kind == TextField || v.Empty() {
		return json.Marshal(v.text)
	}
	var form valueForm
	*form.of(v.kind) = &v.text
	return json.Marshal(form)
}

// UnmarshalJSON reads what MarshalJSON writes; the error is an [*InputError].
func (v *Value) UnmarshalJSON(data []byte) error {
	wrong := &InputError{Name: "value", Value: string(data), Want: `a text or an object such as {"money":"12.30 CNY"}`}
	if bytes.HasPrefix(data, []byte(`"`)) {
		var text string
		if err := exactjson.Decode(data, &text); err != nil {
			return wrong
		}
		return v.read(TextField, text)
	}
	var form valueForm
	if err := exactjson.Decode(data, &form); err != nil {
		return wrong
	}
	found := TextField
	for kind := NumberField; kind <= FlagField; kind++ {
		if *form.of(kind) == nil {
			continue
		}
		if found != TextField || **form.of(kind) == "" {
			return wrong
		}
		found = kind
	}
	if found == TextField {
		return wrong
	}
	return v.read(found, **form.of(found))
}

func (v *Value) read(kind FieldKind, text string) error {
	read, err := ParseValue(kind, text)
	if err == nil {
		*v = read
	}
	return err
}
