package pipeline_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/pipeline"
)

func TestParseSpan(t *testing.T) {
	for _, text := range []string{"48h", "8h working", "3d", "5wd", "-90d", "0h", "0wd", "30min", "90s working", "876600h", "-36525wd", "3155760000s"} {
		s, err := pipeline.ParseSpan(text)
		require.NoError(t, err, text)
		require.True(t, s.IsValid())
		require.Equal(t, text, s.String())
	}
	for text, reason := range map[string]string{
		"":                        "want a whole number",
		"h":                       "want a whole number",
		"-":                       "want a whole number",
		"+3d":                     "want a whole number",
		" 3d":                     "want a whole number",
		"--3d":                    "want a whole number",
		"٣d":                      "want a whole number",
		"03d":                     "leading zeros",
		"-0d":                     "without a minus",
		"3":                       "no such unit",
		"3m":                      "no such unit",
		"3 d":                     "no such unit",
		"3D":                      "no such unit",
		"1.5h":                    "no such unit",
		"8h  working":             "no such unit",
		"3d working":              "no such unit",
		"36526d":                  "longer than 100 years, 36525d",
		"-876601h working":        "longer than 100 years, 876600h working",
		"9223372036854775808s":    "longer than 100 years",
		"-9223372036854775808min": "longer than 100 years",
		strings.Repeat("9", 9999): "no such unit",
	} {
		s, err := pipeline.ParseSpan(text)
		var bad *pipeline.SpanError
		require.ErrorAs(t, err, &bad, text)
		require.Contains(t, bad.Reason, reason, text)
		require.Equal(t, text, bad.Text)
		require.Less(t, len(err.Error()), 200)
		require.False(t, s.IsValid())
	}
	require.Panics(t, func() { pipeline.MustSpan("3m") })
}

func TestSpanFrom(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	c, err := pipeline.NewCalendar(berlin, pipeline.WorkWeek(pipeline.MustHours("09:00-17:00")), nil)
	require.NoError(t, err)
	friday := time.Date(2025, 3, 28, 16, 0, 0, 0, berlin) // clocks go on at 02:00 on Sunday
	for text, want := range map[string]time.Time{
		"48h":         time.Date(2025, 3, 30, 17, 0, 0, 0, berlin),
		"0h":          friday,
		"2d":          time.Date(2025, 3, 30, 16, 0, 0, 0, berlin),
		"1h working":  time.Date(2025, 3, 28, 17, 0, 0, 0, berlin),
		"2h working":  time.Date(2025, 3, 31, 10, 0, 0, 0, berlin),
		"-8h working": time.Date(2025, 3, 27, 16, 0, 0, 0, berlin),
		"1wd":         time.Date(2025, 3, 31, 16, 0, 0, 0, berlin),
		"-5wd":        time.Date(2025, 3, 21, 16, 0, 0, 0, berlin),
		"-90d":        time.Date(2024, 12, 28, 16, 0, 0, 0, berlin),
		"0d":          friday,
		"0wd":         friday,
	} {
		got, err := pipeline.MustSpan(text).From(friday, c)
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
	always, err := pipeline.MustSpan("8h working").From(friday, nil)
	require.NoError(t, err)
	require.Equal(t, friday.Add(8*time.Hour), always)
	require.Equal(t, pipeline.MustSpan("-90d"), pipeline.MustSpan("90d").Neg())
	require.Equal(t, []int{-1, 0, 1}, []int{pipeline.MustSpan("-1s").Sign(), pipeline.MustSpan("0s").Sign(), pipeline.MustSpan("1s").Sign()})

	_, err = pipeline.Span{}.From(friday, c)
	var none *pipeline.SpanError
	require.ErrorAs(t, err, &none)
	_, err = pipeline.MustSpan("48h").From(time.Time{}, c)
	require.ErrorAs(t, err, &none)
	for _, text := range []string{"36525d", "876600h", "876600h working", "36525wd"} {
		for _, calendar := range []*pipeline.Calendar{c, nil} {
			var ended *pipeline.CalendarEndError
			_, err = pipeline.MustSpan(text).From(time.Date(9950, 1, 1, 0, 0, 0, 0, time.UTC), calendar)
			require.ErrorAs(t, err, &ended, text)
			_, err = pipeline.MustSpan(text).Neg().From(time.Date(50, 1, 1, 0, 0, 0, 0, time.UTC), calendar)
			require.ErrorAs(t, err, &ended, text)
		}
	}
}

// TestSpanTotal: every span from every time gives an instant that text can hold,
// or an error.
func TestSpanTotal(t *testing.T) {
	locations := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		c, _ := drawCalendar(r, locations, rapid.SampledFrom(near()).Draw(r, "base"))
		unit := rapid.SampledFrom([]string{"s", "min", "h", "s working", "min working", "h working", "d", "wd"}).Draw(r, "unit")
		count := rapid.OneOf(rapid.StringMatching(`-?[1-9][0-9]{0,5}`), rapid.Just("0")).Draw(r, "count")
		s, err := pipeline.ParseSpan(count + unit)
		if err != nil {
			return
		}
		at := time.Unix(rapid.Int64().Draw(r, "at"), 0).UTC()
		if rapid.Bool().Draw(r, "in years") {
			at = drawAny(r, "at")
		}
		got, err := s.From(at, c)
		if err == nil && s.Sign() != 0 && (got.UTC().Year() < 1 || got.UTC().Year() > 9999) {
			r.Fatalf("%v from %v is %v", s, at, got)
		}
		if err == nil && (got.Compare(at)*s.Sign() < 0) && at.Year() > 1 && at.Year() < 9999 {
			r.Fatalf("%v from %v is %v", s, at, got)
		}
	})
}

func TestSpanJSON(t *testing.T) {
	type stage struct {
		SLA   pipeline.Span    `json:"sla"`
		Hours []pipeline.Hours `json:"hours"`
		Last  pipeline.Date    `json:"last"`
	}
	for _, text := range []string{
		`{"sla":"8h working","hours":["09:00-12:00","13:00-24:00"],"last":"2026-12-31"}`,
		`{"sla":"","hours":[""],"last":""}`,
	} {
		var s stage
		require.NoError(t, json.Unmarshal([]byte(text), &s))
		written, err := json.Marshal(s)
		require.NoError(t, err)
		require.Equal(t, text, string(written))
	}
	kept := stage{SLA: pipeline.MustSpan("1h"), Last: pipeline.MustDate("2026-12-31")}
	before := kept
	require.Error(t, json.Unmarshal([]byte(`{"sla":"1 h"}`), &kept))
	require.Error(t, json.Unmarshal([]byte(`{"last":"2026-02-29"}`), &kept))
	require.Equal(t, before, kept)
	_, err := json.Marshal(pipeline.Date{Year: math.MaxInt, Month: 1, Day: 1})
	require.Error(t, err)
}

func FuzzParseSpan(f *testing.F) {
	for _, text := range []string{"48h", "8h working", "3d", "5wd", "-90d", "0min", "-0d", "36526d", "3m", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := pipeline.ParseSpan(text)
		if err != nil {
			var bad *pipeline.SpanError
			require.ErrorAs(t, err, &bad)
			require.Equal(t, pipeline.Span{}, s)
			return
		}
		require.Equal(t, text, s.String())
		back, err := pipeline.ParseSpan(s.Neg().Neg().String())
		require.NoError(t, err)
		require.Equal(t, s, back)
	})
}
