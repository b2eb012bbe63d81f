package pipeline_test

import (
	"encoding"
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// What rules, reservations, registrations and renewals are kept in reads back as it was.
func TestWordsReadBack(t *testing.T) {
	checkWords[pipeline.EventKind](t, pipeline.EventMove, pipeline.EventBreach)
	checkWords[pipeline.Repeat](t, pipeline.RepeatNever, pipeline.RepeatAlways)
	checkWords[pipeline.ActionKind](t, pipeline.ActionTask, pipeline.ActionFire)
	checkWords[pipeline.ReservationState](t, pipeline.ReservationHeld, pipeline.ReservationExpired)
	checkWords[pipeline.RegistrationStatus](t, pipeline.RegistrationPending, pipeline.RegistrationReleased)
	checkWords[pipeline.RenewalOutcome](t, pipeline.RenewalPending, pipeline.CancelledByUs)
}

func checkWords[T interface {
	~uint8
	fmt.Stringer
	encoding.TextMarshaler
}, P interface {
	*T
	encoding.TextUnmarshaler
}](t *testing.T, first, last T) {
	for k := first; k <= last; k++ {
		text, err := k.MarshalText()
		require.NoError(t, err)
		require.Equal(t, k.String(), string(text))
		var read T
		require.NoError(t, P(&read).UnmarshalText(text))
		require.Equal(t, k, read)
	}
	over := last + 1
	_, err := over.MarshalText()
	require.ErrorAs(t, err, new(*pipeline.InputError))
	require.ErrorAs(t, P(&over).UnmarshalText([]byte("nonsense")), new(*pipeline.InputError))
	require.Equal(t, last+1, over)
}

// Messages name what the reader needs to act.
func TestMessagesOfRefusals(t *testing.T) {
	for want, err := range map[string]error{
		`pipeline: rule "a" would fire "go" on "r": it is rule 9 in a row, at most 8 may act`: &pipeline.LoopError{Rule: "a", Record: "r", Trigger: "go", Depth: 9, Limit: 8},
		`pipeline: entry 7 of "r" came before entry 6`:                                        &pipeline.GapError{Record: "r", Have: 7, Want: 6},
		`pipeline: rule 2 ("a"): it has no actions`:                                           &pipeline.RuleError{Index: 2, Rule: "a", Reason: "it has no actions"},
		`pipeline: rules: entry 7 of "r" came before entry 6`:                                 &pipeline.FileError{Kind: "rules", Err: &pipeline.GapError{Record: "r", Have: 7, Want: 6}},
		`pipeline: resource "crane" is counted in "piece", not in "t"`:                        &pipeline.ResourceUnitError{Resource: "crane", Unit: "t", Want: "piece"},
		`pipeline: reservation "a" is expired and cannot be confirmed`:                        &pipeline.ReservationError{ID: "a", Have: pipeline.ReservationExpired, Intended: pipeline.ReservationConfirmed},
		`pipeline: partners stand above themselves: ["a" "b"]`:                                &pipeline.PartnerCycleError{Cycle: []rapport.ID{"a", "b"}},
		`pipeline: registration "a" is rejected, protected until 2026-03-02T09:00:00Z: at 2026-03-02T10:00:00Z it cannot be changed so`: &pipeline.RegistrationStateError{
			ID: "a", Status: pipeline.RegistrationRejected, Until: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), At: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC),
		},
		`pipeline: renewal of "p" due 2026-03-02: entry 7 of "r" came before entry 6`: &pipeline.RenewalError{Contract: "p", Due: pipeline.MustDate("2026-03-02"), Err: &pipeline.GapError{Record: "r", Have: 7, Want: 6}},
		`pipeline: "crane" is short by 1 piece in ../..: 3 are needed, 2 are free`: &pipeline.ShortageError{
			Resource: "crane", Unit: "piece", Need: decimal.NewFromInt(3), Free: decimal.NewFromInt(2), Short: decimal.NewFromInt(1),
		},
	} {
		require.EqualError(t, err, want)
	}
}
