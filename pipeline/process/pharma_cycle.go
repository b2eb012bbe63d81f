package process

import "github.com/rapport-crm/rapport/pipeline"

// PharmaCycle is one cycle of a representative's calls: planned, approved, run, closed. Each
// call is a record of its own, see [PharmaVisit]. A cycle takes three weeks and has about
// 120 doctors (a consultancy of the trade); it closes only if the samples add up: issued = given + returned.
func PharmaCycle() pipeline.Definition {
	return finished(pipeline.Definition{
		ID: "pharma_cycle", Version: 1, Label: "Call cycle", Initial: "draft",
		Stages: []pipeline.Stage{
			{ID: "draft", Leave: pipeline.Gate{Fields: []string{"territory", "cycle_start"}}, Limits: []pipeline.Limit{{ID: "plan", Field: "cycle_start", Within: span("-5wd")}}},
			{ID: "target_list", Label: "Target list by segment and potential", Leave: pipeline.Gate{Fields: []string{"doctors", "pharmacies"}, Checklists: []string{"targets"}}},
			{ID: "approval", Limits: []pipeline.Limit{{ID: "approve", Within: span("2wd"), Warn: 75}}},
			{ID: "running", Leave: pipeline.Gate{Fields: []string{"calls_made"}}, Limits: []pipeline.Limit{{ID: "cycle", Within: span("21d"), Warn: 75}}},
			{ID: "reconciliation", Label: "Samples counted", Leave: pipeline.Gate{Fields: []string{"samples_issued", "samples_given", "samples_returned"}}},
			won("closed", "Closed"),
			lost("cancelled", "Cancelled"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "list", Label: "List the targets", From: at("draft"), To: "target_list"},
			{Trigger: "submit", From: at("target_list"), To: "approval"},
			{
				Trigger: "approve", From: at("approval"), To: "running", Effects: []string{"open_planned_calls"},
				Gate: pipeline.Gate{Approvals: []pipeline.Approval{{Name: "plan", Roles: []string{"district_manager"}, Quorum: 1, FourEyes: true}}},
			},
			{Trigger: "revise", From: at("approval"), To: "target_list", Back: true, Reasons: "revision"},
			{Trigger: "count", Label: "Count the samples", From: at("running"), To: "reconciliation"},
			{Trigger: "close", From: at("reconciliation"), To: "closed", Gate: pipeline.Gate{Guards: []string{"samples_balance"}}},
			{Trigger: "cancel", From: at("draft", "target_list", "approval", "running"), To: "cancelled", Reasons: "cancellation"},
		},
		Fields: []pipeline.Field{
			text("territory", "Territory"), date("cycle_start", "First day of the cycle"), number("doctors", "Doctors on the list"), number("pharmacies", "Pharmacies on the list"),
			number("calls_made", "Calls made"), number("samples_issued", "Samples issued"), number("samples_given", "Samples given"), number("samples_returned", "Samples left and returned"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "revision", Reasons: []pipeline.Reason{{ID: "off_target"}, {ID: "too_many_calls"}, {ID: "licence"}, other()}},
			{Name: "cancellation", Reasons: []pipeline.Reason{{ID: "territory_changed"}, {ID: "absence"}, other()}},
		},
		Roles:      []string{"district_manager"},
		Checklists: []pipeline.Checklist{{ID: "targets", Items: []pipeline.Item{{ID: "segments"}, {ID: "potential"}, {ID: "licences"}}}},
	})
}

func pharmaCycle() Template {
	const salesForce = "usage of pharmaceutical sales forces"
	return Template{
		Trade:      "pharmaceuticals",
		About:      "A representative's calls of three weeks; won when the cycle is closed and its samples add up.",
		Definition: PharmaCycle(),
		KPIs: []KPI{
			share("plans_revised", "Plans revised", "plans sent back", "plans submitted", Lower, tradeUsage, Which{Fired: []pipeline.TriggerID{"revise"}}, Which{Reached: at("approval")}),
			figure("coverage", "Coverage", "doctors on the list who were visited", "doctors on the list", "%", Higher, quotient, salesForce),
			figure("frequency", "Frequency", "calls made on doctors visited", "doctors visited", "1", Higher, quotient, salesForce),
			figure("adherence", "Plan adherence", "planned calls that were made", "planned calls", "%", Higher, quotient, salesForce),
		},
		Segments: []Segment{{ID: "a", Rule: "high potential, prescribes"}, {ID: "b", Rule: "high potential, does not prescribe"}, {ID: "c", Rule: "all others"}},
	}
}
