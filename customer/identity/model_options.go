package identity

// Options says how a model is fitted and used. Nil or the zero value means the
// defaults, which need no labels.
type Options struct {
	// Seed draws the sample of pairs; the same seed gives the same model.
	Seed uint64
	// Workers bounds the goroutines; 0 means GOMAXPROCS. Nothing depends on it, bit
	// for bit.
	Workers int
	// MinProbability is the least probability of the pairs that [Model.Pairs] returns;
	// 0 means .5.
	MinProbability float64
	// PairsARecord bounds the candidate pairs a record that blocking rules are chosen
	// for; 0 means 40.
	PairsARecord float64
	// MaxBlock is how many records may share the key of a blocking rule before their
	// block is split by a further key, and skipped where none splits it; 0 means 100.
	MaxBlock int
	// Exhaustive is up to how many pairs all are compared and nothing is blocked; 0
	// means a million, below 0 always blocks.
	Exhaustive int
	// Linking says whether a record of one table may match several of the other.
	Linking Linking
}

// Linking says how many records of one table a record of the other may match.
type Linking uint8

// The ways to link two tables.
const (
	// LinkByData: to one, unless the data show that records have several good matches.
	LinkByData Linking = iota
	// LinkOne keeps pairs that are each other's best.
	LinkOne
	// LinkMany keeps all pairs.
	LinkMany
)

func (o *Options) orDefault() (Options, error) {
	var c Options
	if o != nil {
		c = *o
	}
	switch {
	case c.Workers < 0:
		return c, &OptionError{"Workers", float64(c.Workers), "0 or more"}
	case !(c.MinProbability >= 0 && c.MinProbability < 1):
		return c, &OptionError{"MinProbability", c.MinProbability, "0 to 1, without 1"}
	case !(c.PairsARecord >= 0 && c.PairsARecord <= 1e6):
		return c, &OptionError{"PairsARecord", c.PairsARecord, "0 to 1000000"}
	case c.MaxBlock < 0 || c.MaxBlock > 1e6:
		return c, &OptionError{"MaxBlock", float64(c.MaxBlock), "0 to 1000000"}
	case c.Exhaustive > 1e9:
		return c, &OptionError{"Exhaustive", float64(c.Exhaustive), "at most 1000000000"}
	case c.Linking > LinkMany:
		return c, &OptionError{"Linking", float64(c.Linking), "0, 1 or 2"}
	}
	if c.MinProbability == 0 {
		c.MinProbability = 0.5
	}
	if c.PairsARecord == 0 {
		c.PairsARecord = 40
	}
	if c.MaxBlock == 0 {
		c.MaxBlock = 100
	}
	if c.Exhaustive == 0 {
		c.Exhaustive = 1_000_000
	}
	return c, nil
}
