package lead_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// Ten leads, five won. In the first bin are one of the five won and four of the five
// lost: ln(1/4).
func ExampleNewBinning() {
	visits := lead.Column{Name: "visits", Numbers: []float64{0, 1, 1, 2, 2, 3, 4, 5, 9, 12}}
	won := []bool{false, false, true, false, false, true, true, false, true, true}
	b, err := lead.NewBinning(visits, won, lead.Cuts{Breaks: []float64{3}}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, bin := range b.Bins() {
		fmt.Printf("%-9s %d of %d won, WOE %.4f\n", bin.Label, bin.Events, bin.N, bin.WOE)
	}
	fmt.Printf("IV %.4f\n", b.IV().Value)
	// Output:
	// [-Inf,3)  1 of 5 won, WOE -1.3863
	// [3,Inf)   4 of 5 won, WOE 1.3863
	// IV 1.6636
}

func labels(name string, texts ...string) lead.Column { return lead.Column{Name: name, Labels: texts} }
func numbers(name string, values ...float64) lead.Column {
	return lead.Column{Name: name, Numbers: values}
}

// columnFault reports whether an error is about a column, and why.
func columnFault(t *testing.T, err error, reason string) {
	t.Helper()
	var fault *lead.ColumnError
	require.ErrorAs(t, err, &fault)
	require.Contains(t, fault.Error(), reason)
}

func TestMissingAndEmptyBins(t *testing.T) {
	nan := math.NaN()
	b, err := lead.NewBinning(numbers("x", nan, 1, 2, 2, nan, 1), []bool{true, true, false, true, true, false},
		lead.Cuts{Breaks: []float64{2, 7}}, nil)
	require.NoError(t, err)
	bins := b.Bins()
	require.Len(t, bins, 4)
	require.Equal(t, "[7,Inf)", bins[2].Label)
	require.Zero(t, bins[2].WOE)
	none, err := bins[2].Evidence(0.95)
	require.NoError(t, err)
	require.False(t, none.HasValue())
	_, any := bins[2].EventRate().Value()
	require.False(t, any)
	// No other outcome is missing: half a one stands for none.
	require.Equal(t, "missing", bins[3].Label)
	require.True(t, bins[3].Missing)
	require.True(t, bins[3].Adjusted)
	require.InDelta(t, math.Log((2.0/4)/(0.5/2)), bins[3].WOE, 1e-15)
	first, err := bins[0].Evidence(0.95)
	require.NoError(t, err)
	// ln(1/4 / 1/2), variance 1/1 − 1/4 + 1/1 − 1/2
	require.InDelta(t, -math.Ln2, first.Value, 1e-15)
	require.InDelta(t, math.Sqrt(1.25), first.SE, 1e-15)
	require.InDelta(t, -math.Ln2+1.959963984540054*math.Sqrt(1.25), first.High, 1e-12)
	sum := 0.0
	for _, bin := range bins {
		sum += bin.IV
	}
	require.InDelta(t, sum, b.IV().Value, 1e-15)
	require.Equal(t, 6, b.IV().N)

	woe, err := b.Apply(numbers("x", 2, -5, nan, 7))
	require.NoError(t, err)
	require.Equal(t, []float64{bins[1].WOE, bins[0].WOE, bins[3].WOE, 0}, woe.Numbers)
	_, err = bins[0].Evidence(1)
	var level *rapport.EstimateError
	require.ErrorAs(t, err, &level)
}

func TestUnseen(t *testing.T) {
	column := labels("city", "a", "b", "a", "c", "")
	outcomes := []bool{true, false, false, true, true}
	groups := lead.Cuts{Groups: [][]string{{"c", "a"}, {"b"}, {"z"}}}
	for policy, want := range map[lead.Unseen][]int{
		lead.UnseenRefused: nil, lead.UnseenNeutral: {0, -1, 3}, lead.UnseenAsMissing: {0, 3, 3},
	} {
		b, err := lead.NewBinning(column, outcomes, groups, &lead.BinningOptions{Unseen: policy})
		require.NoError(t, err)
		require.Equal(t, "c%,%a", b.Bins()[0].Label)
		got, err := b.Assign(labels("city", "a", "new", ""))
		require.Equal(t, want, got, policy)
		if want == nil {
			var unseen *lead.UnseenError
			require.ErrorAs(t, err, &unseen)
			require.Equal(t, lead.UnseenError{Column: "city", Row: 1, Label: "new"}, *unseen)
		}
	}
	whole, err := lead.NewBinning(labels("city", "a", "b", "a"), []bool{true, false, true}, lead.Cuts{}, &lead.BinningOptions{Unseen: lead.UnseenAsMissing})
	require.NoError(t, err)
	require.Equal(t, "a", whole.Bins()[0].Label)
	_, err = whole.Apply(labels("city", ""))
	require.ErrorContains(t, err, "row 0 is missing")
	_, err = lead.NewBinning(column, outcomes, lead.Cuts{Groups: [][]string{{"a"}, {"b"}}}, &lead.BinningOptions{Unseen: lead.UnseenNeutral})
	require.ErrorContains(t, err, `row 3: label "c" is in no group`)
}

func TestBinningRefuses(t *testing.T) {
	x, outcomes := numbers("x", 1, 2, 3), []bool{true, false, true}
	for name, c := range map[string]struct {
		column lead.Column
		cuts   lead.Cuts
		reason string
	}{
		"no name":      {numbers("", 1, 2, 3), lead.Cuts{}, "no name"},
		"both kinds":   {lead.Column{Name: "x", Numbers: x.Numbers, Labels: []string{"a", "b", "c"}}, lead.Cuts{}, "both"},
		"short":        {numbers("x", 1), lead.Cuts{}, "1 rows, want 3"},
		"infinite":     {numbers("x", 1, math.Inf(1), 3), lead.Cuts{}, "row 1: +Inf"},
		"descending":   {x, lead.Cuts{Breaks: []float64{2, 1}}, "break 1, 1, is not above the one before, 2"},
		"equal":        {x, lead.Cuts{Breaks: []float64{2, 2}}, "not above"},
		"NaN break":    {x, lead.Cuts{Breaks: []float64{math.NaN()}}, "break 0 is NaN"},
		"groups":       {x, lead.Cuts{Groups: [][]string{{"a"}}}, "groups of labels for a column of numbers"},
		"breaks":       {labels("x", "a", "b", "c"), lead.Cuts{Breaks: []float64{1}}, "breaks for a column of labels"},
		"twice":        {labels("x", "a", "b", "c"), lead.Cuts{Groups: [][]string{{"a"}, {"b", "a"}}}, `label "a" is in group 0 and in group 1`},
		"empty group":  {labels("x", "a", "b", "c"), lead.Cuts{Groups: [][]string{{}}}, "group 0 is empty"},
		"bytes":        {labels("x", "a", "b", "\xff"), lead.Cuts{}, `label "\xff" is no UTF-8`},
		"bytes name":   {numbers("\xff", 1, 2, 3), lead.Cuts{}, "the name is no UTF-8"},
		"missing text": {labels("x", "a", "b", "c"), lead.Cuts{Groups: [][]string{{""}}}, "empty label"},
	} {
		_, err := lead.NewBinning(c.column, outcomes, c.cuts, nil)
		columnFault(t, err, c.reason)
		require.NotEmpty(t, name)
	}
	for _, same := range [][]bool{{true, true, true}, {false, false, false}} {
		_, err := lead.NewBinning(x, same, lead.Cuts{}, nil)
		require.ErrorIs(t, err, lead.ErrOneOutcome)
	}
	_, err := lead.NewBinning(numbers("x"), nil, lead.Cuts{}, nil)
	require.ErrorIs(t, err, lead.ErrNoRows)
	for _, o := range []lead.BinningOptions{{ZeroCount: -1}, {ZeroCount: math.NaN()}, {Unseen: 7}} {
		_, err := lead.NewBinning(x, outcomes, lead.Cuts{}, &o)
		var option *lead.OptionError
		require.ErrorAs(t, err, &option)
	}
	b, err := lead.NewBinning(x, outcomes, lead.Cuts{}, nil)
	require.NoError(t, err)
	_, err = b.Apply(numbers("y", 1))
	columnFault(t, err, `the bins are of column "x"`)
	_, err = b.Apply(labels("x", "a"))
	columnFault(t, err, "the bins are of numbers")
	_, err = b.Apply(numbers("x", math.Inf(-1)))
	columnFault(t, err, "row 0")
}

func TestBinningJSON(t *testing.T) {
	outcomes := []bool{true, false, true, false, true}
	one, err := lead.NewBinning(numbers("x", 1, 2, 3e20, 4, math.NaN()), outcomes, lead.Cuts{Breaks: []float64{0.1, 3e20}}, nil)
	require.NoError(t, err)
	require.Equal(t, "[0.1,3e+20)", one.Bins()[1].Label)
	two, err := lead.NewBinning(labels("y", "a", "ä,", "a", "b", "b"), outcomes, lead.Cuts{}, &lead.BinningOptions{ZeroCount: 1, Unseen: lead.UnseenNeutral})
	require.NoError(t, err)
	three, err := lead.NewBinning(numbers("x", 1, 1, 1, 1, 1), outcomes, lead.Cuts{}, nil)
	require.NoError(t, err)
	four, err := lead.NewBinning(labels("y", "", "", "", "", ""), outcomes, lead.Cuts{}, nil)
	require.NoError(t, err)
	for _, b := range []*lead.Binning{one, two, three, four} {
		text, err := json.Marshal(b)
		require.NoError(t, err)
		var read lead.Binning
		require.NoError(t, json.Unmarshal(text, &read), string(text))
		again, err := json.Marshal(&read)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		require.Equal(t, b.Bins(), read.Bins())
		require.Equal(t, b.IV(), read.IV())
	}
	_, err = json.Marshal(&lead.Binning{})
	require.ErrorIs(t, err, lead.ErrNotFitted)

	good := `{"format":1,"column":"x","breaks":[2],"counts":[{"n":3,"events":1},{"n":2,"events":1}],"missing":null,"zero_count":0.5,"unseen":"refused"}`
	var b lead.Binning
	require.NoError(t, b.UnmarshalJSON([]byte(good)))
	before := b
	for _, text := range []string{
		`{"format":2}`, `{"format":1}`, `[]`, good + "1",
		`{"format":1,"column":"x","breaks":[2],"groups":[],"counts":[],"missing":null,"zero_count":0.5,"unseen":"refused"}`,
		`{"format":1,"column":"x","breaks":[2],"counts":[{"n":3,"events":1}],"missing":null,"zero_count":0.5,"unseen":"refused"}`,
		`{"format":1,"column":"x","breaks":[2,1],"counts":[{"n":3,"events":1},{"n":3,"events":1},{"n":3,"events":1}],"missing":null,"zero_count":0.5,"unseen":"refused"}`,
		`{"format":1,"column":"x","breaks":[2],"counts":[{"n":3,"events":4},{"n":2,"events":1}],"missing":null,"zero_count":0.5,"unseen":"refused"}`,
		`{"format":1,"column":"x","breaks":[2],"counts":[{"n":3,"events":-1},{"n":2,"events":1}],"missing":null,"zero_count":0.5,"unseen":"refused"}`,
		`{"format":1,"column":"x","breaks":[2],"counts":[{"n":3,"events":0},{"n":2,"events":0}],"missing":null,"zero_count":0.5,"unseen":"refused"}`,
		`{"format":1,"column":"x","breaks":[2],"counts":[{"n":3,"events":1},{"n":2,"events":1}],"missing":{"n":0,"events":0},"zero_count":0.5,"unseen":"refused"}`,
		`{"format":1,"column":"x","breaks":[2],"counts":[{"n":3,"events":1},{"n":2,"events":1}],"missing":null,"zero_count":0,"unseen":"refused"}`,
		`{"format":1,"column":"x","breaks":[2],"counts":[{"n":3,"events":1},{"n":2,"events":1}],"missing":null,"zero_count":2,"unseen":"refused"}`,
		`{"format":1,"column":"x","breaks":[2],"counts":[{"n":3,"events":1},{"n":2,"events":1}],"missing":null,"zero_count":0.5,"unseen":"?"}`,
		`{"format":1,"column":"x","breaks":[2],"counts":[{"n":9007199254740993,"events":1},{"n":9223372036854775807,"events":1}],"missing":null,"zero_count":0.5,"unseen":"refused"}`,
	} {
		require.Error(t, b.UnmarshalJSON([]byte(text)), text)
		require.Equal(t, before, b)
	}
}

// Bins in which one of three rows is the event have the same weight to the last bit,
// however many rows they have: rows of them are ties, which AUC and KS count as such.
func TestEqualEvidenceIsEqual(t *testing.T) {
	column, outcomes, breaks := lead.Column{Name: "x"}, []bool{}, []float64{}
	for bin := range 12 {
		for row := range 3 * (bin + 1) {
			column.Numbers, outcomes = append(column.Numbers, float64(bin)), append(outcomes, row%3 == 0)
		}
		breaks = append(breaks, float64(bin+1))
	}
	for row := range 29 { // and others that differ, so that no weight is 0
		column.Numbers, outcomes = append(column.Numbers, 99), append(outcomes, row > 6)
	}
	b, err := lead.NewBinning(column, outcomes, lead.Cuts{Breaks: breaks}, nil)
	require.NoError(t, err)
	bins := b.Bins()
	for _, bin := range bins[:12] {
		require.Equal(t, bins[0].WOE, bin.WOE, bin.Label)
	}
}
