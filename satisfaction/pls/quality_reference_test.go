package pls_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

type byPair map[string]map[string]float64

// storedQuality holds what other programs say of the quality of a fit.
type storedQuality struct {
	Quality *struct {
		Reliability map[string]struct {
			Alpha, RhoA, RhoC, AVE float64
		} `json:"reliability"`
		RhoT          map[string]*float64 `json:"rho_t_csem"`
		HTMTSigned    byPair              `json:"htmt_csem"`
		HTMTAbsolute  byPair              `json:"htmt_seminr"`
		SRMR          float64             `json:"srmr_csem"`
		GoF           float64             `json:"gof_csem"`
		F2Same        byPair              `json:"f2_csem"`
		F2Rerun       byPair              `json:"f2_seminr"`
		VIF           [][]float64         `json:"vif_antecedents"`
		Larcker       byPair              `json:"fornell_larcker_csem"`
		CrossLoadings byPair              `json:"cross_loadings"`
		Total         map[string]float64  `json:"total_effects"`
		Indirect      map[string]float64  `json:"indirect_effects"`
	} `json:"quality"`
	GoF  *float64 `json:"gof_plspm"`
	Raw  *float64 `json:"gof"`
	Unid map[string]struct {
		Alpha  float64 `json:"C.alpha"`
		Rho    float64 `json:"DG.rho"`
		First  float64 `json:"eig.1st"`
		Second float64 `json:"eig.2nd"`
	} `json:"unidimensionality_plspm"`
	SRMR   *float64        `json:"srmr"`
	Verify map[string]bool `json:"verify"`
}

// modelsOfMobi are the models of the reference files.
func modelsOfMobi() []string { return []string{"mobi-ecsi", "mobi-acsi", "mobi-scsb"} }

func schemes() []pls.Scheme { return []pls.Scheme{pls.PathWeighting, pls.Factorial, pls.Centroid} }

// precisely are options for comparisons to many digits.
func precisely(scheme pls.Scheme) pls.Options { return pls.Options{Scheme: scheme, Tolerance: 1e-13} }

// Reliability, validity, collinearity and effects as cSEM and seminr have them, to the
// 12 digits that the files keep.
func TestQualityAgreesWithOtherPrograms(t *testing.T) {
	mobi := survey(t, "mobi.csv")
	for _, name := range modelsOfMobi() {
		for _, scheme := range []pls.Scheme{pls.PathWeighting, pls.Factorial} {
			t.Run(fmt.Sprint(name, "_", scheme), func(t *testing.T) {
				var stored storedQuality
				reference(t, fmt.Sprint(name, "_", scheme, "_modeA.json"), &stored)
				want, options := stored.Quality, precisely(scheme)
				require.NotNil(t, want)
				result, err := pls.Fit(mobiModel(t, name, pls.ModeA), mobi, &options)
				require.NoError(t, err)
				const close = 1e-11

				require.Len(t, result.Reliability(), len(want.Reliability))
				ave := make(map[string]float64)
				for _, got := range result.Reliability() {
					w := want.Reliability[got.Construct]
					requireFigure(t, w.Alpha, got.Alpha, close)
					requireFigure(t, w.RhoA, got.RhoA, close)
					requireFigure(t, w.RhoC, got.RhoC, close)
					requireFigure(t, w.AVE, got.AVE, close)
					if rho := want.RhoT[got.Construct]; rho != nil {
						requireFigure(t, *rho, got.Alpha, close)
					} // absent there for one item, where nothing is to be estimated
					ave[got.Construct] = got.AVE.Value
				}

				require.Len(t, result.Discriminant(), len(ave)*(len(ave)-1)/2)
				for _, got := range result.Discriminant() {
					requireFigure(t, want.HTMTAbsolute[got.B][got.A], got.HTMT, close)
					requireFigure(t, want.HTMTSigned[got.B][got.A], got.HTMTSigned, close)
					squared := want.Larcker[got.A][got.B]
					require.InDelta(t, squared, got.Correlation*got.Correlation, close)
					require.InDelta(t, want.Larcker[got.A][got.A], ave[got.A], close)
					require.InDelta(t, want.Larcker[got.B][got.B], ave[got.B], close)
					require.Equal(t, squared < min(ave[got.A], ave[got.B]), got.FornellLarcker == pls.Good)
				}

				require.Len(t, result.CrossLoadings(), len(want.CrossLoadings))
				for _, got := range result.CrossLoadings() {
					for j, c := range result.Constructs() {
						require.InDelta(t, want.CrossLoadings[got.Item][c.Name], got.Loadings[j], close)
					}
				}

				require.NotEmpty(t, result.EffectSizes())
				for _, got := range result.EffectSizes() {
					requireFigure(t, want.F2Same[got.To][got.From], got.SameScores, close)
					requireFigure(t, want.F2Rerun[got.From][got.To], got.Rerun, close)
				}
				require.InDeltaSlice(t, sortedFactors(want.VIF), inflated(result), close)
				requireFigure(t, want.SRMR, result.FitMeasures().Estimated.SRMR, close)
				requireFigure(t, want.GoF, result.FitMeasures().GoF, close)
				for path, total := range want.Total {
					effect := effectNamed(t, result, path)
					require.InDelta(t, total, effect.Total, close)
				}
				for path, indirect := range want.Indirect {
					require.InDelta(t, indirect, effectNamed(t, result, path).Indirect, close)
				}
			})
		}
	}
}

// sortedFactors are cSEM's variance inflation factors, which come without names.
func sortedFactors(stored [][]float64) []float64 {
	all := slices.Concat(stored...)
	slices.Sort(all)
	return all
}

// inflated are the factors of antecedents that are not alone.
func inflated(result *pls.Result) []float64 {
	var out []float64
	into := make(map[string]int)
	for _, path := range result.Paths() {
		into[path.To]++
	}
	for _, path := range result.PathVIFs() {
		if into[path.To] > 1 {
			out = append(out, path.VIF.Value)
		}
	}
	slices.Sort(out)
	return out
}

// effectNamed finds an effect by cSEM's name for it, "to~from".
func effectNamed(t *testing.T, result *pls.Result, name string) pls.Effect {
	t.Helper()
	for _, effect := range result.Effects() {
		if effect.To+"~"+effect.From == name {
			return effect
		}
	}
	t.Fatalf("no effect %s", name)
	return pls.Effect{}
}

func requireFigure(t *testing.T, want float64, got pls.Figure, tolerance float64) {
	t.Helper()
	require.True(t, got.Exists)
	require.InDelta(t, want, got.Value, tolerance)
}

// plspm's figures: what it gives as 0 in mode B does not exist. Its weights carry nine
// digits in mode A, and so does its GoF; the others do not depend on weights.
func TestQualityAgreesWithPlspm(t *testing.T) {
	mobi := survey(t, "mobi.csv")
	for _, name := range modelsOfMobi() {
		for _, scheme := range schemes() {
			for file, mode := range map[string]pls.Mode{"modeA": pls.ModeA, "modeB": pls.ModeB} {
				t.Run(fmt.Sprint(name, "_", scheme, "_", file), func(t *testing.T) {
					var stored storedQuality
					reference(t, fmt.Sprint(name, "_", scheme, "_", file, ".json"), &stored)
					options := precisely(scheme)
					result, err := pls.Fit(mobiModel(t, name, mode), mobi, &options)
					require.NoError(t, err)
					// In mode B plspm ends where changes of about 1e-8 are left.
					requireFigure(t, *stored.GoF, result.FitMeasures().GoF, map[pls.Mode]float64{pls.ModeA: 1e-9, pls.ModeB: 1e-8}[mode])
					for _, got := range result.Reliability() {
						want := stored.Unid[got.Construct]
						require.InDelta(t, want.First, got.First, 1e-11)
						require.InDelta(t, want.Second, got.Second, 1e-11)
						if want.Alpha == 0 {
							require.Zero(t, [...]pls.Figure{got.Alpha, got.RawAlpha, got.RhoA, got.RhoC, got.AVE, got.DillonGoldstein})
							continue
						}
						requireFigure(t, want.Alpha, got.Alpha, 1e-11)
						requireFigure(t, want.Rho, got.DillonGoldstein, 1e-11)
					}
				})
			}
			t.Run(fmt.Sprint(name, "_", scheme, "_rawmetric"), func(t *testing.T) {
				var stored storedQuality
				reference(t, fmt.Sprint(name, "_", scheme, "_modeA_rawmetric.json"), &stored)
				options := precisely(scheme)
				options.Metric = pls.Raw
				result, err := pls.Fit(mobiModel(t, name, pls.ModeA), mobi, &options)
				require.NoError(t, err)
				requireFigure(t, *stored.Raw, result.FitMeasures().GoF, 1e-9)
			})
		}
	}
}

// Consistent estimates: the fit, and which of cSEM's five checks of admissibility fail.
func TestConsistentQualityAgreesWithCSEM(t *testing.T) {
	mobi := survey(t, "mobi.csv")
	for _, name := range modelsOfMobi() {
		for _, scheme := range schemes() {
			t.Run(fmt.Sprint(name, "_", scheme), func(t *testing.T) {
				var stored storedQuality
				reference(t, fmt.Sprint(name, "_", scheme, "_PLSc.json"), &stored)
				options := precisely(scheme)
				options.Consistent = true
				result, err := pls.Fit(mobiModel(t, name, pls.ModeA), mobi, &options)
				require.NoError(t, err)
				requireFigure(t, *stored.SRMR, result.FitMeasures().Estimated.SRMR, 1e-11)
				checks := map[pls.Code]string{
					pls.NotConverged: "1", pls.LoadingBeyondOne: "2", pls.ConstructsIndefinite: "3",
					pls.ReliabilityAboveOne: "4", pls.ImpliedItemsIndefinite: "5",
				}
				failed := map[string]bool{"1": false, "2": false, "3": false, "4": false, "5": false}
				for _, finding := range result.Admissibility() {
					failed[checks[finding.Code]] = true
					if name == "mobi-ecsi" && scheme == pls.PathWeighting {
						// A known figure: spec of the reference results.
						require.InDelta(t, -0.0030, finding.Value, 5e-5)
					}
				}
				require.Equal(t, stored.Verify, failed)
				require.Equal(t, len(result.Admissibility()) == 0, result.Quality().Admissible)
			})
		}
	}
}
