package process

import "github.com/rapport-crm/rapport/pipeline"

// PharmaVisit is one call of a representative: on a doctor, with samples or without, or on
// a pharmacy, with its stock. Nobody is visited whose licence has run out or who has not
// consented. A report has at most five fields, so that it does get written, and is due
// within 24 hours, as sales forces usually have it; no limit has another source.
func PharmaVisit() pipeline.Definition {
	return finished(pipeline.Definition{
		ID: "pharma_visit", Version: 1, Label: "Call on a doctor or pharmacy", Initial: "planned",
		Stages: []pipeline.Stage{
			{
				ID: "planned", Leave: pipeline.Gate{
					Fields:    []string{"track", "consent"},
					Deadlines: []pipeline.Deadline{{Field: "licence_valid_until"}},
				},
				Limits: []pipeline.Limit{{ID: "visit", Field: "planned_date", Within: span("0d")}},
			},
			{ID: "visited", Limits: []pipeline.Limit{{ID: "report", Within: span("24h"), Warn: 75}}},
			{ID: "reported", Limits: []pipeline.Limit{{ID: "approve", Within: span("3wd"), Warn: 75}}},
			won("approved", "Approved"),
			lost("missed", "Not made"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "replan", From: at("planned"), Internal: true, Gate: pipeline.Gate{Fields: []string{"planned_date"}}},
			{Trigger: "visit", From: at("planned"), To: "visited"},
			{
				Trigger: "report", From: at("visited"), To: "reported", When: []string{"doctor", "samples_left"},
				Gate: pipeline.Gate{Fields: []string{"details", "feedback", "samples_left", "sample_lot", "sample_signature"}},
			},
			{Trigger: "report", From: at("visited"), To: "reported", When: []string{"doctor"}, Gate: pipeline.Gate{Fields: []string{"details", "feedback"}}},
			{Trigger: "report", From: at("visited"), To: "reported", Gate: pipeline.Gate{Fields: []string{"stock_found", "shelf", "feedback"}}},
			{Trigger: "return", Label: "Back to the representative", From: at("reported"), To: "visited", Back: true, Reasons: "return", Roles: []string{"district_manager"}},
			{Trigger: "approve", From: at("reported"), To: "approved", Roles: []string{"district_manager"}},
			{Trigger: "miss", Label: "The call was not made", From: at("planned"), To: "missed", Reasons: "miss"},
		},
		Fields: []pipeline.Field{
			oneOf("track", "Track", "doctor", "pharmacy"), text("consent", "Consent, and its date"), date("licence_valid_until", "Licence valid until"), date("planned_date", "Planned for"),
			text("details", "Products presented, in their order"), text("feedback", "What was said"), number("samples_left", "Samples left with the doctor"),
			text("sample_lot", "Lot of the samples"), personal(text("sample_signature", "Samples signed for by")),
			number("stock_found", "Packs on stock"), text("shelf", "Place on the shelf"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "miss", Reasons: []pipeline.Reason{{ID: "no_access"}, {ID: "off_target"}, {ID: "stock_out"}, {ID: "absent"}, other()}},
			{Name: "return", Reasons: []pipeline.Reason{{ID: "incomplete"}, {ID: "samples"}, other()}},
		},
		Roles: []string{"district_manager"},
	})
}

func pharmaVisit() Template {
	return Template{
		Trade:      "pharmaceuticals",
		About:      "A call on a doctor or a pharmacy; won when its report is approved.",
		Definition: PharmaVisit(),
		KPIs: []KPI{
			share("made", "Calls made", "planned calls that were made", "planned calls closed", Higher, tradeUsage, Which{Now: at("approved")}, Which{Now: at("approved", "missed")}),
			share("returned", "Reports returned", "reports sent back", "reports handed in", Lower, tradeUsage, Which{Fired: []pipeline.TriggerID{"return"}}, Which{Reached: at("reported")}),
			figure("reported_in_time", "Reported in time", "calls reported within 24 h", "calls made", "%", Higher, quotient, tradeUsage),
			figure("pde", "Primary detail equivalents", "details weighted by their place in the call", "calls made", "1", Higher, quotient, tradeUsage),
			figure("samples_open", "Samples not accounted for", "samples issued less given and returned", "samples issued", "%", Lower, quotient, "rules on samples: issued = given + left"),
		},
		Segments: []Segment{{ID: "doctor", Rule: "track is doctor"}, {ID: "pharmacy", Rule: "track is pharmacy"}},
	}
}
