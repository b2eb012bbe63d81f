package kpi_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

func threeChannels() []kpi.Channel {
	return []kpi.Channel{
		{Code: "field", Cost: yuan("150000"), Contacts: 1000, Conversions: 300},
		{Code: "phone", Cost: yuan("100000"), Contacts: 20000, Conversions: 1000, Resolved: 16000},
		{Code: "web", Cost: yuan("40000"), Contacts: 200000, Conversions: 4000},
	}
}

// H4: cost per contact 150, 5 and .20; moving 1 000 contacts from phone to web saves 4 800.
func TestChannelEconomics(t *testing.T) {
	e, err := kpi.ChannelEconomics(year(2025), threeChannels()...)
	require.NoError(t, err)
	registry := kpi.Standard()
	var costs []string
	for c := range e.All() {
		costs = append(costs, c.PerContact.Amount.String())
		for _, f := range []kpi.Figure{c.PerContact, c.PerConversion, c.PerResolved, c.Conversion} {
			require.NoError(t, registry.Check(f))
			require.Equal(t, kpi.Scope{Kind: "channel", ID: c.Channel.Code}, f.Scope)
		}
	}
	require.Equal(t, []string{"150.00 CNY", "5.00 CNY", "0.20 CNY"}, costs)
	phone, err := e.Channel("phone")
	require.NoError(t, err)
	require.Equal(t, "100.00 CNY", phone.PerConversion.Amount.String())
	require.Equal(t, "6.25 CNY", phone.PerResolved.Amount.String())
	field, err := e.Channel("field")
	require.NoError(t, err)
	_, ok := field.PerResolved.Value()
	require.False(t, ok, "no cases: no cost of one")
	total := e.Total()
	require.Equal(t, "290000.00 CNY", total.Channel.Cost.String())
	require.Equal(t, "1.312217 CNY", total.PerContact.Amount.String()) // 290 000 / 221 000
	require.Equal(t, rapport.Ratio{Num: 100000, Den: 290000, N: 20000}, phone.CostShare)
	require.Equal(t, rapport.Ratio{Num: 20000, Den: 221000, N: 20000}, phone.ContactShare)

	effect, err := e.Shift(kpi.Shift{From: "phone", To: "web", Contacts: 1000})
	require.NoError(t, err)
	require.Equal(t, "4800.00 CNY", effect.Saving.String())
	require.Equal(t, kpi.AverageCost, effect.From.Basis)
	require.Equal(t, kpi.AverageCost, effect.To.Basis)
	require.Equal(t, "0.20 CNY", effect.To.PerContact.String())
	require.InEpsilon(t, -30, effect.Conversions.Value, 1e-12) // 1 000 × (.02 − .05)
	require.True(t, effect.Conversions.Low < -30 && -30 < effect.Conversions.High)

	call, visit := yuan("1.50"), yuan("0")
	effect, err = e.Shift(kpi.Shift{From: "phone", To: "web", Contacts: 1000, FromMarginal: &call, ToMarginal: &visit})
	require.NoError(t, err)
	require.Equal(t, "1500.00 CNY", effect.Saving.String())
	require.Equal(t, kpi.MarginalCost, effect.From.Basis)
	require.Equal(t, kpi.MarginalCost, effect.To.Basis)

	effect, err = e.Shift(kpi.Shift{From: "web", To: "phone", Contacts: 10})
	require.NoError(t, err)
	require.Equal(t, "-48.00 CNY", effect.Saving.String())
}

func TestShiftsThatCannotBe(t *testing.T) {
	e, err := kpi.ChannelEconomics(year(2025), append(threeChannels(), kpi.Channel{Code: "fax", Cost: yuan("10")})...)
	require.NoError(t, err)
	_, err = e.Shift(kpi.Shift{From: "field", To: "web", Contacts: 1001})
	var more *kpi.ShiftError
	require.ErrorAs(t, err, &more)
	require.EqualError(t, err, "kpi: shift: 1001 contacts of field, which had 1000")
	dollars, negative := rapport.MustMoney("1 USD"), yuan("-1")
	for name, s := range map[string]kpi.Shift{
		"none":           {From: "phone", To: "web"},
		"unknown source": {From: "post", To: "web", Contacts: 1},
		"unknown target": {From: "web", To: "post", Contacts: 1},
		"to itself":      {From: "web", To: "web", Contacts: 1},
		"no average":     {From: "web", To: "fax", Contacts: 1},
		"level":          {From: "phone", To: "web", Contacts: 1, Level: 1},
		"currency":       {From: "phone", To: "web", Contacts: 1, ToMarginal: &dollars},
		"negative":       {From: "phone", To: "web", Contacts: 1, FromMarginal: &negative},
	} {
		_, err := e.Shift(s)
		require.Error(t, err, name)
	}
	fax := yuan("0.10")
	effect, err := e.Shift(kpi.Shift{From: "phone", To: "fax", Contacts: 10, ToMarginal: &fax})
	require.NoError(t, err)
	require.Equal(t, "49.00 CNY", effect.Saving.String())
	require.False(t, effect.Conversions.HasValue(), "nobody knows how faxes convert")
}

// A channel whose cost nobody knows is not free, nor does moving contacts to it save
// anything, nor is what all channels cost together known.
func TestAnUnknownCostIsNoData(t *testing.T) {
	e, err := kpi.ChannelEconomics(year(2025), append(threeChannels(), kpi.Channel{Code: "chat", Contacts: 500, Conversions: 50})...)
	require.NoError(t, err)
	chat, err := e.Channel("chat")
	require.NoError(t, err)
	for _, f := range []kpi.Figure{chat.PerContact, chat.PerConversion, e.Total().PerContact} {
		_, ok := f.Value()
		require.False(t, ok, f.Code)
		require.NoError(t, kpi.Standard().Check(f))
	}
	rate, ok := chat.Conversion.Value()
	require.True(t, ok)
	require.Equal(t, 0.1, rate)
	_, ok = chat.CostShare.Value()
	require.False(t, ok)
	var input *kpi.InputError
	for _, s := range []kpi.Shift{{From: "phone", To: "chat", Contacts: 1}, {From: "chat", To: "phone", Contacts: 1}, {From: "phone", To: "web", Contacts: 1, ToMarginal: &rapport.Money{}}} {
		_, err = e.Shift(s)
		require.ErrorAs(t, err, &input)
	}
	free := yuan("0")
	effect, err := e.Shift(kpi.Shift{From: "phone", To: "chat", Contacts: 1, ToMarginal: &free})
	require.NoError(t, err)
	require.Equal(t, "5.00 CNY", effect.Saving.String())

	e, err = kpi.ChannelEconomics(year(2025), append(threeChannels(), kpi.Channel{Code: "fax"})...)
	require.NoError(t, err)
	_, ok = e.Total().PerContact.Value()
	require.True(t, ok, "nobody used the fax")
}

func TestBadChannels(t *testing.T) {
	for name, channels := range map[string][]kpi.Channel{
		"code":         {{Code: "Phone"}},
		"twice":        {{Code: "phone"}, {Code: "phone"}},
		"conversions":  {{Code: "phone", Contacts: 1, Conversions: 2}},
		"resolved":     {{Code: "phone", Contacts: 1, Resolved: 2}},
		"cost":         {{Code: "phone", Contacts: 1, Cost: yuan("-1")}},
		"negative":     {{Code: "phone", Contacts: 1, Resolved: -1}},
		"two currency": {{Code: "phone", Cost: yuan("1")}, {Code: "web", Cost: rapport.MustMoney("1 USD")}},
	} {
		_, err := kpi.ChannelEconomics(year(2025), channels...)
		require.Error(t, err, name)
	}
	e, err := kpi.ChannelEconomics(year(2025))
	require.NoError(t, err)
	_, ok := e.Total().PerContact.Value()
	require.False(t, ok)
}

// Moving contacts there and back again saves nothing, to the minor unit.
func TestShiftThereAndBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		draw := func(code string) kpi.Channel {
			cost, err := rapport.MoneyFromMinor(rapid.Int64Range(0, 1e12).Draw(r, code+" cost"), rapport.CNY)
			require.NoError(r, err)
			contacts := rapid.IntRange(1, 1e6).Draw(r, code)
			return kpi.Channel{Code: code, Cost: cost, Contacts: contacts, Conversions: rapid.IntRange(0, contacts).Draw(r, "sales")}
		}
		a, b := draw("a"), draw("b")
		e, err := kpi.ChannelEconomics(year(2025), a, b)
		require.NoError(r, err)
		n := rapid.IntRange(1, min(a.Contacts, b.Contacts)).Draw(r, "contacts")
		there, err := e.Shift(kpi.Shift{From: "a", To: "b", Contacts: n})
		require.NoError(r, err)
		back, err := e.Shift(kpi.Shift{From: "b", To: "a", Contacts: n})
		require.NoError(r, err)
		require.True(r, there.Saving.Equal(back.Saving.Neg()), "%v and %v", there.Saving, back.Saving)
		require.NoError(r, there.Conversions.Validate())
	})
}
