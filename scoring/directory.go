package scoring

import (
	"errors"
	"hash/maphash"
	"math/bits"

	"github.com/rapport-crm/rapport"
)

// account is what is kept of one customer while rows come in any order.
type account struct {
	id    rapport.ID
	date  date // purchase date that came last; noDate before the first
	first date // earliest in the calibration period; noDate if there is none
	// The purchase dates that came before date, as a chain through the pool. A
	// customer with one date has none.
	earlier link
	returns link // the returns to deduct

	amount      int64 // of all purchases in the calibration period
	firstAmount int64 // of those on the first date
}

// link is the position of an element of a pool plus 1; 0 is the end of a chain.
type link uint32

// datedLink is one purchase date in the chain of a customer: 8 bytes, which is
// all that a further purchase costs.
type datedLink struct {
	date date
	next link
}

// poolBlock is how many elements a pool allocates at once. Growing never moves
// the elements, so a pool costs its elements and no more.
const poolBlock = 1 << 9

// maxPool keeps every position and its link in 32 bits.
const maxPool = 1<<32 - 2

var errTooLarge = errors.New("more customers or purchase dates than 32 bits can number; sort the log and use SummarizeSorted")

type pool[E any] struct {
	blocks []*[poolBlock]E
	length int
}

func (p *pool[E]) at(i int) *E { return &p.blocks[i/poolBlock][i%poolBlock] }

func (p *pool[E]) push(e E) error {
	if p.length%poolBlock == 0 {
		if uint64(p.length) > maxPool-poolBlock {
			return errTooLarge
		}
		p.blocks = append(p.blocks, new([poolBlock]E))
	}
	*p.at(p.length) = e
	p.length++
	return nil
}

// directory finds the account of an id: a hash table with open addressing whose
// slots hold 32 bits of the hash and the number of the account, 8 bytes. The
// position is the top bits of the hash, so doubling the table reads and writes
// memory in sequence.
type directory struct {
	seed     maphash.Seed
	slots    []slot
	shift    int // position = hash >> shift
	accounts pool[account]
	interner interner
}

// slot is hash<<32 | number of the account + 1; 0 is empty.
type slot uint64

const firstSlotsLog2 = 8

func newDirectory() directory {
	return directory{
		seed:  maphash.MakeSeed(), // decides the layout of the table only
		slots: make([]slot, 1<<firstSlotsLog2),
		shift: 32 - firstSlotsLog2,
	}
}

// find returns the account of a customer, a new one at its first row.
func (d *directory) find(id rapport.ID) (*account, error) {
	hash := uint32(maphash.String(d.seed, string(id)))
	mask := len(d.slots) - 1
	position := int(hash >> d.shift)
	for ; d.slots[position] != 0; position = (position + 1) & mask {
		s := d.slots[position]
		if uint32(s>>32) != hash {
			continue
		}
		if a := d.accounts.at(int(uint32(s) - 1)); a.id == id {
			return a, nil
		}
	}
	if err := id.Validate(); err != nil {
		return nil, err
	}
	if err := d.accounts.push(account{id: d.interner.keep(id), date: noDate, first: noDate}); err != nil {
		return nil, err
	}
	d.slots[position] = slot(hash)<<32 | slot(d.accounts.length)
	if 4*d.accounts.length > 3*len(d.slots) && d.shift > 0 {
		d.grow()
	}
	return d.accounts.at(d.accounts.length - 1), nil
}

// grow doubles the table.
func (d *directory) grow() {
	old := d.slots
	d.slots = make([]slot, 2*len(old))
	d.shift = 32 - bits.Len(uint(len(old)))
	mask := len(d.slots) - 1
	for _, s := range old {
		if s == 0 {
			continue
		}
		position := int(uint32(s>>32) >> d.shift)
		for d.slots[position] != 0 {
			position = (position + 1) & mask
		}
		d.slots[position] = s
	}
}
