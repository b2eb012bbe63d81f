package store_test

import (
	"context"
	"errors"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/memory"
)

// opened returns a case of a process with two ways on, and its first entry.
func opened(t require.TestingT, id rapport.ID) (*pipeline.Machine, store.Case, pipeline.Entry) {
	m, err := pipeline.Compile(pipeline.Definition{
		ID: "repair", Version: 1, Initial: "open",
		Stages: []pipeline.Stage{{ID: "open"}, {ID: "done", Kind: pipeline.Won, Probability: 100}, {ID: "dropped", Kind: pipeline.Lost}},
		Transitions: []pipeline.Transition{
			{Trigger: "note", From: []pipeline.StageID{"open"}, Internal: true},
			{Trigger: "finish", To: "done"}, {Trigger: "drop", To: "dropped", Reasons: "why"},
		},
		Reasons: []pipeline.ReasonList{{Name: "why", Reasons: []pipeline.Reason{{ID: "price"}}}},
	}, nil)
	require.NoError(t, err)
	p, move, err := m.Open(pipeline.Input{}, time.Unix(0, 0))
	require.NoError(t, err)
	e, err := pipeline.NewEntry(id, p, move, pipeline.Input{})
	require.NoError(t, err)
	return m, store.Case{Position: p, ID: id}, e
}

// TestTextIsKept: any text comes back byte for byte, or is refused when it is no text.
func TestTextIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, c, e := opened(t, "w1")
		c.Owner = rapid.OneOf(rapid.String(), rapid.StringMatching(`[\\ufd"�]{0,8}`), rapid.Custom(func(t *rapid.T) string {
			return string(rapid.SliceOfN(rapid.SampledFrom([]byte{'\\', 'u', 0xff, 0xef, 0xbf, 0xbd}), 0, 8).Draw(t, "bytes"))
		})).Draw(t, "owner")
		made, err := store.NewCommitment(c, time.Time{}, []pipeline.Entry{e})
		if !utf8.ValidString(c.Owner) {
			require.ErrorIs(t, err, store.ErrInvalid)
			return
		}
		require.NoError(t, err)
		read, err := store.DecodeRecord[store.Case](made.Record.Doc)
		require.NoError(t, err)
		require.Equal(t, c, read)
	})
}

func TestDecodeRefuses(t *testing.T) {
	for _, doc := range []string{"", "{", "null", `{"format":2}`, `{"format":1,"else":1}`, `{"format":1,"id":1}`} {
		_, err := store.DecodeRecord[store.Case](doc)
		require.ErrorIs(t, err, store.ErrCorrupt, doc)
		_, err = store.DecodeRecord[pipeline.Deal](doc)
		require.ErrorIs(t, err, store.ErrCorrupt, doc)
		_, err = store.DecodeEntry(doc)
		require.ErrorIs(t, err, store.ErrCorrupt, doc)
	}
}

// TestCaseIsARecord: guards and gates read a case.
func TestCaseIsARecord(t *testing.T) {
	c := store.Case{Owner: "li.wei", Customer: "C1", Fields: pipeline.Values{"need": pipeline.Text("quiet")}}
	var record pipeline.Record = &c
	require.Equal(t, "li.wei", record.Value(pipeline.FieldOwner).String())
	require.Equal(t, "C1", record.Value(pipeline.FieldCustomer).String())
	require.Equal(t, "quiet", record.Value("need").String())
	require.True(t, record.Value("else").Empty())
	require.Same(t, &c.Progress, record.Work())
}

// plainTx is a transaction of a back end that keeps no pipelines.
type plainTx struct{ store.Tx }

type plainTenant struct{ store.Tenant }

func (t plainTenant) Update(ctx context.Context, fn func(store.Tx) error) error {
	return t.Tenant.Update(ctx, func(tx store.Tx) error { return fn(plainTx{tx}) })
}

func TestWithoutPipelines(t *testing.T) {
	tenant := plainTenant{memory.New(nil).Tenant("acme")}
	m, _, _ := opened(t, "w1")
	_, err := store.Fire(t.Context(), tenant, m, "d1", "finish", pipeline.Input{}, time.Unix(1, 0), nil)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.NoError(t, tenant.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.Customers().Find(t.Context(), customer.Identifier{})
		require.ErrorIs(t, err, store.ErrNotFound, "the rest is there")
		return nil
	}))
}
