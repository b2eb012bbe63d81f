package main

import (
	"context"
	"fmt"

	"github.com/looplab/fsm"
)

func newLooplab(f features, h *host) *fsm.FSM {
	callbacks := fsm.Callbacks{}
	if f.guard {
		callbacks["before_event"] = func(_ context.Context, e *fsm.Event) {
			if !h.open {
				e.Cancel(errShut)
			}
		}
	}
	if f.effect || f.history {
		when := at()
		callbacks["enter_state"] = func(_ context.Context, e *fsm.Event) {
			if f.effect {
				h.entered++
			}
			if f.history {
				h.record(e.Src, e.Dst, e.Event, when)
			}
		}
	}
	return fsm.NewFSM("a", fsm.Events{
		{Name: "go", Src: []string{"a"}, Dst: "b"},
		{Name: "return", Src: []string{"b"}, Dst: "a"},
		{Name: "finish", Src: []string{"b"}, Dst: "done"},
	}, callbacks)
}

func looplabFires(f features) func(int) error {
	h := newHost()
	machine, ctx := newLooplab(f, h), context.Background()
	return func(n int) error {
		for range n / 2 {
			if err := machine.Event(ctx, "go"); err != nil {
				return err
			}
			if err := machine.Event(ctx, "return"); err != nil {
				return err
			}
		}
		return h.check(f, machine.Current(), n)
	}
}

func looplabRejects(guard bool) func(int) error {
	h := newHost()
	machine, ctx := newLooplab(features{guard: guard}, h), context.Background()
	h.open = false
	trigger := "return"
	if guard {
		trigger = "go"
	}
	return func(n int) error {
		for range n {
			if err := machine.Event(ctx, trigger); err == nil {
				return fmt.Errorf("%s was not refused", trigger)
			}
		}
		return h.check(features{}, machine.Current(), n)
	}
}

func looplabPermits() func(int) error {
	machine := newLooplab(features{}, newHost())
	if err := machine.Event(context.Background(), "go"); err != nil {
		panic(err)
	}
	return func(n int) error {
		for range n {
			if events := machine.AvailableTransitions(); len(events) != 2 {
				return fmt.Errorf("permitted are %v", events)
			}
		}
		return nil
	}
}
