package customer_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// A customer agrees to marketing on all channels, and later refuses calls.
func ExampleConsentLedger_Allowed() {
	agreed := customer.Consent{
		ID: "K1", Subject: "C1", Jurisdiction: customer.JurisdictionPIPL, Purpose: customer.PurposeMarketing, Channel: customer.AnyChannel,
		Basis: customer.BasisConsent, Status: customer.ConsentGiven, At: day("2024-01-01"), RecordedAt: day("2024-01-01"), Evidence: "form 17",
	}
	refused := agreed
	refused.ID, refused.Channel, refused.Status = "K2", customer.ChannelPhone, customer.ConsentDenied
	refused.At, refused.RecordedAt = day("2024-02-01"), day("2024-02-01")
	ledger, err := customer.NewConsentLedger([]customer.Consent{agreed, refused}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, channel := range []customer.Channel{customer.ChannelEmail, customer.ChannelPhone} {
		d := ledger.Allowed("C1", customer.PurposeMarketing, channel, day("2024-03-01"), customer.JurisdictionPIPL)
		fmt.Println(channel, d.Allowed, d.Reason, d.Article, d.Record.ID)
	}
	// Output:
	// email true given 13(1) K1
	// phone false denied 15 K2
}
