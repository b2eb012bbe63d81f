package assess_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/assess"
)

func indented(t *testing.T, v any) string {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, json.Indent(&b, text, "", "  "))
	return b.String() + "\n"
}

// TestGolden: the reports of the three customers, byte for byte. The sample in docs is
// made of them.
func TestGolden(t *testing.T) {
	a := assessor(t, world(t), nil)
	var sample strings.Builder
	sample.WriteString("<!-- Written by the tests of scoring/assess; run them with -update to write it anew. -->\n")
	for _, id := range []rapport.ID{"dealer-1", "dealer-2"} {
		r, err := a.Customer(t.Context(), id, end())
		require.NoError(t, err)
		golden(t, "testdata/"+string(id)+".json", indented(t, r))
		golden(t, "testdata/"+string(id)+".md", r.Markdown(nil))
		sample.WriteString("\n" + r.Markdown(nil))
	}
	b, err := a.Base(t.Context(), end())
	require.NoError(t, err)
	golden(t, "testdata/base.json", indented(t, b))
	golden(t, "testdata/base.md", b.Markdown(nil))
	golden(t, "../../docs/sample-assessment.md", sample.String()+"\n"+b.Markdown(nil))
}

// TestReportsReadBack to the same bytes, and nothing else is read.
func TestReportsReadBack(t *testing.T) {
	a := assessor(t, world(t), nil)
	r, err := a.Customer(t.Context(), "dealer-1", end())
	require.NoError(t, err)
	b, err := a.Base(t.Context(), end())
	require.NoError(t, err)
	for name, c := range map[string]struct{ value, fresh any }{
		"customer": {r, new(assess.Report)}, "base": {b, new(assess.BaseReport)},
		"questions": {assess.DefaultQuestions(), new(assess.Questions)},
	} {
		text, err := json.Marshal(c.value)
		require.NoError(t, err, name)
		require.True(t, strings.HasPrefix(string(text), `{"format":1,"kind":"rapport/assess-`+name+`",`), name)
		require.NoError(t, json.Unmarshal(text, c.fresh), name)
		again, err := json.Marshal(c.fresh)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		for _, bad := range []string{
			strings.Replace(string(text), `"format":1`, `"format":2`, 1), strings.Replace(string(text), "rapport/assess-", "rapport/", 1),
			strings.Replace(string(text), `{"format"`, `{"more":1,"format"`, 1), `[]`,
		} {
			require.ErrorIs(t, c.fresh.(json.Unmarshaler).UnmarshalJSON([]byte(bad)), assess.ErrFormat, bad)
			same, err := json.Marshal(c.fresh)
			require.NoError(t, err)
			require.Equal(t, string(text), string(same), "unchanged after an error")
		}
	}
}

// bars counts the bars of a line that no backslash takes their meaning from.
func bars(line string) int {
	return strings.Count(strings.ReplaceAll(strings.ReplaceAll(line, `\\`, ""), `\|`, ""), "|")
}

// requireTables: every row has the columns of its table, and no text begins markup.
func requireTables(t require.TestingT, text string) {
	columns := 0
	for line := range strings.SplitSeq(text, "\n") {
		switch n := bars(line); {
		case n == 0:
			columns = 0
		case columns == 0:
			columns = n
		default:
			require.Equal(t, columns, n, line)
		}
		bare := strings.ReplaceAll(line, `\\`, "")
		for _, sign := range []string{"<", "`", "[", "*"} {
			require.Equal(t, strings.Count(bare, `\`+sign), strings.Count(bare, sign), line)
		}
	}
}

// TestNoTextBreaksATable, whatever it is.
func TestNoTextBreaksATable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringOfN(rapid.SampledFrom([]rune("a|\\#\n\r-*`[]<>_&~$ ")), 1, 12, -1), rapid.StringN(1, 12, -1)).Draw(t, "text")
		s := assess.Sources{
			Tier:  rows(origin(text+".", text+".", assess.Exact), map[rapport.ID]string{"x": text}),
			Risks: rows(origin("a", "b", assess.Stated), map[rapport.ID][]assess.Risk{"x": {{Code: text, Evidence: text}, {Code: "b"}}}),
		}
		a, err := assess.New(s, nil)
		require.NoError(t, err)
		r, err := a.Customer(context.Background(), "x", end())
		require.NoError(t, err)
		plain, err := a.Customer(context.Background(), "x", end())
		require.NoError(t, err)
		page := r.Markdown(nil)
		require.Equal(t, page, plain.Markdown(nil))
		requireTables(t, page)
		risk, tier := []assess.Risk{{Code: "a"}, {Code: "b"}}, "t"
		plain.Tier.Data, plain.Risks.Data, plain.Tier.Origin = &tier, &risk, plain.Risks.Origin
		require.Equal(t, strings.Count(plain.Markdown(nil), "\n"), strings.Count(page, "\n"), "no text adds a line")
	})
}

// TestTextsCannotBreakATable: names with the signs of Markdown, and words of a host.
func TestTextsCannotBreakATable(t *testing.T) {
	evil := "a|b\n# c\r\n|---|\u2028<script>&`*_[x](y)~$\\|\x00\xff"
	id := rapport.ID("#|`x`|*y*<b>")
	s := assess.Sources{
		Tier:         rows(origin(evil, evil, assess.Exact), map[rapport.ID]string{id: evil}),
		Segments:     rows(origin("x", "y", assess.Exact), map[rapport.ID][]string{id: {evil, "value"}}),
		Expectations: rows(origin("x", "y", assess.Stated), map[rapport.ID][]assess.Expectation{id: {{Need: evil, Class: evil, Met: evil}}}),
		Contacts:     rows(origin("x", "y", assess.Stated), map[rapport.ID][]assess.Contact{id: {{Channel: evil, Point: evil, Why: evil}}}),
		Risks:        rows(origin("x", "y", assess.Stated), map[rapport.ID][]assess.Risk{id: {{Code: evil, Evidence: evil}}}),
	}
	r, err := assessor(t, s, &assess.Options{Questions: assess.Questions{{Code: "q", Text: evil, Parts: []assess.Part{assess.PartValue}}}}).Customer(t.Context(), id, end())
	require.NoError(t, err)
	text := r.Markdown(assess.Words{"title": evil, "as_of": "- " + evil, "part": evil})
	requireTables(t, text)
	heads := 0
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "#") {
			heads++
		}
	}
	require.Equal(t, 10, heads, "the title and nine sections")
	require.Contains(t, text, "\n\\- a\\|b \\# c")

	chinese := r.Markdown(assess.Words{"title": "客户价值评估", "no_data": "无数据"})
	require.True(t, strings.HasPrefix(chinese, "# 客户价值评估: "))
	require.Contains(t, chinese, "无数据 (no source)")
	require.Equal(t, r.Markdown(nil), r.Markdown(assess.DefaultWords()), "the default words are all there are")
}
