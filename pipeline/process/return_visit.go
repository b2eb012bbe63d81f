package process

import "github.com/rapport-crm/rapport/pipeline"

// ReturnVisit is a visit to an old customer in the quiet season, to see how the project
// runs and what is needed next; a need that is found opens a sale of its own, see
// [ProjectSales]. The limits are defaults without a source.
func ReturnVisit() pipeline.Definition {
	return finished(pipeline.Definition{
		ID: "return_visit", Version: 1, Initial: "due",
		Stages: []pipeline.Stage{
			{
				ID: "due", Enter: pipeline.Gate{Fields: []string{"project", "due_date"}},
				Limits: []pipeline.Limit{{ID: "agree", Field: "due_date", Within: span("-10wd")}},
			},
			{ID: "agreed", Limits: []pipeline.Limit{{ID: "visit", Field: "visit_at", Within: span("0min")}}},
			{
				ID: "visited", Leave: pipeline.Gate{Fields: []string{"findings", "satisfaction"}, Checklists: []string{"visit"}},
				Limits: []pipeline.Limit{{ID: "report", Within: span("2wd"), Warn: 75}},
			},
			{ID: "on_hold", Label: "Put off by the customer", Kind: pipeline.OnHold},
			won("need_found", "A need was found"),
			lost("no_need", "No need for now"),
			lost("not_visited", "Not visited"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "agree", From: at("due", "agreed"), To: "agreed", Gate: pipeline.Gate{Fields: []string{"contact", "visit_at"}}},
			{Trigger: "visit", From: at("agreed"), To: "visited"},
			{Trigger: "find_need", From: at("visited"), To: "need_found", Gate: pipeline.Gate{Fields: []string{"need", "follow_up_date"}}, Effects: []string{"open_opportunity"}},
			{Trigger: "find_none", Label: "Nothing is needed", From: at("visited"), To: "no_need", Reasons: "no_need", Effects: []string{"plan_next_visit"}, Gate: pipeline.Gate{Fields: []string{"findings"}}},
			{Trigger: "put_off", From: at("due", "agreed"), To: "on_hold", Reasons: "delay"},
			{Trigger: "resume", From: at("on_hold"), Resume: true},
			{Trigger: "drop", From: at("due", "agreed", "on_hold"), To: "not_visited", Reasons: "drop"},
		},
		Fields: []pipeline.Field{
			text("project", "Project that was delivered"), date("due_date", "Visit due by"), personal(text("contact", "Who is visited")), instant("visit_at", "Visit agreed for"),
			text("findings", "How the project runs"), number("satisfaction", "Satisfaction from 1 to 5"), text("need", "What is needed"), date("follow_up_date", "Need to be followed up by"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "no_need", Reasons: []pipeline.Reason{{ID: "runs_well"}, {ID: "no_budget"}, {ID: "other_supplier"}, other()}},
			{Name: "delay", Reasons: []pipeline.Reason{{ID: "customer_busy"}, {ID: "travel"}, other()}},
			{Name: "drop", Reasons: []pipeline.Reason{{ID: "no_contact"}, {ID: "customer_gone"}, other()}},
		},
		Checklists: []pipeline.Checklist{{ID: "visit", Items: []pipeline.Item{{ID: "operation_seen"}, {ID: "complaints_asked"}, {ID: "plans_asked"}}}},
	})
}

func returnVisit() Template {
	return Template{
		Trade:      "high-tech projects",
		About:      "A visit to an old customer in the quiet season; won when a need is found.",
		Definition: ReturnVisit(),
		KPIs: []KPI{
			share("needs_found", "Needs found", "visits that found a need", "visits made and reported", Higher, tradeUsage, Which{Now: at("need_found")}, Which{Now: at("need_found", "no_need")}),
			share("visited", "Visits made", "visits made and reported", "visits closed", Higher, tradeUsage, Which{Now: at("need_found", "no_need")}, Which{Now: at("need_found", "no_need", "not_visited")}),
		},
		Segments: []Segment{{ID: "key", Rule: "key account"}, {ID: "warranty", Rule: "project still under warranty"}, {ID: "old", Rule: "all others"}},
	}
}
