package customer_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// 18 of 20 promises were kept on time; the other two are overdue.
func ExampleCommitmentsAsOf() {
	var promises []customer.Commitment
	for i := range 20 {
		p := customer.Commitment{ID: rapport.ID(fmt.Sprint("p", i)), Customer: "c1", Promise: "send the samples", Owner: "li.wei",
			Due: date(2026, 3, 10), At: date(2026, 3, 1), RecordedAt: date(2026, 3, 1)}
		if i < 18 {
			p, _ = p.Keep(date(2026, 3, 8), date(2026, 3, 8))
		}
		promises = append(promises, p)
	}
	figures := customer.CommitmentsAsOf(promises, date(2026, 4, 1))
	onTime, _ := figures.OnTime.Value()
	fmt.Println(onTime, len(figures.Overdue), figures.Overdue[0].ID)
	// Output:
	// 0.9 2 p18
}

func commitment() customer.Commitment {
	return customer.Commitment{ID: "p1", Customer: "c1", Promise: "回电话", Due: day("2025-02-01"), Owner: "li.wei", With: "case-1",
		At: day("2025-01-01"), RecordedAt: day("2025-01-01")}
}

func TestCommitmentsAsOf(t *testing.T) {
	onTime, err := commitment().Keep(day("2025-02-01"), day("2025-02-01"))
	require.NoError(t, err)
	late, err := commitment().Keep(day("2025-02-05"), day("2025-02-05"))
	require.NoError(t, err)
	released := commitment()
	released.ReleasedAt = day("2025-01-15")
	future := commitment()
	future.Due = day("2026-01-01")
	all := []customer.Commitment{onTime, late, commitment(), released, future}
	f := customer.CommitmentsAsOf(all, day("2025-03-01"))
	require.Equal(t, rapport.Ratio{Num: 1, Den: 3, N: 3}, f.OnTime)
	require.Equal(t, rapport.Ratio{Num: 2, Den: 3, N: 3}, f.Kept)
	require.Len(t, f.Overdue, 1)
	f = customer.CommitmentsAsOf(all, day("2025-02-02")) // the late one was overdue then
	require.Equal(t, rapport.Ratio{Num: 1, Den: 3, N: 3}, f.OnTime)
	require.Len(t, f.Overdue, 2)
	f = customer.CommitmentsAsOf(all, day("2025-01-10")) // nothing decided: no value
	require.Equal(t, customer.CommitmentFigures{}, f)
}

func TestCommitment(t *testing.T) {
	kept, err := commitment().Keep(day("2025-02-01"), day("2025-02-02"))
	require.NoError(t, err)
	requireRoundTrip(t, kept, `{"format":1,"id":"p1","customer":"c1","promise":"回电话","due":"2025-02-01T00:00:00Z","owner":"li.wei",`+
		`"kept_at":"2025-02-01T00:00:00Z","with":"case-1","at":"2025-01-01T00:00:00Z","recorded_at":"2025-02-02T00:00:00Z"}`)
	requireRoundTrip(t, commitment(), "")
	_, err = kept.Keep(day("2025-02-01"), day("2025-02-02"))
	requireProblems(t, err, "kept_at not-allowed")
	_, err = commitment().Keep(day("2024-02-01"), day("2025-02-02"))
	requireProblems(t, err, "kept_at out-of-range")
	kept.ReleasedAt, kept.Due = day("2025-02-01"), day("2024-02-01")
	requireProblems(t, kept.Validate(), "due out-of-range", "released_at not-allowed")
	requireProblems(t, customer.Commitment{}.Validate(), "id missing", "customer missing", "promise missing", "due missing", "owner missing", "at missing", "recorded_at missing")
}
