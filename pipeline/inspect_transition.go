package pipeline

// transitionList looks at each transition by itself.
func (in *inspector) transitionList() {
	for i := range in.d.Transitions {
		t, at := &in.d.Transitions[i], placeAt("transitions", i)
		in.id(at.of("trigger"), string(t.Trigger))
		in.text(at.of("label"), t.Label)
		in.stageNames(at.of("from"), t.From)
		in.form(at, t)
		in.guards(at.of("when"), t.When)
		in.gate(at.of("gate"), &t.Gate)
		if t.Reasons != "" {
			in.used[use{"list of reasons", t.Reasons}] = true
			if !in.reasons[t.Reasons] {
				in.fail(at.of("reasons"), CodeUnknownReasons, "list of reasons %s is not declared", short(t.Reasons))
			}
		}
		in.refer(at.of("roles"), t.Roles, in.roles, CodeUnknownRole, "role")
		in.effects(at.of("effects"), t.Effects)
		if t.Back && t.Reasons == "" {
			in.fail(at.of("reasons"), CodeBackWithoutReason, "%q leads back and has no list of reasons", t.Trigger)
		}
		if in.tree {
			in.aims(at, t)
		}
	}
}

// form checks that a transition says in exactly one way where it leads.
func (in *inspector) form(at place, t *Transition) {
	forms := 0
	for _, has := range []bool{t.To != "", t.Internal, t.Resume, len(t.Among) > 0} {
		if has {
			forms++
		}
	}
	if forms != 1 {
		in.fail(at, CodeTransitionForm, "%q has %d of to, internal, resume and among, want one", t.Trigger, forms)
		in.linked = false
	}
	if t.To != "" {
		in.stage(at.of("to"), t.To)
	}
	in.stageNames(at.of("among"), t.Among)
	if t.Internal && t.Back {
		in.fail(at.of("back"), CodeTransitionForm, "%q stays in its stage and cannot lead back", t.Trigger)
	}
	if t.Choose == "" {
		return
	}
	in.asks = true
	if len(t.Among) == 0 {
		in.fail(at.of("choose"), CodeTransitionForm, "%q chooses and has nothing to choose among", t.Trigger)
	}
	if in.id(at.of("choose"), t.Choose) && in.options.Choices[t.Choose] == nil {
		in.fail(at.of("choose"), CodeUnknownChoice, "choice %q is not in the options", t.Choose)
	}
}

// aims checks the stages to which a transition leads.
func (in *inspector) aims(at place, t *Transition) {
	look := func(at place, id StageID) (lost, closed bool) {
		i, known := in.stages[id]
		if !known {
			return false, false
		}
		in.notArchived(at, i)
		kind := in.d.Stages[in.settle(i)].Kind
		return kind == Lost, kind.Closed()
	}
	lost, closed := false, false
	if t.To != "" {
		lost, closed = look(at.of("to"), t.To)
	}
	for j, id := range t.Among {
		l, c := look(at.of("among").at(j), id)
		lost, closed = lost || l, closed || c
	}
	if lost && t.Reasons == "" {
		in.fail(at.of("reasons"), CodeLostWithoutReason, "%q leads to a lost stage and has no list of reasons", t.Trigger)
	}
	if closed && t.Back {
		in.fail(at.of("back"), CodeTransitionForm, "%q leads back and also to a closed stage", t.Trigger)
	}
	if !t.Resume {
		return
	}
	held := func(i int) bool {
		for _, leaf := range in.leaves[i] {
			if in.d.Stages[leaf].Kind == OnHold {
				return true
			}
		}
		return false
	}
	any := false
	for i := range in.d.Stages {
		any = any || held(i)
	}
	if len(t.From) == 0 && !any {
		in.fail(at.of("resume"), CodeResumeOffHold, "%q resumes, and no stage is on hold", t.Trigger)
	}
	for j, id := range t.From {
		if i, known := in.stages[id]; known && !held(i) {
			in.fail(at.of("from").at(j), CodeResumeOffHold, "%q resumes from stage %q, which is not on hold", t.Trigger, id)
		}
	}
}

// gate looks at a gate.
func (in *inspector) gate(at place, g *Gate) {
	in.fieldNames(at.of("fields"), g.Fields)
	in.refer(at.of("checklists"), g.Checklists, in.checklists, CodeUnknownChecklist, "checklist")
	in.refer(at.of("parts"), g.Parts, in.parts, CodeUnknownPart, "part")
	names := map[string]bool{}
	for i, a := range g.Approvals {
		at := at.of("approvals").at(i)
		in.declare(at.of("name"), names, "approval", a.Name)
		in.refer(at.of("roles"), a.Roles, in.roles, CodeUnknownRole, "role")
		if a.Quorum < 1 {
			in.fail(at.of("quorum"), CodeApprovalQuorum, "approval %s asks for %d votes, want 1 or more", short(a.Name), a.Quorum)
		}
	}
	for i, deadline := range g.Deadlines {
		in.date(at.of("deadlines").at(i).of("field"), deadline.Field)
	}
	if int(g.Blocking) >= len(severityWords()) {
		in.fail(at.of("blocking"), CodeBadWord, "%v is none of the severities", g.Blocking)
	}
	in.guards(at.of("guards"), g.Guards)
}
