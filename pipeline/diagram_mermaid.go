package pipeline

import (
	"fmt"
	"slices"
	"strings"
)

// Mermaid draws the machine's definition, see [Definition.Mermaid].
func (m *Machine) Mermaid(options *DiagramOptions) string { return m.definition.Mermaid(options) }

// Mermaid draws a definition as a stateDiagram-v2, the same bytes each time, with the
// nodes and edges that [Definition.DOT] has: super-stages are composite states, closed
// stages lead to the end, and the class of a stage is its kind.
func (d *Definition) Mermaid(options *DiagramOptions) string {
	w := &mermaidWriter{newDrawing(d, options), indented{by: "    "}}
	w.line("stateDiagram-v2")
	w.depth++
	w.line("direction LR")
	if w.uses(anyNode) {
		w.line(`state "any" as ANY`)
	}
	if w.uses(heldNode) {
		w.line(`state "H" as HELD`)
	}
	w.stagesIn("")
	for i := range w.edges {
		w.edge(&w.edges[i])
	}
	for _, s := range w.list {
		if s.Kind.Closed() {
			w.line("%s --> [*]", w.name(s.ID))
		}
	}
	w.classes()
	return w.text.String()
}

type mermaidWriter struct {
	*drawing
	indented
}

func (w *mermaidWriter) stagesIn(super StageID) {
	for _, s := range w.inside[super] {
		start := fmt.Sprintf(`state "%s" as %s`, mermaidText(w.title(s)...), w.name(s.ID))
		if !w.isSuper(s.ID) {
			w.line("%s", start)
			continue
		}
		w.line("%s {", start)
		w.depth++
		if s.Initial != "" {
			w.line("[*] --> %s", w.name(s.Initial))
		}
		w.stagesIn(s.ID)
		w.depth--
		w.line("}")
	}
}

func (w *mermaidWriter) edge(e *edge) {
	text := w.name(e.from) + " --> " + w.name(e.to)
	if lines := w.lines(e); len(lines) > 0 {
		text += " : " + mermaidText(lines...)
	}
	w.line("%s", text)
}

// classes writes how the kinds look. Composite states cannot have a class.
func (w *mermaidWriter) classes() {
	for _, class := range []struct {
		name, look string
		has        func(*Stage) bool
	}{
		{"on_hold", "stroke-dasharray:4 4", func(s *Stage) bool { return s.Kind == OnHold }},
		{"won", "fill:#d5f5d5,stroke:#2e7d32,stroke-width:3px", func(s *Stage) bool { return s.Kind == Won }},
		{"lost", "fill:#fbe0dd,stroke:#b71c1c,stroke-width:3px", func(s *Stage) bool { return s.Kind == Lost }},
		{"archived", "color:#888,stroke:#888", func(s *Stage) bool { return s.Archived }},
	} {
		var names []string
		for _, s := range w.list {
			if class.has(s) && !w.isSuper(s.ID) {
				names = append(names, w.name(s.ID))
			}
		}
		if names != nil {
			w.line("classDef %s %s", class.name, class.look)
			w.line("class %s %s", strings.Join(names, ","), class.name)
		}
	}
}

// name returns the name of a node: the ID, or for one that the parser of Mermaid would not
// take for a name, "S" and the number of the stage.
func (w *mermaidWriter) name(id StageID) string {
	switch id {
	case startNode:
		return "[*]"
	case anyNode:
		return "ANY"
	case heldNode:
		return "HELD"
	}
	if isMermaidName(string(id)) {
		return string(id)
	}
	for i, s := range w.list {
		if s.ID == id {
			return fmt.Sprintf("S%d", i+1)
		}
	}
	return "UNKNOWN"
}

// isMermaidName reports whether a name means nothing to Mermaid. Its lexer takes some
// words for what they say, in any case of letters, and ends a name at a "-".
func isMermaidName(name string) bool {
	reserved := []string{"accdescr", "acctitle", "as", "class", "classdef", "click", "constructor", "default",
		"direction", "end", "hide", "href", "note", "scale", "state", "statediagram", "style"}
	return name != "" && name[0] >= 'a' && name[0] <= 'z' && !slices.Contains(reserved, name) &&
		strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// mermaidText writes lines with an entity for every ASCII character that might mean
// something, for a "%" before another, and for the first letter of "direction": the lexer
// looks for that word, with where it points to, anywhere in a line.
func mermaidText(lines ...string) string {
	var text strings.Builder
	const word = "direction"
	whole := strings.TrimSpace(plain(strings.Join(lines, "\n")))
	for i, r := range whole {
		switch {
		case r == '\n':
			text.WriteString("<br/>")
		case strings.ContainsRune("\"#;:&<>{}[]`\\*~|$^", r), strings.HasPrefix(whole[i:], "%%"), strings.EqualFold(whole[i:min(i+len(word), len(whole))], word):
			fmt.Fprintf(&text, "#%d;", r)
		default:
			text.WriteRune(r)
		}
	}
	return text.String()
}
