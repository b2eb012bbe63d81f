package btyd_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, into))
}

// TestStressCases tries the inputs at which known tools fail.
func TestStressCases(t *testing.T) {
	var file struct {
		Cases []struct {
			ID       int       `json:"id"`
			Model    string    `json:"model"`
			Params   []float64 `json:"params"`
			X        int       `json:"x"`
			TX       float64   `json:"t_x"`
			T        float64   `json:"T"`
			Mean     float64   `json:"m_x"`
			Quantity string    `json:"quantity"`
			Horizon  float64   `json:"t"`
			N        int       `json:"n"`
			Truth    any       `json:"truth"`
		} `json:"cases"`
	}
	readJSON(t, "testdata/stress.json", &file)
	require.Len(t, file.Cases, 69)
	all := tally{name: "stress"}
	for _, c := range file.Cases {
		s := scoring.Summary{X: c.X, TX: c.TX, T: c.T, Spend: c.Mean}
		where := fmt.Sprintf("case %d, %s", c.ID, c.Quantity)
		if c.Model == "gg" {
			spend, err := btyd.NewGammaGamma(c.Params[0], c.Params[1], c.Params[2])
			require.NoError(t, err)
			got, err := spend.ExpectedSpend(s)
			if c.Truth == "inf" {
				require.ErrorIs(t, err, btyd.ErrInfiniteMean, where)
				continue
			}
			require.NoError(t, err, where)
			all.add(got, c.Truth.(float64), where)
			continue
		}
		m := mustBGNBD(t, c.Params[0], c.Params[1], c.Params[2], c.Params[3])
		var got float64
		switch c.Quantity {
		case "loglik":
			got = m.LogLikelihood(s)
		case "palive":
			got = m.PAlive(s)
		case "cet":
			got = m.Expected(s, c.Horizon)
		case "expectation":
			got = m.ExpectedNew(c.Horizon)
		case "pmf":
			got = m.PMF(c.N, c.Horizon)
		default:
			t.Fatalf("%s: no such quantity", where)
		}
		all.add(got, c.Truth.(float64), where)
	}
	all.check(t, 1e-10)
}

// TestAgainstHighPrecision compares every prediction with testdata/bgnbd_truth.json
// on the whole domain for which errors are stated.
func TestAgainstHighPrecision(t *testing.T) {
	var file struct {
		Columns []string                `json:"columns"`
		Classes map[string][][]*float64 `json:"classes"`
	}
	readJSON(t, "testdata/bgnbd_truth.json", &file)
	column := func(row []*float64, name string) *float64 { return row[slices.Index(file.Columns, name)] }
	for _, class := range []string{"typical", "extreme", "a_near_1", "x0_a_plus_b_below_1"} {
		require.GreaterOrEqual(t, len(file.Classes[class]), 200, class)
		byQuantity := map[string]*tally{}
		for i, row := range file.Classes[class] {
			value := func(name string) float64 { return *column(row, name) }
			m := mustBGNBD(t, value("r"), value("alpha"), value("a"), value("b"))
			s := scoring.Summary{X: int(value("x")), TX: value("t_x"), T: value("T")}
			horizon, n, delta := value("t"), int(value("n")), value("delta")
			var discounted, forever float64
			if column(row, "discounted") != nil {
				var err error
				discounted, err = m.Discounted(s, horizon, delta)
				require.NoError(t, err)
				forever, err = m.Discounted(s, inf, delta)
				require.NoError(t, err)
			}
			for name, got := range map[string]float64{
				"loglik":              m.LogLikelihood(s),
				"p_alive":             m.PAlive(s),
				"expected":            m.Expected(s, horizon),
				"expected_new":        m.ExpectedNew(horizon),
				"p_alive_at":          m.PAliveAt(s, horizon),
				"pmf":                 m.PMF(n, horizon),
				"conditional_pmf":     m.Probability(s, n, horizon),
				"discounted":          discounted,
				"discounted_infinite": forever,
			} {
				want := column(row, name)
				if want == nil {
					continue
				}
				if byQuantity[name] == nil {
					byQuantity[name] = &tally{name: class + " " + name}
				}
				byQuantity[name].add(got, *want, fmt.Sprintf("row %d %+v %+v t %v n %d delta %v", i, m.Parameters(), s, horizon, n, delta))
			}
		}
		for _, name := range []string{"loglik", "p_alive", "expected", "expected_new", "p_alive_at", "pmf", "conditional_pmf", "discounted", "discounted_infinite"} {
			limit := 1e-8
			if class == "typical" {
				limit = 1e-11
			}
			byQuantity[name].check(t, limit)
		}
	}
}
