package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

// discrete prints the models of discrete time: donors by year, and contracts.
func discrete(ctx context.Context, w io.Writer) error {
	if err := donations(ctx, w); err != nil {
		return err
	}
	return contracts(ctx, w)
}

// donations compares the BG/BB.
func donations(ctx context.Context, w io.Writer) error {
	var file struct {
		MLE struct {
			Params map[string]*float64 `json:"params"`
			SE     map[string]*float64 `json:"se"`
			LogLik float64             `json:"loglik"`
		} `json:"mle"`
		Params   map[string]float64 `json:"params_used"`
		Discount float64            `json:"discount_annual"`
		Table    []struct {
			X         int     `json:"x"`
			TX        int     `json:"t_x"`
			N         int     `json:"n"`
			Customers float64 `json:"customers"`
			Truth     struct {
				LogLik    float64            `json:"loglik"`
				PAlive    float64            `json:"palive_n"`
				PAliveTo  float64            `json:"palive_n_plus_1"`
				Expected  map[string]float64 `json:"cet"`
				Residuals float64            `json:"dert"`
			} `json:"truth"`
		} `json:"table"`
		Peers map[string]struct {
			LogLik float64 `json:"loglik"`
		} `json:"peers"`
		Holdout struct {
			Years    int     `json:"years"`
			Expected float64 `json:"expected_total"`
			Actual   int     `json:"actual_total"`
		} `json:"holdout"`
	}
	if err := readJSON("reference/clv/donations.json", &file); err != nil {
		return err
	}
	var cells []btyd.Cell
	for _, row := range file.Table {
		cells = append(cells, btyd.Cell{X: row.X, TX: row.TX, N: row.N, Customers: row.Customers})
	}
	fitted, err := btyd.FitBGBB(ctx, cells, nil)
	if err != nil {
		return err
	}
	best := math.Inf(-1)
	for _, p := range file.Peers {
		best = max(best, p.LogLik)
	}
	ll := fitted.Report().LogLikelihood
	total, err := fitted.ExpectedTotal(ctx, cells, file.Holdout.Years, 0.95)
	if err != nil {
		return err
	}
	fmt.Fprint(w, "## Donations, BG/BB\n\n")
	fmt.Fprintf(w, "Log-likelihood %.8f, %+.1e above the stored maximum, %+.1e above the best peer; parameters %s, standard errors %s from the stored ones. ",
		ll, ll-file.MLE.LogLik, ll-best,
		far(fitted.Parameters(), file.MLE.Params, func(p btyd.Parameter) float64 { return p.Value }),
		far(fitted.Parameters(), file.MLE.SE, func(p btyd.Parameter) float64 { return p.SE }))
	fmt.Fprintf(w, "Gifts of the next %d years: forecast %.2f (stored %.2f), actual %d.\n\n", file.Holdout.Years, total.Value, file.Holdout.Expected, file.Holdout.Actual)

	m, err := btyd.NewBGBB(file.Params["alpha"], file.Params["beta"], file.Params["gamma"], file.Params["delta"])
	if err != nil {
		return err
	}
	e := errorsOf{}
	for i, row := range file.Table {
		c := cells[i]
		c.Customers = 1
		e.add("loglik", m.LogLikelihood(c), row.Truth.LogLik)
		e.add("alive now", m.PAlive(c, btyd.LastPeriod), row.Truth.PAlive)
		e.add("alive next", m.PAlive(c, btyd.NextPeriod), row.Truth.PAliveTo)
		for text, want := range row.Truth.Expected {
			ahead, err := strconv.Atoi(text)
			if err != nil {
				return err
			}
			e.add("expected", m.Expected(c, ahead), want)
		}
		// The stored sum ends after 1200 years.
		got, err := m.Discounted(c, 1200, file.Discount)
		if err != nil {
			return err
		}
		e.add("residual", got, row.Truth.Residuals)
	}
	fmt.Fprintln(w, "| log-likelihood | alive in the last year | alive in the next | expected gifts | discounted residual gifts |\n|---|---|---|---|---|")
	fmt.Fprintf(w, "| %s |\n\n", e.cells("loglik", "alive now", "alive next", "expected", "residual"))
	return nil
}

// contracts compares the shifted-beta-geometric.
func contracts(ctx context.Context, w io.Writer) error {
	var file struct {
		Segments map[string]struct {
			Survivors []float64 `json:"survivors"`
			MLE       struct {
				Alpha  float64   `json:"alpha"`
				Beta   float64   `json:"beta"`
				LogLik float64   `json:"loglik"`
				SE     []float64 `json:"se"`
			} `json:"mle"`
			Survival  []float64          `json:"survival"`
			Retention []float64          `json:"retention"`
			Residual  map[string]float64 `json:"derl_10pct_before_renewal"`
		} `json:"segments"`
	}
	if err := readJSON("reference/clv/sbg.json", &file); err != nil {
		return err
	}
	fmt.Fprint(w, "## Contracts, shifted-beta-geometric\n\nFitted to seven renewals; beside it the beta-discrete-Weibull, which nests it. Survivors of 1,000 after the twelfth renewal: projected, and counted.\n\n")
	fmt.Fprintln(w, "| segment | log-likelihood | above the stored maximum | parameters | standard errors | survival | retention | discounted residual lifetime | survivors | beta-discrete-Weibull: log-likelihood, c, survivors |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|")
	for _, name := range slices.Sorted(maps.Keys(file.Segments)) {
		segment := file.Segments[name]
		cohort := []btyd.Cohort{{Active: segment.Survivors[:8]}}
		fitted, err := btyd.FitShiftedBetaGeometric(ctx, cohort, nil)
		if err != nil {
			return err
		}
		wide, err := btyd.FitBetaDiscreteWeibull(ctx, cohort, nil)
		if err != nil {
			return err
		}
		known, err := btyd.NewShiftedBetaGeometric(segment.MLE.Alpha, segment.MLE.Beta)
		if err != nil {
			return err
		}
		e := errorsOf{}
		for i, p := range fitted.Parameters() {
			e.add("params", p.Value, []float64{segment.MLE.Alpha, segment.MLE.Beta}[i])
			e.add("se", p.SE, segment.MLE.SE[i])
		}
		for t, want := range segment.Survival {
			e.add("survival", known.Survival(t), want)
		}
		for t, want := range segment.Retention {
			e.add("retention", known.Retention(t+1), want)
		}
		for text, want := range segment.Residual {
			period, err := strconv.Atoi(text)
			if err != nil {
				return err
			}
			got, err := known.Discounted(period-1, btyd.BeforeRenewal, math.Inf(1), 0.1)
			if err != nil {
				return err
			}
			e.add("residual", got, want)
		}
		ll := fitted.Report().LogLikelihood
		last := len(segment.Survivors) - 1
		fmt.Fprintf(w, "| %s | %.8f | %+.1e | %s | %.0f, %.0f | %.4f, %.4f, %.0f |\n", name, ll, ll-segment.MLE.LogLik,
			e.cells("params", "se", "survival", "retention", "residual"), 1000*fitted.Survival(last), segment.Survivors[last],
			wide.Report().LogLikelihood, wide.Params().C, 1000*wide.Survival(last))
	}
	fmt.Fprintln(w)
	return nil
}
