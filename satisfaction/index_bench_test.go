package satisfaction_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// Indices of the mobile-phone survey from raw answers, with and without a bootstrap, and
// of 100,000 respondents, the survey 400 times.
func BenchmarkEstimate(b *testing.B) {
	mobi := surveyTable(b, "mobi.csv")
	model := mobiIndex(b, satisfaction.ECSI(), mobi)
	rows := make([]int, 100_000)
	for i := range rows {
		rows[i] = i % mobi.Rows()
	}
	many, err := mobi.Subset(rows)
	require.NoError(b, err)
	for _, c := range []struct {
		name    string
		data    *pls.Data
		options satisfaction.Options
	}{
		{"mobi", mobi, satisfaction.Options{}},
		{"mobi/bootstrap=1000", mobi, satisfaction.Options{Bootstrap: 1000, Workers: 1}},
		{"rows=100000", many, satisfaction.Options{}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := model.EstimateData(b.Context(), c.data, &c.options); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
