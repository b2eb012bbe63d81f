package rfm_test

import (
	"errors"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment/rfm"
)

func TestDefaultTableIsTotal(t *testing.T) {
	table := rfm.DefaultTable()
	require.Empty(t, table.Gaps())
	require.Empty(t, table.Shadowed())
	require.Empty(t, table.Other())
	require.Equal(t, 5, table.Bins())
	require.Len(t, table.Segments(), 12)
	table.Segments()[0].Name = "changed"
	require.Equal(t, "champions", table.Segments()[0].Name)
	require.Equal(t, "champions", table.Segment(rfm.Score{Recency: 5, Frequency: 5, Monetary: 4}))
	require.Equal(t, "cannot-lose", table.Segment(rfm.Score{Recency: 1, Frequency: 4, Monetary: 5}))
	for _, none := range []rfm.Score{{}, {Recency: 6, Frequency: 1, Monetary: 1}, {Recency: 1, Frequency: 0, Monetary: 1}} {
		require.Empty(t, table.Segment(none))
	}
}

func TestCompatRTableCovers115Of125(t *testing.T) {
	table := rfm.CompatRTable()
	require.Len(t, table.Gaps(), 10)
	for _, gap := range table.Gaps() {
		require.Equal(t, "Others", table.Segment(gap))
	}
	_, err := rfm.NewTable(5, table.Segments(), "")
	gaps, ok := errors.AsType[*rfm.GapError](err)
	require.Truef(t, ok, "%v", err)
	require.Equal(t, table.Gaps(), gaps.Gaps)
	require.Equal(t, 125, gaps.Cells)
}

func TestShadowed(t *testing.T) {
	high := rfm.Range{Low: 2, High: 3}
	table, err := rfm.NewTable(3, []rfm.Segment{
		{Name: "recent", Recency: high},
		{Name: "recent and often", Recency: high, Frequency: high}, // taken by the first
		{Name: "rest"},
		{Name: "never"},
	}, "nobody")
	require.NoError(t, err)
	require.Equal(t, []int{1, 3}, table.Shadowed())
	require.Empty(t, table.Gaps())
	require.Equal(t, rfm.Range{Low: 1, High: 3}, table.Segments()[2].Recency)
}

func TestTableRefusals(t *testing.T) {
	all := []rfm.Segment{{Name: "all"}}
	for _, tc := range []struct {
		name     string
		bins     int
		segments []rfm.Segment
		other    string
		want     rfm.TableError
	}{
		{"bins", 10, all, "", rfm.TableError{Segment: -1, Field: "bins", Low: 10, High: 10, Reason: "out of range"}},
		{"none", 5, nil, "others", rfm.TableError{Segment: -1, Field: "segments", Reason: "none"}},
		{"many", 5, make([]rfm.Segment, 255), "", rfm.TableError{Segment: -1, Field: "segments", Reason: "too many"}},
		{"no name", 5, []rfm.Segment{{}}, "", rfm.TableError{Segment: 0, Field: "name", Reason: "not valid"}},
		{"twice", 5, append(all, all...), "", rfm.TableError{Segment: 1, Name: "all", Field: "name", Reason: "twice"}},
		{"control", 5, all, "a\x00", rfm.TableError{Segment: -1, Name: "a\x00", Field: "other", Reason: "not valid"}},
		{"other twice", 5, all, "all", rfm.TableError{Segment: -1, Name: "all", Field: "other", Reason: "twice"}},
		{"low", 5, []rfm.Segment{{Name: "a", Monetary: rfm.Range{High: 3}}}, "", rfm.TableError{Segment: 0, Name: "a", Field: "monetary", High: 3, Reason: "out of range"}},
		{"high", 3, []rfm.Segment{{Name: "a", Recency: rfm.Range{Low: 1, High: 4}}}, "", rfm.TableError{Segment: 0, Name: "a", Field: "recency", Low: 1, High: 4, Reason: "out of range"}},
		{"crossed", 5, []rfm.Segment{{Name: "a", Frequency: rfm.Range{Low: 4, High: 3}}}, "", rfm.TableError{Segment: 0, Name: "a", Field: "frequency", Low: 4, High: 3, Reason: "ends crossed"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			table, err := rfm.NewTable(tc.bins, tc.segments, tc.other)
			require.Nil(t, table)
			refused, ok := errors.AsType[*rfm.TableError](err)
			require.Truef(t, ok, "%v", err)
			if tc.want.Reason == "not valid" {
				_, ok := errors.AsType[*rapport.IDError](err)
				require.True(t, ok)
			}
			got := *refused
			got.Err = nil
			require.Equal(t, tc.want, got)
			require.True(t, strings.HasPrefix(err.Error(), "rfm: table: "), err.Error())
		})
	}
	scorer, err := rfm.Fit(spenders(1, 2, 3), rfm.Scheme{Bins: 3})
	require.NoError(t, err)
	_, err = scorer.Assign(nil, rfm.DefaultTable())
	require.EqualError(t, err, "rfm: table: bins 5: other bins than the scorer")
	_, _, err = rfm.FitAssign(spenders(1, 2, 3), rfm.Scheme{Bins: 3}, rfm.DefaultTable())
	require.EqualError(t, err, "rfm: table: bins 5: other bins than the scorer")
	for _, none := range []*rfm.Table{nil, {}} {
		_, err = scorer.Assign(nil, none)
		require.EqualError(t, err, "rfm: table: segments: no table")
	}
}

// Any rules: the table agrees with reading them from the top, and each score has
// exactly one segment.
func TestTableAgainstModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		bins := rapid.IntRange(2, 6).Draw(r, "bins")
		side := rapid.Custom(func(r *rapid.T) rfm.Range {
			low := rapid.IntRange(1, bins).Draw(r, "low")
			return rfm.Range{Low: low, High: rapid.IntRange(low, bins).Draw(r, "high")}
		})
		var rules []rfm.Segment
		for i := range rapid.IntRange(1, 12).Draw(r, "rules") {
			rules = append(rules, rfm.Segment{
				Name: string(rune('a' + i)), Recency: side.Draw(r, "recency"), Frequency: side.Draw(r, "frequency"), Monetary: side.Draw(r, "monetary"),
			})
		}
		table, err := rfm.NewTable(bins, rules, "others")
		require.NoError(r, err)
		var gaps []rfm.Score
		used := make(map[string]bool)
		for cell := range bins * bins * bins {
			score := rfm.Score{Recency: uint8(cell/bins/bins + 1), Frequency: uint8(cell/bins%bins + 1), Monetary: uint8(cell%bins + 1)}
			want := ""
			for _, rule := range rules {
				in := func(s uint8, side rfm.Range) bool { return int(s) >= side.Low && int(s) <= side.High }
				if want == "" && in(score.Recency, rule.Recency) && in(score.Frequency, rule.Frequency) && in(score.Monetary, rule.Monetary) {
					want = rule.Name
				}
			}
			if want == "" {
				gaps, want = append(gaps, score), "others"
			}
			used[want] = true
			require.Equal(r, want, table.Segment(score))
		}
		require.Empty(r, gocmp.Diff(gaps, table.Gaps()))
		for i, rule := range rules {
			shadowed := false
			for _, s := range table.Shadowed() {
				shadowed = shadowed || s == i
			}
			require.Equal(r, !used[rule.Name], shadowed)
		}
		text, err := table.MarshalJSON()
		require.NoError(r, err)
		var kept rfm.Table
		require.NoError(r, kept.UnmarshalJSON(text))
		require.Equal(r, table, &kept)
	})
}
