package pipeline_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

// Long before a record came it has been in its stage for no time, also if it has paused.
func TestInStageLongBefore(t *testing.T) {
	p := pipeline.Position{
		Entered: pipeline.Clock{Since: pipeline.MustStamp(noon(1)), Paused: time.Hour, Worktime: time.Hour},
		Opened:  pipeline.Clock{Since: pipeline.MustStamp(noon(1)), Paused: time.Hour, Worktime: time.Hour},
	}
	for _, at := range []time.Time{{}, noon(1).AddDate(-500, 0, 0), noon(1).Add(-1), noon(1)} {
		require.Zero(t, p.InStage(at), at)
		require.Zero(t, p.InCycle(at), at)
	}
}

// Pauses of centuries add up to the longest duration there is, and never to less than none.
func TestPausesOfCenturies(t *testing.T) {
	m := compiled(t, sales(1))
	d, e, err := m.OpenDeal(pipeline.Deal{ID: "d1"}, pipeline.Input{}, time.Date(1690, 1, 2, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	h, err := pipeline.NewHistory(e)
	require.NoError(t, err)
	for year := 1691; year < 2200; year += 280 {
		for _, act := range []func() (pipeline.Deal, pipeline.Entry, error){
			func() (pipeline.Deal, pipeline.Entry, error) {
				return d.Pause(m, pipeline.Input{}, time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
			},
			func() (pipeline.Deal, pipeline.Entry, error) {
				return d.Resume(m, pipeline.Input{}, time.Date(year+270, 1, 1, 0, 0, 0, 0, time.UTC))
			},
		} {
			d, e, err = act()
			require.NoError(t, err)
			require.NoError(t, h.Append(e))
			require.GreaterOrEqual(t, d.Entered.Paused, time.Duration(0))
			require.GreaterOrEqual(t, d.Opened.Worktime, time.Duration(0))
			require.GreaterOrEqual(t, d.InStage(d.ChangedAt.Time()), time.Duration(0))
		}
	}
	require.Equal(t, time.Duration(math.MaxInt64), d.Entered.Paused)
	require.Equal(t, d.Entered.Paused, pipeline.Spells(h.Entries())[0].Paused)
}
