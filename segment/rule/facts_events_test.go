package rule

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Many events are found by id, corrected, taken back and forgotten like few: the engine
// agrees with facts made anew of all of them.
func TestManyEvents(t *testing.T) {
	schema, err := NewSchema(nil, []EventKind{{Name: "sale", Currency: rapport.CNY}}, nil)
	require.NoError(t, err)
	sales := Events("sale").Within(For(24 * time.Hour))
	set, err := Compile(schema, Rules{
		{Name: "many", When: sales.Count().AtLeast(700)},
		{Name: "much", When: sales.Sum().AtLeast(rapport.MustMoney("350 CNY"))},
	})
	require.NoError(t, err)
	now := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	e, err := NewEngine(set, now, nil)
	require.NoError(t, err)
	f, err := set.NewFacts("a")
	require.NoError(t, err)
	_, err = e.Put(f)
	require.NoError(t, err)
	random := numeric.Stream(1, 0)
	held := map[rapport.ID]Event{}
	entered := map[string]bool{}
	take := func(changes []Change, err error) {
		require.NoError(t, err)
		for _, c := range changes {
			require.Equal(t, c.Kind == Left, entered[c.Segment])
			entered[c.Segment] = c.Kind == Entered
		}
	}
	most, flips := 0, 0
	for i := range 6_000 {
		now = now.Add(time.Duration(random.IntN(i/20+1)) * time.Second)
		take(e.Advance(now))
		sale := Event{ID: rapport.ID(fmt.Sprint(random.IntN(i + 1))), Kind: "sale", At: now.Add(-time.Duration(random.IntN(3600)) * time.Second)}
		sale.Amount, err = rapport.MoneyFromMinor(int64(random.IntN(100)), rapport.CNY)
		require.NoError(t, err)
		take(e.PutEvent("a", sale))
		held[sale.ID] = sale
		if random.IntN(10) == 0 {
			id := rapport.ID(fmt.Sprint(random.IntN(i + 1)))
			take(e.RemoveEvent("a", "sale", id))
			delete(held, id)
		}
		most = max(most, len(e.customers["a"].facts.events[0]))
		if i%100 != 99 {
			continue
		}
		anew, err := set.NewFacts("a")
		require.NoError(t, err)
		for _, sale := range held {
			require.NoError(t, anew.PutEvent(sale))
		}
		moment, err := set.At(now)
		require.NoError(t, err)
		for _, name := range []string{"many", "much"} {
			truth, err := moment.Matches(anew, name)
			require.NoError(t, err)
			require.Equal(t, truth == True, entered[name], "%s at %d", name, i)
			if truth == True {
				flips++
			}
		}
	}
	require.Greater(t, most, fewEvents)
	require.Greater(t, flips, 5)
	require.Less(t, len(e.customers["a"].facts.events[0]), len(held)/2, "old ones are forgotten")
	require.LessOrEqual(t, len(e.customers["a"].facts.places[0]), len(e.customers["a"].facts.events[0]))
}
