package customer

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-crm/rapport"
)

// Limits of the fields. Lengths are in bytes, not characters: a Chinese
// character takes three.
const (
	MaxCodeLength = 128  // codes and keys: system, type, usage, channel, product, branch, order, agent
	MaxTextLength = 1024 // free text: names, contact values, topic, outcome
	MaxEntries    = 1000 // each list of a customer: names, identifiers, contacts, roles, addresses, …
)

// Reason is a stable code for what is wrong with a field. New reasons may be
// added; the existing ones keep their meaning.
type Reason string

// The reasons.
const (
	Missing          Reason = "missing"           // required, but empty or zero
	Blank            Reason = "blank"             // nothing but white space
	TooLong          Reason = "too-long"          // more bytes than the limit
	NotUTF8          Reason = "not-utf8"          // not valid UTF-8
	ControlCharacter Reason = "control-character" // has a line break, a tab or another control character
	Unknown          Reason = "unknown"           // not a value of its enumeration
	OutOfRange       Reason = "out-of-range"      // a number or a time outside the accepted range
	TooPrecise       Reason = "too-precise"       // an amount with too many decimal digits
	NoCurrency       Reason = "no-currency"       // an amount without a currency
	WrongSign        Reason = "wrong-sign"        // positive where negative is meant, or the other way round
	TooMany          Reason = "too-many"          // more entries than MaxEntries
	Duplicate        Reason = "duplicate"         // the same as an earlier entry
	Overlap          Reason = "overlap"           // valid at the same time as an earlier entry that excludes it
	NotAllowed       Reason = "not-allowed"       // set, but has no meaning for this kind
	Malformed        Reason = "malformed"         // not written as its kind asks: no date, no country code
	WrongCheck       Reason = "wrong-check"       // the check character does not fit the rest
)

// Problem is one thing wrong with one field.
type Problem struct {
	Field  string // path in JSON spelling, such as "amount" or "identifiers[1].value"
	Reason Reason
}

// ValidationError lists everything that is wrong with a draft, a record or the arguments
// of a function, in the order of the fields.
type ValidationError struct {
	Subject  string // what it is: "customer", "transaction", "consent", "campaign", …
	Name     string // its id, or "system/id" of its external key, as given; cut at 128 bytes
	Problems []Problem
}

// Error lists the problems in one line:
//
//	customer: transaction "erp/4711" is not valid: at: missing; amount: wrong-sign
func (e *ValidationError) Error() string {
	var b strings.Builder
	b.WriteString("customer: ")
	b.WriteString(e.Subject)
	b.WriteByte(' ')
	b.WriteString(strconv.Quote(e.Name))
	b.WriteString(" is not valid")
	for i, p := range e.Problems {
		if i == 0 {
			b.WriteString(": ")
		} else {
			b.WriteString("; ")
		}
		b.WriteString(p.Field)
		b.WriteString(": ")
		b.WriteString(string(p.Reason))
	}
	return b.String()
}

// Has reports whether field has a problem for this reason.
func (e *ValidationError) Has(field string, reason Reason) bool {
	for _, p := range e.Problems {
		if p.Field == field && p.Reason == reason {
			return true
		}
	}
	return false
}

// path names a field, or a field of an entry of a list. The text is made only
// when there is a problem: good rows cost no allocation.
type path struct {
	list  string
	index int
	field string
}

func (p path) String() string {
	if p.list == "" {
		return p.field
	}
	text := p.list + "[" + strconv.Itoa(p.index) + "]"
	if p.field != "" {
		text += "." + p.field
	}
	return text
}

// checker gathers problems. Its zero value is ready to use.
type checker struct {
	problems []Problem
}

func (c *checker) report(p path, reason Reason) {
	c.problems = append(c.problems, Problem{Field: p.String(), Reason: reason})
}

func (c *checker) err(subject, name string) error {
	if len(c.problems) == 0 {
		return nil
	}
	if len(name) > rapport.MaxIDLength {
		name = name[:rapport.MaxIDLength] + "…"
	}
	return &ValidationError{Subject: subject, Name: name, Problems: c.problems}
}

func (c *checker) required(p path, text string, limit int) {
	if text == "" {
		c.report(p, Missing)
		return
	}
	c.optional(p, text, limit)
}

// id accepts what [rapport.ID] does, a blank one included.
func (c *checker) id(p path, id rapport.ID) {
	if id == "" {
		c.report(p, Missing)
	} else if reason := textReason(string(id), rapport.MaxIDLength); reason != "" && reason != Blank {
		c.report(p, reason)
	}
}

func (c *checker) optional(p path, text string, limit int) {
	if reason := textReason(text, limit); reason != "" {
		c.report(p, reason)
	}
}

// textReason returns what is wrong with a text, "" if nothing.
func textReason(text string, limit int) Reason {
	if len(text) > limit {
		return TooLong
	}
	if isPlain(text) {
		return ""
	}
	blank := text != ""
	for i, r := range text {
		switch {
		case r == utf8.RuneError:
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return NotUTF8
			}
			blank = false
		case unicode.IsControl(r):
			return ControlCharacter
		case !unicode.IsSpace(r):
			blank = false
		}
	}
	if blank {
		return Blank
	}
	return ""
}

// isPlain reports whether text is visible ASCII without spaces, as most codes
// are: nothing can be wrong with it.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// The accepted instants, in seconds since 1970: the whole years within 64 bits of
// nanoseconds.
const (
	earliestSecond = -9214560000 // 1678-01-01 00:00:00
	latestSecond   = 9214646399  // 2261-12-31 23:59:59
)

// instant returns t as the package keeps times, after checking its range. A
// zero time is a problem only if it is required.
func (c *checker) instant(p path, t time.Time, required bool) time.Time {
	if t.IsZero() {
		if required {
			c.report(p, Missing)
		}
		return time.Time{}
	}
	t = t.UTC() // also strips the monotonic reading
	if second := t.Unix(); second < earliestSecond || second > latestSecond {
		c.report(p, OutOfRange)
	}
	return t
}

// interval reports an end of i outside the accepted range; an interval already
// keeps its ends in UTC.
func (c *checker) interval(p path, i rapport.Interval) {
	c.instant(p, i.Start(), false)
	c.instant(p, i.End(), false)
}
