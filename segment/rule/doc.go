// Package rule says by rules who belongs to which segment, why, and from when on.
//
// A [Schema] names what may be known of customers: attributes with a type, and kinds
// of events. A [Rule] asks for something of it:
//
//	rule.And(rule.Text("tier").In("VIP", "major"), rule.Tags("need").Has("24x7"))
//	rule.Number("region.income").AtLeast(40_000)
//	rule.Events("sale").Within(rule.Days(90)).Sum().AtLeast(rapport.MustMoney("1000 CNY"))
//	rule.Events("sale").Last().LongerAgo(rule.Months(6))
//	rule.Date("birthday").AnniversaryIn(7)
//	rule.And(rule.In("loyal"), rule.Not(rule.In("blocked")), rule.MayUse("marketing", "email"))
//
// [Compile] checks rules against the schema and makes a [Set] of them. A set answers
// in two ways. As of one instant, a [Moment] gives the truth of each rule for the
// [Facts] of a customer, explains it ([Moment.Explain], [Explanation.Reasons]) and picks
// services ([Moment.Personalise]). Over time, an [Engine] holds the facts of customers,
// takes changes one by one and says who entered and who left, once each.
//
// # Three values
//
// A test of what is not known is [Unknown], and so is its negation: only Empty and
// NotEmpty see whether there is something. And is the least of its parts in the order
// false, unknown, true, Or the greatest; AtLeast n is true if n parts are, and false if
// no more than n − 1 can be. Members are those for whom the rule is true. So
//
//	rule.Not(rule.Text("city").Is("Aarburg"))
//
// does not hold for a customer without a city. Events are different: those that are
// there are taken for all there are, so a count of none is 0 and a sum of none is
// nothing; but the last of no events is not known, neither within a window nor longer
// ago.
//
// # Time
//
// An event at t counts from t on. [Window] says how long: a window that ends as of an
// instant holds its end and not its beginning, (as-of − d, as-of], so that each event
// counts for one half-open stretch of the clock, from t to just before t + d. Windows
// of days and months are calendar days in the location of the schema, today included.
// Events in the future are held until they count.
//
// Attributes that are dates are calendar days without a zone. Where only the month or
// the year is known, a test is true or false if all the days that it may be agree.
//
// # Consent
//
// [MayUse] asks whether data may be used for a purpose over a channel. An attribute
// with [Attribute.Needs] is read only with consent for that purpose: without it each
// test of it is unknown, Empty too, and the explanation says that it was withheld. It
// may be among the facts all the same: what may be held is the host's to decide.
// [Consult] is how a host answers; [ConsultLedger] does so by the records of package
// customer, and [CustomerFacts] makes facts of the other records there.
//
// # Cost
//
// A rule is compiled to functions over numbered slots; its truth costs one call for
// each part and allocates nothing. A window of events costs the logarithm of the events
// that are held, and for sums, means and extremes, and for choices by fields, a look at
// each event in it. A change in an engine costs the rules that read what changed, with
// those that refer to them, and the logarithm of the number of customers; a clock that
// advances costs those whose truth it may change: where amounts are added up, each event
// that leaves a window is such a time, with a look at those that are left. To put or take back an event moves
// the later ones of its kind that are held of that customer. Events that no window will
// look at again are forgotten, where there are many by halves; with
// [EngineOptions.Settled] also those that are counted since ever are added up.
//
// # JSON
//
// [Rules] are kept as
//
//	{"format":1,"rules":[{"name":"loyal","dwell_ns":86400000000000,"when":CONDITION}, …]}
//
// where dwell_ns is left out if it is 0. A condition is an object; one field says what
// it is:
//
//	{"and":[C, …]}  {"or":[C, …]}  {"not":C}  {"at_least":2,"of":[C, …]}
//	{"number":NAME,"test":T,"values":[…]}    likewise "text", "flag", "date", "tags", "amount"
//	{"date":NAME,"measure":"age","test":T,"values":[…]}    or "days-ago", "days-to-anniversary"
//	{"events":KIND,"where":[{"field":F,"in":[…]}],"window":W,"measure":M,"test":T,"values":[…]}
//	{"events":KIND,"where":…,"window":W,"measure":"last","test":"within","bound":W}
//	{"segment":NAME}
//	{"consent":PURPOSE,"channel":CHANNEL}
//
// A window W is {"duration_ns":N}, {"days":N} or {"months":N}; without one it is all
// time. The measures of events are "count", "sum", "min", "max", "average", "first"
// and "last". Values are numbers, texts, true or false, dates such as "2024-01-31" and
// amounts such as "12.50 CNY". The tests T:
//
//	eq ne gt ge lt le between in not-in     of what has an order; text: eq ne in not-in
//	empty not-empty                         of attributes, and of min, max and average
//	contains starts-with ends-with like regexp    of text
//	has has-all                             of tags: at least one of the values, all of them
//	within longer-ago                       of first and last, with a bound
//
// Flags have eq, empty and not-empty. Fields that a condition has no use for are an
// error, and so is null. What was written is read back to the same bytes.
package rule
