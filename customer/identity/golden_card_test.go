package identity_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

func TestCardSources(t *testing.T) {
	with := func(s identity.Source, values ...string) identity.Source {
		d := s.Record.Draft()
		d.Name = "Mei Li"
		d.Addresses = []customer.Address{{City: "Foshan"}}
		for _, v := range values {
			d.Contacts = append(d.Contacts, customer.ContactPoint{Channel: "phone", Value: v})
		}
		s.Record = mustCustomer(t, d)
		return s
	}
	a, b := with(person(t, "a", 1), "1", "2"), with(person(t, "b", 2), "3", "1")
	golden := mustGolden(t, []identity.Source{b, a}, nil)
	name, _ := golden.Field("name")
	require.Equal(t, identity.Undisputed, name.Rule)
	require.Equal(t, []rapport.ID{"s-b", "s-a"}, name.Sources, "all that say so, the best first")
	require.Equal(t, "branch-b", name.System)
	card := func(field string, of ...rapport.ID) (all []customer.CardSource) {
		for _, id := range of {
			all = append(all, customer.CardSource{Field: field, Source: "branch-" + string(id), Record: "s-" + id, At: onDay(int(id[0]-'a') + 1)})
		}
		return all
	}
	require.Equal(t, []identity.Origin{{"s-a", "a", "branch-a", onDay(1), onDay(1)}, {"s-b", "b", "branch-b", onDay(2), onDay(2)}}, golden.Sources)
	require.Equal(t, slices.Concat(
		card("id", "a"), card("kind", "a", "b"), card("name", "b", "a"),
		card("contacts[0].value", "b"), card("contacts[1].value", "b", "a"), card("contacts[2].value", "a"),
		card("addresses[0]", "b", "a"), card("recorded_at", "b"),
	), golden.CardSources())
	require.Empty(t, identity.GoldenRecord{}.CardSources())
}

// Every path is in the JSON of the customer, every value that a source states is told as
// its own, and nothing else.
func TestCardSourcesAreThere(t *testing.T) {
	parts := regexp.MustCompile(`^([a-z_]+)(?:\[(\d+)\](?:\.([a-z]+))?)?$`)
	rapid.Check(t, func(r *rapid.T) {
		sources := drawSources(r)
		golden := mustGolden(r, sources, drawRules(r))
		var document map[string]any
		require.NoError(r, json.Unmarshal([]byte(asJSON(r, golden.Customer)), &document))
		names := map[rapport.ID]string{}
		for _, s := range sources {
			names[s.ID] = s.Record.Name()
		}
		said := map[rapport.ID]bool{}
		for _, c := range golden.CardSources() {
			if c.Field == "name" {
				said[c.Record] = true
			}
			origin, speaks := golden.Origin(c.Record)
			require.True(r, speaks)
			require.Equal(r, origin.System, c.Source)
			part := parts.FindStringSubmatch(c.Field)
			require.NotNil(r, part, c.Field)
			if part[2] == "" {
				continue // a mark that is false is not in the JSON
			}
			i, err := strconv.Atoi(part[2])
			require.NoError(r, err)
			entry := document[part[1]].([]any)[i].(map[string]any)
			if part[3] != "" {
				require.Contains(r, entry, part[3], c.Field)
			}
		}
		for _, o := range golden.Sources {
			require.Equal(r, golden.Customer.Name() != "" && names[o.ID] == golden.Customer.Name(), said[o.ID], o.ID)
		}
	})
}
