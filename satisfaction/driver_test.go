package satisfaction_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/internal/stats"
	"github.com/rapport-crm/rapport/satisfaction"
)

func hotel(t require.TestingT, rows [][]float64, weights []float64) *satisfaction.Responses {
	keys := []string{"overall", "clean", "welcome", "price"}
	items := []satisfaction.Item{{Key: keys[0], Low: -100, High: 100}}
	for _, key := range keys[1:] {
		items = append(items, satisfaction.Item{Key: key, Low: 1, High: 5})
	}
	s, err := satisfaction.NewSurvey("hotel", 1, items...)
	require.NoError(t, err)
	var responses []satisfaction.Response
	for i, row := range rows {
		r := satisfaction.Response{ID: rapport.ID(fmt.Sprint("r", i)), Answers: map[string]float64{}}
		if weights != nil {
			r.Weight = weights[i]
		}
		for j, value := range row {
			if !math.IsNaN(value) {
				r.Answers[keys[j]] = value
			}
		}
		responses = append(responses, r)
	}
	all, err := satisfaction.NewResponses(s, responses)
	require.NoError(t, err)
	return all
}

// known draws marks at random and makes overall satisfaction of the effects
// clean −0.8 and +0.1, welcome −0.1 and +0.7, price −0.5 and +0.5.
func known(n int, noise float64) [][]float64 {
	stream := numeric.Stream(7, 0)
	penalty, reward := []float64{-0.8, -0.1, -0.5}, []float64{0.1, 0.7, 0.5}
	var rows [][]float64
	for range n {
		row := []float64{3 + noise*stream.NormFloat64()}
		for j := range penalty {
			mark := 1 + float64(stream.IntN(5))
			row = append(row, mark)
			if mark <= 2 {
				row[0] += penalty[j]
			} else if mark >= 4 {
				row[0] += reward[j]
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func TestDriversFindKnownEffects(t *testing.T) {
	attributes := []string{"clean", "welcome", "price"}
	exact, err := satisfaction.Drivers(hotel(t, known(200, 0), nil), "overall", attributes, nil)
	require.NoError(t, err)
	require.InDelta(t, 3, exact.Base.Value, 1e-12)
	require.InDelta(t, 1, exact.R2, 1e-12)
	noisy, err := satisfaction.Drivers(hotel(t, known(600, 0.4), nil), "overall", attributes, nil)
	require.NoError(t, err)
	for i, want := range []struct {
		penalty, reward float64
		class           satisfaction.DriverClass
	}{
		{-0.8, 0.1, satisfaction.MustBeDriver},
		{-0.1, 0.7, satisfaction.AttractiveDriver},
		{-0.5, 0.5, satisfaction.PerformanceDriver},
	} {
		got := exact.Drivers[i]
		require.Equal(t, attributes[i], got.Item)
		require.InDelta(t, want.penalty, got.Penalty.Value, 1e-12)
		require.InDelta(t, want.reward, got.Reward.Value, 1e-12)
		require.InDelta(t, want.reward-want.penalty, got.Range, 1e-12)
		require.Equal(t, want.class, got.Class)
		require.Equal(t, satisfaction.Threshold{Poor: 2, Good: 4}, got.Threshold)

		got = noisy.Drivers[i]
		require.Equal(t, want.class, got.Class)
		for effect, e := range map[float64]rapport.Estimate{want.penalty: got.Penalty, want.reward: got.Reward} {
			require.NoError(t, e.Validate())
			require.InDelta(t, effect, e.Value, 4*e.SE)
			require.Equal(t, 0.95, e.Level)
		}
	}
	require.Equal(t, []int{600, 0}, []int{noisy.N, noisy.Left})
}

// By hand: one attribute; poor marks go with 1 and 3, middling ones with 4 and 6, good
// ones with 6 and 8: means 2, 5, 7, so the penalty is −3 and the reward 2. The variance
// of the residuals is 6/3 = 2, that of a difference of two means 2·(1/2 + 1/2).
func TestDriversByHand(t *testing.T) {
	nan := math.NaN()
	rows := [][]float64{{1, 1}, {3, 2}, {4, 3}, {6, 3}, {6, 4}, {8, 5}, {5, nan}, {nan, 5}}
	got, err := satisfaction.Drivers(hotel(t, rows, nil), "overall", []string{"clean"}, &satisfaction.DriverOptions{Level: 0.9})
	require.NoError(t, err)
	d := got.Drivers[0]
	require.InDelta(t, 5, got.Base.Value, 1e-13)
	require.InDelta(t, -3, d.Penalty.Value, 1e-13)
	require.InDelta(t, 2, d.Reward.Value, 1e-13)
	require.InDelta(t, math.Sqrt2, d.Penalty.SE, 1e-13)
	require.InDelta(t, math.Sqrt2, d.Reward.SE, 1e-13)
	require.InDelta(t, 2+2.3533634348018*math.Sqrt2, d.Reward.High, 1e-9) // t of 3 degrees at .95
	require.InDelta(t, 5, d.Range, 1e-13)
	require.InDelta(t, 1-6/(76./3+6), got.R2, 1e-13)
	require.Equal(t, []int{6, 2, 2, 2}, []int{got.N, got.Left, d.PoorMarks, d.GoodMarks})
	// ± 3.33: only the penalty is near certain, neither is; so nothing is claimed.
	require.Equal(t, satisfaction.IndifferentDriver, d.Class)

	// Nobody at 5 gives a good mark by a threshold that only 5 meets.
	got, err = satisfaction.Drivers(hotel(t, rows[:5], nil), "overall", []string{"clean"},
		&satisfaction.DriverOptions{Thresholds: map[string]satisfaction.Threshold{"clean": {Poor: 2, Good: 5}}})
	require.NoError(t, err)
	require.Equal(t, satisfaction.UnknownDriver, got.Drivers[0].Class)
	require.False(t, got.Drivers[0].Reward.HasValue())
	require.True(t, got.Drivers[0].Penalty.HasValue())
	require.Zero(t, got.Drivers[0].Range)
}

func TestClassifyDriver(t *testing.T) {
	for _, c := range []struct {
		penalty, reward, factor float64
		want                    satisfaction.DriverClass
	}{
		{-0.8, 0.1, 0, satisfaction.MustBeDriver},
		{-0.8, 0.4, 2, satisfaction.PerformanceDriver}, // exactly twice is not more than twice
		{-0.8, 0.4, 1.5, satisfaction.MustBeDriver},
		{-0.2, 0.5, 2, satisfaction.AttractiveDriver},
		{0.3, 0.2, 2, satisfaction.AttractiveDriver},
		{-0.3, -0.2, 2, satisfaction.MustBeDriver},
		{0.1, -0.1, 2, satisfaction.IndifferentDriver},
	} {
		require.Equal(t, c.want, satisfaction.ClassifyDriver(c.penalty, c.reward, c.factor), c)
	}
}

func TestDriversErrors(t *testing.T) {
	rows := known(40, 0.3)
	for i := range rows { // price has no middling mark, and then repeats clean
		if rows[i][3] == 3 {
			rows[i][3] = 4
		}
	}
	r := hotel(t, rows, nil)
	for want, call := range map[string]func() (satisfaction.DriverReport, error){
		`good marks of "price": are given by those of the attributes before it, so that their effects cannot be told apart`: func() (satisfaction.DriverReport, error) {
			return satisfaction.Drivers(r, "overall", []string{"clean", "price"}, nil)
		},
		`"overall": is named twice`: func() (satisfaction.DriverReport, error) {
			return satisfaction.Drivers(r, "overall", []string{"clean", "overall"}, nil)
		},
		`"clean": is named twice`: func() (satisfaction.DriverReport, error) {
			return satisfaction.Drivers(r, "overall", []string{"clean", "clean"}, nil)
		},
		`no attributes`: func() (satisfaction.DriverReport, error) { return satisfaction.Drivers(r, "overall", nil, nil) },
		`0 respondents with all answers: want more than 1, the number of effects`: func() (satisfaction.DriverReport, error) {
			return satisfaction.Drivers(r.Wave("none"), "overall", []string{"clean"}, nil)
		},
		`"clean": thresholds 4 and 2 must be the lower first and within 1 to 5`: func() (satisfaction.DriverReport, error) {
			return satisfaction.Drivers(r, "overall", []string{"clean"}, &satisfaction.DriverOptions{Thresholds: map[string]satisfaction.Threshold{"clean": {Poor: 4, Good: 2}}})
		},
		`"price": has a threshold and is no attribute`: func() (satisfaction.DriverReport, error) {
			return satisfaction.Drivers(r, "overall", []string{"clean"}, &satisfaction.DriverOptions{Thresholds: map[string]satisfaction.Threshold{"price": {Poor: 2, Good: 4}}})
		},
	} {
		_, err := call()
		require.EqualError(t, err, "satisfaction: drivers: "+want)
		failure, ok := errors.AsType[*satisfaction.DriverError](err)
		require.True(t, ok)
		if failure.Err != nil {
			_, ok = errors.AsType[*stats.CollinearError](err)
			require.True(t, ok)
		}
	}
	_, err := satisfaction.Drivers(hotel(t, [][]float64{{5, 1}, {5, 3}, {5, 3}, {5, 5}}, nil), "overall", []string{"clean"}, nil)
	require.EqualError(t, err, `satisfaction: drivers: "overall": is 5 for everybody: nothing drives it`)
	_, err = satisfaction.Drivers(r, "overall", []string{"clean"}, &satisfaction.DriverOptions{Factor: 1})
	require.EqualError(t, err, "satisfaction: factor 1: must be above 1, or 0 for 2")
	_, err = satisfaction.Drivers(r, "overal", []string{"clean"}, nil)
	_, ok := errors.AsType[*satisfaction.UnknownItemError](err)
	require.True(t, ok, err)
}

// Weights of whole numbers have the effects of rows repeated so often; the order of
// rows and the size of all weights mean nothing.
func TestDriversWithWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := known(40, 0.5)
		var weights []float64
		var long [][]float64
		for i := range rows {
			times := rapid.IntRange(1, 3).Draw(t, "times")
			weights = append(weights, 0.1*float64(times))
			for range times {
				long = append(long, rows[len(rows)-1-i])
			}
		}
		for i, j := 0, len(weights)-1; i < j; i, j = i+1, j-1 {
			weights[i], weights[j] = weights[j], weights[i]
		}
		weighted, err := satisfaction.Drivers(hotel(t, rows, weights), "overall", []string{"clean", "price"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		repeated, err := satisfaction.Drivers(hotel(t, long, nil), "overall", []string{"clean", "price"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, d := range weighted.Drivers {
			other := repeated.Drivers[i]
			if math.Abs(d.Penalty.Value-other.Penalty.Value) > 1e-9 || math.Abs(d.Reward.Value-other.Reward.Value) > 1e-9 {
				t.Fatalf("%+v with weights, %+v with rows repeated", d, other)
			}
		}
	})
}
