package pls_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// storedExtras is the rest of what seminr and cSEM compute.
type storedExtras struct {
	PathVIF  map[string]map[string]*float64 `json:"vif_antecedents_seminr"`
	ItemVIF  byPair                         `json:"vif_items_seminr"`
	Criteria byPair                         `json:"it_criteria_seminr"`
	Map      struct {
		Importance     byPair             `json:"importance"`
		Performance    map[string]float64 `json:"performance"`
		Percent        map[string]float64 `json:"performance_0_100"`
		ItemImportance byPair             `json:"indicator_importance"`
	} `json:"ipma_csem"`
	LeaveOneOut *struct {
		ModelIn   storedErrors `json:"pls_in_sample"`
		Model     storedErrors `json:"pls_out_of_sample"`
		LinearIn  storedErrors `json:"lm_in_sample"`
		LinearOut storedErrors `json:"lm_out_of_sample"`
	} `json:"plspredict_loocv_seminr_DA"`
}

type storedErrors struct {
	RMSE, MAE map[string]float64
}

func (s storedErrors) of(item string) pls.Errors {
	return pls.Errors{RMSE: s.RMSE[item], MAE: s.MAE[item]}
}

func TestExtrasAgreeWithSeminr(t *testing.T) {
	mobi := survey(t, "mobi.csv")
	for _, name := range modelsOfMobi() {
		t.Run(name, func(t *testing.T) {
			var want storedExtras
			reference(t, name+"_path_modeA_extras.json", &want)
			options := precisely(pls.PathWeighting)
			result, err := pls.Fit(mobiModel(t, name, pls.ModeA), mobi, &options)
			require.NoError(t, err)
			for _, got := range result.PathVIFs() {
				// Absent there for an antecedent that is alone; nothing inflates its variance.
				vif := 1.0
				if stored := want.PathVIF[got.To][got.From]; stored != nil {
					vif = *stored
				}
				requireFigure(t, vif, got.VIF, 1e-10)
			}
			for _, got := range result.ItemVIFs() {
				requireFigure(t, want.ItemVIF[got.Construct][got.Item], got.VIF, 1e-11)
			}
			require.Len(t, result.Equations(), len(want.Criteria["AIC"]))
			for _, got := range result.Equations() {
				requireFigure(t, want.Criteria["AIC"][got.Construct], got.AIC, 1e-9)
				requireFigure(t, want.Criteria["BIC"][got.Construct], got.BIC, 1e-9)
			}
		})
	}
}

// The importance–performance maps of all constructs. Where the answers of all items
// have one range, effects from 0 to 100 are those on the scale of the answers.
func TestImportanceMapAgreesWithCSEM(t *testing.T) {
	mobi := survey(t, "mobi.csv")
	for _, name := range modelsOfMobi() {
		t.Run(name, func(t *testing.T) {
			var stored storedExtras
			reference(t, name+"_path_modeA_extras.json", &stored)
			options := precisely(pls.PathWeighting)
			result, err := pls.Fit(mobiModel(t, name, pls.ModeA), mobi, &options)
			require.NoError(t, err)
			ranges := make(map[string]pls.Range)
			for _, item := range mobi.Items() {
				ranges[item] = pls.Range{Low: 1, High: 10}
			}
			for target, importance := range stored.Map.Importance {
				got, err := result.ImportanceMap(target, ranges)
				require.NoError(t, err)
				requireFigure(t, stored.Map.Performance[target], got.Performance, 1e-10)
				requireFigure(t, stored.Map.Percent[target], got.Percent, 1e-10)
				shown := make(map[string]bool)
				for _, c := range got.Constructs {
					shown[c.Construct] = true
					require.InDelta(t, importance[c.Construct], c.Effect, 1e-11)
					requireFigure(t, c.Effect, c.PercentEffect, 1e-11)
					requireFigure(t, stored.Map.Performance[c.Construct], c.Performance, 1e-10)
					requireFigure(t, stored.Map.Percent[c.Construct], c.Percent, 1e-10)
				}
				for construct, effect := range importance {
					require.Equal(t, effect != 0, shown[construct])
				}
				for _, item := range got.Items {
					shown[item.Item] = true
					require.InDelta(t, stored.Map.ItemImportance[target][item.Item], item.Effect, 1e-11)
					requireFigure(t, item.Effect, item.PercentEffect, 1e-11)
				}
				for item, effect := range stored.Map.ItemImportance[target] {
					require.Equal(t, effect != 0, shown[item])
				}
			}
		})
	}
}

// seminr 2.3 leaves out each row in turn and takes the items of all other constructs
// into its linear benchmark.
func TestPredictionAgreesWithSeminr(t *testing.T) {
	var stored storedExtras
	reference(t, "mobi-ecsi_path_modeA_extras.json", &stored)
	options := precisely(pls.PathWeighting)
	got, err := pls.Predict(t.Context(), mobiModel(t, "mobi-ecsi", pls.ModeA), survey(t, "mobi.csv"), &options,
		pls.PredictOptions{LeaveOneOut: true, Benchmark: pls.OtherItems})
	require.NoError(t, err)
	require.Zero(t, got.NotConverged)
	want := stored.LeaveOneOut
	require.Len(t, got.Items, len(want.Model.RMSE))
	for _, item := range got.Items {
		requireErrors(t, want.Model.of(item.Item), item.Model, 1e-10)
		requireErrors(t, want.ModelIn.of(item.Item), item.ModelInSample, 1e-10)
		requireErrors(t, want.LinearOut.of(item.Item), item.Linear, 1e-10)
		requireErrors(t, want.LinearIn.of(item.Item), item.LinearInSample, 1e-10)
	}
}

func requireErrors(t *testing.T, want, got pls.Errors, tolerance float64) {
	t.Helper()
	require.InDelta(t, want.RMSE, got.RMSE, tolerance)
	require.InDelta(t, want.MAE, got.MAE, tolerance)
}
