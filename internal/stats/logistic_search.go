package stats

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// logisticBlock is how many rows are standardised at a time; with twenty columns
// they stay in the nearest cache.
const logisticBlock = 128

// logisticSearch is a [Logistic] with the moments of its columns and the buffers of
// one block of rows.
type logisticSearch struct {
	Logistic

	size         int     // coefficients
	unit, share  float64 // weights are divided by the unit, their mean
	mean, spread []float64
	scaled       [][]float64 // the columns of a block, the first of ones, then standardised
	weighted     [][]float64 // the same times the curvature of each row
	odds, work   []float64   // log odds, and a factor of each row
}

func newLogisticSearch(data Logistic) (*logisticSearch, error) {
	s := &logisticSearch{Logistic: data, size: len(data.Columns) + 1,
		mean: make([]float64, len(data.Columns)), spread: make([]float64, len(data.Columns)),
		odds: make([]float64, logisticBlock), work: make([]float64, logisticBlock)}
	for _, w := range data.Weights {
		s.unit += w / float64(len(data.Weights))
	}
	if data.Weights == nil {
		s.unit = 1
	}
	s.L2 /= s.unit
	same := true
	for row, y := range data.Outcomes {
		s.share += s.weight(row) * y / float64(len(data.Outcomes))
		same = same && y == data.Outcomes[0]
	}
	if same && (data.Outcomes[0] == 0 || data.Outcomes[0] == 1) || !(s.share > 0 && s.share < 1) {
		return nil, ErrOneOutcome
	}
	for j, column := range data.Columns {
		if err := s.moments(j, column); err != nil {
			return nil, err
		}
	}
	for range s.size {
		s.scaled = append(s.scaled, make([]float64, logisticBlock))
		s.weighted = append(s.weighted, make([]float64, logisticBlock))
	}
	for i := range s.scaled[0] {
		s.scaled[0][i] = 1
	}
	return s, s.independent()
}

func (s *logisticSearch) weight(row int) float64 {
	if s.Weights == nil {
		return 1
	}
	return s.Weights[row] / s.unit
}

// moments sets mean and standard deviation of a column, by weights.
func (s *logisticSearch) moments(j int, column []float64) error {
	constant, n := true, float64(len(column))
	for row, x := range column {
		s.mean[j] += s.weight(row) / n * x
		constant = constant && x == column[0]
	}
	if constant {
		return &ColumnError{Column: j, Constant: true}
	}
	largest := 0.0 // deviations are squared as shares of it, which neither over- nor underflow
	for _, x := range column {
		largest = max(largest, math.Abs(x-s.mean[j]))
	}
	squares := 0.0
	for row, x := range column {
		deviation := (x - s.mean[j]) / largest
		squares += s.weight(row) / n * deviation * deviation
	}
	s.spread[j] = largest * math.Sqrt(squares)
	if !(s.spread[j] > 0) || math.IsInf(1/s.spread[j], 0) {
		return &ColumnError{Column: j, Constant: true}
	}
	return nil
}

// independent returns a [*ColumnError] if the columns depend on each other.
func (s *logisticSearch) independent() error {
	correlation := make([]float64, s.size*s.size)
	s.blocks(func(first, n int) {
		for i := range n {
			s.work[i] = s.weight(first+i) / float64(len(s.Outcomes))
		}
		s.cross(correlation, n)
	})
	for j := 2; j <= s.size; j++ {
		leading := make([]float64, j*j)
		for i := range j {
			copy(leading[i*j:(i+1)*j], correlation[i*s.size:i*s.size+j])
		}
		if !numeric.Cholesky(leading, j) {
			return &ColumnError{Column: j - 2}
		}
	}
	return nil
}

// blocks calls do for each block of rows, with its columns in s.scaled.
func (s *logisticSearch) blocks(do func(first, n int)) {
	for first := 0; first < len(s.Outcomes); first += logisticBlock {
		n := min(logisticBlock, len(s.Outcomes)-first)
		for j, column := range s.Columns {
			scaled, mean, spread := s.scaled[j+1][:n], s.mean[j], s.spread[j]
			for i, x := range column[first : first+n] {
				scaled[i] = (x - mean) / spread
			}
		}
		do(first, n)
	}
}

// logOdds sets s.odds of a block to those at x.
func (s *logisticSearch) logOdds(x []float64, n int) {
	odds := s.odds[:n]
	for i := range odds {
		odds[i] = x[0]
	}
	for j := 1; j < s.size; j++ {
		b := x[j]
		for i, z := range s.scaled[j][:n] {
			odds[i] += b * z
		}
	}
}

// cross adds Σ work·zzᵀ over a block to the lower triangle of a matrix.
func (s *logisticSearch) cross(to []float64, n int) {
	for j := range s.size {
		weighted := s.weighted[j][:n]
		for i, z := range s.scaled[j][:n] {
			weighted[i] = s.work[i] * z
		}
		for k := range j + 1 {
			to[j*s.size+k] += dot(weighted, s.scaled[k][:n])
		}
	}
}

// dot adds up in four lanes, always the same way.
func dot(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}

func (s *logisticSearch) penalty(x []float64) float64 {
	sum := 0.0
	for _, b := range x[1:] {
		sum += b * b
	}
	return s.L2 / 2 * sum
}

// objective is the penalised log likelihood with its derivatives.
func (s *logisticSearch) objective(x, gradient, hessian []float64) (float64, error) {
	clear(gradient)
	clear(hessian)
	value := 0.0
	residual := make([]float64, logisticBlock)
	s.blocks(func(first, n int) {
		s.logOdds(x, n)
		sum := 0.0
		for i, odds := range s.odds[:n] {
			y, w := s.Outcomes[first+i], s.weight(first+i)
			// p and 1−p, each without cancellation; the smaller has the exponential.
			small := math.Exp(-math.Abs(odds))
			p := 1 / (1 + small)
			q := small * p
			if odds < 0 {
				p, q = q, p
			}
			sum -= w * (math.Log1p(small) + math.Abs(odds)*missed(y, odds))
			residual[i] = w * (y*q - (1-y)*p)
			s.work[i] = w * p * q
		}
		value += sum
		for j := range s.size {
			gradient[j] += dot(residual[:n], s.scaled[j][:n])
		}
		s.cross(hessian, n)
	})
	for j := range s.size {
		for k := range j + 1 {
			h := -hessian[j*s.size+k]
			hessian[j*s.size+k], hessian[k*s.size+j] = h, h
		}
		if j > 0 {
			gradient[j] -= s.L2 * x[j]
			hessian[j*s.size+j] -= s.L2
		}
	}
	return value - s.penalty(x), nil
}

// missed returns how much of an outcome lies on the side that the odds do not say:
// log likelihood = −log(1 + exp(−|log odds|)) − |log odds| × missed.
func missed(y, odds float64) float64 {
	if odds < 0 {
		return y
	}
	return 1 - y
}

// meat returns Σ (w(y−p))²zzᵀ at x.
func (s *logisticSearch) meat(x []float64) []float64 {
	sum := make([]float64, s.size*s.size)
	s.blocks(func(first, n int) {
		s.logOdds(x, n)
		for i, odds := range s.odds[:n] {
			r := s.weight(first+i) * (s.Outcomes[first+i] - 1/(1+math.Exp(-odds)))
			s.work[i] = r * r
		}
		s.cross(sum, n)
	})
	for j := range s.size {
		for k := range j {
			sum[k*s.size+j] = sum[j*s.size+k]
		}
	}
	return sum
}
