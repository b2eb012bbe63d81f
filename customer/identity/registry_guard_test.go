package identity_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

// The guards count from above first; what looks like too much then is counted as it is.
func TestGuardsCountWhatSpeaks(t *testing.T) {
	account := func(id rapport.ID, kind customer.Kind, values ...string) identity.Source {
		s := person(t, id, 1)
		d := s.Record.Draft()
		d.Kind = kind
		for _, v := range values {
			d.Identifiers = append(d.Identifiers, customer.Identifier{System: "erp", Type: "account", Value: v})
		}
		s.Record = mustCustomer(t, d)
		return s
	}
	again := func(s identity.Source) identity.Source { // a later statement of the same system
		s.ID, s.At, s.RecordedAt = s.ID+"-2", onDay(2), onDay(2)
		return s
	}
	limits := &identity.RegistryOptions{Limits: []identity.IdentifierLimit{{Type: "account", Most: 2}}}
	r := newRegistry(t, limits,
		account("a", customer.Organisation, "1", "2"), again(account("a", customer.Person, "1", "2")),
		account("b", customer.Person, "2", "1"), account("c", customer.Person), account("d", customer.Organisation))
	must(t)(r.Merge(act("m1", 5), "a", "b"))
	must(t)(r.Merge(act("m2", 5), "b", "c"))
	_, err := r.Merge(act("m3", 5), "c", "d")
	refused(t, err, identity.DifferentKinds, `identity: event "m3": different-kinds "a" "d"`)

	require.NoError(t, r.Add(account("e", customer.Person)))
	_, err = r.Merge(act("m3", 5), "e", "d")
	refused(t, err, identity.DifferentKinds, `identity: event "m3": different-kinds "d" "e"`)
	require.NoError(t, r.Add(again(account("e", customer.Person, "3"))))
	_, err = r.Merge(act("m3", 5), "e", "a")
	refused(t, err, identity.TooManyKeys, `identity: event "m3": too-many-keys "a" "b" "e", 3 where 2 are allowed`)

	var many []string
	for i := range customer.MaxEntries {
		many = append(many, strconv.Itoa(i))
	}
	crowd := newRegistry(t, nil, account("a", customer.Person, many...), account("b", customer.Person, many...), account("c", customer.Person, "more"))
	must(t)(crowd.Merge(act("m1", 5), "a", "b"))
	_, err = crowd.Merge(act("m2", 5), "a", "c")
	full, ok := errors.AsType[*identity.RefusedError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, identity.NotGolden, full.Reason)
}
