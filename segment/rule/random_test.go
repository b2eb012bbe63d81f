package rule_test

import (
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment/rule"
)

// Random conditions, each with its plain meaning.

func start() time.Time { return time.Date(2024, 2, 25, 0, 0, 0, 0, time.UTC) }

func zone() *time.Location { return time.FixedZone("", 6*3600) }

func modelSchema() *rule.Schema { return schemaIn(zone()) }

func schemaIn(location *time.Location) *rule.Schema {
	s, err := rule.NewSchema([]rule.Attribute{
		{Name: "score", Type: rule.NumberType}, {Name: "tier", Type: rule.TextType}, {Name: "blocked", Type: rule.FlagType},
		{Name: "born", Type: rule.DateType}, {Name: "needs", Type: rule.TagsType},
		{Name: "limit", Type: rule.AmountType, Currency: rapport.CNY},
		{Name: "health", Type: rule.TextType, Needs: "care"}, {Name: "due", Type: rule.DateType, Needs: "care"},
	}, []rule.EventKind{
		{Name: "sale", Currency: rapport.CNY, Fields: []string{"channel"}}, {Name: "call", Fields: []string{"channel"}},
	}, &rule.SchemaOptions{Location: location})
	if err != nil {
		panic(err)
	}
	return s
}

func yuan(minor int64) rapport.Money {
	m, err := rapport.MoneyFromMinor(minor, rapport.CNY)
	if err != nil {
		panic(err)
	}
	return m
}

// pick draws one of n choices, all about as often: numbers that are drawn by themselves
// are mostly small.
func pick(t *rapid.T, label string, n int) int {
	v := uint64(rapid.IntRange(0, 1<<30).Draw(t, label))
	return int(v * 0x9e3779b97f4a7c15 >> 33 % uint64(n))
}

// drawTest draws a test of a term in whole steps.
func drawTest[T float64 | int | rapport.Money](t *rapid.T, term rule.Term[T], low, high int, of func(v int) T) (rule.Condition, func(v float64) bool) {
	x := rapid.IntRange(low, high).Draw(t, "bound")
	y := rapid.IntRange(x, high).Draw(t, "upper bound")
	a, b := float64(x), float64(y)
	switch pick(t, "test", 9) {
	case 0:
		return term.Is(of(x)), func(v float64) bool { return v == a }
	case 1:
		return term.IsNot(of(x)), func(v float64) bool { return v != a }
	case 2:
		return term.Above(of(x)), func(v float64) bool { return v > a }
	case 3:
		return term.AtLeast(of(x)), func(v float64) bool { return v >= a }
	case 4:
		return term.Below(of(x)), func(v float64) bool { return v < a }
	case 5:
		return term.AtMost(of(x)), func(v float64) bool { return v <= a }
	case 6:
		return term.Between(of(x), of(y)), func(v float64) bool { return a <= v && v <= b }
	case 7:
		return term.In(of(y), of(x)), func(v float64) bool { return v == a || v == b }
	}
	return term.NotIn(of(y), of(x)), func(v float64) bool { return v != a && v != b }
}

func drawSpan(t *rapid.T) span {
	switch pick(t, "window", 5) {
	case 0:
		return span{}
	case 1, 2:
		return span{length: grid * time.Duration(rapid.IntRange(1, 20).Draw(t, "length"))}
	case 3:
		return span{days: rapid.IntRange(1, 8).Draw(t, "days")}
	}
	return span{months: rapid.IntRange(1, 2).Draw(t, "months")}
}

func drawDate(t *rapid.T, now time.Time) customer.Date {
	day := now.AddDate(-rapid.IntRange(0, 3).Draw(t, "years ago"), 0, rapid.IntRange(-6, 12).Draw(t, "days"))
	d := customer.Date{Year: day.Year(), Month: day.Month(), Day: day.Day()}
	if rapid.IntRange(0, 4).Draw(t, "partial") == 0 {
		d.Day = 0
	}
	return d
}

// known wraps the meaning of a test of an attribute.
func known[T any](name string, test func(v T, now time.Time) rule.Truth) judge {
	return func(p *person, now time.Time) rule.Truth {
		v, ok := p.attributes[name].(T)
		if !ok {
			return rule.Unknown
		}
		return test(v, now)
	}
}

func consented(purpose string, inner judge) judge {
	return func(p *person, now time.Time) rule.Truth {
		if !p.permission(purpose, "", now).Allowed {
			return rule.Unknown
		}
		return inner(p, now)
	}
}

func drawCondition(t *rapid.T, depth int, earlier []string) (rule.Condition, judge) {
	if depth > 0 && pick(t, "combined", 3) > 0 {
		parts := make([]rule.Condition, rapid.IntRange(1, 3).Draw(t, "parts"))
		judges := make([]judge, len(parts))
		for i := range parts {
			parts[i], judges[i] = drawCondition(t, depth-1, earlier)
		}
		count := func(p *person, now time.Time, want rule.Truth) (n int) {
			for _, j := range judges {
				if j(p, now) == want {
					n++
				}
			}
			return n
		}
		switch pick(t, "by", 4) {
		case 0:
			return rule.And(parts...), func(p *person, now time.Time) rule.Truth {
				switch {
				case count(p, now, rule.False) > 0:
					return rule.False
				case count(p, now, rule.Unknown) > 0:
					return rule.Unknown
				}
				return rule.True
			}
		case 1:
			return rule.Or(parts...), func(p *person, now time.Time) rule.Truth {
				switch {
				case count(p, now, rule.True) > 0:
					return rule.True
				case count(p, now, rule.Unknown) > 0:
					return rule.Unknown
				}
				return rule.False
			}
		case 2:
			return rule.Not(parts[0]), func(p *person, now time.Time) rule.Truth { return -judges[0](p, now) }
		}
		n := rapid.IntRange(1, len(parts)).Draw(t, "of")
		return rule.AtLeast(n, parts...), func(p *person, now time.Time) rule.Truth {
			yes, maybe := count(p, now, rule.True), count(p, now, rule.Unknown)
			switch {
			case yes >= n:
				return rule.True
			case yes+maybe >= n:
				return rule.Unknown
			}
			return rule.False
		}
	}
	return drawLeaf(t, earlier)
}

func drawLeaf(t *rapid.T, earlier []string) (rule.Condition, judge) {
	same := func(v int) float64 { return float64(v) }
	count := func(v int) int { return v }
	money := func(v int) rapport.Money { return yuan(int64(v)) }
	switch pick(t, "leaf", 16) {
	case 0:
		c, test := drawTest(t, rule.Number("score"), -2, 2, same)
		return c, known("score", func(v float64, _ time.Time) rule.Truth { return truth(test(v)) })
	case 1:
		if rapid.Bool().Draw(t, "empty") {
			return rule.Text("tier").Empty(), func(p *person, _ time.Time) rule.Truth { return truth(p.attributes["tier"] == nil) }
		}
		return rule.Text("tier").In("a", "ab"), known("tier", func(v string, _ time.Time) rule.Truth { return truth(v == "a" || v == "ab") })
	case 2:
		return rule.Text("tier").Like("%b"), known("tier", func(v string, _ time.Time) rule.Truth { return truth(strings.HasSuffix(v, "b")) })
	case 3:
		return rule.Flag("blocked").No(), known("blocked", func(v bool, _ time.Time) rule.Truth { return truth(!v) })
	case 4:
		if rapid.Bool().Draw(t, "all") {
			return rule.Tags("needs").HasAll("x", "y"), known("needs", func(v []string, _ time.Time) rule.Truth {
				return truth(slices.Contains(v, "x") && slices.Contains(v, "y"))
			})
		}
		return rule.Tags("needs").Has("x", "y"), known("needs", func(v []string, _ time.Time) rule.Truth {
			return truth(slices.Contains(v, "x") || slices.Contains(v, "y"))
		})
	case 5:
		c, test := drawTest(t, rule.Amount("limit"), -2, 2, money)
		return c, known("limit", func(v int64, _ time.Time) rule.Truth { return truth(test(float64(v))) })
	case 6:
		name := rapid.SampledFrom([]string{"born", "due"}).Draw(t, "date")
		c, test := drawTest(t, rule.Date(name).DaysAgo(), -5, 8, count)
		j := known(name, func(d customer.Date, now time.Time) rule.Truth {
			first, last := d.Bounds()
			return over(daysBetween(last, date(now)), daysBetween(first, date(now)), test)
		})
		if name == "due" {
			j = consented("care", j)
		}
		return c, j
	case 7:
		c, test := drawTest(t, rule.Date("born").Age(), 0, 4, count)
		return c, known("born", func(d customer.Date, now time.Time) rule.Truth {
			if _, last := d.Bounds(); last.After(date(now)) {
				return rule.Unknown
			}
			fewest, most := ages(d, date(now))
			return over(fewest, most, test)
		})
	case 8:
		c, test := drawTest(t, rule.Date("born").DaysToAnniversary(), -1, 8, count)
		return c, known("born", func(d customer.Date, now time.Time) rule.Truth {
			if d.Day == 0 {
				return rule.Unknown
			}
			first, _ := d.Bounds()
			return truth(test(float64(toAnniversary(first, date(now)))))
		})
	case 9:
		bound := rapid.SampledFrom([]customer.Date{{Year: 2024, Month: 2, Day: 27}, {Year: 2023, Month: 3, Day: 1}}).Draw(t, "day")
		b, _ := bound.Bounds()
		return rule.Date("born").Before(bound), known("born", func(d customer.Date, _ time.Time) rule.Truth {
			first, last := d.Bounds()
			return over(daysBetween(b, first), daysBetween(b, last), func(v float64) bool { return v < 0 })
		})
	case 10:
		if len(earlier) > 0 {
			name := rapid.SampledFrom(earlier).Draw(t, "segment")
			return rule.In(name), func(p *person, _ time.Time) rule.Truth { return p.standing[name] }
		}
		fallthrough
	case 11:
		channel := rapid.SampledFrom([]string{"", "mail"}).Draw(t, "channel")
		return rule.MayUse("care", customer.Channel(channel)), func(p *person, now time.Time) rule.Truth {
			return truth(p.permission("care", channel, now).Allowed)
		}
	case 12:
		return rule.Text("health").Is("frail"), consented("care", known("health", func(v string, _ time.Time) rule.Truth { return truth(v == "frail") }))
	}
	return drawEvents(t)
}
