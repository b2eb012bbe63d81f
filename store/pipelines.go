package store

import (
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport/pipeline"
)

// PipelineTx is what a [Tx] of a back end with [Capabilities.Pipelines] has besides:
// records that machines move, and what belongs to them. [Pipelines] gets at it.
//
// Deals and cases share one space of ids with bare histories: what has a history, a
// timer or events is named by its id alone.
type PipelineTx interface {
	Deals() Records[pipeline.Deal] // opportunities to sell
	Cases() Records[Case]          // other records that a machine moves
	Histories() Histories          // what happened to each record
	Timers() Timers                // when a record next needs attention
	Outbox() Outbox                // what happened, in the order of commits
	Definitions() Definitions      // the processes, version by version
}

// Pipelines returns the transaction as a [PipelineTx]. The error wraps
// [errors.ErrUnsupported] if its back end keeps no pipelines.
func Pipelines(tx Tx) (PipelineTx, error) {
	if p, ok := Unwrap(tx).(PipelineTx); ok {
		return p, nil
	}
	return nil, fmt.Errorf("store: a %T keeps no pipelines: %w", tx, errors.ErrUnsupported)
}
