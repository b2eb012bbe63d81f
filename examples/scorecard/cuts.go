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
		c, err := entry(decoder)
		switch {
		case err != nil:
			return nil, bad(fmt.Errorf("column %s: %w", sheet.Quoted(name), err))
		case slices.ContainsFunc(all, func(other columnCuts) bool { return other.column == name }):
			return nil, fmt.Errorf("column %s is there twice", sheet.Quoted(name))
		}
		c.column = name
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

// entry reads the object of one column. A field that comes twice, has a name in other
// letters or holds null, which a decoder takes for 0, is none.
func entry(decoder *json.Decoder) (columnCuts, error) {
	var c columnCuts
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return c, cmpOr(err, errors.New("want an object with breaks or groups"))
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return c, err
		}
		switch {
		case c.Breaks != nil || c.Groups != nil:
			return c, fmt.Errorf("field %q is one too many: want either breaks or groups", key)
		case key == "breaks":
			c.Breaks, err = breaks(decoder)
		case key == "groups":
			c.Groups, err = groups(decoder)
		default:
			err = fmt.Errorf("unknown field %q", key)
		}
		if err != nil {
			return c, err
		}
	}
	if c.Breaks == nil && c.Groups == nil {
		return c, errors.New("want either breaks or groups")
	}
	_, err := decoder.Token()
	return c, err
}

func breaks(decoder *json.Decoder) ([]float64, error) {
	var list []*float64
	if err := decoder.Decode(&list); err != nil {
		return nil, err
	}
	if list == nil {
		return nil, errors.New("breaks is null")
	}
	found := make([]float64, len(list))
	for i, x := range list {
		if x == nil {
			return nil, fmt.Errorf("break %d is null", i)
		}
		found[i] = *x
	}
	return found, nil
}

// groups reads labels without the blanks round them, as those of the table are read.
func groups(decoder *json.Decoder) ([][]string, error) {
	var list [][]string
	if err := decoder.Decode(&list); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errors.New("groups is empty")
	}
	for _, group := range list {
		for i, label := range group {
			group[i] = strings.TrimSpace(label)
		}
	}
	return list, nil
}

// cmpOr returns the first error that there is.
func cmpOr(err, or error) error {
	if err != nil {
		return err
	}
	return or
}
