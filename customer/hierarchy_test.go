package customer_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func TestHierarchy(t *testing.T) {
	g := graph(t,
		tie(customer.RelationParent, "holding", "north"), tie(customer.RelationParent, "holding", "south"),
		tie(customer.RelationParent, "south", "shop-2"), tie(customer.RelationParent, "south", "shop-1"),
		tie(customer.RelationParent, "north", "shop-1"), tie(customer.RelationEmploys, "shop-1", "mei"),
		during(tie(customer.RelationParent, "holding", "sold"), interval(t, "", "2024-06-01")),
	)
	require.Equal(t, []rapport.ID{"holding"}, g.Roots(customer.RelationParent))
	require.Equal(t, []rapport.ID{"north", "south"}, g.Children(customer.RelationParent, "holding"))
	require.Equal(t, []rapport.ID{"north", "south"}, g.Parents(customer.RelationParent, "shop-1"))
	if diff := cmp.Diff([]customer.Reached{
		{ID: "north", Depth: 1, By: "holding"}, {ID: "south", Depth: 1, By: "holding"},
		{ID: "shop-1", Depth: 2, By: "north"}, {ID: "shop-2", Depth: 2, By: "south"},
	}, g.Below(customer.RelationParent, "holding")); diff != "" {
		t.Errorf("below (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]customer.Reached{
		{ID: "north", Depth: 1, By: "shop-1"}, {ID: "south", Depth: 1, By: "shop-1"}, {ID: "holding", Depth: 2, By: "north"},
	}, g.Above(customer.RelationParent, "shop-1")); diff != "" {
		t.Errorf("above (-want +got):\n%s", diff)
	}
	var ids []rapport.ID
	for _, r := range g.Relations("shop-1") {
		ids = append(ids, r.ID)
	}
	require.Equal(t, []rapport.ID{"north-shop-1", "south-shop-1", "shop-1-mei"}, ids)
	require.Empty(t, g.Below(customer.RelationParent, "nobody"))
	require.Empty(t, g.Roots(customer.RelationOwns))
	require.Empty(t, graph(t).Children(customer.RelationParent, "holding"))
	require.Equal(t, day("2024-06-01"), g.At())
}

func TestDecisionMakers(t *testing.T) {
	var relations []customer.Relation
	for person, role := range map[rapport.ID]customer.DecisionRole{
		"ana": customer.RoleUser, "bo": customer.RoleDecider, "li": customer.RoleDecider, "mei": "", "wu": customer.RoleGatekeeper,
	} {
		r := tie(customer.RelationDecisionMaker, person, "harbour-tea")
		r.Role = role
		relations = append(relations, r)
	}
	var makers []rapport.ID
	for _, r := range graph(t, relations...).DecisionMakers("harbour-tea") {
		makers = append(makers, r.From)
	}
	require.Equal(t, []rapport.ID{"bo", "li", "ana", "wu", "mei"}, makers)
}

// Requirement D6: a chain of referrals counts the direct ones and the others apart.
func TestReferrals(t *testing.T) {
	g := graph(t, tie(customer.RelationRefers, "a", "b"), tie(customer.RelationRefers, "b", "c"),
		tie(customer.RelationRefers, "c", "d"), tie(customer.RelationRefers, "a", "e"), tie(customer.RelationRefers, "e", "b"))
	r := g.Referrals("a")
	require.Equal(t, []rapport.ID{"b", "e"}, r.Direct)
	require.Equal(t, []customer.Reached{{ID: "c", Depth: 2, By: "b"}, {ID: "d", Depth: 3, By: "c"}}, r.Indirect)
	worth := map[rapport.ID]string{"b": "900", "c": "400", "e": "50.50"}
	of := func(id rapport.ID) (rapport.Money, bool) {
		amount, known := worth[id]
		if !known {
			return rapport.Money{}, false
		}
		return yuan(amount), true
	}
	v, err := r.Value(of)
	require.NoError(t, err)
	require.Equal(t, "950.50 CNY", v.Direct.String())
	require.Equal(t, "400.00 CNY", v.Indirect.String())
	require.Equal(t, []rapport.ID{"d"}, v.Missing)
	_, err = r.Value(func(id rapport.ID) (rapport.Money, bool) {
		if id == "e" {
			return rapport.MustMoney("1 EUR"), true
		}
		return of(id)
	})
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))
	v, err = g.Referrals("d").Value(of)
	require.NoError(t, err)
	require.Zero(t, v.Direct.Currency())
}

func TestEffectiveOwnership(t *testing.T) {
	// 60 % of B, which has half of C; and 10 % of C itself: 0.6 · 0.5 + 0.1 = 0.4.
	g := graph(t, owns("a", "b", 0.6), owns("b", "c", 0.5), owns("a", "c", 0.1), owns("c", "d", 0), owns("x", "c", 0.4))
	held, err := g.Holdings("a")
	require.NoError(t, err)
	require.Len(t, held, 3)
	require.Equal(t, customer.OwnedShare{Owner: "a", Company: "b", Direct: 0.6, Effective: 0.6}, held[0])
	require.Equal(t, rapport.ID("c"), held[1].Company)
	require.InDelta(t, 0.1, held[1].Direct, 1e-15)
	require.InDelta(t, 0.4, held[1].Effective, 1e-15)
	require.Equal(t, customer.OwnedShare{Owner: "a", Company: "d", Unknown: true}, held[2])
	owners, err := g.Shareholders("c")
	require.NoError(t, err)
	var names []string
	for _, o := range owners {
		names = append(names, fmt.Sprintf("%s %.2f", o.Owner, o.Effective))
	}
	require.Equal(t, []string{"b 0.50", "a 0.40", "x 0.40"}, names)
	none, err := g.Holdings("d")
	require.NoError(t, err)
	require.Empty(t, none)

	// B and C own each other: b = 0.5 + 0.2 c, c = 0.4 b, so b = 0.5 / 0.92.
	g = graph(t, owns("a", "b", 0.5), owns("c", "b", 0.2), owns("b", "c", 0.4))
	held, err = g.Holdings("a")
	require.NoError(t, err)
	require.InDelta(t, 0.5/0.92, held[0].Effective, 1e-12)
	require.InDelta(t, 0.2/0.92, held[1].Effective, 1e-12)
	owners, err = g.Shareholders("c")
	require.NoError(t, err)
	require.Equal(t, rapport.ID("b"), owners[0].Owner)
	require.Equal(t, 0.4, owners[0].Effective)
	require.Equal(t, rapport.ID("a"), owners[1].Owner)
	require.InDelta(t, 0.2/0.92, owners[1].Effective, 1e-12)
	require.Len(t, owners, 2)
	// Ways back to the owner end there.
	held, err = g.Holdings("b")
	require.NoError(t, err)
	require.Equal(t, []customer.OwnedShare{{Owner: "b", Company: "c", Direct: 0.4, Effective: 0.4}}, held)

	// Hardly anything enters this circle, so that its shares are not found.
	g = graph(t, owns("a", "b", 1e-8), owns("b", "c", 1), owns("c", "b", 1-1e-8))
	_, err = g.Holdings("a")
	cycle, ok := errors.AsType[*customer.CycleError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, []rapport.ID{"b", "c", "b"}, cycle.Way)
}

// Effective shares equal the sum over all ways of the product of their shares.
func TestEffectiveOwnershipIsTheSumOverWays(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const n = 7
		var share [n][n]float64
		var relations []customer.Relation
		id := func(i int) rapport.ID { return rapport.ID(fmt.Sprint("p", (i*5)%n)) }
		for to := range n {
			left := 8
			for from := range to {
				if eighths := rapid.IntRange(0, left).Draw(r, "eighths"); eighths > 0 {
					left -= eighths
					share[from][to] = float64(eighths) / 8
					relations = append(relations, owns(id(from), id(to), share[from][to]))
				}
			}
		}
		g, err := customer.NewGraph(relations, day("2024-06-01"), time.Time{})
		require.NoError(r, err)
		for from := range n {
			held, err := g.Holdings(id(from))
			require.NoError(r, err)
			var ways [n]float64
			ways[from] = 1
			for to := from + 1; to < n; to++ {
				for by := range to {
					ways[to] += ways[by] * share[by][to]
				}
				at := slices.IndexFunc(held, func(h customer.OwnedShare) bool { return h.Company == id(to) })
				if ways[to] == 0 {
					require.Equal(r, -1, at)
					continue
				}
				require.InDelta(r, ways[to], held[at].Effective, 1e-12)
				require.Equal(r, share[from][to], held[at].Direct)
				owners, err := g.Shareholders(id(to))
				require.NoError(r, err)
				at = slices.IndexFunc(owners, func(h customer.OwnedShare) bool { return h.Owner == id(from) })
				require.InDelta(r, ways[to], owners[at].Effective, 1e-12)
			}
		}
	})
}

// Where companies own each other too, a share is the same seen from either end.
func TestHoldingsAndShareholdersAgree(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const n = 5
		var relations []customer.Relation
		for to := range n {
			left := 7 // of eighths, so that no circle keeps everything
			for from := range n {
				if eighths := rapid.IntRange(0, left).Draw(r, "eighths"); eighths > 0 && from != to {
					left -= eighths
					relations = append(relations, owns(rapport.ID(fmt.Sprint(from)), rapport.ID(fmt.Sprint(to)), float64(eighths)/8))
				}
			}
		}
		g, err := customer.NewGraph(relations, day("2024-06-01"), time.Time{})
		require.NoError(r, err)
		seen := make(map[[2]rapport.ID]float64)
		for i := range n {
			held, err := g.Holdings(rapport.ID(fmt.Sprint(i)))
			require.NoError(r, err)
			for _, h := range held {
				require.LessOrEqual(r, h.Direct, h.Effective+1e-12)
				seen[[2]rapport.ID{h.Owner, h.Company}] = h.Effective
			}
		}
		for i := range n {
			owners, err := g.Shareholders(rapport.ID(fmt.Sprint(i)))
			require.NoError(r, err)
			for _, h := range owners {
				pair := [2]rapport.ID{h.Owner, h.Company}
				require.InDelta(r, seen[pair], h.Effective, 1e-12)
				delete(seen, pair)
			}
		}
		require.Empty(r, seen)
	})
}

func TestGroups(t *testing.T) {
	g := graph(t,
		tie(customer.RelationParent, "holding", "north"), tie(customer.RelationParent, "holding", "south"),
		owns("north", "joint", 0.3), owns("south", "joint", 0.3), owns("other", "joint", 0.4), // two daughters together
		owns("joint", "plant", 0.51), owns("holding", "half", 0.5), // half is no control
		owns("ring-b", "ring-a", 0.6), owns("ring-a", "ring-b", 0.6),
		tie(customer.RelationEmploys, "north", "mei"),
	)
	groups, err := g.Groups(nil)
	require.NoError(t, err)
	if diff := cmp.Diff([]customer.Group{
		{Roots: []rapport.ID{"holding"}, Members: []rapport.ID{"holding", "joint", "north", "plant", "south"}},
		{Roots: []rapport.ID{"ring-a"}, Members: []rapport.ID{"ring-a", "ring-b"}},
	}, groups); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	groups, err = g.Groups(&customer.GroupOptions{Control: 0.6})
	require.NoError(t, err)
	require.Equal(t, []customer.Group{{Roots: []rapport.ID{"holding"}, Members: []rapport.ID{"holding", "north", "south"}}}, groups)
	for _, control := range []float64{0.4, 1, -1, math.NaN()} {
		_, err = g.Groups(&customer.GroupOptions{Control: control})
		require.ErrorAs(t, err, new(*customer.ControlError))
		require.ErrorContains(t, err, "customer: control at a share above")
	}
}

// What relations say does not depend on their order.
func TestGraphDoesNotDependOnTheOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		party := rapid.SampledFrom([]rapport.ID{"a", "b", "c", "d", "e", "f"})
		var relations []customer.Relation
		for i := range rapid.IntRange(0, 10).Draw(r, "relations") {
			from, to := party.Draw(r, "from"), party.Draw(r, "to")
			if from < to {
				next := owns(from, to, 0.2)
				if rapid.Bool().Draw(r, "parent") {
					next = tie(customer.RelationParent, from, to)
				}
				next.ID = rapport.ID(fmt.Sprint(i))
				relations = append(relations, next)
			}
		}
		said := func(list []customer.Relation) string {
			g, err := customer.NewGraph(list, day("2024-06-01"), time.Time{})
			if err != nil {
				return err.Error()
			}
			groups, _ := g.Groups(nil)
			var text strings.Builder
			text.WriteString(fmt.Sprint(groups, g.Roots(customer.RelationParent)))
			for _, id := range []rapport.ID{"a", "b", "c"} {
				held, err := g.Holdings(id)
				text.WriteString(fmt.Sprint(g.Below(customer.RelationParent, id), held, err, g.Relations(id)))
			}
			return text.String()
		}
		require.Equal(r, said(relations), said(rapid.Permutation(relations).Draw(r, "order")))
	})
}

// A chain as long as there are parties is walked without recursion.
func TestDeepChains(t *testing.T) {
	const n = 5_000
	relations := make([]customer.Relation, 0, 2*n)
	for i := range n {
		from, to := rapport.ID(fmt.Sprintf("n%06d", i)), rapport.ID(fmt.Sprintf("n%06d", i+1))
		parent, whole := tie(customer.RelationParent, from, to), owns(from, to, 1)
		parent.ID += "-parent"
		relations = append(relations, parent, whole)
	}
	require.NoError(t, customer.CheckRelations(relations))
	g := graph(t, relations...)
	below := g.Below(customer.RelationParent, "n000000")
	require.Len(t, below, n)
	require.Equal(t, n, below[n-1].Depth)
	held, err := g.Holdings("n000000")
	require.NoError(t, err)
	require.Len(t, held, n)
	require.Equal(t, 1.0, held[n-1].Effective)
	owners, err := g.Shareholders(rapport.ID(fmt.Sprintf("n%06d", n)))
	require.NoError(t, err)
	require.Len(t, owners, n)
	groups, err := g.Groups(nil)
	require.NoError(t, err)
	require.Len(t, groups, 1)
	require.Len(t, groups[0].Members, n+1)
	relations = append(relations, tie(customer.RelationParent, rapport.ID(fmt.Sprintf("n%06d", n)), "n000000"))
	cycle, ok := errors.AsType[*customer.CycleError](customer.CheckRelations(relations))
	require.True(t, ok)
	require.Len(t, cycle.Way, n+2)
}

// Two companies above a large group change places: no circle holds at any instant, and
// what lies below is not looked at again for each of its many dates.
func TestAChangeAtTheTopOfALargeGroup(t *testing.T) {
	relations := []customer.Relation{
		during(tie(customer.RelationParent, "a", "b"), interval(t, "", "2020-01-01")),
		during(tie(customer.RelationParent, "b", "a"), since("2020-01-01")),
	}
	for i := range 5_000 {
		valid, err := rapport.NewInterval(day("1950-01-01").AddDate(0, 0, i), time.Time{})
		require.NoError(t, err)
		relations = append(relations, during(tie(customer.RelationParent, "b", rapport.ID(fmt.Sprintf("n%06d", i))), valid))
	}
	require.NoError(t, customer.CheckRelations(relations))
	relations[1].Valid = since("2019-12-31")
	cycle, ok := errors.AsType[*customer.CycleError](customer.CheckRelations(relations))
	require.True(t, ok)
	require.Equal(t, []rapport.ID{"a", "b", "a"}, cycle.Way)
	require.Equal(t, day("2019-12-31"), cycle.At)
}
