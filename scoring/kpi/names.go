package kpi

import (
	"fmt"
	"slices"
)

// nameOf is the name with that index, for String methods.
func nameOf(kind string, names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", kind, i)
}

// nameText is the name with that index, for MarshalText methods.
func nameText(of string, names []string, i int) ([]byte, error) {
	if i >= len(names) {
		return nil, &CodeError{Subject: of, Code: fmt.Sprint(i), Reason: "unknown"}
	}
	return []byte(names[i]), nil
}

// nameIndex is the index of a name, for UnmarshalText methods.
func nameIndex(of string, names []string, text []byte) (int, error) {
	i := slices.Index(names, string(text))
	if i < 0 {
		return 0, &CodeError{Subject: of, Code: string(text), Reason: fmt.Sprintf("want one of %v", names)}
	}
	return i, nil
}
