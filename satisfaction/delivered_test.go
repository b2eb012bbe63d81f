package satisfaction_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction"
)

// amounts are the parts in yuan, in the order of DeliveredParts.
func amounts(yuan ...string) satisfaction.DeliveredAmounts {
	a := satisfaction.DeliveredAmounts{}
	for i, part := range satisfaction.DeliveredParts() {
		a[part] = inCNY(yuan[i])
	}
	return a
}

func TestDeliver(t *testing.T) {
	d, err := amounts("60", "25", "10", "5", "55", "10", "5").Deliver(false)
	require.NoError(t, err)
	requireMoney(t, "100.00 CNY", d.Value)
	requireMoney(t, "70.00 CNY", d.Cost)
	requireMoney(t, "30.00 CNY", d.Delivered)
	require.Empty(t, d.Missing)
}

func TestDeliverMissing(t *testing.T) {
	a := amounts("60", "25", "10", "5", "55", "10", "5")
	delete(a, satisfaction.StaffValue)
	delete(a, satisfaction.EffortCost)
	_, err := a.Deliver(false)
	require.Equal(t, &satisfaction.MissingPartsError{Parts: []satisfaction.DeliveredPart{"staff", "effort"}}, err)
	require.EqualError(t, err, "satisfaction: delivered value: missing: staff, effort")
	d, err := a.Deliver(true)
	require.NoError(t, err)
	requireMoney(t, "25.00 CNY", d.Delivered)
	require.Equal(t, []satisfaction.DeliveredPart{"staff", "effort"}, d.Missing)
	_, err = a.AdvantageOver(amounts("1", "1", "1", "1", "1", "1", "1"))
	missing, ok := errors.AsType[*satisfaction.MissingPartsError](err)
	require.True(t, ok, "%v", err)
	require.Len(t, missing.Parts, 2)
	_, err = satisfaction.DeliveredAmounts{}.Deliver(true)
	missing, ok = errors.AsType[*satisfaction.MissingPartsError](err)
	require.True(t, ok, "%v", err)
	require.Len(t, missing.Parts, 7)
}

func TestDeliverErrors(t *testing.T) {
	a := amounts("60", "25", "10", "5", "55", "10", "5")
	a["zeal"], a["speed"] = inCNY("1"), inCNY("1")
	_, err := a.Deliver(true)
	require.Equal(t, &satisfaction.UnknownPartError{Part: "speed"}, err)
	require.EqualError(t, err, `satisfaction: delivered value: unknown part "speed"`)
	a = amounts("60", "25", "10", "5", "55", "-10", "5")
	_, err = a.Deliver(false)
	requireBad(t, "cost in time", err)
	for _, part := range satisfaction.DeliveredParts() {
		a = amounts("60", "25", "10", "5", "55", "10", "5")
		a[part] = mixed()
		_, err = a.Deliver(false)
		_, ok := errors.AsType[*rapport.CurrencyMismatchError](err)
		require.True(t, ok, "%v: %v", part, err)
	}
}

// 2.5 hours at 20.00, 4 points of effort at 1.255: half-even is 5.02.
func TestPriceDelivered(t *testing.T) {
	figures := map[satisfaction.DeliveredPart]float64{satisfaction.TimeCost: 2.5, satisfaction.EffortCost: 4, satisfaction.MoneyCost: 55}
	rates := map[satisfaction.DeliveredPart]rapport.Money{
		satisfaction.TimeCost: inCNY("20"), satisfaction.EffortCost: inCNY("1.255"), satisfaction.MoneyCost: inCNY("1"),
	}
	priced, err := satisfaction.PriceDelivered(figures, rates)
	require.NoError(t, err)
	require.Len(t, priced, 3)
	requireMoney(t, "50.00 CNY", priced[satisfaction.TimeCost])
	requireMoney(t, "5.02 CNY", priced[satisfaction.EffortCost])
	requireMoney(t, "55.00 CNY", priced[satisfaction.MoneyCost])

	delete(rates, satisfaction.EffortCost)
	_, err = satisfaction.PriceDelivered(figures, rates)
	require.Equal(t, &satisfaction.MissingPartsError{Parts: []satisfaction.DeliveredPart{"effort"}}, err)
	figures["speed"] = 1
	_, err = satisfaction.PriceDelivered(figures, rates)
	require.Equal(t, &satisfaction.UnknownPartError{Part: "speed"}, err)
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err = satisfaction.PriceDelivered(map[satisfaction.DeliveredPart]float64{satisfaction.TimeCost: bad}, rates)
		requireBad(t, "figure of time", err)
	}
}

func TestAdvantagePartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offers := [2]satisfaction.DeliveredAmounts{{}, {}}
		for i, part := range satisfaction.DeliveredParts() {
			for _, offer := range offers {
				offer[part] = drawCNY(t, string(part))
				if i >= 4 {
					offer[part] = offer[part].Abs()
				}
			}
		}
		d, err := offers[0].AdvantageOver(offers[1])
		require.NoError(t, err)
		var sum rapport.Money
		for _, part := range satisfaction.DeliveredParts() {
			sum, err = sum.Add(d.ByPart[part])
			require.NoError(t, err)
		}
		require.True(t, sum.Equal(d.Advantage))
		back, err := offers[1].AdvantageOver(offers[0])
		require.NoError(t, err)
		require.True(t, back.Advantage.Equal(d.Advantage.Neg()))
	})
}

func answers(products ...string) []satisfaction.DeliveredAnswer {
	list := make([]satisfaction.DeliveredAnswer, len(products))
	for i, product := range products {
		list[i] = satisfaction.DeliveredAnswer{Customer: rapport.ID("c" + string(rune('1'+i))), Amounts: amounts(product, "0", "0", "0", "20", "0", "0")}
	}
	return list
}

// Delivered 10, 20, 60: mean 30, s² = (400+100+900)/2 = 700.
func TestSurveyDelivered(t *testing.T) {
	m, err := satisfaction.SurveyDelivered(answers("30", "40", "80"), nil)
	require.NoError(t, err)
	require.Equal(t, 3, m.N)
	requireMoney(t, "90.00 CNY", m.Total)
	requireMoney(t, "150.00 CNY", m.Totals[satisfaction.ProductValue])
	requireMoney(t, "60.00 CNY", m.Totals[satisfaction.MoneyCost])
	require.InDelta(t, 30, m.Delivered.Value, 1e-13)
	require.InDelta(t, math.Sqrt(700.0/3), m.Delivered.SE, 1e-13)
	require.InDelta(t, 30-4.302652729696142*m.Delivered.SE, m.Delivered.Low, 1e-8) // t of two degrees of freedom
	require.InDelta(t, 50, m.Parts[satisfaction.ProductValue].Value, 1e-13)
	require.False(t, m.Parts[satisfaction.MoneyCost].HasSE(), "all paid the same")

	one, err := satisfaction.SurveyDelivered(answers("30"), nil)
	require.NoError(t, err)
	require.Equal(t, rapport.Estimate{Value: 10, N: 1}, one.Delivered)
}

func TestSurveyDeliveredLeavesOut(t *testing.T) {
	list := answers("30", "40", "80")
	delete(list[1].Amounts, satisfaction.TimeCost)
	_, err := satisfaction.SurveyDelivered(list, nil)
	bad, ok := errors.AsType[*satisfaction.DeliveredAnswerError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, 2, bad.Row)
	require.EqualError(t, err, `satisfaction: delivered value: answer 2 of customer "c2": missing: time`)
	m, err := satisfaction.SurveyDelivered(list, &satisfaction.DeliveredOptions{AllowMissing: true})
	require.NoError(t, err)
	require.Equal(t, 2, m.N)
	require.Equal(t, 1, m.LeftOut)
	require.Equal(t, map[satisfaction.DeliveredPart]int{satisfaction.TimeCost: 1}, m.Missing)
	_, err = satisfaction.SurveyDelivered(list[1:2], &satisfaction.DeliveredOptions{AllowMissing: true})
	require.ErrorIs(t, err, satisfaction.ErrNoCompleteAnswer)
}

func TestSurveyDeliveredErrors(t *testing.T) {
	_, err := satisfaction.SurveyDelivered(nil, nil)
	require.ErrorIs(t, err, satisfaction.ErrNoCompleteAnswer)
	_, err = satisfaction.SurveyDelivered(nil, &satisfaction.DeliveredOptions{Level: 1})
	requireBad(t, "Level", err)
	twice := answers("1", "2")
	twice[1].Customer = "c1"
	_, err = satisfaction.SurveyDelivered(twice, nil)
	require.ErrorIs(t, err, satisfaction.ErrAnsweredTwice)
	twice[1].Customer = ""
	_, err = satisfaction.SurveyDelivered(twice, nil)
	_, ok := errors.AsType[*rapport.IDError](err)
	require.True(t, ok, "%v", err)
	foreign := answers("1", "2")
	for part := range foreign[1].Amounts {
		foreign[1].Amounts[part] = mixed()
	}
	_, err = satisfaction.SurveyDelivered(foreign, nil)
	_, ok = errors.AsType[*rapport.CurrencyMismatchError](err)
	require.True(t, ok, "%v", err)
	for _, paired := range []bool{false, true} {
		_, err = satisfaction.CompareDelivered(answers("1", "2"), []satisfaction.DeliveredAnswer{foreign[1]}, paired, nil)
		_, ok = errors.AsType[*rapport.CurrencyMismatchError](err)
		require.True(t, ok, "%v", err)
	}
}

// Differences by customer 5, 7, 9: mean 7, s² = 4. Apart, s² are 700 and 604.
func TestCompareDelivered(t *testing.T) {
	own, competitor := answers("30", "40", "80"), answers("25", "33", "71")
	c, err := satisfaction.CompareDelivered(own, competitor, true, nil)
	require.NoError(t, err)
	require.InDelta(t, 7, c.Advantage.Value, 1e-13)
	require.InDelta(t, math.Sqrt(4.0/3), c.Advantage.SE, 1e-13)
	require.Equal(t, 3, c.Advantage.N)
	requireMoney(t, "21.00 CNY", c.Total)
	c, err = satisfaction.CompareDelivered(own, competitor, false, nil)
	require.NoError(t, err)
	require.InDelta(t, 7, c.Advantage.Value, 1e-13)
	require.InDelta(t, math.Sqrt((700.0+604)/3), c.Advantage.SE, 1e-12)
	require.Equal(t, 6, c.Advantage.N)
	c, err = satisfaction.CompareDelivered(own, competitor[:1], false, nil)
	require.NoError(t, err)
	require.False(t, c.Advantage.HasSE())

	_, err = satisfaction.CompareDelivered(own, competitor[:2], true, nil)
	require.ErrorIs(t, err, satisfaction.ErrUnpaired)
	_, err = satisfaction.CompareDelivered(own[:2], competitor, true, nil)
	require.ErrorIs(t, err, satisfaction.ErrUnpaired)
	delete(competitor[2].Amounts, satisfaction.ImageValue)
	c, err = satisfaction.CompareDelivered(own, competitor, true, &satisfaction.DeliveredOptions{AllowMissing: true})
	require.NoError(t, err)
	require.Equal(t, 2, c.Advantage.N)
	requireMoney(t, "12.00 CNY", c.Total)
	delete(own[0].Amounts, satisfaction.ImageValue)
	delete(own[1].Amounts, satisfaction.ImageValue)
	_, err = satisfaction.CompareDelivered(own, competitor, true, &satisfaction.DeliveredOptions{AllowMissing: true})
	require.ErrorIs(t, err, satisfaction.ErrNoCompleteAnswer)
}
