package memory_test

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

// An Update whose function fails keeps nothing, and tenants do not see each
// other.
func Example() {
	ctx := context.Background()
	db := memory.New(nil)
	c, err := customer.New(customer.Draft{ID: "C1", Kind: customer.Person, Name: "Mei", RecordedAt: time.Unix(0, 0)})
	if err != nil {
		log.Fatal(err)
	}
	put := func(tx store.Tx) error {
		_, err := tx.Customers().Put(ctx, c)
		return err
	}
	fmt.Println(db.Tenant("acme").Update(ctx, put))
	fmt.Println(db.Tenant("globe").Update(ctx, func(tx store.Tx) error {
		return errors.Join(put(tx), errors.New("second thoughts"))
	}))
	for _, tenant := range []rapport.ID{"acme", "globe"} {
		err := db.Tenant(tenant).View(ctx, func(tx store.Tx) error {
			got, err := tx.Customers().Get(ctx, "C1")
			fmt.Println(tenant, got.Name(), got.Version())
			return err
		})
		fmt.Println(errors.Is(err, store.ErrNotFound))
	}
	// Output:
	// <nil>
	// second thoughts
	// acme Mei 1
	// false
	// globe  0
	// true
}
