package process

import "github.com/rapport-crm/rapport/pipeline"

// PharmaOrder is the order of a pharmacy or hospital, promised from the stock that the
// ERP system reports. What is not there goes on back order. The limits are defaults
// without a source.
func PharmaOrder() pipeline.Definition {
	return finished(pipeline.Definition{
		ID: "pharma_order", Version: 1, Initial: "taken",
		Stages: []pipeline.Stage{
			{
				ID: "taken", Category: pipeline.CategoryCommit,
				Leave:  pipeline.Gate{Fields: []string{"product", "quantity"}, Deadlines: []pipeline.Deadline{{Field: "licence_valid_until"}}},
				Limits: []pipeline.Limit{{ID: "promise", Within: span("4h working"), Warn: 75}},
			},
			{ID: "promised", Label: "Available to promise", Category: pipeline.CategoryCommit, Limits: []pipeline.Limit{{ID: "ship", Within: span("1wd"), Warn: 75}}},
			{ID: "backorder", Label: "On back order", Category: pipeline.CategoryCommit, Pauses: true},
			{ID: "shipped", Category: pipeline.CategoryCommit, Leave: pipeline.Gate{Fields: []string{"delivery_note"}}},
			won("delivered", "Delivered"),
			lost("rejected", "Rejected"),
			lost("cancelled", "Cancelled by the customer"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "promise", Label: "Ask the stock", From: at("taken", "backorder"), To: "promised", When: []string{"stock_covers"}, Gate: pipeline.Gate{Fields: []string{"available"}}, Effects: []string{"reserve_stock"}},
			{Trigger: "promise", Label: "Ask the stock", From: at("taken", "backorder"), To: "backorder", Gate: pipeline.Gate{Fields: []string{"available"}}},
			{Trigger: "ship", From: at("promised"), To: "shipped", Gate: pipeline.Gate{Fields: []string{"lot"}, Guards: []string{"stock_covers"}}},
			{Trigger: "deliver", From: at("shipped"), To: "delivered"},
			{Trigger: "recall", Label: "Lot recalled", From: at("promised", "shipped"), To: "taken", Back: true, Reasons: "recall", Effects: []string{"release_stock"}},
			{Trigger: "reject", From: at("taken"), To: "rejected", Reasons: "rejection"},
			{Trigger: "cancel", From: at("taken", "promised", "backorder"), To: "cancelled", Reasons: "cancellation", Effects: []string{"release_stock"}},
		},
		Fields: []pipeline.Field{
			text("product", "Product"), number("quantity", "Packs ordered"), number("available", "Packs on stock and not promised"), date("licence_valid_until", "Licence valid until"),
			text("lot", "Lot"), text("delivery_note", "Number of the delivery note"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "rejection", Reasons: []pipeline.Reason{{ID: "licence"}, {ID: "credit"}, {ID: "discontinued"}, other()}},
			{Name: "cancellation", Reasons: []pipeline.Reason{{ID: "stock_out"}, {ID: "price"}, {ID: "not_needed"}, other()}},
			{Name: "recall", Reasons: []pipeline.Reason{{ID: "quality"}, {ID: "regulator"}, other()}},
		},
	})
}

func pharmaOrder() Template {
	ends := at("delivered", "rejected", "cancelled")
	return Template{
		Trade:      "pharmaceuticals",
		About:      "The order of a pharmacy or hospital; won when it is delivered.",
		Definition: PharmaOrder(),
		KPIs: []KPI{
			share("delivered", "Orders delivered", "orders delivered", "orders closed", Higher, tradeUsage, Which{Now: at("delivered")}, Which{Now: ends}),
			share("stock_outs", "Back orders", "orders that were on back order", "orders promised or on back order", Lower, tradeUsage,
				Which{Reached: at("backorder")}, Which{Reached: at("promised", "backorder")}),
			figure("demand_stock", "Demand against stock", "packs ordered", "packs on stock and not promised", "1", Neither, quotient, tradeUsage),
		},
		Segments: []Segment{{ID: "hospital", Rule: "the customer is a hospital"}, {ID: "pharmacy", Rule: "the customer is a pharmacy"}},
		Units:    []string{"pack"},
	}
}
