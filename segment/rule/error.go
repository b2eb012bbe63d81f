package rule

import (
	"errors"
	"fmt"
	"strings"
)

// What an [*Error] or a [*FactError] can wrap.
var (
	// ErrName: a name is empty, too long, no UTF-8, has a control character or comes twice.
	ErrName = errors.New("name is empty, longer than 128 bytes, not UTF-8, with a control character, or there already")
	// ErrUnknownAttribute: the schema has no such attribute.
	ErrUnknownAttribute = errors.New("no such attribute in the schema")
	// ErrUnknownEvent: the schema has no such kind of event.
	ErrUnknownEvent = errors.New("no such kind of event in the schema")
	// ErrUnknownField: the kind of event has no such field.
	ErrUnknownField = errors.New("no such field of this kind of event")
	// ErrUnknownSegment: no rule has that name.
	ErrUnknownSegment = errors.New("no such segment")
	// ErrCycle: a segment refers to itself, directly or by way of others.
	ErrCycle = errors.New("segments refer to each other in a circle")
	// ErrType: the value, test or measure is of another type than the attribute.
	ErrType = errors.New("wrong type")
	// ErrCurrency: the amount is in another currency, or none is in place here.
	ErrCurrency = errors.New("wrong currency")
	// ErrTest: no such test, or not one of this type or measure.
	ErrTest = errors.New("test does not fit the type or the measure")
	// ErrBound: the number of bounds, or a bound itself, makes no sense for the test.
	ErrBound = errors.New("bounds do not fit the test")
	// ErrPattern: the regular expression cannot be read.
	ErrPattern = errors.New("bad pattern")
	// ErrWindow: a window that is not above 0, or absurdly long, or none where one is needed.
	ErrWindow = errors.New("window is not above 0 and up to 200 years")
	// ErrLimit: too large, too deep or too many; see the constants Max….
	ErrLimit = errors.New("too large, too deep or too many")
	// ErrForm: a condition without a test, or with parts that do not go together.
	ErrForm = errors.New("not one condition")
	// ErrValue: a value that is none: not a number, an infinity, an empty text, no date.
	ErrValue = errors.New("not a value")
	// ErrTime: an instant outside the years 1700 to 2249.
	ErrTime = errors.New("time outside the years 1700 to 2249")
	// ErrOtherSet: facts of another set of rules.
	ErrOtherSet = errors.New("facts of another set of rules")
	// ErrNotMade: a schema or a set that is nil, or that [NewSchema] or [Compile] did not make.
	ErrNotMade = errors.New("no schema of NewSchema, or no set of Compile")
)

// Error reports what is wrong with a rule or a schema, and where.
type Error struct {
	Rule string // the name of the rule; "" if there is none, as in a schema
	Path string // the way into its condition, such as "and[1].not"; "": the condition itself
	Name string // what it is about, such as the name of an attribute
	Err  error  // wraps one of the sentinel errors of the package
}

// Error names rule, place and reason.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString("rule: ")
	if e.Rule != "" {
		fmt.Fprintf(&text, "%q ", e.Rule)
	}
	if e.Path != "" {
		fmt.Fprintf(&text, "at %s: ", e.Path)
	}
	if e.Name != "" {
		fmt.Fprintf(&text, "%q: ", e.Name)
	}
	return text.String() + e.Err.Error()
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }
