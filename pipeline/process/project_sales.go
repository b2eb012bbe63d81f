package process

import "github.com/rapport-crm/rapport/pipeline"

// ProjectSales is the sale of a project by tender, in the stages of the work and not in
// percentages: no open stage has a typed probability, histories give it. What takes a deal on
// is what was done in a stage, such as the verified solution without which nobody bids.
//
// Stages and gates follow the bid practice of proposal professionals: a bid decision,
// reviews before the submission, the price approved, nothing after the tender deadline.
// The dates of the reviews and the other limits are defaults without a source.
func ProjectSales() pipeline.Definition {
	highBlocks := pipeline.SeverityHigh
	return finished(pipeline.Definition{
		ID: "project_sales", Version: 1, Label: "Project sales by tender", Initial: "contact",
		Stages: []pipeline.Stage{
			{ID: "active", Initial: "contact"},
			{
				ID: "contact", Within: "active", Category: pipeline.CategoryPipeline,
				Leave:  pipeline.Gate{Fields: []string{"need", "budget", "decision_chain"}, Blocking: highBlocks},
				Limits: []pipeline.Limit{{ID: "qualification", Within: span("10wd"), Warn: 75}},
			},
			{
				ID: "qualified", Within: "active", Category: pipeline.CategoryPipeline,
				Leave: pipeline.Gate{Fields: []string{"tender_deadline"}, Blocking: highBlocks},
			},
			{
				ID: "design", Label: "Solution design", Within: "active", Category: pipeline.CategoryPipeline,
				Leave:  pipeline.Gate{Fields: []string{"solution_document", "solution_cost"}, Blocking: highBlocks},
				Limits: []pipeline.Limit{{ID: "design_review", Field: "tender_deadline", Within: span("-15wd")}},
			},
			{
				ID: "justification", Label: "Solution verification", Within: "active", Category: pipeline.CategoryBestCase,
				Leave:  pipeline.Gate{Blocking: highBlocks},
				Limits: []pipeline.Limit{{ID: "verification_review", Field: "tender_deadline", Within: span("-10wd")}},
			},
			{
				ID: "bidding", Within: "active", Category: pipeline.CategoryBestCase,
				Enter: pipeline.Gate{Fields: []string{"verified_on"}},
				Leave: pipeline.Gate{Blocking: highBlocks},
				Limits: []pipeline.Limit{
					{ID: "final_review", Field: "tender_deadline", Within: span("-5wd")},
					{ID: "price_approval", Field: "tender_deadline", Within: span("-2wd")},
				},
			},
			{
				ID: "evaluation", Label: "Evaluation by the buyer", Within: "active", Category: pipeline.CategoryCommit,
				Leave:  pipeline.Gate{Blocking: highBlocks},
				Limits: []pipeline.Limit{{ID: "clarification", Field: "clarification_due", Within: span("-1wd")}},
			},
			{ID: "on_hold", Kind: pipeline.OnHold, Category: pipeline.CategoryOmitted},
			won("won", "Won"),
			lost("lost", "Lost to the decision of the buyer"),
			lost("no_bid", "Not bid for"),
			lost("cancelled", "Cancelled by the buyer"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "qualify", From: at("contact"), To: "qualified"},
			{
				Trigger: "design", Label: "Bid: start the design", From: at("qualified"), To: "design", Roles: []string{"bid_manager"},
				Gate: pipeline.Gate{Approvals: []pipeline.Approval{{Name: "bid_decision", Roles: []string{"sales_manager", "presales"}, Quorum: 2}}},
			},
			{Trigger: "justify", Label: "Have the solution verified", From: at("design"), To: "justification"},
			{
				Trigger: "bid", Label: "Start the bid", From: at("design", "justification"), To: "bidding",
				Gate: pipeline.Gate{Approvals: []pipeline.Approval{{Name: "solution_verified", Roles: []string{"presales"}, Quorum: 1, FourEyes: true}}},
			},
			{
				Trigger: "submit_bid", From: at("bidding"), To: "evaluation", When: []string{"margin_at_floor"},
				Gate: submission(pipeline.Approval{Name: "price", Roles: []string{"sales_manager", "finance"}, Quorum: 1, FourEyes: true}),
			},
			{
				// Below the floor it takes two to say yes.
				Trigger: "submit_bid", From: at("bidding"), To: "evaluation",
				Gate: submission(pipeline.Approval{Name: "price", Roles: []string{"sales_manager", "finance"}, Quorum: 2, FourEyes: true}),
			},
			{Trigger: "answer_clarification", From: at("evaluation"), Internal: true, Gate: pipeline.Gate{Fields: []string{"clarification_due"}}},
			{Trigger: "award", From: at("evaluation"), To: "won", Gate: pipeline.Gate{Fields: []string{pipeline.FieldAmount, "contract_number"}}},
			{Trigger: "rework", Label: "Back to the design", From: at("justification", "bidding"), To: "design", Back: true, Reasons: "rework"},
			{Trigger: "rebid", Label: "Back to the bid", From: at("evaluation"), To: "bidding", Back: true, Reasons: "rebid"},
			{Trigger: "hold", Label: "Put on hold", From: at("active"), To: "on_hold", Reasons: "hold"},
			{Trigger: "resume", From: at("on_hold"), Resume: true},
			{Trigger: "lose", From: at("evaluation"), To: "lost", Reasons: "loss", Gate: pipeline.Gate{Fields: []string{pipeline.FieldCompetitors}}},
			{Trigger: "no_bid", Label: "Do not bid", From: at("contact", "qualified", "design", "justification", "bidding"), To: "no_bid", Reasons: "no_bid", Roles: []string{"bid_manager"}},
			{Trigger: "cancel", Label: "The buyer cancels", To: "cancelled", Reasons: "cancellation"},
		},
		Fields: []pipeline.Field{
			text("need", "Need of the customer"), money("budget", "Budget of the customer"), text("decision_chain", "Who decides, who advises"),
			date("tender_deadline", "Tender deadline"), text("solution_document", "Document of the solution"),
			money("solution_cost", "Cost of the solution"), date("verified_on", "Solution verified on"),
			money("bid_price", "Price of the bid"), text("bid_bond", "Number of the bid bond"),
			date("clarification_due", "Clarification to be answered by"), text("contract_number", "Number of the contract"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "loss", Reasons: []pipeline.Reason{
				{ID: "price"}, {ID: "specification"}, {ID: "relationship"}, {ID: "late", Label: "Late or not compliant"}, other(),
			}},
			{Name: "no_bid", Reasons: []pipeline.Reason{
				{ID: "no_fit", Label: "Not our business"}, {ID: "no_capacity"}, {ID: "no_margin"}, {ID: "risk"}, other(),
			}},
			{Name: "cancellation", Reasons: []pipeline.Reason{{ID: "no_budget"}, {ID: "project_stopped"}, other()}},
			{Name: "rework", Reasons: []pipeline.Reason{{ID: "not_verified"}, {ID: "specification_changed"}, {ID: "cost"}, other()}},
			{Name: "rebid", Reasons: []pipeline.Reason{{ID: "best_and_final_offer"}, {ID: "tender_repeated"}, other()}},
			{Name: "hold", Reasons: []pipeline.Reason{{ID: "buyer_postponed"}, {ID: "budget_frozen"}, other()}},
		},
		Roles: []string{"bid_manager", "sales_manager", "presales", "finance"},
		Checklists: []pipeline.Checklist{
			{ID: "compliance_matrix", Items: []pipeline.Item{
				{ID: "mandatory", Label: "Each mandatory requirement answered"}, {ID: "technical"}, {ID: "commercial"}, {ID: "legal"},
				{ID: "options", Optional: true},
			}},
			{ID: "reviews", Items: []pipeline.Item{
				{ID: "design_review", Label: "Review of the storyboard (pink)"}, {ID: "final_review", Label: "Review as the buyer reads it (red)"},
				{ID: "price_review", Label: "Review of price and risk (gold)"},
			}},
		},
	})
}

// submission is what must hold to hand in a bid.
func submission(price pipeline.Approval) pipeline.Gate {
	return pipeline.Gate{
		Fields:     []string{"bid_price", "solution_cost", "bid_bond"},
		Checklists: []string{"compliance_matrix", "reviews"},
		Approvals:  []pipeline.Approval{price},
		Deadlines:  []pipeline.Deadline{{Field: "tender_deadline"}},
	}
}

func projectSales() Template {
	const bidPractice = "bid practice of proposal professionals (APMP)"
	closed := at("won", "lost", "no_bid", "cancelled")
	return Template{
		Trade:      "project sales",
		About:      "An opportunity to sell a project by tender; won with the contract.",
		Definition: ProjectSales(),
		KPIs: []KPI{
			share("win_rate_all", "Win rate of all", "opportunities won", "opportunities closed, those not bid for and cancelled too", Higher, bidPractice,
				Which{Now: at("won")}, Which{Now: closed}),
			share("win_rate_bid", "Win rate of bids", "bids won", "bids handed in and decided", Higher, bidPractice,
				Which{Now: at("won")}, Which{Reached: at("evaluation"), Now: at("won", "lost")}),
			share("bid_rate", "Bids handed in", "opportunities with a bid handed in", "opportunities closed", Neither, bidPractice,
				Which{Reached: at("evaluation")}, Which{Now: closed}),
			share("rework_rate", "Solutions reworked", "opportunities that went back to the design", "opportunities that came to verification", Lower, tradeUsage,
				Which{Fired: []pipeline.TriggerID{"rework"}}, Which{Reached: at("justification")}),
			figure("hit_rate_value", "Hit rate by value", "amount of bids won", "amount of bids decided", "%", Higher, quotient, bidPractice),
			figure("bid_cost", "Cost of a bid", "cost of all bids", "bids handed in", "money", Lower, quotient, bidPractice),
			figure("shortlist_rate", "Shortlist rate", "bids that came to the shortlist", "bids decided", "%", Higher, quotient, bidPractice),
			figure("problems", "Problems per stage", "problems opened in the stage", "entries into the stage", "1", Lower, quotient, tradeUsage),
			figure("time_in_stage", "Time in stage", "time in the stage, pauses left out", "entries into the stage", "d", Lower,
				"median by the Kaplan-Meier estimate, open deals censored", "Kaplan and Meier 1958"),
		},
		Segments: []Segment{
			{ID: "strategic", Rule: "the bid decision names the customer as a key account"},
			{ID: "large", Rule: "budget in the upper quarter of the open opportunities"},
			{ID: "ordinary", Rule: "all others"},
		},
		Units: []string{"set", "piece"},
	}
}
