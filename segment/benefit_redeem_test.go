package segment_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

// In Paraguay October 2017 began at one o'clock: the last hour of September is no part of it.
func TestQuotaOfMonthsWithoutMidnight(t *testing.T) {
	paraguay, err := time.LoadLocation("America/Asuncion")
	require.NoError(t, err)
	b, err := segment.NewBenefits([]string{"gold"}, []segment.Grant{{Level: "gold", Benefit: segment.Ticket, Quota: 1, PeriodMonths: 1}}, nil)
	require.NoError(t, err)
	b = b.In(paraguay)
	h := history(t, "gold", "2017-01-01")
	r := use("r1", segment.Ticket, "A", "2017-09-30")
	r.At = time.Date(2017, time.September, 30, 23, 30, 0, 0, paraguay)
	w, _, err := b.Redeem(h, segment.Wallet{}, r)
	require.NoError(t, err)
	r.ID = "r2"
	_, _, err = b.Redeem(h, w, r)
	require.ErrorContains(t, err, "quota used up")
	r.At = r.At.Add(time.Hour)
	_, _, err = b.Redeem(h, w, r)
	require.NoError(t, err)
}

// A ceiling below the minor unit takes off no more than it says, in whole units.
func TestCeilingIsRoundedDown(t *testing.T) {
	b, err := segment.NewBenefits([]string{"gold"}, []segment.Grant{{
		Level: "gold", Benefit: segment.Discount, Terms: segment.Terms{Discount: segment.MaxDiscount, Ceiling: rapport.MustMoney("1.005 CNY")},
	}}, nil)
	require.NoError(t, err)
	r := use("r", segment.Discount, "A", "2024-02-01")
	r.Price = rapport.MustMoney("8.00 CNY")
	w, _, err := b.Redeem(history(t, "gold", "2024-01-01"), segment.Wallet{}, r)
	require.NoError(t, err)
	require.Equal(t, "1.00 CNY", w.Redemptions[0].Off.String())
}

// Whose level is lost as a period begins has had it to the end of the one before.
func TestLevelLostOnTheStrokeOfAPeriod(t *testing.T) {
	b := catalogue(t, &segment.BenefitOptions{After: segment.EndOfPeriod})
	h := history(t, "gold", "2023-01-01", "silver", "2025-01-01")
	require.Equal(t, "gold 2", right(t, b, h, segment.Wallet{}, segment.Upgrade, "2024-12-31"))
	require.Equal(t, "", right(t, b, h, segment.Wallet{}, segment.Upgrade, "2025-01-01"))
	h = history(t, "gold", "2023-01-01", "silver", "2025-01-02")
	require.Equal(t, "gold 2 kept until 2026-01-01", right(t, b, h, segment.Wallet{}, segment.Upgrade, "2025-01-02"))
}

// What an entitlement says is a copy: nobody changes a catalogue by it.
func TestEntitlementsAreCopies(t *testing.T) {
	b, err := segment.NewBenefits([]string{"gold"}, []segment.Grant{{Level: "gold", Benefit: segment.Ticket, Terms: segment.Terms{Branches: []rapport.ID{"A"}}}}, nil)
	require.NoError(t, err)
	list, err := b.Entitled(history(t, "gold", "2024-01-01"), segment.Wallet{}, date("2024-02-01"))
	require.NoError(t, err)
	list[0].Branches[0] = "B"
	require.Equal(t, []rapport.ID{"A"}, b.Grants()[0].Branches)
}

// BenchmarkEntitled asks a catalogue of many benefits: each is to be looked up once.
func BenchmarkEntitled(b *testing.B) {
	var grants []segment.Grant
	for i := range 10_000 {
		grants = append(grants, segment.Grant{Level: "gold", Benefit: fmt.Sprint("benefit ", i), Quota: 1})
	}
	catalogue, err := segment.NewBenefits([]string{"silver", "gold"}, grants, nil)
	require.NoError(b, err)
	h := history(b, "gold", "2024-01-01")
	at := date("2024-07-01")
	b.ReportAllocs()
	for b.Loop() {
		list, err := catalogue.Entitled(h, segment.Wallet{}, at)
		if err != nil || len(list) != len(grants) {
			b.Fatal(len(list), err)
		}
	}
}
