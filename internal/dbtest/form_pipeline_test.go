package dbtest_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

// selling compiles the process of the tests here.
func selling() (*pipeline.Machine, error) {
	return pipeline.Compile(pipeline.Definition{
		ID: "selling", Version: 1, Initial: "contact",
		Stages: []pipeline.Stage{{ID: "contact", Probability: 10}, {ID: "won", Kind: pipeline.Won, Probability: 100}, {ID: "lost", Kind: pipeline.Lost}},
		Transitions: []pipeline.Transition{
			{Trigger: "call", From: []pipeline.StageID{"contact"}, To: "contact", Effects: []string{"tell"}},
			{Trigger: "win", To: "won"},
			{Trigger: "lose", To: "lost", Reasons: "why"},
		},
		Fields:  []pipeline.Field{{ID: "need"}},
		Reasons: []pipeline.ReasonList{{Name: "why", Reasons: []pipeline.Reason{{ID: "price"}}}},
	}, nil)
}

// TestStoredPipelines is TestStoredForm for what version 2 of the schema adds.
func TestStoredPipelines(t *testing.T) {
	db, writer := opener(files).open(t, filepath.Join(t.TempDir(), "crm.db"))
	at := time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC)
	m, err := selling()
	require.NoError(t, err)
	d, first, err := m.OpenDeal(pipeline.Deal{
		ID: "D1", Owner: "li.wei", Customer: "C1", Partner: "P1", Amount: rapport.MustMoney("12.30 CNY"),
		Fields: pipeline.Values{"need": pipeline.Text("泵")},
	}, pipeline.Input{By: "li.wei"}, at)
	require.NoError(t, err)
	d, second, err := d.Fire(m, "call", pipeline.Input{By: "li.wei", Request: "r1"}, at.Add(1))
	require.NoError(t, err)
	second.RecordedAt = at.Add(2)
	text, err := m.Definition().Text()
	require.NoError(t, err)
	require.NoError(t, db.Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
		p, err := store.Pipelines(tx)
		require.NoError(t, err)
		_, err = p.Definitions().Put(t.Context(), store.DefinitionText{Ref: m.Ref(), Text: string(text)})
		require.NoError(t, err)
		_, err = p.Deals().Commit(t.Context(), d, at.Add(time.Hour), first, second)
		require.NoError(t, err)
		return p.Outbox().Acknowledge(t.Context(), "mail", store.EventCursor("acme", 1))
	}))
	for query, want := range map[string][][]any{
		"SELECT * FROM rapport_records": {{"acme", "D1", "deal", int64(2), "selling", int64(1), "contact", "li.wei", "C1", "P1", int64(1767326645000000678),
			`{"format":1,"definition":{"id":"selling","version":1},"stage":"contact","version":2,"cycle":1,` +
				`"entered":{"since":"2026-01-02T03:04:05.000000679Z"},"opened":{"since":"2026-01-02T03:04:05.000000678Z"},` +
				`"changed_at":"2026-01-02T03:04:05.000000679Z","id":"D1","customer":"C1","owner":"li.wei","partner":"P1",` +
				`"amount":{"amount":"12.30","currency":"CNY"},"fields":{"need":"泵"}}`}},
		"SELECT * FROM rapport_entries": {
			{"acme", "D1", int64(1), int64(1), int64(1767323045000000678), "",
				`{"format":1,"seq":1,"record":"D1","kind":"began","definition":{"id":"selling","version":1},"to":"contact","outcome":"open","by":"li.wei",` +
					`"at":"2026-01-02T03:04:05.000000678Z","amount":{"amount":"12.30","currency":"CNY"},"probability":10,"owner":"li.wei",` +
					`"changes":[{"field":"customer","after":"C1"},{"field":"owner","after":"li.wei"},{"field":"amount","after":{"money":"12.30 CNY"}},` +
					`{"field":"need","after":"泵"},{"field":"/partner","after":"P1"}],` +
					`"cycle":1,"entered":{"since":"2026-01-02T03:04:05.000000678Z"},"opened":{"since":"2026-01-02T03:04:05.000000678Z"}}`},
			{"acme", "D1", int64(2), int64(2), int64(1767323045000000679), "r1",
				`{"format":1,"seq":2,"record":"D1","kind":"moved","definition":{"id":"selling","version":1},"trigger":"call","from":"contact","to":"contact",` +
					`"outcome":"open","by":"li.wei","at":"2026-01-02T03:04:05.000000679Z","recorded_at":"2026-01-02T03:04:05.00000068Z","request":"r1",` +
					`"content":"` + second.Content.String() + `",` +
					`"amount":{"amount":"12.30","currency":"CNY"},"probability":10,"owner":"li.wei","effects":[{"name":"tell","when":"transition"}],` +
					`"cycle":1,"entered":{"since":"2026-01-02T03:04:05.000000679Z"},"opened":{"since":"2026-01-02T03:04:05.000000678Z"}}`},
		},
		"SELECT * FROM rapport_consumers":   {{"acme", "mail", int64(1)}},
		"SELECT * FROM rapport_definitions": {{"acme", "selling", int64(1), string(text)}},
	} {
		wantRows(t, writer, query, want)
	}
}
