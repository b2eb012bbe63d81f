package customer_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

type contactRule struct {
	PerMonth int    `json:"per_month"`
	Greeting string `json:"greeting"`
}

// Requirement C15: the rule of a branch overrides the default, and it is said which
// level answered.
func TestBranchOverridesTheDefault(t *testing.T) {
	rules, err := customer.NewLayered(
		customer.LayeredSetting[contactRule]{Value: contactRule{4, "Dear"}},
		customer.LayeredSetting[contactRule]{Tenant: "north", Value: contactRule{2, "Dear"}},
		customer.LayeredSetting[contactRule]{Tenant: "north", Branch: "harbour", Valid: since("2024-01-01"), Value: contactRule{1, "Hello"}},
	)
	require.NoError(t, err)
	for _, tc := range []struct {
		tenant rapport.ID
		branch string
		at     string
		want   int
		level  customer.SettingLevel
	}{
		{"north", "harbour", "2024-05-01", 1, customer.BranchLevel},
		{"north", "harbour", "2023-05-01", 2, customer.TenantLevel},
		{"north", "old town", "2024-05-01", 2, customer.TenantLevel},
		{"south", "harbour", "2024-05-01", 4, customer.GroupLevel},
		{"", "", "2024-05-01", 4, customer.GroupLevel},
	} {
		s, ok := rules.At(tc.tenant, tc.branch, day(tc.at))
		require.True(t, ok)
		require.Equal(t, tc.want, s.Value.PerMonth)
		require.Equal(t, tc.level, s.Level())
	}
	_, ok := customer.Layered[int]{}.At("north", "harbour", day("2024-05-01"))
	require.False(t, ok)

	text, err := json.Marshal(rules)
	require.NoError(t, err)
	var back customer.Layered[contactRule]
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, rules, back)
	require.ErrorContains(t, json.Unmarshal([]byte(`{"format":1,"settings":[{"value":{"per_month":1,"mood":2}}]}`), &back), "mood")
	require.Equal(t, rules, back)

	_, err = customer.NewLayered(customer.LayeredSetting[int]{Branch: "a", Valid: since("2024-01-01")}, customer.LayeredSetting[int]{Branch: "\n"}, customer.LayeredSetting[int]{Branch: "a", Valid: since("2023-01-01")})
	require.Equal(t, []string{"settings[1].branch: control-character", "settings[2].valid: overlap"}, problemsOf(t, err))
}

// The answer is that of a plain search through all settings, the closest first.
func TestLayeredAgreesWithASearch(t *testing.T) {
	place := rapid.SampledFrom([]string{"", "a", "b"})
	rapid.Check(t, func(r *rapid.T) {
		settings := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) customer.LayeredSetting[int] {
			start := rapid.IntRange(0, 4).Draw(r, "start")
			return customer.LayeredSetting[int]{
				Tenant: rapport.ID(place.Draw(r, "tenant")), Branch: place.Draw(r, "branch"), Value: rapid.Int().Draw(r, "value"),
				Valid: rapport.MustInterval(time.Unix(int64(start), 0).UTC().Format(time.RFC3339) + "/" + time.Unix(int64(start+1), 0).UTC().Format(time.RFC3339)),
			}
		}), 0, 8).Draw(r, "settings")
		rules, err := customer.NewLayered(settings...)
		if err != nil {
			return
		}
		tenant, branch := rapport.ID(place.Draw(r, "of tenant")), place.Draw(r, "of branch")
		at := time.Unix(rapid.Int64Range(0, 5).Draw(r, "at"), 0)
		var want customer.LayeredSetting[int]
		found := false
		for _, level := range []customer.LayeredSetting[int]{{Tenant: tenant, Branch: branch}, {Tenant: tenant}, {}} {
			for _, s := range settings {
				if !found && s.Tenant == level.Tenant && s.Branch == level.Branch && s.Valid.Contains(at) {
					want, found = s, true
				}
			}
		}
		got, ok := rules.At(tenant, branch, at)
		require.Equal(r, found, ok)
		require.Equal(r, want, got)
	})
}

// The group report sums the branches; a customer of two branches is one of the group.
func TestGroupReportSumsBranches(t *testing.T) {
	in := func(d customer.TransactionDraft, branch string) customer.TransactionDraft {
		d.Branch = branch
		return d
	}
	sale := in(sold("s1", "c1", "2024-03-01", "100"), "north")
	rows := transactions(t, sale, in(of(sale, customer.Cost, "k1", "2024-03-01", "60"), "north"), in(of(sale, customer.Return, "r1", "2024-03-05", "-20"), "south"),
		in(sold("s2", "c1", "2024-03-02", "50"), "south"), in(sold("s3", "c2", "2024-03-02", "0.01"), "south"), in(sold("s4", "c2", "2025-03-02", "1"), "south"))
	r, err := customer.ReportBranches(rows, rapport.MustInterval("2024-01-01T00:00:00Z/2025-01-01T00:00:00Z"))
	require.NoError(t, err)
	require.Len(t, r.Branches, 2)
	require.Equal(t, "100.00 CNY", r.Branches[0].Revenue.String())
	require.Equal(t, "40.00 CNY", r.Branches[0].Profit.String())
	require.Equal(t, "30.01 CNY", r.Branches[1].Revenue.String())
	require.Equal(t, []int{1, 2, 2}, []int{r.Branches[0].Customers, r.Branches[1].Customers, r.Group.Customers})
	require.Equal(t, "130.01 CNY", r.Group.Revenue.String())
	require.Equal(t, "70.01 CNY", r.Group.Profit.String())
	require.Equal(t, 3, r.Group.Sales)
	foreign := sold("s9", "c1", "2024-03-01", "1")
	foreign.Amount = rapport.MustMoney("1 EUR")
	_, err = customer.ReportBranches(append(rows, mustTransaction(t, foreign)), rapport.Interval{})
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))
}
