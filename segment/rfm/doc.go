// Package rfm scores customers by recency, frequency and monetary value and sorts
// the scores into segments.
//
// [Aggregate] turns a stream of orders into one [Row] per customer, or a host
// brings rows of its own. [Fit] places the cut points of a [Scheme] on a base of
// customers; the [Scorer] that it returns is immutable, marshals to JSON, and
// scores the base and any later customer by the same cut points. A [Table] says
// which scores make which segment, and is proven to have one for every score:
// [Table.Gaps] lists what its rules leave open, [Table.Shadowed] the rules that
// never match. [Scorer.Assign] does both for many customers, [Scorer.Explain] says
// for one of them which borders and which rule decided.
//
// Scores run from 1 to the number of bins, and higher is better on all three
// measures: the customers with the fewest days since their last order have the
// highest recency score. How a measure is cut, and what becomes of equal values,
// is the [Method] of its [Cut]. [CompatR] and [CompatRTable] give the scores and
// segments of the R package rfm.
//
// Fifths on each of the three measures are the form of A. M. Hughes, Strategic
// Database Marketing, 1994.
package rfm
