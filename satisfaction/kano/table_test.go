package kano_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/kano"
)

func allAnswers() []kano.Answer {
	return []kano.Answer{kano.Like, kano.Expect, kano.Neutral, kano.LiveWith, kano.Dislike}
}

// Rows are functional answers, as the sources print the tables.
func TestTables(t *testing.T) {
	for table, want := range map[kano.Table][5]string{
		kano.Berger:  {"Q A A A O", "R I I I M", "R I I I M", "R I I I M", "R R R R Q"},
		kano.Pouliot: {"Q A A A O", "R Q I I M", "R I I I M", "R I I Q M", "R R R R Q"},
	} {
		for i, f := range allAnswers() {
			var row strings.Builder
			for j, d := range allAnswers() {
				category, err := table.Category(f, d)
				require.NoError(t, err)
				if j > 0 {
					row.WriteString(" ")
				}
				row.WriteString(category.String())
			}
			require.Equal(t, want[i], row.String(), "%v, functional %v", table, f)
		}
	}
	for i, f := range []kano.Answer{kano.Like, kano.Neutral, kano.Dislike} {
		var row strings.Builder
		for _, d := range []kano.Answer{kano.Like, kano.Neutral, kano.Dislike} {
			category, err := kano.Short.Category(f, d)
			require.NoError(t, err)
			row.WriteString(category.String())
		}
		require.Equal(t, []string{"AAO", "IIM", "IIM"}[i], row.String())
	}
}

func TestTableWithoutAnAnswer(t *testing.T) {
	for _, pair := range [][2]kano.Answer{{kano.Missing, kano.Like}, {kano.Dislike, kano.Missing}, {}} {
		category, err := kano.Pouliot.Category(pair[0], pair[1])
		require.NoError(t, err)
		require.Equal(t, kano.None, category)
	}
	for _, c := range []struct {
		table                     kano.Table
		functional, dysfunctional kano.Answer
		message                   string
	}{
		{kano.Berger, 6, kano.Like, `kano: "6" is no answer: want like, must-be, neutral, live-with, dislike, 1 to 5, or nothing`},
		{kano.Berger, kano.Missing, 200, `kano: "200" is no answer: want like, must-be, neutral, live-with, dislike, 1 to 5, or nothing`},
		{kano.Short, kano.Like, kano.LiveWith, `kano: "live-with" is no answer: want like, neutral, dislike, 1, 3, 5, or nothing`},
		{9, kano.Like, kano.Like, `kano: "9" is no table: want berger, pouliot or short`},
	} {
		_, err := c.table.Category(c.functional, c.dysfunctional)
		var word *kano.WordError
		require.ErrorAs(t, err, &word)
		require.EqualError(t, err, c.message)
	}
}

// word is a type with words that come back as they were written.
type word interface {
	comparable
	fmt.Stringer
	MarshalText() ([]byte, error)
}

func testWords[T word](t *testing.T, read func(*T, []byte) error, last T, beyond T, values ...T) {
	t.Helper()
	for _, value := range values {
		text, err := value.MarshalText()
		require.NoError(t, err)
		require.Equal(t, value.String(), string(text))
		got := last
		require.NoError(t, read(&got, text))
		require.Equal(t, value, got)
	}
	var refused *kano.WordError
	_, err := beyond.MarshalText()
	require.ErrorAs(t, err, &refused)
	got := last
	require.ErrorAs(t, read(&got, []byte("no such word")), &refused)
	require.Equal(t, last, got, "unchanged after an error")
}

func TestWords(t *testing.T) {
	testWords(t, (*kano.Answer).UnmarshalText, kano.Dislike, 6, append(allAnswers(), kano.Missing)...)
	testWords(t, (*kano.Category).UnmarshalText, kano.Questionable, 7, append(kano.Categories(), kano.None)...)
	testWords(t, (*kano.Table).UnmarshalText, kano.Short, 3, kano.Berger, kano.Pouliot, kano.Short)
	testWords(t, (*kano.Rule).UnmarshalText, kano.Majority, 3, kano.Mode, kano.Priority, kano.Majority)
	testWords(t, (*kano.Coding).UnmarshalText, kano.Narrow, 2, kano.Wide, kano.Narrow)

	for i, a := range allAnswers() {
		got, err := kano.ParseAnswer(fmt.Sprint(i + 1))
		require.NoError(t, err)
		require.Equal(t, a, got)
	}
	for _, text := range []string{"0", "6", "１", "Like", " like", "11"} {
		_, err := kano.ParseAnswer(text)
		require.Error(t, err, "%q", text)
	}
	require.Equal(t, "one-dimensional", kano.OneDimensional.Name())
	require.Equal(t, "must-be", kano.MustBe.Name())
	require.Empty(t, kano.None.Name())
}
