package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSpendThatCannotBeModelled(t *testing.T) {
	tests := map[string]string{
		"no_spend_model:equal_spend":      "customer_id,date,amount\na,2026-01-01,5\na,2026-02-01,5\na,2026-03-20,5\nb,2026-01-10,5\nb,2026-02-11,5\nc,2026-02-01,5\n",
		"no_spend_model:too_few_spenders": "customer_id,date,amount\na,2026-01-01,5\na,2026-02-01,5\na,2026-03-20,5\nb,2026-01-10,5\nb,2026-02-11,0\nc,2026-02-01,5\n",
	}
	for warning, text := range tests {
		t.Run(warning, func(t *testing.T) {
			code, stdout, stderr := runWith(t, text, "-format", "json")
			require.Equal(t, 0, code, stderr)
			var got written
			require.NoError(t, json.Unmarshal([]byte(stdout), &got))
			require.Nil(t, got.Spend)
			require.Contains(t, got.Model.Warnings, warning)
			require.Equal(t, 5.0, *got.Customers[0].Spend, "what was spent is known all the same")
			require.Nil(t, got.Customers[0].Value)
		})
	}
}

// TestInfiniteMeanSpend has spending over six powers of ten, whose fitted
// distribution has no mean for customers who are not known well.
func TestInfiniteMeanSpend(t *testing.T) {
	var text strings.Builder
	text.WriteString("customer_id,date,amount\n")
	for i := range 26 {
		amount := math.Pow(10, 0.5*float64(i%13)-2)
		fmt.Fprintf(&text, "c%02d,2026-01-%02d,1\n", i, i+1)
		for visit := range 1 + 4*(i%3) {
			fmt.Fprintf(&text, "c%02d,2026-%02d-%02d,%.6f\n", i, 2+visit, i+1, amount*(1+float64(visit%3)/3))
		}
	}
	text.WriteString("once,2026-01-15,7\n")
	code, stdout, stderr := runWith(t, text.String(), "-format", "json")
	require.Equal(t, 0, code, stderr)
	var got written
	require.NoError(t, json.Unmarshal([]byte(stdout), &got))
	require.LessOrEqual(t, got.Spend.Params["q"], 1.0)
	require.Contains(t, got.Spend.Warnings, "infinite_expected_spend:1")
	require.Contains(t, got.Model.Warnings, "tiers_by_expected_transactions")
	once := got.Customers[len(got.Customers)-1]
	require.Equal(t, "once", once.ID)
	require.Nil(t, once.ExpectedSpend)
	require.Nil(t, once.Value)
	require.NotNil(t, got.Customers[0].Value)
	for _, format := range []string{"table", "html"} {
		code, stdout, stderr = runWith(t, text.String(), "-format", format)
		require.Equal(t, 0, code, stderr)
		require.NotContains(t, stdout, "NaN")
		require.NotContains(t, stdout, "Inf")
	}
}

func TestNothingPaid(t *testing.T) {
	free := "customer_id,date,amount,cost\na,2026-01-01,0,1\na,2026-02-01,0,1\na,2026-03-20,0,1\nb,2026-01-10,0,1\nb,2026-02-11,0,1\nc,2026-02-01,0,1\n"
	code, stdout, stderr := runWith(t, free, "-format", "json")
	require.Equal(t, 0, code, stderr)
	var got written
	require.NoError(t, json.Unmarshal([]byte(stdout), &got))
	require.Subset(t, got.Model.Warnings, []string{"no_spend_model:too_few_spenders", "no_margin:no_revenue"})
	require.Equal(t, 0.0, *got.Customers[0].Spend)
	require.Nil(t, got.Customers[0].Value)
}
