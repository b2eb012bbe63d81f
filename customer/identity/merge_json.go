package identity

import "encoding/json"

// plainEvent is a MergeEvent that writes its fields one by one.
type plainEvent MergeEvent

type eventForm struct {
	Format int `json:"format"`
	*plainEvent
}

// MarshalJSON writes every field in a versioned form. Equal events give the same bytes.
func (e MergeEvent) MarshalJSON() ([]byte, error) {
	e = e.normal()
	return json.Marshal(eventForm{recordFormat, (*plainEvent)(&e)})
}

// UnmarshalJSON reads what [MergeEvent.MarshalJSON] writes and checks it. An error, which
// is a [*customer.ValidationError], a [*customer.FormatError] or one about the JSON
// itself, leaves e as it is.
func (e *MergeEvent) UnmarshalJSON(text []byte) error {
	var read MergeEvent
	if err := decodeRecord("merge event", text, &eventForm{plainEvent: (*plainEvent)(&read)}); err != nil {
		return err
	}
	if err := read.Validate(); err != nil {
		return err
	}
	*e = read.normal()
	return nil
}
