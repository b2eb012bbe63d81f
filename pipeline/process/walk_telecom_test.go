package process_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/pipeline/process"
)

// toDispatch leads an order to the dispatch.
func toDispatch(steps ...step) []step {
	return slices.Concat([]step{
		{fire: "accept", set: "site bandwidth contact requested_date", want: "resource"},
		{fire: "confirm_resource", roles: "network", set: "resource_reservation", want: "fee"},
		{fire: "confirm_fee", set: "quote committed_date", want: "contract", prepare: []prepare{votes("fee", "finance")}},
		{fire: "sign", set: "contract_number contract_signed_on", want: "charging"},
		{fire: "charge", roles: "finance", set: "account first_bill", want: "dispatch"},
	}, steps)
}

func telecomWalks() []walk {
	return []walk{
		{name: "in service", process: "one_stop_service", steps: toDispatch(
			step{fire: "dispatched", refused: reasons(&pipeline.PartError{Part: "installation"})},
			step{
				fire: "dispatched", prepare: []prepare{part("installation", "in_work", pipeline.Open)},
				refused: reasons(&pipeline.PartError{Part: "installation", Stage: "in_work", Outcome: pipeline.Open}),
			},
			step{fire: "dispatched", prepare: []prepare{part("installation", "done", pipeline.Won)}, want: "completion"},
			step{fire: "redispatch", because: "test_failed", want: "dispatch"},
			step{fire: "dispatched", want: "completion"},
			step{
				fire: "complete", set: "test_sheet", prepare: []prepare{done("handover"), problem(pipeline.SeverityMedium)},
				refused: reasons(&pipeline.ProblemError{Blocking: pipeline.SeverityMedium, Problems: []pipeline.Problem{{ID: "p1", Severity: pipeline.SeverityMedium, OpenedAt: start()}}}),
			},
			step{fire: "complete", set: "test_sheet", prepare: []prepare{solved()}, want: "in_service"},
		)},
		{name: "nothing is left out", process: "one_stop_service", steps: []step{
			{fire: "accept", refused: reasons(missing("site", "bandwidth", "contact", "requested_date"))},
			{fire: "accept", set: "site bandwidth contact requested_date", want: "resource"},
			{fire: "sign", err: &pipeline.NotPermittedError{
				Stage: "resource", Trigger: "sign", Permitted: []pipeline.TriggerID{"order_survey", "confirm_resource", "hold", "reject", "cancel"},
			}},
			{fire: "order_survey", want: "survey"},
			{fire: "confirm_resource", roles: "network", set: "resource_reservation", refused: reasons(missing("survey_result"), &pipeline.PartError{Part: "survey"})},
			{fire: "hold", because: "permission_pending", want: "on_hold"},
			{fire: "resume", want: "survey"},
			{fire: "confirm_resource", roles: "network", set: "resource_reservation survey_result", prepare: []prepare{part("survey", "done", pipeline.Won)}, want: "fee"},
			{fire: "confirm_fee", set: "quote committed_date", by: "finance0", prepare: []prepare{votes("fee", "finance")}, refused: reasons(
				&pipeline.ApprovalError{Approval: "fee", Want: 1, Roles: []string{"finance"}},
			)},
			{fire: "confirm_fee", set: "quote committed_date", want: "contract"},
			{fire: "requote", because: "terms_changed", want: "fee"},
			{fire: "cancel", because: "price", want: "cancelled"},
		}},
		{name: "no resource", process: "one_stop_service", steps: []step{
			{fire: "accept", set: "site bandwidth contact requested_date", want: "resource"},
			{fire: "reject", because: "no_resource", want: "rejected"},
		}},
		{name: "failed", process: "one_stop_service", steps: toDispatch(step{fire: "fail", because: "no_access", want: "failed"})},

		{name: "done", process: "work_order", steps: []step{
			{fire: "accept", refused: reasons(missing("technician", "planned_date"))},
			{fire: "reassign", want: "issued"},
			{fire: "accept", set: "technician planned_date", want: "accepted"},
			{fire: "start", want: "in_work"},
			{fire: "hold", because: "no_access", want: "on_hold"},
			{fire: "resume", refused: nil, want: "in_work"},
			{fire: "finish", refused: reasons(missing("report"), &pipeline.ChecklistError{Checklist: "site_work", Items: []string{"safety", "work_done", "site_cleared"}})},
			{fire: "finish", set: "report", prepare: []prepare{done("site_work-photos")}, want: "done"},
		}},
		{name: "failed", process: "work_order", steps: []step{
			{fire: "accept", set: "technician planned_date", want: "accepted"},
			{fire: "start", want: "in_work"},
			{fire: "fail", because: "not_feasible", want: "failed"},
		}},
		{name: "cancelled", process: "work_order", steps: []step{{fire: "cancel", because: "order_withdrawn", want: "cancelled"}}},

		{name: "restored and reopened", process: "fault_report", steps: []step{
			{fire: "prioritise", set: "service symptom", refused: reasons(&pipeline.GuardError{Guard: "priority", Err: &pipeline.MissingDataError{Fields: []string{"priority"}}})},
			{fire: "prioritise", data: pipeline.Values{"priority": pipeline.Text("p9")}, err: &pipeline.UnknownFieldError{Field: "priority", Value: pipeline.Text("p9"), Want: `want one of ["p1" "p2" "p3" "p4"]`}},
			{fire: "prioritise", set: "service symptom", data: pipeline.Values{"priority": pipeline.Text("p2")}, want: "restore_p2"},
			{fire: "escalate", want: "restore_p2"},
			{fire: "prioritise", data: pipeline.Values{"priority": pipeline.Text("p1")}, want: "restore_p1"},
			{fire: "send_technician", want: "restore_p1"},
			{fire: "wait", because: "no_access", want: "waiting_customer"},
			{fire: "resume", want: "restore_p1"},
			{fire: "restore", refused: reasons(missing("cause"))},
			{fire: "restore", set: "cause", want: "restored"},
			{fire: "not_restored", because: "still_faulty", want: "restore_p1"},
			{fire: "restore", want: "restored"},
			{fire: "close", want: "closed"},
			{fire: "reopen", because: "came_back", after: 13 * 24 * time.Hour, want: "restore_p1"},
			{fire: "restore", want: "restored"},
			{fire: "close", want: "closed"},
			{fire: "reopen", because: "came_back", after: 14 * 24 * time.Hour, refused: reasons(&pipeline.GuardError{
				Guard: "reopen_window", Err: late("closed", "2026-03-30T00:00:00Z", start().Add(27*24*time.Hour+15*time.Hour)),
			})},
		}},
		{name: "no fault", process: "fault_report", steps: []step{{fire: "dismiss", because: "duplicate", want: "no_fault"}}},

		{name: "prevented", process: "service_warning", steps: []step{
			{fire: "assess", refused: reasons(missing("service", "signal"))},
			{fire: "assess", set: "service signal", want: "assessed"},
			{fire: "inform", set: "forecast expected_at", want: "customer_informed"},
			{fire: "prevent", refused: reasons(missing("measure"))},
			{fire: "prevent", set: "measure", want: "prevented"},
		}},
		{name: "fault", process: "service_warning", steps: []step{{fire: "break", because: "too_late", want: "became_fault"}}},
		{name: "false alarm", process: "service_warning", steps: []step{{fire: "dismiss", because: "measurement", want: "false_alarm"}}},

		{name: "settled and reopened", process: "complaint", steps: []step{
			{fire: "acknowledge", refused: reasons(missing("verbatim", "origin"))},
			{fire: "acknowledge", set: "verbatim origin", want: "investigation"},
			{fire: "escalate", want: "investigation"},
			{fire: "propose", set: "finding category", refused: reasons(&pipeline.ApprovalError{Approval: "remedy", Want: 1, Roles: []string{"service_manager"}})},
			{fire: "propose", set: "finding category", prepare: []prepare{votes("remedy", "service_manager")}, want: "proposal"},
			{fire: "wait", because: "answer", want: "waiting_customer"},
			{fire: "resume", want: "proposal"},
			{fire: "settle", set: "remedy", want: "satisfied"},
			{fire: "reopen", because: "happened_again", want: "investigation"},
			{fire: "propose", prepare: []prepare{votes("remedy", "service_manager")}, want: "proposal"},
			{fire: "object", because: "remedy_refused", want: "investigation"},
			{fire: "propose", prepare: []prepare{votes("remedy", "service_manager")}, want: "proposal"},
			{fire: "close", because: "no_agreement", roles: "service_manager", want: "unsatisfied"},
		}},
		{name: "withdrawn", process: "complaint", steps: []step{{fire: "withdraw", because: "duplicate", want: "withdrawn"}}},
	}
}

// Waiting for the customer stops the clock of a fault, and does not set it back.
func TestWaitsDoNotWinTime(t *testing.T) {
	m := compiled(t, process.FaultReport())
	data := pipeline.Values{"service": pipeline.Text("line 1"), "symptom": pipeline.Text("noise"), "priority": pipeline.Text("p1")}
	at := start()
	p, _, err := m.Open(pipeline.Input{}, at)
	require.NoError(t, err)
	for _, s := range []struct {
		fire   pipeline.TriggerID
		hours  int
		reason string
	}{{"prioritise", 1, ""}, {"wait", 3, "no_access"}, {"resume", 72, ""}} {
		at = at.Add(time.Duration(s.hours) * time.Hour)
		p, _, err = m.Fire(p, s.fire, pipeline.Input{Data: data, Reason: s.reason}, at)
		require.NoError(t, err)
	}
	require.Equal(t, pipeline.StageID("restore_p1"), p.Stage)
	require.Equal(t, 3*time.Hour, p.InStage(at), "of the 4 hours of P1, one is left")
}
