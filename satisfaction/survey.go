package satisfaction

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// MaxAnswer is the greatest size of an answer and of an end of a scale.
const MaxAnswer = 1e12

// ItemKind says what the answers to an item are.
type ItemKind uint8

// The kinds of items.
const (
	ScaleItem   ItemKind = iota // a mark from Low to High, such as 1 to 10; also between whole marks
	YesNoItem                   // 0 no, 1 yes
	CountItem                   // a whole number, such as complaints in a year
	PercentItem                 // a percentage, from 0 to 100 unless Low and High say otherwise
)

func (k ItemKind) names() []string { return []string{"scale", "yes_no", "count", "percent"} }

// String returns "scale", "yes_no", "count" or "percent", and "ItemKind(9)" for a
// number that is no kind.
func (k ItemKind) String() string {
	if names := k.names(); int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("ItemKind(%d)", uint8(k))
}

// MarshalText returns the name of a kind; the error is [ErrItemKind].
func (k ItemKind) MarshalText() ([]byte, error) {
	if int(k) >= len(k.names()) {
		return nil, ErrItemKind
	}
	return []byte(k.String()), nil
}

// UnmarshalText accepts what [ItemKind.MarshalText] writes; the error is [ErrItemKind],
// and k is then unchanged.
func (k *ItemKind) UnmarshalText(text []byte) error {
	at := slices.Index(k.names(), string(text))
	if at < 0 {
		return ErrItemKind
	}
	*k = ItemKind(at)
	return nil
}

// ErrItemKind is the error of a kind of item that there is not.
var ErrItemKind = errors.New("satisfaction: the kind of an item is scale, yes_no, count or percent")

// Item is one question of a survey.
type Item struct {
	Key   string // unique in the survey: 1 to 128 bytes of UTF-8 without control characters
	Group string // construct or block that the item belongs to, such as "quality"; may be empty
	Kind  ItemKind
	// Low and High are the ends of the scale, both included, Low < High, at most
	// [MaxAnswer] in size. Both 0 stand for 0 to 1 of a [YesNoItem], which takes no
	// other, 0 to 100 of a [PercentItem] and 0 to MaxAnswer of a [CountItem].
	Low, High float64
	// Reversed: a high answer is a bad one. Responses keep the answer as it was
	// given; [Responses.Column] and [Responses.Matrix] turn it into Low + High less
	// the answer, so that high is good in all that they return.
	Reversed bool
}

// withScale puts in the scale that two zeros stand for.
func (i Item) withScale() Item {
	if i.Low == 0 && i.High == 0 {
		switch i.Kind {
		case YesNoItem:
			i.High = 1
		case PercentItem:
			i.High = 100
		case CountItem:
			i.High = MaxAnswer
		}
	}
	return i
}

// takes says why a number cannot be an answer to the item; "" if it can.
func (i Item) takes(answer float64) string {
	switch {
	case !(answer >= i.Low && answer <= i.High):
		return "out of range"
	case i.whole() && answer != math.Trunc(answer):
		return "not whole"
	}
	return ""
}

// whole tells the kinds whose answers are whole numbers.
func (i Item) whole() bool { return i.Kind == YesNoItem || i.Kind == CountItem }

// upright turns an answer so that high is good. The ends change places exactly.
func (i Item) upright(answer float64) float64 {
	fromLow, toHigh := answer-i.Low, i.High-answer
	switch {
	case !i.Reversed:
		return answer
	case fromLow < toHigh:
		return i.High - fromLow
	}
	return i.Low + toHigh
}

// SurveyError reports a survey that cannot be used.
type SurveyError struct {
	Item      string  // key of the item at which it showed; empty if it is none
	Low, High float64 // the scale of that item
	Reason    string
	Err       error // the error about the value itself, such as a [*rapport.IDError], or nil
}

func (e *SurveyError) Error() string {
	if e.Item == "" {
		return "satisfaction: survey: " + e.Reason
	}
	return fmt.Sprintf("satisfaction: survey: item %q (%v to %v): %s", e.Item, e.Low, e.High, e.Reason)
}

// Unwrap returns Err.
func (e *SurveyError) Unwrap() error { return e.Err }

// Survey is a versioned list of items. It is immutable and safe to share between
// goroutines; make one with [NewSurvey]. The zero value has no items.
type Survey struct {
	id      rapport.ID
	version int
	items   []Item
	at      map[string]int
}

// NewSurvey checks the items and returns them as a survey. The version, 1 or more, is
// the host's: a changed scale or wording is a new version. The error is a
// [*SurveyError].
func NewSurvey(id rapport.ID, version int, items ...Item) (*Survey, error) {
	s := &Survey{id: id, version: version, at: make(map[string]int, len(items))}
	if err := id.Validate(); err != nil {
		return nil, &SurveyError{Reason: err.Error(), Err: err}
	}
	if version < 1 {
		return nil, &SurveyError{Reason: fmt.Sprintf("version %d: must be 1 or more", version)}
	}
	if len(items) == 0 {
		return nil, &SurveyError{Reason: "no items"}
	}
	for _, item := range items {
		item = item.withScale()
		if err := s.check(item); err != nil {
			return nil, err
		}
		s.at[item.Key] = len(s.items)
		s.items = append(s.items, item)
	}
	return s, nil
}

func (s *Survey) check(item Item) error {
	wrong := func(reason string, err error) error {
		return &SurveyError{Item: item.Key, Low: item.Low, High: item.High, Reason: reason, Err: err}
	}
	if err := checkLabel(item.Key); item.Key == "" || err != nil {
		return wrong("the key must be 1 to 128 bytes of UTF-8 without control characters", err)
	}
	if err := checkLabel(item.Group); err != nil {
		return wrong("the group must be at most 128 bytes of UTF-8 without control characters", err)
	}
	_, twice := s.at[item.Key]
	switch {
	case twice:
		return wrong("the key comes twice", nil)
	case int(item.Kind) >= len(item.Kind.names()):
		return wrong(item.Kind.String()+" is no kind of item", ErrItemKind)
	case !(item.Low < item.High):
		return wrong("the low end must be below the high end", nil)
	case item.Low < -MaxAnswer || item.High > MaxAnswer:
		return wrong(fmt.Sprintf("the ends must be at most %g in size", MaxAnswer), nil)
	case item.Kind == YesNoItem && (item.Low != 0 || item.High != 1):
		return wrong("a yes-no item runs from 0 to 1", nil)
	case item.whole() && (item.Low != math.Trunc(item.Low) || item.High != math.Trunc(item.High)):
		return wrong("the ends of a count must be whole", nil)
	}
	return nil
}

// checkLabel checks a text that is empty or keeps the rules of an id.
func checkLabel(text string) error {
	if text == "" {
		return nil
	}
	return rapport.ID(text).Validate()
}

// ID returns the id of the survey.
func (s *Survey) ID() rapport.ID { return s.id }

// Version returns the version of the survey.
func (s *Survey) Version() int { return s.version }

// Items returns a copy of the items, in their order, with the scales that zeros stood
// for.
func (s *Survey) Items() []Item { return slices.Clone(s.items) }

// Item returns the item with the key; false if there is none.
func (s *Survey) Item(key string) (Item, bool) {
	at, ok := s.at[key]
	if !ok {
		return Item{}, false
	}
	return s.items[at], true
}
