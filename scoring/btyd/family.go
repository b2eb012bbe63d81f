package btyd

import "fmt"

// Family is a family of models of purchases in continuous time. It is a small
// comparable value; the zero Family is none.
type Family uint16

// The families. Those of regular customers are made by [BGCNBD] and [MBGCNBD].
const (
	// NBD: customers buy at random and never leave; see [FitNBD].
	NBD Family = (iota + 1) << 8
	// BGNBD: a customer may leave after each repeat purchase; see [FitBGNBD].
	BGNBD
	// ParetoNBD: a customer leaves at a rate in time of its own; see [FitParetoNBD].
	ParetoNBD
	// ParetoNBDCorrelated: the rates of buying and of leaving are correlated; see
	// [FitParetoNBDCorrelated].
	ParetoNBDCorrelated
	// GGompertzNBD: a customer leaves at a rate of its own that grows with its age; see
	// [FitGGompertzNBD].
	GGompertzNBD
	// MBGNBD: as BGNBD, and it may leave right after its first purchase; see [FitMBGNBD].
	MBGNBD
	// Those of regular customers; the last bits are k.
	bgcnbd
	mbgcnbd
)

// Families returns all families, those of regular customers with k from 2 to 12.
func Families() []Family {
	all := []Family{NBD, BGNBD, ParetoNBD, ParetoNBDCorrelated, GGompertzNBD, MBGNBD}
	for k := 2; k <= largestRegularity; k++ {
		all = append(all, BGCNBD(k), MBGCNBD(k))
	}
	return all
}

// String returns the family's name in files and reports, such as "bgnbd"; it is
// empty for no family.
func (f Family) String() string {
	switch f {
	case NBD:
		return "nbd"
	case BGNBD:
		return "bgnbd"
	case ParetoNBD:
		return "paretonbd"
	case GGompertzNBD:
		return "ggomnbd"
	case ParetoNBDCorrelated:
		return "paretonbd-cor"
	case MBGNBD:
		return "mbgnbd"
	}
	k := int(f & 0xff)
	switch {
	case k > 1 && f == BGCNBD(k):
		return fmt.Sprintf("bgcnbd-%d", k)
	case k > 1 && f == MBGCNBD(k):
		return fmt.Sprintf("mbgcnbd-%d", k)
	}
	return ""
}

// ParseFamily returns the family of that name, as [Family.String] writes it. The error wraps [ErrUnknownFamily].
func ParseFamily(name string) (Family, error) {
	for _, f := range Families() {
		if f.String() == name {
			return f, nil
		}
	}
	return 0, fmt.Errorf("btyd: %q: %w: want nbd, bgnbd, paretonbd, paretonbd-cor, ggomnbd, mbgnbd, or bgcnbd-k or mbgcnbd-k with a k of 2 to %d", name, ErrUnknownFamily, largestRegularity)
}

// wantFamily is what an [*InputError] says of a family that is none, such as BGCNBD(13).
const wantFamily = "want one of Families, of which BGCNBD and MBGCNBD take k from 1 to 12"

// IsValid reports whether f is one of the families.
func (f Family) IsValid() bool { return f.recipe() != nil }

// Parameters returns the names of the family's parameters in the order in which
// [New] takes them.
func (f Family) Parameters() []string {
	if r := f.recipe(); r != nil {
		return r.names()
	}
	return nil
}

// recipe returns how the family is fitted, nil for no family.
func (f Family) recipe() recipe {
	switch f {
	case NBD:
		return nbdRecipe{}
	case BGNBD:
		return bgnbdRecipe{timing{k: 1}}
	case ParetoNBD:
		return paretoRecipe{}
	case GGompertzNBD:
		return ggompertzRecipe{}
	case ParetoNBDCorrelated:
		return sarmanovRecipe{}
	case MBGNBD:
		return bgnbdRecipe{timing{k: 1, first: 1}}
	}
	k := int(f & 0xff)
	switch {
	case k > 1 && f == BGCNBD(k):
		return bgnbdRecipe{timing{k: k}}
	case k > 1 && f == MBGCNBD(k):
		return bgnbdRecipe{timing{k: k, first: 1}}
	}
	return nil
}
