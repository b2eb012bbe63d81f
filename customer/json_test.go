package customer_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
)

const (
	goldenTransaction = `{"format":2,"key":{"system":"erp","id":"4711-cost"},"kind":"cost","customer":"00004",` +
		`"at":"2019-05-06T00:00:00.000000007Z","recorded_at":"2026-01-01T00:00:00Z",` +
		`"amount":{"amount":"-4.123456789","currency":"CNY"},"product":"TEA-100","channel":"shop","branch":"南京路",` +
		`"order":"A-17","line":"1","of":{"system":"erp","id":"4711"}}`
	goldenInteraction = `{"format":2,"key":{"system":"pbx","id":"2024/77"},"customer":"00004","channel":"phone",` +
		`"direction":"inbound","at":"2024-02-03T00:00:00Z","recorded_at":"2024-02-04T00:00:00Z",` +
		`"duration_ns":180000000000,"topic":"delivery","outcome":"solved",` +
		`"cost":{"amount":"2.50","currency":"CNY"},"agent":"li.wei"}`
	goldenCustomer = `{"format":2,"id":"00004","version":3,"kind":"person","name":"李梅","other_names":[` +
		`{"usage":"legal","text":"Mei Li","family":"Li","given":"Mei"},` +
		`{"usage":"former","text":"Mei Wang","valid":"2001-05-06T00:00:00Z/.."}],"identifiers":[` +
		`{"system":"erp","type":"account","value":"C001"},{"system":"shop","type":"card","value":"C001"},` +
		`{"system":"erp","type":"tax","value":"C001"}],"contacts":[` +
		`{"channel":"email","value":"mei@example.com","usage":"home","verified":true},` +
		`{"channel":"phone","value":"+86 20 5550 0123","preferred":true,"valid":"2020-01-01T00:00:00Z/.."},` +
		`{"channel":"night-chat","value":"mei\u003c3\u003e"}],"roles":[` +
		`{"type":"consumer","valid":"2020-01-01T00:00:00Z/.."},` +
		`{"type":"internal","valid":"2022-01-01T00:00:00Z/.."}],"end_user":true,` +
		`"since":"2020-01-01T00:00:00Z","recorded_at":"2022-02-03T04:00:00.000000005Z"}`
)

// roundTrip writes value, reads it back, and checks that it is equal and is
// written as the same bytes again.
func roundTrip[T interface{ Equal(T) bool }](t require.TestingT, value T) string {
	text, err := json.Marshal(value)
	require.NoError(t, err)
	var back T
	require.NoErrorf(t, json.Unmarshal(text, &back), "%s", text)
	require.Truef(t, back.Equal(value), "read %+v, wrote %+v, from %s", back, value, text)
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	return string(text)
}

// A form is fixed once it was written.
func TestJSONStays(t *testing.T) {
	c, err := customer.Restore(fullDraft(), 3)
	require.NoError(t, err)
	require.Equal(t, goldenCustomer, roundTrip(t, c))
	profile, err := customer.Restore(profileDraft(), 12)
	require.NoError(t, err)
	require.Equal(t, golden(t, "customer_format2.json"), roundTrip(t, profile))
	require.Equal(t, goldenTransaction, roundTrip(t, mustTransaction(t, costDraft())))
	require.Equal(t, goldenInteraction, roundTrip(t, mustInteraction(t, callDraft())))
	free := callDraft()
	free.Cost = yuan("0")
	require.Contains(t, roundTrip(t, mustInteraction(t, free)), `"cost":{"amount":"0.00","currency":"CNY"}`)
}

// golden returns a file of testdata without the line break at its end.
func golden(t testing.TB, name string) string {
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return strings.TrimSuffix(string(text), "\n")
}

// What format 1 wrote is read, and is written as format 2.
func TestOldCustomerJSON(t *testing.T) {
	old := golden(t, "customer_format1.json")
	var c customer.Customer
	require.NoError(t, json.Unmarshal([]byte(old), &c))
	want, err := customer.Restore(fullDraft(), 3)
	require.NoError(t, err)
	require.True(t, c.Equal(want), "%+v", c)
	require.Equal(t, goldenCustomer, roundTrip(t, c))

	// A field of format 2 in JSON of format 1 was not written by us.
	before := c
	mixed := strings.Replace(old, `"end_user":true`, `"end_user":true,"visibility":"owner"`, 1)
	require.ErrorContains(t, json.Unmarshal([]byte(mixed), &c), `unknown field "visibility"`)
	mixed = strings.Replace(old, `"value":"C001"`, `"value":"C001","normal":"c1"`, 1)
	require.ErrorContains(t, json.Unmarshal([]byte(mixed), &c), `unknown field "normal"`)
	require.True(t, c.Equal(before))
	err = json.Unmarshal([]byte(`{"format":3,"id":"x","moods":[]}`), &c)
	require.EqualError(t, err, "customer: customer JSON has format 3, this version reads 1 to 2")
}

func TestJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		roundTrip(r, drawTransaction(r, "transaction"))
		roundTrip(r, drawInteraction(r))
		c, err := customer.New(drawDraft(r))
		if err != nil {
			_, ok := errors.AsType[*customer.ValidationError](err)
			require.Truef(r, ok, "%v", err)
			return
		}
		roundTrip(r, c)
	})
}

func TestZeroValuesAreNull(t *testing.T) {
	for _, zero := range []any{customer.Customer{}, customer.Transaction{}, customer.Interaction{}} {
		text, err := json.Marshal(zero)
		require.NoError(t, err)
		require.Equal(t, "null", string(text))
	}
	c, err := customer.New(fullDraft())
	require.NoError(t, err)
	before := c
	require.NoError(t, json.Unmarshal([]byte("null"), &c))
	require.True(t, c.Equal(before))
}

func TestUnmarshalRefusesASecondValue(t *testing.T) {
	var tx customer.Transaction
	require.ErrorContains(t, tx.UnmarshalJSON([]byte(goldenTransaction+"{}")), "after top-level value")
	require.True(t, tx.IsZero())
}

func TestJSONRefusals(t *testing.T) {
	edit := func(text, old, replacement string) string {
		require.Contains(t, text, old)
		return strings.Replace(text, old, replacement, 1)
	}
	t.Run("a newer format", func(t *testing.T) {
		var tx customer.Transaction
		err := json.Unmarshal([]byte(edit(goldenTransaction, `"format":2`, `"format":3,"mood":"good"`)), &tx)
		refused, ok := errors.AsType[*customer.FormatError](err)
		require.Truef(t, ok, "%v", err)
		require.Equal(t, customer.FormatError{Subject: "transaction", Format: 3}, *refused)
		require.EqualError(t, err, "customer: transaction JSON has format 3, this version reads 1 to 2")
	})
	t.Run("no format", func(t *testing.T) {
		var c customer.Customer
		_, ok := errors.AsType[*customer.FormatError](json.Unmarshal([]byte(`{}`), &c))
		require.True(t, ok)
	})
	t.Run("rules", func(t *testing.T) {
		var tx customer.Transaction
		err := json.Unmarshal([]byte(edit(edit(goldenTransaction, `"kind":"cost"`, `"kind":"sale"`), "4711-cost", "")), &tx)
		require.Equal(t, []string{"key.id: missing", "amount: wrong-sign", "of: not-allowed"}, problemsOf(t, err))
		require.True(t, tx.IsZero())
		var c customer.Customer
		err = json.Unmarshal([]byte(edit(goldenCustomer, `"version":3`, `"version":-1`)), &c)
		require.Equal(t, []string{"version: out-of-range"}, problemsOf(t, err))
		err = json.Unmarshal([]byte(edit(edit(goldenCustomer, `"version":3`, `"version":-1`), `"00004"`, `""`)), &c)
		require.Equal(t, []string{"id: missing", "version: out-of-range"}, problemsOf(t, err))
	})
	for name, tc := range map[string]struct{ text, message string }{
		"unknown field":  {edit(goldenTransaction, `"line"`, `"lime"`), `unknown field "lime"`},
		"unknown kind":   {edit(goldenTransaction, `"cost"`, `"gift"`), `"gift" is not a transaction kind`},
		"no amount":      {edit(goldenTransaction, `"-4.123456789"`, `""`), "plain decimal"},
		"number":         {edit(goldenTransaction, `"-4.123456789"`, `-4.1`), "cannot unmarshal number"},
		"endless amount": {edit(goldenTransaction, "4.123456789", strings.Repeat("9", 60)), "amount: out-of-range"},
		"no currency":    {edit(goldenTransaction, "CNY", "ABC"), `"ABC" is not an ISO 4217`},
		"a time":         {edit(goldenTransaction, "2026-01-01T", "2026-13-01T"), "month out of range"},
		"cut":            {goldenTransaction[:40], "unexpected end of JSON input"},
		"another type":   {`[]`, "cannot unmarshal array"},
		"twice":          {edit(goldenTransaction, `"line":"1"`, `"line":"1","line":"2"`), `field "line" comes twice`},
		"twice inside":   {edit(goldenTransaction, `"id":"4711"`, `"id":"4711","id":"4712"`), `field "id" comes twice`},
		"twice, escaped": {edit(goldenTransaction, `"line":"1"`, `"line":"1","\u006cine":"2"`), `field "line" comes twice`},
		"capitals":       {edit(goldenTransaction, `"line"`, `"Line"`), `unknown field "Line"`},
		"folded letters": {edit(goldenTransaction, `"kind"`, `"\u212aind"`), "unknown field \"\u212aind\""}, // a Kelvin sign
		"no UTF-8":       {edit(goldenTransaction, `"TEA-100"`, "\"TEA-\xff\""), "not UTF-8"},
		"a power":        {edit(goldenTransaction, "-4.123456789", "-1e5"), "plain decimal"},
	} {
		t.Run(name, func(t *testing.T) {
			var tx customer.Transaction
			err := json.Unmarshal([]byte(tc.text), &tx)
			require.ErrorContains(t, err, tc.message)
			require.True(t, tx.IsZero())
		})
	}
	var c customer.Customer
	err := json.Unmarshal([]byte(edit(goldenCustomer, `{"type":"internal"`, `{"type":"internal","type":"partner"`)), &c)
	require.ErrorContains(t, err, `field "type" comes twice`)
	err = json.Unmarshal([]byte(edit(goldenCustomer, `"2022-01-01T00:00:00Z/.."`, `"2022-01-01T00:00:00Z/2021-01-01T00:00:00Z"`)), &c)
	require.ErrorContains(t, err, "2022-01-01T00:00:00Z/2021-01-01T00:00:00Z")
}

// Whatever is read is written back as bytes that read to the same value.
func FuzzCustomerJSON(f *testing.F) {
	f.Add([]byte(goldenCustomer))
	f.Add([]byte(golden(f, "customer_format1.json")))
	f.Add([]byte(golden(f, "customer_format2.json")))
	f.Add([]byte(`{"format":2,"id":"x","kind":"household","recorded_at":"2024-01-01T08:00:00+08:00"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var c customer.Customer
		if json.Unmarshal(text, &c) == nil && !c.IsZero() {
			roundTrip(t, c)
		}
	})
}

func FuzzTransactionJSON(f *testing.F) {
	f.Add([]byte(goldenTransaction))
	f.Add([]byte(strings.Replace(goldenTransaction, "-4.123456789", "1000", 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		var tx customer.Transaction
		if json.Unmarshal(text, &tx) == nil && !tx.IsZero() {
			roundTrip(t, tx)
			if tx.Fingerprint() == (customer.Fingerprint{}) {
				t.Errorf("no fingerprint for %s", text)
			}
		}
	})
}

func FuzzInteractionJSON(f *testing.F) {
	f.Add([]byte(goldenInteraction))
	f.Add([]byte(strings.Replace(goldenInteraction, `"cost":{"amount":"2.50","currency":"CNY"},`, "", 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		var call customer.Interaction
		if json.Unmarshal(text, &call) == nil && !call.IsZero() {
			roundTrip(t, call)
		}
	})
}
