package pipeline_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

// Long before a record came it has been in its stage for no time, also if it has paused.
func TestInStageLongBefore(t *testing.T) {
	p := pipeline.Position{
		Entered: pipeline.Clock{Since: noon(1), Paused: time.Hour, Worktime: time.Hour},
		Opened:  pipeline.Clock{Since: noon(1), Paused: time.Hour, Worktime: time.Hour},
	}
	for _, at := range []time.Time{{}, noon(1).AddDate(-500, 0, 0), noon(1).Add(-1), noon(1)} {
		require.Zero(t, p.InStage(at), at)
		require.Zero(t, p.InCycle(at), at)
	}
}
