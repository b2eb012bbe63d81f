package pls

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Group is one of several samples of respondents, such as the customers of a region.
type Group struct {
	Name string
	Data *Data
}

// GroupError reports a fault of one of the groups of a comparison.
type GroupError struct {
	Group string
	Err   error
}

// Error names the group.
func (e *GroupError) Error() string { return fmt.Sprintf("pls: group %q: %v", e.Group, e.Err) }

// Unwrap returns what was wrong with it.
func (e *GroupError) Unwrap() error { return e.Err }

// CompareOptions adjust [CompareGroups]. The zero value means 1000 resamples of each
// group and 1000 permutations of each pair.
type CompareOptions struct {
	BootstrapOptions
	// Permutations of each pair of groups; 0 stands for as many as there are resamples.
	Permutations int
}

// Test is the outcome of a two-sided test that a parameter is the same in two groups.
type Test struct {
	P        float64 // probability of such a difference, or a greater one, between equal groups
	Adjusted float64 // P by Holm for the number of pairs of groups
}

// Comparison is a parameter in two groups.
type Comparison struct {
	One, Other string // the groups, in the order given
	Parameter  Parameter
	// Difference is the parameter in One less that in Other. Its SE is the root of
	// the sum of both squares; its interval runs between the quantiles of differences
	// of resamples; N counts the respondents of both.
	Difference rapport.Estimate
	// Welch is the test of the difference by its SE, t on DF degrees of freedom (B. L.
	// Welch, Biometrika 34, 1947, with the bootstrap's standard errors). It takes the
	// two estimates as normal.
	Welch Test
	T, DF float64
	// Henseler is PLS-MGA: Above is the share of all pairs of resamples with 2m−θ of
	// One above 2m−θ of Other, m being the mean of the resamples, ties counted by half;
	// 1 − Above is what other programs report. P is twice the smaller of the two. (J.
	// Henseler, C. M. Ringle, R. R. Sinkovics, The use of partial least squares path
	// modeling in international marketing, Advances in International Marketing 20, 2009.)
	Henseler Test
	Above    float64
	// Permutation is the test by exchanging respondents between the groups: P is
	// (1+Exceeding)/(1+Permutations), with the permutations whose difference was at
	// least as great. It asks for equal groups in all respects, not only in this.
	Permutation  Test
	Exceeding    int
	Permutations int
}

// GroupComparison is the estimates of a model in several groups and all differences.
// It is immutable and safe to share.
type GroupComparison struct {
	names       []string
	groups      []*Bootstrapped
	comparisons []Comparison
	failed      map[[2]string]FailedResamples
}

// Groups returns the names in the order given.
func (g *GroupComparison) Groups() []string { return slices.Clone(g.names) }

// Group returns the estimate of one group, and whether there is such a group. With
// [SignConstruct] all are pointed along the estimate from all groups together, which
// can differ from the orientation in the group's own [Bootstrapped.Result].
func (g *GroupComparison) Group(name string) (*Bootstrapped, bool) {
	at := slices.Index(g.names, name)
	if at < 0 {
		return nil, false
	}
	return g.groups[at], true
}

// Comparisons returns all differences: pair of groups by pair, in each all parameters
// that vary, in the order of [Bootstrapped.Parameters].
func (g *GroupComparison) Comparisons() []Comparison { return slices.Clone(g.comparisons) }

// Comparison returns the difference of a parameter between two groups, named in the
// order given, and whether there is one.
func (g *GroupComparison) Comparison(one, other string, p Parameter) (Comparison, bool) {
	for _, c := range g.comparisons {
		if c.One == one && c.Other == other && c.Parameter == p {
			return c, true
		}
	}
	return Comparison{}, false
}

// FailedPermutations counts the permutations of a pair of groups, named in the order
// given, in which one of the two could not be estimated.
func (g *GroupComparison) FailedPermutations(one, other string) FailedResamples {
	return g.failed[[2]string{one, other}]
}

// CompareGroups estimates a model in two groups or more and tests for each number of
// the model, and each statistic of the caller, whether it is the same in each pair of
// them: by bootstrap ([Comparison.Welch], [Comparison.Henseler]) and by permutation.
// All groups are pointed along the estimate from all respondents together; survey
// weights count by their share in their group. The answer does not depend on the
// number of workers.
//
// With more than two groups every test has a probability adjusted for the number of
// pairs; for the number of parameters nothing is adjusted.
//
// The error is an [*OptionError]; a [*GroupError] with an error of [Bootstrap]; or an
// error of [Fit] or a [*ResampleError] for groups together; or wraps the context's.
func CompareGroups(ctx context.Context, model Model, groups []Group, options *Options, o CompareOptions) (*GroupComparison, error) {
	o, err := o.settled(groups)
	if err != nil {
		return nil, err
	}
	pl, settled, err := prepare(model, options)
	if err != nil {
		return nil, err
	}
	l, err := newLayout(pl, o.Statistics)
	if err != nil {
		return nil, err
	}
	c := &comparison{plan: pl, options: settled, o: o, layout: l, urns: make([]*urn, len(groups))}
	for i, group := range groups {
		if c.urns[i], err = newUrn(pl, settled, group.Data); err != nil {
			return nil, &GroupError{Group: group.Name, Err: err}
		}
	}
	if err := c.pool(); err != nil {
		return nil, err
	}
	out := &GroupComparison{failed: make(map[[2]string]FailedResamples)}
	for i, group := range groups {
		b, err := c.bootstrap(ctx, i)
		if err != nil {
			return nil, &GroupError{Group: group.Name, Err: err}
		}
		out.names, out.groups = append(out.names, group.Name), append(out.groups, b)
	}
	for other := range groups {
		for one := range other {
			permuted, err := c.permute(ctx, one, other)
			if err != nil {
				return nil, err
			}
			out.failed[[2]string{out.names[one], out.names[other]}] = permuted.failed
			out.compare(one, other, permuted)
		}
	}
	out.adjust()
	return out, nil
}

// settled returns the options with defaults filled in.
func (o CompareOptions) settled(groups []Group) (CompareOptions, error) {
	var err error
	if o.BootstrapOptions, err = o.BootstrapOptions.settled(); err != nil {
		return o, err
	}
	if o.Permutations == 0 {
		o.Permutations = o.Resamples
	}
	if o.Permutations < 1 || o.Permutations > 1_000_000 {
		return o, &OptionError{Option: "permutations", Value: fmt.Sprint(o.Permutations), Reason: "want 1 to 1000000, or 0"}
	}
	if len(groups) < 2 {
		return o, &OptionError{Option: "groups", Value: fmt.Sprint(len(groups)), Reason: "want two or more"}
	}
	seen := make(map[string]bool)
	for _, g := range groups {
		if g.Name == "" || seen[g.Name] {
			return o, &OptionError{Option: "group", Value: fmt.Sprintf("%q", g.Name), Reason: "needs a name of its own"}
		}
		seen[g.Name] = true
		if g.Data == nil {
			return o, &GroupError{Group: g.Name, Err: &DataError{Row: -1, Reason: "there are no data"}}
		}
	}
	return o, nil
}

// comparison is the work of [CompareGroups].
type comparison struct {
	plan      *plan
	options   Options
	o         CompareOptions
	layout    *layout
	urns      []*urn
	reference []float64 // answer weights of all groups together; nil with SignNone
}

// pool estimates from all groups together, for the directions of the constructs.
func (c *comparison) pool() error {
	if c.o.Signs == SignNone {
		return nil
	}
	all := c.urns[0].data
	for _, u := range c.urns[1:] {
		all = stack(all, u.data)
	}
	result, err := Fit(c.plan.model, all, &c.options)
	if err != nil {
		return err
	}
	c.reference = result.Sample().answerWeights()
	return nil
}

// bootstrap is that of one group.
func (c *comparison) bootstrap(ctx context.Context, at int) (*Bootstrapped, error) {
	result, err := Fit(c.plan.model, c.urns[at].data, &c.options)
	if err != nil {
		return nil, err
	}
	pointed := result.Sample().own()
	if c.reference != nil {
		pointed.align(c.reference, make([]bool, c.plan.constructs()))
	}
	o := c.o.BootstrapOptions
	o.Seed = numeric.Stream(o.Seed, uint64(at)).Uint64()
	return c.urns[at].bootstrap(ctx, c.layout, result, pointed, o)
}

// stack puts the rows of b under those of a, with the same columns. Weights are
// divided by their mean in each.
func stack(a, b *Data) *Data {
	out := &Data{items: a.items, columns: a.columns, rows: a.rows + b.rows, complete: a.complete && b.complete}
	out.values = slices.Concat(a.values, b.values)
	if a.weights == nil && b.weights == nil {
		return out
	}
	for _, d := range []*Data{a, b} {
		mean := 0.0
		for row := range d.rows {
			mean += d.weight(row) / float64(d.rows)
		}
		for row := range d.rows {
			out.weights = append(out.weights, d.weight(row)/mean)
		}
	}
	return out
}

// finite reports whether x is a number.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
