package customer_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func owner(name string, valid rapport.Interval) customer.Ownership {
	return customer.Ownership{Owner: name, Role: customer.OwnerAccountManager, Team: "south", Share: 1, Valid: valid}
}

func owned(t require.TestingT, id rapport.ID, version int64, owners ...customer.Ownership) customer.Customer {
	c, err := customer.Restore(customer.Draft{
		ID: id, Kind: customer.Organisation, Owners: owners, RecordedAt: day("2023-01-01"),
	}, version)
	require.NoError(t, err)
	return c
}

func leaving() customer.Handover {
	return customer.Handover{From: "li.wei", To: "ana", At: day("2024-07-01"), RecordedAt: day("2024-06-20")}
}

// Requirement C9: somebody leaves and 40 accounts are handed over; history keeps the
// old owner.
func TestHandoverOfABook(t *testing.T) {
	var book []customer.Customer
	for i := range 40 {
		book = append(book, owned(t, rapport.ID(fmt.Sprint("c", i)), int64(i+1), owner("li.wei", since("2022-01-01"))))
	}
	book = append(book,
		owned(t, "others", 1, owner("bo", since("2022-01-01"))),
		owned(t, "gone", 1, owner("li.wei", interval(t, "2022-01-01", "2024-07-01"))),
	)
	plan, err := customer.PlanHandover(slices.Values(book), leaving())
	require.NoError(t, err)
	require.Len(t, plan.Changed, 40)
	require.Empty(t, plan.Refused)
	require.Equal(t, 2, plan.Others)
	for i, c := range plan.Changed {
		require.Equal(t, book[i].ID(), c.ID())
		require.Equal(t, book[i].Version(), c.Version())
		require.Equal(t, day("2024-06-20"), c.RecordedAt())
		require.True(t, c.OwnedBy("li.wei", day("2024-06-30")))
		require.False(t, c.OwnedBy("li.wei", day("2024-07-01")))
		require.Equal(t, []customer.Ownership{{
			Owner: "ana", Role: customer.OwnerAccountManager, Team: "south", Share: 1, Valid: since("2024-07-01"),
			Source: "handover", RecordedAt: day("2024-06-20"),
		}}, c.OwnersAt(day("2024-07-01")))
		require.True(t, book[i].OwnedBy("li.wei", day("2024-07-01")), "the book itself is as it was")
	}
	again, err := customer.PlanHandover(slices.Values(plan.Changed), leaving())
	require.NoError(t, err)
	require.Equal(t, customer.HandoverPlan{Others: 40}, again)
}

func TestHandoverToATeamAndAPartner(t *testing.T) {
	c, err := owned(t, "x", 1).WithOwner(owner("li.wei", since("2022-01-01")))
	require.NoError(t, err)
	h := leaving()
	h.Team, h.Branch, h.Partner, h.Source = "north", "harbin", "reseller-7", "partner takes over"
	plan, err := customer.PlanHandover(slices.Values([]customer.Customer{c}), h)
	require.NoError(t, err)
	require.Equal(t, []customer.Ownership{{
		Owner: "ana", Role: customer.OwnerAccountManager, Team: "north", Branch: "harbin", Partner: "reseller-7", Share: 1,
		Valid: since("2024-07-01"), Source: "partner takes over", RecordedAt: day("2024-06-20"),
	}}, plan.Changed[0].OwnersAt(day("2024-07-01")))
	_, err = c.WithOwner(owner("li.wei", since("2023-01-01")))
	require.Equal(t, []string{"owners[1].valid: overlap", "owners[1].share: out-of-range"}, problemsOf(t, err))
}

func TestHandoverRefusals(t *testing.T) {
	young := owned(t, "young", 1, owner("li.wei", rapport.Interval{}))
	young, err := young.WithRecordedAt(day("2024-06-21"))
	require.NoError(t, err)
	half := owner("li.wei", since("2022-01-01"))
	half.Share = 0.5
	same := owner("ana", since("2023-01-01"))
	same.Share = 0.5
	full := make([]customer.Ownership, customer.MaxEntries)
	for i := range full {
		start := day("1700-01-01").AddDate(0, 0, i)
		valid, err := rapport.NewInterval(start, start.AddDate(0, 0, 1))
		require.NoError(t, err)
		full[i] = owner("li.wei", valid)
	}
	full[0].Valid = since("2020-01-01")
	plan, err := customer.PlanHandover(slices.Values([]customer.Customer{
		young, owned(t, "both", 1, half, same), owned(t, "full", 1, full...), owned(t, "fine", 1, owner("li.wei", since("2022-01-01"))),
	}), leaving())
	require.NoError(t, err)
	require.Len(t, plan.Changed, 1)
	reasons := make(map[rapport.ID][]string)
	for _, r := range plan.Refused {
		reasons[r.Customer] = problemsOf(t, r.Err)
	}
	require.Equal(t, map[rapport.ID][]string{
		"young": {"recorded_at: out-of-range"}, "both": {"owners[2].valid: overlap"}, "full": {"owners: too-many"},
	}, reasons)

	_, err = customer.PlanHandover(slices.Values([]customer.Customer{young, young}), leaving())
	require.Equal(t, []string{"book: duplicate"}, problemsOf(t, err))
	for want, change := range map[string]func(*customer.Handover){
		"to: not-allowed":      func(h *customer.Handover) { h.To = h.From },
		"to: missing":          func(h *customer.Handover) { h.To = "" },
		"from: not-utf8":       func(h *customer.Handover) { h.From = "a\xff" },
		"at: missing":          func(h *customer.Handover) { h.At = time.Time{} },
		"recorded_at: missing": func(h *customer.Handover) { h.RecordedAt = time.Time{} },
	} {
		h := leaving()
		change(&h)
		_, err := customer.PlanHandover(slices.Values([]customer.Customer{young}), h)
		require.Equal(t, []string{want}, problemsOf(t, err))
	}
}

// At every instant before the handover the owners are as they were; from then on they
// are the same with one in the place of the other.
func TestHandoverReplacesOneOwner(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var owners []customer.Ownership
		for range rapid.IntRange(1, 4).Draw(r, "owners") {
			o := owner(rapid.SampledFrom([]string{"li.wei", "bo"}).Draw(r, "owner"), rapport.Interval{})
			o.Share = 0
			o.Role = rapid.SampledFrom([]customer.OwnerRole{customer.OwnerSales, customer.OwnerService}).Draw(r, "role")
			start := rapid.IntRange(1, 6).Draw(r, "start")
			text := fmt.Sprintf("2024-%02d-01T00:00:00Z/..", start)
			if rapid.Bool().Draw(r, "ends") {
				text = fmt.Sprintf("2024-%02d-01T00:00:00Z/2024-%02d-01T00:00:00Z", start, rapid.IntRange(start+1, 8).Draw(r, "end"))
			}
			o.Valid = rapport.MustInterval(text)
			owners = append(owners, o)
		}
		before, err := customer.New(customer.Draft{ID: "x", Kind: customer.Person, Owners: owners, RecordedAt: day("2023-01-01")})
		if err != nil {
			return // an owner twice in a role
		}
		h := leaving()
		h.At = day("2024-04-01")
		h.Role = rapid.SampledFrom([]customer.OwnerRole{"", customer.OwnerSales}).Draw(r, "handed over")
		plan, err := customer.PlanHandover(slices.Values([]customer.Customer{before}), h)
		require.NoError(r, err)
		require.Empty(r, plan.Refused)
		after := before
		if len(plan.Changed) == 1 {
			after = plan.Changed[0]
		}
		for month := time.January; month <= time.September; month++ {
			at := time.Date(2024, month, 1, 0, 0, 0, 0, time.UTC)
			want := names(before.OwnersAt(at), func(o customer.Ownership) string {
				if o.Owner == "li.wei" && !at.Before(h.At) && (h.Role == "" || o.Role == h.Role) {
					return "ana"
				}
				return o.Owner
			})
			require.Equal(r, want, names(after.OwnersAt(at), func(o customer.Ownership) string { return o.Owner }), at)
		}
	})
}

func names(owners []customer.Ownership, name func(customer.Ownership) string) []string {
	var list []string
	for _, o := range owners {
		list = append(list, string(o.Role)+" "+name(o))
	}
	slices.Sort(list)
	return list
}

func TestCreditFollowsTheEvent(t *testing.T) {
	plan, err := customer.PlanHandover(slices.Values([]customer.Customer{owned(t, "x", 1, owner("li.wei", since("2022-01-01")))}), leaving())
	require.NoError(t, err)
	c := plan.Changed[0]
	carry := customer.CreditRule{Carry: 30 * 24 * time.Hour, Kept: 0.25}
	for _, tc := range []struct {
		rule customer.CreditRule
		at   string
		want []customer.Credit
	}{
		{customer.CreditRule{}, "2021-12-31", []customer.Credit{}},
		{customer.CreditRule{}, "2024-06-30", []customer.Credit{{Owner: "li.wei", Share: 1}}},
		{customer.CreditRule{}, "2024-07-01", []customer.Credit{{Owner: "ana", Share: 1}}},
		{carry, "2024-06-30", []customer.Credit{{Owner: "li.wei", Share: 1}}},
		{carry, "2024-07-30", []customer.Credit{{Owner: "ana", Share: 0.75}, {Owner: "li.wei", Share: 0.25}}},
		{carry, "2024-07-31", []customer.Credit{{Owner: "ana", Share: 1}}},
		{carry, "2022-01-02", []customer.Credit{{Owner: "li.wei", Share: 1}}},
		{customer.CreditRule{Role: customer.OwnerService}, "2024-06-30", []customer.Credit{}},
	} {
		got, err := tc.rule.Credit(c, day(tc.at))
		require.NoError(t, err)
		require.Equal(t, tc.want, got, "%+v at %s", tc.rule, tc.at)
	}
	stated, first, second := owner("bo", rapport.Interval{}), owner("ana", rapport.Interval{}), owner("li.wei", rapport.Interval{})
	stated.Share, first.Share, second.Share = 0.5, 0, 0
	got, err := customer.CreditRule{}.Credit(owned(t, "y", 1, stated, second, first), day("2024-01-01"))
	require.NoError(t, err)
	require.Equal(t, []customer.Credit{{Owner: "bo", Share: 0.5}, {Owner: "ana", Share: 0.25}, {Owner: "li.wei", Share: 0.25}}, got)
	for _, rule := range []customer.CreditRule{{Kept: 1.1}, {Carry: -1}} {
		_, err := rule.Credit(c, day("2024-01-01"))
		require.ErrorAs(t, err, new(*customer.CreditRuleError))
		require.ErrorContains(t, err, "customer: credit rule keeps")
	}
}

// Nobody gets credit twice and no more than all of it is given.
func TestCreditIsAtMostOne(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		draft := drawDraft(r)
		for i := range draft.Owners {
			draft.Owners[i].Role = customer.OwnerAccountManager
		}
		c, err := customer.New(draft)
		if err != nil {
			return
		}
		rule := customer.CreditRule{
			Carry: time.Duration(rapid.Int64Range(0, 1<<62).Draw(r, "carry")), Kept: rapid.Float64Range(0, 1).Draw(r, "kept"),
		}
		credits, err := rule.Credit(c, drawTime(r, "at"))
		require.NoError(r, err)
		sum := 0.0
		for i, credit := range credits {
			require.True(r, credit.Share > 0 && credit.Share <= 1)
			require.False(r, slices.ContainsFunc(credits[:i], func(o customer.Credit) bool { return o.Owner == credit.Owner }))
			sum += credit.Share
		}
		require.LessOrEqual(r, sum, 1+1e-8)
	})
}
