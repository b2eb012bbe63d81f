package kano

// Answer is how a customer feels about a feature that is there (functional) or is
// missing (dysfunctional). The zero value says that the customer gave no answer.
type Answer uint8

// The five answers, in the order of questionnaires. How a question words them is for the
// questionnaire to say.
const (
	Missing  Answer = iota // no answer
	Like                   // pleased
	Expect                 // takes it for granted
	Neutral                // does not mind
	LiveWith               // puts up with it
	Dislike                // displeased
)

// answers is how many answers there are, the missing one not counted.
const answers = 5

const wantAnswer = "like, must-be, neutral, live-with, dislike, 1 to 5, or nothing"

func answerWords() []string {
	return []string{"", "like", "must-be", "neutral", "live-with", "dislike"}
}

// ParseAnswer reads an answer as a word or as its number, from "1" for [Like] to "5"
// for [Dislike]; an empty text is [Missing]. The error is a [*WordError].
func ParseAnswer(text string) (Answer, error) {
	if len(text) == 1 && text[0] >= '1' && text[0] <= '5' {
		return Answer(text[0] - '0'), nil
	}
	return parseWord[Answer]("answer", text, answerWords(), wantAnswer)
}

// String returns "like", "must-be", "neutral", "live-with", "dislike", or "" if the
// answer is missing.
func (a Answer) String() string {
	word, _ := wordOf(a, answerWords())
	return word
}

// MarshalText writes what [Answer.String] returns; the error is a [*WordError].
func (a Answer) MarshalText() ([]byte, error) {
	return marshalWord("answer", a, answerWords(), wantAnswer)
}

// UnmarshalText reads what [Answer.MarshalText] writes. The error is a [*WordError], and
// a is then unchanged.
func (a *Answer) UnmarshalText(text []byte) error {
	read, err := parseWord[Answer]("answer", string(text), answerWords(), wantAnswer)
	if err == nil {
		*a = read
	}
	return err
}

// valid tells whether a is one of the five answers.
func (a Answer) valid() bool { return a >= Like && a <= Dislike }
