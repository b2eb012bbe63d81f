package kano_test

import (
	"fmt"
	"testing"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/kano"
)

// Six features asked of so many customers.
func BenchmarkAnalyze(b *testing.B) {
	for _, customers := range []int{358, 20_000} {
		var responses []kano.Response
		for i := range customers {
			for feature := range 6 {
				r := said(0, fmt.Sprintf("F%d", feature), kano.Like+kano.Answer(i*7%5), kano.Like+kano.Answer((i+feature)*3%5))
				r.Respondent, r.Importance = rapport.ID(fmt.Sprintf("c%06d", i)), 1+i%9
				responses = append(responses, r)
			}
		}
		for _, weighted := range []bool{false, true} {
			b.Run(fmt.Sprintf("customers=%d/weighted=%v", customers, weighted), func(b *testing.B) {
				for i := range responses {
					responses[i].Weight = 0
					if weighted {
						responses[i].Weight = 1 + float64(i%10)/10
					}
				}
				b.ReportAllocs()
				for b.Loop() {
					if _, err := kano.Analyze(b.Context(), kano.Rows(responses), &kano.Options{Weighted: weighted}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
