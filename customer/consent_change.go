package customer

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// ConsentChange is what a subject states about its consent, at a desk or by
// itself. ID, Subject, Jurisdiction, Purpose, Channel, At and RecordedAt are
// required; a withdrawal needs no more, since it has to be as easy as giving (GDPR
// 7(3), PIPL 15).
type ConsentChange struct {
	ID           rapport.ID // of the new record
	Subject      rapport.ID
	Jurisdiction Jurisdiction
	Purpose      Purpose // AnyPurpose to withdraw all
	Channel      Channel
	Notice       string    // version of the notice that was shown
	Evidence     string    // names the proof; without it no earlier refusal is lifted
	Separate     bool      // asked for on its own
	Guardian     Guardian  // who speaks for a child
	Expires      time.Time // of a grant; zero: not by itself
	Source       string
	At           time.Time
	RecordedAt   time.Time
}

// ConsentIneffectiveError reports a consent that would allow nothing, such as one
// that was not asked for separately.
type ConsentIneffectiveError struct {
	ID       rapport.ID
	Decision ConsentDecision // what would be decided with it
}

// Error says why it would have no effect.
func (e *ConsentIneffectiveError) Error() string {
	return fmt.Sprintf("customer: consent %q would allow nothing: %s", string(e.ID), e.Decision.Reason)
}

// Give returns the record of a consent, to be stored and added to the ledger. The
// error is a [*ConsentIneffectiveError] if the use would not be allowed with it, a
// [*ConsentConflictError] or a [*ValidationError].
func (l ConsentLedger) Give(change ConsentChange) (Consent, error) {
	given := change.record(ConsentGiven, BasisConsent)
	with, err := l.With(given)
	if err != nil {
		return Consent{}, err
	}
	if d := with.Allowed(given.Subject, given.Purpose, given.Channel, given.At, given.Jurisdiction); !d.Allowed {
		return Consent{}, &ConsentIneffectiveError{ID: given.ID, Decision: d}
	}
	err = given.check()
	return given, err
}

// Withdraw returns the record of a withdrawal or objection, to be stored and added
// to the ledger. It names the ground on which the use rests now if that can be
// refused, else consent. It is never refused: a ground that goes on, such as a
// contract, shows in [ConsentLedger.Allowed]. Expires must be zero. The error is a
// [*ConsentConflictError] or a [*ValidationError].
func (l ConsentLedger) Withdraw(change ConsentChange) (Consent, error) {
	basis := BasisConsent
	if now := l.Allowed(change.Subject, change.Purpose, change.Channel, change.At, change.Jurisdiction); now.Allowed {
		profile, _ := l.profile(change.Jurisdiction)
		if rule, _ := profile.basis(now.Record.Basis); rule.Refuse != "" {
			basis = now.Record.Basis
		}
	}
	withdrawn := change.record(ConsentWithdrawn, basis)
	if _, err := l.With(withdrawn); err != nil {
		return Consent{}, err
	}
	err := withdrawn.check()
	return withdrawn, err
}

func (c ConsentChange) record(status ConsentStatus, basis Basis) Consent {
	return Consent{
		ID: c.ID, Subject: c.Subject, Jurisdiction: c.Jurisdiction, Purpose: c.Purpose, Channel: c.Channel,
		Basis: basis, Status: status, At: c.At, Expires: c.Expires, Notice: c.Notice, Evidence: c.Evidence,
		Separate: c.Separate, Guardian: c.Guardian, Source: c.Source, RecordedAt: c.RecordedAt,
	}
}

// ConsentStanding is what holds for one purpose over one channel.
type ConsentStanding struct {
	Jurisdiction Jurisdiction
	Purpose      Purpose
	Channel      Channel
	Decision     ConsentDecision
}

// Standings returns what a subject sees of its consent at an instant: a decision
// for every purpose of every law that its records name, over each channel that
// they name and over AnyChannel, in order of jurisdiction, purpose and channel.
// Who was merged with it counts as in [ConsentLedger.Allowed].
func (l ConsentLedger) Standings(subject rapport.ID, at time.Time) []ConsentStanding {
	channels := []Channel{AnyChannel}
	var laws []Jurisdiction
	named := make(map[Purpose]bool)
	for _, m := range l.members(subject) {
		for _, r := range l.of(m) {
			channels = append(channels, r.Channel)
			laws = append(laws, r.Jurisdiction)
			named[r.Purpose] = true
		}
	}
	slices.Sort(channels)
	channels = slices.Compact(channels)
	slices.Sort(laws)
	var standings []ConsentStanding
	for _, law := range slices.Compact(laws) {
		profile, known := l.profile(law)
		if !known {
			continue
		}
		for _, rule := range profile.Purposes {
			if !named[rule.Purpose] && !named[AnyPurpose] {
				continue
			}
			for _, channel := range channels {
				standings = append(standings, ConsentStanding{law, rule.Purpose, channel,
					l.Allowed(subject, rule.Purpose, channel, at, law)})
			}
		}
	}
	slices.SortStableFunc(standings, func(a, b ConsentStanding) int {
		return cmp.Or(cmp.Compare(a.Jurisdiction, b.Jurisdiction), cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Channel, b.Channel))
	})
	return standings
}
