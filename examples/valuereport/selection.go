package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/examples/htmlreport"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// selection says why a model was chosen from several.
type selection struct {
	Criterion  btyd.Criterion `json:"criterion"`
	Reason     btyd.Reason    `json:"reason"`
	Candidates []candidate    `json:"candidates"`
}

// candidate is a model that was tried. What it does not have is null: everything but
// the name if it could not be fitted, the errors in the hold-out without one.
type candidate struct {
	Name          string  `json:"name"`
	LogLikelihood figure  `json:"log_likelihood"`
	Parameters    *int    `json:"parameters"`
	BIC           figure  `json:"bic"`
	Weight        figure  `json:"bic_weight"`
	MAE           figure  `json:"mae"`
	RMSE          figure  `json:"rmse"`
	Failure       *string `json:"failure"`
}

// selectionOf puts what the library says of a choice into the report.
func selectionOf(choice *btyd.Choice, hasHoldout bool) *selection {
	s := &selection{Criterion: choice.Criterion, Reason: choice.Reason}
	for _, c := range choice.Candidates {
		line := candidate{Name: c.Name}
		if c.Err != nil {
			line.Failure = &c.Failure
		} else {
			line.LogLikelihood, line.Parameters, line.BIC, line.Weight = figureOf(c.LogLikelihood), &c.Parameters, figureOf(c.BIC), figureOf(c.BICWeight)
			line.MAE, line.RMSE = figure{c.MAE, hasHoldout}, figure{c.RMSE, hasHoldout}
		}
		s.Candidates = append(s.Candidates, line)
	}
	return s
}

// ranked lists the candidates, best first, those that failed last.
func (s *selection) ranked() []candidate {
	list := slices.Clone(s.Candidates)
	slices.SortStableFunc(list, func(a, b candidate) int {
		switch {
		case a.BIC.known && !b.BIC.known:
			return -1
		case b.BIC.known && !a.BIC.known:
			return 1
		}
		return cmp.Compare(a.BIC.value, b.BIC.value)
	})
	return list
}

// text says why the model was chosen.
func (s *selection) text(name string) string {
	list := s.ranked()
	at := slices.IndexFunc(list, func(c candidate) bool { return c.Name == name })
	chosen := list[at]
	text := fmt.Sprintf("%s, of %s compared by BIC: ", describe(name).title, plural("model", "models", len(list)))
	if s.Reason == btyd.ReasonOnlyCandidate {
		return text + "no other could be fitted"
	}
	other := list[0]
	if at == 0 {
		other = list[1]
	}
	difference := chosen.BIC.value - other.BIC.value
	if s.Reason == btyd.ReasonTieSimpler {
		return text + fmt.Sprintf("it is as good as %s (a difference of %s) and has fewer parameters", describe(other.Name).title, htmlreport.Number(difference, 2))
	}
	return text + fmt.Sprintf("it has the lowest, %s, before %s with %s more", chosen.BIC.text(1), describe(other.Name).title, htmlreport.Number(-difference, 1))
}

// candidateAlign aligns the columns of [selection.lines].
const candidateAlign = "lrrrrrr"

// lines is the table of the best n candidates with its heading.
func (s *selection) lines(n int) [][]string {
	lines := [][]string{{"model", "log-likelihood", "parameters", "BIC", "weight", "MAE", "RMSE"}}
	for _, c := range s.ranked()[:min(n, len(s.Candidates))] {
		parameters := htmlreport.Missing
		if c.Parameters != nil {
			parameters = htmlreport.Number(float64(*c.Parameters), 0)
		}
		lines = append(lines, []string{describe(c.Name).title, c.LogLikelihood.text(2), parameters, c.BIC.text(1), c.Weight.text(3), c.MAE.text(3), c.RMSE.text(3)})
	}
	return lines
}
