package customer_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Each company is controlled by the two before it together, in the order in which the
// last one is looked at first.
func TestJointControlDownAChain(t *testing.T) {
	const length = 10_000
	id := func(i int) rapport.ID { return rapport.ID(fmt.Sprintf("c%06d", length-i)) }
	relations := []customer.Relation{owns(id(0), id(1), 0.6)}
	for i := 2; i < length; i++ {
		relations = append(relations, owns(id(i-1), id(i), 0.3), owns(id(i-2), id(i), 0.3))
	}
	groups, err := graph(t, relations...).Groups(nil)
	require.NoError(t, err)
	require.Len(t, groups, 1)
	require.Len(t, groups[0].Members, length)
	require.Equal(t, []rapport.ID{id(0)}, groups[0].Roots)
}

// Two parties are in one group exactly if going over all companies again and again joins them.
func TestGroupsAgainstRepetition(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const parties = 7
		var shares [parties][parties]float64
		var relations []customer.Relation
		name := func(i int) rapport.ID { return rapport.ID(rune('a' + i)) }
		for range rapid.IntRange(1, 14).Draw(r, "holdings") {
			from, to := rapid.IntRange(0, parties-1).Draw(r, "from"), rapid.IntRange(0, parties-1).Draw(r, "to")
			share := rapid.SampledFrom([]float64{0.2, 0.3, 0.55}).Draw(r, "share")
			sum := share
			for owner := range parties {
				sum += shares[owner][to]
			}
			if from == to || shares[from][to] > 0 || sum > 1 {
				continue
			}
			shares[from][to] = share
			holding := owns(name(from), name(to), share)
			relations = append(relations, holding)
		}
		if len(relations) == 0 {
			return
		}
		group := [parties]int{0, 1, 2, 3, 4, 5, 6}
		for grew := true; grew; {
			grew = false
			for company := range parties {
				held := map[int]float64{}
				for owner := range parties {
					held[group[owner]] += shares[owner][company]
				}
				for by, share := range held {
					if own := group[company]; share > 0.5+1e-9 && own != by {
						grew = true
						for i := range group {
							if group[i] == own {
								group[i] = by
							}
						}
					}
				}
			}
		}
		g, err := customer.NewGraph(relations, day("2024-06-01"), time.Time{})
		require.NoError(r, err)
		groups, err := g.Groups(nil)
		require.NoError(r, err)
		place := map[rapport.ID]int{}
		for i, found := range groups {
			for _, id := range found.Members {
				place[id] = i + 1
			}
		}
		for i := range parties {
			for j := range i {
				a, b := place[name(i)], place[name(j)]
				require.Equal(r, group[i] == group[j], a == b && a != 0, "%s and %s", name(i), name(j))
			}
		}
	})
}
