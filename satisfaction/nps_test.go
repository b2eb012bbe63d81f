package satisfaction_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/satisfaction"
)

type npsCase struct {
	Counts                          [11]int `json:"counts_0_to_10"`
	N                               int
	Promoters, Passives, Detractors float64
	NPS, Variance                   float64
	SE                              float64                                   `json:"se_points"`
	Wald                            [2]float64                                `json:"wald95"`
	Adjusted                        struct{ Score, SE, Lower, Upper float64 } `json:"adjusted_wald95"`
	T                               struct {
		SE           *float64 `json:"se_points"`
		Lower, Upper *float64
	} `json:"trinomial_mean_t"`
}

func npsReference(t *testing.T) (cases map[string]npsCase, change map[string]float64) {
	path, err := refdata.Path("reference/satisfaction/nps.json")
	if err != nil {
		t.Skip(err)
	}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var file struct{ Cases map[string]json.RawMessage }
	require.NoError(t, json.Unmarshal(text, &file))
	cases = make(map[string]npsCase)
	for name, raw := range file.Cases {
		if name == "two_sample_a_vs_c" {
			require.NoError(t, json.Unmarshal(raw, &change))
			continue
		}
		var c npsCase
		require.NoError(t, json.Unmarshal(raw, &c))
		cases[name] = c
	}
	return cases, change
}

// column makes the answers that counts stand for.
func column(t require.TestingT, counts [11]int, weight float64) satisfaction.Column {
	var values, weights []float64
	for mark, count := range counts {
		for range count {
			values = append(values, float64(mark))
			if weight > 0 {
				weights = append(weights, weight)
			}
		}
	}
	c, err := satisfaction.NewColumn(satisfaction.Item{Key: "recommend", High: 10}, values, weights)
	require.NoError(t, err)
	return c
}

// All cases of nps.json, from counts, from answers, and from answers of equal weight.
// The file prints 12 digits.
func TestNPSAgainstReference(t *testing.T) {
	cases, wantChange := npsReference(t)
	require.Len(t, cases, 5)
	for name, c := range cases {
		for _, method := range []satisfaction.IntervalMethod{satisfaction.AdjustedWald, satisfaction.Wald, satisfaction.TrinomialT} {
			opts := &satisfaction.NPSOptions{Method: method}
			counted, err := satisfaction.NPSFromCounts(c.Counts, opts)
			require.NoError(t, err)
			answered, err := satisfaction.NetPromoter(column(t, c.Counts, 0), opts)
			require.NoError(t, err)
			weighted, err := satisfaction.NetPromoter(column(t, c.Counts, 0.3), opts)
			require.NoError(t, err)
			for _, got := range []satisfaction.NPS{counted, answered, weighted} {
				compareNPS(t, name, c, got)
			}
			require.NoError(t, counted.Score.Validate())
		}
	}
	a, err := satisfaction.NPSFromCounts(cases["a"].Counts, nil)
	require.NoError(t, err)
	b, err := satisfaction.NPSFromCounts(cases["c"].Counts, &satisfaction.NPSOptions{Method: satisfaction.TrinomialT})
	require.NoError(t, err)
	change, err := satisfaction.CompareNPS(a, b, 0)
	require.NoError(t, err)
	require.True(t, change.Tested)
	for name, got := range map[string]float64{"delta_points": change.Delta.Value, "se_points": change.Delta.SE,
		"lower": change.Delta.Low, "upper": change.Delta.High, "p_value": change.P, "z": change.Statistic} {
		// The file's probability is one less a number next to 1: about ten digits
		// of it are right; below is the one that mpmath gives in 30 digits.
		tolerance := map[bool]float64{false: 1e-11, true: 1e-9}[name == "p_value"]
		require.InEpsilon(t, wantChange[name], got, tolerance, name)
	}
	require.InEpsilon(t, 5.19441227525199290e-7, change.P, 1e-13)
}

func compareNPS(t *testing.T, name string, c npsCase, got satisfaction.NPS) {
	const digits = 1e-10
	near := func(want, got float64) { t.Helper(); require.InDelta(t, want, got, digits, name) }
	near(c.NPS, got.Score.Value)
	require.Equal(t, c.N, got.Score.N)
	near(float64(c.N), got.Effective)
	for want, ratio := range map[float64]rapport.Ratio{c.Promoters: got.Promoters, c.Passives: got.Passives, c.Detractors: got.Detractors} {
		near(want/float64(c.N), ratio.Num/ratio.Den)
	}
	switch got.Method {
	case satisfaction.AdjustedWald:
		near(c.SE, got.Score.SE)
		near(c.Adjusted.Lower, got.Clamped().Low)
		// The file cuts the interval of ten promoters of ten at 100 and writes those of
		// the other cases as they come; the score itself is not cut here, because the
		// cut hides how wide the interval is: 47.50 to 106.34.
		near(c.Adjusted.Upper, got.Clamped().High)
		near(2*c.Adjusted.Score, got.Score.Low+got.Score.High)
		near(2*1.959963984540054*c.Adjusted.SE, got.Score.High-got.Score.Low)
	case satisfaction.Wald:
		near(c.SE, got.Score.SE)
		if c.SE == 0 { // the file has an interval of no width: there is none
			require.False(t, got.Score.HasInterval())
			return
		}
		near(c.Wald[0], got.Score.Low)
		near(c.Wald[1], got.Score.High)
	case satisfaction.TrinomialT:
		if c.T.SE == nil || *c.T.SE == 0 {
			require.False(t, got.Score.HasSE() || got.Score.HasInterval())
			return
		}
		near(*c.T.SE, got.Score.SE)
		near(*c.T.Lower, got.Score.Low)
		near(*c.T.Upper, got.Score.High)
	default:
		t.Fatal(got.Method)
	}
}

func TestNPSIsNotCutUnlessAsked(t *testing.T) {
	got, err := satisfaction.NPSFromCounts([11]int{9: 4, 10: 6}, nil)
	require.NoError(t, err)
	require.Equal(t, 100.0, got.Score.Value)
	require.Zero(t, got.Score.SE)
	require.InDelta(t, 47.50355154479, got.Score.Low, 1e-10)
	require.InDelta(t, 106.34260230136, got.Score.High, 1e-10)
	require.Equal(t, 100.0, got.Clamped().High)
}

// By hand: weights 2, 1, 1 on 10, 8, 0 give (2 − 1)/4 = 25 points; the deviations .75,
// −.25, −1.25 times the weights, squared: 2.25 + .0625 + 1.5625 = 3.875, over 16.
func TestNPSWithWeights(t *testing.T) {
	c, err := satisfaction.NewColumn(satisfaction.Item{Key: "q", High: 10}, []float64{10, 8, math.NaN(), 0}, []float64{2, 1, 5, 1})
	require.NoError(t, err)
	require.Equal(t, []int{3, 1}, []int{c.Len(), c.Missing()})
	got, err := satisfaction.NetPromoter(c, nil)
	require.NoError(t, err)
	require.InDelta(t, 25, got.Score.Value, 1e-13)
	require.InDelta(t, 100*math.Sqrt(3.875/16), got.Score.SE, 1e-12)
	require.InDelta(t, 16./6, got.Effective, 1e-15)
	require.Equal(t, rapport.Ratio{Num: 2, Den: 4, N: 3}, got.Promoters)
}

func TestCompareNPSKeepsTheSignAndFallsBackToAdjustedCounts(t *testing.T) {
	all, err := satisfaction.NPSFromCounts([11]int{10: 10}, nil)
	require.NoError(t, err)
	none, err := satisfaction.NPSFromCounts([11]int{0: 10}, nil)
	require.NoError(t, err)
	up, err := satisfaction.CompareNPS(all, none, 0.9)
	require.NoError(t, err)
	down, err := satisfaction.CompareNPS(none, all, 0.9)
	require.NoError(t, err)
	require.Equal(t, satisfaction.AdjustedWald, up.Method)
	require.Equal(t, 200.0, up.Delta.Value)
	require.Equal(t, -200.0, down.Delta.Value)
	require.Equal(t, up.Statistic, -down.Statistic)
	require.Equal(t, []float64{-up.Delta.High, -up.Delta.Low}, []float64{down.Delta.Low, down.Delta.High})
	require.Greater(t, up.Delta.Low, 0.0)
	same, err := satisfaction.CompareNPS(all, all, 0)
	require.NoError(t, err)
	require.Equal(t, []float64{0, 1}, []float64{same.Statistic, same.P})

	mixed, err := satisfaction.NPSFromCounts([11]int{6: 5, 10: 5}, nil)
	require.NoError(t, err)
	half, err := satisfaction.CompareNPS(all, mixed, 0) // all alike is not known for certain
	require.NoError(t, err)
	require.Equal(t, satisfaction.AdjustedWald, half.Method)
	v1, v2 := 11.5/13-100./169, 11.5/13 // of 10.75 and .75, and of 5.75 and 5.75, of 13
	require.InDelta(t, 100*math.Sqrt((v1+v2)/13), half.Delta.SE, 1e-12)

	// The adjusted score of one promoter is 25, that of very many 100: no difference for all
	// that, and none the other way round from a score a little lower.
	one, err := satisfaction.NPSFromCounts([11]int{10: 1}, nil)
	require.NoError(t, err)
	for _, counts := range [][11]int{{10: satisfaction.MaxCount}, {0: 1, 10: 99_999}} {
		many, err := satisfaction.NPSFromCounts(counts, nil)
		require.NoError(t, err)
		for _, pair := range [][2]satisfaction.NPS{{one, many}, {many, one}} {
			change, err := satisfaction.CompareNPS(pair[0], pair[1], 0)
			require.NoError(t, err)
			require.Equal(t, []float64{0, 1}, []float64{math.Abs(change.Statistic), change.P})
			require.NoError(t, change.Delta.Validate())
			require.True(t, change.Delta.Low < change.Delta.Value && change.Delta.Value < change.Delta.High)
		}
	}

	empty, err := satisfaction.NPSFromCounts([11]int{}, nil)
	require.NoError(t, err)
	require.False(t, empty.Score.HasValue())
	change, err := satisfaction.CompareNPS(all, empty, 0)
	require.NoError(t, err)
	require.False(t, change.Tested || change.Delta.HasValue())
}

func TestNPSErrors(t *testing.T) {
	_, err := satisfaction.NPSFromCounts([11]int{3: -1}, nil)
	require.EqualError(t, err, "satisfaction: count of mark 3 -1: must be from 0 to 1000000000000")
	_, err = satisfaction.NPSFromCounts([11]int{}, &satisfaction.NPSOptions{Level: 1})
	_, ok := errors.AsType[*satisfaction.ArgumentError](err)
	require.True(t, ok, err)
	_, err = satisfaction.NPSFromCounts([11]int{}, &satisfaction.NPSOptions{Method: satisfaction.Wilson})
	require.EqualError(t, err, "satisfaction: interval method \"wilson\": want one of [adjusted_wald wald trinomial_t]")
	five, err := satisfaction.NewColumn(satisfaction.Item{Key: "q", Low: 1, High: 5}, nil, nil)
	require.NoError(t, err)
	_, err = satisfaction.NetPromoter(five, nil)
	require.EqualError(t, err, `satisfaction: item "q" runs from 1 to 5: want a scale item from 0 to 10`)
	half, err := satisfaction.NewColumn(satisfaction.Item{Key: "q", High: 10}, []float64{8, 8.5}, nil)
	require.NoError(t, err)
	_, err = satisfaction.NetPromoter(half, nil)
	require.EqualError(t, err, `satisfaction: response "" (row 1): answer 8.5 to item "q" is not whole: 0 to 10`)
	// Missing answers do not move the row, and the answer is as it was given.
	nan := math.NaN()
	half, err = satisfaction.NewColumn(satisfaction.Item{Key: "q", High: 10, Reversed: true}, []float64{8, nan, 3, nan, 8.5, 1}, nil)
	require.NoError(t, err)
	_, err = satisfaction.NetPromoter(half, nil)
	require.EqualError(t, err, `satisfaction: response "" (row 4): answer 8.5 to item "q" is not whole: 0 to 10`)
}

// The exact coverage with 20 answers, half promoters and a fifth detractors: the sum of
// the probabilities of all counts whose 95 % interval holds 30. The plain interval is
// the one that falls short.
func TestNPSCoverage(t *testing.T) {
	const n, p, d = 20, 0.5, 0.2
	covered := map[satisfaction.IntervalMethod]float64{}
	for promoters := range n + 1 {
		for detractors := range n + 1 - promoters {
			passives := n - promoters - detractors
			ways := 1.0
			for i := range promoters {
				ways *= float64(n-i) / float64(i+1)
			}
			for i := range detractors {
				ways *= float64(n-promoters-i) / float64(i+1)
			}
			probability := ways * math.Pow(p, float64(promoters)) * math.Pow(d, float64(detractors)) * math.Pow(1-p-d, float64(passives))
			for _, method := range []satisfaction.IntervalMethod{satisfaction.AdjustedWald, satisfaction.Wald, satisfaction.TrinomialT} {
				got, err := satisfaction.NPSFromCounts([11]int{0: detractors, 7: passives, 9: promoters}, &satisfaction.NPSOptions{Method: method})
				require.NoError(t, err)
				if got.Score.HasInterval() && got.Score.Low <= 30 && got.Score.High >= 30 {
					covered[method] += probability
				}
			}
		}
	}
	t.Log(covered)
	require.InDelta(t, 0.95, covered[satisfaction.AdjustedWald], 0.01)
	require.InDelta(t, 0.95, covered[satisfaction.TrinomialT], 0.02)
	require.Less(t, covered[satisfaction.Wald], covered[satisfaction.AdjustedWald])
}

// For all counts and levels: figures are valid, order of answers means nothing, all
// weights times a number change nothing, the score holds in ±100, and turning the
// promoters into detractors turns the sign.
func TestNPSProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var counts, mirror [11]int
		for mark := range counts {
			counts[mark] = rapid.OneOf(rapid.Just(0), rapid.IntRange(0, 3), rapid.IntRange(0, satisfaction.MaxCount)).Draw(t, "count")
		}
		mirror[0], mirror[7] = counts[9]+counts[10], counts[7]+counts[8]
		for mark := range 7 {
			mirror[10] += counts[mark]
		}
		opts := &satisfaction.NPSOptions{
			Level:  rapid.Float64Range(1e-9, 1-1e-16).Draw(t, "level"),
			Method: rapid.SampledFrom([]satisfaction.IntervalMethod{"", satisfaction.Wald, satisfaction.TrinomialT}).Draw(t, "method"),
		}
		got, err := satisfaction.NPSFromCounts(counts, opts)
		if err != nil {
			t.Fatal(err)
		}
		if err := got.Score.Validate(); err != nil || math.Abs(got.Score.Value) > 100 {
			t.Fatalf("%+v: %v", got.Score, err)
		}
		if max(mirror[0], mirror[7], mirror[10]) > satisfaction.MaxCount {
			return
		}
		other, err := satisfaction.NPSFromCounts(mirror, opts)
		if err != nil {
			t.Fatal(err)
		}
		size := max(100, got.Score.High, -got.Score.Low)
		if got.Score.Value != -other.Score.Value || math.Abs(got.Score.Low+other.Score.High) > 1e-9*size {
			t.Fatalf("%+v mirrored is %+v", got.Score, other.Score)
		}
		change, err := satisfaction.CompareNPS(got, other, opts.Level)
		if err != nil {
			t.Fatal(err)
		}
		if err := change.Delta.Validate(); err != nil || !(change.P >= 0 && change.P <= 1) {
			t.Fatalf("%+v: %v", change, err)
		}
	})
}
