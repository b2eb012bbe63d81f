package rule_test

import (
	"fmt"
	"math"
	"time"

	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment/rule"
)

func drawEvents(t *rapid.T) (rule.Condition, judge) {
	kind := rapid.SampledFrom([]string{"sale", "call"}).Draw(t, "kind")
	w := drawSpan(t)
	var channels []string
	term := rule.Events(kind).Within(w.window())
	if pick(t, "where", 3) == 0 {
		channels = []string{"web", "shop"}[:rapid.IntRange(1, 2).Draw(t, "channels")]
		term = term.Where("channel", channels...)
	}
	measure := pick(t, "measure", 8)
	if kind == "call" && measure > 3 {
		measure = 0
	}
	if measure == 2 || measure == 3 {
		bound := drawSpan(t)
		if bound == (span{}) {
			bound.days = 1
		}
		which := term.Last()
		if measure == 3 {
			which = term.First()
		}
		within := rapid.Bool().Draw(t, "within")
		c := which.LongerAgo(bound.window())
		if within {
			c = which.Within(bound.window())
		}
		return c, func(p *person, now time.Time) rule.Truth {
			list := p.chosen(kind, channels, w, now)
			if len(list) == 0 {
				return rule.Unknown
			}
			e := list[len(list)-1]
			if measure == 3 {
				e = list[0]
			}
			return truth(bound.holds(e.At, now) == within)
		}
	}
	if measure < 2 {
		c, test := drawTest(t, term.Count(), 0, 3, func(v int) int { return v })
		return c, func(p *person, now time.Time) rule.Truth {
			return truth(test(float64(len(p.chosen(kind, channels, w, now)))))
		}
	}
	amount := [...]rule.Term[rapport.Money]{term.Sum(), term.Smallest(), term.Largest(), term.Average()}[measure-4]
	c, test := drawTest(t, amount, -3, 6, func(v int) rapport.Money { return yuan(int64(v)) })
	return c, func(p *person, now time.Time) rule.Truth {
		list := p.chosen(kind, channels, w, now)
		total, least, most := 0.0, math.Inf(1), math.Inf(-1)
		for _, e := range list {
			minor, _ := e.Amount.Minor()
			total, least, most = total+float64(minor), min(least, float64(minor)), max(most, float64(minor))
		}
		switch {
		case measure == 4:
			return truth(test(total))
		case len(list) == 0:
			return rule.Unknown
		case measure == 5:
			return truth(test(least))
		case measure == 6:
			return truth(test(most))
		}
		return truth(test(total / float64(len(list)))) // at most 20 events of small amounts: equal to a whole bound or clear of it
	}
}

func drawRules(t *rapid.T) (rule.Rules, []judge) {
	var rules rule.Rules
	var judges []judge
	var names []string
	for i := range rapid.IntRange(1, 5).Draw(t, "rules") {
		var r rule.Rule
		var j judge
		r.Name = fmt.Sprintf("r%d", i)
		r.When, j = drawCondition(t, 2, names)
		if pick(t, "dwell", 4) == 0 {
			r.Dwell = grid * time.Duration(rapid.IntRange(1, 12).Draw(t, "stay"))
		}
		rules, judges, names = append(rules, r), append(judges, j), append(names, r.Name)
	}
	return rules, judges
}
