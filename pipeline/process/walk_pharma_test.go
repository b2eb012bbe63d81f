package process_test

import (
	"time"

	"github.com/rapport-crm/rapport/pipeline"
)

func pharmaWalks() []walk {
	samples := func(issued, given, returned int64) pipeline.Values {
		return pipeline.Values{"samples_issued": pipeline.Whole(issued), "samples_given": pipeline.Whole(given), "samples_returned": pipeline.Whole(returned)}
	}
	packs := func(quantity, available int64) pipeline.Values {
		return pipeline.Values{"quantity": pipeline.Whole(quantity), "available": pipeline.Whole(available)}
	}
	visited := func(track string, steps ...step) []step {
		return append([]step{{fire: "visit", set: "consent licence_valid_until", data: pipeline.Values{"track": pipeline.Text(track)}, want: "visited"}}, steps...)
	}
	manager := &pipeline.RoleError{By: "clerk", Have: []string{}, Want: []string{"district_manager"}}
	return []walk{
		{name: "closed when the samples add up", process: "pharma_cycle", steps: []step{
			{fire: "list", refused: reasons(missing("territory", "cycle_start"))},
			{fire: "list", set: "territory cycle_start", want: "target_list"},
			{fire: "submit", set: "doctors pharmacies", prepare: []prepare{done("targets")}, want: "approval"},
			{fire: "revise", because: "off_target", want: "target_list"},
			{fire: "submit", want: "approval"},
			{fire: "approve", by: "district_manager0", prepare: []prepare{votes("plan", "district_manager")}, refused: reasons(
				&pipeline.ApprovalError{Approval: "plan", Want: 1, Roles: []string{"district_manager"}},
			)},
			{fire: "approve", want: "running"},
			{fire: "count", set: "calls_made", want: "reconciliation"},
			{fire: "close", data: samples(120, 100, 19), refused: reasons(guard("samples_balance", "samples_issued", "120", "119"))},
			{fire: "close", data: samples(120, 100, 20), want: "closed"},
		}},
		{name: "cancelled", process: "pharma_cycle", steps: []step{{fire: "cancel", because: "absence", want: "cancelled"}}},

		{name: "doctor with samples", process: "pharma_visit", steps: visited("doctor",
			step{fire: "report", set: "details feedback samples_left", refused: reasons(missing("sample_lot", "sample_signature"))},
			step{fire: "report", set: "details feedback samples_left sample_lot sample_signature", want: "reported"},
			step{fire: "approve", refused: reasons(manager)},
			step{fire: "return", because: "samples", roles: "district_manager", want: "visited"},
			step{fire: "report", want: "reported"},
			step{fire: "approve", roles: "district_manager", want: "approved"},
		)},
		{name: "doctor without samples", process: "pharma_visit", steps: visited("doctor",
			step{fire: "report", set: "details", refused: reasons(missing("feedback"))},
			step{fire: "report", set: "details feedback", want: "reported"},
		)},
		{name: "pharmacy", process: "pharma_visit", steps: visited("pharmacy",
			step{fire: "report", set: "feedback", refused: reasons(missing("stock_found", "shelf"))},
			step{fire: "report", set: "feedback stock_found shelf", want: "reported"},
		)},
		{name: "no licence, no visit", process: "pharma_visit", steps: []step{
			{fire: "replan", set: "planned_date", want: "planned"},
			{fire: "visit", set: "track", refused: reasons(missing("consent"), missing("licence_valid_until"))},
			{
				fire: "visit", set: "track consent", data: pipeline.Values{"licence_valid_until": day("2026-03-01")},
				refused: reasons(late("licence_valid_until", "2026-03-02T00:00:00Z", start().Add(3*time.Hour))),
			},
			{fire: "miss", because: "no_access", want: "missed"},
		}},

		{name: "delivered after a back order", process: "pharma_order", steps: []step{
			{fire: "promise", set: "product licence_valid_until", data: packs(10, 4), want: "backorder"},
			{fire: "promise", data: packs(10, 9), want: "backorder"},
			{fire: "promise", data: packs(10, 10), want: "promised"},
			{fire: "ship", set: "lot", data: packs(10, 9), refused: reasons(guard("stock_covers", "available", "9", "at least 10"))},
			{fire: "ship", set: "lot", data: packs(10, 10), want: "shipped"},
			{fire: "recall", because: "quality", want: "taken"},
			{fire: "promise", want: "promised"},
			{fire: "ship", want: "shipped"},
			{fire: "deliver", refused: reasons(missing("delivery_note"))},
			{fire: "deliver", set: "delivery_note", want: "delivered"},
		}},
		{name: "rejected", process: "pharma_order", steps: []step{
			{fire: "promise", data: packs(1, 1), refused: reasons(missing("product"), missing("licence_valid_until"))},
			{fire: "reject", because: "licence", want: "rejected"},
		}},
		{name: "cancelled", process: "pharma_order", steps: []step{{fire: "cancel", because: "price", want: "cancelled"}}},
	}
}
