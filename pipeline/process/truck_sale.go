package process

import "github.com/rapport-crm/rapport/pipeline"

// TruckSale is the sale of trucks to a haulier. It is counted in tonnes of payload ("t"),
// it turns on the job that the truck has to do and on what it costs to run, and service
// and uptime are part of the contract; a car is counted in pieces and sold in a showroom,
// see [CarSale]. All limits are defaults without a source.
func TruckSale() pipeline.Definition {
	return finished(pipeline.Definition{
		ID: "truck_sale", Version: 1, Initial: "inquiry",
		Stages: []pipeline.Stage{
			{ID: "active", Initial: "inquiry"},
			{
				ID: "inquiry", Within: "active", Category: pipeline.CategoryPipeline, Leave: pipeline.Gate{Fields: []string{"contact", "fleet_size"}},
				Limits: []pipeline.Limit{{ID: "answer", Within: span("4h working"), Warn: 75}},
			},
			{
				ID: "transport_task", Label: "Transport task understood", Within: "active", Category: pipeline.CategoryPipeline,
				Leave: pipeline.Gate{Fields: []string{"cargo", "route", "quantity", "quantity_unit"}},
			},
			{ID: "specification", Label: "Chassis and body specified", Within: "active", Category: pipeline.CategoryPipeline, Leave: pipeline.Gate{Fields: []string{"configuration", "body_builder"}}},
			{ID: "trial", Label: "Trial on the route", Within: "active", Category: pipeline.CategoryBestCase, Leave: pipeline.Gate{Fields: []string{"trial_report"}}},
			{
				ID: "quote", Label: "Quote with cost of running", Within: "active", Category: pipeline.CategoryBestCase,
				Enter: pipeline.Gate{Fields: []string{"quote", "cost_per_km", "service_contract"}}, Limits: []pipeline.Limit{{ID: "decision", Within: span("30d")}},
			},
			{ID: "finance", Label: "Finance or leasing", Within: "active", Category: pipeline.CategoryCommit},
			{ID: "contract", Within: "active", Category: pipeline.CategoryCommit, Enter: pipeline.Gate{Fields: []string{"contract_number", "delivery_date"}}},
			{ID: "production", Label: "Chassis and body in production", Within: "active", Category: pipeline.CategoryCommit, Limits: []pipeline.Limit{{ID: "deliver", Field: "delivery_date", Within: span("0d")}}},
			{ID: "on_hold", Kind: pipeline.OnHold},
			won("delivered", "Delivered and registered"),
			lost("lost", "Lost"),
			lost("cancelled", "Cancelled by the customer"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "understand", Label: "Take up the task", From: at("inquiry"), To: "transport_task"},
			{Trigger: "specify", From: at("transport_task"), To: "specification"},
			{Trigger: "try", From: at("specification"), To: "trial"},
			{Trigger: "quote", From: at("specification", "trial"), To: "quote", Gate: pipeline.Gate{Approvals: []pipeline.Approval{{Name: "fleet_price", Roles: []string{"sales_manager"}, Quorum: 1, FourEyes: true}}}},
			{Trigger: "respecify", From: at("trial", "quote"), To: "specification", Back: true, Reasons: "respecification"},
			{Trigger: "finance", From: at("quote"), To: "finance"},
			{Trigger: "refuse_finance", From: at("finance"), To: "quote", Back: true, Reasons: "finance_refused"},
			{Trigger: "sign", Label: "Contract signed", From: at("quote", "finance"), To: "contract"},
			{Trigger: "produce", From: at("contract"), To: "production", Gate: pipeline.Gate{Fields: []string{"down_payment"}}},
			{Trigger: "deliver", From: at("production"), To: "delivered", Gate: pipeline.Gate{Fields: []string{"registration"}, Checklists: []string{"handover"}, Blocking: pipeline.SeverityHigh}, Effects: []string{"open_owner_record"}},
			{Trigger: "hold", From: at("inquiry", "transport_task", "specification", "trial", "quote", "finance"), To: "on_hold", Reasons: "hold"},
			{Trigger: "resume", From: at("on_hold"), Resume: true},
			{Trigger: "lose", From: at("inquiry", "transport_task", "specification", "trial", "quote", "finance", "on_hold"), To: "lost", Reasons: "loss"},
			{Trigger: "cancel", From: at("contract", "production"), To: "cancelled", Reasons: "cancellation"},
		},
		Fields: []pipeline.Field{
			personal(text("contact", "Fleet manager")), number("fleet_size", "Trucks in the fleet"), text("cargo", "What is carried"), text("route", "Routes and roads"),
			number("quantity", "Payload to be bought"), oneOf("quantity_unit", "Unit of the quantity", "t"), text("configuration", "Axles, engine, cab"),
			text("body_builder", "Maker of the body, or none"), text("trial_report", "Consumption and load on the trial"), money("quote", "Quote"),
			money("cost_per_km", "Cost of a kilometre"), oneOf("service_contract", "Service contract", "none", "maintenance", "full", "uptime"),
			text("contract_number", "Number of the contract"), date("delivery_date", "Delivery promised for"), money("down_payment", "Down payment"), text("registration", "Registrations"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "loss", Reasons: []pipeline.Reason{{ID: "price"}, {ID: "cost_per_km"}, {ID: "service_network"}, {ID: "delivery_time"}, {ID: "finance"}, {ID: "other_brand"}, other()}},
			{Name: "cancellation", Reasons: []pipeline.Reason{{ID: "freight_lost"}, {ID: "late"}, other()}},
			{Name: "respecification", Reasons: []pipeline.Reason{{ID: "payload"}, {ID: "consumption"}, {ID: "task_changed"}, other()}},
			{Name: "finance_refused", Reasons: []pipeline.Reason{{ID: "credit"}, {ID: "documents"}, other()}},
			{Name: "hold", Reasons: []pipeline.Reason{{ID: "freight_contract_pending"}, {ID: "season"}, other()}},
		},
		Roles:      []string{"sales_manager"},
		Checklists: []pipeline.Checklist{{ID: "handover", Items: []pipeline.Item{{ID: "inspection", Label: "Inspected before delivery"}, {ID: "body_accepted"}, {ID: "papers"}, {ID: "driver_training"}}}},
	})
}

func truckSale() Template {
	ends := at("delivered", "lost", "cancelled")
	return Template{
		Trade:      "trucks",
		About:      "Payload that a haulier buys, in tonnes; won when the trucks are on the road.",
		Definition: TruckSale(),
		KPIs: []KPI{
			share("win_rate", "Win rate", "inquiries delivered", "inquiries closed", Higher, tradeUsage, Which{Now: at("delivered")}, Which{Now: ends}),
			share("trial_to_contract", "Trial to contract", "trials with a contract", "inquiries with a trial", Higher, tradeUsage, Which{Reached: at("contract")}, Which{Reached: at("trial")}),
			figure("tonnage", "Tonnage sold", "tonnes of payload delivered", "months", "t", Higher, quotient, tradeUsage),
			figure("price_per_tonne", "Price of a tonne", "amount of contracts", "tonnes of their payload", "money", Higher, quotient, tradeUsage),
			figure("service_share", "Service contracts", "deliveries with a service contract", "deliveries", "%", Higher, quotient, tradeUsage),
		},
		Segments: []Segment{{ID: "fleet", Rule: "fleet_size from 20"}, {ID: "owner_driver", Rule: "fleet_size up to 3"}, {ID: "haulier", Rule: "all others"}},
		Units:    []string{"t"},
	}
}
