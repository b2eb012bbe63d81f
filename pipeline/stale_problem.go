package pipeline

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport"
)

// StageProblems counts the problems that came up in a stage.
type StageProblems struct {
	Stage StageID
	// Open and Solved are counts by severity: Open[SeverityHigh].
	Open, Solved [SeverityHigh + 1]int
	// ToSolve is how long those took that are solved, by the clock on the wall.
	ToSolve Durations
	// Share is the part of all problems of the stage that is solved.
	Share rapport.Ratio
}

// ProblemsByStage counts the problems of deals by the stage in which they came up, stages in
// the order of the definition. Stages without problems are left out; a stage that the
// machine does not have, of a process or version of before, comes after the others, by its
// id. The error is an [*InputError] for a problem without a severity, or solved before it
// came up.
func (m *Machine) ProblemsByStage(deals []Deal) ([]StageProblems, error) {
	byStage := map[StageID]*StageProblems{}
	lasted := map[StageID]*durations{}
	for i := range deals {
		for _, p := range deals[i].Progress.Problems {
			if err := p.check(); err != nil {
				return nil, err
			}
			if byStage[p.Stage] == nil {
				byStage[p.Stage] = &StageProblems{Stage: p.Stage}
				lasted[p.Stage] = new(durations)
			}
			of := byStage[p.Stage]
			of.Share.Den++
			of.Share.N++
			if p.Open() {
				of.Open[p.Severity]++
				continue
			}
			of.Share.Num++
			of.Solved[p.Severity]++
			lasted[p.Stage].add(p.SolvedAt.Sub(p.OpenedAt))
		}
	}
	list := make([]StageProblems, 0, len(byStage))
	for id, of := range byStage {
		of.ToSolve = lasted[id].sum()
		list = append(list, *of)
	}
	slices.SortFunc(list, func(a, b StageProblems) int {
		return cmp.Or(cmp.Compare(m.rank(a.Stage), m.rank(b.Stage)), cmp.Compare(a.Stage, b.Stage))
	})
	return list, nil
}

// rank is the place of a stage in the definition; what it does not have comes last.
func (m *Machine) rank(id StageID) int {
	if i := m.stage(id); i >= 0 {
		return i
	}
	return len(m.stages)
}

func (p *Problem) check() error {
	switch {
	case p.Severity == SeverityNone || p.Severity > SeverityHigh:
		return &InputError{Name: "severity of problem " + string(p.ID), Value: p.Severity.String(), Want: "low, medium or high"}
	case !p.Open() && p.SolvedAt.Before(p.OpenedAt):
		return &InputError{Name: "solution of problem " + string(p.ID), Value: p.SolvedAt.String(), Want: "not before " + p.OpenedAt.String()}
	}
	return nil
}
