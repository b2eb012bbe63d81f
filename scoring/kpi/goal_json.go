package kpi

import "encoding/json"

type targetFile struct {
	Direction Direction `json:"direction"`
	Green     *float64  `json:"green"`
	Amber     *float64  `json:"amber"`
}

type rollupFile struct {
	Rule      RollupRule `json:"rule,omitempty"`
	Green     float64    `json:"green,omitempty"`
	Amber     float64    `json:"amber,omitempty"`
	LeastData float64    `json:"least_data,omitempty"`
}

type goalFile struct {
	Code   string      `json:"code"`
	Parent string      `json:"parent,omitempty"`
	Tier   string      `json:"tier,omitempty"`
	KPI    string      `json:"kpi,omitempty"`
	Scope  *Scope      `json:"scope,omitempty"`
	Target *targetFile `json:"target,omitempty"`
	Weight float64     `json:"weight,omitempty"`
	Rollup *rollupFile `json:"rollup,omitempty"`
}

type goalTreeFile struct {
	Format int        `json:"format"`
	Goals  []goalFile `json:"goals"`
}

// MarshalJSON writes {"format":1,"goals":[…]} in the order of [GoalTree.All]; what is zero
// is left out.
func (t *GoalTree) MarshalJSON() ([]byte, error) {
	file := goalTreeFile{Format: format, Goals: make([]goalFile, 0, len(t.goals))}
	for g := range t.All() {
		f := goalFile{Code: g.Code, Parent: g.Parent, Tier: g.Tier, KPI: g.KPI, Weight: g.Weight}
		if g.Scope != (Scope{}) {
			f.Scope = &g.Scope
		}
		if g.Target != nil {
			f.Target = &targetFile{Direction: g.Target.Direction, Green: &g.Target.Green, Amber: &g.Target.Amber}
		}
		if g.Rollup != (Rollup{}) {
			rollup := rollupFile(g.Rollup)
			f.Rollup = &rollup
		}
		file.Goals = append(file.Goals, f)
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [GoalTree.MarshalJSON] wrote; it marshals to the same bytes. It
// is for a fresh value, not for a tree in use. The error is a [*FormatError], that of the
// JSON, a [*CodeError] for a missing field or that of [NewGoalTree]; after it t is unchanged.
func (t *GoalTree) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var file goalTreeFile
	if err := decode("goal tree", text, &file); err != nil {
		return err
	}
	if err := checkFields("goal tree", field{"goals", file.Goals != nil}); err != nil {
		return err
	}
	goals := make([]Goal, len(file.Goals))
	for i, f := range file.Goals {
		goals[i] = Goal{Code: f.Code, Parent: f.Parent, Tier: f.Tier, KPI: f.KPI, Weight: f.Weight}
		if f.Scope != nil {
			goals[i].Scope = *f.Scope
		}
		if f.Target != nil {
			if err := checkFields("goal tree", field{"green", f.Target.Green != nil}, field{"amber", f.Target.Amber != nil}); err != nil {
				return err
			}
			goals[i].Target = &Target{Direction: f.Target.Direction, Green: *f.Target.Green, Amber: *f.Target.Amber}
		}
		if f.Rollup != nil {
			goals[i].Rollup = Rollup(*f.Rollup)
		}
	}
	read, err := NewGoalTree(goals...)
	if err != nil {
		return err
	}
	*t = *read
	return nil
}
