package identity_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

func TestMergeEventJSON(t *testing.T) {
	r := people(t, nil, 3)
	event := must(t)(r.Merge(act("m1", 5), "b", "a"))
	require.Equal(t, `{"format":1,"sequence":1,"id":"m1","actor":"wu","reason":"same telephone","at":"2024-01-06T00:00:00Z","recorded_at":"2024-01-06T00:00:00Z",`+
		`"type":"merged","members":[{"id":"a","since":"2024-01-01T00:00:00Z"},{"id":"b","since":"2024-01-02T00:00:00Z"}],"survivor":"a","moves":[{"id":"b","from":"b","to":"a"}]}`,
		asJSON(t, event))
	for text, want := range map[string]string{
		`{"format":9}`:               "customer: merge event JSON has format 9",
		`{"format":1,"kind":"x"}`:    `unknown field "kind"`,
		`{"format":1}`:               "sequence: missing; id: missing; actor: missing; at: missing; recorded_at: missing; type: missing",
		`{"format":1,"type":"x"}`:    "type: unknown",
		`{"format":1,"sequence":-1}`: "sequence: out-of-range;",
		`{"format":1,"id":"a`:        "unexpected end",
		`{"format":1,"id":1}`:        "cannot unmarshal",
		`{"format":1,"ID":"a"}`:      `unknown field "ID"`,
		`{"format":1,"id":"a"} {}`:   "after top-level value",
		`{"format":1,"type":"never-merge","survivor":"a","undoes":"b","moves":[{"id":"a"}]}`: "members: missing; survivor: not-allowed; moves: not-allowed; undoes: not-allowed; moves[0].from: missing; moves[0].to: missing",
		`{"format":1,"type":"unmerged","members":[{"id":"a"}]}`:                              "undoes: missing; members: not-allowed; survivor: missing",
		`{"format":1,"type":"merged","members":[{"id":"b"},{"id":"a"},{"id":"a"}]}`:          "members[1].id: out-of-range; members[2].since: missing; members[2].id: duplicate",
		`{"format":1,"type":"merged","assigned":[{"kind":"x","id":"1"}]}`:                    "assigned: not-allowed; assigned[0].from: missing; assigned[0].to: missing",
	} {
		read := event
		err := read.UnmarshalJSON([]byte(text))
		require.ErrorContains(t, err, want, text)
		require.Equal(t, event, read)
	}
	event.Members = make([]identity.Member, customer.MaxEntries+1)
	require.ErrorContains(t, event.Validate(), "members: too-many")
	event = identity.MergeEvent{Act: identity.Act{ID: rapport.ID(strings.Repeat("x", 200)), Actor: " ", Reason: "\xff", At: time.Unix(math.MaxInt32, 0)}}
	require.ErrorContains(t, event.Validate(), "x…\" is not valid: sequence: missing; id: too-long; actor: blank; reason: not-utf8; recorded_at: missing")
}

// What is read is valid, is written as it was read, and reads the same again.
func FuzzMergeEventJSON(f *testing.F) {
	f.Add([]byte(`{"format":1,"sequence":1,"id":"m1","actor":"wu","at":"2024-01-06T00:00:00+08:00","recorded_at":"2024-01-06T00:00:00Z","type":"merged","members":[{"id":"a","since":"2024-01-01T00:00:00Z"},{"id":"b","since":"2024-01-02T00:00:00Z"}],"survivor":"a","moves":[{"id":"b","from":"b","to":"a"}]}`))
	f.Add([]byte(`{"format":1,"sequence":1,"id":"u1","actor":"wu","at":"2024-01-06T00:00:00Z","recorded_at":"2024-01-06T00:00:00Z","type":"unmerged","undoes":"m1","survivor":"a","moves":[],"assigned":[{"kind":"need","id":"1","from":"a","to":"b"}]}`))
	f.Add([]byte(`{"format":1,"sequence":1,"id":"n1","actor":"wu","reason":"\u2028","at":"1678-01-01T00:00:00Z","recorded_at":"2261-12-31T23:59:59.999999999Z","type":"never-merge","members":[{"id":"a","since":"2024-01-01T00:00:00Z"},{"id":"李","since":"2024-01-02T00:00:00Z"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var e identity.MergeEvent
		if e.UnmarshalJSON(text) != nil {
			require.Equal(t, identity.MergeEvent{}, e)
			return
		}
		require.NoError(t, e.Validate())
		written := asJSON(t, e)
		var again identity.MergeEvent
		require.NoError(t, again.UnmarshalJSON([]byte(written)))
		require.Equal(t, e, again)
		require.Equal(t, written, asJSON(t, again))
	})
}
