// Package rapport holds the words that every room of the CRM engine speaks:
// [Money], [Currency], [Rates], [Interval], [Unit], [ID], [Estimate] and
// [Ratio]. The engine itself is in the packages below this one; a program imports
// the rooms it needs and builds nothing else.
//
// # The words
//
// They are small values in the manner of net/netip: a Parse and a Must function,
// text and JSON forms that read back to the same bytes, and a zero value that is
// defined. None of them reads a clock, draws a random number or keeps a setting;
// times and sources of chance are arguments. They are safe to share between
// goroutines.
//
//   - Money is exact: a decimal amount in a currency of ISO 4217. Adding two
//     currencies is an error, dividing an amount with [Money.Allocate] loses no
//     cent, and digits are only cut by an operation that is told a [Rounding].
//   - Rates convert money by the rate of a date.
//   - Interval is a half-open stretch of time, Unit the day, week or month in
//     which a model counts.
//   - ID is the host's own key, or one made by an [IDSource].
//   - Estimate is a figure with its uncertainty, Ratio a figure with its
//     numerator and denominator. What is not known is absent, never NaN.
//
// # The rooms
//
// The rooms stand on floors, and a package imports only packages below it:
//
//   - [github.com/rapport-crm/rapport/customer]: who the customers are and what
//     they did. Persons, organisations and households with their identifiers,
//     contact points and roles; transactions and interactions.
//     [github.com/rapport-crm/rapport/customer/quality] measures how far their data
//     can be relied on, and lets analyses wait until they can.
//   - [github.com/rapport-crm/rapport/scoring]: what customers are worth. Summarize
//     turns a log of purchases into one small row for each customer;
//     [github.com/rapport-crm/rapport/scoring/btyd] fits the lifetime models to
//     those rows.
//   - [github.com/rapport-crm/rapport/scoring/lead]: whom to call. Rules with points
//     that fade, regressions, scorecards, and what shows whether they hold.
//     [github.com/rapport-crm/rapport/scoring/credit]: who may buy on account, and
//     what is overdue. [github.com/rapport-crm/rapport/scoring/kpi]: how the firm
//     does. Figures with a definition, gauges, control charts, alerts, goals.
//   - [github.com/rapport-crm/rapport/scoring/assess]: all that is known of one
//     customer or of the base, with where each figure comes from and how sure it is.
//   - [github.com/rapport-crm/rapport/segment]: who belongs where, and what they get.
//     Tiers, the matrix of current and potential value, concentration, loyalty
//     ladders, service, playbooks. [github.com/rapport-crm/rapport/segment/rfm] scores
//     recency, frequency and sum, [github.com/rapport-crm/rapport/segment/rule] keeps
//     segments by rules up to date, [github.com/rapport-crm/rapport/segment/cluster]
//     finds groups that nobody has named.
//   - [github.com/rapport-crm/rapport/satisfaction]: how satisfied they are.
//     Surveys, net promoter and other scores with their intervals, drivers,
//     complaints, pilots.
//   - [github.com/rapport-crm/rapport/pipeline]: where the deals stand. A process
//     is data that compiles to a machine; one pure function moves a record from
//     stage to stage, or says all the reasons why not; histories, limits in working
//     time, versions and migrations.
//     [github.com/rapport-crm/rapport/pipeline/process] has the processes of a
//     dozen trades.
//   - [github.com/rapport-crm/rapport/pipeline/routing]: who takes a piece of work,
//     and how many people it takes. Assignment by skill, load, territory and owner,
//     offers, escalation, handover, queue figures, Erlang C and A.
//   - [github.com/rapport-crm/rapport/store]: where it is kept. Interfaces by
//     tenant that work inside the host's transaction; back ends in
//     [github.com/rapport-crm/rapport/store/memory] and
//     [github.com/rapport-crm/rapport/store/sqlite], and in
//     [github.com/rapport-crm/rapport/store/storetest] the tests that every back
//     end passes, for those who write another.
//
// Package scoring does not import customer or store: its rows are plain, so a
// host that only scores builds neither.
//
// # A walk through them
//
// From a log to what each customer is worth: a stream of purchases, from a file
// or from the store, goes through scoring.Summarize; btyd.FitBGNBD and
// btyd.FitGammaGamma learn from the summaries how often and for how much
// customers buy; btyd.LifetimeValue says for each customer what is to be
// expected within a horizon; and segment.Tiers cuts the ranking into VIP, major,
// ordinary and small. The program examples/quickstart goes this way with a store,
// examples/valuereport with a CSV file.
//
// From a step to a stored deal: the host loads a deal, Deal.Fire of package pipeline
// decides and returns the deal and the entry for its history, the host writes both in one
// transaction, and then carries out the effects. The program examples/pipeline tells such
// a story.
package rapport
