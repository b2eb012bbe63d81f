package customer_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Against direct marketing a no is absolute, whatever the ground.
func TestMarketingCanAlwaysBeRefused(t *testing.T) {
	contract := said{"01-01", "given", "contract", "newsletter", "*", "", nil}.record(0, "gdpr")
	no := said{"02-01", "denied", "consent", "newsletter", "*", "", nil}.record(1, "gdpr")
	l := ledger(t, []customer.Consent{contract})
	require.True(t, l.Allowed("C1", "newsletter", "email", day("2024-03-01"), "gdpr").Allowed)
	l, err := l.With(no)
	require.NoError(t, err)
	require.Equal(t, customer.BecauseDenied, l.Allowed("C1", "newsletter", "email", day("2024-03-01"), "gdpr").Reason)
}

func TestGiveAndWithdraw(t *testing.T) {
	l := ledger(t, nil)
	change := customer.ConsentChange{
		ID: "K1", Subject: "C1", Jurisdiction: "pipl", Purpose: customer.PurposeSensitive, Channel: customer.AnyChannel,
		Evidence: "app log 4", At: day("2024-01-01"), RecordedAt: day("2024-01-01"),
	}
	_, err := l.Give(change)
	refused, ok := errors.AsType[*customer.ConsentIneffectiveError](err)
	require.Truef(t, ok, "%v", err)
	require.Equal(t, customer.BecauseNotSeparate, refused.Decision.Reason)
	require.EqualError(t, err, `customer: consent "K1" would allow nothing: not-separate`)

	change.Separate = true
	given, err := l.Give(change)
	require.NoError(t, err)
	l, err = l.With(given)
	require.NoError(t, err)

	out := customer.ConsentChange{
		ID: "K2", Subject: "C1", Jurisdiction: "pipl", Purpose: customer.AnyPurpose, Channel: customer.AnyChannel,
		At: day("2024-02-01"), RecordedAt: day("2024-02-01"),
	}
	withdrawn, err := l.Withdraw(out)
	require.NoError(t, err)
	require.Equal(t, customer.BasisConsent, withdrawn.Basis)
	l, err = l.With(withdrawn)
	require.NoError(t, err)
	require.Equal(t, customer.BecauseWithdrawn, l.Allowed("C1", customer.PurposeSensitive, "", day("2024-02-01"), "pipl").Reason)

	change.ID, change.At = "K3", day("2024-03-01") // the same proof again
	_, err = l.Give(change)
	require.ErrorContains(t, err, "would allow nothing: withdrawn")
	change.Evidence = "app log 5"
	_, err = l.Give(change)
	require.NoError(t, err)
	out.ID = "K1"
	_, err = l.Withdraw(out)
	require.ErrorContains(t, err, "is in the ledger with other content")
	_, err = l.Withdraw(customer.ConsentChange{})
	require.Contains(t, problemsOf(t, err), "id: missing")
}

// A withdrawal names the interest that it is an objection to.
func TestWithdrawObjects(t *testing.T) {
	l := ledger(t, []customer.Consent{said{"01-01", "given", "legitimate-interest", "marketing", "*", "", nil}.record(0, "gdpr")})
	objection, err := l.Withdraw(customer.ConsentChange{
		ID: "K2", Subject: "C1", Jurisdiction: "gdpr", Purpose: "marketing", Channel: "phone", At: day("2024-02-01"), RecordedAt: day("2024-02-01"),
	})
	require.NoError(t, err)
	require.Equal(t, customer.BasisLegitimateInterest, objection.Basis)
	l, err = l.With(objection)
	require.NoError(t, err)
	require.Equal(t, customer.BecauseObjected, l.Allowed("C1", "marketing", "phone", day("2024-03-01"), "gdpr").Reason)
	require.True(t, l.Allowed("C1", "marketing", "post", day("2024-03-01"), "gdpr").Allowed)

	type row struct {
		law     customer.Jurisdiction
		channel customer.Channel
		reason  customer.ConsentReason
	}
	var rows []row
	for _, s := range l.Standings("C1", day("2024-03-01")) {
		require.Equal(t, customer.PurposeMarketing, s.Purpose)
		rows = append(rows, row{s.Jurisdiction, s.Channel, s.Decision.Reason})
	}
	require.Equal(t, []row{{"gdpr", "*", "objected"}, {"gdpr", "phone", "objected"}}, rows)
	require.Empty(t, l.Standings("C2", day("2024-03-01")))
}

func TestConsentProfiles(t *testing.T) {
	for _, p := range []customer.ConsentProfile{customer.GDPR(), customer.PIPL()} {
		require.NoError(t, p.Validate())
		text, err := json.Marshal(p)
		require.NoError(t, err)
		var back customer.ConsentProfile
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, p, back)
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	}
	bad := customer.PIPL().WithPurpose(customer.PurposeRule{
		Purpose: customer.AnyPurpose, Uses: []customer.SpecialUse{"magic"}, Bases: []customer.Basis{"magic"}, LastsDays: -1,
		Notices: []customer.NoticeVersion{{Version: "v1", Since: day("2024-01-01")}, {Version: "v1", Since: day("2024-01-01")}},
	})
	bad.GuardianAge = 99
	bad.Bases = append(bad.Bases, bad.Bases[0])
	want := []string{
		"bases[8].basis: duplicate", "purposes[10].purpose: not-allowed", "purposes[10].uses: unknown",
		"purposes[10].bases: unknown", "purposes[10].lasts_days: out-of-range",
		"purposes[10].notices: out-of-range", "purposes[10].notices: duplicate", "guardian_age: out-of-range",
	}
	require.Equal(t, want, problemsOf(t, bad.Validate()))
	_, err := json.Marshal(bad)
	require.Error(t, err)
	changed := customer.GDPR().WithPurpose(customer.PurposeRule{Purpose: customer.PurposeMarketing})
	require.Len(t, changed.Purposes, len(customer.GDPR().Purposes))
	read := customer.GDPR()
	require.Error(t, json.Unmarshal([]byte(`{"format":1,"jurisdiction":"x","bases":[]}`), &read))
	require.Equal(t, customer.GDPR(), read)
}

// Leave over every channel is leave over each: what ended or ran out over one is
// missing there too.
func TestEveryChannelIsEach(t *testing.T) {
	for name, story := range map[string][]said{
		"contract ended over one": {{"01-01", "given", "contract", "service", "*", "", nil}, {"02-01", "withdrawn", "contract", "service", "email", "", nil}},
		"consent ran out over one": {{"01-01", "given", "consent", "service", "*", "a", nil},
			{"01-02", "given", "consent", "service", "email", "b", func(c *customer.Consent) { c.Expires = day("2024-02-01") }}},
	} {
		t.Run(name, func(t *testing.T) {
			var records []customer.Consent
			for i, s := range story {
				records = append(records, s.record(i, "gdpr"))
			}
			l := ledger(t, records)
			ask := func(channel customer.Channel) customer.ConsentDecision {
				return l.Allowed("C1", "service", channel, day("2024-06-01"), "gdpr")
			}
			require.True(t, ask("phone").Allowed)
			require.False(t, ask("email").Allowed)
			require.Equal(t, ask("email"), ask(customer.AnyChannel))
		})
	}
	rapid.Check(t, func(r *rapid.T) {
		l := ledger(r, drawConsents(r, []rapport.ID{"A", "B"}, 8, 0, 20), customer.ConsentMerge{Members: []rapport.ID{"A", "B"}, At: day("2024-01-10")})
		everyQuestion(func(purpose customer.Purpose, _ customer.Channel, at time.Time, law customer.Jurisdiction) {
			if !l.Allowed("A", purpose, customer.AnyChannel, at, law).Allowed {
				return
			}
			for _, channel := range []customer.Channel{"", "email", "phone", "post", "messaging"} {
				require.True(r, l.Allowed("A", purpose, channel, at, law).Allowed, channel)
			}
		})
	})
}

// PIPL 25 and 26 forbid to publish, and to use images for more than safety, without
// separate consent, whatever other ground there is but a law; by 24 a subject may
// refuse decisions by machine alone on every ground.
func TestPIPLSpecialUses(t *testing.T) {
	contract := func(purpose string) said { return said{"01-01", "given", "contract", purpose, "*", "", nil} }
	for name, tc := range map[string]struct {
		said []said
		want customer.ConsentReason
		of   string
	}{
		"publication by contract":    {[]said{contract("publication")}, customer.BecauseBasisNotEnough, "25"},
		"publication by law":         {[]said{{"01-01", "given", "legal-duty", "publication", "*", "", nil}}, customer.BecauseGiven, "13(3)"},
		"publication for news":       {[]said{{"01-01", "given", "news", "publication", "*", "", nil}}, customer.BecauseGiven, "13(5)"},
		"public image by contract":   {[]said{contract("public-image")}, customer.BecauseBasisNotEnough, "26"},
		"public image by legal duty": {[]said{{"01-01", "given", "legal-duty", "public-image", "*", "", nil}}, customer.BecauseBasisNotEnough, "26"},
		"transfer by contract":       {[]said{contract("transfer")}, customer.BecauseGiven, "13(2)"},
		"decision by machine":        {[]said{contract("automated-decision")}, customer.BecauseGiven, "13(2)"},
		"decision by machine refused": {[]said{contract("automated-decision"), {"02-01", "denied", "consent", "automated-decision", "*", "", nil}},
			customer.BecauseDenied, "24"},
	} {
		t.Run(name, func(t *testing.T) {
			var records []customer.Consent
			for i, s := range tc.said {
				records = append(records, s.record(i, "pipl"))
			}
			d := ledger(t, records).Allowed("C1", records[0].Purpose, "", day("2024-06-01"), "pipl")
			require.Equal(t, tc.want, d.Reason)
			require.Equal(t, tc.of, d.Article)
		})
	}
}
