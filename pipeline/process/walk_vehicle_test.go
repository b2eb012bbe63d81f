package process_test

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/pipeline"
)

// toContact leads a lead of a car to the first contact.
func toContact(steps ...step) []step {
	return slices.Concat([]step{
		{fire: "check", set: "model source area contact", want: "deduped"},
		{fire: "assign", set: "dealer", want: "assigned"},
		{fire: "accept", roles: "dealer", want: "accepted"},
		{fire: "contact", want: "contacted"},
	}, steps)
}

// toQuote leads a sale of trucks to the quote.
func toQuote(steps ...step) []step {
	tonnes := pipeline.Values{"quantity": pipeline.Whole(30), "quantity_unit": pipeline.Text("t")}
	return slices.Concat([]step{
		{fire: "understand", set: "contact fleet_size", want: "transport_task"},
		{fire: "specify", set: "cargo route", data: tonnes, want: "specification"},
		{fire: "quote", set: "configuration body_builder quote cost_per_km service_contract", want: "quote", prepare: []prepare{votes("fleet_price", "sales_manager")}},
	}, steps)
}

func vehicleWalks() []walk {
	return []walk{
		{name: "delivered", process: "car_sale", steps: toContact(
			step{fire: "make_appointment", refused: reasons(missing("appointment_at"))},
			step{fire: "make_appointment", set: "appointment_at", want: "appointment"},
			step{fire: "no_show", because: "not_come", want: "contacted"},
			step{fire: "make_appointment", want: "appointment"},
			step{fire: "show", want: "show"},
			step{fire: "drive", refused: reasons(missing("driving_licence"))},
			step{fire: "drive", set: "driving_licence", want: "test_drive"},
			step{fire: "quote", set: "quote trade_in", want: "quote"},
			step{fire: "finance", want: "finance"},
			step{fire: "refuse_finance", because: "credit", want: "quote"},
			step{fire: "order", set: "order_number quantity delivery_date", refused: reasons(missing("quantity_unit"))},
			step{
				fire: "order", set: "order_number quantity delivery_date", data: pipeline.Values{"quantity_unit": pipeline.Text("t")},
				err: &pipeline.UnknownFieldError{Field: "quantity_unit", Value: pipeline.Text("t"), Want: `want one of ["piece"]`},
			},
			step{fire: "order", set: "order_number quantity quantity_unit delivery_date", want: "order"},
			step{fire: "deliver", set: "vehicle_number", refused: reasons(&pipeline.ChecklistError{Checklist: "handover", Items: []string{"inspection", "papers", "paid", "explained"}})},
			step{fire: "deliver", set: "vehicle_number", prepare: []prepare{done("handover")}, want: "delivered"},
		)},
		{name: "a dealer who waits loses the lead", process: "car_sale", steps: []step{
			{fire: "check", refused: reasons(missing("model", "source", "area", "contact"))},
			{fire: "check", set: "model source area contact", want: "deduped"},
			{fire: "assign", set: "dealer", want: "assigned"},
			{fire: "contact", err: &pipeline.NotPermittedError{Stage: "assigned", Trigger: "contact", Permitted: []pipeline.TriggerID{"accept", "reassign", "lose"}}},
			{fire: "reassign", after: 16 * time.Minute, want: "assigned"},
			{fire: "accept", refused: reasons(&pipeline.RoleError{By: "clerk", Have: []string{}, Want: []string{"dealer"}})},
			{fire: "accept", roles: "dealer", want: "accepted"},
			{fire: "lose", because: "no_contact", want: "lost"},
			{fire: "return", want: "contacted"},
		}},
		{name: "duplicate", process: "car_sale", steps: []step{{fire: "discard", because: "duplicate", want: "duplicate"}}},

		{name: "thirty tonnes delivered", process: "truck_sale", steps: toQuote(
			step{fire: "finance", want: "finance"},
			step{fire: "sign", set: "contract_number delivery_date", want: "contract"},
			step{fire: "produce", refused: reasons(missing("down_payment"))},
			step{fire: "produce", set: "down_payment", want: "production"},
			step{fire: "deliver", set: "registration", prepare: []prepare{done("handover")}, want: "delivered"},
		)},
		{name: "counted in tonnes, not in pieces", process: "truck_sale", steps: []step{
			{fire: "understand", set: "contact fleet_size", want: "transport_task"},
			{
				fire: "specify", set: "cargo route quantity", data: pipeline.Values{"quantity_unit": pipeline.Text("piece")},
				err: &pipeline.UnknownFieldError{Field: "quantity_unit", Value: pipeline.Text("piece"), Want: `want one of ["t"]`},
			},
			{fire: "specify", set: "cargo route quantity quantity_unit", want: "specification"},
			{fire: "quote", set: "configuration body_builder quote cost_per_km", refused: reasons(
				missing("service_contract"), &pipeline.ApprovalError{Approval: "fleet_price", Want: 1, Roles: []string{"sales_manager"}})},
			{fire: "try", set: "configuration body_builder", want: "trial"},
			{fire: "respecify", because: "payload", want: "specification"},
			{fire: "hold", because: "season", want: "on_hold"},
			{fire: "resume", want: "specification"},
			{fire: "lose", because: "service_network", want: "lost"},
		}},
		{name: "cancelled", process: "truck_sale", steps: toQuote(
			step{fire: "sign", set: "contract_number delivery_date", want: "contract"},
			step{fire: "lose", because: "price", err: &pipeline.NotPermittedError{Stage: "contract", Trigger: "lose", Permitted: []pipeline.TriggerID{"produce", "cancel"}}},
			step{fire: "cancel", because: "freight_lost", want: "cancelled"},
		)},

		{name: "returned", process: "owner_service", open: step{set: "vehicle_number due_date"}, steps: []step{
			{fire: "invite", want: "invited"},
			{fire: "remind", want: "invited"},
			{fire: "book", set: "visit_at", refused: reasons(missing("kind"))},
			{fire: "book", set: "visit_at kind", want: "booked"},
			{fire: "check_in", want: "checked_in"},
			{fire: "start", set: "mileage order_signed_by promised_at", want: "in_work"},
			{fire: "wait_part", because: "part", refused: reasons(missing("part_number"))},
			{fire: "wait_part", because: "part", set: "part_number", want: "waiting_part"},
			{fire: "resume", want: "in_work"},
			{fire: "ask_owner", because: "consent", want: "waiting_owner"},
			{fire: "resume", want: "in_work"},
			{fire: "finish", set: "work_done replacement_year", refused: reasons(&pipeline.ChecklistError{Checklist: "quality", Items: []string{"final_check", "test_run"}})},
			{fire: "finish", set: "work_done replacement_year", prepare: []prepare{done("quality")}, want: "ready"},
			{fire: "return", set: "cost", want: "returned"},
			{fire: "complain", because: "same_fault", after: 30 * 24 * time.Hour, refused: reasons(&pipeline.GuardError{
				Guard: "repeat_window", Err: late("returned", "2026-04-01T23:00:00Z", start().Add(30*24*time.Hour+14*time.Hour)),
			})},
		}},
		{name: "the same trouble again", process: "owner_service", open: step{set: "vehicle_number visit_at kind", to: "booked", want: "booked"}, steps: []step{
			{fire: "check_in", want: "checked_in"},
			{fire: "start", set: "mileage order_signed_by promised_at", want: "in_work"},
			{fire: "finish", set: "work_done replacement_year", prepare: []prepare{done("quality-washed")}, want: "ready"},
			{fire: "return", set: "cost", want: "returned"},
			{fire: "complain", because: "same_fault", after: 29 * 24 * time.Hour, want: "booked"},
			{fire: "not_come", because: "no_contact", want: "not_come"},
		}},
		{name: "sold", process: "owner_service", open: step{set: "vehicle_number due_date"}, steps: []step{{fire: "leave", because: "sold", want: "left"}}},
	}
}
