package lead_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// Of 40 leads a fifth below 10 visits was won, two fifths from there to 20, and four
// fifths above: the bins find these steps.
func ExampleFitBinning() {
	visits, won := lead.Column{Name: "visits"}, []bool{}
	for visit := range 40 {
		visits.Numbers = append(visits.Numbers, float64(visit))
		won = append(won, visit < 10 && visit%5 == 0 || visit >= 10 && visit < 20 && visit%5 < 2 || visit >= 20 && visit%5 > 0)
	}
	b, err := lead.FitBinning(visits, won, &lead.MonotoneOptions{MaxBins: 3, MinShare: 0.2})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, bin := range b.Bins() {
		fmt.Printf("%-8s %d of %d\n", bin.Label, bin.Events, bin.N)
	}
	// Output:
	// [-Inf,10) 2 of 10
	// [10,21)  4 of 11
	// [21,Inf) 16 of 19
}

// fits tells whether WOE runs as a shape wants.
func fits(shape lead.Shape, bins []lead.Bin) bool {
	rises, falls, turns := false, false, 0
	direction := 0
	for i := 1; i < len(bins); i++ {
		step := 0
		switch d := float64(bins[i].Events)/float64(bins[i].N) - float64(bins[i-1].Events)/float64(bins[i-1].N); {
		case d > 0:
			step, rises = 1, true
		case d < 0:
			step, falls = -1, true
		}
		if step != 0 && direction != 0 && step != direction {
			turns++
		}
		if step != 0 {
			direction = step
		}
	}
	switch shape {
	case lead.Monotone:
		return !rises || !falls
	case lead.Ascending:
		return !falls
	case lead.Descending:
		return !rises
	case lead.Unimodal:
		return turns <= 1
	}
	return true
}

// No division of the values into bins within the limits has more information, of any
// shape: all of them are tried.
func TestFitBinningIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.IntRange(0, 7), 2, 40).Draw(t, "values")
		outcomes := rapid.SliceOfN(rapid.Bool(), len(rows), len(rows)).Draw(t, "outcomes")
		if !slices.Contains(outcomes, true) || !slices.Contains(outcomes, false) {
			return
		}
		x := lead.Column{Name: "x"}
		for _, v := range rows {
			number := float64(v) - 3
			if v == 7 {
				number = math.NaN()
			}
			x.Numbers = append(x.Numbers, number)
		}
		options := lead.MonotoneOptions{
			Shape:     lead.Shape(rapid.IntRange(0, 4).Draw(t, "shape")),
			MaxBins:   rapid.IntRange(2, 6).Draw(t, "bins"),
			MinShare:  rapid.SampledFrom([]float64{1e-9, .05, .2, .5}).Draw(t, "share"),
			MinEvents: rapid.IntRange(1, 3).Draw(t, "events"),
		}
		b, err := lead.FitBinning(x, outcomes, &options)
		if err != nil {
			t.Fatal(err)
		}
		allowed := func(bins []lead.Bin) bool {
			for _, bin := range bins {
				if float64(bin.N) < options.MinShare*float64(len(rows))*(1-1e-12) || min(bin.Events, bin.N-bin.Events) < options.MinEvents {
					return false
				}
			}
			return len(bins) <= options.MaxBins && fits(options.Shape, bins)
		}
		values := func(b *lead.Binning) []lead.Bin {
			return slices.DeleteFunc(b.Bins(), func(bin lead.Bin) bool { return bin.Missing })
		}
		if got := values(b); len(got) > 1 && !allowed(got) {
			t.Fatalf("bins %+v are not within the limits", got)
		}
		for set := range 1 << 6 {
			var cuts lead.Cuts
			for k := range 6 {
				if set>>k&1 == 1 {
					cuts.Breaks = append(cuts.Breaks, float64(k)-2)
				}
			}
			other, err := lead.NewBinning(x, outcomes, cuts, nil)
			if err != nil {
				t.Fatal(err)
			}
			if bins := values(other); allowed(bins) {
				if other.IV().Value > b.IV().Value+1e-9 {
					t.Fatalf("breaks %v: %v, found %v: %v", cuts.Breaks, other.IV().Value, b.Cuts().Breaks, b.IV().Value)
				}
				if len(bins) < len(values(b)) && other.IV().Value >= b.IV().Value {
					t.Fatalf("breaks %v do as well as %v", cuts.Breaks, b.Cuts().Breaks)
				}
			}
		}
	})
}

// Groups of labels without limits are the best of all ways to group them, whatever the
// order; and they cover every label once.
func TestFitBinningOfLabelsIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.IntRange(0, 4), 2, 40).Draw(t, "values")
		outcomes := rapid.SliceOfN(rapid.Bool(), len(rows), len(rows)).Draw(t, "outcomes")
		if !slices.Contains(outcomes, true) || !slices.Contains(outcomes, false) {
			return
		}
		x, counts := lead.Column{Name: "x"}, [5]tallied{}
		for i, v := range rows {
			x.Labels = append(x.Labels, string(rune('a'+v)))
			counts[v].n++
			if outcomes[i] {
				counts[v].events++
			}
		}
		for _, c := range counts { // no group is to lack either outcome
			if c.n > 0 && (c.events == 0 || c.events == c.n) {
				return
			}
		}
		b, err := lead.FitBinning(x, outcomes, &lead.MonotoneOptions{MaxBins: 3, MinShare: 1e-9})
		if err != nil {
			t.Fatal(err)
		}
		if !fits(lead.Ascending, b.Bins()) {
			t.Fatalf("%+v do not ascend", b.Bins())
		}
		for code := range 243 { // a group of three for each of five labels
			groups := make([][]string, 3)
			for v, rest := 0, code; v < 5; v, rest = v+1, rest/3 {
				if counts[v].n > 0 {
					groups[rest%3] = append(groups[rest%3], string(rune('a'+v)))
				}
			}
			groups = slices.DeleteFunc(groups, func(group []string) bool { return group == nil })
			other, err := lead.NewBinning(x, outcomes, lead.Cuts{Groups: groups}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if other.IV().Value > b.IV().Value+1e-9 {
				t.Fatalf("%v: %v, found %v: %v", groups, other.IV().Value, b.Cuts().Groups, b.IV().Value)
			}
		}
	})
}

type tallied struct{ n, events int }

// invented makes columns that tell ever less of the outcomes, some with labels and some
// with missing values.
func invented(columns, rows int) ([]lead.Column, []bool) {
	random := numeric.Stream(7, 0)
	made, outcomes := make([]lead.Column, columns), make([]bool, rows)
	for i := range outcomes {
		outcomes[i] = random.Float64() < 0.3
	}
	for k := range made {
		made[k] = lead.Column{Name: fmt.Sprintf("x%02d", k), Numbers: make([]float64, rows)}
		for i, event := range outcomes {
			x := random.NormFloat64()
			if event {
				x += 1 / float64(k+1)
			}
			if k%5 == 4 && random.Float64() < 0.1 {
				x = math.NaN()
			}
			made[k].Numbers[i] = x
		}
	}
	return made, outcomes
}

func TestFitBinningsInParallel(t *testing.T) {
	columns, outcomes := invented(7, 3000)
	one, err := lead.FitBinnings(t.Context(), columns, outcomes, &lead.MonotoneOptions{Workers: 1})
	require.NoError(t, err)
	many, err := lead.FitBinnings(t.Context(), columns, outcomes, &lead.MonotoneOptions{Workers: 4})
	require.NoError(t, err)
	first, err := json.Marshal(one)
	require.NoError(t, err)
	second, err := json.Marshal(many)
	require.NoError(t, err)
	require.Equal(t, string(first), string(second))
	require.Greater(t, one[0].IV().Value, one[6].IV().Value)

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = lead.FitBinnings(cancelled, columns, outcomes, nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = lead.FitBinnings(t.Context(), []lead.Column{columns[0], columns[0]}, outcomes, nil)
	columnFault(t, err, "comes twice")
	_, err = lead.FitBinnings(t.Context(), []lead.Column{columns[0], numbers("y", 1)}, outcomes, nil)
	columnFault(t, err, "1 rows, want 3000")
}

func TestFitBinningEdges(t *testing.T) {
	nan := math.NaN()
	outcomes := []bool{true, false, true, false, true}
	for name, c := range map[string]struct {
		column lead.Column
		labels []string
	}{
		"all equal":     {numbers("x", 3, 3, 3, 3, 3), []string{"[-Inf,Inf)"}},
		"all missing":   {numbers("x", nan, nan, nan, nan, nan), []string{"[-Inf,Inf)", "missing"}},
		"separated":     {numbers("x", 9, 1, 9, 1, 9), []string{"[-Inf,Inf)"}},
		"no labels":     {labels("x", "", "", "", "", ""), []string{"missing"}},
		"one label":     {labels("x", "a", "", "a", "a", "a"), []string{"a", "missing"}},
		"minus nought":  {numbers("x", 0, math.Copysign(0, -1), 1, 1, 1), []string{"[-Inf,1)", "[1,Inf)"}},
		"largest float": {numbers("x", math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64, -math.MaxFloat64, -math.MaxFloat64), []string{"[-Inf,1.7976931348623157e+308)", "[1.7976931348623157e+308,Inf)"}},
	} {
		b, err := lead.FitBinning(c.column, outcomes, nil)
		require.NoError(t, err, name)
		var got []string
		for _, bin := range b.Bins() {
			got = append(got, bin.Label)
			require.False(t, math.IsNaN(bin.WOE) || math.IsInf(bin.WOE, 0), name)
		}
		require.Equal(t, c.labels, got, name)
	}
	_, err := lead.FitBinning(numbers("x", 1, 2), []bool{true, true}, nil)
	require.ErrorIs(t, err, lead.ErrOneOutcome)
	for _, o := range []lead.MonotoneOptions{
		{MaxBins: 1}, {MaxBins: 21}, {MinShare: -1}, {MinShare: nan}, {MinEvents: -1}, {PreBins: 1001}, {Shape: 9}, {Workers: -1},
		{Binning: lead.BinningOptions{ZeroCount: 2}},
	} {
		_, err := lead.FitBinning(numbers("x", 1, 2), []bool{true, false}, &o)
		var option *lead.OptionError
		require.ErrorAs(t, err, &option)
		require.NotContains(t, err.Error(), "%!")
	}
}

// More values than pre-bins: these are of about equal size and lose little.
func TestPreBins(t *testing.T) {
	columns, outcomes := invented(1, 20000)
	fine, err := lead.FitBinning(columns[0], outcomes, &lead.MonotoneOptions{PreBins: 1000})
	require.NoError(t, err)
	coarse, err := lead.FitBinning(columns[0], outcomes, nil)
	require.NoError(t, err)
	// A cut is off by half a pre-bin of 256 at most.
	require.InEpsilon(t, fine.IV().Value, coarse.IV().Value, 0.01)
	require.Len(t, coarse.Bins(), 5)

	many := lead.Column{Name: "id"}
	for i := range outcomes {
		many.Labels = append(many.Labels, fmt.Sprint(i%5000))
	}
	b, err := lead.FitBinning(many, outcomes, &lead.MonotoneOptions{PreBins: 20})
	require.NoError(t, err)
	found := 0
	for _, bin := range b.Bins() {
		found += len(bin.Labels)
	}
	require.Equal(t, 5000, found)
}

func BenchmarkFitBinnings(b *testing.B) {
	columns, outcomes := invented(20, 100_000)
	for _, workers := range []int{1, 0} {
		b.Run(fmt.Sprintf("columns=20/rows=100000/workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := lead.FitBinnings(b.Context(), columns, outcomes, &lead.MonotoneOptions{Workers: workers}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
