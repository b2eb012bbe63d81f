package pls

import (
	"context"
	"fmt"
)

// Antecedents says what the items of a construct are predicted from.
type Antecedents uint8

// The sources of a prediction.
const (
	DirectAntecedents   Antecedents = iota // scores of the constructs with a path to it, from their own items
	EarliestAntecedents                    // scores of constructs without predecessors, passed on along the paths
)

// String returns "direct" or "earliest".
func (a Antecedents) String() string { return name(int(a), "direct", "earliest") }

// MarshalText writes what [Antecedents.String] returns, or an [*OptionError].
func (a Antecedents) MarshalText() ([]byte, error) {
	return writeName("antecedents", int(a), "direct", "earliest")
}

// UnmarshalText reads what [Antecedents.MarshalText] writes, or fails with an [*OptionError].
func (a *Antecedents) UnmarshalText(text []byte) error {
	at, err := readName("antecedents", string(text), "direct", "earliest")
	if err == nil {
		*a = Antecedents(at)
	}
	return err
}

// Benchmark says which items the linear benchmark takes.
type Benchmark uint8

// The linear benchmarks.
const (
	// AntecedentItems regresses each item on the items of the constructs that it is
	// predicted from: the same information without the model.
	AntecedentItems Benchmark = iota
	// OtherItems regresses each item on the items of all other constructs, also of
	// those that come after its own: more than the model may use. It is what seminr
	// did up to version 2.3.
	OtherItems
)

// String returns "antecedent_items" or "other_items".
func (b Benchmark) String() string { return name(int(b), "antecedent_items", "other_items") }

// MarshalText writes what [Benchmark.String] returns, or an [*OptionError].
func (b Benchmark) MarshalText() ([]byte, error) {
	return writeName("benchmark", int(b), "antecedent_items", "other_items")
}

// UnmarshalText reads what [Benchmark.MarshalText] writes, or fails with an [*OptionError].
func (b *Benchmark) UnmarshalText(text []byte) error {
	at, err := readName("benchmark", string(text), "antecedent_items", "other_items")
	if err == nil {
		*b = Benchmark(at)
	}
	return err
}

// PredictOptions adjust a [Predict]. The zero value means: ten folds, one repetition,
// direct antecedents and their items as benchmark.
type PredictOptions struct {
	// Folds is the number of parts that are left out in turn, 2 to the number of rows;
	// 0 stands for 10. LeaveOneOut leaves out each row in turn, whatever Folds says;
	// the time then grows with the square of the number of rows.
	Folds       int
	LeaveOneOut bool
	Repetitions int    // of the division into folds; 0 stands for 1
	Seed        uint64 // of the division into folds
	Antecedents Antecedents
	Benchmark   Benchmark
}

// settled returns the options for that many rows, or an [*OptionError].
func (o PredictOptions) settled(rows int) (PredictOptions, error) {
	fault := func(option string, value any, reason string) (PredictOptions, error) {
		return o, &OptionError{Option: option, Value: fmt.Sprint(value), Reason: reason}
	}
	if o.Folds == 0 {
		o.Folds = 10
	}
	if o.LeaveOneOut {
		o.Folds = rows
	}
	if o.Repetitions == 0 {
		o.Repetitions = 1
	}
	switch {
	case o.Folds < 2 || o.Folds > rows:
		return fault("folds", o.Folds, fmt.Sprintf("want 2 to the number of rows, %d", rows))
	case o.Repetitions < 1:
		return fault("repetitions", o.Repetitions, "want 1 or more, or 0 for 1")
	case o.Antecedents > EarliestAntecedents:
		return fault("antecedents", o.Antecedents, "is unknown")
	case o.Benchmark > OtherItems:
		return fault("benchmark", o.Benchmark, "is unknown")
	}
	return o, nil
}

// Errors are the sizes of prediction errors, in the units of the answers.
type Errors struct {
	RMSE float64 // root of the mean squared error
	MAE  float64 // mean absolute error
}

// ItemPrediction says how well an item is predicted.
type ItemPrediction struct {
	Item      string
	Construct string
	N         int // answers to the item in the data
	// Model is the error of the model for rows that it was not estimated from, Mean
	// that of the training rows' mean.
	Model, Mean Errors
	// ModelInSample is the error for rows of the training data, the prediction of a
	// row being the mean over the estimations that used it.
	ModelInSample Errors
	// Linear and LinearInSample are those of the linear benchmark, and HasLinear is
	// false if that has no solution: too few rows, or items that repeat others.
	Linear, LinearInSample Errors
	HasLinear              bool
	// Q2 is 1 − SSE/SSE₀, the squared errors of the model beside those of the training
	// rows' mean: above 0 if the model helps at all (Shmueli et al. 2016). It does not
	// exist if the mean makes no error.
	Q2 Figure
}

// Power is how well a construct's items are predicted beside the linear benchmark, by
// the rule of Shmueli et al. 2019.
type Power string

// The predictive powers.
const (
	HighPower   Power = "high"   // all items have a smaller RMSE than by the benchmark
	MediumPower Power = "medium" // half of them or more
	LowPower    Power = "low"    // fewer
	NoPower     Power = "none"   // none, or no item has a Q² above 0
	NoBenchmark Power = ""       // the benchmark has no solution for some item
)

// ConstructPrediction is the verdict on a construct's predictions.
type ConstructPrediction struct {
	Construct string
	Items     int
	Better    int // items with a smaller RMSE than by the benchmark
	Helped    int // items with a Q² above 0
	Power     Power
}

// Prediction is how well a model predicts answers that it has not seen.
type Prediction struct {
	Options      PredictOptions // with defaults filled in
	Rows         int            // that were used
	NotConverged int            // estimations that stopped short; their last point predicts all the same
	Items        []ItemPrediction
	Constructs   []ConstructPrediction
}

// Predict tells how well a model predicts items of constructs that others act on, by
// cross-validation: rows are divided at random into folds of nearly equal size, and
// each fold is predicted by the model that is estimated from the others (PLSpredict;
// G. Shmueli, S. Ray, J. M. Velasquez Estrada, S. B. Chatla, The elephant in the room,
// Journal of Business Research 69, 2016; G. Shmueli, M. Sarstedt, J. F. Hair, J.-H.
// Cheah, H. Ting, S. Vaithilingam, C. M. Ringle, Predictive model assessment in PLS-SEM,
// European Journal of Marketing 53, 2019). A score is predicted by the paths, an item
// by its loading on the score. Errors count with survey weights and over all
// repetitions.
//
// Missing answers are treated as in [Fit], in the training rows alone: a missing
// answer to predict from counts as the training rows' mean under [MeanReplacement],
// one to be predicted is left out. The treatments by pairs and consistent estimation,
// whose paths do not belong to scores, are an [*OptionError]. Other errors are those
// of [Fit], of the first estimation that fails, and of the context.
func Predict(ctx context.Context, model Model, data *Data, options *Options, p PredictOptions) (*Prediction, error) {
	pl, settled, err := prepare(model, options)
	if err != nil {
		return nil, err
	}
	if data == nil {
		return nil, &DataError{Row: -1, Reason: "there are no data"}
	}
	switch {
	case settled.Consistent:
		return nil, &OptionError{Option: "consistent", Value: "true", Reason: "does not predict: corrected paths are not those of scores"}
	case settled.Missing == Pairwise || settled.Missing == PairwiseCorrelation:
		return nil, &OptionError{Option: "missing", Value: settled.Missing.String(), Reason: "does not predict: want mean or casewise"}
	}
	columns, err := pl.columns(data.columns)
	if err != nil {
		return nil, err
	}
	v, err := newValidation(pl, settled, data, columns)
	if err != nil {
		return nil, err
	}
	if v.options, err = p.settled(v.rows); err != nil {
		return nil, err
	}
	for repetition := range v.options.Repetitions {
		if err := v.repeat(ctx, uint64(repetition)); err != nil {
			return nil, err
		}
	}
	return v.report(), nil
}
