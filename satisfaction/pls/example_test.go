package pls_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// Two constructs of two items each, with all correlations within a block .5 and
// between blocks .3: by symmetry the items of a block weigh alike, 1/√(2+2·.5), so
// the scores correlate by 4·.3·(1/3) = .4. Corrected for the reliability
// 2·.5/(1+.5) = ⅔ of both, it is .4/⅔ = .6.
func Example() {
	correlations, err := pls.NewCovariance([]string{"q1", "q2", "s1", "s2"}, []float64{
		1, 0.5, 0.3, 0.3,
		0.5, 1, 0.3, 0.3,
		0.3, 0.3, 1, 0.5,
		0.3, 0.3, 0.5, 1,
	}, 200)
	if err != nil {
		panic(err)
	}
	model := pls.Model{
		Constructs: []pls.Construct{
			{Name: "Quality", Items: []string{"q1", "q2"}},
			{Name: "Satisfaction", Items: []string{"s1", "s2"}},
		},
		Paths: []pls.Path{{From: "Quality", To: "Satisfaction"}},
	}
	result, err := pls.FitCovariance(model, correlations, nil)
	if err != nil {
		panic(err)
	}
	for _, path := range result.Paths() {
		fmt.Printf("%v %.4f\n", path, path.Coefficient)
	}
	for _, c := range result.Constructs() {
		fmt.Printf("%s: weight of %s %.4f\n", c.Name, c.Items[0].Name, c.Items[0].Weight)
		if c.Endogenous { // others explain it; R² of the others is not stated
			fmt.Printf("%s: R² %.4f\n", c.Name, c.R2)
		}
	}
	consistent, err := pls.FitCovariance(model, correlations, &pls.Options{Consistent: true})
	if err != nil {
		panic(err)
	}
	fmt.Printf("corrected for attenuation %.4f\n", consistent.Paths()[0].Coefficient)
	// Output:
	// Quality->Satisfaction 0.4000
	// Quality: weight of q1 0.5774
	// Satisfaction: weight of s1 0.5774
	// Satisfaction: R² 0.1600
	// corrected for attenuation 0.6000
}
