package customer

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// ConsentReason says why something is allowed or not: a stable code.
type ConsentReason string

// The reasons. Only BecauseGiven allows.
const (
	BecauseGiven               ConsentReason = "given"                // a ground holds
	BecauseJurisdictionUnknown ConsentReason = "jurisdiction-unknown" // no profile of that law
	BecausePurposeUnknown      ConsentReason = "purpose-unknown"      // the profile does not list the purpose
	BecauseNoRecord            ConsentReason = "no-record"            // nothing was ever given for it
	BecauseDenied              ConsentReason = "denied"               // the subject said no
	BecauseWithdrawn           ConsentReason = "withdrawn"            // the subject took it back
	BecauseObjected            ConsentReason = "objected"             // the subject objected to a legitimate interest
	BecauseEnded               ConsentReason = "ended"                // the ground is over, such as a contract
	BecauseExpired             ConsentReason = "expired"              // its time is over
	BecauseBasisUnknown        ConsentReason = "basis-unknown"        // the law knows no such ground
	BecauseBasisNotEnough      ConsentReason = "basis-not-enough"     // the ground will not do for this purpose or channel
	BecauseNoticeUnknown       ConsentReason = "notice-unknown"       // consent to a notice that the profile does not list
	BecauseNoticeChanged       ConsentReason = "notice-changed"       // purpose, method or kind of data changed since
	BecauseNotSeparate         ConsentReason = "not-separate"         // consent was not asked for separately
	BecauseNoGuardian          ConsentReason = "no-guardian"          // a child consented alone
	BecauseAgeUnknown          ConsentReason = "age-unknown"          // the profile asks for a date of birth
)

// ConsentDecision is the answer of [ConsentLedger.Allowed].
type ConsentDecision struct {
	Allowed bool
	Reason  ConsentReason
	Article string  // the article of the law behind the reason, "" if none is stated
	Record  Consent // the record that decided; the zero value if there is none
}

// Allowed decides whether the data of a subject may be used for a purpose over a
// channel at an instant under a law, and says why. What is not clearly allowed is
// not. The channel is "" for a purpose that uses none, which records for AnyChannel
// cover; AnyChannel asks for leave over every channel: it is given only if it is over
// each channel that the records name.
//
// Which record decides:
//
//   - A record speaks about its own purpose and channel, or about all of them by
//     AnyPurpose and AnyChannel. A grant counts only under its own jurisdiction, a
//     refusal under each.
//   - Of the grants of one ground the one for this very channel rules before one
//     for any channel, else the latest; the others are replaced by it. If several
//     grounds hold, the first of the profile is named.
//   - A refusal (denied, or a withdrawal of a ground that can be refused) blocks all
//     grounds that can be refused, and for direct marketing, or a special use that the
//     law lets one refuse, every ground, whatever came before it. Other grounds end only by their own withdrawal.
//   - After a refusal only a later consent with Evidence counts, and only for what
//     it covers as closely: a consent for any channel does not lift the refusal of
//     one channel, while a consent for one channel lifts, there, a refusal of all.
//     A proof that was first used before the refusal is not new, so a grant that is
//     imported again with a later date stays blocked. At the same instant a refusal
//     wins.
//
// If the subject was merged with others, each of them must be allowed by what it
// said before the merge and what anyone of them said since: never more than any
// of them allowed on its own. Of a merge that was undone see [ConsentMerge].
func (l ConsentLedger) Allowed(subject rapport.ID, purpose Purpose, channel Channel, at time.Time, jurisdiction Jurisdiction) ConsentDecision {
	profile, known := l.profile(jurisdiction)
	if !known {
		return ConsentDecision{Reason: BecauseJurisdictionUnknown}
	}
	rule, known := profile.purpose(purpose)
	if !known {
		return ConsentDecision{Reason: BecausePurposeUnknown}
	}
	q := question{profile: profile, rule: rule, channel: channel, at: at}
	decide := func(subject rapport.ID, records []Consent) ConsentDecision {
		if q.proofs == nil {
			q.proofs = records
		}
		q.born = l.born[subject]
		return q.decide(records)
	}
	if len(l.mergesOf(subject)) == 0 {
		return decide(subject, l.of(subject))
	}
	members := l.members(subject)
	for _, m := range members {
		q.proofs = append(q.proofs, l.of(m)...)
	}
	own := decide(subject, l.heard(subject))
	for _, m := range members {
		if !own.Allowed {
			break
		}
		if d := decide(m, l.heard(m)); !d.Allowed {
			return d
		}
	}
	return own
}

// question is what is asked of the records of one subject.
type question struct {
	profile *ConsentProfile
	rule    *PurposeRule
	channel Channel
	at      time.Time
	born    time.Time // zero: not known
	proofs  []Consent // all that the subject and those merged with it ever said
}

// decide answers the question; for every channel, each that a record names has to be
// allowed as well.
func (q *question) decide(records []Consent) ConsentDecision {
	own := q.decideOver(records)
	if q.channel != AnyChannel {
		return own
	}
	asked := []Channel{AnyChannel}
	for i := 0; i < len(records) && own.Allowed; i++ {
		if channel := records[i].Channel; !slices.Contains(asked, channel) {
			asked = append(asked, channel)
			over := *q
			over.channel = channel
			if d := over.decideOver(records); !d.Allowed {
				return d
			}
		}
	}
	return own
}

// decideOver answers the question for its one channel.
func (q *question) decideOver(records []Consent) ConsentDecision {
	var first ConsentDecision
	for _, basis := range q.profile.Bases {
		grant := q.ruling(records, basis.Basis)
		if grant == nil {
			continue
		}
		d := q.judge(records, grant, basis)
		if d.Allowed {
			return d
		}
		if first.Reason == "" {
			first = d
		}
	}
	if first.Reason != "" {
		return first
	}
	if no := q.refusal(records, nil); no != nil {
		return q.refused(no)
	}
	for i := range records {
		if q.granted(&records[i]) { // of a ground that the profile does not list
			return ConsentDecision{Reason: BecauseBasisUnknown, Record: records[i]}
		}
	}
	return ConsentDecision{Reason: BecauseNoRecord}
}

// granted reports whether a record is a grant that covers the question and was
// given by its instant.
func (q *question) granted(r *Consent) bool {
	return r.grants() && r.Jurisdiction == q.profile.Jurisdiction && r.covers(q.rule.Purpose, q.channel) &&
		!r.grantedAt().After(q.at)
}

// ruling returns the grant of a ground that replaces all others, nil if there is
// none.
func (q *question) ruling(records []Consent, basis Basis) *Consent {
	var best *Consent
	for i := range records {
		r := &records[i]
		if r.Basis != basis || !q.granted(r) {
			continue
		}
		if best == nil || q.replaces(r, best) {
			best = r
		}
	}
	return best
}

func (q *question) replaces(r, held *Consent) bool {
	if r.Channel != held.Channel {
		return r.Channel == q.channel
	}
	if c := r.grantedAt().Compare(held.grantedAt()); c != 0 {
		return c > 0
	}
	return r.spoken(held) > 0
}

// refuses reports whether a record is a refusal that covers the question, made by
// its instant; a withdrawal of a ground that cannot be refused is none.
func (q *question) refuses(r *Consent) bool {
	if r.At.After(q.at) || !(r.covers(q.rule.Purpose, q.channel) || q.channel == AnyChannel && r.covers(q.rule.Purpose, r.Channel)) {
		return false
	}
	switch r.Status {
	case ConsentDenied:
		return true
	case ConsentWithdrawn:
		basis, known := q.profile.basis(r.Basis)
		return !known || basis.Refuse != ""
	}
	return false
}

// refusal returns the latest refusal that a grant does not lift, nil if there is
// none. Without a grant none is lifted.
func (q *question) refusal(records []Consent, grant *Consent) *Consent {
	var proven time.Time // when the proof of the grant was first used
	if grant != nil && grant.Basis == BasisConsent && grant.Evidence != "" {
		proven = grant.grantedAt()
		for i := range q.proofs {
			if r := &q.proofs[i]; r.grants() && r.Evidence == grant.Evidence && r.grantedAt().Before(proven) {
				proven = r.grantedAt()
			}
		}
	}
	var latest *Consent
	for i := range records {
		r := &records[i]
		if !q.refuses(r) {
			continue
		}
		lifted := proven.After(r.At) && (r.Channel == AnyChannel || grant.Channel == r.Channel)
		if !lifted && (latest == nil || r.At.After(latest.At) || r.At.Equal(latest.At) && r.spoken(latest) > 0) {
			latest = r
		}
	}
	return latest
}

// refused returns the decision that a refusal makes.
func (q *question) refused(no *Consent) ConsentDecision {
	d := ConsentDecision{Reason: BecauseDenied, Record: *no}
	if no.Status == ConsentWithdrawn {
		d.Reason = BecauseWithdrawn
		if no.Basis == BasisLegitimateInterest {
			d.Reason = BecauseObjected
		}
	}
	if basis, known := q.profile.basis(no.Basis); known {
		d.Article = basis.Refuse
	}
	if article := q.useRefused(); article != "" {
		d.Article = article
	}
	if q.rule.Marketing && no.Basis != BasisConsent && q.profile.MarketingArticle != "" {
		d.Article = q.profile.MarketingArticle
	}
	return d
}

// useRefused returns the article by which a no ends every ground of a special use of
// the purpose, "" if there is none.
func (q *question) useRefused() string {
	for _, name := range q.rule.Uses {
		if use, _ := q.profile.use(name); use.Refuse != "" {
			return use.Refuse
		}
	}
	return ""
}

// judge decides whether a grant holds.
func (q *question) judge(records []Consent, grant *Consent, basis BasisRule) ConsentDecision {
	if basis.Refuse != "" || q.rule.Marketing || q.useRefused() != "" {
		if no := q.refusal(records, grant); no != nil {
			return q.refused(no)
		}
	}
	for i := range records {
		if r := &records[i]; q.ends(r, grant) {
			return ConsentDecision{Reason: BecauseEnded, Record: *r}
		}
	}
	d := ConsentDecision{Record: *grant}
	d.Reason, d.Article = q.flaw(grant)
	if d.Reason == "" {
		d.Allowed, d.Reason, d.Article = true, BecauseGiven, basis.Article
	}
	return d
}

// ends reports whether a record is the withdrawal of a grant's own ground, not
// before it and under the same law.
func (q *question) ends(r, grant *Consent) bool {
	return r.Status == ConsentWithdrawn && r.Basis == grant.Basis && r.Jurisdiction == grant.Jurisdiction &&
		!q.refuses(r) && r.covers(q.rule.Purpose, q.channel) &&
		!r.At.After(q.at) && !r.At.Before(grant.grantedAt())
}
