package pipeline

import (
	"fmt"
	"slices"
)

// Kind says what a stage means for the outcome. The zero Kind is Open.
type Kind uint8

const (
	// Open: work goes on.
	Open Kind = iota
	// OnHold: nothing is done for now, and the clocks stand still.
	OnHold
	// Won: closed with success.
	Won
	// Lost: closed without success.
	Lost
)

// Closed reports whether the outcome is decided.
func (k Kind) Closed() bool { return k == Won || k == Lost }

// String returns "open", "on_hold", "won" or "lost".
func (k Kind) String() string { return word(kindWords(), int(k), "Kind") }

// MarshalText writes the word of String; the error is an [*InputError].
func (k Kind) MarshalText() ([]byte, error) { return marshalWord(kindWords(), int(k), "kind") }

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (k *Kind) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(kindWords(), string(text), "kind")
	if err == nil {
		*k = Kind(i)
	}
	return err
}

func kindWords() []string { return []string{"open", "on_hold", "won", "lost"} }

// Category says in which sum of a forecast an open deal is counted. Categories are
// ordered by how sure the revenue is.
type Category uint8

const (
	// CategoryNone: nothing is said.
	CategoryNone Category = iota
	// CategoryOmitted: left out of the forecast.
	CategoryOmitted
	// CategoryPipeline: possible.
	CategoryPipeline
	// CategoryBestCase: likely if all goes well.
	CategoryBestCase
	// CategoryCommit: promised by its owner.
	CategoryCommit
	// CategoryClosed: won.
	CategoryClosed
)

// String returns "none", "omitted", "pipeline", "best_case", "commit" or "closed".
func (c Category) String() string { return word(categoryWords(), int(c), "Category") }

// MarshalText writes the word of String; the error is an [*InputError].
func (c Category) MarshalText() ([]byte, error) {
	return marshalWord(categoryWords(), int(c), "category")
}

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (c *Category) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(categoryWords(), string(text), "category")
	if err == nil {
		*c = Category(i)
	}
	return err
}

func categoryWords() []string {
	return []string{"none", "omitted", "pipeline", "best_case", "commit", "closed"}
}

// Severity says how bad a problem is. The zero Severity is none at all.
type Severity uint8

const (
	// SeverityNone: no problem.
	SeverityNone Severity = iota
	// SeverityLow: worth writing down.
	SeverityLow
	// SeverityMedium: needs an answer.
	SeverityMedium
	// SeverityHigh: endangers the outcome.
	SeverityHigh
)

// String returns "none", "low", "medium" or "high".
func (s Severity) String() string { return word(severityWords(), int(s), "Severity") }

// MarshalText writes the word of String; the error is an [*InputError].
func (s Severity) MarshalText() ([]byte, error) {
	return marshalWord(severityWords(), int(s), "severity")
}

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (s *Severity) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(severityWords(), string(text), "severity")
	if err == nil {
		*s = Severity(i)
	}
	return err
}

func severityWords() []string { return []string{"none", "low", "medium", "high"} }

func word(words []string, i int, name string) string {
	if i >= len(words) {
		return fmt.Sprintf("%s(%d)", name, i)
	}
	return words[i]
}

func marshalWord(words []string, i int, name string) ([]byte, error) {
	if i >= len(words) {
		return nil, &InputError{Name: name, Value: fmt.Sprint(i), Want: "one of the constants"}
	}
	return []byte(words[i]), nil
}

func unmarshalWord(words []string, text, name string) (int, error) {
	i := slices.Index(words, text)
	if i < 0 {
		return 0, &InputError{Name: name, Value: text, Want: fmt.Sprintf("one of %q", words)}
	}
	return i, nil
}
