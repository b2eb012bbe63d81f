package btyd_test

import (
	"testing"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
	"github.com/stretchr/testify/require"
)

// fewRepeaters are logs of few repeat customers, simulated; the others have no
// repeat purchase.
func fewRepeaters(tb testing.TB, repeaters []scoring.Summary, idle ...float64) *btyd.Rows {
	tb.Helper()
	var rows []btyd.Row
	for _, s := range repeaters {
		rows = append(rows, btyd.Row{Summary: s, Customers: 1})
	}
	for _, age := range idle {
		rows = append(rows, btyd.Row{Summary: scoring.Summary{T: age}, Customers: 1})
	}
	r, err := btyd.NewRows(rapport.Week, rows)
	require.NoError(tb, err)
	return r
}

// One of three repeat customers buys all the time and two leave: leaving at once or
// never is likelier by 0.68 than that nobody leaves, where the first start ends.
func TestBGNBDOfFewRepeatersFindsTheHigherMaximum(t *testing.T) {
	rows := fewRepeaters(t, []scoring.Summary{{X: 1, TX: 14.521, T: 15.767}, {X: 10, TX: 45.051, T: 45.442}, {X: 1, TX: .078, T: 6.185}},
		36.5, 35.3, 20.9, 7.2, 15.9, 9.6, 43.4, 9.2, 8.2, 8.5, 52.3, 45, 12.1, 39.6, 7.8, 29.7, 33.9, 29.5, 54.7, 33.7,
		42.4, 53.3, 38.4, 28.8, 23.9, 6.4, 24.3, 51, 46, 11.6, 37.7, 52.4, 40.1, 28.7, 9.1, 26.5, 42.8)
	m, err := btyd.Fit(t.Context(), btyd.BGNBD, rows, nil)
	require.NoError(t, err)
	require.Greater(t, m.Report().LogLikelihood, -43.55)
	require.Equal(t, []btyd.Boundary{btyd.BoundaryPolarDropout}, m.Report().Boundaries)
}

// One cohort of 60: the MBG/NBD has a maximum inside, and a higher one on a ridge.
func TestMBGNBDOfOneSmallCohortFindsTheHigherMaximum(t *testing.T) {
	repeaters := []scoring.Summary{
		{X: 5, TX: 22.364}, {X: 1, TX: 31.563}, {X: 3, TX: 25.602}, {X: 1, TX: 1.403}, {X: 1, TX: 16.05}, {X: 1, TX: 22.425}, {X: 9, TX: 37.864},
		{X: 6, TX: 21.882}, {X: 1, TX: 18.859}, {X: 1, TX: 9.193}, {X: 1, TX: 26.67}, {X: 3, TX: 35.248}, {X: 6, TX: 31.972}, {X: 2, TX: 31.639},
	}
	for i := range repeaters {
		repeaters[i].T = 39
	}
	idle := make([]float64, 46)
	for i := range idle {
		idle[i] = 39
	}
	m, err := btyd.Fit(t.Context(), btyd.MBGNBD, fewRepeaters(t, repeaters, idle...), nil)
	require.NoError(t, err)
	require.Greater(t, m.Report().LogLikelihood, -173.428)
	require.Equal(t, []btyd.Boundary{btyd.BoundaryHomogeneousDropout}, m.Report().Boundaries)
}

// With few repeat customers the GGompertz/NBD is on its way to lives that end at one
// age or not before it, b and ln β growing without end: the fit ends within the range
// of parameters, says so, and can be written and read.
func TestGGompertzNBDOfFewRepeatersEnds(t *testing.T) {
	t.Parallel()
	for name, rows := range map[string]*btyd.Rows{
		"one end": fewRepeaters(t, []scoring.Summary{{X: 1, TX: 32.292, T: 51.492}, {X: 2, TX: 8.016, T: 36.085}, {X: 3, TX: 5.351, T: 21.005}, {X: 1, TX: 22.374, T: 42.612}, {X: 2, TX: 20.574, T: 26.677}},
			22.5, 15.5, 18.9, 37.6, 30, 14.5, 35.7, 46.2, 8.1, 21.6, 49.5, 41.9, 39.6, 45.4, 27, 10.9, 40.8, 7.4, 22.2, 20.5, 19.5, 42.6, 8.7, 27.7, 15.9, 12.8, 32.7, 26.2, 15.5, 12.2, 44.4, 16.8, 19.9, 47.7, 14.7),
		"two purchases": fewRepeaters(t, []scoring.Summary{{X: 1, TX: 3.217, T: 50.697}, {X: 1, TX: 8.325, T: 43.033}},
			11.4, 5.3, 24.9, 46.6, 31.1, 30.2, 49.4, 5.1, 47.9, 20.9, 25.4, 46.2, 51.2, 23.7, 25.2, 8.7, 28.9, 33.5, 5.7, 31.4, 26.3, 9.6, 7.6, 8.9, 14.2, 41.6, 49.3, 39.6, 48.4, 46.4, 9.8, 48.6, 53.8, 54.9, 30.2, 22.8, 6.6, 22.6),
	} {
		t.Run(name, func(t *testing.T) {
			m, err := btyd.Fit(t.Context(), btyd.GGompertzNBD, rows, nil)
			require.NoError(t, err)
			require.NotEmpty(t, m.Report().Boundaries)
			require.Less(t, m.Report().Evaluations, 1000)
			text, err := m.MarshalJSON()
			require.NoError(t, err)
			var back btyd.Model
			require.NoError(t, back.UnmarshalJSON(text))
			again, err := back.MarshalJSON()
			require.NoError(t, err)
			require.Equal(t, string(text), string(again))
		})
	}
}

// Next to nobody seems to leave: a hazard that begins late is likelier by 0.57 than one
// that is the same for all.
func TestGGompertzNBDOfFewRepeatersFindsLateDeparture(t *testing.T) {
	m, err := btyd.Fit(t.Context(), btyd.GGompertzNBD, fewRepeaters(t, []scoring.Summary{
		{X: 12, TX: 38.74, T: 49.71}, {X: 6, TX: 31.04, T: 32.22}, {X: 30, TX: 33.86, T: 34.15}, {X: 1, TX: 11.69, T: 18.93}, {X: 10, TX: 14.44, T: 27.23},
		{X: 23, TX: 26.74, T: 28.80}, {X: 17, TX: 46.87, T: 47.16}, {X: 49, TX: 37.25, T: 37.73}, {X: 2, TX: 22.08, T: 23.98}, {X: 5, TX: 41.63, T: 46.37},
		{X: 3, TX: 26.86, T: 46.13}, {X: 6, TX: 17.00, T: 31.11}, {X: 4, TX: 35.91, T: 45.63}, {X: 36, TX: 44.10, T: 44.42}, {X: 2, TX: 10.34, T: 17.01},
		{X: 22, TX: 9.37, T: 10.06}, {X: 6, TX: 25.19, T: 28.92}, {X: 21, TX: 52.23, T: 54.20}, {X: 1, TX: 5.07, T: 9.44}, {X: 5, TX: 25.73, T: 33.53},
		{X: 8, TX: 3.98, T: 5.29}, {X: 14, TX: 52.68, T: 53.15}, {X: 7, TX: 33.85, T: 40.40}, {X: 19, TX: 46.28, T: 53.51}, {X: 21, TX: 39.74, T: 53.62},
		{X: 5, TX: 21.41, T: 23.55}, {X: 20, TX: 46.86, T: 51.71}, {X: 4, TX: 8.42, T: 8.45}, {X: 11, TX: 19.31, T: 19.47}, {X: 7, TX: 7.51, T: 8.18},
	}, 7.3, 7.2, 9.6, 34.2, 38.1, 29.1, 17.3, 49.9, 26.9, 36.2), nil)
	require.NoError(t, err)
	b, _ := m.Param("b")
	require.Greater(t, b, .5)
}

// Steps along the ridge of equal rates went past a maximum that is higher by 0.0013.
func TestGGompertzNBDOfFewRepeatersComesBackFromARidge(t *testing.T) {
	m, err := btyd.Fit(t.Context(), btyd.GGompertzNBD, fewRepeaters(t, []scoring.Summary{
		{X: 2, TX: 1499502.04, T: 2309542.58}, {X: 1, TX: 822554.73, T: 3084257.97}, {X: 1, TX: 145344.01, T: 5434177.73}, {X: 1, TX: 1018806.90, T: 4614913.73},
		{X: 3, TX: 2574481.08, T: 5193306.49}, {X: 1, TX: 1700326.34, T: 2440405.58}, {X: 1, TX: 312248.60, T: 5342065.67}, {X: 6, TX: 1651258.41, T: 4471520.42},
		{X: 2, TX: 1192821.03, T: 5324628.63}, {X: 1, TX: 696060.25, T: 5260991.68}, {X: 2, TX: 1327070.15, T: 2393380.93}, {X: 1, TX: 568406.68, T: 4966328.71},
		{X: 1, TX: 576078.13, T: 2849668.18}, {X: 1, TX: 270593.76, T: 3645993.13}, {X: 3, TX: 1389425.63, T: 1877955.46}, {X: 1, TX: 1992177.36, T: 3978774.18},
		{X: 1, TX: 660494.36, T: 1655177.07}, {X: 1, TX: 259653.62, T: 3978730.07}, {X: 2, TX: 777506.30, T: 1704384.32}, {X: 1, TX: 1382390.16, T: 4361400.08},
		{X: 3, TX: 1743525.42, T: 3302517.42}, {X: 1, TX: 2137222.93, T: 3948326.52}, {X: 1, TX: 1176536.05, T: 4349840.48}, {X: 2, TX: 2621818.25, T: 3495538.70},
		{X: 1, TX: 334991.32, T: 4597301.85}, {X: 1, TX: 789987.40, T: 851770.37}, {X: 1, TX: 256350.98, T: 1998129.34},
	}, 886210.1, 1654784.6, 2649570.8, 3312349.8, 4012801.9, 523038.4, 3738967.9, 720822.1, 583603.0, 779833.0, 1239460.3, 985697.7, 504424.2), nil)
	require.NoError(t, err)
	r, _ := m.Param("r")
	require.Less(t, r, 1e4)
}
