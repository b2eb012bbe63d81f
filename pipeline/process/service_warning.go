package process

import "github.com/rapport-crm/rapport/pipeline"

// ServiceWarning is trouble that the provider sees before the customer does: a degraded
// line, a limit about to be passed, works that are planned. The limits are defaults
// without a source.
func ServiceWarning() pipeline.Definition {
	return finished(pipeline.Definition{
		ID: "service_warning", Version: 1, Initial: "raised",
		Stages: []pipeline.Stage{
			{
				ID: "raised", Leave: pipeline.Gate{Fields: []string{"service", "signal"}},
				Limits: []pipeline.Limit{{ID: "assess", Within: span("1h"), Warn: 75}},
			},
			{ID: "assessed", Limits: []pipeline.Limit{{ID: "inform", Within: span("4h working"), Warn: 75}}, Leave: pipeline.Gate{Fields: []string{"forecast"}}},
			{ID: "customer_informed", Limits: []pipeline.Limit{{ID: "prevent", Field: "expected_at", Within: span("-1h")}}},
			won("prevented", "Prevented"),
			lost("became_fault", "Became a fault"),
			lost("false_alarm", "False alarm"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "assess", From: at("raised"), To: "assessed"},
			{Trigger: "inform", Label: "Inform the customer", From: at("assessed"), To: "customer_informed", Gate: pipeline.Gate{Fields: []string{"expected_at"}}},
			{Trigger: "prevent", From: at("assessed", "customer_informed"), To: "prevented", Gate: pipeline.Gate{Fields: []string{"measure"}}},
			{Trigger: "break", Label: "The fault has come", To: "became_fault", Effects: []string{"open_fault_report"}, Reasons: "break"},
			{Trigger: "dismiss", From: at("raised", "assessed"), To: "false_alarm", Reasons: "dismissal"},
		},
		Fields: []pipeline.Field{
			text("service", "Service or line"), text("signal", "What was measured"), text("forecast", "What is to be expected"),
			instant("expected_at", "When it is to be expected"), text("measure", "What was done"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "break", Reasons: []pipeline.Reason{{ID: "too_late"}, {ID: "measure_failed"}, other()}},
			{Name: "dismissal", Reasons: []pipeline.Reason{{ID: "measurement"}, {ID: "planned_works"}, other()}},
		},
	})
}

func serviceWarning() Template {
	ends := at("prevented", "became_fault", "false_alarm")
	return Template{
		Trade:      "telecommunications",
		About:      "A sign of trouble before the customer sees it; won when the trouble is prevented.",
		Definition: ServiceWarning(),
		KPIs: []KPI{
			share("prevented", "Faults prevented", "warnings after which the fault was prevented", "warnings that were no false alarm", Higher, tradeUsage,
				Which{Now: at("prevented")}, Which{Now: at("prevented", "became_fault")}),
			share("false_alarms", "False alarms", "false alarms", "warnings closed", Lower, tradeUsage, Which{Now: at("false_alarm")}, Which{Now: ends}),
		},
	}
}
