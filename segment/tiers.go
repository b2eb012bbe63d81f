package segment

import (
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"
)

// Limits of a scheme of tiers.
const (
	MaxTiers          = 255 // tiers of a scheme
	MaxTierNameLength = 128 // bytes of a tier's name
)

// Tier is one tier of a scheme: its name and its share, in parts of the scheme's
// whole. With a whole of 100 the parts are percent, with 1000 per mille.
type Tier struct {
	Name  string // valid UTF-8 without control characters, 1 to 128 bytes
	Parts int64  // at least 1
}

// Ties says what happens to customers of equal value at the border of two tiers.
type Ties uint8

// The rules for ties.
const (
	// TiesByID ranks equal values by id, in ascending byte order: the tiers have
	// exactly the stated sizes. It is the default.
	TiesByID Ties = iota
	// TiesUp moves all customers of a value into the highest tier that one of
	// them reaches: equals are treated as equals, and the higher tier may be
	// larger than stated.
	TiesUp
)

// String returns the name of the rule in JSON: "by_id" or "up".
func (t Ties) String() string {
	switch t {
	case TiesByID:
		return "by_id"
	case TiesUp:
		return "up"
	}
	return fmt.Sprintf("Ties(%d)", uint8(t))
}

// TierOptions are the options of [NewTiers]; nil or the zero value means the
// defaults.
type TierOptions struct {
	Ties Ties
}

// Tiers is a scheme of tiers by rank: an immutable value made by [NewTiers] or
// [DefaultTiers], safe to share between goroutines.
type Tiers struct {
	tiers []Tier // the highest first
	whole int64
	ties  Ties
}

// SchemeError reports a scheme of tiers that makes no sense.
type SchemeError struct {
	Tier   int    // which tier, from 0; -1: the scheme as a whole
	Reason string // "no tiers", "too many tiers", "parts not positive", "parts do not sum to the whole", "name empty", "name too long", "name not UTF-8", "name with control character", "name twice", "unknown rule for ties"
	// Sum and Whole are the parts up to and with the tier, of all tiers for -1, and what
	// they should sum to, where they do not.
	Sum   uint64
	Whole int64
}

// Error names the tier, if one is to blame, the reason and the sum.
func (e *SchemeError) Error() string {
	subject, reason := "tiers", e.Reason
	if e.Tier >= 0 {
		subject = fmt.Sprintf("tier %d", e.Tier)
	}
	if e.Sum > 0 {
		reason += fmt.Sprintf(": %d of %d", e.Sum, e.Whole)
	}
	return "segment: " + subject + ": " + reason
}

// DefaultTiers returns the scheme VIP 1 %, major 4 %, ordinary 15 %, small 80 %,
// ties by id.
func DefaultTiers() *Tiers {
	return &Tiers{whole: 100, tiers: []Tier{{"VIP", 1}, {"major", 4}, {"ordinary", 15}, {"small", 80}}}
}

// NewTiers returns a scheme of the given tiers, the highest first. Their parts
// must sum to exactly the whole: NewTiers(1000, …) takes per mille. A third is 1
// part of a whole of 3. The error is a [*SchemeError]; the tiers are copied.
func NewTiers(whole int64, tiers []Tier, options *TierOptions) (*Tiers, error) {
	if options == nil {
		options = &TierOptions{}
	}
	switch {
	case len(tiers) == 0:
		return nil, &SchemeError{Tier: -1, Reason: "no tiers"}
	case len(tiers) > MaxTiers:
		return nil, &SchemeError{Tier: -1, Reason: "too many tiers"}
	case options.Ties > TiesUp:
		return nil, &SchemeError{Tier: -1, Reason: "unknown rule for ties"}
	}
	left := whole
	for i, tier := range tiers {
		if reason := nameReason(tier.Name); reason != "" {
			return nil, &SchemeError{Tier: i, Reason: reason}
		}
		if slices.ContainsFunc(tiers[:i], func(other Tier) bool { return other.Name == tier.Name }) {
			return nil, &SchemeError{Tier: i, Reason: "name twice"}
		}
		if tier.Parts < 1 {
			return nil, &SchemeError{Tier: i, Reason: "parts not positive"}
		}
		if tier.Parts > left { // before subtracting, so that no sum overflows
			return nil, &SchemeError{Tier: i, Reason: "parts do not sum to the whole", Sum: uint64(whole-left) + uint64(tier.Parts), Whole: whole}
		}
		left -= tier.Parts
	}
	if left != 0 {
		return nil, &SchemeError{Tier: -1, Reason: "parts do not sum to the whole", Sum: uint64(whole - left), Whole: whole}
	}
	return &Tiers{tiers: slices.Clone(tiers), whole: whole, ties: options.Ties}, nil
}

func nameReason(name string) string {
	switch {
	case name == "":
		return "name empty"
	case len(name) > MaxTierNameLength:
		return "name too long"
	case !utf8.ValidString(name):
		return "name not UTF-8"
	}
	for _, r := range name {
		if unicode.IsControl(r) {
			return "name with control character"
		}
	}
	return ""
}

// Tiers returns the tiers, the highest first.
func (t *Tiers) Tiers() []Tier { return slices.Clone(t.tiers) }

// Whole returns what the parts of the tiers sum to.
func (t *Tiers) Whole() int64 { return t.whole }

// Ties returns the rule for ties.
func (t *Tiers) Ties() Ties { return t.ties }

// Sizes returns how many of n customers each tier holds if there are no ties:
// the first k tiers together hold ⌈n × their share⌉ of them, in exact
// arithmetic, and the last takes the rest. So a small crowd fills the top first:
// of 7 customers 1 is VIP, 0 major, 1 ordinary and 5 small. A negative n counts
// as 0.
func (t *Tiers) Sizes(n int) []int {
	sizes := make([]int, len(t.tiers))
	var parts int64
	taken := 0
	for i, tier := range t.tiers {
		parts += tier.Parts
		bound := Share{parts, t.whole}.of(n)
		sizes[i] = bound - taken
		taken = bound
	}
	return sizes
}
