package customer

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Visibility says who may see a customer's record. Each policy shows it to everybody
// whom the one before it does, and to more. The zero value, none set, is as
// [VisibleCompany].
type Visibility uint8

// The policies. An owner, a team and a branch are those of the ownerships in force at
// the instant that is asked about.
const (
	VisibleOwner     Visibility = iota + 1 // its owners
	VisibleTeam                            // and the people of their teams
	VisibleBranch                          // and the people of their branches
	VisibleCompany                         // everybody on our side
	VisiblePartner                         // and the people of partners of whom somebody owns a part of it
	VisibleEverybody                       // and the people of every partner
)

// ParseVisibility accepts the codes that [Visibility.String] returns; the error is a
// [*CodeError].
func ParseVisibility(text string) (Visibility, error) {
	for v := VisibleOwner; v <= VisibleEverybody; v++ {
		if v.String() == text {
			return v, nil
		}
	}
	return 0, &CodeError{Type: "visibility", Code: text}
}

// IsValid reports whether v is one of the policies; the zero value is not.
func (v Visibility) IsValid() bool { return v >= VisibleOwner && v <= VisibleEverybody }

// String returns the code of the policy, "" for the zero value.
func (v Visibility) String() string {
	switch v {
	case 0:
		return ""
	case VisibleOwner:
		return "owner"
	case VisibleTeam:
		return "team"
	case VisibleBranch:
		return "branch"
	case VisibleCompany:
		return "company"
	case VisiblePartner:
		return "partner"
	case VisibleEverybody:
		return "everybody"
	}
	return fmt.Sprintf("Visibility(%d)", uint8(v))
}

// MarshalText returns the code of the policy, nothing for the zero value.
func (v Visibility) MarshalText() ([]byte, error) {
	return marshalCode("visibility", v, v == 0 || v.IsValid())
}

// UnmarshalText accepts what [Visibility.MarshalText] writes.
func (v *Visibility) UnmarshalText(text []byte) error { return unmarshalCode(v, text, ParseVisibility) }

// Viewer is somebody who wants to see a customer's record. The host says who it is;
// nothing of it is kept.
type Viewer struct {
	ID       string     // key of the user, as in [Ownership]
	Teams    []string   // of which teams
	Branches []string   // of which branches
	Partner  rapport.ID // works for this partner; "": on our side
	All      bool       // sees every record, as an auditor does; means nothing for people of partners
}

// SightReason is a stable code for why a record may be seen or not.
type SightReason string

// The reasons. Those of a permission come first.
const (
	SightAll       SightReason = "all"        // the viewer sees every record
	SightOwner     SightReason = "owner"      // an owner at the instant
	SightTeam      SightReason = "team"       // of a team of an owner
	SightBranch    SightReason = "branch"     // of a branch of an owner
	SightUnowned   SightReason = "unowned"    // nobody of ours owns it at the instant: it must not get lost
	SightCompany   SightReason = "company"    // on our side, and the policy shows it to all of it
	SightPartner   SightReason = "partner"    // of a partner that has part in it
	SightEverybody SightReason = "everybody"  // of a partner, and the policy shows it to every partner
	SightNotOwner  SightReason = "not-owner"  // refused: the policy shows it to owners
	SightNotTeam   SightReason = "not-team"   // refused: the policy shows it to teams of owners
	SightNotBranch SightReason = "not-branch" // refused: the policy shows it to branches of owners
	SightOutside   SightReason = "outside"    // refused: of a partner, and the policy shows it to our side
	SightNoPart    SightReason = "no-part"    // refused: of a partner that has no part in it
	SightNobody    SightReason = "nobody"     // refused: no viewer or no customer was named
)

// Sight is the answer of [CanSee].
type Sight struct {
	Allowed bool
	Reason  SightReason
}

// CanSee decides whether the viewer may see the customer's record at an instant, and
// says why. It reads the ownerships in force then: who handed a customer over sees it
// no longer as an owner. A viewer without a key, or the zero customer, is refused.
func CanSee(viewer Viewer, c Customer, at time.Time) Sight {
	switch {
	case c.IsZero() || viewer.ID == "":
		return Sight{false, SightNobody}
	case viewer.Partner != "":
		return partnerSight(viewer, c, at)
	case viewer.All:
		return Sight{true, SightAll}
	}
	owned, team, branch := false, false, false
	for _, o := range c.draft.Owners {
		if o.Partner != "" || !o.Valid.Contains(at) {
			continue
		}
		if o.Owner == viewer.ID {
			return Sight{true, SightOwner}
		}
		owned = true
		team = team || o.Team != "" && slices.Contains(viewer.Teams, o.Team)
		branch = branch || o.Branch != "" && slices.Contains(viewer.Branches, o.Branch)
	}
	return insideSight(c.draft.Visibility, owned, team, branch)
}

// insideSight decides on somebody on our side who owns no part.
func insideSight(policy Visibility, owned, team, branch bool) Sight {
	switch {
	case policy == 0 || policy >= VisibleCompany:
		return Sight{true, SightCompany}
	case !owned:
		return Sight{true, SightUnowned}
	case policy >= VisibleTeam && team:
		return Sight{true, SightTeam}
	case policy == VisibleBranch && branch:
		return Sight{true, SightBranch}
	case policy == VisibleBranch:
		return Sight{false, SightNotBranch}
	case policy == VisibleTeam:
		return Sight{false, SightNotTeam}
	}
	return Sight{false, SightNotOwner}
}

// partnerSight decides on somebody who works for a partner.
func partnerSight(viewer Viewer, c Customer, at time.Time) Sight {
	switch c.draft.Visibility {
	case VisibleEverybody:
		return Sight{true, SightEverybody}
	case VisiblePartner:
		for _, o := range c.draft.Owners {
			if o.Partner == viewer.Partner && o.Valid.Contains(at) {
				return Sight{true, SightPartner}
			}
		}
		return Sight{false, SightNoPart}
	}
	return Sight{false, SightOutside}
}
