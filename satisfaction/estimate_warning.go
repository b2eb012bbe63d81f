package satisfaction

import "github.com/rapport-crm/rapport"

// WarningKind names what is odd about a result.
type WarningKind string

// The warnings of a [Result].
const (
	// NegativeWeight: an item counts against its construct. The answers may be coded
	// the wrong way round, or in mode B another item says the same. The index is 0 and
	// 100 where all answers are at the low or the high end, and may lie outside for
	// others.
	NegativeWeight WarningKind = "negative_weight"
	// CancelledWeights: the weights of a construct sum to nothing; it has no index.
	CancelledWeights WarningKind = "cancelled_weights"
	// IndexOutOfRange: weights of both signs took an index below 0 or above 100.
	IndexOutOfRange WarningKind = "index_out_of_range"
	// WrongSign: a path has the other sign than the model expects, such as complaints
	// that rise with satisfaction.
	WrongSign WarningKind = "wrong_sign"
)

// IndexWarning is one thing that is odd about a result.
type IndexWarning struct {
	Kind      WarningKind
	Construct string  // empty if a path is meant
	Item      string  // empty unless an item is meant
	Path      Path    // the zero value unless a path is meant
	Value     float64 // the share of the item in the index, the index, or the coefficient of the path
}

// warnWeights looks at the shares and at the index of construct j. Only weights that
// were estimated can be odd.
func (r *Result) warnWeights(j int, index rapport.Estimate) {
	b, c := r.blocks[j], r.model.Constructs[j]
	if b.shares == nil {
		r.Warnings = append(r.Warnings, IndexWarning{Kind: CancelledWeights, Construct: c.Name})
		return
	}
	for i, share := range b.shares {
		if share < 0 {
			r.Warnings = append(r.Warnings, IndexWarning{Kind: NegativeWeight, Construct: c.Name, Item: c.Items[i].Key, Value: share})
		}
	}
	if index.Value < 0 || index.Value > 100 {
		r.Warnings = append(r.Warnings, IndexWarning{Kind: IndexOutOfRange, Construct: c.Name, Value: index.Value})
	}
}

// warnPaths looks at the signs of the paths.
func (r *Result) warnPaths() {
	for k, p := range r.fit.Paths() {
		path := r.model.Paths[k]
		if float64(path.Sign)*p.Coefficient < 0 {
			r.Warnings = append(r.Warnings, IndexWarning{Kind: WrongSign, Path: path, Value: p.Coefficient})
		}
	}
}
