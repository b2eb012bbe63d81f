package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

func definitionCases() []Case {
	return []Case{
		{Name: "definition/kept byte for byte", Needs: pipelines(), Run: definitionBytes},
		{Name: "definition/a version never changes", Needs: pipelines(), Run: definitionFixed},
		{Name: "definition/listed by id and version", Needs: pipelines(), Run: definitionList},
		{Name: "definition/what cannot be stored", Needs: pipelines(), Run: definitionInvalid},
	}
}

// process returns a version of a process, its text being whatever the host likes.
func process(id string, version int, text string) store.DefinitionText {
	return store.DefinitionText{Ref: pipeline.Ref{ID: id, Version: version}, Text: text}
}

func putDefinition(t tb, tx store.PipelineTx, d store.DefinitionText, want store.Outcome) {
	t.Helper()
	got, err := tx.Definitions().Put(t.Context(), d)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func definitionBytes(t *testing.T, b Backend) {
	text, err := selling(t).Definition().Text()
	require.NoError(t, err)
	for i, text := range []string{string(text), "{ \"id\" :\t\"x\" }\r\n\n ", "e\u0301 \u2028 é \ufffd 🙂", "'", "\x00\x01"} {
		want := process("selling", i+1, text)
		updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { putDefinition(t, tx, want, store.Inserted) })
		viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
			got, err := tx.Definitions().Get(t.Context(), want.Ref)
			require.NoError(t, err)
			same(t, want, got)
		})
	}
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		got, err := tx.Definitions().Get(t.Context(), pipeline.Ref{ID: "selling", Version: 1})
		require.NoError(t, err)
		read, err := pipeline.ParseDefinition([]byte(got.Text))
		require.NoError(t, err)
		same(t, selling(t).Definition(), read)
	})
}

func definitionFixed(t *testing.T, b Backend) {
	first := process("selling", 1, "one")
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		putDefinition(t, tx, first, store.Inserted)
		putDefinition(t, tx, first, store.Same)
		for _, other := range []string{"ONE", "one ", "two"} {
			_, err := tx.Definitions().Put(t.Context(), process("selling", 1, other))
			wantAs(t, err, store.ErrConflict, store.DefinitionConflictError{Ref: first.Ref},
				func(e *store.DefinitionConflictError) store.DefinitionConflictError { return *e })
		}
		putDefinition(t, tx, process("selling", 2, "two"), store.Inserted)
	})
	updatePipes(t, b.DB, globe, func(tx store.PipelineTx) { putDefinition(t, tx, process("selling", 1, "theirs"), store.Inserted) })
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		got, err := tx.Definitions().Get(t.Context(), first.Ref)
		require.NoError(t, err)
		same(t, first, got)
	})
}

func definitionList(t *testing.T, b Backend) {
	all := []store.DefinitionText{
		process("A", 1, "x"), process("a", 2, "x"), process("a", 9, "x"), process("a", 10, "x"), process("a-b", 1, "x"), process("ab", 1, "x"),
	}
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, i := range []int{3, 0, 5, 2, 4, 1} {
			putDefinition(t, tx, all[i], store.Inserted)
		}
	})
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, c := range []struct {
			q    store.DefinitionQuery
			want []store.DefinitionText
		}{
			{store.DefinitionQuery{}, all}, {store.DefinitionQuery{ID: "a"}, all[1:4]}, {store.DefinitionQuery{ID: "ab"}, all[5:]}, {store.DefinitionQuery{ID: "b"}, nil},
		} {
			same(t, c.want, collect(t, tx.Definitions().All(t.Context(), c.q)))
			for limit := 1; limit <= 3; limit++ {
				same(t, c.want, allPages(t, limit, func(r store.PageRequest) (store.Page[store.DefinitionText], error) {
					return tx.Definitions().Page(t.Context(), c.q, r)
				}))
			}
		}
		q := store.DefinitionQuery{ID: "a"}
		for _, place := range [][]string{{"A", "1"}, {"ab", "0"}, {"a", "x"}, {"a\x00", "0"}} {
			p, err := tx.Definitions().Page(t.Context(), q, store.PageRequest{After: store.NewToken(acme, q.Listing(), place...)})
			if err != nil {
				require.ErrorIs(t, err, store.ErrPageToken)
			}
			for _, d := range p.Items {
				require.Equal(t, "a", d.Ref.ID, "forged place %q", place)
			}
		}
	})
}

func definitionInvalid(t *testing.T, b Backend) {
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, d := range []store.DefinitionText{
			{}, process("", 1, "x"), process("a", 0, "x"), process("a", -1, "x"), process("a", 1, ""), process("a", 1, "\xff"), process("a\nb", 1, "x"),
		} {
			_, err := tx.Definitions().Put(t.Context(), d)
			require.ErrorIs(t, err, store.ErrInvalid, "%+v", d)
		}
		require.Empty(t, collect(t, tx.Definitions().All(t.Context(), store.DefinitionQuery{})))
	})
}
