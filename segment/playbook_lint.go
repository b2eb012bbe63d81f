package segment

import "slices"

// FindingKind is what is odd about a playbook.
type FindingKind string

// What [Playbook.Lint] finds.
const (
	// Unreachable: no customer is left for the rule. Its conditions contradict each
	// other, or the rules By before it take all whom it would hold for.
	Unreachable FindingKind = "unreachable"
	// Uncovered: no rule holds for anybody in the cell.
	Uncovered FindingKind = "uncovered"
	// PartlyCovered: no rule holds for some customers in the cell, such as Example.
	PartlyCovered FindingKind = "partly_covered"
	// Undecided: the rules are too entangled to tell within reasonable time.
	Undecided FindingKind = "undecided"
)

// Finding is something odd about a playbook.
type Finding struct {
	Kind    FindingKind
	Rule    string   // the rule, for what is found about one
	By      []string // rules before it that take some or all of its customers, for Unreachable
	Cell    string   // the cell, for what is found about one
	Example Profile  // a customer without a rule, for Uncovered and PartlyCovered
}

// Lint finds rules that can never fire, in their order, and then cells of
// [PlaybookOptions.Cells] in which some customer has no rule, so that he is left to
// [PlaybookOptions.Otherwise]. It is exact: each cell, tier, segment and measure is cut
// into the parts that the conditions can tell apart, what is not known being one of
// them, and a rule is taken away from what is left for those after it.
func (p *Playbook) Lint() []Finding {
	s := p.space()
	boxes := make([]box, len(p.plays))
	var findings []Finding
	for i := range p.plays {
		boxes[i] = s.of(&p.plays[i])
		rest, ok := left(boxes[i], boxes[:i])
		switch {
		case !ok:
			findings = append(findings, Finding{Kind: Undecided, Rule: p.plays[i].Name})
		case rest == nil:
			f := Finding{Kind: Unreachable, Rule: p.plays[i].Name}
			for j := range i {
				if boxes[i].overlaps(boxes[j]) {
					f.By = append(f.By, p.plays[j].Name)
				}
			}
			findings = append(findings, f)
		}
	}
	for i, cell := range p.options.Cells {
		all := s.all()
		all[0] = make(parts, len(all[0]))
		all[0][i] = true
		rest, ok := left(all, boxes)
		switch {
		case !ok:
			findings = append(findings, Finding{Kind: Undecided, Cell: cell})
		case rest != nil:
			kind := PartlyCovered
			if !slices.ContainsFunc(boxes, all.overlaps) {
				kind = Uncovered
			}
			findings = append(findings, Finding{Kind: kind, Cell: cell, Example: s.example(rest)})
		}
	}
	return findings
}
