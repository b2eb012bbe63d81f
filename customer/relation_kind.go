package customer

import "slices"

// RelationKind says how two parties are related, always read from From to To.
type RelationKind string

// The kinds of relation. The first five are hierarchies: at no instant may they lead
// back to where they began.
const (
	RelationParent        RelationKind = "parent"           // From is the parent company of To
	RelationMember        RelationKind = "household-member" // From is a household that To belongs to
	RelationAgent         RelationKind = "agent-of"         // From acts for To: the agent of a dealer, the dealer of a distributor
	RelationRefers        RelationKind = "refers"           // From brought us To
	RelationGuardian      RelationKind = "guardian-of"      // From decides for To, a minor or a ward
	RelationOwns          RelationKind = "owns"             // From owns a share of To; companies may own each other
	RelationEmploys       RelationKind = "employs"          // From employs To
	RelationDecisionMaker RelationKind = "decision-maker"   // From has part in what To buys
	RelationPartner       RelationKind = "partner-of"       // From sells or delivers together with To
	RelationSeeAlso       RelationKind = "see-also"         // whoever looks at one should know the other
)

// relationKinds returns the kinds in the order of the constants.
func relationKinds() []RelationKind {
	return []RelationKind{
		RelationParent, RelationMember, RelationAgent, RelationRefers, RelationGuardian,
		RelationOwns, RelationEmploys, RelationDecisionMaker, RelationPartner, RelationSeeAlso,
	}
}

// IsValid reports whether k is one of the kinds.
func (k RelationKind) IsValid() bool { return slices.Contains(relationKinds(), k) }

// IsHierarchy reports whether relations of this kind may not go in circles.
func (k RelationKind) IsHierarchy() bool {
	switch k {
	case RelationParent, RelationMember, RelationAgent, RelationRefers, RelationGuardian:
		return true
	}
	return false
}

// DecisionRole is the part that somebody has in what an organisation buys, after the
// buying centre of Webster and Wind (1972).
type DecisionRole string

// The parts in a decision to buy.
const (
	RoleDecider    DecisionRole = "decider"    // has the last word
	RoleInfluencer DecisionRole = "influencer" // sets requirements, advises
	RoleUser       DecisionRole = "user"       // works with what is bought
	RoleBuyer      DecisionRole = "buyer"      // negotiates and orders
	RoleGatekeeper DecisionRole = "gatekeeper" // lets information and sellers in or not
)

// rank returns the place of the role in the order of the constants, the last one for a
// role that is not known; 0 for no role of these.
func (r DecisionRole) rank() int {
	return 1 + slices.Index([]DecisionRole{RoleDecider, RoleInfluencer, RoleUser, RoleBuyer, RoleGatekeeper, ""}, r)
}
