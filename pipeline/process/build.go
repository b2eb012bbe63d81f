package process

import (
	"strings"

	"github.com/rapport-crm/rapport/pipeline"
)

// at lists stages: those from which a transition leads, or among which it chooses.
func at(ids ...pipeline.StageID) []pipeline.StageID { return ids }

func span(text string) pipeline.Span { return pipeline.MustSpan(text) }

// Fields of each kind. A label says what the ID does not.

func text(id, label string) pipeline.Field {
	return pipeline.Field{ID: id, Label: label}
}

func money(id, label string) pipeline.Field {
	return pipeline.Field{ID: id, Label: label, Kind: pipeline.MoneyField}
}

func number(id, label string) pipeline.Field {
	return pipeline.Field{ID: id, Label: label, Kind: pipeline.NumberField}
}

func date(id, label string) pipeline.Field {
	return pipeline.Field{ID: id, Label: label, Kind: pipeline.DateField}
}

func instant(id, label string) pipeline.Field {
	return pipeline.Field{ID: id, Label: label, Kind: pipeline.TimeField}
}

func oneOf(id, label string, texts ...string) pipeline.Field {
	return pipeline.Field{ID: id, Label: label, OneOf: texts}
}

// personal marks what is said of a person, to be blanked when that person is forgotten.
func personal(f pipeline.Field) pipeline.Field {
	f.Personal = true
	return f
}

// won and lost are closed stages.

func won(id pipeline.StageID, label string) pipeline.Stage {
	return pipeline.Stage{ID: id, Label: label, Kind: pipeline.Won, Probability: 100, Category: pipeline.CategoryClosed}
}

func lost(id pipeline.StageID, label string) pipeline.Stage {
	return pipeline.Stage{ID: id, Label: label, Kind: pipeline.Lost, Category: pipeline.CategoryOmitted}
}

// other is the reason that says nothing without a note.
func other() pipeline.Reason {
	return pipeline.Reason{ID: "other", Label: "Other, see the note", NeedsNote: true}
}

// finished fills in what goes without saying: a label that is the ID in words, and for
// stages that are no part of a forecast, that they are left out of it.
func finished(d pipeline.Definition) pipeline.Definition {
	d.Label = labelOf(d.Label, d.ID)
	for i := range d.Stages {
		s := &d.Stages[i]
		s.Label = labelOf(s.Label, string(s.ID))
		super := s.Initial != "" // nothing stands in it, so nothing is forecast
		if s.Category == pipeline.CategoryNone && !super {
			s.Category = pipeline.CategoryOmitted
		}
	}
	for i := range d.Transitions {
		t := &d.Transitions[i]
		t.Label = labelOf(t.Label, string(t.Trigger))
	}
	for i := range d.Reasons {
		for j := range d.Reasons[i].Reasons {
			r := &d.Reasons[i].Reasons[j]
			r.Label = labelOf(r.Label, r.ID)
		}
	}
	for i := range d.Checklists {
		list := &d.Checklists[i]
		list.Label = labelOf(list.Label, list.ID)
		for j := range list.Items {
			list.Items[j].Label = labelOf(list.Items[j].Label, list.Items[j].ID)
		}
	}
	return d
}

// labelOf returns a label, or without one the ID in words: "test_drive" is "Test drive".
func labelOf(label, id string) string {
	if label != "" {
		return label
	}
	words := strings.ReplaceAll(id, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}
