package routing_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/pipeline/routing"
)

// Impatience tends to Erlang C as patience grows, and to Erlang B as it vanishes.
func TestErlangALimits(t *testing.T) {
	for _, agents := range []int{1, 14, 400} {
		demand := routing.Demand{Contacts: 0.9 * float64(agents), Per: time.Minute, Handle: time.Minute}
		endless, err := routing.NewErlangA(demand, math.MaxInt64, agents)
		require.NoError(t, err)
		patient, err := routing.NewErlangC(demand, agents)
		require.NoError(t, err)
		require.InEpsilon(t, patient.PWait(), endless.PWait(), 1e-5)
		require.InEpsilon(t, patient.ASA(), endless.ASA(), 1e-5)
		require.InEpsilon(t, patient.ServiceLevel(time.Second), endless.ServiceLevel(time.Second), 1e-5)
		require.InEpsilon(t, patient.Occupancy(), endless.Occupancy(), 1e-5)
		require.InEpsilon(t, patient.QueueLength(), endless.QueueLength(), 1e-5)
		require.Less(t, endless.PAbandon(), 1e-5)

		none, err := routing.NewErlangA(demand, time.Nanosecond, agents)
		require.NoError(t, err)
		blocked, err := routing.ErlangB(demand, agents)
		require.NoError(t, err)
		require.InEpsilon(t, blocked, none.PAbandon(), 1e-5)
		require.InEpsilon(t, blocked, none.PWait(), 1e-5)
	}
}

// Whatever the numbers, shares are shares and the laws of the queue hold.
func TestErlangALaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agents := rapid.IntRange(1, 300).Draw(t, "agents")
		demand := routing.Demand{
			Contacts: math.Pow(10, rapid.Float64Range(-9, 6).Draw(t, "log contacts")),
			Per:      time.Duration(rapid.Int64Range(int64(time.Minute), int64(24*time.Hour)).Draw(t, "per")),
			Handle:   time.Duration(rapid.Int64Range(1, int64(10*time.Hour)).Draw(t, "handle")),
		}
		patience := time.Duration(math.Pow(10, rapid.Float64Range(0, 18).Draw(t, "log patience")))
		m, err := routing.NewErlangA(demand, patience, agents)
		require.NoError(t, err)
		after := time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "after"))
		for _, share := range []float64{m.PWait(), m.PAbandon(), m.ServiceLevel(0), m.ServiceLevel(after), m.WaitExceeds(after)} {
			require.True(t, share >= 0 && share <= 1, "%v", share)
		}
		const slack = 1e-11
		require.InDelta(t, 1, m.ServiceLevel(0)+m.PWait(), slack)
		require.InDelta(t, m.PWait(), m.WaitExceeds(0), slack)
		require.LessOrEqual(t, m.ServiceLevel(0), m.ServiceLevel(after)+slack)
		if patience < math.MaxInt64/100 { // nobody waits a hundred times as long
			require.InDelta(t, 1-m.PAbandon(), m.ServiceLevel(math.MaxInt64), slack)
		}
		require.LessOrEqual(t, m.PAbandon(), m.PWait()*(1+slack))
		require.LessOrEqual(t, m.Occupancy(), 1+slack)
		require.True(t, m.ASA() >= 0 && m.MeanWait() >= 0 && m.QueueLength() >= 0 && !math.IsInf(m.ASA(), 0))
		// Work in is work done or left: load·(1 − abandoned) = busy agents.
		require.InDelta(t, demand.Load()*(1-m.PAbandon()), m.Occupancy()*float64(agents), slack*max(1, demand.Load()))
		more, err := routing.NewErlangA(demand, patience, agents+1)
		require.NoError(t, err)
		require.LessOrEqual(t, more.PAbandon(), m.PAbandon()*(1+slack))
		require.LessOrEqual(t, more.ASA(), m.ASA()*(1+slack))
		require.GreaterOrEqual(t, more.ServiceLevel(after), m.ServiceLevel(after)*(1-slack))
	})
}

func TestErlangCLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agents := rapid.IntRange(1, 300).Draw(t, "agents")
		demand := routing.Demand{Contacts: float64(agents) * rapid.Float64Range(1e-9, 1-1e-12).Draw(t, "occupancy"), Per: time.Hour, Handle: time.Hour}
		m, err := routing.NewErlangC(demand, agents)
		require.NoError(t, err)
		after := time.Duration(rapid.Int64Range(0, math.MaxInt64).Draw(t, "after"))
		require.InDelta(t, 1, m.ServiceLevel(after)+m.WaitExceeds(after), 1e-14)
		require.InDelta(t, 1, m.ServiceLevel(-1)+m.PWait(), 1e-14)
		p := rapid.Float64Range(0, 0.999999).Draw(t, "p")
		wait, err := m.WaitQuantile(p)
		require.NoError(t, err)
		if wait > 0 && wait < 1e9 {
			require.InDelta(t, p, m.ServiceLevel(time.Duration(wait*1e9)), 1e-9)
		} else if wait == 0 {
			require.GreaterOrEqual(t, m.ServiceLevel(0), p)
		}
		blocked, err := routing.ErlangB(demand, agents)
		require.NoError(t, err)
		require.LessOrEqual(t, blocked, m.PWait()*(1+1e-14))
		require.GreaterOrEqual(t, m.WaitOfWaiting(), m.ASA())
	})
}

func TestHugeQueues(t *testing.T) {
	m, err := routing.NewErlangC(routing.Demand{Contacts: 999_000, Per: time.Hour, Handle: time.Hour}, 1_000_000)
	require.NoError(t, err)
	require.True(t, m.PWait() > 0.1 && m.PWait() < 0.4, "%v", m.PWait()) // Halfin-Whitt: .2235 at one standard deviation to spare
	a, err := routing.NewErlangA(routing.Demand{Contacts: 1e9, Per: time.Hour, Handle: time.Hour}, math.MaxInt64, 10)
	require.NoError(t, err)
	require.InDelta(t, 1, a.PAbandon(), 1e-7)
	require.InDelta(t, 1, a.Occupancy(), 1e-12)
	idle, err := routing.NewErlangA(routing.Demand{Contacts: 1e-300, Per: time.Hour, Handle: time.Hour}, time.Hour, 10)
	require.NoError(t, err)
	require.Equal(t, []float64{0, 0, 1, 0, 0, 0}, []float64{idle.PWait(), idle.PAbandon(), idle.ServiceLevel(0), idle.ASA(), idle.WaitExceeds(0), idle.QueueLength()})
}

func TestQueuesRefused(t *testing.T) {
	fine := routing.Demand{Contacts: 10, Per: time.Hour, Handle: time.Hour}
	for field, demand := range map[string]routing.Demand{
		"contacts": {Contacts: math.NaN(), Per: 1, Handle: 1},
		"per":      {Contacts: 1, Handle: 1},
		"handle":   {Contacts: 1, Per: 1},
		"load":     {Contacts: 1e10, Per: 1, Handle: 1},
	} {
		_, b := routing.ErlangB(demand, 1)
		_, c := routing.NewErlangC(demand, 1)
		_, a := routing.NewErlangA(demand, 1, 1)
		_, sc := routing.StaffErlangC(demand, routing.Target{Occupancy: .5})
		_, sa := routing.StaffErlangA(demand, 1, routing.Target{Occupancy: .5})
		for _, err := range []error{b, c, a, sc, sa} {
			wrong, ok := errors.AsType[*routing.InputError](err)
			require.True(t, ok, field)
			require.Equal(t, field, wrong.Field)
		}
	}
	for _, agents := range []int{0, -1, routing.MaxAgents + 1} {
		_, b := routing.ErlangB(fine, agents)
		_, c := routing.NewErlangC(fine, agents)
		_, a := routing.NewErlangA(fine, 1, agents)
		for _, err := range []error{b, c, a} {
			wrong, ok := errors.AsType[*routing.InputError](err)
			require.True(t, ok)
			require.Equal(t, "agents", wrong.Field)
		}
	}
	_, err := routing.NewErlangA(fine, 0, 1)
	require.EqualError(t, err, "routing: queue: patience 0s: want a time above 0")
	_, err = routing.NewErlangC(fine, 10)
	require.Equal(t, &routing.UnstableError{Agents: 10, Load: 10}, err)
	require.EqualError(t, err, "routing: 10 agents cannot carry 10 erlangs: want more agents than erlangs")
	m, err := routing.NewErlangC(fine, 11)
	require.NoError(t, err)
	for _, p := range []float64{-0.1, 1, math.NaN()} {
		_, err := m.WaitQuantile(p)
		require.Error(t, err)
	}
}

// Agents and load may differ in the last digits only: with one agent the mean wait is
// a/(1−a) handling times, here of a = 1 − 1.8e-16.
func TestSpareKeepsItsDigits(t *testing.T) {
	contacts := math.Nextafter(10, 0) // in 10 handling times
	m, err := routing.NewErlangC(routing.Demand{Contacts: contacts, Per: 10 * time.Second, Handle: time.Second}, 1)
	require.NoError(t, err)
	require.InEpsilon(t, contacts/(10-contacts), m.ASA(), 1e-14)
}
