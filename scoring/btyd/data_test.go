package btyd_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// readLog reads a log of the reference data, or skips the test without it.
func readLog(tb testing.TB, name, until string) *scoring.Summaries {
	tb.Helper()
	summaries, _ := readHoldout(tb, name, until, 0)
	return summaries
}

// readHoldout reads a log and counts a hold-out of that many weeks, and repeats by week.
func readHoldout(tb testing.TB, name, until string, weeks float64) (*scoring.Summaries, *scoring.Repeats) {
	tb.Helper()
	return readWindow(tb, name, until, scoring.Window{Unit: rapport.Week, ExtraDigits: 2, Holdout: weeks})
}

// readWindow reads a log with a window that lacks its end.
func readWindow(tb testing.TB, name, until string, window scoring.Window) (*scoring.Summaries, *scoring.Repeats) {
	tb.Helper()
	purchases := readPurchases(tb, name)
	var err error
	window.Until, err = time.Parse(time.DateOnly, until)
	require.NoError(tb, err)
	summaries, repeats, err := scoring.CountRepeats(tb.Context(), purchases, window)
	require.NoError(tb, err)
	return summaries, repeats
}

// readPurchases reads the rows of a log of the reference data, or skips the test without it.
func readPurchases(tb testing.TB, name string) iter.Seq2[scoring.Purchase, error] {
	tb.Helper()
	path, err := refdata.Path(name)
	if err != nil {
		tb.Skip(err)
	}
	text, err := os.ReadFile(path)
	require.NoError(tb, err)
	return func(yield func(scoring.Purchase, error) bool) {
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Scan() // header
		for lines.Scan() {
			fields := strings.Split(lines.Text(), ",")
			at, err := time.Parse(time.DateOnly, fields[1])
			if err != nil {
				yield(scoring.Purchase{}, err)
				return
			}
			amount, err := decimal.NewFromString(fields[2])
			if !yield(scoring.Purchase{Customer: rapport.ID(fields[0]), At: at, Amount: amount.Shift(2).IntPart()}, err) {
				return
			}
		}
	}
}

func cdnow(tb testing.TB) *scoring.Summaries {
	return readLog(tb, "data/cdnow_sample.csv", "1997-09-30")
}

// reference is what reference/clv holds of the two models.
type reference struct {
	Delta  float64 `json:"delta_per_week"`
	Models struct {
		BGNBD modelReference `json:"bgnbd"`
		GG    modelReference `json:"gg"`
	} `json:"models"`
}

type modelReference struct {
	MLE struct {
		Params map[string]float64 `json:"params"`
		SE     map[string]float64 `json:"se"`
		LogLik float64            `json:"loglik"`
	} `json:"mle"`
	ParamsUsed map[string]float64 `json:"params_used"`
	Holdout    struct {
		Expected float64 `json:"expected_total"`
	} `json:"holdout"`
	Customers []struct {
		ID    rapport.ID `json:"customer_id"`
		X     int        `json:"x"`
		TX    float64    `json:"t_x"`
		T     float64    `json:"T"`
		Mean  float64    `json:"m_x"`
		Log   float64    `json:"litt"` // sum of the logarithms of the times between purchases
		Truth struct {
			LogLik float64            `json:"loglik"`
			PAlive float64            `json:"palive"`
			CET    map[string]float64 `json:"cet"`
			DERT   float64            `json:"dert"`
			Spend  float64            `json:"expected_spend"`

			Survival map[string]float64 `json:"survival_future"`
		} `json:"truth"`
	} `json:"customers"`
	// Approximation holds the expected purchases of the customers by the formula of the
	// papers on regular customers, by horizon.
	Approximation map[string][]float64 `json:"btydplus_cet_approximation"`
	Population    struct {
		PMF         []float64          `json:"pmf_T39"`
		Expectation map[string]float64 `json:"expectation"`
	} `json:"population_truth"`
}

func readReference(t *testing.T, name string) reference {
	t.Helper()
	path, err := refdata.Path(name)
	if err != nil {
		t.Skip(err)
	}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var r reference
	require.NoError(t, json.Unmarshal(text, &r))
	require.GreaterOrEqual(t, len(r.Models.BGNBD.Customers), 20)
	return r
}

// readModelReference returns what reference/clv holds of one model.
func readModelReference(t *testing.T, file, model string) modelReference {
	t.Helper()
	path, err := refdata.Path(file)
	if err != nil {
		t.Skip(err)
	}
	var r struct {
		Models map[string]json.RawMessage `json:"models"`
	}
	readJSON(t, path, &r)
	var m modelReference
	require.NoError(t, json.Unmarshal(r.Models[model], &m))
	require.GreaterOrEqual(t, len(m.Customers), 20)
	return m
}

// within fails unless got is want up to a relative tolerance; what lies below the
// range of normal numbers counts as 0.
func within(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(relative(got, want) <= tolerance) {
		t.Errorf("%s: got %v want %v: relative error %.2e > %.0e", what, got, want, relative(got, want), tolerance)
	}
}

func relative(got, want float64) float64 {
	const smallest = 2.3e-308
	if got == want || (math.Abs(got) < smallest && math.Abs(want) < smallest) {
		return 0
	}
	if math.IsNaN(got) {
		return math.Inf(1)
	}
	return math.Abs(got-want) / math.Abs(want)
}

// tally keeps relative errors and says how they are distributed.
type tally struct {
	name   string
	errors []float64
	worst  string
}

func (y *tally) add(got, want float64, where string) {
	e := relative(got, want)
	if len(y.errors) == 0 || e > slices.Max(y.errors) {
		y.worst = fmt.Sprintf("%s: got %v want %v", where, got, want)
	}
	y.errors = append(y.errors, e)
}

func (y *tally) check(t *testing.T, limit float64) {
	t.Helper()
	require.NotEmpty(t, y.errors, y.name)
	slices.Sort(y.errors)
	n := len(y.errors)
	t.Logf("%-32s n %4d  median %.1e  p99 %.1e  max %.1e", y.name, n, y.errors[n/2], y.errors[n*99/100], y.errors[n-1])
	if !(y.errors[n-1] <= limit) {
		t.Errorf("%s: %.2e > %.0e at %s", y.name, y.errors[n-1], limit, y.worst)
	}
}

func mustBGNBD(tb testing.TB, r, alpha, a, b float64) *btyd.Model {
	tb.Helper()
	m, err := btyd.NewBGNBD(rapport.Week, r, alpha, a, b)
	require.NoError(tb, err)
	return m
}

// param returns a parameter that the model must have.
func param(tb testing.TB, m *btyd.Model, name string) float64 {
	tb.Helper()
	v, ok := m.Param(name)
	require.True(tb, ok, name)
	return v
}

// summariesOf names customers c000000, c000001 and so on.
func summariesOf(tb testing.TB, rows []scoring.Summary) *scoring.Summaries {
	tb.Helper()
	ids := make([]rapport.ID, len(rows))
	for i := range ids {
		ids[i] = rapport.ID(fmt.Sprintf("c%07d", i))
	}
	s, err := scoring.NewSummaries(rapport.Week, ids, rows)
	require.NoError(tb, err)
	return s
}

var inf = math.Inf(1)

// stress tries the cases of reference/clv/stress.json for a model, inputs at which known
// tools fail.
func stress(t *testing.T, model string, family btyd.Family) *tally {
	var file struct {
		Cases []struct {
			ID       int       `json:"id"`
			Model    string    `json:"model"`
			Params   []float64 `json:"params"`
			X        int       `json:"x"`
			TX       float64   `json:"t_x"`
			T        float64   `json:"T"`
			Quantity string    `json:"quantity"`
			Horizon  float64   `json:"t"`
			Delta    float64   `json:"delta"`
			N        int       `json:"n"`
			Truth    any       `json:"truth"`
		} `json:"cases"`
	}
	referenceJSON(t, "reference/clv/stress.json", &file)
	all := &tally{name: model + " stress"}
	for _, c := range file.Cases {
		if c.Model != model {
			continue
		}
		m, err := btyd.New(family, rapport.Week, c.Params...)
		require.NoError(t, err)
		s := scoring.Summary{X: c.X, TX: c.TX, T: c.T}
		var got float64
		switch c.Quantity {
		case "loglik":
			got = m.LogLikelihood(s)
		case "palive":
			got = m.PAlive(s)
		case "cet":
			got = m.Expected(s, c.Horizon)
		case "dert":
			got, err = m.Discounted(s, inf, c.Delta)
			require.NoError(t, err)
		case "pmf":
			got = m.PMF(c.N, c.Horizon)
		default:
			t.Fatalf("no such quantity: %s", c.Quantity)
		}
		all.add(got, c.Truth.(float64), fmt.Sprintf("case %d, %s", c.ID, c.Quantity))
	}
	return all
}
