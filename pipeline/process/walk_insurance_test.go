package process_test

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/pipeline"
)

// resolvedRequest leads a request of a class through to its end.
func resolvedRequest(class pipeline.StageID, fields string, want ...error) walk {
	steps := []step{
		{fire: "identify", set: "channel identity_verified_by", want: "identified"},
		{fire: "classify", to: class, want: class},
		{fire: "resolve", set: "answer", refused: want},
		{fire: "resolve", set: "answer " + fields, want: "resolved"},
		{fire: "close", want: "closed"},
	}
	if want == nil {
		steps = slices.Delete(steps, 2, 3)
	}
	return walk{name: string(class), process: "insurance_request", steps: steps}
}

// toDecision leads a claim to its decision.
func toDecision(steps ...step) []step {
	return slices.Concat([]step{
		{fire: "acknowledge", set: "policy_number date_of_loss cause", want: "acknowledged"},
		{fire: "investigate", set: "coverage", want: "investigation"},
		{fire: "decide", set: "documents loss_amount", prepare: []prepare{done("proof-police_report")}, want: "decision"},
	}, steps)
}

// toQuoted leads a renewal to the quote, for a policy that expires at the end of 2026.
func toQuoted(steps ...step) []step {
	return slices.Concat([]step{
		{fire: "notify", want: "notified"},
		{fire: "contact", want: "contacted"},
		{fire: "quote", set: "risk_changes premium", want: "quoted"},
	}, steps)
}

func insuranceWalks() []walk {
	year := 365 * 24 * time.Hour
	policy := step{set: "policy_number expiry"}
	classes := []pipeline.StageID{
		"policy_query", "consultation", "policy_change", "claim_report", "application_consultation", "appointment", "complaint",
	}
	return []walk{
		resolvedRequest("policy_query", "policy_number", missing("policy_number")),
		resolvedRequest("consultation", ""),
		resolvedRequest("policy_change", "policy_number signed_form", missing("policy_number", "signed_form")),
		resolvedRequest("claim_report", "policy_number date_of_loss cause documents claim_number", missing("policy_number", "date_of_loss", "cause", "documents", "claim_number")),
		resolvedRequest("application_consultation", "product", missing("product")),
		resolvedRequest("appointment", "appointment_at", missing("appointment_at")),
		resolvedRequest("complaint", "verbatim", missing("verbatim")),
		{name: "waits and reopens", process: "insurance_request", steps: []step{
			{fire: "identify", refused: reasons(missing("channel", "identity_verified_by"))},
			{fire: "identify", set: "channel identity_verified_by", want: "identified"},
			{fire: "classify", to: "claims", refused: reasons(&pipeline.TargetError{Stage: "claims", Want: classes})},
			{fire: "classify", to: "policy_change", want: "policy_change"},
			{fire: "wait_customer", because: "documents", want: "waiting_customer"},
			{fire: "resume", want: "policy_change"},
			{fire: "wait_third_party", because: "decision", want: "waiting_third_party"},
			{fire: "resume", want: "policy_change"},
			{fire: "reclassify", to: "consultation", because: "misunderstood", want: "consultation"},
			{fire: "resolve", set: "answer", want: "resolved"},
			{fire: "not_resolved", to: "complaint", because: "incomplete", want: "complaint"},
			{fire: "resolve", set: "verbatim", want: "resolved"},
			{fire: "close", want: "closed"},
			{fire: "reopen", to: "complaint", because: "came_back", after: 13 * 24 * time.Hour, want: "complaint"},
			{fire: "drop", because: "withdrawn", want: "dropped"},
		}},

		{name: "paid", process: "insurance_claim", steps: toDecision(
			step{fire: "approve", roles: "claims_manager", prepare: []prepare{votes("settlement", "adjuster")}, refused: reasons(
				missing("settlement"), &pipeline.ApprovalError{Approval: "settlement", Have: 1, Want: 2, Roles: []string{"adjuster", "claims_manager"}},
			)},
			step{fire: "return", because: "new_facts", want: "investigation"},
			step{fire: "decide", want: "decision"},
			step{fire: "approve", roles: "claims_manager", set: "settlement", prepare: []prepare{votes("settlement", "adjuster", "claims_manager")}, want: "approved"},
			step{fire: "pay", set: "payment_reference", refused: reasons(&pipeline.RoleError{By: "clerk", Have: []string{}, Want: []string{"finance"}})},
			step{fire: "pay", set: "payment_reference", roles: "finance", want: "paid"},
		)},
		{name: "denied and appealed", process: "insurance_claim", steps: toDecision(
			step{fire: "deny", because: "excluded", roles: "claims_manager", want: "denied"},
			step{fire: "appeal", because: "new_facts", refused: reasons(missing("appeal_grounds"))},
			step{fire: "appeal", because: "new_facts", set: "appeal_grounds", want: "investigation"},
		)},
		{name: "proof is needed", process: "insurance_claim", steps: []step{
			{fire: "acknowledge", refused: reasons(missing("policy_number", "date_of_loss", "cause"))},
			{fire: "acknowledge", set: "policy_number date_of_loss cause", want: "acknowledged"},
			{fire: "wait_documents", because: "police", want: "waiting_documents"},
			{fire: "resume", want: "acknowledged"},
			{fire: "investigate", set: "coverage", want: "investigation"},
			{fire: "decide", refused: reasons(missing("documents", "loss_amount"), &pipeline.ChecklistError{Checklist: "proof", Items: []string{"proof_of_loss", "cause_verified", "estimate"}})},
			{fire: "withdraw", because: "below_deductible", want: "withdrawn"},
		}},

		{name: "renewed", process: "insurance_renewal", open: policy, steps: toQuoted(
			step{fire: "requote", because: "price_negotiated", want: "contacted"},
			step{fire: "quote", want: "quoted"},
			step{fire: "renew", refused: reasons(missing("payment_mandate"))},
			step{fire: "renew", set: "payment_mandate", want: "renewed"},
		)},
		{name: "reinstated", process: "insurance_renewal", open: policy, steps: toQuoted(
			step{fire: "renew", set: "payment_mandate", after: 305 * 24 * time.Hour, refused: reasons(late("expiry", "2027-01-01T00:00:00Z", start().Add(305*24*time.Hour+3*time.Hour)))},
			step{fire: "expire", want: "grace"},
			step{fire: "reinstate", set: "payment_mandate", after: 29 * 24 * time.Hour, want: "reinstated"},
		)},
		{name: "lapsed", process: "insurance_renewal", open: policy, steps: []step{
			{fire: "expire", after: year, want: "grace"},
			{fire: "reinstate", set: "premium payment_mandate", refused: reasons(late("expiry", "2027-01-31T00:00:00Z", start().Add(year+time.Hour)))},
			{fire: "lapse", because: "no_answer", want: "lapsed"},
		}},
		{name: "moved", process: "insurance_renewal", open: policy, steps: toQuoted(step{fire: "move", because: "price", want: "moved"})},
		{name: "cancelled", process: "insurance_renewal", open: policy, steps: []step{{fire: "cancel", because: "sold", want: "cancelled"}}},
		{name: "no expiry", process: "insurance_renewal", open: step{refused: reasons(missing("expiry", "policy_number"))}},
	}
}
