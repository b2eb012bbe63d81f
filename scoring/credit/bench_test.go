package credit_test

import (
	"fmt"
	"testing"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/credit"
)

func BenchmarkNewBook(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		accounts := make([]credit.Account, n)
		for i := range accounts {
			accounts[i] = account(rapport.ID(fmt.Sprintf("c%07d", i)), "", "100.00", "95.00")
			if i > 0 {
				accounts[i].Profile.Parent = accounts[(i-1)/5].Profile.Customer
			}
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := credit.NewBook(accounts, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecide(b *testing.B) {
	book, err := credit.NewBook([]credit.Account{
		{Profile: credit.Profile{Customer: "group", GroupLimit: cny("1000.00")}}, account("shop", "group", "100.00", "95.00"),
	}, nil)
	if err != nil {
		b.Fatal(err)
	}
	order, at := cny("10.00"), day("2026-03-02")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := book.Decide("shop", order, at); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAge(b *testing.B) {
	asOf := day("2026-03-02")
	for _, n := range []int{1_000, 100_000} {
		documents := make([]credit.Document, n)
		for i := range documents {
			dated := asOf.AddDate(0, 0, -(i*7919)%300)
			documents[i] = credit.Document{ID: rapport.ID(fmt.Sprint(i)), Dated: dated, Due: dated.AddDate(0, 0, 30), Amount: cny("12.30")}
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := credit.Age(documents, asOf, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
