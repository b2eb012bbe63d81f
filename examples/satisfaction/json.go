package main

import (
	"encoding/json"
	"io"
)

// writeJSON writes the report for programs. Every key is always there, and what does not
// exist is null.
func (r *report) writeJSON(out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r.document())
}

func (r *report) document() object {
	var weights, loadings, paths, effects, r2, reliability, f2, indices object
	for _, c := range r.fit.Constructs() {
		var w, l object
		for _, item := range c.Items {
			w.add(item.Name, number(item.Weight, true))
			l.add(item.Name, number(item.Loading, true))
		}
		weights.add(c.Name, w)
		loadings.add(c.Name, l)
		if c.Endogenous {
			r2.add(c.Name, number(c.R2, true))
		}
	}
	for _, p := range r.fit.Paths() {
		paths.add(p.String(), number(p.Coefficient, true))
	}
	for _, e := range r.fit.Effects() {
		effects.add(e.String(), number(e.Total, true))
	}
	for _, c := range r.reliability {
		reliability.add(c.Construct, object{
			{"alpha", figure(c.Alpha)}, {"rho_a", figure(c.RhoA)}, {"rho_c", figure(c.RhoC)}, {"ave", figure(c.AVE)},
		})
	}
	for _, c := range r.fit.Constructs() {
		var row object
		for _, e := range r.sizes {
			if e.To == c.Name {
				row.add(e.From, figure(e.SameScores))
			}
		}
		if row != nil {
			f2.add(c.Name, row)
		}
	}
	for _, i := range r.indices {
		indices.add(i.construct, append(object{{"score", number(i.Value, i.HasValue())}}, spread(i.Estimate)...))
	}
	iterations, _, converged := r.fit.Convergence()
	warnings := r.warnings
	if warnings == nil {
		warnings = []string{}
	}
	return append(object{
		{"weights", weights}, {"loadings", loadings}, {"paths", paths}, {"total_effects", effects}, {"r2", r2},
		{"reliability", reliability}, {"htmt", r.htmt()}, {"f2", f2},
		{"gof", figure(r.measures.GoF)}, {"srmr", figure(r.measures.Estimated.SRMR)},
		{"index", indices}, {"iterations", iterations}, {"converged", converged}, {"warnings", warnings},
	}, r.beyond()...)
}

// htmt is symmetric: each pair stands in the rows of both.
func (r *report) htmt() object {
	var out object
	for _, a := range r.fit.Constructs() {
		var row object
		for _, d := range r.pairs {
			switch a.Name {
			case d.A:
				row.add(d.B, figure(d.HTMT))
			case d.B:
				row.add(d.A, figure(d.HTMT))
			}
		}
		out.add(a.Name, row)
	}
	return out
}

// beyond is what the document says beyond the agreed keys.
func (r *report) beyond() object {
	settled := r.fit.Options()
	said := object{
		{"model", r.model.Name}, {"target", r.model.Target}, {"respondents", r.rows}, {"used", r.fit.Rows()},
		{"scheme", settled.Scheme}, {"metric", settled.Metric}, {"consistent", settled.Consistent},
		{"missing", settled.Missing}, {"index_rule", r.options.rule}, {"weight_col", nil},
		{"bootstrap", r.options.bootstrap}, {"seed", r.options.seed}, {"tolerance", settled.Tolerance},
	}
	if r.options.weightCol != "" {
		said[9].value = r.options.weightCol
	}
	var importance object
	for _, i := range r.importance {
		importance.add(i.construct, object{{"importance", number(i.importance, true)}, {"performance", number(i.performance, true)}})
	}
	intervals := func(list []interval) any {
		if list == nil {
			return nil
		}
		var out object
		for _, i := range list {
			out.add(i.name, spread(i.Estimate))
		}
		return out
	}
	var weights object
	for _, i := range r.indices {
		var items object
		for _, item := range i.items {
			items.add(item.Key, number(item.Weight, i.HasValue()))
		}
		weights.add(i.construct, items)
	}
	return object{
		{"settings", said}, {"index_weights", weights}, {"importance", importance},
		{"path_intervals", intervals(r.pathIntervals)}, {"total_effect_intervals", intervals(r.totalIntervals)},
	}
}
