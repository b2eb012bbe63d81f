package kano

// Rule says how the categories of many customers make that of the feature.
type Rule uint8

// The rules.
const (
	// Mode takes the largest category; of equal ones the first in the order M, O, A, I,
	// R, Q.
	Mode Rule = iota
	// Priority takes, where the two largest of M, O, A, I and R differ by at most 6 % of
	// all answers, the first of the two in the order M, O, A, I, R; elsewhere, and where
	// Q is larger than any, it is [Mode].
	Priority
	// Majority compares O+A+M with I+R+Q: if there are more of the first it takes the
	// largest of O, A and M, else the largest of I, R and Q (Berger and others 1993). Its
	// name in text is "berger".
	Majority
)

// nearTie is how far apart the two largest categories are at most for [Priority] to
// choose between them, as a share of all answers.
const nearTie = 0.06

// equalShares is how far apart two shares are at most to be called equal: the rounding of
// sums of weights. Two shares of whole numbers of answers that are nearer than this
// would need 10¹² customers.
const equalShares = 1e-12

const wantRule = "mode, priority or berger"

func ruleWords() []string { return []string{"mode", "priority", "berger"} }

// ParseRule reads the name of a rule. The error is a [*WordError].
func ParseRule(text string) (Rule, error) {
	return parseWord[Rule]("rule", text, ruleWords(), wantRule)
}

// String returns "mode", "priority" or "berger".
func (r Rule) String() string {
	word, _ := wordOf(r, ruleWords())
	return word
}

// MarshalText writes what [Rule.String] returns; the error is a [*WordError].
func (r Rule) MarshalText() ([]byte, error) {
	return marshalWord("rule", r, ruleWords(), wantRule)
}

// UnmarshalText reads what [Rule.MarshalText] writes. The error is a [*WordError], and r
// is then unchanged.
func (r *Rule) UnmarshalText(text []byte) error {
	read, err := ParseRule(string(text))
	if err == nil {
		*r = read
	}
	return err
}

func (r Rule) valid() bool { return r <= Majority }

// Verdicts are the categories of a feature by each of the rules.
type Verdicts struct {
	Mode     Category `json:"mode"`
	Priority Category `json:"priority"`
	Majority Category `json:"berger"`
}

// By returns the category by a rule, [None] for a rule that does not exist.
func (v Verdicts) By(r Rule) Category {
	switch r {
	case Mode:
		return v.Mode
	case Priority:
		return v.Priority
	case Majority:
		return v.Majority
	}
	return None
}

// verdicts applies the rules.
func (c Counts) verdicts() Verdicts {
	slack := equalShares * c.Sum()
	mode := c.largest(slack, Categories()...)
	if mode == None {
		return Verdicts{}
	}
	v := Verdicts{Mode: mode, Priority: mode}
	if first, second := c.topTwo(); mode != Questionable && c.Of(first)-c.Of(second) <= nearTie*c.Sum()+slack {
		v.Priority = min(first, second) // categories are numbered in the order of ties
	}
	if c.O+c.A+c.M > c.I+c.R+c.Q+slack {
		v.Majority = c.largest(slack, MustBe, OneDimensional, Attractive)
	} else {
		v.Majority = c.largest(slack, Indifferent, Reverse, Questionable)
	}
	return v
}

// largest returns the first of the categories that no other exceeds by more than slack;
// [None] if all are empty.
func (c Counts) largest(slack float64, among ...Category) Category {
	most := 0.0
	for _, category := range among {
		most = max(most, c.Of(category))
	}
	for _, category := range among {
		if count := c.Of(category); count > 0 && count >= most-slack {
			return category
		}
	}
	return None
}

// topTwo returns the two largest of M, O, A, I and R, the first of equal ones first.
func (c Counts) topTwo() (first, second Category) {
	slack := equalShares * c.Sum()
	rest := []Category{MustBe, OneDimensional, Attractive, Indifferent, Reverse}
	take := func() Category {
		best := 0
		for i, category := range rest {
			if c.Of(category) > c.Of(rest[best])+slack {
				best = i
			}
		}
		taken := rest[best]
		rest = append(rest[:best], rest[best+1:]...)
		return taken
	}
	first = take()
	return first, take()
}
