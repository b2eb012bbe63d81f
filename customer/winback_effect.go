package customer

import (
	"math"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// WinBackArmFigures is what one arm of a campaign came to.
type WinBackArmFigures struct {
	Won   rapport.Ratio // customers won / all of the arm, open cases included
	Value rapport.Money // what the won ones brought
	Cost  rapport.Money // of the measure
}

// WinBackEffect is what a campaign did, beyond what would have happened anyway.
type WinBackEffect struct {
	Treatment, Control WinBackArmFigures
	// Lift is the share won in treatment less that in control, with the interval of
	// R. G. Newcombe (Statistics in Medicine 17, 1998, method 10). N is the customers
	// of both arms; no value while an arm is empty.
	Lift rapport.Estimate
	// ValuePerTreated is the mean of value less cost of a treated customer, less that
	// of one in control, in units of Currency, with the interval of B. L. Welch
	// (Biometrika 34, 1947); it is rough below some thirty customers in an arm. SE and
	// interval are absent where an arm has fewer than two.
	ValuePerTreated rapport.Estimate
	Currency        rapport.Currency
}

// MeasureWinBack compares the arms of one campaign at the level of confidence, such
// as 0.95: all cases opened by asOf, whether answered or not (so nobody who was
// assigned drops out), with outcomes by then. A won customer without a value counts
// as 0. Level 0 stands for 0.95.
//
// The error is a [*WinBackError]: with [ErrWinBackRange] for another level that is not
// above 0 and below 1, [ErrWinBackTwice] for a customer with two cases, or another
// campaign or currency; or the [*ValidationError] of a case.
func MeasureWinBack(cases []WinBack, asOf time.Time, level float64) (WinBackEffect, error) {
	if level == 0 {
		level = 0.95
	}
	if !(level > 0 && level < 1) {
		return WinBackEffect{}, &WinBackError{Field: "level", Err: ErrWinBackRange}
	}
	var e WinBackEffect
	var nets [2][]float64
	seen := make(map[rapport.ID]bool, len(cases))
	for i := range cases {
		w := &cases[i]
		if err := w.Validate(); err != nil {
			return WinBackEffect{}, err
		}
		switch {
		case w.Campaign != cases[0].Campaign:
			return WinBackEffect{}, &WinBackError{Customer: w.Customer, Field: "Campaign", Err: ErrWinBackRange}
		case seen[w.Customer]:
			return WinBackEffect{}, &WinBackError{Customer: w.Customer, Field: "Customer", Err: ErrWinBackTwice}
		}
		seen[w.Customer] = true
		if w.At.After(asOf) {
			continue
		}
		arm, list := &e.Treatment, &nets[0]
		if w.Arm == ArmControl {
			arm, list = &e.Control, &nets[1]
		}
		net, err := arm.add(w, asOf)
		if err != nil {
			return WinBackEffect{}, &WinBackError{Customer: w.Customer, Field: "Value", Err: err}
		}
		*list = append(*list, net)
	}
	for _, amount := range []rapport.Money{e.Treatment.Cost, e.Control.Cost} {
		if c := amount.Currency(); c != 0 && e.Currency != 0 && c != e.Currency {
			return WinBackEffect{}, &WinBackError{Field: "Cost", Err: &rapport.CurrencyMismatchError{Left: e.Currency, Right: c}}
		} else if c != 0 {
			e.Currency = c
		}
	}
	t, c := e.Treatment.Won, e.Control.Won
	if t.N == 0 || c.N == 0 {
		return e, nil
	}
	difference, low, high := stats.RateDifference(t.Num, t.Den, c.Num, c.Den, stats.NormalMargin(level))
	e.Lift = rapport.Estimate{Value: difference, Low: low, High: high, Level: level, N: t.N + c.N}
	e.ValuePerTreated = meanDifference(nets[0], nets[1], level)
	return e, nil
}

// add counts a case and returns its value less its cost, in units of the currency.
func (f *WinBackArmFigures) add(w *WinBack, asOf time.Time) (float64, error) {
	f.Won.Den++
	f.Won.N++
	net := w.Cost.Neg()
	var err error
	if f.Cost, err = f.Cost.Add(w.Cost); err != nil {
		return 0, err
	}
	if w.Outcome == WinBackWon && !w.OutcomeAt.After(asOf) {
		f.Won.Num++
		if w.Value != nil {
			if f.Value, err = f.Value.Add(*w.Value); err != nil {
				return 0, err
			}
			if net, err = net.Add(*w.Value); err != nil {
				return 0, err
			}
		}
	}
	return net.Amount().InexactFloat64(), nil
}

// meanDifference returns the difference of the means of two independent samples.
func meanDifference(a, b []float64, level float64) rapport.Estimate {
	meanA, varianceA, _ := stats.Mean(a, nil)
	meanB, varianceB, _ := stats.Mean(b, nil)
	e := rapport.Estimate{Value: meanA - meanB, N: len(a) + len(b)}
	if len(a) < 2 || len(b) < 2 {
		return e
	}
	// Mean gives the variance over n of each mean; over n − 1 it is unbiased.
	dfA, dfB := float64(len(a)-1), float64(len(b)-1)
	se, df := stats.Satterthwaite(math.Sqrt(varianceA*(dfA+1)/dfA), dfA, math.Sqrt(varianceB*(dfB+1)/dfB), dfB)
	if se == 0 {
		return e
	}
	margin := stats.StudentMargin(level, df) * se
	e.SE, e.Low, e.High, e.Level = se, e.Value-margin, e.Value+margin, level
	return e
}
