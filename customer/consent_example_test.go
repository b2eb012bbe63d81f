package customer_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// A customer agrees to marketing on all channels, and later refuses calls.
func ExampleConsentLedger_Allowed() {
	agreed := customer.Consent{
		ID: "K1", Subject: "C1", Jurisdiction: customer.JurisdictionPIPL, Purpose: customer.PurposeMarketing, Channel: customer.AnyChannel,
		Basis: customer.BasisConsent, Status: customer.ConsentGiven, At: date(2024, 1, 1), RecordedAt: date(2024, 1, 1), Evidence: "form 17",
	}
	refused := agreed
	refused.ID, refused.Channel, refused.Status = "K2", customer.ChannelPhone, customer.ConsentDenied
	refused.At, refused.RecordedAt = date(2024, 2, 1), date(2024, 2, 1)
	ledger, err := customer.NewConsentLedger([]customer.Consent{agreed, refused}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, channel := range []customer.Channel{customer.ChannelEmail, customer.ChannelPhone} {
		d := ledger.Allowed("C1", customer.PurposeMarketing, channel, date(2024, 3, 1), customer.JurisdictionPIPL)
		fmt.Println(channel, d.Allowed, d.Reason, d.Article, d.Record.ID)
	}
	// Output:
	// email true given 13(1) K1
	// phone false denied 15 K2
}
