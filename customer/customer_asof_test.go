package customer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func TestAsOf(t *testing.T) {
	draft := profileDraft()
	draft.OtherNames = append(draft.OtherNames, customer.Name{
		Usage: customer.UsageFormer, Text: "Quay Tea", Valid: interval(t, "", "2021-06-01"),
	})
	c, err := customer.New(draft)
	require.NoError(t, err)
	early := c.AsOf(day("2021-03-01"))
	want := customer.Snapshot{
		At: day("2021-03-01"), ID: "harbour-tea", Kind: customer.Organisation, Name: "Quay Tea",
		Names: draft.OtherNames, Contacts: draft.Contacts, Addresses: draft.Addresses, Roles: draft.Roles,
		Attributes:  []customer.Attribute{draft.Attributes[0], draft.Attributes[2], draft.Attributes[3], draft.Attributes[4]},
		Preferences: draft.Preferences[:1], Owners: draft.Owners[:1],
	}
	if diff := cmp.Diff(want, early, cmp.AllowUnexported(rapport.Interval{}, customer.Value{})); diff != "" {
		t.Errorf("as of March 2021 (-want +got):\n%s", diff)
	}
	late := c.AsOf(day("2024-01-01"))
	require.Equal(t, "Harbour Tea Trading", late.Name)
	require.Len(t, late.Names, 1)
	require.Equal(t, draft.Owners[1:], late.Owners)
	late.Contacts[0].Value = "changed"
	require.True(t, c.Contacts()[0].Value != "changed")
	require.Empty(t, customer.Customer{}.AsOf(day("2024-01-01")).Roles)
}

// Whatever is in a view holds then, and nothing that holds is left out.
func TestAsOfHoldsWhatHolds(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c, err := customer.New(drawDraft(r))
		if err != nil {
			return
		}
		at := drawTime(r, "at")
		s := c.AsOf(at)
		require.Equal(r, c.OwnersAt(at), s.Owners)
		require.Len(r, s.Roles, len(c.RolesAt(at)))
		holding := 0
		for _, a := range c.Attributes() {
			if a.Valid.Contains(at) {
				require.Equal(r, a, s.Attributes[holding])
				holding++
			}
		}
		require.Len(r, s.Attributes, holding)
	})
}

func TestAddressAt(t *testing.T) {
	c, err := customer.New(customer.Draft{ID: "x", Kind: customer.Person, RecordedAt: day("2024-01-01"),
		Addresses: []customer.Address{
			{Text: "first", Usage: customer.UsageHome},
			{Text: "checked", Usage: customer.UsageHome, Verified: true},
			{Text: "bills", Usage: customer.UsageBilling, Preferred: true, Valid: since("2024-01-01")},
		}})
	require.NoError(t, err)
	for usage, want := range map[customer.Usage]string{customer.UsageHome: "checked", customer.UsageBilling: "bills", "": "bills"} {
		a, ok := c.AddressAt(usage, day("2024-01-01"))
		require.True(t, ok)
		require.Equal(t, want, a.Text)
	}
	_, ok := c.AddressAt(customer.UsageBilling, day("2023-12-31"))
	require.False(t, ok)
	a, ok := c.AddressAt("", day("2023-12-31"))
	require.True(t, ok)
	require.Equal(t, "checked", a.Text)
}

func TestCountries(t *testing.T) {
	for code, good := range map[string]bool{
		"CN": true, "DE": true, "ZW": true, "AD": true, "XK": true, "AA": true, "QM": true, "ZZ": true,
		"UK": false, "YU": false, "QL": false, "cn": false, "C": false, "CHN": false, " C": false, "A ": false, "ÄÖ": false,
	} {
		_, err := customer.New(customer.Draft{ID: "x", Kind: customer.Person, RecordedAt: day("2024-01-01"),
			Addresses: []customer.Address{{Country: code, City: "a"}}})
		require.Equal(t, good, err == nil, code)
	}
}

func TestPrefers(t *testing.T) {
	c, err := customer.New(customer.Draft{ID: "x", Kind: customer.Person, RecordedAt: day("2024-01-01"),
		Preferences: []customer.Preference{
			{Topic: customer.TopicChannel, Choice: "phone", Source: "model", Confidence: 0.6, RecordedAt: day("2024-01-01")},
			{Topic: customer.TopicChannel, Choice: "phone", Dislike: true, Source: "customer", Valid: since("2024-01-01")},
			{Topic: customer.TopicChannel, Choice: "email", Source: "model", Confidence: 0.6},
		}})
	require.NoError(t, err)
	for date, dislike := range map[string]bool{"2023-12-31": false, "2024-01-01": true} {
		p, ok := c.Prefers(customer.TopicChannel, "phone", day(date))
		require.True(t, ok)
		require.Equal(t, dislike, p.Dislike, date)
	}
	_, ok := c.Prefers(customer.TopicLanguage, "phone", day("2024-01-01"))
	require.False(t, ok)
}
