package rfm_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/segment/rfm"
)

const (
	schemeJSON = `{"kind":"rapport/rfm-scheme","version":1,"bins":3,` +
		`"recency":{"method":"threshold","thresholds":[30,90.5]},"frequency":{"method":"rank"},"monetary":{"method":"quantile","quantile":7},` +
		`"nested":true,"weights":{"recency":1,"frequency":1,"monetary":1}}`
	tableJSON = `{"kind":"rapport/rfm-table","version":1,"bins":2,"segments":[` +
		`{"name":"loyal","recency":[1,2],"frequency":[2,2],"monetary":[1,2]}],"other":"\u003cothers\u003e"}`
	scorerJSON = `{"kind":"rapport/rfm-scorer","version":1,"scheme":{"kind":"rapport/rfm-scheme","version":1,"bins":2,` +
		`"recency":{"method":"quantile","quantile":7},"frequency":{"method":"rank"},"monetary":{"method":"quantile","quantile":7},` +
		`"nested":false,"weights":{"recency":1,"frequency":1,"monetary":1}},` +
		`"recency":[{"at":[0]}],"frequency":[{"at":[0],"ids":["c0000"]}],"monetary":[{"at":[1.5]}],` +
		`"report":{"customers":2,"shortfalls":[{"measure":"recency","recency":0,"frequency":0,"customers":2,"distinct":1,"used":1},` +
		`{"measure":"frequency","recency":0,"frequency":0,"customers":2,"distinct":1,"used":2}]}}`
)

// The written forms, to the byte: they are read in ten years.
func TestJSON(t *testing.T) {
	scheme := rfm.Scheme{Bins: 3, Nested: true}
	scheme.Recency = rfm.Cut{Method: rfm.ByThreshold, Thresholds: []float64{30, 90.5}}
	scheme.Frequency.Method = rfm.ByRank
	table, err := rfm.NewTable(2, []rfm.Segment{{Name: "loyal", Frequency: rfm.Range{Low: 2, High: 2}}}, "<others>")
	require.NoError(t, err)
	scorer, err := rfm.Fit(spenders(1, 2), rfm.Scheme{Bins: 2, Frequency: rfm.Cut{Method: rfm.ByRank}})
	require.NoError(t, err)
	for _, tc := range []struct {
		value, fresh any
		want         string
	}{
		{scheme, new(rfm.Scheme), schemeJSON},
		{table, new(rfm.Table), tableJSON},
		{scorer, new(rfm.Scorer), scorerJSON},
	} {
		text, err := json.Marshal(tc.value)
		require.NoError(t, err)
		require.Equal(t, tc.want, string(text))
		require.NoError(t, json.Unmarshal(text, tc.fresh))
		again, err := json.Marshal(tc.fresh)
		require.NoError(t, err)
		require.Equal(t, tc.want, string(again))
	}
	_, err = json.Marshal(rfm.Table{})
	require.Error(t, err)

	var short rfm.Scheme
	require.NoError(t, json.Unmarshal([]byte(`{"kind":"rapport/rfm-scheme","version":1,
		"recency":{"method":"quantile"},"frequency":{"method":"quantile"},"monetary":{"method":"quantile"}}`), &short))
	fitted, err := rfm.Fit(spenders(1), rfm.Scheme{})
	require.NoError(t, err)
	require.Equal(t, fitted.Scheme(), short)
}

func TestMeasureText(t *testing.T) {
	for _, m := range allMeasures() {
		text, err := m.MarshalText()
		require.NoError(t, err)
		var back rfm.Measure
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, m, back)
	}
	_, err := rfm.Measure(3).MarshalText()
	require.EqualError(t, err, `rfm: "Measure(3)" is not a measure: want recency, frequency or monetary`)
	m := rfm.Monetary
	require.Error(t, m.UnmarshalText([]byte("Recency")))
	require.Equal(t, rfm.Monetary, m)
	require.Equal(t, "Method(9)", rfm.Method(9).String())
}

func TestJSONRefusals(t *testing.T) {
	for _, tc := range []struct {
		text, old, new string
		fresh          json.Unmarshaler
	}{
		{schemeJSON, `"version":1`, `"version":2`, new(rfm.Scheme)},
		{schemeJSON, "rfm-scheme", "rfm-table", new(rfm.Scheme)},
		{schemeJSON, `"rank"`, `"ranks"`, new(rfm.Scheme)},
		{schemeJSON, `"rank"`, `""`, new(rfm.Scheme)},
		{schemeJSON, `"nested"`, `"nestled"`, new(rfm.Scheme)},
		{schemeJSON, schemeJSON, schemeJSON + "{}", new(rfm.Scheme)},
		{schemeJSON, schemeJSON, "null", new(rfm.Scheme)},
		{schemeJSON, schemeJSON, "", new(rfm.Scheme)},
		{tableJSON, "[2,2]", "[2]", new(rfm.Table)},
		{tableJSON, "[2,2]", "[2,2,2]", new(rfm.Table)},
		{tableJSON, "[2,2]", "[0,0]", new(rfm.Table)},
		{tableJSON, "[2,2]", "null", new(rfm.Table)},
		{tableJSON, "[2,2]", "[2,2.5]", new(rfm.Table)},
		{scorerJSON, `[1.5]`, `[1.5,2]`, new(rfm.Scorer)},
		{scorerJSON, `,"ids":["c0000"]`, ``, new(rfm.Scorer)},
		{scorerJSON, `"c0000"`, `"\n"`, new(rfm.Scorer)},
		{scorerJSON, `"monetary":[{"at":[1.5]}]`, `"monetary":[]`, new(rfm.Scorer)},
		{scorerJSON, `"customers":2,"sh`, `"customers":0,"sh`, new(rfm.Scorer)},
		{scorerJSON, `"measure":"recency"`, `"measure":"monetary value"`, new(rfm.Scorer)},
		{scorerJSON, `"nested":false`, `"nested":true`, new(rfm.Scorer)},
		// encoding/json would take the last of two, and any letter case.
		{schemeJSON, `"bins":3`, `"bins":2,"bins":3`, new(rfm.Scheme)},
		{schemeJSON, `"bins":3`, `"bins":3,"Nested":false`, new(rfm.Scheme)},
		{schemeJSON, `"monetary":{"method"`, `"monetary":{"Method"`, new(rfm.Scheme)},
		{tableJSON, `"name":"loyal"`, `"name":"lost","name":"loyal"`, new(rfm.Table)},
		{tableJSON, `"other"`, `"Other"`, new(rfm.Table)},
		{tableJSON, "loyal", "\xff", new(rfm.Table)},
		{scorerJSON, `"version":1,"bins":2`, `"version":1,"bins":5,"bins":2`, new(rfm.Scorer)},
		{scorerJSON, `"at":[0]`, `"AT":[0]`, new(rfm.Scorer)},
		{scorerJSON, `"distinct":1`, `"distinct":1,"distinct":2`, new(rfm.Scorer)},
	} {
		text := strings.Replace(tc.text, tc.old, tc.new, 1)
		err := tc.fresh.UnmarshalJSON([]byte(text))
		require.ErrorIs(t, err, rfm.ErrFormat, text)
		require.ErrorContains(t, err, "rfm: ", text)
	}
	var scheme rfm.Scheme
	_, ok := errors.AsType[*rfm.SchemeError](scheme.UnmarshalJSON([]byte(strings.Replace(schemeJSON, "90.5", "9", 1))))
	require.True(t, ok)
	var table rfm.Table
	_, ok = errors.AsType[*rfm.TableError](table.UnmarshalJSON([]byte(strings.Replace(tableJSON, "[2,2]", "[2,3]", 1))))
	require.True(t, ok)
	_, ok = errors.AsType[*rfm.GapError](table.UnmarshalJSON([]byte(strings.Replace(tableJSON, `\u003cothers\u003e`, "", 1))))
	require.True(t, ok)
}

// Whatever is read as a table is total and is written as it was read.
func FuzzTableJSON(f *testing.F) {
	for _, table := range []*rfm.Table{rfm.DefaultTable(), rfm.CompatRTable()} {
		text, err := table.MarshalJSON()
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(tableJSON))
	f.Fuzz(func(t *testing.T, text []byte) {
		var table rfm.Table
		if table.UnmarshalJSON(text) != nil {
			return
		}
		for cell := range table.Bins() * table.Bins() * table.Bins() {
			b := table.Bins()
			score := rfm.Score{Recency: uint8(cell/b/b + 1), Frequency: uint8(cell/b%b + 1), Monetary: uint8(cell%b + 1)}
			require.NotEmpty(t, table.Segment(score))
		}
		again, err := table.MarshalJSON()
		require.NoError(t, err)
		var kept rfm.Table
		require.NoError(t, kept.UnmarshalJSON(again))
		last, err := kept.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, string(again), string(last))
	})
}

// Whatever is read as a scorer scores without panic and is written as it was read.
func FuzzScorerJSON(f *testing.F) {
	for _, scheme := range []rfm.Scheme{{}, {Bins: 2, Nested: true}, rfm.CompatR()} {
		scorer, err := rfm.Fit(spenders(1, 2, 3), scheme)
		require.NoError(f, err)
		f.Add(marshal(f, scorer))
	}
	f.Add([]byte(scorerJSON))
	f.Fuzz(func(t *testing.T, text []byte) {
		var scorer rfm.Scorer
		if scorer.UnmarshalJSON(text) != nil {
			return
		}
		_, err := scorer.Score(spenders(2)[0])
		require.NoError(t, err)
		again := marshal(t, &scorer)
		var kept rfm.Scorer
		require.NoError(t, kept.UnmarshalJSON(again))
		require.Equal(t, string(again), string(marshal(t, &kept)))
	})
}
