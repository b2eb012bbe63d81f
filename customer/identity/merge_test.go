package identity_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

// people is a registry of persons a, b, c, … of which a is the oldest.
func people(t require.TestingT, options *identity.RegistryOptions, n int) *identity.Registry {
	r := newRegistry(t, options)
	for i := range n {
		require.NoError(t, r.Add(person(t, rapport.ID(rune('a'+i)), i)))
	}
	return r
}

func must(t *testing.T) func(identity.MergeEvent, error) identity.MergeEvent {
	return func(e identity.MergeEvent, err error) identity.MergeEvent {
		t.Helper()
		require.NoError(t, err)
		return e
	}
}

func refused(t *testing.T, err error, reason identity.RefusalReason, text string) *identity.RefusedError {
	t.Helper()
	e, ok := errors.AsType[*identity.RefusedError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, reason, e.Reason)
	require.EqualError(t, err, text)
	return e
}

func misfit(t *testing.T, err error, reason identity.EventReason, text string) {
	t.Helper()
	e, ok := errors.AsType[*identity.EventError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, reason, e.Reason)
	require.EqualError(t, err, text)
}

func TestMergeRefuses(t *testing.T) {
	r := people(t, nil, 4)
	must(t)(r.Merge(act("m1", 5), "a", "b"))
	_, err := r.Merge(act("m2", 6), "b", "a")
	refused(t, err, identity.AlreadyMerged, `identity: event "m2": already-merged "a" "b"`)
	_, err = r.Merge(act("m2", 6), "c", "c")
	refused(t, err, identity.Repeated, `identity: event "m2": repeated "c"`)
	_, err = r.Merge(act("m2", 6), "c")
	refused(t, err, identity.TooFew, `identity: event "m2": too-few "c"`)
	_, err = r.Merge(act("m2", 6))
	refused(t, err, identity.TooFew, `identity: event "m2": too-few`)
	_, err = r.Merge(act("m2", 6), "c", "nobody")
	refused(t, err, identity.UnknownMember, `identity: event "m2": unknown-member "nobody"`)
	_, err = r.Merge(act("m1", 6), "c", "d")
	misfit(t, err, identity.DuplicateEvent, `identity: event "m1": duplicate-event "m1"`)
	_, err = r.Merge(act("m2", 4), "c", "d")
	misfit(t, err, identity.Backwards, `identity: event "m2": backwards "m1"`)
	_, err = r.Merge(identity.Act{Actor: "a\n", Reason: strings.Repeat("x", 1025), At: time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)}, "c", "d")
	invalid, ok := errors.AsType[*customer.ValidationError](err)
	require.True(t, ok)
	require.EqualError(t, invalid, `customer: merge event "" is not valid: id: missing; actor: control-character; reason: too-long; at: out-of-range; recorded_at: missing`)
	require.Len(t, r.Events(), 1)

	event := must(t)(r.Merge(act("m2", 6), "b", "c")) // brings a with it
	require.Equal(t, []identity.Move{{"c", "c", "a"}}, event.Moves)
	must(t)(r.Unmerge(act("u1", 7), "m1"))
	require.Equal(t, []rapport.ID{"b", "c"}, r.Members("c"), "other merges stand")
	require.Equal(t, rapport.ID("b"), r.Resolve("c"))
	require.Equal(t, rapport.ID("a"), r.Resolve("a"))
}

func TestUnmergeRefuses(t *testing.T) {
	r := people(t, nil, 4)
	must(t)(r.Merge(act("m1", 5), "a", "b"))
	must(t)(r.Never(act("n1", 5), "a", "c"))
	must(t)(r.Unmerge(act("u1", 6), "m1"))
	_, err := r.Unmerge(act("u2", 7), "u1")
	misfit(t, err, identity.NotAMerge, `identity: event "u2": not-a-merge "u1"`)
	_, err = r.Unmerge(act("u2", 7), "n1")
	misfit(t, err, identity.NotAMerge, `identity: event "u2": not-a-merge "n1"`)
	_, err = r.Unmerge(act("u2", 7), "m1")
	misfit(t, err, identity.AlreadyUndone, `identity: event "u2": already-undone "m1"`)
	_, err = r.Unmerge(act("u2", 7), "m9")
	misfit(t, err, identity.UnknownEvent, `identity: event "u2": unknown-event "m9"`)
	_, err = r.Withdraw(act("u2", 7), "m1")
	misfit(t, err, identity.NotAConstraint, `identity: event "u2": not-a-constraint "m1"`)
	must(t)(r.Merge(act("m2", 7), "a", "b")) // again
	early := act("u2", 8)
	early.At = onDay(6)
	_, err = r.Unmerge(early, "m2")
	misfit(t, err, identity.Backwards, `identity: event "u2": backwards "m2"`)
}

func TestConstraints(t *testing.T) {
	r := people(t, nil, 5)
	must(t)(r.Never(act("n1", 5), "c", "b"))
	must(t)(r.Merge(act("m1", 5), "a", "b"))
	must(t)(r.Merge(act("m2", 5), "c", "d"))
	_, err := r.Merge(act("m3", 6), "a", "d") // neither is named in the constraint
	e := refused(t, err, identity.Constrained, `identity: event "m3": constrained "b" "c", constraint "n1"`)
	require.Equal(t, rapport.ID("n1"), e.Constraint)
	constraint, held := r.Forbidden("a", "d")
	require.True(t, held)
	require.Equal(t, rapport.ID("n1"), constraint)
	_, held = r.Forbidden("a", "e")
	require.False(t, held)
	require.Contains(t, r.Links("c"), identity.Link{Type: identity.SeeAlso, Other: "b"})
	_, err = r.Always(act("w1", 6), "a", "d")
	refused(t, err, identity.Constrained, `identity: event "w1": constrained "b" "c", constraint "n1"`)
	_, err = r.Never(act("n2", 6), "b", "c")
	refused(t, err, identity.Constrained, `identity: event "n2": constrained "b" "c", constraint "n1"`)
	_, err = r.Never(act("n2", 6), "a", "b")
	refused(t, err, identity.AlreadyMerged, `identity: event "n2": already-merged "a" "b"`)
	early := act("w1", 6)
	early.At = onDay(4)
	_, err = r.Always(early, "b", "c")
	misfit(t, err, identity.Backwards, `identity: event "w1": backwards "n1"`)

	must(t)(r.Always(act("w1", 6), "b", "c")) // of the same pair: overrides
	require.Equal(t, []rapport.ID{"a", "b", "c", "d"}, r.Members("d"))
	require.False(t, r.Counts("n1"))
	must(t)(r.Unmerge(act("u1", 7), "m1"))
	require.Equal(t, []rapport.ID{"b", "c", "d"}, r.Members("d"), "an unmerge does not part what always is one")
	event := must(t)(r.Withdraw(act("u2", 7), "w1"))
	require.Equal(t, []identity.Move{{"c", "b", "c"}, {"d", "b", "c"}}, event.Moves)
	_, err = r.Withdraw(act("u3", 7), "n1")
	misfit(t, err, identity.AlreadyUndone, `identity: event "u3": already-undone "n1"`)
	must(t)(r.Never(act("n3", 8), "b", "c"))
	must(t)(r.Withdraw(act("u3", 8), "n3"))
	must(t)(r.Merge(act("m3", 8), "b", "c"))
}

func TestGuards(t *testing.T) {
	r := people(t, &identity.RegistryOptions{MaxMembers: 2, Limits: []identity.IdentifierLimit{{Type: "national", Most: 1}}}, 2)
	with := func(id rapport.ID, kind customer.Kind, number, normal string) {
		s := person(t, id, 3)
		d := s.Record.Draft()
		d.Kind = kind
		d.Identifiers = []customer.Identifier{{System: "register of " + string(id), Type: "national", Value: number, Normal: normal}}
		s.Record = mustCustomer(t, d)
		require.NoError(t, r.Add(s))
	}
	with("c", customer.Person, "11-1", "111")
	with("d", customer.Person, "111", "")
	with("e", customer.Person, "222", "")
	with("f", customer.Organisation, "111", "")
	must(t)(r.Merge(act("m1", 5), "a", "b"))
	_, err := r.Merge(act("m2", 6), "c", "b")
	refused(t, err, identity.ClusterTooLarge, `identity: event "m2": cluster-too-large "a" "b" "c", 3 where 2 are allowed`)
	_, err = r.Merge(act("m2", 6), "c", "e")
	refused(t, err, identity.TooManyKeys, `identity: event "m2": too-many-keys "c" "e", 2 where 1 are allowed`)
	_, err = r.Merge(act("m2", 6), "c", "f")
	refused(t, err, identity.DifferentKinds, `identity: event "m2": different-kinds "c" "f"`)
	_, err = r.Always(act("m2", 6), "c", "f")
	refused(t, err, identity.DifferentKinds, `identity: event "m2": different-kinds "c" "f"`)
	must(t)(r.Merge(act("m2", 6), "c", "d"))
	must(t)(r.Always(act("w1", 6), "d", "e"))
	must(t)(r.Always(act("w2", 6), "b", "e"))
	require.Len(t, r.Members("a"), 5)

	crowd := newRegistry(t, nil)
	for _, prefix := range []string{"p", "q"} {
		s := person(t, rapport.ID(prefix), 1)
		d := s.Record.Draft()
		for i := range customer.MaxEntries/2 + 1 {
			d.Identifiers = append(d.Identifiers, customer.Identifier{System: "erp", Type: "account", Value: prefix + strconv.Itoa(i)})
		}
		s.Record = mustCustomer(t, d)
		require.NoError(t, crowd.Add(s))
	}
	_, err = crowd.Merge(act("m1", 5), "p", "q")
	refused(t, err, identity.NotGolden, `identity: event "m1": not-golden "p" "q": identity: golden record: invalid-result: customer: customer "p" is not valid: identifiers: too-many`)
	_, ok := errors.AsType[*customer.ValidationError](err)
	require.True(t, ok)
}

func TestDependantsFollow(t *testing.T) {
	r := people(t, nil, 4)
	must(t)(r.Merge(act("m1", 5), "a", "b", "c"))
	require.Equal(t, identity.Dependants{Customer: "a", Under: []rapport.ID{"a", "b", "c"}}, r.Dependants("b"))
	sale := func(id rapport.ID) identity.Child {
		return identity.Child{Kind: "transaction", System: "erp", ID: id}
	}
	kept := []identity.Dependant{
		{sale("before"), "a", onDay(4)}, {sale("branch"), "b", onDay(6)}, {sale("mine"), "a", onDay(7)}, {sale("hers"), "a", onDay(6)},
	}
	undecided, err := r.Undecided("m1", kept)
	require.NoError(t, err)
	require.Equal(t, []identity.Assignment{{sale("hers"), "a", "a"}, {sale("mine"), "a", "a"}}, undecided)
	undecided[0].To = "b"
	foreign := slices.Clone(undecided)
	foreign[1].To = "d"
	_, err = r.Unmerge(act("u1", 8), "m1", foreign...)
	refused(t, err, identity.ForeignDependant, `identity: event "u1": foreign-dependant "d"`)
	_, err = r.Unmerge(act("u1", 8), "m1", undecided[0], undecided[0])
	_, ok := errors.AsType[*customer.ValidationError](err)
	require.True(t, ok)

	must(t)(r.Unmerge(act("u1", 8), "m1", undecided...))
	owners := map[rapport.ID]rapport.ID{"before": "a", "branch": "b", "mine": "a", "hers": "b"}
	for _, k := range kept {
		require.Equal(t, owners[k.ID], r.Owner(k.Child, k.Customer), k.ID)
	}
	require.Equal(t, identity.Dependants{Customer: "a", Under: []rapport.ID{"a"}, Without: undecided[:1]}, r.Dependants("a"))
	require.Equal(t, identity.Dependants{Customer: "b", Under: []rapport.ID{"b"}, With: undecided[:1]}, r.Dependants("b"))
	require.Equal(t, identity.Dependants{Customer: "d", Under: []rapport.ID{"d"}}, r.Dependants("d"))

	must(t)(r.Merge(act("m2", 9), "a", "b"))
	require.Equal(t, identity.Dependants{Customer: "a", Under: []rapport.ID{"a", "b"}}, r.Dependants("a"))
	undecided, err = r.Undecided("m2", kept)
	require.NoError(t, err)
	require.Empty(t, undecided)
	_, err = r.Undecided("m1", kept)
	misfit(t, err, identity.AlreadyUndone, `identity: event "": already-undone "m1"`)

	require.Equal(t, identity.MostRestrictive, identity.DependantRule(customer.FileConsent))
	require.Equal(t, identity.Union, identity.DependantRule(customer.FileNeed))
}

// A merge never allows more than each member allowed, and an unmerge gives each its own
// back.
func TestConsentsFollow(t *testing.T) {
	r := people(t, nil, 4)
	said := func(id, subject rapport.ID, status customer.ConsentStatus) customer.Consent {
		return customer.Consent{
			ID: id, Subject: subject, Jurisdiction: customer.JurisdictionGDPR, Purpose: customer.PurposeMarketing, Channel: customer.ChannelEmail,
			Basis: customer.BasisConsent, Status: status, At: onDay(1), RecordedAt: onDay(1), Notice: "1", Evidence: "form",
		}
	}
	allowed := func(subject rapport.ID) bool {
		ledger, err := customer.NewConsentLedger(
			[]customer.Consent{said("1", "a", customer.ConsentGiven), said("2", "b", customer.ConsentDenied), said("3", "c", customer.ConsentGiven)},
			&customer.ConsentOptions{Merges: r.ConsentMerges(subject)},
		)
		require.NoError(t, err)
		return ledger.Allowed(subject, customer.PurposeMarketing, customer.ChannelEmail, onDay(30), customer.JurisdictionGDPR).Allowed
	}
	require.Empty(t, r.ConsentMerges("a"))
	require.True(t, allowed("a"))
	must(t)(r.Merge(act("m1", 5), "a", "c"))
	require.True(t, allowed("a"))
	must(t)(r.Merge(act("m2", 6), "d", "b"))
	must(t)(r.Merge(act("m3", 7), "c", "b"))
	must(t)(r.Always(act("w1", 8), "a", "b"))
	require.Equal(t, []customer.ConsentMerge{
		{Members: []rapport.ID{"a", "c"}, At: onDay(5)}, {Members: []rapport.ID{"b", "d"}, At: onDay(6)},
		{Members: []rapport.ID{"a", "b", "c", "d"}, At: onDay(7)},
	}, r.ConsentMerges("d"))
	require.False(t, allowed("a"))
	require.False(t, allowed("d"))
	must(t)(r.Withdraw(act("x1", 9), "w1"))
	must(t)(r.Unmerge(act("u3", 9), "m3"))
	require.True(t, allowed("a"))
	require.False(t, allowed("b"))
	require.Equal(t, []customer.ConsentMerge{
		{Members: []rapport.ID{"a", "c"}, At: onDay(5)}, {Members: []rapport.ID{"b", "d"}, At: onDay(6)},
		{Members: []rapport.ID{"a", "b", "c", "d"}, At: onDay(7), Undone: onDay(9)},
	}, r.ConsentMerges("a"))

	// What a merge leaves together when it is taken apart has been so since it began.
	must(t)(r.Merge(act("m4", 10), "a", "b"))
	must(t)(r.Unmerge(act("u1", 12), "m1"))
	require.Equal(t, []customer.ConsentMerge{
		{Members: []rapport.ID{"a", "c"}, At: onDay(5), Undone: onDay(12)}, {Members: []rapport.ID{"b", "d"}, At: onDay(6)},
		{Members: []rapport.ID{"a", "b", "c", "d"}, At: onDay(7), Undone: onDay(9)},
		{Members: []rapport.ID{"a", "b", "c", "d"}, At: onDay(10), Undone: onDay(12)},
		{Members: []rapport.ID{"a", "b", "d"}, At: onDay(10)},
	}, r.ConsentMerges("c"))
}

// A refusal that came while two were one goes on to count for both when they are taken
// apart, for nobody can tell whose it was.
func TestRefusalsOutliveAMerge(t *testing.T) {
	r := people(t, nil, 2)
	merge := must(t)(r.Merge(act("m1", 5), "a", "b"))
	must(t)(r.Unmerge(act("u1", 9), merge.ID))
	given := customer.Consent{
		ID: "1", Subject: "b", Jurisdiction: customer.JurisdictionGDPR, Purpose: customer.PurposeMarketing, Channel: customer.ChannelEmail,
		Basis: customer.BasisConsent, Status: customer.ConsentGiven, At: onDay(1), RecordedAt: onDay(1), Notice: "1", Evidence: "form",
	}
	refused := given
	refused.ID, refused.Subject, refused.Status, refused.At, refused.RecordedAt = "2", "a", customer.ConsentDenied, onDay(7), onDay(7)
	ledger, err := customer.NewConsentLedger([]customer.Consent{given, refused}, &customer.ConsentOptions{Merges: r.ConsentMerges("b")})
	require.NoError(t, err)
	require.False(t, ledger.Allowed("b", customer.PurposeMarketing, customer.ChannelEmail, onDay(30), customer.JurisdictionGDPR).Allowed)
}

func TestConstraintsForClusters(t *testing.T) {
	r := people(t, nil, 6)
	must(t)(r.Merge(act("m1", 5), "b", "c"))
	must(t)(r.Never(act("n1", 5), "c", "a"))
	must(t)(r.Never(act("n2", 5), "d", "e"))
	must(t)(r.Never(act("n3", 5), "e", "f"))
	must(t)(r.Withdraw(act("x2", 6), "n2"))
	ids := []rapport.ID{"c", "b", "d", "e", "a"} // f is not to be clustered
	always, never := r.Constraints(ids)
	require.Equal(t, [][2]int{{0, 1}}, always)
	require.Equal(t, [][2]int{{0, 4}}, never)
	found, err := identity.Clusters(len(ids), []identity.Pair{{Left: 1, Right: 4, Weight: 9, Probability: .99}}, &identity.ClusterOptions{Always: always, Never: never})
	require.NoError(t, err)
	require.NotEqual(t, found.Of[0], found.Of[4])
	require.Equal(t, found.Of[0], found.Of[1])
}

func TestApplySeesGaps(t *testing.T) {
	r := people(t, nil, 4)
	must(t)(r.Merge(act("m1", 5), "a", "b"))
	must(t)(r.Merge(act("m2", 6), "b", "c"))
	must(t)(r.Unmerge(act("u1", 7), "m1"))
	log := r.Events()
	fresh := newRegistry(t, nil)
	misfit(t, fresh.Apply(log[2]), identity.MissingEvent, `identity: event "u1": missing-event, sequence 3 where 1 is next`)
	other := log[2]
	other.Sequence = 1
	misfit(t, fresh.Apply(other), identity.UnknownEvent, `identity: event "u1": unknown-event "m1"`)
	other = log[1]
	other.Sequence = 1
	misfit(t, fresh.Apply(other), identity.Diverges, `identity: event "m2": diverges`)
	require.NoError(t, fresh.Apply(log[0]))
	misfit(t, fresh.Apply(other), identity.TakenSequence, `identity: event "m2": taken-sequence "m1", sequence 1 where 2 is next`)
	misfit(t, fresh.Apply(log[0]), identity.DuplicateEvent, `identity: event "m1": duplicate-event "m1"`)
	broken := log[1]
	broken.Moves = nil
	misfit(t, fresh.Apply(broken), identity.Diverges, `identity: event "m2": diverges`)
	broken.Members = broken.Members[:1]
	_, ok := errors.AsType[*customer.ValidationError](fresh.Apply(broken))
	require.True(t, ok)
	require.NoError(t, fresh.Apply(log[1]))
	require.NoError(t, fresh.Apply(log[2]))
	require.Equal(t, []rapport.ID{"b", "c"}, fresh.Members("c"))
	_, err := fresh.Merge(act("m3", 8), "a", "b")
	refused(t, err, identity.UnknownMember, `identity: event "m3": unknown-member "a"`)
}

func TestFiling(t *testing.T) {
	r := people(t, nil, 4)
	merge := must(t)(r.Merge(act("m1", 5), "b", "c"))
	require.Equal(t, customer.Filing{Kind: "merge-event", ID: "m1", Customer: "b", With: "c", At: onDay(5), RecordedAt: onDay(5)}, merge.Filing())
	never := must(t)(r.Never(act("n1", 5), "d", "a"))
	require.Equal(t, customer.Filing{Kind: "merge-event", ID: "n1", Customer: "a", With: "d", At: onDay(5), RecordedAt: onDay(5)}, never.Filing())
	unmerge := must(t)(r.Unmerge(act("u1", 6), "m1"))
	require.Equal(t, customer.Filing{Kind: "merge-event", ID: "u1", Customer: "b", With: "m1", At: onDay(6), RecordedAt: onDay(6)}, unmerge.Filing())
	s := person(t, "a", 1)
	require.Equal(t, customer.Filing{Kind: "source-record", ID: "s-a", Customer: "a", At: onDay(1), RecordedAt: onDay(1)}, s.Filing())
}
