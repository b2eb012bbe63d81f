package routing_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline/routing"
)

// truth is testdata/erlang_truth.json; "columns" there says what the rows hold.
type truth struct {
	ErlangC [][]float64 `json:"erlang_c"`
	ErlangA [][]float64 `json:"erlang_a"`
}

func loadTruth(t *testing.T) truth {
	t.Helper()
	text, err := os.ReadFile("testdata/erlang_truth.json")
	require.NoError(t, err)
	var all truth
	require.NoError(t, json.Unmarshal(text, &all))
	return all
}

// worst collects relative errors of one figure.
type worst struct {
	values []float64
	row    []float64
	got    float64
}

func (w *worst) add(got, want float64, row []float64) {
	rel := 0.0
	if got != want && math.Max(math.Abs(got), math.Abs(want)) > 1e-300 {
		rel = math.Abs(got-want) / math.Abs(want)
	}
	if math.IsNaN(got) {
		rel = math.Inf(1)
	}
	if len(w.values) == 0 || rel > slices.Max(w.values) {
		w.row, w.got = row, got
	}
	w.values = append(w.values, rel)
}

func (w *worst) check(t *testing.T, name string, limit float64) {
	t.Helper()
	slices.Sort(w.values)
	n := len(w.values)
	t.Logf("%-24s n %d median %.0e max %.1e", name, n, w.values[n/2], w.values[n-1])
	if !(w.values[n-1] <= limit) {
		t.Errorf("%s: error %.2e > %.0e, got %v at row %v", name, w.values[n-1], limit, w.got, w.row)
	}
}

// hours turns a time of the tables, whose handling time is 1, into one of [loaded].
func hours(h float64) time.Duration { return time.Duration(math.Round(h * float64(time.Hour))) }

func loaded(load float64) routing.Demand {
	return routing.Demand{Contacts: load, Per: time.Hour, Handle: time.Hour}
}

func TestErlangCTruth(t *testing.T) {
	var b, wait, level, asa, exceeds worst
	for _, row := range loadTruth(t).ErlangC {
		agents, demand, within := int(row[0]), loaded(row[1]), hours(row[2])
		blocked, err := routing.ErlangB(demand, agents)
		require.NoError(t, err)
		m, err := routing.NewErlangC(demand, agents)
		require.NoError(t, err)
		b.add(blocked, row[3], row)
		wait.add(m.PWait(), row[4], row)
		level.add(m.ServiceLevel(within), row[5], row)
		asa.add(m.ASA()/3600, row[6], row)
		exceeds.add(m.WaitExceeds(within), row[7], row)
	}
	b.check(t, "Erlang B", 1e-12)
	wait.check(t, "Erlang C P(wait)", 1e-12)
	level.check(t, "Erlang C P(wait <= t)", 1e-12)
	asa.check(t, "Erlang C ASA", 1e-12)
	exceeds.check(t, "Erlang C P(wait > t)", 1e-12)
}

func TestErlangATruth(t *testing.T) {
	var wait, abandon, level, asa, occupancy, exceeds worst
	for _, row := range loadTruth(t).ErlangA {
		m, err := routing.NewErlangA(loaded(row[1]), hours(row[2]), int(row[0]))
		require.NoError(t, err)
		wait.add(m.PWait(), row[4], row)
		abandon.add(m.PAbandon(), row[5], row)
		level.add(m.ServiceLevel(hours(row[3])), row[6], row)
		asa.add(m.ASA()/3600, row[7], row)
		occupancy.add(m.Occupancy(), row[8], row)
		exceeds.add(m.WaitExceeds(hours(row[3])), row[9], row)
	}
	wait.check(t, "Erlang A P(wait)", 1e-12)
	abandon.check(t, "Erlang A P(abandon)", 1e-12)
	level.check(t, "Erlang A served within t", 1e-12)
	asa.check(t, "Erlang A ASA", 1e-12)
	occupancy.check(t, "Erlang A occupancy", 1e-12)
	exceeds.check(t, "Erlang A P(wait > t)", 1e-12)
}

// 200 calls an hour of 180 seconds, and
// 300 calls of 5 minutes in a quarter of an hour with 120 agents.
func ExampleErlangC() {
	desk := routing.Demand{Contacts: 200, Per: time.Hour, Handle: 180 * time.Second}
	for _, agents := range []int{13, 14} {
		m, err := routing.NewErlangC(desk, agents)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%d agents: wait %.6f, within 20 s %.6f, ASA %.3f s, busy %.6f\n",
			agents, m.PWait(), m.ServiceLevel(20*time.Second), m.ASA(), m.Occupancy())
	}
	centre := routing.Demand{Contacts: 300, Per: 15 * time.Minute, Handle: 5 * time.Minute}
	m, err := routing.NewErlangC(centre, 120)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d agents: busy %.0f %%, more than 15 s %.6f\n", m.Agents(), 100*m.Occupancy(), m.WaitExceeds(15*time.Second))
	// Output:
	// 13 agents: wait 0.285270, within 20 s 0.795595, ASA 17.116 s, busy 0.769231
	// 14 agents: wait 0.174132, within 20 s 0.888350, ASA 7.836 s, busy 0.714286
	// 120 agents: busy 83 %, more than 15 s 0.012212
}
