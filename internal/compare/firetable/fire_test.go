package main

import (
	"io"
	"runtime"
	"strings"
	"testing"
	"unsafe"

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

// A million deals share one compiled definition: each is a position and nothing else.
func TestBytesPerDeal(t *testing.T) {
	m := compile(features{guard: true, effect: true}, newHost())
	var before, after runtime.MemStats
	const deals = 1_000_000
	runtime.GC()
	runtime.ReadMemStats(&before)
	positions := make([]pipeline.Position, deals)
	for i := range positions {
		p, _, err := m.Fire(open(m), "go", pipeline.Input{}, at())
		if err != nil {
			t.Fatal(err)
		}
		positions[i] = p
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(m)
	got := float64(after.HeapAlloc-before.HeapAlloc) / deals
	size := unsafe.Sizeof(positions[0])
	t.Logf("%.1f bytes a deal, a position has %d", got, size)
	if got > float64(size)+1 {
		t.Errorf("%.1f bytes a deal, want those of a position, %d", got, size)
	}
	if positions[deals-1].Stage != "b" {
		t.Errorf("the last deal is in %q", positions[deals-1].Stage)
	}
}
