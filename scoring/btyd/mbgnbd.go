package btyd

import (
	"context"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// FitMBGNBD estimates the modified BG/NBD model of Batislam, Denizel and Filiztekin,
// "Empirical Validation and Comparison of Models for Customer Base Analysis",
// International Journal of Research in Marketing 24 (2007) 201–209, by maximum
// likelihood; Hoppe and Wagner, "Customer Base Analysis: The Case for a Central
// Variant of the Betageometric/NBD Model", Marketing ZFP 29 (2007) 75–90, found the
// same model. It is the BG/NBD of [FitBGNBD] but for one thing: a customer may also
// leave right after its first purchase, so that one without repeat purchase need not
// be alive.
//
// The errors are those of [Fit].
func FitMBGNBD(ctx context.Context, summaries *scoring.Summaries, options *FitOptions) (*Model, error) {
	return Fit(ctx, MBGNBD, Compress(summaries), options)
}

// NewMBGNBD returns the MBG/NBD with known parameters, which mean what they do for
// [NewBGNBD]. A new customer stays with probability b/(a+b): what is said of new
// customers counts those who leave at once. See [New].
func NewMBGNBD(unit rapport.Unit, r, alpha, a, b float64) (*Model, error) {
	return New(MBGNBD, unit, r, alpha, a, b)
}
