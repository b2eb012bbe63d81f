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

// Of 200 customers at the start of the year 170 are customers at its end.
func ExampleRetention() {
	var lives []customer.Lifecycle
	for i := range 200 {
		life, _ := customer.NewLifecycle(rapport.ID(fmt.Sprint("c", i)))
		life, _, _ = life.Move(customer.LifecycleChange{ID: "1", To: customer.StageFirstTime, Reason: customer.LifecycleBought,
			At: date(2024, 6, 1), RecordedAt: date(2024, 6, 1)})
		if i < 30 {
			life, _, _ = life.Move(customer.LifecycleChange{ID: "2", To: customer.StageLost, Reason: customer.LifecycleLeft,
				At: date(2025, 6, 1), RecordedAt: date(2025, 6, 1)})
		}
		lives = append(lives, life)
	}
	figures, _ := customer.Retention(lives, date(2025, 1, 1), date(2026, 1, 1), date(2026, 1, 1))
	retained, _ := figures.Retained.Value()
	churned, _ := figures.Churned.Value()
	fmt.Println(retained, churned)
	// Output:
	// 0.85 0.15
}

func threeLives(t *testing.T) []customer.Lifecycle {
	return []customer.Lifecycle{
		newLife(t, "b", change("1", customer.StageFirstTime, customer.LifecycleBought, "2025-01-10"),
			change("2", customer.StageLost, customer.LifecycleLeft, "2025-02-10"),
			change("3", customer.StageWonBack, customer.LifecycleBought, "2025-03-10")),
		newLife(t, "a", change("1", customer.StageFirstTime, customer.LifecycleBought, "2025-01-20"),
			change("2", 0, customer.LifecycleBlocked, "2025-02-20")),
		newLife(t, "c", change("1", customer.StageLead, customer.LifecycleEnquired, "2025-01-05"),
			change("2", customer.StageFirstTime, customer.LifecycleBought, "2025-02-05")),
	}
}

func TestStagesAt(t *testing.T) {
	lives := threeLives(t)
	groups := customer.StagesAt(lives, day("2025-02-28"), far())
	require.Len(t, groups, 9)
	first := groups[customer.StageFirstTime-1]
	require.Equal(t, customer.StageGroup{Stage: customer.StageFirstTime, Customers: []rapport.ID{"a", "c"}, Blocked: 1}, first)
	require.Equal(t, []rapport.ID{"b"}, groups[customer.StageLost-1].Customers)
	groups = customer.StagesAt(lives, day("2025-02-28"), day("2025-01-31")) // what was known in January
	require.Equal(t, []rapport.ID{"a", "b"}, groups[customer.StageFirstTime-1].Customers)
	require.Equal(t, []rapport.ID{"c"}, groups[customer.StageLead-1].Customers)
}

func TestFlowsBetween(t *testing.T) {
	flows, err := customer.FlowsBetween(threeLives(t), day("2025-01-31"), day("2025-03-31"), far())
	require.NoError(t, err)
	require.Equal(t, customer.StageBalance{Stage: customer.StageFirstTime, Start: 2, In: 1, Out: 1, End: 2}, flows.Balances[customer.StageFirstTime-1])
	require.Equal(t, customer.StageBalance{Stage: customer.StageLost, In: 1, Out: 1}, flows.Balances[customer.StageLost-1])
	require.Equal(t, []customer.StageFlow{
		{customer.StageLead, customer.StageFirstTime, 1},
		{customer.StageFirstTime, customer.StageLost, 1},
		{customer.StageLost, customer.StageWonBack, 1},
	}, flows.Flows)
	_, err = customer.FlowsBetween(nil, day("2025-01-02"), day("2025-01-01"), far())
	require.IsType(t, new(customer.PeriodError), err)
}

func TestFlowsBalance(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var lives []customer.Lifecycle
		for i := range rapid.IntRange(0, 6).Draw(r, "customers") {
			lives = append(lives, drawLife(r, rapport.ID(fmt.Sprint("c", i))))
		}
		from := day("2025-01-01").AddDate(0, 0, rapid.IntRange(-1, 20).Draw(r, "from"))
		to := from.AddDate(0, 0, rapid.IntRange(0, 20).Draw(r, "days"))
		known := day("2025-01-01").AddDate(0, 0, rapid.IntRange(-1, 40).Draw(r, "known"))
		flows, err := customer.FlowsBetween(lives, from, to, known)
		require.NoError(r, err)
		groups := customer.StagesAt(lives, to, known)
		for i, b := range flows.Balances {
			require.Equal(r, b.End, b.Start+b.In-b.Out)
			require.Len(r, groups[i].Customers, b.End)
		}
	})
}

func TestRetentionWithoutCustomers(t *testing.T) {
	figures, err := customer.Retention(nil, day("2025-01-01"), day("2025-01-01"), far())
	require.NoError(t, err)
	_, ok := figures.Retained.Value()
	require.False(t, ok)
	_, err = customer.Retention(nil, day("2025-01-02"), day("2025-01-01"), far())
	require.Error(t, err)
}

func TestCohorts(t *testing.T) {
	edges := []time.Time{day("2025-01-01"), day("2025-02-01"), day("2025-03-01"), day("2025-04-01")}
	table, err := customer.Cohorts(threeLives(t), edges, far())
	require.NoError(t, err)
	ratio := func(num, den float64, n int) rapport.Ratio { return rapport.Ratio{Num: num, Den: den, N: n} }
	require.Equal(t, []customer.Cohort{
		{From: edges[0], To: edges[1], Size: 2, Kept: []rapport.Ratio{ratio(2, 2, 2), ratio(1, 2, 2), ratio(2, 2, 2)}},
		{From: edges[1], To: edges[2], Size: 1, Kept: []rapport.Ratio{ratio(1, 1, 1), ratio(1, 1, 1)}},
		{From: edges[2], To: edges[3], Size: 0, Kept: []rapport.Ratio{{}}},
	}, table)
	_, err = customer.Cohorts(nil, []time.Time{edges[1], edges[1]}, far())
	require.Error(t, err)
	table, err = customer.Cohorts(nil, edges[:1], far())
	require.NoError(t, err)
	require.Empty(t, table)
}
