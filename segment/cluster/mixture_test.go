package cluster_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/segment/cluster"
)

// Against an EM written for this test in plain Python (two figures, closed forms of the
// 2×2 inverse, the same penalty, run until a step gains less than 1e-10): the maximum
// that all of its eight starts reached, and what the groups are there. Means and
// covariances are stated to 5 digits because the maximum is flat.
func TestMixtureOfOrdersAgainstPython(t *testing.T) {
	data, err := cluster.Prepare(orders(t), nil)
	require.NoError(t, err)
	for _, tc := range []struct {
		k                     int
		form                  cluster.Covariance
		penalized, likelihood float64
		parameters            int
		weights               []float64
		means                 [][2]float64
		covariances           [][3]float64
	}{
		{2, cluster.Full, -2010.3707492436795, -2006.3142210659216, 11, []float64{0.79148, 0.20852},
			[][2]float64{{0.33358, 0.30901}, {-1.26619, -1.17294}}, [][3]float64{{0.39250, 0.35687, 0.49628}, {1.28033, 0.84736, 1.17375}}},
		{3, cluster.Diagonal, -2169.880200139818, -2165.6587353331365, 14, []float64{0.48492, 0.34758, 0.16750},
			[][2]float64{{-0.06609, -0.08054}, {0.87007, 0.89347}, {-1.61415, -1.62086}}, [][3]float64{{0.19681, 0, 0.21076}, {0.12915, 0, 0.18759}, {0.94335, 0, 0.66823}}},
		{3, cluster.Spherical, -2176.6867915400803, -2172.559253937583, 11, []float64{0.48018, 0.35110, 0.16872},
			[][2]float64{{-0.06132, -0.08948}, {0.85752, 0.89616}, {-1.60996, -1.61022}}, [][3]float64{{0.20219, 0, 0.20219}, {0.15965, 0, 0.15965}, {0.80942, 0, 0.80942}}},
	} {
		t.Run(tc.form.String(), func(t *testing.T) {
			m, err := cluster.FitMixture(t.Context(), data, tc.k, 1, &cluster.MixtureOptions{Covariance: tc.form, Regularization: 1e-3, Tolerance: 1e-12, Starts: 3})
			require.NoError(t, err)
			r := m.Report()
			require.InDelta(t, tc.penalized, r.Penalized, 1e-6)
			// At the maximum of the penalised likelihood the plain one has a slope.
			require.InDelta(t, tc.likelihood, r.LogLikelihood, 1e-4)
			require.Equal(t, tc.parameters, r.Parameters)
			require.InDelta(t, -2*r.LogLikelihood+float64(tc.parameters)*math.Log(995), r.BIC(), 1e-9)
			require.InDelta(t, -2*r.LogLikelihood+2*float64(tc.parameters), r.AIC(), 1e-9)
			for c, got := range m.Components() {
				require.InDelta(t, tc.weights[c], got.Weight, 3e-5)
				for f := range 2 {
					require.InDelta(t, tc.means[c][f], got.Mean[f], 3e-5)
				}
				for i, v := range []float64{got.Covariance[0][0], got.Covariance[0][1], got.Covariance[1][1]} {
					require.InDelta(t, tc.covariances[c][i], v, 3e-5)
				}
				require.Equal(t, got.Covariance[0][1], got.Covariance[1][0])
			}
		})
	}
}

// One group has its maximum in closed form: the mean 0 of standardised figures, and the
// covariance with n instead of n−1, plus the prior's share.
func TestMixtureOfOneGroup(t *testing.T) {
	data, err := cluster.Prepare([]cluster.Column{{Name: "a", Values: []float64{1, 2, 3, 4}}, {Name: "b", Values: []float64{2, 1, 4, 3}}}, nil)
	require.NoError(t, err)
	m, err := cluster.FitMixture(t.Context(), data, 1, 1, &cluster.MixtureOptions{Regularization: 1e-12})
	require.NoError(t, err)
	c := m.Components()[0]
	require.InDelta(t, 1, c.Weight, 1e-15)
	require.InDeltaSlice(t, []float64{0, 0}, c.Mean, 1e-15)
	require.InDelta(t, 0.75, c.Covariance[0][0], 1e-11)
	require.InDelta(t, 0.45, c.Covariance[1][0], 1e-11) // the correlation is 0.6
	// −n/2·(2 ln 2π + ln(0.75² − 0.45²) + 2)
	require.InDelta(t, -2*(2*math.Log(2*math.Pi)+math.Log(0.36)+2), m.Report().LogLikelihood, 1e-9)
}

// What the fit climbs never falls, whatever the data: from step to step of the same
// start.
func TestPenalizedLikelihoodNeverFalls(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(6, 30).Draw(r, "n")
		columns := []cluster.Column{{Name: "a"}, {Name: "b"}}
		for c := range columns {
			columns[c].Values = rapid.SliceOfN(rapid.Map(rapid.IntRange(-6, 6), func(v int) float64 { return float64(v) / 2 }), n, n).Draw(r, "values")
		}
		data, err := cluster.Prepare(columns, nil)
		if err != nil { // all values equal
			return
		}
		o := &cluster.MixtureOptions{
			Covariance: rapid.SampledFrom([]cluster.Covariance{cluster.Full, cluster.Diagonal, cluster.Spherical}).Draw(r, "form"),
			Starts:     1, Tolerance: 1e-12, Regularization: rapid.SampledFrom([]float64{1e-6, 1e-3, 0.1}).Draw(r, "prior"),
		}
		k := rapid.IntRange(1, 3).Draw(r, "k")
		before := math.Inf(-1)
		for steps := 1; steps <= 12; steps++ {
			o.MaxIterations = steps
			m, err := cluster.FitMixture(r.Context(), data, k, 1, o)
			if _, few := errors.AsType[*cluster.CountError](err); few {
				return
			}
			if _, short := errors.AsType[*cluster.ConvergenceError](err); !short {
				require.NoError(r, err)
			}
			require.GreaterOrEqual(r, m.Report().Penalized, before-1e-6*(1+math.Abs(before)))
			before = m.Report().Penalized
			total := 0.0
			for _, c := range m.Components() {
				total += c.Weight
			}
			require.InDelta(r, 1, total, 1e-6)
			if err == nil {
				return
			}
		}
	})
}

func TestMixtureOnAnyNumberOfCores(t *testing.T) {
	data, err := cluster.Prepare(blobs(2500, 3), nil)
	require.NoError(t, err)
	var want *cluster.Mixture
	for _, workers := range []int{1, 2, 5} {
		m, err := cluster.FitMixture(t.Context(), data, 4, 1, &cluster.MixtureOptions{Workers: workers, SampleRows: 1000, Starts: 2, Covariance: cluster.Diagonal, Tolerance: 1e-4})
		require.NoError(t, err)
		if want == nil {
			want = m
		}
		require.Equal(t, want, m)
	}
	require.Equal(t, 1000, want.Report().SampleRows)
	require.Equal(t, 4, want.K())
	require.Equal(t, cluster.Diagonal, want.Covariance())
}

func TestMixtureAssigns(t *testing.T) {
	columns := blobs(400, 8)
	data, err := cluster.Prepare(columns, nil)
	require.NoError(t, err)
	m, err := cluster.FitMixture(t.Context(), data, 8, 1, &cluster.MixtureOptions{Starts: 3})
	require.NoError(t, err)
	labels, err := m.Labels(data)
	require.NoError(t, err)
	figures := make([]float64, 5)
	for i := range labels {
		for f := range figures {
			figures[f] = columns[f].Values[i]
		}
		group, probability, err := m.Assign(figures)
		require.NoError(t, err)
		require.Equal(t, labels[i], group)
		total := 0.0
		for _, p := range probability {
			require.LessOrEqual(t, p, probability[group])
			total += p
		}
		require.InDelta(t, 1, total, 1e-12)
	}
	_, far, err := m.Assign([]float64{1e99, 0, 0, 0, 0})
	require.NoError(t, err)
	for _, p := range far {
		require.False(t, math.IsNaN(p))
	}
	_, _, err = m.Assign([]float64{1})
	width, ok := errors.AsType[*cluster.WidthError](err)
	require.True(t, ok)
	require.Equal(t, cluster.WidthError{Got: 1, Want: 5}, *width)
	_, _, err = (&cluster.Mixture{}).Assign(nil)
	require.ErrorIs(t, err, cluster.ErrNotFitted)
	_, err = (&cluster.Mixture{}).Labels(data)
	require.ErrorIs(t, err, cluster.ErrNotFitted)
}

// Far from zero, in units of their own, the groups are the same: nothing cancels.
func TestMixtureFarFromZero(t *testing.T) {
	near, far := blobs(200, 5)[:2], blobs(200, 5)[:2]
	for f := range far {
		for i := range far[f].Values {
			near[f].Values[i] = math.Round(near[f].Values[i]*1024) / 1024 // exact after the shift, too
			far[f].Values[i] = near[f].Values[i] + 1e9
		}
	}
	var likelihoods []float64
	for _, columns := range [][]cluster.Column{near, far} {
		data, err := cluster.Prepare(columns, &cluster.PrepareOptions{KeepUnits: true})
		require.NoError(t, err)
		m, err := cluster.FitMixture(t.Context(), data, 3, 1, nil)
		require.NoError(t, err)
		likelihoods = append(likelihoods, m.Report().LogLikelihood)
	}
	require.InEpsilon(t, likelihoods[0], likelihoods[1], 1e-6)
}

// Two columns that are the same have a singular covariance; the prior holds it.
func TestMixtureOfCollinearColumns(t *testing.T) {
	columns := blobs(300, 3)[:2]
	columns[1].Values = columns[0].Values
	data, err := cluster.Prepare(columns, nil)
	require.NoError(t, err)
	for _, k := range []int{1, 3} {
		m, err := cluster.FitMixture(t.Context(), data, k, 1, nil)
		require.NoError(t, err)
		for _, c := range m.Components() {
			require.False(t, math.IsNaN(c.Covariance[0][1]))
		}
	}
}

// Customers who differ by next to nothing on the scale of others have no density that is a
// number: said, not written down as −∞.
func TestMixtureOfNextToNothing(t *testing.T) {
	wide, err := cluster.Prepare([]cluster.Column{{Name: "a", Values: []float64{-1, 1}}}, nil)
	require.NoError(t, err)
	for _, unit := range []float64{1e-150, 1e-155, 1e-158, 1e-160, 1e-162, 1e-165, 1e-300} {
		narrow, err := wide.Scaler().Apply([]cluster.Column{{Name: "a", Values: []float64{-3 * unit, 0, unit, 2 * unit, 7 * unit}}})
		require.NoError(t, err)
		for _, form := range []cluster.Covariance{cluster.Full, cluster.Diagonal, cluster.Spherical} {
			m, err := cluster.FitMixture(t.Context(), narrow, 1, 1, &cluster.MixtureOptions{Covariance: form})
			if err != nil {
				require.ErrorIs(t, err, cluster.ErrSingular)
				continue
			}
			_, err = json.Marshal(m)
			require.NoError(t, err, "%g", unit)
		}
	}
}

func TestMixtureRefusals(t *testing.T) {
	data, err := cluster.Prepare(blobs(20, 1), nil)
	require.NoError(t, err)
	for option, o := range map[string]cluster.MixtureOptions{
		"Covariance": {Covariance: 3}, "Starts": {Starts: -1}, "SampleRows": {SampleRows: -1}, "MaxIterations": {MaxIterations: -1},
		"Tolerance": {Tolerance: math.NaN()}, "Regularization": {Regularization: 2}, "Workers": {Workers: -1},
	} {
		_, err := cluster.FitMixture(t.Context(), data, 2, 1, &o)
		refused, ok := errors.AsType[*cluster.OptionError](err)
		require.Truef(t, ok, "%s: %v", option, err)
		require.Equal(t, option, refused.Option)
		require.ErrorContains(t, err, option)
	}
	m, err := cluster.FitMixture(t.Context(), data, 2, 1, &cluster.MixtureOptions{MaxIterations: 1, Tolerance: 1e-12})
	short, ok := errors.AsType[*cluster.ConvergenceError](err)
	require.True(t, ok)
	require.Equal(t, 1, short.Iterations)
	require.NotNil(t, m)
	require.False(t, m.Report().Converged)
	_, err = cluster.FitMixture(t.Context(), data, 21, 1, nil)
	few, ok := errors.AsType[*cluster.CountError](err)
	require.True(t, ok)
	require.Equal(t, 20, few.Distinct)
	require.Equal(t, "Covariance(9)", cluster.Covariance(9).String())
}

func TestMixtureJSON(t *testing.T) {
	data, err := cluster.Prepare(blobs(200, 3), nil)
	require.NoError(t, err)
	for _, form := range []cluster.Covariance{cluster.Full, cluster.Diagonal, cluster.Spherical} {
		m, err := cluster.FitMixture(t.Context(), data, 3, 1, &cluster.MixtureOptions{Covariance: form})
		require.NoError(t, err)
		text, err := json.Marshal(m)
		require.NoError(t, err)
		var read cluster.Mixture
		require.NoError(t, json.Unmarshal(text, &read))
		again, err := json.Marshal(&read)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		require.Equal(t, m.Report(), read.Report())
		want, err := m.Labels(data)
		require.NoError(t, err)
		got, err := read.Labels(data)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	const one = `{"format":1,"scaler":{"format":1,"features":[{"name":"a","transform":"plain","center":0,"scale":1},{"name":"b","transform":"log","center":0,"scale":1}]},` +
		`"covariance":%s,"components":[{"weight":%s,"mean":[0,0],"covariance":%s}],"customers":5,"starts":1,"sample_rows":5,"iterations":1,"converged":true,"log_likelihood":-3,"penalized":-4}`
	var read cluster.Mixture
	require.NoError(t, read.UnmarshalJSON(fmt.Appendf(nil, one, `"full"`, "1", "[1,0.5,0.5,1]")))
	kept, err := json.Marshal(&read)
	require.NoError(t, err)
	for _, tc := range []struct{ form, weight, covariance, want string }{
		{`"full"`, "1", "[1,0.5,0.4,1]", "not symmetric"},
		{`"full"`, "1", "[1,2,2,1]", "singular"},
		{`"full"`, "1", "[1,2]", "component 0"},
		{`"round"`, "1", "[1]", `covariance "round"`},
		{`"spherical"`, "0.5", "[1]", "weights sum to 0.5"},
		{`"diagonal"`, "1", "[1,0]", "singular"},
		{`"diagonal"`, "-1", "[1,1]", "component 0"},
	} {
		err := read.UnmarshalJSON(fmt.Appendf(nil, one, tc.form, tc.weight, tc.covariance))
		require.ErrorContains(t, err, tc.want)
	}
	require.ErrorContains(t, read.UnmarshalJSON([]byte(`{"format":7}`)), "format 7")
	require.ErrorIs(t, read.UnmarshalJSON([]byte(`{"format":1}`)), cluster.ErrContent)
	after, err := json.Marshal(&read)
	require.NoError(t, err)
	require.Equal(t, string(kept), string(after))
	_, err = json.Marshal(&cluster.Mixture{})
	require.ErrorIs(t, err, cluster.ErrNotFitted)
}

func BenchmarkFitMixture(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		for _, form := range []cluster.Covariance{cluster.Full, cluster.Spherical} {
			b.Run(fmt.Sprintf("%v/k=4/n=%d", form, n), func(b *testing.B) {
				data, err := cluster.Prepare(blobs(n, 3), nil)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					if _, err := cluster.FitMixture(b.Context(), data, 4, 1, &cluster.MixtureOptions{Starts: 2, SampleRows: 5000, Covariance: form}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
