package pls_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// mobile draws answers from 1 to 10 to the 24 items of the mobile-phone survey.
func mobile(t testing.TB, rows int) *pls.Data {
	t.Helper()
	items := survey(t, "mobi.csv").Items()
	random := numeric.Stream(1, 0)
	values := make([]float64, 0, rows*len(items))
	for range rows {
		person := random.NormFloat64()
		for range items {
			values = append(values, max(1, min(10, float64(int(7+1.2*person+1.5*random.NormFloat64())))))
		}
	}
	data, err := pls.NewData(items, values, nil)
	require.NoError(t, err)
	return data
}

func BenchmarkFit(b *testing.B) {
	mobi, model := survey(b, "mobi.csv"), mobiModel(b, "mobi-ecsi", pls.ModeA)
	moments, err := pls.NewMoments(mobi.Items())
	require.NoError(b, err)
	for row := range mobi.Rows() {
		answers, weight := mobi.Row(row)
		require.NoError(b, moments.Add(answers, weight))
	}
	covariance, err := moments.Covariance(pls.MeanReplacement)
	require.NoError(b, err)
	b.Run("matrix", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := pls.FitCovariance(model, covariance, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("answers", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := pls.Fit(model, mobi, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	missing := survey(b, "mobi_missing.csv")
	for _, treatment := range []pls.Missing{pls.MeanReplacement, pls.Pairwise} {
		b.Run("missing/"+treatment.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := pls.Fit(model, missing, &pls.Options{Missing: treatment}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	large := mobile(b, 100_000)
	b.Run("100k", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := pls.Fit(model, large, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkStream(b *testing.B) {
	model, large := mobiModel(b, "mobi-ecsi", pls.ModeA), mobile(b, 100_000)
	rows := make([][]float64, large.Rows())
	for row := range rows {
		rows[row], _ = large.Row(row)
	}
	b.ReportAllocs()
	for b.Loop() {
		moments, err := pls.NewMoments(large.Items())
		if err != nil {
			b.Fatal(err)
		}
		for _, answers := range rows {
			if err := moments.Add(answers, 1); err != nil {
				b.Fatal(err)
			}
		}
		covariance, err := moments.Covariance(pls.MeanReplacement)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := pls.FitCovariance(model, covariance, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStages(b *testing.B) {
	model, data := service(pls.ModeA, true), served(b, 250, .5, 0)
	b.Run("fit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := pls.FitStages(model, data, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bootstrap1000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := pls.BootstrapStages(b.Context(), model, data, nil, pls.BootstrapOptions{Workers: 1}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// A stream takes no memory for a further row, whatever is missing or weighted.
func TestStreamTakesNoMemoryForRows(t *testing.T) {
	moments, err := pls.NewMoments([]string{"a", "b", "c"})
	require.NoError(t, err)
	answers, n := []float64{1, 2, 3}, 0.0
	add := func() {
		n++
		answers[0], answers[2] = n, n*n
		if int(n)%3 == 0 {
			answers[2] = math.NaN()
		}
		if err := moments.Add(answers, 1+float64(int(n)%2)); err != nil {
			panic(err)
		}
	}
	for range 5 {
		add() // all that there is to take
	}
	require.Zero(t, testing.AllocsPerRun(1000, add))
}

// A fit of a hundred times the rows allocates the same.
func TestFitTakesNoMemoryForRows(t *testing.T) {
	allocations := func(rows int) float64 {
		data := drawn(1, rows, 0)
		return testing.AllocsPerRun(3, func() {
			if _, err := pls.Fit(twoBlocks(pls.ModeA), data, nil); err != nil {
				panic(err)
			}
		})
	}
	require.InDelta(t, allocations(200), allocations(20000), 2)
}
