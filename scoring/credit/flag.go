package credit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport"
)

// FlagKind says what a dealer did: a stable code, one of the constants or the host's.
type FlagKind string

// The usual harms that an independent dealer can do to the maker.
const (
	PriceViolation FlagKind = "price_violation" // sold below or above the agreed prices
	CrossRegion    FlagKind = "cross_region"    // sold into another dealer's region
	OverStocking   FlagKind = "over_stocking"   // bought far more than it sells
)

// Flag is a risk that somebody saw, with evidence and an end.
type Flag struct {
	ID       rapport.ID
	Customer rapport.ID
	Kind     FlagKind
	Evidence string // what shows it: a document, a case, a report
	By       string // who raised it
	At       time.Time
	Expires  time.Time // the first instant at which it counts no more; after At
}

// Active reports whether the flag counts at an instant: At ≤ asOf < Expires.
func (f Flag) Active(asOf time.Time) bool { return !asOf.Before(f.At) && asOf.Before(f.Expires) }

// Validate returns nil, or an error for an invalid id, a missing kind, evidence or
// author, or an end that is not after the start.
func (f Flag) Validate() error {
	if err := f.ID.Validate(); err != nil {
		return err
	}
	if err := f.Customer.Validate(); err != nil {
		return err
	}
	if err := checkTexts("kind of flag", string(f.Kind), "evidence", f.Evidence, "author of the flag", f.By); err != nil {
		return err
	}
	if f.At.IsZero() || !f.Expires.After(f.At) {
		return &InputError{Name: "end of the flag", Value: f.Expires.Format(time.RFC3339), Want: "an instant after " + f.At.Format(time.RFC3339)}
	}
	return nil
}

// MarshalJSON writes the flag with a kind and a format. It refuses what
// [Flag.Validate] refuses.
func (f Flag) MarshalJSON() ([]byte, error) { return write("flag", &f, flagFile(f)) }

// UnmarshalJSON reads what [Flag.MarshalJSON] wrote; it marshals to the same bytes.
// The error wraps [ErrFormat], or is that of [Flag.Validate]; after it f is unchanged.
func (f *Flag) UnmarshalJSON(text []byte) error {
	got, err := read[flagFile](text, "flag")
	if err != nil {
		return err
	}
	return keep(f, Flag(got))
}

type flagFile struct {
	ID       rapport.ID `json:"id"`
	Customer rapport.ID `json:"customer"`
	Kind     FlagKind   `json:"kind"`
	Evidence string     `json:"evidence"`
	By       string     `json:"by"`
	At       time.Time  `json:"at"`
	Expires  time.Time  `json:"expires"`
}

// FlagRule says how many flags within how many days move a customer down.
type FlagRule struct {
	Count int // 0 stands for 2
	Days  int // 0 stands for 90
}

// TierDown proposes to move a customer one tier down, for somebody to decide.
type TierDown struct {
	Customer rapport.ID
	AsOf     time.Time
	Needed   int    // flags that make a proposal
	Days     int    // within so many days
	Flags    []Flag // the evidence: by date, then id
}

// Proposed reports whether the flags suffice.
func (t TierDown) Proposed() bool { return len(t.Flags) >= t.Needed }

// Judge counts the flags of a customer that are active at asOf and were raised less
// than Days times 24 hours before it. Flags of other customers are left out. The error
// is an [*InputError] for the rule or asOf, a [*rapport.IDError] for the customer, or a
// [*RowError] for a flag that is invalid or, [ErrTwice], given twice.
func (r FlagRule) Judge(customer rapport.ID, flags []Flag, asOf time.Time) (TierDown, error) {
	if r.Count < 0 || r.Days < 0 {
		return TierDown{}, &InputError{Name: "flag rule", Value: strconv.Itoa(r.Count) + " in " + strconv.Itoa(r.Days) + " days", Want: "numbers from 0"}
	}
	if err := customer.Validate(); err != nil {
		return TierDown{}, fmt.Errorf("credit: flag rule: %w", err)
	}
	if asOf.IsZero() {
		return TierDown{}, &InputError{Name: "as-of date", Want: "a time"}
	}
	if err := checkFlags(flags); err != nil {
		return TierDown{}, err
	}
	t := TierDown{Customer: customer, AsOf: asOf, Needed: cmp.Or(r.Count, 2), Days: cmp.Or(r.Days, 90)}
	from := asOf.UTC().AddDate(0, 0, -t.Days) // where every day has 24 hours
	for _, f := range flags {
		if f.Customer == customer && f.Active(asOf) && f.At.After(from) {
			t.Flags = append(t.Flags, f)
		}
	}
	slices.SortFunc(t.Flags, func(a, b Flag) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return t, nil
}

func checkFlags(flags []Flag) error {
	seen := make(map[rapport.ID]bool, len(flags))
	for i, f := range flags {
		if err := f.Validate(); err != nil {
			return &RowError{Row: i, ID: f.ID, Err: err}
		}
		if seen[f.ID] {
			return &RowError{Row: i, ID: f.ID, Err: ErrTwice}
		}
		seen[f.ID] = true
	}
	return nil
}
