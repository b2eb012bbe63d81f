package pipeline

import (
	"fmt"
	"strings"
)

// DOT draws the machine's definition, see [Definition.DOT].
func (m *Machine) DOT(options *DiagramOptions) string { return m.definition.DOT(options) }

// DOT draws a definition in the language of Graphviz, the same bytes each time. Every
// transition is an edge from each stage that it names, to each of its targets; what holds
// for all stages of a super-stage is drawn once, at the border of its cluster, what holds
// everywhere at a node "any". Resume leads to a node H, as in a chart of UML.
//
// Open stages are rounded boxes; on-hold ones are dashed, won ones green and lost ones
// red, both with a double line; archived ones are grey. Edges of steps back are dashed,
// those among which is chosen have an open head, internal ones are dotted.
func (d *Definition) DOT(options *DiagramOptions) string {
	w := &dotWriter{newDrawing(d, options), indented{by: "\t"}}
	w.line("digraph %s {", dotText(fmt.Sprintf("%s %d", d.ID, d.Version)))
	w.depth++
	w.line(`graph [rankdir=LR, compound=true, label=%s]`, dotText(first(d.Label, d.ID)))
	w.line(`node [shape=box, style=rounded]`)
	w.node(startNode, `shape=circle, style=filled, fillcolor=black, width=0.15, label=""`)
	if w.uses(anyNode) {
		w.node(anyNode, `shape=plaintext, style="", label="any"`)
	}
	if w.uses(heldNode) {
		w.node(heldNode, `shape=circle, style="", label="H"`)
	}
	w.stagesIn("")
	for i := range w.edges {
		w.edge(&w.edges[i])
	}
	w.depth--
	w.line("}")
	return w.text.String()
}

type dotWriter struct {
	*drawing
	indented
}

func (w *dotWriter) node(id StageID, attributes string) {
	w.line("%s [%s]", dotText(string(id)), attributes)
}

// stagesIn writes the stages within one. A super-stage is a cluster, whose name must begin
// so, with a point in it for the edges to end in.
func (w *dotWriter) stagesIn(super StageID) {
	for _, s := range w.inside[super] {
		if !w.isSuper(s.ID) {
			w.node(s.ID, "label="+dotText(w.title(s)...)+dotLook(s))
			continue
		}
		w.line("subgraph %s {", dotText("cluster "+string(s.ID)))
		w.depth++
		w.line(`graph [style=rounded, label=%s]`, dotText(w.title(s)...))
		w.node(s.ID, `shape=point, label=""`)
		w.stagesIn(s.ID)
		if s.Initial != "" {
			w.line("%s -> %s [color=grey]", dotText(string(s.ID)), dotText(string(s.Initial)))
		}
		w.depth--
		w.line("}")
	}
}

func dotLook(s *Stage) string {
	color := ""
	if s.Archived {
		color = ", color=grey, fontcolor=grey"
	}
	switch s.Kind {
	case OnHold:
		return `, style="rounded,dashed"` + color
	case Won:
		return `, style="rounded,filled", fillcolor=palegreen, peripheries=2` + color
	case Lost:
		return `, style="rounded,filled", fillcolor=mistyrose, peripheries=2` + color
	}
	return color
}

func (w *dotWriter) edge(e *edge) {
	var attributes []string
	if lines := w.lines(e); len(lines) > 0 {
		attributes = append(attributes, "label="+dotText(lines...))
	}
	if t := e.Transition; t != nil {
		switch {
		case t.Internal:
			attributes = append(attributes, "style=dotted")
		case t.Back:
			attributes = append(attributes, "style=dashed")
		}
		if len(t.Among) > 0 {
			attributes = append(attributes, "arrowhead=empty")
		}
	}
	// An edge may end at the border of a cluster only if it comes from outside.
	if w.isSuper(e.from) && !w.within(e.to, e.from) {
		attributes = append(attributes, "ltail="+dotText("cluster "+string(e.from)))
	}
	if w.isSuper(e.to) && !w.within(e.from, e.to) {
		attributes = append(attributes, "lhead="+dotText("cluster "+string(e.to)))
	}
	text := dotText(string(e.from)) + " -> " + dotText(string(e.to))
	if len(attributes) > 0 {
		text += " [" + strings.Join(attributes, ", ") + "]"
	}
	w.line("%s", text)
}

// dotText quotes lines. In labels Graphviz reads "\" with a letter and HTML entities.
func dotText(lines ...string) string {
	text := plain(strings.Join(lines, "\n"))
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "&", "&amp;").Replace(text) + `"`
}
