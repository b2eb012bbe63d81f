package pipeline

import (
	"slices"

	"github.com/rapport-crm/rapport"
)

// DoItem says that an item of a checklist is done; done again it stays as it was.
type DoItem struct {
	Checklist string `json:"checklist"`
	Item      string `json:"item"`
}

func (i DoItem) late() bool { return false }

func (i DoItem) edit(e *editing) error {
	if err := e.m.checkItem(i.Checklist, i.Item); err != nil {
		return err
	}
	if slices.ContainsFunc(e.Progress.Done, i.is) {
		return nil
	}
	if err := checkText("by", e.in.By); err != nil {
		return err
	}
	e.Progress.Done = append(slices.Clip(e.Progress.Done), Done{i.Checklist, i.Item, e.in.By, e.at})
	return nil
}

func (i DoItem) is(d Done) bool { return d.Checklist == i.Checklist && d.Item == i.Item }

// UndoItem says that an item of a checklist is not done after all.
type UndoItem struct {
	Checklist string `json:"checklist"`
	Item      string `json:"item"`
}

func (i UndoItem) late() bool { return false }

func (i UndoItem) edit(e *editing) error {
	if err := e.m.checkItem(i.Checklist, i.Item); err != nil {
		return err
	}
	done := slices.DeleteFunc(slices.Clone(e.Progress.Done), DoItem(i).is)
	e.Progress.Done = trimmed(done, func(*Done) bool { return true })
	return nil
}

func (m *Machine) checkItem(checklist, item string) error {
	for _, list := range m.definition.Checklists {
		if list.ID == checklist && slices.ContainsFunc(list.Items, func(i Item) bool { return i.ID == item }) {
			return nil
		}
	}
	return &UnknownNameError{m.ref, "checklist item", checklist + "/" + item}
}

// OpenProblem adds to the problem log, for the stage in which the deal is.
type OpenProblem struct {
	ID       rapport.ID `json:"id"` // that no problem of the deal has
	Severity Severity   `json:"severity"`
	Text     string     `json:"text"`
}

func (p OpenProblem) late() bool { return false }

func (p OpenProblem) edit(e *editing) error {
	if p.ID.Validate() != nil || checkText("id", string(p.ID)) != nil || slices.ContainsFunc(e.Progress.Problems, p.is) {
		return &InputError{Name: "problem", Value: string(p.ID), Want: "an id that no problem of the deal has"}
	}
	if p.Severity == SeverityNone || p.Severity > SeverityHigh {
		return &InputError{Name: "severity", Value: p.Severity.String(), Want: "low, medium or high"}
	}
	if err := checkText("problem", p.Text); err != nil {
		return err
	}
	if err := checkText("by", e.in.By); err != nil {
		return err
	}
	e.Progress.Problems = append(slices.Clip(e.Progress.Problems), Problem{
		ID: p.ID, Stage: e.Stage, Severity: p.Severity, Text: p.Text, By: e.in.By, OpenedAt: e.at,
	})
	return nil
}

func (p OpenProblem) is(have Problem) bool { return have.ID == p.ID }

// SolveProblem says how an open problem was solved.
type SolveProblem struct {
	ID         rapport.ID `json:"id"`
	Resolution string     `json:"resolution"`
}

func (p SolveProblem) late() bool { return true }

func (p SolveProblem) edit(e *editing) error {
	i := slices.IndexFunc(e.Progress.Problems, func(have Problem) bool { return have.ID == p.ID && have.Open() })
	if i < 0 {
		return &UnknownNameError{e.m.ref, "open problem", string(p.ID)}
	}
	if err := checkText("resolution", p.Resolution); err != nil {
		return err
	}
	if err := checkText("by", e.in.By); err != nil {
		return err
	}
	problems := slices.Clone(e.Progress.Problems)
	problems[i].SolvedAt, problems[i].SolvedBy, problems[i].Resolution = e.at, e.in.By, p.Resolution
	e.Progress.Problems = problems
	return nil
}

// CastVote gives, refuses or takes back the approval of whoever acts, in the first of
// Input.Roles that may give it.
type CastVote struct {
	Name string `json:"name"` // of an [Approval]
	No   bool   `json:"no,omitempty"`
}

func (v CastVote) late() bool { return false }

func (v CastVote) edit(e *editing) error {
	roles, found := e.m.approvers(v.Name)
	if !found {
		return &UnknownNameError{e.m.ref, "approval", v.Name}
	}
	if e.in.By == "" || checkText("by", e.in.By) != nil {
		return &InputError{Name: "by", Value: e.in.By, Want: "who votes"}
	}
	vote := Vote{Name: v.Name, By: e.in.By, At: e.at, No: v.No}
	for _, role := range e.in.Roles {
		if slices.Contains(roles, role) {
			vote.Role = role
			break
		}
	}
	if len(roles) > 0 && vote.Role == "" {
		return &RoleError{e.in.By, e.in.Roles, roles}
	}
	e.Progress.Approvals = append(slices.Clip(e.Progress.Approvals), vote)
	return nil
}

// approvers returns the roles in which an approval may be given, none if it may in any.
func (m *Machine) approvers(name string) (roles []string, found bool) {
	anybody := false
	look := func(g *Gate) {
		for _, a := range g.Approvals {
			if a.Name == name {
				found, anybody = true, anybody || len(a.Roles) == 0
				roles = append(roles, a.Roles...)
			}
		}
	}
	for i := range m.definition.Stages {
		look(&m.definition.Stages[i].Enter)
		look(&m.definition.Stages[i].Leave)
	}
	for i := range m.definition.Transitions {
		look(&m.definition.Transitions[i].Gate)
	}
	if anybody {
		return nil, found
	}
	return roles, found
}

// ReportPart says how a sub-process stands: a new one, or one that is there.
type ReportPart struct {
	PartState
}

func (r ReportPart) late() bool { return true }

func (r ReportPart) edit(e *editing) error {
	part := r.PartState
	if !slices.ContainsFunc(e.m.definition.Parts, func(p Part) bool { return p.Name == part.Name }) {
		return &UnknownNameError{e.m.ref, "part", part.Name}
	}
	if part.ID.Validate() != nil {
		return &InputError{Name: "part id", Value: string(part.ID), Want: "an id"}
	}
	if _, err := part.Outcome.MarshalText(); err != nil {
		return err
	}
	p := &part.Position
	for _, s := range []string{string(part.ID), p.Definition.ID, string(p.Stage), string(p.Held)} {
		if err := checkText("name in part "+part.Name, s); err != nil {
			return err
		}
	}
	parts := slices.Clone(e.Progress.Parts)
	i := slices.IndexFunc(parts, func(have PartState) bool { return have.Name == part.Name && have.ID == part.ID })
	if i < 0 {
		e.Progress.Parts = append(parts, part)
		return nil
	}
	parts[i] = part
	e.Progress.Parts = parts
	return nil
}
