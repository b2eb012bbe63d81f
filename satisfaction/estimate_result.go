package satisfaction

import (
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// Result is an estimated index model. What it points to must not be changed.
type Result struct {
	Index      rapport.Estimate // of the target, 0 to 100
	Constructs []ConstructIndex // in the order of the model
	Warnings   []IndexWarning   // in the order of constructs and paths
	Rule       IndexRule
	Applied    bool // the weights come from other respondents (see [Result.Apply])

	model     Model
	options   Options
	fit       *pls.Result
	bootstrap *pls.Bootstrapped
	indices   *pls.Bootstrapped // the same, or without correction for attenuation
	base      *Result           // whose weights were applied; nil if they were estimated
	sample    *indexSample
	weights   []float64 // of the answers as given, by item
	blocks    []block   // by construct; without shares where the weights cancel out
}

// ConstructIndex is the index of one construct.
type ConstructIndex struct {
	Name string
	// Index is the mean of all respondents from 0, all at the low end of every scale, to
	// 100. It is absent where the weights of the items cancel out or an item has no
	// answer.
	Index rapport.Estimate
	SD    float64 // of the respondents' own indices, divisor n−1; 0 for fewer than two
	Items []ItemIndex
	// Groups has an index for each group of items, with their weights in the construct,
	// in the order in which they come; nil unless there are two or more.
	Groups []GroupIndex
}

// ItemIndex is one item in the index of its construct.
type ItemIndex struct {
	Key   string
	Group string
	// Weight is that of the answer as given, by the rule: with sum 1 or, by
	// [UnstandardisedWeights], so that the construct's score has variance 1 with
	// divisor n−1. It is 0 where weights of both signs on different scales sum to
	// nothing.
	Weight   float64
	Share    float64          // weight in the index of the item's own index, with sum 1 over the construct
	Index    rapport.Estimate // of the item alone, 0 to 100, with the error of a mean and no interval
	Answered int              // respondents who answered it
}

// GroupIndex is the index of a group of items.
type GroupIndex struct {
	Name  string
	Index rapport.Estimate // 0 to 100, with the weights fixed, without an interval
}

// RespondentIndex is the index of a construct as one respondent sees it.
type RespondentIndex struct {
	Row      int        // of the responses or the table, from 0
	Response rapport.ID // empty where a table has none
	Customer rapport.ID // empty: not known
	Index    float64    // 0 to 100, unless weights have both signs
}

// Model returns the model that was estimated, with all scales filled in.
func (r *Result) Model() Model { return r.model.clone() }

// Fit returns the path model behind the weights, with its paths, loadings and R².
func (r *Result) Fit() *pls.Result { return r.fit }

// Bootstrap returns the resamples behind the intervals, with those of paths, loadings
// and R²; nil without any. With consistent estimation it has no indices, which come from
// resamples of their own that are never inadmissible.
func (r *Result) Bootstrap() *pls.Bootstrapped { return r.bootstrap }

// Respondents returns the number of respondents that were used: under [pls.Casewise] those
// who answered every item, else those who answered any.
func (r *Result) Respondents() int { return r.sample.rows() }

// Construct returns the index of a construct, and whether the model has it.
func (r *Result) Construct(name string) (ConstructIndex, bool) {
	at := r.model.place(name)
	if at < 0 {
		return ConstructIndex{}, false
	}
	return r.Constructs[at], true
}

// Scores returns the index of a construct for each respondent who has one, in their
// order. Where missing answers are replaced by means, all who answered anything have: the
// missing one counts as the mean of this sample; elsewhere those who left out an item of
// the construct have none. It is nil for a construct that the model does not have.
func (r *Result) Scores(construct string) []RespondentIndex {
	at := r.model.place(construct)
	if at < 0 || !r.Constructs[at].Index.HasValue() {
		return nil
	}
	out := make([]RespondentIndex, 0, r.sample.rows())
	for row := range r.sample.rows() {
		value, known := r.sample.score(r.blocks[at], row, r.options.Missing == pls.MeanReplacement)
		if !known {
			continue
		}
		score := RespondentIndex{Row: r.sample.origins[row], Index: value}
		if r.sample.ids != nil {
			score.Response, score.Customer = r.sample.ids[row], r.sample.customers[row]
		}
		out = append(out, score)
	}
	return out
}

// weigh takes the weights of answers from the fit, by the rule, and makes shares of them.
func (r *Result) weigh() {
	first := 0
	for _, c := range r.fit.Constructs() {
		items := r.sample.items[first : first+len(c.Items)]
		own := make([]float64, len(items))
		for i, item := range c.Items {
			own[i] = item.Weight
			if r.options.Metric == pls.Standardised {
				own[i] /= item.SD
			}
		}
		r.weights = append(r.weights, own...)
		r.blocks = append(r.blocks, blockOf(r.Rule, c.Name, first, items, own))
		first += len(items)
	}
}

// blockOf makes shares of the weights of answers, by a rule.
func blockOf(rule IndexRule, name string, first int, items []Item, weights []float64) block {
	b := block{name: name, first: first}
	if rule != EqualWeights {
		b.shares, _ = indexShares(items, weights)
		return b
	}
	b.shares = make([]float64, len(items))
	for i := range items {
		b.shares[i] = 1 / float64(len(items))
	}
	return b
}

// report fills in the indices; estimate adds the uncertainty to that of a construct.
func (r *Result) report(estimate func(value float64, b block) rapport.Estimate) {
	for j, c := range r.model.Constructs {
		b, index := r.blocks[j], ConstructIndex{Name: c.Name}
		index.Items = r.items(j)
		value, known := 0.0, false
		if b.shares != nil && r.sample.rows() > 0 {
			value, known = r.sample.index(b)
		}
		if known {
			index.Index = estimate(value, b)
			index.SD = r.spread(b)
			index.Groups = r.groups(j)
		}
		r.warnWeights(j, index.Index)
		r.Constructs = append(r.Constructs, index)
	}
	r.Index = r.Constructs[r.model.place(r.model.Target)].Index
}

// items reports the items of construct j.
func (r *Result) items(j int) []ItemIndex {
	b, out := r.blocks[j], []ItemIndex(nil)
	weights := r.weights[b.first:][:len(r.model.Constructs[j].Items)]
	total, size := 0.0, 0.0
	for _, w := range weights {
		total, size = total+w, size+math.Abs(w)
	}
	for i, item := range r.model.Constructs[j].Items {
		k := b.first + i
		index := ItemIndex{Key: item.Key, Group: item.Group, Answered: r.sample.answered[k]}
		if b.shares != nil {
			index.Share = b.shares[i]
			switch {
			case r.Rule == EqualWeights:
				index.Weight = b.shares[i]
			case r.Rule == UnstandardisedWeights:
				index.Weight = weights[i]
			case math.Abs(total) > 1e-9*size:
				index.Weight = weights[i] / total
			}
		}
		if index.Answered > 0 {
			index.Index = rapport.Estimate{Value: r.sample.means[k], SE: r.sample.errors[k], N: index.Answered}
		}
		out = append(out, index)
	}
	return out
}

// groups reports the groups of construct j.
func (r *Result) groups(j int) []GroupIndex {
	var names []string
	shares := make(map[string][]float64)
	b, items := r.blocks[j], r.model.Constructs[j].Items
	for i, item := range items {
		own := shares[item.Group]
		if own == nil {
			names = append(names, item.Group)
			own = make([]float64, len(items))
			shares[item.Group] = own
		}
		own[i] = b.shares[i]
	}
	if len(names) < 2 {
		return nil
	}
	var out []GroupIndex
	for _, name := range names {
		group, sum, size := block{first: b.first, shares: shares[name]}, 0.0, 0.0
		for _, share := range group.shares {
			sum += share
			size += math.Abs(share)
		}
		index := GroupIndex{Name: name}
		if math.Abs(sum) > 1e-9*size {
			for i := range group.shares {
				group.shares[i] /= sum
			}
			value, _ := r.sample.index(group)
			index.Index = rapport.Estimate{Value: value, SE: r.sample.standardError(group), N: r.sample.rows()}
		}
		out = append(out, index)
	}
	return out
}

// spread is the standard deviation of the respondents' own indices.
func (r *Result) spread(b block) float64 {
	var scores, weights []float64
	for row := range r.sample.rows() {
		score, known := r.sample.score(b, row, r.options.Missing == pls.MeanReplacement)
		if known {
			scores, weights = append(scores, score), append(weights, r.sample.weight(row))
		}
	}
	if len(scores) < 2 {
		return 0
	}
	mean, _, _ := stats.Mean(scores, weights)
	sum, mass := 0.0, 0.0
	for i, score := range scores {
		sum += weights[i] * (score - mean) * (score - mean)
		mass += weights[i]
	}
	n := float64(len(scores))
	return math.Sqrt(sum / mass * n / (n - 1))
}

// normal is value ± z·se; without a standard error there is no interval.
func normal(value, se, level float64, n int) rapport.Estimate {
	e := rapport.Estimate{Value: value, SE: se, N: n}
	if se > 0 {
		margin := stats.NormalMargin(level) * se
		e.Low, e.High, e.Level = value-margin, value+margin, level
	}
	return e
}
