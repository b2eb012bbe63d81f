package stats

// Mean returns the mean of values, at least one, under weights above 0 (nil: all
// equal), its linearised variance Σw²(x−m)²/(Σw)², and the effective number of
// observations (Σw)²/Σw² of L. Kish, Survey Sampling, 1965. With equal weights the
// variance is Σ(x−m)²/n², the plug-in variance over n; times n/(n−1) it is the usual
// unbiased one. Values that are all the same have that mean and variance 0 exactly.
func Mean(values, weights []float64) (mean, variance, effective float64) {
	weight := func(i int) float64 {
		if weights == nil {
			return 1
		}
		return weights[i]
	}
	var sum, shift, squares float64
	for i, x := range values {
		w := weight(i)
		sum += w
		squares += w * w
		shift += w * (x - values[0])
	}
	mean = values[0] + shift/sum
	for i, x := range values {
		d := weight(i) / sum * (x - mean)
		variance += d * d
	}
	return mean, variance, sum / squares * sum
}
