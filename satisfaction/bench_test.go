package satisfaction_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction"
)

// 10,000 responses of 24 items, as a path model takes them.
func BenchmarkMatrix(b *testing.B) {
	var items []satisfaction.Item
	for j := range 24 {
		items = append(items, satisfaction.Item{Key: fmt.Sprint("q", j), Low: 1, High: 10})
	}
	survey, err := satisfaction.NewSurvey("s", 1, items...)
	require.NoError(b, err)
	var input []satisfaction.Response
	for i := range 10_000 {
		answers := make(map[string]float64)
		for j, item := range items {
			answers[item.Key] = float64(1 + (i*7+j*3)%10)
		}
		input = append(input, satisfaction.Response{ID: rapport.ID(fmt.Sprint("r", i)), Answers: answers})
	}
	b.Run("build", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := satisfaction.NewResponses(survey, input); err != nil {
				b.Fatal(err)
			}
		}
	})
	responses, err := satisfaction.NewResponses(survey, input)
	require.NoError(b, err)
	b.Run("matrix", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := responses.Matrix(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
