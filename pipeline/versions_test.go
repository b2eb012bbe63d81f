package pipeline_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

// Deals of version 1 come to version 2 when somebody next touches them.
func ExampleVersions() {
	one, _ := pipeline.Compile(sales(1, pipeline.Stage{ID: "design"}), nil)
	two, _ := pipeline.Compile(sales(2, pipeline.Stage{ID: "offer"}), nil)
	migration, _ := pipeline.NewMigration(one, two, &pipeline.MigrationOptions{
		Stages: map[pipeline.StageID]pipeline.StageID{"design": "offer"},
	})
	versions, err := pipeline.NewVersions(one).Add(two, pipeline.OnTouch, migration)
	if err != nil {
		fmt.Println(err)
		return
	}
	deal := pipeline.Subject{ID: "D-1", Position: in(one, "design")}
	changes, err := versions.Fire(deal, "win", pipeline.Input{By: "li.wei"}, noon(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range changes {
		fmt.Println(c.Move.Kind(), c.Move.From(), "→", c.Move.To(), "under version", c.After.Definition.Version)
	}
	// Output:
	// migrated design → offer under version 2
	// moved offer → won under version 2
}

func TestVersions(t *testing.T) {
	var m []*pipeline.Machine
	for version, stage := range []pipeline.StageID{"a", "b", "c", "d"} {
		m = append(m, compiled(t, sales(version+1, pipeline.Stage{ID: stage})))
	}
	step := func(from, to *pipeline.Machine, was, is pipeline.StageID) *pipeline.Migration {
		g, err := pipeline.NewMigration(from, to, &pipeline.MigrationOptions{Stages: stageMap{was: is}})
		require.NoError(t, err)
		return g
	}
	v := pipeline.NewVersions(m[0])
	_, err := v.Add(m[0], pipeline.Pin, nil)
	_, ok := errors.AsType[*pipeline.MigrationError](err)
	require.True(t, ok)
	for _, none := range []func() error{
		func() error { _, err := v.Add(nil, pipeline.Pin, nil); return err },
		func() error { _, err := pipeline.NewVersions(nil).Add(m[0], pipeline.Pin, nil); return err },
		func() error { _, err := pipeline.NewMigration(v.Machine(pipeline.Ref{}), m[0], nil); return err },
	} {
		require.ErrorContains(t, none(), "not nil")
	}
	_, err = v.Add(m[1], pipeline.All, nil)
	require.ErrorContains(t, err, "want the migration between the two")
	_, err = v.Add(m[1], pipeline.Pin, step(m[0], m[1], "a", "b"))
	require.ErrorContains(t, err, "need no migration")
	_, err = v.Add(m[1], 9, nil)
	require.ErrorContains(t, err, "Policy(9)")

	pinned, err := v.Add(m[1], pipeline.Pin, nil)
	require.NoError(t, err)
	all, err := pinned.Add(m[2], pipeline.All, step(m[1], m[2], "b", "c"))
	require.NoError(t, err)
	all, err = all.Add(m[3], pipeline.OnTouch, step(m[2], m[3], "c", "d"))
	require.NoError(t, err)
	require.Equal(t, m[1], pinned.Latest(), "an Add leaves what it adds to alone")
	require.Equal(t, m[3], all.Latest())

	// Version 1 is pinned: its records end there.
	stays := pipeline.Subject{ID: "old", Position: in(m[0], "a")}
	p, move, err := all.Upgrade(stays, pipeline.Input{}, noon(2))
	require.NoError(t, err)
	require.Equal(t, stays.Position, p)
	require.Equal(t, pipeline.Move{}, move)
	changes, err := all.Fire(stays, "win", pipeline.Input{}, noon(2))
	require.NoError(t, err)
	require.Len(t, changes, 1)
	require.Equal(t, m[0].Ref(), changes[0].After.Definition)

	// Version 2 goes on to 4 in one change.
	goes := pipeline.Subject{ID: "new", Position: in(m[1], "b")}
	p, move, err = all.Upgrade(goes, pipeline.Input{Version: 3}, noon(2))
	require.NoError(t, err)
	require.Equal(t, pipeline.StageID("d"), p.Stage)
	require.Equal(t, int64(4), p.Version)
	require.Equal(t, pipeline.StageID("b"), move.From())

	// Both or neither, and the version that the caller saw is the one before both.
	changes, err = all.Fire(goes, "lose", pipeline.Input{Version: 3}, noon(2))
	refused, ok := errors.AsType[*pipeline.RefusedError](err)
	require.True(t, ok)
	require.Equal(t, pipeline.StageID("d"), refused.Stage)
	require.Nil(t, changes)
	for _, s := range []pipeline.Subject{stays, goes} {
		_, err = all.Fire(s, "win", pipeline.Input{Version: 2}, noon(2))
		conflict, ok := errors.AsType[*pipeline.ConflictError](err)
		require.True(t, ok, err)
		require.Equal(t, pipeline.ConflictError{Have: 3, Want: 2}, *conflict)
	}
	changes, err = all.Fire(goes, "win", pipeline.Input{Version: 3}, noon(2))
	require.NoError(t, err)
	require.Len(t, changes, 2)
	require.Equal(t, int64(4), changes[0].After.Version)
	require.Equal(t, int64(5), changes[1].After.Version)

	_, err = all.Migration(pipeline.Ref{ID: "sales", Version: 7})
	_, ok = errors.AsType[*pipeline.StaleDefinitionError](err)
	require.True(t, ok)
	require.Nil(t, all.Machine(pipeline.Ref{ID: "other", Version: 1}))
}

// What leads nowhere, and what has no version, answers with an error.
func TestZeroMigrationAndVersions(t *testing.T) {
	m := compiled(t, sales(1))
	s := pipeline.Subject{ID: "d1", Position: in(m, "new")}
	stale, wrong := new(*pipeline.StaleDefinitionError), new(*pipeline.MigrationError)
	var g pipeline.Migration
	p, _, err := g.Apply(s, pipeline.Input{}, noon(9))
	require.ErrorAs(t, err, stale)
	require.Equal(t, s.Position, p)
	plan, err := g.Plan(t.Context(), func(yield func(pipeline.Subject, error) bool) { yield(s, nil) }, noon(9))
	require.NoError(t, err)
	require.Len(t, plan.Refused, 1)
	for _, machines := range [][2]*pipeline.Machine{{nil, m}, {m, nil}} {
		_, err = pipeline.NewMigration(machines[0], machines[1], nil)
		require.ErrorAs(t, err, wrong)
	}
	for _, v := range []*pipeline.Versions{{}, pipeline.NewVersions(nil)} {
		_, _, err = v.Upgrade(s, pipeline.Input{}, noon(9))
		require.ErrorAs(t, err, stale)
		_, err = v.Fire(s, "win", pipeline.Input{}, noon(9))
		require.ErrorAs(t, err, stale)
		_, err = v.Add(m, pipeline.Pin, nil)
		require.ErrorAs(t, err, wrong)
		require.Nil(t, v.Latest())
	}
	_, err = pipeline.NewVersions(m).Add(nil, pipeline.Pin, nil)
	require.ErrorAs(t, err, wrong)
	_, err = g.Then(&g)
	require.NoError(t, err)
}

// A deal that is carried over and fired has an entry for each, which replay.
func TestVersionsOfDeals(t *testing.T) {
	one, two := compiled(t, sales(1, pipeline.Stage{ID: "a"})), compiled(t, sales(2, pipeline.Stage{ID: "b"}))
	migration, err := pipeline.NewMigration(one, two, &pipeline.MigrationOptions{Stages: stageMap{"a": "b"}})
	require.NoError(t, err)
	versions, err := pipeline.NewVersions(one).Add(two, pipeline.OnTouch, migration)
	require.NoError(t, err)

	d, began, err := one.OpenDeal(pipeline.Deal{ID: "D-1"}, pipeline.Input{}, noon(1))
	require.NoError(t, err)
	d, moved, err := d.Fire(one, "to_a", pipeline.Input{}, noon(2))
	require.NoError(t, err)
	before := d
	refused, entries, err := versions.FireDeal(&d, "lose", pipeline.Input{}, noon(3))
	_, ok := errors.AsType[*pipeline.RefusedError](err)
	require.True(t, ok)
	require.Equal(t, before, refused)
	require.Nil(t, entries)
	_, _, err = versions.FireDeal(&d, "win", pipeline.Input{Version: 1}, noon(3))
	_, ok = errors.AsType[*pipeline.ConflictError](err)
	require.True(t, ok)

	won, entries, err := versions.FireDeal(&d, "win", pipeline.Input{By: "li.wei", Version: 2, Request: "r"}, noon(3))
	require.NoError(t, err)
	require.Equal(t, before, d)
	require.Len(t, entries, 2)
	require.Equal(t, []string{"", "r"}, []string{entries[0].Request, entries[1].Request})
	history, err := pipeline.NewHistory(began, moved, entries[0], entries[1])
	require.NoError(t, err)
	replayed, err := history.Deal()
	require.NoError(t, err)
	require.Equal(t, won, replayed)

	again, entries, err := versions.FireDeal(&won, "lose", pipeline.Input{Reason: "price"}, noon(4))
	require.Error(t, err, "it is closed")
	require.Equal(t, won, again)
	require.Nil(t, entries)
}
