package routing_test

import (
	"encoding/json"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/pipeline/routing"
)

const policyText = `{"kind":"rapport/routing-policy","version":1,"prefer":["owner","near"],` +
	`"widen":[{"after":"30s","step":"lower_level","skill":"korean","by":1},{"after":"1m30s","step":"drop_preference","preference":"owner"}],` +
	`"hold":[{"preference":"owner","for":"10s"}]}`

const escalationText = `{"kind":"rapport/routing-escalation","version":1,"routes":[{"request":"","team":"desk"},` +
	`{"request":"complaint","team":"service","levels":[{"after":"1h0m0s","to":"supervisor"},{"after":"72h0m0s","to":"board","owned":true}]}]}`

const placementText = `{"kind":"rapport/routing-placement","version":1,"item":{"id":"i","skills":[{"name":"x","level":2}],"waiting_since":"2025-03-03T09:00:00Z"},` +
	`"state":"accepted","offers":[{"agent":"a","offered_at":"2025-03-03T09:00:00Z","deadline":"2025-03-03T09:01:00Z","result":"declined","ended_at":"2025-03-03T09:00:30Z","reason":"busy"},` +
	`{"agent":"b","offered_at":"2025-03-03T09:00:30Z","deadline":"2025-03-03T09:01:30Z","result":"accepted","ended_at":"2025-03-03T09:00:31Z"}],"ended_at":"2025-03-03T09:00:31Z"}`

// requireReads reads a text, writes the same, and refuses it with another version or field.
func requireReads(t *testing.T, text string, fresh func() json.Unmarshaler) {
	t.Helper()
	value := fresh()
	require.NoError(t, value.UnmarshalJSON([]byte(text)))
	again, err := json.Marshal(value)
	require.NoError(t, err)
	require.Equal(t, text, string(again))
	for _, bad := range []string{
		"", "null", "[]", text + "{}", text[:len(text)-1] + `,"more":1}`, text[:len(text)-1] + `,"version":1}`,
		`{"kind":"rapport/routing-other","version":1}`, text[:10] + "X" + text[11:], `{"Version":1` + text[1+len(`"kind"`):],
	} {
		require.ErrorIs(t, fresh().UnmarshalJSON([]byte(bad)), routing.ErrFormat, bad)
	}
}

func TestFormats(t *testing.T) {
	requireReads(t, policyText, func() json.Unmarshaler { return new(routing.Policy) })
	requireReads(t, escalationText, func() json.Unmarshaler { return new(routing.EscalationTable) })
	requireReads(t, placementText, func() json.Unmarshaler { return new(routing.Placement) })
}

func TestFormatsRefuseNonsense(t *testing.T) {
	var wrong *routing.InputError
	require.ErrorAs(t, new(routing.Policy).UnmarshalJSON([]byte(`{"kind":"rapport/routing-policy","version":1,"prefer":["tall"]}`)), &wrong)
	require.ErrorAs(t, new(routing.EscalationTable).UnmarshalJSON([]byte(`{"kind":"rapport/routing-escalation","version":1,"routes":[{"request":"a","team":""}]}`)), &wrong)
	_, err := json.Marshal(routing.Policy{Hold: []routing.Hold{{}}})
	require.ErrorAs(t, err, &wrong)

	at := morning()
	fine := routing.Offer{Agent: "a", OfferedAt: at, Deadline: at.Add(time.Minute)}
	change := func(f func(o *routing.Offer)) []routing.Offer {
		o := fine
		f(&o)
		return []routing.Offer{o}
	}
	item := routing.Item{ID: "i"}
	for name, p := range map[string]routing.Placement{
		"item":              {},
		"state":             {Item: item, State: "lost"},
		"offered nothing":   {Item: item, State: routing.PlacementOffered},
		"open with offer":   {Item: item, Offers: []routing.Offer{fine}},
		"agent":             {Item: item, State: routing.PlacementOffered, Offers: change(func(o *routing.Offer) { o.Agent = "" })},
		"deadline":          {Item: item, State: routing.PlacementOffered, Offers: change(func(o *routing.Offer) { o.Deadline = at })},
		"end of open offer": {Item: item, State: routing.PlacementOffered, Offers: change(func(o *routing.Offer) { o.EndedAt = at })},
		"result":            {Item: item, Offers: change(func(o *routing.Offer) { o.Result, o.EndedAt = "maybe", at })},
		"end before begin":  {Item: item, Offers: change(func(o *routing.Offer) { o.Result = routing.OfferDeclined })},
		"two open":          {Item: item, State: routing.PlacementOffered, Offers: []routing.Offer{fine, fine}},
		"cause":             {Item: item, Cause: routing.OverflowNobody},
		"no cause":          {Item: item, State: routing.PlacementOverflow, EndedAt: at},
		"no end":            {Item: item, State: routing.PlacementOverflow, Cause: routing.OverflowNobody},
		"end":               {Item: item, EndedAt: at},
		"accepted nothing":  {Item: item, State: routing.PlacementAccepted, EndedAt: at},
		"ended too soon": {Item: item, State: routing.PlacementAccepted, EndedAt: at.Add(-1),
			Offers: change(func(o *routing.Offer) { o.Result, o.EndedAt = routing.OfferAccepted, at })},
		"out of order": {Item: item, Offers: []routing.Offer{
			{Agent: "a", OfferedAt: at, Deadline: at.Add(1), Result: routing.OfferExpired, EndedAt: at.Add(1)},
			{Agent: "b", OfferedAt: at, Deadline: at.Add(1), Result: routing.OfferExpired, EndedAt: at.Add(1)}}},
	} {
		require.Error(t, p.Validate(), name)
		_, err := json.Marshal(p)
		require.Error(t, err, name)
	}
}

// What the functions make can be stored and read back, and the next step is the same.
func TestPlacementsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agents, items, policy := drawDesk(t)
		text, err := json.Marshal(policy)
		require.NoError(t, err)
		var stored routing.Policy
		require.NoError(t, json.Unmarshal(text, &stored))
		require.Empty(t, gocmp.Diff(policy, stored, cmpopts.EquateEmpty()))
		desk := mustDesk(t, agents, &stored)
		rules := routing.OfferRules{Answer: time.Minute, Rounds: 2}
		for _, item := range items {
			p, now := routing.Placement{Item: item}, morning()
			for range 5 {
				text, err := json.Marshal(p)
				require.NoError(t, err)
				var again routing.Placement
				require.NoError(t, json.Unmarshal(text, &again))
				require.Empty(t, gocmp.Diff(p, again, cmpopts.EquateEmpty()))
				now = now.Add(30 * time.Second)
				if again.State == routing.PlacementOpen {
					p, _, err = rules.Offer(again, desk, now)
				} else if again.State == routing.PlacementOffered {
					last := again.Offers[len(again.Offers)-1].Agent
					p, err = rapid.SampledFrom([]func() (routing.Placement, error){
						func() (routing.Placement, error) { return again.Accept(last, now) },
						func() (routing.Placement, error) { return again.Decline(last, "no", now) },
						func() (routing.Placement, error) { return again.Expire(now.Add(time.Hour)) },
					}).Draw(t, "step")()
					now = latest(now, p.EndedAt)
					for _, offer := range p.Offers {
						now = latest(now, offer.EndedAt)
					}
				}
				require.NoError(t, err)
			}
		}
	})
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// The bytes of a stranger never do more than fail.
func FuzzFormats(f *testing.F) {
	for _, text := range []string{policyText, escalationText, placementText} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, fresh := range []func() json.Unmarshaler{
			func() json.Unmarshaler { return new(routing.Policy) },
			func() json.Unmarshaler { return new(routing.EscalationTable) },
			func() json.Unmarshaler { return new(routing.Placement) },
		} {
			value := fresh()
			if value.UnmarshalJSON(text) != nil {
				continue
			}
			once, err := json.Marshal(value)
			require.NoError(t, err)
			again := fresh()
			require.NoError(t, again.UnmarshalJSON(once))
			twice, err := json.Marshal(again)
			require.NoError(t, err)
			require.Equal(t, string(once), string(twice))
		}
	})
}
