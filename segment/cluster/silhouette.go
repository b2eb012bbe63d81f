package cluster

import (
	"context"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// LabelError reports labels of clusters that cannot be used.
type LabelError struct {
	Row   int // of the label to blame, from 0; -1: their number
	Label int // that label, or how many labels there are
	Want  int // how many labels there should be, if their number is to blame
}

// Error gives the row and the label, or the numbers.
func (e *LabelError) Error() string {
	if e.Row < 0 {
		return fmt.Sprintf("cluster: %d labels of %d customers", e.Label, e.Want)
	}
	return fmt.Sprintf("cluster: label %d in row %d: want 0 to %d", e.Label, e.Row, MaxClusters-1)
}

// clustersOf checks labels of n customers and returns how many customers each cluster
// has.
func clustersOf(labels []int, n int) ([]int, error) {
	if n == 0 {
		return nil, ErrNoRows
	}
	if len(labels) != n {
		return nil, &LabelError{Row: -1, Label: len(labels), Want: n}
	}
	var sizes []int
	for i, label := range labels {
		if label < 0 || label >= MaxClusters {
			return nil, &LabelError{Row: i, Label: label}
		}
		for len(sizes) <= label {
			sizes = append(sizes, 0)
		}
		sizes[label]++
	}
	return sizes, nil
}

// SilhouetteOptions are the options of [MeasureSilhouette]; nil or the zero value means
// the defaults.
type SilhouetteOptions struct {
	MaxRows int // of more customers so many are drawn by the seed and measured among themselves; 5000
	Workers int // goroutines at work; 0: GOMAXPROCS; they do not change the answer
}

// ClusterSilhouette is the mean silhouette of one cluster.
type ClusterSilhouette struct {
	Mean float64 // 0 if N is 0
	N    int     // its customers that were measured
}

// Silhouette says how well customers fit their clusters: each one's is (b − a)/max(a, b)
// with a the mean distance to the others of the same cluster and b that to the nearest
// other cluster, from −1 to 1; 0 for the only one of a cluster. Distances are Euclidean,
// in scaled units. Reference: P. J. Rousseeuw, Journal of Computational and Applied
// Mathematics 20 (1987), 53–65, who reads a mean below 0.25 as no structure.
type Silhouette struct {
	Mean     float64
	N        int  // customers that were measured; 0: fewer than two clusters, no figure
	Sampled  bool // they are a sample
	Clusters []ClusterSilhouette
}

// MeasureSilhouette measures a partition. It takes time in proportion to the square of
// the customers that are measured. Errors: [ErrNoRows], a [*LabelError], an
// [*OptionError], that of ctx.
func MeasureSilhouette(ctx context.Context, data *Prepared, labels []int, seed uint64, options *SilhouetteOptions) (Silhouette, error) {
	if options == nil {
		options = &SilhouetteOptions{}
	}
	o := *options
	if err := counts(count{"MaxRows", &o.MaxRows, 5000}, count{"Workers", &o.Workers, 0}); err != nil {
		return Silhouette{}, err
	}
	if data == nil {
		return Silhouette{}, ErrNoRows
	}
	sizes, err := clustersOf(labels, data.Len())
	if err != nil {
		return Silhouette{}, err
	}
	s := Silhouette{Clusters: make([]ClusterSilhouette, len(sizes))}
	if data.Len() > o.MaxRows {
		rows := sample(data.Len(), o.MaxRows, numeric.Stream(seed, sampleStream))
		data = data.pick(rows)
		drawn := make([]int, len(rows))
		clear(sizes)
		for i, row := range rows {
			drawn[i] = labels[row]
			sizes[drawn[i]]++
		}
		labels, s.Sampled = drawn, true
	}
	filled := 0
	for _, n := range sizes {
		filled += min(n, 1)
	}
	if filled < 2 {
		return s, nil
	}
	each := make([]float64, data.Len())
	ranges := blockRanges(len(each), 0)
	numeric.Parallel(o.Workers, len(ranges), func(b int) {
		sums := make([]float64, len(sizes))
		for i := ranges[b][0]; i < ranges[b][1] && ctx.Err() == nil; i++ {
			each[i] = silhouette(data, labels, sizes, i, sums)
		}
	})
	if err := ctx.Err(); err != nil {
		return Silhouette{}, err
	}
	s.N, s.Mean = len(each), sum(each)/float64(len(each))
	for i, v := range each {
		s.Clusters[labels[i]].Mean += v
	}
	for c, n := range sizes {
		if s.Clusters[c].N = n; n > 0 {
			s.Clusters[c].Mean /= float64(n)
		}
	}
	return s, nil
}

// silhouette returns that of one customer; sums is room for a number for each cluster.
func silhouette(data *Prepared, labels, sizes []int, i int, sums []float64) float64 {
	own := labels[i]
	if sizes[own] < 2 {
		return 0
	}
	clear(sums)
	x := data.row(i)
	for j, label := range labels {
		sums[label] += math.Sqrt(squared(x, data.row(j)))
	}
	a, b := sums[own]/float64(sizes[own]-1), math.Inf(1)
	for c, total := range sums {
		if c != own && sizes[c] > 0 {
			b = min(b, total/float64(sizes[c]))
		}
	}
	if a == b { // both may be 0
		return 0
	}
	return (b - a) / max(a, b)
}
