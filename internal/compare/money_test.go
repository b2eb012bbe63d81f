package compare

import (
	"testing"

	govalues "github.com/govalues/decimal"

	"github.com/rapport-crm/rapport"
)

// amounts returns 1000 prices in minor units, from 0.99 to 999.99.
func amounts() []int64 {
	prices := make([]int64, 1000)
	for i := range prices {
		prices[i] = int64(i)*100 + 99
	}
	return prices
}

const sumOfAmounts = 49_950_000 + 99_000 // 100·(0+…+999) + 1000·99

func TestMoneySumsAgree(t *testing.T) {
	ours, theirs := sumMoney(t), sumGovalues(t)
	minor, err := ours.Minor()
	if err != nil {
		t.Fatal(err)
	}
	want, err := govalues.New(sumOfAmounts, 2)
	if err != nil {
		t.Fatal(err)
	}
	if minor != sumOfAmounts || theirs.Cmp(want) != 0 {
		t.Errorf("sum of 1000 prices: got %d minor units and %s, want %d", minor, theirs, sumOfAmounts)
	}
}

func sumMoney(tb testing.TB) rapport.Money {
	var total rapport.Money
	for _, minor := range amounts() {
		price, err := rapport.MoneyFromMinor(minor, rapport.EUR)
		if err == nil {
			total, err = total.Add(price)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	return total
}

func sumGovalues(tb testing.TB) govalues.Decimal {
	var total govalues.Decimal
	for _, minor := range amounts() {
		price, err := govalues.New(minor, 2)
		if err == nil {
			total, err = total.Add(price)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	return total
}

// BenchmarkMoneySum adds 1000 prices given in minor units: as Money, as another
// library's decimals, and as the integers that hot sums in rapport run on.
func BenchmarkMoneySum(b *testing.B) {
	b.Run("rapport.Money", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sumMoney(b)
		}
	})
	b.Run("govalues", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sumGovalues(b)
		}
	})
	b.Run("minor-units", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var total int64
			for _, minor := range amounts() {
				total += minor
			}
			if total != sumOfAmounts {
				b.Fatal(total)
			}
		}
	})
}
