package process

import "github.com/rapport-crm/rapport/pipeline"

// LogisticsCall is a call to the one number of a carrier, routed to the agent who fits
// best. Skill is widened and an offer passed on by limits; the choice itself is that of
// pipeline/routing, telephony is the host's.
//
// 80 % in 20 seconds is usage of call centres. After how many seconds the skill is widened,
// the last agent no longer waited for and an offer passed on are defaults without a source.
func LogisticsCall() pipeline.Definition {
	// The wait counts from the call, however often it is offered.
	answer := pipeline.Limit{ID: "answer", Field: "arrived_at", Within: span("20s")}
	return finished(pipeline.Definition{
		ID: "logistics_call", Version: 1, Label: "Call to a carrier", Initial: "preferred",
		Stages: []pipeline.Stage{
			{ID: "waiting", Initial: "preferred", Enter: pipeline.Gate{Fields: []string{"arrived_at"}}},
			{ID: "in_queue", Label: "In the queue", Within: "waiting", Initial: "preferred"},
			{
				ID: "preferred", Label: "Queued for the last agent", Within: "in_queue",
				Limits: []pipeline.Limit{answer, {ID: "last_agent", Within: span("10s"), Trigger: "release_agent"}},
			},
			{ID: "queued", Label: "Queued by skill", Within: "in_queue", Limits: []pipeline.Limit{answer, {ID: "widen", Within: span("20s"), Trigger: "widen"}}},
			{ID: "widened", Label: "Queued, any skill", Within: "in_queue", Limits: []pipeline.Limit{answer}},
			{ID: "matched", Label: "Matched to an agent", Within: "waiting", Limits: []pipeline.Limit{answer}},
			{ID: "offered", Within: "waiting", Limits: []pipeline.Limit{answer, {ID: "accept", Within: span("15s"), Trigger: "reoffer"}}},
			{ID: "in_call", Label: "In the call", Leave: pipeline.Gate{Fields: []string{"intent"}}},
			{ID: "wrap_up", Leave: pipeline.Gate{Fields: []string{"result"}}, Limits: []pipeline.Limit{{ID: "wrap_up", Within: span("90s")}}},
			{ID: "follow_up", Leave: pipeline.Gate{Fields: []string{"follow_up_result"}}, Limits: []pipeline.Limit{{ID: "follow_up", Field: "follow_up_at", Within: span("0min"), Warn: 75}}},
			won("closed", "Closed"),
			lost("abandoned", "Abandoned"),
			lost("overflow", "Passed on to another centre"),
			lost("voicemail", "Left a message"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "match", From: at("in_queue"), To: "matched", Gate: pipeline.Gate{Fields: []string{"number", "language", "skill"}}},
			{Trigger: "release_agent", Label: "Wait no longer for the last agent", From: at("preferred"), To: "queued"},
			{Trigger: "widen", Label: "Widen the skill", From: at("queued"), To: "widened", Effects: []string{"widen_skill"}},
			{Trigger: "offer", From: at("matched"), To: "offered", Gate: pipeline.Gate{Fields: []string{"agent"}}},
			{Trigger: "reoffer", Label: "Offer to the next agent", From: at("offered"), To: "matched", Effects: []string{"exclude_agent"}},
			{Trigger: "accept", From: at("offered"), To: "in_call"},
			{Trigger: "transfer", From: at("in_call"), To: "queued", Back: true, Reasons: "transfer"},
			{Trigger: "hang_up", Label: "End of the call", From: at("in_call"), To: "wrap_up"},
			{Trigger: "plan_follow_up", From: at("wrap_up"), To: "follow_up", Gate: pipeline.Gate{Fields: []string{"shipment", "follow_up_at"}}},
			{Trigger: "close", From: at("wrap_up", "follow_up"), To: "closed"},
			{Trigger: "abandon", From: at("waiting"), To: "abandoned", Reasons: "abandonment"},
			{Trigger: "overflow", From: at("in_queue"), To: "overflow", Reasons: "overflow", Gate: pipeline.Gate{Fields: []string{"branch"}}},
			{Trigger: "leave_message", From: at("in_queue"), To: "voicemail", Reasons: "message", Effects: []string{"plan_call_back"}},
			{Trigger: "call_back", From: at("voicemail", "abandoned"), To: "in_call", Gate: pipeline.Gate{Fields: []string{"agent"}}},
		},
		Fields: []pipeline.Field{
			instant("arrived_at", "When the call came"), personal(text("number", "Number of the caller")), text("language", "Language"), oneOf("skill", "Skill", "pickup", "tracking", "claim", "billing", "customs"),
			text("agent", "Agent"), text("intent", "What the caller wants"), text("shipment", "Number of the shipment"), text("result", "Result of the call"),
			instant("follow_up_at", "Follow up by"), text("follow_up_result", "Result of the follow-up"), text("branch", "Branch that takes over"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "abandonment", Reasons: []pipeline.Reason{{ID: "hung_up"}, {ID: "line_dropped"}}},
			{Name: "overflow", Reasons: []pipeline.Reason{{ID: "queue_full"}, {ID: "closed_hours"}, {ID: "no_agent"}}},
			{Name: "message", Reasons: []pipeline.Reason{{ID: "asked_for_call_back"}, {ID: "closed_hours"}}},
			{Name: "transfer", Reasons: []pipeline.Reason{{ID: "wrong_skill"}, {ID: "language"}, {ID: "authority"}, other()}},
		},
	})
}

func logisticsCall() Template {
	ends := at("closed", "abandoned", "overflow", "voicemail")
	return Template{
		Trade:      "express logistics",
		About:      "A call to the one number; won when the matter is closed.",
		Definition: LogisticsCall(),
		KPIs: []KPI{
			share("abandoned", "Lost calls", "calls abandoned", "calls offered to the centre and ended", Lower, tradeUsage, Which{Reached: at("abandoned")}, Which{Now: ends}),
			share("fcr", "First call resolution", "calls closed without transfer, follow-up or call back", "calls closed", Higher, tradeUsage,
				Which{Avoided: at("follow_up"), Unfired: []pipeline.TriggerID{"transfer", "call_back"}}, Which{Now: at("closed")}),
			share("transfer", "Transfer rate", "calls transferred", "calls answered", Lower, tradeUsage, Which{Fired: []pipeline.TriggerID{"transfer"}}, Which{Reached: at("in_call")}),
			share("overflow", "Overflow", "calls passed on to another centre", "calls ended", Lower, tradeUsage, Which{Now: at("overflow")}, Which{Now: ends}),
			figure("service_level", "Service level", "calls answered within 20 s", "calls offered", "%", Higher, quotient, "usage of call centres: 80 % in 20 s"),
			figure("asa", "Average speed of answer", "waits of the calls answered", "calls answered", "s", Lower, quotient, "usage of call centres"),
			figure("occupancy", "Occupancy", "time in calls and wrap-up", "time on duty", "%", Neither, quotient, "Erlang C"),
		},
		Segments: []Segment{{ID: "contract", Rule: "the number belongs to a customer with a contract"}, {ID: "occasional", Rule: "all others"}},
	}
}
