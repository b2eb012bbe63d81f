package rule_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment/rule"
)

// A program that ends keeps its rules and the snapshot; the one that starts goes on as
// if nothing had been. An order that the host sends again counts once, by its id.
func ExampleRestore() {
	schema, err := rule.NewSchema(nil, []rule.EventKind{{Name: "order"}}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	start := func() *rule.Set {
		var rules rule.Rules
		if err := json.Unmarshal([]byte(`{"format":1,"rules":[{"name":"regular","when":
			{"events":"order","window":{"days":90},"measure":"count","test":"ge","values":[2]}}]}`), &rules); err != nil {
			fmt.Println(err)
			return nil
		}
		set, err := rule.Compile(schema, rules)
		if err != nil {
			fmt.Println(err)
		}
		return set
	}
	say := func(changes []rule.Change, err error) {
		for _, c := range changes {
			fmt.Println(c.At.Format(time.DateOnly), c.Customer, c.Kind, c.Segment)
		}
		if err != nil {
			fmt.Println(err)
		}
	}
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	order := func(id rapport.ID, at time.Time) rule.Event { return rule.Event{ID: id, Kind: "order", At: at} }

	set := start()
	engine, err := rule.NewEngine(set, day(1), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	facts, _ := set.NewFacts("alder")
	say(engine.Put(facts))
	say(engine.PutEvent("alder", order("o1", day(1))))
	kept, err := engine.Snapshot()
	if err != nil {
		fmt.Println(err)
		return
	}

	engine, err = rule.Restore(start(), kept, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	say(engine.PutEvent("alder", order("o1", day(1)))) // sent again
	say(engine.Advance(day(11)))
	say(engine.PutEvent("alder", order("o2", day(11))))
	say(engine.Advance(day(200)))
	// Output:
	// 2026-01-11 alder entered regular
	// 2026-04-01 alder left regular
}
