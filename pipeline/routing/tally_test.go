package routing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline/routing"
)

// Of 1,000 calls offered 30 are abandoned, 10 of them at once, and 820 are answered
// within 20 seconds.
func ExampleTally() {
	start := time.Date(2025, 3, 3, 9, 0, 0, 0, time.UTC)
	for _, of := range []routing.Denominator{routing.OfOffered, routing.OfAnswered, routing.OfOfferedLessShort} {
		tally, err := routing.NewTally(routing.ServiceGoal{Within: 20 * time.Second, Of: of, ShortAbandon: 5 * time.Second})
		if err != nil {
			fmt.Println(err)
			return
		}
		for i := range 1000 {
			call := routing.Call{OfferedAt: start.Add(time.Duration(i) * time.Second)}
			switch {
			case i < 10:
				call.AbandonedAt = call.OfferedAt.Add(2 * time.Second)
			case i < 30:
				call.AbandonedAt = call.OfferedAt.Add(40 * time.Second)
			case i < 850:
				call.AnsweredAt, call.Handled = call.OfferedAt.Add(10*time.Second), 3*time.Minute
			default:
				call.AnsweredAt, call.Handled = call.OfferedAt.Add(30*time.Second), 3*time.Minute
			}
			if err := tally.Add(call); err != nil {
				fmt.Println(err)
			}
		}
		figures := tally.Figures(60 * time.Hour)
		lost, _ := figures.Lost.Value()
		level, _ := figures.ServiceLevel.Value()
		asa, _ := figures.ASA.Value()
		occupancy, _ := figures.Occupancy.Value()
		fmt.Printf("lost %.3f, service level %.4f of %d %s, ASA %.2f s, occupancy %.3f\n",
			lost, level, figures.ServiceLevel.N, of, asa, occupancy)
	}
	// Output:
	// lost 0.030, service level 0.8200 of 1000 offered, ASA 13.09 s, occupancy 0.808
	// lost 0.030, service level 0.8454 of 970 answered, ASA 13.09 s, occupancy 0.808
	// lost 0.030, service level 0.8283 of 990 offered_less_short, ASA 13.09 s, occupancy 0.808
}

func tallied(t *testing.T, calls ...routing.Call) routing.Figures {
	tally, err := routing.NewTally(routing.ServiceGoal{Within: time.Second, Of: routing.OfOffered})
	require.NoError(t, err)
	for _, call := range calls {
		require.NoError(t, tally.Add(call))
	}
	return tally.Figures(0)
}

func TestFigures(t *testing.T) {
	at := morning()
	figures := tallied(t,
		routing.Call{OfferedAt: at},
		routing.Call{OfferedAt: at, AbandonedAt: at.Add(3 * time.Second)},
		routing.Call{OfferedAt: at, AnsweredAt: at.Add(time.Second), Handled: 90 * time.Second, Resolution: routing.ResolvedFirst},
		routing.Call{OfferedAt: at, AnsweredAt: at.Add(time.Second + 1), Transferred: true, Resolution: routing.ResolvedNotFirst},
		routing.Call{OfferedAt: at, AnsweredAt: at, Handled: 1500 * time.Millisecond, Resolution: routing.ResolvedFirst},
		routing.Call{OfferedAt: at, AnsweredAt: at})
	require.Equal(t, 1, figures.Open)
	require.Equal(t, rapport.Ratio{Num: 3, Den: 6, N: 6}, figures.ServiceLevel)
	require.Equal(t, rapport.Ratio{Num: 1, Den: 6, N: 6}, figures.Lost)
	require.Equal(t, rapport.Ratio{Num: 3, Den: 1, N: 1}, figures.AbandonWait)
	require.Equal(t, rapport.Ratio{Num: 2.000000001, Den: 4, N: 4}, figures.ASA)
	require.Equal(t, rapport.Ratio{Num: 91.5, Den: 4, N: 4}, figures.AHT)
	require.Equal(t, rapport.Ratio{Num: 1, Den: 4, N: 4}, figures.Transferred)
	require.Equal(t, rapport.Ratio{Num: 2, Den: 3, N: 3}, figures.FirstContact)
	_, ok := figures.Occupancy.Value()
	require.False(t, ok, "nobody said how long agents were there")
	_, ok = tallied(t).ServiceLevel.Value()
	require.False(t, ok)
}

func TestLongSums(t *testing.T) {
	at := morning()
	long := routing.Call{OfferedAt: at, AnsweredAt: at, Handled: 1<<63 - 1}
	figures := tallied(t, long, long, long)
	require.InEpsilon(t, 3*9223372036.854775807, figures.AHT.Num, 1e-15)
}

func TestCallsRefused(t *testing.T) {
	at := morning()
	tally, err := routing.NewTally(routing.ServiceGoal{Of: routing.OfOffered})
	require.NoError(t, err)
	for want, call := range map[string]routing.Call{
		`routing: call "c": offered at unset: want an instant`:                                                       {ID: "c"},
		`routing: call: abandoned at 2025-03-03T09:00:00Z: want nothing for an answered call`:                        {OfferedAt: at, AnsweredAt: at, AbandonedAt: at},
		`routing: answered at 2025-03-03T08:59:59.999999999Z is before 2025-03-03T09:00:00Z`:                         {OfferedAt: at, AnsweredAt: at.Add(-1)},
		`routing: abandoned at 2025-03-03T08:59:59.999999999Z is before 2025-03-03T09:00:00Z`:                        {OfferedAt: at, AbandonedAt: at.Add(-1)},
		`routing: call: handled -1ns: want a time from 0`:                                                            {OfferedAt: at, AnsweredAt: at, Handled: -1},
		`routing: call: answered at unset: want an instant for a call that was handled, transferred or resolved`:     {OfferedAt: at, Transferred: true},
		`routing: call "x": answered at unset: want an instant for a call that was handled, transferred or resolved`: {ID: "x", OfferedAt: at, Handled: 1},
		`routing: call: resolution beyond the list: want unknown, first or not first`:                                {OfferedAt: at, AnsweredAt: at, Resolution: 9},
	} {
		require.EqualError(t, tally.Add(call), want)
	}
	require.Zero(t, tally.Figures(0).Offered)
	for _, goal := range []routing.ServiceGoal{{}, {Within: -1, Of: routing.OfOffered}, {ShortAbandon: -1, Of: routing.OfOffered}} {
		_, err := routing.NewTally(goal)
		var wrong *routing.InputError
		require.ErrorAs(t, err, &wrong)
	}
}
