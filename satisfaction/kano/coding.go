package kano

// Coding gives answers numbers for the continuous analysis. Both codings are steeper
// on the side where the feature matters; one is a quarter of the other, so they differ
// in the unit alone.
type Coding uint8

// The codings: what the answers from like to dislike count.
const (
	// Wide counts functional answers 4, 2, 0, −1, −2 and dysfunctional ones −2, −1, 0, 2,
	// 4 (W. DuMouchel in Berger and others 1993).
	Wide Coding = iota
	// Narrow counts functional answers 1, ½, 0, −¼, −½ and dysfunctional ones −½, −¼, 0,
	// ½, 1.
	Narrow
)

const wantCoding = "wide or narrow"

func codingWords() []string { return []string{"wide", "narrow"} }

// ParseCoding reads the name of a coding. The error is a [*WordError].
func ParseCoding(text string) (Coding, error) {
	return parseWord[Coding]("coding", text, codingWords(), wantCoding)
}

// String returns "wide" or "narrow".
func (c Coding) String() string {
	word, _ := wordOf(c, codingWords())
	return word
}

// MarshalText writes what [Coding.String] returns; the error is a [*WordError].
func (c Coding) MarshalText() ([]byte, error) {
	return marshalWord("coding", c, codingWords(), wantCoding)
}

// UnmarshalText reads what [Coding.MarshalText] writes. The error is a [*WordError], and
// c is then unchanged.
func (c *Coding) UnmarshalText(text []byte) error {
	read, err := ParseCoding(string(text))
	if err == nil {
		*c = read
	}
	return err
}

func (c Coding) valid() bool { return c <= Narrow }

// unit is what the strongest answer counts, over what it counts in [Wide].
func (c Coding) unit() float64 {
	if c == Narrow {
		return 0.25
	}
	return 1
}

// Functional returns what an answer counts for a feature that is there, 0 if it is
// missing.
func (c Coding) Functional(a Answer) float64 {
	if !a.valid() {
		return 0
	}
	return c.unit() * [answers]float64{4, 2, 0, -1, -2}[a-Like]
}

// Dysfunctional returns what an answer counts for a feature that is missing, 0 if the
// answer is missing.
func (c Coding) Dysfunctional(a Answer) float64 {
	if !a.valid() {
		return 0
	}
	return c.unit() * [answers]float64{-2, -1, 0, 2, 4}[a-Like]
}

// quadrant returns the category of a pair of means: the square from 0 to 4 in quarters.
// Means of 2 and above (½ in [Narrow]) are on the upper side, also where rounding of
// weights has left them a little below.
func (c Coding) quadrant(functional, dysfunctional float64) Category {
	high := 2*c.unit() - equalShares
	switch {
	case functional >= high && dysfunctional >= high:
		return OneDimensional
	case functional >= high:
		return Attractive
	case dysfunctional >= high:
		return MustBe
	}
	return Indifferent
}
