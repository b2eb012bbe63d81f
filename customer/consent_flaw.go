package customer

import (
	"slices"
	"time"
)

// flaw returns why a grant that nobody refused does not hold, "" if it does, and
// the article that says so.
func (q *question) flaw(grant *Consent) (ConsentReason, string) {
	if reason, article := q.basisFlaw(grant); reason != "" {
		return reason, article
	}
	if !grant.Expires.IsZero() && !q.at.Before(grant.Expires) {
		return BecauseExpired, ""
	}
	if grant.Basis != BasisConsent {
		return "", ""
	}
	lasts := time.Duration(q.rule.LastsDays) * 24 * time.Hour
	if lasts > 0 && !q.at.Before(grant.grantedAt().Add(lasts)) {
		return BecauseExpired, ""
	}
	for _, name := range q.rule.Uses {
		if use, _ := q.profile.use(name); use.Separate && !grant.Separate {
			return BecauseNotSeparate, use.Article
		}
	}
	if reason := q.noticeFlaw(grant); reason != "" {
		return reason, ""
	}
	return q.guardianFlaw(grant)
}

// basisFlaw reports a ground that will not do for the purpose, its special uses or
// the channel.
func (q *question) basisFlaw(grant *Consent) (ConsentReason, string) {
	fits := func(bases []Basis) bool { return len(bases) == 0 || slices.Contains(bases, grant.Basis) }
	asks := slices.Contains(q.rule.AskFirst, q.channel) || q.channel == AnyChannel && len(q.rule.AskFirst) > 0
	if !fits(q.rule.Bases) || asks && grant.Basis != BasisConsent {
		return BecauseBasisNotEnough, ""
	}
	for _, name := range q.rule.Uses {
		if use, _ := q.profile.use(name); !fits(use.Bases) {
			return BecauseBasisNotEnough, use.Article
		}
	}
	return "", ""
}

// noticeFlaw reports a consent to a notice that is not listed, or that a later one
// with a material change has replaced.
func (q *question) noticeFlaw(grant *Consent) ConsentReason {
	notices := q.rule.Notices
	if len(notices) == 0 {
		return ""
	}
	seen := slices.IndexFunc(notices, func(n NoticeVersion) bool { return n.Version == grant.Notice })
	if seen < 0 {
		return BecauseNoticeUnknown
	}
	for _, n := range notices[seen+1:] {
		if n.Material && !n.Since.After(q.at) {
			return BecauseNoticeChanged
		}
	}
	return ""
}

// guardianFlaw reports a consent that a child gave alone. A guardian's consent goes
// on to hold when the child is grown, until it is withdrawn.
func (q *question) guardianFlaw(grant *Consent) (ConsentReason, string) {
	p := q.profile
	switch {
	case p.GuardianAge == 0 || !grant.Guardian.IsZero():
		return "", ""
	case q.born.IsZero() && p.RequireBirth:
		return BecauseAgeUnknown, p.GuardianArticle
	case !q.born.IsZero() && grant.grantedAt().Before(q.born.AddDate(p.GuardianAge, 0, 0)):
		return BecauseNoGuardian, p.GuardianArticle
	}
	return "", ""
}
