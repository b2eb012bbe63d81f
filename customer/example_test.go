package customer_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// A tea wholesaler buys for itself and, from 2024 on, also sells on for us. Two
// systems know it by keys of their own.
func Example() {
	tea, err := customer.New(customer.Draft{
		ID:   "harbour-tea",
		Kind: customer.Organisation,
		Name: "Harbour Tea Trading",
		Identifiers: []customer.Identifier{
			{System: "erp", Type: "account", Value: "C001"},
			{System: "finance", Type: "debtor", Value: "9-7"},
		},
		Contacts: []customer.ContactPoint{
			{Channel: customer.ChannelPhone, Value: "+86 20 5550 0123", Usage: customer.UsageWork, Preferred: true},
		},
		Roles:      []customer.Role{{Type: customer.Enterprise, Valid: rapport.MustInterval("2021-03-01T00:00:00Z/..")}},
		EndUser:    true,
		RecordedAt: date(2021, 3, 2),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	tea, err = tea.WithRole(customer.Distributor, date(2024, 1, 1))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("end of 2023:", tea.RolesAt(date(2023, 12, 31)))
	fmt.Println("start of 2024:", tea.RolesAt(date(2024, 1, 1)))

	// Every problem of a draft is reported at once, by field and reason.
	_, err = customer.NewTransaction(customer.TransactionDraft{
		Key:      customer.ExternalKey{System: "erp", ID: "4711"},
		Kind:     customer.Return,
		Customer: tea.ID(),
		Amount:   rapport.MustMoney("19.90 CNY"), // a return takes away: it must be -19.90
	})
	if invalid, ok := errors.AsType[*customer.ValidationError](err); ok {
		for _, p := range invalid.Problems {
			fmt.Println(p.Field, "is", p.Reason)
		}
	}
	// Output:
	// end of 2023: [enterprise]
	// start of 2024: [enterprise distributor]
	// at is missing
	// recorded_at is missing
	// amount is wrong-sign
}

// A holding has 60 % of a wholesaler, which has half of a plant, and 10 % of the plant
// itself: 0.6 · 0.5 + 0.1 is 40 % of the plant.
func ExampleGraph_Holdings() {
	owns := func(id, from, to rapport.ID, share float64) customer.Relation {
		return customer.Relation{
			ID: id, From: from, To: to, Kind: customer.RelationOwns, Share: share,
			Valid: rapport.MustInterval("2021-01-01T00:00:00Z/.."), RecordedAt: date(2021, 1, 5),
		}
	}
	graph, err := customer.NewGraph([]customer.Relation{
		owns("r1", "holding", "wholesaler", 0.6),
		owns("r2", "wholesaler", "plant", 0.5),
		owns("r3", "holding", "plant", 0.1),
	}, date(2024, 6, 1), time.Time{})
	if err != nil {
		fmt.Println(err)
		return
	}
	holdings, err := graph.Holdings("holding")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, h := range holdings {
		fmt.Printf("%s: direct %.2f, effective %.2f\n", h.Company, h.Direct, h.Effective)
	}
	// Output:
	// wholesaler: direct 0.60, effective 0.60
	// plant: direct 0.10, effective 0.40
}

// Somebody leaves on the first of July; a sale of June stays theirs.
func ExamplePlanHandover() {
	tea, err := customer.New(customer.Draft{
		ID: "harbour-tea", Kind: customer.Organisation, RecordedAt: date(2022, 1, 3),
		Owners: []customer.Ownership{{
			Owner: "li.wei", Role: customer.OwnerAccountManager,
			Valid: rapport.MustInterval("2022-01-01T00:00:00Z/.."),
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := customer.PlanHandover(slices.Values([]customer.Customer{tea}), customer.Handover{
		From: "li.wei", To: "ana", At: date(2024, 7, 1), RecordedAt: date(2024, 6, 20),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	tea = plan.Changed[0]
	for _, at := range []time.Time{date(2024, 6, 30), date(2024, 7, 1)} {
		credits, err := customer.CreditRule{}.Credit(tea, at)
		fmt.Println(at.Format(time.DateOnly), credits, err)
	}
	// Output:
	// 2024-06-30 [{li.wei 1}] <nil>
	// 2024-07-01 [{ana 1}] <nil>
}

// The check digit of 0794 is 5 under ISO/IEC 7064 MOD 11,10.
func ExampleCodes() {
	codes, err := customer.NewCodes("HT-", 4, customer.CheckMod1110)
	if err != nil {
		fmt.Println(err)
		return
	}
	code, err := codes.Code(794)
	fmt.Println(code, err)
	fmt.Println(codes.Check("HT-07495")) // two digits exchanged
	// Output:
	// HT-07945 <nil>
	// customer: code "HT-07495": wrong-check: want 4
}
