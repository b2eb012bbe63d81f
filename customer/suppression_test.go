package customer_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func secret(version uint32) customer.SuppressionKey {
	return customer.SuppressionKey{Version: version, Secret: bytes.Repeat([]byte{byte(version)}, customer.MinSecretLength)}
}

func suppressions(t *testing.T, keys []customer.SuppressionKey, marks ...customer.SuppressionMark) *customer.Suppressions {
	t.Helper()
	s, err := customer.NewSuppressions(keys, marks, nil)
	require.NoError(t, err)
	return s
}

func erasable(t *testing.T) customer.Customer {
	t.Helper()
	c, err := customer.New(fullDraft())
	require.NoError(t, err)
	return c
}

func TestSuppressionsBlockWhatComesBack(t *testing.T) {
	c := erasable(t)
	s := suppressions(t, []customer.SuppressionKey{secret(1)})
	require.False(t, s.Blocks(c))
	marks, err := s.MarksOf(c, day("2024-01-01"))
	require.NoError(t, err)
	require.Len(t, marks, 6)
	s, err = s.With(marks...)
	require.NoError(t, err)
	require.True(t, s.Blocks(c))
	for _, p := range []customer.ContactPoint{
		{Channel: customer.ChannelPhone, Value: "＋８６-20-5550-0123"},
		{Channel: customer.ChannelMessaging, Value: "0086 20 5550 0123"},
		{Channel: customer.ChannelEmail, Value: " Mei@Example.com "},
		{Channel: "night-chat", Value: "MEI 3"},
	} {
		require.True(t, s.BlocksContact(p), "%v", p)
	}
	require.True(t, s.BlocksIdentifier(customer.Identifier{System: "erp", Type: "account", Value: "c-001"}))
	require.False(t, s.BlocksIdentifier(customer.Identifier{System: "crm", Type: "account", Value: "C001"}))
	require.False(t, s.BlocksContact(customer.ContactPoint{Channel: customer.ChannelPhone, Value: "+86 20 5550 0124"}))
	require.False(t, s.BlocksContact(customer.ContactPoint{Channel: customer.ChannelPhone, Value: "none"}))

	// Nothing of the customer can be read from what is kept.
	text, err := json.Marshal(s.Marks())
	require.NoError(t, err)
	for _, plain := range []string{"C001", "mei", "5550", "erp", "email"} {
		require.NotContains(t, string(text), plain)
	}
}

// The sum is HMAC-SHA-256 over the words of the value, each after its length in 8
// bytes, made here once more by hand.
func TestSuppressionSum(t *testing.T) {
	d := customer.Draft{ID: "C1", Kind: customer.Person, RecordedAt: day("2024-01-01"),
		Contacts: []customer.ContactPoint{{Channel: customer.ChannelEmail, Value: "Mei@example.com"}}}
	c, err := customer.New(d)
	require.NoError(t, err)
	s := suppressions(t, []customer.SuppressionKey{secret(7)})
	marks, err := s.MarksOf(c, day("2024-01-01"))
	require.NoError(t, err)
	h := hmac.New(sha256.New, secret(7).Secret)
	for _, word := range []string{"rapport suppression 1", "contact", "email", "mei@example.com"} {
		h.Write([]byte{0, 0, 0, 0, 0, 0, 0, byte(len(word))})
		h.Write([]byte(word))
	}
	require.Len(t, marks, 1)
	require.Equal(t, h.Sum(nil), marks[0].Sum[:])
}

func TestPlaceholdersAreNotMarked(t *testing.T) {
	for channel, values := range map[customer.Channel][]string{
		customer.ChannelEmail: {"none", "n/a"}, customer.ChannelPhone: {"0", "-", "+"}, customer.ChannelPost: {"-"},
	} {
		for _, v := range values {
			require.Empty(t, customer.NormalContact(channel, v), "%s %q", channel, v)
		}
	}
}

func TestSuppressionKeysRotate(t *testing.T) {
	c := erasable(t)
	old := suppressions(t, []customer.SuppressionKey{secret(1)})
	marks, err := old.MarksOf(c, day("2024-01-01"))
	require.NoError(t, err)
	both := suppressions(t, []customer.SuppressionKey{secret(2), secret(1)}, marks...)
	require.True(t, both.Blocks(c))
	renewed, err := both.MarksOf(c, day("2025-01-01"))
	require.NoError(t, err)
	require.EqualValues(t, 2, renewed[0].Key)
	require.True(t, suppressions(t, []customer.SuppressionKey{secret(2)}, renewed...).Blocks(c))
	_, err = customer.NewSuppressions([]customer.SuppressionKey{secret(2)}, marks, nil)
	refused, ok := errors.AsType[*customer.KeyError](err)
	require.True(t, ok)
	require.Equal(t, customer.KeyError{Version: 1, Reason: customer.Unknown}, *refused)
	again, err := both.With(marks...)
	require.NoError(t, err)
	require.Equal(t, both.Marks(), again.Marks(), "a mark that comes twice counts once")
}

func TestSuppressionRefusals(t *testing.T) {
	short := customer.SuppressionKey{Version: 3, Secret: []byte("short")}
	for _, tc := range []struct {
		keys []customer.SuppressionKey
		want customer.KeyError
	}{
		{nil, customer.KeyError{Reason: customer.Missing}},
		{[]customer.SuppressionKey{secret(0)}, customer.KeyError{Reason: customer.Missing}},
		{[]customer.SuppressionKey{short}, customer.KeyError{Version: 3, Reason: customer.OutOfRange}},
		{[]customer.SuppressionKey{secret(1), secret(1)}, customer.KeyError{Version: 1, Reason: customer.Duplicate}},
	} {
		_, err := customer.NewSuppressions(tc.keys, nil, nil)
		refused, ok := errors.AsType[*customer.KeyError](err)
		require.True(t, ok)
		require.Equal(t, tc.want, *refused)
	}
	_, err := customer.NewSuppressions([]customer.SuppressionKey{secret(1)}, []customer.SuppressionMark{{}}, nil)
	require.Equal(t, []string{"key: missing", "sum: missing", "recorded_at: missing"}, problemsOf(t, err))
	s := suppressions(t, []customer.SuppressionKey{secret(77)})
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s", short, short, short, short), fmt.Sprintf("%v %+v %#v", s, s, s)} {
		require.NotContains(t, text, "115", "no byte of a secret is printed")
		require.NotContains(t, text, "short")
		require.NotContains(t, text, "77 77")
		require.NotContains(t, text, "0x4d")
	}
}

func TestSuppressionMarkJSON(t *testing.T) {
	m := customer.SuppressionMark{Key: 1, RecordedAt: day("2024-01-01")}
	for i := range m.Sum {
		m.Sum[i] = byte(i)
	}
	const golden = `{"format":1,"key":1,"sum":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f","recorded_at":"2024-01-01T00:00:00Z"}`
	text, err := json.Marshal(m)
	require.NoError(t, err)
	require.Equal(t, golden, string(text))
	var back customer.SuppressionMark
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, m, back)
	require.Equal(t, rapport.ID("1-000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"), m.Filing().ID)
	for _, bad := range []string{
		strings.Replace(golden, "0a0b", "0A0B", 1), strings.Replace(golden, "00010203", "", 1),
		strings.Replace(golden, `"key":1`, `"key":0`, 1), strings.Replace(golden, `"key"`, `"Key"`, 1),
	} {
		require.Error(t, json.Unmarshal([]byte(bad), &back), bad)
		require.Equal(t, m, back)
	}
}

// An identifier that had a normal form is known again from its value alone, and the
// other way round: an import may come before anything is normalised.
func TestMarksKnowBothForms(t *testing.T) {
	s := suppressions(t, []customer.SuppressionKey{secret(1)})
	both := customer.Identifier{System: "gov", Type: "tax", Value: "0012-34", Normal: "CN1234"}
	plain, normal := both, both
	plain.Normal = ""
	normal.Value = "12 34 (CN)"
	c, err := customer.New(customer.Draft{ID: "00004", Kind: customer.Person, Identifiers: []customer.Identifier{both}, RecordedAt: day("2024-01-01")})
	require.NoError(t, err)
	marks, err := s.MarksOf(c, day("2024-02-01"))
	require.NoError(t, err)
	s, err = s.With(marks...)
	require.NoError(t, err)
	for _, id := range []customer.Identifier{both, plain, normal} {
		require.Truef(t, s.BlocksIdentifier(id), "%+v", id)
	}
	require.False(t, s.BlocksIdentifier(customer.Identifier{System: "gov", Type: "tax", Value: "0012-35"}))
}

func TestZeroSuppressions(t *testing.T) {
	zero := new(customer.Suppressions)
	_, err := zero.MarksOf(erasable(t), day("2024-01-01"))
	_, ok := errors.AsType[*customer.KeyError](err)
	require.Truef(t, ok, "%v", err)
	_, err = customer.PlanErasure(customer.SubjectData{Customer: erasable(t)}, day("2024-01-01"), nil, zero)
	_, ok = errors.AsType[*customer.KeyError](err)
	require.Truef(t, ok, "%v", err)
	require.False(t, zero.Blocks(erasable(t)))
}
