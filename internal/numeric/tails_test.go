package numeric_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// The values are gammainc and betainc of mpmath at 60 digits, regularized, or where
// those do not end its quadrature of the density over sixty standard deviations.
func TestTails(t *testing.T) {
	for _, c := range [][4]float64{
		{0.001, 1e-10, 0.9778006565986258, 0.022199343401374194},
		{0.001, 0.1, 0.9981780097379502, 0.0018219902620497243},
		{0.001, 3.0, 0.9999869268601987, 1.3073139801213742e-05},
		{0.5, 0.01, 0.1124629160182849, 0.8875370839817152},
		{0.5, 1.0, 0.8427007929497149, 0.15729920705028513},
		{0.5, 20.0, 0.9999999997460371, 2.539628589470865e-10},
		{3.7, 0.1, 1.1952792485600167e-05, 0.9999880472075144},
		{3.7, 2.0, 0.18627467088905394, 0.8137253291109461},
		{3.7, 9.0, 0.9848140883443061, 0.015185911655693935},
		{3.7, 60.0, 1.0, 1.3892727683633588e-22},
		{100.0, 50.0, 3.200065324585125e-10, 0.9999999996799934},
		{100.0, 99.0, 0.473304330399461, 0.526695669600539},
		{100.0, 101.0, 0.5528962934345113, 0.44710370656548876},
		{100.0, 180.0, 0.999999999970517, 2.948294557648285e-11},
		{10000.0, 9500.0, 1.862454651795155e-07, 0.9999998137545348},
		{10000.0, 9990.0, 0.4614824257093641, 0.538517574290636},
		{10000.0, 10100.0, 0.8413487504471796, 0.15865124955282037},
		{900000.0, 898000.0, 0.01745515016601202, 0.9825448498339879},
		{900000.0, 900100.0, 0.5421123087284931, 0.4578876912715068},
		{900000.0, 905000.0, 0.9999999283962369, 7.160376311567546e-08},
	} {
		lower, upper := numeric.GammaTails(c[0], c[1])
		if c[2] < c[3] {
			require.InEpsilon(t, c[2], lower, 1e-12, "%v", c)
		} else {
			require.InEpsilon(t, c[3], upper, 1e-12, "%v", c)
		}
		require.InDelta(t, 1, lower+upper, 1e-15)
		if c[2] > 1e-300 && c[2] < 0.999999 {
			require.InEpsilon(t, c[1], numeric.GammaQuantile(c[0], c[2]), 1e-11/min(1, c[0])/min(1, 1-c[2]), "%v", c)
		}
	}
	for _, c := range [][5]float64{
		{0.5, 0.5, 0.3, 0.3190057200399771, 0.6809942799600229},
		{0.001, 2.0, 1e-05, 0.9895416279707968, 0.010458372029203166},
		{2.0, 0.001, 50.0, 0.0029475611328923816, 0.9970524388671076},
		{6.25, 3.74, 0.2, 0.0006298299605063227, 0.9993701700394937},
		{6.25, 3.74, 9.0, 0.9860692878532756, 0.013930712146724391},
		{300.0, 20.0, 15.0, 0.47311048890834123, 0.5268895110916588},
		{300.0, 20.0, 3.0, 2.6219671776476733e-19, 1.0},
		{10000.0, 20000.0, 0.51, 0.9473831428525296, 0.05261685714747039},
		{10000.0, 20000.0, 0.48, 0.0004435730064093821, 0.9995564269935906},
		{1000000.0, 100000.0, 10.02, 0.7261970761503481, 0.27380292384965194},
		{40.0, 7000.0, 0.001, 9.2462976528795e-18, 1.0},
	} {
		lower, upper := numeric.BetaTails(c[0], c[1], c[2])
		if c[3] < c[4] {
			require.InEpsilon(t, c[3], lower, 1e-10, "%v", c)
		} else {
			require.InEpsilon(t, c[4], upper, 1e-10, "%v", c)
		}
		require.InDelta(t, 1, lower+upper, 1e-15)
	}
}

// The expansion for large shapes continues the fraction.
func TestGammaTailsOfLargeShapes(t *testing.T) {
	for _, sd := range []float64{-20, -4, -1, -1e-2, 0, 1e-3, 0.5, 3, 20} {
		const a, b = 0.9999999e6, 1.0000001e6
		belowL, belowU := numeric.GammaTails(a, a+sd*math.Sqrt(a))
		aboveL, aboveU := numeric.GammaTails(b, b+sd*math.Sqrt(b))
		require.InEpsilon(t, min(belowL, belowU), min(aboveL, aboveU), 1e-6, "%v", sd) // the shapes differ by 2e-7
	}
	for _, shape := range []float64{1e7, 1e12, 1e35} {
		for _, p := range []float64{1e-6, .05, .5, .95} {
			q := numeric.GammaQuantile(shape, p)
			lower, _ := numeric.GammaTails(shape, q)
			if shape < 1e13 {
				require.InEpsilon(t, p, lower, 1e-6, "%v %v", shape, p)
			}
			require.InEpsilon(t, shape, q, 6/math.Sqrt(shape)+1e-14)
		}
	}
	lower, upper := numeric.GammaTails(2, 0)
	require.Equal(t, []float64{0, 1}, []float64{lower, upper})
	lower, upper = numeric.GammaTails(2, math.Inf(1))
	require.Equal(t, []float64{1, 0}, []float64{lower, upper})
	require.Zero(t, numeric.GammaQuantile(1e-6, .01))
}
