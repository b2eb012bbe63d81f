package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/rapport-crm/rapport/pipeline"
)

// writeStory writes the story as JSON: what was tried, the plan, the deals and their
// histories.
func writeStory(out io.Writer) error {
	t, c, _, err := happen()
	if err != nil {
		return err
	}
	story := struct {
		Steps     []step             `json:"steps"`
		Changes   []string           `json:"changes"`
		Refused   []string           `json:"without_a_map"`
		Flows     []flow             `json:"flows"`
		Deals     []*pipeline.Deal   `json:"deals"`
		Histories [][]pipeline.Entry `json:"histories"`
	}{Steps: t.steps}
	for _, d := range c.Differences {
		story.Changes = append(story.Changes, d.String())
	}
	for _, p := range c.Unmapped.Refused {
		story.Refused = append(story.Refused, p.Err.Error())
	}
	for _, f := range c.Plan.Flows {
		story.Flows = append(story.Flows, flow{f.From, f.To, f.Records})
	}
	for _, id := range t.order {
		story.Deals = append(story.Deals, t.deals[id])
		story.Histories = append(story.Histories, t.histories[id].Entries())
	}
	text, err := json.MarshalIndent(story, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}

type flow struct {
	From  pipeline.StageID `json:"from"`
	To    pipeline.StageID `json:"to"`
	Deals int              `json:"deals"`
}
