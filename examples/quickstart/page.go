package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/rapport-crm/rapport/examples/htmlreport"
)

// writePage writes the report with its charts to a file.
func (a *analysis) writePage(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(a.page().Render(file), file.Close())
}

func (a *analysis) page() htmlreport.Page {
	var value, active, stake float64
	for _, c := range a.customers {
		value += c.value
		active += c.alive
	}
	for _, c := range a.slipping {
		stake += c.atStake
	}
	return htmlreport.Page{
		Title:    shopName + ": what the customers are worth",
		Subtitle: fmt.Sprintf("An invented shop. Sales from %s to %s, amounts in %s.", day(a.first), day(a.last), currency),
		Headlines: []htmlreport.Headline{
			{Label: "Customers", Value: count(len(a.customers)), Note: fmt.Sprintf("about %s still active", amount(active))},
			{Label: "Value in " + currency.String(), Value: amount(value), Note: fmt.Sprintf("margin of the next %d weeks", weeksAhead)},
			{Label: "Slipping away", Value: count(len(a.slipping)), Note: fmt.Sprintf("%s %s at stake", amount(stake), currency)},
			{Label: "Forecast tested", Value: signedPercent(a.test.forecast.Value/float64(a.test.actual) - 1), Note: fmt.Sprintf("over %d weeks it had not seen", weeksHeldOut)},
		},
		Sections: []htmlreport.Section{
			{
				Title: "Who is worth what",
				Text: "The value of a customer is the margin of the purchases that are still to come: how often the customer buys, " +
					"how likely there is still a customer, and what a purchase brings.",
				Blocks: []htmlreport.Block{a.tierChart(), a.valueChart(), a.tierTable(), a.topTable(listed)},
			},
			{
				Title: "Who is slipping away",
				Text: "Silence means different things: three weeks are long for somebody who comes every week, and nothing for somebody " +
					"who comes twice a year. The model weighs both.",
				Blocks: []htmlreport.Block{a.activeMap(), a.customerMap(), a.slippingTable(listed)},
			},
			{
				Title:  "How sure we are",
				Text:   a.verdict(),
				Blocks: []htmlreport.Block{a.weeklyChart(), a.cumulativeChart(), a.groupTable(), a.truthTable()},
			},
		},
		Footer: "BG/NBD model of purchases and gamma-gamma model of amounts, fitted by rapport. All names are invented.",
	}
}
