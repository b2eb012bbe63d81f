package store_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/memory"
)

// A need is written down, changed once, and read as it stood before the change. It was
// filed under C2, which a merge has replaced by C1 since.
func ExampleFileOf() {
	ctx := context.Background()
	acme := memory.New(nil).Tenant("acme")
	monday := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	need := customer.Need{ID: "N1", Customer: "C2", Product: "pump", Status: customer.NeedOpen,
		FollowUp: monday.AddDate(0, 0, 7), At: monday, RecordedAt: monday}

	err := acme.Update(ctx, func(tx store.Tx) error {
		needs, err := store.FileOf[customer.Need](tx)
		if err != nil {
			return err
		}
		stored, err := needs.Put(ctx, need, 0)
		if err != nil {
			return err
		}
		need.Product, need.RecordedAt = "quiet pump", monday.AddDate(0, 0, 2)
		if _, err = needs.Put(ctx, need, stored.Version); err != nil {
			return err
		}
		_, err = needs.Put(ctx, need, stored.Version) // somebody who has read the first version
		if conflict, ok := errors.AsType[*store.VersionConflictError](err); ok {
			fmt.Println(conflict)
		}
		files, err := store.Files(tx)
		if err != nil {
			return err
		}
		return files.Aliases().Put(ctx, store.Alias{Old: "C2", Current: "C1"})
	})
	if err != nil {
		log.Fatal(err)
	}

	err = acme.View(ctx, func(tx store.Tx) error {
		needs, err := store.FileOf[customer.Need](tx)
		if err != nil {
			return err
		}
		ids, err := store.Identities(ctx, tx, "C1")
		if err != nil {
			return err
		}
		for _, asOf := range []time.Time{{}, monday.AddDate(0, 0, 1)} {
			for n, err := range needs.All(ctx, store.FileQuery{Customers: ids, AsOf: asOf}) {
				if err != nil {
					return err
				}
				fmt.Println(n.Record.Product, n.Version)
			}
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// store: need "N1" has version 2, the write expected 1
	// quiet pump 2
	// pump 1
}

// A customer asks to be forgotten. What was sold stays in the books under a pseudonym.
func ExampleUnsafeErase() {
	ctx := context.Background()
	acme := memory.New(nil).Tenant("acme")
	monday := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	who, err := customer.New(customer.Draft{ID: "C1", Kind: customer.Person, Name: "Mei Lin", RecordedAt: monday})
	if err != nil {
		log.Fatal(err)
	}
	sale, err := customer.NewTransaction(customer.TransactionDraft{Key: customer.ExternalKey{System: "till", ID: "1"}, Kind: customer.Sale,
		Customer: "C1", At: monday, RecordedAt: monday, Amount: rapport.MustMoney("12.50 CNY")})
	if err != nil {
		log.Fatal(err)
	}
	err = acme.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.Customers().Put(ctx, who); err != nil {
			return err
		}
		_, err := tx.Transactions().Ingest(ctx, []customer.Transaction{sale})
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	err = acme.Update(ctx, func(tx store.Tx) error {
		report, err := store.UnsafeErase(ctx, tx, store.Erasure{Customers: []rapport.ID{"C1"}, Pseudonym: "erased-1"})
		if err != nil {
			return err
		}
		fmt.Println(report.Customers, "customer,", report.Transactions, "transaction")
		kept, err := tx.Transactions().Get(ctx, sale.Key())
		if err != nil {
			return err
		}
		fmt.Println(kept.Customer(), kept.Amount())
		_, err = tx.Customers().Get(ctx, "C1")
		fmt.Println(err)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 1 customer, 1 transaction
	// erased-1 12.50 CNY
	// store: customer "C1" of tenant "acme" not found
}
