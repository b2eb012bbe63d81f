package customer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// far is after everything in the tests.
func far() time.Time { return day("2200-01-01") }

func entry(id string, kind customer.PointsKind, points int64, date string) customer.PointsEntry {
	return customer.PointsEntry{ID: rapport.ID(id), Customer: "c1", Kind: kind, Points: points, At: day(date), RecordedAt: day(date)}
}

func reversal(id, of string, points int64, date string) customer.PointsEntry {
	e := entry(id, customer.PointsReverse, points, date)
	e.Of = rapport.ID(of)
	return e
}

func expiring(e customer.PointsEntry, date string) customer.PointsEntry {
	e.Expires = day(date)
	return e
}

func newLedger(t require.TestingT, o *customer.PointsOptions, entries ...customer.PointsEntry) *customer.PointsLedger {
	l, err := customer.NewPointsLedger("m1", nil, o)
	require.NoError(t, err)
	for _, e := range entries {
		_, err := l.Append(e)
		require.NoError(t, err)
	}
	return l
}

// lots returns what is left by the entry that brought it.
func lots(b customer.PointsBalance) map[rapport.ID]int64 {
	left := map[rapport.ID]int64{}
	for _, l := range b.Lots {
		left[l.Entry] = l.Left
	}
	return left
}

// An example of a ledger: 100 earned, 30 redeemed, 20 expired; then the redemption is
// reversed and its 30 points are in their lot again.
func ExamplePointsLedger() {
	ledger, _ := customer.NewPointsLedger("m1", nil, nil)
	for _, e := range []customer.PointsEntry{
		entry("earned", customer.PointsEarn, 100, "2026-01-01"),
		entry("redeemed", customer.PointsRedeem, -30, "2026-02-01"),
		entry("expired", customer.PointsExpire, -20, "2026-03-01"),
		reversal("undone", "redeemed", 30, "2026-04-01"),
	} {
		if _, err := ledger.Append(e); err != nil {
			fmt.Println(err)
		}
		fmt.Println(e.ID, ledger.AsOf(e.At, e.RecordedAt).Points)
	}
	_, err := ledger.Append(reversal("again", "redeemed", 30, "2026-05-01"))
	fmt.Println(errors.Is(err, customer.ErrPointsReversed))
	// Output:
	// earned 100
	// redeemed 70
	// expired 50
	// undone 80
	// true
}

func TestPointsFirstInFirstOut(t *testing.T) {
	l := newLedger(t, nil,
		expiring(entry("a", customer.PointsEarn, 50, "2025-01-01"), "2026-01-01"),
		expiring(entry("b", customer.PointsEarn, 50, "2025-06-01"), "2026-06-01"),
		entry("r", customer.PointsRedeem, -60, "2025-07-01"))
	require.Equal(t, map[rapport.ID]int64{"b": 40}, lots(l.AsOf(far(), far())))

	// The redemption is reversed after the first lot lapsed: its 50 come back there, can
	// not be spent, and are due to expire; the 10 of the second are good.
	_, err := l.Append(reversal("u", "r", 60, "2026-02-01"))
	require.NoError(t, err)
	b := l.AsOf(day("2026-02-01"), far())
	require.Equal(t, map[rapport.ID]int64{"a": 50, "b": 50}, lots(b))
	require.Equal(t, [3]int64{100, 50, 50}, [3]int64{b.Points, b.Spendable, b.Lapsed})
	_, err = l.Append(entry("r2", customer.PointsRedeem, -51, "2026-02-02"))
	short, ok := errors.AsType[*customer.PointsError](err)
	require.True(t, ok)
	require.ErrorIs(t, short, customer.ErrPointsShort)
	require.Equal(t, [2]int64{50, 51}, [2]int64{short.Have, short.Need})
	drafts := l.DueToExpire(day("2026-02-03"))
	require.Len(t, drafts, 1)
	drafts[0].ID, drafts[0].RecordedAt = "x", day("2026-02-03")
	_, err = l.Append(drafts[0])
	require.NoError(t, err)
	require.Equal(t, map[rapport.ID]int64{"b": 50}, lots(l.AsOf(far(), far())))

	// What was known and what had happened can be read apart.
	require.EqualValues(t, 40, l.AsOf(far(), day("2025-12-31")).Points)
	require.EqualValues(t, 100, l.AsOf(day("2025-06-30"), far()).Points)
}

func TestPointsReversalOfSpentEarning(t *testing.T) {
	l := newLedger(t, nil,
		entry("a", customer.PointsEarn, 100, "2025-01-01"),
		entry("b", customer.PointsEarn, 100, "2025-01-02"),
		entry("r", customer.PointsRedeem, -30, "2025-01-03"),
		reversal("ua", "a", -100, "2025-01-04"))
	require.Equal(t, map[rapport.ID]int64{"b": 70}, lots(l.AsOf(far(), far())))
	_, err := l.Append(reversal("ur", "r", 30, "2025-01-05"))
	require.NoError(t, err)
	require.Equal(t, map[rapport.ID]int64{"b": 100}, lots(l.AsOf(far(), far())))
}

func TestPointsRefused(t *testing.T) {
	full := entry("big", customer.PointsEarn, math.MaxInt64, "2025-03-01")
	late := entry("late", customer.PointsRedeem, -80, "2025-01-15")
	late.RecordedAt = day("2025-03-01")
	other := entry("o", customer.PointsEarn, 1, "2025-03-01")
	other.Membership = "m2"
	for name, c := range map[string]struct {
		entry  customer.PointsEntry
		reason error
	}{
		"duplicate id":           {entry("a", customer.PointsEarn, 1, "2025-03-01"), customer.ErrPointsTwice},
		"more than there is":     {entry("x", customer.PointsRedeem, -71, "2025-03-01"), customer.ErrPointsShort},
		"expire more":            {entry("x", customer.PointsExpire, -71, "2025-03-01"), customer.ErrPointsShort},
		"overflow":               {full, customer.ErrPointsOverflow},
		"unknown":                {reversal("x", "nobody", 1, "2025-03-01"), customer.ErrPointsUnknown},
		"not the opposite":       {reversal("x", "r", 29, "2025-03-01"), customer.ErrPointsAmount},
		"twice reversed":         {reversal("x", "gone", 5, "2025-03-01"), customer.ErrPointsReversed},
		"reversal of a reversal": {reversal("x", "undo", -5, "2025-03-01"), customer.ErrPointsFinal},
		"another membership":     {other, customer.ErrPointsLedger},
		"a later one fails":      {late, customer.ErrPointsShort},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLedger(t, nil,
				entry("a", customer.PointsEarn, 100, "2025-01-01"),
				entry("gone", customer.PointsRedeem, -5, "2025-01-10"),
				reversal("undo", "gone", 5, "2025-01-11"),
				entry("r", customer.PointsRedeem, -30, "2025-02-01"))
			before := l.AsOf(far(), far())
			_, err := l.Append(c.entry)
			wrong, ok := errors.AsType[*customer.PointsError](err)
			require.Truef(t, ok, "%v", err)
			require.ErrorIs(t, err, c.reason)
			require.NotEmpty(t, wrong.Error())
			require.Empty(t, cmp.Diff(before, l.AsOf(far(), far())))
			require.Len(t, l.Entries(), 4)
			_, err = l.Append(entry("next", customer.PointsEarn, 1, "2025-03-01"))
			require.NoError(t, err)
		})
	}
	l := newLedger(t, nil, entry("a", customer.PointsEarn, 100, "2025-01-02"))
	back := entry("b", customer.PointsEarn, 1, "2025-01-02")
	back.RecordedAt = day("2025-01-01")
	_, err := l.Append(back)
	backwards, ok := errors.AsType[*customer.BackwardsError](err)
	require.True(t, ok)
	require.Equal(t, "recorded_at", backwards.Field)
	early := reversal("b", "a", -100, "2025-01-01")
	early.RecordedAt = day("2025-01-03")
	_, err = l.Append(early)
	require.ErrorAs(t, err, &backwards)
}

func TestPointsOverdraft(t *testing.T) {
	l := newLedger(t, &customer.PointsOptions{Overdraft: 50},
		entry("a", customer.PointsEarn, 10, "2025-01-01"),
		entry("r", customer.PointsRedeem, -40, "2025-01-02"))
	b := l.AsOf(far(), far())
	require.Equal(t, [2]int64{-30, 30}, [2]int64{b.Points, b.Owed})
	_, err := l.Append(entry("r2", customer.PointsRedeem, -21, "2025-01-03"))
	require.ErrorIs(t, err, customer.ErrPointsShort)
	_, err = l.Append(entry("b", customer.PointsEarn, 100, "2025-01-04"))
	require.NoError(t, err)
	require.Equal(t, map[rapport.ID]int64{"b": 70}, lots(l.AsOf(far(), far())))
	_, err = l.Append(reversal("u", "r", 40, "2025-01-05")) // also gives back what paid the debt
	require.NoError(t, err)
	require.Equal(t, map[rapport.ID]int64{"a": 10, "b": 100}, lots(l.AsOf(far(), far())))
	_, err = customer.NewPointsLedger("m1", nil, &customer.PointsOptions{Overdraft: -1})
	require.Error(t, err)
}

// Two records of one customer are merged: points move lot by lot, with their expiry,
// and reversing both sides brings them back.
func TestTransferPoints(t *testing.T) {
	from := newLedger(t, nil,
		expiring(entry("a", customer.PointsEarn, 50, "2025-01-01"), "2026-01-01"),
		entry("b", customer.PointsEarn, 30, "2025-02-01"),
		entry("r", customer.PointsRedeem, -20, "2025-03-01"))
	to, err := customer.NewPointsLedger("m2", nil, nil)
	require.NoError(t, err)
	ids := rapport.NewSequential("t")
	o := customer.PointsTransferOptions{IDs: ids, FromCustomer: "c1", ToCustomer: "c2", At: day("2025-04-01"), RecordedAt: day("2025-04-01"), Cause: "merge"}
	written, err := customer.TransferPoints(from, to, o)
	require.NoError(t, err)
	require.Len(t, written, 4)
	require.Zero(t, from.AsOf(far(), far()).Points)
	b := to.AsOf(day("2025-05-01"), far())
	require.EqualValues(t, 60, b.Points)
	require.Equal(t, day("2026-01-01"), b.Lots[0].Expires)
	require.EqualValues(t, 30, b.Lots[0].Left)
	for i := len(written) - 1; i >= 0; i-- {
		l := from
		if written[i].Membership == "m2" {
			l = to
		}
		undo := reversal(fmt.Sprint("u", i), string(written[i].ID), -written[i].Points, "2025-06-01")
		_, err := l.Append(undo)
		require.NoError(t, err)
	}
	require.Equal(t, map[rapport.ID]int64{"a": 30, "b": 30}, lots(from.AsOf(far(), far())))
	require.Zero(t, to.AsOf(far(), far()).Points)

	_, err = customer.TransferPoints(from, from, o)
	require.Error(t, err)
	o.At = day("2024-01-01") // before the points were there
	_, err = customer.TransferPoints(from, to, o)
	require.Error(t, err)
	require.EqualValues(t, 60, from.AsOf(far(), far()).Points)
}

func drawEntry(r *rapid.T, n int, entries []customer.PointsEntry) customer.PointsEntry {
	at := day("2025-01-01").AddDate(0, 0, n+rapid.IntRange(-6, 1).Draw(r, "shift"))
	e := customer.PointsEntry{ID: rapport.ID(fmt.Sprint("e", n)), Customer: "c1", At: at, RecordedAt: day("2025-01-01").AddDate(0, 0, n/2)}
	e.Kind = rapid.SampledFrom([]customer.PointsKind{customer.PointsEarn, customer.PointsEarn, customer.PointsRedeem, customer.PointsRedeem,
		customer.PointsExpire, customer.PointsAdjust, customer.PointsTransfer, customer.PointsReverse, customer.PointsReverse}).Draw(r, "kind")
	e.Points = rapid.Int64Range(1, 60).Draw(r, "points")
	switch e.Kind {
	case customer.PointsRedeem, customer.PointsExpire:
		e.Points = -e.Points
	case customer.PointsAdjust, customer.PointsTransfer:
		if rapid.Bool().Draw(r, "away") {
			e.Points = -e.Points
		}
	case customer.PointsReverse:
		if len(entries) > 0 {
			of := rapid.SampledFrom(entries).Draw(r, "of")
			e.Of, e.Points = of.ID, -of.Points
		}
	}
	if e.Kind == customer.PointsTransfer {
		e.Other = "m2"
	}
	if e.Kind == customer.PointsExpire && len(entries) > 0 && rapid.Bool().Draw(r, "names its lot") {
		e.Of = rapid.SampledFrom(entries).Draw(r, "lot").ID
	}
	if e.Points > 0 && e.Kind != customer.PointsReverse && rapid.Bool().Draw(r, "expires") {
		e.Expires = at.AddDate(0, 0, rapid.IntRange(1, 15).Draw(r, "days"))
	}
	return e
}

// The balance is the sum of the entries, the sum of the lots less what is owed, and
// what a replay of what was known gives, whatever is tried.
func TestPointsBalance(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o := &customer.PointsOptions{Overdraft: rapid.SampledFrom([]int64{0, 25}).Draw(r, "overdraft")}
		l := newLedger(r, o)
		for n := range rapid.IntRange(1, 25).Draw(r, "entries") {
			before := l.AsOf(far(), far())
			e := drawEntry(r, n, l.Entries())
			if _, err := l.Append(e); err != nil {
				require.Empty(r, cmp.Diff(before, l.AsOf(far(), far())))
				continue
			}
			if e.Points < 0 && e.Kind != customer.PointsReverse {
				checkTakingUndone(r, l, o, before, e)
			}
		}
		entries := l.Entries()
		event := day("2025-01-01").AddDate(0, 0, rapid.IntRange(-5, 30).Draw(r, "event"))
		known := day("2025-01-01").AddDate(0, 0, rapid.IntRange(-1, 14).Draw(r, "known"))
		for _, at := range [][2]time.Time{{event, known}, {far(), far()}} {
			b := l.AsOf(at[0], at[1])
			var sum, left int64
			var prefix []customer.PointsEntry
			for _, e := range entries {
				if !e.RecordedAt.After(at[1]) {
					prefix = append(prefix, e)
					if !e.At.After(at[0]) {
						sum += e.Points
					}
				}
			}
			for _, lot := range b.Lots {
				require.Positive(r, lot.Left)
				require.LessOrEqual(r, lot.Left, lot.Points)
				left += lot.Left
			}
			require.Equal(r, sum, b.Points)
			require.Equal(r, b.Points, left-b.Owed)
			require.Equal(r, left, b.Spendable+b.Lapsed)
			require.GreaterOrEqual(r, b.Points, -o.Overdraft)
			replayed, err := customer.NewPointsLedger("m1", prefix, o)
			require.NoError(r, err)
			require.Empty(r, cmp.Diff(b, replayed.AsOf(at[0], far())))
		}
	})
}

// checkTakingUndone reverses the last entry in a copy: the lots are as before it.
func checkTakingUndone(r *rapid.T, l *customer.PointsLedger, o *customer.PointsOptions, before customer.PointsBalance, e customer.PointsEntry) {
	entries := l.Entries()
	for _, other := range entries[:len(entries)-1] {
		if other.At.After(e.At) {
			return // it came late: what was taken after it was taken anew
		}
	}
	twin, err := customer.NewPointsLedger("m1", entries, o)
	require.NoError(r, err)
	_, err = twin.Append(customer.PointsEntry{ID: "undo", Customer: "c1", Kind: customer.PointsReverse, Points: -e.Points, Of: e.ID, At: e.At, RecordedAt: e.RecordedAt})
	require.NoError(r, err)
	require.Empty(r, cmp.Diff(before, twin.AsOf(far(), far())))
}

func TestPointsJSON(t *testing.T) {
	e := expiring(entry("a", customer.PointsEarn, math.MaxInt64, "2025-01-01"), "2026-01-01")
	e.Membership, e.Sequence, e.Branch, e.System, e.Transaction, e.Cause, e.Actor = "m1", 3, "harbour", "erp", "4711", "sale", "li.wei"
	requireRoundTrip(t, e, `{"format":1,"id":"a","customer":"c1","membership":"m1","sequence":3,"kind":"earn","points":9223372036854775807,`+
		`"expires":"2026-01-01T00:00:00Z","branch":"harbour","system":"erp","transaction":"4711","cause":"sale","actor":"li.wei",`+
		`"at":"2025-01-01T00:00:00Z","recorded_at":"2025-01-01T00:00:00Z"}`)
	r := reversal("b", "a", -5, "2025-01-01")
	r.Membership, r.Sequence = "m1", 4
	requireRoundTrip(t, r, "")
	bad := customer.PointsEntry{Kind: customer.PointsEarn, Points: math.MinInt64, Of: "a", Other: "m"}
	err := bad.Validate()
	requireProblems(t, err, "id missing", "customer missing", "membership missing", "sequence out-of-range", "points out-of-range",
		"of not-allowed", "other not-allowed", "at missing", "recorded_at missing")
	var back customer.PointsEntry
	require.Error(t, json.Unmarshal([]byte(`{"format":1,"id":"a"}`), &back))
	require.Zero(t, back)
}

func BenchmarkPointsAppend(b *testing.B) {
	l := newLedger(b, nil)
	e := entry("", customer.PointsEarn, 5, "2025-01-01")
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if n%1000 == 0 {
			l = newLedger(b, nil)
		}
		e.ID = rapport.ID("e" + strconv.Itoa(n))
		if _, err := l.Append(e); err != nil {
			b.Fatal(err)
		}
	}
}
