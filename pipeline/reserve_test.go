package pipeline_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// An order needs 30 t of carrying capacity on a day on which another one has 15 of 40: it
// is held up until that one is given back.
func ExampleReservationGuard() {
	day := rapport.MustInterval("2026-03-09T00:00:00Z/2026-03-10T00:00:00Z")
	need := func(tonnes int64) []pipeline.Need {
		return []pipeline.Need{{Resource: "trucks", Quantity: decimal.NewFromInt(tonnes), Unit: pipeline.UnitTonne, Window: day}}
	}
	trucks, err := pipeline.NewSchedule([]pipeline.Capacity{{Resource: "trucks", Quantity: decimal.NewFromInt(40), Unit: pipeline.UnitTonne, Window: rapport.Interval{}}}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	trucks.Hold("r1", "order-1", need(15), at, at.Add(48*time.Hour))

	machine, err := pipeline.Compile(pipeline.Definition{
		ID: "orders", Version: 1, Initial: "taken",
		Stages: []pipeline.Stage{
			{ID: "taken"}, {ID: "planned", Enter: pipeline.Gate{Guards: []string{"trucks"}}},
			{ID: "delivered", Kind: pipeline.Won, Probability: 100}, {ID: "dropped", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "plan", From: []pipeline.StageID{"taken"}, To: "planned"}, {Trigger: "deliver", From: []pipeline.StageID{"planned"}, To: "delivered"},
			{Trigger: "drop", To: "dropped", Reasons: "drop"},
		},
		Reasons: []pipeline.ReasonList{{Name: "drop", Reasons: []pipeline.Reason{{ID: "price"}}}},
	}, &pipeline.Options{Guards: map[string]pipeline.Guard{"trucks": pipeline.ReservationGuard(
		func(pipeline.Check) (rapport.ID, []pipeline.Need, error) { return "order-2", need(30), nil },
		func(pipeline.Check) (*pipeline.Schedule, error) { return trucks, nil },
	)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	position, _, _ := machine.Open(pipeline.Input{}, at)
	_, _, err = machine.Fire(position, "plan", pipeline.Input{}, at)
	if short, ok := errors.AsType[*pipeline.ShortageError](err); ok {
		fmt.Println("short of", short.Resource, short.Short, short.Unit, "from", short.When.Start().Format(time.DateOnly))
	}
	trucks.Release("r1", at)
	position, _, err = machine.Fire(position, "plan", pipeline.Input{}, at)
	fmt.Println(position.Stage, err)
	// Output:
	// short of trucks 5 t from 2026-03-09
	// planned <nil>
}

func span(from, to int) rapport.Interval {
	i, err := rapport.NewInterval(morning.Add(time.Duration(from)*time.Hour), morning.Add(time.Duration(to)*time.Hour))
	if err != nil {
		panic(err)
	}
	return i
}

func need(resource string, quantity int64, from, to int) pipeline.Need {
	return pipeline.Need{Resource: resource, Quantity: decimal.NewFromInt(quantity), Unit: pipeline.UnitPiece, Window: span(from, to)}
}

func TestShortagesAreNamed(t *testing.T) {
	s, err := pipeline.NewSchedule([]pipeline.Capacity{
		pipeline.Capacity(need("fitter", 2, 0, 10)), pipeline.Capacity(need("fitter", 1, 4, 6)), pipeline.Capacity(need("crane", 1, 0, 10)),
	}, nil)
	require.NoError(t, err)
	_, err = s.Hold("a", "x", []pipeline.Need{need("fitter", 1, 2, 5)}, morning, time.Time{})
	require.NoError(t, err)

	// What ends at 5 is free at 5; two needs of one record add up.
	require.NoError(t, s.Check("y", []pipeline.Need{need("fitter", 2, 5, 10), need("fitter", 1, 5, 6)}, morning))
	err = s.Check("y", []pipeline.Need{need("fitter", 2, 0, 10), need("crane", 2, 1, 3), need("fitter", 1, 8, 9), need("fork", 1, 0, 1)}, morning)
	var short []pipeline.ShortageError
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		one, ok := errors.AsType[*pipeline.ShortageError](e)
		require.True(t, ok)
		short = append(short, *one)
	}
	require.Len(t, short, 3)
	// 2 to 4: 2 needed, 1 free; 8 to 9: 3 needed, 2 free. The first of the two is named.
	require.Equal(t, span(2, 4), short[0].When)
	require.Equal(t, "2 1 1", fmt.Sprint(short[0].Need, short[0].Free, short[0].Short))
	require.Equal(t, span(1, 3), short[1].When)
	require.Equal(t, "fork 0", fmt.Sprint(short[2].Resource, " ", short[2].Free))

	// What a record has reserved is its own.
	require.NoError(t, s.Check("x", []pipeline.Need{need("fitter", 2, 0, 10)}, morning))
}

func TestReservationsComeAndGo(t *testing.T) {
	all := []pipeline.Need{need("crane", 1, 0, 10)}
	s, err := pipeline.NewSchedule([]pipeline.Capacity{pipeline.Capacity(all[0])}, nil)
	require.NoError(t, err)
	until := morning.Add(time.Hour)
	_, err = s.Hold("a", "x", all, morning, until)
	require.NoError(t, err)
	_, err = s.Hold("b", "y", all, until.Add(-1), time.Time{})
	require.ErrorAs(t, err, new(*pipeline.ShortageError))
	_, err = s.Hold("b", "y", all, until, time.Time{})
	require.NoError(t, err)
	_, err = s.Confirm("a", until)
	late := new(*pipeline.ReservationError)
	require.ErrorAs(t, err, late)
	require.Equal(t, pipeline.ReservationExpired, (*late).Have)
	_, err = s.Confirm("a", until.Add(-1))
	require.ErrorAs(t, err, new(*pipeline.TimeError), "time goes on")
	for range 2 {
		b, err := s.Confirm("b", until)
		require.NoError(t, err)
		require.Equal(t, pipeline.ReservationConfirmed, b.State)
	}
	expired, err := s.Expire(until)
	require.NoError(t, err)
	require.Len(t, expired, 1)
	require.Equal(t, rapport.ID("a"), expired[0].ID)
	expired, err = s.Expire(until)
	require.NoError(t, err)
	require.Empty(t, expired)
	b, err := s.Release("b", until)
	require.NoError(t, err)
	require.Equal(t, pipeline.ReservationReleased, b.State)
	require.NoError(t, s.Check("z", all, until))
	again, err := pipeline.NewSchedule([]pipeline.Capacity{pipeline.Capacity(all[0])}, s.Reservations())
	require.NoError(t, err)
	require.Equal(t, s.Reservations(), again.Reservations())

	for name, err := range map[string]error{
		"same id":   second(s.Hold("a", "x", all, until, time.Time{})),
		"no id":     second(s.Hold("", "x", all, until, time.Time{})),
		"nothing":   second(s.Hold("c", "x", nil, until, time.Time{})),
		"quantity":  s.Check("x", []pipeline.Need{need("crane", 0, 0, 1)}, until),
		"size":      s.Check("x", []pipeline.Need{{Resource: "crane", Unit: "piece", Quantity: decimal.New(1, 1_000_000)}}, until),
		"digits":    s.Check("x", []pipeline.Need{{Resource: "crane", Unit: "piece", Quantity: decimal.New(1, -1_000_000)}}, until),
		"name":      s.Check("x", []pipeline.Need{{Quantity: decimal.NewFromInt(1)}}, until),
		"not there": second(s.Release("q", until)),
	} {
		require.ErrorAs(t, err, new(*pipeline.InputError), name)
	}
	_, err = s.Hold("c", "x", all, until, until)
	require.ErrorAs(t, err, new(*pipeline.TimeError))
	require.ErrorAs(t, s.Check("x", all, time.Time{}), new(*pipeline.TimeError))
	tonnes := all[0]
	tonnes.Unit = pipeline.UnitTonne
	unit := new(*pipeline.ResourceUnitError)
	require.ErrorAs(t, s.Check("x", []pipeline.Need{tonnes}, until), unit)
	require.Equal(t, pipeline.ResourceUnitError{Resource: "crane", Unit: "t", Want: "piece"}, **unit)
	_, err = pipeline.NewSchedule([]pipeline.Capacity{pipeline.Capacity(all[0]), pipeline.Capacity(tonnes)}, nil)
	require.ErrorAs(t, err, unit)
}

// Capacity has fallen, and more is reserved from 0 to 3 than there is. That is no matter of
// a record that needs something from 4 on, but of one that needs it before.
func TestCapacityThatFell(t *testing.T) {
	s, err := pipeline.NewSchedule([]pipeline.Capacity{pipeline.Capacity(need("crane", 2, 3, 10))},
		[]pipeline.Reservation{{ID: "a", Record: "x", Needs: []pipeline.Need{need("crane", 1, 0, 5)}, State: pipeline.ReservationConfirmed}})
	require.NoError(t, err)
	require.NoError(t, s.Check("y", []pipeline.Need{need("crane", 1, 4, 10)}, morning))
	short, ok := errors.AsType[*pipeline.ShortageError](s.Check("y", []pipeline.Need{need("crane", 1, 2, 10)}, morning))
	require.True(t, ok)
	require.Equal(t, "-1 2", fmt.Sprint(short.Free, short.Short))
	require.Equal(t, span(2, 3), short.When)

	for name, stored := range map[string]pipeline.Reservation{
		"no id":    {Record: "x", Needs: []pipeline.Need{need("crane", 1, 0, 5)}},
		"state":    {ID: "a", Record: "x", State: 9},
		"quantity": {ID: "a", Record: "x", Needs: []pipeline.Need{need("crane", -1, 0, 5)}},
	} {
		_, err := pipeline.NewSchedule(nil, []pipeline.Reservation{stored})
		require.ErrorAs(t, err, new(*pipeline.InputError), name)
	}
	_, err = pipeline.NewSchedule([]pipeline.Capacity{pipeline.Capacity(need("crane", -1, 0, 5))}, nil)
	require.ErrorAs(t, err, new(*pipeline.InputError))
	_, err = s.Expire(time.Time{})
	require.ErrorAs(t, err, new(*pipeline.TimeError))

	broken := errors.New("the plan is being changed")
	guard := pipeline.ReservationGuard(func(pipeline.Check) (rapport.ID, []pipeline.Need, error) { return "y", nil, nil },
		func(pipeline.Check) (*pipeline.Schedule, error) { return nil, broken })
	require.ErrorIs(t, guard(pipeline.Check{At: morning}), broken)
	guard = pipeline.ReservationGuard(func(pipeline.Check) (rapport.ID, []pipeline.Need, error) { return "", nil, broken }, nil)
	require.ErrorIs(t, guard(pipeline.Check{At: morning}), broken)
}

func second[T any](_ T, err error) error { return err }

// In no hour is more reserved than there is, and nothing is refused for which there is
// room: against a count of each hour.
func TestNothingIsOverbooked(t *testing.T) {
	const hours = 12
	rapid.Check(t, func(t *rapid.T) {
		window := func(name string) (int, int) {
			from := rapid.IntRange(0, hours-1).Draw(t, name)
			return from, rapid.IntRange(from+1, hours).Draw(t, name+" end")
		}
		var capacities []pipeline.Capacity
		var free [hours]int64
		for range rapid.IntRange(0, 4).Draw(t, "capacities") {
			from, to := window("capacity")
			n := rapid.Int64Range(0, 5).Draw(t, "pieces")
			capacities = append(capacities, pipeline.Capacity(need("crane", n, from, to)))
			for h := from; h < to; h++ {
				free[h] += n
			}
		}
		s, err := pipeline.NewSchedule(capacities, nil)
		require.NoError(t, err)
		at := morning
		for i := range rapid.IntRange(1, 15).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "wait")) * time.Minute)
			if i > 0 {
				id := rapport.ID(fmt.Sprint(rapid.IntRange(0, i-1).Draw(t, "which")))
				switch rapid.IntRange(0, 4).Draw(t, "act") {
				case 0:
					s.Confirm(id, at)
				case 1:
					s.Release(id, at)
				case 2:
					s.Expire(at)
				}
			}
			var taken, wanted [hours]int64
			count := func(into *[hours]int64, n pipeline.Need) {
				for h := range hours {
					if n.Window.Contains(morning.Add(time.Duration(h) * time.Hour)) {
						into[h] += n.Quantity.IntPart()
					}
				}
			}
			for _, r := range s.Reservations() {
				if r.Keeps(at) {
					for _, n := range r.Needs {
						count(&taken, n)
					}
				}
			}
			var needs []pipeline.Need
			for range rapid.IntRange(1, 3).Draw(t, "needs") {
				from, to := window("need")
				n := need("crane", rapid.Int64Range(1, 4).Draw(t, "quantity"), from, to)
				if rapid.IntRange(0, 5).Draw(t, "open") == 0 {
					n.Window, err = rapport.NewInterval(n.Window.Start(), morning.Add(hours*time.Hour))
					require.NoError(t, err)
				}
				needs = append(needs, n)
				count(&wanted, n)
			}
			room := true
			for h := range hours {
				require.LessOrEqual(t, taken[h], free[h])
				room = room && (wanted[h] == 0 || taken[h]+wanted[h] <= free[h])
			}
			_, err := s.Hold(rapport.ID(fmt.Sprint(i)), "x", needs, at, at.Add(time.Duration(rapid.IntRange(1, 4).Draw(t, "minutes"))*time.Minute))
			require.Equal(t, room, err == nil, "%v", err)
		}
	})
}

func BenchmarkScheduleCheck(b *testing.B) {
	b.ReportAllocs()
	s, err := pipeline.NewSchedule([]pipeline.Capacity{{Resource: "crane", Quantity: decimal.NewFromInt(100), Unit: pipeline.UnitPiece}}, nil)
	require.NoError(b, err)
	for i := range 1000 {
		_, err := s.Hold(rapport.ID(fmt.Sprint(i)), "x", []pipeline.Need{need("crane", 1, i, i+50)}, morning, time.Time{})
		require.NoError(b, err)
	}
	for b.Loop() {
		if err := s.Check("y", []pipeline.Need{need("crane", 50, 200, 300)}, morning); err != nil {
			b.Fatal(err)
		}
	}
}
