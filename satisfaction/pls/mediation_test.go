package pls_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// Ways from Image to Loyalty in the mobile-phone model, listed by hand, each the
// product of its coefficients; together the stored total effect.
func TestWays(t *testing.T) {
	result := fitted(t, mobiModel(t, "mobi-ecsi", pls.ModeA), survey(t, "mobi.csv"), pls.Options{})
	var got []string
	sum, indirect := 0.0, 0.0
	for way := range result.Ways("Image", "Loyalty") {
		got = append(got, way.String())
		product := 1.0
		for i, to := range way.Constructs[1:] {
			b, there := result.Path(way.Constructs[i], to)
			require.True(t, there)
			product *= b
		}
		require.InDelta(t, product, way.Effect, 1e-16)
		sum += way.Effect
		if len(way.Constructs) > 2 {
			indirect += way.Effect
		}
	}
	require.Equal(t, []string{
		"Image->Expectation->Quality->Value->Satisfaction->Complaints->Loyalty",
		"Image->Expectation->Quality->Value->Satisfaction->Loyalty",
		"Image->Expectation->Quality->Satisfaction->Complaints->Loyalty",
		"Image->Expectation->Quality->Satisfaction->Loyalty",
		"Image->Expectation->Value->Satisfaction->Complaints->Loyalty",
		"Image->Expectation->Value->Satisfaction->Loyalty",
		"Image->Expectation->Satisfaction->Complaints->Loyalty",
		"Image->Expectation->Satisfaction->Loyalty",
		"Image->Satisfaction->Complaints->Loyalty",
		"Image->Satisfaction->Loyalty",
		"Image->Loyalty",
	}, got)
	effect, there := result.Effect("Image", "Loyalty")
	require.True(t, there)
	require.InDelta(t, effect.Total, sum, 1e-14)
	require.InDelta(t, effect.Indirect, indirect, 1e-14)
	share, there := effect.AccountedFor()
	require.True(t, there)
	require.InDelta(t, indirect/sum, share, 1e-12)

	for range result.Ways("Image", "Loyalty") {
		break
	}
	for _, ends := range [][2]string{{"Loyalty", "Image"}, {"Image", "Image"}, {"Image", "Nothing"}, {"Nothing", "Image"}} {
		for way := range result.Ways(ends[0], ends[1]) {
			require.Fail(t, "there is no way", "%v", way)
		}
	}
}

// A ladder of constructs has a number of ways that doubles with each: the first come
// at once.
func TestWaysOfLargeModels(t *testing.T) {
	const count = 40
	var model pls.Model
	names := make([]string, count)
	for j := range names {
		names[j] = string(rune('A'+j/26)) + string(rune('a'+j%26))
		model.Constructs = append(model.Constructs, pls.Construct{Name: names[j], Items: []string{names[j]}})
		for i := range j {
			model.Paths = append(model.Paths, pls.Path{From: names[i], To: names[j]})
		}
	}
	known, err := pls.NewCovariance(names, identity(count, .3), 500)
	require.NoError(t, err)
	result, err := pls.FitCovariance(model, known, nil)
	require.NoError(t, err)
	seen := 0
	for way := range result.Ways(names[0], names[count-1]) {
		require.False(t, math.IsNaN(way.Effect))
		if seen++; seen == 1000 {
			break
		}
	}
	require.Equal(t, 1000, seen)
}

func TestAccountedFor(t *testing.T) {
	for _, c := range []struct {
		direct, indirect, share float64
		exists                  bool
	}{
		{.3, .1, .25, true}, {-.3, -.1, .25, true}, {0, .1, 1, true}, {.1, 0, 0, true},
		{.3, -.1, 0, false}, {.1, -.1, 0, false}, {0, 0, 0, false},
	} {
		share, exists := pls.Effect{Direct: c.direct, Indirect: c.indirect, Total: c.direct + c.indirect}.AccountedFor()
		require.Equal(t, c.exists, exists)
		require.InDelta(t, c.share, share, 1e-15)
	}
}

func TestClassifyMediation(t *testing.T) {
	of := func(low, high float64) rapport.Estimate {
		return rapport.Estimate{Value: (low + high) / 2, Low: low, High: high, Level: .95, N: 100}
	}
	up, down, none := of(.1, .3), of(-.3, -.1), of(-.1, .2)
	for _, c := range []struct {
		direct, indirect rapport.Estimate
		want             pls.Mediation
	}{
		{up, up, pls.Complementary}, {down, down, pls.Complementary}, {up, down, pls.Competitive}, {down, up, pls.Competitive},
		{none, up, pls.IndirectOnly}, {none, down, pls.IndirectOnly}, {up, none, pls.DirectOnly}, {none, none, pls.NoEffect},
		{of(0, .2), of(-.2, 0), pls.NoEffect},
	} {
		got, known := pls.ClassifyMediation(c.direct, c.indirect)
		require.True(t, known)
		require.Equal(t, c.want, got)
	}
	_, known := pls.ClassifyMediation(up, rapport.Estimate{Value: 1, N: 10})
	require.False(t, known)
	_, known = pls.ClassifyMediation(rapport.Estimate{}, up)
	require.False(t, known)
}

// Specific indirect effects get intervals, and the statistic is the way of the result.
func TestMediationByResamples(t *testing.T) {
	model, mobi := mobiModel(t, "mobi-ecsi", pls.ModeA), survey(t, "mobi.csv")
	way, err := model.Along("Expectation", "Quality", "Satisfaction")
	require.NoError(t, err)
	require.Equal(t, "Expectation->Quality->Satisfaction", way.Name)
	b, err := pls.Bootstrap(t.Context(), model, mobi, nil, pls.BootstrapOptions{Resamples: 300, Seed: 1, Statistics: []pls.Statistic{way}})
	require.NoError(t, err)
	first, _ := b.Result().Path("Expectation", "Quality")
	second, _ := b.Result().Path("Quality", "Satisfaction")
	e := b.Statistic(way.Name)
	require.InDelta(t, first*second, e.Value, 1e-15)
	require.True(t, e.HasInterval())
	require.Greater(t, e.Low, .15)

	for _, c := range []struct {
		from, to string
		want     pls.Mediation
	}{
		{"Expectation", "Satisfaction", pls.IndirectOnly}, // the path .06 ± .05 is not there
		{"Quality", "Satisfaction", pls.Complementary},
		{"Image", "Complaints", pls.IndirectOnly}, // no path in the model
	} {
		got, there := b.Mediation(c.from, c.to)
		require.True(t, there)
		require.Equal(t, c.want, got, "%s->%s", c.from, c.to)
	}
	_, there := b.Mediation("Satisfaction", "Complaints")
	require.False(t, there, "nothing stands between them")

	var wrong *pls.ModelError
	_, err = model.Along("Image", "Quality")
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, pls.ModelError{Fault: pls.AbsentPath, Path: pls.Path{From: "Image", To: "Quality"}}, *wrong)
	_, err = model.Along("Image")
	require.ErrorAs(t, err, &wrong)
	_, err = pls.Model{}.Along("Image", "Quality")
	require.ErrorAs(t, err, &wrong)
}
