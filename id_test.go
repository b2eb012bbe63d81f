package rapport_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
)

func TestParseID(t *testing.T) {
	for _, test := range []struct{ text, reason string }{
		{"00004", ""},
		{" 4 ", ""},
		{"客户-7", ""},
		{"a/b?c=\"d\"<e>", ""},
		{strings.Repeat("x", rapport.MaxIDLength), ""},
		{"", "empty"},
		{strings.Repeat("x", rapport.MaxIDLength+1), "too long"},
		{strings.Repeat("客", 43), "too long"}, // 129 bytes
		{"a\xffb", "not UTF-8"},
		{"a\x00b", "control character"},
		{"a\nb", "control character"},
		{"a\u0085b", "control character"},
		{"\x7f", "control character"},
	} {
		id, err := rapport.ParseID(test.text)
		if test.reason == "" {
			require.NoError(t, err, "input %q", test.text)
			require.Equal(t, rapport.ID(test.text), id)
			require.Equal(t, id, rapport.MustID(test.text))
			continue
		}
		var refused *rapport.IDError
		require.ErrorAs(t, err, &refused, "input %q", test.text)
		require.Equal(t, test.reason, refused.Reason, "input %q", test.text)
		require.Equal(t, test.text, refused.Text)
		require.Empty(t, id)
		require.Panics(t, func() { rapport.MustID(test.text) })
	}
}

func TestIDText(t *testing.T) {
	var none rapport.ID
	text, err := json.Marshal(none)
	require.NoError(t, err)
	require.Equal(t, `""`, string(text))
	id := rapport.ID("kept")
	require.Error(t, json.Unmarshal([]byte(`"a\u0000b"`), &id))
	require.Equal(t, rapport.ID("kept"), id, "an error changes nothing")
	require.NoError(t, json.Unmarshal(text, &id))
	require.Equal(t, none, id)
	_, err = json.Marshal(rapport.ID("a\nb"))
	require.ErrorContains(t, err, "control character")
}

func TestIDRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(1, 30, rapport.MaxIDLength).Draw(t, "text")
		id, err := rapport.ParseID(text)
		if err != nil {
			t.Skip("not an id")
		}
		written, err := json.Marshal(id)
		require.NoError(t, err)
		var back rapport.ID
		require.NoError(t, json.Unmarshal(written, &back))
		require.Equal(t, id, back)
	})
}

func FuzzParseID(f *testing.F) {
	for _, seed := range []string{"00004", "", "客户", "a\x00", "\xff", strings.Repeat("x", 129), "\u2028", "é"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := rapport.ParseID(text)
		acceptable := text != "" && len(text) <= rapport.MaxIDLength && utf8.ValidString(text) &&
			!strings.ContainsFunc(text, unicode.IsControl)
		require.Equal(t, acceptable, err == nil, "input %q", text)
		if err != nil {
			return
		}
		require.Equal(t, text, string(id))
		written, err := id.MarshalText()
		require.NoError(t, err)
		var back rapport.ID
		require.NoError(t, back.UnmarshalText(written))
		require.Equal(t, id, back)
	})
}
