package pipeline

import (
	"fmt"
	"slices"
	"strings"
)

// DiagramOptions are what a diagram shows beside the definition. Nil options show nothing.
type DiagramOptions struct {
	// Flow puts on each edge how often it was taken, and which part that was of all moves
	// out of the stage where it begins; for an edge that stands for many stages, out of
	// these together. Steps that the definition does not have, perhaps of an earlier
	// version, have no edge, but are moves out of their stage. Where transitions of a
	// stage agree in trigger and target no history tells them apart: the first has all.
	Flow Flow
	// Population puts into each stage how many records are there.
	Population map[StageID]int
}

// The nodes of a diagram that are no stages. A StageID has no "*".
const (
	startNode StageID = "*start" // from outside
	anyNode   StageID = "*any"   // any open or on-hold stage
	heldNode  StageID = "*held"  // the stage from which the record was put on hold
)

// drawing is what a diagram shows, in any language. A definition that does not compile is
// drawn too, to be looked at: of stages with the same ID the first counts, those without
// one are left out, and those within each other in a circle, or in a stage that is not
// there, stand outside.
type drawing struct {
	definition *Definition
	options    DiagramOptions
	list       []*Stage
	stages     map[StageID]*Stage
	inside     map[StageID][]*Stage // by super-stage, "" for those within none
	edges      []edge
}

// edge is one line of a drawing: a transition from one of its stages to one of its
// targets, or an entrance.
type edge struct {
	*Transition         // nil for an entrance
	from, to    StageID // stages, super-stages among them, or nodes that are none
	count       int
	exits       int // from the stages for which it stands
}

func newDrawing(d *Definition, options *DiagramOptions) *drawing {
	g := &drawing{definition: d, stages: map[StageID]*Stage{}, inside: map[StageID][]*Stage{}}
	if options != nil {
		g.options = *options
	}
	for i := range d.Stages {
		if s := &d.Stages[i]; s.ID != "" && g.stages[s.ID] == nil {
			g.stages[s.ID] = s
			g.list = append(g.list, s)
		}
	}
	for _, s := range g.list {
		super := g.super(s)
		g.inside[super] = append(g.inside[super], s)
	}
	for _, to := range append([]StageID{d.Initial}, d.Entrances...) {
		g.edges = append(g.edges, edge{from: startNode, to: to})
	}
	for i := range d.Transitions {
		t := &d.Transitions[i]
		from := t.From
		if len(from) == 0 {
			from = []StageID{anyNode}
		}
		for _, from := range from {
			targets := []StageID{t.To}
			switch {
			case t.Internal:
				targets[0] = from
			case t.Resume:
				targets[0] = heldNode
			case len(t.Among) > 0:
				targets = t.Among
			}
			for _, to := range targets {
				g.edges = append(g.edges, edge{Transition: t, from: from, to: to})
			}
		}
	}
	if g.options.Flow != nil {
		g.count()
	}
	return g
}

// super returns the super-stage of a stage, or "".
func (g *drawing) super(s *Stage) StageID {
	at := s
	for range g.list {
		if at.Within == "" {
			return s.Within
		}
		if at = g.stages[at.Within]; at == nil {
			break
		}
	}
	return ""
}

// around returns a stage and the super-stages around it, from the inside out.
func (g *drawing) around(id StageID) []StageID {
	chain := []StageID{id}
	for s := g.stages[id]; s != nil; s = g.stages[g.super(s)] {
		if super := g.super(s); super != "" {
			chain = append(chain, super)
		}
	}
	return chain
}

// settle returns the stage in which a record comes to rest that enters a stage.
func (g *drawing) settle(id StageID) StageID {
	for range g.list {
		if !g.isSuper(id) {
			break
		}
		id = g.stages[id].Initial
	}
	return id
}

func (g *drawing) isSuper(id StageID) bool { return id != "" && len(g.inside[id]) > 0 }

// within reports whether a node is a super-stage or somewhere inside it.
func (g *drawing) within(id, super StageID) bool { return slices.Contains(g.around(id), super) }

// uses reports whether an edge begins or ends in a node.
func (g *drawing) uses(node StageID) bool {
	return slices.ContainsFunc(g.edges, func(e edge) bool { return e.from == node || e.to == node })
}

// count gives each step of the flow to its edge, the one whose transition a machine would
// look at first: those from the stage itself, from super-stages around it, from everywhere.
func (g *drawing) count() {
	for step, n := range g.options.Flow {
		starts := []StageID{startNode}
		if step.From != "" {
			starts = g.around(step.From)
			if s := g.stages[step.From]; s != nil && !s.Kind.Closed() {
				starts = append(starts, anyNode)
			}
		}
		if step.To != "" {
			for i := range g.edges {
				if slices.Contains(starts, g.edges[i].from) {
					g.edges[i].exits += n
				}
			}
		}
		if e := g.edgeOf(step, starts); e != nil {
			e.count += n
		}
	}
}

func (g *drawing) edgeOf(step Step, starts []StageID) *edge {
	for _, from := range starts {
		for i := range g.edges {
			if e := &g.edges[i]; e.from == from && g.took(e, step) {
				return e
			}
		}
	}
	return nil
}

// took reports whether an edge from its stage is the way of a step.
func (g *drawing) took(e *edge, step Step) bool {
	switch {
	case e.Transition == nil:
		return g.settle(e.to) == step.To
	case e.Trigger != step.Trigger || e.Internal != (step.To == ""):
		return false
	}
	return e.Internal || e.Resume || g.settle(e.to) == step.To
}

// lines returns what stands beside an edge: its trigger with guards and the marks of its
// form, which are the words that a definition in JSON uses, and the figures.
func (g *drawing) lines(e *edge) []string {
	var lines []string
	if t := e.Transition; t != nil {
		var text strings.Builder
		text.WriteString(first(t.Label, string(t.Trigger)))
		if len(t.When) > 0 {
			text.WriteString(" [" + strings.Join(t.When, ", ") + "]")
		}
		for _, mark := range []struct {
			name string
			set  bool
		}{{"internal", t.Internal}, {"among", len(t.Among) > 0}, {"back", t.Back}} {
			if mark.set {
				text.WriteString(" «" + mark.name + "»")
			}
		}
		lines = append(lines, text.String())
	}
	if g.options.Flow != nil {
		text := fmt.Sprint(e.count)
		if share, ok := rate(e.count, e.exits).Value(); ok && (e.Transition == nil || !e.Internal) {
			text += fmt.Sprintf(" (%.1f%%)", 100*share)
		}
		lines = append(lines, text)
	}
	return lines
}

// title returns what stands in a stage: its label and how many records are there.
func (g *drawing) title(s *Stage) []string {
	lines := []string{first(s.Label, string(s.ID))}
	if g.options.Population != nil {
		lines = append(lines, fmt.Sprint(g.population(s.ID)))
	}
	return lines
}

func (g *drawing) population(id StageID) int {
	n := g.options.Population[id]
	for _, s := range g.inside[id] {
		n += g.population(s.ID)
	}
	return n
}

func first(label, id string) string {
	if label = strings.TrimSpace(plain(label)); label != "" {
		return label
	}
	return id
}

// indented is a text in lines.
type indented struct {
	text  strings.Builder
	by    string
	depth int
}

func (w *indented) line(format string, args ...any) {
	w.text.WriteString(strings.Repeat(w.by, w.depth))
	fmt.Fprintf(&w.text, format, args...)
	w.text.WriteByte('\n')
}

// plain makes a text fit for one line: valid UTF-8, no control characters but the new
// lines, which the languages write in ways of their own.
func plain(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}
