package customer_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

// 10 800 visits of 2 000 customers in a year.
func ExampleVisitFrequency() {
	frequency, _ := customer.VisitFrequency(10800, 2000)
	fmt.Println(frequency.Value())
	// Output:
	// 5.4 true
}

func membership(t *testing.T) customer.Membership {
	m := customer.Membership{ID: "m1", Customer: "c1", Programme: "tea-club", Number: "00017", Branch: "harbour",
		Changes:    []customer.MembershipChange{{At: day("2025-01-01"), RecordedAt: day("2025-01-02"), Status: customer.MembershipActive, Card: "A-1"}},
		RecordedAt: day("2025-01-02")}
	for _, c := range []customer.MembershipChange{
		{At: day("2025-03-01"), RecordedAt: day("2025-03-05"), Status: customer.MembershipActive, Card: "A-2", Cause: "lost-card", Actor: "li.wei"},
		{At: day("2025-06-01"), RecordedAt: day("2025-06-01"), Status: customer.MembershipPaused, Card: "A-2"},
	} {
		next, err := m.With(c)
		require.NoError(t, err)
		require.Less(t, len(m.Changes), len(next.Changes))
		m = next
	}
	return m
}

func TestMembership(t *testing.T) {
	m := membership(t)
	require.Equal(t, day("2025-01-01"), m.Joined())
	_, ok := m.AsOf(day("2024-12-31"), far())
	require.False(t, ok)
	c, _ := m.AsOf(day("2025-03-02"), far())
	require.Equal(t, "A-2", c.Card)
	c, _ = m.AsOf(day("2025-03-02"), day("2025-03-03")) // the new card was not written down yet
	require.Equal(t, "A-1", c.Card)
	c, _ = m.AsOf(far(), far())
	require.Equal(t, customer.MembershipPaused, c.Status)

	requireRoundTrip(t, m, `{"format":1,"id":"m1","customer":"c1","programme":"tea-club","number":"00017","branch":"harbour","changes":[`+
		`{"at":"2025-01-01T00:00:00Z","recorded_at":"2025-01-02T00:00:00Z","status":"active","card":"A-1"},`+
		`{"at":"2025-03-01T00:00:00Z","recorded_at":"2025-03-05T00:00:00Z","status":"active","card":"A-2","cause":"lost-card","actor":"li.wei"},`+
		`{"at":"2025-06-01T00:00:00Z","recorded_at":"2025-06-01T00:00:00Z","status":"paused","card":"A-2"}],"recorded_at":"2025-06-01T00:00:00Z"}`)

	_, err := m.With(customer.MembershipChange{At: day("2025-05-01"), RecordedAt: day("2025-05-01"), Status: customer.MembershipActive})
	requireProblems(t, err, "changes[3].at out-of-range", "changes[3].recorded_at out-of-range")
	_, err = m.With(customer.MembershipChange{At: day("2025-07-01"), RecordedAt: day("2025-07-01"), Status: customer.MembershipPaused, Card: "A-2"})
	requireProblems(t, err, "changes[3] duplicate")
	_, err = m.With(customer.MembershipChange{At: day("2025-07-01"), RecordedAt: day("2025-07-01"), Status: "gold"})
	requireProblems(t, err, "changes[3].status unknown")
	requireProblems(t, customer.Membership{}.Validate(), "id missing", "customer missing", "programme missing", "number missing", "changes missing", "recorded_at missing")
	m.Changes = []customer.MembershipChange{{At: day("2025-07-01"), RecordedAt: day("2025-07-01"), Status: customer.MembershipEnded}}
	requireProblems(t, m.Validate(), "changes[0].status not-allowed")
	require.Zero(t, new(customer.Membership).Joined())
}

// What was earned in one branch is spent in another.
func TestPointsOfAllBranches(t *testing.T) {
	earned, spent := entry("a", customer.PointsEarn, 100, "2025-01-01"), entry("b", customer.PointsRedeem, -40, "2025-01-02")
	earned.Branch, spent.Branch = "harbour", "hill"
	require.EqualValues(t, 60, newLedger(t, nil, earned, spent).AsOf(far(), far()).Points)
}

func TestVisitFrequency(t *testing.T) {
	none, err := customer.VisitFrequency(0, 0)
	require.NoError(t, err)
	_, ok := none.Value()
	require.False(t, ok)
	_, err = customer.VisitFrequency(-1, 2)
	require.EqualError(t, err, "customer: visits is -1: want 0 or more")
	_, err = customer.VisitFrequency(1, 0)
	require.Error(t, err)
}
