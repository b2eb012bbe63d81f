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
