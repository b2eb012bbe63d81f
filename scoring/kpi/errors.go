package kpi

import (
	"fmt"
	"math"
)

// InputError reports a number that a figure cannot be made of.
type InputError struct {
	Subject string // what was to be made: the code of a KPI, "goal", "shift", …
	Name    string // of the number: "kept", "level", …
	Value   float64
	Reason  string // what is wanted instead
}

// Error gives the number, its name and what is wanted instead.
func (e *InputError) Error() string {
	return fmt.Sprintf("kpi: %s: %s %v: %s", e.Subject, e.Name, e.Value, e.Reason)
}

// CodeError reports a code that has no valid form, stands twice or is not known.
type CodeError struct {
	Subject string // "definition", "goal", "channel", …
	Code    string
	Reason  string // such as "want 1 to 64 of a-z, 0-9 and _", "twice", "unknown"
}

// Error gives the code and what is wrong with it.
func (e *CodeError) Error() string {
	return fmt.Sprintf("kpi: %s %q: %s", e.Subject, clip(e.Code), e.Reason)
}

// maxCode is the greatest length of a code in bytes, wantCode how it looks.
const (
	maxCode  = 64
	wantCode = "want 1 to 64 of a-z, 0-9 and _"
)

// checkCode returns nil or a [*CodeError].
func checkCode(subject, code string) error {
	good := code != "" && len(code) <= maxCode
	for i := 0; good && i < len(code); i++ {
		c := code[i]
		good = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_'
	}
	if !good {
		return &CodeError{Subject: subject, Code: code, Reason: wantCode}
	}
	return nil
}

// clip shortens a text for a message.
func clip(text string) string {
	if len(text) > maxCode {
		return text[:maxCode] + "…"
	}
	return text
}

// checkLevel returns the level of an interval, 0.95 for 0, or an [*InputError].
func checkLevel(subject string, level float64) (float64, error) {
	if level == 0 {
		level = 0.95
	}
	if !(level > 0 && level < 1) {
		return 0, &InputError{Subject: subject, Name: "level", Value: level, Reason: "want above 0 and below 1"}
	}
	return level, nil
}

// validWeight keeps sums of weights finite.
func validWeight(w float64) bool { return w >= 0 && w <= 1e9 }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// named is a number with its name.
type named struct {
	name  string
	value float64
}
