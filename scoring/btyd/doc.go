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
// # Which model
//
// Who may buy at any time, and leaves without saying so, follows a [Model]; the
// function of each [Family] cites its paper and says what it assumes:
//
//   - [FitBGNBD]: a customer may leave after each repeat purchase, and [FitMBGNBD]:
//     after its first one, too. [FitBGCNBD] and [FitMBGCNBD] are the same for
//     customers who buy more regularly than at random.
//   - [FitParetoNBD]: a customer leaves at a rate of its own, whether it buys or not.
//     [FitParetoNBDCorrelated] lets that rate go with the rate of buying,
//     [FitGGompertzNBD] lets it grow with age.
//   - [FitNBD]: nobody leaves. The baseline.
//
// [Choose] fits several of them and takes the best, saying why; [Fit] estimates any, and
// [New] makes one from known parameters.
//
// Where customers can buy at given opportunities only, such as once a year, [FitBGBB]
// reads [Cell] values, customers counted by history. Where leaving is seen when it
// happens because a contract is not renewed, [FitShiftedBetaGeometric] and
// [FitBetaDiscreteWeibull] read each [Cohort]. Both count periods, and take discount
// rates per period: [PeriodDiscount] converts.
//
// # What a model answers
//
// Of a customer with its history: whether it is still there ([Model.PAlive] and, some
// time from now, [Model.PAliveAt]), how often it will buy ([Model.Expected], with its
// range [Model.Band] and each number's [Model.Probability]), when next
// ([Model.NextPurchase]), what its own rates are ([Model.Rates]), and the number of
// purchases with later ones counting less ([Model.Discounted]). Of a new one:
// [Model.ExpectedNew], [Model.PMF], [Model.DiscountedNew]. Of all together, with an
// interval: [Model.ExpectedTotal]. [Predict] is the form that checks its arguments.
//
// The methods that end in Into answer for all customers of the summaries at once, and
// a [Scorer] does so again and again without allocating. [Model.Simulate] and
// [Model.SimulateFuture] draw customers and what they do.
//
// # Money
//
// A [SpendModel] says what a purchase amounts to: [GammaGamma], the same with
// covariates ([FitSpendCovariates]), or a mean as baseline ([FitMeanSpend]). They take
// spend as independent of frequency, which [CheckSpendFrequency] tests.
//
// [LifetimeValue] and [LifetimeValues] are of customers with a history,
// [NewCustomerValue] and [CohortValue] of those yet to be won; [ForecastValues] gives
// intervals for each customer and for the total. A [Horizon] says how far they look and
// has the discount per year. Values are turnover, before costs.
//
// # Covariates
//
// [FitCovariates] lets the parameters of any family depend on what is known of a
// customer. [FitVarying] is for what changes in time: a [Calendar] holds it for
// everybody and for single customers, past and future.
//
// # How sure, and is the model right?
//
// A [FitReport] says what the fit showed: whether it converged, on which [Boundary]
// it ended, and each [Warning]. A [Parameter] has its standard error; [Profile] gives
// intervals where these are too rough, [Bootstrap] those of anything a model
// answers, and a [Prior] keeps parameters in bounds that few data leave open.
// [CompareNested] tests a model against a simpler one.
//
// [Evaluate] compares a model with a hold-out in numbers, and [Model.Track] period by
// period; [EstimateRegularity] tells whether purchases come at random, as most
// families assume.
//
// [SampleParetoNBD] returns a [Posterior] in place of one best model: draws of the
// parameters given data and priors, and predictions with their uncertainty in it.
//
// # Large data and files
//
// [Compress] merges customers with equal histories into [Rows]: make them once to fit
// several times. [MergeRows] joins those of several branches, and [NewRows] takes
// counts. A fit returns the same bits on any number of workers, and a fit with a seed
// the same draws. JSON of a [Model] holds one of any family; other models have
// their own.
//
// # Arguments outside the domain
//
// [scoring.Summaries] holds valid summaries only. For one that you made yourself,
// [Check] says what is wrong with it. The methods that return a plain number
// return 0 for an invalid summary, a horizon that is negative, above 1e100 or NaN,
// or a negative count; those that return an error return an [*InputError]. No
// method returns NaN or an infinity.
package btyd
