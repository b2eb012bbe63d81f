package scoring_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// A loyal customer that brings 900 after its costs on a spend of 150 returns
// (900 − 150)/150; a prospect that 80 were spent on has brought nothing yet.
func ExampleInvestmentsByStage() {
	m := rapport.MustMoney
	report, err := scoring.InvestmentsByStage(nil, []scoring.Investment{
		{Customer: "ana", Stage: scoring.StageLoyal, Revenue: m("2000 CNY"), DirectCost: m("1000 CNY"), CostToServe: m("100 CNY"), Retention: m("150 CNY")},
		{Customer: "bo", Stage: scoring.StageProspect, Acquisition: m("80 CNY")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, stage := range report.Stages {
		roi, ok := stage.ROI.Value()
		fmt.Printf("%s: %d customers, spend %v, profit %v, ROI %.1f %v\n", stage.Stage, stage.Customers, stage.Spend, stage.Profit, roi, ok)
	}
	// Output:
	// prospect: 1 customers, spend 80.00 CNY, profit -80.00 CNY, ROI -1.0 true
	// ordinary: 0 customers, spend 0.00 CNY, profit 0.00 CNY, ROI 0.0 false
	// repeat: 0 customers, spend 0.00 CNY, profit 0.00 CNY, ROI 0.0 false
	// loyal: 1 customers, spend 150.00 CNY, profit 750.00 CNY, ROI 5.0 true
}

func TestInvestmentsOfOneCustomerInSeveralStages(t *testing.T) {
	report, err := scoring.InvestmentsByStage([]string{"new", "old"}, []scoring.Investment{
		{Customer: "z", Stage: "old", Revenue: yuan("5")},
		{Customer: "a", Stage: "new", Acquisition: yuan("40")},
		{Customer: "a", Stage: "old", Revenue: yuan("100"), DirectCost: yuan("30"), CostToServe: yuan("10"), Retention: yuan("10")},
		{Customer: "a", Stage: "old", Revenue: yuan("-20")},
	})
	require.NoError(t, err)
	want := scoring.CustomerProfit{Customer: "a", InvestmentProfit: scoring.InvestmentProfit{Customers: 1,
		Revenue: yuan("80"), DirectCost: yuan("30"), CostToServe: yuan("10"), Acquisition: yuan("40"), Retention: yuan("10"),
		Spend: yuan("50"), Profit: yuan("-10"), ROI: rapport.Ratio{Num: -1000, Den: 5000, N: 1}}}
	if diff := cmp.Diff(want, report.Customers[0]); diff != "" {
		t.Errorf("first customer (-want +got):\n%s", diff)
	}
	require.Len(t, report.Customers, 2)
	require.Equal(t, 2, report.Total.Customers)
	require.Equal(t, 1, report.Stages[0].Customers)
	require.Equal(t, 2, report.Stages[1].Customers)
}

func TestInvestmentsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cost := func(name string) rapport.Money { return minor(t, rapid.Int64Range(0, 1e9).Draw(t, name)) }
		rows := make([]scoring.Investment, rapid.IntRange(0, 20).Draw(t, "n"))
		for i := range rows {
			rows[i] = scoring.Investment{
				Customer: rapport.ID(rapid.StringMatching("[a-e]").Draw(t, "id")),
				Stage:    rapid.SampledFrom(scoring.RelationshipStages()).Draw(t, "stage"),
				Revenue:  fen(t, "revenue"), DirectCost: cost("direct"), CostToServe: cost("serve"),
				Acquisition: cost("acquisition"), Retention: cost("retention"),
			}
		}
		report, err := scoring.InvestmentsByStage(nil, rows)
		require.NoError(t, err)
		var byStage, byCustomer []rapport.Money
		for _, s := range report.Stages {
			byStage = append(byStage, s.Profit)
			require.NoError(t, s.ROI.Validate())
		}
		for _, c := range report.Customers {
			byCustomer = append(byCustomer, c.Profit)
			require.Zero(t, sum(t, c.Profit, c.Spend, c.DirectCost, c.CostToServe, c.Revenue.Neg()).Sign())
		}
		require.Equal(t, report.Total.Customers, len(report.Customers))
		require.Zero(t, sum(t, append(byStage, report.Total.Profit.Neg())...).Sign())
		require.Zero(t, sum(t, append(byCustomer, report.Total.Profit.Neg())...).Sign())
	})
}

func TestInvestmentsThatCannotBeUsed(t *testing.T) {
	for _, tc := range []struct {
		row  scoring.Investment
		text string
	}{
		{scoring.Investment{Customer: "a", Stage: "friend"}, `scoring: row 1: customer "a": unknown stage: "friend"`},
		{scoring.Investment{Customer: "a", Stage: "loyal", Retention: yuan("-1.5")}, `scoring: row 1: customer "a": Retention is -1.5: want no negative amount`},
		{scoring.Investment{Customer: "a", Stage: "loyal", Revenue: yuan("1"), DirectCost: rapport.MustMoney("1 USD")}, `scoring: row 1: customer "a": DirectCost: rapport: amounts in CNY and USD do not mix`},
		{scoring.Investment{Customer: "a", Stage: "loyal", Revenue: yuan("0.001")}, `scoring: row 1: customer "a": Revenue: rapport: amount "0.001 CNY": has a fraction of a minor unit`},
		{scoring.Investment{Stage: "loyal"}, `scoring: row 1: rapport: id "": empty`},
	} {
		_, err := scoring.InvestmentsByStage(nil, []scoring.Investment{tc.row})
		require.EqualError(t, err, tc.text)
		_, ok := errors.AsType[*scoring.RowError](err)
		require.True(t, ok)
	}
	_, err := scoring.InvestmentsByStage([]string{"a", "b", "a"}, nil)
	require.ErrorIs(t, err, scoring.ErrTwice)
	most := scoring.Investment{Customer: "a", Stage: "loyal", Revenue: minor(t, math.MaxInt64)}
	_, err = scoring.InvestmentsByStage(nil, []scoring.Investment{most, most})
	overflow, ok := errors.AsType[*scoring.OverflowError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, "investment", overflow.Sum)
	most.Revenue, most.DirectCost, most.Retention = rapport.Money{}, minor(t, math.MaxInt64), minor(t, math.MaxInt64)
	_, err = scoring.InvestmentsByStage(nil, []scoring.Investment{most})
	require.ErrorAs(t, err, &overflow)
	require.Equal(t, "profit", overflow.Sum)
	// The total fits, a customer does not; and then a stage.
	half, less := scoring.Investment{Customer: "a", Stage: "loyal", Revenue: minor(t, 1<<62)}, scoring.Investment{Customer: "b", Stage: "loyal", Revenue: minor(t, -1<<62)}
	_, err = scoring.InvestmentsByStage(nil, []scoring.Investment{half, half, less})
	require.ErrorAs(t, err, &overflow)
	require.Equal(t, rapport.ID("a"), overflow.Customer)
	less.Stage = "repeat"
	_, err = scoring.InvestmentsByStage(nil, []scoring.Investment{half, half, less})
	require.ErrorAs(t, err, &overflow)
	require.Empty(t, overflow.Customer)
}

// Of several customers whose sums do not fit, the error names the first.
func TestInvestmentErrorIsTheSameEachTime(t *testing.T) {
	var rows []scoring.Investment
	for _, id := range []rapport.ID{"d", "b", "a", "c", "e", "f", "g", "h"} {
		sign := int64(math.MaxInt64)
		if id > "d" {
			sign = -sign
		}
		rows = append(rows, scoring.Investment{Customer: id, Stage: scoring.StageLoyal, Revenue: minor(t, sign)},
			scoring.Investment{Customer: id, Stage: scoring.StageLoyal, Revenue: minor(t, sign)})
	}
	for range 20 {
		_, err := scoring.InvestmentsByStage(nil, rows)
		require.EqualError(t, err, `scoring: investment of customer "a" does not fit in 64 bits`)
	}
}
