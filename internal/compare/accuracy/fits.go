package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

// fitted is what the tables show of a fit.
type fitted interface {
	Parameters() []btyd.Parameter
	Report() btyd.FitReport
}

// fit estimates the model of that name; nil if it is of no kind that this program knows.
func fit(ctx context.Context, set *dataSet, name string) (fitted, error) {
	var m fitted
	var err error
	family, known := familyOf(name)
	switch {
	case name == "gg":
		m, err = btyd.FitGammaGamma(ctx, set.summaries, nil)
	case strings.HasSuffix(name, "_cov") && known:
		m, err = btyd.FitCovariates(ctx, family, set.summaries, set.covariates, nil)
	case name == "pnbd_cov_constrained":
		pareto, known := familyOf("pnbd")
		if !known {
			return nil, nil
		}
		m, err = btyd.FitCovariates(ctx, pareto, set.summaries, set.covariates, &btyd.CovariateOptions{Equal: set.covariates.Names()})
	case known:
		m, err = btyd.Fit(ctx, family, btyd.Compress(set.summaries), nil)
	default:
		return nil, nil
	}
	if errors.Is(err, btyd.ErrNotConverged) {
		err = nil // the report says so
	}
	return m, err
}

// fits prints the table of maxima.
func fits(ctx context.Context, w io.Writer, sets []*dataSet) error {
	fmt.Fprint(w, "## Fits\n\nLog-likelihood at our maximum, less the stored maximum and the best that another tool reached; the largest relative differences of parameters and of standard errors to the stored ones.\n\n")
	fmt.Fprintln(w, "| data | model | log-likelihood | above the stored maximum | above the best peer | parameters | standard errors | boundaries |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|")
	for _, set := range sets {
		for _, name := range slices.Sorted(maps.Keys(set.Models)) {
			reference := set.Models[name]
			m, err := fit(ctx, set, name)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", set.name, name, err)
			}
			if m == nil {
				continue
			}
			report := m.Report()
			stored, params, errors := "–", "–", "–"
			if reference.MLE.LogLik != nil {
				stored = fmt.Sprintf("%+.1e", report.LogLikelihood-*reference.MLE.LogLik)
				params = far(m.Parameters(), reference.MLE.Params, func(p btyd.Parameter) float64 { return p.Value })
				errors = far(m.Parameters(), reference.MLE.SE, func(p btyd.Parameter) float64 { return p.SE })
			}
			peer, above := bestPeer(reference), "–"
			if !math.IsInf(peer, -1) {
				above = fmt.Sprintf("%+.1e", report.LogLikelihood-peer)
			}
			fmt.Fprintf(w, "| %s | %s | %.8f | %s | %s | %s | %s | %s |\n", set.name, name, report.LogLikelihood, stored, above, params, errors, boundaries(report))
		}
	}
	fmt.Fprintln(w)
	return nil
}

func boundaries(report btyd.FitReport) string {
	var list []string
	for _, b := range report.Boundaries {
		list = append(list, string(b))
	}
	return strings.Join(list, ", ")
}

// bestPeer returns the highest log-likelihood that another tool reached.
func bestPeer(m model) float64 {
	best := math.Inf(-1)
	for _, p := range m.Peers {
		for _, v := range []*float64{p.LogLik, p.Recomputed, p.Short} {
			// CLVTools stores a mean, penalised value for regularised fits.
			if v != nil && *v < -100 {
				best = max(best, *v)
			}
		}
	}
	return best
}

// far returns the largest relative difference of what the fit identifies to the stored values.
func far(got []btyd.Parameter, want map[string]*float64, value func(btyd.Parameter) float64) string {
	largest, found := 0.0, false
	for _, p := range got {
		if v := want[p.Name]; v != nil && p.Identified {
			largest, found = max(largest, relative(value(p), *v)), true
		}
	}
	if !found {
		return "–"
	}
	return fmt.Sprintf("%.0e", largest)
}

// relative is the relative difference; what lies below the range of normal numbers counts as 0.
func relative(got, want float64) float64 {
	const smallest = 2.3e-308
	if got == want || (math.Abs(got) < smallest && math.Abs(want) < smallest) {
		return 0
	}
	if math.IsNaN(got) {
		return math.Inf(1)
	}
	return math.Abs(got-want) / math.Abs(want)
}

// errorsOf gathers relative errors by what they are of.
type errorsOf map[string][]float64

func (e errorsOf) add(what string, got, want float64) { e[what] = append(e[what], relative(got, want)) }

// cells are median and largest error of these quantities.
func (e errorsOf) cells(quantities ...string) string {
	var cells []string
	for _, q := range quantities {
		list := e[q]
		if len(list) == 0 {
			cells = append(cells, "–")
			continue
		}
		slices.SortFunc(list, cmp.Compare[float64])
		cells = append(cells, fmt.Sprintf("%.0e / %.0e (%d)", list[len(list)/2], list[len(list)-1], len(list)))
	}
	return strings.Join(cells, " | ")
}
