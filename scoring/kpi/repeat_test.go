package kpi_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

const day = 24 * time.Hour

func order(id rapport.ID, start time.Time, days int) kpi.Purchase {
	return kpi.Purchase{Customer: id, At: start.Add(time.Duration(days) * day), Amount: 100}
}

// 750 buyers of whom 300 buy twice or more: .40. The first hundred of those come back
// after 50 days, the others after 100.
func TestReadBuyers(t *testing.T) {
	start := year(2025).Start()
	var log []kpi.Purchase
	for i := range 750 {
		id := rapport.ID(fmt.Sprintf("%04d", i))
		log = append(log, order(id, start, 10))
		if i < 300 {
			wait := 100
			if i < 100 {
				wait = 50
			}
			log = append(log, order(id, start, 10+wait), order(id, start, 200))
		}
	}
	log = append(log,
		kpi.Purchase{Customer: "8", At: start, Internal: true}, kpi.Purchase{Customer: "8", At: start.Add(1), Internal: true},
		kpi.Purchase{Customer: "81", At: start.Add(-day), Internal: true}, kpi.Purchase{Customer: "81", At: start, Internal: true},
		kpi.Purchase{Customer: "82", At: start.Add(-day), Internal: true}, // would not have counted anyway
		order("9", start, -400), order("9", start, 3), // not new, and one order in the window
		order("99", start, 365), order("99", start, 366), // after the window
	)
	b, err := kpi.ReadBuyers(year(2025), without(log...))
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 300, Den: 751, N: 751}, b.RepeatRate().Ratio)
	require.Equal(t, []kpi.Excluded{{Code: kpi.InternalParties, N: 2}}, b.RepeatRate().Excluded)
	require.Equal(t, 750, b.NewBuyers())
	f, err := b.TimeToSecond(0)
	require.NoError(t, err)
	_, ok := f.Value()
	require.False(t, ok, "60 %% never came back: nobody knows the median")
	require.Equal(t, 750, f.N)
	require.Equal(t, []kpi.Excluded{{Code: kpi.InternalParties, N: 1}}, f.Excluded, "one of them was new")

	f, err = b.RepeatWithin(60)
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 100, Den: 750, N: 750}, f.Ratio)
	f, err = b.RepeatWithin(100)
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 300, Den: 750, N: 750}, f.Ratio)
	f, err = b.RepeatWithin(360)
	require.NoError(t, err)
	_, ok = f.Value()
	require.False(t, ok)
	require.Equal(t, kpi.Excluded{Code: "seen_too_short", N: 750}, f.Excluded[0])
	for _, days := range []float64{0, -1} {
		_, err = b.RepeatWithin(days)
		require.Error(t, err)
	}
	_, err = b.TimeToSecond(3)
	require.Error(t, err)
}

// Ten buyers of the first of January: nine come back after 10, 20, … 90 days, one never.
// The median is 50 days, and it stays 50 if the window ends after 75: those who are still
// out count as such. Leaving them out would make it 40.
func TestTimeToSecondKnowsOfOpenEnds(t *testing.T) {
	start := year(2025).Start()
	var log []kpi.Purchase
	for i := range 10 {
		id := rapport.ID(fmt.Sprintf("%d", i))
		log = append(log, order(id, start, 0))
		if i > 0 {
			log = append(log, order(id, start, 10*i))
		}
	}
	short, err := rapport.NewInterval(start, start.Add(75*day))
	require.NoError(t, err)
	for _, period := range []rapport.Interval{year(2025), short} {
		b, err := kpi.ReadBuyers(period, without(log...))
		require.NoError(t, err)
		f, err := b.TimeToSecond(0.95)
		require.NoError(t, err)
		median, ok := f.Value()
		require.True(t, ok)
		require.Equal(t, 50.0, median)
		require.NoError(t, kpi.Standard().Check(f))
	}
	b, err := kpi.ReadBuyers(year(2025), without(log...))
	require.NoError(t, err)
	f, err := b.TimeToSecond(0.95)
	require.NoError(t, err)
	require.True(t, f.Estimate.HasInterval())
	require.True(t, f.Estimate.Low <= 50 && 50 <= f.Estimate.High)
}

// With dates alone an order 30 days after the first may fall on the end of the window,
// where it is not seen: who was there for 30 days to the end was not seen to stay away for
// 30 days. Here everybody comes back after 30; the last cohort cannot have been seen to.
func TestTheEndOfTheWindowIsNotSeen(t *testing.T) {
	start := year(2025).Start()
	period, err := rapport.NewInterval(start, start.Add(60*day))
	require.NoError(t, err)
	var log []kpi.Purchase
	for i := range 31 {
		id := rapport.ID(fmt.Sprintf("%02d", i))
		log = append(log, order(id, start, i), order(id, start, i+30))
	}
	b, err := kpi.ReadBuyers(period, without(log...))
	require.NoError(t, err)
	f, err := b.RepeatWithin(30)
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 30, Den: 30, N: 30}, f.Ratio)
	require.Equal(t, kpi.Excluded{Code: "seen_too_short", N: 1}, f.Excluded[0])

	// Three buyers come back after 10 days and one after 20; of four more, who came 10 days
	// before the end, nothing is known at 10. So at 10 three of four at risk come back and
	// the median is 10; were the others at risk, it would be three of eight, and 20.
	log = nil
	for i := range 8 {
		id, first := rapport.ID(fmt.Sprint(i)), 0
		if i >= 4 {
			first = 50
		}
		log = append(log, order(id, start, first))
		switch {
		case i < 3:
			log = append(log, order(id, start, 10))
		case i == 3:
			log = append(log, order(id, start, 20))
		}
	}
	b, err = kpi.ReadBuyers(period, without(log...))
	require.NoError(t, err)
	f, err = b.TimeToSecond(0)
	require.NoError(t, err)
	require.Equal(t, 10.0, f.Estimate.Value)
}

func TestBadOrderLogs(t *testing.T) {
	start := year(2025).Start()
	var bad *kpi.PurchaseError
	for name, log := range map[string][]kpi.Purchase{
		"backwards": {order("b", start, 0), order("a", start, 0)},
		"no date":   {{Customer: "a"}},
		"no id":     {{At: start}},
	} {
		_, err := kpi.ReadBuyers(year(2025), without(log...))
		require.ErrorAs(t, err, &bad, name)
		require.NotEmpty(t, err.Error())
	}
	_, err := kpi.ReadBuyers(year(2025), without(kpi.Purchase{At: start}))
	var id *rapport.IDError
	require.ErrorAs(t, err, &id)
	broken := errors.New("broken")
	_, err = kpi.ReadBuyers(year(2025), failing(broken, order("a", start, 0)))
	require.ErrorIs(t, err, broken)
	_, err = kpi.ReadBuyers(rapport.Interval{}, without[kpi.Purchase]())
	var input *kpi.InputError
	require.ErrorAs(t, err, &input)
}

func drawLog(r *rapid.T, start time.Time) []kpi.Purchase {
	log := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) kpi.Purchase {
		p := order(rapport.ID(rapid.StringMatching(`[a-e]`).Draw(r, "id")), start, rapid.IntRange(-40, 400).Draw(r, "day"))
		p.Amount = rapid.Int64Range(-50, 100).Draw(r, "amount")
		return p
	}), 0, 25).Draw(r, "log")
	slices.SortStableFunc(log, func(a, b kpi.Purchase) int { return cmp.Compare(a.Customer, b.Customer) })
	return log
}

// The figures of one pass are those of a plain count.
func TestBuyersAgainstModel(t *testing.T) {
	start, end := year(2025).Start(), year(2025).End()
	rapid.Check(t, func(r *rapid.T) {
		log := drawLog(r, start)
		b, err := kpi.ReadBuyers(year(2025), without(log...))
		require.NoError(r, err)
		orders := map[rapport.ID][]time.Time{}
		for _, p := range log {
			if p.Amount >= 0 && p.At.Before(end) {
				orders[p.Customer] = append(orders[p.Customer], p.At)
			}
		}
		buyers, repeaters, fresh, seen, within := 0.0, 0.0, 0, 0.0, 0.0
		for _, times := range orders {
			slices.SortFunc(times, time.Time.Compare)
			in := 0
			for _, at := range times {
				if !at.Before(start) {
					in++
				}
			}
			if in > 0 {
				buyers++
			}
			if in > 1 {
				repeaters++
			}
			if !times[0].Before(start) {
				fresh++
				if times[0].Add(90 * day).Before(end) {
					seen++
					if len(times) > 1 && times[1].Sub(times[0]) <= 90*day {
						within++
					}
				}
			}
		}
		require.Equal(r, rapport.Ratio{Num: repeaters, Den: buyers, N: int(buyers)}, b.RepeatRate().Ratio)
		require.Equal(r, fresh, b.NewBuyers())
		f, err := b.RepeatWithin(90)
		require.NoError(r, err)
		require.Equal(r, rapport.Ratio{Num: within, Den: seen, N: int(seen)}, f.Ratio)
	})
}
