package process_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/pipeline/process"
)

// walk is a record's way through a process.
type walk struct {
	name    string
	process string
	open    step // trigger empty
	steps   []step
}

// step fires a trigger and says where the record must stand then, or why it must not move.
type step struct {
	fire    pipeline.TriggerID
	want    pipeline.StageID
	refused []error // all reasons, in their order
	err     error   // another error than a refusal

	after time.Duration // since the last step; 0 is an hour
	set   string        // fields that are filled in with something of their kind
	data  pipeline.Values
	roles string
	by    string // "clerk" if empty
	to    pipeline.StageID
	// because is the reason, and a note after a colon: "other: a war".
	because string
	prepare []prepare
}

// prepare changes the work on a record before a step.
type prepare func(*traveller)

// traveller is a record on its way.
type traveller struct {
	definition pipeline.Definition
	values     pipeline.Values
	work       pipeline.Work
	at         time.Time
}

func (r *traveller) Value(field string) pipeline.Value { return r.values[field] }

func (r *traveller) Work() *pipeline.Work { return &r.work }

func start() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }

// done ticks all items of checklists, but for those after a minus: "reviews-price_review".
func done(lists ...string) prepare {
	return func(r *traveller) {
		for _, list := range lists {
			id, open, _ := strings.Cut(list, "-")
			for _, c := range r.definition.Checklists {
				for _, item := range c.Items {
					if c.ID == id && item.ID != open {
						r.work.Done = append(r.work.Done, pipeline.Done{Checklist: id, Item: item.ID, At: r.at})
					}
				}
			}
		}
	}
}

// votes gives one approval by another person for each role.
func votes(name string, roles ...string) prepare {
	return func(r *traveller) {
		for i, role := range roles {
			r.work.Approvals = append(r.work.Approvals, pipeline.Vote{Name: name, By: fmt.Sprintf("%s%d", role, i), Role: role, At: r.at})
		}
	}
}

// part lets a sub-process stand as it does.
func part(name string, stage pipeline.StageID, outcome pipeline.Kind) prepare {
	return func(r *traveller) {
		r.work.Parts = []pipeline.PartState{{Name: name, ID: rapport.ID(name), Position: pipeline.Position{Stage: stage}, Outcome: outcome}}
	}
}

func problem(severity pipeline.Severity) prepare {
	return func(r *traveller) {
		r.work.Problems = []pipeline.Problem{{ID: "p1", Severity: severity, OpenedAt: start()}}
	}
}

func solved() prepare { return func(r *traveller) { r.work.Problems = nil } }

func missing(fields ...string) error { return &pipeline.MissingDataError{Fields: fields} }

func reasons(err ...error) []error { return err }

// guard is the refusal of a guard of the package.
func guard(name, field, have, want string) error {
	return &pipeline.GuardError{Guard: name, Err: &process.ConditionError{Field: field, Have: have, Want: want}}
}

func late(field, deadline string, at time.Time) error {
	end, err := time.Parse(time.RFC3339, deadline)
	if err != nil {
		panic(err)
	}
	return &pipeline.DeadlineError{Field: field, Deadline: end, At: at}
}

func day(text string) pipeline.Value { return pipeline.Day(pipeline.MustDate(text)) }

func amount(text string) pipeline.Value { return pipeline.Amount(rapport.MustMoney(text)) }

// something is a value of a field's kind.
func something(d *pipeline.Definition, id string) pipeline.Value {
	i := slices.IndexFunc(d.Fields, func(f pipeline.Field) bool { return f.ID == id })
	switch {
	case id == pipeline.FieldAmount:
		return amount("100.00 EUR")
	case i < 0:
		return pipeline.Text("something")
	}
	switch f := d.Fields[i]; {
	case len(f.OneOf) > 0:
		return pipeline.Text(f.OneOf[0])
	case f.Kind == pipeline.NumberField:
		return pipeline.Whole(1)
	case f.Kind == pipeline.MoneyField:
		return amount("100.00 EUR")
	case f.Kind == pipeline.DateField:
		return day("2026-12-31")
	case f.Kind == pipeline.TimeField:
		return pipeline.Instant(time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC))
	}
	return pipeline.Text("something")
}

// walkOn makes the steps and returns the stages in which the record stood.
func (w *walk) walkOn(t *testing.T) []pipeline.StageID {
	t.Helper()
	template, ok := process.Lookup(w.process)
	require.True(t, ok)
	m := compiled(t, template.Definition)
	r := &traveller{definition: template.Definition, values: pipeline.Values{}, at: start()}
	p, _, err := m.Open(r.input(&w.open), r.at)
	if w.open.refused != nil {
		requireRefused(t, &w.open, err)
		return nil
	}
	require.NoError(t, err)
	if w.open.want != "" {
		require.Equal(t, w.open.want, p.Stage)
	}
	stood := []pipeline.StageID{p.Stage}
	for i := range w.steps {
		s := &w.steps[i]
		if s.after == 0 {
			s.after = time.Hour
		}
		r.at = r.at.Add(s.after)
		for _, prepare := range s.prepare {
			prepare(r)
		}
		before := maps.Clone(r.values)
		next, move, err := m.Fire(p, s.fire, r.input(s), r.at)
		switch {
		case s.err != nil:
			require.Equal(t, s.err, err, "step %d, %s", i, s.fire)
		case s.refused != nil:
			requireRefused(t, s, err)
		default:
			require.NoError(t, err, "step %d, %s", i, s.fire)
			require.Equal(t, s.want, next.Stage, "step %d, %s", i, s.fire)
			require.Equal(t, s.fire, move.Trigger())
			p = next
			stood = append(stood, p.Stage)
			continue
		}
		require.Equal(t, p, next)
		r.values = before
	}
	return stood
}

func requireRefused(t *testing.T, s *step, err error) {
	t.Helper()
	refused, ok := errors.AsType[*pipeline.RefusedError](err)
	require.True(t, ok, "%s: %v", s.fire, err)
	require.Equal(t, s.refused, refused.Reasons, "%s: %v", s.fire, err)
}

// input is what comes with a step; its data stay with the record.
func (r *traveller) input(s *step) pipeline.Input {
	in := pipeline.Input{By: s.by, To: s.to, Record: r, Data: pipeline.Values{}, Roles: strings.Fields(s.roles)}
	if in.By == "" {
		in.By = "clerk"
	}
	in.Reason, in.Note, _ = strings.Cut(s.because, ": ")
	for id := range strings.FieldsSeq(s.set) {
		in.Data[id] = something(&r.definition, id)
	}
	maps.Copy(in.Data, s.data)
	if len(in.Data) > 0 {
		r.values = maps.Clone(r.values)
		maps.Copy(r.values, in.Data)
	}
	return in
}

func walks() []walk {
	return slices.Concat(salesWalks(), vehicleWalks(), telecomWalks(), insuranceWalks(), repairWalks(), contactWalks(), pharmaWalks(), memberWalks())
}

func TestWalks(t *testing.T) {
	for _, w := range walks() {
		t.Run(w.process+"/"+w.name, func(t *testing.T) { w.walkOn(t) })
	}
}

// Every process is walked to each of its ends, and refused somewhere.
func TestWalksComeToEveryEnd(t *testing.T) {
	ends := make(map[string]map[pipeline.StageID]bool)
	refusals := make(map[string]bool)
	for _, w := range walks() {
		if ends[w.process] == nil {
			ends[w.process] = make(map[pipeline.StageID]bool)
		}
		for _, stage := range w.walkOn(t) {
			ends[w.process][stage] = true
		}
		for _, s := range append(w.steps, w.open) {
			refusals[w.process] = refusals[w.process] || s.refused != nil
		}
	}
	for _, template := range process.All() {
		d := template.Definition
		require.True(t, refusals[d.ID], "no refusal of %s", d.ID)
		for _, s := range d.Stages {
			if s.Kind.Closed() {
				require.True(t, ends[d.ID][s.ID], "no walk of %s to %s", d.ID, s.ID)
			}
		}
	}
}
