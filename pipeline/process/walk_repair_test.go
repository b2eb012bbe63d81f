package process_test

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/pipeline"
)

// toDiagnosis leads a repair to the diagnosis.
func toDiagnosis(warranty string, steps ...step) []step {
	return slices.Concat([]step{
		{fire: "triage", set: "serial_number symptom address", want: "triaged"},
		{fire: "schedule", set: "purchase_date visit_at", data: pipeline.Values{"warranty": pipeline.Text(warranty)}, want: "scheduled"},
		{fire: "dispatch", set: "technician", want: "dispatched"},
		{fire: "arrive", want: "on_site"},
		{fire: "diagnose", set: "fault_code", want: "diagnosed"},
	}, steps)
}

func repairWalks() []walk {
	return []walk{
		{name: "warranty, fixed at the first visit", process: "appliance_repair", steps: toDiagnosis("yes",
			step{fire: "go_on", want: "repaired"},
			step{fire: "test", refused: reasons(missing("test_result"))},
			step{fire: "test", set: "test_result", want: "tested"},
			step{fire: "complete", set: "cost", refused: reasons(missing("customer_signature"))},
			step{fire: "complete", set: "cost customer_signature", want: "completed"},
			step{fire: "follow_up", refused: reasons(missing("satisfaction"))},
			step{fire: "follow_up", set: "satisfaction", want: "closed"},
			step{fire: "repeat", because: "same_fault", after: 30 * 24 * time.Hour, refused: reasons(&pipeline.GuardError{
				Guard: "repeat_window", Err: late("closed", "2026-04-01T21:00:00Z", start().Add(30*24*time.Hour+12*time.Hour)),
			})},
		)},
		{name: "waits for a part, tested twice, repeated", process: "appliance_repair", steps: toDiagnosis("no",
			step{fire: "go_on", refused: reasons(missing("estimate"))},
			step{fire: "go_on", set: "estimate", want: "estimate"},
			step{fire: "order_part", set: "part_number part_quantity", want: "waiting_part"},
			step{fire: "reschedule", refused: reasons(&pipeline.PartError{Part: "part"})},
			step{fire: "reschedule", prepare: []prepare{part("part", "discontinued", pipeline.Lost)}, refused: reasons(&pipeline.PartError{Part: "part", Stage: "discontinued", Outcome: pipeline.Lost})},
			step{fire: "reschedule", prepare: []prepare{part("part", "arrived", pipeline.Won)}, want: "rescheduled"},
			step{fire: "arrive", want: "on_site"},
			step{fire: "fit_part", want: "repaired"},
			step{fire: "test", set: "test_result", want: "tested"},
			step{fire: "rework", because: "still_faulty", want: "diagnosed"},
			step{fire: "go_on", want: "estimate"},
			step{fire: "accept_estimate", want: "repaired"},
			step{fire: "test", want: "tested"},
			step{fire: "complete", set: "cost customer_signature", want: "completed"},
			step{fire: "close", want: "closed"},
			step{fire: "repeat", because: "same_fault", after: 29 * 24 * time.Hour, want: "triaged"},
			step{fire: "no_fault", because: "explained", want: "no_fault"},
		)},
		{name: "declined", process: "appliance_repair", steps: toDiagnosis("no", step{fire: "go_on", set: "estimate", want: "estimate"}, step{fire: "decline", because: "buys_new", want: "declined"})},
		{name: "exchanged", process: "appliance_repair", steps: toDiagnosis("yes", step{fire: "exchange", because: "beyond_repair", want: "exchanged"})},
		{name: "given to another technician, cancelled", process: "appliance_repair", steps: []step{
			{fire: "triage", refused: reasons(missing("serial_number", "symptom", "address"))},
			{fire: "triage", set: "serial_number symptom address", want: "triaged"},
			{fire: "schedule", set: "purchase_date warranty visit_at", want: "scheduled"},
			{fire: "reassign", want: "scheduled"},
			{fire: "cancel", because: "withdrawn", want: "cancelled"},
		}},

		{name: "arrived", process: "part_order", steps: []step{
			{fire: "order", refused: reasons(missing("part_number", "part_quantity"))},
			{fire: "order", set: "part_number part_quantity", want: "ordered"},
			{fire: "backorder", set: "promised_date", want: "backordered"},
			{fire: "ship", want: "shipped"},
			{fire: "arrive", refused: reasons(missing("delivery_note"))},
			{fire: "wrong_part", because: "damaged", want: "ordered"},
			{fire: "ship", want: "shipped"},
			{fire: "arrive", set: "delivery_note", want: "arrived"},
		}},
		{name: "from stock", process: "part_order", steps: []step{{fire: "take_from_stock", set: "part_number part_quantity", want: "arrived"}}},
		{name: "discontinued", process: "part_order", steps: []step{{fire: "discontinue", because: "no_successor", want: "discontinued"}}},
		{name: "cancelled", process: "part_order", steps: []step{{fire: "cancel", because: "not_needed", want: "cancelled"}}},
	}
}
