// Package identity finds the records that are of one customer, and makes one golden
// record of them.
//
// # Which records are one
//
// Linkage follows Fellegi and Sunter ("A theory for record linkage", Journal of the
// American Statistical Association 64, 1969), in process and without labels:
//
//	table, err := identity.NewTable(schema, records, nil)   // standard forms, each distinct value once
//	model, err := identity.Fit(ctx, table, nil, nil)        // learns what agreement is worth
//	pairs, err := model.Pairs(ctx, table, nil)              // the records that are one, with probabilities
//	clusters, err := identity.Clusters(table.Len(), pairs, nil)
//
// A second table in place of nil links two files.
//
// Each value is brought into the standard form of its [Kind]. Blocking rules, chosen by
// how many matches with typical errors they would find for the pairs that they cost, say
// which pairs are compared; small tables are compared pair by pair. Each field of a
// pair has a level of agreement: equal, a slip apart, alike, different; a missing value
// says nothing. The weight of a pair in bits is
//
//	W = log2(prior odds) + Σ log2(m/u) + Σ log2(average frequency/frequency of the value)
//
// with m and u the shares of the level among matches and others, and its probability
// 2^W/(1+2^W).
//
// # How it is learnt
//
// [Fit] counts the patterns of levels, those of candidates one by one and those of all
// other pairs by a random sample, and fits shares to the counts by expectation and
// maximisation (Dempster, Laird and Rubin, 1977), so that the time does not depend on
// the number of pairs. Three things keep the probabilities honest:
//
//   - among others a field may depend on one other, as the town on the postcode;
//   - pairs may be of several customers with something in common, such as a household
//     or a chain of shops: a class of their own, found by fields that tell much and
//     differ again and again;
//   - what is thought of matches beforehand (three of four values are equal, few are
//     different) holds half as much as the matches that are found, and as forty.
//
// So a file without duplicates gives a model that finds next to none. Where nothing but
// the given name tells the members of families apart, the data cannot say which errors
// are errors, and the stated probabilities are too high: look at pairs before trusting
// them, and pass what you find to [Model.Calibrate]. A contradiction, such as two dates of
// birth, weighs what it usually tells and no more: a host that knows better forbids the
// pair ([ClusterOptions], [Registry.Never]).
//
// # What is kept
//
// Every [Source] is kept for ever. A [Registry] records who is one customer as numbered
// events, each of which can be undone: [Registry.Merge] and [Registry.Unmerge], and for
// what people know better [Registry.Always] and [Registry.Never]. The [GoldenRecord] of a
// customer follows from sources and events, with who states each of its fields. A store
// keeps what [Registry.Plan] says after each event; [Replay] rebuilds the registry.
//
// # What a model answers
//
// [Model.Explain] takes a weight apart into contributions that add up to it.
// [Model.Thresholds] says what precision and recall to expect at a probability.
// [Model.Blocking] says how many pairs there are before they are compared, and
// [Model.Report] how the fit went. [Index] matches one record at a time against a
// million. [Truth] holds pairs and clusters against what is known. A model is
// immutable, and as JSON it reads back to the same bytes. The same seed gives the same
// model on one core and on eight.
package identity
