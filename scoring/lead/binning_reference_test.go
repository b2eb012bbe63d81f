package lead_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// german reads the German credit data: columns by name, and who is bad.
func german(t testing.TB) (columns map[string]lead.Column, bad []bool) {
	t.Helper()
	path, err := refdata.Path("data/german_credit/german_credit.csv")
	if err != nil {
		t.Skip(err)
	}
	rows, err := refdata.Rows(path)
	require.NoError(t, err)
	columns = map[string]lead.Column{}
	for at, name := range rows[0] {
		column, numbers := lead.Column{Name: name}, true
		for _, row := range rows[1:] {
			number, err := strconv.ParseFloat(row[at], 64)
			numbers = numbers && err == nil
			column.Numbers = append(column.Numbers, number)
			column.Labels = append(column.Labels, row[at])
		}
		if numbers {
			column.Labels = nil
		} else {
			column.Numbers = nil
		}
		columns[name] = column
	}
	for _, text := range columns["creditability"].Labels {
		bad = append(bad, text == "bad")
	}
	return columns, bad
}

// germanCuts are the bins of the reference scorecard.
func germanCuts() []struct {
	column string
	cuts   lead.Cuts
} {
	return []struct {
		column string
		cuts   lead.Cuts
	}{
		{"status.of.existing.checking.account", lead.Cuts{Groups: [][]string{{"... < 0 DM", "0 <= ... < 200 DM"}, {"... >= 200 DM / salary assignments for at least 1 year"}, {"no checking account"}}}},
		{"duration.in.month", lead.Cuts{Breaks: []float64{8, 16, 34, 44}}},
		{"credit.amount", lead.Cuts{Breaks: []float64{1400, 1800, 4000, 9200}}},
		{"age.in.years", lead.Cuts{Breaks: []float64{26, 28, 35, 37}}},
		{"credit.history", lead.Cuts{Groups: [][]string{
			{"no credits taken/ all credits paid back duly", "all credits at this bank paid back duly"},
			{"existing credits paid back duly till now"}, {"delay in paying off in the past"},
			{"critical account/ other credits existing (not at this bank)"},
		}}},
		{"savings.account.and.bonds", lead.Cuts{Groups: [][]string{
			{"... < 100 DM"}, {"100 <= ... < 500 DM"},
			{"500 <= ... < 1000 DM", "... >= 1000 DM", "unknown/ no savings account"},
		}}},
		{"purpose", lead.Cuts{Groups: [][]string{
			{"retraining", "car (used)"}, {"radio/television"},
			{"furniture/equipment", "domestic appliances", "business", "repairs", "car (new)", "others", "education"},
		}}},
	}
}

// Information values of the raw categories and the bins by R scorecard 0.4.4, from the
// README of the data, to the digits that it has.
func TestInformationValueAgainstR(t *testing.T) {
	columns, bad := german(t)
	for name, want := range map[string]float64{
		"status.of.existing.checking.account": .6660115, "credit.history": .2932335, "savings.account.and.bonds": .1960096,
		"purpose": .1691951, "property": .1126383, "present.employment.since": .08643363, "housing": .08329343,
		"other.installment.plans": .05761454, "foreign.worker": .04387741, "telephone": .006377605,
	} {
		b, err := lead.NewBinning(columns[name], bad, lead.Cuts{}, nil)
		require.NoError(t, err)
		require.InEpsilon(t, want, b.IV().Value, 1e-6, name)
	}
}

func TestWeightOfEvidenceAgainstR(t *testing.T) {
	columns, bad := german(t)
	for i, want := range []struct {
		n, bad []int
		woe    []float64
		iv     float64
	}{
		{woe: []float64{.614204, -.405465, -1.176263}, iv: .639372},
		{[]int{87, 344, 399, 100, 70}, []int{9, 80, 129, 42, 40}, []float64{-1.312186, -0.346625, .108688, .524524, 1.134980}, .282618},
		{[]int{267, 105, 382, 196, 50}, []int{82, 18, 95, 76, 29}, []float64{.033661, -.728239, -.258307, .390539, 1.170071}, .181220},
		{n: []int{190, 101, 257, 79, 373}, bad: []int{80, 27, 85, 12, 96}, iv: .130499},
		{woe: []float64{1.234071, .088319, .085158, -.733741}, iv: .291830},
		{woe: []float64{.271358, .139552, -.762140}, iv: .190974},
		{woe: []float64{-.805625, -.410063, .279920}, iv: .152924},
	} {
		given := germanCuts()[i]
		b, err := lead.NewBinning(columns[given.column], bad, given.cuts, nil)
		require.NoError(t, err)
		require.InDelta(t, want.iv, b.IV().Value, 5e-7, given.column)
		for k, bin := range b.Bins() {
			if want.n != nil {
				require.Equal(t, want.n[k], bin.N, bin.Label)
				require.Equal(t, want.bad[k], bin.Events, bin.Label)
			}
			if want.woe != nil {
				require.InDelta(t, want.woe[k], bin.WOE, 5.01e-7, bin.Label)
			}
			require.False(t, bin.Adjusted)
		}
	}
}

// At as many bins as R's tree has, the division found has no less information.
func TestFitBinningBeatsTheTree(t *testing.T) {
	columns, bad := german(t)
	for _, given := range germanCuts() {
		column := columns[given.column]
		tree, err := lead.NewBinning(column, bad, given.cuts, nil)
		require.NoError(t, err)
		options := &lead.MonotoneOptions{MaxBins: len(tree.Bins())}
		if given.column == "credit.amount" || given.column == "age.in.years" {
			options.Shape = lead.AnyShape // as the tree's
		}
		b, err := lead.FitBinning(column, bad, options)
		require.NoError(t, err)
		require.LessOrEqual(t, len(b.Bins()), len(tree.Bins()))
		// In age both are the same division.
		require.GreaterOrEqual(t, b.IV().Value, tree.IV().Value*(1-1e-12), given.column)
	}
}
