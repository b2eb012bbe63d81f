package identity

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// fieldPlan says how one field of a customer is settled.
type fieldPlan struct {
	name   string // in JSON
	many   bool   // a list
	rules  []SurvivorRule
	fits   func(SurvivorRule) bool // nil: nobody can choose other rules
	filled func(*customer.Draft) int
	settle func(all []*witness, rules []SurvivorRule, into *customer.Draft) (from Provenance, stated bool)
}

// fieldPlans lists every field of [customer.Draft], in its order.
func fieldPlans() []fieldPlan {
	type draft = customer.Draft
	return []fieldPlan{
		idPlan(),
		single("kind", func(d *draft) *customer.Kind { return &d.Kind }, kinds()),
		single("name", func(d *draft) *string { return &d.Name }, texts(), Trusted, RecentVerified),
		list("other_names", func(d *draft) *[]customer.Name { return &d.OtherNames }, names()),
		list("identifiers", func(d *draft) *[]customer.Identifier { return &d.Identifiers }, identifiers()),
		list("contacts", func(d *draft) *[]customer.ContactPoint { return &d.Contacts }, contacts()),
		list("addresses", func(d *draft) *[]customer.Address { return &d.Addresses }, addresses()),
		list("roles", func(d *draft) *[]customer.Role { return &d.Roles }, roles()),
		list("attributes", func(d *draft) *[]customer.Attribute { return &d.Attributes }, attributes()),
		list("preferences", func(d *draft) *[]customer.Preference { return &d.Preferences }, preferences()),
		list("owners", func(d *draft) *[]customer.Ownership { return &d.Owners }, owners()),
		single("visibility", func(d *draft) *customer.Visibility { return &d.Visibility }, policies(), MostRestrictive),
		single("end_user", func(d *draft) *bool { return &d.EndUser }, marks(), AnyTrue),
		single("since", func(d *draft) *time.Time { return &d.Since }, dates(), Earliest),
		single("recorded_at", func(d *draft) *time.Time { return &d.RecordedAt }, dates(), Latest),
	}
}

// values is what the rules ask of the values of a sort of field.
type values[T comparable] struct {
	show  func(T) string
	order func(rule SurvivorRule, a, b T) int // negative if a comes first
	own   []SurvivorRule                      // the rules that order knows
	empty bool                                // the zero value is a value: false of a mark
	fixed bool                                // no rule can be chosen
}

func texts() values[string] {
	return values[string]{
		show: func(s string) string { return s },
		order: func(_ SurvivorRule, a, b string) int {
			return cmp.Compare(utf8.RuneCountInString(b), utf8.RuneCountInString(a))
		},
		own: []SurvivorRule{Longest},
	}
}

func dates() values[time.Time] {
	return values[time.Time]{
		show: func(t time.Time) string { return t.Format(time.RFC3339Nano) },
		order: func(rule SurvivorRule, a, b time.Time) int {
			if rule == Latest {
				a, b = b, a
			}
			return a.Compare(b)
		},
		own: []SurvivorRule{Earliest, Latest},
	}
}

func marks() values[bool] {
	return values[bool]{
		show: strconv.FormatBool,
		order: func(_ SurvivorRule, a, b bool) int {
			return strings.Compare(strconv.FormatBool(b), strconv.FormatBool(a)) // "true" is the greater text
		},
		own:   []SurvivorRule{AnyTrue},
		empty: true,
	}
}

// policies go by how many they show the record to; none set shows it to the company.
func policies() values[customer.Visibility] {
	circle := func(v customer.Visibility) customer.Visibility { return cmp.Or(v, customer.VisibleCompany) }
	return values[customer.Visibility]{
		show: func(v customer.Visibility) string { return circle(v).String() },
		order: func(_ SurvivorRule, a, b customer.Visibility) int {
			return cmp.Compare(circle(a), circle(b))
		},
		own:   []SurvivorRule{MostRestrictive},
		empty: true,
	}
}

// kinds are all the same: others were refused before.
func kinds() values[customer.Kind] {
	return values[customer.Kind]{show: customer.Kind.String, fixed: true}
}

// idPlan is the plan of the id, which is chosen for the whole record before: this tells
// whose it is.
func idPlan() fieldPlan {
	settle := func(all []*witness, _ []SurvivorRule, into *customer.Draft) (from Provenance, stated bool) {
		told := make(map[rapport.ID]bool, len(all))
		for _, w := range all {
			id := w.draft.ID
			switch {
			case told[id] && id == into.ID:
				from.Sources = append(from.Sources, w.source.ID)
			case told[id]:
				continue
			case id == into.ID:
				alternatives := from.Alternatives
				from = provenance(w, Oldest)
				from.Alternatives = alternatives
			default:
				from.Alternatives = append(from.Alternatives, Alternative{Source: w.source.ID, Value: string(id)})
			}
			told[id] = true
		}
		if len(from.Alternatives) == 0 {
			from.Rule = Undisputed
		}
		return from, true
	}
	return fieldPlan{name: "id", filled: func(*customer.Draft) int { return 1 }, settle: settle}
}

// single is the plan of a field with one value.
func single[T comparable](name string, at func(*customer.Draft) *T, of values[T], rules ...SurvivorRule) fieldPlan {
	var zero T
	plan := fieldPlan{name: name, rules: rules}
	if !of.fixed {
		plan.fits = func(rule SurvivorRule) bool {
			return ofAnyField(rule) || rule == Frequent || slices.Contains(of.own, rule)
		}
	}
	plan.filled = func(d *customer.Draft) int {
		if *at(d) == zero {
			return 0
		}
		return 1
	}
	plan.settle = func(all []*witness, rules []SurvivorRule, into *customer.Draft) (Provenance, bool) {
		var stating []*witness
		votes := make(map[T]int, len(all))
		for _, w := range all {
			if value := *at(&w.draft); of.empty || value != zero {
				stating = append(stating, w)
				votes[value]++
			}
		}
		if len(stating) == 0 {
			return Provenance{}, false
		}
		// why returns the rule that puts a before b, and how it does.
		why := func(a, b *witness) (SurvivorRule, int) {
			left, right := *at(&a.draft), *at(&b.draft)
			for _, rule := range rules {
				c := 0
				switch {
				case ofAnyField(rule):
					c = better(rule, a, b)
				case rule == Frequent:
					c = cmp.Compare(votes[right], votes[left])
				default:
					c = of.order(rule, left, right)
				}
				if c != 0 {
					return rule, c
				}
			}
			return LowestSource, cmp.Compare(a.source.ID, b.source.ID)
		}
		slices.SortFunc(stating, func(a, b *witness) int {
			_, c := why(a, b)
			return c
		})
		best := stating[0]
		value := *at(&best.draft)
		*at(into) = value
		from := provenance(best, Undisputed)
		told := map[T]bool{value: true}
		for _, w := range stating[1:] {
			other := *at(&w.draft)
			if other == value {
				from.Sources = append(from.Sources, w.source.ID)
			}
			if told[other] {
				continue
			}
			told[other] = true
			if len(from.Alternatives) == 0 {
				from.Rule, _ = why(best, w)
			}
			from.Alternatives = append(from.Alternatives, Alternative{Source: w.source.ID, Value: of.show(other)})
		}
		return from, value != zero || len(from.Alternatives) > 0
	}
	return plan
}

func provenance(w *witness, rule SurvivorRule) Provenance {
	return Provenance{
		Rule: rule, Sources: []rapport.ID{w.source.ID},
		Source: w.source.ID, System: w.source.System, At: w.source.At.UTC(), RecordedAt: w.source.RecordedAt.UTC(),
	}
}
