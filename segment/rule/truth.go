package rule

// Truth is one of the three values of Kleene's strong logic (1938). Not turns it
// round, And is the least of its parts, Or the greatest. A customer belongs to a
// segment only where its rule is [True].
type Truth int8

// The truths. What is missing makes a test [Unknown], and so does its negation.
const (
	False   Truth = -1
	Unknown Truth = 0
	True    Truth = 1
)

// String returns "false", "unknown" or "true".
func (t Truth) String() string {
	switch t {
	case False:
		return "false"
	case True:
		return "true"
	}
	return "unknown"
}

func truthOf(yes bool) Truth {
	if yes {
		return True
	}
	return False
}
