package segment_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/segment"
)

func date(text string) time.Time {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return at
}

func metals() []segment.Level {
	return []segment.Level{
		{Name: "silver"},
		{Name: "gold", Up: 10_000, Down: 8_000},
		{Name: "platinum", Up: 30_000, Down: 25_000},
	}
}

func ladder(t require.TestingT, o *segment.LadderOptions) *segment.Ladder {
	l, err := segment.NewLadder(metals(), o)
	require.NoError(t, err)
	return l
}

func TestLaddersThatMakeNoSense(t *testing.T) {
	level := func(up, down float64) []segment.Level {
		return []segment.Level{{Name: "a"}, {Name: "b", Up: up, Down: down}}
	}
	for name, tc := range map[string]struct {
		levels  []segment.Level
		options segment.LadderOptions
		want    segment.LadderError
	}{
		"none":         {want: segment.LadderError{Level: -1, Field: "levels", Reason: "too few"}},
		"one":          {levels: level(1, 0)[:1], want: segment.LadderError{Level: -1, Field: "levels", Value: 1, Reason: "too few"}},
		"many":         {levels: make([]segment.Level, 65), want: segment.LadderError{Level: -1, Field: "levels", Value: 65, Reason: "too many"}},
		"no name":      {levels: make([]segment.Level, 2), want: segment.LadderError{Field: "name", Reason: "name empty"}},
		"twice":        {levels: []segment.Level{{Name: "a"}, {Name: "a"}}, want: segment.LadderError{Level: 1, Field: "name", Reason: "name twice"}},
		"infinite":     {levels: level(math.Inf(1), 0), want: segment.LadderError{Level: 1, Field: "up", Value: math.Inf(1), Reason: "not a number of size up to MaxValue"}},
		"crossed":      {levels: level(1, 2), want: segment.LadderError{Level: 1, Field: "down", Value: 2, Reason: "above up"}},
		"lowest":       {levels: []segment.Level{{Name: "a", Up: 1}, {Name: "b", Up: 2}}, want: segment.LadderError{Field: "up", Value: 1, Reason: "not 0 in the lowest level"}},
		"up falls":     {levels: []segment.Level{{Name: "a"}, {Name: "b", Up: 2}, {Name: "c", Up: 2}}, want: segment.LadderError{Level: 2, Field: "up", Value: 2, Reason: "not above the level below"}},
		"down falls":   {levels: []segment.Level{{Name: "a"}, {Name: "b", Up: 2, Down: 2}, {Name: "c", Up: 3, Down: 1}}, want: segment.LadderError{Level: 2, Field: "down", Value: 1, Reason: "below that of the level below"}},
		"reviews":      {levels: level(2, 1), options: segment.LadderOptions{Reviews: -1}, want: segment.LadderError{Level: -1, Field: "reviews", Value: -1, Reason: "out of range", Most: segment.MaxReviews}},
		"grace":        {levels: level(2, 1), options: segment.LadderOptions{GraceDays: 4000}, want: segment.LadderError{Level: -1, Field: "grace days", Value: 4000, Reason: "out of range", Most: segment.MaxGraceDays}},
		"window":       {levels: level(2, 1), options: segment.LadderOptions{Window: 2}, want: segment.LadderError{Level: -1, Field: "window", Value: 2, Reason: "unknown"}},
		"promotion":    {levels: level(2, 1), options: segment.LadderOptions{Promotion: 2}, want: segment.LadderError{Level: -1, Field: "promotion", Value: 2, Reason: "unknown"}},
		"half a year":  {levels: level(2, 1), options: segment.LadderOptions{Window: segment.CalendarYear, ReviewMonths: 6}, want: segment.LadderError{Level: -1, Field: "review months", Value: 6, Reason: "needs a review a year"}},
		"years apart":  {levels: level(2, 1), options: segment.LadderOptions{ReviewMonths: 121}, want: segment.LadderError{Level: -1, Field: "review months", Value: 121, Reason: "out of range", Most: segment.MaxReviewMonths}},
		"kept forever": {levels: level(2, 1), options: segment.LadderOptions{KeepMonths: 121}, want: segment.LadderError{Level: -1, Field: "keep months", Value: 121, Reason: "out of range", Most: segment.MaxKeepMonths}},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := segment.NewLadder(tc.levels, &tc.options)
			got, ok := errors.AsType[*segment.LadderError](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, tc.want, *got)
			require.ErrorContains(t, err, tc.want.Reason)
			require.Nil(t, l)
		})
	}
	_, err := segment.NewLadder(level(math.NaN(), 0), nil)
	require.ErrorContains(t, err, "NaN")
	_, err = segment.NewLadder(level(2, 1), &segment.LadderOptions{KeepMonths: 121})
	require.EqualError(t, err, "segment: ladder: keep months 121: out of range, want 0 to 120")
}

func TestLadderJSON(t *testing.T) {
	const text = `{"format":1,"levels":[{"name":"silver","up":0,"down":0},{"name":"gold","up":10000,"down":8000},{"name":"platinum","up":30000,"down":25000}],` +
		`"reviews":2,"grace_days":90,"keep_months":14,"review_months":3,"window":"rolling_12_months","promotion":"at_review"}`
	l := ladder(t, &segment.LadderOptions{Reviews: 2, GraceDays: 90, KeepMonths: 14, ReviewMonths: 3, Promotion: segment.PromoteAtReview})
	written, err := json.Marshal(l)
	require.NoError(t, err)
	require.Equal(t, text, string(written))
	var read segment.Ladder
	require.NoError(t, json.Unmarshal(written, &read))
	require.Equal(t, l.Levels(), read.Levels())
	require.Equal(t, l.Options(), read.Options())
	again, err := json.Marshal(&read)
	require.NoError(t, err)
	require.Equal(t, text, string(again))

	for _, wrong := range []string{
		strings.Replace(text, `"format":1`, `"format":2`, 1),
		strings.Replace(text, `"at_review"`, `"never"`, 1),
		strings.Replace(text, `rolling_12`, `rolling_6`, 1),
		strings.Replace(text, `"up":10000`, `"up":1`, 1),
		strings.Replace(text, `"up":10000,"down":8000`, `"down":0`, 1), // a limit that is forgotten is none of 0
		strings.Replace(text, `,"down":8000`, ``, 1),
		strings.Replace(text, `"down":8000`, `"down":null`, 1),
		strings.Replace(text, `"reviews":2`, `"reviews":2,"reviews":3`, 1),
		strings.Replace(text, `"reviews":2`, `"views":2`, 1),
	} {
		require.Error(t, read.UnmarshalJSON([]byte(wrong)), wrong)
		require.Equal(t, l.Options(), read.Options())
	}
	_, err = json.Marshal(new(segment.Ladder))
	require.Error(t, err)
	require.Equal(t, "Window(7)", segment.Window(7).String())
}

func TestWindows(t *testing.T) {
	china := time.FixedZone("CST", 8*3600)
	rolling := ladder(t, nil)
	years := ladder(t, &segment.LadderOptions{Window: segment.CalendarYear}).In(china)
	for _, tc := range []struct {
		name          string
		ladder        *segment.Ladder
		at            string
		review, sofar string
	}{
		{"rolling", rolling, "2024-07-01T00:00:00Z", "2023-07-01T00:00:00Z/2024-07-01T00:00:00Z", "2023-07-01T00:00:00Z/2024-07-01T00:00:00Z"},
		{"leap day", rolling, "2024-02-29T12:00:00Z", "2023-02-28T12:00:00Z/2024-02-29T12:00:00Z", "2023-02-28T12:00:00Z/2024-02-29T12:00:00Z"},
		{"year", years, "2024-07-01T00:00:00Z", "2022-12-31T16:00:00Z/2023-12-31T16:00:00Z", "2023-12-31T16:00:00Z/2024-07-01T00:00:00Z"},
		{"new year", years, "2023-12-31T16:00:00Z", "2022-12-31T16:00:00Z/2023-12-31T16:00:00Z", "2022-12-31T16:00:00Z/2023-12-31T16:00:00Z"},
	} {
		at, err := time.Parse(time.RFC3339, tc.at)
		require.NoError(t, err)
		review, err := tc.ladder.Reviewed(at)
		require.NoError(t, err)
		running, err := tc.ladder.Running(at)
		require.NoError(t, err)
		require.Equal(t, [2]string{tc.review, tc.sofar}, [2]string{review.String(), running.String()}, tc.name)
	}
	for _, l := range []*segment.Ladder{rolling, years} {
		_, err := l.Reviewed(time.Time{})
		require.Error(t, err)
		_, err = l.Running(time.Time{})
		require.Error(t, err)
	}
}

// In Paraguay 1 October 2017 began at one o'clock: a month that does not begin at midnight
// is no other month.
func TestMonthsWithoutMidnight(t *testing.T) {
	paraguay, err := time.LoadLocation("America/Asuncion")
	require.NoError(t, err)
	for _, day := range []int{1, 15, 31} {
		at := time.Date(2018, time.October, day, 12, 0, 0, 0, paraguay)
		window, err := ladder(t, nil).In(paraguay).Reviewed(at)
		require.NoError(t, err)
		require.True(t, window.Start().Equal(time.Date(2017, time.October, day, 12, 0, 0, 0, paraguay)), window.String())
	}
}

// Reviews do not drift towards the short months: each is counted from the joining.
func TestReviewDates(t *testing.T) {
	l := ladder(t, &segment.LadderOptions{ReviewMonths: 1})
	m, err := l.Join("gold", date("2023-10-31"))
	require.NoError(t, err)
	var dates []string
	for range 6 {
		at, err := l.NextReview(m)
		require.NoError(t, err)
		dates = append(dates, at.Format(time.DateOnly))
		m, _, err = l.Review(m, 9_000, at)
		require.NoError(t, err)
	}
	require.Empty(t, cmp.Diff([]string{"2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"}, dates))

	late := date("2024-06-15") // a review that was late moves none of the later ones
	m, _, err = l.Review(m, 9_000, late)
	require.NoError(t, err)
	at, err := l.NextReview(m)
	require.NoError(t, err)
	require.Equal(t, date("2024-06-30"), at)

	years := ladder(t, &segment.LadderOptions{Window: segment.CalendarYear}).In(time.FixedZone("CST", 8*3600))
	m, err = years.Join("", date("2023-12-31").Add(17*time.Hour))
	require.NoError(t, err)
	at, err = years.NextReview(m)
	require.NoError(t, err)
	require.Equal(t, date("2024-12-31").Add(16*time.Hour), at, "it was 2024 there already")
}

func TestNoLadder(t *testing.T) {
	var none segment.Ladder
	_, err := none.Join("", date("2024-01-01"))
	require.ErrorContains(t, err, "no such level")
	_, _, err = none.Review(segment.Membership{}, 1, date("2024-01-01"))
	require.Error(t, err)
	got, err := none.Reviewed(date("2024-01-01"))
	require.NoError(t, err)
	require.Equal(t, "2023-01-01T00:00:00Z/2024-01-01T00:00:00Z", got.String())
}
