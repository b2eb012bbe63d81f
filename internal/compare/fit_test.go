package compare

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/optimize"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/market"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// sample summarizes the world of market.New(Config{Customers: n}, 1) in weeks,
// with its last 26 weeks left out.
func sample(tb testing.TB, customers int) (*scoring.Summaries, []scoring.Summary) {
	tb.Helper()
	world, err := market.New(market.Config{Customers: customers}, 1)
	if err != nil {
		tb.Fatal(err)
	}
	summaries, err := scoring.SummarizeSorted(tb.Context(), world.Purchases(),
		scoring.Window{Unit: rapport.Week, Until: world.Until().AddDate(0, 0, -26*7), Currency: rapport.EUR})
	if err != nil {
		tb.Fatal(err)
	}
	var rows []scoring.Summary
	for _, s := range summaries.All() {
		rows = append(rows, s)
	}
	return summaries, rows
}

// minimize fits the textbook likelihood from r = α = a = b = 1, with the
// gradient by central differences where the method wants one.
func minimize(rows []scoring.Summary, method optimize.Method) (*optimize.Result, error) {
	objective := func(x []float64) float64 { return -textbook(rows, x) }
	problem := optimize.Problem{Func: objective, Grad: func(gradient, x []float64) {
		at := append([]float64(nil), x...)
		for i := range x {
			const step = 1e-6
			at[i] = x[i] + step
			above := objective(at)
			at[i] = x[i] - step
			gradient[i] = (above - objective(at)) / (2 * step)
			at[i] = x[i]
		}
	}}
	// The differences carry noise of about 1e-4 for some thousand customers:
	// a tighter threshold would never be met.
	return optimize.Minimize(problem, make([]float64, 4), &optimize.Settings{GradientThreshold: 1e-3}, method)
}

// competitor makes one of gonum's methods; they keep state, so each run has its own.
type competitor struct {
	name string
	make func() optimize.Method
}

func competitors() []competitor {
	return []competitor{
		{"LBFGS", func() optimize.Method { return &optimize.LBFGS{} }},
		{"NelderMead", func() optimize.Method { return &optimize.NelderMead{} }},
	}
}

func TestFitAgainstTextbook(t *testing.T) {
	summaries, rows := sample(t, 3000)
	model, err := btyd.FitBGNBD(t.Context(), summaries, nil)
	if err != nil {
		t.Fatal(err)
	}
	var ours []float64
	for _, p := range model.Parameters() {
		ours = append(ours, math.Log(p.Value))
	}
	best := textbook(rows, ours)
	if d := far(model.Report().LogLikelihood, best); !(d <= 1e-12) {
		t.Errorf("log-likelihood at our maximum: we say %.10f, the textbook form %.10f", model.Report().LogLikelihood, best)
	}
	for _, c := range competitors() {
		result, err := minimize(rows, c.make())
		if result == nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		// Nobody finds a higher point than ours, and the others come near.
		if reached := -result.F; reached > best+1e-7 || reached < best-1e-2 {
			t.Errorf("%s reached %.8f in %d evaluations, we reached %.8f", c.name, reached, result.FuncEvaluations, best)
		}
	}
}

func BenchmarkFit(b *testing.B) {
	summaries, rows := sample(b, 3000)
	b.Run("rapport", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := btyd.FitBGNBD(b.Context(), summaries, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, c := range competitors() {
		b.Run("textbook-"+c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if result, err := minimize(rows, c.make()); result == nil {
					b.Fatal(err)
				}
			}
		})
	}
}
