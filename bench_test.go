package rapport_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
)

func BenchmarkCurrency(b *testing.B) {
	all := currencies()
	b.Run("Digits", func(b *testing.B) {
		b.ReportAllocs()
		i, digits := 0, 0
		for b.Loop() {
			digits += all[i].Digits()
			if i++; i == len(all) {
				i = 0
			}
		}
	})
	b.Run("Parse", func(b *testing.B) {
		codes := make([]string, len(all))
		for i, c := range all {
			codes[i] = c.String()
		}
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			if _, err := rapport.ParseCurrency(codes[i]); err != nil {
				b.Fatal(err)
			}
			if i++; i == len(codes) {
				i = 0
			}
		}
	})
}

func BenchmarkMoney(b *testing.B) {
	m, other := rapport.MustMoney("1234.56 CNY"), rapport.MustMoney("0.99 CNY")
	text, err := json.Marshal(m)
	require.NoError(b, err)
	for name, op := range map[string]func() error{
		"Add":       func() error { _, err := m.Add(other); return err },
		"Minor":     func() error { _, err := m.Minor(); return err },
		"FromMinor": func() error { _, err := rapport.MoneyFromMinor(123456, rapport.CNY); return err },
		"Parse":     func() error { _, err := rapport.ParseMoney("1234.56 CNY"); return err },
		"Marshal":   func() error { _, err := m.MarshalJSON(); return err },
		"Unmarshal": func() error { var m rapport.Money; return m.UnmarshalJSON(text) },
		"Allocate3": func() error { _, err := m.Allocate(1, 2, 3); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := op(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUUIDv7(b *testing.B) {
	source, err := rapport.NewUUIDv7(rand.NewChaCha8([32]byte{}))
	require.NoError(b, err)
	at := time.UnixMilli(1_700_000_000_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := source.NewID(at); err != nil {
			b.Fatal(err)
		}
	}
}
