package pipeline_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/pipeline"
)

func ExampleStamp() {
	here := time.Date(2026, 3, 2, 17, 0, 0, 0, time.FixedZone("", 8*60*60))
	stamp, err := pipeline.StampOf(here)
	fmt.Println(stamp, err)
	fmt.Println(stamp == pipeline.MustStamp(here.UTC()))
	// Output:
	// 2026-03-02T09:00:00Z <nil>
	// true
}

func TestStamp(t *testing.T) {
	var none pipeline.Stamp
	require.True(t, none.IsZero())
	require.True(t, none.Time().IsZero())
	require.Equal(t, none, pipeline.MustStamp(time.Time{}))
	for _, at := range []time.Time{
		time.Date(1677, 9, 21, 0, 12, 43, 145224191, time.UTC), time.Date(1677, 9, 21, 0, 12, 43, 145224192, time.UTC), // the zero Stamp
		time.Date(2262, 4, 11, 23, 47, 16, 854775808, time.UTC), time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(30000, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		_, err := pipeline.StampOf(at)
		var wrong *pipeline.StampError
		require.ErrorAs(t, err, &wrong, "%s", at)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := stamps().Draw(t, "a"), stamps().Draw(t, "b")
		require.Equal(t, a, pipeline.MustStamp(a.Time()))
		require.Equal(t, a.Time().Compare(b.Time()), a.Compare(b))
		require.Equal(t, a.Time().Sub(b.Time()), a.Sub(b))
		require.Equal(t, -1, none.Compare(a))
		text, err := a.MarshalText()
		require.NoError(t, err)
		var back pipeline.Stamp
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, a, back)
	})
	for _, text := range []string{"now", "2026-03-31", "0001-01-01T00:00:00Z", "2300-01-01T00:00:00Z"} {
		var wrong *pipeline.InputError
		require.ErrorAs(t, none.UnmarshalText([]byte(text)), &wrong, text)
	}
}

// Nothing happens outside the range of a Stamp.
func TestTimesOutOfRange(t *testing.T) {
	m := compiled(t, sales(1, pipeline.Stage{ID: "design"}))
	for _, at := range []time.Time{{}, time.Date(1500, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)} {
		var wrong *pipeline.TimeError
		_, _, err := m.Open(pipeline.Input{}, at)
		require.ErrorAs(t, err, &wrong)
		p := in(m, "new")
		after, _, err := m.Fire(p, "to_design", pipeline.Input{}, at)
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, p, after)
	}
}
