package customer_test

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

func yuan(amount string) rapport.Money { return rapport.MustMoney(amount + " CNY") }

func since(date string) rapport.Interval { return rapport.MustInterval(date + "T00:00:00Z/..") }

func drawTime(r *rapid.T, label string) time.Time {
	return rapid.Custom(func(r *rapid.T) time.Time {
		const first, last = -9214560000, 9214646399 // 1678-01-01 to 2261-12-31T23:59:59 in seconds since 1970
		zone := time.FixedZone("", 900*rapid.IntRange(-48, 56).Draw(r, "quarter hours east"))
		return time.Unix(rapid.Int64Range(first, last).Draw(r, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(r, "ns")).In(zone)
	}).Draw(r, label)
}

func drawInterval(r *rapid.T, label string) rapport.Interval {
	a, b := drawTime(r, label+" start"), drawTime(r, label+" end")
	if b.Before(a) {
		a, b = b, a
	}
	switch rapid.IntRange(0, 3).Draw(r, label+" open sides") {
	case 0:
		a = time.Time{}
	case 1:
		b = time.Time{}
	case 2:
		a, b = time.Time{}, time.Time{}
	}
	valid, err := rapport.NewInterval(a, b)
	if err != nil { // both the same instant
		return rapport.Interval{}
	}
	return valid
}

// drawText draws a text that is accepted everywhere: few letters, so that equal
// texts happen, with characters that JSON escapes or that take several bytes.
func drawText(r *rapid.T, label string, least int) string {
	letter := rapid.SampledFrom([]rune("ab/\"\\<&é李\u2028\uFFFD😀"))
	return rapid.StringOfN(letter, least, 4, -1).Filter(func(text string) bool {
		return text == "" || strings.TrimSpace(text) != ""
	}).Draw(r, label)
}

func drawKey(r *rapid.T, label string) customer.ExternalKey {
	return customer.ExternalKey{System: drawText(r, label+" system", 1), ID: drawText(r, label+" id", 1)}
}

func drawMoney(r *rapid.T, label string, low, high int64) rapport.Money {
	currency := rapid.SampledFrom([]rapport.Currency{rapport.CNY, rapport.JPY, rapport.KWD}).Draw(r, label+" currency")
	coefficient := rapid.Int64Range(low, high).Draw(r, label+" coefficient")
	exponent := rapid.Int32Range(-9, 3).Draw(r, label+" exponent")
	m, err := rapport.NewMoney(decimal.New(coefficient, exponent), currency)
	if err != nil {
		r.Fatal(err)
	}
	return m
}

func drawTransaction(r *rapid.T, label string) customer.Transaction {
	d := customer.TransactionDraft{
		Key:        drawKey(r, label),
		Kind:       customer.TransactionKind(rapid.IntRange(1, 3).Draw(r, label+" kind")),
		Customer:   rapport.ID(drawText(r, label+" customer", 1)),
		At:         drawTime(r, label+" at"),
		RecordedAt: drawTime(r, label+" recorded"),
		Product:    drawText(r, label+" product", 0),
		Channel:    customer.Channel(drawText(r, label+" channel", 0)),
		Branch:     drawText(r, label+" branch", 0),
		Order:      drawText(r, label+" order", 0),
		Line:       drawText(r, label+" line", 0),
	}
	const most = 999_999_999_999 // with the exponents and digits drawn: within 18 digits of minor units
	switch d.Kind {
	case customer.Sale:
		d.Amount = drawMoney(r, label+" amount", 0, most)
	case customer.Return:
		d.Amount = drawMoney(r, label+" amount", -most, 0)
	default:
		d.Amount = drawMoney(r, label+" amount", -most, most)
	}
	if d.Kind != customer.Sale && rapid.Bool().Draw(r, label+" of a sale") {
		d.Of = drawKey(r, label+" of")
		if d.Of == d.Key {
			d.Of = customer.ExternalKey{}
		}
	}
	d.Imported = drawImport(r)
	return mustTransaction(r, d)
}

func drawImport(r *rapid.T) customer.Import {
	grade := rapid.SampledFrom([]customer.Grade{"", customer.GradeVerified, customer.GradePlausible, customer.GradeDoubtful}).Draw(r, "grade")
	if grade == "" {
		return customer.Import{}
	}
	return customer.Import{Batch: drawText(r, "batch", 1), Grade: grade}
}

func drawInteraction(r *rapid.T) customer.Interaction {
	d := customer.InteractionDraft{
		Key:        drawKey(r, "key"),
		Customer:   rapport.ID(drawText(r, "customer", 1)),
		Channel:    customer.Channel(drawText(r, "channel", 1)),
		Direction:  customer.Direction(rapid.IntRange(1, 2).Draw(r, "direction")),
		At:         drawTime(r, "at"),
		RecordedAt: drawTime(r, "recorded"),
		Duration:   time.Duration(rapid.Int64Range(0, int64(customer.MaxDuration)).Draw(r, "duration")),
		Topic:      drawText(r, "topic", 0),
		Outcome:    drawText(r, "outcome", 0),
		Agent:      drawText(r, "agent", 0),
	}
	if rapid.Bool().Draw(r, "cost known") {
		d.Cost = drawMoney(r, "cost", 0, 999_999)
	}
	d.Imported = drawImport(r)
	return mustInteraction(r, d)
}

// drawDraft draws a draft whose fields are fine one by one; entries that exclude
// each other happen and are refused as a whole.
func drawDraft(r *rapid.T) customer.Draft {
	return customer.Draft{
		ID:   rapport.ID(drawText(r, "id", 1)),
		Kind: customer.Kind(rapid.IntRange(1, 3).Draw(r, "kind")),
		Name: drawText(r, "name", 0),
		OtherNames: rapid.SliceOfN(rapid.Custom(func(r *rapid.T) customer.Name {
			return customer.Name{
				Usage: customer.Usage(drawText(r, "usage", 0)), Text: drawText(r, "text", 1),
				Family: drawText(r, "family", 0), Given: drawText(r, "given", 0), Valid: drawInterval(r, "valid"),
				Verified: true, VerifiedAt: drawTime(r, "verified at"), VerifiedBy: drawText(r, "verified by", 0),
			}
		}), 0, 3).Draw(r, "other names"),
		Identifiers: rapid.SliceOfN(rapid.Custom(func(r *rapid.T) customer.Identifier {
			return customer.Identifier{
				System: drawText(r, "system", 1), Type: drawText(r, "type", 1),
				Value: drawText(r, "value", 1), Normal: drawText(r, "normal", 0),
			}
		}), 0, 4).Draw(r, "identifiers"),
		Contacts: rapid.SliceOfN(rapid.Custom(func(r *rapid.T) customer.ContactPoint {
			return customer.ContactPoint{
				Channel:  rapid.SampledFrom([]customer.Channel{customer.ChannelPhone, customer.ChannelEmail}).Draw(r, "channel"),
				Value:    drawText(r, "value", 1),
				Usage:    rapid.SampledFrom([]customer.Usage{"", customer.UsageHome}).Draw(r, "usage"),
				Verified: rapid.Bool().Draw(r, "verified"), Preferred: rapid.Bool().Draw(r, "preferred"),
				Valid: drawInterval(r, "valid"),
			}
		}), 0, 4).Draw(r, "contacts"),
		Roles: rapid.SliceOfN(rapid.Custom(func(r *rapid.T) customer.Role {
			return customer.Role{Type: customer.RoleType(rapid.IntRange(1, 7).Draw(r, "type")), Valid: drawInterval(r, "valid")}
		}), 0, 5).Draw(r, "roles"),
		Addresses: rapid.SliceOfN(rapid.Custom(func(r *rapid.T) customer.Address {
			return customer.Address{
				Country: rapid.SampledFrom([]string{"", "CN", "DE", "XK"}).Draw(r, "country"), City: drawText(r, "city", 0),
				Street: drawText(r, "street", 0), Number: drawText(r, "number", 0), Text: drawText(r, "text", 1),
				Usage:    rapid.SampledFrom([]customer.Usage{"", customer.UsageBilling}).Draw(r, "usage"),
				Verified: true, VerifiedAt: drawTime(r, "verified at"), VerifiedBy: drawText(r, "verified by", 0),
				Preferred: rapid.Bool().Draw(r, "preferred"), Valid: drawInterval(r, "valid"),
			}
		}), 0, 3).Draw(r, "addresses"),
		Attributes:  rapid.SliceOfN(rapid.Custom(drawAttribute), 0, 4).Draw(r, "attributes"),
		Preferences: rapid.SliceOfN(rapid.Custom(drawPreference), 0, 3).Draw(r, "preferences"),
		Owners:      rapid.SliceOfN(rapid.Custom(drawOwnership), 0, 3).Draw(r, "owners"),
		Visibility:  customer.Visibility(rapid.IntRange(0, 6).Draw(r, "visibility")),
		EndUser:     rapid.Bool().Draw(r, "end user"),
		Since:       drawTime(r, "since"),
		RecordedAt:  drawTime(r, "recorded"),
	}
}

func drawAttribute(r *rapid.T) customer.Attribute {
	return customer.Attribute{
		Name: drawText(r, "name", 1),
		Value: rapid.OneOf(
			rapid.Map(rapid.Float64Range(-1e300, 1e300), customer.NumberOf),
			rapid.Map(rapid.Bool(), customer.FlagOf),
			rapid.Just(customer.DateOf(customer.Date{Year: 1980, Month: 2})),
			rapid.Custom(func(r *rapid.T) customer.Value { return customer.TextOf(drawText(r, "text", 1)) }),
			rapid.Custom(func(r *rapid.T) customer.Value { return customer.CodeOf(drawText(r, "code", 1)) }),
		).Draw(r, "value"),
		Source: drawText(r, "source", 0), Valid: drawInterval(r, "valid"), RecordedAt: drawTime(r, "recorded"),
		Confidence: rapid.Float64Range(0, 1).Draw(r, "confidence"),
		Basis:      customer.Basis(drawText(r, "basis", 0)), Sensitive: rapid.Bool().Draw(r, "sensitive"),
	}
}

func drawPreference(r *rapid.T) customer.Preference {
	return customer.Preference{
		Topic:  rapid.SampledFrom([]customer.Topic{customer.TopicChannel, customer.TopicTime}).Draw(r, "topic"),
		Choice: drawText(r, "choice", 1), Dislike: rapid.Bool().Draw(r, "dislike"), Source: drawText(r, "source", 0),
		Valid: drawInterval(r, "valid"), RecordedAt: drawTime(r, "recorded"),
		Confidence: rapid.Float64Range(0, 1).Draw(r, "confidence"),
	}
}

func drawOwnership(r *rapid.T) customer.Ownership {
	return customer.Ownership{
		Owner: drawText(r, "owner", 1), Role: customer.OwnerRole(drawText(r, "role", 1)),
		Team: drawText(r, "team", 0), Branch: drawText(r, "branch", 0), Partner: rapport.ID(drawText(r, "partner", 0)),
		Share: rapid.Float64Range(0, 0.6).Draw(r, "share"), Valid: drawInterval(r, "valid"),
		Source: drawText(r, "source", 0), RecordedAt: drawTime(r, "recorded"),
	}
}
