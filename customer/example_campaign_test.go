package customer_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Two hundred customers are chosen for a mailing, half of them left alone. Thirty of
// those who were written to buy for 100, and twenty of the others: what the mailing
// brought is the difference.
func ExampleCampaign_Result() {
	march := date(2024, 3, 1)
	mailing := customer.Campaign{
		ID: "march-mailing", Aim: customer.AimRetention, Channel: customer.ChannelPost, Purpose: customer.PurposeMarketing,
		Period: rapport.MustInterval("2024-03-01T00:00:00Z/2024-04-01T00:00:00Z"), Window: 30 * 24 * time.Hour,
		Fixed: rapport.MustMoney("200 CNY"), PerContact: rapport.MustMoney("2 CNY"), RecordedAt: march,
	}
	var members []customer.CampaignMember
	var sales []customer.Transaction
	for i := range 200 {
		id := rapport.ID(fmt.Sprintf("c%03d", i))
		m := customer.CampaignMember{
			ID: customer.CampaignMemberID(mailing.ID, id), Campaign: mailing.ID, Customer: id, Channel: mailing.Channel,
			Arm: customer.ArmControl, Assigned: march, RecordedAt: march,
		}
		if i < 100 {
			m.Arm, m.Contacts = customer.ArmTreatment, []time.Time{march}
		}
		members = append(members, m)
		if i < 30 || i >= 100 && i < 120 {
			sale, err := customer.NewTransaction(customer.TransactionDraft{
				Key: customer.ExternalKey{System: "shop", ID: string(id)}, Kind: customer.Sale, Customer: id,
				At: march.AddDate(0, 0, 7), RecordedAt: march.AddDate(0, 0, 7), Amount: rapport.MustMoney("100 CNY"),
			})
			if err != nil {
				fmt.Println(err)
				return
			}
			sales = append(sales, sale)
		}
	}
	r, err := mailing.Result(members, sales, date(2024, 5, 1), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("conversion %.2f against %.2f, difference %.2f [%.3f, %.3f]\n",
		r.Treatment.Conversion.Num/r.Treatment.Conversion.Den, r.Control.Conversion.Num/r.Control.Conversion.Den,
		r.Uplift.Value, r.Uplift.Low, r.Uplift.High)
	fmt.Printf("revenue per member %+.2f, spent %v, return on spend %.2f\n", r.IncrementalRevenue.Value, r.Spend, r.ReturnOnSpend.Value)
	// Output:
	// conversion 0.30 against 0.20, difference 0.10 [-0.020, 0.217]
	// revenue per member +10.00, spent 400.00 CNY, return on spend 1.50
}
