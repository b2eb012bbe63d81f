package pipeline_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// Two resellers register the same deal: the second one conflicts, and the distributor
// above the first sees it.
func ExampleRegistry_Register() {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var registry pipeline.Registry
	for i, partner := range []rapport.ID{"reseller-a", "reseller-b", "reseller-a"} {
		one, err := registry.Register(pipeline.Registration{
			ID: rapport.ID(fmt.Sprintf("r%d", i+1)), Partner: partner, Customer: "school-7",
			Scope: []string{"projectors"}, At: at.AddDate(0, 0, i), Until: at.AddDate(0, 0, 90),
		})
		fmt.Println(partner, one.ID, err)
	}
	tree, err := pipeline.NewPartners(map[rapport.ID]rapport.ID{"reseller-a": "distributor", "reseller-b": "distributor"})
	fmt.Println(tree.Sees("distributor", "reseller-a"), tree.Sees("reseller-b", "reseller-a"), err)

	deals := []pipeline.Deal{
		{ID: "d1", Partner: "reseller-a", Name: "Projectors", Amount: rapport.MustMoney("30000.00 CNY")},
		{ID: "d2", Partner: "reseller-b", Name: "Screens"},
		{ID: "d3", Name: "Ours"},
	}
	for _, d := range tree.Show("reseller-a", pipeline.PartnerView{Fields: []string{pipeline.FieldName}}, deals) {
		fmt.Println(d.ID, d.Fields)
	}
	// Output:
	// reseller-a r1 <nil>
	// reseller-b  pipeline: partner "reseller-b" cannot register "school-7": partner "reseller-a" is protected by "r1" until 2026-05-31T09:00:00Z
	// reseller-a r1 <nil>
	// true false <nil>
	// d1 map[name:Projectors]
}

func claim(id, partner rapport.ID, from, to int, scope ...string) pipeline.Registration {
	return pipeline.Registration{ID: id, Partner: partner, Customer: "c", Scope: scope, At: morning.AddDate(0, 0, from), Until: morning.AddDate(0, 0, to)}
}

func TestRegistrationsEnd(t *testing.T) {
	day := func(n int) time.Time { return morning.AddDate(0, 0, n) }
	conflict := new(*pipeline.RegistrationConflictError)
	state := new(*pipeline.RegistrationStateError)
	for name, end := range map[string]func(*pipeline.Registry) error{
		"expired":  func(*pipeline.Registry) error { return nil },
		"released": func(r *pipeline.Registry) error { return second(r.Release("1", "a", "lost", day(10))) },
		"rejected": func(r *pipeline.Registry) error { return second(r.Reject("1", "us", "known to us", day(10))) },
	} {
		var r pipeline.Registry
		_, err := r.Register(claim("1", "a", 0, 30, "x", "y", "x"))
		require.NoError(t, err)
		_, err = r.Register(claim("2", "b", 5, 40, "y"))
		require.ErrorAs(t, err, conflict)
		require.Equal(t, rapport.ID("a"), (*conflict).First.Partner)
		require.Equal(t, []string{"x", "y"}, (*conflict).First.Scope)
		_, err = r.Register(claim("2", "b", 5, 40))
		require.ErrorAs(t, err, conflict, "no scope is all")
		require.NoError(t, second(r.Register(claim("z", "b", 5, 40, "z"))))
		require.NoError(t, end(&r), name)
		from := 10
		if name == "expired" {
			from = 30
			require.ErrorAs(t, second(r.Register(claim("2", "b", 29, 40, "y"))), conflict)
		}
		_, err = r.Register(claim("2", "b", from, 60, "y"))
		require.NoError(t, err, name)
		require.ErrorAs(t, second(r.Approve("1", "us", day(30))), state, name)
		require.ErrorAs(t, second(r.Extend("1", day(90), day(30))), state, name)
		if name == "expired" {
			require.Len(t, r.Expired(day(0), day(30)), 1)
			require.ErrorAs(t, second(r.Extend("1", day(90), day(29))), conflict, "the time after is another's")
		} else {
			one, err := r.Register(claim("1", "a", 0, 30, "y", "x"))
			require.NoError(t, err, "it came a second time")
			require.Equal(t, day(10), one.Until)
			require.Empty(t, r.Expired(day(0), day(30)))
			require.ErrorAs(t, second(r.Extend("1", day(90), day(5))), state, "not by going back in time")
		}
	}

	var r pipeline.Registry
	one, err := r.Register(claim("1", "a", 0, 30))
	require.NoError(t, err)
	require.Equal(t, pipeline.RegistrationPending, one.Status)
	for range 2 {
		one, err = r.Approve("1", "us", day(2))
		require.NoError(t, err)
		require.Equal(t, day(2), one.DecidedAt)
	}
	one, err = r.Extend("1", day(60), day(29))
	require.NoError(t, err)
	require.Equal(t, day(60), one.Until)
	require.ErrorAs(t, second(r.Extend("1", day(60), day(29))), new(*pipeline.TimeError))
	require.ErrorAs(t, second(r.Approve("9", "us", day(2))), new(*pipeline.InputError))
	require.ErrorAs(t, second(r.Register(claim("1", "a", 70, 80))), new(*pipeline.InputError))
	require.ErrorAs(t, second(r.Register(claim("", "a", 70, 80))), new(*pipeline.InputError))
	require.ErrorAs(t, second(r.Register(claim("3", "a", 70, 70))), new(*pipeline.TimeError))
	require.ErrorAs(t, second(r.Register(claim("3", "a", 70, 60))), new(*pipeline.TimeError))
	require.ErrorAs(t, second(r.Register(claim("3", "a", 70, 80, " x"))), new(*pipeline.InputError))
	require.Len(t, r.Registrations(), 1)
}

// Whatever is done, for no customer and product line are two partners protected at once.
func TestOnePartnerIsProtected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r pipeline.Registry
		scopes := [][]string{nil, {"x"}, {"y"}, {"x", "y"}}
		for i := range rapid.IntRange(1, 15).Draw(t, "steps") {
			at := rapid.IntRange(0, 20).Draw(t, "at")
			until := at + rapid.IntRange(0, 8).Draw(t, "days")
			which := rapport.ID(fmt.Sprint(rapid.IntRange(0, i).Draw(t, "which")))
			switch rapid.IntRange(0, 6).Draw(t, "act") {
			case 0:
				r.Approve(which, "us", morning.AddDate(0, 0, at))
			case 1:
				r.Reject(which, "us", "no", morning.AddDate(0, 0, at))
			case 2:
				r.Release(which, "us", "no", morning.AddDate(0, 0, at))
			case 3:
				r.Extend(which, morning.AddDate(0, 0, until), morning.AddDate(0, 0, at))
			default:
				partner := rapid.SampledFrom([]rapport.ID{"a", "b", "c"}).Draw(t, "partner")
				scope := rapid.SampledFrom(scopes).Draw(t, "scope")
				one, err := r.Register(claim(rapport.ID(fmt.Sprint(i)), partner, at, until, scope...))
				if err == nil {
					require.Equal(t, partner, one.Partner)
					again := one
					again.ID = "again"
					again, err = r.Register(again)
					require.NoError(t, err)
					require.Equal(t, one.ID, again.ID)
				}
			}
			for day := range 30 {
				for _, line := range []string{"x", "y"} {
					var partners []rapport.ID
					for _, one := range r.Registrations() {
						if one.Protects(morning.AddDate(0, 0, day)) && (one.Scope == nil || slices.Contains(one.Scope, line)) {
							partners = append(partners, one.Partner)
						}
					}
					require.LessOrEqual(t, len(slices.Compact(slices.Sorted(slices.Values(partners)))), 1)
				}
			}
		}
		text, err := json.Marshal(&r)
		require.NoError(t, err)
		var read pipeline.Registry
		require.NoError(t, json.Unmarshal(text, &read))
		again, err := json.Marshal(&read)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	})
}

func TestPartnersAboveThemselves(t *testing.T) {
	_, err := pipeline.NewPartners(map[rapport.ID]rapport.ID{"x": "a", "a": "b", "b": "c", "c": "a"})
	cycle := new(*pipeline.PartnerCycleError)
	require.ErrorAs(t, err, cycle)
	require.Equal(t, []rapport.ID{"a", "b", "c"}, (*cycle).Cycle)
	_, err = pipeline.NewPartners(map[rapport.ID]rapport.ID{"a": "a"})
	require.ErrorAs(t, err, cycle)
	_, err = pipeline.NewPartners(map[rapport.ID]rapport.ID{"": "a"})
	require.ErrorAs(t, err, new(*pipeline.InputError))
	_, err = pipeline.NewPartners(map[rapport.ID]rapport.ID{"a": "b\n"})
	require.ErrorAs(t, err, new(*pipeline.InputError))

	tree, err := pipeline.NewPartners(map[rapport.ID]rapport.ID{"shop": "reseller", "reseller": "distributor", "distributor": ""})
	require.NoError(t, err)
	deals := []pipeline.Deal{{ID: "1", Partner: "shop"}, {ID: "2", Partner: "reseller"}, {ID: "3"}, {ID: "4", Partner: "stranger"}}
	for viewer, want := range map[rapport.ID]int{"distributor": 2, "reseller": 2, "shop": 1, "stranger": 1, "": 0, "nobody": 0} {
		require.Len(t, tree.VisibleTo(viewer, deals), want, viewer)
	}
	shown := tree.Show("shop", pipeline.PartnerView{Fields: []string{pipeline.FieldOwner, "need"}, Stage: true},
		[]pipeline.Deal{{Position: pipeline.Position{Stage: "design"}, ID: "1", Partner: "shop", Owner: "li.wei", Name: "secret"}})
	require.Equal(t, []pipeline.PartnerDeal{{ID: "1", Partner: "shop", Stage: "design", Fields: pipeline.Values{"owner": pipeline.Text("li.wei")}}}, shown)
}

func TestRegistryFileIsStrict(t *testing.T) {
	var r pipeline.Registry
	for _, text := range []string{`{"version":2,"registrations":[]}`, `{"version":1,"registrations":[],"x":1}`, `[]`} {
		require.ErrorAs(t, json.Unmarshal([]byte(text), &r), new(*pipeline.FileError), text)
	}
}
