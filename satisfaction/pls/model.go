package pls

import (
	"fmt"
	"slices"
)

// Mode says how the weights of a construct's items are found.
type Mode uint8

// The modes. A construct with one item has no choice: its weight is fixed.
const (
	ModeA       Mode = iota // covariances of the items with the inner proxy: items reflect the construct
	ModeB                   // regression of the inner proxy on the items: items form the construct
	UnitWeights             // the same weight for every item, not estimated
)

// String returns "A", "B" or "unit".
func (m Mode) String() string {
	return name(int(m), "A", "B", "unit")
}

// MarshalText writes what [Mode.String] returns, or an [*OptionError].
func (m Mode) MarshalText() ([]byte, error) {
	return writeName("mode", int(m), "A", "B", "unit")
}

// UnmarshalText reads what [Mode.MarshalText] writes, or fails with an [*OptionError].
func (m *Mode) UnmarshalText(text []byte) error {
	at, err := readName("mode", string(text), "A", "B", "unit")
	if err == nil {
		*m = Mode(at)
	}
	return err
}

// Construct is a latent variable and the items that measure it.
type Construct struct {
	Name  string
	Mode  Mode
	Items []string // at least one; an item belongs to one construct
}

// Path says that one construct acts on another.
type Path struct {
	From, To string
}

// String returns "From->To".
func (p Path) String() string { return p.From + "->" + p.To }

// Model is what is estimated: constructs in any order and the paths between them,
// which must not form a cycle. Every construct is on at least one path.
type Model struct {
	Constructs []Construct
	Paths      []Path
}

// ModelFault says what is wrong with a [Model].
type ModelFault string

// The faults of a model.
const (
	NoConstructs      ModelFault = "no_constructs"      // the model is empty
	UnnamedConstruct  ModelFault = "unnamed_construct"  // a construct or an item without a name
	RepeatedConstruct ModelFault = "repeated_construct" // two constructs of one name
	NoItems           ModelFault = "no_items"           // a construct without items
	RepeatedItem      ModelFault = "repeated_item"      // an item in two places
	UnknownMode       ModelFault = "unknown_mode"
	UnknownConstruct  ModelFault = "unknown_construct" // a path to or from a construct that is not in the model
	RepeatedPath      ModelFault = "repeated_path"
	AbsentPath        ModelFault = "absent_path"  // a path that is needed and not in the model
	CyclicPaths       ModelFault = "cyclic_paths" // also a path from a construct to itself
	Isolated          ModelFault = "isolated"     // a construct on no path: nothing says what its weights should be
)

// ModelError reports a model that cannot be estimated.
type ModelError struct {
	Fault     ModelFault
	Construct string // the construct concerned, if one is
	Item      string // the item concerned, if one is
	Path      Path   // the path concerned, if one is
}

// Error names the fault and where it is.
func (e *ModelError) Error() string {
	text := "pls: model: " + string(e.Fault)
	if e.Path != (Path{}) {
		text += fmt.Sprintf(", path %q -> %q", e.Path.From, e.Path.To)
	}
	if e.Construct != "" {
		text += fmt.Sprintf(", construct %q", e.Construct)
	}
	if e.Item != "" {
		text += fmt.Sprintf(", item %q", e.Item)
	}
	if e.Fault == Isolated {
		text += ": no path leads to it or from it"
	}
	return text
}

// Validate returns nil or a [*ModelError].
func (m Model) Validate() error {
	_, err := newPlan(m)
	return err
}

// clone returns a model that shares no memory with m.
func (m Model) clone() Model {
	out := Model{Constructs: slices.Clone(m.Constructs), Paths: slices.Clone(m.Paths)}
	for i := range out.Constructs {
		out.Constructs[i].Items = slices.Clone(out.Constructs[i].Items)
	}
	return out
}
