package lead_test

import (
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/scoring/lead"
)

// Of any column: every row is in one bin, WOE and IV are finite and no IV is negative,
// the bins add up, and JSON brings back the same.
func TestBinningProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "rows")
		outcomes := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "outcomes")
		outcomes[0], outcomes[1] = true, false
		column := lead.Column{Name: "x"}
		if rapid.Bool().Draw(t, "numbers") {
			number := rapid.OneOf(rapid.Float64(), rapid.Just(math.NaN()), rapid.Float64Range(-3, 3))
			column.Numbers = rapid.SliceOfN(number, n, n).Draw(t, "values")
		} else {
			column.Labels = rapid.SliceOfN(rapid.StringN(0, 2, 6), n, n).Draw(t, "labels")
		}
		b, err := lead.FitBinning(column, outcomes, &lead.MonotoneOptions{
			MaxBins: rapid.IntRange(2, 8).Draw(t, "bins"), PreBins: rapid.IntRange(2, 12).Draw(t, "prebins"),
			Shape: lead.Shape(rapid.IntRange(0, 4).Draw(t, "shape")),
		})
		if err != nil {
			t.Fatal(err)
		}
		bins := b.Bins()
		rows, events, iv := 0, 0, 0.0
		for _, bin := range bins {
			if math.IsNaN(bin.WOE) || math.IsInf(bin.WOE, 0) || !(bin.IV >= 0) || !(bin.SE >= 0) {
				t.Fatalf("bin %+v", bin)
			}
			rows, events, iv = rows+bin.N, events+bin.Events, iv+bin.IV
		}
		want := 0
		for _, event := range outcomes {
			if event {
				want++
			}
		}
		if rows != n || events != want || math.Abs(iv-b.IV().Value) > 1e-12*(1+iv) {
			t.Fatalf("%d rows, %d events, IV %v of %+v", rows, events, iv, bins)
		}
		places, err := b.Assign(column)
		if err != nil {
			t.Fatal(err)
		}
		for _, place := range places {
			bins[place].N--
		}
		for _, bin := range bins {
			if bin.N != 0 {
				t.Fatalf("bin %s is %d rows off", bin.Label, bin.N)
			}
		}
		// The same cuts, given, make the same bins.
		again, err := lead.NewBinning(column, outcomes, b.Cuts(), nil)
		if err != nil {
			t.Fatal(err)
		}
		first, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		second, err := json.Marshal(again)
		if err != nil {
			t.Fatal(err)
		}
		if string(first) != string(second) {
			t.Fatalf("%s\n%s", first, second)
		}
		var read lead.Binning
		if err := read.UnmarshalJSON(first); err != nil {
			t.Fatal(err)
		}
		third, err := json.Marshal(&read)
		if err != nil || string(third) != string(first) {
			t.Fatalf("%s\n%s: %v", first, third, err)
		}
	})
}
