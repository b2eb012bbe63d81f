package cluster

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// Covariance is the form that the groups of a [Mixture] may have.
type Covariance uint8

// The forms.
const (
	Full      Covariance = iota // ellipsoids in any direction; the default
	Diagonal                    // ellipsoids along the axes: the figures are independent within a group
	Spherical                   // balls, each of its own radius
)

// String returns the name of the form in JSON: "full", "diagonal" or "spherical".
func (c Covariance) String() string {
	switch c {
	case Full:
		return "full"
	case Diagonal:
		return "diagonal"
	case Spherical:
		return "spherical"
	}
	return fmt.Sprintf("Covariance(%d)", uint8(c))
}

// entries returns how many numbers a covariance of d figures is kept in: all of the
// matrix row after row, its diagonal, or the one variance.
func (c Covariance) entries(d int) int {
	switch c {
	case Full:
		return d * d
	case Diagonal:
		return d
	}
	return 1
}

// free returns how many free parameters a mixture of k groups of d figures has.
func (c Covariance) free(k, d int) int {
	shape := c.entries(d)
	if c == Full {
		shape = d * (d + 1) / 2
	}
	return k - 1 + k*d + k*shape
}

// component is one group of a mixture. One that has died has weight 0 and no density.
type component struct {
	form       Covariance
	weight     float64
	mean       []float64
	covariance []float64
	factor     []float64 // Cholesky's with the inverses of its diagonal; or inverse standard deviations
	constant   float64   // ln weight − ½(d ln 2π + ln |covariance|)
}

// prepare computes what the density needs. It is false for a covariance that is not
// positive definite beyond rounding.
func (c *component) prepare() bool {
	if c.weight == 0 {
		return true
	}
	d := len(c.mean)
	logDeterminant := 0.0
	c.factor = append(c.factor[:0], c.covariance...)
	if c.form == Full {
		if !numeric.Cholesky(c.factor, d) {
			return false
		}
		for f := range d {
			logDeterminant += 2 * math.Log(c.factor[f*d+f])
			c.factor[f*d+f] = 1 / c.factor[f*d+f]
		}
	} else {
		for i, v := range c.factor {
			if !(v > 0) || math.IsInf(v, 0) {
				return false
			}
			logDeterminant += math.Log(v)
			c.factor[i] = 1 / math.Sqrt(v)
		}
		if c.form == Spherical {
			logDeterminant *= float64(d)
		}
	}
	c.constant = math.Log(c.weight) - (float64(d)*math.Log(2*math.Pi)+logDeterminant)/2
	return !math.IsNaN(c.constant) && !math.IsInf(c.constant, 0)
}

// logDensity returns ln(weight · density) of a point that is off the mean by those
// differences; whitened is room for as many.
func (c *component) logDensity(off, whitened []float64) float64 {
	sum := 0.0
	switch c.form {
	case Full:
		d := len(off)
		for i := range off {
			v := off[i]
			row := c.factor[i*d : i*d+i+1]
			for j, w := range whitened[:i] {
				v -= row[j] * w
			}
			v *= row[i]
			whitened[i] = v
			sum += v * v
		}
	case Diagonal:
		for i, v := range off {
			v *= c.factor[i]
			sum += v * v
		}
	default:
		for _, v := range off {
			sum += v * v
		}
		sum *= c.factor[0] * c.factor[0]
	}
	return c.constant - sum/2
}

// penalty returns ½ tr(Λ·covariance⁻¹) for the diagonal prior Λ.
func (c *component) penalty(prior []float64) float64 {
	sum := 0.0
	if c.weight == 0 {
		return sum
	}
	d := len(c.mean)
	unit := make([]float64, d)
	for f, v := range prior {
		switch c.form {
		case Full: // (covariance⁻¹)_ff is |L⁻¹e_f|²
			clear(unit)
			for i := f; i < d; i++ {
				w := 0.0
				if i == f {
					w = 1
				}
				for j := f; j < i; j++ {
					w -= c.factor[i*d+j] * unit[j]
				}
				unit[i] = w * c.factor[i*d+i]
				sum += v * unit[i] * unit[i]
			}
		case Diagonal:
			sum += v * c.factor[f] * c.factor[f]
		default:
			sum += v * c.factor[0] * c.factor[0]
		}
	}
	return sum / 2
}

// probabilities turns ln(weight · density) of the components into the probabilities of
// belonging, in place, and returns the logarithm of their sum. Who is so far away that no
// component has a density above 0 belongs to all alike.
func probabilities(logs []float64) float64 {
	most := math.Inf(-1)
	for _, v := range logs {
		most = max(most, v)
	}
	if math.IsInf(most, -1) {
		for i := range logs {
			logs[i] = 1 / float64(len(logs))
		}
		return most
	}
	total := 0.0
	for i, v := range logs {
		logs[i] = math.Exp(v - most)
		total += logs[i]
	}
	for i := range logs {
		logs[i] /= total
	}
	return most + math.Log(total)
}
