package rfm_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment/rfm"
)

func allMeasures() []rfm.Measure {
	return []rfm.Measure{rfm.Recency, rfm.Frequency, rfm.Monetary}
}

// drawRows draws customers with many and with few equal values.
func drawRows(r *rapid.T, label string, least int) []rfm.Row {
	amount := rapid.OneOf(
		rapid.Map(rapid.IntRange(-2, 9), func(v int) float64 { return float64(v) }),
		rapid.Float64Range(-1e6, 1e6))
	days := rapid.OneOf(
		rapid.Map(rapid.IntRange(0, 6), func(v int) float64 { return float64(v) }),
		rapid.Float64Range(0, 1e4))
	row := rapid.Custom(func(r *rapid.T) rfm.Row {
		return rfm.Row{
			ID:        rapport.ID(rapid.StringMatching("[a-d]{1,6}").Draw(r, "id")),
			Recency:   days.Draw(r, "recency"),
			Frequency: rapid.IntRange(0, 12).Draw(r, "frequency"),
			Monetary:  amount.Draw(r, "monetary"),
		}
	})
	return rapid.SliceOfNDistinct(row, least, 80, func(row rfm.Row) rapport.ID { return row.ID }).Draw(r, label)
}

func drawScheme(r *rapid.T) rfm.Scheme {
	s := rfm.Scheme{
		Bins:    rapid.IntRange(rfm.MinBins, rfm.MaxBins).Draw(r, "bins"),
		Nested:  rapid.Bool().Draw(r, "nested"),
		Weights: rfm.Weights{Recency: rapid.Float64Range(0.1, 9).Draw(r, "weight"), Frequency: 1, Monetary: 2},
	}
	for _, cut := range []*rfm.Cut{&s.Recency, &s.Frequency, &s.Monetary} {
		cut.Method = rapid.SampledFrom([]rfm.Method{rfm.ByQuantile, rfm.ByRank, rfm.ByThreshold, rfm.ByQuantileOfR}).Draw(r, "method")
		switch cut.Method {
		case rfm.ByQuantile:
			cut.Quantile = rapid.IntRange(0, 9).Draw(r, "quantile type")
		case rfm.ByThreshold:
			whole := rapid.SliceOfNDistinct(rapid.IntRange(-3, 20), s.Bins-1, s.Bins-1, rapid.ID).Draw(r, "thresholds")
			slices.Sort(whole)
			for _, v := range whole {
				cut.Thresholds = append(cut.Thresholds, float64(v))
			}
		}
	}
	return s
}

// grid is a table for any number of bins: best, worst, and what lies between.
func grid(t require.TestingT, bins int) *rfm.Table {
	top := rfm.Range{Low: bins, High: bins}
	low := rfm.Range{Low: 1, High: 1}
	table, err := rfm.NewTable(bins, []rfm.Segment{
		{Name: "best", Recency: top, Frequency: top},
		{Name: "worst", Recency: low, Frequency: low},
		{Name: "recent", Recency: top},
	}, "between")
	require.NoError(t, err)
	return table
}

func TestAssignProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows, scheme := drawRows(r, "rows", 1), drawScheme(r)
		scorer, err := rfm.Fit(rows, scheme)
		require.NoError(r, err)
		table := grid(r, scheme.Bins)
		got, err := scorer.Assign(rows, table)
		require.NoError(r, err)
		require.Equal(r, len(rows), got.Len())

		// Every customer is in exactly one segment, and the parts sum to the whole.
		counts := make([]int, len(got.Groups()))
		for i, row := range rows {
			score, err := scorer.Score(row)
			require.NoError(r, err)
			require.Equal(r, got.Score(i), score)
			require.Equal(r, table.Segment(score), got.Name(i))
			counts[got.Segment(i)]++
			combined := scorer.Combined(score)
			require.Truef(r, combined >= 1-1e-12 && combined <= float64(scheme.Bins)+1e-12, "combined %v", combined)
			explainsItself(r, scorer, table, row, score)
		}
		all := 0
		for i, group := range got.Groups() {
			require.Equal(r, counts[i], group.Count)
			require.Equal(r, group.Count, group.Revenue.N)
			all += group.Count
		}
		require.Equal(r, len(rows), all)
		for _, m := range allMeasures() {
			sum := 0
			for _, n := range got.Counts(m) {
				sum += n
			}
			require.Equal(r, len(rows), sum, "%v", m)
		}

		// The order of the rows changes nothing, to the last bit.
		shuffled := rapid.Permutation(rows).Draw(r, "shuffled")
		again, err := rfm.Fit(shuffled, scheme)
		require.NoError(r, err)
		require.Equal(r, marshal(r, scorer), marshal(r, again))
		other, err := again.Assign(shuffled, table)
		require.NoError(r, err)
		require.Empty(r, gocmp.Diff(got.Groups(), other.Groups()))
		for i, row := range shuffled {
			require.Equal(r, got.Score(slices.Index(rows, row)), other.Score(i))
		}

		// What is read back scores alike and is written alike.
		var kept rfm.Scorer
		require.NoError(r, kept.UnmarshalJSON(marshal(r, scorer)))
		require.Equal(r, marshal(r, scorer), marshal(r, &kept))
		for i, row := range rows {
			score, err := kept.Score(row)
			require.NoError(r, err)
			require.Equal(r, got.Score(i), score)
		}
	})
}

// explainsItself checks that the bands of an explanation hold the customer's values.
func explainsItself(r *rapid.T, scorer *rfm.Scorer, table *rfm.Table, row rfm.Row, score rfm.Score) {
	why, err := scorer.Explain(row, table)
	require.NoError(r, err)
	require.Equal(r, score, why.Score)
	require.Equal(r, table.Segment(score), why.Segment)
	require.Equal(r, why.Rule >= 0, why.Segment == why.Matched.Name)
	for _, band := range why.Bands {
		if low := band.Lower; !low.Open {
			require.Truef(r, low.Value < band.Value || low.Value == band.Value && (low.Included || low.ID != ""), "%+v", band)
		}
		if high := band.Upper; !high.Open {
			require.Truef(r, band.Value < high.Value || band.Value == high.Value && (high.Included || high.ID != ""), "%+v", band)
		}
	}
}

func marshal(t require.TestingT, s *rfm.Scorer) []byte {
	text, err := s.MarshalJSON()
	require.NoError(t, err)
	return text
}

// A customer who is better on a measure, and equal on those that it is nested in,
// never scores lower on it: new customers included.
func TestBetterNeverScoresLower(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		scorer, err := rfm.Fit(drawRows(r, "rows", 1), drawScheme(r))
		require.NoError(r, err)
		later := drawRows(r, "later", 2)
		a, b := later[0], later[1]
		score := func(row rfm.Row) rfm.Score {
			s, err := scorer.Score(row)
			require.NoError(r, err)
			return s
		}
		nested := scorer.Scheme().Nested
		if a.Recency < b.Recency {
			require.GreaterOrEqual(r, score(a).Recency, score(b).Recency)
		}
		if nested {
			b.Recency, b.ID = a.Recency, a.ID
		}
		if a.Frequency > b.Frequency {
			require.GreaterOrEqual(r, score(a).Frequency, score(b).Frequency)
		}
		if nested {
			b.Frequency = a.Frequency
		}
		if a.Monetary > b.Monetary {
			require.GreaterOrEqual(r, score(a).Monetary, score(b).Monetary)
		}
	})
}

// Cut points of our own are free of the unit of money and of time: doubled or halved
// values get the same scores. Powers of two, as they change no digit.
func TestScaleInvariance(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows := drawRows(r, "rows", 1)
		scheme := rfm.Scheme{Bins: rapid.IntRange(2, 9).Draw(r, "bins"), Nested: rapid.Bool().Draw(r, "nested")}
		for _, cut := range []*rfm.Cut{&scheme.Recency, &scheme.Frequency, &scheme.Monetary} {
			cut.Method = rapid.SampledFrom([]rfm.Method{rfm.ByQuantile, rfm.ByRank}).Draw(r, "method")
			if cut.Method == rfm.ByQuantile {
				cut.Quantile = rapid.IntRange(1, 9).Draw(r, "quantile type")
			}
		}
		factor := math.Ldexp(1, rapid.IntRange(-40, 40).Draw(r, "exponent"))
		scaled := slices.Clone(rows)
		for i := range scaled {
			scaled[i].Monetary *= factor
			scaled[i].Recency *= factor
		}
		one, err := rfm.Fit(rows, scheme)
		require.NoError(r, err)
		two, err := rfm.Fit(scaled, scheme)
		require.NoError(r, err)
		for i := range rows {
			want, err := one.Score(rows[i])
			require.NoError(r, err)
			got, err := two.Score(scaled[i])
			require.NoError(r, err)
			require.Equal(r, want, got)
		}
	})
}

// By rank the best k scores hold ⌈kn/bins⌉ of n customers: of the base, or if nested
// of each group. A plain model sorts each group and hands the scores out.
func TestRanksAgainstModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows := drawRows(r, "rows", 1)
		bins := rapid.IntRange(2, 9).Draw(r, "bins")
		cut := rfm.Cut{Method: rfm.ByRank}
		scheme := rfm.Scheme{Bins: bins, Recency: cut, Frequency: cut, Monetary: cut, Nested: rapid.Bool().Draw(r, "nested")}
		scorer, err := rfm.Fit(rows, scheme)
		require.NoError(r, err)

		want := make(map[rapport.ID]string)
		for _, m := range allMeasures() {
			groups := make(map[string][]rfm.Row)
			for _, row := range rows {
				group := ""
				if scheme.Nested {
					group = want[row.ID]
				}
				groups[group] = append(groups[group], row)
			}
			for _, group := range groups {
				slices.SortFunc(group, func(a, b rfm.Row) int { // the best first
					better := map[rfm.Measure]int{
						rfm.Recency:   cmp.Compare(a.Recency, b.Recency),
						rfm.Frequency: cmp.Compare(b.Frequency, a.Frequency),
						rfm.Monetary:  cmp.Compare(b.Monetary, a.Monetary),
					}
					return cmp.Or(better[m], cmp.Compare(a.ID, b.ID))
				})
				for place, row := range group {
					k := 1
					for place >= (k*len(group)+bins-1)/bins {
						k++
					}
					want[row.ID] += fmt.Sprint(bins + 1 - k)
				}
			}
		}
		for _, row := range rows {
			score, err := scorer.Score(row)
			require.NoError(r, err)
			require.Equal(r, want[row.ID], score.String(), "%v of %v", row, rows)
		}
	})
}

// Nested cut points are those that each group would have by itself.
func TestNestedIsEachGroupByItself(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows, scheme := drawRows(r, "rows", 1), drawScheme(r)
		scheme.Nested = true
		nested, err := rfm.Fit(rows, scheme)
		require.NoError(r, err)
		scheme.Nested = false
		groups := make(map[rfm.Score][]rfm.Row)
		for _, row := range rows {
			score, err := nested.Score(row)
			require.NoError(r, err)
			score.Monetary = 0
			groups[score] = append(groups[score], row)
			score.Frequency = 0
			groups[score] = append(groups[score], row)
		}
		for within, group := range groups {
			m := rfm.Monetary
			if within.Frequency == 0 {
				m = rfm.Frequency
			}
			alone, err := rfm.Fit(group, scheme)
			require.NoError(r, err)
			require.Equal(r, alone.Cuts(m, rfm.Score{}), nested.Cuts(m, within), "%v within %v", m, within)
			for _, short := range alone.Report().Shortfalls {
				if short.Measure == m {
					short.Recency, short.Frequency = int(within.Recency), int(within.Frequency)
					require.Contains(r, nested.Report().Shortfalls, short)
				}
			}
		}
	})
}
