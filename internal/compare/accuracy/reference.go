package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// dataSet is a log of purchases with what is known of the models fitted to it.
type dataSet struct {
	name       string
	summaries  *scoring.Summaries
	covariates *btyd.Covariates // nil without
	Delta      float64          `json:"delta_per_week"`
	Models     map[string]model `json:"models"`
}

// model is what the reference file says of one model.
type model struct {
	MLE struct {
		Params map[string]*float64 `json:"params"`
		SE     map[string]*float64 `json:"se"`
		LogLik *float64            `json:"loglik"`
	} `json:"mle"`
	ParamsUsed map[string]float64 `json:"params_used"`
	Holdout    *struct {
		Expected float64 `json:"expected_total"`
		Actual   float64 `json:"actual_total"`
		MAE      float64 `json:"mae"`
		RMSE     float64 `json:"rmse"`
	} `json:"holdout"`
	Customers []struct {
		ID             string  `json:"customer_id"`
		X              int     `json:"x"`
		TX             float64 `json:"t_x"`
		T              float64 `json:"T"`
		SumLogInterval float64 `json:"litt"`
		Mean           float64 `json:"m_x"`
		Truth          map[string]any
	} `json:"customers"`
	Peers map[string]struct {
		LogLik     *float64 `json:"loglik"`
		Recomputed *float64 `json:"loglik_recomputed"`
		Short      *float64 `json:"ll"`
	} `json:"peers"`
}

// readSet reads a log, its reference file and, if named, its covariates.
func readSet(ctx context.Context, name, log, reference, until, covariates string) (*dataSet, error) {
	set := &dataSet{name: name}
	if err := readJSON(reference, set); err != nil {
		return nil, err
	}
	lines, err := readCSV(log)
	if err != nil {
		return nil, err
	}
	end, err := time.Parse(time.DateOnly, until)
	if err != nil {
		return nil, err
	}
	purchases := func(yield func(scoring.Purchase, error) bool) {
		for _, line := range lines[1:] {
			at, err := time.Parse(time.DateOnly, line[1])
			amount, amountErr := decimal.NewFromString(line[2])
			if err == nil {
				err = amountErr
			}
			if !yield(scoring.Purchase{Customer: rapport.ID(line[0]), At: at, Amount: amount.Shift(2).IntPart()}, err) {
				return
			}
		}
	}
	hold := 39.0
	if name == "apparel" {
		hold = 208
	}
	set.summaries, err = scoring.Summarize(ctx, purchases, scoring.Window{Unit: rapport.Week, Until: end, ExtraDigits: 2, Holdout: hold})
	if err != nil || covariates == "" {
		return set, err
	}
	set.covariates, err = readCovariates(covariates)
	return set, err
}

func readCovariates(name string) (*btyd.Covariates, error) {
	lines, err := readCSV(name)
	if err != nil {
		return nil, err
	}
	var ids []rapport.ID
	var rows [][]float64
	for _, line := range lines[1:] {
		row := make([]float64, len(line)-1)
		for i, field := range line[1:] {
			if row[i], err = strconv.ParseFloat(field, 64); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		ids, rows = append(ids, rapport.ID(line[0])), append(rows, row)
	}
	return btyd.NewCovariates(lines[0][1:], ids, rows)
}

func readCSV(name string) ([][]string, error) {
	path, err := refdata.Path(name)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return lines, file.Close()
}

func readJSON(name string, into any) error {
	path, err := refdata.Path(name)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// familyOf returns the family of a model of the reference files, false for other kinds.
func familyOf(name string) (btyd.Family, bool) {
	name = strings.TrimSuffix(name, "_cov")
	switch name {
	case "pnbd":
		name = "paretonbd"
	case "pnbd_cor":
		name = "paretonbd-cor"
	}
	family, err := btyd.ParseFamily(strings.ReplaceAll(name, "_", "-"))
	return family, err == nil
}

// paramsOf returns a model's stored parameters in the order of the family.
func paramsOf(family btyd.Family, params map[string]float64) ([]float64, bool) {
	var list []float64
	for _, name := range family.Parameters() {
		v, ok := params[name]
		if !ok {
			return nil, false
		}
		list = append(list, v)
	}
	return list, true
}
