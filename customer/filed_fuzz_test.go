package customer_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

// again reads a text as a T; what is read without an error is written to the same
// bytes from then on, and is valid if it can be filed.
func again[T any](t *testing.T, text []byte) {
	var value T
	if string(bytes.TrimSpace(text)) == "null" || json.Unmarshal(text, &value) != nil {
		return
	}
	written, err := json.Marshal(value)
	require.NoError(t, err)
	if filed, ok := any(value).(customer.Filed); ok {
		require.NoError(t, filed.Validate())
	}
	var back T
	require.NoError(t, json.Unmarshal(written, &back))
	rewritten, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(written), string(rewritten))
}

// Every form that package customer reads, but those with a target of their own.
func FuzzFiledJSON(f *testing.F) {
	readers := []func(*testing.T, []byte){
		again[customer.Relation], again[customer.Need], again[customer.Commitment], again[customer.Membership],
		again[customer.PointsEntry], again[customer.LifecycleChange], again[customer.WinBack], again[customer.ProspectRecord],
		again[customer.Case], again[customer.Campaign], again[customer.CampaignMember], again[customer.SelfServiceChange],
		again[customer.SuppressionMark], again[customer.ConsentProfile], again[customer.SubjectExport], again[customer.Layered[int]],
	}
	for i, text := range []string{
		`{"format":1,"id":"r1","from":"a","to":"b","kind":"owns","share":0.5,"recorded_at":"2024-01-01T00:00:00Z"}`,
		`{"format":1,"id":"n1","customer":"a","product":"TEA","quantity":"2.5","status":"open","at":"2024-01-01T00:00:00Z","recorded_at":"2024-01-01T00:00:00Z"}`,
		`{"format":1,"id":"c1","customer":"a","promise":"x","due":"2024-01-01T00:00:00Z","owner":"li","at":"2024-01-01T00:00:00Z","recorded_at":"2024-01-01T00:00:00Z"}`,
		`{"format":1,"id":"m1","customer":"a","programme":"p","number":"7","changes":[{"at":"2024-01-01T00:00:00Z","recorded_at":"2024-01-01T00:00:00Z","status":"active"}],"recorded_at":"2024-01-01T00:00:00Z"}`,
		`{"format":1,"id":"e1","customer":"a","membership":"m1","sequence":1,"kind":"earn","points":9223372036854775807,"at":"2024-01-01T00:00:00Z","recorded_at":"2024-01-01T00:00:00Z"}`,
		`{"format":1,"id":"l1","customer":"a","sequence":1,"to":"prospect","reason":"found","at":"2024-01-01T00:00:00Z","recorded_at":"2024-01-01T00:00:00Z"}`,
		`{"format":1,"id":"w1","customer":"a","chance":1e-300,"recorded_at":"2024-01-01T00:00:00Z"}`,
		`{"format":1,"id":"p1","source":"s","basis":"consent","keep_until":"2024-01-01T00:00:00Z"}`,
		`{"format":1,"id":"c1","customer":"a","type":"complaint","category":"late","rounds":[{"opened":"2024-01-01T00:00:00Z"}],"recorded_at":"2024-01-01T00:00:00Z"}`,
		`{"format":1,"id":"a1"}`, `null`, `{"format":2}`, `{"format":1,"key":1}`, `{"format":1,"jurisdiction":"x"}`, `{"format":1,"parts":[]}`, `{"format":1}`,
	} {
		f.Add(uint8(i), []byte(text))
	}
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		readers[int(which)%len(readers)](t, text)
	})
}
