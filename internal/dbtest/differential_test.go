package dbtest_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/memory"
	"github.com/rapport-crm/rapport/store/sqlite"
)

// TestMemoryAndSQLiteAgree does the same random work in both stores, from several
// goroutines with a tenant each, and compares every answer: outcomes, errors with
// their data, pages with their tokens, streams. All goroutines also write to one
// tenant that they share, whose records are compared at the end.
func TestMemoryAndSQLiteAgree(t *testing.T) {
	workers, updates := 4, 200
	if *full {
		workers, updates = 8, 2000
	}
	path := filepath.Join(t.TempDir(), "crm.db")
	writer, reader, err := files(path)
	require.NoError(t, err)
	defer writer.Close()
	defer reader.Close()
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	db, err := sqlite.Open(t.Context(), writer, reader, &sqlite.Options{BusyTimeout: time.Minute})
	require.NoError(t, err)
	defer db.Close()
	model := memory.New(&memory.Options{BusyTimeout: time.Minute})
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			name := rapport.ID(fmt.Sprint("tenant ", w))
			p := &pair{random: rand.New(rand.NewPCG(uint64(w), 8)), model: model, db: db, tenant: name}
			for n := range updates {
				if errs[w] = p.update(t.Context()); errs[w] != nil {
					errs[w] = fmt.Errorf("worker %d, update %d: %w", w, n, errs[w])
					return
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	shared := &pair{random: rand.New(rand.NewPCG(99, 8)), model: model, db: db, tenant: "shared"}
	require.NoError(t, shared.compare(t.Context()))
	sound(t, writer)
	require.Zero(t, writer.Stats().InUse, "connections of the writer not given back")
	require.Zero(t, reader.Stats().InUse, "connections of the reader not given back")
}

// pair is one tenant in both stores.
type pair struct {
	random    *rand.Rand
	model, db store.DB
	tenant    rapport.ID
}

// both runs the same work in both stores and returns how the answers differ.
func (p *pair) both(ctx context.Context, run func(ctx context.Context, db store.DB) ([]any, error)) error {
	want, wantErr := run(ctx, p.model)
	got, gotErr := run(ctx, p.db)
	want, got = append(want, known(wantErr)), append(got, known(gotErr))
	if assert.ObjectsAreEqual(want, got) { // to the last bit, which is found at once
		return nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		return fmt.Errorf("(-memory +sqlite)\n%s\nmemory: %w\nsqlite: %w", diff, wantErr, gotErr)
	}
	return nil
}

// known is what a caller can tell of an error.
func known(err error) []any {
	var all []any
	for _, general := range []error{
		store.ErrNotFound, store.ErrConflict, store.ErrBusy, store.ErrFull, store.ErrClosed, store.ErrReadOnly, store.ErrInvalid,
		store.ErrPageToken, store.ErrSchema, store.ErrCorrupt, context.Canceled, errSecondThoughts(),
	} {
		all = append(all, errors.Is(err, general))
	}
	if e, ok := errors.AsType[*store.NotFoundError](err); ok {
		all = append(all, *e)
	}
	if e, ok := errors.AsType[*store.VersionConflictError](err); ok {
		all = append(all, *e)
	}
	if e, ok := errors.AsType[*store.IdentifierTakenError](err); ok {
		all = append(all, *e)
	}
	if e, ok := errors.AsType[*store.CurrencyError](err); ok {
		all = append(all, *e)
	}
	if e, ok := errors.AsType[*store.AmountError](err); ok {
		all = append(all, *e)
	}
	if e, ok := errors.AsType[*store.RecordTimeError](err); ok {
		all = append(all, *e)
	}
	if e, ok := errors.AsType[*store.FileDifferenceError](err); ok {
		all = append(all, *e)
	}
	if e, ok := errors.AsType[*store.AliasError](err); ok {
		all = append(all, *e)
	}
	if e, ok := errors.AsType[*store.ErasureError](err); ok {
		all = append(all, *e)
	}
	if e, ok := errors.AsType[*store.RowError](err); ok {
		all = append(all, e.Row)
	}
	return append(all, err == nil)
}

// secondThoughts is how a function calls its work off.
type secondThoughts struct{}

func (secondThoughts) Error() string { return "second thoughts" }

func errSecondThoughts() error { return secondThoughts{} }

// update does one random transaction in both, then now and then compares all.
func (p *pair) update(ctx context.Context) error {
	seed := p.random.Uint64()
	if err := p.both(ctx, func(ctx context.Context, db store.DB) (answers []any, err error) {
		r := rand.New(rand.NewPCG(seed, 1)) // both draw the same
		err = db.Tenant(p.tenant).Update(ctx, func(tx store.Tx) error {
			for range 1 + r.IntN(5) {
				answers = append(answers, step(ctx, r, tx)...)
			}
			if r.IntN(4) == 0 {
				return errSecondThoughts()
			}
			return nil
		})
		return answers, err
	}); err != nil {
		return err
	}
	if err := p.both(ctx, func(ctx context.Context, db store.DB) ([]any, error) {
		r := rand.New(rand.NewPCG(seed, 2))
		return nil, db.Tenant("shared").Update(ctx, func(tx store.Tx) error {
			rows := make([]customer.Transaction, r.IntN(20))
			for i := range rows { // what a key holds does not depend on who is first
				id := r.IntN(400)
				rows[i] = drawLine(rand.New(rand.NewPCG(uint64(id), 3)), fmt.Sprint(id))
			}
			_, err := tx.Transactions().Ingest(ctx, rows)
			return err
		})
	}); err != nil {
		return err
	}
	if seed%5 != 0 {
		return nil
	}
	return p.compare(ctx)
}

// must is for values that the draws make: they are valid.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func pick[T any](r *rand.Rand, all ...T) T { return all[r.IntN(len(all))] }

func drawParty(r *rand.Rand) rapport.ID {
	return pick[rapport.ID](r, "a", "A", "a ", "ä", "a\u0308", "中", "ab", "b", "🙂", "～")
}

func drawMoney(r *rand.Rand) rapport.Money {
	amount := decimal.New(r.Int64N(1000), int32(-r.IntN(5)))
	if r.IntN(9) == 0 {
		amount = pick(r, decimal.New(999_999_999_999_999_999, -2), decimal.New(0, 9), decimal.New(0, -9), decimal.New(5, 3))
	}
	return must(rapport.NewMoney(amount, pick(r, rapport.CNY, rapport.CNY, rapport.CNY, rapport.EUR, rapport.JPY)))
}

func drawTime(r *rand.Rand) time.Time {
	return time.Unix(int64(r.IntN(5)-2)*86400, int64(r.IntN(3))).UTC()
}

func drawLine(r *rand.Rand, id string) customer.Transaction {
	d := customer.TransactionDraft{
		Key: customer.ExternalKey{System: pick(r, "till", "till", "Till"), ID: id}, Customer: drawParty(r),
		Kind: pick(r, customer.Sale, customer.Sale, customer.Return, customer.Cost, customer.Cost),
		At:   drawTime(r), RecordedAt: drawTime(r), Amount: drawMoney(r), Product: pick(r, "", "p", "P"),
	}
	if d.Kind == customer.Return {
		d.Amount = must(rapport.NewMoney(d.Amount.Amount().Neg(), d.Amount.Currency()))
	}
	of := customer.ExternalKey{System: pick(r, "till", "Till"), ID: fmt.Sprint(r.IntN(40))}
	if d.Kind != customer.Sale && r.IntN(5) > 0 && of != d.Key {
		d.Of = of
	}
	return must(customer.NewTransaction(d))
}

// step does one random thing and returns what came of it.
func step(ctx context.Context, r *rand.Rand, tx store.Tx) []any {
	switch r.IntN(9) {
	case 6, 7, 8:
		return stepFile(ctx, r, tx)
	case 0, 1:
		d := customer.Draft{ID: drawParty(r), Kind: pick(r, customer.Person, customer.Organisation), RecordedAt: drawTime(r)}
		for _, value := range r.Perm(6)[:r.IntN(3)] {
			d.Identifiers = append(d.Identifiers, customer.Identifier{System: "erp", Type: "account", Value: fmt.Sprint(value)})
		}
		if r.IntN(3) == 0 {
			valid := must(rapport.NewInterval(drawTime(r).Add(-time.Hour), drawTime(r).Add(96*time.Hour)))
			d.Roles = []customer.Role{{Type: pick(r, customer.Internal, customer.Partner), Valid: valid}}
		}
		c := must(customer.New(d))
		if old, err := tx.Customers().Get(ctx, d.ID); err == nil && r.IntN(5) > 0 {
			c = must(customer.Restore(d, old.Version()))
		}
		stored, err := tx.Customers().Put(ctx, c)
		return []any{stored, known(err)}
	case 2:
		return []any{known(tx.Customers().Delete(ctx, drawParty(r), r.Int64N(3)))}
	case 3, 4:
		rows := make([]customer.Transaction, r.IntN(8))
		for i := range rows {
			rows[i] = drawLine(r, fmt.Sprint(r.IntN(40)))
		}
		if len(rows) > 0 && r.IntN(10) == 0 {
			rows[len(rows)-1] = customer.Transaction{}
		}
		in, err := tx.Transactions().Ingest(ctx, rows)
		return []any{in, known(err)}
	}
	rows := make([]customer.Interaction, r.IntN(5))
	for i := range rows {
		d := customer.InteractionDraft{Key: customer.ExternalKey{System: "desk", ID: fmt.Sprint(r.IntN(20))}, Customer: drawParty(r),
			Channel: customer.ChannelPhone, Direction: customer.Inbound, At: drawTime(r), RecordedAt: drawTime(r)}
		if r.IntN(2) == 0 {
			d.Cost = drawMoney(r)
		}
		rows[i] = must(customer.NewInteraction(d))
	}
	in, err := tx.Interactions().Ingest(ctx, rows)
	return []any{in, known(err)}
}

// compare reads all that both have, in every way there is.
func (p *pair) compare(ctx context.Context) error {
	seed := p.random.Uint64()
	return p.both(ctx, func(ctx context.Context, db store.DB) (answers []any, err error) {
		r := rand.New(rand.NewPCG(seed, 4))
		err = db.Tenant(p.tenant).View(ctx, func(tx store.Tx) error {
			answers = append(answers, read(tx.Customers().All(ctx, store.CustomerQuery{Kind: pick(r, 0, customer.Person)}))...)
			q := store.TransactionQuery{Period: pick(r, rapport.Interval{}, must(rapport.NewInterval(drawTime(r), drawTime(r).Add(99*time.Hour))))}
			if r.IntN(2) == 0 {
				q.Customer = drawParty(r)
			}
			answers = append(answers, read(tx.Transactions().All(ctx, q))...)
			answers = append(answers, read(store.UnattachedCosts(ctx, tx, q))...)
			answers = append(answers, read(tx.Interactions().All(ctx, store.InteractionQuery(q)))...)
			for page := (store.PageRequest{Limit: 1 + r.IntN(9)}); ; {
				rows, err := tx.Transactions().Page(ctx, q, page)
				answers = append(answers, rows, known(err))
				if page.After = rows.Next; page.After == "" {
					break
				}
			}
			for _, skip := range []bool{false, true} {
				for _, extra := range []int{0, 2, 9} {
					answers = append(answers, read(tx.Transactions().Purchases(ctx, store.PurchaseQuery{
						Currency: pick(r, rapport.CNY, rapport.EUR, rapport.JPY), ExtraDigits: extra, Period: q.Period,
						SkipOtherCurrencies: skip, SkipInternal: r.IntN(2) == 0,
					}))...)
				}
			}
			answers = append(answers, known(tx.Customers().Delete(ctx, drawParty(r), 1)))
			answers = append(answers, compareFiles(ctx, r, tx)...)
			return nil
		})
		return answers, err
	})
}

// read returns the rows of a stream and what ended it.
func read[T any](rows iter.Seq2[T, error]) []any {
	var all []any
	for row, err := range rows {
		if err != nil {
			return append(all, known(err))
		}
		all = append(all, row)
	}
	return all
}
