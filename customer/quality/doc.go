// Package quality measures how far customer data can be relied on, and keeps
// analyses from using data that are not ready.
//
// A [Meter] takes records one by one ([Row]: plain texts in the order of the fields of
// a [Spec]) and gives a [Report] with six dimensions, for all records and by source,
// owner and branch, by field and by rule:
//
//   - completeness: the share of required fields that are filled, by weight. 17 of 20
//     are 0.85.
//   - validity: the share of filled values that are what their [Format] asks for,
//     check digits included.
//   - uniqueness: 1 − expected duplicates / records, from the probabilities of a
//     matcher ([TwinProbabilities]).
//   - consistency: the share of rules between fields that hold ([Rule]).
//   - timeliness: how much values still count by the time since they were confirmed,
//     2^(−age/half-life) or e^(−age/mean life).
//   - accuracy: the share of values that were right among those of a sample that
//     somebody checked, with Wilson's interval. 92 of 100 are 0.92 [0.850, 0.959].
//     Nothing else can tell a wrong value from a right one.
//
// The overall score is the weighted mean of the dimensions that were measured; every
// figure keeps its numerator, denominator and n. A score hides what is bad behind what
// is good, so an analysis asks a [Gate] instead: floors for single dimensions and
// fields, and a [*NotReadyError] with the numbers where they are not met. A [Rollout]
// switches features on phase by phase in the same way, and [Compare] shows what
// changed between two instants.
//
// Validity is about the form of a value and takes it as it is written; forms that can
// be made standard are the business of package identity.
package quality
