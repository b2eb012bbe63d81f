package satisfaction

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/exactjson"
)

// ErrSurveyFormat is wrapped by the errors of reading a survey, a response or a model that this
// version of rapport did not write or cannot read.
var ErrSurveyFormat = errors.New("not a survey, response or model of a known version")

// surveyFormat is the version of the files that this release writes.
const surveyFormat = 1

// fileHeading opens every file. The order of fields is part of the formats: what was
// written once is written again byte for byte.
type fileHeading struct {
	Kind   string `json:"kind"`
	Format int    `json:"format"`
}

// itemFile has pointers where a field that is not there must not be read as a zero: as
// the first kind, or as an end of the scale.
type itemFile struct {
	Key      string    `json:"key"`
	Group    string    `json:"group,omitempty"`
	Kind     *ItemKind `json:"kind"`
	Low      *float64  `json:"low"`
	High     *float64  `json:"high"`
	Reversed bool      `json:"reversed,omitempty"`
}

func itemFileOf(i Item) itemFile {
	return itemFile{Key: i.Key, Group: i.Group, Kind: &i.Kind, Low: &i.Low, High: &i.High, Reversed: i.Reversed}
}

// item returns the item; the error wraps [ErrSurveyFormat].
func (f itemFile) item() (Item, error) {
	if f.Kind == nil || f.Low == nil || f.High == nil {
		return Item{}, fmt.Errorf("satisfaction: item %.80q: want kind, low and high: %w", f.Key, ErrSurveyFormat)
	}
	return Item{Key: f.Key, Group: f.Group, Kind: *f.Kind, Low: *f.Low, High: *f.High, Reversed: f.Reversed}, nil
}

type surveyFile struct {
	fileHeading
	ID      rapport.ID `json:"id"`
	Version int        `json:"version"`
	Items   []itemFile `json:"items"`
}

type responseFile struct {
	fileHeading
	ID       rapport.ID          `json:"id"`
	Customer rapport.ID          `json:"customer,omitempty"`
	Wave     string              `json:"wave,omitempty"`
	Channel  string              `json:"channel,omitempty"`
	At       time.Time           `json:"at,omitzero"`
	Weight   float64             `json:"weight,omitempty"`
	Answers  map[string]*float64 `json:"answers"` // pointers, for null is no answer of 0
}

func headingOf(kind string) fileHeading {
	return fileHeading{Kind: "rapport/satisfaction-" + kind, Format: surveyFormat}
}

// readFile decodes a file of a kind. The heading is looked at first, so that a later
// format is named as such and not by a field that this one does not know.
func readFile(text []byte, kind string, into any, freely ...string) error {
	var found fileHeading
	if err := json.Unmarshal(text, &found); err != nil {
		return fmt.Errorf("satisfaction: %s: %w: %w", kind, ErrSurveyFormat, err)
	}
	if want := headingOf(kind); found != want {
		return fmt.Errorf("satisfaction: %s: kind %.40q format %d, want %q format %d: %w", kind, found.Kind, found.Format, want.Kind, want.Format, ErrSurveyFormat)
	}
	if err := exactjson.Decode(text, into, freely...); err != nil {
		return fmt.Errorf("satisfaction: %s: %w: %w", kind, ErrSurveyFormat, err)
	}
	return nil
}

// MarshalJSON writes the survey with a kind and the format's version. The zero value is
// a [*SurveyError].
func (s Survey) MarshalJSON() ([]byte, error) {
	if len(s.items) == 0 {
		return nil, &SurveyError{Reason: "no items"}
	}
	file := surveyFile{fileHeading: headingOf("survey"), ID: s.id, Version: s.version}
	for _, item := range s.items {
		file.Items = append(file.Items, itemFileOf(item))
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [Survey.MarshalJSON] wrote. It is for a fresh value, not for
// a survey in use. The error wraps [ErrSurveyFormat] or is a [*SurveyError]; after it s
// is unchanged.
func (s *Survey) UnmarshalJSON(text []byte) error {
	var file surveyFile
	if err := readFile(text, "survey", &file); err != nil {
		return err
	}
	items := make([]Item, len(file.Items))
	for i, item := range file.Items {
		var err error
		if items[i], err = item.item(); err != nil {
			return err
		}
	}
	read, err := NewSurvey(file.ID, file.Version, items...)
	if err != nil {
		return err
	}
	*s = *read
	return nil
}

// checkAlone checks a response without its survey.
func (r *Response) checkAlone() error {
	if err := r.checkHeading(0); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(r.Answers)) {
		value := r.Answers[key]
		if err := rapport.ID(key).Validate(); err != nil {
			return &UnknownItemError{Response: r.ID, Item: key}
		}
		if !(math.Abs(value) <= MaxAnswer) {
			return &AnswerError{Response: r.ID, Item: key, Value: value, Low: -MaxAnswer, High: MaxAnswer, Reason: "out of range"}
		}
	}
	return nil
}

// MarshalJSON writes the response with a kind and the format's version, the time in
// UTC. The errors are those of [NewResponses] that need no survey.
func (r Response) MarshalJSON() ([]byte, error) {
	if err := r.checkAlone(); err != nil {
		return nil, err
	}
	file := responseFile{fileHeading: headingOf("response"), ID: r.ID, Customer: r.Customer, Wave: r.Wave, Channel: r.Channel,
		Weight: r.Weight, Answers: make(map[string]*float64, len(r.Answers))}
	if !r.At.IsZero() {
		file.At = r.At.UTC()
	}
	for key, answer := range r.Answers {
		file.Answers[key] = &answer
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [Response.MarshalJSON] wrote. The error wraps
// [ErrSurveyFormat] or is one of [NewResponses]; after it r is unchanged.
func (r *Response) UnmarshalJSON(text []byte) error {
	var file responseFile
	if err := readFile(text, "response", &file, "answers"); err != nil {
		return err
	}
	if file.Answers == nil {
		return fmt.Errorf("satisfaction: response: no answers: %w", ErrSurveyFormat)
	}
	read := Response{ID: file.ID, Customer: file.Customer, Wave: file.Wave, Channel: file.Channel, Weight: file.Weight,
		Answers: make(map[string]float64, len(file.Answers))}
	for _, key := range slices.Sorted(maps.Keys(file.Answers)) {
		if file.Answers[key] == nil {
			return fmt.Errorf("satisfaction: response: answer to %.80q is null: leave it out: %w", key, ErrSurveyFormat)
		}
		read.Answers[key] = *file.Answers[key]
	}
	if !file.At.IsZero() {
		read.At = file.At.UTC()
	}
	if err := read.checkAlone(); err != nil {
		return err
	}
	*r = read
	return nil
}
