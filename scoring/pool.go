package scoring

import "errors"

// poolBlock is how many elements a pool allocates at once. Growing never moves
// the elements, so a pool costs its elements and no more.
const poolBlock = 1 << 9

// maxPool keeps every position and its link in 32 bits.
const maxPool = 1<<32 - 2

var errTooLarge = errors.New("more customers or purchase dates than 32 bits can number; sort the log and use SummarizeSorted")

// pool is a list that grows without moving its elements.
type pool[E any] struct {
	blocks []*[poolBlock]E
	length uint32
}

func (p *pool[E]) at(i uint32) *E { return &p.blocks[i/poolBlock][i%poolBlock] }

// push adds an element and returns its position.
func (p *pool[E]) push(e E) (uint32, error) {
	if p.length%poolBlock == 0 {
		if p.length > maxPool-poolBlock {
			return 0, errTooLarge
		}
		p.blocks = append(p.blocks, new([poolBlock]E))
	}
	*p.at(p.length) = e
	p.length++
	return p.length - 1, nil
}
