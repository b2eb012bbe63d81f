package rapport

import (
	"encoding/json"
	"fmt"
	"time"
)

// rateJSON is the written form of a rate; the value is a string because a JSON
// number may pass through binary on its way.
type rateJSON struct {
	From  Currency `json:"from"`
	To    Currency `json:"to"`
	Value string   `json:"value"`
	At    string   `json:"at"` // and not a time.Time, which drops digits after the ninth unseen
}

// MarshalJSON returns {"from":"USD","to":"CNY","value":"7.1","at":"2024-01-01T00:00:00Z"}.
// It refuses a rate that [NewRates] refuses.
func (r Rate) MarshalJSON() ([]byte, error) {
	r, err := r.checked()
	if err != nil {
		return nil, err
	}
	return json.Marshal(rateJSON{From: r.From, To: r.To, Value: formatAmount(r.Value, 0), At: r.At.Format(time.RFC3339Nano)})
}

// UnmarshalJSON accepts an object with exactly the four members that
// [Rate.MarshalJSON] writes. After an error r is unchanged; null changes nothing.
func (r *Rate) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var form rateJSON
	err := readObject("rate", data, member{"from", &form.From}, member{"to", &form.To},
		member{"value", &form.Value}, member{"at", &form.At})
	if err != nil {
		return err
	}
	value, err := parseAmount(form.Value)
	if err != nil {
		return err
	}
	at, reason := parseSide(form.At)
	if reason != "" {
		return objectError("rate", "at "+quote(form.At)+" "+reason)
	}
	read, err := Rate{From: form.From, To: form.To, Value: value, At: at}.checked()
	if err != nil {
		return err
	}
	*r = read
	return nil
}

// ratesVersion is the version of the written form of a table.
const ratesVersion = 1

type ratesJSON struct {
	Version int      `json:"version"`
	Pivot   Currency `json:"pivot"`
	Rates   []Rate   `json:"rates"`
}

// MarshalJSON returns {"version":1,"pivot":"USD","rates":[…]}, the rates in the
// order of [Rates.All], the pivot "" where there is none.
func (r Rates) MarshalJSON() ([]byte, error) {
	form := ratesJSON{Version: ratesVersion, Pivot: r.pivot, Rates: r.rates}
	if form.Rates == nil {
		form.Rates = []Rate{} // an empty list, not null
	}
	return json.Marshal(form)
}

// UnmarshalJSON accepts an object with exactly the three members that
// [Rates.MarshalJSON] writes and refuses what [NewRates] refuses and other
// versions. After an error r is unchanged; null changes nothing.
func (r *Rates) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var version int
	var pivot *Currency
	var rates *[]Rate
	err := readObject("rates", data, member{"version", &version}, member{"pivot", &pivot}, member{"rates", &rates})
	if err != nil {
		return err
	}
	switch {
	case version != ratesVersion:
		return objectError("rates", fmt.Sprintf("version %d, want %d", version, ratesVersion))
	case pivot == nil || rates == nil:
		return objectError("rates", "pivot is a string and rates a list, not null")
	}
	table, err := NewRates(*rates...)
	if err != nil {
		return err
	}
	table.pivot = *pivot
	*r = table
	return nil
}
