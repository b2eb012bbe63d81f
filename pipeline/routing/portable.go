package routing

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// ErrFormat says that a text is no JSON of the kind and version that is read.
var ErrFormat = errors.New("not JSON of this kind and version")

// version is the version of the files that this release writes.
const version = 1

// header opens every file. Field order is part of the formats.
type header struct {
	Kind    string `json:"kind"`
	Version int    `json:"version"`
}

func headerOf(kind string) header { return header{Kind: "rapport/routing-" + kind, Version: version} }

// read decodes a file of a kind, its header first, so that a later version is named as
// such and not by a field that this one does not know.
func read(text []byte, kind string, file any) error {
	var found header
	if err := json.Unmarshal(text, &found); err != nil {
		return fmt.Errorf("routing: %s: %w: %w", kind, ErrFormat, err)
	}
	if want := headerOf(kind); found != want {
		return fmt.Errorf("routing: %s: kind %.40q version %d, want %q version %d: %w", kind, found.Kind, found.Version, want.Kind, want.Version, ErrFormat)
	}
	if err := exactjson.Decode(text, file); err != nil {
		return fmt.Errorf("routing: %s: %w: %w", kind, ErrFormat, err)
	}
	return nil
}

// span is a duration that is written as Go writes it, "1m30s".
type span time.Duration

// MarshalText writes the duration exactly.
func (s span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

// UnmarshalText reads what [time.ParseDuration] reads.
func (s *span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err == nil {
		*s = span(d)
	}
	return err
}

// instant is a time that is written in UTC; the zero time is left out.
type instant = *time.Time

func instantOf(t time.Time) instant {
	if t.IsZero() {
		return nil
	}
	t = t.Round(0).UTC()
	return &t
}

func timeOf(i instant) time.Time {
	if i == nil {
		return time.Time{}
	}
	return i.UTC()
}
