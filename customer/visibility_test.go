package customer_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func TestCanSee(t *testing.T) {
	ours := customer.Ownership{Owner: "li.wei", Role: customer.OwnerSales, Team: "south", Branch: "guangzhou", Valid: interval(t, "2022-01-01", "2024-01-01")}
	theirs := customer.Ownership{Owner: "kim", Role: customer.OwnerSales, Partner: "reseller-7", Team: "north", Valid: since("2022-01-01")}
	see := func(policy customer.Visibility, viewer customer.Viewer, date string) customer.Sight {
		t.Helper()
		c, err := customer.New(customer.Draft{
			ID: "x", Kind: customer.Person, RecordedAt: day("2022-01-01"), Visibility: policy,
			Owners: []customer.Ownership{ours, theirs},
		})
		require.NoError(t, err)
		return customer.CanSee(viewer, c, day(date))
	}
	me := customer.Viewer{ID: "li.wei"}
	mate := customer.Viewer{ID: "bo", Teams: []string{"east", "south"}}
	near := customer.Viewer{ID: "mo", Branches: []string{"guangzhou"}}
	far := customer.Viewer{ID: "ana", Teams: []string{"north"}}
	part := customer.Viewer{ID: "kim", Partner: "reseller-7", All: true}
	rival := customer.Viewer{ID: "li.wei", Partner: "reseller-8", Teams: []string{"south"}}
	for _, tc := range []struct {
		policy customer.Visibility
		viewer customer.Viewer
		want   customer.Sight
	}{
		{customer.VisibleOwner, me, customer.Sight{Allowed: true, Reason: customer.SightOwner}},
		{customer.VisibleOwner, mate, customer.Sight{Reason: customer.SightNotOwner}},
		{customer.VisibleTeam, mate, customer.Sight{Allowed: true, Reason: customer.SightTeam}},
		{customer.VisibleTeam, near, customer.Sight{Reason: customer.SightNotTeam}},
		{customer.VisibleTeam, far, customer.Sight{Reason: customer.SightNotTeam}}, // north is a team of the partner
		{customer.VisibleBranch, mate, customer.Sight{Allowed: true, Reason: customer.SightTeam}},
		{customer.VisibleBranch, near, customer.Sight{Allowed: true, Reason: customer.SightBranch}},
		{customer.VisibleBranch, far, customer.Sight{Reason: customer.SightNotBranch}},
		{customer.VisibleCompany, far, customer.Sight{Allowed: true, Reason: customer.SightCompany}},
		{0, far, customer.Sight{Allowed: true, Reason: customer.SightCompany}},
		{0, part, customer.Sight{Reason: customer.SightOutside}},
		{customer.VisiblePartner, far, customer.Sight{Allowed: true, Reason: customer.SightCompany}},
		{customer.VisiblePartner, part, customer.Sight{Allowed: true, Reason: customer.SightPartner}},
		{customer.VisiblePartner, rival, customer.Sight{Reason: customer.SightNoPart}},
		{customer.VisibleEverybody, rival, customer.Sight{Allowed: true, Reason: customer.SightEverybody}},
		{customer.VisibleOwner, customer.Viewer{ID: "audit", All: true}, customer.Sight{Allowed: true, Reason: customer.SightAll}},
		{customer.VisibleEverybody, customer.Viewer{}, customer.Sight{Reason: customer.SightNobody}},
	} {
		require.Equal(t, tc.want, see(tc.policy, tc.viewer, "2023-01-01"), "%s for %+v", tc.policy, tc.viewer)
	}
	// After the only owner of ours ended, the record is not lost to us.
	require.Equal(t, customer.Sight{Allowed: true, Reason: customer.SightUnowned}, see(customer.VisibleOwner, far, "2024-01-01"))
	require.Equal(t, customer.Sight{Reason: customer.SightNobody}, customer.CanSee(me, customer.Customer{}, day("2024-01-01")))
	for v := customer.VisibleOwner; v <= customer.VisibleEverybody; v++ {
		checkCode(t, v, customer.ParseVisibility)
	}
	require.Equal(t, "Visibility(9)", customer.Visibility(9).String())
}

// Who handed a customer over sees it no longer under the policy of owners.
func TestSightFollowsAHandover(t *testing.T) {
	before, err := customer.New(customer.Draft{
		ID: "x", Kind: customer.Person, RecordedAt: day("2022-01-01"), Visibility: customer.VisibleOwner,
		Owners: []customer.Ownership{owner("li.wei", since("2022-01-01"))},
	})
	require.NoError(t, err)
	plan, err := customer.PlanHandover(slices.Values([]customer.Customer{before}), leaving())
	require.NoError(t, err)
	for date, sees := range map[string]string{"2024-06-30": "li.wei", "2024-07-01": "ana"} {
		for _, name := range []string{"li.wei", "ana"} {
			sight := customer.CanSee(customer.Viewer{ID: name}, plan.Changed[0], day(date))
			require.Equal(t, name == sees, sight.Allowed, "%s on %s", name, date)
		}
	}
}

// A wider policy never hides a record from somebody whom a narrower one shows it to.
func TestWiderPoliciesShowMore(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		draft := drawDraft(r)
		draft.Visibility = customer.Visibility(rapid.IntRange(1, 5).Draw(r, "policy"))
		narrow, err := customer.New(draft)
		if err != nil {
			return
		}
		draft.Visibility++
		wide, err := customer.New(draft)
		require.NoError(r, err)
		viewer := customer.Viewer{
			ID: drawText(r, "viewer", 0), Teams: []string{drawText(r, "team of viewer", 0)}, Branches: []string{drawText(r, "branch of viewer", 0)},
			Partner: rapport.ID(drawText(r, "partner of viewer", 0)), All: rapid.Bool().Draw(r, "all"),
		}
		at := drawTime(r, "now")
		if customer.CanSee(viewer, narrow, at).Allowed {
			require.True(r, customer.CanSee(viewer, wide, at).Allowed)
		}
	})
}
