package main

import (
	"context"
	"errors"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment/cluster"
)

type clustersPart struct {
	Within    float64          `json:"within"` // sum of squared distances, in scaled units
	Tried     []silhouettePart `json:"tried"`  // how well other numbers of clusters fit
	Agreement rapport.Estimate `json:"adjusted_rand"`
	Groups    []clusterPart    `json:"groups"`
}

type silhouettePart struct {
	Clusters   int     `json:"clusters"`
	Silhouette float64 `json:"silhouette"` // from -1 to 1
}

type clusterPart struct {
	Customers int           `json:"customers"`
	Orders    float64       `json:"median_orders"`
	Spend     float64       `json:"median_spend"`
	Revenue   rapport.Ratio `json:"revenue"` // of that of all
	Again     float64       `json:"found_again"`
}

// What is asked of the clusters.
const (
	groups     = 4
	mostGroups = 6
	samples    = 20
)

// clusters groups customers by the logarithms of what they spent and how often.
func clusters(ctx context.Context, b *base, r *report, seed uint64) error {
	columns := []cluster.Column{
		{Name: "revenue", Values: b.figures(func(c *client) float64 { return c.revenue }), Transform: cluster.Log},
		{Name: "orders", Values: b.figures(func(c *client) float64 { return float64(len(c.orders)) }), Transform: cluster.Log},
	}
	data, err := cluster.Prepare(columns, nil)
	if refused, ok := errors.AsType[*cluster.ColumnError](err); ok {
		return leftOut(refused.Error())
	} else if err != nil {
		return err
	}
	tried, _, err := cluster.ChooseKMeans(ctx, data, 2, mostGroups, seed, nil)
	if refused, ok := errors.AsType[*cluster.CountError](err); ok {
		return leftOut(refused.Error())
	} else if err != nil {
		return err
	}
	part := &clustersPart{}
	for _, t := range tried {
		part.Tried = append(part.Tried, silhouettePart{t.Model.K(), t.Silhouette.Mean})
	}
	model := tried[groups-2].Model
	part.Within = model.Report().Within
	stability, err := model.Stability(ctx, data, samples, seed, nil)
	if err != nil {
		return err
	}
	part.Agreement = stability.AdjustedRand
	labels, err := model.Labels(data)
	if err != nil {
		return err
	}
	profiles, err := cluster.Profiles(columns, labels)
	if err != nil {
		return err
	}
	for i, p := range profiles {
		orders, _ := p.Figure("orders")
		revenue, _ := p.Figure("revenue")
		part.Groups = append(part.Groups, clusterPart{int(p.Customers.Num), orders.Median, cents(revenue.Median), revenue.Total, stability.Clusters[i]})
	}
	r.Clusters = part
	return nil
}
