package btyd_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// With 3,000 customers from the model itself both bootstraps come near the standard
// errors of the curvature.
func TestBootstrapAgreesWithStandardErrors(t *testing.T) {
	t.Parallel()
	rows := btyd.Compress(cdnowLike(true).customers(t, 3000, 70))
	m, err := btyd.Fit(t.Context(), btyd.BGNBD, rows, nil)
	require.NoError(t, err)
	for _, how := range []btyd.Resampling{btyd.ResampleCustomers, btyd.ResampleModel} {
		r, err := btyd.Bootstrap(t.Context(), m, rows, 1, &btyd.BootstrapOptions{Replicates: 300, Resampling: how})
		require.NoError(t, err)
		require.Equal(t, 300, r.Len()+r.Failed())
		require.LessOrEqual(t, r.Failed(), 3)
		for _, p := range m.Parameters() {
			e, err := r.Estimate(.9, func(m *btyd.Model) float64 { return param(t, m, p.Name) })
			require.NoError(t, err)
			t.Logf("%d %s: %+v, standard error of the curvature %.4f", how, p.Name, e, p.SE)
			require.Equal(t, p.Value, e.Value)
			require.Less(t, e.Low, p.Value)
			require.Greater(t, e.High, p.Value)
			if p.Name == "r" || p.Name == "alpha" {
				within(t, p.Name, e.SE, p.SE, .2)
			}
		}
		s := scoring.Summary{X: 2, TX: 30, T: 40}
		e, err := r.Estimate(.9, func(m *btyd.Model) float64 { return m.Expected(s, 52) })
		require.NoError(t, err)
		require.Equal(t, m.Expected(s, 52), e.Value)
		require.Equal(t, r.Len(), e.N)
	}
}

func TestBootstrapDoesNotDependOnWorkers(t *testing.T) {
	rows := btyd.Compress(cdnowLike(true).customers(t, 500, 71))
	m, err := btyd.Fit(t.Context(), btyd.BGNBD, rows, nil)
	require.NoError(t, err)
	var first []btyd.Parameter
	for _, workers := range []int{1, 3} {
		r, err := btyd.Bootstrap(t.Context(), m, rows, 9, &btyd.BootstrapOptions{Replicates: 20, Workers: workers})
		require.NoError(t, err)
		var all []btyd.Parameter
		for replicate := range r.Models() {
			all = append(all, replicate.Parameters()...)
		}
		if first == nil {
			first = all
		}
		require.Equal(t, first, all)
	}
	other, err := btyd.Bootstrap(t.Context(), m, rows, 10, &btyd.BootstrapOptions{Replicates: 20})
	require.NoError(t, err)
	for replicate := range other.Models() {
		require.NotEqual(t, first[:4], replicate.Parameters())
		break
	}
}

func TestBootstrapArguments(t *testing.T) {
	rows := btyd.Compress(cdnowLike(true).customers(t, 300, 72))
	m, err := btyd.Fit(t.Context(), btyd.BGNBD, rows, nil)
	require.NoError(t, err)
	var input *btyd.InputError
	for _, o := range []btyd.BootstrapOptions{{Replicates: 1}, {Replicates: -3}, {Resampling: 2}} {
		_, err = btyd.Bootstrap(t.Context(), m, rows, 1, &o)
		require.ErrorAs(t, err, &input, "%+v", o)
	}
	_, err = btyd.Bootstrap(t.Context(), nil, rows, 1, nil)
	require.ErrorAs(t, err, &input)
	_, err = btyd.Bootstrap(t.Context(), m, nil, 1, nil)
	require.ErrorIs(t, err, btyd.ErrNoRepeat)
	daily, err := btyd.NewBGNBD(rapport.Day, 1, 1, 1, 1)
	require.NoError(t, err)
	_, err = btyd.Bootstrap(t.Context(), daily, rows, 1, nil)
	require.ErrorIs(t, err, btyd.ErrUnitMismatch)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = btyd.Bootstrap(ctx, m, rows, 1, nil)
	require.ErrorIs(t, err, context.Canceled)
	r, err := btyd.Bootstrap(t.Context(), m, rows, 1, &btyd.BootstrapOptions{Replicates: 2})
	require.NoError(t, err)
	_, err = r.Estimate(1, func(*btyd.Model) float64 { return 1 })
	require.ErrorAs(t, err, &input)
	_, err = r.Estimate(.9, func(*btyd.Model) float64 { return inf })
	require.ErrorAs(t, err, &input)
}

// Simulated customers follow the model: counts as its distribution says, and a future
// given the history as predicted.
func TestSimulatedCustomersFollowTheModel(t *testing.T) {
	m := mustBGNBD(t, .8, 6, .9, 2.5)
	const n = 20000
	ids, ages := make([]rapport.ID, n), make([]float64, n)
	for i := range n {
		ids[i], ages[i] = rapport.ID(fmt.Sprintf("c%05d", i)), 20
	}
	summaries, err := m.Simulate(ids, ages, 5)
	require.NoError(t, err)
	counts := make([]int, 6)
	for _, s := range summaries.All() {
		require.NoError(t, btyd.Check(s))
		if s.X < len(counts) {
			counts[s.X]++
		}
	}
	for x, c := range counts {
		p := m.PMF(x, 20)
		require.InDeltaf(t, p, float64(c)/n, 4.5*math.Sqrt(p*(1-p)/n), "P(X = %d)", x)
	}
	again, err := m.Simulate(ids[:10], ages[:10], 5)
	require.NoError(t, err)
	for i := range 10 {
		_, one := summaries.At(i)
		_, two := again.At(i)
		require.Equal(t, one, two)
	}
	history, random := scoring.Summary{X: 3, TX: 15, T: 20}, rand.New(rand.NewPCG(1, 2))
	sum, square := 0.0, 0.0
	for range n {
		times, err := m.SimulateFuture(random, history, 30)
		require.NoError(t, err)
		sum += float64(len(times))
		square += float64(len(times)) * float64(len(times))
		for i := 1; i < len(times); i++ {
			require.Less(t, times[i-1], times[i])
		}
	}
	mean := sum / n
	require.InDelta(t, m.Expected(history, 30), mean, 4.5*math.Sqrt((square/n-mean*mean)/n))
	var input *btyd.InputError
	_, err = m.Simulate(ids[:1], []float64{-1}, 5)
	require.ErrorAs(t, err, &input)
	_, err = m.SimulateFuture(random, scoring.Summary{X: -1}, 5)
	require.ErrorAs(t, err, &input)
	_, err = mustBGNBD(t, 1e6, 1e-6, 0, 1).SimulateFuture(random, scoring.Summary{}, 5)
	require.ErrorAs(t, err, &input)
}

func BenchmarkBootstrap(b *testing.B) {
	rows := btyd.Compress(cdnow(b))
	m, err := btyd.Fit(b.Context(), btyd.BGNBD, rows, nil)
	require.NoError(b, err)
	b.Run("cdnow-1000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := btyd.Bootstrap(b.Context(), m, rows, 1, &btyd.BootstrapOptions{Replicates: 1000, Workers: 1})
			require.NoError(b, err)
		}
	})
}
