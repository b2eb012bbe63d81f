package pipeline

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Partners is who stands above whom: a distributor above its resellers. It is immutable.
type Partners struct {
	parents map[rapport.ID]rapport.ID
}

// PartnerCycleError names the partners that would stand above themselves, each above the
// one before it.
type PartnerCycleError struct {
	Cycle []rapport.ID
}

func (e *PartnerCycleError) Error() string {
	return fmt.Sprintf("pipeline: partners stand above themselves: %q", e.Cycle)
}

// NewPartners returns the hierarchy in which each partner of the map stands under another.
// Those that are not in it, or under nobody (empty), stand at the top. The error is an
// [*InputError] for what is no id, or a [*PartnerCycleError].
func NewPartners(parents map[rapport.ID]rapport.ID) (*Partners, error) {
	p := &Partners{maps.Clone(parents)}
	whole := make(map[rapport.ID]bool, len(parents)) // leads to the top
	for _, partner := range slices.Sorted(maps.Keys(parents)) {
		var way []rapport.ID
		for at := partner; at != "" && !whole[at]; at = p.parents[at] {
			if at.Validate() != nil {
				return nil, &InputError{Name: "partner", Value: string(at), Want: "an id"}
			}
			if i := slices.Index(way, at); i >= 0 {
				return nil, &PartnerCycleError{way[i:]}
			}
			way = append(way, at)
		}
		for _, at := range way {
			whole[at] = true
		}
		if partner == "" {
			return nil, &InputError{Name: "partner", Want: "an id"}
		}
	}
	return p, nil
}

// Sees reports whether one partner sees what is another's: its own, and that of all who
// stand under it. Nobody but the host sees what is of no partner.
func (p *Partners) Sees(viewer, owner rapport.ID) bool {
	if viewer == "" {
		return false
	}
	for at := owner; at != ""; at = p.parents[at] {
		if at == viewer {
			return true
		}
	}
	return false
}

// VisibleTo returns the deals that a partner sees, in their order.
func (p *Partners) VisibleTo(viewer rapport.ID, deals []Deal) []Deal {
	var seen []Deal
	for i := range deals {
		if p.Sees(viewer, deals[i].Partner) {
			seen = append(seen, deals[i])
		}
	}
	return seen
}

// PartnerView says what of a deal partners get to see.
type PartnerView struct {
	Fields []string `json:"fields"` // of the deal or its definition
	Stage  bool     `json:"stage,omitempty"`
}

// PartnerDeal is a deal as a partner sees it.
type PartnerDeal struct {
	ID      rapport.ID `json:"id"`
	Partner rapport.ID `json:"partner"`
	Stage   StageID    `json:"stage,omitempty"`
	Fields  Values     `json:"fields,omitempty"` // those that hold something
}

// Show returns what a partner sees of the deals that it sees, and of each no more than the
// view says, in their order.
func (p *Partners) Show(viewer rapport.ID, view PartnerView, deals []Deal) []PartnerDeal {
	var shown []PartnerDeal
	for i := range deals {
		d := &deals[i]
		if !p.Sees(viewer, d.Partner) {
			continue
		}
		one := PartnerDeal{ID: d.ID, Partner: d.Partner}
		if view.Stage {
			one.Stage = d.Stage
		}
		for _, field := range view.Fields {
			if v := d.Value(field); !v.Empty() {
				one.Fields = one.Fields.with(field, v)
			}
		}
		shown = append(shown, one)
	}
	return shown
}
