// Package refdata finds the reference data that tests compare with: real data
// sets and published results that are not part of the module because of their
// licences. Only tests and the programs of internal/compare import it.
package refdata

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Variable names the environment variable that points to the folder of
// reference data; without it the folder is ../shared, seen from the module root.
const Variable = "RAPPORT_DATA"

// Path returns the path of a file of the reference folder, such as
// "data/cdnow_sample.csv". Where the file is absent the error says so in one
// line fit for t.Skip.
func Path(name string) (string, error) {
	folder := os.Getenv(Variable)
	if folder == "" {
		folder = filepath.Join("..", "shared")
	}
	if !filepath.IsAbs(folder) {
		root, err := moduleRoot()
		if err != nil {
			return "", err
		}
		folder = filepath.Join(root, folder)
	}
	path := filepath.Join(folder, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("skip: reference data absent: %s (set %s to the folder that holds it)", name, Variable)
	}
	return path, nil
}

// Rows reads a CSV file whole; the first row is the header.
func Rows(path string) ([][]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("refdata: %w", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("refdata: %s: %w", path, err)
	}
	return rows, nil
}

// moduleRoot walks up from the working directory of the test to the folder of
// the core module.
func moduleRoot() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("refdata: %w", err)
	}
	for {
		text, err := os.ReadFile(filepath.Join(folder, "go.mod"))
		if err == nil {
			line, _, _ := strings.Cut(string(text), "\n")
			if strings.TrimSpace(line) == "module github.com/rapport-crm/rapport" {
				return folder, nil
			}
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", fmt.Errorf("skip: reference data absent: no module root above the working directory")
		}
		folder = parent
	}
}
