package process_test

import "slices"

// toCall leads a call to an agent.
func toCall(steps ...step) []step {
	return slices.Concat([]step{
		{fire: "match", set: "number language skill", want: "matched"},
		{fire: "offer", set: "agent", want: "offered"},
		{fire: "accept", want: "in_call"},
	}, steps)
}

func contactWalks() []walk {
	call := step{set: "arrived_at", want: "preferred"}
	return []walk{
		{name: "closed", process: "logistics_call", open: call, steps: toCall(
			step{fire: "hang_up", refused: reasons(missing("intent"))},
			step{fire: "hang_up", set: "intent", want: "wrap_up"},
			step{fire: "close", refused: reasons(missing("result"))},
			step{fire: "close", set: "result", want: "closed"},
		)},
		{name: "widened, offered again, transferred, followed up", process: "logistics_call", open: call, steps: []step{
			{fire: "release_agent", want: "queued"},
			{fire: "widen", want: "widened"},
			{fire: "match", refused: reasons(missing("number", "language", "skill"))},
			{fire: "match", set: "number language skill", want: "matched"},
			{fire: "offer", set: "agent", want: "offered"},
			{fire: "reoffer", want: "matched"},
			{fire: "offer", want: "offered"},
			{fire: "accept", want: "in_call"},
			{fire: "transfer", because: "language", want: "queued"},
			{fire: "match", want: "matched"},
			{fire: "offer", want: "offered"},
			{fire: "accept", want: "in_call"},
			{fire: "hang_up", set: "intent", want: "wrap_up"},
			{fire: "plan_follow_up", set: "result follow_up_at shipment", want: "follow_up"},
			{fire: "close", refused: reasons(missing("follow_up_result"))},
			{fire: "close", set: "follow_up_result", want: "closed"},
		}},
		{name: "no time of the call", process: "logistics_call", open: step{refused: reasons(missing("arrived_at"))}},
		{name: "abandoned and called back", process: "logistics_call", open: call, steps: []step{
			{fire: "abandon", because: "hung_up", want: "abandoned"},
			{fire: "call_back", refused: reasons(missing("agent"))},
			{fire: "call_back", set: "agent", want: "in_call"},
		}},
		{name: "overflow", process: "logistics_call", open: call, steps: []step{
			{fire: "overflow", because: "queue_full", refused: reasons(missing("branch"))},
			{fire: "overflow", because: "queue_full", set: "branch", want: "overflow"},
		}},
		{name: "message", process: "logistics_call", open: call, steps: []step{{fire: "leave_message", because: "closed_hours", want: "voicemail"}}},
	}
}
