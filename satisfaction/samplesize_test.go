package satisfaction_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/satisfaction"
)

// With a standard deviation of 20 points ± 2 at 95 % takes (1.96·20/2)² = 384.1
// respondents; of 1,000 customers altogether 384.1/(1 + .3841) = 277.5 do. To find a
// difference of 5 points with a power of 80 % takes 2·(1.96 + .8416)²·(20/5)² = 251.2 in
// each of two samples, and half of that where the same answer twice with a correlation
// of .5.
func ExampleIndexPlan() {
	plan := satisfaction.IndexPlan{SD: 20}
	few := satisfaction.IndexPlan{SD: 20, Population: 1000}
	for _, size := range []func() (int, error){
		func() (int, error) { return plan.SampleSize(2) },
		func() (int, error) { return few.SampleSize(2) },
		func() (int, error) { return plan.GroupSize(5, 0.8, 0) },
		func() (int, error) { return plan.GroupSize(5, 0.8, 0.5) },
	} {
		n, err := size()
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(n)
	}
	// Output:
	// 385
	// 278
	// 252
	// 126
}

func TestIndexPlanErrors(t *testing.T) {
	var argument *satisfaction.ArgumentError
	good := satisfaction.IndexPlan{SD: 20}
	for _, plan := range []satisfaction.IndexPlan{
		{}, {SD: -1}, {SD: math.NaN()}, {SD: math.Inf(1)}, {SD: 1, Level: 1}, {SD: 1, DesignEffect: -1},
		{SD: 1, DesignEffect: math.NaN()}, {SD: 1, Population: -1},
	} {
		_, err := plan.SampleSize(1)
		require.ErrorAs(t, err, &argument)
		_, err = plan.HalfWidth(10)
		require.ErrorAs(t, err, &argument)
		_, err = plan.GroupSize(1, 0.8, 0)
		require.ErrorAs(t, err, &argument)
	}
	for _, width := range []float64{0, -1, math.NaN(), math.Inf(1), 1e-9, 1e-300} {
		_, err := good.SampleSize(width)
		require.ErrorAs(t, err, &argument)
		_, err = good.GroupSize(width, 0.8, 0)
		require.ErrorAs(t, err, &argument)
	}
	for _, c := range [][2]float64{{0, 0}, {1, 0}, {math.NaN(), 0}, {0.8, 1}, {0.8, -1}, {0.8, math.NaN()}} {
		_, err := good.GroupSize(5, c[0], c[1])
		require.ErrorAs(t, err, &argument)
	}
	_, err := good.HalfWidth(0)
	require.ErrorAs(t, err, &argument)
	_, err = satisfaction.IndexPlan{SD: 1, Population: 5}.HalfWidth(6)
	require.ErrorAs(t, err, &argument)
}

// The size is the least that is enough, and all of a population are always enough.
func TestIndexPlanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := satisfaction.IndexPlan{
			SD:           rapid.Float64Range(1e-3, 1e3).Draw(t, "sd"),
			Level:        rapid.Float64Range(0.01, 0.9999).Draw(t, "level"),
			DesignEffect: rapid.Float64Range(0.5, 5).Draw(t, "effect"),
			Population:   rapid.OneOf(rapid.Just(0), rapid.IntRange(1, 10000), rapid.Just(math.MaxInt)).Draw(t, "population"),
		}
		width := rapid.Float64Range(1e-3, 1e6).Draw(t, "width")
		n, err := plan.SampleSize(width)
		if err != nil {
			return // more than a billion
		}
		half, err := plan.HalfWidth(n)
		require.NoError(t, err)
		require.LessOrEqual(t, half, width)
		if n > 1 {
			half, err = plan.HalfWidth(n - 1)
			require.NoError(t, err)
			require.Greater(t, half, width)
		}
		power := rapid.Float64Range(0.001, 0.999).Draw(t, "power")
		group, err := plan.GroupSize(width, power, rapid.Float64Range(-0.99, 0.99).Draw(t, "correlation"))
		if err == nil && plan.Population > 0 {
			require.LessOrEqual(t, group, plan.Population)
		}
	})
}
