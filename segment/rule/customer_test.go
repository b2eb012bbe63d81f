package rule_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment/rule"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func until(t *testing.T, from, to time.Time) rapport.Interval {
	t.Helper()
	i, err := rapport.NewInterval(from, to)
	require.NoError(t, err)
	return i
}

func TestCustomerFacts(t *testing.T) {
	now := day(2024, 5, 1)
	attributes := append(rule.CustomerAttributes(),
		rule.Attribute{Name: "mobility", Type: rule.TextType, Needs: customer.PurposeSensitive},
		rule.Attribute{Name: "need", Type: rule.TagsType}, rule.Attribute{Name: "household", Type: rule.NumberType},
		rule.Attribute{Name: "moved", Type: rule.DateType}, rule.Attribute{Name: "owner", Type: rule.FlagType},
		rule.Attribute{Name: rule.CustomerLikes + "channel", Type: rule.TagsType})
	schema, err := rule.NewSchema(attributes, rule.CustomerEvents(rapport.CNY), nil)
	require.NoError(t, err)
	checks := []rule.Condition{
		rule.Text(rule.CustomerKind).Is("person"), rule.Tags(rule.CustomerRoles).Has("consumer"),
		rule.Date(rule.CustomerSince).On(customer.Date{Year: 2020, Month: 2, Day: 3}), rule.Date(rule.CustomerBirth).Age().AtLeast(65),
		rule.Text(rule.CustomerCountry).Is("CN"), rule.Text(rule.CustomerRegion).Empty(), rule.Text(rule.CustomerCity).Is("佛山"),
		rule.Tags(rule.CustomerNeeds).Has("P-7"), rule.Text("mobility").Is("limited"), rule.Tags("need").HasAll("24x7", "on-site"),
		rule.Number("household").Is(2), rule.Date("moved").Before(customer.Date{Year: 2022, Month: 1, Day: 1}), rule.Flag("owner").Yes(),
		rule.Tags(rule.CustomerLikes + "channel").Has("phone"), rule.Not(rule.Tags(rule.CustomerLikes + "channel").Has("email")),
		rule.Events("sale").Where("channel", "shop").Sum().Is(rapport.MustMoney("30 CNY")), rule.Events("return").Count().Is(1),
		rule.Events("interaction").Where("direction", "inbound").Where("outcome", "solved").Count().Is(1),
	}
	set, err := rule.Compile(schema, rule.Rules{{Name: "all", When: rule.And(checks...)}})
	require.NoError(t, err)

	attribute := func(name string, v customer.Value) customer.Attribute {
		return customer.Attribute{Name: name, Value: v, Basis: customer.BasisConsent}
	}
	limited := attribute("mobility", customer.CodeOf("limited"))
	limited.Sensitive, limited.Valid = true, until(t, day(2024, 1, 1), day(2024, 9, 1))
	draft := customer.Draft{
		ID: "a", Kind: customer.Person, Name: "Chen Mei", RecordedAt: now, Since: day(2020, 2, 3),
		Roles:     []customer.Role{{Type: customer.Consumer, Valid: until(t, day(2020, 2, 3), day(2024, 7, 1))}},
		Addresses: []customer.Address{{Country: "CN", City: "佛山"}},
		Attributes: []customer.Attribute{limited, attribute("need", customer.CodeOf("24x7")), attribute("need", customer.CodeOf("on-site")),
			attribute("household", customer.NumberOf(2)), attribute("moved", customer.DateOf(customer.Date{Year: 2021})), attribute("owner", customer.FlagOf(true)),
			attribute(customer.AttributeBirthDate, customer.DateOf(customer.Date{Year: 1950}))},
		Preferences: []customer.Preference{{Topic: customer.TopicChannel, Choice: "phone"}, {Topic: customer.TopicChannel, Choice: "email", Dislike: true}},
	}
	draft.Attributes[1].Source, draft.Attributes[2].Source = "desk", "survey"
	c, err := customer.New(draft)
	require.NoError(t, err)
	transaction := func(id string, kind customer.TransactionKind, amount string, channel customer.Channel) customer.Transaction {
		x, err := customer.NewTransaction(customer.TransactionDraft{Key: customer.ExternalKey{System: "pos", ID: id}, Kind: kind, Customer: "a",
			At: day(2024, 4, 1), RecordedAt: now, Amount: rapport.MustMoney(amount), Channel: channel})
		require.NoError(t, err)
		return x
	}
	talk, err := customer.NewInteraction(customer.InteractionDraft{Key: customer.ExternalKey{System: "desk", ID: "1"}, Customer: "a",
		Channel: customer.ChannelPhone, Direction: customer.Inbound, At: day(2024, 4, 2), RecordedAt: now, Outcome: "solved"})
	require.NoError(t, err)
	long := strings.Repeat("x", 127)
	records := rule.CustomerRecords{
		Customer: c,
		Needs: []customer.Need{{ID: "n1", Customer: "a", Product: "P-7", Status: customer.NeedOpen, At: day(2024, 4, 1)},
			{ID: "n2", Customer: "a", Product: "P-8", Status: customer.NeedMet, At: day(2024, 4, 1)}},
		Transactions: []customer.Transaction{transaction("1", customer.Sale, "10 CNY", "shop"), transaction(long+"1", customer.Sale, "20 CNY", "shop"),
			transaction(long+"2", customer.Sale, "40 CNY", "web"), transaction("2", customer.Return, "-5 CNY", "shop"), transaction("3", customer.Cost, "4 CNY", "")},
		Interactions: []customer.Interaction{talk},
	}
	f, turn, err := rule.CustomerFacts(set, records, now)
	require.NoError(t, err)
	require.Equal(t, day(2024, 7, 1), turn, "the role ends before the mobility")
	require.NoError(t, f.Consult(given, now))
	m, err := set.At(now)
	require.NoError(t, err)
	x, err := m.Explain(f, "all")
	require.NoError(t, err)
	for i, part := range x.Of {
		text, _ := checks[i].MarshalJSON()
		require.Equal(t, rule.True, part.Truth, "%s saw %s", text, part.Seen)
	}
	// A need that will be spoken of turns the facts too.
	records.Needs[0].At = day(2024, 6, 1)
	_, turn, err = rule.CustomerFacts(set, records, now)
	require.NoError(t, err)
	require.Equal(t, day(2024, 6, 1), turn)
	records.Needs[0].At = day(2024, 4, 1)
	// Later the role and the mobility are over.
	f, turn, err = rule.CustomerFacts(set, records, day(2024, 10, 1))
	require.NoError(t, err)
	require.True(t, turn.IsZero())
	require.NoError(t, f.Consult(given, now))
	x, err = m.Explain(f, "all")
	require.NoError(t, err)
	require.Equal(t, rule.False, x.Of[1].Truth)
	require.Equal(t, rule.Unknown, x.Of[8].Truth)

	// What the record marks as sensitive the schema must too.
	open := append(rule.CustomerAttributes(), rule.Attribute{Name: "mobility", Type: rule.TextType})
	schema, err = rule.NewSchema(open, rule.CustomerEvents(rapport.EUR), nil)
	require.NoError(t, err)
	set, err = rule.Compile(schema, rule.Rules{{Name: "m", When: rule.Text("mobility").Is("limited")}})
	require.NoError(t, err)
	_, _, err = rule.CustomerFacts(set, records, now)
	require.ErrorIs(t, err, rule.ErrSensitive)
	set, err = rule.Compile(schema, rule.Rules{{Name: "m", When: rule.Events("sale").Count().Is(1)}})
	require.NoError(t, err)
	_, _, err = rule.CustomerFacts(set, records, now)
	require.ErrorIs(t, err, rule.ErrCurrency)
	records.Needs[0].Customer = "b"
	records.Transactions = nil
	set, err = rule.Compile(schema, rule.Rules{{Name: "m", When: rule.Tags(rule.CustomerNeeds).Empty()}})
	require.NoError(t, err)
	_, _, err = rule.CustomerFacts(set, records, now)
	require.ErrorIs(t, err, rule.ErrOtherCustomer)
	_, _, err = rule.CustomerFacts(set, rule.CustomerRecords{}, now)
	require.Error(t, err)
	_, _, err = rule.CustomerFacts(set, rule.CustomerRecords{Customer: c}, time.Time{})
	require.ErrorIs(t, err, rule.ErrTime)
}
