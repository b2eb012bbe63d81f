package pls_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// 5,000 resamples of the mobile-phone survey, 250 respondents and 24 items: all
// numbers of the model are stored.
func BenchmarkBootstrap(b *testing.B) {
	mobi, model := survey(b, "mobi.csv"), mobiModel(b, "mobi-ecsi", pls.ModeA)
	b.ReportAllocs()
	for b.Loop() {
		_, err := pls.Bootstrap(b.Context(), model, mobi, nil, pls.BootstrapOptions{Resamples: 5000, Seed: 1, Workers: 1})
		require.NoError(b, err)
	}
}
