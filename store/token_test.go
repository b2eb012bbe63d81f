package store_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func TestTokenRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tenant := rapport.ID(rapid.String().Draw(t, "tenant"))
		listing := rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "listing")
		key := rapid.SliceOfN(rapid.String(), 0, 5).Draw(t, "key")
		token := store.NewToken(tenant, listing, key...)
		require.Regexp(t, "^[A-Za-z0-9_-]+$", string(token))
		got, err := token.Key(tenant, listing, len(key))
		require.NoError(t, err)
		require.Equal(t, len(key), len(got))
		for i := range key {
			require.Equal(t, key[i], got[i])
		}
	})
}

// TestTokenForm holds the bytes of version 1: tokens that hosts have handed out
// must stay readable.
func TestTokenForm(t *testing.T) {
	p := store.Position{Customer: "C1", At: -5, Key: customer.ExternalKey{System: "till", ID: "R/7"}}
	listing := store.TransactionQuery{Customer: "C1"}.Listing()
	const want = "AQRhY21lBAx0cmFuc2FjdGlvbnMCQzEULTkyMjMzNzIwMzY4NTQ3NzU4MDgTOTIyMzM3MjAzNjg1NDc3NTgwNwQCQzECLTUEdGlsbANSLzePeBck"
	require.Equal(t, store.Token(want), p.Token("acme", listing))
	got, err := store.Token(want).Position("acme", listing)
	require.NoError(t, err)
	require.Equal(t, p, got)
}

func TestTokenPartsDoNotRunTogether(t *testing.T) {
	seen := map[store.Token]bool{}
	for _, c := range []struct {
		tenant       rapport.ID
		listing, key []string
	}{
		{"a", []string{"b"}, []string{"c"}}, {"ab", []string{""}, []string{"c"}}, {"a", []string{"bc"}, []string{""}},
		{"a", []string{"b", "c"}, nil}, {"a", nil, []string{"b", "c"}}, {"a", []string{"b", "c"}, []string{""}}, {"abc", nil, nil},
	} {
		token := store.NewToken(c.tenant, c.listing, c.key...)
		require.False(t, seen[token], "%v", c)
		seen[token] = true
	}
}

func TestTokenRefused(t *testing.T) {
	listing := []string{"customers", "person"}
	token := store.NewToken("acme", listing, "C1", "x")
	for name, c := range map[string]struct {
		token   store.Token
		tenant  rapport.ID
		listing []string
		parts   int
	}{
		"empty":             {"", "acme", listing, 2},
		"other tenant":      {token, "globe", listing, 2},
		"other listing":     {token, "acme", []string{"customers", "household"}, 2},
		"shorter listing":   {token, "acme", []string{"customers"}, 2},
		"longer listing":    {token, "acme", []string{"customers", "person", ""}, 2},
		"fewer parts":       {token, "acme", listing, 1},
		"more parts":        {token, "acme", listing, 3},
		"line break":        {token + "\n", "acme", listing, 2},
		"padding":           {token + "=", "acme", listing, 2},
		"cut":               {token[:len(token)-4], "acme", listing, 2},
		"not base64":        {"***", "acme", listing, 2},
		"too short":         {"AQ", "acme", listing, 2},
		"huge length":       {"Af_____________AQ", "acme", listing, 2},
		"a later version":   {"Ag" + token[2:], "acme", listing, 2},
		"one bit different": {token[:8] + "Z" + token[9:], "acme", listing, 2},
	} {
		_, err := c.token.Key(c.tenant, c.listing, c.parts)
		require.ErrorIs(t, err, store.ErrPageToken, name)
	}
	_, err := store.NewToken("acme", listing, "C1", "noon", "till", "1").Position("acme", listing)
	require.ErrorIs(t, err, store.ErrPageToken, "a time that is no number")
}

// FuzzToken gives the decoder any content under a right checksum.
func FuzzToken(f *testing.F) {
	listing := []string{"transactions", "C1"}
	f.Add([]byte("\x01\x04acme\x02\x0ctransactions\x02C1\x04\x02C1\x015\x04till\x017"))
	f.Add([]byte("\x01\x04acme\x02\x0ctransactions\x02C1\x04\x02C1\x02+5\x00\x00"))
	f.Add([]byte("\x01\x04acme\x02"))
	f.Add([]byte("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		raw := binary.BigEndian.AppendUint32(bytes.Clone(body), crc32.ChecksumIEEE(body))
		token := store.Token(base64.RawURLEncoding.EncodeToString(raw))
		p, err := token.Position("acme", listing)
		if err != nil {
			require.ErrorIs(t, err, store.ErrPageToken)
			return
		}
		// What is read is what was written, up to the spelling of the number.
		again, err := p.Token("acme", listing).Position("acme", listing)
		require.NoError(t, err)
		require.Equal(t, p, again)
	})
}
