package rule_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment/rule"
)

// Without consent a rule is not evaluated, also where it reads the sensitive attribute
// by way of a segment, or where what is not sensitive would decide.
func TestPersonalise(t *testing.T) {
	set, err := rule.Compile(modelSchema(), rule.Rules{
		{Name: "frail", When: rule.Text("health").Is("frail")},
		{Name: "home visit", When: rule.And(rule.Number("score").Above(0), rule.In("frail"))},
		{Name: "call back", When: rule.Number("score").Above(0)},
	})
	require.NoError(t, err)
	m, err := set.At(start())
	require.NoError(t, err)
	f, err := set.NewFacts("a")
	require.NoError(t, err)
	require.NoError(t, f.Set("score", rule.NumberOf(0)))
	require.NoError(t, f.Set("health", rule.TextOf("frail")))
	options, err := m.Personalise(f, "home visit", "call back")
	require.NoError(t, err)
	require.Equal(t, rule.Option{Service: "home visit", Withheld: []rule.Withheld{{Attribute: "health", Purpose: "care", Reason: rule.NotAsked}}}, options[0])
	require.Equal(t, "call back", options[1].Service)
	require.True(t, options[1].Evaluated)
	require.False(t, options[1].Offer)
	require.Equal(t, rule.False, options[1].Truth)

	consult := func(allowed bool) rule.Consult {
		return func(rapport.ID, customer.Purpose, customer.Channel, time.Time) rule.Permission {
			return rule.Permission{Allowed: allowed, Reason: "stated", Until: start().Add(time.Hour)}
		}
	}
	require.NoError(t, f.Set("score", rule.NumberOf(1)))
	require.NoError(t, f.Consult(consult(false), start()))
	options, err = m.Personalise(f)
	require.NoError(t, err)
	require.Len(t, options, 3)
	require.Equal(t, "stated", options[1].Withheld[0].Reason)
	require.NoError(t, f.Consult(consult(true), start()))
	options, err = m.Personalise(f)
	require.NoError(t, err)
	for _, o := range options {
		require.True(t, o.Offer)
		require.NotEmpty(t, o.Reasons)
	}
	// An answer counts no longer than it says.
	m, err = set.At(start().Add(time.Hour))
	require.NoError(t, err)
	options, err = m.Personalise(f, "home visit")
	require.NoError(t, err)
	require.False(t, options[0].Evaluated)
	_, err = m.Personalise(f, "massage")
	require.ErrorIs(t, err, rule.ErrUnknownSegment)

	e, err := rule.NewEngine(set, start(), &rule.EngineOptions{Consult: consult(true)})
	require.NoError(t, err)
	_, err = e.Put(f)
	require.NoError(t, err)
	options, err = e.Personalise("a", "home visit")
	require.NoError(t, err)
	require.True(t, options[0].Offer)
	_, err = e.Pin(rule.Pin{Customer: "a", Segment: "frail", By: "ann", Why: "recovered"})
	require.NoError(t, err)
	options, err = e.Personalise("a", "home visit")
	require.NoError(t, err)
	require.False(t, options[0].Offer)
	// Who is pinned to the service gets it, and who is pinned out does not.
	for _, in := range []bool{true, false} {
		for segment, holds := range map[string]bool{"home visit": false, "call back": true} {
			_, err = e.Pin(rule.Pin{Customer: "a", Segment: segment, In: in, By: "ann", Why: "asked for it"})
			require.NoError(t, err)
			options, err = e.Personalise("a", segment)
			require.NoError(t, err)
			require.Equal(t, in, options[0].Offer, segment)
			require.Equal(t, "asked for it", options[0].Pin.Why)
			require.Equal(t, holds, options[0].Truth == rule.True)
		}
	}
	_, err = e.Personalise("z")
	require.ErrorIs(t, err, rule.ErrUnknownCustomer)
}
