package rfm_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment/rfm"
)

func TestSchemeRefusals(t *testing.T) {
	threshold := func(at ...float64) rfm.Cut { return rfm.Cut{Method: rfm.ByThreshold, Thresholds: at} }
	for _, tc := range []struct {
		scheme rfm.Scheme
		want   rfm.SchemeError
	}{
		{rfm.Scheme{Bins: 1}, rfm.SchemeError{Field: "bins", Index: -1, Value: 1, Reason: "out of range"}},
		{rfm.Scheme{Bins: 10}, rfm.SchemeError{Field: "bins", Index: -1, Value: 10, Reason: "out of range"}},
		{rfm.Scheme{Recency: rfm.Cut{Method: 4}}, rfm.SchemeError{Field: "recency", Index: -1, Value: 4, Reason: "unknown method"}},
		{rfm.Scheme{Recency: rfm.Cut{Quantile: 10}}, rfm.SchemeError{Field: "recency", Index: -1, Value: 10, Reason: "unknown quantile type"}},
		{rfm.Scheme{Frequency: rfm.Cut{Method: rfm.ByRank, Quantile: 7}}, rfm.SchemeError{Field: "frequency", Index: -1, Value: 7, Reason: "quantile type without quantiles"}},
		{rfm.Scheme{Frequency: rfm.Cut{Thresholds: []float64{1}}}, rfm.SchemeError{Field: "frequency", Index: -1, Value: 1, Reason: "thresholds without their method"}},
		{rfm.Scheme{Frequency: threshold(1, 2, 3)}, rfm.SchemeError{Field: "frequency", Index: -1, Value: 3, Reason: "wrong number of thresholds"}},
		{rfm.Scheme{Monetary: threshold(1, 2, 2, 3)}, rfm.SchemeError{Field: "monetary", Index: 2, Value: 2, Reason: "not ascending"}},
		{rfm.Scheme{Monetary: threshold(1, 3, 2, 4)}, rfm.SchemeError{Field: "monetary", Index: 2, Value: 2, Reason: "not ascending"}},
		{rfm.Scheme{Bins: 2, Monetary: threshold(math.Inf(1))}, rfm.SchemeError{Field: "monetary", Index: 0, Value: math.Inf(1), Reason: "not finite"}},
		{rfm.Scheme{Bins: 2, Monetary: threshold(-1e300)}, rfm.SchemeError{Field: "monetary", Index: 0, Value: -1e300, Reason: "too large"}},
		{rfm.Scheme{Weights: rfm.Weights{Recency: 1, Monetary: -1}}, rfm.SchemeError{Field: "weights", Index: 2, Value: -1, Reason: "negative"}},
		{rfm.Scheme{Weights: rfm.Weights{Frequency: math.Inf(1)}}, rfm.SchemeError{Field: "weights", Index: 1, Value: math.Inf(1), Reason: "not finite"}},
	} {
		scorer, err := rfm.Fit(spenders(1, 2), tc.scheme)
		require.Nil(t, scorer)
		refused, ok := errors.AsType[*rfm.SchemeError](err)
		require.Truef(t, ok, "%+v: %v", tc.scheme, err)
		require.Equal(t, tc.want, *refused)
		require.ErrorContains(t, err, fmt.Sprint(tc.want.Value))
		_, err = tc.scheme.MarshalJSON()
		require.ErrorAs(t, err, &refused)
	}
}

func TestRowRefusals(t *testing.T) {
	good := rfm.Row{ID: "a", Recency: 1, Frequency: 1, Monetary: 1}
	scorer, err := rfm.Fit([]rfm.Row{good}, rfm.Scheme{})
	require.NoError(t, err)
	for _, tc := range []struct {
		row           rfm.Row
		field, reason string
		value         float64
	}{
		{rfm.Row{ID: "b", Recency: math.Inf(1)}, "recency", "not finite", math.Inf(1)},
		{rfm.Row{ID: "b", Recency: -0.5}, "recency", "negative", -0.5},
		{rfm.Row{ID: "b", Recency: 2e290}, "recency", "too large", 2e290},
		{rfm.Row{ID: "b", Frequency: -1}, "frequency", "negative", -1},
		{rfm.Row{ID: "b", Monetary: math.Inf(-1)}, "monetary", "not finite", math.Inf(-1)},
		{rfm.Row{ID: "b", Monetary: -2e290}, "monetary", "too large", -2e290},
		{rfm.Row{ID: "b", Recency: math.NaN()}, "recency", "not finite", math.NaN()},
		{rfm.Row{ID: "b", Monetary: math.NaN()}, "monetary", "not finite", math.NaN()},
		{rfm.Row{ID: "b\n"}, "id", "not valid", 0},
		{good, "id", "twice", 0},
	} {
		rows := []rfm.Row{good, tc.row}
		_, fitErr := rfm.Fit(rows, rfm.Scheme{})
		_, assignErr := scorer.Assign(rows, rfm.DefaultTable())
		_, _, bothErr := rfm.FitAssign(rows, rfm.Scheme{}, rfm.DefaultTable())
		for _, err := range []error{fitErr, assignErr, bothErr} {
			refused, ok := errors.AsType[*rfm.RowError](err)
			require.Truef(t, ok, "%+v: %v", tc.row, err)
			require.Equal(t, 1, refused.Row)
			require.Equal(t, tc.row.ID, refused.ID)
			require.Equal(t, tc.field, refused.Field)
			require.Equal(t, tc.reason, refused.Reason)
			require.Equal(t, fmt.Sprint(tc.value), fmt.Sprint(refused.Value)) // NaN is not equal to itself
			require.ErrorContains(t, err, "rfm: row 1: ")
			require.Equal(t, tc.reason == "twice", refused.First == 0)
		}
		_, err := scorer.Score(tc.row)
		if tc.reason != "twice" {
			refused, ok := errors.AsType[*rfm.RowError](err)
			require.Truef(t, ok, "%+v: %v", tc.row, err)
			require.Equal(t, -1, refused.Row)
		}
	}
	_, err = rfm.Fit([]rfm.Row{{ID: "z"}, {ID: "a"}, {ID: "m"}, {ID: "a"}}, rfm.Scheme{})
	require.EqualError(t, err, `rfm: row 3: "a" is in row 1 already`)
	_, err = rfm.Fit(nil, rfm.Scheme{})
	require.ErrorIs(t, err, rfm.ErrNoRows)
}

func TestNotFitted(t *testing.T) {
	for _, s := range []*rfm.Scorer{nil, {}} {
		_, err := s.Score(rfm.Row{ID: "a"})
		require.ErrorIs(t, err, rfm.ErrNotFitted)
		_, err = s.Assign(nil, rfm.DefaultTable())
		require.ErrorIs(t, err, rfm.ErrNotFitted)
		_, err = s.Explain(rfm.Row{ID: "a"}, rfm.DefaultTable())
		require.ErrorIs(t, err, rfm.ErrNotFitted)
		require.Zero(t, s.Combined(rfm.Score{Recency: 1, Frequency: 1, Monetary: 1}))
		require.Zero(t, s.Scheme())
		require.Zero(t, s.Report())
		require.Nil(t, s.Cuts(rfm.Recency, rfm.Score{}))
	}
	_, err := rfm.Scorer{}.MarshalJSON()
	require.ErrorIs(t, err, rfm.ErrNotFitted)
}

// Half of the customers ordered once: by quantile they share the lowest score, the
// scores 2 and 3 are given to nobody, and the report says so; by rank, ids decide.
func TestFewDistinctValues(t *testing.T) {
	var rows []rfm.Row
	for i := range 10 {
		rows = append(rows, rfm.Row{ID: rapport.ID(fmt.Sprint(i)), Recency: float64(i), Frequency: max(1, i-3), Monetary: float64(i)})
	}
	scores := func(scheme rfm.Scheme) (list []uint8, report rfm.Report) {
		scorer, err := rfm.Fit(rows, scheme)
		require.NoError(t, err)
		for _, row := range rows {
			score, err := scorer.Score(row)
			require.NoError(t, err)
			list = append(list, score.Frequency)
		}
		return list, scorer.Report()
	}
	// Sorted: 1 1 1 1 1 2 3 4 5 6; quantiles 1, 1, 2.4, 4.2.
	list, report := scores(rfm.Scheme{})
	require.Equal(t, []uint8{1, 1, 1, 1, 1, 3, 4, 4, 5, 5}, list)
	require.Equal(t, rfm.Report{Customers: 10, Shortfalls: []rfm.Shortfall{
		{Measure: rfm.Frequency, Customers: 10, Distinct: 6, Used: 4},
	}}, report)
	list, report = scores(rfm.Scheme{Frequency: rfm.Cut{Method: rfm.ByRank}})
	require.Equal(t, []uint8{3, 2, 2, 1, 1, 3, 4, 4, 5, 5}, list)
	require.Empty(t, report.Shortfalls)
	list, report = scores(rfm.Scheme{Frequency: rfm.Cut{Method: rfm.ByThreshold, Thresholds: []float64{2, 3, 4, 100}}})
	require.Equal(t, []uint8{1, 1, 1, 1, 1, 2, 3, 4, 4, 4}, list)
	require.Equal(t, 4, report.Shortfalls[0].Used)

	// All equal: by quantile the lowest bin, which for recency is the best.
	scorer, err := rfm.Fit(spenders(7, 7, 7), rfm.Scheme{})
	require.NoError(t, err)
	require.Len(t, scorer.Report().Shortfalls, 3)
	score, err := scorer.Score(spenders(7)[0])
	require.NoError(t, err)
	require.Equal(t, "511", score.String())
}

// Two bins by rank, nested: each recency half is halved by frequency, and each of
// the four quarters by sum.
func TestNestedGroups(t *testing.T) {
	var rows []rfm.Row
	for i := range 8 {
		rows = append(rows, rfm.Row{ID: rapport.ID(fmt.Sprint(i)), Recency: float64(i), Frequency: 10*(i/4) + i%4/2, Monetary: float64(i)})
	}
	cut := rfm.Cut{Method: rfm.ByRank}
	scheme := rfm.Scheme{Bins: 2, Recency: cut, Frequency: cut, Monetary: cut, Nested: true}
	table, err := rfm.NewTable(2, []rfm.Segment{{Name: "all"}}, "")
	require.NoError(t, err)
	scorer, got, err := rfm.FitAssign(rows, scheme, table)
	require.NoError(t, err)
	var codes []string
	for i := range rows {
		codes = append(codes, got.Score(i).String())
	}
	require.Equal(t, []string{"211", "212", "221", "222", "111", "112", "121", "122"}, codes)
	require.Equal(t, []float64{3}, scorer.Cuts(rfm.Monetary, rfm.Score{Recency: 2, Frequency: 2}))
	require.Equal(t, []float64{11}, scorer.Cuts(rfm.Frequency, rfm.Score{Recency: 1}))
	require.Nil(t, scorer.Cuts(rfm.Monetary, rfm.Score{Recency: 3, Frequency: 1}))
	require.Nil(t, scorer.Cuts(rfm.Frequency, rfm.Score{}))
	require.Nil(t, scorer.Cuts(3, rfm.Score{}))

	// A recency score that nobody of the base has is cut as the whole base is.
	for i := range rows {
		rows[i].Recency = 5
	}
	quantiles, err := rfm.Fit(rows, rfm.Scheme{Bins: 2, Nested: true})
	require.NoError(t, err)
	whole, err := rfm.Fit(rows, rfm.Scheme{Bins: 2})
	require.NoError(t, err)
	require.Equal(t, whole.Cuts(rfm.Frequency, rfm.Score{}), quantiles.Cuts(rfm.Frequency, rfm.Score{Recency: 1}))
	require.Contains(t, quantiles.Report().Shortfalls, rfm.Shortfall{Measure: rfm.Frequency, Recency: 1})
}

func TestCombined(t *testing.T) {
	scorer, err := rfm.Fit(spenders(1, 2, 3, 4, 5), rfm.Scheme{Weights: rfm.Weights{Recency: 1, Frequency: 2, Monetary: 5}})
	require.NoError(t, err)
	require.Equal(t, 3.0, scorer.Combined(rfm.Score{Recency: 5, Frequency: 2, Monetary: 3})) // (5 + 4 + 15)/8
	require.Zero(t, scorer.Combined(rfm.Score{Recency: 6, Frequency: 2, Monetary: 3}))
	require.Zero(t, scorer.Combined(rfm.Score{}))
	scorer, err = rfm.Fit(spenders(1, 2), rfm.Scheme{Weights: rfm.Weights{Recency: 1e290, Frequency: 1e290}})
	require.NoError(t, err)
	require.Equal(t, 2.0, scorer.Combined(rfm.Score{Recency: 1, Frequency: 3, Monetary: 5}))
}

// A fitted scorer serves many goroutines and customers who are not of the base.
func TestScorerIsShared(t *testing.T) {
	scorer, err := rfm.Fit(benchRows(1000), rfm.Scheme{Nested: true})
	require.NoError(t, err)
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for _, row := range benchRows(500) {
				_, err := scorer.Explain(row, rfm.DefaultTable())
				require.NoError(t, err)
			}
		})
	}
	row := rfm.Row{ID: "later", Recency: 1e6}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := scorer.Score(row); err != nil {
			t.Error(err)
		}
	}))
	score, err := scorer.Score(row)
	require.NoError(t, err)
	if diff := gocmp.Diff(rfm.Score{Recency: 1, Frequency: 1, Monetary: 1}, score); diff != "" {
		t.Error(diff)
	}
}

// A thousand equals in any order: by rank the ids decide, the smaller the better, and
// every score is given 1000/bins times.
func TestRanksOfManyEquals(t *testing.T) {
	cut := rfm.Cut{Method: rfm.ByRank}
	for bins := 2; bins <= 8; bins *= 2 {
		scheme := rfm.Scheme{Bins: bins, Recency: cut, Frequency: cut, Monetary: cut}
		table, err := rfm.NewTable(bins, []rfm.Segment{{Name: "all"}}, "")
		require.NoError(t, err)
		for seed := range uint64(20) {
			rows := spenders(make([]float64, 1000)...)
			if seed > 0 {
				rand.New(rand.NewPCG(seed, 0)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
			}
			_, got, err := rfm.FitAssign(rows, scheme, table)
			require.NoError(t, err)
			for i, row := range rows {
				place, err := strconv.Atoi(string(row.ID[1:]))
				require.NoError(t, err)
				want := uint8(bins - place*bins/1000)
				require.Equal(t, rfm.Score{Recency: want, Frequency: want, Monetary: want}, got.Score(i), row.ID)
			}
		}
	}
}
