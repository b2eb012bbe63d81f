package pipeline_test

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// serviceCase is a record of the host's own.
type serviceCase struct {
	id       rapport.ID
	fields   pipeline.Values
	work     pipeline.Work
	position pipeline.Position
	history  []pipeline.Entry
}

func (c *serviceCase) Value(field string) pipeline.Value { return c.fields[field] }

func (c *serviceCase) Work() *pipeline.Work { return &c.work }

// store keeps a move: the entry first, while the record is what it was.
func (c *serviceCase) store(after pipeline.Position, move pipeline.Move, in pipeline.Input) error {
	entry, err := pipeline.NewEntry(c.id, after, move, in)
	if err != nil {
		return err
	}
	maps.Copy(c.fields, in.Data)
	c.position, c.history = after, append(c.history, entry)
	return nil
}

// withinBudget is a guard of the host's: it reads the record as it will be.
func withinBudget(c pipeline.Check) error {
	refund, ok := c.Value("refund").Money()
	if ok && refund.Amount().GreaterThan(decimal.NewFromInt(500)) {
		return fmt.Errorf("a refund of %v is above 500", refund)
	}
	return nil
}

// A service case of the host's own type is paid back when two leads have agreed and the
// host's guard lets it pass.
func ExampleRecord() {
	machine, err := pipeline.Compile(pipeline.Definition{
		ID: "service_case", Version: 1, Initial: "received",
		Stages: []pipeline.Stage{{ID: "received"}, {ID: "refunded", Kind: pipeline.Won}, {ID: "dropped", Kind: pipeline.Lost}},
		Transitions: []pipeline.Transition{
			{Trigger: "refund", From: []pipeline.StageID{"received"}, To: "refunded", Gate: pipeline.Gate{
				Fields:    []string{"refund"},
				Approvals: []pipeline.Approval{{Name: "two_leads", Roles: []string{"lead"}, Quorum: 2, FourEyes: true}},
				Guards:    []string{"within_budget"},
			}},
			{Trigger: "drop", To: "dropped", Reasons: "drop"},
		},
		Fields:  []pipeline.Field{{ID: "refund", Kind: pipeline.MoneyField}},
		Roles:   []string{"lead"},
		Reasons: []pipeline.ReasonList{{Name: "drop", Reasons: []pipeline.Reason{{ID: "spam"}}}},
	}, &pipeline.Options{Guards: map[string]pipeline.Guard{"within_budget": withinBudget}})
	if err != nil {
		fmt.Println(err)
		return
	}

	clock := func(hour int) time.Time { return time.Date(2026, 3, 2, hour, 0, 0, 0, time.UTC) }
	c := &serviceCase{id: "c-1", fields: pipeline.Values{}}
	ann := pipeline.Input{By: "ann", Record: c}
	position, move, err := machine.Open(ann, clock(9))
	if err == nil {
		err = c.store(position, move, ann)
	}
	fmt.Println(c.position.Stage, err)

	ann.Data = pipeline.Values{"refund": pipeline.Amount(rapport.MustMoney("700 EUR"))}
	c.work.Approvals = []pipeline.Vote{{Name: "two_leads", By: "bob", Role: "lead", At: clock(10)}}
	_, _, err = machine.Fire(c.position, "refund", ann, clock(11))
	if few, ok := errors.AsType[*pipeline.ApprovalError](err); ok {
		fmt.Println(few.Have, "of", few.Want, "votes")
	}
	if refused, ok := errors.AsType[*pipeline.GuardError](err); ok {
		fmt.Println(refused.Err)
	}

	ann.Data["refund"] = pipeline.Amount(rapport.MustMoney("70 EUR"))
	c.work.Approvals = append(c.work.Approvals, pipeline.Vote{Name: "two_leads", By: "cyd", Role: "lead", At: clock(11)})
	if position, move, err = machine.Fire(c.position, "refund", ann, clock(12)); err == nil {
		err = c.store(position, move, ann)
	}
	last := c.history[len(c.history)-1]
	fmt.Println(last.From, "→", last.To, last.Changes[0].Field, last.Changes[0].After, err)
	// Output:
	// received <nil>
	// 1 of 2 votes
	// a refund of 700.00 EUR is above 500
	// received → refunded refund 70.00 EUR <nil>
}
