package pipeline_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

// No deal has no fields and no work.
func TestNilDealIsAnEmptyRecord(t *testing.T) {
	var none *pipeline.Deal
	m := compiled(t, sales(1, pipeline.Stage{ID: "offer", Enter: pipeline.Gate{Fields: []string{"budget"}, Blocking: pipeline.SeverityLow}}))
	_, _, err := m.Fire(in(m, "new"), "to_offer", pipeline.Input{Record: none}, noon(2))
	var missing *pipeline.MissingDataError
	require.ErrorAs(t, err, &missing)
}
