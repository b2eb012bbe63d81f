// Package satisfaction says how satisfied customers are and what that is worth.
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
package satisfaction
