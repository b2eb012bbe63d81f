package store

import (
	"context"
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Suppression is what a host asks before anything about a person is written, so that who
// was erased is not imported again: functions that look up what is about to be written
// among the suppression marks and return an error that says which one hit, or nil. A nil
// function lets everything pass.
type Suppression struct {
	Customer    func(ctx context.Context, c customer.Customer) error
	File        func(ctx context.Context, record customer.Filed) error
	Transaction func(ctx context.Context, t customer.Transaction) error
	Interaction func(ctx context.Context, i customer.Interaction) error
}

// Suppressing returns the transaction with a check before every write of a customer, a
// file by [FileOf], a transaction or an interaction: what the host's functions refuse is a
// [*SuppressedError], and nothing of that call is written. Pipelines, and rows written by
// [FileRows], are not checked.
func Suppressing(tx Tx, s Suppression) Tx { return suppressing{tx, s} }

// Wrapper is a [Tx] around another one, whose optional parts it does not have itself.
type Wrapper interface {
	// Unwrap returns the transaction inside.
	Unwrap() Tx
}

// Unwrap returns the transaction of the back end, which is tx unless it is a [Wrapper].
func Unwrap(tx Tx) Tx {
	for {
		w, ok := tx.(Wrapper)
		if !ok {
			return tx
		}
		tx = w.Unwrap()
	}
}

// SuppressedError reports a write about somebody who must not be stored.
type SuppressedError struct {
	Kind RecordKind // [KindCustomer], "transaction", "interaction" or the kind of a file
	ID   rapport.ID // of the customer or the file, or the customer of the row
	Row  int        // of a batch, from 0
	Err  error      // what the host's check said
}

func (e *SuppressedError) Error() string {
	return fmt.Sprintf("store: %s of %q (row %d) is suppressed: %v", e.Kind, e.ID, e.Row, e.Err)
}

// Unwrap returns [ErrConflict] and what the check said.
func (e *SuppressedError) Unwrap() []error { return []error{ErrConflict, e.Err} }

type suppressing struct {
	Tx
	s Suppression
}

func (x suppressing) Unwrap() Tx { return x.Tx }

func (x suppressing) Customers() Customers {
	return suppressedCustomers{x.Tx.Customers(), x.s.Customer}
}

func (x suppressing) Transactions() Transactions {
	return suppressedTransactions{x.Tx.Transactions(), x.s.Transaction}
}

func (x suppressing) Interactions() Interactions {
	return suppressedInteractions{x.Tx.Interactions(), x.s.Interaction}
}

// filedCheck returns the checks of files around a transaction, nil if there is none.
func filedCheck(tx Tx) func(context.Context, customer.Filed) error {
	w, ok := tx.(Wrapper)
	if !ok {
		return nil
	}
	inner := filedCheck(w.Unwrap())
	x, ok := tx.(suppressing)
	if !ok || x.s.File == nil {
		return inner
	}
	if inner == nil {
		return x.s.File
	}
	return func(ctx context.Context, record customer.Filed) error {
		if err := x.s.File(ctx, record); err != nil {
			return err
		}
		return inner(ctx, record)
	}
}

type suppressedCustomers struct {
	Customers
	check func(context.Context, customer.Customer) error
}

func (s suppressedCustomers) Put(ctx context.Context, c customer.Customer) (customer.Customer, error) {
	if s.check != nil {
		if err := s.check(ctx, c); err != nil {
			return customer.Customer{}, &SuppressedError{Kind: KindCustomer, ID: c.ID(), Err: err}
		}
	}
	return s.Customers.Put(ctx, c)
}

type suppressedTransactions struct {
	Transactions
	check func(context.Context, customer.Transaction) error
}

func (s suppressedTransactions) Ingest(ctx context.Context, rows []customer.Transaction) (Ingestion[customer.Transaction], error) {
	if err := suppressed(ctx, "transaction", rows, s.check); err != nil {
		return Ingestion[customer.Transaction]{}, err
	}
	return s.Transactions.Ingest(ctx, rows)
}

type suppressedInteractions struct {
	Interactions
	check func(context.Context, customer.Interaction) error
}

func (s suppressedInteractions) Ingest(ctx context.Context, rows []customer.Interaction) (Ingestion[customer.Interaction], error) {
	if err := suppressed(ctx, "interaction", rows, s.check); err != nil {
		return Ingestion[customer.Interaction]{}, err
	}
	return s.Interactions.Ingest(ctx, rows)
}

// suppressed returns the error of the first row that the check refuses.
func suppressed[T interface{ Customer() rapport.ID }](ctx context.Context, kind RecordKind, rows []T, check func(context.Context, T) error) error {
	if check == nil {
		return nil
	}
	for i, row := range rows {
		if err := check(ctx, row); err != nil {
			return &SuppressedError{Kind: kind, ID: row.Customer(), Row: i, Err: err}
		}
	}
	return nil
}
