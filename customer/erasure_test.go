package customer_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// remark is a record of a kind that the package does not know, with keys of the
// host's own in it.
type remark struct {
	Of    rapport.ID        `json:"of"`
	About rapport.ID        `json:"about,omitzero"`
	Facts map[string]string `json:"facts"`
}

func (r remark) Filing() customer.Filing {
	return customer.Filing{Kind: "remark", ID: "R1", Customer: r.Of, With: r.About, At: day("2024-01-01"), RecordedAt: day("2024-01-01")}
}

func (r remark) Validate() error { return nil }

// everything is all that is known of customer 00004, once C9.
func everything(t *testing.T) customer.SubjectData {
	t.Helper()
	consent := newsletter()
	consent.Subject = "00004"
	old := costDraft()
	old.At = day("2010-01-01")
	old.Key.ID = "old"
	return customer.SubjectData{
		Customer: erasable(t), Aliases: []rapport.ID{"C9"},
		Records:      []customer.Filed{remark{Of: "C9", Facts: map[string]string{"Shoe <size>": "38"}}, consent},
		Transactions: []customer.Transaction{mustTransaction(t, costDraft()), mustTransaction(t, old)},
		Interactions: []customer.Interaction{mustInteraction(t, callDraft())},
	}
}

func TestPlanErasure(t *testing.T) {
	data := everything(t)
	s := suppressions(t, []customer.SuppressionKey{secret(1)})
	books := []customer.RetentionRule{
		{Kind: customer.FileTransaction, Years: 10, Basis: customer.BasisLegalDuty, Article: "books"},
		{Kind: customer.FileConsent, Years: 3, Basis: customer.BasisLegalDuty, Article: "proof"},
	}
	plan, err := customer.PlanErasure(data, day("2025-06-01"), books, s)
	require.NoError(t, err)
	require.Equal(t, []customer.ErasureStep{
		{Kind: customer.FileCustomer, ID: "00004", Action: customer.EraseRecord},
		{Kind: customer.FileConsent, ID: "K1", Action: customer.LockRecord, Until: day("2027-01-01"), Basis: customer.BasisLegalDuty, Article: "proof"},
		{Kind: "remark", ID: "R1", Action: customer.EraseRecord},
		{Kind: customer.FileTransaction, Key: customer.ExternalKey{System: "erp", ID: "old"}, Action: customer.EraseRecord},
		{Kind: customer.FileTransaction, Key: costDraft().Key, Action: customer.KeepUnnamed,
			Until: costDraft().At.UTC().AddDate(10, 0, 0), Basis: customer.BasisLegalDuty, Article: "books"},
		{Kind: customer.FileInteraction, Key: callDraft().Key, Action: customer.EraseRecord},
	}, plan.Steps)
	require.Len(t, plan.Transactions, 1)
	kept, was := plan.Transactions[0].Draft(), data.Transactions[0].Draft()
	require.Equal(t, plan.Pseudonym, kept.Customer)
	require.True(t, strings.HasPrefix(string(plan.Pseudonym), "erased-"))
	require.NotContains(t, string(plan.Pseudonym), "00004")
	kept.Customer = was.Customer
	require.Equal(t, was, kept, "nothing but the customer changes")

	s, err = s.With(plan.Marks...)
	require.NoError(t, err)
	require.True(t, s.Blocks(data.Customer), "an import does not bring the subject back")

	all, err := customer.PlanErasure(data, day("2025-06-01"), nil, s)
	require.NoError(t, err)
	require.False(t, slices.ContainsFunc(all.Steps, func(step customer.ErasureStep) bool { return step.Action != customer.EraseRecord }))
	require.Empty(t, all.Transactions)
	require.Equal(t, plan.Pseudonym, all.Pseudonym)
}

func TestErasureRefusals(t *testing.T) {
	s := suppressions(t, []customer.SuppressionKey{secret(1)})
	at := day("2025-06-01")
	_, err := customer.PlanErasure(everything(t), at, nil, nil)
	_, ok := errors.AsType[*customer.KeyError](err)
	require.True(t, ok)
	for _, tc := range []struct {
		rule customer.RetentionRule
		want customer.Reason
	}{
		{customer.RetentionRule{Kind: "need", Years: 1}, customer.Missing},
		{customer.RetentionRule{Kind: "need", Basis: "legal-duty"}, customer.OutOfRange},
		{customer.RetentionRule{Kind: "customer", Years: 1, Basis: "legal-duty"}, customer.NotAllowed},
		{customer.RetentionRule{Kind: "case", Years: 1, Basis: "legal-duty"}, customer.Duplicate},
	} {
		_, err := customer.PlanErasure(everything(t), at, []customer.RetentionRule{{Kind: "case", Years: 2, Basis: "contract"}, tc.rule}, s)
		refused, ok := errors.AsType[*customer.RetentionError](err)
		require.Truef(t, ok, "%v", err)
		require.Equal(t, tc.want, refused.Reason)
	}
	foreign := everything(t)
	foreign.Records = append(foreign.Records, remark{Of: "C1", About: "C2"})
	_, err = customer.PlanErasure(foreign, at, nil, s)
	require.EqualError(t, err, `customer: remark "R1" belongs to "C1", not to "00004"`)
	require.EqualError(t, foreign.Export(&bytes.Buffer{}, at), err.Error())
	foreign.Records = []customer.Filed{remark{Of: "C1", About: "00004"}}
	_, err = customer.PlanErasure(foreign, at, nil, s)
	require.NoError(t, err, "a relation of another's with the subject is about it too")
	foreign.Records = []customer.Filed{nil}
	_, err = customer.PlanErasure(foreign, at, nil, s)
	require.Equal(t, []string{"records[0]: missing"}, problemsOf(t, err))
	_, err = customer.PlanErasure(customer.SubjectData{}, at, nil, s)
	require.Equal(t, []string{"customer: missing"}, problemsOf(t, err))
	broken := errors.New("cable cut")
	var stream iter.Seq2[customer.SubjectData, error] = func(yield func(customer.SubjectData, error) bool) {
		_ = yield(everything(t), nil) && yield(customer.SubjectData{}, broken) && yield(everything(t), nil)
	}
	var plans, failures int
	for _, err := range customer.DangerouslyPlanErasureOfAll(stream, at, nil, s) {
		if err != nil {
			require.ErrorIs(t, err, broken)
			failures++
			continue
		}
		plans++
	}
	require.Equal(t, []int{1, 1}, []int{plans, failures})
}

func TestExport(t *testing.T) {
	data := everything(t)
	var document bytes.Buffer
	require.NoError(t, data.Export(&document, day("2025-06-01")))
	reversed := data
	reversed.Records = slices.Clone(data.Records)
	slices.Reverse(reversed.Records)
	reversed.Transactions = slices.Clone(data.Transactions)
	slices.Reverse(reversed.Transactions)
	var again bytes.Buffer
	require.NoError(t, reversed.Export(&again, day("2025-06-01")))
	require.Equal(t, document.String(), again.String())

	var back customer.SubjectExport
	require.NoError(t, json.Unmarshal(document.Bytes(), &back))
	require.True(t, back.Customer.Equal(data.Customer))
	require.Len(t, back.Transactions, 2)
	require.True(t, back.Transactions[1].Equal(data.Transactions[0]))
	require.True(t, back.Interactions[0].Equal(data.Interactions[0]))
	require.Equal(t, customer.FileConsent, back.Records[0].Kind)
	var consent customer.Consent
	require.NoError(t, json.Unmarshal(back.Records[0].Record, &consent))
	require.Equal(t, data.Records[1], consent)
	require.JSONEq(t, `{"of":"C9","facts":{"Shoe <size>":"38"}}`, string(back.Records[1].Record))
	written, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, document.String(), string(written))

	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, document.Bytes(), "", "  "))
	require.NoError(t, json.Unmarshal(indented.Bytes(), &back))
	for old, changed := range map[string]string{
		`"format":1,"at"`: `"format":2,"at"`, `"aliases"`: `"alias"`, `"kind":"remark"`: `"Kind":"remark"`, `"kind":"sale"`: `"kind":"gift"`,
	} {
		text := strings.Replace(document.String(), old, changed, 1)
		if text != document.String() {
			require.Error(t, json.Unmarshal([]byte(text), &back), changed)
		}
	}
	require.ErrorIs(t, data.Export(cut{}, day("2025-06-01")), errCut)
}

var errCut = errors.New("no room")

type cut struct{}

func (cut) Write([]byte) (int, error) { return 0, errCut }
