package process

import "github.com/rapport-crm/rapport/pipeline"

// CarSale is a lead of a car maker that a dealer turns into a delivery. A dealer who does
// not accept in time loses the lead to the next. The record of the owner goes on in
// [OwnerService]; trucks have a process of their own, [TruckSale].
//
// A lead comes as the trade sends it (ADF). First contact is due within 5 minutes: a
// vendor's table has about 20 % reached below 5 minutes beside 5 % above 30. How long a
// dealer has to accept, and the other limits, are defaults without a source.
func CarSale() pipeline.Definition {
	return finished(pipeline.Definition{
		ID: "car_sale", Version: 1, Initial: "lead",
		Stages: []pipeline.Stage{
			{ID: "active", Initial: "lead"},
			{ID: "lead", Within: "active", Category: pipeline.CategoryOmitted, Leave: pipeline.Gate{Fields: []string{"model", "source", "area", "contact"}}},
			{ID: "deduped", Label: "Checked for duplicates", Within: "active", Category: pipeline.CategoryOmitted, Leave: pipeline.Gate{Fields: []string{"dealer"}}},
			{
				ID: "assigned", Label: "Assigned to a dealer", Within: "active", Category: pipeline.CategoryOmitted,
				Limits: []pipeline.Limit{{ID: "dealer_accept", Within: span("15min"), Warn: 75, Trigger: "reassign"}},
			},
			{
				ID: "accepted", Label: "Accepted by the dealer", Within: "active", Category: pipeline.CategoryPipeline,
				Limits: []pipeline.Limit{{ID: "first_contact", Within: span("5min")}},
			},
			{ID: "contacted", Within: "active", Category: pipeline.CategoryPipeline, Limits: []pipeline.Limit{{ID: "appointment", Within: span("3d")}}},
			{
				ID: "appointment", Within: "active", Category: pipeline.CategoryPipeline, Enter: pipeline.Gate{Fields: []string{"appointment_at"}},
				Limits: []pipeline.Limit{{ID: "remind", Field: "appointment_at", Within: span("-24h")}},
			},
			{ID: "show", Label: "In the showroom", Within: "active", Category: pipeline.CategoryBestCase},
			{ID: "test_drive", Within: "active", Category: pipeline.CategoryBestCase, Enter: pipeline.Gate{Fields: []string{"driving_licence"}}},
			{ID: "quote", Label: "Quote and trade-in", Within: "active", Category: pipeline.CategoryBestCase, Enter: pipeline.Gate{Fields: []string{"quote", "trade_in"}}},
			{ID: "finance", Within: "active", Category: pipeline.CategoryCommit},
			{
				ID: "order", Label: "Ordered", Within: "active", Category: pipeline.CategoryCommit, Enter: pipeline.Gate{Fields: []string{"order_number", "quantity", "quantity_unit", "delivery_date"}},
				Limits: []pipeline.Limit{{ID: "deliver", Field: "delivery_date", Within: span("0d")}},
			},
			won("delivered", "Delivered"),
			lost("lost", "Lost"),
			lost("duplicate", "Duplicate or no lead"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "check", Label: "No duplicate", From: at("lead"), To: "deduped"},
			{Trigger: "assign", From: at("deduped"), To: "assigned", Effects: []string{"offer_to_dealer"}},
			{Trigger: "accept", From: at("assigned"), To: "accepted", Roles: []string{"dealer"}},
			{Trigger: "reassign", Label: "To the next dealer", From: at("assigned", "accepted"), To: "assigned", Effects: []string{"choose_next_dealer", "offer_to_dealer"}},
			{Trigger: "contact", From: at("accepted"), To: "contacted"},
			{Trigger: "make_appointment", From: at("contacted", "appointment"), To: "appointment"},
			{Trigger: "show", Label: "The customer came", From: at("appointment", "contacted"), To: "show"},
			{Trigger: "no_show", From: at("appointment"), To: "contacted", Back: true, Reasons: "no_show"},
			{Trigger: "drive", From: at("show"), To: "test_drive"},
			{Trigger: "quote", From: at("show", "test_drive"), To: "quote"},
			{Trigger: "finance", From: at("quote"), To: "finance"},
			{Trigger: "refuse_finance", From: at("finance"), To: "quote", Back: true, Reasons: "finance_refused"},
			{Trigger: "order", From: at("quote", "finance"), To: "order"},
			{Trigger: "deliver", From: at("order"), To: "delivered", Gate: pipeline.Gate{Fields: []string{"vehicle_number"}, Checklists: []string{"handover"}}, Effects: []string{"open_owner_record"}},
			{Trigger: "lose", From: at("active"), To: "lost", Reasons: "loss"},
			{Trigger: "discard", From: at("lead"), To: "duplicate", Reasons: "discard"},
			{Trigger: "return", Label: "The customer is back", From: at("lost"), To: "contacted"},
		},
		Fields: []pipeline.Field{
			text("model", "Model"), oneOf("source", "Source", "hotline", "web", "online_guide", "showroom", "event"), text("area", "Area"),
			personal(text("contact", "Phone or mail")), text("dealer", "Dealer"), instant("appointment_at", "Appointment"), personal(text("driving_licence", "Driving licence seen")),
			money("quote", "Quote"), text("trade_in", "Trade-in, or none"), text("order_number", "Number of the order"),
			number("quantity", "How many"), oneOf("quantity_unit", "Unit of the quantity", "piece"), date("delivery_date", "Delivery promised for"),
			text("vehicle_number", "Identification number of the vehicle"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "loss", Reasons: []pipeline.Reason{{ID: "other_brand"}, {ID: "other_dealer"}, {ID: "price"}, {ID: "no_contact"}, {ID: "finance"}, other()}},
			{Name: "discard", Reasons: []pipeline.Reason{{ID: "duplicate"}, {ID: "spam"}}},
			{Name: "no_show", Reasons: []pipeline.Reason{{ID: "not_come"}, {ID: "called_off"}}},
			{Name: "finance_refused", Reasons: []pipeline.Reason{{ID: "credit"}, {ID: "documents"}, other()}},
		},
		Roles:      []string{"dealer"},
		Checklists: []pipeline.Checklist{{ID: "handover", Items: []pipeline.Item{{ID: "inspection", Label: "Inspected before delivery"}, {ID: "papers"}, {ID: "paid"}, {ID: "explained"}}}},
	})
}

func carSale() Template {
	const vendors = "vendors' tables on dealers' leads"
	ends := at("delivered", "lost")
	return Template{
		Trade:      "cars",
		About:      "A lead that a dealer works on; won when the car is delivered.",
		Definition: CarSale(),
		KPIs: []KPI{
			share("appointment_rate", "Appointments", "leads with an appointment", "leads contacted", Higher, vendors, Which{Reached: at("appointment")}, Which{Reached: at("contacted")}),
			share("show_rate", "Shows", "leads that came to the showroom", "leads with an appointment", Higher, vendors, Which{Reached: at("show")}, Which{Reached: at("appointment")}),
			share("test_rate", "Test drives", "leads that drove", "leads that came to the showroom", Higher, vendors, Which{Reached: at("test_drive")}, Which{Reached: at("show")}),
			share("close_rate", "Closing rate", "leads delivered", "leads accepted by a dealer and closed", Higher, vendors, Which{Now: at("delivered")}, Which{Reached: at("accepted"), Now: ends}),
			share("reassigned", "Re-assigned", "leads given to another dealer", "leads assigned", Lower, vendors, Which{Fired: []pipeline.TriggerID{"reassign"}}, Which{Reached: at("assigned")}),
			share("never_contacted", "Never contacted", "leads lost without a contact", "leads assigned and closed", Lower, vendors+": 71 % never followed up",
				Which{Avoided: at("contacted")}, Which{Reached: at("assigned"), Now: ends}),
			figure("response_time", "Response time", "time from the lead to the first contact", "leads contacted", "min", Lower, "median", vendors+": 5 minutes"),
		},
		Segments: []Segment{{ID: "first_car", Rule: "no vehicle before"}, {ID: "replacement", Rule: "trade_in is not none"}, {ID: "conquest", Rule: "trade_in of another brand"}},
		Units:    []string{"piece"},
	}
}
