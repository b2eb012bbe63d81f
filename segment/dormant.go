package segment

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Account is a customer with a size and with what is made of it, such as the assets in
// a broker's account and the fees it pays.
type Account struct {
	ID       rapport.ID
	Size     float64 // at most [MaxValue] in size; all accounts in the same unit
	Earnings float64 // what it earns us, within the days of the policy; likewise
	Activity int     // trades, orders or visits within the days of the policy, at least 0
}

// AccountPolicy says when a great account is asleep and when a small one is a gem. A
// field that is zero means its default.
//
// A percentile is the share of the base below the account, with half of those equal to
// it (the account itself is one of these): from 0 to 1, 0.5 for all if all are equal. So
// a base whose accounts are alike has no large, no small and no rich ones.
type AccountPolicy struct {
	Days        int     // within which activity and earnings were counted; 180
	LargeFrom   float64 // size percentile from which an account is large; 0.80
	MaxActivity int     // at most so much activity makes a large account dormant; 0
	QuietBelow  float64 // activity percentile below which it does so too; 0: none does
	SmallBelow  float64 // size percentile below which an account is small; 0.50
	RichFrom    float64 // earnings percentile from which a small account is a gem; 0.95
}

// normal returns the policy with its defaults written out, or a [*PolicyError].
func (p AccountPolicy) normal() (AccountPolicy, error) {
	if p.Days == 0 {
		p.Days = 180
	}
	if p.Days < 0 {
		return p, &PolicyError{"accounts", "days", float64(p.Days), "negative"}
	}
	if p.MaxActivity < 0 {
		return p, &PolicyError{"accounts", "max_activity", float64(p.MaxActivity), "negative"}
	}
	for _, f := range []struct {
		name     string
		value    *float64
		standard float64
	}{{"large_from", &p.LargeFrom, 0.80}, {"quiet_below", &p.QuietBelow, 0}, {"small_below", &p.SmallBelow, 0.50}, {"rich_from", &p.RichFrom, 0.95}} {
		if *f.value == 0 {
			*f.value = f.standard
		}
		if !(*f.value >= 0 && *f.value <= 1) {
			return p, &PolicyError{"accounts", f.name, *f.value, "not from 0 to 1"}
		}
	}
	if p.SmallBelow > p.LargeFrom {
		return p, &PolicyError{"accounts", "small_below", p.SmallBelow, "above large_from"}
	}
	return p, nil
}

// AccountKind says what was found: a stable code.
type AccountKind string

// The kinds.
const (
	DormantLarge AccountKind = "dormant_large" // large and asleep
	HiddenGem    AccountKind = "hidden_gem"    // small, and among those who earn us most
)

// AccountFinding is an account that was found, with the evidence.
type AccountFinding struct {
	Kind    AccountKind
	Row     int // in the input, from 0
	Account Account
	// The percentiles of the account, as [AccountPolicy] defines them.
	SizePercentile, EarningsPercentile, ActivityPercentile float64
	Policy                                                 AccountPolicy // its defaults written out: the days and the bounds
}

// ActivityError reports an account with negative activity.
type ActivityError struct {
	Index    int // the row it was found in, from 0
	ID       rapport.ID
	Activity int
}

// Error gives the activity, the id and its row.
func (e *ActivityError) Error() string {
	return fmt.Sprintf("segment: activity %d of %q (row %d): want at least 0", e.Activity, e.ID, e.Index)
}

// Detect finds the large accounts that are dormant, the largest first, and then the
// small ones that are gems, those with the greatest earnings first; equal ones by id. A
// large account has a size above zero, a gem earns above zero, whatever the
// percentiles. The rows are only read, and what is found does not depend on their
// order. Errors: a [*PolicyError], a [*ValueError], an [*ActivityError], an
// [*IDError].
func (p AccountPolicy) Detect(accounts []Account) ([]AccountFinding, error) {
	p, err := p.normal()
	if err != nil {
		return nil, err
	}
	size, earnings, activity := make([]float64, len(accounts)), make([]float64, len(accounts)), make([]float64, len(accounts))
	_, err = checkRows(len(accounts), func(i int) (rapport.ID, error) {
		a := &accounts[i]
		size[i], earnings[i], activity[i] = a.Size, a.Earnings, float64(a.Activity)
		if a.Activity < 0 {
			return a.ID, &ActivityError{Index: i, ID: a.ID, Activity: a.Activity}
		}
		if err := checkValue(i, a.ID, "size", a.Size); err != nil {
			return a.ID, err
		}
		return a.ID, checkValue(i, a.ID, "earnings", a.Earnings)
	})
	if err != nil {
		return nil, err
	}
	size, earnings, activity = percentiles(size), percentiles(earnings), percentiles(activity)
	var found []AccountFinding
	for i, a := range accounts {
		f := AccountFinding{Row: i, Account: a, SizePercentile: size[i], EarningsPercentile: earnings[i], ActivityPercentile: activity[i], Policy: p}
		if f.Kind = p.kind(&f); f.Kind != "" {
			found = append(found, f)
		}
	}
	slices.SortFunc(found, func(a, b AccountFinding) int {
		byMeasure := cmp.Compare(b.Account.Size, a.Account.Size)
		if a.Kind == HiddenGem {
			byMeasure = cmp.Compare(b.Account.Earnings, a.Account.Earnings)
		}
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), byMeasure, cmp.Compare(a.Account.ID, b.Account.ID))
	})
	return found, nil
}

// kind tells what an account is by its percentiles, "" if neither.
func (p *AccountPolicy) kind(f *AccountFinding) AccountKind {
	switch {
	case f.SizePercentile >= p.LargeFrom && f.Account.Size > 0 &&
		(f.Account.Activity <= p.MaxActivity || f.ActivityPercentile < p.QuietBelow):
		return DormantLarge
	case f.SizePercentile < p.SmallBelow && f.EarningsPercentile >= p.RichFrom && f.Account.Earnings > 0:
		return HiddenGem
	}
	return ""
}

// percentiles returns for each value the share of values below it and half of the share
// of those equal to it.
func percentiles(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	numeric.RadixSort(order, func(row *int) uint64 { return numeric.FloatKey(values[*row]) })
	result := make([]float64, len(values))
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && values[order[to]] == values[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			result[i] = float64(from+to) / 2 / float64(len(values))
		}
		from = to
	}
	return result
}
