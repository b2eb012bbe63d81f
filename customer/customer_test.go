package customer_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func interval(t *testing.T, start, end string) rapport.Interval {
	t.Helper()
	var from, to time.Time
	if start != "" {
		from = day(start)
	}
	if end != "" {
		to = day(end)
	}
	valid, err := rapport.NewInterval(from, to)
	require.NoError(t, err)
	return valid
}

func fullDraft() customer.Draft {
	return customer.Draft{
		ID: "00004", Kind: customer.Person, Name: "李梅",
		OtherNames: []customer.Name{
			{Usage: customer.UsageLegal, Text: "Mei Li", Family: "Li", Given: "Mei"},
			{Usage: customer.UsageFormer, Text: "Mei Wang", Valid: since("2001-05-06")},
		},
		Identifiers: []customer.Identifier{
			{System: "erp", Type: "account", Value: "C001"},
			{System: "shop", Type: "card", Value: "C001"},
			{System: "erp", Type: "tax", Value: "C001"},
		},
		Contacts: []customer.ContactPoint{
			{Channel: customer.ChannelEmail, Value: "mei@example.com", Usage: customer.UsageHome, Verified: true},
			{Channel: customer.ChannelPhone, Value: "+86 20 5550 0123", Preferred: true, Valid: since("2020-01-01")},
			{Channel: "night-chat", Value: "mei<3>"},
		},
		Roles: []customer.Role{
			{Type: customer.Consumer, Valid: since("2020-01-01")},
			{Type: customer.Internal, Valid: since("2022-01-01")},
		},
		EndUser:    true,
		Since:      day("2020-01-01"),
		RecordedAt: day("2022-02-03").Add(4*time.Hour + 5*time.Nanosecond),
	}
}

// problemsOf returns the problems of a *ValidationError as "field: reason".
func problemsOf(t *testing.T, err error) []string {
	t.Helper()
	invalid, ok := errors.AsType[*customer.ValidationError](err)
	require.Truef(t, ok, "want a *ValidationError, got %v", err)
	var list []string
	for _, p := range invalid.Problems {
		require.True(t, invalid.Has(p.Field, p.Reason))
		require.ErrorContains(t, err, p.Field+": "+string(p.Reason))
		list = append(list, p.Field+": "+string(p.Reason))
	}
	return list
}

func TestNewKeepsEveryField(t *testing.T) {
	draft := fullDraft()
	c, err := customer.New(draft)
	require.NoError(t, err)
	if diff := cmp.Diff(draft, c.Draft(), cmp.AllowUnexported(rapport.Interval{})); diff != "" {
		t.Errorf("draft changed on its way (-given +kept):\n%s", diff)
	}
	require.EqualValues(t, 0, c.Version())
	restored, err := customer.Restore(c.Draft(), 7)
	require.NoError(t, err)
	require.EqualValues(t, 7, restored.Version())
	require.False(t, restored.Equal(c), "the version is part of equality")
	_, err = customer.Restore(c.Draft(), 0)
	require.Equal(t, []string{"version: out-of-range"}, problemsOf(t, err))
}

func TestNewReportsEveryProblem(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*customer.Draft)
		want   []string
	}{
		"nothing given": {
			func(d *customer.Draft) { *d = customer.Draft{} },
			[]string{"id: missing", "kind: missing", "recorded_at: missing"},
		},
		"text": {
			func(d *customer.Draft) {
				d.ID = rapport.ID(strings.Repeat("x", 129))
				d.Name = " \u3000 "
				d.OtherNames[0].Text = "a\xffb"
				d.OtherNames[1].Family = "a\tb"
				d.Identifiers[1].Value = ""
				d.Contacts[2].Channel = customer.Channel(strings.Repeat("x", 129))
				d.Contacts[0].Value = strings.Repeat("é", 513)
			},
			[]string{
				"id: too-long", "name: blank", "other_names[0].text: not-utf8",
				"other_names[1].family: control-character", "identifiers[1].value: missing",
				"contacts[0].value: too-long", "contacts[2].channel: too-long",
			},
		},
		"codes": {
			func(d *customer.Draft) { d.Kind = 4; d.Roles[0].Type = 0; d.Roles[1].Type = 8 },
			[]string{"kind: unknown", "roles[0].type: missing", "roles[1].type: unknown"},
		},
		"identifier twice": {
			func(d *customer.Draft) { d.Identifiers[2] = d.Identifiers[0] },
			[]string{"identifiers[2]: duplicate"},
		},
		"contact twice, both preferred": {
			func(d *customer.Draft) { d.Contacts[2] = d.Contacts[1] },
			[]string{"contacts[2]: duplicate", "contacts[2].preferred: overlap"},
		},
		"role twice at one time": {
			func(d *customer.Draft) { d.Roles[1] = customer.Role{Type: customer.Consumer} },
			[]string{"roles[1].valid: overlap"},
		},
		"times": {
			func(d *customer.Draft) {
				d.Since = day("1677-12-31")
				d.RecordedAt = day("2262-01-01")
				d.Roles[0].Valid = since("1500-01-01")
			},
			[]string{"roles[0].valid: out-of-range", "since: out-of-range", "recorded_at: out-of-range"},
		},
		"lists": {
			func(d *customer.Draft) {
				d.Contacts = make([]customer.ContactPoint, customer.MaxEntries+1)
				d.Identifiers = make([]customer.Identifier, customer.MaxEntries+1)
			},
			[]string{"identifiers: too-many", "contacts: too-many"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			draft := fullDraft()
			tc.change(&draft)
			c, err := customer.New(draft)
			if diff := cmp.Diff(tc.want, problemsOf(t, err)); diff != "" {
				t.Errorf("problems of %+v (-want +got):\n%s", draft, diff)
			}
			require.True(t, c.IsZero())
		})
	}
}

func TestTextLimitsAreInclusive(t *testing.T) {
	draft := fullDraft()
	draft.ID = rapport.ID(strings.Repeat("x", rapport.MaxIDLength))
	draft.Name = strings.Repeat("x", customer.MaxTextLength)
	draft.Contacts[2].Channel = customer.Channel(strings.Repeat("x", customer.MaxCodeLength))
	draft.Since, draft.RecordedAt = day("1678-01-01"), day("2261-12-31")
	_, err := customer.New(draft)
	require.NoError(t, err)
	draft.Name = "\uFFFD" // the replacement character itself is valid UTF-8
	_, err = customer.New(draft)
	require.NoError(t, err)
}

func TestRolesFollowTheDates(t *testing.T) {
	c, err := customer.New(customer.Draft{ID: "x", Kind: customer.Organisation, RecordedAt: day("2020-01-01"),
		Roles: []customer.Role{
			{Type: customer.Distributor, Valid: interval(t, "2024-01-01", "2025-01-01")},
			{Type: customer.Enterprise},
			{Type: customer.Distributor, Valid: interval(t, "2026-01-01", "")},
		}})
	require.NoError(t, err)
	for date, want := range map[string][]customer.RoleType{
		"1999-01-01": {customer.Enterprise},
		"2023-12-31": {customer.Enterprise},
		"2024-01-01": {customer.Enterprise, customer.Distributor},
		"2024-12-31": {customer.Enterprise, customer.Distributor},
		"2025-01-01": {customer.Enterprise},
		"2026-01-01": {customer.Enterprise, customer.Distributor},
	} {
		if diff := cmp.Diff(want, c.RolesAt(day(date))); diff != "" {
			t.Errorf("roles at %s (-want +got):\n%s", date, diff)
		}
		require.Equal(t, len(want) == 2, c.HasRole(customer.Distributor, day(date)), date)
	}
	require.False(t, c.HasRole(customer.Partner, day("2024-01-01")))
	require.Empty(t, customer.Customer{}.RolesAt(day("2024-01-01")))
}

func TestChangingRoles(t *testing.T) {
	start, err := customer.New(customer.Draft{ID: "x", Kind: customer.Person, RecordedAt: day("2020-01-01")})
	require.NoError(t, err)
	prospect, err := start.WithRole(customer.Prospect, day("2020-01-01"))
	require.NoError(t, err)
	require.Empty(t, start.Roles(), "the original value does not change")

	reasonOf := func(err error) customer.Reason {
		t.Helper()
		refused, ok := errors.AsType[*customer.RoleError](err)
		require.Truef(t, ok, "want a *RoleError, got %v", err)
		require.NotEmpty(t, refused.Error())
		return refused.Reason
	}
	_, err = prospect.WithRole(customer.Prospect, day("2021-01-01"))
	require.Equal(t, customer.Overlap, reasonOf(err))
	_, err = prospect.WithRole(customer.Prospect, day("2019-01-01"))
	require.Equal(t, customer.Overlap, reasonOf(err), "an open role would run into the later one")
	_, err = prospect.EndRole(customer.Consumer, day("2021-01-01"))
	require.Equal(t, customer.Missing, reasonOf(err))
	_, err = prospect.EndRole(customer.Prospect, day("2020-01-01"))
	require.Equal(t, customer.Missing, reasonOf(err), "nothing is held just before its start")
	_, err = prospect.EndRole(customer.Prospect, time.Time{})
	require.Equal(t, customer.OutOfRange, reasonOf(err))
	_, err = prospect.WithRole(9, day("2021-01-01"))
	require.Equal(t, []string{"roles[1].type: unknown"}, problemsOf(t, err))

	ended, err := prospect.EndRole(customer.Prospect, day("2021-01-01"))
	require.NoError(t, err)
	require.True(t, ended.HasRole(customer.Prospect, day("2020-12-31")))
	require.False(t, ended.HasRole(customer.Prospect, day("2021-01-01")))
	again, err := ended.WithRole(customer.Prospect, day("2021-01-01"))
	require.NoError(t, err, "a role may begin the instant it ended")
	require.True(t, again.HasRole(customer.Prospect, day("2021-01-01")))
	require.True(t, prospect.HasRole(customer.Prospect, day("2021-01-01")), "the copy before the end is untouched")
}

// Requirement B3: internal customers are left out of revenue figures.
func TestRevenueBaseLeavesOutInternalCustomers(t *testing.T) {
	var parties []customer.Customer
	for i := range 10 {
		role := customer.Consumer
		if i < 2 {
			role = customer.Internal
		}
		c, err := customer.New(customer.Draft{
			ID: rapport.ID(fmt.Sprint("party-", i)), Kind: customer.Person, RecordedAt: day("2024-01-01"),
			Roles: []customer.Role{{Type: role, Valid: since("2024-01-01")}},
		})
		require.NoError(t, err)
		parties = append(parties, c)
	}
	base := 0
	for _, c := range parties {
		if c.InRevenueBase(day("2024-06-01")) {
			base++
		}
	}
	require.Equal(t, 8, base)

	var internal []rapport.ID
	for c := range customer.Holding(slices.Values(parties), customer.Internal, day("2024-06-01")) {
		internal = append(internal, c.ID())
	}
	require.Equal(t, []rapport.ID{"party-0", "party-1"}, internal)
	for c := range customer.Holding(slices.Values(parties), customer.Internal, day("2024-06-01")) {
		require.Equal(t, rapport.ID("party-0"), c.ID(), "stops when the loop does")
		break
	}
	for range customer.Holding(slices.Values(parties), customer.Internal, day("2023-12-31")) {
		t.Fatal("nobody held the role before its start")
	}
}

func TestContactAt(t *testing.T) {
	draft := customer.Draft{ID: "x", Kind: customer.Person, RecordedAt: day("2024-01-01"),
		Contacts: []customer.ContactPoint{
			{Channel: customer.ChannelEmail, Value: "mail"},
			{Channel: customer.ChannelPhone, Value: "old", Preferred: true, Valid: interval(t, "", "2020-01-01")},
			{Channel: customer.ChannelPhone, Value: "unverified"},
			{Channel: customer.ChannelPhone, Value: "verified", Verified: true},
			{Channel: customer.ChannelPhone, Value: "also verified", Verified: true},
			{Channel: customer.ChannelPhone, Value: "new", Preferred: true, Valid: interval(t, "2022-01-01", "")},
		}}
	c, err := customer.New(draft)
	require.NoError(t, err)
	for date, want := range map[string]string{"2019-12-31": "old", "2020-01-01": "verified", "2022-01-01": "new"} {
		point, ok := c.ContactAt(customer.ChannelPhone, day(date))
		require.True(t, ok)
		require.Equal(t, want, point.Value, date)
	}
	_, ok := c.ContactAt(customer.ChannelFax, day("2024-01-01"))
	require.False(t, ok)
}

func TestChangesKeepTheRest(t *testing.T) {
	c, err := customer.Restore(fullDraft(), 3)
	require.NoError(t, err)
	card := customer.Identifier{System: "club", Type: "card", Value: "77"}

	changed, err := c.WithIdentifier(card)
	require.NoError(t, err)
	require.True(t, changed.HasIdentifier(card))
	require.False(t, c.HasIdentifier(card))
	require.EqualValues(t, 3, changed.Version(), "only a store raises the version")
	_, err = changed.WithIdentifier(card)
	require.Equal(t, []string{"identifiers[4]: duplicate"}, problemsOf(t, err))
	require.True(t, changed.WithoutIdentifier(card).Equal(c))
	require.True(t, c.WithoutIdentifier(card).Equal(c))

	named, err := c.WithName("Mei")
	require.NoError(t, err)
	require.Equal(t, "Mei", named.Name())
	require.Equal(t, "李梅", c.Name())
	_, err = c.WithName("a\nb")
	require.Equal(t, []string{"name: control-character"}, problemsOf(t, err))

	later, err := c.WithRecordedAt(day("2030-01-01"))
	require.NoError(t, err)
	require.Equal(t, day("2030-01-01"), later.RecordedAt())

	reachable, err := c.WithContact(customer.ContactPoint{Channel: customer.ChannelFax, Value: "1"})
	require.NoError(t, err)
	require.Len(t, reachable.Contacts(), 4)
	require.Len(t, c.Contacts(), 3)
}

func TestListsBelongToTheCaller(t *testing.T) {
	draft := fullDraft()
	c, err := customer.New(draft)
	require.NoError(t, err)
	want := c.Draft()
	draft.Identifiers[0].Value = "changed"
	draft.Roles[0].Type = customer.Partner
	c.OtherNames()[0].Text = "changed"
	c.Identifiers()[0].Value = "changed"
	c.Contacts()[0].Value = "changed"
	c.Roles()[0].Type = customer.Partner
	c.Draft().Contacts[0].Value = "changed"
	if diff := cmp.Diff(want, c.Draft(), cmp.AllowUnexported(rapport.Interval{})); diff != "" {
		t.Errorf("the customer changed (-before +after):\n%s", diff)
	}
}

func TestTimesAreHeldInUTC(t *testing.T) {
	zone := time.FixedZone("east", 8*3600)
	at := time.Date(2024, 1, 1, 3, 0, 0, 123, zone)
	c, err := customer.New(customer.Draft{ID: "x", Kind: customer.Person, Since: at, RecordedAt: time.Time{}.In(zone)})
	require.Equal(t, []string{"recorded_at: missing"}, problemsOf(t, err), "zero is zero in every zone")
	require.True(t, c.IsZero())
	c, err = customer.New(customer.Draft{ID: "x", Kind: customer.Person, Since: at, RecordedAt: at})
	require.NoError(t, err)
	require.Equal(t, "2023-12-31T19:00:00.000000123Z", c.Since().Format(time.RFC3339Nano))
	require.True(t, c.Since().Equal(at))
}

func TestCodes(t *testing.T) {
	for k := customer.Person; k <= customer.Household; k++ {
		checkCode(t, k, customer.ParseKind)
	}
	for r := customer.Prospect; r <= customer.Internal; r++ {
		checkCode(t, r, customer.ParseRoleType)
	}
	for k := customer.Sale; k <= customer.Cost; k++ {
		checkCode(t, k, customer.ParseTransactionKind)
	}
	for d := customer.Inbound; d <= customer.Outbound; d++ {
		checkCode(t, d, customer.ParseDirection)
	}
	require.Equal(t, "Kind(9) RoleType(9) TransactionKind(9) Direction(9)",
		fmt.Sprint(customer.Kind(9), " ", customer.RoleType(9), " ", customer.TransactionKind(9), " ", customer.Direction(9)))
	var k customer.Kind
	require.NoError(t, k.UnmarshalText(nil))
	require.Zero(t, k)
	require.Empty(t, k.String())
	_, err := customer.Kind(9).MarshalText()
	code, ok := errors.AsType[*customer.CodeError](err)
	require.True(t, ok)
	require.Equal(t, "kind", code.Type)
	for want, err := range map[string]error{
		`customer: "Kind(9)" is not a kind: want person, organisation or household`:                                       code,
		`customer: "boss" is not a role: want prospect, consumer, enterprise, distributor, partner, supplier or internal`: &customer.CodeError{Type: "role", Code: "boss"},
		`customer: "gift" is not a transaction kind: want sale, return or cost`:                                           &customer.CodeError{Type: "transaction kind", Code: "gift"},
		`customer: "up" is not a direction: want inbound or outbound`:                                                     &customer.CodeError{Type: "direction", Code: "up"},
	} {
		require.EqualError(t, err, want)
	}
}

type code interface {
	comparable
	fmt.Stringer
	IsValid() bool
	MarshalText() ([]byte, error)
}

func checkCode[T code](t *testing.T, value T, parse func(string) (T, error)) {
	t.Helper()
	require.True(t, value.IsValid())
	text, err := value.MarshalText()
	require.NoError(t, err)
	require.Equal(t, value.String(), string(text))
	back, err := parse(string(text))
	require.NoError(t, err)
	require.Equal(t, value, back)
	for _, wrong := range []string{"", strings.ToUpper(string(text)), string(text) + " "} {
		_, err := parse(wrong)
		refused, ok := errors.AsType[*customer.CodeError](err)
		require.Truef(t, ok, "parse %q: got %v", wrong, err)
		require.Equal(t, wrong, refused.Code)
	}
	var zero T
	require.False(t, zero.IsValid())
	require.Empty(t, zero.String())
}
