package main

import (
	"context"
	"errors"

	"github.com/rapport-crm/rapport/segment/cluster"
)

type clustersPart struct {
	Within float64       `json:"within"` // sum of squared distances, in scaled units
	Groups []clusterPart `json:"groups"`
}

type clusterPart struct {
	Customers int     `json:"customers"`
	Orders    float64 `json:"mean_orders"`
	Revenue   float64 `json:"mean_revenue"`
}

// groups is how many clusters are made.
const groups = 4

// clusters groups customers by the logarithms of what they spent and how often.
func clusters(ctx context.Context, b *base, r *report, seed uint64) error {
	data, err := cluster.Prepare([]cluster.Column{
		{Name: "revenue", Values: b.figures(func(c *client) float64 { return c.revenue }), Transform: cluster.Log},
		{Name: "orders", Values: b.figures(func(c *client) float64 { return float64(len(c.orders)) }), Transform: cluster.Log},
	}, nil)
	if refused, ok := errors.AsType[*cluster.ColumnError](err); ok {
		return leftOut(refused.Error())
	} else if err != nil {
		return err
	}
	model, err := cluster.FitKMeans(ctx, data, groups, seed, nil)
	if refused, ok := errors.AsType[*cluster.CountError](err); ok {
		return leftOut(refused.Error())
	} else if err != nil {
		return err
	}
	labels, err := model.Labels(data)
	if err != nil {
		return err
	}
	part := &clustersPart{Within: model.Report().Within, Groups: make([]clusterPart, groups)}
	for i, label := range labels {
		g := &part.Groups[label]
		g.Customers++
		g.Orders += float64(len(b.clients[i].orders))
		g.Revenue += b.clients[i].revenue
	}
	for i := range part.Groups {
		g := &part.Groups[i]
		g.Orders /= float64(g.Customers)
		g.Revenue = cents(g.Revenue / float64(g.Customers))
	}
	r.Clusters = part
	return nil
}
