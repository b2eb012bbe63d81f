// Package satisfaction measures how satisfied customers are, from surveys, complaints
// and trials, and what that is worth.
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
// [Model.Items] are the items for [NewSurvey]; [Model.Bind] takes those of a survey that
// there is already.
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
// # What satisfaction is worth
//
// [Impact] adds up classes of satisfaction, [Reach] and [WordOfMouth] what customers
// say of the firm, [CustomerMargin] what keeping them is worth and may cost,
// [ComplaintRecovery] what settling complaints brings, [DeliveredAmounts] and
// [SurveyDelivered] what is left to the customer, beside a competitor.
// [FitRetentionLink] fits retention to the index of own customers; the link says what
// a point is worth ([RetentionLink.WorthOfPoint]), what moves of the index would do
// ([RetentionLink.WhatIf]) and which move pays for a spend
// ([RetentionLink.BreakEvenMove]). Read its verdict first: a link that cannot be told
// from none is named, and so is one of the wrong sign.
//
// Amounts are exact. Rates and ratios that somebody stated are read as their shortest
// decimals and multiplied in decimal, factors that a model computed in float64 are
// read the same way; each amount is rounded once, half-even, to the minor unit, and
// totals are sums of what was rounded. Numbers out of range are an
// [*EconomicsError], observations that fit no link an [*ObservationsError].
//
// No figure is made up: one without data is absent ([rapport.Estimate] with N 0,
// [rapport.Ratio] with Den 0), and what cannot be used is a typed error.
package satisfaction
