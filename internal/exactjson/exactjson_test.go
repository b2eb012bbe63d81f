package exactjson_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

type form struct {
	Kind  string             `json:"kind"`
	Named map[string]float64 `json:"named"`
	List  []*form            `json:"list"`
}

func TestDecode(t *testing.T) {
	for text, want := range map[string]string{
		`{"kind":"a","named":{"Age":1,"age":2},"list":[{"kind":"b"}]} `: "",
		`{"kind":"a"}{}`:                      "text after the value",
		`{"kind":"a"`:                         "unexpected EOF",
		`{"kind":"a","Kind":"b"}`:             `unknown field "Kind"`,
		"{\"\u212aind\":\"b\"}":               `unknown field "` + "\u212a" + `ind"`, // the sign of the kelvin folds to k
		`{"kind":"a","kind":"b"}`:             `field "kind" comes twice`,
		`{"kind":"a","\u006bind":"b"}`:        `field "kind" comes twice`,
		`{"list":[{"kind":"a","kind":"b"}]}`:  `field "kind" comes twice`,
		`{"list":[{"kind":"a","KIND":"b"}]}`:  `unknown field "KIND"`,
		`{"named":{"age":1,"age":2}}`:         `field "age" comes twice`,
		"{\"kind\":\"\xff\"}":                 "the text is not UTF-8",
		`{"kind":"a","else":1}`:               `json: unknown field "else"`,
		`{"list":[{"named":{"A":1,"A":0}}]}`:  `field "A" comes twice`,
		`{"list":[{"named":{"A":1}}],"n":[]}`: `json: unknown field "n"`,
	} {
		var into form
		err := exactjson.Decode([]byte(text), &into, "named")
		if want == "" {
			require.NoError(t, err, text)
		} else {
			require.EqualError(t, err, want, text)
		}
	}
}

// TestManyKeys: one of any number of keys that comes twice is found, wherever it stands.
func TestManyKeys(t *testing.T) {
	for _, n := range []int{1, 31, 32, 33, 34, 100} {
		for twice := range n + 1 {
			var text strings.Builder
			text.WriteString(`{"list":[{"named":{}},{"named":{"k0":1}}],"named":{`)
			for i := range n {
				fmt.Fprintf(&text, `"k%d":%d,`, i, i)
			}
			fmt.Fprintf(&text, `"k%d":0},"kind":"\\\"}{,"}`, twice)
			err := exactjson.Decode([]byte(text.String()), new(form), "named")
			if twice == n {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, fmt.Sprintf(`field "k%d" comes twice`, twice))
			}
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	text := []byte(`{"kind":"a","named":{"Age":1,"age":2},"list":[{"kind":"b"},{"kind":"c","named":{"x":1}}]}`)
	b.ReportAllocs()
	for b.Loop() {
		if err := exactjson.Decode(text, new(form), "named"); err != nil {
			b.Fatal(err)
		}
	}
}

// A format that is not known is told before anything else that a newer form may hold.
func TestDecodeFormat(t *testing.T) {
	t.Parallel()
	type versioned struct {
		Format int    `json:"format"`
		Name   string `json:"name"`
	}
	for text, want := range map[string]int{
		`{"format":1,"name":"a"}`: 1, `{"name":"a"}`: 0, `{"format":2,"name":"a","colour":"red"}`: 2,
	} {
		var got versioned
		format, err := exactjson.DecodeFormat([]byte(text), 1, &got)
		require.NoError(t, err, text)
		require.Equal(t, want, format, text)
		require.Equal(t, want == 1, got == versioned{1, "a"}, text)
	}
	for _, text := range []string{``, `[]`, `{"format":"1"}`, `{"format":1,"colour":"red"}`, `{"format":1} 2`} {
		_, err := exactjson.DecodeFormat([]byte(text), 1, new(versioned))
		require.Error(t, err, text)
	}
}
