package assess_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/assess"
)

// TestEmptyListsStayData: a source that gives a nil list has looked and found none, and
// that is still so after the report was written and read.
func TestEmptyListsStayData(t *testing.T) {
	o := origin("a", "b", assess.Stated)
	s := assess.Sources{
		Segments:     rows(o, map[rapport.ID][]string{"x": nil}),
		Expectations: rows(o, map[rapport.ID][]assess.Expectation{"x": nil}),
		Contacts:     rows(o, map[rapport.ID][]assess.Contact{"x": nil}),
		Risks:        rows(o, map[rapport.ID][]assess.Risk{"x": nil}),
		Playbook: assess.PlaybookFunc(func(context.Context, assess.Report) (assess.Finding[[]assess.Action], error) {
			return assess.Found([]assess.Action(nil), o), nil
		}),
		Quality: func(context.Context, time.Time) (assess.Finding[[]assess.Measure], error) {
			return assess.Found([]assess.Measure(nil), o), nil
		},
	}
	r, err := assessor(t, s, &assess.Options{Floors: []assess.Floor{}}).Customer(t.Context(), "x", end())
	require.NoError(t, err)
	text, err := json.Marshal(r)
	require.NoError(t, err)
	var back assess.Report
	require.NoError(t, json.Unmarshal(text, &back))
	for _, p := range []assess.Part{assess.PartSegments, assess.PartExpectations, assess.PartContacts, assess.PartRisks, assess.PartActions, assess.PartQuality} {
		require.True(t, r.Known(p), p)
		require.True(t, back.Known(p), p)
	}
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	require.Equal(t, r.Markdown(nil), back.Markdown(nil))
	require.Contains(t, r.Markdown(nil), "| Segments | none | stated | a | b |")
}

// TestNonsenseIsNotRead, though its fields are those of a report; nor is it written.
func TestNonsenseIsNotRead(t *testing.T) {
	a := assessor(t, world(t), nil)
	r, err := a.Customer(t.Context(), "dealer-1", end())
	require.NoError(t, err)
	customer, err := json.Marshal(r)
	require.NoError(t, err)
	b, err := a.Base(t.Context(), end())
	require.NoError(t, err)
	base, err := json.Marshal(b)
	require.NoError(t, err)
	for _, c := range []struct {
		text     []byte
		from, to string
		into     json.Unmarshaler
	}{
		{customer, `"as_of":"2026-01-01T00:00:00Z","value"`, `"as_of":"0001-01-01T00:00:00Z","value"`, new(assess.Report)},
		{customer, `"tier":{"data":"major"`, `"tier":{"data":null`, new(assess.Report)},
		{customer, `"tier":{"data":"major"`, `"tier":{"absent":"no_source","data":"major"`, new(assess.Report)},
		{customer, `"certainty":"exact"`, `"certainty":"surely"`, new(assess.Report)},
		{customer, `"value":0.912,`, `"value":1.912,`, new(assess.Report)},
		{customer, `"preferred":1`, `"preferred":-1`, new(assess.Report)},
		{customer, `"rule":"hesitant"`, `"rule":""`, new(assess.Report)},
		{base, `"as_of":"2026-01-01T00:00:00Z","customers"`, `"as_of":"0001-01-01T00:00:00Z","customers"`, new(assess.BaseReport)},
		{base, `"customers":3,"equity"`, `"customers":-3,"equity"`, new(assess.BaseReport)},
		{base, `"customers":3,"equity"`, `"customers":1,"equity"`, new(assess.BaseReport)}, // of whom 1.4 are active
		{[]byte(`{"format":1,"kind":"rapport/assess-base"}`), "", "", new(assess.BaseReport)},
		{[]byte(`{"format":1,"kind":"rapport/assess-customer","customer":"x","as_of":"2026-01-01T00:00:00Z"}`), "", "", new(assess.Report)},
	} {
		bad := strings.Replace(string(c.text), c.from, c.to, 1)
		if c.from != "" {
			require.NotEqual(t, string(c.text), bad, c.from)
		}
		require.ErrorIs(t, c.into.UnmarshalJSON([]byte(bad)), assess.ErrFormat, c.to)
	}
	_, err = json.Marshal(assess.Report{Customer: "x", AsOf: end()})
	require.ErrorAs(t, err, new(*assess.InputError), "parts that neither know nor say why not")
	_, err = json.Marshal(assess.BaseReport{})
	require.ErrorAs(t, err, new(*assess.InputError))
}
