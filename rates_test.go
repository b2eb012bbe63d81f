package rapport_test

import (
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
)

func rate(from, to rapport.Currency, value string, at time.Time) rapport.Rate {
	return rapport.Rate{From: from, To: to, Value: decimal.RequireFromString(value), At: at}
}

func table(t testing.TB, rates ...rapport.Rate) rapport.Rates {
	t.Helper()
	r, err := rapport.NewRates(rates...)
	require.NoError(t, err)
	return r
}

func TestRatesConvert(t *testing.T) {
	rates := table(t,
		rate(rapport.USD, rapport.CNY, "7.2", day(10)),
		rate(rapport.USD, rapport.CNY, "7.1", day(1)),
		rate(rapport.USD, rapport.JPY, "150", day(5)),
		rate(rapport.EUR, rapport.CNY, "7.8", day(1)),
		rate(rapport.CNY, rapport.EUR, "0.13", day(20)),
	)
	throughCNY, err := rates.Through(rapport.CNY)
	require.NoError(t, err)
	for _, test := range []struct {
		name  string
		rates rapport.Rates
		money string
		to    rapport.Currency
		at    time.Time
		want  string
	}{
		{"direct", rates, "10.00 USD", rapport.CNY, day(2), "71.00 CNY"},
		{"the instant it starts", rates, "10.00 USD", rapport.CNY, day(10), "72.00 CNY"},
		{"the instant before", rates, "10.00 USD", rapport.CNY, day(10).Add(-1), "71.00 CNY"},
		{"long after", rates, "10.00 USD", rapport.CNY, day(400), "72.00 CNY"},
		{"inverse", rates, "71.00 CNY", rapport.USD, day(2), "10.00 USD"},
		{"inverse, rounded once", rates, "10.00 CNY", rapport.USD, day(2), "1.41 USD"}, // 1.40845…
		{"other digits", rates, "1.005 USD", rapport.JPY, day(6), "151 JPY"},           // 150.75
		{"direct wins over a later inverse", rates, "1.00 EUR", rapport.CNY, day(21), "7.80 CNY"},
		{"inverse until there is a direct rate", rates, "78.00 CNY", rapport.EUR, day(19), "10.00 EUR"},
		{"direct once there is", rates, "100.00 CNY", rapport.EUR, day(20), "13.00 EUR"},
		{"pivot", throughCNY, "71.00 EUR", rapport.USD, day(2), "78.00 USD"}, // 71 × 7.8 / 7.1
		{"pivot at an end changes nothing", throughCNY, "10.00 USD", rapport.CNY, day(2), "71.00 CNY"},
		{"itself", rates, "1.005 KWD", rapport.KWD, day(1), "1.005 KWD"},
		{"itself, rounded", rates, "1.005 CNY", rapport.CNY, day(1), "1.00 CNY"},
		{"negative", rates, "-10.00 USD", rapport.CNY, day(2), "-71.00 CNY"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.rates.Convert(rapport.MustMoney(test.money), test.to, test.at, rapport.RoundHalfEven)
			require.NoError(t, err)
			require.Equal(t, test.want, got.String())
		})
	}
	nothing, err := rates.Convert(rapport.Money{}, rapport.JPY, day(1), rapport.RoundHalfEven)
	require.NoError(t, err)
	require.Equal(t, "0 JPY", nothing.String())
	steep := table(t, rate(rapport.EUR, rapport.USD, "9223400000000", day(1)))
	much, err := steep.Convert(rapport.MustMoney("10000 EUR"), rapport.USD, day(1), rapport.RoundHalfEven)
	require.NoError(t, err)
	require.Equal(t, "92234000000000000.00 USD", much.String(), "beyond the range of Minor")
	up, err := rates.Convert(rapport.MustMoney("10.00 CNY"), rapport.USD, day(2), rapport.RoundDown)
	require.NoError(t, err)
	require.Equal(t, "1.40 USD", up.String())
}

func TestRatesMissing(t *testing.T) {
	rates := table(t, rate(rapport.USD, rapport.CNY, "7.1", day(5)), rate(rapport.EUR, rapport.CNY, "7.8", day(5)))
	for _, test := range []struct {
		from, to rapport.Currency
		at       time.Time
	}{
		{rapport.USD, rapport.CNY, day(4)}, // too early
		{rapport.CNY, rapport.USD, day(4)},
		{rapport.USD, rapport.EUR, day(6)}, // needs a pivot that was not named
		{rapport.JPY, rapport.CNY, day(6)},
		{rapport.AED, rapport.ZWG, day(6)},
	} {
		_, err := rates.Lookup(test.from, test.to, test.at)
		var missing *rapport.MissingRateError
		require.ErrorAs(t, err, &missing)
		require.Equal(t, rapport.MissingRateError{From: test.from, To: test.to, At: test.at}, *missing)
		m, err := rapport.MoneyFromMinor(1, test.from)
		require.NoError(t, err)
		_, err = rates.Convert(m, test.to, test.at, rapport.RoundHalfEven)
		require.ErrorAs(t, err, &missing)
	}
	_, err := rapport.Rates{}.Convert(rapport.MustMoney("1 USD"), rapport.CNY, day(1), rapport.RoundHalfEven)
	require.EqualError(t, err, "rapport: no rate from USD to CNY at or before 2024-01-01T00:00:00Z")
	var bad *rapport.CurrencyError
	_, err = rates.Convert(rapport.MustMoney("1 USD"), 0, day(9), rapport.RoundHalfEven)
	require.ErrorAs(t, err, &bad)
	_, err = rates.Convert(rapport.Money{}, 999, day(9), rapport.RoundHalfEven)
	require.ErrorAs(t, err, &bad)
	_, err = rates.Lookup(0, rapport.CNY, day(9))
	require.ErrorAs(t, err, &bad)
	_, err = rates.Through(999)
	require.ErrorAs(t, err, &bad)
	huge := table(t, rate(rapport.USD, rapport.CNY, "1"+strings.Repeat("0", 64), day(1)))
	_, err = huge.Convert(rapport.MustMoney("2 USD"), rapport.CNY, day(1), rapport.RoundHalfEven)
	require.ErrorIs(t, err, rapport.ErrAmountRange)
}

func TestRatesLookup(t *testing.T) {
	rates, err := table(t,
		rate(rapport.USD, rapport.CNY, "7.5", day(3)), rate(rapport.EUR, rapport.CNY, "8", day(5)),
		rate(rapport.CNY, rapport.JPY, "20", day(1)),
	).Through(rapport.CNY)
	require.NoError(t, err)
	for _, test := range []struct {
		from, to rapport.Currency
		want     string
		since    time.Time
	}{
		{rapport.USD, rapport.CNY, "7.5", day(3)},
		{rapport.CNY, rapport.USD, "0.133333333333333333333333", day(3)},
		{rapport.EUR, rapport.USD, "1.066666666666666666666667", day(3)},
		{rapport.USD, rapport.JPY, "150", day(1)},
		{rapport.USD, rapport.USD, "1", day(9)},
	} {
		got, err := rates.Lookup(test.from, test.to, day(9))
		require.NoError(t, err)
		require.Equal(t, test.want, got.Value.String(), "%s to %s", test.from, test.to)
		require.Equal(t, test.since, got.At, "%s to %s", test.from, test.to)
		require.Equal(t, []rapport.Currency{test.from, test.to}, []rapport.Currency{got.From, got.To})
	}
	require.Equal(t, rapport.CNY, rates.Pivot())
	require.Equal(t, 3, rates.Len())
	require.Len(t, slices.Collect(rates.All()), 3)
	without, err := rates.Through(0)
	require.NoError(t, err)
	_, err = without.Lookup(rapport.EUR, rapport.USD, day(9))
	require.Error(t, err)
	require.Equal(t, rapport.CNY, rates.Pivot(), "the first table is as it was")
}

func TestNewRatesRefuses(t *testing.T) {
	good := rate(rapport.USD, rapport.CNY, "7.1", day(1))
	with := func(change func(*rapport.Rate)) rapport.Rate {
		r := good
		change(&r)
		return r
	}
	for name, rates := range map[string][]rapport.Rate{
		"zero value":      {with(func(r *rapport.Rate) { r.Value = decimal.Zero })},
		"negative":        {with(func(r *rapport.Rate) { r.Value = decimal.New(-1, 0) })},
		"huge":            {with(func(r *rapport.Rate) { r.Value = decimal.New(1, math.MaxInt32) })},
		"tiny":            {with(func(r *rapport.Rate) { r.Value = decimal.New(1, math.MinInt32) })},
		"no date":         {with(func(r *rapport.Rate) { r.At = time.Time{} })},
		"a date too late": {with(func(r *rapport.Rate) { r.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) })},
		"no currency":     {with(func(r *rapport.Rate) { r.From = 0 })},
		"not a currency":  {with(func(r *rapport.Rate) { r.To = 999 })},
		"to itself":       {with(func(r *rapport.Rate) { r.To = r.From })},
		"two of them":     {good, with(func(r *rapport.Rate) { r.At = r.At.In(time.FixedZone("", 3600)) })},
	} {
		_, err := rapport.NewRates(rates...)
		var refused *rapport.RateError
		require.ErrorAs(t, err, &refused, name)
		require.Less(t, len(err.Error()), 300, name)
		if len(rates) == 1 {
			_, err := json.Marshal(rates[0])
			require.ErrorAs(t, err, &refused, name)
		}
	}
}

func TestRatesAreImmutable(t *testing.T) {
	given := []rapport.Rate{rate(rapport.USD, rapport.CNY, "7.1", day(1))}
	rates := table(t, given...)
	given[0].Value = decimal.New(1, 0)
	got, err := rates.Lookup(rapport.USD, rapport.CNY, day(2))
	require.NoError(t, err)
	require.Equal(t, "7.1", got.Value.String())
}

func TestRatesJSON(t *testing.T) {
	rates, err := table(t,
		rate(rapport.USD, rapport.CNY, "7.10", day(2)), rate(rapport.EUR, rapport.CNY, "8", day(5)),
		rate(rapport.USD, rapport.CNY, "7", day(1)),
	).Through(rapport.CNY)
	require.NoError(t, err)
	written, err := json.Marshal(rates)
	require.NoError(t, err)
	require.Equal(t, `{"version":1,"pivot":"CNY","rates":[`+
		`{"from":"USD","to":"CNY","value":"7","at":"2024-01-01T00:00:00Z"},`+
		`{"from":"USD","to":"CNY","value":"7.1","at":"2024-01-02T00:00:00Z"},`+
		`{"from":"EUR","to":"CNY","value":"8","at":"2024-01-05T00:00:00Z"}]}`, string(written))
	var back rapport.Rates
	require.NoError(t, json.Unmarshal(written, &back))
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(written), string(again))

	empty, err := json.Marshal(rapport.Rates{})
	require.NoError(t, err)
	require.Equal(t, `{"version":1,"pivot":"","rates":[]}`, string(empty))
	require.NoError(t, json.Unmarshal(empty, &back))
	require.Zero(t, back.Len())

	for _, text := range []string{
		`[]`, `{}`, `{"version":2,"pivot":"","rates":[]}`, `{"version":1,"rates":[]}`, `{"version":1,"pivot":"","rates":[null]}`,
		`{"version":1,"pivot":"","rates":null}`, `{"version":1,"pivot":null,"rates":[]}`, `{"version":null,"pivot":"","rates":[]}`,
		strings.Replace(string(written), `01T00:00:00Z`, `01T00:00:00.0000000001Z`, 1), // finer than a time.Time
		strings.Replace(string(written), `2024-01-01T00:00:00Z`, `..`, 1),
		`{"version":1,"pivot":"XXX","rates":[]}`, `{"version":1,"pivot":"","rates":[],"x":1}`,
		strings.Replace(string(written), `"7"`, `7`, 1), strings.Replace(string(written), `"7"`, `"1e9"`, 1),
		strings.Replace(string(written), `"7"`, `"0"`, 1), strings.Replace(string(written), `02T`, `01T`, 1),
		strings.Replace(string(written), `"value":"7",`, ``, 1), strings.Replace(string(written), `2024-01-01`, `2024-01-32`, 1),
	} {
		kept := rates
		require.Error(t, json.Unmarshal([]byte(text), &kept), "input %s", text)
		require.Equal(t, 3, kept.Len(), "an error changes nothing")
	}
}

// Convert against exact fractions: one rounding, whatever the way.
func TestConvertFollowsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := func(name string) decimal.Decimal {
			return decimal.New(rapid.Int64Range(1, 1_000_000).Draw(t, name), -rapid.Int32Range(0, 8).Draw(t, name+" places"))
		}
		a, b := value("EUR in CNY"), value("USD in CNY")
		rates, err := rapport.NewRates(
			rapport.Rate{From: rapport.EUR, To: rapport.CNY, Value: a, At: day(1)},
			rapport.Rate{From: rapport.USD, To: rapport.CNY, Value: b, At: day(1)},
		)
		require.NoError(t, err)
		rates, err = rates.Through(rapport.CNY)
		require.NoError(t, err)
		m, err := rapport.MoneyFromMinor(rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "minor"), rapport.EUR)
		require.NoError(t, err)
		r := rapid.SampledFrom(roundings()).Draw(t, "rounding")

		got, err := rates.Convert(m, rapport.USD, day(1), r)
		require.NoError(t, err)
		exact := new(big.Rat).Mul(m.Amount().Rat(), a.Rat())
		exact.Quo(exact, b.Rat()).Mul(exact, big.NewRat(100, 1))
		cents := got.Amount().Shift(2) // not Minor: such rates reach beyond its int64
		require.True(t, cents.IsInteger(), "%v", got)
		require.Zero(t, roundRat(exact, r).Cmp(cents.BigInt()), "%v × %v / %v = %v, %s", m, a, b, got, r)
	})
}
