package compare

import (
	"math"

	"github.com/rapport-crm/rapport/scoring"
)

// textbook is the BG/NBD log-likelihood as the paper's spreadsheet has it
// (Fader, Hardie and Lee 2005, equation 6 in the form A1·A2·(A3+A4)): one term
// per customer, from the library's ln Γ, at the logarithms of r, α, a and b.
func textbook(customers []scoring.Summary, x []float64) float64 {
	r, alpha, a, b := math.Exp(x[0]), math.Exp(x[1]), math.Exp(x[2]), math.Exp(x[3])
	lgamma := func(v float64) float64 { l, _ := math.Lgamma(v); return l }
	total := 0.0
	for _, s := range customers {
		n := float64(s.X)
		a1 := lgamma(r+n) - lgamma(r) + r*math.Log(alpha)
		a2 := lgamma(a+b) + lgamma(b+n) - lgamma(b) - lgamma(a+b+n)
		a3 := -(r + n) * math.Log(alpha+s.T)
		if s.X == 0 {
			total += a1 + a2 + a3
			continue
		}
		a4 := math.Log(a) - math.Log(b+n-1) - (r+n)*math.Log(alpha+s.TX)
		high := max(a3, a4)
		total += a1 + a2 + high + math.Log(math.Exp(a3-high)+math.Exp(a4-high))
	}
	return total
}
