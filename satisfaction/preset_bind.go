package satisfaction

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Bind returns the model with other items: those of each construct that the map names
// are replaced, the others stay, and so do the signs of paths; for the handling of
// complaints in place of their rate there is [Model.ComplaintHandling]. Keys and scales
// of a preset thus become those of the host's questionnaire. The error is a
// [*ModelError].
func (m Model) Bind(items map[string][]Item) (Model, error) {
	bound := m.clone()
	for _, construct := range slices.Sorted(maps.Keys(items)) {
		at := bound.place(construct)
		if at < 0 {
			return Model{}, &ModelError{Model: m.Name, Fault: UnboundConstruct, Construct: construct, Reason: "items are given for it: want one of " + m.named()}
		}
		bound.Constructs[at].Items = slices.Clone(items[construct])
	}
	if err := bound.Validate(); err != nil {
		return Model{}, err
	}
	return bound, nil
}

// ComplaintHandling returns the model with items about how complaints were handled, high
// is well, in the construct Complaints: paths to and from it are then expected to be
// positive. Without items it has one from 1 to 10 with the key complaint_handling. A
// model without the construct is returned as it is.
func (m Model) ComplaintHandling(items ...Item) Model {
	m = m.clone()
	at := m.place(complaintsName)
	if at < 0 {
		return m
	}
	if len(items) == 0 {
		items = []Item{mark("complaint_handling", "")}
	}
	m.Constructs[at].Items = slices.Clone(items)
	for i, p := range m.Paths {
		if p.From == complaintsName || p.To == complaintsName {
			m.Paths[i].Sign = PositivePath
		}
	}
	return m
}

// prefixes are the beginnings of column names by construct, as published data of the
// European index have them.
func prefixes() map[string]string {
	return map[string]string{
		imageName: "IMAG", expectationName: "CUEX", qualityName: "PERQ", performanceName: "PERV", valueName: "PERV",
		satisfactionName: "CUSA", complaintsName: "CUSCO", loyaltyName: "CUSL",
	}
}

// BindPrefixes returns a preset bound to columns by the beginnings of their names, as in
// published data of the European index: IMAG for Image, CUEX for Expectation, PERQ for
// Quality, PERV for Value and for the Performance of [SCSB], CUSA for Satisfaction, CUSCO
// for Complaints, which there means how they were handled (see
// [Model.ComplaintHandling]), and CUSL for Loyalty. Other columns are ignored. The items
// of a construct come in natural order, IMAG2 before IMAG10, and run from low to high.
// The error is a [*ModelError], as where no column belongs to a construct.
func (m Model) BindPrefixes(columns []string, low, high float64) (Model, error) {
	items := make(map[string][]Item)
	begins := prefixes()
	for _, c := range m.Constructs {
		begin, known := begins[c.Name]
		if known {
			for _, column := range columns {
				if strings.HasPrefix(column, begin) {
					items[c.Name] = append(items[c.Name], Item{Key: column, Low: low, High: high})
				}
			}
		}
		if len(items[c.Name]) == 0 {
			reason := "it has no known beginning of column names: bind its items by Bind"
			if known {
				reason = fmt.Sprintf("none of %d columns begins with %s", len(columns), begin)
			}
			return Model{}, &ModelError{Model: m.Name, Fault: UnboundConstruct, Construct: c.Name, Reason: reason}
		}
		slices.SortStableFunc(items[c.Name], func(a, b Item) int { return naturally(a.Key, b.Key) })
	}
	return m.ComplaintHandling(items[complaintsName]...).Bind(items)
}

// naturally compares texts with runs of digits as numbers; where they agree in that, the
// one with fewer zeros in front of them comes first.
func naturally(a, b string) int {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		if !digit(a[i]) || !digit(b[j]) {
			if a[i] != b[j] {
				return cmp.Compare(a[i], b[j])
			}
			i, j = i+1, j+1
			continue
		}
		first, second := digits(a[i:]), digits(b[j:])
		i, j = i+len(first), j+len(second)
		first, second = strings.TrimLeft(first, "0"), strings.TrimLeft(second, "0")
		if c := cmp.Or(cmp.Compare(len(first), len(second)), strings.Compare(first, second)); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(a)-i, len(b)-j), cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// digits returns the digits that a text begins with.
func digits(text string) string {
	end := 0
	for end < len(text) && digit(text[end]) {
		end++
	}
	return text[:end]
}
