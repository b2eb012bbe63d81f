// Package satisfaction measures how satisfied customers are, from surveys, complaints
// and trials.
//
// # Surveys
//
// A [Survey] is a list of items with their scales. [NewResponses] checks each
// [Response] against it, and the [Responses] that it returns are immutable: they are
// filtered by wave, channel, period and customers, split by any label, and give one
// item as a [Column] or many as a plain matrix for a path model.
//
// # Scores
//
// [NetPromoter], [TopBox], [EffortShare] and [MeanOf] turn a column into a figure
// with its interval; each result names its rule. [CompareNPS], [CompareShares] and
// [CompareMeans] test two periods or two segments against each other. Survey weights
// count in all of them. Net Promoter and NPS are registered marks of others; here they
// name the published method only.
//
// # Indices
//
// A [Model] measures satisfaction, and what it comes from and leads to, by several items
// each, and joins them by paths: [ACSI], [ECSI], [SCSB], [NCSB] or the host's own.
// [Model.Estimate] finds the weights of the items by partial least squares and from them
// the index of each construct from 0 to 100, with its standard error and, bootstrapped,
// its interval:
//
//	result, err := satisfaction.ACSI().Estimate(ctx, responses, &satisfaction.Options{Bootstrap: 5000, Seed: 1})
//
// [Model.EstimateBy] does so by segment, wave or period, [CompareIndex] tests a change,
// [Benchmark] ranks companies, [IndexPlan] says how many must be asked. ACSI is a
// registered mark, and SCSB, NCSB, ECSI and EPSI are names, of others; here they name the
// published models only, and nothing computed with them is an official score.
//
// # Reasons
//
// [Drivers] tells must-be, performance and attractive attributes apart by what their
// poor and their good marks do to overall satisfaction. [AnalyzeFeedback] sorts
// complaints and feedback, [CheckComplaints] holds them against satisfaction, and
// [EvaluatePilot] decides on a trial by a rule fixed beforehand.
//
// No figure is made up: one without data is absent ([rapport.Estimate] with N 0,
// [rapport.Ratio] with Den 0), and what cannot be used is a typed error.
package satisfaction
