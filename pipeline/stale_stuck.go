package pipeline

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport"
)

// StuckRule says when a deal is stuck beside what is usual for its stage.
type StuckRule struct {
	// Times is how many times the median of the ended stays it may take, above 0; a deal
	// that took just that is not stuck.
	Times float64
	// AtLeast is how many stays must have ended for the median to count, at least 1.
	AtLeast int
}

// StuckDeal is a deal that has been in its stage for unusually long.
type StuckDeal struct {
	Deal   rapport.ID
	Stage  StageID
	Age    time.Duration // in the stage, pauses left out
	Median time.Duration // of the stays in the stage that ended
	// Times is Age over Median, and its N the number of those stays.
	Times rapport.Ratio
}

// StuckDeals returns the open deals that have been in their stage for longer than is usual
// there, by the figures of [Machine.StageFigures]: the one that is over its median most
// times first, equals by id. Deals that are paused are left out, and so are stages in which
// too few stays have ended. The errors are a [*StaleDefinitionError], an
// [*UnknownStageError], and an [*InputError] for a rule that cannot be used.
func (m *Machine) StuckDeals(deals []Deal, figures []StageFigure, rule StuckRule, at time.Time) ([]StuckDeal, error) {
	if !(rule.Times > 0) || math.IsInf(rule.Times, 1) {
		return nil, &InputError{Name: "Times", Value: strconv.FormatFloat(rule.Times, 'g', -1, 64), Want: "a number above 0"}
	}
	if rule.AtLeast < 1 {
		return nil, &InputError{Name: "AtLeast", Value: strconv.Itoa(rule.AtLeast), Want: "1 or more"}
	}
	usual := make(map[StageID]Durations, len(figures))
	for i := range figures {
		usual[figures[i].Stage] = figures[i].Lasted
	}
	var list []StuckDeal
	for i := range deals {
		d := &deals[i]
		in, err := m.stageOf(&d.Position)
		if err != nil {
			return nil, err
		}
		u, age := usual[d.Stage], d.InStage(at)
		if in.Kind != Open || !d.Running() || u.N < rule.AtLeast || float64(age) <= rule.Times*float64(u.Median) {
			continue
		}
		list = append(list, StuckDeal{
			Deal: d.ID, Stage: d.Stage, Age: age, Median: u.Median,
			Times: rapport.Ratio{Num: age.Seconds(), Den: u.Median.Seconds(), N: u.N},
		})
	}
	slices.SortFunc(list, func(a, b StuckDeal) int {
		return cmp.Or(cmp.Compare(b.over(), a.over()), cmp.Compare(a.Deal, b.Deal))
	})
	return list, nil
}

// over is how many times the median the age is; a median of 0 is behind everybody most.
func (s *StuckDeal) over() float64 { return float64(s.Age) / float64(s.Median) }
