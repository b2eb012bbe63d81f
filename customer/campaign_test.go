package customer_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

const month = 30 * 24 * time.Hour

func springMail() customer.Campaign {
	return customer.Campaign{
		ID: "spring", Name: "Spring tea", Aim: customer.AimRetention, Offer: "10 % off", Channel: customer.ChannelEmail,
		Purpose: customer.PurposeMarketing, Period: rapport.MustInterval("2024-03-01T00:00:00Z/2024-04-01T00:00:00Z"), Window: month,
		Fixed: yuan("100"), PerContact: yuan("0.5"), Control: 0.5, Seed: 7, RecordedAt: day("2024-02-20"),
	}
}

func subject(id string) customer.AudienceSubject {
	c, err := customer.New(customer.Draft{
		ID: rapport.ID(id), Kind: customer.Person, RecordedAt: day("2024-01-01"),
		Roles: []customer.Role{{Type: customer.Consumer, Valid: since("2020-01-01")}},
	})
	if err != nil {
		panic(err)
	}
	return customer.AudienceSubject{
		Customer: c, Stage: customer.StageRepeat, Attributes: map[string]string{"city": "Guangzhou"},
		Amounts: map[string]rapport.Money{"revenue": yuan("500")},
	}
}

func subjects(n int) iter.Seq[customer.AudienceSubject] {
	return func(yield func(customer.AudienceSubject) bool) {
		for i := range n {
			if !yield(subject(fmt.Sprintf("c%05d", i))) {
				return
			}
		}
	}
}

func permitted(rapport.ID, customer.Purpose, customer.Channel, time.Time) (bool, string) {
	return true, ""
}

func amount(text string) *rapport.Money {
	m := yuan(text)
	return &m
}

func TestAudience(t *testing.T) {
	at := day("2024-03-05")
	rule := func(answer bool, err error) customer.AudienceCheck {
		return func(string, customer.AudienceSubject, time.Time) (bool, error) { return answer, err }
	}
	for name, tc := range map[string]struct {
		audience customer.Audience
		check    customer.AudienceCheck
		why      customer.LeftOutReason
		detail   string
	}{
		"everybody":   {},
		"all hold":    {audience: customer.Audience{Kinds: []customer.Kind{customer.Person}, Roles: []customer.RoleType{customer.Partner, customer.Consumer}, Stages: []customer.Stage{customer.StageLoyal, customer.StageRepeat}, Attributes: []customer.AudienceValues{{Name: "city", OneOf: []string{"Guangzhou"}}}, Amounts: []customer.AudienceAmount{{Name: "revenue", AtLeast: amount("500"), Below: amount("501")}}, Rule: "r"}, check: rule(true, nil)},
		"kind":        {audience: customer.Audience{Kinds: []customer.Kind{customer.Household}}, why: customer.LeftKind},
		"role":        {audience: customer.Audience{Roles: []customer.RoleType{customer.Partner}}, why: customer.LeftRole},
		"stage":       {audience: customer.Audience{Stages: []customer.Stage{customer.StageLost}}, why: customer.LeftStage},
		"attribute":   {audience: customer.Audience{Attributes: []customer.AudienceValues{{Name: "city", OneOf: []string{"Wuhan"}}}}, why: customer.LeftAttribute, detail: "city"},
		"not known":   {audience: customer.Audience{Attributes: []customer.AudienceValues{{Name: "age", OneOf: []string{""}}}}, why: customer.LeftAttribute, detail: "age"},
		"too little":  {audience: customer.Audience{Amounts: []customer.AudienceAmount{{Name: "revenue", AtLeast: amount("500.01")}}}, why: customer.LeftAmount, detail: "revenue"},
		"too much":    {audience: customer.Audience{Amounts: []customer.AudienceAmount{{Name: "revenue", Below: amount("500")}}}, why: customer.LeftAmount, detail: "revenue"},
		"no amount":   {audience: customer.Audience{Amounts: []customer.AudienceAmount{{Name: "margin", Below: amount("500")}}}, why: customer.LeftAmount, detail: "margin"},
		"other money": {audience: customer.Audience{Amounts: []customer.AudienceAmount{{Name: "revenue", AtLeast: new(rapport.MustMoney("1 EUR"))}}}, why: customer.LeftCurrency, detail: "revenue"},
		"rule":        {audience: customer.Audience{Rule: "vip"}, check: rule(false, nil), why: customer.LeftRule, detail: "vip"},
		"nobody's":    {audience: customer.Audience{Rule: "vip"}, why: customer.LeftRule, detail: "vip"},
		"by name":     {audience: customer.Audience{Except: []rapport.ID{"c1"}}, why: customer.LeftExcept},
		"broken rule": {audience: customer.Audience{Rule: "vip"}, check: rule(true, errors.New("no such rule")), why: "error"},
	} {
		t.Run(name, func(t *testing.T) {
			in, why, detail, err := tc.audience.Includes(subject("c1"), at, tc.check)
			if tc.why == "error" {
				require.ErrorContains(t, err, "no such rule")
				require.False(t, in)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tc.why == "", in)
			require.Equal(t, tc.why, why)
			require.Equal(t, tc.detail, detail)
		})
	}
}

func TestCampaignReportsEveryProblem(t *testing.T) {
	require.NoError(t, springMail().Validate())
	require.Equal(t, []string{"id: missing", "aim: missing", "channel: missing", "purpose: missing", "period: missing", "window_ns: out-of-range", "recorded_at: missing"},
		problemsOf(t, customer.Campaign{}.Validate()))
	for want, change := range map[string]func(*customer.Campaign){
		"aim: unknown":                           func(c *customer.Campaign) { c.Aim = "fun" },
		"fixed: too-precise":                     func(c *customer.Campaign) { c.Fixed = yuan("0.001") },
		"fixed: wrong-sign":                      func(c *customer.Campaign) { c.Fixed = yuan("-1") },
		"per_contact: not-allowed":               func(c *customer.Campaign) { c.PerContact = rapport.MustMoney("1 EUR") },
		"control: out-of-range":                  func(c *customer.Campaign) { c.Control = 1 },
		"audience.kinds[0]: missing":             func(c *customer.Campaign) { c.Audience.Kinds = []customer.Kind{0} },
		"audience.roles[0]: unknown":             func(c *customer.Campaign) { c.Audience.Roles = []customer.RoleType{99} },
		"audience.attributes[0].one_of: missing": func(c *customer.Campaign) { c.Audience.Attributes = []customer.AudienceValues{{Name: "city"}} },
		"audience.amounts[0].at_least: missing":  func(c *customer.Campaign) { c.Audience.Amounts = []customer.AudienceAmount{{Name: "revenue"}} },
		"audience.amounts[0].below: out-of-range": func(c *customer.Campaign) {
			c.Audience.Amounts = []customer.AudienceAmount{{Name: "revenue", AtLeast: amount("5"), Below: amount("5")}}
		},
		"audience.except[0]: missing": func(c *customer.Campaign) { c.Audience.Except = []rapport.ID{""} },
		"audience.stages: too-many":   func(c *customer.Campaign) { c.Audience.Stages = make([]customer.Stage, 1001) },
	} {
		c := springMail()
		change(&c)
		require.Equal(t, []string{want}, problemsOf(t, c.Validate()))
	}
	c := springMail()
	c.Audience = customer.Audience{
		Rule: "vip", Kinds: []customer.Kind{customer.Person}, Roles: []customer.RoleType{customer.Consumer}, Stages: []customer.Stage{customer.StageRepeat},
		Attributes: []customer.AudienceValues{{Name: "city", OneOf: []string{"Wuhan", "Guangzhou"}}},
		Amounts:    []customer.AudienceAmount{{Name: "revenue", AtLeast: amount("500.00")}}, Except: []rapport.ID{"c9"},
	}
	require.Contains(t, sameRecord(t, c), `"amounts":[{"name":"revenue","at_least":{"amount":"500.00","currency":"CNY"}}]`)
	require.Equal(t, customer.Filing{Kind: "campaign", ID: "spring", At: day("2024-03-01"), RecordedAt: day("2024-02-20")}, c.Filing())
}

// The split depends on seed, campaign and customer alone: not on the order, nor on
// who else is there; and its shares are what was asked for.
func TestTheSplit(t *testing.T) {
	c := springMail()
	c.Control = 0.2
	all, err := c.Select(subjects(4000), day("2024-03-01"), permitted, nil)
	require.NoError(t, err)
	arm := make(map[rapport.ID]customer.CampaignArm)
	control := 0
	for _, m := range all.Members {
		arm[m.Customer] = m.Arm
		if m.Arm == customer.ArmControl {
			control++
		}
	}
	require.InDelta(t, 800, control, 3*25.3, "within three standard deviations √(4000 · .2 · .8)")
	some, err := c.Select(func(yield func(customer.AudienceSubject) bool) {
		for _, i := range []int{3999, 17, 5, 2000} {
			if !yield(subject(fmt.Sprintf("c%05d", i))) {
				return
			}
		}
	}, day("2024-03-20"), permitted, nil)
	require.NoError(t, err)
	require.True(t, slices.IsSortedFunc(some.Members, func(a, b customer.CampaignMember) int { return strings.Compare(string(a.Customer), string(b.Customer)) }))
	for _, m := range some.Members {
		require.Equal(t, arm[m.Customer], m.Arm)
		require.Equal(t, customer.CampaignMemberID("spring", m.Customer), m.ID)
	}
	c.Seed++
	other, err := c.Select(subjects(4000), day("2024-03-01"), permitted, nil)
	require.NoError(t, err)
	moved := 0
	for _, m := range other.Members {
		if arm[m.Customer] != m.Arm {
			moved++
		}
	}
	require.InDelta(t, 1280, moved, 100, "another seed is another draw: 2 · .2 · .8 of them move")

	strata := func(s customer.AudienceSubject) string { return string(s.Customer.ID()[5:]) } // ten groups
	even, err := c.Select(subjects(100), day("2024-03-01"), permitted, &customer.SelectOptions{Stratum: strata})
	require.NoError(t, err)
	byStratum := make(map[string]int)
	for _, m := range even.Members {
		if m.Arm == customer.ArmControl {
			byStratum[m.Stratum]++
		}
	}
	require.Len(t, byStratum, 10)
	for stratum, n := range byStratum {
		require.Equalf(t, 2, n, "stratum %s of ten gives its fifth", stratum)
	}
}

func TestWhoIsLeftOut(t *testing.T) {
	c := springMail()
	c.Audience.Except = []rapport.ID{"c00001"}
	deny := func(id rapport.ID, purpose customer.Purpose, channel customer.Channel, at time.Time) (bool, string) {
		require.Equal(t, customer.PurposeMarketing, purpose)
		require.Equal(t, customer.ChannelEmail, channel)
		require.Equal(t, day("2024-03-01"), at)
		return id != "c00002", "withdrawn"
	}
	s, err := c.Select(subjects(4), day("2024-03-01"), deny, nil)
	require.NoError(t, err)
	require.Equal(t, []customer.LeftOut{{"c00001", customer.LeftExcept, ""}, {"c00002", customer.LeftNotAllowed, "withdrawn"}}, s.LeftOut)
	require.Len(t, s.Members, 2)
	s, err = c.Select(subjects(1), day("2024-03-01"), permitted, &customer.SelectOptions{Reachable: true})
	require.NoError(t, err)
	require.Equal(t, []customer.LeftOut{{"c00000", customer.LeftNoContact, "email"}}, s.LeftOut)

	_, err = c.Select(subjects(1), day("2024-04-01"), nil, nil)
	require.Equal(t, []string{"at: out-of-range", "allowed: missing"}, problemsOf(t, err))
	twice := []customer.AudienceSubject{subject("x"), subject("x")}
	_, err = c.Select(slices.Values(twice), day("2024-03-01"), permitted, nil)
	require.Equal(t, []string{"subjects x: duplicate"}, problemsOf(t, err))
	_, err = c.Select(slices.Values([]customer.AudienceSubject{{}}), day("2024-03-01"), permitted, nil)
	require.Error(t, err)
	c.Audience.Rule = "broken"
	_, err = c.Select(subjects(1), day("2024-03-01"), permitted, &customer.SelectOptions{Check: func(string, customer.AudienceSubject, time.Time) (bool, error) {
		return false, errors.New("no such rule")
	}})
	require.ErrorContains(t, err, "no such rule")
}

func member(campaign, id string, arm customer.CampaignArm, contacts ...string) customer.CampaignMember {
	m := customer.CampaignMember{
		ID: customer.CampaignMemberID(rapport.ID(campaign), rapport.ID(id)), Campaign: rapport.ID(campaign), Customer: rapport.ID(id),
		Arm: arm, Channel: customer.ChannelEmail, Assigned: day("2024-03-01"), RecordedAt: day("2024-03-01"),
	}
	for _, at := range contacts {
		m.Contacts = append(m.Contacts, day(at))
	}
	return m
}

func TestCampaignMember(t *testing.T) {
	m := member("spring", "c1", customer.ArmTreatment)
	require.Equal(t, customer.Channel(""), customer.EventOf(m).Channel)
	m, err := m.WithContact(day("2024-03-02"), day("2024-03-02"))
	require.NoError(t, err)
	m, err = m.WithResponse(customer.CampaignResponse{At: day("2024-03-03"), Type: customer.ResponseInterested, Text: "call me"}, day("2024-03-04"))
	require.NoError(t, err)
	require.Contains(t, sameRecord(t, m), `"type":"interested"`)
	require.Equal(t, customer.Filing{Kind: "campaign-member", ID: m.ID, Customer: "c1", With: "spring", At: day("2024-03-02"), RecordedAt: day("2024-03-04")}, m.Filing())
	require.Equal(t, customer.ChannelEmail, customer.EventOf(m).Channel)
	require.NotEqual(t, customer.CampaignMemberID("ab", "c"), customer.CampaignMemberID("a", "bc"))

	for want, wrong := range map[string]customer.CampaignMember{
		"contacts: not-allowed":     member("spring", "c1", customer.ArmControl, "2024-03-02"),
		"contacts[0]: out-of-range": member("spring", "c1", customer.ArmTreatment, "2024-02-01"),
		"contacts[1]: out-of-range": member("spring", "c1", customer.ArmTreatment, "2024-03-05", "2024-03-04"),
		"arm: unknown":              member("spring", "c1", "both"),
	} {
		require.Equal(t, []string{want}, problemsOf(t, wrong.Validate()))
	}
	_, err = member("spring", "c1", customer.ArmTreatment).WithResponse(customer.CampaignResponse{At: day("2024-03-03"), Type: customer.ResponseOpened}, day("2024-03-04"))
	require.Equal(t, []string{"responses: not-allowed"}, problemsOf(t, err))
	_, err = m.WithResponse(customer.CampaignResponse{At: day("2024-03-02"), Type: "sang"}, day("2024-03-04"))
	require.Equal(t, []string{"responses[1].at: out-of-range", "responses[1].type: unknown"}, problemsOf(t, err))
	_, err = m.WithContact(day("2024-03-01"), day("2024-03-04"))
	require.Equal(t, []string{"contacts[1]: out-of-range"}, problemsOf(t, err))
}

// Whatever the campaign and whoever is asked: everybody is a member or left out, in
// order, and members are valid.
func TestSelectLosesNobody(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := springMail()
		c.Seed, c.Control = rapid.Uint64().Draw(r, "seed"), rapid.Float64Range(0, 0.999).Draw(r, "control")
		ids := rapid.SliceOfNDistinct(rapid.Custom(func(r *rapid.T) string { return drawText(r, "id", 1) }), 0, 20, func(id string) string { return id }).Draw(r, "ids")
		o := &customer.SelectOptions{}
		if rapid.Bool().Draw(r, "strata") {
			o.Stratum = func(s customer.AudienceSubject) string { return fmt.Sprint(len(s.Customer.ID())) }
		}
		s, err := c.Select(func(yield func(customer.AudienceSubject) bool) {
			for _, id := range ids {
				if !yield(subject(id)) {
					return
				}
			}
		}, day("2024-03-05"), func(id rapport.ID, _ customer.Purpose, _ customer.Channel, _ time.Time) (bool, string) {
			return len(id)%2 == 0, "odd"
		}, o)
		require.NoError(r, err)
		require.Len(r, ids, len(s.Members)+len(s.LeftOut))
		for _, m := range s.Members {
			require.NoError(r, m.Validate())
		}
	})
}

func BenchmarkSelect(b *testing.B) {
	all := slices.Collect(subjects(10000))
	c := springMail()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Select(slices.Values(all), day("2024-03-01"), permitted, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// Consent is asked as of the instant of the choice: who withdrew before is left out.
func TestConsentDecidesWhoIsChosen(t *testing.T) {
	given := func(id, subject string) customer.Consent {
		c := newsletter()
		c.ID, c.Subject, c.Guardian = rapport.ID(id), rapport.ID(subject), customer.Guardian{}
		return c
	}
	withdrawn := given("k3", "c00001")
	withdrawn.Status, withdrawn.GivenAt, withdrawn.At, withdrawn.RecordedAt = customer.ConsentWithdrawn, withdrawn.At, day("2024-02-01"), day("2024-02-01")
	withdrawn.Expires = time.Time{}
	ledger, err := customer.NewConsentLedger([]customer.Consent{given("k1", "c00000"), given("k2", "c00001"), withdrawn}, nil)
	require.NoError(t, err)
	permit := customer.PermitBy(ledger, func(rapport.ID) customer.Jurisdiction { return customer.JurisdictionPIPL })
	s, err := springMail().Select(subjects(3), day("2024-03-01"), permit, nil)
	require.NoError(t, err)
	require.Len(t, s.Members, 1)
	require.Equal(t, []customer.LeftOut{
		{"c00001", customer.LeftNotAllowed, string(customer.BecauseWithdrawn)}, {"c00002", customer.LeftNotAllowed, string(customer.BecauseNoRecord)},
	}, s.LeftOut)
}

// The arms of the first two dozen customers, as a separate program drew them from
// the documented hash: they are the same on every machine and in every version.
func TestTheDrawStays(t *testing.T) {
	s, err := springMail().Select(subjects(24), day("2024-03-01"), permitted, nil)
	require.NoError(t, err)
	var arms strings.Builder
	for _, m := range s.Members {
		arms.WriteByte(m.Arm[0])
	}
	require.Equal(t, "ctccccctttccccctcttttcct", arms.String())
}

func TestPermitByNoLawDenies(t *testing.T) {
	allowed, reason := customer.PermitBy(customer.ConsentLedger{}, nil)("c1", customer.PurposeMarketing, customer.ChannelEmail, day("2024-01-01"))
	require.False(t, allowed)
	require.Equal(t, string(customer.BecauseJurisdictionUnknown), reason)
}
