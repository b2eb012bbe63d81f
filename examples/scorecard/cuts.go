package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/examples/sheet"
	"github.com/rapport-crm/rapport/internal/exactjson"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// columnCuts is an entry of the file of bins.
type columnCuts struct {
	column string
	lead.Cuts
}

// readCuts reads a file of bins, in its order.
func readCuts(path string) ([]columnCuts, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	cuts, err := parseCuts(bytes.TrimPrefix(text, []byte("\ufeff")))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return cuts, nil
}

func parseCuts(text []byte) ([]columnCuts, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	bad := func(err error) error { return fmt.Errorf("is no file of bins: %w", err) }
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return nil, bad(cmpOr(err, errors.New("want an object of columns")))
	}
	var all []columnCuts
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, bad(err)
		}
		name := key.(string) // keys of objects are
		var raw json.RawMessage
		var entry struct {
			Breaks *[]*float64 `json:"breaks"` // null is no break at 0
			Groups *[][]string `json:"groups"`
		}
		err = decoder.Decode(&raw)
		if err == nil {
			err = exactjson.Decode(raw, &entry)
		}
		if err != nil {
			return nil, bad(fmt.Errorf("column %s: %w", sheet.Quoted(name), err))
		}
		c := columnCuts{column: name}
		switch {
		case (entry.Breaks == nil) == (entry.Groups == nil):
			return nil, fmt.Errorf("column %s: want either breaks or groups", sheet.Quoted(name))
		case slices.ContainsFunc(all, func(other columnCuts) bool { return other.column == name }):
			return nil, fmt.Errorf("column %s is there twice", sheet.Quoted(name))
		case entry.Breaks != nil:
			c.Breaks = []float64{}
			for i, x := range *entry.Breaks {
				if x == nil {
					return nil, fmt.Errorf("column %s: break %d is null", sheet.Quoted(name), i)
				}
				c.Breaks = append(c.Breaks, *x)
			}
		case len(*entry.Groups) == 0:
			return nil, fmt.Errorf("column %s: groups is empty", sheet.Quoted(name))
		default:
			c.Groups = *entry.Groups
			for _, group := range c.Groups {
				for i, label := range group { // as those of the table are read
					group[i] = strings.TrimSpace(label)
				}
			}
		}
		all = append(all, c)
	}
	if _, err := decoder.Token(); err != nil {
		return nil, bad(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, bad(errors.New("more follows behind the object"))
	}
	if len(all) == 0 {
		return nil, errors.New("names no columns")
	}
	return all, nil
}

// cmpOr returns the first error that there is.
func cmpOr(err, or error) error {
	if err != nil {
		return err
	}
	return or
}
