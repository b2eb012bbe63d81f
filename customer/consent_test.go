package customer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// newsletter is a consent of C1 to marketing by e-mail, with everything stated.
func newsletter() customer.Consent {
	return customer.Consent{
		ID: "K1", Subject: "C1", Jurisdiction: customer.JurisdictionPIPL,
		Purpose: customer.PurposeMarketing, Channel: customer.ChannelEmail,
		Basis: customer.BasisConsent, Status: customer.ConsentGiven,
		At: day("2024-01-01"), Expires: day("2026-01-01"), Notice: "v1", Evidence: "form 17",
		Separate: true, Guardian: customer.Guardian{Name: "李梅", Relation: "mother", Evidence: "register 9"},
		Source: "shop", RecordedAt: day("2024-01-02"),
	}
}

// goldenConsent is newsletter in format 1, which stays readable.
const goldenConsent = `{"format":1,"id":"K1","subject":"C1","jurisdiction":"pipl","purpose":"marketing","channel":"email",` +
	`"basis":"consent","status":"given","at":"2024-01-01T00:00:00Z","expires":"2026-01-01T00:00:00Z","notice":"v1",` +
	`"evidence":"form 17","separate":true,"guardian":{"name":"李梅","relation":"mother","evidence":"register 9"},` +
	`"source":"shop","recorded_at":"2024-01-02T00:00:00Z"}`

func TestConsentJSON(t *testing.T) {
	text, err := json.Marshal(newsletter())
	require.NoError(t, err)
	require.Equal(t, goldenConsent, string(text))
	var back customer.Consent
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, newsletter(), back)
	require.NoError(t, json.Unmarshal([]byte("null"), &back))
	require.Equal(t, newsletter(), back)

	before := back
	for name, text := range map[string]string{
		"unknown field": strings.Replace(goldenConsent, `"notice"`, `"notices"`, 1),
		"no basis":      strings.Replace(goldenConsent, `"basis":"consent",`, "", 1),
		"newer format":  strings.Replace(goldenConsent, `"format":1`, `"format":2`, 1),
		"no UTF-8":      strings.Replace(goldenConsent, "form 17", "form \xff", 1),
	} {
		require.Error(t, json.Unmarshal([]byte(text), &back), name)
		require.Equal(t, before, back, name)
	}
	_, err = json.Marshal(customer.Consent{ID: "K1"})
	_, ok := errors.AsType[*customer.ValidationError](err)
	require.Truef(t, ok, "%v", err)
}

func TestConsentValidation(t *testing.T) {
	require.NoError(t, newsletter().Validate())
	require.Equal(t, customer.Filing{Kind: "consent", ID: "K1", Customer: "C1", At: day("2024-01-01"), RecordedAt: day("2024-01-02")}, newsletter().Filing())
	for name, tc := range map[string]struct {
		change func(*customer.Consent)
		want   []string
	}{
		"nothing": {func(c *customer.Consent) { *c = customer.Consent{} }, []string{
			"id: missing", "subject: missing", "jurisdiction: missing", "purpose: missing", "channel: missing",
			"basis: missing", "status: missing", "at: missing", "recorded_at: missing",
		}},
		"no basis":             {func(c *customer.Consent) { c.Basis = "" }, []string{"basis: missing"}},
		"blanket grant":        {func(c *customer.Consent) { c.Purpose = customer.AnyPurpose }, []string{"purpose: not-allowed"}},
		"unknown status":       {func(c *customer.Consent) { c.Status = "maybe"; c.Expires = time.Time{} }, []string{"status: unknown"}},
		"expired when given":   {func(c *customer.Consent) { c.Expires = c.At }, []string{"expires: out-of-range"}},
		"refusal that expires": {func(c *customer.Consent) { c.Status = customer.ConsentDenied }, []string{"expires: not-allowed"}},
		"given twice":          {func(c *customer.Consent) { c.GivenAt = c.At }, []string{"given_at: not-allowed"}},
		"withdrawn before given": {func(c *customer.Consent) {
			c.Status, c.GivenAt = customer.ConsentWithdrawn, c.At.Add(1)
		}, []string{"given_at: out-of-range"}},
		"guardian without name": {func(c *customer.Consent) { c.Guardian.Name = "" }, []string{"guardian.name: missing"}},
		"texts": {func(c *customer.Consent) {
			c.Evidence, c.Notice, c.Source = "a\nb", strings.Repeat("x", 129), "a\xff"
		}, []string{"notice: too-long", "evidence: control-character", "source: not-utf8"}},
		"far times": {func(c *customer.Consent) { c.RecordedAt = day("2262-01-01") }, []string{"recorded_at: out-of-range"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newsletter()
			tc.change(&c)
			require.Equal(t, tc.want, problemsOf(t, c.Validate()))
		})
	}
}

// drawConsent draws a valid record of one of three subjects, with few codes and
// days, so that records meet.
func drawConsent(r *rapid.T, id int, subjects []rapport.ID, firstDay, lastDay int) customer.Consent {
	on := func(label string, least int) time.Time {
		return day("2024-01-01").AddDate(0, 0, rapid.IntRange(least, max(least, lastDay)).Draw(r, label))
	}
	sample := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(r, label) }
	c := customer.Consent{
		ID:           rapport.ID(fmt.Sprintf("K%d-%d", firstDay, id)),
		Subject:      rapid.SampledFrom(subjects).Draw(r, "subject"),
		Jurisdiction: customer.Jurisdiction(sample("jurisdiction", "pipl", "gdpr", "gdpr")),
		Purpose:      customer.Purpose(sample("purpose", "marketing", "marketing", "sensitive-data", "service", "*")),
		Channel:      customer.Channel(sample("channel", "email", "phone", "*")),
		Basis:        customer.Basis(sample("basis", "consent", "consent", "contract", "legitimate-interest", "barter")),
		Status:       customer.ConsentStatus(sample("status", "given", "given", "denied", "withdrawn")),
		At:           on("at", 0), RecordedAt: on("recorded", firstDay),
		Evidence: sample("evidence", "", "a", "b", "c"), Separate: rapid.Bool().Draw(r, "separate"),
	}
	if c.Status == customer.ConsentWithdrawn && rapid.Bool().Draw(r, "with grant") {
		c.GivenAt = c.At.AddDate(0, 0, -rapid.IntRange(0, 9).Draw(r, "held"))
	}
	if c.Status == customer.ConsentGiven || !c.GivenAt.IsZero() {
		if c.Purpose == customer.AnyPurpose {
			c.Purpose = customer.PurposeMarketing
		}
		if rapid.Bool().Draw(r, "expires") {
			given := c.At
			if !c.GivenAt.IsZero() {
				given = c.GivenAt
			}
			c.Expires = given.AddDate(0, 0, rapid.IntRange(1, 9).Draw(r, "lasts"))
		}
	}
	return c
}

func TestConsentRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := drawConsent(r, 1, []rapport.ID{"C1"}, 0, 20)
		c.At = drawTime(r, "at")
		c.GivenAt, c.Expires = time.Time{}, time.Time{}
		c.Source = drawText(r, "source", 0)
		if c.Validate() != nil {
			return // a grant for any purpose, made by dropping the times
		}
		text, err := json.Marshal(c)
		require.NoError(r, err)
		var back customer.Consent
		require.NoError(r, json.Unmarshal(text, &back))
		c.At = c.At.UTC()
		require.Equal(r, c, back)
		again, err := json.Marshal(back)
		require.NoError(r, err)
		require.Equal(r, string(text), string(again))
	})
}

func FuzzConsentJSON(f *testing.F) {
	f.Add([]byte(goldenConsent))
	f.Add([]byte(strings.Replace(goldenConsent, `"given"`, `"withdrawn","given_at":"2023-01-01T08:00:00+08:00"`, 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		var c customer.Consent
		if json.Unmarshal(text, &c) != nil || c == (customer.Consent{}) {
			return
		}
		written, err := json.Marshal(c)
		require.NoError(t, err)
		var back customer.Consent
		require.NoError(t, json.Unmarshal(written, &back))
		require.Equal(t, c, back)
		l, err := customer.NewConsentLedger([]customer.Consent{c}, nil)
		require.NoError(t, err)
		d := l.Allowed(c.Subject, c.Purpose, c.Channel, c.At, c.Jurisdiction)
		require.Equal(t, d.Allowed, d.Reason == customer.BecauseGiven)
	})
}
