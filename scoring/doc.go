// Package scoring says what customers are worth. It opens with the step that
// everything else starts from: a log of purchases becomes one small [Summary]
// per customer. [Summarize] reads a log in any order, [SummarizeSorted] one that
// is sorted by customer and date, with the same result.
//
// # What is measured
//
// Purchases count by calendar day in [Window.Location]: all that a customer
// buys on one day is one purchase date. With the purchase dates d₀ < d₁ < … < dₓ
// of a customer up to the calibration end u, in days, and a unit of w days (1, 7
// or 30.4375):
//
//	x    = number of repeat purchase dates (all but the first)
//	t_x  = (dₓ − d₀) / w        recency: when the last purchase was
//	T    = (u − d₀) / w         age: for how long the customer is known
//	m_x  = (sum of the amounts of d₁ … dₓ) / x, in major units of the currency
//	litt = Σ ln((dᵢ − dᵢ₋₁) / w), i = 1 … x
//
// (x, t_x, T) is all that the BG/NBD and Pareto/NBD models use of a history, m_x
// what the Gamma-Gamma model of spend uses, and litt what models of regular
// timing need besides. The conventions are those of Fader, Hardie and Lee
// ("Counting Your Customers" the Easy Way, Marketing Science 24(2), 2005): a
// customer's clock starts with the first purchase, which therefore is no repeat
// and whose amount is left out of the mean.
//
// # What is counted
//
// Nothing is left out silently: [Summaries.Rows] accounts for every row,
// [Summaries.CustomersAfter] and [Summaries.CustomersWithoutPurchase] for the
// customers that are not scored. Returns and amounts of zero are treated as the
// window says ([ReturnPolicy], [ZeroPolicy]). [Summaries.Holdout] holds what the
// scored customers did after the calibration end, to compare forecasts with.
//
// # Exactness
//
// Amounts are whole minor units and are added exactly; a sum that does not fit
// in 64 bits is an error. Each number of a Summary is computed from whole
// numbers by one division (litt: one logarithm per interval, added in order of
// date), so the same rows give the same bits in every order and on every run.
//
// # Size
//
// The result takes 72 bytes per customer and the bytes of the id. Reading
// sorted rows needs nothing else; for rows in any order see [Summarize].
//
// # Without the log
//
// Summaries can be kept in place of the log they were made from: they have a
// portable form of about 20 bytes per customer and its id
// ([Summaries.MarshalBinary]), and [Extend] continues them with later rows to what
// the whole log would give, to the last bit.
//
// # Value without a model
//
// Beside the models of scoring/btyd stand the measures that need none:
//
//   - [NPV], [Discount], [AnnuityFactor], [PerpetualValue]: cash flows by period or
//     by date. [SixFactor] is a lifetime value from numbers that a salesperson knows,
//     [RetentionTable] what a better retention does to it.
//   - [ValueWindow] divides what a customer is worth into a historic, a current and a
//     potential [Value]; [ReferralValues] credits who brought whom.
//   - [Appraiser] is the value of one customer by its books ([Accounting]) or by
//     customers like it ([Similar]).
//   - [CustomerEquity] and [EquityPeriodChange] add values up by segment, and say
//     who made the change. [InvestmentsByStage] sets spend against profit.
//     [Decompose] divides a change of revenue between its factors, [Campaign] says
//     what a measure did.
//   - [RankWinBack] ranks those who left, [GapPolicy] finds those about to.
//
// Amounts come and go as [rapport.Money] of one currency in whole minor units
// (round them first), and whatever is a sum of them is exact. What has to be
// computed in float64, because it is discounted or weighed by a probability, is
// rounded once, half-even, to the minor unit; where such parts have a total, they
// add up to it exactly, and the part that took the rounding is documented. Values of
// a model come in by [RoundMoney]. Rates and probabilities are fractions: 0.10 is ten
// percent. Reasons are stable codes; rows that cannot be used are a [*RowError] with
// the customer, numbers out of range an [*InputError].
package scoring
