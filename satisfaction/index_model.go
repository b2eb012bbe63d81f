package satisfaction

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// Construct is something that no question measures alone, such as satisfaction, and
// the items that measure it.
type Construct struct {
	Name string
	Mode pls.Mode // how the weights of the items are found
	// Items have their scales, because an index needs the ends of each. Where they have
	// two groups or more, [Result] reports an index for each group.
	Items []Item
}

// PathSign is the sign that a path should have.
type PathSign int8

// The signs.
const (
	NegativePath PathSign = -1
	AnyPath      PathSign = 0 // nothing is expected
	PositivePath PathSign = 1
)

// Path says that one construct acts on another, and in which direction it should.
type Path struct {
	From, To string
	Sign     PathSign // a path with the other sign is a [WrongSign] warning
}

// String returns "From->To".
func (p Path) String() string { return p.From + "->" + p.To }

// Model is an index model: constructs with their items, the paths between them, and
// the construct whose index is the figure that is reported. It comes from a preset such
// as [ACSI], from [ParseSpec], from its JSON, or is the host's own.
type Model struct {
	Name       string // such as "acsi"; may be empty
	Constructs []Construct
	Paths      []Path
	Target     string // a construct, such as "Satisfaction"
}

// ModelFault says what is wrong with a [Model].
type ModelFault string

// The faults of an index model.
const (
	BadModelName     ModelFault = "name"              // more than 128 bytes, or not UTF-8 without control characters
	BadItem          ModelFault = "item"              // Err says what is wrong with the item or its scale
	UnknownTarget    ModelFault = "target"            // the target is not a construct of the model
	UnknownPathSign  ModelFault = "sign"              // the sign of a path is not −1, 0 or 1
	BadPathModel     ModelFault = "structure"         // Err, a [*pls.ModelError], says what is wrong with constructs and paths
	DifferentScale   ModelFault = "scale"             // the survey has another scale, or turns the item and the model does not
	DifferentModel   ModelFault = "different"         // two results that are compared come of different models
	UnknownConstruct ModelFault = "unknown_construct" // what is asked for is no construct of the model
	UnboundConstruct ModelFault = "unbound"           // no column belongs to a construct, or items were given for one that the model does not have
)

// ModelError reports an index model that cannot be used.
type ModelError struct {
	Model     string // its name
	Fault     ModelFault
	Construct string // the construct concerned, if one is
	Item      string // the item concerned, if one is
	Reason    string // in words, with the numbers
	Err       error  // the error behind it, or nil
}

// Error names the fault and where it is.
func (e *ModelError) Error() string {
	text := "satisfaction: model"
	if e.Model != "" {
		text += fmt.Sprintf(" %.80q", e.Model)
	}
	text += ": " + string(e.Fault)
	if e.Construct != "" {
		text += fmt.Sprintf(", construct %.80q", e.Construct)
	}
	if e.Item != "" {
		text += fmt.Sprintf(", item %.80q", e.Item)
	}
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// Unwrap returns Err.
func (e *ModelError) Unwrap() error { return e.Err }

// Validate returns nil or a [*ModelError].
func (m Model) Validate() error {
	wrong := func(fault ModelFault, construct, item, reason string, err error) error {
		return &ModelError{Model: m.Name, Fault: fault, Construct: construct, Item: item, Reason: reason, Err: err}
	}
	if err := checkLabel(m.Name); err != nil {
		return wrong(BadModelName, "", "", err.Error(), err)
	}
	if err := m.paths().Validate(); err != nil {
		return wrong(BadPathModel, "", "", err.Error(), err)
	}
	for _, c := range m.Constructs {
		if err := checkLabel(c.Name); err != nil {
			return wrong(BadModelName, c.Name, "", err.Error(), err)
		}
		for _, item := range c.Items {
			if err := (&Survey{}).check(item.withScale()); err != nil {
				return wrong(BadItem, c.Name, item.Key, err.Error(), err)
			}
		}
	}
	for _, p := range m.Paths {
		if p.Sign < NegativePath || p.Sign > PositivePath {
			return wrong(UnknownPathSign, p.To, "", fmt.Sprintf("path %v has sign %d: must be -1, 0 or 1", p, p.Sign), nil)
		}
	}
	if m.place(m.Target) < 0 {
		return wrong(UnknownTarget, m.Target, "", "want one of "+m.named(), nil)
	}
	return nil
}

// paths returns the model as package pls knows it.
func (m Model) paths() pls.Model {
	var out pls.Model
	for _, c := range m.Constructs {
		block := pls.Construct{Name: c.Name, Mode: c.Mode}
		for _, item := range c.Items {
			block.Items = append(block.Items, item.Key)
		}
		out.Constructs = append(out.Constructs, block)
	}
	for _, p := range m.Paths {
		out.Paths = append(out.Paths, pls.Path{From: p.From, To: p.To})
	}
	return out
}

// place returns the number of a construct, −1 if the model does not have it.
func (m Model) place(construct string) int {
	return slices.IndexFunc(m.Constructs, func(c Construct) bool { return c.Name == construct })
}

// named lists the constructs for a message.
func (m Model) named() string {
	var names []string
	for _, c := range m.Constructs {
		names = append(names, c.Name)
	}
	return fmt.Sprintf("%.200s", strings.Join(names, ", "))
}

// Items returns the items of all constructs, in the order of the model, with the scales
// that zeros stood for.
func (m Model) Items() []Item {
	var items []Item
	for _, c := range m.Constructs {
		for _, item := range c.Items {
			items = append(items, item.withScale())
		}
	}
	return items
}

// keys returns the keys of [Model.Items].
func (m Model) keys() []string {
	var keys []string
	for _, c := range m.Constructs {
		for _, item := range c.Items {
			keys = append(keys, item.Key)
		}
	}
	return keys
}

// clone returns a model that shares no memory with m, with all scales filled in.
func (m Model) clone() Model {
	m.Constructs, m.Paths = slices.Clone(m.Constructs), slices.Clone(m.Paths)
	for j := range m.Constructs {
		items := slices.Clone(m.Constructs[j].Items)
		for i := range items {
			items[i] = items[i].withScale()
		}
		m.Constructs[j].Items = items
	}
	return m
}
