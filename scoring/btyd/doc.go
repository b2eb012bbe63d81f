// Package btyd holds the probabilistic models of customer lifetime value, "buy
// till you die": what a customer will do, judged from how often, how lately and
// for how long it has bought.
//
// [FitBGNBD] estimates how often customers buy and when they leave, [FitGammaGamma]
// what they spend; [LifetimeValue] joins the two into discounted money:
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
// # Arguments outside the domain
//
// [scoring.Summaries] holds valid summaries only. For one that you made yourself,
// [Check] says what is wrong with it. The methods that return a plain number
// return 0 for an invalid summary, a horizon that is negative, above 1e100 or NaN,
// or a negative count; those that return an error return an [*InputError]. No
// method returns NaN or an infinity.
package btyd
