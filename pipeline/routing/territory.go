package routing

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport"
)

// Territory is a place in a hierarchy, written as a path such as
// "China/East/Shanghai": "China/East" contains it. The empty territory is the whole
// world. Segments are compared as bytes.
type Territory string

// TerritoryError reports a text that is no [Territory].
type TerritoryError struct {
	Text   string
	Reason string
}

func (e *TerritoryError) Error() string {
	return fmt.Sprintf("routing: territory %q: %s", e.Text, e.Reason)
}

// Validate returns nil, or a [*TerritoryError] for a path with an empty segment, or one
// that is not at most 128 bytes of UTF-8 without control characters.
func (t Territory) Validate() error {
	if t == "" {
		return nil
	}
	if err := rapport.ID(t).Validate(); err != nil {
		return &TerritoryError{Text: string(t), Reason: err.Error()}
	}
	for segment := range strings.SplitSeq(string(t), "/") {
		if segment == "" {
			return &TerritoryError{Text: string(t), Reason: "empty segment"}
		}
	}
	return nil
}

// Contains reports whether other is t or lies within it.
func (t Territory) Contains(other Territory) bool {
	rest, ok := strings.CutPrefix(string(other), string(t))
	return ok && (t == "" || rest == "" || rest[0] == '/')
}

// Depth returns the number of segments, 0 for the whole world.
func (t Territory) Depth() int {
	if t == "" {
		return 0
	}
	return strings.Count(string(t), "/") + 1
}

// Up returns the territory that many steps above t, at most the whole world. A
// negative number counts as 0.
func (t Territory) Up(steps int) Territory {
	for ; steps > 0 && t != ""; steps-- {
		t = t[:max(0, strings.LastIndexByte(string(t), '/'))]
	}
	return t
}

func checkTerritory(what string, of rapport.ID, t Territory) error {
	if err := t.Validate(); err != nil {
		return &InputError{What: what, ID: of, Field: "territory", Value: fmt.Sprintf("%q", string(t)), Reason: err.Error(), Err: err}
	}
	return nil
}
