package lead_test

import (
	"cmp"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// Twelve rows with ties. The fractions were made from the definition, the structural
// components of all pairs in DeLong, DeLong and Clarke-Pearson (1988), in Python's
// fractions: areas 6/7 and 61/70, variances 61/4200 and 41/2940, covariance 223/29400.
func twelve() (sample lead.Sample, other []float64) {
	return lead.Sample{
		Scores: []float64{1, 3, 3, 4, 6, 6, 7, 8, 2, 3, 5, 6},
		Outcomes: []bool{false, false, true, false, true, false, true, true,
			false, false, false, true},
	}, []float64{2, 1, 4, 4, 5, 7, 8, 6, 3, 3, 3, 5}
}

const exactly = 1e-14 // relative: a handful of roundings

func TestAUCAgainstFractions(t *testing.T) {
	sample, other := twelve()
	auc, err := sample.AUC(0.95)
	require.NoError(t, err)
	require.Equal(t, 6.0/7, auc.Value)
	require.InEpsilon(t, math.Sqrt(61.0/4200), auc.SE, exactly)
	require.InEpsilon(t, 0.6209382504872725, auc.Low, exactly)
	require.Equal(t, 1.0, auc.High, "1.093 is cut")
	require.Equal(t, 12, auc.N)
	gini, err := sample.Gini(0.95)
	require.NoError(t, err)
	require.InEpsilon(t, 5.0/7, gini.Value, exactly)
	require.InEpsilon(t, 2*auc.SE, gini.SE, exactly)

	d, err := sample.CompareAUC(other, 0.95)
	require.NoError(t, err)
	require.Equal(t, auc, d.First)
	require.InEpsilon(t, math.Sqrt(41.0/2940), d.Second.SE, exactly)
	require.InEpsilon(t, 6.0/7-61.0/70, d.Difference.Value, 1e-13)
	require.InEpsilon(t, math.Sqrt(61.0/4200+41.0/2940-2*223.0/29400), d.Difference.SE, 1e-13)
	require.InEpsilon(t, 0.9014134392764839, d.P, 1e-12)

	twice := make([]float64, 12)
	for i, s := range sample.Scores {
		twice[i] = 2*s - 5
	}
	d, err = sample.CompareAUC(twice, 0.95)
	require.NoError(t, err)
	require.Zero(t, d.Difference.Value)
	require.False(t, d.Difference.HasSE())
	require.Zero(t, d.P)
}

// By all pairs, weights whole numbers: a weight counts like so many equal rows.
func TestAUCIsThatOfAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sample, copies := drawSample(t)
		pairs, better := 0.0, 0.0
		for i, a := range copies.Scores {
			for j, b := range copies.Scores {
				if copies.Outcomes[i] && !copies.Outcomes[j] {
					pairs++
					switch {
					case a > b:
						better++
					case a == b:
						better += 0.5
					}
				}
			}
		}
		auc, err := sample.AUC(0.9)
		if pairs == 0 {
			require.ErrorIs(t, err, lead.ErrOneOutcome)
			return
		}
		require.NoError(t, err)
		require.InDelta(t, better/pairs, auc.Value, 1e-12)
		require.NoError(t, auc.Validate())
		if sample.Weights == nil {
			require.InDelta(t, math.Sqrt(covariance(sample, sample.Scores, sample.Scores)), auc.SE, 1e-7)
			second := make([]float64, len(sample.Scores))
			for i := range second {
				second[i] = float64(rapid.IntRange(0, 8).Draw(t, "second"))
			}
			d, err := sample.CompareAUC(second, 0.9)
			require.NoError(t, err)
			want := covariance(sample, sample.Scores, sample.Scores) + covariance(sample, second, second) - 2*covariance(sample, sample.Scores, second)
			require.InDelta(t, math.Sqrt(max(0, want)), d.Difference.SE, 1e-7)
		}

		// Turned round, the area is the rest.
		for i := range sample.Scores {
			sample.Scores[i] = -sample.Scores[i]
		}
		turned, err := sample.AUC(0.9)
		require.NoError(t, err)
		require.InDelta(t, 1, auc.Value+turned.Value, 1e-12)
		require.InDelta(t, auc.SE, turned.SE, 1e-7) // the root of a rounding near 0
	})
}

// covariance is that of two areas by the definition, all pairs; 0 for a single row of
// an outcome.
func covariance(s lead.Sample, a, b []float64) float64 {
	sum := 0.0
	for _, of := range []bool{true, false} {
		var va, vb []float64
		for i := range s.Outcomes {
			if s.Outcomes[i] != of {
				continue
			}
			var pa, pb, n float64
			for j := range s.Outcomes {
				if s.Outcomes[j] != of {
					n++
					pa += float64(1+cmp.Compare(a[i], a[j])) / 2
					pb += float64(1+cmp.Compare(b[i], b[j])) / 2
				}
			}
			va, vb = append(va, pa/n), append(vb, pb/n)
		}
		m := float64(len(va))
		if m == 1 {
			return 0
		}
		var ma, mb, c float64
		for i := range va {
			ma, mb = ma+va[i]/m, mb+vb[i]/m
		}
		for i := range va {
			c += (va[i] - ma) * (vb[i] - mb)
		}
		sum += c / (m - 1) / m
	}
	return sum
}

// drawSample draws rows with many ties, and the same with a row for each unit of weight.
func drawSample(t *rapid.T) (sample, copies lead.Sample) {
	n := rapid.IntRange(1, 30).Draw(t, "n")
	weighted := rapid.Bool().Draw(t, "weighted")
	for range n {
		score := float64(rapid.IntRange(0, 8).Draw(t, "score")) / 8
		outcome, copied := rapid.Bool().Draw(t, "outcome"), 1
		if weighted {
			copied = rapid.IntRange(1, 4).Draw(t, "weight")
			sample.Weights = append(sample.Weights, float64(copied))
		}
		sample.Scores, sample.Outcomes = append(sample.Scores, score), append(sample.Outcomes, outcome)
		for range copied {
			copies.Scores, copies.Outcomes = append(copies.Scores, score), append(copies.Outcomes, outcome)
		}
	}
	return sample, copies
}

// The 95 % interval of seeded samples holds the true area about that often: normal
// scores one apart have the area Φ(1/√2) = 0.7602.
func TestAUCIntervalCovers(t *testing.T) {
	const truth, samples = 0.7602499389065233, 1000
	held := 0
	for seed := range samples {
		random := numeric.Stream(7, uint64(seed))
		var s lead.Sample
		for i := range 120 {
			event, score := i%3 == 0, random.NormFloat64()
			if event {
				score++
			}
			s.Scores, s.Outcomes = append(s.Scores, score), append(s.Outcomes, event)
		}
		auc, err := s.AUC(0.95)
		require.NoError(t, err)
		if auc.Low <= truth && truth <= auc.High {
			held++
		}
	}
	// Three standard errors of 1,000 samples, 0.0069 each.
	require.InDelta(t, 0.95, float64(held)/samples, 0.02)
}

func TestAUCOfPerfectAndSingleRows(t *testing.T) {
	for name, sample := range map[string]lead.Sample{
		"perfect":   {Scores: []float64{1, 2, 3, 4}, Outcomes: []bool{false, false, true, true}},
		"one event": {Scores: []float64{1, 5, 3, 4}, Outcomes: []bool{false, false, true, false}},
	} {
		auc, err := sample.AUC(0.95)
		require.NoError(t, err, name)
		require.True(t, auc.HasValue() && !auc.HasSE() && !auc.HasInterval(), name)
	}
}

func TestAUCRefuses(t *testing.T) {
	yes := []bool{true, false}
	_, err := lead.Sample{}.AUC(0.95)
	require.ErrorIs(t, err, lead.ErrNoRows)
	_, err = lead.Sample{Scores: []float64{1, 2}, Outcomes: []bool{true, true}}.AUC(0.95)
	require.ErrorIs(t, err, lead.ErrOneOutcome)
	require.EqualError(t, err, "lead: all outcomes are the same: 2 of 2 rows are events")
	for _, bad := range []float64{math.NaN(), math.Inf(1), -1e101} {
		_, err = lead.Sample{Scores: []float64{1, bad}, Outcomes: yes}.AUC(0.95)
		var row *lead.RowError
		require.ErrorAs(t, err, &row)
		require.Equal(t, 1, row.Row)
	}
	for _, bad := range []float64{math.NaN(), 0, -1, math.Inf(1), 1e-101} {
		_, err = lead.Sample{Scores: []float64{1, 2}, Outcomes: yes, Weights: []float64{1, bad}}.AUC(0.95)
		var row *lead.RowError
		require.ErrorAs(t, err, &row)
	}
	var length *lead.LengthError
	_, err = lead.Sample{Scores: []float64{1}, Outcomes: yes}.AUC(0.95)
	require.ErrorAs(t, err, &length)
	_, err = lead.Sample{Scores: []float64{1, 2}, Outcomes: yes, Weights: []float64{1}}.AUC(0.95)
	require.ErrorAs(t, err, &length)
	var option *lead.OptionError
	for _, level := range []float64{0, 1, -1, math.NaN()} {
		_, err = lead.Sample{Scores: []float64{1, 2}, Outcomes: yes}.AUC(level)
		require.ErrorAs(t, err, &option)
	}
}
