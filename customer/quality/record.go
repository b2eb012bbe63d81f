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
// contact point of each channel to use at an instant. A verified contact point counts
// as confirmed when the record was written. Source, owner and branch are the host's
// to fill in.
func CustomerRow(c customer.Customer, at time.Time) Row {
	row := Row{Values: []string{c.Name()}, Confirmed: []time.Time{{}}}
	for _, channel := range []customer.Channel{customer.ChannelPhone, customer.ChannelEmail, customer.ChannelPost} {
		var confirmed time.Time
		point, _ := c.ContactAt(channel, at)
		if point.Verified {
			confirmed = c.RecordedAt()
		}
		row.Values, row.Confirmed = append(row.Values, point.Value), append(row.Confirmed, confirmed)
	}
	return row
}
