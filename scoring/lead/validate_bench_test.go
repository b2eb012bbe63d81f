package lead_test

import (
	"testing"

	"github.com/rapport-crm/rapport/scoring/lead"
)

func BenchmarkLearners(b *testing.B) {
	h := &lead.History{}
	h.Columns, h.Outcomes = drawn(10_000, 20)
	scores := h.Columns[0].Numbers
	for _, c := range []struct {
		name string
		run  func() error
	}{
		{"leakage", func() error { return lead.CheckLeakage(h, nil) }},
		{"bayes", func() error { _, err := lead.FitBayes(h.Columns, h.Outcomes, nil); return err }},
		{"isotonic", func() error {
			_, err := lead.FitIsotonic(lead.Sample{Scores: scores, Outcomes: h.Outcomes})
			return err
		}},
		{"platt", func() error {
			_, err := lead.FitPlatt(lead.Sample{Scores: scores, Outcomes: h.Outcomes})
			return err
		}},
		{"cross-validate", func() error {
			_, err := lead.CrossValidate(b.Context(), h, 1, regression, nil)
			return err
		}},
	} {
		b.Run(c.name+"/rows=10k", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
