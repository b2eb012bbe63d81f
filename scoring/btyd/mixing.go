package btyd

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// Mixing says how well the chains of a sampler agree about one quantity, as in
// Vehtari, Gelman, Simpson, Carpenter and Bürkner, "Rank-Normalization, Folding,
// and Localization: An Improved R-hat for Assessing Convergence of MCMC", Bayesian
// Analysis 16 (2021) 667–718.
type Mixing struct {
	// RHat is the larger of the rank-normalised split R-hat and that of the folded
	// draws: near 1 if all halves of all chains have the same place and spread. It
	// is bounded by 1000, which also stands for draws that do not move at all.
	RHat float64
	// BulkESS and TailESS are the numbers of independent draws that would know the
	// middle of the distribution, and its 5 and 95 % quantiles, as well as these do.
	// They are at least 1.
	BulkESS, TailESS float64
	// MCSE is the standard error of the mean of the draws as an estimate of the
	// posterior mean.
	MCSE float64
}

const (
	// mixedRHat and mixedESS are the limits that Vehtari et al. recommend.
	mixedRHat, mixedESS = 1.01, 400
	worstRHat           = 1000
)

// mixing judges chains of equal length, at least 4.
func mixing(chains [][]float64) Mixing {
	split := halves(chains)
	all := slices.Concat(split...)
	n := len(all)
	if slices.Min(all) == slices.Max(all) {
		return Mixing{RHat: worstRHat, BulkESS: 1, TailESS: 1}
	}
	sorted := slices.Sorted(slices.Values(all))
	folded := mapped(split, func(v float64) float64 { return math.Abs(v - numeric.Quantile(sorted, 0.5)) })
	normal := rankNormal(split)
	m := Mixing{
		RHat:    max(rhat(normal), rhat(rankNormal(folded))),
		BulkESS: effective(normal),
		TailESS: float64(n),
	}
	for _, p := range []float64{0.05, 0.95} {
		at := numeric.Quantile(sorted, p)
		m.TailESS = min(m.TailESS, effective(mapped(split, func(v float64) float64 {
			if v <= at {
				return 1
			}
			return 0
		})))
	}
	_, sd := meanAndSD(all)
	m.MCSE = sd / math.Sqrt(effective(split))
	return m
}

// halves splits every chain in two; of an odd number of draws the middle one is
// left out.
func halves(chains [][]float64) [][]float64 {
	split := make([][]float64, 0, 2*len(chains))
	for _, c := range chains {
		h := len(c) / 2
		split = append(split, c[:h], c[len(c)-h:])
	}
	return split
}

func mapped(chains [][]float64, f func(float64) float64) [][]float64 {
	out := make([][]float64, len(chains))
	for i, c := range chains {
		out[i] = make([]float64, len(c))
		for j, v := range c {
			out[i][j] = f(v)
		}
	}
	return out
}

// rankNormal replaces each draw by the normal quantile of its rank among all;
// equal draws share the mean of their ranks.
func rankNormal(chains [][]float64) [][]float64 {
	sorted := slices.Sorted(slices.Values(slices.Concat(chains...)))
	n := float64(len(sorted))
	return mapped(chains, func(v float64) float64 {
		low, _ := slices.BinarySearch(sorted, v)
		high, _ := slices.BinarySearchFunc(sorted, v, func(a, b float64) int {
			if a <= b {
				return -1
			}
			return 1
		})
		rank := float64(low+1+high) / 2
		return math.Sqrt2 * math.Erfinv(2*(rank-3./8)/(n+1./4)-1)
	})
}

// rhat is the classical ratio of the pooled standard deviation to that within
// chains (Gelman and Rubin, 1992).
func rhat(chains [][]float64) float64 {
	n := float64(len(chains[0]))
	var within float64
	means := make([]float64, len(chains))
	for i, c := range chains {
		mean, sd := meanAndSD(c)
		means[i] = mean
		within += sd * sd / float64(len(chains))
	}
	_, between := meanAndSD(means)
	pooled := (n-1)/n*within + between*between
	if pooled >= worstRHat*worstRHat*within {
		return worstRHat
	}
	return math.Sqrt(pooled / within)
}

// effective returns the effective number of draws by Geyer's initial monotone
// sequence over the autocorrelations of all chains together, equations 10 to 14 of
// Vehtari et al. Draws that alternate can be worth more than their number, up to
// log10 of it times.
func effective(chains [][]float64) float64 {
	m, n := float64(len(chains)), len(chains[0])
	covariance := make([]float64, n)
	means := make([]float64, len(chains))
	for i, c := range chains {
		for lag, v := range numeric.Autocovariance(c) {
			covariance[lag] += v / m
		}
		means[i], _ = meanAndSD(c)
	}
	_, between := meanAndSD(means)
	within := covariance[0] * float64(n) / float64(n-1)
	pooled := covariance[0] + between*between
	if !(pooled > 0) {
		return 1
	}
	correlation := func(lag int) float64 { return 1 - (within-covariance[lag])/pooled }
	tau, previous := -1.0, math.Inf(1)
	for lag := 0; lag+1 < n; lag += 2 {
		odd, even := correlation(lag+1), correlation(lag)
		if lag == 0 {
			even = 1
		}
		pair := even + odd
		if pair < 0 {
			tau += max(0, even) // the last term that still is positive
			break
		}
		previous = min(previous, pair)
		tau += 2 * previous
	}
	total := m * float64(n)
	return max(1, total/max(tau, 1/math.Log10(total)))
}

// meanAndSD returns the mean and the standard deviation with divisor n−1.
func meanAndSD(v []float64) (mean, sd float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	sum := 0.0
	for _, x := range v {
		sum += (x - mean) * (x - mean)
	}
	if len(v) < 2 {
		return mean, 0
	}
	return mean, math.Sqrt(sum / float64(len(v)-1))
}
