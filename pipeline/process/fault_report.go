package process

import "github.com/rapport-crm/rapport/pipeline"

// FaultReport is support after the sale in telecommunications: a fault or a question,
// sorted into four priorities, each with its own limit. Waiting for the customer stops
// the clock. The limits of the priorities are defaults without a source.
func FaultReport() pipeline.Definition {
	restore := func(priority, label, within string) pipeline.Stage {
		return pipeline.Stage{
			ID: pipeline.StageID("restore_" + priority), Label: label, Within: "restoring",
			Limits: []pipeline.Limit{{ID: "restore_" + priority, Within: span(within), Warn: 75}},
		}
	}
	return finished(pipeline.Definition{
		ID: "fault_report", Version: 1, Label: "Support and fault report", Initial: "reported",
		Stages: []pipeline.Stage{
			{
				ID: "reported", Leave: pipeline.Gate{Fields: []string{"service", "symptom"}},
				Limits: []pipeline.Limit{{ID: "acknowledge", Within: span("30min"), Warn: 75}},
			},
			{ID: "restoring", Initial: "restore_p3", Leave: pipeline.Gate{Fields: []string{"cause"}}},
			restore("p1", "Restoring, P1: out of service", "4h"),
			restore("p2", "Restoring, P2: impaired", "8h"),
			restore("p3", "Restoring, P3: inconvenient", "3wd"),
			restore("p4", "Restoring, P4: question", "5wd"),
			{ID: "waiting_customer", Label: "Waiting for the customer", Kind: pipeline.OnHold},
			{ID: "restored", Limits: []pipeline.Limit{{ID: "confirm", Within: span("2wd"), Trigger: "close"}}},
			won("closed", "Closed"),
			lost("no_fault", "Closed without a fault"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "prioritise", From: at("reported", "restoring"), Among: at("restore_p1", "restore_p2", "restore_p3", "restore_p4"), Choose: "priority"},
			{Trigger: "escalate", From: at("restoring"), Internal: true, Effects: []string{"call_next_level"}},
			{Trigger: "send_technician", From: at("restoring"), Internal: true, Effects: []string{"issue_work_order"}},
			{Trigger: "wait", Label: "Wait for the customer", From: at("restoring"), To: "waiting_customer", Reasons: "waiting"},
			{Trigger: "resume", From: at("waiting_customer"), Resume: true},
			{Trigger: "restore", From: at("restoring"), To: "restored"},
			{Trigger: "not_restored", Label: "The customer says no", From: at("restored"), Among: at("restore_p1", "restore_p2", "restore_p3", "restore_p4"), Choose: "priority", Back: true, Reasons: "back"},
			{Trigger: "close", From: at("restored"), To: "closed"},
			{Trigger: "reopen", From: at("closed"), Among: at("restore_p1", "restore_p2", "restore_p3", "restore_p4"), Choose: "priority", Reasons: "back", Gate: pipeline.Gate{Guards: []string{"reopen_window"}}},
			{Trigger: "dismiss", From: at("reported", "restoring", "waiting_customer"), To: "no_fault", Reasons: "dismissal"},
		},
		Fields: []pipeline.Field{
			text("service", "Service or line"), text("symptom", "What the customer sees"),
			oneOf("priority", "Priority", "p1", "p2", "p3", "p4"), text("cause", "Cause that was found"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "waiting", Reasons: []pipeline.Reason{{ID: "no_access"}, {ID: "customer_to_test"}, other()}},
			{Name: "back", Reasons: []pipeline.Reason{{ID: "still_faulty"}, {ID: "came_back"}, other()}},
			{Name: "dismissal", Reasons: []pipeline.Reason{{ID: "duplicate"}, {ID: "customer_equipment"}, {ID: "no_fault_found"}, other()}},
		},
	})
}

func faultReport() Template {
	return Template{
		Trade:      "telecommunications",
		About:      "A fault or a question after the sale; won when the service is restored.",
		Definition: FaultReport(),
		KPIs: []KPI{
			share("reopened", "Reopened", "reports opened again", "reports closed at some time", Lower, tradeUsage,
				Which{Reopened: true}, Which{Closed: true}),
			share("no_fault", "No fault found", "reports closed without a fault", "reports closed", Lower, tradeUsage,
				Which{Now: at("no_fault")}, Which{Now: at("closed", "no_fault")}),
			figure("mttr", "Mean time to restore", "time from report to restoration, waits for the customer left out", "reports restored", "h", Lower, "mean of the times", "usage of the industry (eTOM assurance)"),
			figure("availability", "Availability", "agreed time less time out of service", "agreed time", "%", Higher, quotient, "usage of the industry (eTOM assurance)"),
		},
		Segments: []Segment{{ID: "p1", Rule: "priority is p1"}, {ID: "p2", Rule: "priority is p2"}, {ID: "p3", Rule: "priority is p3"}, {ID: "p4", Rule: "priority is p4"}},
	}
}
