// Package market makes sample worlds with a known truth: customers who buy by
// the lifetime models' own processes, in the season and trend one asks for,
// through channels, branches and products, with costs and returns, and kept by
// source systems that make mistakes at stated rates. A test fits a model and
// compares it with the parameters that made the world; a benchmark names its
// size and seed; an example gets a shop without real people in it.
//
//	world, err := market.New(market.Config{Customers: 1_000_000}, 7)
//	summaries, err := scoring.SummarizeSorted(ctx, world.Purchases(), window)
//
// # What is drawn
//
// Repeat purchases follow the BG/NBD process of Fader, Hardie and Lee (2005),
// "Counting Your Customers the Easy Way": while active, a customer buys at the
// rate λ, gamma distributed over customers with shape r and rate α; after each
// repeat purchase the customer drops out with probability p, beta distributed
// with a and b. Amounts follow the gamma-gamma model of Fader and Hardie (2013):
// each is gamma distributed with shape p and a rate ν of the customer's own, and
// ν is gamma distributed with shape q and rate v. Season and trend stretch and
// shrink the time in which λ runs; they leave λ, p and ν as they are.
//
// The process runs in continuous time and the models count dates: where customers
// buy several times a week, purchases that fall on one day merge, and a fit finds
// a rate a few percent below the one that made the world.
//
// # Same seed, same bytes
//
// Every customer has random streams of their own, split from the seed by the
// customer's number. So customer 17 is the same in a world of a hundred and of a
// million, on one core and on eight (see [World.Part]), and what one option
// draws does not disturb another: the purchases of a world with duplicates are
// those of the world without. Nothing is kept: each loop over a world draws it
// anew, in memory that does not grow with it.
//
// All names, addresses and firms are invented; e-mail addresses are under the
// domains reserved for examples, and telephone numbers in the range 555-0100 to
// 555-0199 that is kept for fiction.
package market
