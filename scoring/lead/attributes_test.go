package lead_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/lead"
)

// A misspelled attribute earns no points, and the score says nothing of it; the check
// does.
func ExampleScorer_Check() {
	scorer, err := lead.NewScorer(lead.Policy{Fit: lead.FitPolicy{Groups: []lead.FitGroup{{Name: "company", Rules: []lead.FitRule{
		{Name: "retail", Attribute: "industry", Labels: []string{"retail"}, Points: 25},
		{Name: "50 people or more", Attribute: "employees", From: new(50.0), Points: 15},
	}}}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(scorer.Attributes())
	fmt.Println(scorer.Check(lead.Profile{Labels: map[string]string{"industry": "retail"}}))
	fmt.Println(scorer.Check(lead.Profile{Labels: map[string]string{"industy": "retail"}, Numbers: map[string]float64{"employees": 120}}))
	// Output:
	// [employees industry]
	// <nil>
	// lead: profile: no rule reads ["industy"]: the policy reads ["employees" "industry"]
}

func TestCheckOfProfiles(t *testing.T) {
	s := scorer(t)
	require.Equal(t, []string{"employees", "industry", "phone"}, s.Attributes())
	s.Attributes()[0] = "changed"
	require.Equal(t, "employees", s.Attributes()[0], "a copy")
	require.NoError(t, s.Check(retailer()))
	require.NoError(t, s.Check(lead.Profile{}), "nothing is known")

	odd := lead.Profile{Numbers: map[string]float64{"employes": 900, "both": 1}, Labels: map[string]string{"both": "a", "Industry": "retail", "phone": "yes"}}
	var unknown *lead.UnknownAttributesError
	require.ErrorAs(t, s.Check(odd), &unknown)
	require.Equal(t, []string{"Industry", "both", "employes"}, unknown.Attributes)
	require.Equal(t, s.Attributes(), unknown.Known)
	score, err := s.Score(odd, nil, noon(0))
	require.NoError(t, err, "a profile may serve several policies")
	require.Empty(t, score.Account)

	odd.Labels["employees"] = "many"
	require.ErrorAs(t, s.Check(odd), new(*lead.ProfileError), "what the score refuses comes first")

	none, err := lead.NewScorer(lead.Policy{})
	require.NoError(t, err)
	require.Empty(t, none.Attributes())
	require.ErrorAs(t, none.Check(retailer()), &unknown)
}
