package rule_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment/rule"
)

// Consent that runs out takes effect by the clock, and so does a record that begins.
func TestEngineWithLedger(t *testing.T) {
	record := func(id string, status customer.ConsentStatus, at, expires time.Time) customer.Consent {
		return customer.Consent{
			ID: rapport.ID(id), Subject: "a", Jurisdiction: customer.JurisdictionGDPR, Purpose: customer.PurposeMarketing, Channel: customer.ChannelEmail,
			Basis: customer.BasisConsent, Status: status, At: at, Expires: expires, Evidence: id, RecordedAt: at,
		}
	}
	ledger, err := customer.NewConsentLedger([]customer.Consent{
		record("1", customer.ConsentGiven, start().AddDate(0, 0, 2), start().AddDate(0, 0, 5))}, nil)
	require.NoError(t, err)
	consult := rule.ConsultLedger(func() customer.ConsentLedger { return ledger }, func(rapport.ID) customer.Jurisdiction { return customer.JurisdictionGDPR })
	_, e := newEngine(t, &rule.EngineOptions{Consult: consult}, rule.Rule{Name: "mail", When: rule.MayUse(customer.PurposeMarketing, customer.ChannelEmail)})
	require.Equal(t, "02-27 00:00 a entered mail (rule, clock ); 03-01 00:00 a left mail (rule, clock )", says(e.Advance(start().AddDate(0, 0, 9))))
	ledger, err = ledger.With(record("2", customer.ConsentGiven, e.Now(), time.Time{}))
	require.NoError(t, err)
	require.Equal(t, "03-05 00:00 a entered mail (rule, consent )", says(e.ConsentChanged("a")))
	m, err := e.Membership("a", "mail")
	require.NoError(t, err)
	require.Equal(t, string(customer.BecauseGiven), m.Rule.Consent)
	p := rule.ConsultLedger(func() customer.ConsentLedger { return ledger }, nil)("a", customer.PurposeMarketing, customer.ChannelEmail, e.Now())
	require.False(t, p.Allowed)
	require.Equal(t, string(customer.BecauseJurisdictionUnknown), p.Reason)
}

// An answer that does not hold at its own instant is none, and is not asked for ever.
func TestConsentThatIsOverAtOnce(t *testing.T) {
	for _, until := range []time.Time{start(), time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC)} {
		_, e := newEngine(t, &rule.EngineOptions{Consult: func(rapport.ID, customer.Purpose, customer.Channel, time.Time) rule.Permission {
			return rule.Permission{Allowed: true, Until: until}
		}}, rule.Rule{Name: "mail", When: rule.MayUse("marketing", "email")})
		require.Empty(t, says(e.Advance(start().AddDate(1, 0, 0))))
		m, err := e.Membership("a", "mail")
		require.NoError(t, err)
		require.False(t, m.Member)
		require.Equal(t, rule.NotAsked, m.Rule.Consent)
	}
}

// A least stay holds nobody who withdrew consent: not at once, not by way of a segment,
// and not where the rule had failed before.
func TestConsentEndsLeastStay(t *testing.T) {
	allowed := true
	o := &rule.EngineOptions{Consult: func(rapport.ID, customer.Purpose, customer.Channel, time.Time) rule.Permission {
		return rule.Permission{Allowed: allowed, Reason: "stated"}
	}}
	week := 7 * 24 * time.Hour
	_, e := newEngine(t, o,
		rule.Rule{Name: "mail", When: rule.And(rule.MayUse("marketing", "email"), rule.Number("score").Above(0)), Dwell: week},
		rule.Rule{Name: "news", When: rule.And(rule.In("reader"), rule.Number("score").Above(0)), Dwell: week},
		rule.Rule{Name: "reader", When: rule.And(rule.MayUse("marketing", "email"), rule.Text("tier").Is("a"))},
		rule.Rule{Name: "plain", When: rule.Number("score").Above(0), Dwell: week})
	_, err := e.Set("a", "tier", rule.TextOf("a"))
	require.NoError(t, err)
	_, err = e.Set("a", "score", rule.NumberOf(1))
	require.NoError(t, err)
	require.Equal(t, "02-25 00:00 a left reader (rule, attribute tier)", says(e.Set("a", "tier", rule.TextOf("b"))), "news is held")
	require.Empty(t, says(e.Set("a", "score", rule.NumberOf(0))), "all are held")
	allowed = false
	require.Equal(t, "02-25 00:00 a left mail (rule, consent ); 02-25 00:00 a left news (rule, consent )", says(e.ConsentChanged("a")))
	require.Equal(t, "03-03 00:00 a left plain (rule, clock )", says(e.Advance(start().Add(week))))
}

// An answer counts from when it was given, not before.
func TestConsentBeforeItWasAsked(t *testing.T) {
	set, _ := newEngine(t, nil, rule.Rule{Name: "mail", When: rule.MayUse("marketing", "email")})
	f, err := set.NewFacts("a")
	require.NoError(t, err)
	require.NoError(t, f.Consult(given, start()))
	for at, want := range map[time.Time]rule.Truth{start(): rule.True, start().Add(-1): rule.Unknown} {
		m, err := set.At(at)
		require.NoError(t, err)
		truth, err := m.Matches(f, "mail")
		require.NoError(t, err)
		require.Equal(t, want, truth, at)
	}
}
