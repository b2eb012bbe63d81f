package pipeline_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// What a person reads who has made a simple mistake.
func TestErrorTexts(t *testing.T) {
	m := tendering()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.FixedZone("UTC+8", 8*60*60))
	deal, _, err := m.OpenDeal(pipeline.Deal{ID: "d-1"}, pipeline.Input{}, at)
	require.NoError(t, err)
	closed, _, err := deal.Fire(m, "lose", pipeline.Input{Reason: "price"}, at)
	require.NoError(t, err)

	_, _, err = m.Fire(pipeline.Position{}, "lose", pipeline.Input{}, at)
	require.EqualError(t, err, `pipeline: the position is empty, as of a record that was never opened in "tenders" version 1`)
	_, _, err = deal.Fire(m, "lose", pipeline.Input{}, at)
	require.EqualError(t, err, `pipeline: "lose" in stage "design": no reason was given: want one of ["price"] (loss)`)
	_, _, err = deal.Fire(m, "lose", pipeline.Input{}, at.Add(-time.Hour))
	require.EqualError(t, err, "pipeline: 2026-03-02T00:00:00Z lies before the last change at 2026-03-02T01:00:00Z")
	_, _, err = closed.Set(m, pipeline.Values{"name": pipeline.Text("x")}, pipeline.Input{}, at)
	require.EqualError(t, err, `pipeline: the record is closed in stage "lost" (lost), this edit is for open ones`)
	_, _, err = deal.Edit(m, pipeline.Input{}, at, pipeline.ReplaceLines{Lines: []pipeline.Line{
		{Product: "x", Unit: pipeline.UnitPiece, Quantity: decimal.NewFromInt(-1), Price: rapport.MustMoney("2 EUR")},
	}})
	require.EqualError(t, err, `pipeline: line 0 ("x"): quantity "-1": want a number from 0, whole for pieces and sets`)
}
