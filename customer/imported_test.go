package customer_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

// An order of 2019 that was imported in 2026: event time and record time are both
// there, the row says that it was imported and how far to trust it (requirement C7).
func TestImportedHistoryIsFlagged(t *testing.T) {
	draft := saleDraft()
	draft.Imported = customer.Import{Batch: "go-live", Grade: customer.GradePlausible}
	order := mustTransaction(t, draft)
	require.Equal(t, 2019, order.At().Year())
	require.Equal(t, 2026, order.RecordedAt().Year())
	require.Equal(t, draft.Imported, order.Imported())
	text, err := json.Marshal(order)
	require.NoError(t, err)
	require.Contains(t, string(text), `"imported":{"batch":"go-live","grade":"plausible"}`)
	roundTrip(t, order)

	live := mustTransaction(t, saleDraft())
	require.False(t, live.Equal(order))
	require.Equal(t, live.Fingerprint(), order.Fingerprint(), "the same order, whichever way it came")

	rating := callDraft()
	rating.Imported = customer.Import{Batch: "go-live", Grade: customer.GradeDoubtful}
	call := mustInteraction(t, rating)
	require.Equal(t, rating.Imported, call.Imported())
	roundTrip(t, call)
	require.False(t, mustInteraction(t, callDraft()).Equal(call))
	require.Equal(t, mustInteraction(t, callDraft()).Fingerprint(), call.Fingerprint())
}

func TestImportReportsEveryProblem(t *testing.T) {
	for want, imported := range map[string]customer.Import{
		"imported.batch: missing":           {Grade: customer.GradeVerified},
		"imported.grade: missing":           {Batch: "b"},
		"imported.grade: unknown":           {Batch: "b", Grade: "splendid"},
		"imported.batch: control-character": {Batch: "a\nb", Grade: customer.GradeVerified},
	} {
		sale, call := saleDraft(), callDraft()
		sale.Imported, call.Imported = imported, imported
		_, err := customer.NewTransaction(sale)
		require.Equal(t, []string{want}, problemsOf(t, err))
		_, err = customer.NewInteraction(call)
		require.Equal(t, []string{want}, problemsOf(t, err))
	}
}

// What was written before there were imports stays readable, and is not imported.
func TestEventsOfFormat1StayReadable(t *testing.T) {
	var tx customer.Transaction
	old := strings.Replace(goldenTransaction, `"format":2`, `"format":1`, 1)
	require.NoError(t, json.Unmarshal([]byte(old), &tx))
	require.True(t, tx.Equal(mustTransaction(t, costDraft())))
	require.Equal(t, goldenTransaction, roundTrip(t, tx))
	var call customer.Interaction
	old = strings.Replace(goldenInteraction, `"format":2`, `"format":1`, 1)
	require.NoError(t, json.Unmarshal([]byte(old), &call))
	require.True(t, call.Equal(mustInteraction(t, callDraft())))

	const flag = `,"imported":{"batch":"b","grade":"verified"}}`
	later := customer.Transaction{}
	require.NoError(t, json.Unmarshal([]byte(strings.TrimSuffix(goldenTransaction, "}")+flag), &later))
	require.Equal(t, customer.Import{Batch: "b", Grade: customer.GradeVerified}, later.Imported())
	err := json.Unmarshal([]byte(strings.TrimSuffix(old, "}")+flag), &call)
	require.ErrorContains(t, err, `unknown field "imported" in format 1`)
}
