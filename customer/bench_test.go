package customer_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
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

// 100,000 relations: a forest of company groups with their holdings.
func BenchmarkGraph(b *testing.B) {
	const n = 100_000
	relations := make([]customer.Relation, n)
	for i := range relations {
		child := rapport.ID(fmt.Sprintf("c%06d", i+1))
		kind := customer.RelationParent
		if i%2 == 1 {
			kind = customer.RelationOwns
		}
		relations[i] = tie(kind, rapport.ID(fmt.Sprintf("c%06d", i/4)), child)
		if kind == customer.RelationOwns {
			relations[i].Share = 0.6
		}
	}
	g := graph(b, relations...)
	b.Run("build", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			graph(b, relations...)
		}
	})
	b.Run("check", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := customer.CheckRelations(relations); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("groups", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := g.Groups(nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("below", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			g.Below(customer.RelationParent, "c000000")
		}
	})
}
