package dbtest_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

// A shop writes its own order and the CRM's record of the sale in one transaction:
// either both are there or neither.
func Example_hostTransaction() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "shop")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	writer, reader, err := files(filepath.Join(dir, "shop.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer writer.Close()
	defer reader.Close()
	if err := sqlite.Migrate(ctx, writer); err != nil {
		log.Fatal(err)
	}
	if _, err := writer.ExecContext(ctx, "CREATE TABLE orders (id TEXT PRIMARY KEY, paid INTEGER)"); err != nil {
		log.Fatal(err)
	}

	order := func(id string, minor int64, paid int) error {
		at := time.Date(2026, 5, 1, 9, 30, 0, 0, time.UTC)
		amount, err := rapport.MoneyFromMinor(minor, rapport.CNY)
		if err != nil {
			return err
		}
		sale, err := customer.NewTransaction(customer.TransactionDraft{
			Key: customer.ExternalKey{System: "shop", ID: id}, Kind: customer.Sale, Customer: "C001", At: at, RecordedAt: at, Amount: amount,
		})
		if err != nil {
			return err
		}
		tx, err := writer.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // after Commit it does nothing
		if err := sqlite.WithTx(tx).Tenant("acme").Update(ctx, func(tx store.Tx) error {
			in, err := tx.Transactions().Ingest(ctx, []customer.Transaction{sale})
			if err != nil {
				return err
			}
			return in.Err()
		}); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO orders (id, paid) VALUES (?, ?)", id, paid); err != nil {
			return err
		}
		if paid == 0 {
			return fmt.Errorf("order %s was not paid", id)
		}
		return tx.Commit()
	}
	fmt.Println(order("1", 9900, 1))
	fmt.Println(order("2", 4900, 0))

	db, err := sqlite.Open(ctx, writer, reader, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	var orders int
	if err := reader.QueryRowContext(ctx, "SELECT count(*) FROM orders").Scan(&orders); err != nil {
		log.Fatal(err)
	}
	sales := 0
	err = db.Tenant("acme").View(ctx, func(tx store.Tx) error {
		for p, err := range tx.Transactions().Purchases(ctx, store.PurchaseQuery{Currency: rapport.CNY}) {
			if err != nil {
				return err
			}
			sales++
			fmt.Printf("%s bought for %d fen\n", p.Customer, p.Amount)
		}
		return nil
	})
	fmt.Println(orders, "order,", sales, "sale,", err)
	// Output:
	// <nil>
	// order 2 was not paid
	// C001 bought for 9900 fen
	// 1 order, 1 sale, <nil>
}
