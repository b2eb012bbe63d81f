package process

import "github.com/rapport-crm/rapport/pipeline"

// PartOrder is a spare part on its way: the sub-process of a repair that waits for it. The
// limits are defaults without a source.
func PartOrder() pipeline.Definition {
	return finished(pipeline.Definition{
		ID: "part_order", Version: 1, Initial: "requested",
		Stages: []pipeline.Stage{
			{
				ID: "requested", Leave: pipeline.Gate{Fields: []string{"part_number", "part_quantity"}},
				Limits: []pipeline.Limit{{ID: "order", Within: span("4h working"), Warn: 75}},
			},
			{ID: "ordered", Leave: pipeline.Gate{Fields: []string{"promised_date"}}, Limits: []pipeline.Limit{{ID: "ship", Within: span("2wd"), Warn: 75}}},
			{ID: "backordered", Limits: []pipeline.Limit{{ID: "backorder", Field: "promised_date", Within: span("0d")}}},
			{ID: "shipped", Leave: pipeline.Gate{Fields: []string{"delivery_note"}}, Limits: []pipeline.Limit{{ID: "arrive", Field: "promised_date", Within: span("0d")}}},
			won("arrived", "Arrived"),
			lost("discontinued", "No longer made"),
			lost("cancelled", "Cancelled"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "order", From: at("requested"), To: "ordered"},
			{Trigger: "take_from_stock", From: at("requested"), To: "arrived"},
			{Trigger: "backorder", Label: "Not on stock", From: at("ordered"), To: "backordered"},
			{Trigger: "ship", From: at("ordered", "backordered"), To: "shipped"},
			{Trigger: "arrive", From: at("shipped"), To: "arrived"},
			{Trigger: "wrong_part", Label: "Wrong or damaged", From: at("shipped"), To: "ordered", Back: true, Reasons: "wrong"},
			{Trigger: "discontinue", From: at("requested", "ordered", "backordered"), To: "discontinued", Reasons: "discontinuation"},
			{Trigger: "cancel", To: "cancelled", Reasons: "cancellation"},
		},
		Fields: []pipeline.Field{
			text("part_number", "Number of the part"), number("part_quantity", "Pieces"), date("promised_date", "Promised for"), text("delivery_note", "Number of the delivery note"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "wrong", Reasons: []pipeline.Reason{{ID: "wrong_part"}, {ID: "damaged"}, other()}},
			{Name: "discontinuation", Reasons: []pipeline.Reason{{ID: "no_successor"}, {ID: "successor_does_not_fit"}, other()}},
			{Name: "cancellation", Reasons: []pipeline.Reason{{ID: "not_needed"}, {ID: "duplicate"}, other()}},
		},
	})
}

func partOrder() Template {
	ends := at("arrived", "discontinued", "cancelled")
	return Template{
		Trade:      "home appliances",
		About:      "A spare part on order; won when it has arrived.",
		Definition: PartOrder(),
		KPIs: []KPI{
			share("from_stock", "Part fill rate", "orders taken from stock at once", "orders closed", Higher, "vendors' reports on field service",
				Which{Fired: []pipeline.TriggerID{"take_from_stock"}}, Which{Now: ends}),
			share("backordered", "Backordered", "orders that had to wait for the maker", "orders placed", Lower, tradeUsage, Which{Reached: at("backordered")}, Which{Reached: at("ordered")}),
			figure("wait", "Days of waiting", "days from request to arrival", "orders arrived", "d", Lower, "median", tradeUsage),
		},
		Units: []string{"piece"},
	}
}
