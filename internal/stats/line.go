package stats

// Line is a straight line through points, with the covariance of its ends that
// also holds where the points scatter unequally, as outcomes of 0 and 1 do:
// Σ w²e²(1,x)(1,x)ᵀ between the inverses of Σ w(1,x)(1,x)ᵀ. (H. White, A
// heteroskedasticity-consistent covariance matrix estimator, Econometrica 48, 1980.)
type Line struct {
	Intercept, Slope float64
	Covariance       [2][2]float64
}

// FitLine fits by least squares with weights: those of a survey or, with counts,
// how many equal points a row stands for. It is false if all x are the same. It
// wants as many x, y and weights, at least one, finite, and weights above 0.
func FitLine(x, y, weights []float64, counts bool) (Line, bool) {
	total, meanX, meanY := 0.0, 0.0, 0.0
	for _, w := range weights {
		total += w
	}
	for i, w := range weights {
		meanX += w / total * x[i]
		meanY += w / total * y[i]
	}
	sxx, sxy, same := 0.0, 0.0, true
	for i, w := range weights {
		dx := x[i] - meanX
		sxx += w / total * dx * dx
		sxy += w / total * dx * (y[i] - meanY)
		same = same && x[i] == x[0]
	}
	if same || !(sxx > 0) {
		return Line{}, false
	}
	line := Line{Slope: sxy / sxx}
	line.Intercept = meanY - line.Slope*meanX
	// The mean at meanX and the slope, then the intercept as mean − slope·meanX.
	var mean, slope, both float64
	for i, w := range weights {
		dx := x[i] - meanX
		e := y[i] - meanY - line.Slope*dx
		square := w / total * (w / total) * e * e
		if counts {
			square /= w
		}
		mean += square
		both += square * dx / sxx
		slope += square * dx * dx / sxx / sxx
	}
	cross := both - meanX*slope
	line.Covariance = [2][2]float64{{mean - 2*meanX*both + meanX*meanX*slope, cross}, {cross, slope}}
	return line, true
}
