package identity_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// stated is what a branch says of a person.
func stated(branch string, id rapport.ID, name, phone string, at time.Time) identity.Source {
	record, err := customer.New(customer.Draft{
		ID: id, Kind: customer.Person, Name: name, RecordedAt: at,
		Contacts: []customer.ContactPoint{{Channel: customer.ChannelPhone, Value: phone, Preferred: true}},
	})
	if err != nil {
		panic(err)
	}
	return identity.Source{ID: "stated-" + id, System: branch, Record: record, At: at, RecordedAt: at}
}

func twoBranches() *identity.Registry {
	registry, err := identity.NewRegistry(nil)
	if err != nil {
		panic(err)
	}
	err = registry.Add(
		stated("north", "N-7", "Mei Li", "020 5550 0123", day("2023-05-02")),
		stated("south", "S-12", "Li Mei", "020 5550 0199", day("2025-01-10")),
	)
	if err != nil {
		panic(err)
	}
	return registry
}

// Two branches know one person. Their records become one, which says where each field is
// from, and become two again when that proves wrong.
func ExampleRegistry() {
	registry := twoBranches()

	_, err := registry.Merge(identity.Act{ID: "merge-1", Actor: "wu", Reason: "showed her card", At: day("2025-03-01"), RecordedAt: day("2025-03-01")}, "N-7", "S-12")
	if err != nil {
		panic(err)
	}
	golden, err := registry.Golden("S-12")
	if err != nil {
		panic(err)
	}
	name, _ := golden.Field("name")
	fmt.Println(golden.Customer.ID(), golden.Customer.Name(), "from", name.System, name.Rule, "instead of", name.Alternatives[0].Value)
	for _, point := range golden.Customer.Contacts() {
		fmt.Println(point.Value, point.Preferred)
	}

	_, err = registry.Unmerge(identity.Act{ID: "undo-1", Actor: "wu", Reason: "her sister", At: day("2025-04-01"), RecordedAt: day("2025-04-01")}, "merge-1")
	if err != nil {
		panic(err)
	}
	fmt.Println(registry.Resolve("N-7"), registry.Resolve("S-12"))
	fmt.Println(registry.AsOf(day("2025-03-15"), time.Time{}).Resolve("S-12"), "in March")
	// Output:
	// N-7 Li Mei from south most-recent-verified instead of Mei Li
	// 020 5550 0199 true
	// 020 5550 0123 false
	// N-7 S-12
	// N-7 in March
}

// What a store has to do, in order: after a merge one customer goes and the other one takes
// over what it had; after the unmerge the other one gives it up before the first comes back.
func ExampleRegistry_Plan() {
	registry := twoBranches()
	show := func(event identity.MergeEvent, err error) {
		if err != nil {
			panic(err)
		}
		plan, err := registry.Plan(event.ID)
		if err != nil {
			panic(err)
		}
		fmt.Println(event.Sequence, event.Type)
		for _, id := range plan.Remove {
			fmt.Println("  remove", id)
		}
		for _, golden := range plan.Put {
			fmt.Println("  put", golden.Customer.ID(), "with", len(golden.Customer.Contacts()), "of the telephones")
		}
		for _, alias := range plan.Aliases {
			fmt.Println("  alias", alias.Old, "to", alias.Current)
		}
	}
	act := func(id rapport.ID, on string) identity.Act {
		return identity.Act{ID: id, Actor: "wu", At: day(on), RecordedAt: day(on)}
	}
	show(registry.Merge(act("merge-1", "2025-03-01"), "N-7", "S-12"))
	show(registry.Unmerge(act("undo-1", "2025-04-01"), "merge-1"))
	// Output:
	// 1 merged
	//   remove S-12
	//   put N-7 with 2 of the telephones
	//   alias S-12 to N-7
	// 2 unmerged
	//   put N-7 with 1 of the telephones
	//   put S-12 with 1 of the telephones
	//   alias S-12 to S-12
}
