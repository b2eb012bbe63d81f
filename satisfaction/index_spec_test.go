package satisfaction_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// A model in the short form, and what it becomes.
func ExampleParseSpec() {
	spec, err := satisfaction.ParseSpec([]byte(`{
		"constructs": [
			{"name": "Quality", "mode": "A", "indicators": ["q1", "q2"]},
			{"name": "Satisfaction", "mode": "A", "indicators": ["s1"]}],
		"paths": [["Quality", "Satisfaction"]],
		"scale": [1, 10], "target": "Satisfaction", "missing": "casewise"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, item := range spec.Model.Items() {
		fmt.Printf("%s %v to %v\n", item.Key, item.Low, item.High)
	}
	fmt.Println(spec.Model.Paths[0], spec.Model.Target, spec.Missing)

	_, err = satisfaction.ParseSpec([]byte(`{"constructs": [], "scale": [1]}`))
	fmt.Println(err)
	// Output:
	// q1 1 to 10
	// q2 1 to 10
	// s1 1 to 10
	// Quality->Satisfaction Satisfaction casewise
	// satisfaction: spec: scale "[1]": want [low, high] or an object with one for each indicator
}

func TestParseSpecSaysWhatIsWanted(t *testing.T) {
	for text, want := range map[string]string{
		`{"constructs": []}`: "satisfaction: spec: scale: is missing: want [low, high] or an object with one for each indicator",
		`{"constructs": [{"name": "Q", "mode": "C", "indicators": "q1"}], "scale": [1, 10]}`:                                                         `satisfaction: spec: mode "C": want A, B or unit`,
		`{"constructs": [{"name": "Q", "indicators": "q1"}], "pathes": ["Q->S"], "scale": [1, 10]}`:                                                  `satisfaction: model: structure: pls: model: isolated, construct "Q": no path leads to it or from it`,
		`{"constructs": [], "scale": [1, 10], "missing": "drop"}`:                                                                                    `satisfaction: spec: missing "drop": want mean, casewise, pairwise or pairwise_correlation`,
		`{"constructs": [{"name": "Q", "indicators": "q1"}, {"name": "S", "indicators": "s1"}], "paths": ["Q->S"], "scale": [1, 10], "target": "T"}`: `satisfaction: model: target, construct "T": want one of Q, S`,
	} {
		_, err := satisfaction.ParseSpec([]byte(text))
		require.EqualError(t, err, want)
	}
}

func TestParseSpec(t *testing.T) {
	spec, err := satisfaction.ParseSpec([]byte("\ufeff" + `{
		"constructs": [
			{"name": "Image", "mode": "B", "indicators": ["i1", "i2"]},
			{"name": "Satisfaction", "indicators": ["s1"], "colour": "red"},
			{"name": "Loyalty", "mode": "unit", "indicators": "l1"}],
		"paths": [["Image", "Satisfaction"], "Satisfaction -> Loyalty"],
		"scale": {"i1": [1, 10], "i2": [1, 10], "s1": [0, 100], "l1": [1, 5], "unused": []},
		"missing": "casewise", "comment": 3}`))
	require.NoError(t, err)
	require.Equal(t, []string{"comment", "constructs.colour"}, spec.Skipped)
	require.Equal(t, pls.Casewise, spec.Missing)
	require.Equal(t, satisfaction.Model{
		Constructs: []satisfaction.Construct{
			{Name: "Image", Mode: pls.ModeB, Items: []satisfaction.Item{{Key: "i1", Low: 1, High: 10}, {Key: "i2", Low: 1, High: 10}}},
			{Name: "Satisfaction", Items: []satisfaction.Item{{Key: "s1", Low: 0, High: 100}}},
			{Name: "Loyalty", Mode: pls.UnitWeights, Items: []satisfaction.Item{{Key: "l1", Low: 1, High: 5}}},
		},
		Paths:  []satisfaction.Path{{From: "Image", To: "Satisfaction"}, {From: "Satisfaction", To: "Loyalty"}},
		Target: "Satisfaction",
	}, spec.Model)
	spec, err = satisfaction.ParseSpec([]byte(`{"constructs":[{"name":"Q","mode":"a","indicators":["q"]},{"name":"S","mode":"A","indicators":["s"]}],"paths":[["Q","S"]],"scale":[1,7],"target":"S"}`))
	require.NoError(t, err)
	require.Empty(t, spec.Skipped)
	require.Equal(t, pls.MeanReplacement, spec.Missing)
	require.Equal(t, []satisfaction.Item{{Key: "q", Low: 1, High: 7}, {Key: "s", Low: 1, High: 7}}, spec.Model.Items())
}

func TestParseSpecErrors(t *testing.T) {
	const constructs = `"constructs":[{"name":"Q","indicators":["q"]},{"name":"S","indicators":["s"]}]`
	for text, field := range map[string]string{
		``:                                       "",
		`[]`:                                     "",
		`{"constructs":1}`:                       "",
		`{` + constructs + `}`:                   "scale",
		`{` + constructs + `,"scale":null}`:      "scale",
		`{` + constructs + `,"scale":[1]}`:       "scale",
		`{` + constructs + `,"scale":[null,10]}`: "scale",
		`{` + constructs + `,"scale":{"q":[1,2],"s":[null,2]}}`:                                   "scale",
		`{` + constructs + `,"scale":"1-10"}`:                                                     "scale",
		`{` + constructs + `,"scale":{"q":[1,2]}}`:                                                "scale",
		`{` + constructs + `,"scale":{"q":[1,2],"s":[1,2,3]}}`:                                    "scale",
		`{` + constructs + `,"scale":[1,10],"missing":"guess"}`:                                   "missing",
		`{` + constructs + `,"scale":[1,10],"paths":[["Q"]]}`:                                     "path",
		`{` + constructs + `,"scale":[1,10],"paths":["Q"]}`:                                       "path",
		`{` + constructs + `,"scale":[1,10],"paths":[1]}`:                                         "path",
		`{"constructs":[{"name":"Q","mode":"C","indicators":["q"]}],"scale":[1,10]}`:              "mode",
		`{"constructs":[{"name":"Q","mode":"A","indicators":{"q":1}}],"scale":[1,10],"paths":[]}`: "indicators",
	} {
		_, err := satisfaction.ParseSpec([]byte(text))
		var spec *satisfaction.SpecError
		require.ErrorAs(t, err, &spec, text)
		require.Equal(t, field, spec.Field, text)
		require.NotEmpty(t, spec.Error())
	}
	for _, text := range []string{
		`{` + constructs + `,"scale":[1,10],"paths":[["Q","S"]]}`,                        // no construct Satisfaction
		`{` + constructs + `,"scale":[10,1],"paths":[["Q","S"]],"target":"S"}`,           // turned round
		`{` + constructs + `,"scale":[1,10],"paths":[["Q","X"]],"target":"S"}`,           // no such construct
		`{` + constructs + `,"scale":[1,10],"paths":[["Q","S"],["S","Q"]],"target":"S"}`, // a cycle
		`{"constructs":[{"name":"Q","indicators":[]},{"name":"S","indicators":["s"]}],"scale":[1,10],"paths":[["Q","S"]],"target":"S"}`,
	} {
		_, err := satisfaction.ParseSpec([]byte(text))
		var model *satisfaction.ModelError
		require.ErrorAs(t, err, &model, text)
	}
}

func FuzzParseSpec(f *testing.F) {
	f.Add([]byte(`{"constructs":[{"name":"Q","mode":"a","indicators":["q"]},{"name":"S","indicators":"s"}],"paths":[["Q","S"]],"scale":[1,7],"target":"S","missing":"mean"}`))
	f.Add([]byte(`{"constructs":[{"name":"Q","indicators":["q"]}],"scale":{"q":[1,2]},"paths":["Q->Q"]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		spec, err := satisfaction.ParseSpec(text)
		if err == nil {
			require.NoError(t, spec.Model.Validate())
		}
	})
}
