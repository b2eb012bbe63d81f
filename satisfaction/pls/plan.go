package pls

// plan is a model in numbers: constructs, items and paths by their place.
type plan struct {
	model Model
	items []string // of all constructs, block after block
	first []int    // items of construct j stand at first[j] … first[j+1]
	mode  []Mode
	paths []arc   // in the order of the model
	in    [][]int // paths that end at a construct
	out   [][]int // paths that start at it
	order []int   // constructs, each after its predecessors
	leads []bool  // J×J: a way of paths leads from a construct (row) to another (column)
	place map[string]int
}

// arc is a path by the places of its ends.
type arc struct{ from, to int }

// newPlan checks a model and numbers it. The plan shares no memory with the model.
func newPlan(model Model) (*plan, error) {
	model = model.clone()
	count := len(model.Constructs)
	if count == 0 {
		return nil, &ModelError{Fault: NoConstructs}
	}
	pl := &plan{
		model: model,
		first: make([]int, 1, count+1),
		mode:  make([]Mode, count),
		in:    make([][]int, count),
		out:   make([][]int, count),
		place: make(map[string]int, count),
	}
	if err := pl.number(); err != nil {
		return nil, err
	}
	if err := pl.connect(); err != nil {
		return nil, err
	}
	if err := pl.sort(); err != nil {
		return nil, err
	}
	pl.reach()
	return pl, nil
}

func (pl *plan) number() error {
	items := 0
	for _, c := range pl.model.Constructs {
		items += len(c.Items)
	}
	pl.items = make([]string, 0, items)
	seen := make(map[string]bool, items)
	for j, c := range pl.model.Constructs {
		fault := func(f ModelFault, item string) error {
			return &ModelError{Fault: f, Construct: c.Name, Item: item}
		}
		if c.Name == "" {
			return fault(UnnamedConstruct, "")
		}
		if _, twice := pl.place[c.Name]; twice {
			return fault(RepeatedConstruct, "")
		}
		if len(c.Items) == 0 {
			return fault(NoItems, "")
		}
		if c.Mode > UnitWeights {
			return fault(UnknownMode, "")
		}
		pl.place[c.Name], pl.mode[j] = j, c.Mode
		for _, item := range c.Items {
			if item == "" {
				return fault(UnnamedConstruct, "")
			}
			if seen[item] {
				return fault(RepeatedItem, item)
			}
			seen[item] = true
			pl.items = append(pl.items, item)
		}
		pl.first = append(pl.first, len(pl.items))
	}
	return nil
}

func (pl *plan) connect() error {
	seen := make(map[arc]bool, len(pl.model.Paths))
	pl.paths = make([]arc, 0, len(pl.model.Paths))
	for k, path := range pl.model.Paths {
		from, known := pl.place[path.From]
		if !known {
			return &ModelError{Fault: UnknownConstruct, Construct: path.From, Path: path}
		}
		to, known := pl.place[path.To]
		if !known {
			return &ModelError{Fault: UnknownConstruct, Construct: path.To, Path: path}
		}
		a := arc{from, to}
		if seen[a] {
			return &ModelError{Fault: RepeatedPath, Path: path}
		}
		seen[a] = true
		pl.paths = append(pl.paths, a)
		pl.out[from], pl.in[to] = append(pl.out[from], k), append(pl.in[to], k)
	}
	for j, c := range pl.model.Constructs {
		if len(pl.in[j])+len(pl.out[j]) == 0 {
			return &ModelError{Fault: Isolated, Construct: c.Name}
		}
	}
	return nil
}

// sort puts every construct after its predecessors, else in the order of the model.
func (pl *plan) sort() error {
	waiting := make([]int, len(pl.in))
	pl.order = make([]int, 0, len(pl.in))
	for j := range pl.in {
		waiting[j] = len(pl.in[j])
	}
	for range pl.in {
		next := -1
		for j, count := range waiting {
			if count == 0 {
				next = j
				break
			}
		}
		if next < 0 {
			return pl.cycle(waiting)
		}
		waiting[next] = -1
		pl.order = append(pl.order, next)
		for _, k := range pl.out[next] {
			waiting[pl.paths[k].to]--
		}
	}
	return nil
}

// cycle names a path of a cycle: from a construct that still waits, back along
// paths from others that wait, until one comes twice.
func (pl *plan) cycle(waiting []int) error {
	seen := make([]bool, len(waiting))
	at := 0
	for waiting[at] < 0 {
		at++
	}
	for {
		seen[at] = true
		for _, k := range pl.in[at] {
			from := pl.paths[k].from
			if waiting[from] < 0 {
				continue
			}
			if seen[from] {
				return &ModelError{Fault: CyclicPaths, Path: pl.model.Paths[k]}
			}
			at = from
			break
		}
	}
}

// reach finds which constructs act on which, over any number of paths.
func (pl *plan) reach() {
	count := pl.constructs()
	pl.leads = make([]bool, count*count)
	for _, j := range pl.order {
		for _, k := range pl.in[j] {
			by := pl.paths[k].from
			pl.leads[by*count+j] = true
			for from := range count {
				pl.leads[from*count+j] = pl.leads[from*count+j] || pl.leads[from*count+by]
			}
		}
	}
}

// constructs returns the number of constructs.
func (pl *plan) constructs() int { return len(pl.mode) }

// size returns the number of items of construct j.
func (pl *plan) size(j int) int { return pl.first[j+1] - pl.first[j] }

// name returns the name of construct j.
func (pl *plan) name(j int) string { return pl.model.Constructs[j].Name }
