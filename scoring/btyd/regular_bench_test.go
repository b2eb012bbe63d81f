package btyd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// eachRelative runs a benchmark on relatives of the BG/NBD at about their parameters
// for CDNOW.
func eachRelative(b *testing.B, work func(b *testing.B, m *btyd.Model)) {
	for _, m := range []*btyd.Model{
		mustModel(b, btyd.MBGNBD, .525, 6.18, .891, 1.61),
		mustModel(b, btyd.BGCNBD(2), .227, 1.46, .944, 2.07),
		mustModel(b, btyd.MBGCNBD(3), .533, 1.26, 1.29, 1.85),
	} {
		b.Run(m.Name(), func(b *testing.B) { work(b, m) })
	}
}

func BenchmarkFitRelatives(b *testing.B) {
	eachRelative(b, func(b *testing.B, m *btyd.Model) {
		eachSet(b, func(b *testing.B, summaries *scoring.Summaries) {
			rows := btyd.Compress(summaries)
			b.ReportAllocs()
			for b.Loop() {
				_, err := btyd.Fit(b.Context(), m.Family(), rows, &btyd.FitOptions{Workers: 1})
				require.NoError(b, err)
			}
		})
	})
}

// BenchmarkChooseRegularity fits k = 1 to 12.
func BenchmarkChooseRegularity(b *testing.B) {
	eachSet(b, func(b *testing.B, summaries *scoring.Summaries) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := btyd.FitBGCNBD(b.Context(), summaries, &btyd.FitOptions{Workers: 1})
			require.NoError(b, err)
		}
	})
}
