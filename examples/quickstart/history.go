package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/internal/market"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/store"
)

// batch is how many rows are written in one transaction.
const batch = 5000

// record stores the shop's customers and its transaction lines. Lines are known
// by the key they have in the till, so a line that comes twice is stored once.
func (h *history) record(ctx context.Context, shop *market.World) error {
	err := inBatches(records(shop), func(customers []customer.Customer) error {
		return h.tenant.Update(ctx, func(tx store.Tx) error {
			for _, c := range customers {
				if _, err := tx.Customers().Put(ctx, c); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("store customers: %w", err)
	}
	err = inBatches(shop.Transactions(), func(lines []customer.Transaction) error {
		return h.tenant.Update(ctx, func(tx store.Tx) error {
			done, err := tx.Transactions().Ingest(ctx, lines)
			h.lines += done.Inserted
			h.repeated += done.Same
			return errors.Join(err, done.Err()) // a line that differs from the stored one stops the job
		})
	})
	if err != nil {
		return fmt.Errorf("store transactions: %w", err)
	}
	return nil
}

// records are the customers of the shop as its system knows them.
func records(shop *market.World) iter.Seq2[customer.Customer, error] {
	return func(yield func(customer.Customer, error) bool) {
		for record, err := range shop.Records() {
			if !yield(record.Customer, err) {
				return
			}
		}
	}
}

// inBatches passes a stream on in slices of at most a batch.
func inBatches[T any](stream iter.Seq2[T, error], write func([]T) error) error {
	rows := make([]T, 0, batch)
	for row, err := range stream {
		if err != nil {
			return err
		}
		if rows = append(rows, row); len(rows) == batch {
			if err := write(rows); err != nil {
				return err
			}
			rows = rows[:0]
		}
	}
	return write(rows)
}

// read hands the purchases to a function as a stream: by customer and date, and
// never all in memory.
func (h *history) read(ctx context.Context, use func(iter.Seq2[scoring.Purchase, error]) error) error {
	return h.tenant.View(ctx, func(tx store.Tx) error {
		return use(tx.Transactions().Purchases(ctx, store.PurchaseQuery{Currency: currency}))
	})
}

// summarize turns the stream into one short summary for each customer.
func (h *history) summarize(ctx context.Context, window scoring.Window) (summaries *scoring.Summaries, err error) {
	err = h.read(ctx, func(purchases iter.Seq2[scoring.Purchase, error]) error {
		summaries, err = scoring.SummarizeSorted(ctx, purchases, window)
		return err
	})
	return summaries, err
}

// names looks customers up.
func (h *history) names(ctx context.Context, ids []rapport.ID) (map[rapport.ID]string, error) {
	names := make(map[rapport.ID]string, len(ids))
	err := h.tenant.View(ctx, func(tx store.Tx) error {
		for _, id := range ids {
			c, err := tx.Customers().Get(ctx, id)
			if err != nil {
				return err
			}
			names[id] = c.Name()
		}
		return nil
	})
	return names, err
}
