package store_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

func key() customer.ExternalKey { return customer.ExternalKey{System: "till", ID: "7"} }

// TestErrorsWrap: a caller can test at either level, and the message has the
// numbers.
func TestErrorsWrap(t *testing.T) {
	cause := errors.New("the cause")
	yuan, err := rapport.NewMoney(decimal.RequireFromString("0.005"), rapport.CNY)
	require.NoError(t, err)
	for _, c := range []struct {
		err  error
		want error
		text string
	}{
		{&store.NotFoundError{Tenant: "acme", Kind: "customer", Key: "C1"}, store.ErrNotFound, `store: customer "C1" of tenant "acme" not found`},
		{&store.VersionConflictError{Kind: store.KindCustomer, ID: "C1", Have: 4, Want: 3}, store.ErrConflict, `store: customer "C1" has version 4, the write expected 3`},
		{&store.IdentifierTakenError{Identifier: customer.Identifier{System: "erp", Type: "account", Value: "9"}, Owner: "C1", Claimant: "C2"},
			store.ErrConflict, `store: identifier "9" of type "account" in system "erp" belongs to customer "C1", not to "C2"`},
		{&store.DifferenceError{Row: 2, Key: key(), Count: 3}, store.ErrConflict, `store: rows[2]: "7" of system "till" is stored with other content (the first of 3 such rows)`},
		{&store.VersionConflictError{Kind: store.KindDeal, ID: "D1", Have: 4, Want: 3}, store.ErrConflict, `store: deal "D1" has version 4, the write expected 3`},
		{&store.RecordKindError{ID: "D1", Have: store.KindDeal, Want: store.KindCase}, store.ErrConflict, `store: "D1" is the id of a deal, it cannot be that of a case`},
		{&store.RequestConflictError{Record: "D1", Request: "r1", Seq: 4}, store.ErrConflict, `store: request "r1" of record "D1" is stored as entry 4, for something else`},
		{&store.DefinitionConflictError{Ref: pipeline.Ref{ID: "selling", Version: 2}}, store.ErrConflict,
			`store: version 2 of definition "selling" is stored with another text; a change is a new version`},
		{&store.ArgumentError{Name: "tenant", Err: cause}, store.ErrInvalid, "store: tenant: the cause"},
		{&store.ArgumentError{Name: "tenant", Err: cause}, cause, "store: tenant: the cause"},
		{&store.ArgumentError{Name: "page limit", Reason: "is odd"}, store.ErrInvalid, "store: page limit is odd"},
		{&store.RowError{Row: 5, Err: cause}, store.ErrInvalid, "store: rows[5]: the cause"},
		{&store.RowError{Row: 5, Err: cause}, cause, "store: rows[5]: the cause"},
		{&store.CurrencyError{Key: key(), Have: rapport.EUR, Want: rapport.CNY}, store.ErrInvalid,
			`store: transaction "7" of system "till" is in EUR, the purchases asked for are in CNY`},
		{&store.AmountError{Key: key(), Amount: yuan, ExtraDigits: 0}, store.ErrInvalid,
			`store: amount 0.005 CNY of transaction "7" of system "till" is not a 64-bit count of its minor unit with 0 extra digits`},
		{&store.AmountError{Key: key(), ExtraDigits: 2}, store.ErrInvalid,
			`store: the costs of transaction "7" of system "till" do not fit 64 bits with 2 extra digits`},
	} {
		require.ErrorIs(t, c.err, c.want)
		require.EqualError(t, c.err, c.text)
	}
}

func TestOutcomeNames(t *testing.T) {
	for o, want := range map[store.Outcome]string{0: "", store.Inserted: "inserted", store.Same: "same", store.Differs: "differs", 9: "Outcome(9)"} {
		require.Equal(t, want, o.String())
	}
}

func TestIngestionCounts(t *testing.T) {
	var in store.Ingestion[string]
	require.NoError(t, in.Err())
	in.Record(store.Inserted)
	in.RecordDifference(key(), "stored")
	in.Record(store.Same)
	in.RecordDifference(key(), "stored")
	require.Equal(t, store.Ingestion[string]{
		Outcomes: []store.Outcome{store.Inserted, store.Differs, store.Same, store.Differs},
		Inserted: 1, Same: 1,
		Differences: []store.Difference[string]{{Row: 1, Key: key(), Stored: "stored"}, {Row: 3, Key: key(), Stored: "stored"}},
	}, in)
	require.Equal(t, &store.DifferenceError{Row: 1, Key: key(), Count: 2}, in.Err())
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		amount   string
		currency rapport.Currency
		extra    int
		want     int64
		ok       bool
	}{
		{"12.34", rapport.CNY, 0, 1234, true},
		{"-12.34", rapport.CNY, 0, -1234, true},
		{"12.340", rapport.CNY, 0, 1234, true},
		{"12.345", rapport.CNY, 0, 0, false},
		{"12.345", rapport.CNY, 1, 12345, true},
		{"0.00000000001", rapport.CNY, 9, 1, true},
		{"0.000000000001", rapport.CNY, 9, 0, false},
		{"1200", rapport.JPY, 0, 1200, true},
		{"1.234", rapport.KWD, 0, 1234, true},
		{"92233720368547758.07", rapport.CNY, 0, math.MaxInt64, true},
		{"92233720368547758.08", rapport.CNY, 0, 0, false},
		{"-92233720368547758.08", rapport.CNY, 0, math.MinInt64, true},
		{"9223372036854775.807", rapport.CNY, 1, math.MaxInt64, true},
		{"92233720368547758.07", rapport.CNY, 1, 0, false},
	} {
		m, err := rapport.NewMoney(decimal.RequireFromString(c.amount), c.currency)
		require.NoError(t, err)
		got, err := store.PurchaseQuery{Currency: c.currency, ExtraDigits: c.extra}.Count(key(), m)
		require.Equal(t, c.ok, err == nil, "%s %s with %d: %v", c.amount, c.currency, c.extra, err)
		require.Equal(t, c.want, got, "%s %s with %d", c.amount, c.currency, c.extra)
	}
}

func TestAddCost(t *testing.T) {
	q := store.PurchaseQuery{Currency: rapport.CNY}
	for _, c := range []struct {
		sum, cost, want int64
		ok              bool
	}{
		{1, 2, 3, true}, {math.MaxInt64 - 1, 1, math.MaxInt64, true}, {math.MaxInt64, 1, 0, false},
		{math.MinInt64 + 1, -1, math.MinInt64, true}, {math.MinInt64, -1, 0, false}, {math.MaxInt64, math.MinInt64, -1, true},
	} {
		got, err := q.AddCost(key(), c.sum, c.cost)
		require.Equal(t, c.ok, err == nil, "%d + %d: %v", c.sum, c.cost, err)
		require.Equal(t, c.want, got)
	}
}

func TestUnitsPerMinor(t *testing.T) {
	require.Equal(t, int64(1), store.PurchaseQuery{}.UnitsPerMinor())
	require.Equal(t, int64(1_000_000_000), store.PurchaseQuery{ExtraDigits: 9}.UnitsPerMinor())
}

func TestBounds(t *testing.T) {
	interval := func(start, end time.Time) rapport.Interval {
		i, err := rapport.NewInterval(start, end)
		require.NoError(t, err)
		return i
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("UTC+8", 8*3600))
	for _, c := range []struct {
		period   rapport.Interval
		from, to int64
	}{
		{rapport.Interval{}, math.MinInt64, math.MaxInt64},
		{interval(at, time.Time{}), at.UnixNano(), math.MaxInt64},
		{interval(time.Time{}, at), math.MinInt64, at.UnixNano()},
		{interval(at.AddDate(-1000, 0, 0), at.AddDate(1000, 0, 0)), math.MinInt64, math.MaxInt64},
		{interval(at.AddDate(1000, 0, 0), at.AddDate(2000, 0, 0)), math.MaxInt64, math.MaxInt64},
		{interval(at.AddDate(-1500, 0, 0), at.AddDate(-1000, 0, 0)), math.MinInt64, math.MinInt64},
	} {
		from, to := store.Bounds(c.period)
		require.Equal(t, []int64{c.from, c.to}, []int64{from, to})
	}
}

func TestPageRows(t *testing.T) {
	for limit, want := range map[int]int{0: store.DefaultPageLimit, 1: 1, store.MaxPageLimit: store.MaxPageLimit} {
		got, err := store.PageRequest{Limit: limit}.Rows()
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, limit := range []int{-1, store.MaxPageLimit + 1} {
		_, err := store.PageRequest{Limit: limit}.Rows()
		require.ErrorIs(t, err, store.ErrInvalid)
	}
}
