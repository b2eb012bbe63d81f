package kano

import "fmt"

// WordError reports a text that is not a word of its kind, or a value that has no
// word.
type WordError struct {
	Kind string // "answer", "category", "table", "rule" or "coding"
	Text string // as it was given; of a value, its number
	Want string // what would do
}

// Error says what was refused and what would do.
func (e *WordError) Error() string {
	return fmt.Sprintf("kano: %.80q is no %s: want %s", e.Text, e.Kind, e.Want)
}

// parseWord finds a text in a list of words; its place in the list is the value.
func parseWord[T ~uint8](kind, text string, words []string, want string) (T, error) {
	for i, word := range words {
		if word == text {
			return T(i), nil
		}
	}
	return 0, &WordError{Kind: kind, Text: text, Want: want}
}

// wordOf returns the word of a value; false if it has none.
func wordOf[T ~uint8](value T, words []string) (string, bool) {
	if int(value) < len(words) {
		return words[value], true
	}
	return fmt.Sprint(uint8(value)), false
}

// marshalWord is the MarshalText of a type with words.
func marshalWord[T ~uint8](kind string, value T, words []string, want string) ([]byte, error) {
	word, known := wordOf(value, words)
	if !known {
		return nil, &WordError{Kind: kind, Text: word, Want: want}
	}
	return []byte(word), nil
}
