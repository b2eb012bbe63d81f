package rfm_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment/rfm"
)

// spenders are customers with the given sums and nothing else to tell them apart.
func spenders(sums ...float64) []rfm.Row {
	rows := make([]rfm.Row, len(sums))
	for i, sum := range sums {
		rows[i] = rfm.Row{ID: rapport.ID(fmt.Sprintf("c%04d", i)), Monetary: sum}
	}
	return rows
}

func cuts(t require.TestingT, rows []rfm.Row, bins int, cut rfm.Cut) []float64 {
	scorer, err := rfm.Fit(rows, rfm.Scheme{Bins: bins, Monetary: cut})
	require.NoError(t, err)
	return scorer.Cuts(rfm.Monetary, rfm.Score{})
}

// The first quartile of 1, 2, 4, 8, 16 by hand: of type 4, for one, it is at 5/4
// among the values, a quarter of the way from 1 to 2.
func TestQuantileTypesByHand(t *testing.T) {
	for kind, want := range []float64{2, 2, 2, 1, 1.25, 1.75, 1.5, 2, 5. / 3, 1.6875} { // 0 is type 7
		got := cuts(t, spenders(16, 1, 4, 2, 8), 4, rfm.Cut{Quantile: kind})
		require.InDelta(t, want, got[0], 1e-15, "type %d", kind)
	}
}

// quantileByDefinition is equation (1) of Hyndman and Fan in fractions:
// (1 − γ)·x_j + γ·x_{j+1} with j = ⌊np + m⌋, g = np + m − j.
func quantileByDefinition(sorted []float64, kind int, p *big.Rat) float64 {
	n := big.NewRat(int64(len(sorted)), 1)
	times := func(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }
	plus := func(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) }
	m := map[int]*big.Rat{
		1: new(big.Rat), 2: new(big.Rat), 3: big.NewRat(-1, 2), 4: new(big.Rat), 5: big.NewRat(1, 2), 6: p,
		7: plus(big.NewRat(1, 1), times(big.NewRat(-1, 1), p)),
		8: times(big.NewRat(1, 3), plus(p, big.NewRat(1, 1))),
		9: plus(times(big.NewRat(1, 4), p), big.NewRat(3, 8)),
	}[kind]
	at := plus(times(n, p), m)
	j := new(big.Int).Div(at.Num(), at.Denom()) // rounds down
	g := plus(at, new(big.Rat).Neg(new(big.Rat).SetInt(j)))
	share, _ := g.Float64()
	switch {
	case kind == 1 && g.Sign() > 0, kind == 2 && g.Sign() > 0, kind == 3 && (g.Sign() > 0 || j.Bit(0) == 1):
		share = 1
	case kind == 2:
		share = 0.5
	case kind == 3:
		share = 0
	}
	x := func(i int64) float64 { return sorted[min(max(i, 1), int64(len(sorted)))-1] }
	return (1-share)*x(j.Int64()) + share*x(j.Int64()+1)
}

func TestQuantilesAgainstDefinition(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		sums := rapid.SliceOfN(rapid.Map(rapid.IntRange(-1000, 1000), func(v int) float64 { return float64(v) }), 1, 60).Draw(r, "sums")
		bins, kind := rapid.IntRange(2, 9).Draw(r, "bins"), rapid.IntRange(1, 9).Draw(r, "type")
		got := cuts(r, spenders(sums...), bins, rfm.Cut{Quantile: kind})
		slices.Sort(sums)
		for k, cut := range got {
			want := quantileByDefinition(sums, kind, big.NewRat(int64(k+1), int64(bins)))
			require.InDelta(r, want, cut, 1e-10, "type %d, %d of %d, of %v", kind, k+1, bins, sums)
		}
	})
}

// R's third of five probabilities is 3·0.2 = 0.6000000000000001 (R: seq(0, 1,
// length.out = 6)[4] > 0.6), which moves the quantile of 0 … 100 a little above 60:
// 61 then lies below the cut point. Exact arithmetic cuts at 61.
func TestQuantileOfRKeepsItsRounding(t *testing.T) {
	sums := make([]float64, 101)
	for i := range sums {
		sums[i] = float64(i)
	}
	cut := cuts(t, spenders(sums...), 5, rfm.Cut{Method: rfm.ByQuantileOfR})[2]
	require.Greater(t, cut, 61.0)
	require.InDelta(t, 61, cut, 1e-12)
	require.Equal(t, 60.0, cuts(t, spenders(sums...), 5, rfm.Cut{})[2])
}
