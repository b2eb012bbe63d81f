package kpi

// Status says how a goal stands.
type Status string

// The statuses, the best first. A goal without data is not red: nobody knows.
const (
	StatusGreen  Status = "green"
	StatusAmber  Status = "amber"
	StatusRed    Status = "red"
	StatusNoData Status = "no_data"
)

// points is what a status with data counts.
func (s Status) points() float64 {
	switch s {
	case StatusGreen:
		return 1
	case StatusAmber:
		return 0.5
	}
	return 0
}

// RollupRule says how the status of a goal follows from those below it.
type RollupRule string

// The rules.
const (
	// RollupQuorum goes by how many of the goals below are green, and how many at least
	// amber; weights play no part. It is the default: all green for green, half of them
	// green or amber for amber. So one red of three makes amber.
	RollupQuorum RollupRule = "quorum"
	// RollupWeighted goes by the weighted mean of 1 for green, ½ for amber and 0 for red:
	// by default green from 0.8 and amber from 0.4.
	RollupWeighted RollupRule = "weighted"
	// RollupWorst takes the status of the worst goal below.
	RollupWorst RollupRule = "worst"
)

// Rollup is a rule with its limits; the zero value is [RollupQuorum] with its defaults.
// [RollupWorst] has no limits.
type Rollup struct {
	Rule RollupRule // empty: RollupQuorum
	// Green and Amber are the parts from which on a goal is green or amber, above 0 and up
	// to 1; 0 for the defaults of the rule.
	Green, Amber float64
	// LeastData is the part of the weight below that must have data; 0 stands for 0.5.
	// With less, or none at all, the goal has none either.
	LeastData float64
}

// Validate returns nil, a [*CodeError] for an unknown rule, or an [*InputError] for limits
// that are not from 0 to 1 or in the wrong order.
func (r Rollup) Validate() error {
	switch r.Rule {
	case "", RollupQuorum, RollupWeighted, RollupWorst:
	default:
		return &CodeError{Subject: "rollup", Code: string(r.Rule), Reason: "want quorum, weighted or worst"}
	}
	for _, v := range [...]named{{"green", r.Green}, {"amber", r.Amber}, {"least data", r.LeastData}} {
		if !(v.value >= 0 && v.value <= 1) {
			return &InputError{Subject: "rollup", Name: v.name, Value: v.value, Reason: "want 0 to 1"}
		}
	}
	if r.Rule == RollupWorst && (r.Green != 0 || r.Amber != 0) {
		return &InputError{Subject: "rollup", Name: "limit", Value: max(r.Green, r.Amber), Reason: "the worst has no limits"}
	}
	if full := r.normal(); full.Amber > full.Green {
		return &InputError{Subject: "rollup", Name: "amber", Value: full.Amber, Reason: "want no more than green"}
	}
	return nil
}

// normal returns the rule with its defaults.
func (r Rollup) normal() Rollup {
	full := Rollup{Rule: RollupQuorum, Green: 1, Amber: 0.5, LeastData: 0.5}
	if r.Rule != "" {
		full.Rule = r.Rule
	}
	if r.Rule == RollupWeighted {
		full.Green, full.Amber = 0.8, 0.4
	}
	for _, v := range [...]struct {
		given float64
		into  *float64
	}{{r.Green, &full.Green}, {r.Amber, &full.Amber}, {r.LeastData, &full.LeastData}} {
		if v.given != 0 {
			*v.into = v.given
		}
	}
	return full
}

// part is a goal below, for the rule.
type part struct {
	status Status
	weight float64
}

// status applies the rule. The parts with data also come as a weight over all weights.
func (r Rollup) status(parts []part) (status Status, data, all float64) {
	r = r.normal()
	worst := StatusGreen
	known, green, passable, points := 0.0, 0.0, 0.0, 0.0
	for _, p := range parts {
		all += p.weight
		if p.status == StatusNoData {
			continue
		}
		data += p.weight
		known++
		points += p.weight * p.status.points()
		if p.status == StatusGreen {
			green++
		}
		if p.status != StatusRed {
			passable++
		}
		if p.status.points() < worst.points() {
			worst = p.status
		}
	}
	if data == 0 || data < r.LeastData*all*(1-rounding) {
		return StatusNoData, data, all
	}
	good, fair := green/known, passable/known
	switch r.Rule {
	case RollupWorst:
		return worst, data, all
	case RollupWeighted:
		good = points / data
		fair = good
	}
	switch {
	case good >= r.Green*(1-rounding):
		return StatusGreen, data, all
	case fair >= r.Amber*(1-rounding):
		return StatusAmber, data, all
	}
	return StatusRed, data, all
}

// rounding is by how much a part may fall short of a limit that it reaches exactly: sums
// of weights such as 0.1 are not exact.
const rounding = 1e-12
