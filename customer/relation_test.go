package customer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// tie returns a relation named after its ends, which holds always.
func tie(kind customer.RelationKind, from, to rapport.ID) customer.Relation {
	return customer.Relation{ID: from + "-" + to, From: from, To: to, Kind: kind, RecordedAt: day("2024-01-01")}
}

func owns(from, to rapport.ID, share float64) customer.Relation {
	r := tie(customer.RelationOwns, from, to)
	r.Share = share
	return r
}

func during(r customer.Relation, valid rapport.Interval) customer.Relation {
	r.Valid = valid
	return r
}

func graph(t testing.TB, relations ...customer.Relation) *customer.Graph {
	t.Helper()
	g, err := customer.NewGraph(relations, day("2024-06-01"), time.Time{})
	require.NoError(t, err)
	return g
}

func TestRelationIsChecked(t *testing.T) {
	good := customer.Relation{
		ID: "r1", From: "mei", To: "harbour-tea", Kind: customer.RelationDecisionMaker, Role: customer.RoleBuyer,
		Valid: since("2024-01-01"), Source: "visit", At: day("2023-12-01"), RecordedAt: day("2024-01-02"),
	}
	require.NoError(t, good.Validate())
	require.Equal(t, customer.Filing{
		Kind: customer.FileRelation, ID: "r1", Customer: "mei", With: "harbour-tea",
		At: day("2023-12-01"), RecordedAt: day("2024-01-02"),
	}, good.Filing())
	for name, tc := range map[string]struct {
		change func(*customer.Relation)
		want   []string
	}{
		"nothing":         {func(r *customer.Relation) { *r = customer.Relation{} }, []string{"id: missing", "from: missing", "to: missing", "kind: missing", "recorded_at: missing"}},
		"with itself":     {func(r *customer.Relation) { r.To = r.From }, []string{"to: not-allowed"}},
		"kind":            {func(r *customer.Relation) { r.Kind, r.Role = "cousin", "" }, []string{"kind: unknown"}},
		"role":            {func(r *customer.Relation) { r.Role = "boss" }, []string{"role: unknown"}},
		"role of another": {func(r *customer.Relation) { r.Kind = customer.RelationParent }, []string{"role: not-allowed"}},
		"share":           {func(r *customer.Relation) { r.Kind, r.Role, r.Share = customer.RelationOwns, "", 1.5 }, []string{"share: out-of-range"}},
		"share NaN":       {func(r *customer.Relation) { r.Kind, r.Role, r.Share = customer.RelationOwns, "", math.NaN() }, []string{"share: out-of-range"}},
		"share of none":   {func(r *customer.Relation) { r.Share = 0.5 }, []string{"share: not-allowed"}},
		"times and text": {
			func(r *customer.Relation) { r.Source, r.At, r.Valid = "a\xff", day("1500-01-01"), since("1500-01-01") },
			[]string{"valid: out-of-range", "source: not-utf8", "at: out-of-range"},
		},
	} {
		r := good
		tc.change(&r)
		if diff := cmp.Diff(tc.want, problemsOf(t, r.Validate())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestRelationJSON(t *testing.T) {
	text := golden(t, "relation_format1.json")
	var r customer.Relation
	require.NoError(t, json.Unmarshal([]byte(text), &r))
	require.Equal(t, customer.Relation{
		ID: "r7", From: "harbour-holding", To: "harbour-tea", Kind: customer.RelationOwns, Share: 0.6,
		Valid: since("2021-01-01"), Source: "register", At: day("2020-12-01"), RecordedAt: day("2021-01-02"),
	}, r)
	back, err := json.Marshal(r)
	require.NoError(t, err)
	require.Equal(t, text, string(back))

	before := r
	for _, wrong := range []string{
		strings.Replace(text, `"share":0.6`, `"share":6`, 1), strings.Replace(text, `"share":0.6`, `"Share":0.6`, 1),
		strings.Replace(text, `"format":1`, `"format":2`, 1), text + text, `{}`, `[]`,
	} {
		require.Error(t, json.Unmarshal([]byte(wrong), &r), wrong)
		require.Equal(t, before, r)
	}
	rapid.Check(t, func(r *rapid.T) {
		want := customer.Relation{
			ID: rapport.ID(drawText(r, "id", 1)), From: rapport.ID("f" + drawText(r, "from", 0)), To: rapport.ID("t" + drawText(r, "to", 0)),
			Kind: customer.RelationOwns, Share: rapid.Float64Range(0, 1).Draw(r, "share"), Valid: drawInterval(r, "valid"),
			Source: drawText(r, "source", 0), At: drawTime(r, "at"), RecordedAt: drawTime(r, "recorded"),
		}
		text, err := json.Marshal(want)
		require.NoError(r, err)
		var read customer.Relation
		require.NoError(r, json.Unmarshal(text, &read))
		want.At, want.RecordedAt = want.At.UTC(), want.RecordedAt.UTC()
		require.Equal(r, want, read)
		again, err := json.Marshal(read)
		require.NoError(r, err)
		require.Equal(r, string(text), string(again))
	})
}

func TestEndingARelation(t *testing.T) {
	r := during(tie(customer.RelationParent, "a", "b"), since("2024-01-01"))
	ended, err := r.Ended(day("2025-01-01"), day("2025-01-02"))
	require.NoError(t, err)
	require.Equal(t, interval(t, "2024-01-01", "2025-01-01"), ended.Valid)
	for _, times := range [][2]time.Time{
		{day("2024-01-01"), day("2025-01-02")}, {day("2023-01-01"), day("2025-01-02")}, {{}, day("2025-01-02")},
		{day("2025-01-01"), day("2024-01-01")},
	} {
		_, err := r.Ended(times[0], times[1])
		wrong, ok := errors.AsType[*customer.RelationError](err)
		require.True(t, ok, "%v", err)
		require.Equal(t, customer.OutOfRange, wrong.Reason)
		require.ErrorContains(t, err, `relation "a-b"`)
	}
	// As it was known before the end was recorded, b is below a in 2026.
	for known, want := range map[string][]rapport.ID{"2025-01-01": {"b"}, "2025-01-02": nil} {
		g, err := customer.NewGraph([]customer.Relation{ended, r}, day("2026-01-01"), day(known))
		require.NoError(t, err)
		require.Equal(t, want, g.Children(customer.RelationParent, "a"), known)
		require.Equal(t, day(known), g.Known())
	}
	changes, err := customer.RelationChanges([]customer.Relation{r, ended, during(tie(customer.RelationParent, "c", "b"), since("2025-01-01"))},
		interval(t, "2024-06-01", ""), time.Time{})
	require.NoError(t, err)
	require.Len(t, changes, 2)
	require.Equal(t, rapport.ID("a-b"), changes[0].Relation.ID)
	require.False(t, changes[0].Begins)
	require.Equal(t, rapport.ID("c-b"), changes[1].Relation.ID)
	_, err = customer.NewGraph([]customer.Relation{r, r}, day("2024-06-01"), time.Time{})
	twice, ok := errors.AsType[*customer.RelationError](err)
	require.True(t, ok)
	require.Equal(t, customer.Duplicate, twice.Reason)
}

func TestCyclesAreRefused(t *testing.T) {
	circle := []customer.Relation{
		tie(customer.RelationRefers, "b", "c"), tie(customer.RelationRefers, "c", "a"), tie(customer.RelationRefers, "a", "b"),
		tie(customer.RelationRefers, "x", "a"), tie(customer.RelationRefers, "c", "y"),
	}
	for _, check := range []func() error{
		func() error { return customer.CheckRelations(circle) },
		func() error { _, err := customer.NewGraph(circle, day("2024-06-01"), time.Time{}); return err },
	} {
		cycle, ok := errors.AsType[*customer.CycleError](check())
		require.True(t, ok)
		require.Equal(t, customer.RelationRefers, cycle.Kind)
		require.Equal(t, []rapport.ID{"a", "b", "c", "a"}, cycle.Way)
		require.ErrorContains(t, cycle, `refers relations in a circle`)
		require.ErrorContains(t, cycle, `"a" → "b" → "c" → "a"`)
	}
	// The same three do not form a circle if they never hold together, nor across kinds.
	apart := slices.Clone(circle)
	apart[0].Valid, apart[1].Valid = interval(t, "2020-01-01", "2021-01-01"), interval(t, "2021-01-01", "2022-01-01")
	require.NoError(t, customer.CheckRelations(apart))
	apart[1].Valid = interval(t, "2020-12-31", "2022-01-01")
	cycle, ok := errors.AsType[*customer.CycleError](customer.CheckRelations(apart))
	require.True(t, ok)
	require.Equal(t, day("2020-12-31"), cycle.At)
	circle[0].Kind = customer.RelationParent
	require.NoError(t, customer.CheckRelations(circle))
	long := make([]customer.Relation, 1000)
	for i := range long {
		long[i] = tie(customer.RelationParent, rapport.ID(fmt.Sprint("n", i)), rapport.ID(fmt.Sprint("n", (i+1)%1000)))
	}
	err := customer.CheckRelations(long)
	require.ErrorContains(t, err, "(993 more)")
	require.Less(t, len(err.Error()), 300)
}

func TestSharesAreLimited(t *testing.T) {
	sold := []customer.Relation{
		during(owns("a", "co", 0.7), interval(t, "", "2024-01-01")), during(owns("b", "co", 0.7), since("2024-01-01")),
		during(owns("c", "co", 0.3), since("2020-01-01")),
	}
	require.NoError(t, customer.CheckRelations(sold))
	sold[1].Valid = since("2023-12-01")
	wrong, ok := errors.AsType[*customer.ShareError](customer.CheckRelations(sold))
	require.True(t, ok)
	require.Equal(t, rapport.ID("co"), wrong.Company)
	require.InDelta(t, 1.7, wrong.Sum, 1e-12)
	require.Equal(t, day("2023-12-01"), wrong.At)
	require.ErrorContains(t, wrong, `shares of "co" sum to 1.7 at 2023-12-01`)
	_, err := customer.NewGraph(sold, day("2023-12-15"), time.Time{})
	require.ErrorAs(t, err, &wrong)
	_, err = customer.NewGraph(sold, day("2024-01-01"), time.Time{})
	require.NoError(t, err)
	thirds := []customer.Relation{owns("a", "co", 1.0/3), owns("b", "co", 1.0/3), owns("c", "co", 1.0/3)}
	require.NoError(t, customer.CheckRelations(thirds))
}

// A set of relations is refused if, and only if, at the start of one of them a party
// can be reached from itself.
func TestCyclesAgainstTheClosure(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const n = 6
		type dated struct{ from, to, start, end int }
		var list []dated
		var relations []customer.Relation
		year := func(y int) time.Time { return time.Date(2000+y, 1, 1, 0, 0, 0, 0, time.UTC) }
		for i := range rapid.IntRange(0, 14).Draw(r, "relations") {
			d := dated{rapid.IntRange(0, n-1).Draw(r, "from"), rapid.IntRange(0, n-1).Draw(r, "to"), rapid.IntRange(0, 5).Draw(r, "start"), 0}
			if d.end = rapid.IntRange(d.start+1, 7).Draw(r, "end"); d.from == d.to {
				continue
			}
			valid, err := rapport.NewInterval(year(d.start), year(d.end))
			require.NoError(r, err)
			next := during(tie(customer.RelationAgent, rapport.ID(fmt.Sprint(d.from)), rapport.ID(fmt.Sprint(d.to))), valid)
			next.ID = rapport.ID(fmt.Sprint(i))
			list, relations = append(list, d), append(relations, next)
		}
		circleAt := func(y int) bool {
			var reach [n][n]bool
			for _, d := range list {
				reach[d.from][d.to] = reach[d.from][d.to] || d.start <= y && y < d.end
			}
			circle := false
			for via := range n {
				for from := range n {
					for to := range n {
						reach[from][to] = reach[from][to] || reach[from][via] && reach[via][to]
					}
				}
			}
			for i := range n {
				circle = circle || reach[i][i]
			}
			return circle
		}
		ever := false
		for y := range 7 {
			_, err := customer.NewGraph(relations, year(y), time.Time{})
			require.Equalf(r, circleAt(y), err != nil, "in year %d: %v", y, err)
			ever = ever || err != nil
		}
		err := customer.CheckRelations(relations)
		require.Equalf(r, ever, err != nil, "%v", err)
		if cycle, ok := errors.AsType[*customer.CycleError](err); ok {
			for i, from := range cycle.Way[1:] {
				require.True(r, slices.ContainsFunc(relations, func(held customer.Relation) bool {
					return held.From == cycle.Way[i] && held.To == from && held.Valid.Contains(cycle.At)
				}), "%v is no way at %v", cycle.Way, cycle.At)
			}
		}
	})
}

// kept finds relations in a list.
type kept []customer.Relation

func (k kept) RelationsFrom(kind customer.RelationKind, id rapport.ID) (found []customer.Relation, err error) {
	for _, r := range k {
		if r.Kind == kind && r.From == id {
			found = append(found, r)
		}
	}
	return found, nil
}

func (k kept) RelationsTo(kind customer.RelationKind, id rapport.ID) (found []customer.Relation, err error) {
	for _, r := range k {
		if r.Kind == kind && r.To == id {
			found = append(found, r)
		}
	}
	return found, nil
}

// Relations admitted one by one go together, and those refused do not.
func TestAdmitAgreesWithCheck(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var list []customer.Relation
		party := rapid.SampledFrom([]rapport.ID{"a", "b", "c", "d"})
		for i := range rapid.IntRange(1, 12).Draw(r, "relations") {
			start := rapid.IntRange(0, 3).Draw(r, "start")
			valid := rapport.MustInterval(fmt.Sprintf("202%d-01-01T00:00:00Z/202%d-01-01T00:00:00Z", start, rapid.IntRange(start+1, 5).Draw(r, "end")))
			next := customer.Relation{
				ID: rapport.ID(fmt.Sprint(i)), From: party.Draw(r, "from"), To: party.Draw(r, "to"), Valid: valid, RecordedAt: day("2024-01-01"),
				Kind: rapid.SampledFrom([]customer.RelationKind{customer.RelationParent, customer.RelationOwns}).Draw(r, "kind"),
			}
			if next.From == next.To {
				continue
			}
			if next.Kind == customer.RelationOwns {
				next.Share = float64(rapid.IntRange(1, 4).Draw(r, "share")) / 4
			}
			whole := customer.CheckRelations(append(slices.Clone(list), next))
			one := customer.AdmitRelation(next, kept(list))
			require.Equalf(r, whole == nil, one == nil, "all: %v, one: %v", whole, one)
			if one == nil {
				list = append(list, next)
			}
		}
	})
	require.Error(t, customer.AdmitRelation(customer.Relation{}, kept(nil)))
	replaced := tie(customer.RelationParent, "b", "a")
	replaced.ID = "a-b"
	require.NoError(t, customer.AdmitRelation(replaced, kept{tie(customer.RelationParent, "a", "b")}))
}

// Parents that change at thousands of instants: looking at each of them takes the square of their number.
func TestManyChangesOfParents(t *testing.T) {
	const pairs = 5_000
	var relations []customer.Relation
	add := func(from, to string, valid rapport.Interval) {
		relations = append(relations, customer.Relation{
			ID: rapport.ID(fmt.Sprint(len(relations))), From: rapport.ID(from), To: rapport.ID(to), Kind: customer.RelationParent, Valid: valid, RecordedAt: day("2024-01-01"),
		})
	}
	for i := range pairs {
		a, b, turn := fmt.Sprint("a", i), fmt.Sprint("b", i), day("2020-01-01").Add(time.Duration(i)*time.Hour)
		before, err := rapport.NewInterval(time.Time{}, turn)
		require.NoError(t, err)
		after, err := rapport.NewInterval(turn, time.Time{})
		require.NoError(t, err)
		add(a, b, before)
		add(b, a, after)
	}
	require.NoError(t, customer.CheckRelations(relations))
	last := relations[len(relations)-1]
	add(string(last.To), string(last.From), interval(t, "2030-01-01", "2030-01-02"))
	circle, ok := errors.AsType[*customer.CycleError](customer.CheckRelations(relations))
	require.True(t, ok)
	require.Equal(t, day("2030-01-01"), circle.At)
	require.Len(t, circle.Way, 3)
}
