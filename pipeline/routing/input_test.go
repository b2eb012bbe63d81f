package routing_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline/routing"
)

func TestAgentsRefused(t *testing.T) {
	for field, agent := range map[string]routing.Agent{
		"id":               {},
		"skill":            {ID: "a", Skills: []routing.Skill{{Level: 1}}},
		"level of skill x": {ID: "a", Skills: []routing.Skill{{Name: "x"}}},
		"language":         {ID: "a", Languages: []string{""}},
		"territory":        {ID: "a", Territories: []routing.Territory{"x//y"}},
		"tier":             {ID: "a", Tiers: []string{"\n"}},
		"capacity":         {ID: "a", Capacity: -1},
		"load":             {ID: "a", Load: routing.MaxLoad + 1},
	} {
		_, err := routing.NewDesk([]routing.Agent{agent}, nil)
		wrong, ok := errors.AsType[*routing.InputError](err)
		require.True(t, ok, field)
		require.Equal(t, field, wrong.Field)
		require.Equal(t, agent.ID, wrong.ID)
	}
	_, err := routing.NewDesk([]routing.Agent{{ID: "a", Skills: []routing.Skill{{"x", 1}, {"x", 2}}}}, nil)
	require.EqualError(t, err, `routing: agent "a": skill x: want each skill once`)
	_, err = routing.NewDesk([]routing.Agent{{ID: "b"}, {ID: "a"}, {ID: "b"}}, nil)
	require.Equal(t, &routing.DuplicateError{What: "agent", ID: "b"}, err)
	require.EqualError(t, err, `routing: agent "b" is given twice`)
	_, err = routing.NewDesk([]routing.Agent{{ID: "a", Capacity: -1}}, nil)
	require.EqualError(t, err, `routing: agent "a": capacity -1: want 0 to 1000000000`)
}

func TestItemsRefused(t *testing.T) {
	desk := mustDesk(t, []routing.Agent{{ID: "a", Capacity: 1}}, nil)
	for field, item := range map[string]routing.Item{
		"id":               {ID: rapport.ID(strings.Repeat("x", 129))},
		"skill":            {ID: "i", Skills: []routing.Skill{{"x", 1}, {"x", 1}}},
		"level of skill x": {ID: "i", Skills: []routing.Skill{{"x", routing.MaxLevel + 1}}},
		"language":         {ID: "i", Language: "\x00"},
		"tier":             {ID: "i", Tier: "\xff"},
		"owner":            {ID: "i", Owner: "\t"},
		"last agent":       {ID: "i", LastAgent: "\t"},
		"excluded agent":   {ID: "i", Exclude: []rapport.ID{""}},
		"territory":        {ID: "i", Territory: "/"},
	} {
		_, err := desk.Assign(item, morning())
		wrong, ok := errors.AsType[*routing.InputError](err)
		require.True(t, ok, field)
		require.Equal(t, field, wrong.Field)
		_, err = desk.AssignAll(t.Context(), []routing.Item{{ID: "fine"}, item}, morning())
		require.ErrorAs(t, err, &wrong)
	}
	_, err := desk.Assign(routing.Item{}, morning())
	idError, ok := errors.AsType[*rapport.IDError](err)
	require.True(t, ok)
	require.Equal(t, "empty", idError.Reason)
	_, err = desk.AssignAll(t.Context(), []routing.Item{{ID: "i"}, {ID: "j"}, {ID: "i"}}, morning())
	require.Equal(t, &routing.DuplicateError{What: "item", ID: "i"}, err)
}

func TestPoliciesRefused(t *testing.T) {
	second := time.Second
	for name, policy := range map[string]routing.Policy{
		"unknown preference":    {Prefer: []routing.Preference{"tall"}},
		"preference twice":      {Prefer: []routing.Preference{"owner", "owner"}},
		"unknown step":          {Widen: []routing.Widening{{Step: "x"}}},
		"negative time":         {Widen: []routing.Widening{{Step: routing.DropTier, After: -1}}},
		"how far":               {Widen: []routing.Widening{{Step: routing.LowerLevel}}},
		"too far":               {Widen: []routing.Widening{{Step: routing.WidenTerritory, By: routing.MaxLevel + 1}}},
		"far without meaning":   {Widen: []routing.Widening{{Step: routing.DropTier, By: 1}}},
		"skill without meaning": {Widen: []routing.Widening{{Step: routing.DropTier, Skill: "x"}}},
		"skill":                 {Widen: []routing.Widening{{Step: routing.DropSkill, Skill: "\n"}}},
		"drops nothing":         {Widen: []routing.Widening{{Step: routing.DropPreference}}},
		"drops without meaning": {Widen: []routing.Widening{{Step: routing.DropTier, Preference: "owner"}}},
		"hold for a skill":      {Hold: []routing.Hold{{Preference: routing.PreferSkilled, For: second}}},
		"hold twice":            {Hold: []routing.Hold{{Preference: "owner", For: second}, {Preference: "owner", For: second}}},
		"hold for no time":      {Hold: []routing.Hold{{Preference: "owner"}}},
	} {
		_, err := routing.NewDesk(nil, &policy)
		_, ok := errors.AsType[*routing.InputError](err)
		require.True(t, ok, name)
	}
}

func TestTerritories(t *testing.T) {
	require.True(t, routing.Territory("").Contains("a/b"))
	require.True(t, routing.Territory("a").Contains("a"))
	require.True(t, routing.Territory("a").Contains("a/b"))
	require.False(t, routing.Territory("a").Contains("ab"))
	require.False(t, routing.Territory("a/b").Contains("a"))
	require.Equal(t, routing.Territory("a"), routing.Territory("a/b/c").Up(2))
	require.Equal(t, routing.Territory(""), routing.Territory("a/b/c").Up(9))
	require.Equal(t, routing.Territory("a/b"), routing.Territory("a/b").Up(-1))
	require.Equal(t, 3, routing.Territory("a/b/c").Depth())
	require.Zero(t, routing.Territory("").Depth())
	require.Error(t, routing.Territory("a/").Validate())
}

func TestWideningOfTerritory(t *testing.T) {
	at := morning()
	policy := &routing.Policy{Widen: []routing.Widening{{After: time.Minute, Step: routing.WidenTerritory, By: 1}, {After: 2 * time.Minute, Step: routing.WidenTerritory, By: 1}}}
	desk := mustDesk(t, []routing.Agent{
		{ID: "far", Capacity: 1, Territories: []routing.Territory{"US"}},
		{ID: "next", Capacity: 1, Load: 1, Territories: []routing.Territory{"EU/DE/NW"}},
		{ID: "land", Capacity: 1, Territories: []routing.Territory{"EU/FR"}},
		{ID: "city", Capacity: 1, Territories: []routing.Territory{"EU/DE/BY/M"}},
	}, policy)
	for minute, want := range []rapport.ID{"", "city", "city"} {
		decision, err := desk.Assign(routing.Item{ID: "i", Territory: "EU/DE/BY", WaitingSince: at}, at.Add(time.Duration(minute)*time.Minute))
		require.NoError(t, err)
		require.Equal(t, want, decision.Agent, minute)
		require.Equal(t, minute, len(decision.Candidates))
	}
}

func TestDeskKeepsItsOwn(t *testing.T) {
	agents := []routing.Agent{{ID: "a", Capacity: 2, Skills: []routing.Skill{{"x", 1}}}}
	desk := mustDesk(t, agents, nil)
	agents[0].Skills[0].Name = "y"
	desk.Agents()[0].Skills[0].Name = "z"
	require.Equal(t, "x", desk.Agents()[0].Skills[0].Name)
	busy, err := desk.WithLoad("a", 2, morning())
	require.NoError(t, err)
	require.Zero(t, desk.Agents()[0].Load)
	require.Equal(t, 2, busy.Agents()[0].Load)
	require.Equal(t, morning(), busy.Agents()[0].IdleSince)
	_, err = desk.WithLoad("b", 1, morning())
	require.EqualError(t, err, `routing: agent "b" is unknown`)
	_, err = desk.WithLoad("a", -1, morning())
	require.EqualError(t, err, `routing: agent "a": load -1: want 0 to 1000000000`)
}
