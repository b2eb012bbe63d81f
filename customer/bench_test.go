package customer_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

func BenchmarkNewTransaction(b *testing.B) {
	draft := saleDraft()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := customer.NewTransaction(draft); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTransactionFingerprint(b *testing.B) {
	tx := mustTransaction(b, saleDraft())
	b.ReportAllocs()
	for b.Loop() {
		if tx.Fingerprint() == (customer.Fingerprint{}) {
			b.Fatal("no fingerprint")
		}
	}
}

func BenchmarkTransactionJSON(b *testing.B) {
	tx := mustTransaction(b, saleDraft())
	text, err := json.Marshal(tx)
	require.NoError(b, err)
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := tx.MarshalJSON(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var back customer.Transaction
			if err := back.UnmarshalJSON(text); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkNewCustomer(b *testing.B) {
	draft := fullDraft()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := customer.New(draft); err != nil {
			b.Fatal(err)
		}
	}
}
