package quality

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// CustomerSpec returns what every customer should have: a name and an address by
// telephone, e-mail and post, without ageing and rules. A host adds its own fields
// behind these.
func CustomerSpec() Spec {
	return Spec{Fields: []Field{
		{Name: "name"},
		{Name: "phone", Format: FormatPhone},
		{Name: "email", Format: FormatEmail},
		{Name: "post"},
	}}
}

// CustomerRow returns the row of a customer for [CustomerSpec]: its name and the
// contact point of each channel to use at an instant. What was verified counts
// as confirmed when that was, if the time is known. Source, owner and branch are the host's
// to fill in.
func CustomerRow(c customer.Customer, at time.Time) Row {
	row := Row{Values: []string{c.Name()}, Confirmed: []time.Time{{}}}
	for _, channel := range []customer.Channel{customer.ChannelPhone, customer.ChannelEmail, customer.ChannelPost} {
		point, _ := c.ContactAt(channel, at)
		row.Values, row.Confirmed = append(row.Values, point.Value), append(row.Confirmed, point.VerifiedAt)
	}
	return row
}
