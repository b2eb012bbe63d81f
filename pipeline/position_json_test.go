package pipeline_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/exactjson"
	"github.com/rapport-crm/rapport/pipeline"
)

// stamps draws over the whole range, its ends included.
func stamps() *rapid.Generator[pipeline.Stamp] {
	return rapid.Custom(func(t *rapid.T) pipeline.Stamp {
		return pipeline.MustStamp(time.Unix(0, rapid.Int64Min(math.MinInt64+1).Draw(t, "nanoseconds")))
	})
}

func instants() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		// the years 1 to 9999, which RFC 3339 can write
		seconds := rapid.Int64Range(-62_135_596_799, 253_402_300_799).Draw(t, "seconds")
		return time.Unix(seconds, rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")).UTC()
	})
}

// What a machine moves and what it reads are the same after a way through JSON.
func TestPositionAndWorkJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := rapid.Custom(func(t *rapid.T) pipeline.Clock {
			return pipeline.Clock{
				Since: stamps().Draw(t, "since"), Paused: time.Duration(rapid.Int64Min(0).Draw(t, "paused")),
				Worktime: time.Duration(rapid.Int64Min(0).Draw(t, "worktime")),
			}
		})
		word := rapid.StringMatching(`[a-z0-9_.-]{0,8}`)
		position := pipeline.Position{
			Definition: pipeline.Ref{ID: word.Draw(t, "id"), Version: rapid.Int().Draw(t, "version")},
			Stage:      pipeline.StageID(word.Draw(t, "stage")), Version: rapid.Int64().Draw(t, "version"), Cycle: rapid.Int().Draw(t, "cycle"),
			Entered: clock.Draw(t, "entered"), Opened: clock.Draw(t, "opened"), ChangedAt: stamps().Draw(t, "changed"),
			Held: pipeline.StageID(word.Draw(t, "held")),
		}
		if rapid.Bool().Draw(t, "paused") {
			position.PausedAt = stamps().Draw(t, "paused at")
		}
		sameJSON(t, position)
		text := rapid.String()
		sameJSON(t, pipeline.Work{
			Done:      []pipeline.Done{{Checklist: word.Draw(t, "checklist"), Item: word.Draw(t, "item"), By: text.Draw(t, "by"), At: instants().Draw(t, "at")}},
			Approvals: []pipeline.Vote{{Name: word.Draw(t, "name"), By: text.Draw(t, "by"), At: instants().Draw(t, "at"), No: rapid.Bool().Draw(t, "no")}},
			Problems: []pipeline.Problem{{
				ID: rapport.ID(word.Draw(t, "problem")), Severity: pipeline.Severity(rapid.IntRange(0, 3).Draw(t, "severity")), Text: text.Draw(t, "text"),
				OpenedAt: instants().Draw(t, "opened"), SolvedAt: instants().Draw(t, "solved"),
			}},
			Parts: []pipeline.PartState{{Name: word.Draw(t, "part"), Position: position, Outcome: pipeline.Kind(rapid.IntRange(0, 3).Draw(t, "outcome"))}},
		})
	})
}

func sameJSON[T any](t *rapid.T, v T) {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	var read T
	require.NoError(t, exactjson.Decode(text, &read))
	require.Equal(t, v, read)
	again, err := json.Marshal(read)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
}
