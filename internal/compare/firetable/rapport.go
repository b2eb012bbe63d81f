package main

import (
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

var errShut = errors.New("shut")

// compile makes a machine of two stages.
func compile(f features, h *host) *pipeline.Machine {
	d := pipeline.Definition{
		ID: "ping_pong", Version: 1, Initial: "a",
		Stages: []pipeline.Stage{{ID: "a"}, {ID: "b"}, {ID: "done", Kind: pipeline.Won, Probability: 100}, {ID: "lost", Kind: pipeline.Lost}},
		Transitions: []pipeline.Transition{
			{Trigger: "go", From: []pipeline.StageID{"a"}, To: "b"},
			{Trigger: "return", From: []pipeline.StageID{"b"}, To: "a"},
			{Trigger: "finish", From: []pipeline.StageID{"b"}, To: "done"},
			{Trigger: "lose", From: []pipeline.StageID{"a"}, To: "lost", Reasons: "loss"},
		},
		Reasons: []pipeline.ReasonList{{Name: "loss", Reasons: []pipeline.Reason{{ID: "price"}}}},
	}
	options := &pipeline.Options{Guards: map[string]pipeline.Guard{"open": func(pipeline.Check) error {
		if h.open {
			return nil
		}
		return errShut
	}}}
	for i := range 2 {
		if f.guard {
			d.Transitions[i].When = []string{"open"}
		}
		if f.effect {
			d.Stages[i].OnEnter = []string{"count"}
		}
	}
	m, err := pipeline.Compile(d, options)
	if err != nil {
		panic(err)
	}
	return m
}

func open(m *pipeline.Machine) pipeline.Position {
	p, _, err := m.Open(pipeline.Input{}, at())
	if err != nil {
		panic(err)
	}
	return p
}

func rapportFires(f features) func(int) error {
	h := newHost()
	m := compile(f, h)
	now, last := at(), open(m)
	// What a host does with a move once it is stored.
	after := func(move pipeline.Move) {
		if f.effect {
			for range move.EachEffect() {
				h.entered++
			}
		}
		if f.history {
			h.record(string(move.From()), string(move.To()), string(move.Trigger()), now)
		}
	}
	if !f.effect && !f.history {
		after = nil
	}
	return func(n int) error {
		p := last
		for range n / 2 {
			var move pipeline.Move
			var err error
			if p, move, err = m.Fire(p, "go", pipeline.Input{}, now); err != nil {
				return err
			}
			if after != nil {
				after(move)
			}
			if p, move, err = m.Fire(p, "return", pipeline.Input{}, now); err != nil {
				return err
			}
			if after != nil {
				after(move)
			}
		}
		last = p
		return h.check(f, string(p.Stage), n)
	}
}

// dealFires moves a full deal, whose entry for the history is made with each move: the host
// only appends it.
func dealFires(f features) func(int) error {
	h := newHost()
	m := compile(f, h)
	now := at()
	last, _, err := m.OpenDeal(pipeline.Deal{
		ID: "d1", Name: "Two presses", Customer: "c1", Owner: "li.wei",
		Amount: rapport.MustMoney("120000.00 CNY"), Fields: pipeline.Values{},
	}, pipeline.Input{}, now)
	if err != nil {
		panic(err)
	}
	return func(n int) error {
		d := last
		for range n / 2 {
			for _, trigger := range [...]pipeline.TriggerID{"go", "return"} {
				next, e, err := d.Fire(m, trigger, pipeline.Input{By: "li.wei"}, now)
				if err != nil {
					return err
				}
				d = next
				h.entered += len(e.Effects)
				h.keep(e)
			}
		}
		last = d
		return h.check(f, string(d.Stage), n)
	}
}

func rapportRejects(guard bool) func(int) error {
	h := newHost()
	m := compile(features{guard: guard}, h)
	h.open = false
	p, now := open(m), at()
	trigger := pipeline.TriggerID("return")
	if guard {
		trigger = "go"
	}
	return func(n int) error {
		for range n {
			next, _, err := m.Fire(p, trigger, pipeline.Input{}, now)
			if err == nil || next != p {
				return fmt.Errorf("%s was not refused", trigger)
			}
		}
		return h.check(features{}, string(p.Stage), n)
	}
}

func rapportPermits() func(int) error {
	h := newHost()
	m := compile(features{}, h)
	p, now := open(m), at()
	p, _, err := m.Fire(p, "go", pipeline.Input{}, now)
	if err != nil {
		panic(err)
	}
	return func(n int) error {
		for range n {
			options, err := m.Permitted(p, pipeline.Input{}, now)
			if err != nil || len(options) != 2 || options[0].Err != nil {
				return fmt.Errorf("permitted are %v, %v", options, err)
			}
		}
		return nil
	}
}
