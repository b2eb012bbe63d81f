package lead_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// Of ten applicants without own funds four failed, of ten with, one. With the odds of
// one column alone the coefficient is 1 and the card says what was counted: 4 to 6 and
// 1 to 9.
func ExampleFitScorecard() {
	funds, failed := lead.Column{Name: "funds"}, []bool{}
	for i := range 20 {
		if i < 10 {
			funds.Labels = append(funds.Labels, "none")
		} else {
			funds.Labels = append(funds.Labels, "own")
		}
		failed = append(failed, i < 4 || i == 10)
	}
	b, err := lead.NewBinning(funds, failed, lead.Cuts{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	card, err := lead.FitScorecard([]*lead.Binning{b}, []lead.Column{funds}, failed, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, bin := range card.Variables()[0].Bins {
		score, _ := card.Base()
		score += bin.Points
		fmt.Printf("%-4s %3d points: score %d, chance %.2f\n", bin.Label, bin.Points, score, card.Scale().Probability(float64(score)))
	}
	// Output:
	// none -50 points: score 417, chance 0.40
	// own   79 points: score 546, chance 0.10
}

// small is a scorecard of two columns, the second with a coefficient of the wrong sign
// and with missing values.
func small(t *testing.T) (*lead.Scorecard, []lead.Column) {
	t.Helper()
	columns := []lead.Column{
		labels("job", "a", "b", "a", "c", "b", "c"),
		numbers("age", 1, math.NaN(), 5, 6, 2, math.NaN()),
	}
	outcomes := []bool{true, false, true, false, false, true}
	job, err := lead.NewBinning(columns[0], outcomes, lead.Cuts{Groups: [][]string{{"a", "c"}, {"b"}}}, &lead.BinningOptions{Unseen: lead.UnseenNeutral})
	require.NoError(t, err)
	age, err := lead.NewBinning(columns[1], outcomes, lead.Cuts{Breaks: []float64{2, 6}}, nil)
	require.NoError(t, err)
	card, err := lead.NewScorecard([]*lead.Binning{job, age}, estimate(-1), []rapport.Estimate{estimate(.5), estimate(-.25)}, &lead.Scale{Points: 100, Odds: 4, PDO: 20})
	require.NoError(t, err)
	return card, columns
}

func estimate(value float64) rapport.Estimate { return rapport.Estimate{Value: value, N: 6} }

func TestScorecard(t *testing.T) {
	card, columns := small(t)
	factor := 20 / math.Ln2
	require.InDelta(t, 100-factor*math.Log(4), card.Scale().Offset(), 1e-12)
	require.InDelta(t, 0.2, card.Scale().Probability(100), 1e-15)
	require.InDelta(t, 1.0/9, card.Scale().Probability(120), 1e-15)
	require.False(t, card.Variables()[0].WrongSign)
	require.True(t, card.Variables()[1].WrongSign)

	exact, err := card.ExactScores(columns)
	require.NoError(t, err)
	scores, err := card.Scores(columns)
	require.NoError(t, err)
	chances, err := card.Probabilities(columns)
	require.NoError(t, err)
	job, age := card.Variables()[0].Bins, card.Variables()[1].Bins
	// Row 0: job a, age 1.
	logOdds := -1 + .5*job[0].WOE - .25*age[0].WOE
	require.InDelta(t, 1/(1+math.Exp(-logOdds)), chances[0], 1e-14)
	require.InDelta(t, card.Scale().Offset()-factor*logOdds, exact[0], 1e-10)
	base, _ := card.Base()
	require.Equal(t, base+job[0].Points+age[0].Points, scores[0])
	require.Equal(t, base+job[1].Points+age[3].Points, scores[1]) // missing

	reasons, err := card.Reasons(columns, lead.BestBin, 1)
	require.NoError(t, err)
	for row, list := range reasons {
		best := math.Inf(-1)
		for _, b := range job {
			best = max(best, float64(b.Points))
		}
		require.LessOrEqual(t, len(list), 1)
		if len(list) > 0 && list[0].Column == "job" {
			require.Equal(t, best, list[0].Reference, row)
			require.Equal(t, best-float64(list[0].Points), list[0].Lost)
		}
	}
	// A job that nobody had is no bin: no points, and what the mean has is lost.
	stranger := []lead.Column{labels("job", "z"), numbers("age", 3), numbers("other", 1)}
	odd, err := card.Scores(stranger)
	require.NoError(t, err)
	require.Equal(t, []int{base + age[1].Points}, odd)
	average, err := card.Reasons(stranger, lead.AverageBins, 0)
	require.NoError(t, err)
	for _, r := range average[0] {
		if r.Column == "job" {
			require.Empty(t, r.Bin)
			require.InDelta(t, (4*float64(job[0].Points)+2*float64(job[1].Points))/6, r.Reference, 1e-12)
		}
	}
	_, err = card.Reasons(stranger, lead.Baseline(5), 0)
	require.Error(t, err)
	_, err = card.Reasons(stranger, lead.BestBin, -1)
	require.Error(t, err)
	none, err := card.Scores([]lead.Column{labels("job"), numbers("age")})
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestReasonsOfGerman(t *testing.T) {
	card, columns, _ := germanScorecard(t)
	reasons, err := card.Reasons(columns, lead.BestBin, 2)
	require.NoError(t, err)
	// Row 2 of the file: checking account -34 of 65, duration of 48 months -62 of 72.
	require.Equal(t, []lead.ScoreReason{
		{Column: "duration.in.month", Bin: "[44,Inf)", Points: -62, Reference: 72, Lost: 134},
		{Column: "status.of.existing.checking.account", Bin: "... < 0 DM%,%0 <= ... < 200 DM", Points: -34, Reference: 65, Lost: 99},
	}, reasons[1])
	for row := range reasons {
		require.NotNil(t, reasons[row])
	}
}

func TestScorecardRefuses(t *testing.T) {
	card, columns := small(t)
	for name, c := range map[string]struct {
		columns []lead.Column
		reason  string
	}{
		"absent":   {columns[:1], `"age": not among the columns`},
		"twice":    {[]lead.Column{columns[0], columns[0], columns[1]}, "comes twice"},
		"kind":     {[]lead.Column{columns[0], labels("age", "1", "2", "3", "4", "5", "6")}, "the bins are of numbers"},
		"lengths":  {[]lead.Column{columns[0], numbers("age", 1)}, "1 rows, want 6"},
		"infinite": {[]lead.Column{labels("job", "a"), numbers("age", math.Inf(1))}, "row 0"},
	} {
		_, err := card.Scores(c.columns)
		columnFault(t, err, c.reason)
		_, err = card.Probabilities(c.columns)
		require.Error(t, err, name)
	}
	var zero lead.Scorecard
	_, err := zero.Scores(columns)
	require.ErrorIs(t, err, lead.ErrNotFitted)
	_, err = zero.Drift(columns, nil)
	require.ErrorIs(t, err, lead.ErrNotFitted)
	_, err = json.Marshal(&zero)
	require.ErrorIs(t, err, lead.ErrNotFitted)

	b, err := lead.NewBinning(columns[0], []bool{true, false, true, false, false, true}, lead.Cuts{}, nil)
	require.NoError(t, err)
	one := []*lead.Binning{b}
	for name, c := range map[string]struct {
		binnings     []*lead.Binning
		intercept    float64
		coefficients []rapport.Estimate
		scale        lead.Scale
	}{
		"no binnings":  {nil, 0, nil, lead.DefaultScale()},
		"too few":      {one, 0, nil, lead.DefaultScale()},
		"no binning":   {[]*lead.Binning{nil}, 0, []rapport.Estimate{estimate(1)}, lead.DefaultScale()},
		"zero binning": {[]*lead.Binning{{}}, 0, []rapport.Estimate{estimate(1)}, lead.DefaultScale()},
		"twice":        {[]*lead.Binning{b, b}, 0, []rapport.Estimate{estimate(1), estimate(1)}, lead.DefaultScale()},
		"NaN":          {one, 0, []rapport.Estimate{estimate(math.NaN())}, lead.DefaultScale()},
		"intercept":    {one, math.Inf(1), []rapport.Estimate{estimate(1)}, lead.DefaultScale()},
		"far":          {one, 0, []rapport.Estimate{estimate(1e300)}, lead.DefaultScale()},
		"far base":     {one, 1e300, []rapport.Estimate{estimate(1)}, lead.DefaultScale()},
		"odds":         {one, 0, []rapport.Estimate{estimate(1)}, lead.Scale{Points: 600, PDO: 50}},
		"pdo":          {one, 0, []rapport.Estimate{estimate(1)}, lead.Scale{Points: 600, Odds: 19, PDO: -1}},
		"points":       {one, 0, []rapport.Estimate{estimate(1)}, lead.Scale{Points: math.NaN(), Odds: 19, PDO: 1}},
	} {
		_, err := lead.NewScorecard(c.binnings, estimate(c.intercept), c.coefficients, &c.scale)
		require.Error(t, err, name)
		require.NotContains(t, err.Error(), "%!")
	}
}

func TestFitScorecardRefuses(t *testing.T) {
	outcomes := []bool{true, false, true, false, false, true}
	x := labels("x", "a", "b", "a", "b", "b", "a")
	separated, err := lead.NewBinning(x, outcomes, lead.Cuts{}, nil)
	require.NoError(t, err)
	_, err = lead.FitScorecard([]*lead.Binning{separated}, []lead.Column{x}, outcomes, nil)
	require.ErrorIs(t, err, lead.ErrSeparated)
	card, err := lead.FitScorecard([]*lead.Binning{separated}, []lead.Column{x}, outcomes, &lead.ScorecardOptions{L2: 0.1})
	require.NoError(t, err)
	require.Greater(t, card.Variables()[0].Coefficient.Value, 0.0)

	same := numbers("same", 1, 1, 1, 1, 1, 1)
	whole, err := lead.NewBinning(same, outcomes, lead.Cuts{}, nil)
	require.NoError(t, err)
	_, err = lead.FitScorecard([]*lead.Binning{whole}, []lead.Column{same}, outcomes, nil)
	columnFault(t, err, "same")
	_, err = lead.FitScorecard([]*lead.Binning{whole}, []lead.Column{x}, outcomes, nil)
	columnFault(t, err, "not among the columns")
	_, err = lead.FitScorecard([]*lead.Binning{nil}, []lead.Column{x}, outcomes, nil)
	require.ErrorIs(t, err, lead.ErrNotFitted)
	_, err = lead.FitScorecard([]*lead.Binning{separated}, []lead.Column{x}, outcomes[:5], nil)
	require.Error(t, err)
	_, err = lead.FitScorecard([]*lead.Binning{separated}, []lead.Column{labels("x", "a", "b")}, []bool{true, true}, nil)
	require.ErrorIs(t, err, lead.ErrOneOutcome)
	_, err = lead.FitScorecard(nil, nil, outcomes, nil)
	require.Error(t, err)
}

func TestScorecardJSON(t *testing.T) {
	card, columns := small(t)
	text, err := json.Marshal(card)
	require.NoError(t, err)
	var read lead.Scorecard
	require.NoError(t, json.Unmarshal(text, &read))
	again, err := json.Marshal(&read)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	require.Equal(t, card.Variables(), read.Variables())
	want, err := card.Scores(columns)
	require.NoError(t, err)
	got, err := read.Scores(columns)
	require.NoError(t, err)
	require.Equal(t, want, got)

	before := read
	for _, bad := range []string{
		`{"format":3}`, `{"format":1}`, `{}`, `null`, string(text) + "x",
		`{"format":1,"scale":{"points":1,"odds":0,"pdo":1},"intercept":null,"variables":[]}`,
		`{"format":1,"scale":{"points":600,"odds":19,"pdo":50},"intercept":{"value":1,"se":null,"low":null,"high":null,"level":null,"n":1},"variables":[{"coefficient":{"value":1,"se":null,"low":null,"high":null,"level":null,"n":1},"binning":null}]}`,
	} {
		require.Error(t, read.UnmarshalJSON([]byte(bad)), bad)
		require.Equal(t, before, read)
	}
}

func BenchmarkScores(b *testing.B) {
	const rows = 100_000
	columns, outcomes := invented(5, rows)
	binnings, err := lead.FitBinnings(b.Context(), columns, outcomes, nil)
	require.NoError(b, err)
	b.Run("fit/columns=5/rows=100000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := lead.FitScorecard(binnings, columns, outcomes, nil)
			require.NoError(b, err)
		}
	})
	card, err := lead.FitScorecard(binnings, columns, outcomes, nil)
	require.NoError(b, err)
	b.Run("score/columns=5/rows=100000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := card.Scores(columns)
			require.NoError(b, err)
		}
	})
}

// The chances are those of the regression, whatever the scale does to the points.
func TestScorecardChancesDoNotDependOnTheScale(t *testing.T) {
	b, err := lead.NewBinning(lead.Column{Name: "x", Numbers: []float64{1, 2, 3, 4, 5, 6}}, []bool{false, false, true, false, true, true}, lead.Cuts{Breaks: []float64{4}}, nil)
	require.NoError(t, err)
	for _, scale := range []lead.Scale{lead.DefaultScale(), {Points: 1e9, Odds: 19, PDO: 1e-9}, {Points: 0, Odds: 1, PDO: 5e-324}} {
		card, err := lead.NewScorecard([]*lead.Binning{b}, rapport.Estimate{Value: .25, N: 6}, []rapport.Estimate{{Value: 2, N: 6}}, &scale)
		require.NoError(t, err)
		p, err := card.Probabilities([]lead.Column{{Name: "x", Numbers: []float64{1, 9}}})
		require.NoError(t, err)
		require.InDelta(t, 1/(1+math.Exp(-.25+2*math.Log(2))), p[0], 1e-15) // WOE is ln(1/2): 1 event of 3 on either side
		require.InDelta(t, 1/(1+math.Exp(-.25-2*math.Log(2))), p[1], 1e-15)
	}
}

// A coefficient that is no data is not 0.
func TestScorecardOfNoData(t *testing.T) {
	b, err := lead.NewBinning(lead.Column{Name: "x", Numbers: []float64{1, 2, 3}}, []bool{false, true, false}, lead.Cuts{}, nil)
	require.NoError(t, err)
	one := rapport.Estimate{Value: 1, N: 3}
	for reason, e := range map[string][2]rapport.Estimate{"the coefficient has no value": {one, {}}, "the intercept has no value": {{}, one}} {
		_, err := lead.NewScorecard([]*lead.Binning{b}, e[0], []rapport.Estimate{e[1]}, nil)
		column, ok := errors.AsType[*lead.ColumnError](err)
		require.True(t, ok, err)
		require.Equal(t, reason, column.Reason)
	}
}
