package process_test

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/pipeline"
)

// toDesign leads a project to the design.
func toDesign(steps ...step) []step {
	return slices.Concat([]step{
		{fire: "qualify", set: "need budget decision_chain", want: "qualified"},
		{fire: "design", roles: "bid_manager", set: "tender_deadline", want: "design", prepare: []prepare{votes("bid_decision", "sales_manager", "presales")}},
	}, steps)
}

// toBidding leads it on to the bid.
func toBidding(steps ...step) []step {
	return slices.Concat(toDesign(
		step{fire: "justify", set: "solution_document", data: pipeline.Values{"solution_cost": amount("80.00 EUR")}, want: "justification"},
		step{fire: "bid", set: "verified_on", want: "bidding", prepare: []prepare{votes("solution_verified", "presales")}},
	), steps)
}

// toEvaluation hands the bid in.
func toEvaluation(steps ...step) []step {
	return slices.Concat(toBidding(
		step{
			fire: "submit_bid", set: "bid_price bid_bond", want: "evaluation",
			prepare: []prepare{done("compliance_matrix", "reviews"), votes("price", "finance")},
		},
	), steps)
}

func salesWalks() []walk {
	verified := &pipeline.ApprovalError{Approval: "solution_verified", Want: 1, Roles: []string{"presales"}}
	price := func(have, want int) error {
		return &pipeline.ApprovalError{Approval: "price", Have: have, Want: want, Roles: []string{"sales_manager", "finance"}}
	}
	return []walk{
		{name: "won", process: "project_sales", steps: toEvaluation(
			step{fire: "answer_clarification", set: "clarification_due", want: "evaluation"},
			step{fire: "award", refused: reasons(missing(pipeline.FieldAmount, "contract_number"))},
			step{fire: "award", set: "amount contract_number", want: "won"},
			step{fire: "hold", err: &pipeline.ClosedError{Stage: "won", Outcome: pipeline.Won, Trigger: "hold"}},
		)},
		{name: "no bid without a verified solution", process: "project_sales", steps: toDesign(
			step{fire: "bid", refused: reasons(missing("solution_document", "solution_cost", "verified_on"), verified)},
			step{fire: "bid", set: "solution_document solution_cost", refused: reasons(missing("verified_on"), verified)},
			step{fire: "bid", set: "solution_document solution_cost verified_on", refused: reasons(verified)},
			step{
				fire: "bid", set: "solution_document solution_cost verified_on", by: "presales0", refused: reasons(verified),
				prepare: []prepare{votes("solution_verified", "presales")}, // the one who bids has verified it himself
			},
			step{fire: "bid", set: "solution_document solution_cost verified_on", want: "bidding"},
		)},
		{name: "no design without a bid decision", process: "project_sales", steps: []step{
			{fire: "qualify", refused: reasons(missing("need", "budget", "decision_chain"))},
			{fire: "qualify", set: "need budget decision_chain", want: "qualified"},
			{fire: "design", roles: "presales", refused: reasons(
				&pipeline.RoleError{By: "clerk", Have: []string{"presales"}, Want: []string{"bid_manager"}}, missing("tender_deadline"),
				&pipeline.ApprovalError{Approval: "bid_decision", Want: 2, Roles: []string{"sales_manager", "presales"}},
			)},
			{fire: "no_bid", because: "no_margin", refused: reasons(&pipeline.RoleError{By: "clerk", Have: []string{}, Want: []string{"bid_manager"}})},
			{fire: "no_bid", because: "no_margin", roles: "bid_manager", want: "no_bid"},
		}},
		{name: "a bid is whole and in time", process: "project_sales", steps: toBidding(
			step{
				fire: "submit_bid", set: "bid_bond", data: pipeline.Values{"bid_price": amount("100.00 EUR")}, prepare: []prepare{done("compliance_matrix-legal")},
				refused: reasons(
					&pipeline.ChecklistError{Checklist: "compliance_matrix", Items: []string{"legal"}},
					&pipeline.ChecklistError{Checklist: "reviews", Items: []string{"design_review", "final_review", "price_review"}}, price(0, 1)),
			},
			step{
				fire: "submit_bid", set: "bid_bond bid_price", prepare: []prepare{done("compliance_matrix", "reviews"), votes("price", "finance"), problem(pipeline.SeverityHigh)},
				refused: reasons(&pipeline.ProblemError{Blocking: pipeline.SeverityHigh, Problems: []pipeline.Problem{{ID: "p1", Severity: pipeline.SeverityHigh, OpenedAt: start()}}}),
			},
			step{
				fire: "submit_bid", set: "bid_bond bid_price", after: 400 * 24 * time.Hour, prepare: []prepare{solved()},
				refused: reasons(late("tender_deadline", "2027-01-01T00:00:00Z", start().Add(400*24*time.Hour+6*time.Hour))),
			},
			step{fire: "cancel", because: "no_budget", want: "cancelled"},
		)},
		{name: "below the margin floor two approve", process: "project_sales", steps: toBidding(
			step{
				fire: "submit_bid", set: "bid_bond", data: pipeline.Values{"bid_price": amount("94.11 EUR")}, // 80 is 85 % of 94.1176…
				prepare: []prepare{done("compliance_matrix", "reviews"), votes("price", "finance")}, refused: reasons(price(1, 2)),
			},
			step{fire: "submit_bid", set: "bid_bond", data: pipeline.Values{"bid_price": amount("94.11 EUR")}, prepare: []prepare{votes("price", "finance", "sales_manager")}, want: "evaluation"},
		)},
		{name: "at the margin floor one approves", process: "project_sales", steps: toBidding(
			step{
				fire: "submit_bid", set: "bid_bond", data: pipeline.Values{"bid_price": amount("94.12 EUR")},
				prepare: []prepare{done("compliance_matrix", "reviews"), votes("price", "finance")}, want: "evaluation",
			},
		)},
		{name: "lost", process: "project_sales", steps: toEvaluation(
			step{fire: "lose", set: "competitors", refused: reasons(&pipeline.ReasonError{List: "loss", Want: []string{"price", "specification", "relationship", "late", "other"}})},
			step{fire: "lose", set: "competitors", because: "other", refused: reasons(&pipeline.ReasonError{Reason: "other", List: "loss", NeedNote: true})},
			step{fire: "lose", because: "price", refused: reasons(missing(pipeline.FieldCompetitors))},
			step{fire: "lose", set: "competitors", because: "price", want: "lost"},
		)},
		{name: "back with a reason, held and resumed", process: "project_sales", steps: toEvaluation(
			step{fire: "rebid", refused: reasons(&pipeline.ReasonError{List: "rebid", Want: []string{"best_and_final_offer", "tender_repeated", "other"}})},
			step{fire: "rebid", because: "best_and_final_offer", want: "bidding"},
			step{fire: "rework", because: "cost", want: "design"},
			step{fire: "hold", because: "buyer_postponed", want: "on_hold"},
			step{fire: "resume", want: "design"},
		)},

		{name: "need found", process: "return_visit", open: step{set: "project due_date", want: "due"}, steps: []step{
			{fire: "agree", set: "contact", refused: reasons(missing("visit_at"))},
			{fire: "agree", set: "contact visit_at", want: "agreed"},
			{fire: "put_off", because: "customer_busy", want: "on_hold"},
			{fire: "resume", want: "agreed"},
			{fire: "visit", want: "visited"},
			{fire: "find_need", set: "need follow_up_date findings satisfaction", refused: reasons(
				&pipeline.ChecklistError{Checklist: "visit", Items: []string{"operation_seen", "complaints_asked", "plans_asked"}},
			)},
			{fire: "find_need", set: "need follow_up_date findings satisfaction", prepare: []prepare{done("visit")}, want: "need_found"},
		}},
		{name: "no need", process: "return_visit", open: step{set: "project due_date"}, steps: []step{
			{fire: "agree", set: "contact visit_at", want: "agreed"},
			{fire: "visit", want: "visited"},
			{fire: "find_none", because: "runs_well", refused: reasons(missing("findings"))},
			{fire: "find_none", because: "runs_well", set: "findings", want: "no_need"},
		}},
		{name: "not visited", process: "return_visit", open: step{set: "project due_date"}, steps: []step{{fire: "drop", because: "no_contact", want: "not_visited"}}},

		{name: "closed", process: "real_estate_sale", open: step{set: "source", want: "new"}, steps: []step{
			{fire: "contact", set: "contact consent", refused: reasons(missing("first_tried_on"))},
			{fire: "contact", set: "contact consent first_tried_on", want: "contacted"},
			{fire: "chase", after: 24 * time.Hour, want: "contacted"},
			{fire: "engage", set: "purchase_budget wanted months_to_purchase", want: "engaged"},
			{fire: "reserve", err: &pipeline.NotPermittedError{Stage: "engaged", Trigger: "reserve", Permitted: []pipeline.TriggerID{"visit", "park", "lose"}}},
			{fire: "visit", set: "visit_at", want: "visit"},
			{fire: "reserve", set: "reserved_until unit", refused: reasons(missing("deposit"))},
			{fire: "reserve", set: "reserved_until unit deposit", want: "reserved"},
			{fire: "release", because: "not_paid", want: "visit"},
			{fire: "reserve", data: pipeline.Values{"reserved_until": day("2026-03-10")}, want: "reserved"},
			{fire: "sign", set: "contract_number financing", after: 10 * 24 * time.Hour, refused: reasons(late("reserved_until", "2026-03-11T00:00:00Z", start().Add(10*24*time.Hour+33*time.Hour)))},
			{fire: "sign", set: "contract_number financing reserved_until", want: "contract"},
			{fire: "close", set: "amount", want: "closed"},
		}},
		{name: "nurtured and never deleted", process: "real_estate_sale", open: step{set: "source"}, steps: []step{
			{fire: "contact", set: "contact consent first_tried_on", want: "contacted"},
			{fire: "no_response", because: "no_contact", data: pipeline.Values{"attempts": pipeline.Whole(2)}, refused: reasons(guard("attempts_made", "attempts", "2", "at least 3"))},
			{fire: "no_response", because: "no_contact", data: pipeline.Values{"attempts": pipeline.Whole(3)}, want: "nurture"},
			{fire: "re_engage", after: 400 * 24 * time.Hour, refused: reasons(late("first_tried_on", "2027-01-01T00:00:00Z", start().Add(400*24*time.Hour+3*time.Hour)))},
			{fire: "re_engage", data: pipeline.Values{"first_tried_on": day("2027-04-06")}, want: "contacted"},
			{fire: "engage", set: "purchase_budget wanted", data: pipeline.Values{"months_to_purchase": pipeline.Whole(7)}, because: "timing", want: "nurture"},
			{fire: "re_engage", want: "contacted"},
			{fire: "engage", set: "purchase_budget wanted", data: pipeline.Values{"months_to_purchase": pipeline.Whole(6)}, want: "engaged"},
			{fire: "lose", because: "area", want: "bought_elsewhere"},
			{fire: "re_engage", want: "contacted"},
			{fire: "park", because: "timing", want: "nurture"},
		}},
		{name: "no source", process: "real_estate_sale", open: step{refused: reasons(missing("source"))}},
		{name: "spam", process: "real_estate_sale", open: step{set: "source"}, steps: []step{
			{fire: "discard", because: "spam", want: "spam"},
			{fire: "re_engage", err: &pipeline.ClosedError{Stage: "spam", Outcome: pipeline.Lost, Trigger: "re_engage"}},
		}},
	}
}
