package identity_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

// BenchmarkGolden makes the golden record of three branches, each with a name, two
// identifiers, two contact points, an address and a role.
func BenchmarkGolden(b *testing.B) {
	var sources []identity.Source
	for i, id := range []rapport.ID{"a", "b", "c"} {
		s := person(b, id, i)
		d := s.Record.Draft()
		d.Identifiers = []customer.Identifier{{System: "erp", Type: "account", Value: "1"}, {System: "crm", Type: "account", Value: string(id)}}
		d.Contacts = []customer.ContactPoint{{Channel: "phone", Value: "1", Preferred: true}, {Channel: "email", Value: string(id), Preferred: true}}
		d.Addresses = []customer.Address{{Country: "CN", City: "Foshan", Text: string(id)}}
		d.Roles = []customer.Role{{Type: customer.Consumer}}
		s.Record = mustCustomer(b, d)
		sources = append(sources, s)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := identity.Golden(sources, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// mergeLog is a log of merges of pairs, of which every tenth is undone.
func mergeLog(b *testing.B, n int) []identity.MergeEvent {
	r := newRegistry(b, nil)
	var log []identity.MergeEvent
	for i := 0; len(log) < n; i++ {
		left, right := rapport.ID("l"+strconv.Itoa(i)), rapport.ID("r"+strconv.Itoa(i))
		require.NoError(b, r.Add(person(b, left, 1), person(b, right, 2)))
		merge, err := r.Merge(act("m"+strconv.Itoa(i), 3), left, right)
		require.NoError(b, err)
		log = append(log, merge)
		if i%10 == 9 && len(log) < n {
			undo, err := r.Unmerge(act("u"+strconv.Itoa(i), 3), merge.ID)
			require.NoError(b, err)
			log = append(log, undo)
		}
	}
	return log
}

func BenchmarkReplay(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(fmt.Sprintf("%d", n), func(b *testing.B) {
			log := mergeLog(b, n)
			b.ReportAllocs()
			for b.Loop() {
				r, err := identity.NewRegistry(nil)
				if err != nil {
					b.Fatal(err)
				}
				for _, e := range log {
					if err := r.Apply(e); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

func BenchmarkResolve(b *testing.B) {
	r := newRegistry(b, nil)
	var ids []rapport.ID
	for _, e := range mergeLog(b, 1_000) {
		require.NoError(b, r.Apply(e))
		for _, m := range e.Members {
			ids = append(ids, m.ID)
		}
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if r.Resolve(ids[i%len(ids)]) == "" {
			b.Fatal("lost")
		}
		i++
	}
}
