package pls_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// The mobile-phone survey, 250 respondents and 24 items, with all numbers of the model
// stored: 5,000 resamples of the answers as they are, summed from packed words; of
// answers that are not whole; weighted; with missing answers (1,000).
func BenchmarkBootstrap(b *testing.B) {
	mobi, holes, model := survey(b, "mobi.csv"), survey(b, "mobi_missing.csv"), mobiModel(b, "mobi-ecsi", pls.ModeA)
	var weights, fractions, whole []float64
	for row := range mobi.Rows() {
		answers, _ := mobi.Row(row)
		whole, weights = append(whole, answers...), append(weights, 1+float64(row%5)/4)
		for _, v := range answers {
			fractions = append(fractions, v/3)
		}
	}
	thirds, err := pls.NewData(mobi.Items(), fractions, nil)
	require.NoError(b, err)
	weighted, err := pls.NewData(mobi.Items(), whole, weights)
	require.NoError(b, err)
	for _, c := range []struct {
		name      string
		data      *pls.Data
		missing   pls.Missing
		resamples int
		interval  pls.IntervalKind
	}{
		{"whole", mobi, pls.MeanReplacement, 5000, pls.Percentile},
		{"whole-bca", mobi, pls.MeanReplacement, 5000, pls.BCa},
		{"fractions", thirds, pls.MeanReplacement, 5000, pls.Percentile},
		{"weighted", weighted, pls.MeanReplacement, 5000, pls.Percentile},
		{"missing-mean", holes, pls.MeanReplacement, 1000, pls.Percentile},
		{"missing-pairwise-correlation", holes, pls.PairwiseCorrelation, 1000, pls.Percentile},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := pls.Bootstrap(b.Context(), model, c.data, &pls.Options{Missing: c.missing},
					pls.BootstrapOptions{Resamples: c.resamples, Seed: 1, Workers: 1, Interval: c.interval})
				require.NoError(b, err)
			}
		})
	}
}

// The intervals of all numbers, from 5,000 resamples.
func BenchmarkBootstrapEstimates(b *testing.B) {
	resampled, err := pls.Bootstrap(b.Context(), mobiModel(b, "mobi-ecsi", pls.ModeA), survey(b, "mobi.csv"), nil, pls.BootstrapOptions{Resamples: 5000})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range resampled.Parameters() {
			resampled.Estimate(p)
		}
	}
}

// Two halves of the survey with 1,000 resamples each and 1,000 permutations.
func BenchmarkCompareGroups(b *testing.B) {
	mobi, model := survey(b, "mobi.csv"), mobiModel(b, "mobi-ecsi", pls.ModeA)
	var rows [2][]int
	for row := range mobi.Rows() {
		rows[row%2] = append(rows[row%2], row)
	}
	first, err := mobi.Subset(rows[0])
	require.NoError(b, err)
	second, err := mobi.Subset(rows[1])
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		_, err := pls.CompareGroups(b.Context(), model, []pls.Group{{"even", first}, {"odd", second}}, nil,
			pls.CompareOptions{BootstrapOptions: pls.BootstrapOptions{Seed: 1, Workers: 1}})
		require.NoError(b, err)
	}
}
