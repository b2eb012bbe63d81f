package pipeline_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

// sound is a definition with one of everything and no finding.
func sound() pipeline.Definition {
	type stages = []pipeline.StageID
	return pipeline.Definition{
		ID: "sales", Version: 3, Label: "Sales", Initial: "contact", Entrances: stages{"offer"},
		Stages: []pipeline.Stage{
			{ID: "contact", Label: "Contact", Probability: 10, Category: pipeline.CategoryOmitted},
			{ID: "work", Label: "Work", Initial: "design", Limits: nil},
			{
				ID: "design", Label: "Design", Within: "work", Probability: 30, Category: pipeline.CategoryPipeline,
				Leave:   pipeline.Gate{Fields: []string{"cost"}, Checklists: []string{"papers"}},
				OnEnter: []string{"plan"}, OnExit: []string{"file"},
				Limits: []pipeline.Limit{{ID: "slow", Within: pipeline.MustSpan("10d"), Warn: 75, Trigger: "stall"}},
			},
			{
				ID: "offer", Label: "Offer", Within: "work", Probability: 50, Category: pipeline.CategoryCommit,
				Leave:  pipeline.Gate{Blocking: pipeline.SeverityHigh},
				Limits: []pipeline.Limit{{ID: "tender", Field: "due", Within: pipeline.MustSpan("-5wd")}},
			},
			{ID: "waiting", Label: "Waiting", Kind: pipeline.OnHold},
			{ID: "won", Label: "Won", Kind: pipeline.Won, Probability: 100, Category: pipeline.CategoryClosed},
			{ID: "lost", Label: "Lost", Kind: pipeline.Lost},
			{ID: "old", Label: "Old", Archived: true, Category: pipeline.CategoryPipeline},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "qualify", Label: "Qualify", From: stages{"contact"}, To: "work", When: []string{"large"}},
			{Trigger: "qualify", From: stages{"contact"}, To: "offer"},
			{Trigger: "offer", From: stages{"design"}, To: "offer", Gate: pipeline.Gate{Deadlines: []pipeline.Deadline{{Field: "due", Offset: pipeline.MustSpan("-1d")}}}},
			{Trigger: "redo", From: stages{"offer"}, Among: stages{"contact", "design"}, Choose: "where", Back: true, Reasons: "back"},
			{Trigger: "win", From: stages{"offer"}, To: "won", Roles: []string{"manager"}, Gate: pipeline.Gate{
				Approvals: []pipeline.Approval{{Name: "price", Roles: []string{"manager"}, Quorum: 2, FourEyes: true}},
				Parts:     []string{"survey"}, Guards: []string{"large"},
			}, Effects: []string{"bill"}},
			{Trigger: "lose", To: "lost", Reasons: "loss"},
			{Trigger: "note", Internal: true},
			{Trigger: "stall", From: stages{"work"}, To: "waiting"},
			{Trigger: "go_on", From: stages{"waiting"}, Resume: true},
			{Trigger: "reopen", From: stages{"won", "lost", "old"}, To: "contact"},
		},
		Fields: []pipeline.Field{
			{ID: "cost", Kind: pipeline.MoneyField, SetIn: stages{"design"}},
			{ID: "due", Kind: pipeline.DateField},
			{ID: "source", OneOf: []string{"web", "fair"}},
		},
		Reasons: []pipeline.ReasonList{
			{Name: "loss", Reasons: []pipeline.Reason{{ID: "price", Label: "Price"}, {ID: "other", NeedsNote: true}}},
			{Name: "back", Reasons: []pipeline.Reason{{ID: "mistake"}}},
		},
		Roles:      []string{"manager"},
		Checklists: []pipeline.Checklist{{ID: "papers", Label: "Papers", Items: []pipeline.Item{{ID: "drawing"}, {ID: "photo", Optional: true}}}},
		Parts:      []pipeline.Part{{Name: "survey", Process: "site_survey"}},
		Limits:     []pipeline.Limit{{ID: "year", Within: pipeline.MustSpan("365d"), Total: true}},
	}
}

func soundOptions() *pipeline.Options {
	return &pipeline.Options{
		Guards:  map[string]pipeline.Guard{"large": func(pipeline.Check) error { return nil }},
		Choices: map[string]pipeline.Choice{"where": func(pipeline.Check) (pipeline.StageID, error) { return "design", nil }},
	}
}

func TestInspectSound(t *testing.T) {
	require.Empty(t, pipeline.Inspect(sound(), soundOptions()))
	require.Empty(t, pipeline.Inspect(bidding(), &pipeline.Options{Guards: map[string]pipeline.Guard{"yes": func(pipeline.Check) error { return nil }}}))
	m, err := pipeline.Compile(sound(), soundOptions())
	require.NoError(t, err)
	require.Empty(t, m.Warnings())

	untyped := sound()
	untyped.Stages[5].Probability = 0
	require.Empty(t, pipeline.Inspect(untyped, soundOptions()), "a won stage needs no probability")
}
