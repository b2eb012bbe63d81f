package routing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline/routing"
)

// benchDesk is a desk of 1,000 agents with skills, languages and territories in turn.
func benchDesk(b *testing.B, brief bool) *routing.Desk {
	agents := make([]routing.Agent, 1000)
	for i := range agents {
		agents[i] = routing.Agent{
			ID:          rapport.ID(fmt.Sprintf("agent-%04d", i)),
			Skills:      []routing.Skill{{"claims", 1 + i%3}, {fmt.Sprintf("line-%d", i%7), 2}},
			Languages:   []string{"mandarin", []string{"english", "cantonese"}[i%2]},
			Territories: []routing.Territory{[]routing.Territory{"China/East", "China/South"}[i/2%2]},
			Capacity:    1000, Load: i % 5,
		}
	}
	policy := routing.DefaultPolicy()
	policy.Brief = brief
	desk, err := routing.NewDesk(agents, &policy)
	require.NoError(b, err)
	return desk
}

func benchItem() routing.Item {
	return routing.Item{ID: "call", Skills: []routing.Skill{{"claims", 2}}, Language: "cantonese", Territory: "China/South/Guangzhou", Owner: "agent-0003"}
}

func BenchmarkAssign(b *testing.B) {
	for _, brief := range []bool{false, true} {
		b.Run(map[bool]string{false: "explained", true: "brief"}[brief], func(b *testing.B) {
			desk, item := benchDesk(b, brief), benchItem()
			b.ReportAllocs()
			for b.Loop() {
				_, err := desk.Assign(item, morning())
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkAssignAll(b *testing.B) {
	desk, items := benchDesk(b, true), make([]routing.Item, 1000)
	for i := range items {
		items[i] = benchItem()
		items[i].ID = rapport.ID(fmt.Sprintf("call-%04d", i))
	}
	b.ReportAllocs()
	for b.Loop() {
		_, err := desk.AssignAll(b.Context(), items, morning())
		require.NoError(b, err)
	}
}

func BenchmarkNewDesk(b *testing.B) {
	agents := benchDesk(b, false).Agents()
	b.ReportAllocs()
	for b.Loop() {
		_, err := routing.NewDesk(agents, nil)
		require.NoError(b, err)
	}
}

func benchDemand() routing.Demand {
	return routing.Demand{Contacts: 12_000, Per: time.Hour, Handle: 5 * time.Minute} // 1,000 erlangs
}

func BenchmarkErlangC(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		m, err := routing.NewErlangC(benchDemand(), 1020)
		require.NoError(b, err)
		m.ServiceLevel(20 * time.Second)
	}
}

func BenchmarkErlangA(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		m, err := routing.NewErlangA(benchDemand(), 2*time.Minute, 1000)
		require.NoError(b, err)
		m.ServiceLevel(20 * time.Second)
	}
}

func BenchmarkStaff(b *testing.B) {
	target := routing.Target{ServiceLevel: 0.8, Within: 20 * time.Second}
	b.Run("erlangc", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := routing.StaffErlangC(benchDemand(), target)
			require.NoError(b, err)
		}
	})
	b.Run("erlanga", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := routing.StaffErlangA(benchDemand(), 2*time.Minute, target)
			require.NoError(b, err)
		}
	})
}
