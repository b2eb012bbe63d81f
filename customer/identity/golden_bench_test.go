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
	r := newRegistry(b, nil, sources...)
	if _, err := r.Merge(act("m1", 5), "a", "b", "c"); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Golden("b"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMerge makes one customer of many, one by one. Each brings an identifier and a
// contact point of its own.
func BenchmarkMerge(b *testing.B) {
	for _, n := range []int{100, 1_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			var sources []identity.Source
			for i := range n {
				id := rapport.ID("p" + strconv.Itoa(i))
				s := person(b, id, i)
				d := s.Record.Draft()
				d.Identifiers = []customer.Identifier{{System: "crm", Type: "account", Value: string(id)}}
				d.Contacts = []customer.ContactPoint{{Channel: "email", Value: string(id)}}
				s.Record = mustCustomer(b, d)
				sources = append(sources, s)
			}
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				r := newRegistry(b, &identity.RegistryOptions{MaxMembers: n}, sources...)
				b.StartTimer()
				for i, s := range sources[1:] {
					if _, err := r.Merge(act("m"+strconv.Itoa(i), n), "p0", s.Record.ID()); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// mergeLog is a log of merges of pairs, of which every tenth is undone.
func mergeLog(n int) []identity.MergeEvent {
	var log []identity.MergeEvent
	for i := 0; len(log) < n; i++ {
		number := strconv.Itoa(i)
		next := int64(len(log) + 1)
		left, right := rapport.ID("l"+number), rapport.ID("r"+number)
		log = append(log, identity.MergeEvent{
			Sequence: next, Act: act("m"+number, 3), Type: identity.Merged, Survivor: left,
			Members: []identity.Member{{ID: left, Since: onDay(1)}, {ID: right, Since: onDay(2)}},
			Moves:   []identity.Move{{ID: right, From: right, To: left}},
		})
		if i%10 == 9 && len(log) < n {
			log = append(log, identity.MergeEvent{
				Sequence: next + 1, Act: act("u"+number, 3), Type: identity.Unmerged, Undoes: rapport.ID("m" + number), Survivor: left,
				Moves: []identity.Move{{ID: right, From: left, To: right}},
			})
		}
	}
	return log
}

func BenchmarkReplay(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(fmt.Sprintf("%d", n), func(b *testing.B) {
			log := mergeLog(n)
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
	for _, e := range mergeLog(1_000) {
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
