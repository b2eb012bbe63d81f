package pipeline

// StageID names a stage within its definition: 1 to 64 lower-case letters, digits,
// "_", "-" and ".". It stays the same when the label changes.
type StageID string

// TriggerID names what may happen to a record, such as "submit_bid", in the form of
// a StageID.
type TriggerID string

// Ref names one version of a definition.
type Ref struct {
	ID      string `json:"id"`
	Version int    `json:"version"` // from 1
}

// Definition is a process as data: its stages, what may happen in them, and what
// must hold before it may. [Compile] makes a [Machine] of it. All names in it have
// the form of a [StageID]; labels are any text and may be translated.
type Definition struct {
	ID          string       `json:"id"`
	Version     int          `json:"version"` // from 1, one more with each change
	Label       string       `json:"label,omitempty"`
	Initial     StageID      `json:"initial"`             // where records begin
	Entrances   []StageID    `json:"entrances,omitempty"` // where else they may begin, see [Input].To
	Stages      []Stage      `json:"stages"`              // in the order of the work
	Transitions []Transition `json:"transitions"`
	Fields      []Field      `json:"fields,omitempty"`
	Reasons     []ReasonList `json:"reasons,omitempty"`
	Roles       []string     `json:"roles,omitempty"`
	Checklists  []Checklist  `json:"checklists,omitempty"`
	Parts       []Part       `json:"parts,omitempty"`
	Limits      []Limit      `json:"limits,omitempty"` // of the whole process, from its opening
}

// Ref returns the name and version.
func (d *Definition) Ref() Ref { return Ref{d.ID, d.Version} }

// Stage is a state of the work. A stage that others are Within is a super-stage:
// nothing stays in it, whoever enters it enters its Initial stage, and its
// transitions hold for all stages inside.
type Stage struct {
	ID      StageID `json:"id"`
	Label   string  `json:"label,omitempty"`
	Kind    Kind    `json:"kind"`
	Within  StageID `json:"within,omitempty"`
	Initial StageID `json:"initial,omitempty"` // of a super-stage: the stage inside it that is entered
	// Probability of winning in percent, 0 to 100. A won stage may leave it at 0, which there
	// means 100; a lost one has 0. 0 in an open stage says that nobody typed
	// one: it is to be learnt from history.
	Probability int      `json:"probability,omitempty"`
	Category    Category `json:"category"`
	// Enter must hold to come in. Leave must hold to go on, which is to an open or won
	// stage by a transition that is not Back; the way to a lost stage or on hold is free
	// of Leave.
	Enter Gate `json:"enter,omitzero"`
	Leave Gate `json:"leave,omitzero"`
	// OnEnter and OnExit name effects that the host carries out.
	OnEnter []string `json:"on_enter,omitempty"`
	OnExit  []string `json:"on_exit,omitempty"`
	// Pauses says that the clocks of the process stand still here, as they do in
	// every stage of kind OnHold.
	Pauses bool    `json:"pauses,omitempty"`
	Limits []Limit `json:"limits,omitempty"` // from the entry into the stage
	// Archived stages are kept for histories; nothing leads into them.
	Archived bool `json:"archived,omitempty"`
}

// Transition says what a trigger does in some stages. Where several transitions have
// a stage and trigger in common they are tried in order: the first whose When guards
// all pass is taken, so all but the last need one.
type Transition struct {
	Trigger TriggerID `json:"trigger"`
	Label   string    `json:"label,omitempty"`
	From    []StageID `json:"from,omitempty"` // none: every open and on-hold stage
	// To is the stage that is entered, even if it is the same: then its clock starts
	// again. It is empty for the other forms.
	To StageID `json:"to,omitempty"`
	// Internal transitions stay where they are: the clock goes on, nothing is entered
	// or left.
	Internal bool `json:"internal,omitempty"`
	// Resume leads back to the stage from which the record was put on hold, whose clock
	// then goes on.
	Resume bool `json:"resume,omitempty"`
	// Among are the stages of which one is the target: what the [Choice] named Choose
	// returns, or without one [Input].To.
	Among  []StageID `json:"among,omitempty"`
	Choose string    `json:"choose,omitempty"`
	When   []string  `json:"when,omitempty"` // names of guards that select this transition
	Gate   Gate      `json:"gate,omitzero"`
	// Reasons names the list from which a reason must be given.
	Reasons string   `json:"reasons,omitempty"`
	Roles   []string `json:"roles,omitempty"` // one of them is needed; none: anybody may
	Effects []string `json:"effects,omitempty"`
	// Back marks a step back to earlier work. It needs Reasons.
	Back bool `json:"back,omitempty"`
}

// Gate is what must hold before a record may pass. All of it must.
type Gate struct {
	Fields     []string   `json:"fields,omitempty"`     // filled in
	Checklists []string   `json:"checklists,omitempty"` // each needed item done
	Parts      []string   `json:"parts,omitempty"`      // sub-processes that are there and won
	Approvals  []Approval `json:"approvals,omitempty"`
	Deadlines  []Deadline `json:"deadlines,omitempty"`
	// Blocking is the severity from which on an open problem blocks; none: never.
	Blocking Severity `json:"blocking,omitempty"`
	Guards   []string `json:"guards,omitempty"` // names of functions given to Compile
}

// Approval asks that enough people have said yes since the stage was entered.
type Approval struct {
	Name   string   `json:"name"`
	Roles  []string `json:"roles,omitempty"` // in which they may; none: in any
	Quorum int      `json:"quorum"`          // how many different people, from 1
	// FourEyes says that the vote of whoever fires the trigger does not count.
	FourEyes bool `json:"four_eyes,omitempty"`
}

// Deadline asks that a date lies ahead: the trigger comes before the date in Field,
// moved by Offset ("-5wd": five working days earlier).
type Deadline struct {
	Field  string `json:"field"`
	Offset Span   `json:"offset,omitzero"`
}

// ReasonList is a named list of the reasons that may be given.
type ReasonList struct {
	Name    string   `json:"name"`
	Reasons []Reason `json:"reasons"`
}

// Reason is one entry of a list of reasons.
type Reason struct {
	ID    string `json:"id"`
	Label string `json:"label,omitempty"`
	// NeedsNote says that the reason is nothing without a note ("other").
	NeedsNote bool `json:"needs_note,omitempty"`
	// Archived reasons are kept for histories and can no longer be given.
	Archived bool `json:"archived,omitempty"`
}

// Checklist is a list of things to do.
type Checklist struct {
	ID    string `json:"id"`
	Label string `json:"label,omitempty"`
	Items []Item `json:"items"`
}

// Item is one thing to do. Optional ones do not hold anything up.
type Item struct {
	ID       string `json:"id"`
	Label    string `json:"label,omitempty"`
	Optional bool   `json:"optional,omitempty"`
}

// Part is a sub-process that a record may have: a work order, a survey, a claim. It is
// a record of its own, on a machine of its own.
type Part struct {
	Name    string `json:"name"`
	Process string `json:"process"` // the ID of its definition
}

// Limit is how long something may take (a service level). Its clock starts at the entry
// into the stage, or at the opening of the process for limits of a Definition, and stands
// still while the record is paused. With Field the span counts from that date, which no
// pause moves. [Machine.Due] tells how the limits of a record stand.
type Limit struct {
	ID     string `json:"id"`
	Field  string `json:"field,omitempty"`
	Within Span   `json:"within"` // negative only with Field: that long before the date
	// Warn is the percentage of the way at which a warning is due, 1 to 99; 0 for none.
	Warn int `json:"warn,omitempty"`
	// Total clocks run on while the record is paused.
	Total bool `json:"total,omitempty"`
	// Trigger is what the host fires when the limit has passed; none: it only tells.
	Trigger TriggerID `json:"trigger,omitempty"`
}
