package process

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// comply does what a refusal asks for and reports whether it can be done. Each refusal
// says enough for that: this is the test of its words.
func (w *walker) comply(in *pipeline.Input, reason error) bool {
	switch refusal := reason.(type) {
	case *pipeline.MissingDataError:
		for _, id := range refusal.Fields {
			in.Data[id] = w.draw(w.field(id))
		}
	case *pipeline.ReasonError:
		switch {
		case refusal.NeedNote:
			in.Note = "simulated"
		case len(refusal.Want) == 0:
			in.Reason, in.Note = "", ""
		default:
			in.Reason = refusal.Want[w.random.IntN(len(refusal.Want))]
		}
	case *pipeline.RoleError:
		in.Roles = refusal.Want
	case *pipeline.TargetError:
		if len(refusal.Want) == 0 {
			return false
		}
		in.To = refusal.Want[w.random.IntN(len(refusal.Want))]
	case *pipeline.ChecklistError:
		for _, item := range refusal.Items {
			w.work.Done = append(w.work.Done, pipeline.Done{Checklist: refusal.Checklist, Item: item, By: in.By, At: w.at})
		}
	case *pipeline.ApprovalError:
		for i := range refusal.Want {
			vote := pipeline.Vote{Name: refusal.Approval, By: fmt.Sprintf("voter%d", i+1), At: w.at}
			if len(refusal.Roles) > 0 {
				vote.Role = refusal.Roles[i%len(refusal.Roles)]
			}
			w.work.Approvals = append(w.work.Approvals, vote)
		}
	case *pipeline.PartError:
		w.work.Parts = slices.DeleteFunc(w.work.Parts, func(p pipeline.PartState) bool { return p.Name == refusal.Part })
		w.work.Parts = append(w.work.Parts, pipeline.PartState{Name: refusal.Part, ID: rapport.ID(refusal.Part), Outcome: pipeline.Won})
	case *pipeline.ProblemError:
		w.work.Problems = slices.Clone(w.work.Problems)
		for i := range w.work.Problems {
			if p := &w.work.Problems[i]; p.Open() {
				p.SolvedAt, p.SolvedBy, p.Resolution = w.at, in.By, "simulated"
			}
		}
	case *pipeline.DeadlineError:
		in.Data[refusal.Field] = w.draw(w.field(refusal.Field))
	case *pipeline.GuardError:
		// What a guard wants is in no form for a program: other facts may please it.
		for _, f := range w.definition.Fields {
			in.Data[f.ID] = w.draw(f)
		}
	default:
		return false
	}
	return true
}

// field finds the declaration of a field; one of a deal's own is an amount or a text.
func (w *walker) field(id string) pipeline.Field {
	for _, f := range w.definition.Fields {
		if f.ID == id {
			return f
		}
	}
	switch id {
	case pipeline.FieldAmount:
		return pipeline.Field{ID: id, Kind: pipeline.MoneyField}
	case pipeline.FieldCloseDate:
		return pipeline.Field{ID: id, Kind: pipeline.DateField}
	}
	return pipeline.Field{ID: id}
}
