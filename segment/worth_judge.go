package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// StandingError reports a [Standing] that cannot be.
type StandingError struct {
	Index  int // the row it was found in, from 0
	ID     rapport.ID
	Field  string // "revenue", "service_cost", "tenure_days", "protected"
	Value  float64
	Reason string // "negative", or what is wrong with the code
}

// Error names the field and the number, the id and its row.
func (e *StandingError) Error() string {
	return fmt.Sprintf("segment: %s %v of %q (row %d): %s", e.Field, e.Value, e.ID, e.Index, e.Reason)
}

// check returns what is wrong with a row.
func (s *Standing) check(row int) error {
	if err := checkValue(row, s.ID, "profit", s.Profit); err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		value float64
	}{{"revenue", s.Revenue}, {"service_cost", s.ServiceCost}, {"tenure_days", float64(s.TenureDays)}} {
		if err := checkValue(row, s.ID, f.name, f.value); err != nil {
			return err
		}
		if f.value < 0 {
			return &StandingError{Index: row, ID: s.ID, Field: f.name, Value: f.value, Reason: "negative"}
		}
	}
	if s.Protected != "" {
		if reason := nameReason(s.Protected); reason != "" {
			return &StandingError{Index: row, ID: s.ID, Field: "protected", Reason: reason}
		}
	}
	return nil
}

// WorthGroup is what the customers of one verdict came to.
type WorthGroup struct {
	Verdict   WorthVerdict
	Customers rapport.Ratio // over the base
	Profit    float64       // their sum
}

// WorthReport is the answer of [WorthPolicy.Judge], one judgement for each customer in
// the order of the input, and what the verdicts came to.
type WorthReport struct {
	Judgements []Judgement
	Groups     []WorthGroup // right, wrong, undecided, neither
}

// Judge finds the right and the wrong customers of a base: the right are those of the
// best share who bring a gain, the wrong those of the worst share who bring a loss. Of
// these, who is not a customer for long enough or is protected is undecided. Ranks are by
// profit, equal profits by id, and the shares are rounded up.
//
// For the wrong the mildest action is proposed that would make up for the loss: a raise
// of prices, then a service at lower cost; where neither would, a proposal to part.
//
// The rows are only read, and what is found does not depend on their order. No customers
// is no error. Errors: a [*PolicyError], a [*ShareError], a [*ValueError], a
// [*StandingError], an [*IDError].
func (p WorthPolicy) Judge(rows []Standing) (*WorthReport, error) {
	p, err := p.normal()
	if err != nil {
		return nil, err
	}
	ids, profits := make([]rapport.ID, len(rows)), make([]float64, len(rows))
	ascending, err := checkRows(len(rows), func(i int) (rapport.ID, error) {
		ids[i], profits[i] = rows[i].ID, rows[i].Profit
		return ids[i], rows[i].check(i)
	})
	if err != nil {
		return nil, err
	}
	n := len(rows)
	right, wrong := p.Right.of(n), n-p.Wrong.of(n)
	report := &WorthReport{Judgements: make([]Judgement, n)}
	sums := map[WorthVerdict]*numeric.ExactSum{}
	counts := map[WorthVerdict]int{}
	for _, verdict := range worthVerdicts() {
		sums[verdict] = &numeric.ExactSum{}
	}
	for at, place := range rank(ids, profits, ascending) {
		j := p.judge(&rows[place.row], at < right, at >= wrong)
		j.Rank = at + 1
		report.Judgements[place.row] = j
		counts[j.Verdict]++
		sums[j.Verdict].Add(j.Profit)
	}
	for _, verdict := range worthVerdicts() {
		report.Groups = append(report.Groups, WorthGroup{
			Verdict:   verdict,
			Customers: rapport.Ratio{Num: float64(counts[verdict]), Den: float64(n), N: counts[verdict]},
			Profit:    sums[verdict].Total(),
		})
	}
	return report, nil
}

func worthVerdicts() []WorthVerdict {
	return []WorthVerdict{WorthRight, WorthWrong, WorthUndecided, WorthNeither}
}

// judge judges one customer, who is among the best or the worst.
func (p *WorthPolicy) judge(s *Standing, best, worst bool) Judgement {
	j := Judgement{ID: s.ID, Profit: s.Profit}
	switch {
	case best && s.Profit > 0:
		j.Verdict, j.Action, j.Reasons = WorthRight, ActionRetain, []WorthReason{ReasonTopShare}
	case !worst || s.Profit >= 0:
		j.Verdict, j.Action, j.Reasons = WorthNeither, ActionKeep, []WorthReason{ReasonBetween}
	default:
		j.Reasons = []WorthReason{ReasonBottomShare}
		if s.TenureDays < p.MinTenureDays {
			j.Reasons = append(j.Reasons, ReasonShortTenure)
		}
		if s.Protected != "" {
			j.Reasons = append(j.Reasons, ReasonProtected)
		}
		if len(j.Reasons) > 1 {
			j.Verdict, j.Action = WorthUndecided, ActionWait
			break
		}
		action, reason := p.remedy(s)
		j.Verdict, j.Action, j.Reasons = WorthWrong, action, append(j.Reasons, reason)
	}
	return j
}
