package customer_test

import (
	"encoding/json"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

func need(quantity string) customer.Need {
	return customer.Need{ID: "n1", Customer: "c1", Product: "TEA-100", Quantity: decimal.RequireFromString(quantity), Unit: "kg", WantedAt: day("2025-09-01"),
		Status: customer.NeedOpen, FollowUp: day("2025-04-01"), Deal: "deal-1", Owner: "li.wei", At: day("2025-03-01"), RecordedAt: day("2025-03-02")}
}

func TestNeed(t *testing.T) {
	requireRoundTrip(t, need("12.5"), `{"format":1,"id":"n1","customer":"c1","product":"TEA-100","quantity":"12.5","unit":"kg",`+
		`"wanted_at":"2025-09-01T00:00:00Z","status":"open","follow_up":"2025-04-01T00:00:00Z","deal":"deal-1","owner":"li.wei",`+
		`"at":"2025-03-01T00:00:00Z","recorded_at":"2025-03-02T00:00:00Z"}`)
	requireRoundTrip(t, need("0"), "")
	requireRoundTrip(t, need("1.50"), "")
	require.EqualValues(t, "deal-1", need("1").Filing().With)

	forgotten := need("1")
	forgotten.FollowUp = day("0001-01-01")
	requireProblems(t, forgotten.Validate(), "follow_up missing")
	for quantity, reason := range map[string]string{"-1": "wrong-sign", "1e18": "out-of-range", "1e-19": "too-precise", "1234567890123456789": "out-of-range"} {
		n := need("1")
		n.Quantity = decimal.RequireFromString(quantity)
		requireProblems(t, n.Validate(), "quantity "+reason)
		_, err := json.Marshal(n)
		require.Error(t, err)
	}

	endless := need("1")
	endless.Quantity = decimal.New(1, 2_000_000_000)
	requireProblems(t, endless.Validate(), "quantity out-of-range")
	_, err := json.Marshal(endless) // its digits are never written
	require.Error(t, err)

	met, err := need("1").Close(customer.NeedMet, day("2025-05-01"), day("2025-05-02"))
	require.NoError(t, err)
	requireRoundTrip(t, met, "")
	_, err = met.Close(customer.NeedDropped, day("2025-05-01"), day("2025-05-02"))
	requireProblems(t, err, "status not-allowed")
	_, err = need("1").Close(customer.NeedDropped, day("2025-02-01"), day("2025-05-02"))
	requireProblems(t, err, "closed_at out-of-range")
	_, err = need("1").Close("sold", day("2025-04-01"), day("2025-05-02"))
	requireProblems(t, err, "status unknown")
	requireProblems(t, customer.Need{}.Validate(), "id missing", "customer missing", "product missing", "status missing", "at missing", "recorded_at missing")

	// One need is due in April; in June it is met.
	other := need("1")
	other.ID, other.FollowUp = "n2", day("2025-06-01")
	require.Len(t, customer.NeedsToFollowUp([]customer.Need{other, met}, day("2025-04-15")), 1)
	due := customer.NeedsToFollowUp([]customer.Need{other, met}, day("2025-06-15"))
	require.Len(t, due, 1)
	require.EqualValues(t, "n2", due[0].ID)
}
