package btyd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// scored are the models of the benchmarks of predictions, each at about its parameters
// for CDNOW.
func scored(b *testing.B) []*btyd.Model {
	ageing, err := btyd.NewGGompertzNBD(rapport.Week, .55, 10.6, .02, .6, .1)
	require.NoError(b, err)
	return []*btyd.Model{
		mustBGNBD(b, .243, 4.414, .793, 2.426),
		mustModel(b, btyd.MBGNBD, .525, 6.18, .891, 1.61),
		mustModel(b, btyd.BGCNBD(2), .227, 1.46, .944, 2.07),
		mustModel(b, btyd.MBGCNBD(3), .533, 1.26, 1.29, 1.85),
		mustParetoNBD(b, .553, 10.58, .606, 11.67),
		ageing,
	}
}

// BenchmarkScore predicts for all customers of a set on one thread. An expected count
// is given the history and holds P(alive). The values of regular customers, which are
// computed one by one, would take half a minute for a million.
func BenchmarkScore(b *testing.B) {
	spend, err := btyd.NewGammaGamma(6.25, 3.74, 15.44)
	require.NoError(b, err)
	h := btyd.Horizon{Periods: 52, AnnualDiscount: .1}
	eachSet(b, func(b *testing.B, summaries *scoring.Summaries) {
		dst := make([]float64, summaries.Len())
		for _, m := range scored(b) {
			scorer := m.NewScorer()
			require.NoError(b, scorer.Expected(dst, summaries, 39)) // makes room for the tables
			for _, c := range []struct {
				name string
				run  func() error
			}{
				{"PAlive", func() error { return scorer.PAlive(dst, summaries) }},
				{"Expected", func() error { return scorer.Expected(dst, summaries, 39) }},
				{"LifetimeValues", func() error { return btyd.LifetimeValues(dst, m, spend, summaries, h) }},
			} {
				if c.name == "LifetimeValues" && m.Family().Regularity() > 1 && summaries.Len() > 100_000 {
					continue
				}
				b.Run(m.Name()+"/"+c.name, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if err := c.run(); err != nil {
							b.Fatal(err)
						}
					}
					perCustomer(b, summaries.Len())
				})
			}
		}
	})
}

// BenchmarkScoreOne predicts for one customer at a time.
func BenchmarkScoreOne(b *testing.B) {
	m := mustBGNBD(b, .243, 4.414, .793, 2.426)
	spend, err := btyd.NewGammaGamma(6.25, 3.74, 15.44)
	require.NoError(b, err)
	s := scoring.Summary{X: 2, TX: 30.43, T: 38.86, Spend: 35}
	b.Run("PAlive", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m.PAlive(s)
		}
	})
	b.Run("Expected", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m.Expected(s, 39)
		}
	})
	b.Run("LifetimeValue", func(b *testing.B) {
		h := btyd.Horizon{Periods: 52, AnnualDiscount: .1}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := btyd.LifetimeValue(m, spend, s, h); err != nil {
				b.Fatal(err)
			}
		}
	})
}
