package numeric

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAdaptive(t *testing.T) {
	for _, c := range []struct {
		name         string
		low, high    float64
		f            func(float64) float64
		want, within float64
	}{
		{"polynomial", 0, 3, func(y float64) float64 { return y * y * y }, 81. / 4, 1e-15},
		{"steep fall", 0, 50, func(y float64) float64 { return math.Exp(-1e3 * y) }, 1e-3, 1e-13},
		{"narrow peak", -10, 10, func(y float64) float64 { return math.Exp(-y * y * 5000) }, math.Sqrt(math.Pi / 5000), 1e-13},
		{"near pole", 0, 1, func(y float64) float64 { return 1 / (y + 1e-4) }, math.Log(1.0001) - math.Log(1e-4), 1e-13},
		{"nothing", 1, 1, math.Exp, 0, 0},
		{"zero", 0, 5, func(float64) float64 { return 0 }, 0, 0},
	} {
		got := Adaptive(c.low, c.high, 2, c.f)
		require.InDelta(t, c.want, got, c.within*math.Abs(c.want), c.name)
	}
	calls := 0
	Adaptive(0, 1e9, 1e-9, func(y float64) float64 { calls++; return math.Mod(y*1e7, 1) })
	require.LessOrEqual(t, calls, 3*20*adaptivePanels, "the work is bounded")
}

// A rule with n nodes integrates powers up to 2n−1.
func TestLegendre(t *testing.T) {
	for _, n := range []int{8, 12, 16} {
		rule := NewLegendre(n)
		require.Equal(t, n, rule.N)
		for power := range 2 * n {
			sum := 0.0
			for k := range n {
				require.True(t, k == 0 || rule.Node[k] > rule.Node[k-1])
				sum += rule.Weight[k] * math.Pow(rule.Node[k], float64(power))
			}
			require.InEpsilon(t, 1/float64(power+1), sum, 1e-14, "%d nodes, power %d", n, power)
		}
	}
}

func TestExpm1Block(t *testing.T) {
	var src, dst []float64
	for k := -400; k <= 400; k++ {
		src = append(src, math.Pow(10, float64(k)/30)*.13, -math.Pow(10, float64(k)/30)*.13)
	}
	src = append(src, 0, .35, -.35, .34657, -.34658, 50, -50, -1e300, 699)
	dst = make([]float64, len(src))
	Expm1Block(dst, src)
	for i, x := range src {
		want := math.Expm1(min(x, 700))
		require.InDelta(t, want, dst[i], 1e-15*math.Abs(want), "expm1(%v)", x)
	}
}
