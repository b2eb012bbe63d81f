package customer_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// every returns n days, apart by that many days.
func every(days, n int, first string) []time.Time {
	var list []time.Time
	for i := range n {
		list = append(list, day(first).AddDate(0, 0, i*days))
	}
	return list
}

// A customer that bought every 20 days has been away for 90: 4.5 times as long as
// usual. It is at risk since it was away 3 times as long.
func ExampleDerive() {
	purchases := every(20, 7, "2025-01-01") // the last on 1 May
	now := customer.Standing{Stage: customer.StageRepeat, Since: purchases[1]}
	d, err := customer.Derive(now, &customer.Behaviour{Purchases: purchases}, date(2025, 7, 30), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	times, _ := d.Times().Value()
	fmt.Println(d.OpenGap, "days,", times, "times", d.MeanGap)
	for _, s := range d.Steps {
		fmt.Println(s.From, "to", s.To, s.Reason, s.At.Format(time.DateOnly))
	}
	fmt.Println("held back until", d.HeldUntil.Format(time.DateOnly))
	// Output:
	// 90 days, 4.5 times 20
	// repeat to at-risk long-gap 2025-06-30
	// held back until 2025-08-29
}

// deriveAll takes the steps and checks that each is legal.
func deriveAll(t require.TestingT, l customer.Lifecycle, b *customer.Behaviour, asOf time.Time, rules *customer.LifecycleRules) (customer.Lifecycle, customer.Derivation) {
	d, err := customer.Derive(l.Now(), b, asOf, rules)
	require.NoError(t, err)
	next, changes, err := l.Apply(&d, customer.ApplyOptions{IDs: rapport.NewSequential(fmt.Sprintf("s%d-", len(l.Changes()))), RecordedAt: asOf})
	require.NoError(t, err)
	require.Len(t, changes, len(d.Steps))
	require.Equal(t, d.Stage, next.Now().Stage)
	return next, d
}

func stages(d customer.Derivation) []customer.Stage {
	var list []customer.Stage
	for _, s := range d.Steps {
		list = append(list, s.To)
	}
	return list
}

func TestDerive(t *testing.T) {
	const (
		first, repeat, loyal = customer.StageFirstTime, customer.StageRepeat, customer.StageLoyal
		risk, dormant, lost  = customer.StageAtRisk, customer.StageDormant, customer.StageLost
	)
	at := func(s customer.Stage, since string) customer.Standing {
		return customer.Standing{Stage: s, Since: day(since)}
	}
	weekly := every(7, 10, "2025-01-01") // to 5 March
	contract := customer.Behaviour{Contract: rapport.MustInterval("2024-01-01T00:00:00Z/2025-01-01T00:00:00Z"), HasContract: true}
	alive := func(purchases []time.Time, p float64) customer.Behaviour {
		return customer.Behaviour{Purchases: purchases, PAlive: p, HasPAlive: true}
	}
	for name, c := range map[string]struct {
		now   customer.Standing
		b     customer.Behaviour
		asOf  string
		rules customer.LifecycleRules
		steps []customer.Stage
		due   customer.Stage
	}{
		"nothing known":              {asOf: "2025-01-01", steps: []customer.Stage{customer.StageProspect}},
		"spoke with us":              {b: customer.Behaviour{LastContact: day("2025-01-01")}, asOf: "2025-02-01", steps: []customer.Stage{customer.StageLead}},
		"a lead cools":               {now: at(customer.StageLead, "2024-01-01"), asOf: "2025-02-01", steps: []customer.Stage{customer.StageProspect}},
		"a prospect buys":            {now: at(customer.StageProspect, "2024-01-01"), b: customer.Behaviour{Purchases: weekly[:1]}, asOf: "2025-01-02", steps: []customer.Stage{first}},
		"a new loyal customer":       {b: customer.Behaviour{Purchases: weekly}, asOf: "2025-03-06", steps: []customer.Stage{first, repeat, loyal}},
		"later purchases not known":  {b: customer.Behaviour{Purchases: weekly}, asOf: "2025-01-02", steps: []customer.Stage{first}},
		"one purchase, no rhythm":    {now: at(first, "2020-01-01"), b: customer.Behaviour{Purchases: every(1, 1, "2020-01-01")}, asOf: "2025-01-01"},
		"one purchase, typical gap":  {now: at(first, "2020-01-01"), b: customer.Behaviour{Purchases: every(1, 1, "2020-01-01")}, rules: customer.LifecycleRules{TypicalGap: 30}, asOf: "2025-01-01", steps: []customer.Stage{risk, dormant, lost}},
		"lost by its own gaps":       {now: at(loyal, "2025-03-05"), b: customer.Behaviour{Purchases: weekly}, asOf: "2025-12-31", steps: []customer.Stage{risk, dormant, lost}},
		"lost without dwell":         {now: at(loyal, "2025-03-05"), b: customer.Behaviour{Purchases: weekly}, asOf: "2025-03-27", rules: customer.LifecycleRules{Dwell: -1}, steps: []customer.Stage{risk, dormant, lost}},
		"at 3 times the median":      {now: at(loyal, "2025-03-05"), b: customer.Behaviour{Purchases: weekly}, asOf: "2025-03-26", rules: customer.LifecycleRules{Dwell: -1}, steps: []customer.Stage{risk}},
		"P(alive) low":               {now: at(repeat, "2025-01-08"), b: alive(weekly, 0.19), asOf: "2025-03-06", steps: []customer.Stage{risk}, due: lost},
		"P(alive) low, no dwell":     {now: at(repeat, "2025-01-08"), b: alive(weekly, 0.19), asOf: "2025-03-06", rules: customer.LifecycleRules{Dwell: -1}, steps: []customer.Stage{risk, dormant, lost}},
		"P(alive) exactly .2":        {now: at(repeat, "2025-01-08"), b: alive(weekly, 0.2), asOf: "2025-03-06", rules: customer.LifecycleRules{Dwell: -1}, steps: []customer.Stage{risk, dormant}},
		"P(alive) recovers a little": {now: at(risk, "2025-01-09"), b: alive(weekly[:2], 0.55), asOf: "2025-06-01"},
		"P(alive) recovers":          {now: at(risk, "2025-01-09"), b: alive(weekly[:2], 0.6), asOf: "2025-06-01", steps: []customer.Stage{repeat}},
		"recovers, but too soon":     {now: at(risk, "2025-05-09"), b: alive(weekly[:2], 0.6), asOf: "2025-06-01", due: repeat},
		"dormant recovers":           {now: at(dormant, "2025-01-09"), b: alive(weekly[:2], 0.9), asOf: "2025-06-01", steps: []customer.Stage{risk}, due: repeat},
		"at risk buys":               {now: at(risk, "2025-03-01"), b: customer.Behaviour{Purchases: weekly[:10]}, asOf: "2025-03-06", rules: customer.LifecycleRules{LoyalEnter: 20}, steps: []customer.Stage{repeat}},
		"lost stays lost":            {now: at(lost, "2025-03-10"), b: alive(weekly, 0.99), asOf: "2025-03-11"},
		"lost buys":                  {now: at(lost, "2025-03-04"), b: customer.Behaviour{Purchases: weekly}, asOf: "2025-03-11", steps: []customer.Stage{customer.StageWonBack}},
		"lost buys twice":            {now: at(lost, "2025-02-25"), b: customer.Behaviour{Purchases: weekly}, asOf: "2025-03-11", rules: customer.LifecycleRules{LoyalEnter: 20}, steps: []customer.Stage{customer.StageWonBack, repeat}},
		"less loyal":                 {now: at(loyal, "2025-03-05"), b: customer.Behaviour{Purchases: every(200, 5, "2023-01-01")}, asOf: "2025-05-05", steps: []customer.Stage{repeat}},
		"less loyal, but too soon":   {now: at(loyal, "2025-05-01"), b: customer.Behaviour{Purchases: every(200, 5, "2023-01-01")}, asOf: "2025-05-05", due: repeat},
		"a contract runs":            {b: contract, asOf: "2024-06-01", steps: []customer.Stage{first}},
		"a contract ends soon":       {now: at(first, "2024-01-01"), b: contract, asOf: "2024-12-20", steps: []customer.Stage{risk}},
		"a contract has ended":       {now: at(risk, "2024-12-02"), b: contract, asOf: "2025-01-01", steps: []customer.Stage{lost}},
		"one that had long ended":    {b: contract, asOf: "2030-01-01", steps: []customer.Stage{first, lost}},
		"a contract is signed again": {now: at(lost, "2023-05-01"), b: contract, asOf: "2024-06-01", steps: []customer.Stage{customer.StageWonBack}},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := customer.Derive(c.now, &c.b, day(c.asOf), &c.rules)
			require.NoError(t, err)
			require.Equal(t, c.steps, stages(d))
			if c.due == 0 {
				require.Equal(t, d.Stage, d.Due)
				require.Zero(t, d.HeldUntil)
			} else {
				require.Equal(t, c.due, d.Due)
				require.True(t, d.HeldUntil.After(day(c.asOf)))
			}
		})
	}
}

// 20 gaps are enough for the customer's own 99th percentile: of 19 gaps of 10 days and
// one of 30 that is 26.2 (type 7), so 27 days are too long and 26 are not, although
// they are below 3 times the median.
func TestDeriveOwnQuantile(t *testing.T) {
	purchases := every(10, 20, "2025-01-01")
	purchases = append(purchases, purchases[19].AddDate(0, 0, 30))
	rules := &customer.LifecycleRules{Dwell: -1, RiskEnter: 100, RiskLeave: 1, DormantEnter: 100, DormantLeave: 1}
	last := purchases[20]
	now := customer.Standing{Stage: customer.StageRepeat, Since: purchases[1]}
	d, err := customer.Derive(now, &customer.Behaviour{Purchases: purchases}, last.AddDate(0, 0, 26), rules)
	require.NoError(t, err)
	require.InDelta(t, 26.2, d.LostGap, 1e-12)
	require.NotContains(t, stages(d), customer.StageLost)
	d, err = customer.Derive(now, &customer.Behaviour{Purchases: purchases}, last.AddDate(0, 0, 27), rules)
	require.NoError(t, err)
	require.Equal(t, customer.StageLost, d.Stage)
	require.Equal(t, last.AddDate(0, 0, 27), d.Steps[2].At)
}

// The calendar of the customer decides how long a gap is: two purchases in one night
// are on two days in UTC and on one further east.
func TestDeriveLocation(t *testing.T) {
	b := &customer.Behaviour{Purchases: []time.Time{day("2025-01-01").Add(23 * time.Hour), day("2025-01-02").Add(time.Hour)}}
	d, err := customer.Derive(customer.Standing{}, b, day("2025-01-03"), nil)
	require.NoError(t, err)
	require.Equal(t, 2, d.Purchases)
	d, err = customer.Derive(customer.Standing{}, b, day("2025-01-03"), &customer.LifecycleRules{Location: time.FixedZone("east", 8*3600)})
	require.NoError(t, err)
	require.Equal(t, 1, d.Purchases)
}

func TestDeriveRefuses(t *testing.T) {
	good := every(7, 3, "2025-01-01")
	for name, c := range map[string]struct {
		now   customer.Standing
		b     customer.Behaviour
		asOf  time.Time
		field string
	}{
		"no date":            {field: "asOf"},
		"before the stage":   {now: customer.Standing{Stage: customer.StageLead, Since: day("2025-02-01")}, asOf: day("2025-01-01"), field: "asOf"},
		"P(alive) above 1":   {b: customer.Behaviour{PAlive: 1.1, HasPAlive: true}, asOf: day("2025-01-01"), field: "PAlive"},
		"P(alive) no number": {b: customer.Behaviour{PAlive: math.NaN(), HasPAlive: true}, asOf: day("2025-01-01"), field: "PAlive"},
		"out of order":       {b: customer.Behaviour{Purchases: []time.Time{good[1], good[0]}}, asOf: day("2025-03-01"), field: "Purchases"},
		"zero time":          {b: customer.Behaviour{Purchases: []time.Time{{}}}, asOf: day("2025-03-01"), field: "Purchases"},
		"contact":            {b: customer.Behaviour{LastContact: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}, asOf: day("2025-03-01"), field: "LastContact"},
		"contract":           {b: customer.Behaviour{HasContract: true}, asOf: day("2025-03-01"), field: "Contract"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := customer.Derive(c.now, &c.b, c.asOf, nil)
			wrong, ok := err.(*customer.BehaviourError)
			require.Truef(t, ok, "%v", err)
			require.Equal(t, c.field, wrong.Field)
			require.NotEmpty(t, err.Error())
		})
	}
	for name, rules := range map[string]customer.LifecycleRules{
		"RiskLeave":    {RiskLeave: 4},
		"RiskEnter":    {RiskEnter: 7},
		"LostQuantile": {LostQuantile: 1.5},
		"LostMedian":   {LostMedian: math.NaN()},
		"LostAlive":    {LostAlive: 0.4},
		"MinGaps":      {MinGaps: -1},
		"LoyalLeave":   {LoyalLeave: 6},
		"Dwell":        {Dwell: 1e9},
	} {
		_, err := customer.NewDeriver(&rules)
		wrong, ok := err.(*customer.RulesError)
		require.Truef(t, ok, "%s: %v", name, err)
		require.Equal(t, name, wrong.Field)
	}
}

func TestApply(t *testing.T) {
	l := newLife(t, "c1")
	b := &customer.Behaviour{Purchases: every(20, 7, "2025-01-01")}
	l, _ = deriveAll(t, l, b, day("2025-07-30"), &customer.LifecycleRules{LoyalEnter: 50})
	last := l.Changes()[2]
	require.Equal(t, customer.StageAtRisk, last.To)
	require.Equal(t, []customer.Evidence{{"purchases", 7}, {"gap-days", 90}, {"mean-gap-days", 20}, {"gap-times", 4.5}, {"lost-gap-days", 60}}, last.Evidence)
	require.Equal(t, day("2025-06-30"), last.At)
	require.Equal(t, day("2025-07-30"), last.RecordedAt)

	d, err := customer.Derive(customer.Standing{}, b, day("2025-07-30"), nil)
	require.NoError(t, err)
	_, _, err = l.Apply(&d, customer.ApplyOptions{IDs: rapport.NewSequential("x"), RecordedAt: day("2025-07-30")})
	require.IsType(t, new(customer.IllegalMoveError), err) // not derived from where it stands
	_, _, err = l.Apply(&d, customer.ApplyOptions{})
	require.ErrorIs(t, err, customer.ErrNoIDs)
}

// Whatever the behaviour and the dates of asking, steps are legal, never dated before
// the stage or after the as-of date, asking again at once changes nothing, and asking
// in between leads where asking at the end does if P(alive) is not known.
func TestDeriveIsLegalAndSettles(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		start := day("2024-01-01")
		var b customer.Behaviour
		for range rapid.IntRange(0, 8).Draw(r, "purchases") {
			start = start.Add(time.Duration(rapid.IntRange(0, 60*24).Draw(r, "hours")) * time.Hour)
			b.Purchases = append(b.Purchases, start)
		}
		if rapid.Bool().Draw(r, "spoke") {
			b.LastContact = day("2024-01-01").AddDate(0, 0, rapid.IntRange(0, 400).Draw(r, "contact"))
		}
		if b.HasContract = rapid.Bool().Draw(r, "contract"); b.HasContract {
			from := day("2024-01-01").AddDate(0, 0, rapid.IntRange(0, 400).Draw(r, "from"))
			contract, err := rapport.NewInterval(from, from.AddDate(0, 0, rapid.IntRange(1, 400).Draw(r, "length")))
			require.NoError(r, err)
			b.Contract = contract
		}
		rules := &customer.LifecycleRules{Dwell: rapid.SampledFrom([]int{-1, 0, 10}).Draw(r, "dwell"), TypicalGap: rapid.SampledFrom([]float64{0, 25}).Draw(r, "typical")}
		l, asOf := newLife(r, "c1"), day("2024-01-01")
		for range rapid.IntRange(1, 6).Draw(r, "askings") {
			asOf = asOf.Add(time.Duration(rapid.IntRange(0, 200*24).Draw(r, "hours later")) * time.Hour)
			if b.HasPAlive = rapid.Bool().Draw(r, "P(alive) known"); b.HasPAlive {
				b.PAlive = rapid.Float64Range(0, 1).Draw(r, "P(alive)")
			}
			before := l.Now()
			next, d := deriveAll(r, l, &b, asOf, rules)
			for _, s := range d.Steps {
				require.False(r, s.At.Before(before.Since))
				require.False(r, s.At.After(asOf))
			}
			require.Equal(r, d.HeldUntil.IsZero(), d.Due == d.Stage)
			again, second := deriveAll(r, next, &b, asOf, rules)
			require.Empty(r, second.Steps)
			require.Equal(r, d.Due, second.Due)
			l = again
		}
	})
}

// By gaps alone it does not matter how often stages are derived.
func TestDeriveAnyDay(t *testing.T) {
	b := &customer.Behaviour{Purchases: append(every(10, 6, "2025-01-01"), every(12, 4, "2026-02-01")...)}
	daily, now := newLife(t, "c1"), day("2025-03-01")
	asked := newLife(t, "c1")
	for ; now.Before(day("2027-01-01")); now = now.AddDate(0, 0, 1) {
		daily, _ = deriveAll(t, daily, b, now, nil)
		if now.Equal(day("2025-12-01")) {
			asked, _ = deriveAll(t, asked, b, now, nil)
		}
	}
	asked, _ = deriveAll(t, asked, b, now, nil)
	var a, c []string
	for _, x := range daily.Changes() {
		a = append(a, fmt.Sprint(x.To, x.At))
	}
	for _, x := range asked.Changes() {
		c = append(c, fmt.Sprint(x.To, x.At))
	}
	require.Subset(t, a, []string{fmt.Sprint(customer.StageLost, day("2025-07-20")), fmt.Sprint(customer.StageWonBack, day("2026-02-01"))})
	require.Equal(t, a[len(a)-3:], c[len(c)-3:])
	require.True(t, slices.Contains(c, fmt.Sprint(customer.StageLost, day("2025-07-20"))))
}

func TestDeriverAllocatesNothing(t *testing.T) {
	d, err := customer.NewDeriver(nil)
	require.NoError(t, err)
	b := &customer.Behaviour{Purchases: every(11, 30, "2024-01-01"), PAlive: 0.1, HasPAlive: true}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := d.Derive(customer.Standing{}, b, far()); err != nil {
			t.Error(err)
		}
	}))
}

// One customer with 30 purchases, by a deriver that is used again and again.
func BenchmarkDerive(b *testing.B) {
	d, err := customer.NewDeriver(nil)
	require.NoError(b, err)
	behaviour := &customer.Behaviour{Purchases: every(11, 30, "2024-01-01"), PAlive: 0.4, HasPAlive: true}
	now := customer.Standing{Stage: customer.StageLoyal, Since: day("2024-03-01")}
	asOf := day("2025-06-01")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Derive(now, behaviour, asOf); err != nil {
			b.Fatal(err)
		}
	}
}
