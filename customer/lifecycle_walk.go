package customer

import (
	"math"
	"time"
)

// walk goes from a standing to the stage that the rules ask for.
type walk struct {
	Standing
	rules *LifecycleRules
	b     *Behaviour
	r     *rhythm
	asOf  time.Time
	steps []LifecycleStep
	due   Stage
	held  time.Time
}

// step moves to a stage at an instant, or at the entry into the present stage if
// that is later.
func (w *walk) step(to Stage, reason LifecycleReason, at time.Time) {
	at = at.UTC()
	if at.Before(w.Since) {
		at = w.Since
	}
	w.steps = append(w.steps, LifecycleStep{From: w.Stage, To: to, Reason: reason, At: at})
	w.Stage, w.Since, w.due = to, at, to
}

// hold says that a stage is due that the dwell does not allow yet.
func (w *walk) hold(due Stage, until time.Time) { w.due, w.held = due, until.UTC() }

// later returns t and n days of 24 hours; more of them than a time.Duration holds
// are no problem.
func later(t time.Time, n int) time.Time { return t.UTC().AddDate(0, 0, n) }

// court moves who has not bought.
func (w *walk) court() {
	spoke := w.b.LastContact
	if spoke.After(w.asOf) {
		spoke = time.Time{}
	}
	warm := !spoke.IsZero() && w.asOf.Before(later(spoke, w.rules.CoolDays))
	switch {
	case w.Stage == 0 && warm:
		w.step(StageLead, LifecycleEnquired, spoke)
	case w.Stage == 0 && !spoke.IsZero():
		w.step(StageProspect, LifecycleFound, spoke)
	case w.Stage == 0:
		w.step(StageProspect, LifecycleFound, w.asOf)
	case w.Stage == StageProspect && warm && spoke.After(w.Since):
		w.step(StageLead, LifecycleEnquired, spoke)
	case w.Stage == StageLead:
		if spoke.Before(w.Since) {
			spoke = w.Since
		}
		if cold := later(spoke, w.rules.CoolDays); !w.asOf.Before(cold) {
			w.step(StageProspect, LifecycleCooled, cold)
		}
	}
}

// facts takes the steps of purchases and of the end of a contract.
func (w *walk) facts() {
	if w.Stage <= StageLead {
		w.step(StageFirstTime, LifecycleBought, w.r.first)
	}
	if w.Stage == StageLost && w.b.HasContract {
		if start := w.b.Contract.Start(); !start.Before(w.Since) && !start.After(w.asOf) {
			w.step(StageWonBack, LifecycleRenewed, start)
		}
	}
	if next := w.boughtSince(); w.Stage == StageLost && !next.IsZero() {
		w.step(StageWonBack, LifecycleBought, next)
	}
	next := time.Time{}
	switch w.Stage {
	case StageFirstTime:
		next = w.r.second
	case StageWonBack:
		next = w.boughtSince()
	case StageAtRisk, StageDormant:
		if !w.underContract() { // which may end soon however much it buys
			next = w.boughtSince()
		}
	}
	if !next.IsZero() {
		w.step(StageRepeat, LifecycleBought, next)
	}
}

// underContract reports whether a contract runs at the as-of date.
func (w *walk) underContract() bool {
	return w.b.HasContract && w.b.Contract.Contains(w.asOf)
}

// boughtSince returns the first purchase after the entry into the present stage; for
// one that a purchase won back, on a later day. It is zero if there is none.
func (w *walk) boughtSince() time.Time {
	first := time.Time{}
	for i := len(w.b.Purchases) - 1; i >= 0; i-- {
		at := w.b.Purchases[i]
		if !at.After(w.Since) ||
			w.Stage == StageWonBack && dayNumber(at, w.rules.Location) == dayNumber(w.Since, w.rules.Location) {
			break
		}
		if !at.After(w.asOf) {
			first = at
		}
	}
	return first
}

// The severities of what is inferred.
const (
	severityNone = iota
	severityRisk
	severityDormant
	severityLost
)

func severity(s Stage) int {
	switch s {
	case StageAtRisk:
		return severityRisk
	case StageDormant:
		return severityDormant
	case StageLost:
		return severityLost
	}
	return severityNone
}

// infer takes the steps that follow from absence, or from how often the customer
// buys.
func (w *walk) infer() {
	if w.Stage == StageLost {
		return
	}
	if w.b.HasContract && !w.contract() {
		return
	}
	current := severity(w.Stage)
	target, known := w.judge(current)
	switch {
	case known && target > current:
		w.worsen(current, target)
	case known && target < current:
		w.ease(target)
	default:
		w.loyalty()
	}
}

// contract takes the steps of a contract, and reports whether the customer is to be
// judged as one without: when it bought after the contract had ended.
func (w *walk) contract() bool {
	end := w.b.Contract.End()
	ending := end
	if !end.IsZero() {
		ending = later(end, -max(w.rules.NoticeDays, 0))
	}
	switch {
	case w.b.Contract.Start().After(w.asOf):
		return true
	case !end.IsZero() && !end.After(w.asOf):
		if w.r.last.After(end) || w.Since.After(end) && w.Stage == StageWonBack {
			return true
		}
		w.step(StageLost, LifecycleContractEnded, end)
	case !end.IsZero() && w.rules.NoticeDays > 0 && !ending.After(w.asOf):
		if severity(w.Stage) == severityNone {
			w.step(StageAtRisk, LifecycleContractEnding, ending)
		}
	case severity(w.Stage) != severityNone && !w.b.Contract.Start().Before(w.Since): // signed while at risk
		w.step(StageRepeat, LifecycleRenewed, w.b.Contract.Start())
		w.loyalty()
	case severity(w.Stage) != severityNone:
		w.ease(severityNone)
	default:
		w.loyalty()
	}
	return false
}

// loyalty moves between repeat and loyal.
func (w *walk) loyalty() {
	switch {
	case w.Stage == StageRepeat && w.r.recent >= w.rules.LoyalEnter:
		w.step(StageLoyal, LifecycleFrequent, w.r.last)
	case w.Stage == StageLoyal && w.r.recent < w.rules.LoyalLeave:
		if until := later(w.Since, w.rules.Dwell); until.After(w.asOf) {
			w.hold(StageRepeat, until)
		} else {
			w.step(StageRepeat, LifecycleRarer, w.asOf)
		}
	}
}

// judge returns how severe the absence is for a customer whose stage has the
// severity current, and whether anything is known about it.
func (w *walk) judge(current int) (target int, known bool) {
	rules, byGap, byAlive := w.rules, w.r.mean > 0, w.b.HasPAlive
	if !byGap && !byAlive {
		return current, false
	}
	open, times, alive := float64(w.r.open), 0.0, 1.0
	if byGap {
		times = open / w.r.mean
	}
	if byAlive {
		alive = w.b.PAlive
	}
	threshold := func(level int, enter, leave, below float64) (float64, float64) {
		if level <= current { // to stay is easier than to enter
			return leave, min(below+rules.AliveMargin, 1)
		}
		return enter, below
	}
	if byGap && open > w.r.lostLimit || alive < rules.LostAlive {
		return severityLost, true
	}
	if gap, below := threshold(severityDormant, rules.DormantEnter, rules.DormantLeave, rules.DormantAlive); times >= gap || alive < below {
		return severityDormant, true
	}
	if gap, below := threshold(severityRisk, rules.RiskEnter, rules.RiskLeave, rules.RiskAlive); times >= gap || alive < below {
		return severityRisk, true
	}
	return severityNone, true
}

// worsen goes stage by stage from a severity to a greater one, as far as the dwell
// allows.
func (w *walk) worsen(current, target int) {
	for next := current + 1; next <= target; next++ {
		to := [...]Stage{0, StageAtRisk, StageDormant, StageLost}[next]
		at, reason := w.crossing(next)
		if next > severityRisk {
			if rested := later(w.Since, w.rules.Dwell); rested.After(at) {
				at = rested
			}
		}
		if at.After(w.asOf) {
			w.hold([...]Stage{0, StageAtRisk, StageDormant, StageLost}[target], at)
			return
		}
		w.step(to, reason, at)
	}
}

// crossing returns when the open gap became long enough for a severity, and else
// the as-of date, at which P(alive) was taken.
func (w *walk) crossing(level int) (time.Time, LifecycleReason) {
	limit := math.Inf(1)
	if mean := w.r.mean; mean > 0 {
		limit = math.Floor(w.r.lostLimit) + 1
		if level <= severityDormant {
			limit = min(limit, math.Ceil(w.rules.DormantEnter*mean))
		}
		if level <= severityRisk {
			limit = min(limit, math.Ceil(w.rules.RiskEnter*mean))
		}
	}
	if float64(w.r.open) < limit {
		return w.asOf, LifecycleUnlikelyAlive
	}
	at := later(w.r.last, int(limit))
	if at.After(w.asOf) { // the same calendar day, at another time of it
		at = w.asOf
	}
	return at, LifecycleLongGap
}

// ease goes back towards the customer's stage before the danger.
func (w *walk) ease(target int) {
	before := StageRepeat
	if w.r.days == 1 {
		before = StageFirstTime
	}
	for current := severity(w.Stage); current > target; current-- {
		to := before
		if current == severityDormant {
			to = StageAtRisk
		}
		if until := later(w.Since, w.rules.Dwell); until.After(w.asOf) {
			due := before
			if target == severityRisk {
				due = StageAtRisk
			}
			w.hold(due, until)
			return
		}
		w.step(to, LifecycleRecovered, w.asOf)
	}
	w.loyalty()
}
