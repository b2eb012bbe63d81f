package numeric

// Quantile returns the p-quantile of sorted values, at least one, 0 ≤ p ≤ 1,
// interpolated between neighbours: type 7 of R. J. Hyndman and Y. Fan, Sample Quantiles
// in Statistical Packages, The American Statistician 50 (1996) 361–365.
func Quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
