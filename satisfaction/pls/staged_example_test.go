package pls_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// Satisfaction is 6 + 2q + p + qp ± 1 where q and p are ±1, all eight cases once: none
// of the three is correlated with another, and the variance is 4 + 1 + 1 + 1 = 7
// eighths of that with divisor n−1. So R² = 6/7, the path of q is 2/√7 and that of the
// product 1/√7. Scores are ±√⅞, their product ±⅞ with standard deviation √⅞: the slope
// changes by √(1/7)/√⅞ = √8/7 for a standard deviation of price. Without the product R²
// is 5/7, so f² is 1.
func ExampleFitStages() {
	data, err := pls.NewData([]string{"q", "p", "t"}, []float64{
		+1, +1, 11, +1, +1, 9,
		+1, -1, 7, +1, -1, 5,
		-1, +1, 5, -1, +1, 3,
		-1, -1, 5, -1, -1, 3,
	}, nil)
	if err != nil {
		panic(err)
	}
	result, err := pls.FitStages(pls.Staged{
		Constructs: []pls.Construct{
			{Name: "Quality", Items: []string{"q"}},
			{Name: "Price", Items: []string{"p"}},
			{Name: "Satisfaction", Items: []string{"t"}},
		},
		Paths:       []pls.Path{{From: "Quality", To: "Satisfaction"}, {From: "Price", To: "Satisfaction"}},
		Moderations: []pls.Moderation{{Predictor: "Quality", Moderator: "Price", Target: "Satisfaction"}},
	}, data, nil)
	if err != nil {
		panic(err)
	}
	for _, path := range result.Structural().Paths() {
		fmt.Printf("%v %.4f\n", path, path.Coefficient)
	}
	i := result.Interactions()[0]
	f2, _ := i.F2()
	fmt.Printf("slope %.4f, at a low price %.4f, at a high price %.4f, f² %.2f\n", i.Slope, i.SlopeAt(-1), i.SlopeAt(1), f2)
	// Output:
	// Quality->Satisfaction 0.7559
	// Price->Satisfaction 0.3780
	// Quality*Price->Satisfaction 0.3780
	// slope 0.7559, at a low price 0.3519, at a high price 1.1600, f² 1.00
}

// With the correlations .5, .5 and .6 quality acts on loyalty by (.5 − .5·.6)/(1 − .5²)
// = .2667 itself and by .5·.4667 through satisfaction, together .5 again.
func ExampleResult_Ways() {
	correlations, err := pls.NewCovariance([]string{"q", "s", "l"}, []float64{
		1, .5, .5,
		.5, 1, .6,
		.5, .6, 1,
	}, 100)
	if err != nil {
		panic(err)
	}
	result, err := pls.FitCovariance(pls.Model{
		Constructs: []pls.Construct{
			{Name: "Quality", Items: []string{"q"}},
			{Name: "Satisfaction", Items: []string{"s"}},
			{Name: "Loyalty", Items: []string{"l"}},
		},
		Paths: []pls.Path{{From: "Quality", To: "Satisfaction"}, {From: "Quality", To: "Loyalty"}, {From: "Satisfaction", To: "Loyalty"}},
	}, correlations, nil)
	if err != nil {
		panic(err)
	}
	for way := range result.Ways("Quality", "Loyalty") {
		fmt.Printf("%v %.4f\n", way, way.Effect)
	}
	effect, _ := result.Effect("Quality", "Loyalty")
	share, _ := effect.AccountedFor()
	fmt.Printf("indirect: %.4f of %.4f\n", share, effect.Total)
	// Output:
	// Quality->Satisfaction->Loyalty 0.2333
	// Quality->Loyalty 0.2667
	// indirect: 0.4667 of 0.5000
}
