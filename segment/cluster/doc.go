// Package cluster finds groups of customers that nobody has named yet, and says what
// they are in the units that the customers were given in.
//
// [Prepare] takes columns of figures, takes logarithms where asked and standardises them.
// [FitKMeans] puts each customer in the group with the nearest mean; [FitMixture] fits a
// mixture of normal distributions, which allows for groups of different extent and gives
// each customer the probabilities of belonging. Both name the groups 0, 1, … by size, the
// largest first; both give the same answer for a seed on one core or many; both keep the
// scaling, so that [KMeans.Assign] and [Mixture.Assign] take a new customer's plain
// figures, and both have a JSON form.
//
// How many groups there are is a question that the data answer only in part:
// [ChooseKMeans] compares by silhouette and [ChooseMixture] by BIC, [KMeans.Stability]
// and [Mixture.Stability] say if the groups come again in other samples, and [Profiles]
// what distinguishes them. Groups that do not come again are not to be acted on.
package cluster
