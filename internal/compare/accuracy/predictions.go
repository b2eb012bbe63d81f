package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// predictions prints how far predictions at the stored parameters are from the truths.
func predictions(_ context.Context, w io.Writer, sets []*dataSet) error {
	fmt.Fprint(w, "## Predictions at given parameters\n\nRelative error against quadrature with 40 digits, kept with 12: median / largest (numbers compared).\n\n")
	fmt.Fprintln(w, "| data | model | log-likelihood | P(alive) | expected | for ever, discounted | alive later | spend |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|")
	for _, set := range sets {
		for _, name := range slices.Sorted(maps.Keys(set.Models)) {
			reference := set.Models[name]
			if len(reference.Customers) == 0 {
				continue
			}
			e := errorsOf{}
			if err := e.predict(set, name, reference); err != nil {
				return fmt.Errorf("%s, %s: %w", set.name, name, err)
			}
			if len(e) > 0 {
				fmt.Fprintf(w, "| %s | %s | %s |\n", set.name, name, e.cells("loglik", "palive", "cet", "dert", "survival_future", "expected_spend"))
			}
		}
	}
	fmt.Fprintln(w)
	return nil
}

// predict compares all customers of one model.
func (e errorsOf) predict(set *dataSet, name string, reference model) error {
	if name == "gg" {
		p := reference.ParamsUsed
		spend, err := btyd.NewGammaGamma(p["p"], p["q"], p["v"])
		if err != nil {
			return err
		}
		for _, c := range reference.Customers {
			got, err := spend.ExpectedSpend(scoring.Summary{X: c.X, TX: c.TX, T: c.T, Spend: c.Mean})
			if err != nil {
				return err
			}
			e.add("expected_spend", got, c.Truth["expected_spend"].(float64))
		}
		return nil
	}
	family, known := familyOf(name)
	if !known {
		return nil
	}
	for _, c := range reference.Customers {
		params, ok := paramsOf(family, reference.ParamsUsed)
		if !ok {
			return nil
		}
		if strings.HasSuffix(name, "_cov") {
			shift(set, family, reference.ParamsUsed, rapport.ID(c.ID), params)
		}
		m, err := btyd.New(family, rapport.Week, params...)
		if err != nil {
			return err
		}
		s := scoring.Summary{X: c.X, TX: c.TX, T: c.T, SumLogInterval: c.SumLogInterval}
		if err := e.customer(m, s, c.Truth, set.Delta); err != nil {
			return err
		}
	}
	return nil
}

// shift applies the stored effects of the customer's covariates on the Pareto/NBD.
func shift(set *dataSet, family btyd.Family, stored map[string]float64, id rapport.ID, params []float64) {
	z, _ := set.covariates.Lookup(id)
	for i, covariate := range set.covariates.Names() {
		for k, name := range family.Parameters() {
			switch name {
			case "alpha":
				params[k] *= math.Exp(-stored["trans."+covariate] * z[i])
			case "beta":
				params[k] *= math.Exp(-stored["life."+covariate] * z[i])
			}
		}
	}
}

// customer compares what the file knows of one customer.
func (e errorsOf) customer(m *btyd.Model, s scoring.Summary, truth map[string]any, delta float64) error {
	for what, value := range truth {
		switch want := value.(type) {
		case float64:
			switch what {
			case "loglik":
				e.add(what, m.LogLikelihood(s), want)
			case "palive":
				e.add(what, m.PAlive(s), want)
			case "dert":
				got, err := m.Discounted(s, math.Inf(1), delta)
				if err != nil {
					return err
				}
				e.add(what, got, want)
			}
		case map[string]any:
			for text, v := range want {
				h, err := strconv.ParseFloat(text, 64)
				if err != nil {
					return err
				}
				switch what {
				case "cet":
					e.add(what, m.Expected(s, h), v.(float64))
				case "survival_future":
					e.add(what, m.PAliveAt(s, h), v.(float64))
				}
			}
		}
	}
	return nil
}

// holdouts prints forecast against fact.
func holdouts(ctx context.Context, w io.Writer, sets []*dataSet) error {
	fmt.Fprint(w, "## Hold-out\n\nForecast of our fits against what happened; in brackets the stored forecast.\n\n")
	fmt.Fprintln(w, "| data | model | forecast | actual | MAE | RMSE |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|")
	for _, set := range sets {
		held := set.summaries.Holdout()
		for _, name := range slices.Sorted(maps.Keys(set.Models)) {
			reference := set.Models[name]
			family, known := familyOf(name)
			if !known || reference.Holdout == nil {
				continue
			}
			m, err := btyd.Fit(ctx, family, btyd.Compress(set.summaries), nil)
			if err != nil {
				return err
			}
			expected := make([]float64, set.summaries.Len())
			if err := m.ExpectedInto(expected, set.summaries, held.Periods); err != nil {
				return err
			}
			total, absolute, square := 0.0, 0.0, 0.0
			for i, v := range expected {
				off := v - float64(held.X[i])
				total += v
				absolute += math.Abs(off)
				square += off * off
			}
			n := float64(len(expected))
			fmt.Fprintf(w, "| %s | %s | %.3f (%.3f) | %d | %.4f (%.4f) | %.4f (%.4f) |\n", set.name, name, total, reference.Holdout.Expected,
				held.Total(), absolute/n, reference.Holdout.MAE, math.Sqrt(square/n), reference.Holdout.RMSE)
		}
	}
	fmt.Fprintln(w)
	return nil
}
