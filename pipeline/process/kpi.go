package process

import (
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// Better says in which direction a figure improves.
type Better string

const (
	// Higher figures are better.
	Higher Better = "higher"
	// Lower figures are better.
	Lower Better = "lower"
	// Neither: the figure describes and is not to be driven.
	Neither Better = "neither"
)

// KPI is a figure by which a trade judges the process.
type KPI struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Numerator   string `json:"numerator"`
	Denominator string `json:"denominator"` // named, because rates without it mislead
	Unit        string `json:"unit"`        // "%", "h", "d", "1" for a plain number
	Better      Better `json:"better"`
	Formula     string `json:"formula"` // in words
	Source      string `json:"source"`  // of the definition and of any figure in it
	// Of and Among say the same of histories, where histories can say it: see [KPI.Share].
	Of    *Which `json:"of,omitempty"`
	Among *Which `json:"among,omitempty"`
}

// Which says which histories count. All that it asks must hold; the zero Which counts
// every history that is not empty.
type Which struct {
	// Reached: it has entered one of these stages.
	Reached []pipeline.StageID `json:"reached,omitempty"`
	// Avoided: it has entered none of these.
	Avoided []pipeline.StageID `json:"avoided,omitempty"`
	// Now: it stands in one of these after its last entry.
	Now []pipeline.StageID `json:"now,omitempty"`
	// Fired: one of these triggers has been fired.
	Fired []pipeline.TriggerID `json:"fired,omitempty"`
	// Unfired: none of these has.
	Unfired []pipeline.TriggerID `json:"unfired,omitempty"`
	// Closed: it has been closed, whether or not it was opened again.
	Closed bool `json:"closed,omitempty"`
	// Reopened: it has come back from a closed stage.
	Reopened bool `json:"reopened,omitempty"`
}

// Counts reports whether a history counts: the entries of one record in their order.
func (w *Which) Counts(history []pipeline.Entry) bool {
	if len(history) == 0 {
		return false
	}
	reached := func(ids []pipeline.StageID) bool {
		return slices.ContainsFunc(history, func(e pipeline.Entry) bool { return enters(e) && slices.Contains(ids, e.To) })
	}
	fired := func(ids []pipeline.TriggerID) bool {
		return slices.ContainsFunc(history, func(e pipeline.Entry) bool { return slices.Contains(ids, e.Trigger) })
	}
	closed := func(e pipeline.Entry) bool { return enters(e) && e.Outcome.Closed() }
	reopened := func(e pipeline.Entry) bool { return e.Kind == pipeline.Reopened }
	return (len(w.Reached) == 0 || reached(w.Reached)) && !reached(w.Avoided) &&
		(len(w.Now) == 0 || slices.Contains(w.Now, history[len(history)-1].To)) &&
		(len(w.Fired) == 0 || fired(w.Fired)) && !fired(w.Unfired) &&
		(!w.Closed || slices.ContainsFunc(history, closed)) &&
		(!w.Reopened || slices.ContainsFunc(history, reopened))
}

// enters reports whether a record came into the stage with an entry. A migration only
// gives the stage where it stands another name.
func enters(e pipeline.Entry) bool {
	return e.Kind == pipeline.Began || e.Kind == pipeline.Moved || e.Kind == pipeline.Reopened
}

// Share counts the histories among which the figure is asked, and those of them that are
// of it, each history the entries of one record in their order. It answers false if
// histories cannot say: the figure then needs what only the host has.
func (k *KPI) Share(histories [][]pipeline.Entry) (rapport.Ratio, bool) {
	if k.Of == nil || k.Among == nil {
		return rapport.Ratio{}, false
	}
	of, among := 0, 0
	for _, history := range histories {
		if k.Among.Counts(history) {
			among++
			if k.Of.Counts(history) {
				of++
			}
		}
	}
	return rapport.Ratio{Num: float64(of), Den: float64(among), N: among}, true
}

// Of the sources that figures and limits name. What no source was seen for says so.
const (
	tradeUsage = "usage of the trade; no source seen"
	quotient   = "numerator / denominator"
)

// share is a KPI in percent that histories can say.
func share(id, name, numerator, denominator string, better Better, source string, of, among Which) KPI {
	return KPI{
		ID: id, Name: name, Numerator: numerator, Denominator: denominator, Unit: "%", Better: better,
		Formula: quotient, Source: source, Of: &of, Among: &among,
	}
}

// figure is a KPI that needs more than histories.
func figure(id, name, numerator, denominator, unit string, better Better, formula, source string) KPI {
	return KPI{
		ID: id, Name: name, Numerator: numerator, Denominator: denominator, Unit: unit, Better: better,
		Formula: formula, Source: source,
	}
}
