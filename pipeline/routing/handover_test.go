package routing_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline/routing"
)

// Wang leaves. The accounts go to two others so that the books are as equal as they can
// be; Zhou has one of 200 already.
func ExamplePlanHandover() {
	account := func(id, owner rapport.ID, value string) routing.Holding {
		return routing.Holding{ID: id, Owner: owner, Value: rapport.MustMoney(value)}
	}
	plan, err := routing.PlanHandover(
		routing.HandoverOrder{From: "wang", At: morning(), By: "head-of-sales", Reason: "left"},
		[]routing.Holding{
			account("A1", "wang", "500.00 CNY"), account("A2", "wang", "300.00 CNY"), account("A3", "wang", "100.00 CNY"),
			account("A4", "zhou", "200.00 CNY"),
		},
		routing.Balanced(routing.BalanceValue, "xu", "zhou"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, move := range plan.Moves {
		fmt.Printf("%s: %s -> %s, %s by %s\n", move.Item, move.From, move.To, move.Reason, move.By)
	}
	for i, before := range plan.Before {
		after := plan.After[i]
		fmt.Printf("%-4s %d items of %v -> %d of %v\n", before.Owner, before.Items, before.Value, after.Items, after.Value)
	}
	// Output:
	// A1: wang -> xu, left by head-of-sales
	// A2: wang -> zhou, left by head-of-sales
	// A3: wang -> xu, left by head-of-sales
	// wang 3 items of 900.00 CNY -> 0 of 0.00 CNY
	// xu   0 items of 0 -> 2 of 600.00 CNY
	// zhou 1 items of 200.00 CNY -> 2 of 500.00 CNY
}

func handoverOrder() routing.HandoverOrder {
	return routing.HandoverOrder{From: "old", At: morning(), By: "boss", Reason: "left"}
}

func TestHandoverByTerritory(t *testing.T) {
	holdings := []routing.Holding{{ID: "1", Owner: "old", Territory: "EU/DE/BY"}, {ID: "2", Owner: "old", Territory: "EU/DEU"}, {ID: "3", Owner: "old"}, {ID: "4", Owner: "other", Territory: "EU"}}
	rule := routing.ByTerritory(routing.Succession{"EU", "eva"}, routing.Succession{"EU/DE", "dan"}, routing.Succession{"", "all"})
	plan, err := routing.PlanHandover(handoverOrder(), holdings, rule)
	require.NoError(t, err)
	var to []rapport.ID
	for _, move := range plan.Moves {
		to = append(to, move.To)
	}
	require.Equal(t, []rapport.ID{"dan", "eva", "all"}, to)

	_, err = routing.PlanHandover(handoverOrder(), holdings, routing.ByTerritory(routing.Succession{"EU/DE", "dan"}))
	left, ok := errors.AsType[*routing.OwnerlessError](err)
	require.True(t, ok)
	require.Equal(t, []rapport.ID{"2", "3"}, left.Items)
	require.EqualError(t, err, `routing: 2 holdings would be left without an owner: "2", "3"`)
}

func TestHandoverRefused(t *testing.T) {
	fine := []routing.Holding{{ID: "1", Owner: "old"}}
	input := func(field string) func(error) {
		return func(err error) {
			var wrong *routing.InputError
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, field, wrong.Field)
		}
	}
	for _, tc := range []struct {
		order    routing.HandoverOrder
		holdings []routing.Holding
		rule     routing.HandoverRule
		check    func(error)
	}{
		{routing.HandoverOrder{}, fine, routing.ToSuccessor("new"), input("from")},
		{routing.HandoverOrder{From: "old", By: "b"}, fine, routing.ToSuccessor("new"), input("at")},
		{routing.HandoverOrder{From: "old", At: morning()}, fine, routing.ToSuccessor("new"), input("by")},
		{handoverOrder(), fine, routing.HandoverRule{}, input("successors")},
		{handoverOrder(), fine, routing.ToSuccessor("old"), input("successor")},
		{handoverOrder(), fine, routing.ToSuccessor(""), input("successor")},
		{handoverOrder(), fine, routing.Balanced("", "a", "b"), input("measure")},
		{handoverOrder(), fine, routing.Balanced("size", "a"), input("measure")},
		{handoverOrder(), fine, routing.ByTerritory(routing.Succession{"x//", "a"}), input("territory")},
		{handoverOrder(), fine, routing.ByTerritory(routing.Succession{"x", "a"}, routing.Succession{"x", "b"}), input("territory")},
		{handoverOrder(), []routing.Holding{{ID: "1"}}, routing.ToSuccessor("new"), input("owner")},
		{handoverOrder(), []routing.Holding{{Owner: "old"}}, routing.ToSuccessor("new"), input("id")},
		{handoverOrder(), []routing.Holding{{ID: "1", Owner: "old", Load: -1}}, routing.ToSuccessor("new"), input("load")},
		{handoverOrder(), []routing.Holding{{ID: "1", Owner: "old", Territory: "/"}}, routing.ToSuccessor("new"), input("territory")},
		{handoverOrder(), []routing.Holding{{ID: "1", Owner: "old", Value: rapport.MustMoney("-1.00 EUR")}}, routing.Balanced(routing.BalanceValue, "a"), input("value")},
		{handoverOrder(), fine, routing.Balanced(routing.BalanceItems, "a", "a"), func(err error) {
			require.Equal(t, &routing.DuplicateError{What: "successor", ID: "a"}, err)
		}},
		{handoverOrder(), append(fine, fine...), routing.ToSuccessor("new"), func(err error) {
			require.Equal(t, &routing.DuplicateError{What: "holding", ID: "1"}, err)
		}},
		{handoverOrder(), []routing.Holding{{ID: "1", Owner: "other"}}, routing.ToSuccessor("new"), func(err error) {
			require.Equal(t, &routing.UnknownError{What: "owner", ID: "old"}, err)
		}},
		{handoverOrder(), []routing.Holding{{ID: "1", Owner: "x", Value: rapport.MustMoney("1.00 EUR")}, {ID: "2", Owner: "old", Value: rapport.MustMoney("1.00 CNY")}}, routing.ToSuccessor("new"), func(err error) {
			var mismatch *rapport.CurrencyMismatchError
			require.ErrorAs(t, err, &mismatch)
			require.ErrorContains(t, err, `routing: holding "2": value 1.00 CNY: `)
		}},
	} {
		plan, err := routing.PlanHandover(tc.order, tc.holdings, tc.rule)
		require.Error(t, err)
		require.Zero(t, plan)
		tc.check(err)
	}
}

// Every holding of the owner moves once, nothing else does, totals stay the same, and
// the books of successors who begin with nothing are within the greatest holding.
func TestHandoverKeepsTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		owners := []rapport.ID{"old", "a", "b", "c"}
		holdings := make([]routing.Holding, rapid.IntRange(1, 30).Draw(t, "holdings"))
		for i := range holdings {
			value, err := rapport.MoneyFromMinor(rapid.Int64Range(0, 100_000).Draw(t, "value"), rapport.CNY)
			require.NoError(t, err)
			holdings[i] = routing.Holding{ID: rapport.ID(fmt.Sprintf("h%02d", i)), Owner: rapid.SampledFrom(owners).Draw(t, "owner"),
				Load: rapid.IntRange(0, 20).Draw(t, "load"), Value: value}
		}
		holdings[0].Owner = "old"
		measure := rapid.SampledFrom([]routing.Measure{routing.BalanceItems, routing.BalanceLoad, routing.BalanceValue}).Draw(t, "measure")
		rule := routing.Balanced(measure, "a", "b", "new")
		plan, err := routing.PlanHandover(handoverOrder(), holdings, rule)
		require.NoError(t, err)

		shuffled := slices.Clone(holdings)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		again, err := routing.PlanHandover(handoverOrder(), shuffled, rule)
		require.NoError(t, err)
		require.Empty(t, gocmp.Diff(plan.Moves, again.Moves))

		sum := func(books []routing.Book) (items int, load int64, value rapport.Money) {
			for _, book := range books {
				items, load = items+book.Items, load+book.Load
				value, err = value.Add(book.Value)
				require.NoError(t, err)
			}
			return items, load, value
		}
		items, load, value := sum(plan.Before)
		itemsAfter, loadAfter, valueAfter := sum(plan.After)
		require.Equal(t, items, itemsAfter)
		require.Equal(t, load, loadAfter)
		require.Equal(t, value.String(), valueAfter.String())
		var most int64
		i := 0
		for _, h := range holdings {
			if h.Owner != "old" {
				continue
			}
			require.Equal(t, routing.Move{Item: h.ID, From: "old", To: plan.Moves[i].To, At: morning(), By: "boss", Reason: "left"}, plan.Moves[i])
			require.Contains(t, []rapport.ID{"a", "b", "new"}, plan.Moves[i].To)
			most = max(most, int64(h.Load))
			i++
		}
		require.Len(t, plan.Moves, i)
		for j, book := range plan.After {
			require.True(t, book.Owner != "old" || book.Items == 0 && book.Value.IsZero())
			if measure == routing.BalanceLoad && book.Items > plan.Before[j].Items {
				for _, other := range plan.After {
					if other.Owner != "old" {
						require.LessOrEqual(t, book.Load-other.Load, most)
					}
				}
			}
		}
	})
}

func TestHandoverOfFortyAccounts(t *testing.T) {
	var holdings []routing.Holding
	for i := range 40 {
		holdings = append(holdings, routing.Holding{ID: rapport.ID(fmt.Sprintf("a%02d", i)), Owner: "old"})
	}
	plan, err := routing.PlanHandover(handoverOrder(), holdings, routing.ToSuccessor("new"))
	require.NoError(t, err)
	require.Len(t, plan.Moves, 40)
	for _, move := range plan.Moves {
		require.Equal(t, rapport.ID("old"), move.From)
		require.Equal(t, rapport.ID("new"), move.To)
	}
	require.Equal(t, []routing.Book{{Owner: "new"}, {Owner: "old", Items: 40}}, plan.Before)
	require.Equal(t, []routing.Book{{Owner: "new", Items: 40}, {Owner: "old"}}, plan.After)
}
