package customer_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// A letter of 2019 that came with an import, an order in the shop and a complaint by
// phone: one timeline, and the same one cut down to a channel.
func ExampleTimelineQuery_Merge() {
	letter, err := customer.NewInteraction(customer.InteractionDraft{
		Key: customer.ExternalKey{System: "archive", ID: "88"}, Customer: "mei", Channel: customer.ChannelPost, Direction: customer.Inbound,
		At: date(2019, 5, 6), RecordedAt: date(2026, 1, 1), Imported: customer.Import{Batch: "go-live", Grade: customer.GradePlausible},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	order, err := customer.NewTransaction(customer.TransactionDraft{
		Key: customer.ExternalKey{System: "shop", ID: "7"}, Kind: customer.Sale, Customer: "mei", Channel: customer.ChannelShop,
		At: date(2026, 2, 1), RecordedAt: date(2026, 2, 1), Amount: rapport.MustMoney("19.90 CNY"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	complaint := customer.Case{
		ID: "c1", Customer: "mei", Type: customer.CaseComplaint, Category: "broken-lid", Channel: customer.ChannelPhone,
		Rounds: []customer.CaseRound{{Opened: date(2026, 2, 3)}}, RecordedAt: date(2026, 2, 3),
	}
	events := []customer.Event{customer.EventOf(complaint), order.Event(), letter.Event()}
	for _, q := range []customer.TimelineQuery{
		{Customer: "mei"},
		{Customer: "mei", Channels: []customer.Channel{customer.ChannelPhone, customer.ChannelPost}, Descending: true},
	} {
		for e, err := range q.Merge(q.Source(events)) {
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Printf("%s %s over %s, import %q\n", e.At.Format(time.DateOnly), e.Kind, e.Channel, e.Imported.Grade)
		}
		fmt.Println()
	}
	// Output:
	// 2019-05-06 interaction over post, import "plausible"
	// 2026-02-01 transaction over shop, import ""
	// 2026-02-03 case over phone, import ""
	//
	// 2026-02-03 case over phone, import ""
	// 2019-05-06 interaction over post, import "plausible"
}
