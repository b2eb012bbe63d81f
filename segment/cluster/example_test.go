package cluster_test

import (
	"context"
	"fmt"

	"github.com/rapport-crm/rapport/segment/cluster"
)

// Seven customers, of whom four buy little and three much. The means are those of the
// columns: (100 + 120 + 110 + 90)/4 = 105 and (900 + 1000 + 1100)/3 = 1000.
func Example() {
	columns := []cluster.Column{
		{Name: "spend", Values: []float64{100, 900, 120, 1000, 110, 1100, 90}, Transform: cluster.Log},
		{Name: "visits", Values: []float64{2, 20, 3, 22, 4, 24, 3}},
	}
	data, err := cluster.Prepare(columns, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := cluster.FitKMeans(context.Background(), data, 2, 1, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	labels, _ := model.Labels(data)
	profiles, _ := cluster.Profiles(columns, labels)
	for _, p := range profiles {
		spend, _ := p.Figure("spend")
		visits, _ := p.Figure("visits")
		share, _ := spend.Total.Value()
		fmt.Printf("cluster %d: %d customers, mean spend %.0f (%.1f %% of all), mean visits %.0f\n", p.Cluster, p.Customers.N, spend.Mean, 100*share, visits.Mean)
	}
	newcomer, _ := model.Assign([]float64{300, 5})
	fmt.Println("one who spends 300 in 5 visits is in cluster", newcomer)
	// Output:
	// cluster 0: 4 customers, mean spend 105 (12.3 % of all), mean visits 3
	// cluster 1: 3 customers, mean spend 1000 (87.7 % of all), mean visits 22
	// one who spends 300 in 5 visits is in cluster 0
}

// Forty customers spend 100 to 104, sixty spend 120 to 356: two groups of 0.40 and 0.60.
// Who spends 106 is nearer to the forty, but so far outside their narrow spread that it
// is not sure.
func ExampleFitMixture() {
	var spend []float64
	for i := range 40 {
		spend = append(spend, 100+float64(i%5)) // 100 to 104
	}
	for i := range 60 {
		spend = append(spend, 120+4*float64(i)) // 120 to 356
	}
	data, err := cluster.Prepare([]cluster.Column{{Name: "spend", Values: spend}}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := cluster.FitMixture(context.Background(), data, 2, 1, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range model.Components() {
		fmt.Printf("%.2f of the customers\n", c.Weight)
	}
	for _, spend := range []float64{102, 106, 130} {
		group, probability, _ := model.Assign([]float64{spend})
		fmt.Printf("%.0f: group %d with probability %.2f\n", spend, group, probability[group])
	}
	// Output:
	// 0.60 of the customers
	// 0.40 of the customers
	// 102: group 1 with probability 1.00
	// 106: group 1 with probability 0.78
	// 130: group 0 with probability 1.00
}
