// Package btyd holds the probabilistic models of customer lifetime value, "buy
// till you die": what a customer will do, judged from how often, how lately and
// for how long it has bought.
//
// A [Model] of one of the [Families], such as [FitBGNBD] returns, says how often
// customers buy and when they leave, [FitGammaGamma] what they spend; [LifetimeValue]
// joins the two into discounted money:
//
//	model, err := btyd.FitBGNBD(ctx, summaries, nil)
//	spend, err := btyd.FitGammaGamma(ctx, summaries, nil)
//	for id, s := range summaries.All() {
//		value, err := btyd.LifetimeValue(model, spend, s, btyd.Horizon{Periods: 52, AnnualDiscount: 0.10})
//	}
//
// Times are in the unit of the summaries. Fitted models are immutable and safe to
// share between goroutines; they marshal to versioned JSON.
//
// # Families
//
// All models of purchases in continuous time are one type, [Model]: a [Family] and
// its parameters. [Fit] estimates any of them from [Rows], customers with equal
// histories merged; [New] makes one from known parameters, and JSON holds one of any
// family. Each family has a function of its own beside, such as [FitBGNBD], that
// cites its paper and says what it assumes.
//
// # Spend
//
// A [SpendModel] says what a purchase amounts to: [GammaGamma], the same with
// covariates ([FitSpendCovariates]), or a mean as baseline ([FitMeanSpend]). They take
// spend as independent of frequency, which [CheckSpendFrequency] tests.
//
// # Discrete time and contracts
//
// Where customers can buy at given opportunities only, such as once a year, [FitBGBB]
// reads [Cell] values, customers counted by history. Where leaving is seen when it
// happens because a contract is not renewed, [FitShiftedBetaGeometric] and
// [FitBetaDiscreteWeibull] read each [Cohort]. Both count periods, and take discount
// rates per period: [PeriodDiscount] converts.
//
// # Covariates
//
// [FitCovariates] lets the parameters of any family depend on what is known of a
// customer. [FitVarying] is for what changes in time: a [Calendar] holds it for
// everybody and for single customers, past and future.
//
// # Is the model right?
//
// [Choose] fits several families and takes the best, saying why. [Evaluate] compares a
// model with a hold-out in numbers, and [Model.Track] period by period;
// [EstimateRegularity] tells whether purchases come at random, as most families
// assume. A [FitReport] says what the fit itself showed.
//
// # Bayes
//
// [SampleParetoNBD] returns a [Posterior] in place of one best model: draws of the
// parameters given data and priors, by generalised elliptical slice sampling (Nishihara,
// Murray and Adams, JMLR 15, 2014). The customers are integrated out of the likelihood,
// so that a chain moves in four dimensions, whatever their number; it moves along
// ellipses drawn from a t distribution that the search for the mode and two stages of
// warmup fit to the posterior. Nothing is tuned while draws are kept, and there is no
// step length to choose. Rates, times of departure and counts of customers are drawn
// afterwards from their exact distributions given each draw, from a stream of chance
// of the customer's own, and are not stored. [Mixing] judges the chains.
//
// # Arguments outside the domain
//
// [scoring.Summaries] holds valid summaries only. For one that you made yourself,
// [Check] says what is wrong with it. The methods that return a plain number
// return 0 for an invalid summary, a horizon that is negative, above 1e100 or NaN,
// or a negative count; those that return an error return an [*InputError]. No
// method returns NaN or an infinity.
package btyd
