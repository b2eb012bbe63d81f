package segment

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// Codes of benefits that most programmes have; a host may use any other name.
const (
	Discount = "discount"
	Ticket   = "ticket"
	Upgrade  = "upgrade"
)

// Limits of a catalogue of benefits.
const (
	MaxGrants   = 10_000    // of a catalogue
	MaxQuota    = 1_000_000 // of a grant or a credit
	MaxDiscount = 10_000    // basis points: the whole price
)

// BasisPoints is a share in hundredths of a percent: 1500 is 15 %.
type BasisPoints int

// Of returns the share of an amount, rounded towards zero to the minor unit, so that
// no share is more than it says. The error is that of [rapport.Money.Mul].
func (p BasisPoints) Of(m rapport.Money) (rapport.Money, error) {
	share, err := m.Mul(decimal.New(int64(p), -4))
	if err != nil {
		return rapport.Money{}, err
	}
	return share.Round(rapport.RoundDown), nil
}

// Terms say what a redemption gives, and where.
type Terms struct {
	// Discount is the share of the price that is taken off, 0 to 10 000; 0 where the
	// benefit is no discount. Ceiling is the most that it takes off, above zero; the
	// zero Money sets none. The whole price with a ceiling is a voucher of that amount.
	Discount BasisPoints   `json:"discount_bp,omitzero"`
	Ceiling  rapport.Money `json:"ceiling,omitzero"`
	// Branches are those at which it can be redeemed. None means the whole network,
	// whichever branch the customer calls his own and wherever it was earned.
	Branches []rapport.ID `json:"branches,omitempty"`
}

// Grant is what a level gives of a benefit. It holds from that level up to the level
// below the next one with a grant of the same benefit.
type Grant struct {
	Level   string `json:"level"`
	Benefit string `json:"benefit"` // code: [Discount], [Ticket], [Upgrade] or any other name
	// Quota is how many redemptions a period has, 0: any number. PeriodMonths is how
	// long the period is, in calendar months from 1 January: 1, 2, 3, 4, 6 or 12; 0: one
	// period without end.
	Quota        int `json:"quota,omitzero"`
	PeriodMonths int `json:"period_months,omitzero"`
	Terms
	Valid rapport.Interval `json:"valid"` // when it can be redeemed
}

// Grandfather says what is left of a level's benefits when the level is lost. A level
// that was raised gives its benefits at once; what was redeemed before in the period
// counts against its quota.
type Grandfather uint8

// The rules for benefits of a level that was lost.
const (
	// EndWithLevel ends them with the level. It is the default.
	EndWithLevel Grandfather = iota
	// EndOfPeriod leaves them until the period of their quota ends in which the level was
	// last held; those without a period end with the level.
	EndOfPeriod
	// ForDays leaves them for [BenefitOptions.Days] calendar days.
	ForDays
)

// BenefitOptions are the options of [NewBenefits]; nil or the zero value means that
// benefits end with their level.
type BenefitOptions struct {
	After Grandfather
	Days  int // of [ForDays], 1 to [MaxGraceDays]
}

// Benefits is a catalogue of what the levels of a programme give: an immutable value
// made by [NewBenefits], safe to share between goroutines.
type Benefits struct {
	levels   []string // the lowest first
	grants   []Grant
	of       map[string][]*Grant // by benefit
	options  BenefitOptions
	location *time.Location
}

// CatalogueError reports a catalogue of benefits that makes no sense.
type CatalogueError struct {
	Grant  int    // which grant, from 0; -1: the catalogue as a whole
	Field  string // "level", "benefit", "quota", "period months", "discount", "ceiling", "branches", "valid", "levels", "grants", "after" or "days"
	Value  string
	Reason string // for the reader of a log
}

// Error names the grant, the field and the reason.
func (e *CatalogueError) Error() string {
	if e.Grant < 0 {
		return fmt.Sprintf("segment: benefits: %s %q: %s", e.Field, e.Value, e.Reason)
	}
	return fmt.Sprintf("segment: benefits: grant %d: %s %q: %s", e.Grant, e.Field, e.Value, e.Reason)
}

// NewBenefits returns a catalogue of grants over levels, the lowest first. Two grants
// of one level and benefit must not be valid at the same time. The error is a
// [*CatalogueError]; what is given is copied. Periods and days are those of UTC;
// [Benefits.In] chooses another zone.
func NewBenefits(levels []string, grants []Grant, options *BenefitOptions) (*Benefits, error) {
	b := &Benefits{levels: slices.Clone(levels), grants: slices.Clone(grants), of: map[string][]*Grant{}, location: time.UTC}
	if options != nil {
		b.options = *options
	}
	fault := func(field string, value any, reason string) (*Benefits, error) {
		return nil, &CatalogueError{Grant: -1, Field: field, Value: fmt.Sprint(value), Reason: reason}
	}
	days := b.options.Days
	switch {
	case len(levels) == 0 || len(levels) > MaxLevels:
		return fault("levels", len(levels), "want 1 to 64")
	case len(grants) > MaxGrants:
		return fault("grants", len(grants), "too many")
	case b.options.After > ForDays:
		return fault("after", b.options.After, "unknown")
	case b.options.After == ForDays && (days < 1 || days > MaxGraceDays):
		return fault("days", days, "out of range")
	case b.options.After != ForDays && days != 0:
		return fault("days", days, "without their rule")
	}
	for i, name := range levels {
		reason := nameReason(name)
		if slices.Contains(levels[:i], name) {
			reason = "name twice"
		}
		if reason != "" {
			return fault("levels", name, reason)
		}
	}
	for i := range b.grants {
		b.grants[i].Branches = slices.Clone(b.grants[i].Branches)
		if err := b.grantFault(i); err != nil {
			return nil, err
		}
		g := &b.grants[i]
		b.of[g.Benefit] = append(b.of[g.Benefit], g)
	}
	return b, nil
}

func (b *Benefits) grantFault(i int) error {
	g := &b.grants[i]
	fault := func(field string, value any, reason string) error {
		return &CatalogueError{Grant: i, Field: field, Value: fmt.Sprint(value), Reason: reason}
	}
	switch {
	case !slices.Contains(b.levels, g.Level):
		return fault("level", g.Level, "no such level")
	case nameReason(g.Benefit) != "":
		return fault("benefit", g.Benefit, nameReason(g.Benefit))
	case g.Quota < 0 || g.Quota > MaxQuota:
		return fault("quota", g.Quota, "out of range")
	case g.PeriodMonths < 0 || g.PeriodMonths > 0 && yearMonths%max(g.PeriodMonths, 1) != 0:
		return fault("period months", g.PeriodMonths, "not 1, 2, 3, 4, 6, 12 or 0")
	case g.PeriodMonths > 0 && g.Quota == 0:
		return fault("period months", g.PeriodMonths, "without a quota")
	}
	if field, value, reason := g.Terms.fault(); reason != "" {
		return fault(field, value, reason)
	}
	for _, other := range b.of[g.Benefit] {
		if other.Level == g.Level && other.Valid.Overlaps(g.Valid) {
			return fault("valid", g.Valid, "overlaps another grant of the level and benefit")
		}
	}
	return nil
}

// fault says what is wrong with terms; the reason is "" if nothing is.
func (t *Terms) fault() (field, value, reason string) {
	switch {
	case t.Discount < 0 || t.Discount > MaxDiscount:
		return "discount", fmt.Sprint(int(t.Discount)), "not 0 to 10000 basis points"
	case t.Ceiling.Sign() < 0:
		return "ceiling", t.Ceiling.String(), "negative"
	case t.Ceiling.IsZero() && t.Ceiling.Currency() != 0: // it would be taken for none
		return "ceiling", t.Ceiling.String(), "takes nothing off"
	case t.Ceiling.Sign() > 0 && t.Discount == 0:
		return "ceiling", t.Ceiling.String(), "without a discount"
	}
	for i, branch := range t.Branches {
		if err := branch.Validate(); err != nil {
			return "branches", string(branch), err.Error()
		}
		if slices.Contains(t.Branches[:i], branch) {
			return "branches", string(branch), "comes twice"
		}
	}
	return "", "", ""
}

// off returns what the terms take off a price.
func (t *Terms) off(price rapport.Money) (rapport.Money, error) {
	if t.Discount == 0 {
		return rapport.Money{}, nil
	}
	off, err := t.Discount.Of(price)
	if err != nil || t.Ceiling.IsZero() {
		return off, err
	}
	beyond, err := off.Cmp(t.Ceiling)
	if beyond > 0 {
		off = t.Ceiling.Round(rapport.RoundDown)
	}
	return off, err
}

// In returns the same catalogue with the periods and days of a zone; nil means UTC.
// The zone is no part of the JSON.
func (b *Benefits) In(location *time.Location) *Benefits {
	moved := *b
	moved.location = zone(location)
	return &moved
}

// Levels returns the levels, the lowest first.
func (b *Benefits) Levels() []string { return slices.Clone(b.levels) }

// Grants returns the grants in the order in which they were given.
func (b *Benefits) Grants() []Grant {
	grants := slices.Clone(b.grants)
	for i := range grants {
		grants[i].Branches = slices.Clone(grants[i].Branches)
	}
	return grants
}

// Options returns the options.
func (b *Benefits) Options() BenefitOptions { return b.options }
