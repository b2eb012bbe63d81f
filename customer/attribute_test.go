package customer_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// profileDraft has every field that came with format 2.
func profileDraft() customer.Draft {
	return customer.Draft{
		ID: "harbour-tea", Kind: customer.Organisation, Name: "Harbour Tea Trading",
		OtherNames: []customer.Name{{
			Usage: customer.UsageLegal, Text: "Harbour Tea Trading Co., Ltd", Valid: since("2019-04-01"),
			Verified: true, VerifiedAt: day("2021-03-02"), VerifiedBy: "register",
		}},
		Identifiers: []customer.Identifier{
			{System: "tax", Type: "vat", Value: "xy 12-34", Normal: "XY1234"},
			{System: "erp", Type: "account", Value: "C001"},
		},
		Contacts: []customer.ContactPoint{{
			Channel: customer.ChannelPhone, Value: "+86 20 5550 0123", Usage: customer.UsageWork,
			Verified: true, VerifiedAt: day("2021-03-02"), VerifiedBy: "call-back",
		}},
		Addresses: []customer.Address{
			{
				Country: "CN", Region: "广东", City: "广州", District: "荔湾区", Street: "茶叶路", Number: "88", Unit: "3-201",
				Postcode: "510000", Text: "广东省广州市荔湾区茶叶路88号", Usage: customer.UsageDelivery,
				Verified: true, VerifiedAt: day("2021-04-01"), VerifiedBy: "delivery", Preferred: true, Valid: since("2021-03-01"),
			},
			{Text: "Box 7, Harbour Road", Usage: customer.UsageBilling},
		},
		Roles: []customer.Role{{Type: customer.Enterprise, Valid: since("2021-03-01")}},
		Attributes: []customer.Attribute{
			{
				Name: customer.AttributeFoundationDate, Value: customer.DateOf(customer.Date{Year: 2019, Month: time.April}),
				Source: "register", RecordedAt: day("2021-03-02"), Confidence: 0.95, Basis: customer.BasisPublicData,
			},
			{Name: "staff", Value: customer.NumberOf(12.5), Valid: since("2022-01-01"), Basis: customer.BasisContract},
			{Name: "note", Value: customer.TextOf("buys in spring"), Basis: customer.BasisLegitimateInterest},
			{Name: "step-free", Value: customer.FlagOf(true), Basis: customer.BasisConsent, Sensitive: true},
			{Name: "trade", Value: customer.CodeOf("wholesale"), Basis: customer.BasisContract},
		},
		Preferences: []customer.Preference{
			{Topic: customer.TopicLanguage, Choice: "zh-Hans", Source: "visit", RecordedAt: day("2021-03-02"), Confidence: 1},
			{Topic: customer.TopicTime, Choice: "monday-morning", Dislike: true, Valid: since("2023-01-01")},
		},
		Owners: []customer.Ownership{
			{
				Owner: "li.wei", Role: customer.OwnerAccountManager, Team: "south", Branch: "guangzhou", Share: 1,
				Valid: rapport.MustInterval("2021-03-01T00:00:00Z/2024-01-01T00:00:00Z"), RecordedAt: day("2021-03-02"),
			},
			{
				Owner: "ana", Role: customer.OwnerAccountManager, Partner: "reseller-7", Share: 0.6,
				Valid: since("2024-01-01"), Source: "handover", RecordedAt: day("2023-12-20"),
			},
		},
		Visibility: customer.VisibleTeam, Since: day("2021-03-01"), RecordedAt: day("2024-01-02"),
	}
}

func TestProfileIsKept(t *testing.T) {
	c, err := customer.NewStrict(profileDraft())
	require.NoError(t, err)
	if diff := cmp.Diff(profileDraft(), c.Draft(), cmp.AllowUnexported(rapport.Interval{}, customer.Value{})); diff != "" {
		t.Errorf("draft changed on its way (-given +kept):\n%s", diff)
	}
	for name, change := range map[string]func(*customer.Draft){
		"address":    func(d *customer.Draft) { d.Addresses[0].Unit = "3-202" },
		"attribute":  func(d *customer.Draft) { d.Attributes[1].Value = customer.NumberOf(13) },
		"preference": func(d *customer.Draft) { d.Preferences[1].Dislike = false },
		"owner":      func(d *customer.Draft) { d.Owners[1].Share = 0.5 },
		"visibility": func(d *customer.Draft) { d.Visibility = customer.VisibleOwner },
		"normal":     func(d *customer.Draft) { d.Identifiers[0].Normal = "" },
	} {
		draft := c.Draft()
		change(&draft)
		other, err := customer.New(draft)
		require.NoError(t, err)
		require.False(t, c.Equal(other), name)
		require.False(t, other.Equal(c), name)
	}
	c.Addresses()[0].City, c.Attributes()[0].Name, c.Preferences()[0].Choice, c.Owners()[0].Owner = "x", "x", "x", "x"
	require.Equal(t, "广州", c.Addresses()[0].City)
	require.Equal(t, "li.wei", c.Owners()[0].Owner)
	require.Equal(t, customer.VisibleTeam, c.Visibility())
}

func TestProfileProblems(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*customer.Draft)
		want   []string
	}{
		"identifier with the key of another": {
			func(d *customer.Draft) {
				d.Identifiers[1] = customer.Identifier{System: "tax", Type: "vat", Value: "XY1234"}
			},
			[]string{"identifiers[1]: duplicate"},
		},
		"verification of what is not verified": {
			func(d *customer.Draft) {
				d.OtherNames[0].Verified, d.Contacts[0].Verified, d.Addresses[0].Verified = false, false, false
				d.Contacts[0].VerifiedBy = ""
			},
			[]string{
				"other_names[0].verified_at: not-allowed", "other_names[0].verified_by: not-allowed",
				"contacts[0].verified_at: not-allowed",
				"addresses[0].verified_at: not-allowed", "addresses[0].verified_by: not-allowed",
			},
		},
		"addresses": {
			func(d *customer.Draft) {
				d.Addresses[0].Country = "cn"
				d.Addresses[0].City = "a\xffb"
				d.Addresses[1].Text = ""
			},
			[]string{"addresses[0].country: malformed", "addresses[0].city: not-utf8", "addresses[1].text: missing"},
		},
		"address twice, both preferred": {
			func(d *customer.Draft) { d.Addresses[1] = d.Addresses[0] },
			[]string{"addresses[1]: duplicate", "addresses[1].preferred: overlap"},
		},
		"attributes": {
			func(d *customer.Draft) {
				d.Attributes[0].Value = customer.TextOf("2019")
				d.Attributes[1].Value = customer.NumberOf(math.NaN())
				d.Attributes[2].Name = ""
				d.Attributes[2].Value = customer.Value{}
				d.Attributes[3].Confidence = math.NaN()
				d.Attributes[4].Confidence = 1.01
			},
			[]string{
				"attributes[0].value: not-allowed", "attributes[1].value: out-of-range", "attributes[2].name: missing",
				"attributes[2].value: missing", "attributes[3].confidence: out-of-range", "attributes[4].confidence: out-of-range",
			},
		},
		"values": {
			func(d *customer.Draft) {
				d.Attributes[0].Value = customer.DateOf(customer.Date{Year: 2023, Month: 2, Day: 29})
				d.Attributes[1].Value = customer.NumberOf(math.Inf(1))
				d.Attributes[2].Value = customer.TextOf("")
				d.Attributes[4].Value = customer.DateOf(customer.Date{})
			},
			[]string{
				"attributes[0].value: malformed", "attributes[1].value: out-of-range",
				"attributes[2].value: missing", "attributes[4].value: missing",
			},
		},
		"attribute twice at one time": {
			func(d *customer.Draft) { d.Attributes[2] = d.Attributes[4] },
			[]string{"attributes[4]: duplicate"},
		},
		"liked and disliked": {
			func(d *customer.Draft) {
				d.Preferences[0] = d.Preferences[1]
				d.Preferences[1].Dislike = false
				d.Preferences[0].Confidence = -0.1
			},
			[]string{"preferences[0].confidence: out-of-range", "preferences[1].valid: overlap"},
		},
		"owner twice in a role": {
			func(d *customer.Draft) { d.Owners[1].Owner = "li.wei"; d.Owners[1].Valid = since("2023-12-31") },
			[]string{"owners[1].valid: overlap", "owners[1].share: out-of-range"},
		},
		"shares above 1": {
			func(d *customer.Draft) { d.Owners[1].Valid = since("2023-12-31") },
			[]string{"owners[1].share: out-of-range"},
		},
		"one share": {
			func(d *customer.Draft) { d.Owners[0].Share = -1; d.Owners[1].Share = math.NaN() },
			[]string{"owners[0].share: out-of-range", "owners[1].share: out-of-range"},
		},
		"owners": {
			func(d *customer.Draft) { d.Owners[0].Owner = ""; d.Owners[0].Role = ""; d.Visibility = 7 },
			[]string{"owners[0].owner: missing", "owners[0].role: missing", "visibility: unknown"},
		},
		"too many": {
			func(d *customer.Draft) {
				d.Addresses = make([]customer.Address, customer.MaxEntries+1)
				d.Attributes = make([]customer.Attribute, customer.MaxEntries+1)
				d.Preferences = make([]customer.Preference, customer.MaxEntries+1)
				d.Owners = make([]customer.Ownership, customer.MaxEntries+1)
			},
			[]string{"addresses: too-many", "attributes: too-many", "preferences: too-many", "owners: too-many"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			draft := profileDraft()
			tc.change(&draft)
			_, err := customer.New(draft)
			if diff := cmp.Diff(tc.want, problemsOf(t, err)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// Requirement C12: an attribute without a basis is refused in strict mode.
func TestStrictModeAsksForABasis(t *testing.T) {
	draft := profileDraft()
	draft.Attributes[1].Basis = ""
	draft.Attributes[3].Basis = customer.BasisLegitimateInterest
	c, err := customer.New(draft)
	require.NoError(t, err)
	want := []string{"attributes[1].basis: missing", "attributes[3].basis: not-allowed"}
	require.Equal(t, want, problemsOf(t, c.CheckBasis()))
	_, err = customer.NewStrict(draft)
	require.Equal(t, want, problemsOf(t, err))
	_, err = customer.NewStrict(customer.Draft{})
	require.Error(t, err)
}

func TestAttributeAt(t *testing.T) {
	attribute := func(value float64, confidence float64, recorded string, valid rapport.Interval) customer.Attribute {
		return customer.Attribute{Name: "staff", Value: customer.NumberOf(value), Confidence: confidence, RecordedAt: day(recorded), Valid: valid}
	}
	c, err := customer.New(customer.Draft{ID: "x", Kind: customer.Organisation, RecordedAt: day("2024-01-01"),
		Attributes: []customer.Attribute{
			attribute(1, 0.5, "2021-01-01", rapport.Interval{}),
			attribute(2, 0.5, "2022-01-01", rapport.Interval{}),
			attribute(3, 0.9, "2020-01-01", interval(t, "2020-01-01", "2021-01-01")),
			attribute(4, 0, "2020-01-01", interval(t, "2023-01-01", "")),
		}})
	require.NoError(t, err)
	for date, want := range map[string]float64{"2019-12-31": 2, "2020-01-01": 3, "2021-01-01": 2, "2023-01-01": 4} {
		a, ok := c.AttributeAt("staff", day(date))
		require.True(t, ok)
		got, ok := a.Value.Number()
		require.True(t, ok)
		require.Equal(t, want, got, date)
	}
	_, ok := c.AttributeAt("income", day("2024-01-01"))
	require.False(t, ok)
}

func TestDates(t *testing.T) {
	for text, want := range map[string]customer.Date{
		"1980-06-19": {Year: 1980, Month: 6, Day: 19}, "1980-06": {Year: 1980, Month: 6}, "0001": {Year: 1}, "2024-02-29": {Year: 2024, Month: 2, Day: 29},
	} {
		got, err := customer.ParseDate(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, text, got.String())
		require.True(t, got.IsValid())
	}
	for _, text := range []string{"", "0000", "1980-6-19", "1980-13", "2023-02-29", "1980-06-19T00:00:00Z", "80", " 1980", "１９８０"} {
		_, err := customer.ParseDate(text)
		wrong, ok := errors.AsType[*customer.DateError](err)
		require.True(t, ok, text)
		require.NotEmpty(t, wrong.Error())
	}
	require.False(t, customer.Date{Year: 1980, Day: 1}.IsValid())
	require.False(t, customer.Date{}.IsValid())
	rapid.Check(t, func(r *rapid.T) {
		d := customer.Date{Year: rapid.IntRange(-1, 10000).Draw(r, "year"), Month: time.Month(rapid.IntRange(-1, 13).Draw(r, "month")), Day: rapid.IntRange(-1, 32).Draw(r, "day")}
		back, err := customer.ParseDate(d.String())
		require.Equal(r, d.IsValid(), err == nil && back == d)
	})
}

func TestAge(t *testing.T) {
	for _, tc := range []struct {
		born, today  string
		fewest, most int
		ok           bool
	}{
		{"2010-06-19", "2024-06-18", 13, 13, true},
		{"2010-06-19", "2024-06-19", 14, 14, true},
		{"2010-06", "2024-06-10", 13, 14, true},
		{"2010", "2024-06-10", 13, 14, true},
		{"2008-02-29", "2023-02-28", 14, 14, true},
		{"2008-02-29", "2023-03-01", 15, 15, true},
		{"2024-06-19", "2024-06-19", 0, 0, true},
		{"2024-06", "2024-06-19", 0, 0, false},
	} {
		born, err := customer.ParseDate(tc.born)
		require.NoError(t, err)
		fewest, most, ok := born.Age(day(tc.today))
		require.Equal(t, []any{tc.fewest, tc.most, tc.ok}, []any{fewest, most, ok}, "%s on %s", tc.born, tc.today)
	}
	// The day is that of the caller's location.
	born := customer.Date{Year: 2010, Month: 6, Day: 19}
	_, most, ok := born.Age(time.Date(2024, 6, 18, 23, 0, 0, 0, time.UTC).In(time.FixedZone("east", 8*3600)))
	require.True(t, ok)
	require.Equal(t, 14, most)

	draft := fullDraft()
	draft.Attributes = []customer.Attribute{{Name: customer.AttributeBirthDate, Value: customer.DateOf(born)}}
	c, err := customer.New(draft)
	require.NoError(t, err)
	got, ok := c.BirthDate(day("2024-01-01"))
	require.True(t, ok)
	require.Equal(t, born, got)
	draft.Kind = customer.Organisation
	c, err = customer.New(draft)
	require.NoError(t, err)
	_, ok = c.BirthDate(day("2024-01-01"))
	require.False(t, ok)
}

func TestValueJSON(t *testing.T) {
	for text, want := range map[string]customer.Value{
		`{"type":"text","text":"a"}`:       customer.TextOf("a"),
		`{"type":"code","text":"a"}`:       customer.CodeOf("a"),
		`{"type":"number","number":0}`:     customer.NumberOf(math.Copysign(0, -1)),
		`{"type":"number","number":-1.5}`:  customer.NumberOf(-1.5),
		`{"type":"flag","flag":false}`:     customer.FlagOf(false),
		`{"type":"date","text":"1980-06"}`: customer.DateOf(customer.Date{Year: 1980, Month: 6}),
	} {
		written, err := json.Marshal(want)
		require.NoError(t, err)
		require.Equal(t, text, string(written))
		var read customer.Value
		require.NoError(t, json.Unmarshal(written, &read))
		require.Equal(t, want, read)
	}
	for _, wrong := range []string{
		`{"type":"number","text":"1"}`, `{"type":"text"}`, `{"type":"mood","text":"a"}`, `{"type":"date","text":"June"}`,
		`{"type":"flag","flag":true,"number":1}`, `{"type":"flag","flag":true,"flag":true}`, `7`, `{"type":"number","number":1e999}`,
	} {
		v := customer.CodeOf("before")
		require.Error(t, json.Unmarshal([]byte(wrong), &v), wrong)
		require.Equal(t, customer.CodeOf("before"), v)
	}
}

func TestValues(t *testing.T) {
	for want, v := range map[string]customer.Value{
		"text a": customer.TextOf("a"), "code a": customer.CodeOf("a"), "number 0.1": customer.NumberOf(0.1),
		"flag true": customer.FlagOf(true), "date 1980-06": customer.DateOf(customer.Date{Year: 1980, Month: 6}), " ": {},
	} {
		require.Equal(t, want, string(v.Type())+" "+v.String())
		_, isText := v.Text()
		_, isNumber := v.Number()
		_, isDate := v.Date()
		_, isFlag := v.Flag()
		is := map[customer.ValueType][]bool{
			customer.TextValue: {true, false, false, false}, customer.CodeValue: {true, false, false, false},
			customer.NumberValue: {false, true, false, false}, customer.DateValue: {false, false, true, false},
			customer.FlagValue: {false, false, false, true}, "": {false, false, false, false},
		}
		require.Equal(t, is[v.Type()], []bool{isText, isNumber, isDate, isFlag}, want)
	}
	text, err := json.Marshal(customer.Value{})
	require.NoError(t, err)
	require.Equal(t, "null", string(text))
	first, last := customer.Date{Year: 2024, Month: 2}.Bounds()
	require.Equal(t, []time.Time{day("2024-02-01"), day("2024-02-29")}, []time.Time{first, last})
	first, last = customer.Date{}.Bounds()
	require.True(t, first.IsZero() && last.IsZero())
}
