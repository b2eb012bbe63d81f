package credit

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
)

// Position is what would be owed by one customer if it defaulted.
type Position struct {
	Customer rapport.ID
	Grade    string        // of the table
	EAD      rapport.Money // exposure at default, from 0: a balance in its favour is 0
}

// GradeLoss is the expected loss of one grade.
type GradeLoss struct {
	Grade     string
	Customers int
	EAD       rapport.Money
	// Loss is PD · LGD · EAD in major units; its interval is that of the PD. It has no
	// value where something is at stake and no PD was estimated.
	Loss rapport.Estimate
}

// Loss is the expected loss of a portfolio.
type Loss struct {
	Customers []rapport.Estimate // of each position, in their order
	Grades    []GradeLoss        // in the order of the table
	EAD       rapport.Money
	// Total is the sum over the grades. It has no value if a grade has none, and an
	// interval if all grades with something at stake have one of the same level, a
	// standard error if all have one.
	Total rapport.Estimate
}

// ExpectedLoss returns Σ PD · LGD · EAD, by position, by grade and in all. All
// positions are of one currency; a customer has one position or several.
//
// Intervals say how well the probabilities are known, not how far the losses of one
// year may be from the expected. Customers of one grade share its PD, so their
// intervals add up; PDs of different grades are taken to be estimated from different
// customers, so the interval of the total is L − √Σ(Lᵢ−lᵢ)² … L + √Σ(uᵢ−Lᵢ)² (G. Y. Zou
// and A. Donner, Construction of confidence intervals about effect measures,
// Statistics in Medicine 27, 2008).
//
// The error is a [*RowError] for a position: its id, an unknown grade, a negative EAD
// or the error of the amount.
func (t *GradeTable) ExpectedLoss(positions []Position) (Loss, error) {
	loss := Loss{Customers: make([]rapport.Estimate, len(positions)), Grades: make([]GradeLoss, len(t.grades))}
	rows := make(map[string]int, len(t.grades))
	for i, g := range t.grades {
		rows[g.Name] = i
		loss.Grades[i].Grade = g.Name
	}
	type seat struct {
		grade    int
		customer rapport.ID
	}
	met := make(map[seat]bool, len(positions))
	for i, p := range positions {
		row, known := rows[p.Grade]
		err := p.Customer.Validate()
		switch {
		case err != nil:
		case !known:
			err = &InputError{Name: "grade", Value: fmt.Sprintf("%q", p.Grade), Want: "one of the table"}
		case p.EAD.Sign() < 0:
			err = &InputError{Name: "exposure at default", Value: p.EAD.String(), Want: "an amount that is not negative"}
		default:
			g := &loss.Grades[row]
			if who := (seat{row, p.Customer}); !met[who] {
				met[who] = true
				g.Customers++
			}
			if g.EAD, err = g.EAD.Add(p.EAD); err == nil {
				loss.EAD, err = loss.EAD.Add(p.EAD)
			}
			loss.Customers[i] = t.grades[row].loss(p.EAD, 1)
		}
		if err != nil {
			return Loss{}, &RowError{Row: i, ID: p.Customer, Err: err}
		}
	}
	for i := range loss.Grades {
		loss.Grades[i].Loss = t.grades[i].loss(loss.Grades[i].EAD, loss.Grades[i].Customers)
	}
	loss.Total = totalLoss(loss.Grades)
	return loss, nil
}

// loss scales the PD of a grade.
func (g *Grade) loss(ead rapport.Money, customers int) rapport.Estimate {
	if customers == 0 || !g.PD.HasValue() {
		return rapport.Estimate{}
	}
	at := ead.Amount().InexactFloat64() * g.LGD
	e := rapport.Estimate{Value: g.PD.Value * at, SE: g.PD.SE * at, N: customers}
	if g.PD.HasInterval() {
		e.Low, e.High, e.Level = g.PD.Low*at, g.PD.High*at, g.PD.Level
	}
	return e
}

// totalLoss adds grades up.
func totalLoss(grades []GradeLoss) rapport.Estimate {
	var total rapport.Estimate
	var below, above, variance float64
	known, level, stated := true, 0.0, true // stated: all have a standard error
	for _, g := range grades {
		if g.Customers == 0 {
			continue
		}
		total.N += g.Customers
		if g.EAD.IsZero() {
			continue
		}
		if !g.Loss.HasValue() {
			return rapport.Estimate{}
		}
		if !g.Loss.HasInterval() || level != 0 && g.Loss.Level != level {
			known = false
		}
		level, stated = g.Loss.Level, stated && g.Loss.HasSE()
		total.Value += g.Loss.Value
		below += square(g.Loss.Value - g.Loss.Low)
		above += square(g.Loss.High - g.Loss.Value)
		variance += square(g.Loss.SE)
	}
	if known && level != 0 {
		total.Level = level
		total.Low, total.High = total.Value-math.Sqrt(below), total.Value+math.Sqrt(above)
	}
	if stated {
		total.SE = math.Sqrt(variance)
	}
	return total
}

func square(v float64) float64 { return v * v }
