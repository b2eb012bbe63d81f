package process

import "github.com/rapport-crm/rapport/pipeline"

// OwnerService is a visit of a vehicle to the workshop, planned by its mileage or date, a
// recall or a warranty case among them. When the vehicle comes near the end of its cycle the
// visit opens a new lead. The invitation 30 days before the service is due, and the other
// limits, are defaults without a source.
func OwnerService() pipeline.Definition {
	return finished(pipeline.Definition{
		ID: "owner_service", Version: 1, Label: "Service of a vehicle", Initial: "due", Entrances: at("booked"),
		Stages: []pipeline.Stage{
			{
				ID: "due", Enter: pipeline.Gate{Fields: []string{"vehicle_number", "due_date"}},
				Limits: []pipeline.Limit{{ID: "invite", Field: "due_date", Within: span("-30d"), Trigger: "invite"}},
			},
			{ID: "invited", Limits: []pipeline.Limit{{ID: "remind", Within: span("14d"), Trigger: "remind"}}},
			{ID: "booked", Enter: pipeline.Gate{Fields: []string{"vehicle_number", "visit_at", "kind"}}},
			{ID: "checked_in", Label: "In the workshop", Leave: pipeline.Gate{Fields: []string{"mileage", "order_signed_by"}}},
			{
				ID: "in_work", Label: "In work", Leave: pipeline.Gate{Fields: []string{"work_done", "replacement_year"}, Checklists: []string{"quality"}},
				Limits: []pipeline.Limit{{ID: "ready", Field: "promised_at", Within: span("0min"), Warn: 75}},
			},
			{ID: "waiting_owner", Label: "Waiting for the owner", Kind: pipeline.OnHold},
			{ID: "waiting_part", Label: "Waiting for a part", Kind: pipeline.OnHold, OnEnter: []string{"order_part"}},
			{ID: "ready", Leave: pipeline.Gate{Fields: []string{"cost"}}},
			won("returned", "Returned to the owner"),
			lost("not_come", "Did not come"),
			lost("left", "Vehicle has gone"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "invite", From: at("due"), To: "invited"},
			{Trigger: "remind", From: at("invited"), To: "invited", Effects: []string{"send_reminder"}},
			{Trigger: "book", From: at("due", "invited", "booked"), To: "booked"},
			{Trigger: "check_in", From: at("booked"), To: "checked_in"},
			{Trigger: "start", From: at("checked_in"), To: "in_work", Gate: pipeline.Gate{Fields: []string{"promised_at"}}},
			{Trigger: "ask_owner", Label: "More work was found", From: at("in_work"), To: "waiting_owner", Reasons: "waiting"},
			{Trigger: "wait_part", Label: "Wait for a part", From: at("in_work"), To: "waiting_part", Reasons: "waiting", Gate: pipeline.Gate{Fields: []string{"part_number"}}},
			{Trigger: "resume", From: at("waiting_owner", "waiting_part"), Resume: true},
			{Trigger: "finish", From: at("in_work"), To: "ready"},
			{Trigger: "return", From: at("ready"), To: "returned", Effects: []string{"ask_satisfaction", "consider_replacement"}},
			{Trigger: "not_come", From: at("due", "invited", "booked"), To: "not_come", Reasons: "absence"},
			{Trigger: "leave", Label: "Sold or scrapped", To: "left", Reasons: "departure"},
			{Trigger: "complain", Label: "The same trouble again", From: at("returned"), To: "booked", Reasons: "repeat", Gate: pipeline.Gate{Guards: []string{"repeat_window"}}},
		},
		Fields: []pipeline.Field{
			text("vehicle_number", "Identification number of the vehicle"), date("due_date", "Service due on"), instant("visit_at", "Visit agreed for"),
			oneOf("kind", "Kind of visit", "maintenance", "repair", "warranty", "recall"), number("mileage", "Kilometres"), personal(text("order_signed_by", "Order signed by")),
			instant("promised_at", "Promised for"), text("work_done", "Work done"), number("replacement_year", "Year in which the vehicle will be replaced"),
			text("part_number", "Number of the part"), money("cost", "Invoice"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "waiting", Reasons: []pipeline.Reason{{ID: "consent"}, {ID: "part"}, {ID: "warranty_decision"}, other()}},
			{Name: "absence", Reasons: []pipeline.Reason{{ID: "other_workshop"}, {ID: "price"}, {ID: "no_contact"}, other()}},
			{Name: "departure", Reasons: []pipeline.Reason{{ID: "sold"}, {ID: "scrapped"}, {ID: "moved"}}},
			{Name: "repeat", Reasons: []pipeline.Reason{{ID: "same_fault"}, {ID: "follow_on_fault"}, other()}},
		},
		Checklists: []pipeline.Checklist{{ID: "quality", Items: []pipeline.Item{{ID: "final_check"}, {ID: "test_run"}, {ID: "washed", Optional: true}}}},
	})
}

func ownerService() Template {
	return Template{
		Trade:      "cars",
		About:      "A vehicle that comes to the workshop; won when the owner has it back.",
		Definition: OwnerService(),
		KPIs: []KPI{
			share("return_rate", "Service retention", "vehicles that came", "vehicles due and closed, those that have gone left out", Higher, tradeUsage,
				Which{Reached: at("returned")}, Which{Now: at("returned", "not_come")}),
			share("repeat", "Repeat repairs", "visits opened again", "visits returned at some time", Lower, tradeUsage, Which{Reopened: true}, Which{Reached: at("returned")}),
			figure("ready_on_time", "Ready on time", "visits ready by the promised time", "visits ready", "%", Higher, quotient, tradeUsage),
			figure("replacement_leads", "Replacement leads", "leads that visits opened", "visits returned", "%", Higher, quotient, tradeUsage),
		},
		Segments: []Segment{{ID: "warranty", Rule: "within the warranty of the maker"}, {ID: "older", Rule: "beyond it"}, {ID: "replacement", Rule: "replacement_year is this year or the next"}},
		Units:    []string{"piece"},
	}
}
