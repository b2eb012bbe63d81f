package pls

import "math"

// closeInside turns the predictions of a repetition by estimations that used the row
// into errors of their means.
func (v *validation) closeInside() {
	for at, in := range v.inside {
		if in.count == 0 {
			continue
		}
		row, t := at/len(v.targets), at%len(v.targets)
		answer, w := v.row(row)[v.targets[t]], v.weights[row]
		v.sums[t].insideWeight += w
		v.sums[t].inside.add(answer-in.model/float64(in.count), w)
		v.sums[t].linearIn.add(answer-in.linear/float64(in.count), w)
	}
}

// report gathers the errors.
func (v *validation) report() *Prediction {
	out := &Prediction{Options: v.options, Rows: v.rows, NotConverged: v.notConverged}
	for t, item := range v.targets {
		s, j := v.sums[t], v.owner[t]
		i := ItemPrediction{
			Item: v.items[item], Construct: v.plan.name(j), HasLinear: v.hasLinear[j],
			Model: s.model.errors(s.weight), Mean: s.mean.errors(s.weight), ModelInSample: s.inside.errors(s.insideWeight),
			Q2: judged(MeasureQ2, 1-s.model.square/s.mean.square),
		}
		if i.HasLinear {
			i.Linear, i.LinearInSample = s.linear.errors(s.weight), s.linearIn.errors(s.insideWeight)
		}
		for row := range v.rows {
			if !math.IsNaN(v.row(row)[item]) {
				i.N++
			}
		}
		out.Items = append(out.Items, i)
		if t == 0 || v.owner[t-1] != j {
			out.Constructs = append(out.Constructs, ConstructPrediction{Construct: i.Construct})
		}
		c := &out.Constructs[len(out.Constructs)-1]
		c.Items++
		if i.HasLinear && i.Model.RMSE < i.Linear.RMSE {
			c.Better++
		}
		if i.Q2.Value > 0 {
			c.Helped++
		}
		c.Power = powerOf(c, i.HasLinear)
	}
	return out
}

// powerOf is the rule of Shmueli et al. 2019.
func powerOf(c *ConstructPrediction, hasLinear bool) Power {
	switch {
	case c.Helped == 0:
		return NoPower
	case !hasLinear:
		return NoBenchmark
	case c.Better == c.Items:
		return HighPower
	case 2*c.Better >= c.Items:
		return MediumPower
	case c.Better > 0:
		return LowPower
	}
	return NoPower
}
