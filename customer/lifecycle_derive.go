package customer

import (
	"errors"
	"time"

	"github.com/rapport-crm/rapport"
)

// LifecycleStep is a legal move that the rules ask for.
type LifecycleStep struct {
	From, To Stage
	Reason   LifecycleReason
	At       time.Time // event time: when the rule came true
}

// Derivation is what the rules make of a customer's behaviour.
type Derivation struct {
	AsOf  time.Time
	Stage Stage           // where the steps lead
	Steps []LifecycleStep // in order, each legal after the one before; none: stay
	// Due is the stage that the rules lead to if nothing changes, and HeldUntil the
	// first instant at which the next step towards it may be taken. Due is Stage and
	// HeldUntil is zero where nothing is held back by [LifecycleRules.Dwell].
	Due       Stage
	HeldUntil time.Time

	Purchases int     // days with a purchase
	OpenGap   int     // days since the last of them
	Gaps      int     // how many gaps lie between them
	MeanGap   float64 // of these in days, or TypicalGap; 0: not known
	LostGap   float64 // days that the open gap of a lost customer exceeds; 0: not known
	PAlive    float64 // as given
	HasPAlive bool
}

// Times returns the open gap over the mean gap: 4.5 for a customer that is away 4.5
// times as long as usual. It has no value where the mean is not known.
func (d *Derivation) Times() rapport.Ratio {
	if d.MeanGap == 0 {
		return rapport.Ratio{}
	}
	return rapport.Ratio{Num: float64(d.OpenGap), Den: d.MeanGap, N: d.Gaps}
}

// Evidence returns the figures that the steps rest on, as far as they are known:
// "purchases", "gap-days", "mean-gap-days", "gap-times", "lost-gap-days", "p-alive".
func (d *Derivation) Evidence() []Evidence {
	list := []Evidence{{"purchases", float64(d.Purchases)}}
	if d.Purchases > 0 {
		list = append(list, Evidence{"gap-days", float64(d.OpenGap)})
	}
	if times, ok := d.Times().Value(); ok {
		list = append(list, Evidence{"mean-gap-days", d.MeanGap}, Evidence{"gap-times", times}, Evidence{"lost-gap-days", d.LostGap})
	}
	if d.HasPAlive {
		list = append(list, Evidence{"p-alive", d.PAlive})
	}
	return list
}

// Deriver derives stages by rules, for one customer after another: it allocates
// nothing for a customer once its room has grown. It is not safe for concurrent
// use; make one for each goroutine.
type Deriver struct {
	rules LifecycleRules
	gaps  []float64
	steps []LifecycleStep
	seen  rhythm
}

// NewDeriver returns a deriver by the rules; nil: the defaults. The error is a
// [*RulesError].
func NewDeriver(rules *LifecycleRules) (*Deriver, error) {
	var r LifecycleRules
	if rules != nil {
		r = *rules
	}
	r, err := r.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Deriver{rules: r}, nil
}

// Derive returns the stage of a customer that stands at now, by its behaviour up to
// asOf; see [Deriver.Derive]. The error is a [*RulesError] or a [*BehaviourError].
func Derive(now Standing, b *Behaviour, asOf time.Time, rules *LifecycleRules) (Derivation, error) {
	d, err := NewDeriver(rules)
	if err != nil {
		return Derivation{}, err
	}
	return d.Derive(now, b, asOf)
}

// Derive returns the stage of a customer that stands at now, by its behaviour up to
// asOf, and the legal steps there, dated when their rules came true but never
// before now.Since: so it matters little how often it is asked. [Lifecycle.Apply]
// takes the steps.
//
//   - Facts move at once. The first purchase makes a first-time customer, a later
//     one a repeat customer, also of one that was won back, at risk or dormant; one of
//     a lost customer wins it back; the end date of a contract loses it. A contact
//     makes a prospect a lead, silence a lead a prospect.
//   - Inferences go one stage after the other, at-risk, dormant, lost, with the dwell
//     of the rules between them: a customer is never lost on the day on which it is
//     first found to be at risk, unless the dwell is off. It is at risk by its open
//     gap against its mean gap or by P(alive), and so for dormant; it is lost where
//     P(alive) is below LostAlive or the open gap is above the quantile of its own
//     gaps; and what makes it lost makes it at risk and dormant on the way.
//   - Only a fact leads away from lost. Without a rhythm, P(alive) or contract,
//     nothing is inferred.
//
// Steps of the result are valid until the next call. The error is a
// [*BehaviourError].
func (d *Deriver) Derive(now Standing, b *Behaviour, asOf time.Time) (Derivation, error) {
	d.seen = rhythm{}
	r := &d.seen
	switch {
	case !inRange(asOf):
		return Derivation{}, &BehaviourError{Field: "asOf", Err: "outside the years 1678 to 2261"}
	case now.Since.After(asOf):
		return Derivation{}, &BehaviourError{Field: "asOf", Err: "before the entry into the present stage"}
	case b.HasPAlive && !(b.PAlive >= 0 && b.PAlive <= 1):
		return Derivation{}, &BehaviourError{Field: "PAlive", Value: b.PAlive, Err: "want from 0 to 1"}
	case !b.LastContact.IsZero() && !inRange(b.LastContact):
		return Derivation{}, &BehaviourError{Field: "LastContact", Err: "outside the years 1678 to 2261"}
	case b.HasContract && !inRange(b.Contract.Start()):
		return Derivation{}, &BehaviourError{Field: "Contract", Err: "has no start in the years 1678 to 2261"}
	}
	gaps, err := r.read(b, asOf, &d.rules, d.gaps)
	d.gaps = gaps
	if err != nil {
		return Derivation{}, err
	}
	if start := b.Contract.Start(); b.HasContract && r.days == 0 && !start.After(asOf) {
		r.days, r.first, r.last = 1, start, start
		r.open = dayNumber(asOf, d.rules.Location) - dayNumber(start, d.rules.Location)
	}
	w := walk{Standing: now, rules: &d.rules, b: b, r: r, asOf: asOf, steps: d.steps[:0], due: now.Stage}
	if r.days == 0 {
		w.court()
	} else {
		w.facts()
		w.infer()
	}
	d.steps = w.steps
	return Derivation{
		AsOf: asOf.UTC(), Stage: w.Stage, Steps: w.steps, Due: w.due, HeldUntil: w.held,
		Purchases: r.days, OpenGap: r.open, Gaps: r.gaps, MeanGap: r.mean, LostGap: r.lostLimit,
		PAlive: b.PAlive, HasPAlive: b.HasPAlive,
	}, nil
}

// ErrNoIDs is the error of [Lifecycle.Apply] without a source of ids.
var ErrNoIDs = errors.New("customer: changes of stage need a source of ids, got nil")

// ApplyOptions says how [Lifecycle.Apply] writes its changes.
type ApplyOptions struct {
	IDs        rapport.IDSource // makes the ids of the changes; required
	RecordedAt time.Time        // required
	Actor      string           // who derived, up to 128 bytes
}

// Apply takes the steps of a derivation, each with its evidence, and returns the
// history with them and the new changes. The derivation must be one from l.Now():
// otherwise, and for what [Lifecycle.Move] refuses, the error is that of Move, and l
// is as before. [ErrNoIDs] says that o has no source of ids.
func (l Lifecycle) Apply(d *Derivation, o ApplyOptions) (Lifecycle, []LifecycleChange, error) {
	if o.IDs == nil {
		return Lifecycle{}, nil, ErrNoIDs
	}
	changes := make([]LifecycleChange, 0, len(d.Steps))
	for _, s := range d.Steps {
		if s.From != l.now.Stage {
			return Lifecycle{}, nil, illegalMove(l.customer, l.now.Stage, s.To, s.Reason)
		}
		id, err := o.IDs.NewID(o.RecordedAt)
		if err != nil {
			return Lifecycle{}, nil, err
		}
		var c LifecycleChange
		l, c, err = l.Move(LifecycleChange{
			ID: id, To: s.To, Reason: s.Reason, At: s.At, RecordedAt: o.RecordedAt, Actor: o.Actor, Evidence: d.Evidence(),
		})
		if err != nil {
			return Lifecycle{}, nil, err
		}
		changes = append(changes, c)
	}
	return l, changes, nil
}
