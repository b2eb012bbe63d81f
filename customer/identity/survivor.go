package identity

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// SurvivorRule is a stable code for how the value of a field is chosen among the sources
// that state one, or why it needed no choice.
type SurvivorRule string

// The rules that a [Survivorship] can name, one after the other: a later one breaks the
// ties of an earlier one.
const (
	Trusted        SurvivorRule = "trusted"              // of the source trusted most: the order of Survivorship.Trust, then Source.Trust
	Recent         SurvivorRule = "most-recent"          // of the latest Source.At
	RecentVerified SurvivorRule = "most-recent-verified" // a verified source before others, then the latest
	Frequent       SurvivorRule = "most-frequent"        // what most sources state; not for lists
	Longest        SurvivorRule = "longest"              // most characters; for texts
	MostComplete   SurvivorRule = "most-complete"        // of the record with most fields and list entries filled
	Earliest       SurvivorRule = "earliest"             // for dates
	Latest         SurvivorRule = "latest"               // for dates
	AnyTrue        SurvivorRule = "any-true"             // true if one source says so; for marks
	Union          SurvivorRule = "union"                // for lists: what any source states; must come first
	// What allows least: for the visibility, and for consents (see [DependantRule]).
	MostRestrictive SurvivorRule = "most-restrictive"
)

// The rules that nobody chooses.
const (
	Undisputed   SurvivorRule = "undisputed"       // all sources that state the field agree; see Provenance.Sources
	LowestSource SurvivorRule = "lowest-source-id" // the other rules left a tie
	Oldest       SurvivorRule = "oldest"           // the id: that of the oldest record, then the lowest
)

// Survivorship says how a golden record is made from its sources.
type Survivorship struct {
	// Trust lists systems, the most trusted first. The others come after them,
	// ordered by the Trust of their sources.
	Trust []string
	// Rules replaces the rules of fields, by the name of the field in the JSON of a
	// customer, such as "name". A field that is not in it has its default:
	//
	//	name           trusted, most-recent-verified
	//	lists          union, trusted, most-recent-verified
	//	visibility     most-restrictive
	//	end_user       any-true
	//	since          earliest
	//	recorded_at    latest
	//
	// What ties after the last rule goes to the lowest source id. For a list, union
	// may be followed by rules that order the sources: where they contradict each
	// other, the better one has its way. Without union the whole list of the best
	// source that has one is taken. The id and the kind have no choice.
	Rules map[string][]SurvivorRule
}

// RuleError reports a [Survivorship] that names a field or a rule that does not exist or
// does not fit the field.
type RuleError struct {
	Field string
	Rule  SurvivorRule // "" if the field is not known or has no rule
}

// Error names the field and the rule.
func (e *RuleError) Error() string {
	return fmt.Sprintf("identity: survivorship of field %q: rule %q does not fit", e.Field, e.Rule)
}

// settlement is a [Survivorship] made ready: a copy that nothing changes.
type settlement struct {
	plans []fieldPlan // with the rules to use
	trust []string
}

// settlement checks the rules; nil has the defaults.
func (s *Survivorship) settlement() (*settlement, error) {
	plans := fieldPlans()
	if s == nil {
		return &settlement{plans: plans}, nil
	}
	var wrong []*RuleError
	for field, rules := range s.Rules {
		i := slices.IndexFunc(plans, func(p fieldPlan) bool { return p.name == field && p.fits != nil })
		if i < 0 || len(rules) == 0 {
			wrong = append(wrong, &RuleError{Field: field})
			continue
		}
		for place, rule := range rules {
			if !plans[i].fits(rule) || rule == Union && place > 0 {
				wrong = append(wrong, &RuleError{Field: field, Rule: rule})
				break
			}
		}
		plans[i].rules = slices.Clone(rules)
	}
	if len(wrong) > 0 { // the same one whatever the order of the map
		return nil, slices.MinFunc(wrong, func(a, b *RuleError) int { return strings.Compare(a.Field, b.Field) })
	}
	return &settlement{plans: plans, trust: slices.Clone(s.Trust)}, nil
}

// ofAnyField reports whether the rule looks at the source and not at the value.
func ofAnyField(rule SurvivorRule) bool {
	switch rule {
	case Trusted, Recent, RecentVerified, MostComplete:
		return true
	}
	return false
}

// witness is a source that speaks, with what the rules ask of it.
type witness struct {
	source *Source
	draft  customer.Draft
	rank   int // place of its system in the order of trust
	filled int // fields and list entries
}

// better orders witnesses by a rule that looks at the source: negative if a comes first.
func better(rule SurvivorRule, a, b *witness) int {
	switch rule {
	case Trusted:
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.source.Trust, a.source.Trust))
	case Recent:
		return b.source.At.Compare(a.source.At)
	case RecentVerified:
		if a.source.Verified != b.source.Verified {
			if a.source.Verified {
				return -1
			}
			return 1
		}
		return b.source.At.Compare(a.source.At)
	case MostComplete:
		return cmp.Compare(b.filled, a.filled)
	}
	return 0
}

// rank sorts witnesses, the best first.
func rank(witnesses []*witness, rules []SurvivorRule) []*witness {
	ranked := slices.Clone(witnesses)
	slices.SortFunc(ranked, func(a, b *witness) int {
		for _, rule := range rules {
			if c := better(rule, a, b); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.source.ID, b.source.ID)
	})
	return ranked
}

func (s *settlement) witnesses(speak []*Source) []*witness {
	all := make([]*witness, len(speak))
	for i, source := range speak {
		w := &witness{source: source, draft: source.Record.Draft(), rank: len(s.trust)}
		if place := slices.Index(s.trust, source.System); place >= 0 {
			w.rank = place
		}
		for _, p := range s.plans {
			w.filled += p.filled(&w.draft)
		}
		all[i] = w
	}
	return all
}

// survivor returns the id that a golden record has: that of the oldest record, by the
// earliest statement about it, then the lowest.
func survivor(sources []Source) rapport.ID {
	oldest := Member{ID: sources[0].Record.ID(), Since: sources[0].At}
	for _, s := range sources[1:] {
		if m := (Member{ID: s.Record.ID(), Since: s.At}); older(m, oldest) {
			oldest = m
		}
	}
	return oldest.ID
}
