package pipeline_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

func creditMachine(check func(rapport.ID, rapport.Money) (*pipeline.CreditHold, error), roles ...string) (*pipeline.Machine, error) {
	return pipeline.Compile(pipeline.Definition{
		ID: "sales", Version: 1, Initial: "bidding",
		Stages: []pipeline.Stage{
			{ID: "bidding"}, {ID: "won", Kind: pipeline.Won, Probability: 100, Enter: pipeline.Gate{Guards: []string{"credit"}}}, {ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "win", From: []pipeline.StageID{"bidding"}, To: "won"}, {Trigger: "lose", To: "lost", Reasons: "loss"},
			{Trigger: "reopen", From: []pipeline.StageID{"won"}, To: "bidding"},
		},
		Fields:  []pipeline.Field{{ID: pipeline.FieldCreditOverride}},
		Reasons: []pipeline.ReasonList{{Name: "loss", Reasons: []pipeline.Reason{{ID: "price"}}}},
	}, &pipeline.Options{Guards: map[string]pipeline.Guard{"credit": pipeline.CreditGuard(check, roles...)}})
}

// dealer owes 70,000, has open orders of 25,000 and a limit of 100,000.
func dealer(_ rapport.ID, amount rapport.Money) (*pipeline.CreditHold, error) {
	return pipeline.LimitCredit(rapport.MustMoney("100000.00 CNY"), rapport.MustMoney("70000.00 CNY"), rapport.MustMoney("25000.00 CNY"), amount)
}

// A dealer who owes 70,000 and has open orders of 25,000 wants 10,000 more at a limit of
// 100,000: the deal is not won unless the head of credit says why it is.
func ExampleCreditGuard() {
	machine, err := creditMachine(dealer, "head_of_credit")
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	deal, _, _ := machine.OpenDeal(pipeline.Deal{ID: "d1", Customer: "dealer-1", Amount: rapport.MustMoney("10000.00 CNY")}, pipeline.Input{By: "li.wei"}, at)
	_, _, err = deal.Fire(machine, "win", pipeline.Input{By: "li.wei"}, at)
	if hold, ok := errors.AsType[*pipeline.CreditError](err); ok {
		fmt.Println(hold.Hold.Reason, "exposure", hold.Hold.Exposure, "over by", hold.Hold.Over)
	}
	override := pipeline.Values{pipeline.FieldCreditOverride: pipeline.CreditOverride("head_of_credit", "bank guarantee of 20,000")}
	won, entry, err := deal.Fire(machine, "win", pipeline.Input{By: "chen.yu", Roles: []string{"head_of_credit"}, Data: override}, at)
	fmt.Println(won.Stage, err)
	for _, c := range entry.Changes {
		if c.Field == pipeline.FieldCreditOverride {
			fmt.Println(entry.By, "as", c.After)
		}
	}
	// Output:
	// over_limit exposure 105000.00 CNY over by 5000.00 CNY
	// won <nil>
	// chen.yu as head_of_credit: bank guarantee of 20,000
}

func TestCreditHoldsAreOverriddenByRoleAndReason(t *testing.T) {
	m, err := creditMachine(dealer, "head_of_credit", "director")
	require.NoError(t, err)
	d, _, err := m.OpenDeal(pipeline.Deal{ID: "d1", Customer: "c", Amount: rapport.MustMoney("10000.00 CNY")}, pipeline.Input{}, morning)
	require.NoError(t, err)
	with := func(role, reason string, in pipeline.Input) pipeline.Input {
		in.Data = pipeline.Values{pipeline.FieldCreditOverride: pipeline.CreditOverride(role, reason)}
		return in
	}
	chief := pipeline.Input{By: "chen.yu", Roles: []string{"seller", "director"}}
	for name, c := range map[string]struct {
		in   pipeline.Input
		want any
	}{
		"no role":       {with("director", "guarantee", pipeline.Input{By: "li.wei", Roles: []string{"seller"}}), new(*pipeline.RoleError)},
		"another role":  {with("head_of_credit", "guarantee", chief), new(*pipeline.RoleError)},
		"not that role": {with("seller", "guarantee", chief), new(*pipeline.RoleError)},
		"no reason":     {with("director", " ", chief), new(*pipeline.InputError)},
		"nobody":        {with("director", "guarantee", pipeline.Input{Roles: chief.Roles}), new(*pipeline.InputError)},
		"no override":   {chief, new(*pipeline.CreditError)},
	} {
		next, _, err := d.Fire(m, "win", c.in, morning)
		require.ErrorAs(t, err, new(*pipeline.CreditError), name)
		require.ErrorAs(t, err, c.want, name)
		require.Equal(t, d.Version, next.Version)
	}
	// Setting the field beforehand is no override, nor is one that was used before.
	in := with("director", "guarantee", chief)
	edited, _, err := d.Set(m, in.Data, pipeline.Input{By: "li.wei"}, morning)
	require.NoError(t, err)
	_, _, err = edited.Fire(m, "win", chief, morning)
	require.ErrorAs(t, err, new(*pipeline.CreditError))
	_, _, err = edited.Fire(m, "win", in, morning)
	require.ErrorContains(t, err, "given before")
	won, _, err := d.Fire(m, "win", in, morning)
	require.NoError(t, err)
	again, _, err := won.Fire(m, "reopen", pipeline.Input{}, morning)
	require.NoError(t, err)
	_, _, err = again.Fire(m, "win", in, morning)
	require.ErrorContains(t, err, "given before")

	// Without roles nobody may; within the limit anybody.
	m, err = creditMachine(dealer)
	require.NoError(t, err)
	_, _, err = d.Fire(m, "win", in, morning)
	require.ErrorAs(t, err, new(*pipeline.RoleError))
	in.Data = pipeline.Values{pipeline.FieldAmount: pipeline.Amount(rapport.MustMoney("5000.00 CNY"))}
	_, _, err = d.Fire(m, "win", in, morning)
	require.NoError(t, err)

	bare, _, err := m.OpenDeal(pipeline.Deal{ID: "d2"}, pipeline.Input{}, morning)
	require.NoError(t, err)
	_, _, err = bare.Fire(m, "win", pipeline.Input{}, morning)
	missing, ok := errors.AsType[*pipeline.MissingDataError](err)
	require.True(t, ok)
	require.Equal(t, []string{pipeline.FieldCustomer, pipeline.FieldAmount}, missing.Fields)
	dollars := d
	dollars.Amount = rapport.MustMoney("10.00 USD")
	_, _, err = dollars.Fire(m, "win", pipeline.Input{}, morning)
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))
	_, err = pipeline.LimitCredit(rapport.Money{})
	require.ErrorAs(t, err, new(*pipeline.InputError))
	m, err = creditMachine(nil)
	require.NoError(t, err)
	_, _, err = d.Fire(m, "win", pipeline.Input{}, morning)
	require.ErrorAs(t, err, new(*pipeline.PanicError))
}

func TestCreditIsHeldAboveTheLimitOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		money := func(name string) (rapport.Money, int64) {
			n := rapid.Int64Range(0, 1<<40).Draw(t, name)
			m, err := rapport.MoneyFromMinor(n, rapport.CNY)
			require.NoError(t, err)
			return m, n
		}
		limit, l := money("limit")
		owed, o := money("owed")
		amount, a := money("amount")
		hold, err := pipeline.LimitCredit(limit, owed, amount)
		require.NoError(t, err)
		require.Equal(t, o+a > l, hold != nil)
		if hold != nil {
			over, err := hold.Over.Minor()
			require.NoError(t, err)
			require.Equal(t, o+a-l, over)
		}
	})
}
