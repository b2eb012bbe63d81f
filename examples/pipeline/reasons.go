package main

import (
	"errors"
	"strings"

	"github.com/rapport-crm/rapport/pipeline"
)

// reasons lists why something was refused, nothing if it was not.
func reasons(err error) []string {
	if err == nil {
		return nil
	}
	refused, ok := errors.AsType[*pipeline.RefusedError](err)
	if !ok {
		return []string{strings.TrimPrefix(err.Error(), "pipeline: ")}
	}
	list := make([]string, len(refused.Reasons))
	for i, reason := range refused.Reasons {
		list[i] = strings.TrimPrefix(reason.Error(), "pipeline: ")
	}
	return list
}
