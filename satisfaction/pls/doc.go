// Package pls estimates path models of latent variables by partial least squares
// (PLS-SEM): constructs such as satisfaction that no question measures alone, the
// items that measure them, and the paths along which one acts on another.
//
//	model := pls.Model{
//		Constructs: []pls.Construct{
//			{Name: "Quality", Items: []string{"q1", "q2", "q3"}},
//			{Name: "Satisfaction", Items: []string{"s1", "s2"}},
//		},
//		Paths: []pls.Path{{From: "Quality", To: "Satisfaction"}},
//	}
//	result, err := pls.Fit(model, data, nil)
//
// # The algorithm
//
// It is Wold's, as J.-B. Lohmöller gives it (Latent Variable Path Modeling with
// Partial Least Squares, 1989) and as the R packages cSEM, seminr and semPLS run
// it. Items are standardised with divisor n−1; each construct's score is a weighted
// sum of its items with variance 1. Starting from equal weights, each step forms for
// every construct the inner proxy z, a sum of the scores of its neighbours in the
// model, each taken with the sign of its correlation ([Centroid]), with the
// correlation ([Factorial]), or with the coefficient of the regression on all
// predecessors and the correlation for successors ([PathWeighting], the default); new
// weights are the covariances of the items with z ([ModeA]) or the coefficients of
// the regression of z on the items ([ModeB]). Nothing in a step needs the answers
// themselves: all follows from the covariance matrix of the items, which is why a
// fit takes microseconds and a stream of any length will do ([Moments]).
//
// Loadings are correlations of items with their own score, paths the regression
// coefficients of scores on the scores of their predecessors.
//
// # Signs
//
// A solution with all weights of a construct reversed is as good as the first, and
// other programs return either. Here a construct points where most of its items
// point: see [Orientation].
//
// # Beyond a model of paths
//
// [Result.Ways] and [Bootstrapped.Mediation] say through which constructs one acts on
// another. A construct that others measure, and a construct that changes how strongly
// one acts on another, are estimated in stages: see [FitStages].
//
// # Uncertainty
//
// [Bootstrap] gives all numbers of a model, and any number of the caller's ([Statistic]),
// standard errors and intervals from resamples of the respondents; [Jackknife] leaves
// out each in turn; [CompareGroups] tests differences between groups. All are the same
// for the same seed on any number of workers, treat missing answers and survey weights
// in each resample as in the sample, and count what could not be estimated. Resamples
// are summed as counts of rows, and whole answers of a small range several to a word:
// 5,000 of 250 respondents and 24 items take a tenth of a second.
//
// The package knows matrices, not surveys; package satisfaction ties it to
// questionnaires, indices from 0 to 100 and customers.
package pls
