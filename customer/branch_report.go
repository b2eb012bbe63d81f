package customer

import (
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
)

// BranchFigures is what a branch, or the group, sold in a period. Amounts are exact.
type BranchFigures struct {
	Branch    string
	Sales     int           // lines above zero
	Revenue   rapport.Money // sales and returns
	Costs     rapport.Money
	Profit    rapport.Money // Revenue − Costs
	Customers int           // different ones with a sale above zero
}

// BranchReport sets the branches beside the group. All figures of the group are sums
// of those of the branches but Customers: one that bought in two branches is one
// customer of the group.
type BranchReport struct {
	Branches []BranchFigures // by their codes; "" for lines without a branch
	Group    BranchFigures   // Branch is ""
}

// ReportBranches adds up transactions over a period by event time, each line in the
// branch that it names. The error is that of an amount, such as of two currencies:
// convert them first.
func ReportBranches(transactions []Transaction, period rapport.Interval) (BranchReport, error) {
	type customerOf struct {
		branch   string
		customer rapport.ID
	}
	byBranch := make(map[string]*BranchFigures)
	seen := make(map[customerOf]bool)
	everywhere := make(map[rapport.ID]bool)
	for i := range transactions {
		d := &transactions[i].draft
		if !period.Contains(d.At) {
			continue
		}
		f := byBranch[d.Branch]
		if f == nil {
			f = &BranchFigures{Branch: d.Branch}
			byBranch[d.Branch] = f
		}
		sum := &f.Revenue
		if d.Kind == Cost {
			sum = &f.Costs
		}
		var err error
		if *sum, err = sum.Add(d.Amount); err != nil {
			return BranchReport{}, err
		}
		if d.Kind == Sale && d.Amount.Sign() > 0 {
			f.Sales++
			if own := (customerOf{d.Branch, d.Customer}); !seen[own] {
				seen[own] = true
				f.Customers++
			}
			everywhere[d.Customer] = true
		}
	}
	var r BranchReport
	for _, f := range byBranch {
		r.Branches = append(r.Branches, *f)
	}
	slices.SortFunc(r.Branches, func(a, b BranchFigures) int { return strings.Compare(a.Branch, b.Branch) })
	r.Group.Customers = len(everywhere)
	for i := range r.Branches {
		if err := r.Group.add(&r.Branches[i]); err != nil {
			return BranchReport{}, err
		}
	}
	return r, nil
}

// add fills in the profit of a branch and adds its figures.
func (f *BranchFigures) add(branch *BranchFigures) (err error) {
	if branch.Profit, err = branch.Revenue.Sub(branch.Costs); err != nil {
		return err
	}
	f.Sales += branch.Sales
	if f.Revenue, err = f.Revenue.Add(branch.Revenue); err != nil {
		return err
	}
	if f.Costs, err = f.Costs.Add(branch.Costs); err != nil {
		return err
	}
	f.Profit, err = f.Profit.Add(branch.Profit)
	return err
}
