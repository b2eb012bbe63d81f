package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// stressCase is one input at which known tools fail.
type stressCase struct {
	Model          string         `json:"model"`
	Params         []float64      `json:"params"`
	X              int            `json:"x"`
	TX             float64        `json:"t_x"`
	T              float64        `json:"T"`
	SumLogInterval float64        `json:"litt"`
	Mean           float64        `json:"m_x"`
	N              int            `json:"n"`
	Quantity       string         `json:"quantity"`
	Horizon        float64        `json:"t"`
	Delta          float64        `json:"delta"`
	Truth          any            `json:"truth"`
	Wrong          []string       `json:"wrong"`
	Peers          map[string]any `json:"peers"`
}

// stress prints how far off we and others are on the hard inputs.
func stress(w io.Writer) error {
	var file struct {
		Cases []stressCase `json:"cases"`
	}
	if err := readJSON("reference/clv/stress.json", &file); err != nil {
		return err
	}
	ours, cases, wrong := errorsOf{}, map[string]int{}, map[string]map[string]int{}
	for _, c := range file.Cases {
		key := c.Model + " " + c.Quantity
		got, ok, err := c.answer()
		if err != nil {
			return fmt.Errorf("%+v: %w", c, err)
		}
		if !ok {
			continue
		}
		cases[key]++
		if want, finite := c.Truth.(float64); finite {
			ours.add(key, got, want)
		} else if !math.IsInf(got, 1) {
			ours.add(key, got, math.Inf(1))
		}
		if wrong[key] == nil {
			wrong[key] = map[string]int{}
		}
		for peer := range c.Peers {
			wrong[key][peer] += 0
		}
		for _, peer := range c.Wrong {
			wrong[key][peer]++
		}
	}
	fmt.Fprint(w, "## Hard inputs\n\nInputs at which tools of the field fail, against quadrature with 50 digits: our relative errors, median / largest (numbers compared), and how many of the cases others got wrong by more than 1e-6 or not at all.\n\n")
	fmt.Fprintln(w, "| quantity | cases | ours | wrong elsewhere |")
	fmt.Fprintln(w, "|---|---|---|---|")
	for _, key := range slices.Sorted(maps.Keys(cases)) {
		var others []string
		for _, peer := range slices.Sorted(maps.Keys(wrong[key])) {
			others = append(others, fmt.Sprintf("%s %d", peer, wrong[key][peer]))
		}
		fmt.Fprintf(w, "| %s | %d | %s | %s |\n", key, cases[key], ours.cells(key), strings.Join(others, ", "))
	}
	fmt.Fprintln(w)
	return nil
}

// answer is our number for the case; ok is false for models that the program does
// not know, and +Inf stands for an infinite mean.
func (c stressCase) answer() (value float64, ok bool, err error) {
	s := scoring.Summary{X: c.X, TX: c.TX, T: c.T, SumLogInterval: c.SumLogInterval, Spend: c.Mean}
	if c.Model == "gg" {
		spend, err := btyd.NewGammaGamma(c.Params[0], c.Params[1], c.Params[2])
		if err != nil {
			return 0, false, err
		}
		value, err := spend.ExpectedSpend(s)
		if err != nil {
			return math.Inf(1), true, nil
		}
		return value, true, nil
	}
	if c.Model == "bgbb" {
		return c.answerBGBB()
	}
	name, params := c.Model, c.Params
	if strings.HasSuffix(name, "cnbd") {
		name, params = fmt.Sprintf("%s-%.0f", name, params[0]), params[1:]
	}
	family, known := familyOf(name)
	if !known {
		return 0, false, nil
	}
	m, err := btyd.New(family, rapport.Week, params...)
	if err != nil {
		return 0, false, err
	}
	switch c.Quantity {
	case "loglik":
		return m.LogLikelihood(s), true, nil
	case "palive":
		return m.PAlive(s), true, nil
	case "cet":
		return m.Expected(s, c.Horizon), true, nil
	case "expectation":
		return m.ExpectedNew(c.Horizon), true, nil
	case "pmf":
		return m.PMF(c.N, c.Horizon), true, nil
	case "dert":
		value, err := m.Discounted(s, math.Inf(1), c.Delta)
		return value, true, err
	}
	return 0, false, fmt.Errorf("no quantity %q", c.Quantity)
}

// answerBGBB is [stressCase.answer] for the model of discrete time.
func (c stressCase) answerBGBB() (value float64, ok bool, err error) {
	m, err := btyd.NewBGBB(c.Params[0], c.Params[1], c.Params[2], c.Params[3])
	if err != nil {
		return 0, false, err
	}
	cell := btyd.Cell{X: c.X, TX: int(c.TX), N: c.N, Customers: 1}
	switch c.Quantity {
	case "loglik":
		return m.LogLikelihood(cell), true, nil
	case "palive_next":
		return m.PAlive(cell, btyd.NextPeriod), true, nil
	case "cet":
		return m.Expected(cell, int(c.Horizon)), true, nil
	}
	return 0, false, fmt.Errorf("no quantity %q", c.Quantity)
}
