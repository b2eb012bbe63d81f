package store_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/memory"
)

func sale(id string, who rapport.ID, day int, minor int64) customer.Transaction {
	at := time.Date(2026, 1, day, 10, 0, 0, 0, time.UTC)
	amount, err := rapport.MoneyFromMinor(minor, rapport.CNY)
	if err != nil {
		log.Fatal(err)
	}
	t, err := customer.NewTransaction(customer.TransactionDraft{
		Key: customer.ExternalKey{System: "till", ID: id}, Kind: customer.Sale, Customer: who, At: at, RecordedAt: at, Amount: amount,
	})
	if err != nil {
		log.Fatal(err)
	}
	return t
}

// A till sends its log twice, the second time with one more row and one that was
// changed. What is stored then feeds the summaries that the models read: customer
// C1 bought on the 1st, 8th and 22nd, so two repeat purchases, the last of them
// three weeks after the first, in four weeks of observation.
func Example() {
	ctx := context.Background()
	acme := memory.New(nil).Tenant("acme")
	ingest := func(rows ...customer.Transaction) (in store.Ingestion[customer.Transaction], err error) {
		err = acme.Update(ctx, func(tx store.Tx) error {
			in, err = tx.Transactions().Ingest(ctx, rows)
			return err
		})
		return in, err
	}
	first, err := ingest(sale("1", "C1", 1, 2000), sale("2", "C1", 8, 3000), sale("3", "C2", 9, 500))
	fmt.Println(first.Outcomes, err)
	second, err := ingest(sale("1", "C1", 1, 2000), sale("3", "C2", 9, 50000), sale("4", "C1", 22, 5000))
	fmt.Println(second.Outcomes, err)
	fmt.Println(second.Err())

	err = acme.View(ctx, func(tx store.Tx) error {
		query := store.PurchaseQuery{Currency: rapport.CNY}
		window := query.Window(rapport.Week, time.Date(2026, 1, 29, 12, 0, 0, 0, time.UTC))
		summaries, err := scoring.SummarizeSorted(ctx, tx.Transactions().Purchases(ctx, query), window)
		if err != nil {
			return err
		}
		for id, s := range summaries.All() {
			fmt.Printf("%s: x=%d t_x=%.0f T=%.2f spend=%.2f\n", id, s.X, s.TX, s.T, s.Spend)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// [inserted inserted inserted] <nil>
	// [same differs inserted] <nil>
	// store: rows[1]: "3" of system "till" is stored with other content
	// C1: x=2 t_x=3 T=4.00 spend=40.00
	// C2: x=0 t_x=0 T=2.86 spend=0.00
}

// Two clerks read the same customer and write one after the other. The second is
// told, reads again and decides again.
func ExampleCustomers_Put() {
	ctx := context.Background()
	acme := memory.New(nil).Tenant("acme")
	put := func(c customer.Customer) (stored customer.Customer, err error) {
		err = acme.Update(ctx, func(tx store.Tx) error {
			stored, err = tx.Customers().Put(ctx, c)
			return err
		})
		return stored, err
	}
	draft := customer.Draft{ID: "C1", Kind: customer.Organisation, RecordedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	c, err := customer.New(draft)
	if err != nil {
		log.Fatal(err)
	}
	read, err := put(c)
	fmt.Println(read.Version(), err)
	byLi, err := read.WithName("Exemplar Trading")
	if err != nil {
		log.Fatal(err)
	}
	byWang, err := read.WithName("Exemplar Logistics")
	if err != nil {
		log.Fatal(err)
	}
	stored, err := put(byLi)
	fmt.Println(stored.Version(), err)
	_, err = put(byWang)
	if conflict, ok := errors.AsType[*store.VersionConflictError](err); ok {
		fmt.Println(errors.Is(err, store.ErrConflict), conflict.Have, conflict.Want)
	}
	// Output:
	// 1 <nil>
	// 2 <nil>
	// true 2 1
}

// A listing is read page by page; the token goes to the client and comes back.
func ExamplePage() {
	ctx := context.Background()
	acme := memory.New(nil).Tenant("acme")
	err := acme.Update(ctx, func(tx store.Tx) error {
		_, err := tx.Transactions().Ingest(ctx, []customer.Transaction{
			sale("1", "C1", 1, 100), sale("2", "C2", 2, 100), sale("3", "C1", 3, 100), sale("4", "C1", 4, 100), sale("5", "C1", 5, 100),
		})
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	request := store.PageRequest{Limit: 2}
	for {
		var page store.Page[customer.Transaction]
		err := acme.View(ctx, func(tx store.Tx) (err error) {
			page, err = tx.Transactions().Page(ctx, store.TransactionQuery{Customer: "C1"}, request)
			return err
		})
		if err != nil {
			log.Fatal(err)
		}
		var keys []string
		for _, t := range page.Items {
			keys = append(keys, t.Key().String())
		}
		fmt.Println(keys)
		if request.After = page.Next; request.After == "" {
			return
		}
	}
	// Output:
	// [till/1 till/3]
	// [till/4 till/5]
}
