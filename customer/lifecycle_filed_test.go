package customer_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

// requireRoundTrip checks that a record is written as want ("": any), is read back
// equal and written alike, that its filing does not depend on the zone of its times,
// and that reading is strict.
func requireRoundTrip[T customer.Filed](t *testing.T, record T, want string) {
	t.Helper()
	require.NoError(t, record.Validate())
	text, err := json.Marshal(record)
	require.NoError(t, err)
	if want != "" {
		require.Equal(t, want, string(text))
	}
	var back T
	require.NoErrorf(t, json.Unmarshal(text, &back), "%s", text)
	decimals := cmp.Comparer(func(a, b decimal.Decimal) bool { return a.Equal(b) })
	require.Empty(t, cmp.Diff(record, back, decimals))
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	require.Equal(t, record.Filing(), back.Filing())

	// The same instants in another zone are written alike.
	east := strings.ReplaceAll(string(text), "T00:00:00Z", "T08:00:00+08:00")
	var eastern T
	require.NoError(t, json.Unmarshal([]byte(east), &eastern))
	again, err = json.Marshal(eastern)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	require.Equal(t, time.UTC, eastern.Filing().At.Location())

	for _, bad := range []string{
		strings.Replace(string(text), `"format":1`, `"format":99`, 1),
		strings.Replace(string(text), `"id":`, `"ID":`, 1),
		strings.Replace(string(text), `"format":1`, `"format":1,"surprise":2`, 1),
		string(text) + "x",
		strings.Replace(string(text), `"id":"`, "\"id\":\"\xff", 1),
	} {
		kept := back
		require.Errorf(t, json.Unmarshal([]byte(bad), &kept), "%s", bad)
		require.Empty(t, cmp.Diff(back, kept, decimals))
	}
	kept := back
	require.NoError(t, json.Unmarshal([]byte("null"), &kept))
	require.Empty(t, cmp.Diff(back, kept, decimals))
}

// requireProblems checks the fields and reasons of a ValidationError.
func requireProblems(t *testing.T, err error, want ...string) {
	t.Helper()
	invalid, ok := err.(*customer.ValidationError)
	require.Truef(t, ok, "%v", err)
	var got []string
	for _, p := range invalid.Problems {
		got = append(got, p.Field+" "+string(p.Reason))
	}
	require.Equal(t, want, got)
}
