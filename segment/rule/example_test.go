package rule_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment/rule"
)

// Of five customers, three are VIP or major, and two of these need help around the
// clock. Of cedar's needs nothing is known: that is no match, and the explanation says
// what was missing.
func Example() {
	schema, err := rule.NewSchema([]rule.Attribute{
		{Name: "tier", Type: rule.TextType},
		{Name: "need", Type: rule.TagsType},
	}, nil, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	set, err := rule.Compile(schema, rule.Rules{
		{Name: "round the clock", When: rule.And(rule.Text("tier").In("VIP", "major"), rule.Tags("need").Has("24x7"))},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	moment, err := set.At(time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range []struct {
		id, tier string
		needs    []string
	}{
		{"alder", "VIP", []string{"24x7", "on-site"}},
		{"birch", "major", []string{"24x7"}},
		{"cedar", "major", nil},
		{"elm", "small", []string{"24x7"}},
		{"fir", "ordinary", []string{"training"}},
	} {
		facts, _ := set.NewFacts(rapport.ID(c.id))
		_ = facts.Set("tier", rule.TextOf(c.tier))
		if c.needs != nil {
			_ = facts.Set("need", rule.TagsOf(c.needs...))
		}
		why, _ := moment.Explain(facts, "round the clock")
		fmt.Printf("%-5s %v:", c.id, why.Truth)
		for _, reason := range why.Reasons() {
			fmt.Printf(" %s saw %q;", reason.Condition, reason.Seen)
		}
		fmt.Println()
	}
	// Output:
	// alder true: {"text":"tier","test":"in","values":["VIP","major"]} saw "VIP"; {"tags":"need","test":"has","values":["24x7"]} saw "24x7,on-site";
	// birch true: {"text":"tier","test":"in","values":["VIP","major"]} saw "major"; {"tags":"need","test":"has","values":["24x7"]} saw "24x7";
	// cedar unknown: {"tags":"need","test":"has","values":["24x7"]} saw "";
	// elm   false: {"text":"tier","test":"in","values":["VIP","major"]} saw "small";
	// fir   false: {"text":"tier","test":"in","values":["VIP","major"]} saw "ordinary";
}

// Rules come from a file as well as from Go. Care may go by the place where customers
// live: what a customer of a region needs depends on what people there earn.
func ExampleRules() {
	var rules rule.Rules
	err := json.Unmarshal([]byte(`{"format":1,"rules":[
		{"name":"well off","when":{"number":"region.income","test":"ge","values":[40000]}}]}`), &rules)
	if err != nil {
		fmt.Println(err)
		return
	}
	schema, _ := rule.NewSchema([]rule.Attribute{{Name: "region.income", Type: rule.NumberType}}, nil, nil)
	set, err := rule.Compile(schema, rules)
	if err != nil {
		fmt.Println(err)
		return
	}
	moment, _ := set.At(time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC))
	for _, income := range []float64{39_999, 40_000} {
		facts, _ := set.NewFacts("alder")
		_ = facts.Set("region.income", rule.NumberOf(income))
		truth, _ := moment.Matches(facts, "well off")
		fmt.Println(income, truth)
	}
	// Output:
	// 39999 false
	// 40000 true
}

// Three purchases within 30 days make a regular. The third, on 21 March, lets the
// customer in; on 9 April the first, of 10 March, is 30 days past, which nobody has to
// say: the clock alone lets it out. Purchases of 400 CNY in that time are to be thanked
// for: two of 250 do, and one is not enough any more on 14 April.
func ExampleEngine() {
	schema, _ := rule.NewSchema(nil, []rule.EventKind{{Name: "sale", Currency: rapport.CNY}}, nil)
	set, err := rule.Compile(schema, rule.Rules{
		{Name: "regular", When: rule.Events("sale").Within(rule.Days(30)).Count().AtLeast(3)},
		{Name: "to thank", When: rule.Events("sale").Within(rule.Days(30)).Sum().AtLeast(rapport.MustMoney("400 CNY"))},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	show := func(changes []rule.Change, err error) {
		if err != nil {
			fmt.Println(err)
		}
		for _, c := range changes {
			fmt.Print(c.At.Format(time.DateOnly), " ", c.Customer, " ", c.Kind, " ", c.Segment, " by ", c.Reason.Trigger)
			for _, test := range c.Reason.Tests {
				fmt.Print(", saw ", test.Seen)
			}
			fmt.Println()
		}
	}
	engine, _ := rule.NewEngine(set, time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), &rule.EngineOptions{Explain: true})
	facts, _ := set.NewFacts("alder")
	show(engine.Put(facts))
	for i, day := range []int{10, 15, 21} {
		at := time.Date(2024, 3, day, 12, 0, 0, 0, time.UTC)
		show(engine.Advance(at))
		show(engine.PutEvent("alder", rule.Event{ID: rapport.ID(fmt.Sprint(i)), Kind: "sale", At: at, Amount: rapport.MustMoney("250 CNY")}))
	}
	show(engine.Advance(time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)))
	// Output:
	// 2024-03-15 alder entered to thank by event, saw 500.00 CNY
	// 2024-03-21 alder entered regular by event, saw 3
	// 2024-04-09 alder left regular by clock, saw 2
	// 2024-04-14 alder left to thank by clock, saw 250.00 CNY
}

// Elderly customers with limited mobility are served at home. Mobility is sensitive:
// without consent the rule is not evaluated, and the answer says for want of what.
func ExampleMoment_Personalise() {
	schema, _ := rule.NewSchema([]rule.Attribute{
		{Name: "born", Type: rule.DateType},
		{Name: "mobility", Type: rule.TextType, Needs: customer.PurposeSensitive},
	}, nil, nil)
	set, err := rule.Compile(schema, rule.Rules{
		{Name: "home visit", When: rule.And(rule.Date("born").Age().AtLeast(65), rule.Text("mobility").Is("limited"))},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	moment, _ := set.At(at)
	facts, _ := set.NewFacts("alder")
	_ = facts.Set("born", rule.DateOf(customer.Date{Year: 1950, Month: 6, Day: 19}))
	_ = facts.Set("mobility", rule.TextOf("limited"))
	for _, allowed := range []bool{false, true} {
		_ = facts.Consult(func(rapport.ID, customer.Purpose, customer.Channel, time.Time) rule.Permission {
			if allowed {
				return rule.Permission{Allowed: true, Reason: "given"}
			}
			return rule.Permission{Reason: "no-record"}
		}, at)
		options, _ := moment.Personalise(facts)
		for _, o := range options {
			fmt.Println(o.Service, "offered:", o.Offer, "evaluated:", o.Evaluated)
			for _, w := range o.Withheld {
				fmt.Printf("  %s needs consent for %s: %s\n", w.Attribute, w.Purpose, w.Reason)
			}
			for _, reason := range o.Reasons {
				fmt.Printf("  %s: %s\n", reason.Path, reason.Seen)
			}
		}
	}
	// Output:
	// home visit offered: false evaluated: false
	//   mobility needs consent for sensitive-data: no-record
	// home visit offered: true evaluated: true
	//   and[0]: 1950-06-19
	//   and[1]: limited
}
