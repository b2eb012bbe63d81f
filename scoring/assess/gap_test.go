package assess_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/assess"
	"github.com/rapport-crm/rapport/scoring/credit"
)

// TestGroupWithoutLimitIsNamed: the report on a member says whose limit was not asked.
func TestGroupWithoutLimitIsNamed(t *testing.T) {
	book, err := credit.NewBook([]credit.Account{
		{Profile: credit.Profile{Customer: "head", Limit: cny("100.00")}},
		{Profile: credit.Profile{Customer: "shop", Parent: "head", Limit: cny("90.00")}},
	}, nil)
	require.NoError(t, err)
	r, err := assessor(t, assess.Sources{Credit: assess.FromBook(book, "credit department", end())}, nil).Customer(t.Context(), "shop", end())
	require.NoError(t, err)
	c, known := r.Credit.Get()
	require.True(t, known)
	require.Equal(t, []assess.CreditGap{{"no_group_limit", "head"}, {"overdue", "shop"}}, c.Unchecked)
	require.Contains(t, r.Markdown(nil), "| Not checked: limit of the group, as its head has one for itself alone | head |  |  |  |\n")
}
