// Package identity finds the records that are of one customer: by probabilistic
// record linkage after Fellegi and Sunter ("A theory for record linkage", Journal of
// the American Statistical Association 64, 1969), without labels, in process.
//
//	table, err := identity.NewTable(schema, records, nil)   // standard forms, each distinct value once
//	model, err := identity.Fit(ctx, table, nil, nil)        // learns what agreement is worth
//	pairs, err := model.Pairs(ctx, table, nil)              // the records that are one, with probabilities
//
// A second table in place of nil links two files; without it duplicates are looked
// for within one.
package identity
