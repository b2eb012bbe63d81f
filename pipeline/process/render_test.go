package process_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/pipeline/process"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The golden files show each process in words, so that a change of it is seen:
//
//	go test ./pipeline/process -run TestGolden -update
func TestGolden(t *testing.T) {
	for _, template := range process.All() {
		t.Run(template.Definition.ID, func(t *testing.T) {
			file := filepath.Join("testdata", template.Definition.ID+".txt")
			got := render(&template)
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		})
	}
}

// render writes a template as text.
func render(template *process.Template) string {
	d := &template.Definition
	b := &strings.Builder{}
	fmt.Fprintf(b, "%s version %d: %s (%s)\n%s\n", d.ID, d.Version, d.Label, template.Trade, template.About)
	fmt.Fprintf(b, "\nstages, from %s", d.Initial)
	for _, id := range d.Entrances {
		fmt.Fprintf(b, " or %s", id)
	}
	b.WriteString("\n")
	for i := range d.Stages {
		s := &d.Stages[i]
		kind := s.Kind.String()
		if s.Initial != "" {
			kind = "super-stage, first " + string(s.Initial)
		}
		if s.Pauses {
			kind += ", clock stops"
		}
		fmt.Fprintf(b, "  %s (%s)", s.ID, kind)
		if s.Within != "" {
			fmt.Fprintf(b, " in %s", s.Within)
		}
		fmt.Fprintf(b, " %q\n", s.Label)
		renderGate(b, "    to enter", &s.Enter)
		renderGate(b, "    to leave", &s.Leave)
		renderNames(b, "    effects on entry", s.OnEnter)
		renderLimits(b, s.Limits)
	}
	b.WriteString("\ntriggers\n")
	for i := range d.Transitions {
		renderTransition(b, &d.Transitions[i])
	}
	if d.Limits != nil {
		b.WriteString("\nlimits of the whole\n")
		renderLimits(b, d.Limits)
	}
	b.WriteString("\nfields\n")
	for _, f := range d.Fields {
		fmt.Fprintf(b, "  %s (%v) %q", f.ID, f.Kind, f.Label)
		if f.OneOf != nil {
			fmt.Fprintf(b, " one of %s", strings.Join(f.OneOf, ", "))
		}
		if f.Personal {
			b.WriteString(" personal")
		}
		b.WriteString("\n")
	}
	renderLists(b, d)
	b.WriteString("\nfigures\n")
	for _, k := range template.KPIs {
		fmt.Fprintf(b, "  %s: %s / %s, %s, %s is better; %s [%s]\n", k.ID, k.Numerator, k.Denominator, k.Unit, k.Better, k.Formula, k.Source)
	}
	for _, segment := range template.Segments {
		fmt.Fprintf(b, "segment %s: %s\n", segment.ID, segment.Rule)
	}
	renderNames(b, "units", template.Units)
	return b.String()
}

func renderTransition(b *strings.Builder, t *pipeline.Transition) {
	fmt.Fprintf(b, "  %s: %s -> ", t.Trigger, renderStages(t.From, "any open stage"))
	switch {
	case t.Internal:
		b.WriteString("stays")
	case t.Resume:
		b.WriteString("where it was held")
	case t.Among != nil:
		fmt.Fprintf(b, "one of %s", renderStages(t.Among, ""))
		if t.Choose != "" {
			fmt.Fprintf(b, " by %s", t.Choose)
		}
	default:
		b.WriteString(string(t.To))
	}
	if t.Back {
		b.WriteString(", back")
	}
	fmt.Fprintf(b, " %q\n", t.Label)
	renderNames(b, "    when", t.When)
	renderGate(b, "    asks", &t.Gate)
	if t.Reasons != "" {
		fmt.Fprintf(b, "    reason: %s\n", t.Reasons)
	}
	renderNames(b, "    role", t.Roles)
	renderNames(b, "    effects", t.Effects)
}

func renderStages(ids []pipeline.StageID, none string) string {
	if ids == nil {
		return none
	}
	var names []string
	for _, id := range ids {
		names = append(names, string(id))
	}
	return strings.Join(names, ", ")
}

func renderGate(b *strings.Builder, label string, g *pipeline.Gate) {
	var demands []string
	demands = append(demands, g.Fields...)
	for _, id := range g.Checklists {
		demands = append(demands, "checklist "+id)
	}
	for _, name := range g.Parts {
		demands = append(demands, "part "+name)
	}
	for _, a := range g.Approvals {
		text := fmt.Sprintf("approval %s by %d of %s", a.Name, a.Quorum, strings.Join(a.Roles, " or "))
		if a.FourEyes {
			text += ", not by who acts"
		}
		demands = append(demands, text)
	}
	for _, deadline := range g.Deadlines {
		demands = append(demands, strings.TrimSuffix(fmt.Sprintf("before %s and %v", deadline.Field, deadline.Offset), " and "))
	}
	if g.Blocking != pipeline.SeverityNone {
		demands = append(demands, fmt.Sprintf("no open problem from %v on", g.Blocking))
	}
	for _, guard := range g.Guards {
		demands = append(demands, "guard "+guard)
	}
	if demands != nil {
		fmt.Fprintf(b, "%s: %s\n", label, strings.Join(demands, "; "))
	}
}

func renderNames(b *strings.Builder, label string, names []string) {
	if names != nil {
		fmt.Fprintf(b, "%s: %s\n", label, strings.Join(names, ", "))
	}
}

func renderLimits(b *strings.Builder, limits []pipeline.Limit) {
	for _, l := range limits {
		fmt.Fprintf(b, "    limit %s: %v", l.ID, l.Within)
		if l.Field != "" {
			fmt.Fprintf(b, " from %s", l.Field)
		}
		if l.Warn > 0 {
			fmt.Fprintf(b, ", warning at %d%%", l.Warn)
		}
		if l.Total {
			b.WriteString(", pauses count")
		}
		if l.Trigger != "" {
			fmt.Fprintf(b, ", then %s", l.Trigger)
		}
		b.WriteString("\n")
	}
}

func renderLists(b *strings.Builder, d *pipeline.Definition) {
	for _, list := range d.Reasons {
		fmt.Fprintf(b, "reasons of %s:", list.Name)
		for _, reason := range list.Reasons {
			fmt.Fprintf(b, " %s", reason.ID)
		}
		b.WriteString("\n")
	}
	for _, list := range d.Checklists {
		fmt.Fprintf(b, "checklist %s:", list.ID)
		for _, item := range list.Items {
			fmt.Fprintf(b, " %s", item.ID)
			if item.Optional {
				b.WriteString("?")
			}
		}
		b.WriteString("\n")
	}
	for _, part := range d.Parts {
		fmt.Fprintf(b, "part %s: %s\n", part.Name, part.Process)
	}
	renderNames(b, "roles", d.Roles)
}
