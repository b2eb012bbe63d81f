package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// MaxClusters is the greatest number of clusters of a model.
const MaxClusters = 1000

// KMeansOptions are the options of [FitKMeans]; nil or the zero value means the defaults.
type KMeansOptions struct {
	Starts int // from how many sets of first centres; 50
	// SampleRows is how many customers, drawn by the seed, the starts work on if there
	// are more of them; the best start then goes on with larger samples and in the end
	// with all customers. 20000; at least the number of customers for every start to
	// work on all of them.
	SampleRows    int
	MaxIterations int // of each start, and of the work on all customers; 300
	// Tolerance stops when no centre moves by more than it, in scaled units. By default
	// the starts go on until nobody changes the cluster, and what follows on more
	// customers than SampleRows until no centre moves by more than 1e-3, about a
	// third of what chance moves the mean of 100000 customers by.
	Tolerance float64
	Workers   int // goroutines at work; 0: GOMAXPROCS; they do not change the answer
}

// OptionError reports an option that makes no sense.
type OptionError struct {
	Option string
	Value  float64
	Reason string
}

// Error names the option, the number and the reason.
func (e *OptionError) Error() string {
	return fmt.Sprintf("cluster: option %s %v: %s", e.Option, e.Value, e.Reason)
}

// normal returns the options with their defaults written out, or an [*OptionError].
func (o *KMeansOptions) normal() (KMeansOptions, error) {
	if o == nil {
		o = &KMeansOptions{}
	}
	n := *o
	if err := counts(count{"Starts", &n.Starts, 50}, count{"SampleRows", &n.SampleRows, 20_000}, count{"MaxIterations", &n.MaxIterations, 300}, count{"Workers", &n.Workers, 0}); err != nil {
		return n, err
	}
	if !(n.Tolerance >= 0) {
		return n, &OptionError{"Tolerance", n.Tolerance, "negative or not a number"}
	}
	return n, nil
}

type count struct {
	name     string
	value    *int
	standard int
}

// counts writes defaults to options that are 0 and refuses negative ones.
func counts(list ...count) error {
	for _, c := range list {
		if *c.value < 0 {
			return &OptionError{c.name, float64(*c.value), "negative"}
		}
		if *c.value == 0 {
			*c.value = c.standard
		}
	}
	return nil
}

// KMeansReport says how a fit went.
type KMeansReport struct {
	Customers  int
	Starts     int
	SampleRows int // on which the starts worked; that of all customers if there was no sample
	Iterations int // of the start that was kept, and then over all customers if there was a sample
	Converged  bool
	// Within is the sum of squared distances of the customers from their centres, in
	// scaled units: what k-means makes small.
	Within float64
}

// KMeans is a partition of customers by the nearest of k means: an immutable value made
// by [FitKMeans] or read from JSON, safe to share between goroutines.
type KMeans struct {
	scaler  *Scaler
	centers []float64 // row after row, scaled; the largest cluster first
	sizes   []int
	within  []float64
	report  KMeansReport
}

// FitKMeans finds k clusters with small squared distances within: the best of several
// starts by k-means++, each until no customer's move to another cluster would make them
// smaller. The seed draws the starts;
// the same seed, data and options give the same model on any number of cores, while rows
// in another order may lead to another one. No start is sure to find the best partition
// there is; that many agree on [KMeansReport.Within] is a good sign.
//
// Errors: [ErrNoRows]; a [*CountError] for k below 1, above [MaxClusters] or above the
// number of customers that differ; an [*OptionError]; that of ctx. Where the iterations do not
// suffice the model is returned with a [*ConvergenceError].
func FitKMeans(ctx context.Context, data *Prepared, k int, seed uint64, options *KMeansOptions) (*KMeans, error) {
	o, err := options.normal()
	if err != nil {
		return nil, err
	}
	if err := checkCount(data, k); err != nil {
		return nil, err
	}
	best, rows, err := fromSample(data, o.SampleRows, seed, func(drawn *Prepared) (started, error) {
		return bestStart(ctx, drawn, k, seed, &o)
	})
	if err != nil {
		return nil, err
	}
	if rows < data.Len() {
		if err := best.refine(ctx, data, rows, seed, &o); err != nil {
			return nil, err
		}
	}
	m := &KMeans{scaler: data.scaler, report: KMeansReport{
		Customers: data.Len(), Starts: o.Starts, SampleRows: rows, Iterations: best.steps, Converged: best.converged,
	}}
	m.take(&best)
	if !m.report.Converged {
		return m, &ConvergenceError{Iterations: m.report.Iterations}
	}
	return m, nil
}

// fromSample runs the starts of a fit on a sample if there are more customers than rows,
// and on all customers if there are not or if the sample lacks rare ones, so that too few
// in it differ or a figure does not vary. It returns on how many they ran.
func fromSample[T any](data *Prepared, rows int, seed uint64, starts func(drawn *Prepared) (T, error)) (best T, used int, err error) {
	if data.Len() > rows {
		best, err = starts(data.pick(sample(data.Len(), rows, numeric.Stream(seed, sampleStream))))
		if _, few := errors.AsType[*CountError](err); !few && !errors.Is(err, ErrSingular) {
			return best, rows, err
		}
	}
	best, err = starts(data)
	return best, data.Len(), err
}

// sampleStream is the stream of a seed that draws samples, far from those of the starts.
const sampleStream = 1 << 63

func checkCount(data *Prepared, k int) error {
	switch {
	case data == nil || data.Len() == 0:
		return ErrNoRows
	case k < 1 || k > MaxClusters:
		return &CountError{Clusters: k, Reason: fmt.Sprintf("want 1 to %d", MaxClusters)}
	}
	return nil
}

// ConvergenceError reports that iterations did not suffice.
type ConvergenceError struct {
	Iterations int
}

// Error gives their number.
func (e *ConvergenceError) Error() string {
	return fmt.Sprintf("cluster: no convergence in %d iterations", e.Iterations)
}

// started is the end of one start.
type started struct {
	lloyd     *lloyd
	steps     int
	converged bool
	sizes     []int
	within    []float64
	total     float64
	err       error
}

// run goes down to where neither Lloyd's steps nor single moves make the distances
// smaller. The centres are the means again in the end: single moves let them drift by
// rounding.
func (s *started) run(ctx context.Context, o *KMeansOptions) (err error) {
	if s.steps, s.converged, err = s.lloyd.run(ctx, o.MaxIterations, o.Tolerance); err != nil {
		return err
	}
	s.sizes, _ = s.lloyd.finish()
	rounds, ended, err := s.lloyd.polish(ctx, s.sizes, o.MaxIterations)
	if err != nil {
		return err
	}
	s.steps += rounds
	s.converged = s.converged && ended
	s.lloyd.forget()
	s.lloyd.assign()
	if _, err = s.lloyd.move(); err != nil {
		return err
	}
	s.sizes, s.within = s.lloyd.finish()
	s.total = sum(s.within)
	return nil
}

// larger is by how much each sample is larger than the one before.
const larger = 8

// refine goes on with larger and larger samples and in the end with all customers: what
// moves the centres far is done on few of them.
func (s *started) refine(ctx context.Context, data *Prepared, rows int, seed uint64, o *KMeansOptions) (err error) {
	tolerance := o.Tolerance
	if tolerance == 0 {
		tolerance = 1e-3
	}
	for level := uint64(1); ; level++ {
		rows *= larger
		drawn, limit := data, tolerance
		if rows < data.Len()/2 {
			drawn, limit = data.pick(sample(data.Len(), rows, numeric.Stream(seed, sampleStream+level))), 4*tolerance
		}
		s.lloyd = newLloyd(drawn, s.lloyd.centers, o.Workers)
		if s.steps, s.converged, err = s.lloyd.run(ctx, o.MaxIterations, limit); err != nil {
			return err
		}
		if drawn == data {
			s.sizes, s.within = s.lloyd.finish()
			return nil
		}
	}
}

// bestStart runs the starts and returns the one with the least distances, the first of
// equally good ones.
func bestStart(ctx context.Context, data *Prepared, k int, seed uint64, o *KMeansOptions) (started, error) {
	results := make([]started, o.Starts)
	numeric.Parallel(o.Workers, o.Starts, func(i int) {
		s := &results[i]
		centers, err := seeds(data, k, numeric.Stream(seed, uint64(i)))
		if err != nil {
			s.err = err
			return
		}
		s.lloyd = newLloyd(data, centers, 1)
		s.err = s.run(ctx, o)
		s.lloyd.upper, s.lloyd.lower = nil, nil // what the best start needs is little
	})
	best := 0
	for i := range results {
		if results[i].err != nil {
			return started{}, results[i].err
		}
		if results[i].total < results[best].total {
			best = i
		}
	}
	return results[best], nil
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}

// take fills the model from a start, the largest cluster first; of equally large ones
// that with the smaller centre.
func (m *KMeans) take(s *started) {
	d := m.scaler.width()
	center := func(c int) []float64 { return s.lloyd.centers[c*d : (c+1)*d] }
	order := make([]int, len(s.sizes))
	for c := range order {
		order[c] = c
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(s.sizes[b], s.sizes[a]), slices.Compare(center(a), center(b)))
	})
	for _, c := range order {
		m.centers = append(m.centers, center(c)...)
		m.sizes = append(m.sizes, s.sizes[c])
		m.within = append(m.within, s.within[c])
	}
	m.report.Within = sum(m.within)
}
