package main

import (
	"io"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/looplab/fsm"

	"github.com/rapport-crm/rapport/pipeline"
)

func BenchmarkFire(b *testing.B) {
	for _, j := range jobs() {
		for _, e := range j.run {
			b.Run(strings.ReplaceAll(j.name+"/"+e.library, " ", "_"), func(b *testing.B) {
				b.ReportAllocs()
				const batch = 100
				for b.Loop() {
					if err := e.run(batch); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed())/float64(batch*b.N), "ns/fire")
			})
		}
	}
}

func TestJobs(t *testing.T) {
	if err := table(io.Discard, jobs(), 1, 0); err != nil {
		t.Fatal(err)
	}
}

// heapOf returns how much the heap grows by what a function makes and keeps.
func heapOf(make func() any) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	kept := make()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	return float64(after.HeapAlloc) - float64(before.HeapAlloc)
}

// A million deals share one compiled definition: each is a position and nothing else.
func TestBytesPerDeal(t *testing.T) {
	m := compile(features{guard: true, effect: true}, newHost())
	const deals, machines = 1_000_000, 10_000
	got := heapOf(func() any {
		positions := make([]pipeline.Position, deals)
		for i := range positions {
			p, _, err := m.Fire(open(m), "go", pipeline.Input{}, at())
			if err != nil {
				t.Fatal(err)
			}
			positions[i] = p
		}
		return positions
	}) / deals
	size := float64(unsafe.Sizeof(pipeline.Position{}))
	h := newHost()
	other := heapOf(func() any {
		list := make([]*fsm.FSM, machines)
		for i := range list {
			list[i] = newLooplab(features{guard: true, effect: true}, h)
		}
		return list
	}) / machines
	t.Logf("%.1f bytes a deal, a position has %.0f; a machine of looplab/fsm for each would have %.0f", got, size, other)
	if got > size+1 {
		t.Errorf("%.1f bytes a deal, want those of a position, %.0f", got, size)
	}
}
