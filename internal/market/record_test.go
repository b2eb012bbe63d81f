package market_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/internal/market"
	"github.com/rapport-crm/rapport/scoring"
)

func records(t testing.TB, w *market.World) []market.Record {
	t.Helper()
	var all []market.Record
	for r, err := range w.Records() {
		require.NoError(t, err)
		all = append(all, r)
	}
	return all
}

func transactions(t testing.TB, w *market.World) []customer.Transaction {
	t.Helper()
	var all []customer.Transaction
	for line, err := range w.Transactions() {
		require.NoError(t, err)
		all = append(all, line)
	}
	return all
}

func contact(r market.Record, channel customer.Channel) string {
	point, _ := r.Customer.ContactAt(channel, r.Customer.RecordedAt())
	return point.Value
}

func TestDuplicateRecordsAtTheStatedRates(t *testing.T) {
	w := newWorld(t, market.Config{Customers: 10_000, DuplicateRecords: 0.15}, 12)
	rates := w.Config().Mistakes
	var second, wait sample
	mistakes := map[string]*sample{"name": {}, "phone": {}, "email": {}, "city": {}}
	seen := map[rapport.ID]bool{}
	var first market.Record
	for _, r := range records(t, w) {
		require.False(t, seen[r.Customer.ID()], "id %s twice", r.Customer.ID())
		seen[r.Customer.ID()] = true
		if !r.Second {
			require.Equal(t, r.Of, r.Customer.ID())
			require.Empty(t, r.Mistakes)
			first = r
			second.add(0)
			continue
		}
		second.sum++
		second.squares++
		require.Equal(t, first.Customer.ID(), r.Of)
		require.False(t, r.Customer.RecordedAt().Before(first.Customer.RecordedAt()))
		wait.add(r.Customer.RecordedAt().Sub(first.Customer.RecordedAt()).Hours() / w.Until().AddDate(0, 0, 1).Sub(first.Customer.RecordedAt()).Hours())
		differs := map[string]bool{
			"name":  first.Customer.Name() != r.Customer.Name(),
			"phone": contact(first, customer.ChannelPhone) != contact(r, customer.ChannelPhone),
			"email": contact(first, customer.ChannelEmail) != contact(r, customer.ChannelEmail),
			"city":  contact(first, customer.ChannelPost) != contact(r, customer.ChannelPost),
		}
		for _, field := range r.Mistakes {
			require.True(t, differs[field], "%s of %v is said to differ from %v", field, r, first)
		}
		for field, different := range differs {
			x := 0.0
			if different {
				x = 1
			}
			mistakes[field].add(x)
		}
	}
	within5(t, "share of second records", &second, 0.15)
	within5(t, "their delay, as a share of the time left", &wait, 0.5)
	within5(t, "mistakes in the name", mistakes["name"], rates.Name)
	within5(t, "mistakes in the phone", mistakes["phone"], rates.Phone)
	within5(t, "mistakes in the e-mail", mistakes["email"], rates.Email)
	within5(t, "mistakes in the city", mistakes["city"], rates.City)
}

func TestMistakesCanBeSwitchedOff(t *testing.T) {
	never := market.Mistakes{Name: -1, Phone: -1, Email: -1, City: -1}
	for _, r := range records(t, newWorld(t, market.Config{Customers: 200, DuplicateRecords: 1, Mistakes: never}, 1)) {
		require.Empty(t, r.Mistakes)
	}
}

func TestRecordsAreFiction(t *testing.T) {
	chinese := 0
	for _, r := range records(t, newWorld(t, market.Config{Customers: 2000}, 13)) {
		phone := contact(r, customer.ChannelPhone)
		require.Len(t, phone, 12, phone)
		require.Equal(t, "55501", phone[5:10], "telephone numbers for fiction only")
		_, host, _ := strings.Cut(contact(r, customer.ChannelEmail), "@")
		require.Contains(t, []string{"example.com", "example.net", "example.org"}, host)
		if utf8.RuneCountInString(r.Customer.Name()) < len(r.Customer.Name()) {
			chinese++
		}
	}
	require.InDelta(t, 400, chinese, 90) // five standard errors of a fifth of 2000
}

func TestTransactionsAgreeWithPurchases(t *testing.T) {
	w := newWorld(t, market.Config{Customers: 400, Returns: 0.2, DuplicateRecords: 0.3, DuplicateRows: 0.1}, 14)
	owner := map[rapport.ID]rapport.ID{}
	since := map[rapport.ID]time.Time{} // when a customer got a second record
	for _, r := range records(t, w) {
		owner[r.Customer.ID()] = r.Of
		if r.Second {
			since[r.Of] = r.Customer.RecordedAt()
		}
	}

	type total struct{ Sales, Returned, Cost int64 }
	want := map[rapport.ID]total{}
	for _, p := range purchases(t, w) {
		sum := want[p.Customer]
		if p.Amount > 0 {
			sum.Sales += p.Amount
		} else {
			sum.Returned += p.Amount
		}
		sum.Cost += p.Cost
		want[p.Customer] = sum
	}

	got := map[rapport.ID]total{}
	seen := map[customer.ExternalKey]customer.Transaction{}
	var onSecond sample
	for _, line := range transactions(t, w) {
		if before, again := seen[line.Key()]; again {
			require.Equal(t, before.Fingerprint(), line.Fingerprint(), "key %s", line.Key())
			require.Equal(t, before.RecordedAt().AddDate(0, 0, 1), line.RecordedAt(), "key %s comes again a day later", line.Key())
			continue
		}
		seen[line.Key()] = line
		if line.Kind() != customer.Sale {
			sale, ok := seen[line.Of()]
			require.True(t, ok, "%s is of %s, which has not come", line.Key(), line.Of())
			require.Equal(t, sale.Customer(), line.Customer(), "%s", line.Key())
		}
		minor, err := line.Amount().Minor()
		require.NoError(t, err)
		of := owner[line.Customer()]
		started, twice := since[of]
		if line.Kind() == customer.Sale && twice && !line.At().Before(started) {
			booked := 0.0
			if of != line.Customer() {
				booked = 1
			}
			onSecond.add(booked)
		} else if line.Kind() == customer.Sale {
			require.Equal(t, of, line.Customer(), "%s is before the second record", line.Key())
		}
		sum := got[of]
		switch line.Kind() {
		case customer.Sale:
			sum.Sales += minor
		case customer.Return:
			sum.Returned += minor
		case customer.Cost:
			sum.Cost += minor
		}
		got[of] = sum
	}
	require.Empty(t, cmp.Diff(want, got))
	within5(t, "sales booked on second records", &onSecond, 0.5)
}

func TestDuplicateRowsAtTheStatedRate(t *testing.T) {
	w := newWorld(t, market.Config{Customers: 2000, DuplicateRows: 0.08}, 15)
	times := map[customer.ExternalKey]int{}
	for _, line := range transactions(t, w) {
		times[line.Key()]++
	}
	var twice sample
	for key, n := range times {
		require.LessOrEqual(t, n, 2, "%s", key)
		twice.add(float64(n - 1))
	}
	within5(t, "rows delivered twice", &twice, 0.08)
}

func TestTransactionsInOtherCurrencies(t *testing.T) {
	for _, currency := range []rapport.Currency{rapport.JPY, rapport.KWD} {
		w := newWorld(t, market.Config{Customers: 3, Currency: currency}, 16)
		var all []scoring.Purchase
		for _, line := range transactions(t, w) {
			require.Equal(t, currency, line.Amount().Currency())
			if line.Kind() == customer.Sale {
				minor, err := line.Amount().Minor()
				require.NoError(t, err)
				all = append(all, scoring.Purchase{Customer: line.Customer(), At: line.At(), Amount: minor})
			}
		}
		want := purchases(t, w)
		for i := range want {
			want[i].Cost = 0
		}
		require.Empty(t, cmp.Diff(want, all))
	}
}
