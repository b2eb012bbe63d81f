package pls_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// symmetric are correlations of four items, .5 within two blocks and .3 between them.
func symmetric() (pls.Model, []float64) {
	model := pls.Model{
		Constructs: []pls.Construct{
			{Name: "Quality", Items: []string{"q1", "q2"}},
			{Name: "Satisfaction", Items: []string{"s1", "s2"}},
		},
		Paths: []pls.Path{{From: "Quality", To: "Satisfaction"}},
	}
	return model, []float64{
		1, 0.5, 0.3, 0.3,
		0.5, 1, 0.3, 0.3,
		0.3, 0.3, 1, 0.5,
		0.3, 0.3, 0.5, 1,
	}
}

// Two constructs of two items each, with correlations of .5 within and .3 between: α
// is 2·.5/1.5, each item has the loading √.75, so that ρC is 3/(3+.5); the ratio of
// correlations is .3/.5; the scores correlate by .4, so that f² is .16/.84. A factor
// with these loadings would make items of a block correlate by .75, .25 too much: the
// residual is √(2·.25²/10).
func ExampleResult_Quality() {
	model, matrix := symmetric()
	correlations, err := pls.NewCovariance([]string{"q1", "q2", "s1", "s2"}, matrix, 200)
	if err != nil {
		panic(err)
	}
	result, err := pls.FitCovariance(model, correlations, nil)
	if err != nil {
		panic(err)
	}
	quality := result.Quality()
	print := func(name string, f pls.Figure) { fmt.Printf("%s %.4f %s\n", name, f.Value, f.Verdict) }
	first := quality.Reliability[0]
	print("alpha", first.Alpha)
	print("rho_C", first.RhoC)
	print("AVE", first.AVE)
	print("loading", quality.Loadings[0].Loading)
	print("HTMT", quality.Discriminant[0].HTMT)
	print("VIF of q1", quality.ItemVIFs[0].VIF)
	print("f2", quality.EffectSizes[0].SameScores)
	print("SRMR", quality.Fit.Estimated.SRMR)
	fmt.Println("admissible:", quality.Admissible)
	// Output:
	// alpha 0.6667 fair
	// rho_C 0.8571 good
	// AVE 0.7500 good
	// loading 0.8660 good
	// HTMT 0.6000 good
	// VIF of q1 1.3333 good
	// f2 0.1905 medium
	// SRMR 0.1118 poor
	// admissible: true
}

// Satisfaction is 2·Quality − 5 for every respondent: a point more of Quality is worth
// two, on an answer scale of 1 to 10 as well as in percent of it.
func ExampleResult_ImportanceMap() {
	data, err := pls.NewData([]string{"quality", "satisfaction"}, []float64{4, 3, 5, 5, 6, 7, 7, 9}, nil)
	if err != nil {
		panic(err)
	}
	model := pls.Model{
		Constructs: []pls.Construct{
			{Name: "Quality", Items: []string{"quality"}},
			{Name: "Satisfaction", Items: []string{"satisfaction"}},
		},
		Paths: []pls.Path{{From: "Quality", To: "Satisfaction"}},
	}
	result, err := pls.Fit(model, data, nil)
	if err != nil {
		panic(err)
	}
	scale := pls.Range{Low: 1, High: 10}
	importance, err := result.ImportanceMap("Satisfaction", map[string]pls.Range{"quality": scale, "satisfaction": scale})
	if err != nil {
		panic(err)
	}
	for _, c := range importance.Constructs {
		fmt.Printf("%s: effect %.2f, mean %.1f of 10, %.0f %%\n", c.Construct, c.Effect, c.Performance.Value, c.Percent.Value)
	}
	// Output:
	// Quality: effect 2.00, mean 5.5 of 10, 50 %
}
