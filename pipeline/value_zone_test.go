package pipeline_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

// In Havana the clocks went from midnight to one o'clock on 10 March 2024: the day begins
// at one.
func TestDateWhereMidnightIsSkipped(t *testing.T) {
	havana, err := time.LoadLocation("America/Havana")
	require.NoError(t, err)
	at, ok := pipeline.Day(pipeline.MustDate("2024-03-10")).Time(havana)
	require.True(t, ok)
	require.Equal(t, "2024-03-10T01:00:00-04:00", at.Format(time.RFC3339))
	at, ok = pipeline.Day(pipeline.MustDate("2024-03-11")).Time(nil)
	require.True(t, ok)
	require.Equal(t, "2024-03-11T00:00:00Z", at.Format(time.RFC3339))
}
