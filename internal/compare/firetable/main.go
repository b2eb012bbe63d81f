// Firetable measures a transition of pipeline beside those of qmuntal/stateless and
// looplab/fsm and prints a table, as docs/performance.md has it:
//
//	cd internal/compare && go run ./firetable
//
// Every library does the same work, in turns of a few milliseconds, many times over; the
// fastest turn of each counts, so that a busy machine does least harm.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 60, "turns of each library")
	turn := flag.Duration("turn", 4*time.Millisecond, "about how long a turn takes")
	work := flag.String("work", "", "only the work with this in its name")
	flag.Parse()
	all := slices.DeleteFunc(jobs(), func(j job) bool { return !strings.Contains(j.name, *work) })
	if err := table(os.Stdout, all, *rounds, *turn); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// figures are the cost of one operation.
type figures struct{ ns, bytes, allocs float64 }

// table measures all jobs and prints what an operation costs, and how often ours fits
// into it.
func table(out io.Writer, jobs []job, rounds int, turn time.Duration) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "work\tlibrary\tns\tB\tallocs\ttimes ours")
	for _, j := range jobs {
		best, err := compete(j, rounds, turn)
		if err != nil {
			return fmt.Errorf("%s: %w", j.name, err)
		}
		for i, e := range j.run {
			fmt.Fprintf(w, "%s\t%s\t%.1f\t%.0f\t%.1f\t%.1f\n", j.name, e.library, best[i].ns, best[i].bytes, best[i].allocs, best[i].ns/best[0].ns)
		}
	}
	return w.Flush()
}

// compete lets the entrants of a job take turns.
func compete(j job, rounds int, turn time.Duration) ([]figures, error) {
	best, ops := make([]figures, len(j.run)), make([]int, len(j.run))
	for i, e := range j.run {
		const trial = 1000
		f, err := measure(e, trial)
		if err != nil {
			return nil, err
		}
		best[i], ops[i] = f, max(trial, int(float64(turn)/f.ns)/2*2)
	}
	for range rounds {
		for i, e := range j.run {
			f, err := measure(e, ops[i])
			if err != nil {
				return nil, err
			}
			if f.ns < best[i].ns {
				best[i] = f
			}
		}
	}
	return best, nil
}

func measure(e entrant, ops int) (figures, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	err := e.run(ops)
	elapsed := time.Since(start)
	runtime.ReadMemStats(&after)
	if err != nil {
		return figures{}, fmt.Errorf("%s: %w", e.library, err)
	}
	per := 1 / float64(ops)
	return figures{float64(elapsed) * per, float64(after.TotalAlloc-before.TotalAlloc) * per, float64(after.Mallocs-before.Mallocs) * per}, nil
}
