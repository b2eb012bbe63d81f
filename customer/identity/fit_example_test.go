package identity_test

import (
	"context"
	"fmt"

	"github.com/rapport-crm/rapport/customer/identity"
)

// A shop and its website have two files. Nobody says which records are of one person: the
// model learns it. What it finds goes to [identity.Registry.Merge], pair by pair or as
// clusters.
func ExampleFit() {
	schema := identity.Schema{Fields: []identity.Field{
		{Name: "name", Kind: identity.Name}, {Name: "born", Kind: identity.Date}, {Name: "phone", Kind: identity.Phone}, {Name: "city", Kind: identity.Name}}}
	standard, err := identity.NewStandardiser(&identity.StandardOptions{CallingCode: "86"})
	if err != nil {
		panic(err)
	}
	table := func(records ...identity.Record) *identity.Table {
		t, err := identity.NewTable(schema, records, &identity.TableOptions{Standardiser: standard})
		if err != nil {
			panic(err)
		}
		return t
	}
	shop := table(
		identity.Record{ID: "S1", Values: []string{"李小明", "1980-01-02", "138 0000 0001", "北京"}},
		identity.Record{ID: "S2", Values: []string{"Mary Jones", "1990-03-04", "139 0000 0002", "上海"}},
		identity.Record{ID: "S3", Values: []string{"Peter Hall", "1966-07-08", "137 0000 0003", "广州"}},
		identity.Record{ID: "S4", Values: []string{"陈大文", "1988-08-08", "136 0000 0004", "广州"}},
	)
	web := table(
		identity.Record{ID: "W1", Values: []string{"Jones, Mary", "1990/3/4", "+86 139-0000-0002", "上海"}},
		identity.Record{ID: "W2", Values: []string{"李 小明", "1980年1月2日", "13800000001", ""}},
		identity.Record{ID: "W3", Values: []string{"赵六", "2000-01-01", "135 0000 0005", "深圳"}},
	)
	ctx := context.Background()
	model, err := identity.Fit(ctx, shop, web, nil)
	if err != nil {
		panic(err)
	}
	pairs, err := model.Pairs(ctx, shop, web)
	if err != nil {
		panic(err)
	}
	for _, p := range pairs {
		fmt.Printf("%s and %s: %.2f\n", shop.ID(p.Left), web.ID(p.Right), p.Probability)
	}
	clusters, err := identity.Clusters(shop.Len()+web.Len(), pairs, &identity.ClusterOptions{Left: shop.Len()})
	if err != nil {
		panic(err)
	}
	fmt.Println(clusters.Count, "customers") // 7 records less 2 that are there twice
	// Output:
	// S1 and W2: 1.00
	// S2 and W1: 1.00
	// 5 customers
}
