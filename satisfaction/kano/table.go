package kano

// Table says which category two answers make.
type Table uint8

// The evaluation tables.
const (
	// Berger is the table of Berger and others (1993), the usual one.
	Berger Table = iota
	// Pouliot calls two equal answers questionable not only at both ends but also where
	// both are [Expect] or both are [LiveWith] (Pouliot 1993).
	Pouliot
	// Short is for questionnaires with three answers, [Like], [Neutral] and [Dislike]. It
	// knows neither reverse nor questionable answers.
	Short
)

const wantTable = "berger, pouliot or short"

func tableWords() []string { return []string{"berger", "pouliot", "short"} }

// ParseTable reads the name of a table. The error is a [*WordError].
func ParseTable(text string) (Table, error) {
	return parseWord[Table]("table", text, tableWords(), wantTable)
}

// String returns "berger", "pouliot" or "short".
func (t Table) String() string {
	word, _ := wordOf(t, tableWords())
	return word
}

// MarshalText writes what [Table.String] returns; the error is a [*WordError].
func (t Table) MarshalText() ([]byte, error) {
	return marshalWord("table", t, tableWords(), wantTable)
}

// UnmarshalText reads what [Table.MarshalText] writes. The error is a [*WordError], and
// t is then unchanged.
func (t *Table) UnmarshalText(text []byte) error {
	read, err := ParseTable(string(text))
	if err == nil {
		*t = read
	}
	return err
}

// rows returns the table with a row for each functional and a letter for each
// dysfunctional answer; a dot stands for answers that the questionnaire does not have.
func (t Table) rows() [answers]string {
	switch t {
	case Berger:
		return [answers]string{"QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"}
	case Pouliot:
		return [answers]string{"QAAAO", "RQIIM", "RIIIM", "RIIQM", "RRRRQ"}
	case Short:
		return [answers]string{"A.A.O", ".....", "I.I.M", ".....", "I.I.M"}
	}
	return [answers]string{}
}

// allows tells whether a questionnaire for this table has the answer.
func (t Table) allows(a Answer) bool {
	return a.valid() && t.valid() && (t != Short || a == Like || a == Neutral || a == Dislike)
}

func (t Table) valid() bool { return t <= Short }

// Category returns the category of a functional and a dysfunctional answer. It is
// [None] if one is missing; the error is a [*WordError] for a table that does not exist
// and for answers that it does not have.
func (t Table) Category(functional, dysfunctional Answer) (Category, error) {
	if !t.valid() {
		return None, &WordError{Kind: "table", Text: t.String(), Want: wantTable}
	}
	for _, a := range [...]Answer{functional, dysfunctional} {
		if a != Missing && !t.allows(a) {
			return None, &WordError{Kind: "answer", Text: a.String(), Want: t.answersWanted()}
		}
	}
	if functional == Missing || dysfunctional == Missing {
		return None, nil
	}
	return t.category(functional, dysfunctional), nil
}

// category is [Table.Category] of answers that the table has.
func (t Table) category(functional, dysfunctional Answer) Category {
	letter := t.rows()[functional-Like][dysfunctional-Like]
	category, _ := ParseCategory(string(letter))
	return category
}

func (t Table) answersWanted() string {
	if t == Short {
		return "like, neutral, dislike, 1, 3, 5, or nothing"
	}
	return wantAnswer
}
