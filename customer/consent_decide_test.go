package customer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// said is one record of a story: what C1 says on a day of 2024, "01-02".
type said struct {
	at, status, basis, purpose, channel, evidence string
	change                                        func(*customer.Consent)
}

func (s said) record(i int, law customer.Jurisdiction) customer.Consent {
	c := customer.Consent{
		ID: rapport.ID("K" + string(rune('1'+i))), Subject: "C1", Jurisdiction: law,
		Purpose: customer.Purpose(s.purpose), Channel: customer.Channel(s.channel),
		Basis: customer.Basis(s.basis), Status: customer.ConsentStatus(s.status),
		At: day("2024-" + s.at), RecordedAt: day("2024-" + s.at), Evidence: s.evidence,
	}
	if s.change != nil {
		s.change(&c)
	}
	return c
}

// The rules of Allowed one by one. Every question is about marketing by e-mail on
// 2024-06-01 unless it says otherwise.
func TestAllowed(t *testing.T) {
	const gdpr, pipl = customer.JurisdictionGDPR, customer.JurisdictionPIPL
	grant := func(at, channel, evidence string) said {
		return said{at, "given", "consent", "marketing", channel, evidence, nil}
	}
	separate := func(c *customer.Consent) { c.Separate = true }
	for name, tc := range map[string]struct {
		law     customer.Jurisdiction
		purpose customer.Purpose
		channel customer.Channel
		said    []said
		want    customer.ConsentReason
		article string
		record  rapport.ID
	}{
		"nobody asked":    {law: gdpr, want: customer.BecauseNoRecord},
		"unknown law":     {law: "lgpd", said: []said{grant("01-01", "email", "a")}, want: customer.BecauseJurisdictionUnknown},
		"unknown purpose": {law: gdpr, purpose: "resale", want: customer.BecausePurposeUnknown},
		"given":           {law: gdpr, said: []said{grant("01-01", "email", "a")}, want: customer.BecauseGiven, article: "6(1)(a)", record: "K1"},
		"any channel":     {law: pipl, said: []said{grant("01-01", "*", "a")}, want: customer.BecauseGiven, article: "13(1)", record: "K1"},
		"no channel":      {law: pipl, purpose: "analysis", channel: "none", said: []said{{"01-01", "given", "consent", "analysis", "*", "", nil}}, want: customer.BecauseGiven, article: "13(1)", record: "K1"},
		"other channel":   {law: gdpr, said: []said{grant("01-01", "phone", "a")}, want: customer.BecauseNoRecord},
		"other law":       {law: gdpr, said: []said{{"01-01", "given", "consent", "marketing", "email", "a", func(c *customer.Consent) { c.Jurisdiction = pipl }}}, want: customer.BecauseNoRecord},
		"later":           {law: gdpr, said: []said{grant("06-02", "email", "a")}, want: customer.BecauseNoRecord},
		"expired": {law: gdpr, said: []said{{"01-01", "given", "consent", "marketing", "email", "a", func(c *customer.Consent) { c.Expires = day("2024-06-01") }}},
			want: customer.BecauseExpired, record: "K1"},
		"a newer grant with a term replaces an older one without": {law: gdpr, said: []said{grant("01-01", "email", "a"),
			{"02-01", "given", "consent", "marketing", "email", "b", func(c *customer.Consent) { c.Expires = day("2024-05-01") }}},
			want: customer.BecauseExpired, record: "K2"},
		"specific before general, though expired": {law: gdpr, said: []said{grant("02-01", "*", "b"),
			{"01-01", "given", "consent", "marketing", "email", "a", func(c *customer.Consent) { c.Expires = day("2024-05-01") }}},
			want: customer.BecauseExpired, record: "K2"},
		"withdrawn": {law: gdpr, said: []said{grant("01-01", "email", "a"), {"02-01", "withdrawn", "consent", "marketing", "email", "", nil}},
			want: customer.BecauseWithdrawn, article: "7(3)", record: "K2"},
		"withdrawn under another law": {law: gdpr, said: []said{grant("01-01", "email", "a"), {"02-01", "withdrawn", "consent", "marketing", "email", "", func(c *customer.Consent) { c.Jurisdiction = pipl }}},
			want: customer.BecauseWithdrawn, article: "7(3)", record: "K2"},
		"withdrawn in the same row": {law: pipl, said: []said{{"02-01", "withdrawn", "consent", "marketing", "email", "a", func(c *customer.Consent) { c.GivenAt = day("2024-01-01") }}},
			want: customer.BecauseWithdrawn, article: "15", record: "K1"},
		"imported again, older": {law: gdpr, said: []said{{"02-01", "denied", "consent", "marketing", "email", "", nil}, grant("01-01", "email", "a")},
			want: customer.BecauseDenied, article: "7(3)", record: "K1"},
		"imported again with a new date": {law: gdpr, said: []said{grant("01-01", "email", "form 17"), {"02-01", "withdrawn", "consent", "marketing", "email", "", nil}, grant("03-01", "email", "form 17")},
			want: customer.BecauseWithdrawn, article: "7(3)", record: "K2"},
		"imported again without proof": {law: gdpr, said: []said{{"02-01", "denied", "consent", "marketing", "email", "", nil}, grant("03-01", "email", "")},
			want: customer.BecauseDenied, article: "7(3)", record: "K1"},
		"consent anew": {law: gdpr, said: []said{grant("01-01", "email", "a"), {"02-01", "withdrawn", "consent", "marketing", "email", "", nil}, grant("03-01", "email", "b")},
			want: customer.BecauseGiven, article: "6(1)(a)", record: "K3"},
		"at the same instant the refusal": {law: gdpr, said: []said{grant("02-01", "email", "b"), {"02-01", "denied", "consent", "marketing", "email", "", nil}},
			want: customer.BecauseDenied, article: "7(3)", record: "K2"},
		"a general grant does not lift a specific refusal": {law: gdpr, said: []said{{"02-01", "denied", "consent", "marketing", "email", "", nil}, grant("03-01", "*", "b")},
			want: customer.BecauseDenied, article: "7(3)", record: "K1"},
		"a later specific grant lifts a general refusal": {law: gdpr, said: []said{{"02-01", "denied", "consent", "*", "*", "", nil}, grant("03-01", "email", "b")},
			want: customer.BecauseGiven, article: "6(1)(a)", record: "K2"},
		"a general refusal ends a specific grant": {law: gdpr, said: []said{grant("01-01", "email", "a"), {"02-01", "denied", "consent", "*", "*", "", nil}},
			want: customer.BecauseDenied, article: "7(3)", record: "K2"},
		"every channel, one refused": {law: gdpr, channel: "*", said: []said{grant("01-01", "*", "a"), {"02-01", "denied", "consent", "marketing", "phone", "", nil}},
			want: customer.BecauseDenied, article: "7(3)", record: "K2"},
		"legitimate interest by phone": {law: gdpr, channel: "phone", said: []said{{"01-01", "given", "legitimate-interest", "marketing", "*", "", nil}},
			want: customer.BecauseGiven, article: "6(1)(f)", record: "K1"},
		"legitimate interest by e-mail": {law: gdpr, said: []said{{"01-01", "given", "legitimate-interest", "marketing", "*", "", nil}},
			want: customer.BecauseBasisNotEnough, record: "K1"},
		"objection": {law: gdpr, channel: "phone", said: []said{{"01-01", "given", "legitimate-interest", "marketing", "*", "", nil}, {"02-01", "withdrawn", "legitimate-interest", "marketing", "*", "", nil}},
			want: customer.BecauseObjected, article: "21(3)", record: "K2"},
		"an interest claimed again after an objection": {law: gdpr, channel: "phone", said: []said{{"02-01", "denied", "consent", "marketing", "*", "", nil}, {"03-01", "given", "legitimate-interest", "marketing", "*", "memo", nil}},
			want: customer.BecauseDenied, article: "7(3)", record: "K1"},
		"no legitimate interest in China": {law: pipl, said: []said{{"01-01", "given", "legitimate-interest", "marketing", "*", "", nil}},
			want: customer.BecauseBasisUnknown, record: "K1"},
		"a contract is no ground for marketing": {law: pipl, said: []said{{"01-01", "given", "contract", "marketing", "*", "", nil}},
			want: customer.BecauseBasisNotEnough, record: "K1"},
		"a refusal leaves the contract": {law: gdpr, purpose: "service", said: []said{{"01-01", "given", "contract", "service", "*", "", nil}, {"02-01", "denied", "consent", "*", "*", "", nil}},
			want: customer.BecauseGiven, article: "6(1)(b)", record: "K1"},
		"the contract is over": {law: gdpr, purpose: "service", said: []said{{"01-01", "given", "contract", "service", "*", "", nil}, {"02-01", "withdrawn", "contract", "service", "*", "", nil}},
			want: customer.BecauseEnded, record: "K2"},
		"a second contract": {law: gdpr, purpose: "service", said: []said{{"01-01", "given", "contract", "service", "*", "", nil}, {"02-01", "withdrawn", "contract", "service", "*", "", nil}, {"03-01", "given", "contract", "service", "*", "", nil}},
			want: customer.BecauseGiven, article: "6(1)(b)", record: "K3"},
		"sensitive data, not separate": {law: pipl, purpose: "sensitive-data", said: []said{{"01-01", "given", "consent", "sensitive-data", "*", "a", nil}},
			want: customer.BecauseNotSeparate, article: "29", record: "K1"},
		"sensitive data": {law: pipl, purpose: "sensitive-data", said: []said{{"01-01", "given", "consent", "sensitive-data", "*", "a", separate}},
			want: customer.BecauseGiven, article: "13(1)", record: "K1"},
		"abroad, not separate":    {law: pipl, purpose: "cross-border", said: []said{{"01-01", "given", "consent", "cross-border", "*", "a", nil}}, want: customer.BecauseNotSeparate, article: "39", record: "K1"},
		"to others, not separate": {law: pipl, purpose: "transfer", said: []said{{"01-01", "given", "consent", "transfer", "*", "a", nil}}, want: customer.BecauseNotSeparate, article: "23", record: "K1"},
		"published, not separate": {law: pipl, purpose: "publication", said: []said{{"01-01", "given", "consent", "publication", "*", "a", nil}}, want: customer.BecauseNotSeparate, article: "25", record: "K1"},
		"images, not separate":    {law: pipl, purpose: "public-image", said: []said{{"01-01", "given", "consent", "public-image", "*", "a", nil}}, want: customer.BecauseNotSeparate, article: "26", record: "K1"},
		"sensitive data by contract": {law: gdpr, purpose: "sensitive-data", said: []said{{"01-01", "given", "contract", "sensitive-data", "*", "a", nil}},
			want: customer.BecauseBasisNotEnough, article: "9(2)", record: "K1"},
		"the second ground holds": {law: gdpr, purpose: "analysis", said: []said{{"01-01", "given", "consent", "analysis", "*", "a", func(c *customer.Consent) { c.Expires = day("2024-02-01") }}, {"01-01", "given", "public-interest", "analysis", "*", "", nil}},
			want: customer.BecauseGiven, article: "6(1)(e)", record: "K2"},
	} {
		t.Run(name, func(t *testing.T) {
			var records []customer.Consent
			for i, s := range tc.said {
				records = append(records, s.record(i, tc.law))
			}
			purpose, channel := tc.purpose, tc.channel
			if purpose == "" {
				purpose = customer.PurposeMarketing
			}
			switch channel {
			case "":
				channel = customer.ChannelEmail
			case "none":
				channel = ""
			}
			l, err := customer.NewConsentLedger(records, nil)
			require.NoError(t, err)
			d := l.Allowed("C1", purpose, channel, day("2024-06-01"), tc.law)
			require.Equal(t, tc.want, d.Reason)
			require.Equal(t, tc.want == customer.BecauseGiven, d.Allowed)
			require.Equal(t, tc.article, d.Article)
			require.Equal(t, tc.record, d.Record.ID)
		})
	}
}

func TestAllowedByAge(t *testing.T) {
	alone := said{"06-01", "given", "consent", "research", "*", "a", nil}.record(0, customer.JurisdictionPIPL)
	guarded := alone
	guarded.Guardian = customer.Guardian{Name: "李梅"}
	strict := customer.PIPL()
	strict.RequireBirth = true
	for name, tc := range map[string]struct {
		born    string
		record  customer.Consent
		profile customer.ConsentProfile
		want    customer.ConsentReason
	}{
		"13 years":                 {"2010-06-02", alone, customer.PIPL(), customer.BecauseNoGuardian},
		"14 years today":           {"2010-06-01", alone, customer.PIPL(), customer.BecauseGiven},
		"13 years, with guardian":  {"2010-06-02", guarded, customer.PIPL(), customer.BecauseGiven},
		"age not known":            {"", alone, customer.PIPL(), customer.BecauseGiven},
		"age not known but wanted": {"", alone, strict, customer.BecauseAgeUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			o := customer.ConsentOptions{Profiles: []customer.ConsentProfile{tc.profile}}
			if tc.born != "" {
				o.Born = map[rapport.ID]time.Time{"C1": day(tc.born)}
			}
			l, err := customer.NewConsentLedger([]customer.Consent{tc.record}, &o)
			require.NoError(t, err)
			require.Equal(t, tc.want, l.Allowed("C1", "research", "", day("2030-01-01"), "pipl").Reason)
		})
	}
	member := customer.GDPR()
	member.GuardianAge = 13
	alone.Jurisdiction = customer.JurisdictionGDPR
	for _, tc := range []struct {
		profile customer.ConsentProfile
		want    customer.ConsentReason
	}{{customer.GDPR(), customer.BecauseNoGuardian}, {member, customer.BecauseGiven}} {
		l, err := customer.NewConsentLedger([]customer.Consent{alone}, &customer.ConsentOptions{
			Profiles: []customer.ConsentProfile{tc.profile}, Born: map[rapport.ID]time.Time{"C1": day("2009-01-01")},
		})
		require.NoError(t, err)
		require.Equal(t, tc.want, l.Allowed("C1", "research", "", day("2024-07-01"), "gdpr").Reason, "15 years old")
	}
}

func TestAllowedByNotice(t *testing.T) {
	profile := customer.PIPL().WithPurpose(customer.PurposeRule{Purpose: "club", LastsDays: 730, Notices: []customer.NoticeVersion{
		{Version: "v1", Since: day("2023-01-01")},
		{Version: "v2", Since: day("2024-02-01")},
		{Version: "v3", Since: day("2024-05-01"), Material: true},
	}})
	require.NoError(t, profile.Validate())
	for _, tc := range []struct {
		notice, at string
		want       customer.ConsentReason
	}{
		{"v1", "2024-04-30", customer.BecauseGiven}, // v2 asks for nothing new
		{"v1", "2024-05-01", customer.BecauseNoticeChanged},
		{"v3", "2024-05-01", customer.BecauseGiven},
		{"v0", "2024-05-01", customer.BecauseNoticeUnknown},
		{"", "2024-05-01", customer.BecauseNoticeUnknown},
		{"v3", "2025-12-30", customer.BecauseGiven},
		{"v3", "2025-12-31", customer.BecauseExpired}, // 730 days after 2024-01-01
	} {
		c := said{"01-01", "given", "consent", "club", "*", "a", nil}.record(0, "pipl")
		c.Notice = tc.notice
		l, err := customer.NewConsentLedger([]customer.Consent{c}, &customer.ConsentOptions{Profiles: []customer.ConsentProfile{profile}})
		require.NoError(t, err)
		require.Equal(t, tc.want, l.Allowed("C1", "club", "", day(tc.at), "pipl").Reason, "%+v", tc)
	}
}
