package credit_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/credit"
)

// TestFiles: everything that is kept reads back and is written again to the same bytes.
func TestFiles(t *testing.T) {
	policy := overridable()
	book, err := credit.NewBook([]credit.Account{account("shop", "", "100.00", "95.00")}, &credit.BookOptions{Policy: &policy})
	require.NoError(t, err)
	d, err := book.Decide("shop", cny("10.00"), day("2026-03-02"))
	require.NoError(t, err)
	approval, err := policy.Approve(d, credit.Override{ID: "o-1", By: "chen.yu", Role: "head_of_credit", Reason: "guarantee",
		At: day("2026-03-02"), Expires: day("2026-03-09"), Ceiling: cny("105.00")})
	require.NoError(t, err)
	_, record, err := book.ChangeLimit(credit.LimitChange{Customer: "shop", Limit: cny("120.00"), By: "chen.yu", At: day("2026-03-02")})
	require.NoError(t, err)
	flag := credit.Flag{ID: "f", Customer: "shop", Kind: credit.OverStocking, Evidence: "count of 1 March", By: "li.wei", At: day("2026-03-01"), Expires: day("2026-06-01")}
	profile := credit.Profile{Customer: "shop", Limit: cny("0.00"), TermsDays: 30, Review: day("2026-06-01"), Grade: "B",
		Valid: rapport.MustInterval("2026-01-01T00:00:00Z/..")}

	for name, c := range map[string]struct {
		value any
		fresh func() json.Unmarshaler
	}{
		"policy":   {policy, func() json.Unmarshaler { return new(credit.Policy) }},
		"profile":  {profile, func() json.Unmarshaler { return new(credit.Profile) }},
		"approval": {approval, func() json.Unmarshaler { return new(credit.Approval) }},
		"limit":    {record, func() json.Unmarshaler { return new(credit.LimitRecord) }},
		"flag":     {flag, func() json.Unmarshaler { return new(credit.Flag) }},
		"limit-rule": {credit.LimitRule{NetWorthShare: 0.1, PurchaseMonths: 2, Grades: grades(t), Step: cny("1000.00")},
			func() json.Unmarshaler { return new(credit.LimitRule) }},
		"grades": {*grades(t), func() json.Unmarshaler { return new(credit.GradeTable) }},
	} {
		text, err := json.Marshal(c.value)
		require.NoError(t, err, name)
		require.True(t, strings.HasPrefix(string(text), `{"format":1,"kind":"rapport/credit-`+name+`","value":`), "%s", text)
		back := c.fresh()
		require.NoError(t, json.Unmarshal(text, back), name)
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))

		for _, bad := range []string{
			strings.Replace(string(text), `{"format":1`, `{"format":2`, 1),
			strings.Replace(string(text), "rapport/credit-", "rapport/", 1),
			strings.Replace(string(text), `"value":`, `"values":`, 1),
			strings.Replace(string(text), `"value":{`, `"value":{"more":1,`, 1),
			`{"format":1,"kind":"rapport/credit-` + name + `","value":null}`, `[]`,
		} {
			if bad == string(text) {
				continue
			}
			if name == "grades" && strings.Contains(bad, `"more"`) {
				continue
			}
			require.ErrorIs(t, back.UnmarshalJSON([]byte(bad)), credit.ErrFormat, bad)
			same, err := json.Marshal(back)
			require.NoError(t, err)
			require.Equal(t, string(text), string(same), "unchanged after an error")
		}
	}
	for what, lost := range map[json.Unmarshaler]string{
		new(credit.Policy): "flags", new(credit.Profile): "group_limit", new(credit.GradeTable): "cap", new(credit.LimitRule): "cap", new(credit.Approval): "ceiling",
	} {
		whole, err := json.Marshal(map[string]any{"*credit.Policy": policy, "*credit.Profile": profile, "*credit.GradeTable": grades(t), "*credit.Approval": approval,
			"*credit.LimitRule": credit.LimitRule{NetWorthShare: 0.1, Grades: grades(t)}}[fmt.Sprintf("%T", what)])
		require.NoError(t, err)
		part := regexp.MustCompile(`,"`+lost+`":("[^"]*"|\d+|null|\{[^}]*\})`).ReplaceAllString(string(whole), "")
		require.NotEqual(t, string(whole), part, lost)
		err = json.Unmarshal([]byte(part), what)
		require.ErrorIs(t, err, credit.ErrFormat, part)
		require.ErrorContains(t, err, lost)
	}
	bad := "dispute \xff"
	for name, v := range map[string]interface{ Validate() error }{
		"flag":    credit.Flag{ID: "f", Customer: "shop", Kind: "k", Evidence: bad, By: "b", At: day("2026-03-01"), Expires: day("2026-06-01")},
		"profile": credit.Profile{Customer: "shop", Blocked: bad}, "policy": credit.Policy{Roles: []string{bad}},
		"limit": credit.LimitRecord{LimitChange: credit.LimitChange{Customer: "shop", By: "b", At: day("2026-03-01"), Reason: bad}},
	} {
		require.ErrorAs(t, v.Validate(), new(*credit.InputError), name)
	}
	_, err = credit.NewGradeTable(credit.Grade{Name: bad})
	require.ErrorAs(t, err, new(*credit.InputError))
	_, err = json.Marshal(credit.Policy{Flags: -1})
	require.ErrorAs(t, err, new(*credit.InputError))
	text, err := json.Marshal(profile)
	require.NoError(t, err)
	require.Error(t, json.Unmarshal([]byte(strings.Replace(string(text), `"terms_days":30`, `"terms_days":-30`, 1)), &profile))
	require.Equal(t, 30, profile.TermsDays)
}
