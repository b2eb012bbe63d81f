package satisfaction_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction"
)

func names(m satisfaction.Model) (constructs, paths []string) {
	for _, c := range m.Constructs {
		constructs = append(constructs, c.Name)
	}
	for _, p := range m.Paths {
		paths = append(paths, p.String())
	}
	return constructs, paths
}

func keys(t *testing.T, m satisfaction.Model, construct string) (keys []string) {
	t.Helper()
	for _, c := range m.Constructs {
		if c.Name == construct {
			for _, item := range c.Items {
				keys = append(keys, item.Key)
			}
		}
	}
	return keys
}

func sign(m satisfaction.Model, path string) satisfaction.PathSign {
	for _, p := range m.Paths {
		if p.String() == path {
			return p.Sign
		}
	}
	return 9
}

func TestPresets(t *testing.T) {
	for _, model := range presets() {
		require.NoError(t, model.Validate(), model.Name)
		require.Equal(t, "Satisfaction", model.Target)
	}
	constructs, paths := names(satisfaction.ACSI())
	require.Equal(t, []string{"Expectation", "Quality", "Value", "Satisfaction", "Complaints", "Loyalty"}, constructs)
	require.Equal(t, []string{"Expectation->Quality", "Expectation->Value", "Expectation->Satisfaction", "Quality->Value",
		"Quality->Satisfaction", "Value->Satisfaction", "Satisfaction->Complaints", "Satisfaction->Loyalty", "Complaints->Loyalty"}, paths)
	constructs, paths = names(satisfaction.SCSB())
	require.Equal(t, []string{"Expectation", "Performance", "Satisfaction", "Complaints", "Loyalty"}, constructs)
	require.Equal(t, []string{"Expectation->Performance", "Expectation->Satisfaction", "Performance->Satisfaction",
		"Satisfaction->Complaints", "Satisfaction->Loyalty", "Complaints->Loyalty"}, paths)
	_, paths = names(satisfaction.ECSI())
	require.Equal(t, []string{"Image->Expectation", "Image->Satisfaction", "Image->Loyalty", "Expectation->Quality", "Expectation->Value",
		"Expectation->Satisfaction", "Quality->Value", "Quality->Satisfaction", "Value->Satisfaction",
		"Satisfaction->Complaints", "Satisfaction->Loyalty", "Complaints->Loyalty"}, paths)
	_, paths = names(satisfaction.NCSB())
	require.Contains(t, paths, "Satisfaction->Image")
	require.NotContains(t, paths, "Image->Satisfaction")

	require.Equal(t, []string{"expectation_overall", "expectation_reliability", "expectation_fit"}, keys(t, satisfaction.ACSI(), "Expectation"))
	require.Equal(t, []string{"value_price_for_quality", "value_quality_for_price"}, keys(t, satisfaction.ACSI(), "Value"))
	require.Equal(t, []string{"value_total_cost", "value_total_benefit", "value_quality_for_price", "value_price_for_quality"}, keys(t, satisfaction.ACSIExtended(), "Value"))
	require.Equal(t, []string{"repurchase", "recommendation", "price_tolerance"}, keys(t, satisfaction.ACSIExtended(), "Loyalty"))
}

// Complaints rise as satisfaction falls; how well they are handled rises with it.
func TestExpectedSigns(t *testing.T) {
	acsi := satisfaction.ACSI()
	require.Equal(t, satisfaction.NegativePath, sign(acsi, "Satisfaction->Complaints"))
	require.Equal(t, satisfaction.AnyPath, sign(acsi, "Complaints->Loyalty"))
	handled := acsi.ComplaintHandling()
	require.Equal(t, satisfaction.PositivePath, sign(handled, "Satisfaction->Complaints"))
	require.Equal(t, satisfaction.PositivePath, sign(handled, "Complaints->Loyalty"))
	require.Equal(t, satisfaction.NegativePath, sign(acsi, "Satisfaction->Complaints"), "the preset itself has not changed")
	require.Equal(t, []string{"complaint_handling"}, keys(t, handled, "Complaints"))
	require.Equal(t, satisfaction.NCSB().Constructs, satisfaction.NCSB().ComplaintHandling().Constructs)
	require.Equal(t, satisfaction.PositivePath, sign(satisfaction.ECSI(), "Satisfaction->Complaints"))
}

func TestBindPrefixes(t *testing.T) {
	columns := []string{"id", "CUSA2", "CUSA10", "CUSA1", "CUSCO", "CUSL1", "IMAG1", "CUEX1", "PERV1", "PERV02", "PERV2", "PERQ1", "note_CUSA"}
	bound, err := satisfaction.ECSI().BindPrefixes(columns, 0, 7)
	require.NoError(t, err)
	require.Equal(t, []string{"CUSA1", "CUSA2", "CUSA10"}, keys(t, bound, "Satisfaction"))
	require.Equal(t, []string{"PERV1", "PERV2", "PERV02"}, keys(t, bound, "Value"))
	require.Equal(t, satisfaction.Item{Key: "CUSCO", Low: 0, High: 7}, bound.Constructs[5].Items[0])
	bound, err = satisfaction.SCSB().BindPrefixes(columns, 1, 10)
	require.NoError(t, err)
	require.Equal(t, []string{"PERV1", "PERV2", "PERV02"}, keys(t, bound, "Performance"))
	require.Equal(t, satisfaction.PositivePath, sign(bound, "Satisfaction->Complaints"))

	var model *satisfaction.ModelError
	_, err = satisfaction.ECSI().BindPrefixes(columns[1:], 10, 1)
	require.ErrorAs(t, err, &model)
	require.Equal(t, satisfaction.BadItem, model.Fault)
	_, err = satisfaction.ACSI().BindPrefixes([]string{"CUSA1"}, 1, 10)
	require.ErrorAs(t, err, &model)
	require.Equal(t, "Expectation", model.Construct)
	require.Equal(t, "none of 1 columns begins with CUEX", model.Reason)
	_, err = satisfaction.NCSB().BindPrefixes(columns, 1, 10)
	require.ErrorAs(t, err, &model)
	require.Equal(t, satisfaction.UnboundConstruct, model.Fault)
	require.Contains(t, model.Reason, "by Bind")
}

func TestBind(t *testing.T) {
	items := map[string][]satisfaction.Item{"Value": {{Key: "v", Low: 1, High: 5}}}
	bound, err := satisfaction.ACSI().Bind(items)
	require.NoError(t, err)
	items["Value"][0].Key = "changed"
	require.Equal(t, []string{"v"}, keys(t, bound, "Value"))
	require.Equal(t, keys(t, satisfaction.ACSI(), "Quality"), keys(t, bound, "Quality"))
	var model *satisfaction.ModelError
	_, err = satisfaction.ACSI().Bind(map[string][]satisfaction.Item{"Price": items["Value"]})
	require.ErrorAs(t, err, &model)
	require.Equal(t, "items are given for it: want one of Expectation, Quality, Value, Satisfaction, Complaints, Loyalty", model.Reason)
	require.Equal(t, satisfaction.UnboundConstruct, model.Fault)
	_, err = satisfaction.ACSI().Bind(map[string][]satisfaction.Item{"Value": {{Key: "repurchase", Low: 1, High: 10}}})
	require.ErrorAs(t, err, &model, "the key belongs to Loyalty")
}
