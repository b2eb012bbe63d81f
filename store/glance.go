package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Glances reads the newest about one customer, for [ReadGlance].
type Glances interface {
	// Kinds returns which sorts of files the customer has, in byte order.
	Kinds(ctx context.Context, of rapport.ID) ([]customer.FileKind, error)
	// Files returns the last files of one kind by event time and id, the last one first.
	Files(ctx context.Context, of rapport.ID, kind customer.FileKind, limit int) ([]FileRow, error)
	// Interactions returns the last interactions by event time, system and external id,
	// the last one first.
	Interactions(ctx context.Context, of rapport.ID, limit int) ([]customer.Interaction, error)
	// Totals sums up the transactions of the customer, by currency.
	Totals(ctx context.Context, of rapport.ID) (Totals, error)
}

// Defaults of [GlanceLimits].
const (
	DefaultGlanceFiles        = 20
	DefaultGlanceInteractions = 20
)

// GlanceLimits says how much a glance shows; nil stands for the zero value.
type GlanceLimits struct {
	Files        int // of each kind, up to [MaxPageLimit]; 0: [DefaultGlanceFiles]
	Interactions int // up to [MaxPageLimit]; 0: [DefaultGlanceInteractions]
}

// Glance is the newest of everything that is stored about one customer.
type Glance struct {
	Customer customer.Customer
	// IDs are all the ids of the customer, the current one first.
	IDs []rapport.ID
	// Files are the last files of each kind: by kind in byte order, the last event first.
	// [FilesIn] picks those of one sort.
	Files []FileRow
	// Interactions are the last ones, the last one first.
	Interactions []customer.Interaction
	Totals       Totals
}

// ReadGlance reads the newest of everything about a customer in one call, under the id that it has
// now and under those that a merge has replaced. The error is [ErrNotFound] if there is no
// such customer, or an [*ArgumentError] for a limit out of range; o may be nil.
func ReadGlance(ctx context.Context, tx Tx, id rapport.ID, o *GlanceLimits) (Glance, error) {
	if o == nil {
		o = &GlanceLimits{}
	}
	files, interactions := cmp.Or(o.Files, DefaultGlanceFiles), cmp.Or(o.Interactions, DefaultGlanceInteractions)
	for _, limit := range []int{files, interactions} {
		if limit < 1 || limit > MaxPageLimit {
			return Glance{}, &ArgumentError{Name: "glance limit", Reason: fmt.Sprintf("%d is outside 1 to %d", limit, MaxPageLimit)}
		}
	}
	f, err := Files(tx)
	if err != nil {
		return Glance{}, err
	}
	var glance Glance
	if glance.IDs, err = Identities(ctx, tx, id); err != nil {
		return Glance{}, err
	}
	if glance.Customer, err = tx.Customers().Get(ctx, glance.IDs[0]); err != nil {
		return Glance{}, err
	}
	for _, id := range glance.IDs {
		if err := glance.add(ctx, f.Glances(), id, files, interactions); err != nil {
			return Glance{}, err
		}
	}
	if len(glance.IDs) > 1 {
		glance.arrange(files, interactions)
	}
	return glance, nil
}

// add reads what is filed under one id.
func (c *Glance) add(ctx context.Context, g Glances, id rapport.ID, files, interactions int) error {
	kinds, err := g.Kinds(ctx, id)
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		rows, err := g.Files(ctx, id, kind, files)
		if err != nil {
			return err
		}
		c.Files = append(c.Files, rows...)
	}
	talks, err := g.Interactions(ctx, id, interactions)
	if err != nil {
		return err
	}
	c.Interactions = append(c.Interactions, talks...)
	totals, err := g.Totals(ctx, id)
	if err != nil {
		return err
	}
	for _, t := range totals {
		if err := c.Totals.merge(t); err != nil {
			return err
		}
	}
	return nil
}

// arrange brings what was read under several ids into the order of one, and cuts it.
func (c *Glance) arrange(files, interactions int) {
	slices.SortStableFunc(c.Files, func(a, b FileRow) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.At, a.At), cmp.Compare(b.ID, a.ID))
	})
	kept := c.Files[:0]
	inKind := 0
	for i, row := range c.Files {
		if i > 0 && c.Files[i].Kind == kept[len(kept)-1].Kind {
			inKind++
		} else {
			inKind = 0
		}
		if inKind < files {
			kept = append(kept, row)
		}
	}
	c.Files = kept
	slices.SortStableFunc(c.Interactions, func(a, b customer.Interaction) int {
		return cmp.Or(b.At().Compare(a.At()), cmp.Compare(b.Key().System, a.Key().System), cmp.Compare(b.Key().ID, a.Key().ID))
	})
	c.Interactions = c.Interactions[:min(len(c.Interactions), interactions)]
}
