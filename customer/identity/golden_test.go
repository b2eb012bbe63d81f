package identity_test

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

func TestGoldenIsPure(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		sources, rules := drawSources(r), drawRules(r)
		golden := mustGolden(r, sources, rules)
		shuffled := rapid.Permutation(sources).Draw(r, "shuffled")
		require.Equal(r, asJSON(r, golden), asJSON(r, mustGolden(r, shuffled, rules)), "the order of the sources does not matter")

		_, err := customer.New(golden.Customer.Draft())
		require.NoError(r, err)
		require.Equal(r, len(sources), len(golden.Sources)+len(golden.Superseded))
		lists := map[string]int{
			"other_names": len(golden.Customer.OtherNames()), "identifiers": len(golden.Customer.Identifiers()),
			"contacts": len(golden.Customer.Contacts()), "addresses": len(golden.Customer.Addresses()), "roles": len(golden.Customer.Roles()),
			"attributes": len(golden.Customer.Attributes()), "preferences": len(golden.Customer.Preferences()), "owners": len(golden.Customer.Owners()),
		}
		for field, length := range lists {
			from, _ := golden.Field(field)
			require.Len(r, from.Entries, length, field)
			for _, e := range from.Entries {
				require.NotEmpty(r, e.Sources)
			}
		}
		if len(golden.Sources) == 1 {
			only := sources[slices.IndexFunc(sources, func(s identity.Source) bool { return s.ID == golden.Sources[0].ID })]
			require.Equal(r, asJSON(r, only.Record), asJSON(r, golden.Customer), "a single source is left as it is")
		}
		requireNothingLost(r, sources, golden)
	})
}

// requireNothingLost looks for what every source that speaks states in lists that are
// united by default and by every drawn rule.
func requireNothingLost(t require.TestingT, sources []identity.Source, golden identity.GoldenRecord) {
	for _, s := range sources {
		if _, speaks := golden.Origin(s.ID); !speaks {
			continue
		}
		for _, id := range s.Record.Identifiers() {
			require.True(t, slices.ContainsFunc(golden.Customer.Identifiers(), func(g customer.Identifier) bool { return g.Key() == id.Key() }))
		}
		for _, a := range s.Record.Addresses() {
			require.True(t, slices.ContainsFunc(golden.Customer.Addresses(), func(g customer.Address) bool { return g.City == a.City && g.Usage == a.Usage }))
		}
		for _, role := range s.Record.Roles() {
			require.True(t, slices.ContainsFunc(golden.Customer.Roles(), func(g customer.Role) bool { return g.Type == role.Type }))
		}
		if s.Record.EndUser() {
			require.True(t, golden.Customer.EndUser())
		}
		policy := func(c customer.Customer) customer.Visibility { return cmp.Or(c.Visibility(), customer.VisibleCompany) }
		require.LessOrEqual(t, policy(golden.Customer), policy(s.Record), "never shown to more than a source allows")
	}
}

// stating is a source of a person with a name and when it came.
func stating(t *testing.T, id rapport.ID, name string, day int) identity.Source {
	s := person(t, id, day)
	d := s.Record.Draft()
	d.Name = name
	s.Record = mustCustomer(t, d)
	return s
}

func TestSurvivorRules(t *testing.T) {
	a, b, c, d := stating(t, "a", "Ann", 4), stating(t, "b", "Annabel", 3), stating(t, "c", "Ann", 2), stating(t, "d", "Anna", 1)
	b.Trust, c.Verified = 1, true
	d2 := d.Record.Draft()
	d2.EndUser = true
	d.Record = mustCustomer(t, d2)
	sources := []identity.Source{a, b, c, d}
	for _, test := range []struct {
		rules  []identity.SurvivorRule
		want   string
		source rapport.ID
		by     identity.SurvivorRule
	}{
		{nil, "Annabel", "s-b", identity.Trusted},
		{[]identity.SurvivorRule{identity.Recent}, "Ann", "s-a", identity.Recent},
		{[]identity.SurvivorRule{identity.RecentVerified}, "Ann", "s-c", identity.RecentVerified},
		{[]identity.SurvivorRule{identity.Frequent}, "Ann", "s-a", identity.Frequent},
		{[]identity.SurvivorRule{identity.Longest}, "Annabel", "s-b", identity.Longest},
		{[]identity.SurvivorRule{identity.MostComplete}, "Anna", "s-d", identity.MostComplete},
	} {
		rules := &identity.Survivorship{Rules: map[string][]identity.SurvivorRule{}}
		if test.rules != nil {
			rules.Rules["name"] = test.rules
		}
		golden := mustGolden(t, sources, rules)
		from, stated := golden.Field("name")
		require.True(t, stated)
		require.Equal(t, test.want, golden.Customer.Name(), test.rules)
		require.Equal(t, test.source, from.Source, test.rules)
		require.Equal(t, test.by, from.Rule, test.rules)
		require.Len(t, from.Alternatives, 2, test.rules)
	}
	trust := mustGolden(t, sources, &identity.Survivorship{Trust: []string{"branch-d"}})
	require.Equal(t, "Anna", trust.Customer.Name(), "the order of systems comes before the trust of sources")
	require.Equal(t, rapport.ID("d"), trust.Customer.ID(), "the oldest record")

	a.At, b.Trust = b.At, 0
	tie := mustGolden(t, []identity.Source{b, a}, nil)
	from, _ := tie.Field("name")
	require.Equal(t, "Ann", tie.Customer.Name())
	require.Equal(t, identity.LowestSource, from.Rule)
	require.Equal(t, []identity.Alternative{{Source: "s-b", Value: "Annabel"}}, from.Alternatives)
	require.Equal(t, rapport.ID("a"), tie.Customer.ID(), "the lowest id of the oldest")
}

func TestGoldenReconcilesLists(t *testing.T) {
	better, worse := person(t, "a", 2), person(t, "b", 1)
	better.Trust = 1
	with := func(s identity.Source, change func(*customer.Draft)) identity.Source {
		d := s.Record.Draft()
		change(&d)
		s.Record = mustCustomer(t, d)
		return s
	}
	better = with(better, func(d *customer.Draft) {
		d.Contacts = []customer.ContactPoint{
			{Channel: "phone", Value: "1", Valid: rapport.MustInterval("2020-01-01T00:00:00Z/2024-01-01T00:00:00Z")},
			{Channel: "phone", Value: "2", Preferred: true},
		}
		d.Preferences = []customer.Preference{{Topic: "time", Choice: "noon", Source: "survey"}}
		d.Owners = []customer.Ownership{{Owner: "li", Role: "sales", Share: .7}}
		d.Attributes = []customer.Attribute{{Name: "size", Value: customer.NumberOf(3)}}
	})
	worse = with(worse, func(d *customer.Draft) {
		d.Contacts = []customer.ContactPoint{
			{Channel: "phone", Value: "3", Preferred: true},
			{Channel: "phone", Value: "1", Verified: true, Valid: rapport.MustInterval("2018-01-01T00:00:00Z/..")},
		}
		d.Preferences = []customer.Preference{{Topic: "time", Choice: "noon", Dislike: true, Source: "survey"}}
		d.Owners = []customer.Ownership{{Owner: "wu", Role: "sales", Share: .5}, {Owner: "li", Role: "service", Share: 1}}
		d.Attributes = []customer.Attribute{{Name: "size", Value: customer.NumberOf(3)}}
	})
	golden := mustGolden(t, []identity.Source{worse, better}, nil)
	require.Equal(t, []customer.ContactPoint{
		{Channel: "phone", Value: "1", Verified: true, Valid: rapport.MustInterval("2018-01-01T00:00:00Z/2024-01-01T00:00:00Z")},
		{Channel: "phone", Value: "2", Preferred: true},
		{Channel: "phone", Value: "3"},
	}, golden.Customer.Contacts())
	from, _ := golden.Field("contacts")
	require.Equal(t, []identity.Entry{
		{Sources: []rapport.ID{"s-a", "s-b"}}, {Sources: []rapport.ID{"s-a"}}, {Sources: []rapport.ID{"s-b"}, Yielded: true},
	}, from.Entries)
	from, _ = golden.Field("preferences")
	require.Equal(t, []identity.Entry{{Sources: []rapport.ID{"s-a"}, Overruled: []rapport.ID{"s-b"}}}, from.Entries)
	require.False(t, golden.Customer.Preferences()[0].Dislike)
	owners := golden.Customer.Owners()
	require.Equal(t, []float64{.7, 0, 1}, []float64{owners[0].Share, owners[1].Share, owners[2].Share})
	sizes := golden.Customer.Attributes()
	require.Equal(t, []string{"branch-a", "branch-b"}, []string{sizes[0].Source, sizes[1].Source}, "what went without saying is said")
	require.Equal(t, onDay(2), sizes[0].RecordedAt)

	whole := mustGolden(t, []identity.Source{worse, better}, &identity.Survivorship{Rules: map[string][]identity.SurvivorRule{"contacts": {identity.Recent}}})
	require.Equal(t, better.Record.Contacts(), whole.Customer.Contacts())
	from, _ = whole.Field("contacts")
	require.Equal(t, []identity.Alternative{{Source: "s-b"}}, from.Alternatives)
}

func TestGoldenStatedAgain(t *testing.T) {
	first, again := stating(t, "a", "Old", 1), stating(t, "a", "New", 2)
	again.ID, again.System = "later", first.System
	golden := mustGolden(t, []identity.Source{again, first}, &identity.Survivorship{Rules: map[string][]identity.SurvivorRule{"name": {identity.Longest}}})
	require.Equal(t, "New", golden.Customer.Name())
	require.Equal(t, []identity.Origin{{"later", "a", "branch-a", onDay(2), onDay(2)}}, golden.Sources)
	require.Equal(t, []rapport.ID{"s-a"}, golden.Superseded)
}

func TestGoldenRefuses(t *testing.T) {
	a, b := person(t, "a", 1), person(t, "b", 2)
	firm := b
	d := b.Record.Draft()
	d.Kind = customer.Organisation
	firm.Record = mustCustomer(t, d)
	twin := b
	twin.ID = a.ID
	many := func(s identity.Source, prefix string) identity.Source {
		d := s.Record.Draft()
		for i := range customer.MaxEntries/2 + 1 {
			d.Identifiers = append(d.Identifiers, customer.Identifier{System: "erp", Type: "account", Value: prefix + strconv.Itoa(i)})
		}
		s.Record = mustCustomer(t, d)
		return s
	}
	for _, test := range []struct {
		sources []identity.Source
		reason  identity.SourceReason
		text    string
	}{
		{nil, identity.NoSources, "identity: golden record: no-sources"},
		{[]identity.Source{a, b, a}, identity.DuplicateSource, `identity: golden record: source "s-a": duplicate-source`},
		{[]identity.Source{twin, a}, identity.DuplicateSource, `identity: golden record: source "s-a": duplicate-source`},
		{[]identity.Source{firm, a}, identity.KindsDiffer, `identity: golden record: source "s-b": kinds-differ`},
		{[]identity.Source{a, {ID: "x"}}, identity.InvalidSource, `identity: golden record: source "x": invalid-source: customer: source record "x" is not valid: system: missing; record: missing; at: missing; recorded_at: missing`},
		{[]identity.Source{many(a, "a"), many(b, "b")}, identity.InvalidResult, `identity: golden record: invalid-result: customer: customer "a" is not valid: identifiers: too-many`},
	} {
		_, err := identity.Golden(test.sources, nil)
		wrong, ok := errors.AsType[*identity.SourceError](err)
		require.True(t, ok, test.text)
		require.Equal(t, test.reason, wrong.Reason)
		require.EqualError(t, err, test.text)
	}
	for field, rules := range map[string][]identity.SurvivorRule{
		"name": {identity.Earliest}, "since": {identity.Longest}, "contacts": {identity.Recent, identity.Union}, "roles": {identity.Frequent},
		"id": {identity.Recent}, "kind": {identity.Recent}, "shoe_size": {identity.Recent}, "end_user": {}, "visibility": {identity.AnyTrue},
	} {
		_, err := identity.Golden([]identity.Source{a}, &identity.Survivorship{Rules: map[string][]identity.SurvivorRule{field: rules}})
		wrong, ok := errors.AsType[*identity.RuleError](err)
		require.True(t, ok, field)
		require.Equal(t, field, wrong.Field)
		require.True(t, strings.HasPrefix(err.Error(), "identity: survivorship of field "+strconv.Quote(field)))
	}
}

func TestSourceJSON(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		want := drawSources(r)[0]
		require.NoError(r, want.Validate())
		text := asJSON(r, want)
		var got identity.Source
		require.NoError(r, got.UnmarshalJSON([]byte(text)))
		require.Equal(r, text, asJSON(r, got))
		require.True(r, want.Record.Equal(got.Record))
	})
	var s identity.Source
	for text, want := range map[string]string{
		`{"format":2}`:            "customer: source record JSON has format 2",
		`{"format":1,"else":1}`:   `identity: decode source record: json: unknown field "else"`,
		`{"format":1,"id":"a"}`:   `customer: source record "a" is not valid: system: missing`,
		`{"format":1`:             "identity: decode source record: unexpected end of JSON input",
		`{"format":1,"id":"\t"}`:  "identity: decode source record",
		`{"format":1,"Format":1}`: "identity: decode source record",
	} {
		err := s.UnmarshalJSON([]byte(text))
		require.ErrorContains(t, err, want, text)
		require.Equal(t, identity.Source{}, s)
	}
}
