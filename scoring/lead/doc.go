// Package lead says which leads to call, how sure that is, and why.
//
// There are two ways to a score, and many hosts take both.
//
// # By rules
//
// A [Policy] gives points for who a lead is (fit) and for what it does (engagement),
// which fade with a half-life. A [Scorer] answers with the score, the account of where
// each point comes from, a grade from A1 to D4, the class that the grade is in, and the
// follow-up that the class asks for. A misspelled attribute earns no points and says
// nothing: [Scorer.Check] finds it. A [State] remembers the deeds of one lead as faded
// sums; [State.Watch] reports each threshold once, however often the score wavers round
// it.
//
// # By experience
//
// From leads whose outcome is known a model learns the chance of the event:
//
//	model, err := lead.FitLogistic(columns, bought, nil)      // or FitBayes, FitScorecard
//	p, err := model.Probabilities(newColumns)                 // one for each lead
//	quality, err := lead.Sample{Scores: p, Outcomes: cameTrue}.Quality(0.95)
//
// [FitLogistic] is the standard; [FitBayes] the baseline that it has to beat, which
// bears labels and missing values. [FitBinnings] turns any columns into weights of
// evidence, and [FitScorecard] a regression on these into whole points that a person
// can add up. [Logistic.Contributions], [Bayes.Contributions] and [Scorecard.Reasons]
// say why a row has its score.
//
// Whether to believe a model: [CheckLeakage] names columns that know the outcome,
// [History.SplitByTime] and [Validate] judge it by leads that came later,
// [CrossValidate] by folds. A [Sample] has the figures, each with its uncertainty where
// there is one: [Sample.AUC], [Sample.KS], [Sample.Lift], [Sample.LogLoss],
// [Sample.Brier], [Sample.Reliability]; [Sample.CheapestThreshold] says from where on to
// act. [FitPlatt] and [FitIsotonic] turn any score into a probability, and [Calibrated]
// joins them to a model. [ScoreDrift] and [Scorecard.Drift] tell when the leads are no
// longer those that were learned from.
//
// The event is what is looked for, a sale or a default; a higher score or probability
// means that it is more likely, except for the points of a scorecard, of which more are
// better. Fitted models, scorers and scorecards are immutable, safe to share between
// goroutines, and marshal to versioned JSON.
package lead
