package quality

import "slices"

// Phase is a step of a roll-out: features that are switched on together once data
// are ready for them.
type Phase struct {
	Name     string   // required, and no other phase has it
	Features []string // codes of the host, each in one phase only
	Gate     Gate     // its Analysis may be left empty: then the name of the phase
}

// Rollout switches features on phase by phase: a phase is open if its own gate and
// those of all earlier phases are. It is immutable and safe to share.
type Rollout struct {
	phases []Phase
}

// NewRollout returns the roll-out with these phases, in their order. The error is a
// [*SpecError].
func NewRollout(phases ...Phase) (Rollout, error) {
	var r Rollout
	names, features := make(map[string]bool), make(map[string]bool)
	for _, p := range phases {
		if p.Gate.Analysis == "" {
			p.Gate.Analysis = p.Name
		}
		if p.Name == "" {
			return Rollout{}, &SpecError{Item: "phase", Reason: NotGiven}
		}
		if names[p.Name] {
			return Rollout{}, &SpecError{Item: "phase", Name: p.Name, Reason: GivenTwice}
		}
		if err := p.Gate.Validate(); err != nil {
			return Rollout{}, err
		}
		for _, f := range p.Features {
			if features[f] {
				return Rollout{}, &SpecError{Item: "feature", Name: f, Reason: GivenTwice}
			}
			features[f] = true
		}
		names[p.Name] = true
		p.Features, p.Gate.Floors = slices.Clone(p.Features), slices.Clone(p.Gate.Floors)
		r.phases = append(r.phases, p)
	}
	return r, nil
}

// StandardPhases returns the order in which customer relationship systems are
// introduced: call centre, service, marketing, channel and, when data have been
// gathered, analysis. The first opens at once, the others when all floors are met.
// Features are the host's to fill in.
func StandardPhases(floors ...Floor) []Phase {
	phases := []Phase{{Name: "call-centre"}, {Name: "service"}, {Name: "marketing"}, {Name: "channel"}, {Name: "analysis"}}
	for i := range phases[1:] {
		phases[i+1].Gate.Floors = slices.Clone(floors)
	}
	return phases
}

// PhaseState says whether a phase is open.
type PhaseState struct {
	Name     string
	Features []string
	Err      error // nil if it is open; else the [*NotReadyError] of the first gate that is closed, its own or an earlier one's
}

// States returns the state of every phase by a report, in order.
func (r Rollout) States(report Report) []PhaseState {
	var states []PhaseState
	var closed error
	for _, p := range r.phases {
		if closed == nil {
			closed = p.Gate.Check(report)
		}
		states = append(states, PhaseState{p.Name, slices.Clone(p.Features), closed})
	}
	return states
}

// Check returns nil if a feature is switched on by a report, else the
// [*NotReadyError] of the first gate in its way; a [*SpecError] for a feature that no
// phase has.
func (r Rollout) Check(feature string, report Report) error {
	for _, s := range r.States(report) {
		if slices.Contains(s.Features, feature) {
			return s.Err
		}
	}
	return &SpecError{Item: "feature", Name: feature, Reason: NotKnown}
}
