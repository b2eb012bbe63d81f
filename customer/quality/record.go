package quality

import (
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// CustomerSpec returns what every customer should have: a name and an address by
// telephone, e-mail and post; and the country of that address, for rules such as
// [CountryCalls]. Nothing ages. A host adds its own fields behind these.
func CustomerSpec() Spec {
	return Spec{Fields: []Field{
		{Name: "name"},
		{Name: "phone", Format: FormatPhone},
		{Name: "email", Format: FormatEmail},
		{Name: "post"},
		{Name: "country", Optional: true},
	}}
}

// CustomerRow returns the row of a customer for [CustomerSpec]: its name, the contact
// point of each channel to use at an instant, where there is none for post the address
// to use, and the country of that. What was verified counts
// as confirmed when that was, if the time is known. Source, owner and branch are the host's
// to fill in.
func CustomerRow(c customer.Customer, at time.Time) Row {
	row := Row{Values: []string{c.Name()}, Confirmed: []time.Time{{}}}
	for _, channel := range []customer.Channel{customer.ChannelPhone, customer.ChannelEmail, customer.ChannelPost} {
		point, _ := c.ContactAt(channel, at)
		row.Values, row.Confirmed = append(row.Values, point.Value), append(row.Confirmed, point.VerifiedAt)
	}
	place, known := c.AddressAt("", at)
	if post := len(row.Values) - 1; known && row.Values[post] == "" {
		row.Values[post], row.Confirmed[post] = addressText(place), place.VerifiedAt
	}
	row.Values, row.Confirmed = append(row.Values, place.Country), append(row.Confirmed, place.VerifiedAt)
	return row
}

// addressText returns an address as one text: a postcode or a country alone are none.
func addressText(a customer.Address) string {
	if a.Text != "" {
		return a.Text
	}
	return strings.Join(strings.Fields(strings.Join([]string{a.Region, a.City, a.District, a.Street, a.Number, a.Unit}, " ")), " ")
}
