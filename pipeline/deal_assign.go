package pipeline

import (
	"maps"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
)

// own returns a copy whose slices and maps are its own.
func (d *Deal) own() Deal {
	c := *d
	c.Lines, c.Products, c.Competitors = slices.Clone(d.Lines), slices.Clone(d.Products), slices.Clone(d.Competitors)
	c.Fields = maps.Clone(d.Fields)
	return c
}

// assign sets fields by name; that the definition has them, of these kinds, is known.
func (d *Deal) assign(values Values) error {
	owned := false
	for _, id := range sortedKeys(values) {
		v := values[id]
		if err := d.assignOne(id, v, &owned); err != nil {
			return err
		}
	}
	return nil
}

func (d *Deal) assignOne(id string, v Value, owned *bool) error {
	if v.kind == TextField && checkText(id, v.text) != nil {
		return &UnknownFieldError{id, v, "want text in UTF-8"}
	}
	switch id {
	case FieldName:
		d.Name = v.text
	case FieldAmount:
		d.Amount, _ = v.Money()
	case FieldCloseDate:
		d.CloseDate, _ = ParseDate(v.text)
	case FieldOwner:
		d.Owner = v.text
	case FieldCustomer:
		if !v.Empty() && rapport.ID(v.text).Validate() != nil {
			return &UnknownFieldError{id, v, "want an id"}
		}
		d.Customer = rapport.ID(v.text)
	case FieldProducts:
		d.Products = v.List()
	case FieldCompetitors:
		d.Competitors = v.List()
	default:
		if !*owned {
			d.Fields, *owned = maps.Clone(d.Fields), true
		}
		d.Fields = d.Fields.with(id, v)
	}
	return nil
}

// with returns the values with a field set, or taken out by an empty value; they may be
// the same map.
func (v Values) with(field string, value Value) Values {
	if value.Empty() {
		delete(v, field)
		if len(v) == 0 {
			return nil
		}
		return v
	}
	if v == nil {
		v = Values{}
	}
	v[field] = value
	return v
}

// checkCurrency refuses an amount in another currency than the lines.
func (d *Deal) checkCurrency() error {
	if have := d.Amount.Currency(); have != 0 && len(d.Lines) > 0 && d.Lines[0].Price.Currency() != have {
		return &CurrencyError{Amount: have, Lines: d.Lines[0].Price.Currency()}
	}
	return nil
}

// checkNames refuses names that a [List] would not give back as they are.
func checkNames(names []string) error {
	for _, name := range names {
		if err := checkText("name", name); err != nil {
			return err
		}
		if name == "" || strings.ContainsAny(name, "\n") {
			return &InputError{Name: "name", Value: name, Want: "one line"}
		}
	}
	return nil
}
