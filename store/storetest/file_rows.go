package storetest

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

// files returns what the case does not apply without.
func files() store.Capabilities { return store.Capabilities{Files: true} }

// fields are those of the records that the suite keeps about customers, whatever sorts of
// records there are by now.
type fields struct {
	ID         rapport.ID `json:"id"`
	Customer   rapport.ID `json:"customer,omitzero"`
	With       rapport.ID `json:"with,omitzero"`
	Text       string     `json:"text,omitzero"`
	At         time.Time  `json:"at"`
	RecordedAt time.Time  `json:"recorded_at"`
}

func (f fields) filing(kind customer.FileKind) customer.Filing {
	return customer.Filing{Kind: kind, ID: f.ID, Customer: f.Customer, With: f.With, At: f.At, RecordedAt: f.RecordedAt}
}

// Validate accepts what has an id and no text "refused".
func (f fields) Validate() error {
	if f.ID == "" || f.Text == "refused" {
		return &customer.ValidationError{Subject: "memo", Name: string(f.ID), Problems: []customer.Problem{{Field: "text", Reason: customer.Unknown}}}
	}
	return nil
}

// memo is a record that changes.
type memo struct{ fields }

// Filing implements [customer.Filed].
func (m memo) Filing() customer.Filing { return m.filing("memo") }

// MarshalJSON implements [json.Marshaler].
func (m memo) MarshalJSON() ([]byte, error) { return json.Marshal(m.fields) }

// UnmarshalJSON implements [json.Unmarshaler].
func (m *memo) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, &m.fields) }

// mark is a record that happens once.
type mark struct{ fields }

// Filing implements [customer.Filed].
func (m mark) Filing() customer.Filing { return m.filing("mark") }

// MarshalJSON implements [json.Marshaler].
func (m mark) MarshalJSON() ([]byte, error) { return json.Marshal(m.fields) }

// UnmarshalJSON implements [json.Unmarshaler].
func (m *mark) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, &m.fields) }

// about returns a memo with the changes on top.
func about(who, id rapport.ID, changes ...func(*fields)) memo {
	return memo{madeOf(who, id, changes)}
}

// marked returns a mark with the changes on top.
func marked(who, id rapport.ID, changes ...func(*fields)) mark {
	return mark{madeOf(who, id, changes)}
}

func madeOf(who, id rapport.ID, changes []func(*fields)) fields {
	f := fields{ID: id, Customer: who, At: day(1), RecordedAt: day(2)}
	for _, change := range changes {
		change(&f)
	}
	return f
}

func happened(at time.Time) func(*fields) { return func(f *fields) { f.At = at } }

func recorded(at time.Time) func(*fields) { return func(f *fields) { f.RecordedAt = at } }

func saying(text string) func(*fields) { return func(f *fields) { f.Text = text } }

func with(id rapport.ID) func(*fields) { return func(f *fields) { f.With = id } }

func filesIn(t tb, tx store.Tx) store.FilesTx {
	t.Helper()
	f, err := store.Files(tx)
	require.NoError(t, err)
	return f
}

func updateFiles(t tb, db store.DB, tenant rapport.ID, fn func(tx store.FilesTx)) {
	t.Helper()
	update(t, db, tenant, func(tx store.Tx) { fn(filesIn(t, tx)) })
}

func viewFiles(t tb, db store.DB, tenant rapport.ID, fn func(tx store.FilesTx)) {
	t.Helper()
	view(t, db, tenant, func(tx store.Tx) { fn(filesIn(t, tx)) })
}

func fileOf[T customer.Filed](t tb, tx store.Tx) store.File[T] {
	t.Helper()
	f, err := store.FileOf[T](tx)
	require.NoError(t, err)
	return f
}

func updateMemos(t tb, db store.DB, fn func(memos store.File[memo])) {
	t.Helper()
	update(t, db, acme, func(tx store.Tx) { fn(fileOf[memo](t, tx)) })
}

func viewMemos(t tb, db store.DB, fn func(memos store.File[memo])) {
	t.Helper()
	view(t, db, acme, func(tx store.Tx) { fn(fileOf[memo](t, tx)) })
}

// write puts memos that are new.
func write(t tb, memos store.File[memo], all ...memo) {
	t.Helper()
	for _, m := range all {
		rewrite(t, memos, m, 0)
	}
}

// rewrite puts a memo in the place of the version given.
func rewrite(t tb, memos store.File[memo], m memo, version int64) {
	t.Helper()
	stored, err := memos.Put(t.Context(), m, version)
	require.NoError(t, err)
	same(t, m, stored.Record)
}

func memoIDs(all []store.Stored[memo]) []rapport.ID {
	var ids []rapport.ID
	for _, m := range all {
		ids = append(ids, m.Record.ID)
	}
	return ids
}

// texts returns the text of each.
func texts(all []store.Stored[memo]) []string {
	var texts []string
	for _, m := range all {
		texts = append(texts, m.Record.Text)
	}
	return texts
}

func wantTime(t tb, err error, kind store.RecordKind, id rapport.ID, at, last time.Time) {
	t.Helper()
	wantAs(t, err, store.ErrConflict, store.RecordTimeError{Kind: kind, ID: id, At: at, Last: last},
		func(e *store.RecordTimeError) store.RecordTimeError { return *e })
}

func wantNoFile(t tb, err error, key string) {
	t.Helper()
	wantAs(t, err, store.ErrNotFound, store.NotFoundError{Tenant: acme, Kind: "file", Key: key},
		func(e *store.NotFoundError) store.NotFoundError { return *e })
}

// errMarked is what the checks of the suite say.
func errMarked() error { return errors.New("marked") }
