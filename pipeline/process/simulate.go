package process

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// The bounds of a simulated record: how many moves it makes before it is left where it
// stands, and how often one move is tried anew with other data.
const (
	mostMoves = 400
	mostTries = 60
)

// StuckError says that a simulated record came to where no trigger could be fired,
// whatever data it was given and however long it waited.
type StuckError struct {
	Definition pipeline.Ref
	Stage      pipeline.StageID // empty: it could not even be opened
	Err        error            // the last refusal
}

func (e *StuckError) Error() string {
	return fmt.Sprintf("process: %q version %d: a simulated record is stuck in stage %q: %v", e.Definition.ID, e.Definition.Version, e.Stage, e.Err)
}

// Unwrap returns the last refusal.
func (e *StuckError) Unwrap() error { return e.Err }

// Simulate walks n records along random legal paths and returns the history of each. A
// record is moved by a clerk who tries a trigger, reads why it is refused, does what is
// asked, and tries again; it ends in a closed stage, sometimes after having been opened
// again, or after 400 moves. The same seed gives the same histories, and those of the
// first records do not depend on n. The paths show what a process can do: how likely they
// are says nothing about any trade. The error is a [*StuckError].
func Simulate(m *pipeline.Machine, seed uint64, n int) ([][]pipeline.Entry, error) {
	histories := make([][]pipeline.Entry, 0, max(n, 0))
	for i := range n {
		w := walker{
			machine: m, definition: m.Definition(), random: rand.New(rand.NewPCG(seed, uint64(i))),
			id: rapport.ID(fmt.Sprintf("r%d", i+1)), at: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Hour),
			values: pipeline.Values{},
		}
		history, err := w.walk()
		if err != nil {
			return nil, err
		}
		histories = append(histories, history)
	}
	return histories, nil
}

// walker is one record and the clerk who moves it.
type walker struct {
	machine    *pipeline.Machine
	definition pipeline.Definition
	random     *rand.Rand
	id         rapport.ID
	at         time.Time
	values     pipeline.Values
	work       pipeline.Work
	history    []pipeline.Entry
}

// Value returns a field of the record.
func (w *walker) Value(field string) pipeline.Value { return w.values[field] }

// Work returns the work on the record.
func (w *walker) Work() *pipeline.Work { return &w.work }

func (w *walker) walk() ([]pipeline.Entry, error) {
	in := pipeline.Input{}
	if entrances := w.definition.Entrances; len(entrances) > 0 && w.random.IntN(4) == 0 {
		in.To = entrances[w.random.IntN(len(entrances))]
	}
	p, move, in, err := w.insist(in, func(in pipeline.Input) (pipeline.Position, pipeline.Move, error) { return w.machine.Open(in, w.at) })
	if err != nil {
		return nil, &StuckError{Definition: w.machine.Ref(), Err: err}
	}
	if err := w.record(p, move, in); err != nil {
		return nil, err
	}
	for range mostMoves {
		if move.Outcome().Closed() && w.random.IntN(3) > 0 {
			break
		}
		closed := move.Outcome().Closed()
		p, move, err = w.step(p)
		switch {
		case err == nil:
		case closed: // nothing opens it again
			return w.history, nil
		default:
			return nil, &StuckError{w.machine.Ref(), p.Stage, err}
		}
	}
	return w.history, nil
}

// step moves the record by one trigger, after some time.
func (w *walker) step(p pipeline.Position) (pipeline.Position, pipeline.Move, error) {
	var last error
	for range 10 {
		w.wait()
		w.trouble()
		facts := w.drift()
		options, err := w.machine.Permitted(p, pipeline.Input{Record: w}, w.at)
		if err != nil {
			return p, pipeline.Move{}, err
		}
		for len(options) > 0 {
			i := w.pick(options)
			trigger := options[i].Trigger
			options = slices.Delete(options, i, i+1)
			next, move, in, err := w.insist(pipeline.Input{Data: facts}, func(in pipeline.Input) (pipeline.Position, pipeline.Move, error) {
				return w.machine.Fire(p, trigger, in, w.at)
			})
			if err == nil {
				return next, move, w.record(next, move, in)
			}
			last = err
		}
		if last == nil {
			break // the stage has no triggers
		}
	}
	if last == nil {
		last = &pipeline.NotPermittedError{Stage: p.Stage}
	}
	return p, pipeline.Move{}, last
}

// wait lets time go by: half an hour to 42 days, short times as likely as long ones, and
// one time in eight a year, so that what takes long comes about too.
func (w *walker) wait() {
	if w.random.IntN(8) == 0 {
		w.at = w.at.AddDate(1, 0, 0)
		return
	}
	least := 30 * time.Minute << w.random.IntN(11)
	w.at = w.at.Add(least + time.Duration(w.random.Int64N(int64(least))))
}

// pick chooses a trigger; those that lead on are likelier, so that the far end is reached.
func (w *walker) pick(options []pipeline.Option) int {
	total := 0
	weights := make([]int, len(options))
	for i, o := range options {
		weights[i] = 1
		for _, to := range o.To {
			weights[i] = max(weights[i], w.weight(to))
		}
		total += weights[i]
	}
	draw := w.random.IntN(total)
	for i, weight := range weights {
		if draw < weight {
			return i
		}
		draw -= weight
	}
	return len(options) - 1
}

func (w *walker) weight(to pipeline.StageID) int {
	for i := range w.definition.Stages {
		if s := &w.definition.Stages[i]; s.ID == to {
			return [...]int{pipeline.Open: 6, pipeline.OnHold: 1, pipeline.Won: 2, pipeline.Lost: 1}[s.Kind]
		}
	}
	return 1
}

// drift lets facts become others.
func (w *walker) drift() pipeline.Values {
	facts := pipeline.Values{}
	for _, f := range w.definition.Fields {
		if !w.values[f.ID].Empty() && w.random.IntN(4) == 0 {
			facts[f.ID] = w.draw(f)
		}
	}
	return facts
}

// trouble lets a problem come up now and then.
func (w *walker) trouble() {
	if w.random.IntN(10) == 0 {
		w.work.Problems = append(w.work.Problems, pipeline.Problem{
			ID: rapport.ID(fmt.Sprintf("%s-%d", w.id, len(w.work.Problems)+1)), Severity: pipeline.SeverityHigh, Text: "simulated", OpenedAt: w.at,
		})
	}
}

// insist tries a move until it is done or cannot be, doing each time what was asked for.
func (w *walker) insist(in pipeline.Input, move func(pipeline.Input) (pipeline.Position, pipeline.Move, error)) (pipeline.Position, pipeline.Move, pipeline.Input, error) {
	in.By, in.Record, in.Data = "clerk", w, maps.Clone(in.Data)
	if in.Data == nil {
		in.Data = pipeline.Values{}
	}
	for try := 0; ; try++ {
		p, done, err := move(in)
		refused, ok := errors.AsType[*pipeline.RefusedError](err)
		if !ok || try == mostTries {
			return p, done, in, err
		}
		for _, reason := range refused.Reasons {
			if !w.comply(&in, reason) {
				return p, done, in, err
			}
		}
	}
}

// record writes a move into the history, and its data into the record.
func (w *walker) record(p pipeline.Position, move pipeline.Move, in pipeline.Input) error {
	entry, err := pipeline.NewEntry(w.id, p, move, in)
	if err != nil {
		return err
	}
	entry.RecordedAt = p.ChangedAt.Time()
	w.history = append(w.history, entry)
	maps.Copy(w.values, in.Data)
	return nil
}

// draw makes up what a field may hold: numbers up to 6, amounts from 100 to 99 million
// dollars, dates in the year to come.
func (w *walker) draw(f pipeline.Field) pipeline.Value {
	ahead := w.at.Add(time.Duration(1+w.random.IntN(365)) * 24 * time.Hour)
	switch f.Kind {
	case pipeline.NumberField:
		return pipeline.Whole(w.random.Int64N(7))
	case pipeline.MoneyField:
		amount, err := rapport.NewMoney(decimal.New(1+w.random.Int64N(99), int32(2+w.random.IntN(5))), rapport.USD)
		if err != nil {
			return pipeline.Value{}
		}
		return pipeline.Amount(amount)
	case pipeline.DateField:
		day, err := pipeline.ParseDate(ahead.Format(time.DateOnly))
		if err != nil {
			return pipeline.Value{}
		}
		return pipeline.Day(day)
	case pipeline.TimeField:
		return pipeline.Instant(ahead)
	case pipeline.FlagField:
		return pipeline.Flag(w.random.IntN(2) == 0)
	}
	if len(f.OneOf) > 0 {
		return pipeline.Text(f.OneOf[w.random.IntN(len(f.OneOf))])
	}
	return pipeline.Text("simulated")
}
