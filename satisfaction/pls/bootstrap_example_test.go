package pls_test

import (
	"context"
	"fmt"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// Six pairs of answers: the deviations from the means 3.5 and 4 are −2.5 … 2.5 and
// −3, −1, −1, 0, 2, 3, so the path, the correlation of two single items, is
// 20/√(17.5·24) = .9759. The index is the mean of s on a scale of 1 to 7, as a number
// from 0 to 100: (4−1)/6 = 50; the standard error of a mean by the bootstrap is about
// √(24/6)/√6 = .816, and here 100/6 times that, 13.6.
func ExampleBootstrap() {
	data, err := pls.NewData([]string{"q", "s"}, []float64{1, 1, 2, 3, 3, 3, 4, 4, 5, 6, 6, 7}, nil)
	if err != nil {
		panic(err)
	}
	model := pls.Model{
		Constructs: []pls.Construct{{Name: "Quality", Items: []string{"q"}}, {Name: "Satisfaction", Items: []string{"s"}}},
		Paths:      []pls.Path{{From: "Quality", To: "Satisfaction"}},
	}
	index := pls.Statistic{Name: "index", Value: func(s *pls.Sample) float64 { return (s.Mean(1, 0) - 1) / 6 * 100 }}
	b, err := pls.Bootstrap(context.Background(), model, data, nil, pls.BootstrapOptions{
		Resamples: 5000, Seed: 1, Statistics: []pls.Statistic{index},
	})
	if err != nil {
		panic(err)
	}
	path, _ := b.Path("Quality", "Satisfaction")
	fmt.Printf("path %.4f, from %.2f to %.2f\n", path.Value, path.Low, path.High)
	e := b.Statistic("index")
	fmt.Printf("index %.0f ± %.1f, from %.0f to %.0f\n", e.Value, e.SE, e.Low, e.High)
	fmt.Printf("%d resamples, %d failed\n", b.Resamples(), b.Failed().Total())
	// Output:
	// path 0.9759, from 0.89 to 1.00
	// index 50 ± 13.7, from 25 to 78
	// 4995 resamples, 5 failed
}

// Of the 20 ways to split six respondents into threes two have a difference of
// correlations as great as that of these groups, .982 + .982: itself and its mirror.
// The permutation test therefore says about 2/20 = .1.
func ExampleCompareGroups() {
	model := pls.Model{
		Constructs: []pls.Construct{{Name: "Quality", Items: []string{"q"}}, {Name: "Satisfaction", Items: []string{"s"}}},
		Paths:      []pls.Path{{From: "Quality", To: "Satisfaction"}},
	}
	north, err := pls.NewData([]string{"q", "s"}, []float64{1, 1, 2, 2, 3, 4}, nil)
	if err != nil {
		panic(err)
	}
	south, err := pls.NewData([]string{"q", "s"}, []float64{1, 5, 2, 3, 4, 1}, nil)
	if err != nil {
		panic(err)
	}
	groups := []pls.Group{{Name: "north", Data: north}, {Name: "south", Data: south}}
	g, err := pls.CompareGroups(context.Background(), model, groups, nil, pls.CompareOptions{
		BootstrapOptions: pls.BootstrapOptions{Seed: 1},
		Permutations:     10000,
	})
	if err != nil {
		panic(err)
	}
	path := pls.Parameter{Kind: pls.PathParameter, From: "Quality", To: "Satisfaction"}
	c, _ := g.Comparison("north", "south", path)
	fmt.Printf("%s: difference %.3f, P %.2f\n", c.Parameter, c.Difference.Value, c.Permutation.P)
	// Output:
	// path Quality->Satisfaction: difference 1.964, P 0.10
}
