package customer_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Of 100 visitors 12 buy: 88 are open prospects, and each of the 12 keeps the source
// of its first touch.
func ExampleProspectsAsOf() {
	var prospects []customer.ProspectRecord
	for i := range 100 {
		p := customer.ProspectRecord{
			ID: rapport.ID(fmt.Sprint("p", i)), Source: "spring-fair", KeepUntil: date(2027, 1, 1), Basis: "consent",
			At: date(2026, 3, 1), RecordedAt: date(2026, 3, 1),
		}
		if i < 12 {
			p, _ = p.Sold(rapport.ID(fmt.Sprint("c", i)), customer.ProspectSale{At: date(2026, 4, 1), System: "erp", Transaction: "4711"}, date(2026, 4, 1))
		}
		prospects = append(prospects, p)
	}
	figures := customer.ProspectsAsOf(prospects, date(2026, 5, 1))
	conversion, _ := figures.Conversion.Value()
	fmt.Println(figures.Open, "open,", conversion, "bought, the first from", prospects[0].Source)
	// Output:
	// 88 open, 0.12 bought, the first from spring-fair
}

func prospect(id rapport.ID) customer.ProspectRecord {
	return customer.ProspectRecord{ID: id, Source: "website", Channel: customer.ChannelWeb, KeepUntil: day("2026-01-01"), Basis: "consent",
		Consent: "consent-1", At: day("2025-01-01"), RecordedAt: day("2025-01-01")}
}

func TestProspect(t *testing.T) {
	p := prospect("p1")
	called, err := p.WithContact(customer.ProspectContact{At: day("2025-02-01"), Channel: customer.ChannelPhone}, day("2025-02-02"))
	require.NoError(t, err)
	require.Empty(t, p.Contacts)
	_, err = called.WithContact(customer.ProspectContact{At: day("2025-01-31")}, day("2025-02-02"))
	requireProblems(t, err, "contacts[1].at out-of-range")
	kept, err := called.KeptUntil(day("2027-01-01"), day("2025-03-01"))
	require.NoError(t, err)
	require.Equal(t, customer.ProspectOpen, kept.StatusAt(day("2026-06-01")))
	require.Equal(t, customer.ProspectExpired, called.StatusAt(day("2026-01-01")))
	require.Empty(t, called.StatusAt(day("2024-01-01")))
	_, err = p.KeptUntil(day("2024-01-01"), day("2025-03-01"))
	requireProblems(t, err, "keep_until out-of-range")
	sold, err := called.Sold("c1", customer.ProspectSale{At: day("2025-03-01"), System: "erp", Transaction: "1"}, day("2025-03-01"))
	require.NoError(t, err)
	require.Equal(t, customer.ProspectOpen, sold.StatusAt(day("2025-02-28")))
	require.Equal(t, customer.ProspectBought, sold.StatusAt(day("2030-01-01")))
	_, err = sold.Sold("c1", customer.ProspectSale{At: day("2025-04-01"), System: "erp", Transaction: "2"}, day("2025-04-01"))
	again, ok := err.(*customer.ProspectSoldError)
	require.True(t, ok)
	require.Equal(t, "1", again.Sale.Transaction)
	require.EqualError(t, err, `customer: prospect "p1" has a first sale already: erp/1 at 2025-03-01T00:00:00Z`)
	_, err = called.Sold("", customer.ProspectSale{At: day("2024-12-31")}, day("2025-03-01"))
	requireProblems(t, err, "customer missing", "sale.at out-of-range", "sale.system missing", "sale.transaction missing")
	requireProblems(t, customer.ProspectRecord{}.Validate(), "id missing", "source missing", "keep_until missing", "basis missing", "at missing", "recorded_at missing")

	requireRoundTrip(t, sold, `{"format":1,"id":"p1","customer":"c1","source":"website","channel":"web",`+
		`"contacts":[{"at":"2025-02-01T00:00:00Z","channel":"phone"}],"keep_until":"2026-01-01T00:00:00Z","basis":"consent","consent":"consent-1",`+
		`"sale":{"at":"2025-03-01T00:00:00Z","system":"erp","transaction":"1"},"at":"2025-01-01T00:00:00Z","recorded_at":"2025-03-01T00:00:00Z"}`)
	requireRoundTrip(t, p, "")
}

func TestProspectsToReengage(t *testing.T) {
	fresh, called := prospect("a"), prospect("b")
	called, err := called.WithContact(customer.ProspectContact{At: day("2025-01-05")}, day("2025-01-05"))
	require.NoError(t, err)
	called, err = called.WithContact(customer.ProspectContact{At: day("2025-02-05")}, day("2025-02-05"))
	require.NoError(t, err)
	sold, err := prospect("c").Sold("c1", customer.ProspectSale{At: day("2025-01-02"), System: "erp", Transaction: "1"}, day("2025-01-02"))
	require.NoError(t, err)
	list := []customer.ProspectRecord{called, fresh, sold, prospect("d")}
	permitted := func(p *customer.ProspectRecord) bool { return p.ID != "d" }
	ids := func(asOf string) []string {
		due, err := customer.ProspectsToReengage(list, day(asOf), nil, permitted)
		require.NoError(t, err)
		var ids []string
		for _, d := range due {
			ids = append(ids, fmt.Sprint(d.Prospect.ID, d.Step, d.Due.Format(" 01-02")))
		}
		return ids
	}
	require.Empty(t, ids("2025-01-04"))
	require.Equal(t, []string{"a1 01-08"}, ids("2025-01-08"))
	require.Equal(t, []string{"a1 01-08", "b2 02-04"}, ids("2025-02-04")) // the call of the 5th is not known yet
	require.Equal(t, []string{"a1 01-08", "b3 05-06"}, ids("2025-06-01"))
	require.Empty(t, ids("2026-01-01"))
	_, err = customer.ProspectsToReengage(list, far(), []int{7, 0}, permitted)
	require.IsType(t, new(customer.RulesError), err)
	_, err = customer.ProspectsToReengage(list, far(), nil, nil)
	require.ErrorIs(t, err, customer.ErrNoPermission)

	late, err := prospect("e").KeptUntil(day("2025-06-01"), day("2025-01-01"))
	require.NoError(t, err)
	erase := customer.ProspectsToErase(append(list, late), day("2026-01-01"))
	require.Equal(t, []rapport.ID{"e", "a", "b", "d"}, slices.Collect(func(yield func(rapport.ID) bool) {
		for _, p := range erase {
			if !yield(p.ID) {
				return
			}
		}
	}))
}
