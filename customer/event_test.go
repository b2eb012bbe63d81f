package customer_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func saleDraft() customer.TransactionDraft {
	return customer.TransactionDraft{
		Key: customer.ExternalKey{System: "erp", ID: "4711"}, Kind: customer.Sale, Customer: "00004",
		At: day("2019-05-06").Add(7 * time.Nanosecond), RecordedAt: day("2026-01-01"), Amount: yuan("19.90"),
		Product: "TEA-100", Channel: customer.ChannelShop, Branch: "南京路", Order: "A-17", Line: "1",
	}
}

func costDraft() customer.TransactionDraft {
	cost := saleDraft()
	cost.Of = cost.Key
	cost.Key.ID = "4711-cost"
	cost.Kind = customer.Cost
	cost.Amount = yuan("-4.123456789")
	return cost
}

func callDraft() customer.InteractionDraft {
	return customer.InteractionDraft{
		Key: customer.ExternalKey{System: "pbx", ID: "2024/77"}, Customer: "00004",
		Channel: customer.ChannelPhone, Direction: customer.Inbound,
		At: day("2024-02-03"), RecordedAt: day("2024-02-04"), Duration: 3 * time.Minute,
		Topic: "delivery", Outcome: "solved", Cost: yuan("2.5"), Agent: "li.wei",
	}
}

func TestTransactionKeepsEveryField(t *testing.T) {
	for _, draft := range []customer.TransactionDraft{saleDraft(), costDraft()} {
		tx, err := customer.NewTransaction(draft)
		require.NoError(t, err)
		got := customer.TransactionDraft{
			Key: tx.Key(), Kind: tx.Kind(), Customer: tx.Customer(), At: tx.At(), RecordedAt: tx.RecordedAt(),
			Amount: tx.Amount(), Product: tx.Product(), Channel: tx.Channel(), Branch: tx.Branch(),
			Order: tx.Order(), Line: tx.Line(), Of: tx.Of(),
		}
		if diff := cmp.Diff(draft, got); diff != "" {
			t.Errorf("fields changed (-given +kept):\n%s", diff)
		}
		again, err := customer.NewTransaction(tx.Draft())
		require.NoError(t, err)
		require.True(t, again.Equal(tx))
	}
}

func TestTransactionReportsEveryProblem(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*customer.TransactionDraft)
		want   []string
	}{
		"nothing given": {
			func(d *customer.TransactionDraft) { *d = customer.TransactionDraft{} },
			[]string{"key.system: missing", "key.id: missing", "kind: missing", "customer: missing",
				"at: missing", "recorded_at: missing", "amount: no-currency"},
		},
		"texts": {
			func(d *customer.TransactionDraft) {
				d.Key.ID = "a\x00b"
				d.Customer = "\r"
				d.Product = strings.Repeat("x", 129)
				d.Channel = "a\nb"
				d.Branch = "\xff"
				d.Order = "\t"
				d.Line = "  "
			},
			[]string{"key.id: control-character", "customer: control-character", "product: too-long",
				"channel: control-character", "branch: not-utf8", "order: control-character", "line: blank"},
		},
		"unknown kind": {
			func(d *customer.TransactionDraft) { d.Kind = 4 }, []string{"kind: unknown"},
		},
		"negative sale": {
			func(d *customer.TransactionDraft) { d.Amount = yuan("-0.01") }, []string{"amount: wrong-sign"},
		},
		"positive return": {
			func(d *customer.TransactionDraft) { d.Kind, d.Amount = customer.Return, yuan("0.01") },
			[]string{"amount: wrong-sign"},
		},
		"sale of a sale": {
			func(d *customer.TransactionDraft) { d.Of = customer.ExternalKey{System: "erp", ID: "1"} },
			[]string{"of: not-allowed"},
		},
		"cost of itself, half a key": {
			func(d *customer.TransactionDraft) {
				d.Kind = customer.Cost
				d.Key.ID = ""
				d.Of = d.Key
			},
			[]string{"key.id: missing", "of.id: missing", "of: not-allowed"},
		},
		"too large": {
			func(d *customer.TransactionDraft) { d.Amount = yuan("10000000000000000") }, []string{"amount: out-of-range"},
		},
		"too precise": {
			func(d *customer.TransactionDraft) { d.Amount = yuan("0.000000000001") }, []string{"amount: too-precise"},
		},
		"years": {
			func(d *customer.TransactionDraft) {
				d.At = time.Date(1677, 12, 31, 23, 59, 59, 0, time.UTC)
				d.RecordedAt = time.Date(-292277022399, 1, 1, 0, 0, 0, 0, time.UTC)
			},
			[]string{"at: out-of-range", "recorded_at: out-of-range"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			draft := saleDraft()
			tc.change(&draft)
			tx, err := customer.NewTransaction(draft)
			if diff := cmp.Diff(tc.want, problemsOf(t, err)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			require.True(t, tx.IsZero())
		})
	}
}

func TestAmountsWithinTheLimits(t *testing.T) {
	for _, tc := range []struct {
		kind   customer.TransactionKind
		amount string
	}{
		{customer.Sale, "0"},
		{customer.Sale, "0.00000000000"},
		{customer.Sale, "9999999999999999.99999999999"},
		{customer.Sale, "1000000000000000"},
		{customer.Return, "0"},
		{customer.Return, "-9999999999999999.99"},
		{customer.Cost, "-1"},
		{customer.Cost, "1"},
	} {
		draft := saleDraft()
		draft.Kind, draft.Amount = tc.kind, yuan(tc.amount)
		tx, err := customer.NewTransaction(draft)
		require.NoErrorf(t, err, "%s of %s", tc.kind, tc.amount)
		require.Truef(t, tx.Amount().Amount().Equal(decimal.RequireFromString(tc.amount)), "%s of %s", tc.kind, tc.amount)
	}
}

func TestInteractionKeepsEveryField(t *testing.T) {
	draft := callDraft()
	call, err := customer.NewInteraction(draft)
	require.NoError(t, err)
	got := customer.InteractionDraft{
		Key: call.Key(), Customer: call.Customer(), Channel: call.Channel(), Direction: call.Direction(),
		At: call.At(), RecordedAt: call.RecordedAt(), Duration: call.Duration(),
		Topic: call.Topic(), Outcome: call.Outcome(), Cost: call.Cost(), Agent: call.Agent(),
	}
	if diff := cmp.Diff(draft, got); diff != "" {
		t.Errorf("fields changed (-given +kept):\n%s", diff)
	}
	again, err := customer.NewInteraction(call.Draft())
	require.NoError(t, err)
	require.True(t, again.Equal(call))
}

func TestInteractionReportsEveryProblem(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*customer.InteractionDraft)
		want   []string
	}{
		"nothing given": {
			func(d *customer.InteractionDraft) { *d = customer.InteractionDraft{} },
			[]string{"key.system: missing", "key.id: missing", "customer: missing", "channel: missing",
				"direction: missing", "at: missing", "recorded_at: missing"},
		},
		"wrong values": {
			func(d *customer.InteractionDraft) {
				d.Direction = 3
				d.Duration = -1
				d.Topic = strings.Repeat("x", 1025)
				d.Outcome = "a\u0085b"
				d.Cost = yuan("-1")
				d.Agent = " "
			},
			[]string{"direction: unknown", "duration: out-of-range", "topic: too-long",
				"outcome: control-character", "cost: wrong-sign", "agent: blank"},
		},
		"too long": {
			func(d *customer.InteractionDraft) { d.Duration = customer.MaxDuration + 1 }, []string{"duration: out-of-range"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			draft := callDraft()
			tc.change(&draft)
			call, err := customer.NewInteraction(draft)
			if diff := cmp.Diff(tc.want, problemsOf(t, err)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			require.True(t, call.IsZero())
		})
	}
	draft := callDraft()
	draft.Cost, draft.Duration = rapport.Money{}, customer.MaxDuration
	call, err := customer.NewInteraction(draft)
	require.NoError(t, err, "a cost that is not known is no problem")
	require.Zero(t, call.Cost().Currency())
}

func TestErrorNamesTheRow(t *testing.T) {
	draft := saleDraft()
	draft.Key.ID = strings.Repeat("x", 500)
	_, err := customer.NewTransaction(draft)
	require.ErrorContains(t, err, `customer: transaction "erp/xxx`)
	require.Less(t, len(err.Error()), 250, "a hostile key does not fill the log")
	draft = saleDraft()
	draft.Amount = yuan("-1")
	_, err = customer.NewTransaction(draft)
	require.EqualError(t, err, `customer: transaction "erp/4711" is not valid: amount: wrong-sign`)
}
