package kano

// Category is the kind of a feature. The zero value, [None], says that there is none,
// as where nobody answered.
type Category uint8

// The categories, in the order in which ties are broken: the graver first.
const (
	None           Category = iota
	MustBe                  // M, must-be: taken for granted, its lack dissatisfies
	OneDimensional          // O: the more the better
	Attractive              // A: delights, its lack goes unnoticed
	Indifferent             // I: does not matter
	Reverse                 // R: its lack is preferred
	Questionable            // Q: the two answers contradict each other
)

const wantCategory = "M, O, A, I, R or Q"

// Categories lists the six categories in the order in which ties are broken: M, O, A,
// I, R, Q.
func Categories() []Category {
	return []Category{MustBe, OneDimensional, Attractive, Indifferent, Reverse, Questionable}
}

func categoryWords() []string { return []string{"", "M", "O", "A", "I", "R", "Q"} }

// ParseCategory reads the letter of a category; an empty text is [None]. The error is a
// [*WordError].
func ParseCategory(text string) (Category, error) {
	return parseWord[Category]("category", text, categoryWords(), wantCategory)
}

// String returns the letter of the category, "" for [None].
func (c Category) String() string {
	word, _ := wordOf(c, categoryWords())
	return word
}

// Name returns "must-be", "one-dimensional", "attractive", "indifferent", "reverse" or
// "questionable", and "" for [None].
func (c Category) Name() string {
	word, _ := wordOf(c, []string{"", "must-be", "one-dimensional", "attractive", "indifferent", "reverse", "questionable"})
	return word
}

// MarshalText writes what [Category.String] returns; the error is a [*WordError].
func (c Category) MarshalText() ([]byte, error) {
	return marshalWord("category", c, categoryWords(), wantCategory)
}

// UnmarshalText reads what [Category.MarshalText] writes. The error is a [*WordError],
// and c is then unchanged.
func (c *Category) UnmarshalText(text []byte) error {
	read, err := ParseCategory(string(text))
	if err == nil {
		*c = read
	}
	return err
}

// Attribute is what a report on something else, such as a satisfaction index, can say of
// the kind of a feature: a category with what it rests on, and no number.
type Attribute struct {
	Feature  string   `json:"feature"`
	Category Category `json:"category"`
	Table    Table    `json:"table"`
	Rule     Rule     `json:"rule"`
	N        int      `json:"n"` // customers behind it
}
