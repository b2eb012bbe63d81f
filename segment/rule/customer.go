package rule

import (
	"maps"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Attributes that [CustomerFacts] reads from a record of package customer. All other
// names are those of attributes of the record.
const (
	CustomerKind    = "customer.kind"    // text: "person", "organisation", "household"
	CustomerRoles   = "customer.roles"   // tags: the roles played, such as "consumer"
	CustomerSince   = "customer.since"   // date: when the relation began, the day in the location of the schema
	CustomerBirth   = "customer.birth"   // date: of birth, as far as it is known
	CustomerCountry = "customer.country" // text: of the first address that holds and names one
	CustomerRegion  = "customer.region"  // text: likewise
	CustomerCity    = "customer.city"    // text: likewise
	CustomerNeeds   = "customer.needs"   // tags: the products of open needs; not known where Needs is nil
	// CustomerLikes with a topic, as in "customer.likes.channel", is tags: the choices
	// that are liked.
	CustomerLikes = "customer.likes."
)

// Kinds of events that [CustomerFacts] makes of transactions and interactions.
const (
	SaleEvent        = "sale"        // with its amount; fields product, channel and branch
	ReturnEvent      = "return"      // likewise, the amount is 0 or below
	CostEvent        = "cost"        // likewise
	InteractionEvent = "interaction" // fields channel, direction, topic and outcome
)

// CustomerAttributes returns the attributes of [CustomerFacts] that every customer can
// have, for a schema; sensitive ones a host marks by itself.
func CustomerAttributes() []Attribute {
	return []Attribute{
		{Name: CustomerKind, Type: TextType}, {Name: CustomerRoles, Type: TagsType},
		{Name: CustomerSince, Type: DateType}, {Name: CustomerBirth, Type: DateType},
		{Name: CustomerCountry, Type: TextType}, {Name: CustomerRegion, Type: TextType}, {Name: CustomerCity, Type: TextType},
		{Name: CustomerNeeds, Type: TagsType},
	}
}

// CustomerEvents returns the kinds of events of [CustomerFacts], for a schema.
func CustomerEvents(currency rapport.Currency) []EventKind {
	fields := []string{"product", "channel", "branch"}
	return []EventKind{
		{Name: SaleEvent, Currency: currency, Fields: fields}, {Name: ReturnEvent, Currency: currency, Fields: fields},
		{Name: CostEvent, Currency: currency, Fields: fields},
		{Name: InteractionEvent, Fields: []string{"channel", "direction", "topic", "outcome"}},
	}
}

// CustomerRecords are what package customer keeps of one customer.
type CustomerRecords struct {
	Customer     customer.Customer
	Needs        []customer.Need
	Transactions []customer.Transaction
	Interactions []customer.Interaction
}

// CustomerFacts makes facts of the records of a customer as of an instant, as far as
// the schema of the set has names for them. It returns the instant from which on the
// record itself says something else, because something that it states for a time begins
// or ends; zero if there is none.
//
// A code and a text are both text; as tags, an attribute is all values that hold. What
// the record marks as sensitive must be so in the schema: otherwise the error is a
// [*FactError] with [ErrSensitive]. Other errors are those of [Facts.Set] and
// [Facts.PutEvent], such as for an amount in another currency, and [ErrOtherCustomer].
func CustomerFacts(set *Set, records CustomerRecords, at time.Time) (*Facts, time.Time, error) {
	c := records.Customer
	f, err := set.NewFacts(c.ID())
	if err != nil {
		return nil, time.Time{}, err
	}
	if _, err := nanos(at); err != nil {
		return nil, time.Time{}, &FactError{c.ID(), "as-of", err}
	}
	r := customerReader{facts: f, at: at, snapshot: c.AsOf(at)}
	for _, name := range slices.Sorted(maps.Keys(set.slots)) {
		if v, ok, err := r.value(c, records.Needs, set.schema.attributes[name]); err != nil {
			return nil, time.Time{}, &FactError{c.ID(), name, err}
		} else if !ok {
			continue
		} else if err := f.Set(name, v); err != nil {
			return nil, time.Time{}, err
		}
	}
	for _, t := range records.Transactions {
		e := Event{
			ID: keyOf(t.Key()), Kind: t.Kind().String(), At: t.At(), Amount: t.Amount(),
			Fields: fieldsOf("product", t.Product(), "channel", string(t.Channel()), "branch", t.Branch()),
		}
		if err := r.event(t.Customer(), e); err != nil {
			return nil, time.Time{}, err
		}
	}
	for _, i := range records.Interactions {
		e := Event{
			ID: keyOf(i.Key()), Kind: InteractionEvent, At: i.At(),
			Fields: fieldsOf("channel", string(i.Channel()), "direction", i.Direction().String(), "topic", i.Topic(), "outcome", i.Outcome()),
		}
		if err := r.event(i.Customer(), e); err != nil {
			return nil, time.Time{}, err
		}
	}
	return f, r.turn(c, records.Needs), nil
}
