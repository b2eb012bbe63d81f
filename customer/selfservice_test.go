package customer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func selfServed(action customer.SelfServiceAction) customer.SelfServiceChange {
	s := customer.SelfServiceChange{
		ID: "s1", Customer: "00004", Action: action, Over: customer.ChannelWeb, At: day("2024-05-01"), RecordedAt: day("2024-05-01"),
	}
	switch action {
	case customer.SelfSetName:
		s.Name = "Mei Li-Wang"
	case customer.SelfAddContact, customer.SelfEndContact:
		s.Channel, s.Value = customer.ChannelEmail, "li@example.com"
	case customer.SelfGiveConsent, customer.SelfWithdrawConsent:
		s.Purpose = "marketing"
	}
	return s
}

// A customer moves to another e-mail address by itself: the new one after
// verification, then the old one ends.
func TestSelfServiceChangesTheProfile(t *testing.T) {
	c, err := customer.New(customer.Draft{
		ID: "00004", Kind: customer.Person, Name: "Mei Li", RecordedAt: day("2024-01-01"),
		Contacts: []customer.ContactPoint{{Channel: customer.ChannelEmail, Value: "old@example.com", Valid: since("2020-01-01")}},
	})
	require.NoError(t, err)
	policy := customer.DefaultSelfService()
	add := selfServed(customer.SelfAddContact)
	same, answered, err := policy.Apply(c, add)
	require.NoError(t, err)
	require.Equal(t, customer.SelfVerify, answered.Answer)
	require.True(t, same.Equal(c))
	add.Verified = true
	next, answered, err := policy.Apply(c, add)
	require.NoError(t, err)
	require.Equal(t, customer.SelfAllowed, answered.Answer)
	sameRecord(t, answered)
	require.Equal(t, day("2024-05-01"), next.RecordedAt())
	end := selfServed(customer.SelfEndContact)
	end.Value, end.At = "old@example.com", day("2024-05-02")
	next, _, err = policy.Apply(next, end)
	require.NoError(t, err)
	point, ok := next.ContactAt(customer.ChannelEmail, day("2024-05-03"))
	require.True(t, ok)
	require.Equal(t, "li@example.com", point.Value)
	require.True(t, point.Verified)
	point, _ = next.ContactAt(customer.ChannelEmail, day("2024-04-30"))
	require.Equal(t, "old@example.com", point.Value, "history stays")

	_, _, err = policy.Apply(next, end)
	require.Equal(t, []string{"value: missing"}, problemsOf(t, err))
	end.Value, end.At = "li@example.com", day("2024-05-01")
	_, _, err = policy.Apply(next, end)
	require.Equal(t, []string{"at: out-of-range"}, problemsOf(t, err))
	_, _, err = policy.Apply(next, add)
	require.Equal(t, []string{"contacts[2]: duplicate"}, problemsOf(t, err))
}

func TestSelfServicePolicy(t *testing.T) {
	c, err := customer.New(customer.Draft{ID: "00004", Kind: customer.Person, RecordedAt: day("2024-01-01")})
	require.NoError(t, err)
	policy := customer.SelfServicePolicy{Rules: []customer.SelfServiceRule{
		{customer.SelfAddContact, customer.ChannelEmail, customer.SelfAllowed},
		{customer.SelfAddContact, "", customer.SelfRefused},
		{customer.SelfGiveConsent, customer.ChannelPhone, customer.SelfVerify},
	}}
	answer := func(s customer.SelfServiceChange) customer.SelfServiceAnswer {
		_, answered, err := policy.Apply(c, s)
		require.NoError(t, err)
		return answered.Answer
	}
	require.Equal(t, customer.SelfAllowed, answer(selfServed(customer.SelfAddContact)))
	phone := selfServed(customer.SelfAddContact)
	phone.Channel = customer.ChannelPhone
	require.Equal(t, customer.SelfRefused, answer(phone))
	require.Equal(t, customer.SelfRefused, answer(selfServed(customer.SelfSetName)), "what no rule answers")
	require.Equal(t, customer.SelfRefused, answer(selfServed(customer.SelfGiveConsent)))
	require.Equal(t, customer.SelfAllowed, answer(selfServed(customer.SelfWithdrawConsent)))

	policy.Rules = append(policy.Rules, customer.SelfServiceRule{customer.SelfWithdrawConsent, "", customer.SelfVerify},
		customer.SelfServiceRule{"buy", "", ""}, policy.Rules[0])
	_, _, err = policy.Apply(c, selfServed(customer.SelfSetName))
	require.Equal(t, []string{"rules[3].answer: not-allowed", "rules[4].action: unknown", "rules[4].answer: missing", "rules[5]: duplicate"}, problemsOf(t, err))

	other := selfServed(customer.SelfSetName)
	other.Customer = "00005"
	_, _, err = customer.DefaultSelfService().Apply(c, other)
	require.Equal(t, []string{"customer: not-allowed"}, problemsOf(t, err))
	require.Equal(t, []string{"id: missing", "customer: missing", "action: missing", "over: missing", "at: missing", "recorded_at: missing"},
		problemsOf(t, customer.SelfServiceChange{}.Validate()))
	odd := selfServed(customer.SelfWithdrawConsent)
	odd.Name, odd.Value, odd.Usage, odd.Purpose, odd.Answer = "x", "y", "z", "", "maybe"
	require.Equal(t, []string{"name: not-allowed", "value: not-allowed", "usage: not-allowed", "purpose: missing", "answer: unknown"}, problemsOf(t, odd.Validate()))
	require.Equal(t, customer.ChannelWeb, customer.EventOf(odd).Channel)
}

// Requirement C11: 200 self-served of 1 000 requests are a deflection of .20.
func TestDeflection(t *testing.T) {
	var requests []customer.ServiceRequest
	for i := range 1000 {
		requests = append(requests, customer.ServiceRequest{Customer: rapport.ID(rune('a' + i%20)), At: day("2024-01-01"), SelfServed: i < 200})
	}
	d, err := customer.DeflectionOf(requests, nil)
	require.NoError(t, err)
	require.Equal(t, customer.Deflection{Rate: rapport.Ratio{Num: 200, Den: 1000, N: 1000}, SelfServed: 200}, d)

	contact := func(id string, channel customer.Channel, direction customer.Direction, at time.Time) customer.Interaction {
		draft := callDraft()
		draft.Customer, draft.Channel, draft.Direction, draft.At = rapport.ID(id), channel, direction, at
		return mustInteraction(t, draft)
	}
	at := day("2024-01-01")
	o := &customer.DeflectionOptions{Within: 48 * time.Hour, Contacts: []customer.Interaction{
		contact("a", customer.ChannelPhone, customer.Inbound, at.Add(48*time.Hour)), // ten requests of a
		contact("b", customer.ChannelPhone, customer.Inbound, at.Add(48*time.Hour+1)),
		contact("c", customer.ChannelPhone, customer.Outbound, at.Add(time.Hour)),
		contact("d", customer.ChannelApp, customer.Inbound, at.Add(time.Hour)),
		contact("e", customer.ChannelShop, customer.Inbound, at),
	}}
	d, err = customer.DeflectionOf(requests, o)
	require.NoError(t, err)
	require.Equal(t, customer.Deflection{Rate: rapport.Ratio{Num: 190, Den: 1000, N: 1000}, SelfServed: 200, Followed: 10}, d)
	o.Within = -1
	_, err = customer.DeflectionOf(requests, o)
	require.Equal(t, []string{"within: out-of-range"}, problemsOf(t, err))
	d, err = customer.DeflectionOf(nil, nil)
	require.NoError(t, err)
	_, some := d.Rate.Value()
	require.False(t, some)
}

// Consent for every channel is asked of every rule: it must not get round the one
// for a channel.
func TestSelfServiceConsentForEveryChannel(t *testing.T) {
	c, err := customer.New(customer.Draft{ID: "00004", Kind: customer.Person, RecordedAt: day("2024-01-01")})
	require.NoError(t, err)
	policy := customer.SelfServicePolicy{Rules: []customer.SelfServiceRule{
		{customer.SelfGiveConsent, "", customer.SelfAllowed}, {customer.SelfGiveConsent, customer.ChannelPhone, customer.SelfVerify},
	}}
	ask := selfServed(customer.SelfGiveConsent)
	for _, every := range []customer.Channel{"", customer.AnyChannel} {
		ask.Channel, ask.Verified = every, false
		_, answered, err := policy.Apply(c, ask)
		require.NoError(t, err)
		require.Equal(t, customer.SelfVerify, answered.Answer)
		ask.Verified = true
		_, answered, err = policy.Apply(c, ask)
		require.NoError(t, err)
		require.Equal(t, customer.SelfAllowed, answered.Answer)
	}
	policy.Rules = append(policy.Rules, customer.SelfServiceRule{customer.SelfGiveConsent, customer.ChannelPost, customer.SelfRefused})
	_, answered, err := policy.Apply(c, ask)
	require.NoError(t, err)
	require.Equal(t, customer.SelfRefused, answered.Answer)
}
