package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/kano"
)

// invented is a questionnaire of a bicycle shop among 80 customers who do not exist.
// Chances are those of the answers from like to dislike, in twentieths.
func invented() *survey {
	questions := []struct {
		feature, label            string
		functional, dysfunctional [5]int
		importance                int // the mean; answers are one below to one above
	}{
		{"brakes", "Brakes checked with every repair", [5]int{3, 13, 3, 1, 0}, [5]int{0, 0, 1, 2, 17}, 8},
		{"on-time", "Ready on the promised day", [5]int{16, 3, 1, 0, 0}, [5]int{0, 0, 2, 3, 15}, 8},
		{"loan-bike", "Loan bicycle meanwhile", [5]int{17, 1, 2, 0, 0}, [5]int{0, 1, 9, 8, 2}, 6},
		{"stamp-card", "Stamp card", [5]int{4, 0, 13, 2, 1}, [5]int{1, 1, 14, 3, 1}, 3},
		{"paper-bill", "Bill by post", [5]int{1, 1, 4, 6, 8}, [5]int{9, 3, 5, 3, 0}, 2},
	}
	random := rand.New(rand.NewPCG(2026, 11))
	draw := func(chances [5]int) kano.Answer {
		left := random.IntN(20)
		for i, chance := range chances {
			if left -= chance; left < 0 {
				return kano.Like + kano.Answer(i)
			}
		}
		return kano.Missing
	}
	s := &survey{labels: map[string]string{}}
	for _, q := range questions {
		s.features = append(s.features, q.feature)
		s.labels[q.feature] = q.label
		for i := range 80 {
			r := kano.Response{Respondent: rapport.ID(fmt.Sprintf("c%02d", i)), Feature: q.feature, Functional: draw(q.functional), Dysfunctional: draw(q.dysfunctional)}
			if random.IntN(40) == 0 {
				r.Dysfunctional = kano.Missing
			}
			r.Importance = q.importance - 1 + random.IntN(3)
			s.responses = append(s.responses, r)
			s.lines = append(s.lines, len(s.lines)+2)
		}
	}
	return s
}
