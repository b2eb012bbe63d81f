package kpi

import (
	"fmt"
	"iter"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// ShareOfWallet is what customers spend with us of all they spend in the category: 450 k
// of 1.5 M is .30. The error is an [*InputError] for a negative amount and for more than
// all, or a [*rapport.CurrencyMismatchError].
func ShareOfWallet(period rapport.Interval, withUs, inAll rapport.Money, customers int) (Figure, error) {
	return shareOf(WalletShare, period, amount{"with us", withUs}, amount{"in all", inAll}, true, count{"customers", customers})
}

// CustomerShare is our customers of all customers in the market: 1 200 of 20 000 are .06.
// The error is an [*InputError] for a negative count and for more than all.
func CustomerShare(period rapport.Interval, ours, inMarket int) (Figure, error) {
	return rateOf(CustomerShareRate, period, count{"ours", ours}, count{"in market", inMarket})
}

// WalletRule is the share of wallet that goes with a rank among the brands that a customer
// uses, by the Wallet Allocation Rule of T. L. Keiningham, L. Aksoy, A. Buoye and B. Cooil
// (Customer loyalty isn't enough. Grow your share of wallet, Harvard Business Review,
// October 2011):
//
//	(1 − rank / (brands + 1)) · 2 / brands
//
// Rank 1 is the best; brands of equal standing share the mean of their ranks. Over all
// brands the shares sum to 1. The error is an [*InputError] for no brands and for a rank
// that is not from 1 to their number.
func WalletRule(rank float64, brands int) (rapport.Ratio, error) {
	switch {
	case brands < 1 || brands > maxBrands:
		return rapport.Ratio{}, &InputError{Subject: WalletAllocationShare, Name: "brands", Value: float64(brands), Reason: "want 1 to 1000000"}
	case !(rank >= 1 && rank <= float64(brands)):
		return rapport.Ratio{}, &InputError{Subject: WalletAllocationShare, Name: "rank", Value: rank, Reason: fmt.Sprintf("want 1 to the number of brands, %d", brands)}
	}
	n := float64(brands)
	return rapport.Ratio{Num: 2 * (n + 1 - rank), Den: n * (n + 1), N: brands}, nil
}

const maxBrands = 1_000_000

// WalletAllocation is the mean of [WalletRule] over respondents. A row holds the ratings
// that one respondent gave to the brands it uses, the better the higher, in any order of
// brands but with ours first; equal ratings share the mean of their ranks. The estimate
// has the interval of Student's distribution at the level (0: 0.95), none where all
// shares are the same. A row without ratings, of somebody who does not use our brand, is
// among the excluded as "non_users".
//
// The error is an [*InputError] for a rating that is no number and a level that is not
// between 0 and 1, or that of the rows.
func WalletAllocation(period rapport.Interval, level float64, ratings iter.Seq2[[]float64, error]) (Figure, error) {
	level, err := checkLevel(WalletAllocationShare, level)
	if err != nil {
		return Figure{}, err
	}
	var shares []float64
	nonUsers := 0
	for row, err := range ratings {
		if err != nil {
			return Figure{}, fmt.Errorf("kpi: %s: %w", WalletAllocationShare, err)
		}
		if len(row) == 0 {
			nonUsers++
			continue
		}
		rank := 1.0
		for i, rating := range row {
			switch {
			case !finite(rating):
				return Figure{}, &InputError{Subject: WalletAllocationShare, Name: "rating", Value: rating, Reason: "want a finite number"}
			case i > 0 && rating > row[0]:
				rank++
			case i > 0 && rating == row[0]:
				rank += 0.5
			}
		}
		rule, err := WalletRule(rank, len(row))
		if err != nil {
			return Figure{}, err
		}
		share, _ := rule.Value()
		shares = append(shares, share)
	}
	f := Figure{Code: WalletAllocationShare, Unit: UnitShare, Period: period, N: len(shares)}
	f.Estimate = meanOf(shares, level)
	if nonUsers > 0 {
		f = f.Without("non_users", nonUsers)
	}
	return f, nil
}

// meanOf returns the mean of values with Student's interval; without values it is absent,
// and where they do not vary it has neither error nor interval.
func meanOf(values []float64, level float64) rapport.Estimate {
	n := float64(len(values))
	if n == 0 {
		return rapport.Estimate{}
	}
	mean, variance, _ := stats.Mean(values, nil)
	e := rapport.Estimate{Value: mean, N: len(values)}
	if variance == 0 {
		return e
	}
	e.SE = math.Sqrt(variance * n / (n - 1))
	margin := stats.StudentMargin(level, n-1) * e.SE
	e.Level, e.Low, e.High = level, mean-margin, mean+margin
	return e
}
