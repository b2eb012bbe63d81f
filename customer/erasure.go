package customer

import (
	"encoding/hex"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
)

// ErasureAction says what happens to a record when its subject is erased.
type ErasureAction string

// The actions.
const (
	EraseRecord ErasureAction = "erase"     // it is removed
	KeepUnnamed ErasureAction = "pseudonym" // its amount stays, under a pseudonym
	LockRecord  ErasureAction = "lock"      // it stays as it is, to be used for the named ground only (GDPR 18; PIPL 47)
)

// RetentionRule keeps one kind of record for some years after its event time, as a
// law may ask (GDPR 17(3), PIPL 47). A customer is never kept.
type RetentionRule struct {
	Kind    FileKind // required: one of records, or FileTransaction or FileInteraction
	Years   int      // 1 to 100 calendar years in UTC
	Basis   Basis    // required: the ground, such as BasisLegalDuty
	Article string   // where the law says so
}

// ErasureStep is what happens to one record.
type ErasureStep struct {
	Kind    FileKind
	ID      rapport.ID  // of a customer or a filed record
	Key     ExternalKey // of a transaction or an interaction
	Action  ErasureAction
	Until   time.Time // when what is kept is to be erased; zero if it is erased now
	Basis   Basis     // why it is kept
	Article string
}

// ErasurePlan says what becomes of everything that is known of a subject: each
// record once, in the order of [SubjectData]. The host, or its store, carries it
// out in one transaction and then puts the marks among its [Suppressions].
type ErasurePlan struct {
	Subject      rapport.ID
	Pseudonym    rapport.ID // in whose name the kept amounts stand; whoever has the key can make it again from the id
	At           time.Time
	Steps        []ErasureStep
	Transactions []Transaction     // the kept ones, as they are to be written
	Marks        []SuppressionMark // what keeps an import from bringing the subject back
}

// RetentionError reports a rule of retention that cannot be used.
type RetentionError struct {
	Kind   FileKind
	Reason Reason // Missing: no kind or ground; OutOfRange: the years; Duplicate: two rules of a kind; NotAllowed: a customer cannot be kept
}

// Error names the kind.
func (e *RetentionError) Error() string {
	return "customer: retention of " + string(e.Kind) + ": " + string(e.Reason)
}

// PlanErasure plans the erasure of a subject at an instant. A transaction that a
// rule keeps goes on under a pseudonym, with its amount, time, product, branch,
// order and keys; another record that a rule keeps is locked as it is, since it
// may name the subject anywhere. All else is erased; without rules, everything.
//
// The error is a [*RetentionError], a [*ForeignRecordError], a [*KeyError] if s is
// nil, or a [*ValidationError].
func PlanErasure(data SubjectData, at time.Time, rules []RetentionRule, s *Suppressions) (ErasurePlan, error) {
	if s == nil || len(s.keys) == 0 {
		return ErasurePlan{}, &KeyError{Reason: Missing}
	}
	if err := checkRetention(rules); err != nil {
		return ErasurePlan{}, err
	}
	data, err := data.sorted()
	if err != nil {
		return ErasurePlan{}, err
	}
	var c checker
	at = c.instant(path{field: "at"}, at, true)
	if err := c.err("erasure", string(data.Customer.ID())); err != nil {
		return ErasurePlan{}, err
	}
	plan := ErasurePlan{Subject: data.Customer.ID(), Pseudonym: s.pseudonym(data.Customer.ID()), At: at}
	if plan.Marks, err = s.MarksOf(data.Customer, at); err != nil {
		return ErasurePlan{}, err
	}
	plan.Steps = append(plan.Steps, ErasureStep{Kind: FileCustomer, ID: plan.Subject, Action: EraseRecord})
	for _, r := range data.Records {
		f := r.Filing()
		plan.add(ErasureStep{Kind: f.Kind, ID: f.ID}, f.At, LockRecord, rules)
	}
	for _, t := range data.Transactions {
		if !plan.add(ErasureStep{Kind: FileTransaction, Key: t.Key()}, t.At(), KeepUnnamed, rules) {
			continue
		}
		draft := t.Draft()
		draft.Customer = plan.Pseudonym
		unnamed, err := NewTransaction(draft)
		if err != nil {
			return ErasurePlan{}, err
		}
		plan.Transactions = append(plan.Transactions, unnamed)
	}
	for _, i := range data.Interactions {
		plan.add(ErasureStep{Kind: FileInteraction, Key: i.Key()}, i.At(), LockRecord, rules)
	}
	return plan, nil
}

// DangerouslyPlanErasureOfAll plans the erasure of every subject of a stream, which
// ends with the first error: nothing about it asks whether so many were meant.
func DangerouslyPlanErasureOfAll(subjects iter.Seq2[SubjectData, error], at time.Time, rules []RetentionRule, s *Suppressions) iter.Seq2[ErasurePlan, error] {
	return func(yield func(ErasurePlan, error) bool) {
		for data, err := range subjects {
			var plan ErasurePlan
			if err == nil {
				plan, err = PlanErasure(data, at, rules, s)
			}
			if !yield(plan, err) || err != nil {
				return
			}
		}
	}
}

func checkRetention(rules []RetentionRule) error {
	for i, r := range rules {
		switch {
		case r.Kind == "" || r.Basis == "":
			return &RetentionError{r.Kind, Missing}
		case r.Kind == FileCustomer:
			return &RetentionError{r.Kind, NotAllowed}
		case r.Years < 1 || r.Years > 100:
			return &RetentionError{r.Kind, OutOfRange}
		}
		for _, earlier := range rules[:i] {
			if earlier.Kind == r.Kind {
				return &RetentionError{r.Kind, Duplicate}
			}
		}
	}
	return nil
}

// add appends a step: keep until the rule of its kind lets go, else erase. It
// reports whether the record is kept.
func (p *ErasurePlan) add(step ErasureStep, happened time.Time, keep ErasureAction, rules []RetentionRule) bool {
	step.Action = EraseRecord
	for _, r := range rules {
		if until := happened.AddDate(r.Years, 0, 0); r.Kind == step.Kind && until.After(p.At) {
			step.Action, step.Until, step.Basis, step.Article = keep, until, r.Basis, r.Article
		}
	}
	p.Steps = append(p.Steps, step)
	return step.Action != EraseRecord
}

// pseudonym returns an id that tells nothing of the subject without the key.
func (s *Suppressions) pseudonym(subject rapport.ID) rapport.ID {
	sum := s.keys[len(s.keys)-1].sum([]string{"pseudonym", string(subject)})
	return rapport.ID("erased-" + hex.EncodeToString(sum[:16]))
}
