package identity_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

// onDay is an instant n days after the first of 2024.
func onDay(n int) time.Time { return time.Date(2024, 1, 1+n, 0, 0, 0, 0, time.UTC) }

func mustCustomer(t require.TestingT, d customer.Draft) customer.Customer {
	c, err := customer.New(d)
	require.NoError(t, err)
	return c
}

func mustGolden(t require.TestingT, sources []identity.Source, rules *identity.Survivorship) identity.GoldenRecord {
	golden, err := identity.Golden(sources, rules)
	require.NoError(t, err)
	return golden
}

func asJSON(t require.TestingT, value any) string {
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

// person is a source that states little.
func person(t require.TestingT, id rapport.ID, day int) identity.Source {
	return identity.Source{
		ID: "s-" + id, System: "branch-" + string(id), At: onDay(day), RecordedAt: onDay(day),
		Record: mustCustomer(t, customer.Draft{ID: id, Kind: customer.Person, Name: "Person " + string(id), RecordedAt: onDay(day)}),
	}
}

func drawDays(r *rapid.T, label string) rapport.Interval {
	start, end := rapid.IntRange(-1, 8).Draw(r, label+" start"), rapid.IntRange(0, 10).Draw(r, label+" end")
	var from, to time.Time // open
	if start >= 0 {
		from = onDay(start)
	}
	if end > start && end < 10 {
		to = onDay(end)
	}
	valid, err := rapport.NewInterval(from, to)
	if err != nil {
		r.Fatal(err)
	}
	return valid
}

func pick[T any](r *rapid.T, label string, of ...T) T { return rapid.SampledFrom(of).Draw(r, label) }

// few draws a list whose entries often clash with those of other sources.
func few[T any](r *rapid.T, label string, entry func(*rapid.T) T) []T {
	return rapid.SliceOfN(rapid.Custom(entry), 0, 4).Draw(r, label)
}

func drawRecord(r *rapid.T, id rapport.ID) customer.Customer {
	return rapid.Custom(func(r *rapid.T) customer.Customer {
		c, err := customer.New(drawRecordDraft(r, id))
		if err != nil { // entries of one source that exclude each other
			c = mustCustomer(r, customer.Draft{ID: id, Kind: customer.Person, RecordedAt: onDay(3)})
		}
		return c
	}).Draw(r, "record")
}

func drawRecordDraft(r *rapid.T, id rapport.ID) customer.Draft {
	verified := func(r *rapid.T) (bool, time.Time, string) {
		if !rapid.Bool().Draw(r, "verified") {
			return false, time.Time{}, ""
		}
		return true, onDay(rapid.IntRange(0, 5).Draw(r, "verified on")), pick(r, "verified by", "", "call-back")
	}
	d := customer.Draft{
		ID: id, Kind: customer.Person, Name: pick(r, "name", "", "李明", "Li Ming", "Ming Li"),
		Visibility: customer.Visibility(rapid.IntRange(0, 6).Draw(r, "visibility")),
		EndUser:    rapid.Bool().Draw(r, "end user"),
		RecordedAt: onDay(rapid.IntRange(0, 9).Draw(r, "recorded")),
	}
	if rapid.Bool().Draw(r, "since known") {
		d.Since = onDay(rapid.IntRange(-9, 9).Draw(r, "since"))
	}
	d.OtherNames = few(r, "names", func(r *rapid.T) customer.Name {
		n := customer.Name{Usage: pick(r, "usage", "", customer.UsageAlias), Text: pick(r, "text", "Ming", "明"), Valid: drawDays(r, "valid")}
		n.Verified, n.VerifiedAt, n.VerifiedBy = verified(r)
		return n
	})
	d.Identifiers = few(r, "identifiers", func(r *rapid.T) customer.Identifier {
		return customer.Identifier{System: pick(r, "system", "erp", "crm"), Type: "account", Value: pick(r, "value", "1", "2", "3"), Normal: pick(r, "normal", "", "1", "2")}
	})
	d.Contacts = few(r, "contacts", func(r *rapid.T) customer.ContactPoint {
		p := customer.ContactPoint{Channel: pick(r, "channel", customer.ChannelPhone, customer.ChannelEmail), Value: pick(r, "value", "a", "b", "c"), Preferred: rapid.Bool().Draw(r, "preferred"), Valid: drawDays(r, "valid")}
		p.Verified, p.VerifiedAt, p.VerifiedBy = verified(r)
		return p
	})
	d.Addresses = few(r, "addresses", func(r *rapid.T) customer.Address {
		a := customer.Address{Country: "CN", City: pick(r, "city", "Foshan", "Wuhan"), Usage: pick(r, "usage", "", customer.UsageBilling), Preferred: rapid.Bool().Draw(r, "preferred"), Valid: drawDays(r, "valid")}
		a.Verified, a.VerifiedAt, a.VerifiedBy = verified(r)
		return a
	})
	d.Roles = few(r, "roles", func(r *rapid.T) customer.Role {
		return customer.Role{Type: pick(r, "type", customer.Consumer, customer.Partner), Valid: drawDays(r, "valid")}
	})
	d.Attributes = few(r, "attributes", func(r *rapid.T) customer.Attribute {
		return customer.Attribute{Name: "size", Value: customer.NumberOf(pick(r, "value", 1.0, 2.0)), Source: pick(r, "source", "", "survey"), Sensitive: rapid.Bool().Draw(r, "sensitive"), Valid: drawDays(r, "valid")}
	})
	d.Preferences = few(r, "preferences", func(r *rapid.T) customer.Preference {
		return customer.Preference{Topic: customer.TopicTime, Choice: pick(r, "choice", "evening", "noon"), Dislike: rapid.Bool().Draw(r, "dislike"), Source: pick(r, "source", "", "survey"), Valid: drawDays(r, "valid")}
	})
	d.Owners = few(r, "owners", func(r *rapid.T) customer.Ownership {
		return customer.Ownership{Owner: pick(r, "owner", "li", "wu", "zhao"), Role: customer.OwnerSales, Share: pick(r, "share", 0, 1.0/3, .5, 1), Valid: drawDays(r, "valid")}
	})
	return d
}

// drawSources draws statements of some systems about some ids.
func drawSources(r *rapid.T) []identity.Source {
	sources := make([]identity.Source, rapid.IntRange(1, 6).Draw(r, "sources"))
	for i := range sources {
		sources[i] = identity.Source{
			ID:     rapport.ID("s" + strconv.Itoa(i)),
			System: pick(r, "system", "east", "west", "south"), Trust: rapid.IntRange(0, 2).Draw(r, "trust"),
			Record:   drawRecord(r, pick[rapport.ID](r, "customer", "a", "b", "c")),
			Verified: rapid.Bool().Draw(r, "verified"),
			At:       onDay(rapid.IntRange(0, 4).Draw(r, "at")), RecordedAt: onDay(rapid.IntRange(0, 4).Draw(r, "recorded")),
		}
	}
	return sources
}

func drawRules(r *rapid.T) *identity.Survivorship {
	if rapid.Bool().Draw(r, "defaults") {
		return nil
	}
	s := &identity.Survivorship{Rules: map[string][]identity.SurvivorRule{}}
	if rapid.Bool().Draw(r, "trust") {
		s.Trust = []string{"west", "east"}
	}
	s.Rules["name"] = rapid.SliceOfNDistinct(rapid.SampledFrom([]identity.SurvivorRule{
		identity.Trusted, identity.Recent, identity.RecentVerified, identity.Frequent, identity.Longest, identity.MostComplete,
	}), 1, 3, rapid.ID).Draw(r, "name rules")
	lists := rapid.SliceOfNDistinct(rapid.SampledFrom([]identity.SurvivorRule{
		identity.Trusted, identity.Recent, identity.RecentVerified, identity.MostComplete,
	}), 1, 3, rapid.ID)
	for _, field := range []string{"contacts", "owners", "preferences"} {
		rules := lists.Draw(r, field+" rules")
		if rapid.Bool().Draw(r, field+" united") {
			rules = slices.Insert(slices.Clone(rules), 0, identity.Union)
		}
		s.Rules[field] = rules
	}
	return s
}
