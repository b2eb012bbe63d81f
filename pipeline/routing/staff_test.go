package routing_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/pipeline/routing"
)

// 200 calls an hour of 180 seconds, 80 % of them to be answered within 20 seconds; 30 %
// of paid time is not spent at the desk. Callers who hang up after two minutes on average
// need two agents less, as a few calls are never served.
func ExampleStaffErlangC() {
	demand := routing.Demand{Contacts: 200, Per: time.Hour, Handle: 180 * time.Second}
	target := routing.Target{ServiceLevel: 0.80, Within: 20 * time.Second, Shrinkage: 0.30}
	patient, err := routing.StaffErlangC(demand, target)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d agents, %d on the roster: %.4f within 20 s\n", patient.Agents, patient.Rostered, patient.Expected.ServiceLevel(target.Within))
	impatient, err := routing.StaffErlangA(demand, 2*time.Minute, target)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d agents, %d on the roster: %.4f within 20 s, %.4f hang up\n", impatient.Agents, impatient.Rostered,
		impatient.Expected.ServiceLevel(target.Within), impatient.Expected.PAbandon())
	// Output:
	// 14 agents, 20 on the roster: 0.8884 within 20 s
	// 12 agents, 18 on the roster: 0.8256 within 20 s, 0.0616 hang up
}

// At 21 erlangs 20 agents are overloaded, but a queue that callers leave does not grow
// without end.
func ExampleErlangA() {
	demand := routing.Demand{Contacts: 420, Per: time.Hour, Handle: 3 * time.Minute}
	m, err := routing.NewErlangA(demand, time.Minute, 20)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("wait %.4f, hang up %.4f, served within 20 s %.4f, ASA %.2f s, busy %.4f\n",
		m.PWait(), m.PAbandon(), m.ServiceLevel(20*time.Second), m.ASA(), m.Occupancy())
	_, err = routing.NewErlangC(demand, 20)
	fmt.Println(err)
	// Output:
	// wait 0.4726, hang up 0.1359, served within 20 s 0.7403, ASA 7.11 s, busy 0.9074
	// routing: 20 agents cannot carry 21 erlangs: want more agents than erlangs
}

// One agent less does not reach the target.
func TestStaffIsSmallest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		demand := routing.Demand{Contacts: rapid.Float64Range(1e-3, 600).Draw(t, "contacts"), Per: time.Hour,
			Handle: time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "handle"))}
		target := routing.Target{Shrinkage: rapid.Float64Range(0, 0.9).Draw(t, "shrinkage")}
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			target.ServiceLevel, target.Within = rapid.Float64Range(0.01, 0.9999).Draw(t, "level"), time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "within"))
		case 1:
			target.ASA = time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "asa"))
		case 2:
			target.Occupancy = rapid.Float64Range(0.1, 1).Draw(t, "occupancy")
		default:
			target.ServiceLevel, target.Within, target.Occupancy = 0.8, 20*time.Second, 0.85
		}
		meets := func(level, asa, occupancy float64) bool {
			return (target.ServiceLevel == 0 || level >= target.ServiceLevel) && (target.ASA == 0 || asa <= target.ASA.Seconds()) &&
				(target.Occupancy == 0 || occupancy <= target.Occupancy)
		}
		c, err := routing.StaffErlangC(demand, target)
		require.NoError(t, err)
		require.Equal(t, c.Agents, c.Expected.Agents())
		require.True(t, meets(c.Expected.ServiceLevel(target.Within), c.Expected.ASA(), c.Expected.Occupancy()))
		require.GreaterOrEqual(t, float64(c.Rostered)*(1-target.Shrinkage), float64(c.Agents)-1e-9)
		require.Less(t, float64(c.Rostered-1)*(1-target.Shrinkage), float64(c.Agents))
		if less, err := routing.NewErlangC(demand, c.Agents-1); err == nil {
			require.False(t, meets(less.ServiceLevel(target.Within), less.ASA(), less.Occupancy()))
		}
		patience := time.Duration(rapid.Int64Range(int64(time.Second), int64(time.Hour)).Draw(t, "patience"))
		a, err := routing.StaffErlangA(demand, patience, target)
		require.NoError(t, err)
		require.True(t, meets(a.Expected.ServiceLevel(target.Within), a.Expected.ASA(), a.Expected.Occupancy()))
		if a.Agents > 1 {
			less, err := routing.NewErlangA(demand, patience, a.Agents-1)
			require.NoError(t, err)
			require.False(t, meets(less.ServiceLevel(target.Within), less.ASA(), less.Occupancy()))
		}
	})
}

func TestStaffByAbandonment(t *testing.T) {
	demand := routing.Demand{Contacts: 1000, Per: time.Hour, Handle: 5 * time.Minute}
	staff, err := routing.StaffErlangA(demand, time.Minute, routing.Target{Abandoned: 0.03})
	require.NoError(t, err)
	require.LessOrEqual(t, staff.Expected.PAbandon(), 0.03)
	less, err := routing.NewErlangA(demand, time.Minute, staff.Agents-1)
	require.NoError(t, err)
	require.Greater(t, less.PAbandon(), 0.03)
}

func TestShrinkageIsNotRoundedUp(t *testing.T) {
	demand := routing.Demand{Contacts: 200, Per: time.Hour, Handle: 180 * time.Second}
	staff, err := routing.StaffErlangC(demand, routing.Target{ServiceLevel: 0.80, Within: 20 * time.Second, Shrinkage: 0.3})
	require.NoError(t, err)
	require.Equal(t, 14, staff.Agents)
	require.Equal(t, 20, staff.Rostered, "14 / 0.7 is 20.000000000000004 in float64")
}

func TestTargetsRefused(t *testing.T) {
	demand := routing.Demand{Contacts: 200, Per: time.Hour, Handle: 180 * time.Second}
	for field, target := range map[string]routing.Target{
		"all": {}, "service level": {ServiceLevel: 1}, "within": {ServiceLevel: .5, Within: -1}, "ASA": {ASA: -1},
		"occupancy": {Occupancy: 1.1}, "abandoned": {Abandoned: -1}, "shrinkage": {ASA: 1, Shrinkage: 1},
	} {
		_, c := routing.StaffErlangC(demand, target)
		_, a := routing.StaffErlangA(demand, time.Minute, target)
		for _, err := range []error{c, a} {
			wrong, ok := errors.AsType[*routing.InputError](err)
			require.True(t, ok, field)
			require.Equal(t, field, wrong.Field)
		}
	}
	_, err := routing.StaffErlangC(demand, routing.Target{Abandoned: 0.1})
	require.ErrorContains(t, err, "callers of Erlang C do not hang up")
	_, err = routing.StaffErlangA(demand, 0, routing.Target{ASA: 1})
	require.ErrorContains(t, err, "patience")
	_, err = routing.StaffErlangC(demand, routing.Target{Occupancy: 1e-9})
	require.Equal(t, &routing.UnreachableError{Target: routing.Target{Occupancy: 1e-9}, Load: 10}, err)
	_, err = routing.StaffErlangA(demand, time.Minute, routing.Target{Occupancy: 1e-9})
	require.Equal(t, &routing.UnreachableError{Target: routing.Target{Occupancy: 1e-9}, Load: 10}, err)
}
