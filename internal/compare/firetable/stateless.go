package main

import (
	"context"
	"fmt"

	"github.com/qmuntal/stateless"
)

func newStateless(f features, now bool, h *host) *stateless.StateMachine {
	mode := stateless.FiringQueued
	if now {
		mode = stateless.FiringImmediate
	}
	sm := stateless.NewStateMachineWithMode("a", mode)
	var guards []stateless.GuardFunc
	if f.guard {
		guards = append(guards, func(context.Context, ...any) bool { return h.open })
	}
	a := sm.Configure("a").Permit("go", "b", guards...)
	b := sm.Configure("b").Permit("return", "a", guards...).Permit("finish", "done")
	if f.effect {
		count := func(context.Context, ...any) error { h.entered++; return nil }
		a.OnEntry(count)
		b.OnEntry(count)
	}
	if f.history {
		when := at()
		sm.OnTransitioned(func(_ context.Context, t stateless.Transition) {
			h.record(t.Source.(string), t.Destination.(string), t.Trigger.(string), when)
		})
	}
	return sm
}

func statelessFires(f features, now bool) func(int) error {
	h := newHost()
	sm := newStateless(f, now, h)
	return func(n int) error {
		for range n / 2 {
			if err := sm.Fire("go"); err != nil {
				return err
			}
			if err := sm.Fire("return"); err != nil {
				return err
			}
		}
		return h.check(f, sm.MustState().(string), n)
	}
}

func statelessRejects(guard bool) func(int) error {
	h := newHost()
	sm := newStateless(features{guard: guard}, true, h)
	h.open = false
	trigger := "return"
	if guard {
		trigger = "go"
	}
	return func(n int) error {
		for range n {
			if err := sm.Fire(trigger); err == nil {
				return fmt.Errorf("%s was not refused", trigger)
			}
		}
		return h.check(features{}, sm.MustState().(string), n)
	}
}

func statelessPermits() func(int) error {
	sm := newStateless(features{}, true, newHost())
	if err := sm.Fire("go"); err != nil {
		panic(err)
	}
	return func(n int) error {
		for range n {
			if triggers, err := sm.PermittedTriggers(); err != nil || len(triggers) != 2 {
				return fmt.Errorf("permitted are %v, %v", triggers, err)
			}
		}
		return nil
	}
}
