// Package kano reads Kano questionnaires: which features of an offer customers take
// for granted, which satisfy them in proportion, and which delight them.
//
// Each feature is asked twice, how a customer feels with it (functional) and without
// it (dysfunctional). A [Table] makes one [Category] of the two answers, [Analyze]
// counts the categories of many customers and says what they come to by a stated
// [Rule], with how much satisfaction the feature wins and how much dissatisfaction it
// avoids, tests, and the continuous analysis. [AnalyzePeriods] follows a feature in
// time, as it goes from attractive to one-dimensional to must-be; [Compare] holds
// segments of customers against each other; a [Curve] draws the kind of a feature;
// [Table.Fuzzy] takes answers that are several at once.
//
// # A category is not an index
//
// A Kano analysis says of what kind a feature is. It does not measure how satisfied
// anybody is with what was delivered, has no link to performance, and has no scale on
// which features, firms or years could be added up. So no type of this package holds a
// score or an index, and shares such as better and worse are not to be read as one.
// An index comes from a model over performance and satisfaction answers; its report can
// carry the category beside each item as an [Attribute].
//
// # Sources
//
// N. Kano, N. Seraku, F. Takahashi and S. Tsuji, Attractive quality and must-be quality,
// Hinshitsu 14 (1984); C. Berger and others, Kano's methods for understanding
// customer-defined quality, Center for Quality of Management Journal 2 (1993), where F.
// Pouliot writes on tables and W. DuMouchel on the continuous analysis; D. Fong, Using the
// self-stated importance questionnaire to interpret Kano questionnaire results, Center
// for Quality of Management Journal 5 (1996).
package kano
