package rapport_test

import (
	"math"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
)

// Messages say package, what and the numbers.
func TestMessages(t *testing.T) {
	one := rapport.MustMoney("1.00 CNY")
	for want, provoke := range map[string]func() error{
		`rapport: "EURO" is not an ISO 4217 currency code with a minor unit`: func() error {
			_, err := rapport.ParseCurrency("EURO")
			return err
		},
		`rapport: "eur" is not an ISO 4217 currency code with a minor unit: want capitals, EUR`: func() error {
			_, err := rapport.ParseMoney("1.00 eur")
			return err
		},
		`rapport: the currency is missing: want an ISO 4217 code such as EUR`: func() error {
			_, err := rapport.NewMoney(decimal.New(1, 0), 0)
			return err
		},
		`rapport: allocation: the weights add up to nothing`: func() error {
			_, err := one.Allocate()
			return err
		},
		`rapport: id "` + strings.Repeat("x", 80) + `"…: too long, 129 bytes where 128 are allowed`: func() error {
			return rapport.ID(strings.Repeat("x", 129)).Validate()
		},
		`rapport: id "a\n": control character`: func() error {
			return rapport.ID("a\n").Validate()
		},
		`rapport: amount "1e5": not a plain decimal number such as -12.30`: func() error {
			_, err := rapport.ParseMoney("1e5 CNY")
			return err
		},
		`rapport: amount "0.005 CNY": has a fraction of a minor unit`: func() error {
			_, err := rapport.MustMoney("0.005 CNY").Minor()
			return err
		},
		`rapport: amount "1e2147483647": out of range`: func() error {
			_, err := rapport.NewMoney(decimal.New(1, math.MaxInt32), rapport.CNY)
			return err
		},
		`rapport: allocation: negative weight: weights[1] is -3`: func() error {
			_, err := one.Allocate(1, -3)
			return err
		},
		`rapport: allocation: the number of shares is not from 1 to 1000000, got 0`: func() error {
			_, err := one.Split(0)
			return err
		},
		`rapport: "nearest" is not a rounding: want half-even, half-up, down, up, floor or ceiling`: func() error {
			_, err := rapport.ParseRounding("nearest")
			return err
		},
		`rapport: interval "2024-01-02T00:00:00Z/2024-01-01T00:00:00Z": the end is not after the start`: func() error {
			_, err := rapport.NewInterval(day(2), day(1))
			return err
		},
		`rapport: rate from USD to USD at 2024-01-01T00:00:00Z: it leads nowhere`: func() error {
			_, err := rapport.NewRates(rate(rapport.USD, rapport.USD, "1", day(1)))
			return err
		},
		`rapport: estimate: Level must be above 0 and below 1, got 95`: func() error {
			_, err := rapport.NormalEstimate(1, 1, 95, 1)
			return err
		},
		`rapport: money in JSON: member "amount" comes twice`: func() error {
			var m rapport.Money
			return m.UnmarshalJSON([]byte(`{"amount":"1","amount":"2","currency":"CNY"}`))
		},
	} {
		require.EqualError(t, provoke(), want)
	}
}
