package scoring

import (
	"strings"

	"github.com/rapport-crm/rapport"
)

// interner copies ids into blocks of their own, so that keeping an id does not
// keep the line of text it was cut from. A block is one allocation for about a
// thousand ids; it lives as long as any of them.
type interner struct {
	block strings.Builder
	size  int
}

const (
	firstBlock = 512
	fullBlock  = 16 << 10
)

func (n *interner) keep(id rapport.ID) rapport.ID {
	if n.block.Cap()-n.block.Len() < len(id) {
		n.size = min(max(2*n.size, firstBlock), fullBlock)
		n.block = strings.Builder{}
		n.block.Grow(n.size)
	}
	start := n.block.Len()
	n.block.WriteString(string(id))
	return rapport.ID(n.block.String()[start:])
}
