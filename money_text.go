package rapport

import (
	"strings"
)

// ParseMoney reads a plain decimal number, one space and a currency code:
// "12.30 CNY", "-0.005 KWD", "1000 JPY". Exponents, signs other than a leading
// minus, thousands separators and further spaces are refused. The error is an
// [*AmountError] or a [*CurrencyError].
func ParseMoney(text string) (Money, error) {
	amount, code, found := strings.Cut(text, " ")
	if !found {
		if _, err := parseAmount(text); err != nil {
			return Money{}, err
		}
		return Money{}, &CurrencyError{} // "12.30" is a fine amount, of nothing
	}
	return parseMoney(amount, code)
}

// MustMoney is [ParseMoney] for literals: it panics on an error.
func MustMoney(text string) Money {
	m, err := ParseMoney(text)
	if err != nil {
		panic(err)
	}
	return m
}

func parseMoney(amount, code string) (Money, error) {
	currency, err := ParseCurrency(code)
	if err != nil {
		return Money{}, err
	}
	value, err := parseAmount(amount)
	if err != nil {
		return Money{}, err
	}
	return Money{amount: value, currency: currency}, nil
}

// String returns "12.30 CNY", and "0" for the zero Money.
func (m Money) String() string {
	if m.currency == 0 {
		return "0"
	}
	return m.amountText() + " " + m.currency.String()
}

func (m Money) amountText() string {
	return formatAmount(m.amount, int32(m.currency.Digits()))
}

// MarshalText returns what [ParseMoney] reads, nothing for the zero Money.
func (m Money) MarshalText() ([]byte, error) {
	if m.currency == 0 {
		return nil, nil
	}
	return []byte(m.String()), nil
}

// UnmarshalText accepts what [Money.MarshalText] writes and whatever else
// [ParseMoney] reads; after an error m is unchanged.
func (m *Money) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Money{}
		return nil
	}
	parsed, err := ParseMoney(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// MarshalJSON returns {"amount":"12.30","currency":"CNY"}, and
// {"amount":"0","currency":""} for the zero Money.
func (m Money) MarshalJSON() ([]byte, error) {
	return []byte(`{"amount":"` + m.amountText() + `","currency":"` + m.currency.String() + `"}`), nil
}

// UnmarshalJSON accepts an object with exactly the two members that
// [Money.MarshalJSON] writes, each once and each a string; a JSON number, which
// a reader may already have rounded to binary, is refused. After an error m is
// unchanged; null changes nothing, as is the custom of encoding/json.
func (m *Money) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var amount, currency *string
	err := readObject("money", data, member{"amount", &amount}, member{"currency", &currency})
	if err != nil {
		return err
	}
	if amount == nil || currency == nil {
		return objectError("money", "amount and currency are strings, not null")
	}
	if *amount == "0" && *currency == "" {
		*m = Money{}
		return nil
	}
	parsed, err := parseMoney(*amount, *currency)
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}
