package customer_test

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func ledger(t require.TestingT, records []customer.Consent, merges ...customer.ConsentMerge) customer.ConsentLedger {
	profile := customer.GDPR().WithPurpose(customer.PurposeRule{Purpose: "newsletter", Marketing: true})
	l, err := customer.NewConsentLedger(records, &customer.ConsentOptions{Profiles: []customer.ConsentProfile{profile, customer.PIPL()}, Merges: merges})
	require.NoError(t, err)
	return l
}

func drawConsents(r *rapid.T, subjects []rapport.ID, most, firstDay, lastDay int) []customer.Consent {
	records := make([]customer.Consent, rapid.IntRange(0, most).Draw(r, "records"))
	for i := range records {
		records[i] = drawConsent(r, i, subjects, firstDay, lastDay)
	}
	return records
}

// everyQuestion calls visit with each question that the drawn records can be asked.
func everyQuestion(visit func(purpose customer.Purpose, channel customer.Channel, at time.Time, law customer.Jurisdiction)) {
	for _, purpose := range []customer.Purpose{"marketing", "sensitive-data", "service"} {
		for _, channel := range []customer.Channel{"", "email", "*"} {
			for _, law := range []customer.Jurisdiction{"gdpr", "pipl"} {
				for d := 0; d <= 42; d += 6 {
					visit(purpose, channel, day("2024-01-01").AddDate(0, 0, d), law)
				}
			}
		}
	}
}

// What is allowed for a merged customer was allowed for each member before, and
// stays so with later records: these count for each member as if it had made them.
func TestConsentAfterMergeIsNeverWider(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		first := customer.ConsentMerge{Members: []rapport.ID{"B", "A"}, At: day("2024-01-12")}
		before := drawConsents(r, []rapport.ID{"A", "B", "C"}, 8, 0, 10)
		for i := range before {
			require.True(r, before[i].RecordedAt.Before(first.At))
		}
		later := drawConsents(r, []rapport.ID{"A", "B"}, 3, 20, 30)
		second := customer.ConsentMerge{Members: []rapport.ID{"A", "B", "C"}, At: day("2024-01-15")}
		merged := ledger(r, append(later[:len(later):len(later)], before...), second, first)
		for _, member := range []rapport.ID{"A", "B", "C"} {
			own := append([]customer.Consent(nil), before...)
			for _, c := range later {
				c.Subject = member
				own = append(own, c)
			}
			alone := ledger(r, own)
			everyQuestion(func(purpose customer.Purpose, channel customer.Channel, at time.Time, law customer.Jurisdiction) {
				d := merged.Allowed("A", purpose, channel, at, law)
				require.Equal(r, d.Allowed, merged.Allowed(member, purpose, channel, at, law).Allowed, "they are one")
				if d.Allowed && !alone.Allowed(member, purpose, channel, at, law).Allowed {
					r.Fatalf("%s %s %q %s: merged: %s, but %s alone: no\n%+v\n%+v", law, purpose, channel, at, d.Reason, member, before, later)
				}
			})
		}
		// Undone, each has its own records, and the refusals that came while they were one.
		var refusals []customer.Consent
		own := append([]customer.Consent(nil), before...)
		for _, c := range later {
			if c.Subject == "B" {
				own = append(own, c)
			} else if c.Status == customer.ConsentDenied {
				c.Subject = "B"
				refusals = append(refusals, c)
			}
		}
		third := second
		third.Undone = day("2024-02-20")
		first.Undone = third.Undone
		undone, alone, refused := ledger(r, append(later[:len(later):len(later)], before...), first, third), ledger(r, own), ledger(r, append(own, refusals...))
		everyQuestion(func(purpose customer.Purpose, channel customer.Channel, at time.Time, law customer.Jurisdiction) {
			allowed := undone.Allowed("B", purpose, channel, at, law).Allowed
			require.False(r, allowed && !alone.Allowed("B", purpose, channel, at, law).Allowed)
			require.False(r, allowed && !refused.Allowed("B", purpose, channel, at, law).Allowed)
			require.Equal(r, merged.Allowed("B", purpose, channel, at, law), undone.KnownAt(day("2024-02-19")).Allowed("B", purpose, channel, at, law))
		})
		// Undone, or seen before it was done, each is as it was.
		nothingSince := ledger(r, before, first, third)
		apart, known := ledger(r, before), merged.KnownAt(day("2024-01-11"))
		everyQuestion(func(purpose customer.Purpose, channel customer.Channel, at time.Time, law customer.Jurisdiction) {
			require.Equal(r, apart.Allowed("B", purpose, channel, at, law), known.Allowed("B", purpose, channel, at, law))
			require.Equal(r, apart.Allowed("C", purpose, channel, at, law), nothingSince.Allowed("C", purpose, channel, at, law))
		})
	})
}

// A refusal takes away and never adds; nor do grants that are imported again, under
// other ids and with later dates, bring back what was refused.
func TestRefusalsNeverAllow(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		subjects := []rapport.ID{"A"}
		records := drawConsents(r, subjects, 6, 0, 20)
		no := drawConsent(r, 99, subjects, 0, 20)
		no.Status, no.GivenAt, no.Expires = customer.ConsentDenied, time.Time{}, time.Time{}
		no.At = day("2024-01-21") // not before any record
		l := ledger(r, records)
		refused, err := l.With(no)
		require.NoError(r, err)
		var again []customer.Consent
		for _, c := range records {
			if c.Status == customer.ConsentGiven {
				c.ID += "-again"
				c.At, c.RecordedAt = c.At.AddDate(0, 0, 21), c.RecordedAt.AddDate(0, 0, 21)
				if !c.Expires.IsZero() {
					c.Expires = c.Expires.AddDate(0, 0, 21)
				}
				again = append(again, c)
			}
		}
		imported, err := refused.With(again...)
		require.NoError(r, err)
		everyQuestion(func(purpose customer.Purpose, channel customer.Channel, at time.Time, law customer.Jurisdiction) {
			after := refused.Allowed("A", purpose, channel, at, law)
			require.Falsef(r, after.Allowed && !l.Allowed("A", purpose, channel, at, law).Allowed, "%+v\n%+v", no, records)
			if after.Record.ID == no.ID {
				d := imported.Allowed("A", purpose, channel, at, law)
				require.Falsef(r, d.Allowed && d.Record.Basis == customer.BasisConsent, "%+v", d)
			}
		})
	})
}

// The order in which records come makes no difference, and neither does a record
// that comes twice.
func TestConsentOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		records := drawConsents(r, []rapport.ID{"A", "B"}, 8, 0, 20)
		shuffled := append(records[:len(records):len(records)], records...)
		rand.New(rand.NewPCG(1, uint64(len(records)))).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		merge := customer.ConsentMerge{Members: []rapport.ID{"A", "B"}, At: day("2024-01-10")}
		require.Equal(r, ledger(r, records, merge), ledger(r, shuffled, merge))
	})
}

func TestConsentReadsAsOfBothTimes(t *testing.T) {
	given := said{"01-01", "given", "consent", "research", "*", "a", nil}.record(0, "gdpr")
	withdrawn := said{"03-01", "withdrawn", "consent", "research", "*", "", nil}.record(1, "gdpr")
	withdrawn.RecordedAt = day("2024-05-01")
	l := ledger(t, []customer.Consent{withdrawn, given})
	require.Equal(t, []customer.Consent{given, withdrawn}, l.Records("C1"))
	allowed := func(l customer.ConsentLedger, at string) bool {
		return l.Allowed("C1", "research", "", day(at), "gdpr").Allowed
	}
	require.True(t, allowed(l, "2024-02-01"), "withdrawal does not reach back")
	require.False(t, allowed(l, "2024-04-01"))
	require.True(t, allowed(l.KnownAt(day("2024-04-30")), "2024-04-01"), "nobody knew of it yet")
	require.Equal(t, 2, l.KnownAt(day("2024-05-01")).Len())
}

func TestConsentLedgerRefusals(t *testing.T) {
	a := newsletter()
	b := a
	b.Notice = "v2"
	_, err := customer.NewConsentLedger([]customer.Consent{a, a}, nil)
	require.NoError(t, err)
	_, err = customer.NewConsentLedger([]customer.Consent{a, b}, nil)
	conflict, ok := errors.AsType[*customer.ConsentConflictError](err)
	require.True(t, ok)
	require.Equal(t, rapport.ID("K1"), conflict.ID)
	require.EqualError(t, err, `customer: consent "K1" is in the ledger with other content; a change is a new record`)
	b.Basis = ""
	_, err = customer.NewConsentLedger([]customer.Consent{b}, nil)
	require.Equal(t, []string{"basis: missing"}, problemsOf(t, err))
	_, err = customer.NewConsentLedger(nil, &customer.ConsentOptions{
		Profiles: []customer.ConsentProfile{customer.PIPL(), customer.PIPL()},
		Born:     map[rapport.ID]time.Time{"C1": {}},
		Merges:   []customer.ConsentMerge{{Members: []rapport.ID{"A", "A"}, Undone: day("2024-01-01")}, {Members: []rapport.ID{"A", "B"}, At: day("2024-01-01"), Undone: day("2024-01-01")}},
	})
	require.Equal(t, []string{"profiles[1].jurisdiction: duplicate", "born: missing", "merges[0].at: missing", "merges[0].members: missing", "merges[1].undone: out-of-range"}, problemsOf(t, err))
	_, err = customer.NewConsentLedger(nil, &customer.ConsentOptions{Profiles: []customer.ConsentProfile{{}}})
	require.Equal(t, []string{"jurisdiction: missing", "bases: missing"}, problemsOf(t, err))
}

func BenchmarkAllowed(b *testing.B) {
	records := make([]customer.Consent, 100_000)
	for i := range records {
		records[i] = newsletter()
		records[i].ID = rapport.ID("K" + strconv.Itoa(i))
		records[i].Subject = rapport.ID("C" + strconv.Itoa(i/2))
	}
	l := ledger(b, records)
	at := day("2025-01-01")
	b.ReportAllocs()
	for b.Loop() {
		if !l.Allowed("C20000", "marketing", "email", at, "pipl").Allowed {
			b.Fatal("not allowed")
		}
	}
}

// Many merges of others cost a question nothing: 20 000 of each took a minute when
// every question read every merge.
func TestManyMerges(t *testing.T) {
	const n = 20_000
	merges, records := make([]customer.ConsentMerge, n), make([]customer.Consent, n)
	at := day("2024-06-01")
	for i := range n {
		a, b := rapport.ID("A"+strconv.Itoa(i)), rapport.ID("B"+strconv.Itoa(i))
		merges[i] = customer.ConsentMerge{Members: []rapport.ID{a, b}, At: at}
		records[i] = newsletter()
		records[i].ID, records[i].Subject = rapport.ID("K"+strconv.Itoa(i)), a
	}
	l := ledger(t, records, merges...)
	for i := range n {
		d := l.Allowed(records[i].Subject, "marketing", "email", day("2025-01-01"), "pipl")
		require.Equal(t, customer.BecauseNoRecord, d.Reason, "B never gave any")
	}
}

// A proof that one of two merged subjects had given before the other refused is not
// new for either, when it is imported again after the merge.
func TestProofsOfMergedSubjects(t *testing.T) {
	given := said{"01-01", "given", "consent", "marketing", "email", "form 17", nil}.record(0, "gdpr")
	other := said{"01-01", "given", "consent", "marketing", "email", "form 18", nil}.record(1, "gdpr")
	no := said{"02-01", "withdrawn", "consent", "marketing", "email", "", nil}.record(2, "gdpr")
	again := said{"04-01", "given", "consent", "marketing", "email", "form 17", nil}.record(3, "gdpr")
	other.Subject, no.Subject = "C2", "C2"
	merge := customer.ConsentMerge{Members: []rapport.ID{"C1", "C2"}, At: day("2024-03-01")}
	l := ledger(t, []customer.Consent{given, other, no, again}, merge)
	require.Equal(t, customer.BecauseWithdrawn, l.Allowed("C1", "marketing", "email", day("2024-05-01"), "gdpr").Reason)
	again.ID, again.Evidence = "K9", "form 19"
	l, err := l.With(again)
	require.NoError(t, err)
	require.True(t, l.Allowed("C1", "marketing", "email", day("2024-05-01"), "gdpr").Allowed, "a new proof")
}
