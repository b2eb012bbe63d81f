package rapport_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// An invoice of 100.00 is paid by three: no cent is lost or made. What the minor
// unit is depends on the currency: none after the point for the yen, three digits
// for the Kuwaiti dinar.
func Example() {
	for _, text := range []string{"100.00 CNY", "100 JPY", "100 KWD"} {
		shares, err := rapport.MustMoney(text).Allocate(1, 1, 1)
		if err != nil {
			fmt.Println(err)
			return
		}
		total, err := rapport.Sum(shares...)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(shares, "sum", total)
	}
	// Output:
	// [33.34 CNY 33.33 CNY 33.33 CNY] sum 100.00 CNY
	// [34 JPY 33 JPY 33 JPY] sum 100 JPY
	// [33.334 KWD 33.333 KWD 33.333 KWD] sum 100.000 KWD
}

func ExampleMoney_Round() {
	price := rapport.MustMoney("0.35 EUR")
	exact, err := price.Mul(decimal.RequireFromString("1.5")) // kilograms
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(exact, exact.Round(rapport.RoundHalfEven), exact.Round(rapport.RoundHalfUp))
	// Output: 0.525 EUR 0.52 EUR 0.53 EUR
}

func ExampleMoney_MarshalJSON() {
	text, err := json.Marshal(rapport.MustMoney("12.3 CNY"))
	fmt.Println(string(text), err)
	// Output: {"amount":"12.30","currency":"CNY"} <nil>
}

func ExampleRates() {
	rates, err := rapport.NewRates(
		rapport.Rate{From: rapport.USD, To: rapport.CNY, Value: decimal.RequireFromString("7.10"), At: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)},
		rapport.Rate{From: rapport.USD, To: rapport.CNY, Value: decimal.RequireFromString("7.25"), At: time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	sale := rapport.MustMoney("100.00 USD")
	for _, month := range []time.Month{time.June, time.July} {
		fmt.Println(rates.Convert(sale, rapport.CNY, time.Date(2024, month, 1, 0, 0, 0, 0, time.UTC), rapport.RoundHalfEven))
	}
	_, err = rates.Convert(sale, rapport.EUR, time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC), rapport.RoundHalfEven)
	fmt.Println(err)
	// Output:
	// 710.00 CNY <nil>
	// 725.00 CNY <nil>
	// rapport: no rate from USD to EUR at or before 2024-07-01T00:00:00Z
}

func ExampleNormalEstimate() {
	e, err := rapport.NormalEstimate(76.5, 1.2, 0.95, 250)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f [%.1f, %.1f] from %d\n", e.Value, e.Low, e.High, e.N)
	// Output: 76.5 [74.1, 78.9] from 250
}
