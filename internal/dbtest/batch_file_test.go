package dbtest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

// note is a record about a customer.
type note struct {
	ID, Customer, With rapport.ID
	At, RecordedAt     time.Time
	Text               string
}

// Filing implements [customer.Filed].
func (n note) Filing() customer.Filing {
	return customer.Filing{Kind: "note", ID: n.ID, Customer: n.Customer, With: n.With, At: n.At, RecordedAt: n.RecordedAt}
}

// Validate implements [customer.Filed].
func (n note) Validate() error { return nil }

// plainNote is a note that writes its fields one by one.
type plainNote note

// MarshalJSON implements [json.Marshaler].
func (n note) MarshalJSON() ([]byte, error) { return json.Marshal(plainNote(n)) }

// UnmarshalJSON implements [json.Unmarshaler].
func (n *note) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, (*plainNote)(n)) }

func noteOf(n int, text string) note {
	at := time.Date(2026, 1, 1, 0, 0, n, 0, time.UTC)
	return note{ID: rapport.ID(fmt.Sprintf("n%07d", n)), Customer: rapport.ID(fmt.Sprintf("c%07d", n)), At: at, RecordedAt: at, Text: text}
}

// keepNotes writes the files of the n-th batch: a note, the next version of the note
// before, and an alias.
func keepNotes(ctx context.Context, tx store.Tx, n int) error {
	notes, err := store.FileOf[note](tx)
	if err != nil {
		return err
	}
	if _, err := notes.Put(ctx, noteOf(n, "first"), 0); err != nil {
		return err
	}
	if n > 0 {
		if _, err := notes.Put(ctx, noteOf(n-1, "second"), 1); err != nil {
			return err
		}
	}
	f, err := store.Files(tx)
	if err != nil {
		return err
	}
	return f.Aliases().Put(ctx, store.Alias{Old: rapport.ID(fmt.Sprint("old", n)), Current: noteOf(n, "").Customer})
}

// checkNotes opens the file anew, and returns how many batches of notes it has after it
// has checked that their histories, aliases and the feed have the same ones.
func checkNotes(t *testing.T, path string) int {
	t.Helper()
	writer, reader, err := files(path)
	require.NoError(t, err)
	defer writer.Close()
	defer reader.Close()
	db, err := sqlite.Open(t.Context(), writer, reader, nil)
	require.NoError(t, err)
	defer db.Close()
	batches := 0
	require.NoError(t, db.Tenant("acme").View(t.Context(), func(tx store.Tx) error {
		f, err := store.Files(tx)
		require.NoError(t, err)
		notes, err := store.FileOf[note](tx)
		require.NoError(t, err)
		batches = len(gather(t, notes.All(t.Context(), store.FileQuery{})))
		states := 0
		for n := range batches {
			text, version := "second", 2
			if n == batches-1 {
				text, version = "first", 1
			}
			got, err := notes.Get(t.Context(), noteOf(n, "").ID)
			require.NoError(t, err)
			require.Equal(t, noteOf(n, text), got.Record)
			history := gather(t, notes.History(t.Context(), got.Record.ID))
			require.Len(t, history, version)
			states += version
			current, err := f.Aliases().Resolve(t.Context(), rapport.ID(fmt.Sprint("old", n)))
			require.NoError(t, err)
			require.Equal(t, got.Record.Customer, current)
		}
		require.Len(t, gather(t, f.Aliases().All(t.Context())), batches)
		require.Len(t, gather(t, f.Feed().After(t.Context(), "")), states+batches, "the notes and the customers")
		return nil
	}))
	return batches
}
