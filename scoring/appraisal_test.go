package scoring_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// One customer by both methods. Its books: 1000 yuan of revenue, 600 of cost, 12
// visits at 10 yuan (8 to 15), 500 yuan of capital at 8 percent: 240. And what ten
// customers of its kind, the nearest in the size of their first order, turned out
// to be worth.
func ExampleAppraiser() {
	m := rapport.MustMoney
	books, err := scoring.NewAccounting(
		[]scoring.Activity{{Name: "visit", Rate: m("10 CNY"), Low: m("8 CNY"), High: m("15 CNY")}},
		[]scoring.Account{{Customer: "ana", Revenue: m("1000 CNY"), DirectCost: m("600 CNY"), Activities: []float64{12}, Capital: m("500 CNY")}},
		&scoring.AccountingOptions{CapitalCharge: 0.08})
	if err != nil {
		fmt.Println(err)
		return
	}
	var past []scoring.PastCustomer
	for i := range 30 {
		past = append(past, scoring.PastCustomer{
			Profile: scoring.Profile{Customer: rapport.ID(fmt.Sprintf("past-%02d", i)), Cohort: "shops", Features: []float64{float64(10 * i)}},
			Value:   rapport.MustMoney(fmt.Sprintf("%d CNY", 100+i*i))})
	}
	similar, err := scoring.NewSimilar(past,
		[]scoring.Profile{{Customer: "ana", Cohort: "shops", Features: []float64{121}}, {Customer: "bo", Cohort: "hotels", Features: []float64{121}}},
		&scoring.SimilarOptions{Neighbours: 10})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, method := range []scoring.Appraiser{books, similar} {
		a, err := method.Appraise("ana")
		fmt.Printf("%s: %v [%g, %g] at %.2f from %d, %v\n", a.Method, a.Value, a.Estimate.Low, a.Estimate.High, a.Estimate.Level, a.Estimate.N, err)
	}
	_, err = similar.Appraise("bo")
	fmt.Println(err)
	// Output:
	// accounting: 240.00 CNY [180, 264] at 0.90 from 1, <nil>
	// similar: 264.50 CNY [164, 389] at 0.82 from 10, <nil>
	// scoring: customer "bo" has 0 similar customers, want at least 10
}

func account(id rapport.ID, activities ...float64) scoring.Account {
	return scoring.Account{Customer: id, Revenue: yuan("100"), Activities: activities}
}

func TestAccountingIsExact(t *testing.T) {
	books, err := scoring.NewAccounting([]scoring.Activity{{Name: "click", Rate: yuan("0.0125")}, {Name: "call", Rate: yuan("3")}},
		[]scoring.Account{account("a", 3, 0.5)}, nil)
	require.NoError(t, err)
	a, err := books.Appraise("a")
	require.NoError(t, err)
	requireMoney(t, "98.46 CNY", a.Value) // 100 − 0.0375 − 1.5 = 98.4625
	require.Equal(t, rapport.Estimate{Value: 98.46, N: 1}, a.Estimate, "no range, no interval")
}

func TestAccountingRefuses(t *testing.T) {
	visit := scoring.Activity{Name: "visit", Rate: yuan("10")}
	for name, tc := range map[string]struct {
		activity scoring.Activity
		account  scoring.Account
		options  *scoring.AccountingOptions
	}{
		"Level":                {visit, account("a", 1), &scoring.AccountingOptions{Level: 1}},
		"CapitalCharge":        {visit, account("a", 1), &scoring.AccountingOptions{CapitalCharge: -0.1}},
		"rate of visit":        {scoring.Activity{Name: "visit", Rate: yuan("-1")}, account("a", 1), nil},
		"rate of call":         {scoring.Activity{Name: "call", Rate: yuan("1"), Low: yuan("2"), High: yuan("3")}, account("a", 1), nil},
		"rate of mail":         {scoring.Activity{Name: "mail", Rate: yuan("1"), Low: yuan("0.5")}, account("a", 1), nil},
		"visit":                {visit, account("a", math.NaN()), nil},
		"number of Activities": {visit, account("a"), nil},
	} {
		_, err := scoring.NewAccounting([]scoring.Activity{tc.activity}, []scoring.Account{tc.account}, tc.options)
		wrong, ok := errors.AsType[*scoring.InputError](err)
		require.True(t, ok, "%s: %v", name, err)
		require.Equal(t, name, wrong.Name)
	}
	_, err := scoring.NewAccounting(nil, []scoring.Account{account("a"), account("a")}, nil)
	require.ErrorIs(t, err, scoring.ErrTwice)
	_, err = scoring.NewAccounting([]scoring.Activity{{Rate: yuan("1"), Low: rapport.MustMoney("1 USD"), High: yuan("2")}}, nil, nil)
	_, ok := errors.AsType[*rapport.CurrencyMismatchError](err)
	require.True(t, ok, "%v", err)

	_, err = scoring.NewAccounting([]scoring.Activity{{Rate: yuan("1"), Low: yuan("1"), High: rapport.MustMoney("1 USD")}}, nil, nil)
	require.ErrorContains(t, err, "do not mix")
	capital, err := scoring.NewAccounting(nil, []scoring.Account{{Customer: "a", Capital: rapport.MustMoney("1 USD"), Revenue: yuan("1")},
		{Customer: "b", DirectCost: rapport.MustMoney("1 USD"), Revenue: yuan("1")}}, &scoring.AccountingOptions{CapitalCharge: 0.1})
	require.NoError(t, err)
	for _, customer := range []rapport.ID{"a", "b"} {
		_, err = capital.Appraise(customer)
		_, ok = errors.AsType[*rapport.CurrencyMismatchError](err)
		require.True(t, ok, "%v", err)
	}

	books, err := scoring.NewAccounting([]scoring.Activity{visit}, []scoring.Account{account("a", 1e300), {Customer: "b", Revenue: rapport.MustMoney("1 USD"), Activities: []float64{1}}}, nil)
	require.NoError(t, err)
	_, err = books.Appraise("a")
	require.ErrorIs(t, err, rapport.ErrAmountRange)
	require.ErrorContains(t, err, `scoring: account of customer "a": `)
	_, err = books.Appraise("b")
	_, ok = errors.AsType[*rapport.CurrencyMismatchError](err)
	require.True(t, ok, "%v", err)
	_, err = books.Appraise("c")
	require.ErrorIs(t, err, scoring.ErrUnknownCustomer)
}

func pastCustomers(n int, value func(i int) int64) []scoring.PastCustomer {
	past := make([]scoring.PastCustomer, n)
	for i := range past {
		past[i] = scoring.PastCustomer{Profile: scoring.Profile{Customer: rapport.ID(fmt.Sprintf("p%03d", i)), Features: []float64{float64(i), 7}}}
		past[i].Value, _ = rapport.MoneyFromMinor(value(i), rapport.CNY)
	}
	return past
}

// Against the plain definition: sort all by distance, take the first.
func TestSimilarAgainstPlainDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		past := pastCustomers(rapid.IntRange(3, 40).Draw(t, "n"), func(int) int64 { return 0 })
		for i := range past {
			past[i].Value = minor(t, rapid.Int64Range(-1000, 1000).Draw(t, "value"))
			past[i].Features[0] = float64(rapid.IntRange(0, 10).Draw(t, "feature"))
			past[i].Cohort = rapid.SampledFrom([]string{"", "x"}).Draw(t, "cohort")
		}
		k := rapid.SampledFrom([]int{1, 2, 5, 10, math.MaxInt}).Draw(t, "k")
		subject := past[0].Profile
		s, err := scoring.NewSimilar(rapid.Permutation(past).Draw(t, "order"), []scoring.Profile{subject}, &scoring.SimilarOptions{Neighbours: k, AtLeast: 1})
		require.NoError(t, err)
		var others []scoring.PastCustomer
		for _, p := range past[1:] {
			if p.Cohort == subject.Cohort {
				others = append(others, p)
			}
		}
		slices.SortStableFunc(others, func(a, b scoring.PastCustomer) int {
			return int(math.Abs(a.Features[0]-subject.Features[0]) - math.Abs(b.Features[0]-subject.Features[0]))
		})
		a, err := s.Appraise(subject.Customer)
		if len(others) == 0 {
			few, ok := errors.AsType[*scoring.TooFewSimilarError](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, scoring.TooFewSimilarError{Customer: subject.Customer, Found: 0, Want: 1}, *few)
			return
		}
		require.NoError(t, err)
		others = others[:min(k, len(others))]
		mean := 0.0
		for _, p := range others {
			mean += p.Value.Amount().InexactFloat64() / float64(len(others))
		}
		require.InDelta(t, mean, a.Estimate.Value, 1e-12*1000)
		require.InDelta(t, mean, a.Value.Amount().InexactFloat64(), 0.005+1e-9)
		require.Equal(t, len(others), a.Estimate.N)
		require.NoError(t, a.Estimate.Validate())
	})
}

func TestSimilarIntervalHasItsLevel(t *testing.T) {
	// 19 neighbours worth 1 … 19: the second from each end enclose 16 of 20 places.
	past := pastCustomers(19, func(i int) int64 { return int64(i+1) * 100 })
	s, err := scoring.NewSimilar(past, []scoring.Profile{{Customer: "a", Features: []float64{9, 7}}}, &scoring.SimilarOptions{Level: 0.8, Neighbours: 19})
	require.NoError(t, err)
	a, err := s.Appraise("a")
	require.NoError(t, err)
	require.Equal(t, []float64{2, 18, 0.8}, []float64{a.Estimate.Low, a.Estimate.High, a.Estimate.Level})
	require.InEpsilon(t, math.Sqrt(19.0*20/12)/math.Sqrt(19), a.Estimate.SE, 1e-14) // variance of 1 … n: n(n+1)/12
}

func TestSimilarWithinADistance(t *testing.T) {
	past := pastCustomers(21, func(i int) int64 { return int64(i) * 100 }) // standard deviation of 0 … 20: 6.055
	find := func(limit float64) (scoring.Appraisal, error) {
		s, err := scoring.NewSimilar(past, []scoring.Profile{{Customer: "a", Features: []float64{10, 1e9}}}, &scoring.SimilarOptions{MaxDistance: limit, AtLeast: 3})
		require.NoError(t, err)
		return s.Appraise("a")
	}
	a, err := find(1.01 / math.Sqrt(440.0/12))
	require.NoError(t, err)
	require.Equal(t, 3, a.Estimate.N, "9, 10 and 11; the second feature tells nobody apart and does not count")
	_, err = find(0.99 / math.Sqrt(440.0/12))
	require.EqualError(t, err, `scoring: customer "a" has 1 similar customers, want at least 3`)
}

func TestSimilarRefuses(t *testing.T) {
	past := pastCustomers(2, func(int) int64 { return 1 })
	for name, options := range map[string]scoring.SimilarOptions{
		"AtLeast":     {AtLeast: -1},
		"Neighbours":  {Neighbours: 5},
		"Level":       {Level: math.NaN()},
		"MaxDistance": {MaxDistance: -1},
	} {
		_, err := scoring.NewSimilar(past, nil, &options)
		wrong, ok := errors.AsType[*scoring.InputError](err)
		require.True(t, ok, "%s: %v", name, err)
		require.Equal(t, name, wrong.Name)
	}
	for name, profile := range map[string]scoring.Profile{
		"Features[1]":        {Customer: "a", Features: []float64{1, math.Inf(1)}},
		"number of Features": {Customer: "a", Features: []float64{1}},
	} {
		_, err := scoring.NewSimilar(past, []scoring.Profile{profile}, nil)
		wrong, ok := errors.AsType[*scoring.InputError](err)
		require.True(t, ok, "%s: %v", name, err)
		require.Equal(t, name, wrong.Name)
		require.ErrorContains(t, err, `scoring: row 1: customer "a": `)
	}
	_, err := scoring.NewSimilar(append(past, past[0]), nil, nil)
	require.ErrorIs(t, err, scoring.ErrTwice)
	foreign := pastCustomers(2, func(int) int64 { return 1 })
	foreign[1].Value = rapport.MustMoney("1 USD")
	_, err = scoring.NewSimilar(foreign, nil, nil)
	_, ok := errors.AsType[*rapport.CurrencyMismatchError](err)
	require.True(t, ok, "%v", err)

	// The mean of the greatest amounts is one more than fits.
	rich, err := scoring.NewSimilar(pastCustomers(3, func(int) int64 { return math.MaxInt64 }), []scoring.Profile{{Customer: "a", Features: []float64{1, 7}}}, &scoring.SimilarOptions{AtLeast: 3})
	require.NoError(t, err)
	_, err = rich.Appraise("a")
	overflow, ok := errors.AsType[*scoring.OverflowError](err)
	require.True(t, ok, "%v", overflow)

	s, err := scoring.NewSimilar(nil, []scoring.Profile{{Customer: "a"}}, &scoring.SimilarOptions{Neighbours: math.MaxInt})
	require.NoError(t, err)
	_, err = s.Appraise("a")
	_, ok = errors.AsType[*scoring.TooFewSimilarError](err)
	require.True(t, ok, "%v", err)
	_, err = s.Appraise("b")
	require.ErrorIs(t, err, scoring.ErrUnknownCustomer)
}

// The mean of 9 fen over 6 customers is 1.5, which goes to the even 2; sixths that
// are added up one by one come to less.
func TestSimilarRoundsTheMeanOnce(t *testing.T) {
	for _, values := range [][]string{{"0.01", "0.01", "0.01", "0.02", "0.02", "0.02"}, {"0.09", "0", "0", "0", "0", "0"}, {"0.05", "0.01", "0.01", "0.01", "0.01", "0"}} {
		past := make([]scoring.PastCustomer, len(values))
		for i, value := range values {
			past[i] = scoring.PastCustomer{Profile: scoring.Profile{Customer: rapport.ID(fmt.Sprint("past", i))}, Value: yuan(value)}
		}
		s, err := scoring.NewSimilar(past, []scoring.Profile{{Customer: "a"}}, &scoring.SimilarOptions{AtLeast: 1})
		require.NoError(t, err)
		got, err := s.Appraise("a")
		require.NoError(t, err)
		requireMoney(t, "0.02 CNY", got.Value)
	}
	// The sum of the values fits in no int64, their mean does.
	past := []scoring.PastCustomer{
		{Profile: scoring.Profile{Customer: "b"}, Value: yuan("60000000000000000")}, {Profile: scoring.Profile{Customer: "c"}, Value: yuan("60000000000000000")}}
	s, err := scoring.NewSimilar(past, []scoring.Profile{{Customer: "a"}}, &scoring.SimilarOptions{AtLeast: 1})
	require.NoError(t, err)
	got, err := s.Appraise("a")
	require.NoError(t, err)
	requireMoney(t, "60000000000000000.00 CNY", got.Value)
}
