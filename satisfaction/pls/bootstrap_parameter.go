package pls

import "fmt"

// ParameterKind says what a [Parameter] is.
type ParameterKind string

// The kinds of parameters.
const (
	PathParameter        ParameterKind = "path"
	WeightParameter      ParameterKind = "weight"
	LoadingParameter     ParameterKind = "loading"
	R2Parameter          ParameterKind = "r2"
	CorrelationParameter ParameterKind = "correlation" // of two constructs
	TotalParameter       ParameterKind = "total"       // effect over all ways
	IndirectParameter    ParameterKind = "indirect"    // effect over all ways but the path itself
	StatisticParameter   ParameterKind = "statistic"   // of the caller
)

// Parameter names a number of an estimated model. It is a key: the zero fields are
// those that its kind does not need.
type Parameter struct {
	Kind ParameterKind
	From string // the construct; of a path or an effect the one that acts; the name of a statistic
	To   string // the other construct of a path, effect or correlation
	Item string // of a weight or loading
}

// String returns, for instance, "path Quality->Satisfaction" or "weight Quality.q1".
func (p Parameter) String() string {
	switch {
	case p.Item != "":
		return fmt.Sprintf("%s %s.%s", p.Kind, p.From, p.Item)
	case p.To != "":
		return fmt.Sprintf("%s %s->%s", p.Kind, p.From, p.To)
	}
	return fmt.Sprintf("%s %s", p.Kind, p.From)
}

// Statistic is a number that the caller derives from an estimate, such as an index.
type Statistic struct {
	Name string
	// Value is called once for the sample and once for each resample, from several
	// goroutines at once, and must depend on nothing but its argument. NaN, or an
	// infinity, says that the number does not exist.
	Value func(*Sample) float64
}

// layout is the order in which the parameters of a plan are stored.
type layout struct {
	plan       *plan
	statistics []Statistic
	parameters []Parameter
	cell       []int // of a correlation in between, of an effect in effects
	place      map[Parameter]int
	stored     int // indirect effects, which come last, are differences
}

func newLayout(pl *plan, statistics []Statistic) (*layout, error) {
	l := &layout{plan: pl, statistics: statistics, place: make(map[Parameter]int)}
	add := func(p Parameter, cell int) {
		l.place[p] = len(l.parameters)
		l.parameters, l.cell = append(l.parameters, p), append(l.cell, cell)
	}
	for _, path := range pl.model.Paths {
		add(Parameter{Kind: PathParameter, From: path.From, To: path.To}, 0)
	}
	for _, kind := range []ParameterKind{WeightParameter, LoadingParameter} {
		for _, c := range pl.model.Constructs {
			for _, item := range c.Items {
				add(Parameter{Kind: kind, From: c.Name, Item: item}, 0)
			}
		}
	}
	count := pl.constructs()
	for c, in := range pl.in {
		if len(in) > 0 {
			add(Parameter{Kind: R2Parameter, From: pl.name(c)}, c)
		}
	}
	pairs := func(kind ParameterKind, there func(c, d int) bool) {
		for c := range count {
			for d := range count {
				if there(c, d) {
					add(Parameter{Kind: kind, From: pl.name(c), To: pl.name(d)}, c*count+d)
				}
			}
		}
	}
	pairs(CorrelationParameter, func(c, d int) bool { return c < d })
	pairs(TotalParameter, func(c, d int) bool { return pl.leads[c*count+d] })
	for i, s := range statistics {
		p := Parameter{Kind: StatisticParameter, From: s.Name}
		if _, twice := l.place[p]; twice || s.Name == "" || s.Value == nil {
			return nil, &OptionError{Option: fmt.Sprintf("statistic %d", i), Value: fmt.Sprintf("%q", s.Name), Reason: "needs a name of its own and a function"}
		}
		add(p, i)
	}
	l.stored = len(l.parameters)
	pairs(IndirectParameter, pl.indirect)
	return l, nil
}

// indirect reports whether c acts on d through another construct.
func (pl *plan) indirect(c, d int) bool {
	for _, k := range pl.in[d] {
		if pl.leads[c*pl.constructs()+pl.paths[k].from] {
			return true
		}
	}
	return false
}

// read fills row, of l.stored numbers, from a sample.
func (l *layout) read(s *Sample, row []float64) {
	n := copy(row, s.paths)
	n += copy(row[n:], s.weights)
	n += copy(row[n:], s.loadings)
	for ; n < l.stored; n++ {
		at := l.cell[n]
		switch l.parameters[n].Kind {
		case R2Parameter:
			row[n] = s.r2[at]
		case CorrelationParameter:
			row[n] = s.between[at]
		case TotalParameter:
			row[n] = s.effects[at]
		default:
			row[n] = l.statistics[at].Value(s)
		}
	}
}

// value is the parameter at a place, from a row that read has filled.
func (l *layout) value(row []float64, at int) float64 {
	if at < l.stored {
		return row[at]
	}
	p := l.parameters[at]
	v := row[l.place[Parameter{Kind: TotalParameter, From: p.From, To: p.To}]]
	if direct, there := l.place[Parameter{Kind: PathParameter, From: p.From, To: p.To}]; there {
		v -= row[direct]
	}
	return v
}
