package storetest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func customerCases() []Case {
	return []Case{
		{Name: "customer/round trip", Run: customerRoundTrip},
		{Name: "customer/least there can be", Run: customerLeast},
		{Name: "customer/not found", Run: customerNotFound},
		{Name: "customer/versions count", Run: customerVersions},
		{Name: "customer/lost update is refused", Run: customerLostUpdate},
		{Name: "customer/create twice is refused", Run: customerCreateTwice},
		{Name: "customer/update of nothing is refused", Run: customerUpdateNothing},
		{Name: "customer/delete", Run: customerDelete},
		{Name: "customer/delete of another version is refused", Run: customerDeleteVersion},
		{Name: "customer/create again after delete", Run: customerCreateAgain},
		{Name: "customer/zero value is refused", Run: customerZero},
		{Name: "customer/by kind", Run: customerByKind},
	}
}

// full has every field set.
func full(t tb, id rapport.ID) customer.Customer {
	valid, err := rapport.NewInterval(day(1), day(9))
	require.NoError(t, err)
	open, err := rapport.NewInterval(day(9), day(9).AddDate(1, 0, 0))
	require.NoError(t, err)
	return party(t, id, func(d *customer.Draft) {
		d.Kind = customer.Organisation
		d.Name = "Exemplar Trading"
		d.OtherNames = []customer.Name{{Usage: customer.UsageLegal, Text: "示例贸易有限公司", Family: "f", Given: "g", Valid: valid}, {Text: "ET"}}
		d.Identifiers = []customer.Identifier{{System: "erp", Type: "account", Value: string(id)}, {System: "tax", Type: "vat", Value: string(id)}}
		d.Contacts = []customer.ContactPoint{
			{Channel: customer.ChannelPhone, Value: "+86 20 5550 0123", Usage: customer.UsageWork, Verified: true, Preferred: true, Valid: valid},
			{Channel: customer.ChannelEmail, Value: "desk@example.com"},
		}
		d.Roles = []customer.Role{{Type: customer.Enterprise, Valid: open}, {Type: customer.Distributor}}
		d.Addresses = []customer.Address{{Country: "CN", City: "广州", Street: "天河路", Number: "88弄7号", Usage: customer.UsageWork, Verified: true,
			VerifiedAt: day(2), VerifiedBy: "delivery", Preferred: true, Valid: valid}, {Text: "somewhere"}}
		d.Attributes = []customer.Attribute{{Name: "floor-area", Value: customer.TextOf("12 000 m²"), Source: "survey", Valid: open, RecordedAt: day(1),
			Confidence: .75, Basis: customer.BasisContract}}
		d.Preferences = []customer.Preference{{Topic: customer.TopicTime, Choice: "morning", Dislike: true, Confidence: .5}}
		d.Owners = []customer.Ownership{{Owner: "li.wei", Role: "account-manager", Team: "south", Branch: "gz", Share: .1, Valid: open, RecordedAt: day(1)}}
		d.Visibility = customer.VisibleBranch
		d.EndUser = true
		d.Since = day(3)
	})
}

func customerRoundTrip(t *testing.T, b Backend) {
	want := full(t, "c1")
	update(t, b.DB, acme, func(tx store.Tx) { put(t, tx, want) })
	view(t, b.DB, acme, func(tx store.Tx) {
		got, err := tx.Customers().Get(t.Context(), "c1")
		require.NoError(t, err)
		require.Equal(t, int64(1), got.Version())
		want, err := customer.Restore(want.Draft(), 1)
		require.NoError(t, err)
		same(t, want, got)
	})
}

func customerLeast(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { put(t, tx, party(t, "c1")) })
	view(t, b.DB, acme, func(tx store.Tx) {
		got, err := tx.Customers().Get(t.Context(), "c1")
		require.NoError(t, err)
		same(t, party(t, "c1").Draft(), got.Draft())
	})
}

func customerNotFound(t *testing.T, b Backend) {
	view(t, b.DB, acme, func(tx store.Tx) {
		_, err := tx.Customers().Get(t.Context(), "c1")
		require.ErrorIs(t, err, store.ErrNotFound)
		missing, ok := errors.AsType[*store.NotFoundError](err)
		require.True(t, ok, "want *NotFoundError, got %T", err)
		require.Equal(t, store.NotFoundError{Tenant: acme, Kind: "customer", Key: "c1"}, *missing)
	})
}

func customerVersions(t *testing.T, b Backend) {
	c := party(t, "c1")
	for want := int64(1); want <= 3; want++ {
		update(t, b.DB, acme, func(tx store.Tx) {
			next, err := tx.Customers().Put(t.Context(), c)
			require.NoError(t, err)
			require.Equal(t, want, next.Version())
			c = next
		})
	}
}

func wantVersions(t tb, err error, have, want int64) {
	t.Helper()
	require.ErrorIs(t, err, store.ErrConflict)
	conflict, ok := errors.AsType[*store.VersionConflictError](err)
	require.True(t, ok, "want *VersionConflictError, got %T", err)
	require.Equal(t, store.VersionConflictError{Kind: store.KindCustomer, ID: "c1", Have: have, Want: want}, *conflict)
}

func customerLostUpdate(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { put(t, tx, party(t, "c1")) })
	var read customer.Customer
	view(t, b.DB, acme, func(tx store.Tx) { read, _ = tx.Customers().Get(t.Context(), "c1") })
	first, err := read.WithName("first clerk")
	require.NoError(t, err)
	second, err := read.WithName("second clerk")
	require.NoError(t, err)
	update(t, b.DB, acme, func(tx store.Tx) { put(t, tx, first) })
	err = b.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.Customers().Put(t.Context(), second)
		return err
	})
	wantVersions(t, err, 2, 1)
	view(t, b.DB, acme, func(tx store.Tx) {
		got, err := tx.Customers().Get(t.Context(), "c1")
		require.NoError(t, err)
		require.Equal(t, "first clerk", got.Name())
	})
}

func customerCreateTwice(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1"))
		_, err := tx.Customers().Put(t.Context(), party(t, "c1"))
		wantVersions(t, err, 1, 0)
	})
}

func customerUpdateNothing(t *testing.T, b Backend) {
	c, err := customer.Restore(party(t, "c1").Draft(), 3)
	require.NoError(t, err)
	update(t, b.DB, acme, func(tx store.Tx) {
		_, err := tx.Customers().Put(t.Context(), c)
		wantVersions(t, err, 0, 3)
		_, err = tx.Customers().Get(t.Context(), "c1")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func customerDelete(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1"), party(t, "c2"))
		ingest(t, tx, line(t, "1"))
	})
	update(t, b.DB, acme, func(tx store.Tx) { require.NoError(t, tx.Customers().Delete(t.Context(), "c1", 1)) })
	update(t, b.DB, acme, func(tx store.Tx) {
		same(t, []rapport.ID{"c2"}, ids(collect(t, tx.Customers().All(t.Context(), store.CustomerQuery{}))))
		require.ErrorIs(t, tx.Customers().Delete(t.Context(), "c1", 1), store.ErrNotFound)
		same(t, []string{"1"}, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{Customer: "c1"}))))
	})
}

func customerDeleteVersion(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1"))
		wantVersions(t, tx.Customers().Delete(t.Context(), "c1", 2), 1, 2)
		_, err := tx.Customers().Get(t.Context(), "c1")
		require.NoError(t, err)
	})
}

func customerCreateAgain(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, full(t, "c1"))
		require.NoError(t, tx.Customers().Delete(t.Context(), "c1", 1))
		next, err := tx.Customers().Put(t.Context(), full(t, "c1"))
		require.NoError(t, err)
		require.Equal(t, int64(1), next.Version())
	})
}

func customerZero(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		_, err := tx.Customers().Put(t.Context(), customer.Customer{})
		require.ErrorIs(t, err, store.ErrInvalid)
	})
}

func customerByKind(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { put(t, tx, party(t, "c1"), full(t, "c2"), party(t, "c3")) })
	view(t, b.DB, acme, func(tx store.Tx) {
		q := store.CustomerQuery{Kind: customer.Person}
		same(t, []rapport.ID{"c1", "c3"}, ids(collect(t, tx.Customers().All(t.Context(), q))))
		p, err := tx.Customers().Page(t.Context(), q, store.PageRequest{Limit: 1})
		require.NoError(t, err)
		p, err = tx.Customers().Page(t.Context(), q, store.PageRequest{After: p.Next})
		require.NoError(t, err)
		same(t, []rapport.ID{"c3"}, ids(p.Items))
		_, err = firstError(tx.Customers().All(t.Context(), store.CustomerQuery{Kind: 9}))
		require.ErrorIs(t, err, store.ErrInvalid)
	})
}
