package identity

import (
	"strconv"

	"github.com/rapport-crm/rapport"

	"github.com/rapport-crm/rapport/customer"
)

// CardSources returns where each field comes from as a card shows it, for
// [customer.CardInputs]: in the order of the customer's JSON, and of what several sources
// state one line for each, the best first. The path of a field is its name, such as
// "name"; of an entry of a list that of what it is about, such as "contacts[1].value", and
// of an address, which has no such field, the entry: "addresses[0]".
func (g GoldenRecord) CardSources() []customer.CardSource {
	var all []customer.CardSource
	for _, p := range g.Provenance {
		if len(p.Entries) == 0 {
			all = g.appendCard(all, p.Field, p.Sources)
		}
		for i, e := range p.Entries {
			all = g.appendCard(all, p.Field+"["+strconv.Itoa(i)+"]"+subject(p.Field), e.Sources)
		}
	}
	return all
}

func (g GoldenRecord) appendCard(all []customer.CardSource, path string, sources []rapport.ID) []customer.CardSource {
	for _, id := range sources {
		if o, speaks := g.Origin(id); speaks {
			all = append(all, customer.CardSource{Field: path, Source: o.System, Record: o.ID, At: o.RecordedAt})
		}
	}
	return all
}

// subject is the field that the entries of a list are about, with its point.
func subject(list string) string {
	switch list {
	case "identifiers", "contacts", "attributes":
		return ".value"
	case "other_names":
		return ".text"
	case "roles":
		return ".type"
	case "preferences":
		return ".choice"
	case "owners":
		return ".owner"
	}
	return ""
}
