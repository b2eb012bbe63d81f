package segment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

func at100() segment.Cut { return segment.Cut{By: segment.ByValue, At: 100} }

// Thresholds 100 and 100, four customers in four cells.
func ExampleNewMatrix() {
	matrix, err := segment.NewMatrix(
		segment.Cut{By: segment.ByValue, At: 100}, // current value
		segment.Cut{By: segment.ByValue, At: 100}, // potential
		nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := matrix.Assign([]segment.MatrixRow{
		{ID: "a", Current: 150, Potential: 40},
		{ID: "b", Current: 150, Potential: 300},
		{ID: "c", Current: 20, Potential: 300},
		{ID: "d", Current: 20, Potential: 40},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, id := range []string{"a", "b", "c", "d"} {
		placed := result.Placement(i)
		fmt.Println(id, "is", placed.Quadrant, placed.Name+":", placed.Action)
	}
	for _, group := range result.Groups() {
		current, _ := group.Current.Value()
		fmt.Printf("%-12s %d customer, %4.1f %% of the current value\n", group.Name, group.Customers.N, 100*current)
	}
	// Output:
	// a is high/low demanding: keep
	// b is high/high worldly_wise: invest
	// c is low/high hesitant: develop
	// d is low/low thrifty: low_cost_service
	// worldly_wise 1 customer, 44.1 % of the current value
	// demanding    1 customer, 44.1 % of the current value
	// hesitant     1 customer,  5.9 % of the current value
	// thrifty      1 customer,  5.9 % of the current value
}

func TestMatrixBounds(t *testing.T) {
	rows := []segment.MatrixRow{{"a", 1, 10}, {"b", 2, 10}, {"c", 3, 10}, {"d", 6, 30}}
	for _, tc := range []struct {
		name      string
		cut       segment.Cut
		threshold float64
		high      []bool
	}{
		{"mean", segment.Cut{}, 3, []bool{false, false, true, true}},
		{"above the mean", segment.Cut{Above: true}, 3, []bool{false, false, false, true}},
		{"median", segment.Cut{By: segment.ByQuantile, At: 0.5}, 2.5, []bool{false, false, true, true}},
		{"third quartile", segment.Cut{By: segment.ByQuantile, At: 0.75}, 3.75, []bool{false, false, false, true}},
		{"value", segment.Cut{By: segment.ByValue, At: 2}, 2, []bool{false, true, true, true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			matrix, err := segment.NewMatrix(tc.cut, segment.Cut{By: segment.ByValue, At: 20}, nil)
			require.NoError(t, err)
			got, err := matrix.Assign(rows)
			require.NoError(t, err)
			for i, want := range tc.high {
				placed := got.Placement(i)
				require.Equal(t, segment.Side{Value: rows[i].Current, Threshold: tc.threshold, High: want}, placed.Current)
				require.Equal(t, want, placed.Quadrant.CurrentHigh())
				require.Equal(t, i == 3, placed.Quadrant.PotentialHigh())
			}
			fixed, err := got.Fixed()
			require.NoError(t, err)
			current, _ := fixed.Cuts()
			require.Equal(t, segment.Cut{By: segment.ByValue, At: tc.threshold, Above: tc.cut.Above}, current)
			again, err := fixed.Assign(rows)
			require.NoError(t, err)
			require.Equal(t, got.Groups(), again.Groups())
		})
	}
}

// Equal values are on one side together and on the threshold: ten times 0.1 has a mean
// that is 0.1, whatever the rounding of the sum.
func TestMatrixOfEqualValues(t *testing.T) {
	for _, v := range []float64{0.1, 0, -7, 1e-300, segment.MaxValue} {
		for n := 1; n <= 10; n++ {
			rows := make([]segment.MatrixRow, n)
			for i := range rows {
				rows[i] = segment.MatrixRow{ID: rapport.ID(fmt.Sprint(i)), Current: v, Potential: v}
			}
			matrix, err := segment.NewMatrix(segment.Cut{}, segment.Cut{Above: true}, nil)
			require.NoError(t, err)
			got, err := matrix.Assign(rows)
			require.NoError(t, err)
			require.Equal(t, n, got.Groups()[segment.HighLow].Customers.N)
			current, _ := got.Axes()
			require.Equal(t, segment.Axis{Threshold: v, Customers: n, Flat: true}, current)
		}
	}
}

func TestMatrixWithoutCustomers(t *testing.T) {
	matrix, err := segment.NewMatrix(segment.Cut{}, at100(), nil)
	require.NoError(t, err)
	got, err := matrix.Assign(nil)
	require.NoError(t, err)
	require.Zero(t, got.Len())
	_, ok := got.Groups()[0].Customers.Value()
	require.False(t, ok)
	_, err = got.Fixed()
	require.ErrorIs(t, err, segment.ErrNoCustomers)

	fixed, err := segment.NewMatrix(at100(), at100(), nil)
	require.NoError(t, err)
	got, err = fixed.Assign(nil)
	require.NoError(t, err)
	again, err := got.Fixed()
	require.NoError(t, err)
	require.Equal(t, fixed, again)
}

// Whatever the matrix: the cells partition the base, and their sums are those of it.
func TestMatrixTotals(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		cut := rapid.Custom(func(r *rapid.T) segment.Cut {
			c := segment.Cut{By: rapid.SampledFrom([]segment.CutBy{segment.ByMean, segment.ByQuantile, segment.ByValue}).Draw(r, "by"), Above: rapid.Bool().Draw(r, "above")}
			switch c.By {
			case segment.ByQuantile:
				c.At = rapid.Float64Range(0.01, 0.99).Draw(r, "share")
			case segment.ByValue:
				c.At = rapid.Float64Range(-4, 4).Draw(r, "value")
			}
			return c
		})
		matrix, err := segment.NewMatrix(cut.Draw(r, "current"), cut.Draw(r, "potential"), nil)
		require.NoError(r, err)
		value := rapid.Map(rapid.IntRange(-12, 12), func(v int) float64 { return float64(v) / 4 }) // sums are exact
		pairs := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) [2]float64 {
			return [2]float64{value.Draw(r, "x"), value.Draw(r, "y")}
		}), 0, 40).Draw(r, "pairs")
		rows := make([]segment.MatrixRow, len(pairs))
		for i, p := range pairs {
			rows[i] = segment.MatrixRow{ID: rapport.ID(fmt.Sprintf("%03d", i)), Current: p[0], Potential: p[1]}
		}
		got, err := matrix.Assign(rows)
		require.NoError(r, err)
		count, current, potential := 0, 0.0, 0.0
		for i, g := range got.Groups() {
			require.Equal(r, segment.Quadrant(i), g.Quadrant)
			for _, ratio := range []rapport.Ratio{g.Customers, g.Current, g.Potential} {
				require.NoError(r, ratio.Validate())
				require.Equal(r, g.Customers.N, ratio.N)
			}
			count += g.Customers.N
			current += g.Current.Num
			potential += g.Potential.Num
			require.Equal(r, float64(len(rows)), g.Customers.Den)
		}
		require.Equal(r, len(rows), count)
		require.Equal(r, got.Groups()[0].Current.Den, current)
		require.Equal(r, got.Groups()[0].Potential.Den, potential)

		shuffled := slices.Clone(rows)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0)).Shuffle(len(rows), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		again, err := matrix.Assign(shuffled)
		require.NoError(r, err)
		require.Equal(r, got.Groups(), again.Groups())
	})
}

func TestMatrixRefusals(t *testing.T) {
	for _, tc := range []struct {
		name      string
		current   segment.Cut
		potential segment.Cut
		cells     segment.Cells
		want      segment.MatrixError
	}{
		{"mean with number", segment.Cut{At: 3}, at100(), segment.Cells{}, segment.MatrixError{"current", 3, "a number without use: the cut is at the mean"}},
		{"quantile", at100(), segment.Cut{By: segment.ByQuantile, At: 1}, segment.Cells{}, segment.MatrixError{"potential", 1, "quantile not between 0 and 1"}},
		{"infinite", segment.Cut{By: segment.ByValue, At: math.Inf(1)}, at100(), segment.Cells{}, segment.MatrixError{"current", math.Inf(1), "not a number or too large"}},
		{"unknown", segment.Cut{By: 3}, at100(), segment.Cells{}, segment.MatrixError{"current", 0, "unknown way of cutting"}},
		{"twice", at100(), at100(), segment.Cells{LowLow: segment.Cell{"demanding", "keep"}}, segment.MatrixError{"low/low", 0, "name twice"}},
		{"action", at100(), at100(), segment.Cells{LowHigh: segment.Cell{Name: "x"}}, segment.MatrixError{"low/high", 0, "action: name empty"}},
		{"name", at100(), at100(), segment.Cells{HighLow: segment.Cell{"\xff", "y"}}, segment.MatrixError{"high/low", 0, "name not UTF-8"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			matrix, err := segment.NewMatrix(tc.current, tc.potential, &segment.MatrixOptions{Cells: tc.cells})
			refused, ok := errors.AsType[*segment.MatrixError](err)
			require.Truef(t, ok, "%v", err)
			require.Equal(t, tc.want, *refused)
			require.ErrorContains(t, err, tc.want.Reason)
			require.Nil(t, matrix)
		})
	}
	matrix, err := segment.NewMatrix(at100(), at100(), nil)
	require.NoError(t, err)
	_, err = matrix.Assign([]segment.MatrixRow{{"a", 1, 2}, {"b", 1, math.NaN()}})
	refused, ok := errors.AsType[*segment.ValueError](err)
	require.True(t, ok)
	require.Equal(t, "potential", refused.Field)
	require.Equal(t, rapport.ID("b"), refused.ID)
	_, err = matrix.Assign([]segment.MatrixRow{{"b", 1, 2}, {"a", 1, 2}, {"b", 3, 4}})
	twice, ok := errors.AsType[*segment.IDError](err)
	require.True(t, ok)
	require.Equal(t, segment.IDError{Index: 2, ID: "b", First: 0}, *twice)
	_, err = (&segment.Matrix{}).Assign(nil)
	require.ErrorContains(t, err, "not made by NewMatrix")
}

func TestMatrixJSON(t *testing.T) {
	const want = `{"format":1,"current":{"by":"quantile","at":0.8,"tie":"low"},"potential":{"by":"mean","at":0,"tie":"high"},"cells":[` +
		`{"current":"high","potential":"high","name":"stars","action":"invest"},` +
		`{"current":"high","potential":"low","name":"demanding","action":"keep"},` +
		`{"current":"low","potential":"high","name":"hesitant","action":"develop"},` +
		`{"current":"low","potential":"low","name":"thrifty","action":"low_cost_service"}]}`
	matrix, err := segment.NewMatrix(segment.Cut{By: segment.ByQuantile, At: 0.8, Above: true}, segment.Cut{},
		&segment.MatrixOptions{Cells: segment.Cells{HighHigh: segment.Cell{"stars", "invest"}}})
	require.NoError(t, err)
	text, err := json.Marshal(matrix)
	require.NoError(t, err)
	if diff := gocmp.Diff(want, string(text)); diff != "" {
		t.Error(diff)
	}
	var read segment.Matrix
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, matrix, &read)
	require.Equal(t, "stars", read.Cells().HighHigh.Name)

	before := read
	for text, wanted := range map[string]string{
		`{"format":9}`: "format 9",
		`{"format":1,"current":{"by":"value","tie":"high"}}`:                                                     "current: at missing",
		`{"format":1,"current":{"by":"mean","at":0,"tie":"up"}}`:                                                 "tie neither",
		`{"format":1,"current":{"by":"mean","at":0,"tie":"high"}}`:                                               "potential: tie",
		`{"format":1,"current":{"by":"mean","at":0,"tie":"high"},"potential":{"by":"mean","at":0,"tie":"high"}}`: "want four",
		`{"format":1,"current":{"by":"odd","at":0,"tie":"high"},"potential":{"by":"mean","at":0,"tie":"high"},"cells":[{"current":"high","potential":"high","name":"a","action":"x"},{"current":"low","potential":"high","name":"b","action":"x"},{},{}]}`:                                                                                                                    "not in its place",
		`{"format":1,"current":{"by":"odd","at":0,"tie":"high"},"potential":{"by":"mean","at":0,"tie":"high"},"cells":[{"current":"high","potential":"high"},{},{},{}]}`:                                                                                                                                                                                                      "name empty",
		`{"format":1,"current":{"by":"odd","at":0,"tie":"high"},"potential":{"by":"mean","at":0,"tie":"high"},"cells":[{"current":"high","potential":"high","name":"a","action":"x"},{"current":"high","potential":"low","name":"b","action":"x"},{"current":"low","potential":"high","name":"c","action":"x"},{"current":"low","potential":"low","name":"d","action":"x"}]}`: "unknown way",
	} {
		require.ErrorContains(t, read.UnmarshalJSON([]byte(text)), wanted, text)
	}
	require.Equal(t, before, read)
	_, err = json.Marshal(&segment.Matrix{})
	require.ErrorContains(t, err, "not made by NewMatrix")
	require.Equal(t, "Quadrant(4)", segment.Quadrant(4).String())
	require.Equal(t, "CutBy(3)", segment.CutBy(3).String())
}
