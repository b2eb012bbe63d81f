package pls

import "slices"

// Staged is a model with constructs of the second order or with moderations, which a
// [Model] does not have: it is estimated in stages, each of them a model of its own
// whose items are scores of the stage before ([FitStages]).
type Staged struct {
	Constructs  []Construct   // measured by items, as in a [Model]
	SecondOrder []SecondOrder // measured by constructs
	// Paths join constructs of both orders. Those that measure a construct of the
	// second order are on no path: what acts on them acts on it.
	Paths       []Path
	Moderations []Moderation
}

// SecondOrder is a construct that other constructs measure, such as service quality
// by reliability, courtesy and speed. Its mode says how: [ModeA] if they reflect it,
// [ModeB] if they form it.
type SecondOrder struct {
	Name string
	Mode Mode
	Of   []string // constructs of the model, each of at most one construct of the second order
}

// Validate returns nil or a [*ModelError].
func (m Staged) Validate() error {
	_, err := newStages(m)
	return err
}

// stages are the models of a [Staged].
type stages struct {
	lower       *plan        // all constructs that items measure; nil without constructs of the second order
	main        *plan        // those of the second order in the place of their parts
	whole       *plan        // scores and their products; nil without moderations
	answers     int          // items of main that are answers; the others, after them, are parts
	moderations []moderation // by place
}

func newStages(m Staged) (*stages, error) {
	parts := make(map[string][]string)
	owned := make(map[string]bool)
	for _, higher := range m.SecondOrder {
		if slices.ContainsFunc(m.Constructs, func(c Construct) bool { return c.Name == higher.Name }) {
			return nil, &ModelError{Fault: RepeatedConstruct, Construct: higher.Name}
		}
		for _, part := range higher.Of {
			if !slices.ContainsFunc(m.Constructs, func(c Construct) bool { return c.Name == part }) {
				return nil, &ModelError{Fault: UnknownConstruct, Construct: part}
			}
			owned[part] = true
		}
		parts[higher.Name] = higher.Of
	}
	var main Model
	var s stages
	for _, c := range m.Constructs {
		if !owned[c.Name] {
			s.answers += len(c.Items)
			main.Constructs = append(main.Constructs, c)
		}
	}
	for _, higher := range m.SecondOrder {
		main.Constructs = append(main.Constructs, Construct{Name: higher.Name, Mode: higher.Mode, Items: higher.Of})
	}
	main.Paths = m.Paths
	var err error
	if s.main, err = newPlan(main); err != nil {
		return nil, err
	}
	if len(m.SecondOrder) > 0 {
		lower := Model{Constructs: m.Constructs, Paths: between(m.Paths, parts)}
		if s.lower, err = newPlan(lower); err != nil {
			return nil, err
		}
	}
	if len(m.Moderations) > 0 {
		err = s.moderate(m.Moderations)
	}
	return &s, err
}

// between draws the paths of a construct of the second order to and from each of its
// parts.
func between(paths []Path, parts map[string][]string) []Path {
	ends := func(name string) []string {
		if of, higher := parts[name]; higher {
			return of
		}
		return []string{name}
	}
	var out []Path
	for _, path := range paths {
		for _, from := range ends(path.From) {
			for _, to := range ends(path.To) {
				out = append(out, Path{From: from, To: to})
			}
		}
	}
	return out
}

// base is the plan whose items are the answers that the model needs.
func (s *stages) base() *plan {
	if s.lower != nil {
		return s.lower
	}
	return s.main
}
