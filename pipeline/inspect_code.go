package pipeline

// The sizes up to which a definition is accepted. They are far beyond any process that
// people could follow, and bound what a definition from elsewhere can cost.
const (
	// MaxStages is how many stages a definition may have.
	MaxStages = 500
	// MaxTransitions is how many transitions it may have.
	MaxTransitions = 2_000
	// MaxDepth is how many super-stages may lie around each other.
	MaxDepth = 16
	// MaxNames is how many entries all its other lists may have together.
	MaxNames = 50_000
	// MaxText is the longest text, in bytes.
	MaxText = 1_000
	// MaxAlternatives is how many transitions one stage and trigger may have.
	MaxAlternatives = 50
	// MaxRoutes is how many ways from stage to stage the transitions may open together,
	// where each demand and effect on a way counts as another.
	MaxRoutes = 200_000
)

// The codes of findings. They are stable.
const (
	// CodeTooLarge: one of the sizes is exceeded; nothing else was looked at.
	CodeTooLarge = "too_large"
	// CodeBadID: a name is not 1 to 64 of a-z, 0-9, "_", "-" and ".".
	CodeBadID = "bad_id"
	// CodeBadVersion: the version is not 1 or more.
	CodeBadVersion = "bad_version"
	// CodeBadText: a text is longer than MaxText or no UTF-8, or a choice that no field can hold.
	CodeBadText = "bad_text"
	// CodeBadWord: a kind, category or severity is none of the constants.
	CodeBadWord = "bad_word"
	// CodeDuplicate: a name is declared twice.
	CodeDuplicate = "duplicate"
	// CodeRepeated (warning): a list names the same twice.
	CodeRepeated = "repeated"
	// CodeDuplicateLabel (warning): two stages have the same label.
	CodeDuplicateLabel = "duplicate_label"
	// CodeUnused (warning): nothing names it.
	CodeUnused = "unused"

	// CodeUnknownStage: there is no such stage.
	CodeUnknownStage = "unknown_stage"
	// CodeUnknownTrigger: no transition has the trigger.
	CodeUnknownTrigger = "unknown_trigger"
	// CodeUnknownField: neither the definition nor a deal has the field.
	CodeUnknownField = "unknown_field"
	// CodeUnknownRole: the role is not declared.
	CodeUnknownRole = "unknown_role"
	// CodeUnknownReasons: there is no such list of reasons.
	CodeUnknownReasons = "unknown_reasons"
	// CodeUnknownChecklist: there is no such checklist.
	CodeUnknownChecklist = "unknown_checklist"
	// CodeUnknownPart: there is no such part.
	CodeUnknownPart = "unknown_part"
	// CodeUnknownGuard: the options have no such guard.
	CodeUnknownGuard = "unknown_guard"
	// CodeUnknownChoice: the options have no such choice.
	CodeUnknownChoice = "unknown_choice"

	// CodeNoInitial: the definition does not say where records begin.
	CodeNoInitial = "no_initial"
	// CodeInitialKind: records would begin in a stage that is not open.
	CodeInitialKind = "initial_kind"
	// CodeSuperCycle: a stage lies within itself.
	CodeSuperCycle = "super_cycle"
	// CodeSuperStage: a super-stage has what only a stage in which records stand can have,
	// or is named where such a stage is needed.
	CodeSuperStage = "super_stage"
	// CodeSuperInitial: a super-stage has no initial stage inside it, or a stage that
	// holds none has one.
	CodeSuperInitial = "super_initial"
	// CodeArchivedTarget: something leads into an archived stage.
	CodeArchivedTarget = "archived_target"
	// CodeNoWon: no stage is won.
	CodeNoWon = "no_won"
	// CodeNoLost: no stage is lost.
	CodeNoLost = "no_lost"
	// CodeProbabilityRange: a probability is outside 0 to 100.
	CodeProbabilityRange = "probability_range"
	// CodeProbabilityOutcome: a won stage has a probability other than 100, or a lost one has any.
	CodeProbabilityOutcome = "probability_outcome"
	// CodeProbabilityFalls (warning): the probability falls along the main path.
	CodeProbabilityFalls = "probability_falls"
	// CodeCategoryKind: a stage that is not won has the category closed.
	CodeCategoryKind = "category_kind"
	// CodeCategoryMissing (warning): an open stage has no category, though others have.
	CodeCategoryMissing = "category_missing"
	// CodeCategoryFalls (warning): the category falls along the main path.
	CodeCategoryFalls = "category_falls"

	// CodeTransitionForm: a transition is not exactly one of To, Internal, Resume and
	// Among, or has what does not go with its form.
	CodeTransitionForm = "transition_form"
	// CodeBackWithoutReason: a step back has no list of reasons.
	CodeBackWithoutReason = "back_without_reason"
	// CodeLostWithoutReason: a way into a lost stage has no list of reasons.
	CodeLostWithoutReason = "lost_without_reason"
	// CodeNoReasons: a list has no reason that could be given.
	CodeNoReasons = "no_reasons"
	// CodeResumeOffHold: a transition resumes from stages none of which is on hold.
	CodeResumeOffHold = "resume_off_hold"
	// CodeClosedExit: a closed stage is left for one on hold, or (warning) for a closed one.
	CodeClosedExit = "closed_exit"
	// CodeAmbiguous: an earlier transition of the same stage and trigger is taken
	// whenever this one could be.
	CodeAmbiguous = "ambiguous"
	// CodeNeverChosen (warning): in all its stages others come first, or it has none.
	CodeNeverChosen = "never_chosen"
	// CodeNoDefault (warning): of several transitions of a stage and trigger all have
	// guards, so that all may refuse.
	CodeNoDefault = "no_default"

	// CodeUnreachable: no way leads to the stage.
	CodeUnreachable = "unreachable"
	// CodeDeadEnd: no way leads on from a stage that is not closed.
	CodeDeadEnd = "dead_end"
	// CodeLivelock: stages that are not closed lead to nothing but each other.
	CodeLivelock = "livelock"
	// CodeNoWayToWin (warning): from an open stage no won one can be reached.
	CodeNoWayToWin = "no_way_to_win"
	// CodeTimerCycle: limits that have passed move a record round for ever.
	CodeTimerCycle = "timer_cycle"

	// CodeUnsettableField: a field is needed that could never have been set before.
	CodeUnsettableField = "unsettable_field"
	// CodeOneOfKind: a field that is no text has choices.
	CodeOneOfKind = "one_of_kind"
	// CodeNotADate: a deadline or limit is by a field that is neither date nor time.
	CodeNotADate = "not_a_date"
	// CodeApprovalQuorum: an approval asks for less than one vote.
	CodeApprovalQuorum = "approval_quorum"
	// CodeNoItems: a checklist is empty.
	CodeNoItems = "no_items"
	// CodeLimitSpan: a limit has no length, or none above zero.
	CodeLimitSpan = "limit_span"
	// CodeLimitWarn: the percentage of a warning is outside 0 to 99.
	CodeLimitWarn = "limit_warn"
	// CodeLimitBeyond: the limit of a stage is longer than those of the whole process.
	CodeLimitBeyond = "limit_beyond"
	// CodeLimitTrigger: the stage of the limit does not have its trigger.
	CodeLimitTrigger = "limit_trigger"
)
