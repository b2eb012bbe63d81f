package pipeline_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

// What a machine hands out cannot be used to change it: a refusal that names the roles
// which may would else let anybody in.
func TestRefusalsShareNothingWithTheMachine(t *testing.T) {
	d := sales(1, pipeline.Stage{ID: "offer", Enter: pipeline.Gate{Approvals: []pipeline.Approval{{Name: "price", Roles: []string{"boss"}, Quorum: 1}}}})
	d.Roles = []string{"boss"}
	d.Transitions[0].Roles = []string{"boss"}
	m := compiled(t, d)
	p := in(m, "new")
	refuse := func() error {
		_, _, err := m.Fire(p, "to_offer", pipeline.Input{Roles: []string{"guest"}}, noon(5))
		return err
	}
	before := refuse().Error()
	role, ok := errors.AsType[*pipeline.RoleError](refuse())
	require.True(t, ok)
	role.Want[0] = "guest"
	approval, ok := errors.AsType[*pipeline.ApprovalError](refuse())
	require.True(t, ok)
	approval.Roles[0] = "guest"
	require.EqualError(t, refuse(), before)
}

// Appending to the effects of an entry writes into no memory of the machine, whatever the
// number of effects.
func TestEffectsOfEntriesHaveNoRoom(t *testing.T) {
	d := sales(1, pipeline.Stage{ID: "offer", OnEnter: []string{"a", "b"}})
	d.Stages[0].OnExit = []string{"x"}
	d.Transitions[0].Effects = []string{"t", "u"}
	m := compiled(t, d)
	deal, _, err := m.OpenDeal(pipeline.Deal{ID: "d1"}, pipeline.Input{}, noon(1))
	require.NoError(t, err)
	_, e, err := deal.Fire(m, "to_offer", pipeline.Input{}, noon(2))
	require.NoError(t, err)
	require.Len(t, e.Effects, 5)
	require.Equal(t, 5, cap(e.Effects))
}
