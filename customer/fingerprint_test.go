package customer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func mustTransaction(t require.TestingT, draft customer.TransactionDraft) customer.Transaction {
	tx, err := customer.NewTransaction(draft)
	require.NoError(t, err)
	return tx
}

func mustInteraction(t require.TestingT, draft customer.InteractionDraft) customer.Interaction {
	call, err := customer.NewInteraction(draft)
	require.NoError(t, err)
	return call
}

// The fingerprints of version 1 are fixed: stores compare them with those they
// kept years ago. The values were computed by a separate program from the
// documented encoding (testdata/fingerprint.py).
func TestFingerprintsStay(t *testing.T) {
	require.Equal(t, "01b027e8b6b95598d559bfb4ed315f5940fc5530d9c4e21171596158e2e1c6cab4",
		mustTransaction(t, saleDraft()).Fingerprint().String())
	require.Equal(t, "01f635081da64cee5eb18cfc076135ff242b37fd7e83d788c78d2c0a6aeb30e021",
		mustInteraction(t, callDraft()).Fingerprint().String())
	require.Zero(t, customer.Transaction{}.Fingerprint())
	require.Zero(t, customer.Interaction{}.Fingerprint())
}

func TestFingerprintLeavesOutTheRecordTime(t *testing.T) {
	again := saleDraft()
	again.RecordedAt = day("2030-01-01")
	again.Amount = yuan("19.900000")
	again.At = again.At.In(time.FixedZone("east", 8*3600))
	require.Equal(t, mustTransaction(t, saleDraft()).Fingerprint(), mustTransaction(t, again).Fingerprint())
}

func TestFingerprintTellsEveryFieldApart(t *testing.T) {
	seen := map[customer.Fingerprint]string{}
	add := func(name string, f customer.Fingerprint) {
		t.Helper()
		if other, ok := seen[f]; ok {
			t.Errorf("%s has the fingerprint of %s", name, other)
		}
		seen[f] = name
	}
	change := func(name string, change func(*customer.TransactionDraft)) {
		t.Helper()
		draft := costDraft()
		change(&draft)
		add("cost with other "+name, mustTransaction(t, draft).Fingerprint())
	}
	change("nothing", func(*customer.TransactionDraft) {})
	change("system", func(d *customer.TransactionDraft) { d.Key.System += "x" })
	change("id", func(d *customer.TransactionDraft) { d.Key.ID += "x" })
	change("kind", func(d *customer.TransactionDraft) { d.Kind = customer.Return })
	change("customer", func(d *customer.TransactionDraft) { d.Customer += "x" })
	change("at", func(d *customer.TransactionDraft) { d.At = d.At.Add(1) })
	change("amount", func(d *customer.TransactionDraft) { d.Amount = yuan("-4") })
	change("currency", func(d *customer.TransactionDraft) {
		var err error
		d.Amount, err = rapport.NewMoney(d.Amount.Amount(), rapport.EUR)
		require.NoError(t, err)
	})
	change("product", func(d *customer.TransactionDraft) { d.Product += "x" })
	change("channel", func(d *customer.TransactionDraft) { d.Channel += "x" })
	change("branch", func(d *customer.TransactionDraft) { d.Branch += "x" })
	change("order", func(d *customer.TransactionDraft) { d.Order += "x" })
	change("line", func(d *customer.TransactionDraft) { d.Line += "x" })
	change("of.system", func(d *customer.TransactionDraft) { d.Of.System += "x" })
	change("of.id", func(d *customer.TransactionDraft) { d.Of.ID += "x" })
	// Text moved from one field to the next is different content.
	change("border of order and line", func(d *customer.TransactionDraft) { d.Order, d.Line = "A-171", "" })
	change("border of system and id", func(d *customer.TransactionDraft) { d.Key = customer.ExternalKey{System: "er", ID: "p4711-cost"} })

	talk := func(name string, change func(*customer.InteractionDraft)) {
		t.Helper()
		draft := callDraft()
		change(&draft)
		add("call with other "+name, mustInteraction(t, draft).Fingerprint())
	}
	talk("nothing", func(*customer.InteractionDraft) {})
	talk("system", func(d *customer.InteractionDraft) { d.Key.System += "x" })
	talk("id", func(d *customer.InteractionDraft) { d.Key.ID += "x" })
	talk("customer", func(d *customer.InteractionDraft) { d.Customer += "x" })
	talk("channel", func(d *customer.InteractionDraft) { d.Channel += "x" })
	talk("direction", func(d *customer.InteractionDraft) { d.Direction = customer.Outbound })
	talk("at", func(d *customer.InteractionDraft) { d.At = d.At.Add(1) })
	talk("duration", func(d *customer.InteractionDraft) { d.Duration++ })
	talk("topic", func(d *customer.InteractionDraft) { d.Topic += "x" })
	talk("outcome", func(d *customer.InteractionDraft) { d.Outcome += "x" })
	talk("cost", func(d *customer.InteractionDraft) { d.Cost = yuan("0") })
	talk("no cost", func(d *customer.InteractionDraft) { d.Cost = rapport.Money{} })
	talk("agent", func(d *customer.InteractionDraft) { d.Agent += "x" })
}

// For any two transactions: the same fingerprint exactly when they are equal but
// for the record time. The second one takes some of its fields from the first, so
// that near misses and equal pairs both happen.
func TestFingerprintMeansSameContent(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, other := drawTransaction(r, "a"), drawTransaction(r, "b").Draft()
		mixed := a.Draft()
		mixed.RecordedAt = other.RecordedAt
		for i, mix := range []func(){
			func() { mixed.Customer = other.Customer },
			func() { mixed.At = other.At },
			func() { mixed.Product = other.Product },
			func() { mixed.Channel = other.Channel },
			func() { mixed.Order, mixed.Line = other.Order, other.Line },
			func() { mixed.Amount, mixed.Kind, mixed.Of = other.Amount, other.Kind, other.Of },
		} {
			if rapid.IntRange(0, 5).Draw(r, "mix") == i {
				mix()
			}
		}
		if mixed.Of == mixed.Key {
			mixed.Of = customer.ExternalKey{}
		}
		b := mustTransaction(r, mixed)
		mixed.RecordedAt = a.RecordedAt()
		same := mustTransaction(r, mixed).Equal(a)
		require.Equalf(r, same, a.Fingerprint() == b.Fingerprint(), "a %+v\nb %+v", a.Draft(), b.Draft())
	})
}
