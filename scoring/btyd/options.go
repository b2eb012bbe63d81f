package btyd

import (
	"fmt"
	"math"
)

// FitOptions tune a fit; nil is the same as the zero value, which means the
// defaults. Except for Priors they change how the maximum is found, not what it is.
type FitOptions struct {
	// Workers bounds the goroutines; 0 means GOMAXPROCS. The result does not depend
	// on it, bit for bit.
	Workers int
	// MaxIterations bounds the Newton steps of each start; 0 means 100.
	MaxIterations int
	// Tolerance ends a start when the next step promises to raise the
	// log-likelihood by less; 0 means 1e-9. That step is still taken.
	Tolerance float64
	// Start is where to begin, the parameters in the order of the model's
	// Parameters method; empty means the model's own start, and for large data a
	// fit to every fiftieth row first.
	Start []float64
	// Priors make the fit one of maximum posterior density; at most one a parameter.
	// They alone change what the maximum is.
	Priors []Prior
}

// orDefault checks the options and fills in the defaults. The first parameters are
// positive, as many as stated.
func (o *FitOptions) orDefault(parameters, positive int) (FitOptions, error) {
	var c FitOptions
	if o != nil {
		c = *o
	}
	switch {
	case c.Workers < 0:
		return c, &InputError{Name: "Workers", Value: float64(c.Workers), Reason: "want 0 or more"}
	case c.MaxIterations < 0:
		return c, &InputError{Name: "MaxIterations", Value: float64(c.MaxIterations), Reason: "want 0 or more"}
	case !(c.Tolerance >= 0 && c.Tolerance <= 1):
		return c, &InputError{Name: "Tolerance", Value: c.Tolerance, Reason: "want 0 to 1"}
	case len(c.Start) != 0 && len(c.Start) != parameters:
		return c, &InputError{Name: "len(Start)", Value: float64(len(c.Start)), Reason: fmt.Sprintf("want 0 or %d values", parameters)}
	}
	for i, v := range c.Start {
		if size := math.Abs(v); (i < positive && !(v >= smallest && v <= largest)) || !(size <= largest) {
			return c, &InputError{Name: fmt.Sprintf("Start[%d]", i), Value: v, Reason: "want parameters from 1e-100 to 1e100"}
		}
	}
	if c.MaxIterations == 0 {
		c.MaxIterations = 100
	}
	if c.Tolerance == 0 {
		c.Tolerance = 1e-9
	}
	return c, nil
}

// logs returns the logarithms of v.
func logs(v ...float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = math.Log(x)
	}
	return out
}
