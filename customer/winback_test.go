package customer_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func anybody(rapport.ID) (bool, string) { return true, "" }

// With a chance of 1 in 5 to win back 1000 at a cost of 80, an attempt is worth 120;
// with 1 in 20 it loses 30.
func ExampleRankWinBack() {
	lost := []customer.LostCustomer{
		{Customer: "hill-farm", Chance: 0.05, SecondValue: rapport.MustMoney("1000 CNY"), Cost: rapport.MustMoney("80 CNY"), Cause: "price"},
		{Customer: "harbour-tea", Chance: 0.2, SecondValue: rapport.MustMoney("1000 CNY"), Cost: rapport.MustMoney("80 CNY"), Cause: "service"},
	}
	list, err := customer.RankWinBack(lost, func(rapport.ID) (bool, string) { return true, "" })
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range list.Candidates {
		fmt.Println("win back", c.Customer, c.Net)
	}
	for _, c := range list.Excluded {
		fmt.Println("leave", c.Customer, c.Net, c.Reason)
	}
	// Output:
	// win back harbour-tea 120.00 CNY
	// leave hill-farm -30.00 CNY not-positive
}

func lostCustomer(id rapport.ID, chance float64) customer.LostCustomer {
	return customer.LostCustomer{Customer: id, Chance: chance, SecondValue: yuan("1000"), Cost: yuan("80")}
}

func TestRankWinBack(t *testing.T) {
	lost := []customer.LostCustomer{lostCustomer("c", 0.2), lostCustomer("a", 0.2), lostCustomer("b", 0.3), lostCustomer("d", 0.9), lostCustomer("e", 0.08)}
	list, err := customer.RankWinBack(lost, func(id rapport.ID) (bool, string) { return id != "d", "withdrawn" })
	require.NoError(t, err)
	var order []rapport.ID
	for _, c := range slices.Concat(list.Candidates, list.Excluded) {
		order = append(order, c.Customer)
	}
	require.Equal(t, []rapport.ID{"b", "a", "c", "d", "e"}, order)
	require.Equal(t, customer.WinBackNotPermitted, list.Excluded[0].Reason)
	require.Equal(t, "withdrawn", list.Excluded[0].Denied)
	require.Equal(t, customer.WinBackNotPositive, list.Excluded[1].Reason) // exactly 0

	satisfied := math.Inf(1)
	for name, c := range map[string]struct {
		change func(*customer.LostCustomer)
		field  string
	}{
		"chance":   {func(c *customer.LostCustomer) { c.Chance = math.NaN() }, "Chance"},
		"id":       {func(c *customer.LostCustomer) { c.Customer = "" }, "Customer"},
		"twice":    {func(c *customer.LostCustomer) { c.Customer = "a" }, "Customer"},
		"currency": {func(c *customer.LostCustomer) { c.Cost = rapport.MustMoney("80 EUR") }, "Cost"},
		"currencies": {func(c *customer.LostCustomer) {
			c.SecondValue, c.Cost = rapport.MustMoney("1 EUR"), rapport.MustMoney("1 EUR")
		}, "SecondValue"},
		"no currency":  {func(c *customer.LostCustomer) { c.SecondValue = rapport.Money{} }, "SecondValue"},
		"cost below 0": {func(c *customer.LostCustomer) { c.Cost = yuan("-1") }, "Cost"},
		"satisfaction": {func(c *customer.LostCustomer) { c.Satisfaction = &satisfied }, "Satisfaction"},
	} {
		t.Run(name, func(t *testing.T) {
			rows := []customer.LostCustomer{lostCustomer("a", 0.2), lostCustomer("b", 0.2)}
			c.change(&rows[1])
			_, err := customer.RankWinBack(rows, anybody)
			wrong, ok := err.(*customer.WinBackError)
			require.Truef(t, ok, "%v", err)
			require.Equal(t, c.field, wrong.Field)
			require.NotEmpty(t, wrong.Error())
		})
	}
	_, err = customer.RankWinBack(nil, nil)
	require.ErrorIs(t, err, customer.ErrNoPermission)
}

func TestAssignWinBack(t *testing.T) {
	control := 0
	for i := range 10_000 {
		arm, err := customer.AssignWinBack(7, "spring", rapport.ID(fmt.Sprint("c", i)), 0.3)
		require.NoError(t, err)
		again, err := customer.AssignWinBack(7, "spring", rapport.ID(fmt.Sprint("c", i)), 0.3)
		require.NoError(t, err)
		require.Equal(t, arm, again)
		if arm == customer.ArmControl {
			control++
		}
	}
	require.InDelta(t, 3000, control, 4*math.Sqrt(10_000*.3*.7)) // four standard deviations; the seed is fixed
	for share, want := range map[float64]customer.CampaignArm{0: customer.ArmTreatment, 1: customer.ArmControl} {
		arm, err := customer.AssignWinBack(7, "spring", "c1", share)
		require.NoError(t, err)
		require.Equal(t, want, arm)
	}
	_, err := customer.AssignWinBack(7, "spring", "c1", 1.5)
	require.ErrorIs(t, err, customer.ErrWinBackRange)
	_, err = customer.AssignWinBack(7, "", "c1", .5)
	require.Error(t, err)
	_, err = customer.AssignWinBack(7, "spring", "", .5)
	require.Error(t, err)
}

// The arms of two campaigns, or of two seeds, have nothing to do with each other: half
// of the customers share them.
func TestAssignWinBackIndependent(t *testing.T) {
	same := [2]int{}
	for i := range 10_000 {
		id := rapport.ID(fmt.Sprint("c", i))
		a, _ := customer.AssignWinBack(7, "spring", id, 0.5)
		b, _ := customer.AssignWinBack(7, "autumn", id, 0.5)
		c, _ := customer.AssignWinBack(8, "spring", id, 0.5)
		if a == b {
			same[0]++
		}
		if a == c {
			same[1]++
		}
	}
	require.InDelta(t, 5000, same[0], 200)
	require.InDelta(t, 5000, same[1], 200)
}

func winBackCase(t require.TestingT, id rapport.ID, arm customer.CampaignArm, won bool, value string) customer.WinBack {
	control := 0.0
	if arm == customer.ArmControl {
		control = 1
	}
	c := customer.WinBackCandidate{LostCustomer: lostCustomer(id, 0.2)}
	w, err := customer.OpenWinBack("case-"+id, "spring", &c, 7, control, day("2025-01-01"), day("2025-01-01"))
	require.NoError(t, err)
	if won {
		amount := yuan(value)
		w, err = w.Close(customer.WinBackWon, day("2025-02-01"), day("2025-02-01"), &amount)
		require.NoError(t, err)
	}
	return w
}

// 56 of 70 against 48 of 80 is the first example of Newcombe (1998), table II: by
// method 10 the difference .2 has the interval .0524 to .3339.
func TestMeasureWinBack(t *testing.T) {
	var cases []customer.WinBack
	for i := range 70 {
		cases = append(cases, winBackCase(t, rapport.ID(fmt.Sprint("t", i)), customer.ArmTreatment, i < 56, "100"))
	}
	for i := range 80 {
		cases = append(cases, winBackCase(t, rapport.ID(fmt.Sprint("k", i)), customer.ArmControl, i < 48, "50"))
	}
	e, err := customer.MeasureWinBack(cases, far(), 0.95)
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 56, Den: 70, N: 70}, e.Treatment.Won)
	require.Equal(t, rapport.Ratio{Num: 48, Den: 80, N: 80}, e.Control.Won)
	require.InDelta(t, 0.2, e.Lift.Value, 1e-12)
	require.InDelta(t, 0.0524, e.Lift.Low, 5e-5)
	require.InDelta(t, 0.3339, e.Lift.High, 5e-5)
	require.True(t, e.Treatment.Value.Equal(yuan("5600")))
	require.True(t, e.Treatment.Cost.Equal(yuan("5600")))
	require.True(t, e.Control.Cost.IsZero())
	// A treated customer brought 80 and cost 80, one in control brought 30: −30 a head.
	require.InDelta(t, -30, e.ValuePerTreated.Value, 1e-9)
	require.Less(t, e.ValuePerTreated.Low, -30.0)
	require.Greater(t, e.ValuePerTreated.High, -30.0)
	require.NoError(t, e.ValuePerTreated.Validate())
	require.Equal(t, rapport.CNY, e.Currency)

	// In January nobody had answered.
	same, err := customer.MeasureWinBack(cases, far(), 0)
	require.NoError(t, err)
	require.Equal(t, e, same)
	e, err = customer.MeasureWinBack(cases, day("2025-01-15"), 0.95)
	require.NoError(t, err)
	require.Zero(t, e.Lift.Value)
	e, err = customer.MeasureWinBack(cases[:70], far(), 0.95)
	require.NoError(t, err)
	require.False(t, e.Lift.HasValue())
	_, err = customer.MeasureWinBack(cases, far(), 1)
	require.ErrorIs(t, err, customer.ErrWinBackRange)
	_, err = customer.MeasureWinBack(append(cases, cases[0]), far(), 0.95)
	require.ErrorIs(t, err, customer.ErrWinBackTwice)
	other := cases[0]
	other.Campaign, other.Customer = "autumn", "x"
	_, err = customer.MeasureWinBack(append(cases, other), far(), 0.95)
	require.Error(t, err)
	_, err = customer.MeasureWinBack([]customer.WinBack{{}}, far(), 0.95)
	require.IsType(t, new(customer.ValidationError), err)
}

func TestMeasureWinBackAlwaysStates(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var cases []customer.WinBack
		for i := range rapid.IntRange(0, 8).Draw(r, "cases") {
			arm := rapid.SampledFrom([]customer.CampaignArm{customer.ArmTreatment, customer.ArmControl}).Draw(r, "arm")
			cases = append(cases, winBackCase(r, rapport.ID(fmt.Sprint("c", i)), arm, rapid.Bool().Draw(r, "won"), rapid.SampledFrom([]string{"-5", "0", "999999999999"}).Draw(r, "value")))
		}
		e, err := customer.MeasureWinBack(cases, far(), rapid.Float64Range(0.01, 0.999).Draw(r, "level"))
		require.NoError(r, err)
		require.NoError(r, e.Lift.Validate())
		require.NoError(r, e.ValuePerTreated.Validate())
	})
}

func TestWinBackClose(t *testing.T) {
	w := winBackCase(t, "a", customer.ArmTreatment, false, "")
	_, err := w.Close(customer.WinBackRefused, day("2024-12-31"), day("2025-01-02"), nil)
	requireProblems(t, err, "outcome_at out-of-range")
	amount := yuan("5")
	_, err = w.Close(customer.WinBackRefused, day("2025-01-31"), day("2025-01-02"), &amount)
	requireProblems(t, err, "value not-allowed")
	_, err = w.Close("maybe", day("2025-01-31"), day("2025-01-02"), nil)
	requireProblems(t, err, "outcome unknown", "outcome_at not-allowed")
	w, err = w.Close(customer.WinBackNoAnswer, day("2025-01-31"), day("2025-02-01"), nil)
	require.NoError(t, err)
	_, err = w.Close(customer.WinBackWon, day("2025-01-31"), day("2025-02-01"), nil)
	requireProblems(t, err, "outcome not-allowed")
}

func TestWinBackJSON(t *testing.T) {
	w := winBackCase(t, "a", customer.ArmTreatment, true, "120.50")
	satisfied := 40.0
	w.Cause, w.Satisfaction = "price", &satisfied
	requireRoundTrip(t, w, `{"format":1,"id":"case-a","customer":"a","campaign":"spring","arm":"treatment","cause":"price","satisfaction":40,`+
		`"chance":0.2,"second_value":{"amount":"1000.00","currency":"CNY"},"cost":{"amount":"80.00","currency":"CNY"},"outcome":"won",`+
		`"outcome_at":"2025-02-01T00:00:00Z","value":{"amount":"120.50","currency":"CNY"},"at":"2025-01-01T00:00:00Z","recorded_at":"2025-02-01T00:00:00Z"}`)
	requireRoundTrip(t, winBackCase(t, "b", customer.ArmControl, false, ""), "")
	require.Equal(t, rapport.ID("spring"), w.Filing().With)
}

func BenchmarkAssignWinBack(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := customer.AssignWinBack(7, "spring", "harbour-tea", 0.3); err != nil {
			b.Fatal(err)
		}
	}
}
