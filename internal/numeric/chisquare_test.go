package numeric_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// The values are mpmath's gammainc(df/2, x/2, regularized) with 40 digits.
func TestChiSquareTail(t *testing.T) {
	for _, c := range []struct {
		x    float64
		df   int
		want float64
	}{
		{3.841458820694124, 1, 0.050000000000000057},
		{0.001, 1, 0.97477287936996039},
		{60, 1, 9.4857375710738484e-15},
		{400, 1, 5.5072482372124674e-89},
		{5.99, 2, 0.050036627086586283},
		{1e-05, 2, 0.99999500001249998},
		{7.8, 3, 0.050331097859853355},
		{100, 3, 1.5541594313896049e-21},
		{9.4, 4, 0.05184307947966615},
		{20, 7, 0.0055696830729455713},
		{450, 30, 2.0028727075929842e-76},
		{90, 99, 0.72983441028465107},
		{0.5, 10, 0.99999338828943897},
	} {
		require.InEpsilonf(t, c.want, numeric.ChiSquareTail(c.x, c.df), 1e-13, "%+v", c)
	}
	require.Equal(t, 1., numeric.ChiSquareTail(0, 3))
}

// The values are −√2·erfinv(1−2p) with 40 digits.
func TestNormalQuantile(t *testing.T) {
	for p, want := range map[float64]float64{
		.975:  1.9599639845400539,
		.025:  -1.9599639845400542,
		.95:   1.6448536269514723,
		.005:  -2.5758293035489008,
		1e-10: -6.3613409024040562,
		.4:    -0.25334710313579974,
	} {
		require.InEpsilonf(t, want, numeric.NormalQuantile(p), 1e-14, "%v", p)
	}
	require.Zero(t, numeric.NormalQuantile(.5))
}
