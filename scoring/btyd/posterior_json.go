package btyd

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// posteriorKind is the kind of the files of a [Posterior].
const posteriorKind = kindPrefix + "paretonbd-posterior"

// posteriorFile is the JSON of a posterior. Field order is part of the format: what
// was written once is written again byte for byte.
type posteriorFile struct {
	modelHead
	Unit      rapport.Unit  `json:"unit"`
	Seed      uint64        `json:"seed"`
	Warmup    int           `json:"warmup"`
	Thin      int           `json:"thin"`
	Customers int           `json:"customers"`
	Repeaters int           `json:"repeaters"`
	Priors    []priorFile   `json:"priors"`
	Draws     [][][]float64 `json:"draws"` // by chain, parameter in the order of the priors, and draw
}

// priorFile is a prior: median and sigma of "lognormal", shape and rate of "gamma".
type priorFile struct {
	Parameter string     `json:"parameter"`
	Kind      string     `json:"kind"`
	Values    [2]float64 `json:"values"`
}

// MarshalJSON writes the draws with a kind and a version. What
// [Posterior.UnmarshalJSON] reads back marshals to the same bytes and predicts the
// same. It is an [*InputError] for the zero value.
func (p Posterior) MarshalJSON() ([]byte, error) {
	if !p.known() {
		return nil, errNoPosterior()
	}
	file := posteriorFile{
		modelHead: modelHead{posteriorKind, modelVersion}, Unit: p.unit, Seed: p.seed, Warmup: p.warmup, Thin: p.thin,
		Customers: p.customers, Repeaters: p.repeaters, Draws: p.draws,
	}
	for _, prior := range p.priors {
		kind := "lognormal"
		if prior.kind == gammaPrior {
			kind = "gamma"
		}
		file.Priors = append(file.Priors, priorFile{prior.parameter, kind, [2]float64{prior.first, prior.second}})
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [Posterior.MarshalJSON] wrote. It is for a fresh value, not
// for one in use. The error wraps [ErrModelFormat].
func (p *Posterior) UnmarshalJSON(text []byte) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("btyd: posterior: "+format+": %w", append(args, ErrModelFormat)...)
	}
	var file posteriorFile
	if err := decodeFile(text, posteriorKind, &file); err != nil {
		return err
	}
	switch {
	case !file.Unit.IsValid():
		return fail("no unit of time")
	case len(file.Draws) < 1 || len(file.Draws) > mostChains || file.Warmup < 0 || file.Thin < 1:
		return fail("%d chains, %d steps of warmup, every %d-th draw kept", len(file.Draws), file.Warmup, file.Thin)
	case file.Customers < 1 || file.Repeaters < 0 || file.Repeaters > file.Customers:
		return fail("%d customers and %d repeaters", file.Customers, file.Repeaters)
	}
	back := Posterior{
		family: ParetoNBD, unit: file.Unit, seed: file.Seed, warmup: file.Warmup, thin: file.Thin,
		customers: file.Customers, repeaters: file.Repeaters, draws: file.Draws,
	}
	names := ParetoNBD.Parameters()
	var err error
	if back.priors, err = file.readPriors(names); err != nil {
		return err
	}
	for _, chain := range file.Draws {
		if len(chain) != len(names) {
			return fail("%d parameters, want %v", len(chain), names)
		}
		for i, column := range chain {
			if len(column) != len(file.Draws[0][0]) || len(column) < leastDraws {
				return fail("%d draws of %s: want as many of each parameter, at least %d", len(column), names[i], leastDraws)
			}
			if low, high := slices.Min(column), slices.Max(column); !(low >= smallest && high <= largest) || math.IsNaN(low) {
				return fail("draws of %s from %v to %v, want 1e-100 to 1e100", names[i], low, high)
			}
		}
	}
	back.digest()
	*p = back
	return nil
}

// readPriors returns the priors, one a parameter in their order.
func (f posteriorFile) readPriors(names []string) (penalty, error) {
	var list []Prior
	for i, prior := range f.Priors {
		kind := logNormalPrior
		if prior.Kind == "gamma" {
			kind = gammaPrior
		} else if prior.Kind != "lognormal" {
			return nil, fmt.Errorf("btyd: posterior: prior of kind %q: %w", prior.Kind, ErrModelFormat)
		}
		if i >= len(names) || prior.Parameter != names[i] {
			return nil, fmt.Errorf("btyd: posterior: prior of %q, want those of %v: %w", prior.Parameter, names, ErrModelFormat)
		}
		list = append(list, Prior{prior.Parameter, kind, prior.Values[0], prior.Values[1]})
	}
	if len(list) != len(names) {
		return nil, fmt.Errorf("btyd: posterior: %d priors, want those of %v: %w", len(list), names, ErrModelFormat)
	}
	priors, err := newPenalty(list, names)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModelFormat, err)
	}
	return priors, nil
}
