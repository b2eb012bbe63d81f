package kpi_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// H7: 96 of 100, by team 58 of 60 and 38 of 40.
func TestAdoptionByTeam(t *testing.T) {
	var licences []kpi.Licence
	for i := range 100 {
		team := "west"
		if i >= 60 {
			team = "east"
		}
		licences = append(licences, kpi.Licence{Team: team, Active: i%60 >= 2})
	}
	all, teams, err := kpi.AdoptionByTeam(year(2025), without(licences...))
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 96, Den: 100, N: 100}, all.Ratio)
	require.Len(t, teams, 2)
	require.Equal(t, kpi.Scope{Kind: "team", ID: "east"}, teams[0].Scope)
	require.Equal(t, rapport.Ratio{Num: 38, Den: 40, N: 40}, teams[0].Ratio)
	require.Equal(t, rapport.Ratio{Num: 58, Den: 60, N: 60}, teams[1].Ratio)

	_, _, err = kpi.AdoptionByTeam(year(2025), without(kpi.Licence{}))
	require.Error(t, err)
	broken := errors.New("broken")
	_, _, err = kpi.AdoptionByTeam(year(2025), failing[kpi.Licence](broken))
	require.ErrorIs(t, err, broken)
}

// H8: 4 of 50 visits had an outcome: .08, and flagged. One of 12 is .083 as well, but so
// few visits may have been unlucky.
func TestOutcomesOfVisits(t *testing.T) {
	o, err := kpi.OutcomesOfVisits(year(2025), 4, 50, kpi.OutcomeRule{})
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 4, Den: 50, N: 50}, o.Rate.Ratio)
	require.True(t, o.Flagged)
	for _, tc := range [][2]int{{1, 12}, {0, 0}, {25, 50}} {
		o, err = kpi.OutcomesOfVisits(year(2025), tc[0], tc[1], kpi.OutcomeRule{})
		require.NoError(t, err)
		require.False(t, o.Flagged, "%v", tc)
	}
	o, err = kpi.OutcomesOfVisits(year(2025), 25, 50, kpi.OutcomeRule{Least: 0.7, Level: 0.9})
	require.NoError(t, err)
	require.True(t, o.Flagged)
	for _, rule := range []kpi.OutcomeRule{{Least: 1}, {Least: -1}, {Level: 1}} {
		_, err = kpi.OutcomesOfVisits(year(2025), 4, 50, rule)
		require.Error(t, err)
	}
	_, err = kpi.OutcomesOfVisits(year(2025), 4, 3, kpi.OutcomeRule{})
	require.Error(t, err)
}

func TestAgesByStage(t *testing.T) {
	day := 24 * time.Hour
	end := year(2025).End()
	standing := func(stage string, days int) kpi.Standing {
		return kpi.Standing{Stage: stage, Since: end.Add(-time.Duration(days) * day)}
	}
	stages, err := kpi.AgesByStage(year(2025), map[string]time.Duration{"offer": 14 * day, "closed": day}, without(
		standing("offer", 40), standing("offer", 2), standing("contact", 5), standing("offer", 14), standing("offer", 4)))
	require.NoError(t, err)
	require.Len(t, stages, 2)
	require.Equal(t, "contact", stages[0].Stage)
	_, limited := stages[0].Over.Value()
	require.False(t, limited)
	offer := stages[1]
	require.Equal(t, rapport.Ratio{Num: 60, Den: 4, N: 4}, offer.Mean.Ratio)
	require.Equal(t, 9.0, offer.Median)
	require.Equal(t, rapport.Ratio{Num: 1, Den: 4, N: 4}, offer.Over, "14 days are not over 14 days")
	require.NoError(t, kpi.Standard().Check(offer.Mean))

	for name, run := range map[string]func() ([]kpi.StageAges, error){
		"in the future": func() ([]kpi.StageAges, error) {
			return kpi.AgesByStage(year(2025), nil, without(standing("offer", -1)))
		},
		"no date": func() ([]kpi.StageAges, error) {
			return kpi.AgesByStage(year(2025), nil, without(kpi.Standing{Stage: "offer"}))
		},
		"no stage": func() ([]kpi.StageAges, error) { return kpi.AgesByStage(year(2025), nil, without(standing("", 1))) },
		"no limit": func() ([]kpi.StageAges, error) {
			return kpi.AgesByStage(year(2025), map[string]time.Duration{"a": 0}, without[kpi.Standing]())
		},
		"no period": func() ([]kpi.StageAges, error) {
			return kpi.AgesByStage(rapport.Interval{}, nil, without[kpi.Standing]())
		},
		"broken": func() ([]kpi.StageAges, error) {
			return kpi.AgesByStage(year(2025), nil, failing[kpi.Standing](errors.New("broken")))
		},
	} {
		_, err := run()
		require.Error(t, err, name)
	}
}
