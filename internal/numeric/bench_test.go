package numeric_test

import (
	"math"
	"testing"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// block returns 256 numbers spread over [low, high].
func block(low, high float64) []float64 {
	values := make([]float64, 256)
	for i := range values {
		values[i] = low + (high-low)*float64(i*89%256)/255
	}
	return values
}

func BenchmarkBlocks(b *testing.B) {
	dst := make([]float64, 256)
	for _, c := range []struct {
		name string
		src  []float64
		run  func(dst, src []float64)
	}{
		{"exp", block(-20, 5), numeric.ExpBlock},
		{"log", block(0.1, 50), numeric.LogBlock},
		{"log1p", block(0, 5), numeric.Log1pBlock},
		{"math.Exp", block(-20, 5), func(dst, src []float64) {
			for i, v := range src {
				dst[i] = math.Exp(v)
			}
		}},
		{"math.Log", block(0.1, 50), func(dst, src []float64) {
			for i, v := range src {
				dst[i] = math.Log(v)
			}
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.run(dst, c.src)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/256, "ns/value")
		})
	}
}

func BenchmarkGamma(b *testing.B) {
	b.Run("LogGamma3", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			numeric.LogGamma3(3.7)
		}
	})
	b.Run("Rising3", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			numeric.Rising3(0.243, 17)
		}
	})
}

func BenchmarkRace(b *testing.B) {
	for _, c := range []struct {
		name    string
		b, s, k float64
	}{{"near", 2.5, .6, .05}, {"middle", 2.5, .6, -.7}, {"far", 2.5, .6, 5}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			track := numeric.NewRaceTrack(c.k)
			for b.Loop() {
				track.Race(c.b, c.s)
			}
		})
	}
}
