package rule

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// What [CustomerFacts] can return besides.
var (
	// ErrSensitive: the record marks as sensitive what the schema does not.
	ErrSensitive = errors.New("sensitive in the record, and not in the schema")
	// ErrOtherCustomer: a transaction, an interaction or a need of another customer.
	ErrOtherCustomer = errors.New("record of another customer")
)

// customerReader reads the records of one customer as of an instant.
type customerReader struct {
	facts    *Facts
	at       time.Time
	snapshot customer.Snapshot
}

// value returns what the record says of an attribute of the schema; false: nothing.
func (r *customerReader) value(c customer.Customer, needs []customer.Need, a Attribute) (Value, bool, error) {
	topic, likes := strings.CutPrefix(a.Name, CustomerLikes)
	switch {
	case likes:
		var liked []string
		for _, p := range r.snapshot.Preferences {
			if string(p.Topic) == topic && !p.Dislike {
				liked = append(liked, p.Choice)
			}
		}
		return TagsOf(liked...), liked != nil, nil
	case a.Name == CustomerKind:
		return TextOf(c.Kind().String()), true, nil
	case a.Name == CustomerRoles:
		var roles []string
		for _, role := range c.RolesAt(r.at) {
			roles = append(roles, role.String())
		}
		return TagsOf(roles...), true, nil
	case a.Name == CustomerSince:
		y, m, d := c.Since().In(r.facts.set.schema.calendar.location).Date()
		return DateOf(customer.Date{Year: y, Month: m, Day: d}), !c.Since().IsZero(), nil
	case a.Name == CustomerBirth:
		if a.Needs == "" && (r.sensitive(customer.AttributeBirthDate) || r.sensitive(customer.AttributeFoundationDate)) {
			return Value{}, false, ErrSensitive
		}
		born, ok := c.BirthDate(r.at)
		return DateOf(born), ok, nil
	case a.Name == CustomerCountry, a.Name == CustomerRegion, a.Name == CustomerCity:
		place := r.place(a.Name)
		return TextOf(place), place != "", nil
	case a.Name == CustomerNeeds:
		return r.needs(c, needs)
	}
	return r.attribute(c, a)
}

// sensitive tells whether the record marks an attribute so.
func (r *customerReader) sensitive(name string) bool {
	return slices.ContainsFunc(r.snapshot.Attributes, func(a customer.Attribute) bool { return a.Name == name && a.Sensitive })
}

func (r *customerReader) place(part string) string {
	for _, address := range r.snapshot.Addresses {
		place := map[string]string{CustomerCountry: address.Country, CustomerRegion: address.Region, CustomerCity: address.City}[part]
		if place != "" {
			return place
		}
	}
	return ""
}

// needs are known to be none if the host hands over an empty list, not nil.
func (r *customerReader) needs(c customer.Customer, needs []customer.Need) (Value, bool, error) {
	var products []string
	for _, need := range needs {
		if need.Customer != c.ID() {
			return Value{}, false, ErrOtherCustomer
		}
		if need.Status == customer.NeedOpen && !need.At.After(r.at) {
			products = append(products, need.Product)
		}
	}
	return TagsOf(products...), needs != nil, nil
}

func (r *customerReader) attribute(c customer.Customer, a Attribute) (Value, bool, error) {
	if a.Needs == "" && r.sensitive(a.Name) {
		return Value{}, false, ErrSensitive
	}
	var tags []string
	for _, attribute := range r.snapshot.Attributes {
		if attribute.Name != a.Name {
			continue
		}
		if a.Type == TagsType {
			text, ok := attribute.Value.Text()
			if !ok {
				return Value{}, false, ErrType
			}
			tags = append(tags, text)
		}
	}
	attribute, ok := c.AttributeAt(a.Name, r.at)
	if !ok {
		return Value{}, false, nil
	}
	if a.Type == TagsType {
		return TagsOf(tags...), true, nil
	}
	v := attribute.Value
	if n, ok := v.Number(); ok {
		return NumberOf(n), true, nil
	} else if d, ok := v.Date(); ok {
		return DateOf(d), true, nil
	} else if yes, ok := v.Flag(); ok {
		return FlagOf(yes), true, nil
	} else if text, ok := v.Text(); ok {
		return TextOf(text), true, nil
	}
	return Value{}, false, nil
}

// event takes an event whose kind the schema has, with those of its fields that the
// kind has there.
func (r *customerReader) event(of rapport.ID, e Event) error {
	if of != r.facts.id {
		return &FactError{r.facts.id, e.Kind, ErrOtherCustomer}
	}
	kind, ok := r.facts.set.schema.kinds[e.Kind]
	if !ok {
		return nil
	}
	for field := range e.Fields {
		if !slices.Contains(kind.Fields, field) {
			delete(e.Fields, field)
		}
	}
	return r.facts.PutEvent(e)
}

// turn returns the first instant after the as-of date at which an entry of the record
// begins or ends, or an open need begins.
func (r *customerReader) turn(c customer.Customer, needs []customer.Need) time.Time {
	var first time.Time
	at := func(turn time.Time) {
		if turn.After(r.at) && (first.IsZero() || turn.Before(first)) {
			first = turn
		}
	}
	note := func(i rapport.Interval) {
		at(i.Start())
		at(i.End())
	}
	for _, need := range needs {
		if need.Status == customer.NeedOpen {
			at(need.At)
		}
	}
	draft := c.Draft()
	for _, a := range draft.Attributes {
		note(a.Valid)
	}
	for _, p := range draft.Preferences {
		note(p.Valid)
	}
	for _, a := range draft.Addresses {
		note(a.Valid)
	}
	for _, role := range draft.Roles {
		note(role.Valid)
	}
	return first
}

// keyOf makes one id of the two parts of a key, the same for the same key alone: the
// first part carries its length. What is too long for an id is hashed.
func keyOf(key customer.ExternalKey) rapport.ID {
	id := rapport.ID(fmt.Sprintf("%d:%s%s", len(key.System), key.System, key.ID))
	if id.Validate() == nil {
		return id
	}
	digest := sha256.Sum256([]byte(id))
	return rapport.ID("sha256:" + hex.EncodeToString(digest[:]))
}

// fieldsOf makes fields of names and texts in turn; empty texts are left out.
func fieldsOf(pairs ...string) map[string]string {
	fields := make(map[string]string)
	for pair := range slices.Chunk(pairs, 2) {
		if pair[1] != "" {
			fields[pair[0]] = pair[1]
		}
	}
	return fields
}
