package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/examples/texttable"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/pipeline/process"
)

// format is how a story and a process are shown.
type format struct {
	story   func(io.Writer) error
	process func(*pipeline.Machine, io.Writer) error
}

func formats() map[string]format {
	return map[string]format{
		"table":   {printStory, printProcess},
		"json":    {writeStory, writeProcess},
		"mermaid": {drawStory((*pipeline.Machine).Mermaid), draw((*pipeline.Machine).Mermaid)},
		"dot":     {drawStory((*pipeline.Machine).DOT), draw((*pipeline.Machine).DOT)},
	}
}

type drawing func(*pipeline.Machine, *pipeline.DiagramOptions) string

func draw(with drawing) func(*pipeline.Machine, io.Writer) error {
	return func(m *pipeline.Machine, out io.Writer) error {
		_, err := io.WriteString(out, with(m, nil))
		return err
	}
}

// drawStory draws the process of the story with what 200 simulated sales did in it.
func drawStory(with drawing) func(io.Writer) error {
	return func(out io.Writer) error {
		m, err := tenderProcess()
		if err != nil {
			return err
		}
		flow, population, err := simulated(m)
		if err != nil {
			return err
		}
		_, err = io.WriteString(out, with(m, &pipeline.DiagramOptions{Flow: flow, Population: population}))
		return err
	}
}

// simulated walks 200 records along random legal paths of a process and counts them.
func simulated(m *pipeline.Machine) (pipeline.Flow, map[pipeline.StageID]int, error) {
	histories, err := process.Simulate(m, 7, 200)
	if err != nil {
		return nil, nil, err
	}
	population := map[pipeline.StageID]int{}
	flow := pipeline.CountFlow(func(yield func(pipeline.Entry) bool) {
		for _, history := range histories {
			population[history[len(history)-1].To]++
			for _, e := range history {
				if !yield(e) {
					return
				}
			}
		}
	})
	return flow, population, nil
}

// printProcess prints stages and triggers.
func printProcess(m *pipeline.Machine, out io.Writer) error {
	d := m.Definition()
	fmt.Fprintf(out, "%s version %d: %d stages, %d transitions, nothing wrong\n\n", d.ID, d.Version, len(d.Stages), len(d.Transitions))
	rows := [][]string{{"stage", "kind", "triggers"}}
	for _, s := range d.Stages {
		kind := s.Kind.String()
		if s.Initial != "" { // a super-stage, in which nothing stays
			kind = "super"
		}
		rows = append(rows, []string{string(s.ID), kind, triggers(d, s)})
	}
	printTable(out, []bool{false, false, false}, rows)
	return nil
}

// triggers lists what a definition has for a stage: by name, by name of a super-stage
// around it, or for all stages that are not closed. Super-stages show what they hand down.
func triggers(d pipeline.Definition, s pipeline.Stage) string {
	around := []pipeline.StageID{s.ID}
	for i := 0; i < len(around); i++ {
		for _, other := range d.Stages {
			if other.ID == around[i] && other.Within != "" {
				around = append(around, other.Within)
			}
		}
	}
	var list []string
	for _, t := range d.Transitions {
		here := len(t.From) == 0 && !s.Kind.Closed() && s.Initial == "" ||
			slices.ContainsFunc(t.From, func(id pipeline.StageID) bool { return slices.Contains(around, id) })
		if here && !slices.Contains(list, string(t.Trigger)) {
			list = append(list, string(t.Trigger))
		}
	}
	return strings.Join(list, ", ")
}

func printTable(out io.Writer, right []bool, rows [][]string) {
	for _, line := range texttable.Lines(right, rows) {
		fmt.Fprintln(out, line)
	}
}

// writeProcess writes the canonical JSON of a process.
func writeProcess(m *pipeline.Machine, out io.Writer) error {
	text, err := m.Definition().Text()
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return err
}
